/* check_never.c - a comparison that is true of no row, whatever the values are. */
#include "orm/check.h"

#include "orm/inherit.h"

static bool is_comparison(const kin_expr *e)
{
	return (e->kind == KIN_EXPR_BINARY && e->op >= KIN_OP_EQ && e->op <= KIN_OP_GE) || e->kind == KIN_EXPR_LIKE || e->kind == KIN_EXPR_BETWEEN ||
	       e->kind == KIN_EXPR_IN;
}

/* `= null` is kin's way to say `is null`. */
static bool asks_for_null(const kin_expr *e)
{
	if (e->kind == KIN_EXPR_IS_NULL)
		return !e->negated;
	return e->kind == KIN_EXPR_BINARY && e->op == KIN_OP_EQ && e->items[1]->kind == KIN_EXPR_NULL;
}

static bool is_called(const kin_sql_source *source, const char *alias)
{
	return source->alias ? strcmp(source->alias, alias) == 0 : source->table && strcmp(source->table, alias) == 0;
}

/* Where the column is taken from; NULL: not known. */
static const kin_sql_source *find_source(const kin_check_scope *scope, const char *alias)
{
	for (; alias && scope; scope = scope->outer)
		for (size_t i = 0; i < scope->select->source_count; i++)
			if (is_called(&scope->select->sources[i], alias))
				return &scope->select->sources[i];
	return NULL;
}

static bool is_table_of(const kin_mapping *mapping, const kin_sql_source *source)
{
	for (size_t i = 0; mapping->lineage && i < mapping->lineage->level_count; i++)
		if (strcmp(source->table, mapping->lineage->tables[i]) == 0)
			return true;
	return strcmp(source->table, mapping->table) == 0;
}

/* Of a row that an outer join has not found all is NULL. */
static bool is_never_null(const kin_check_scope *scope, const kin_expr *column)
{
	const kin_attribute *a = column->kind == KIN_EXPR_COLUMN ? column->origin : NULL;
	const kin_sql_source *source = a && a->not_null && !a->loose ? find_source(scope, column->table) : NULL;

	return source && source->join != KIN_JOIN_LEFT && source->table && is_table_of(a->mapping, source);
}

static void check_null(kin_check *check, const kin_check_scope *scope, const kin_expr *e)
{
	const kin_attribute *a = e->items[0]->origin;

	if (asks_for_null(e) && is_never_null(scope, e->items[0]))
		kin_check_note(check, "%s.%s is never NULL, so no row has it that is asked for", a->mapping->name, a->name);
}

static bool has_null(const kin_expr *e)
{
	for (size_t i = 1; i < e->count; i++)
		if (e->items[i]->kind == KIN_EXPR_NULL)
			return true;
	return false;
}

/* What is beside NULL is neither less, nor more, nor like it, and nothing is one of a list because of it. */
static void check_beside_null(kin_check *check, const kin_expr *e)
{
	const char *shown, *left;

	bool written = e->items[0]->kind != KIN_EXPR_COLUMN || e->items[0]->origin; /* and not made: of an abstract model without heirs there are no rows */

	if (!is_comparison(e) || (e->kind == KIN_EXPR_BINARY && e->op <= KIN_OP_NE) || !has_null(e) || !written)
		return;
	if (!(shown = kin_check_show(check, e)) || !(left = kin_check_show(check, e->items[0])))
		return;
	if (e->kind == KIN_EXPR_IN && e->negated)
		kin_check_note(check, "%s is never true: nothing is different from NULL; leave the null out, and say `%s is not null` if that is meant",
		               shown, left);
	else if (e->kind == KIN_EXPR_IN)
		kin_check_note(check, "%s finds no NULL: nothing is equal to it in a list; say `or %s is null`", shown, left);
	else
		kin_check_note(check, "%s is never true: nothing can be compared with NULL; say `%s is null`", shown, left);
}

/* ---- identities ---- */

static bool is_identity(const kin_lineage *lineage, const kin_expr *literal)
{
	if (literal->kind == KIN_EXPR_INTEGER)
		return lineage->identity && literal->integer == lineage->number;
	return lineage->identity && strcmp(literal->text, lineage->identity) == 0;
}

/* "'manager', 'director'" */
static const char *identities(kin_check *check, const kin_lineage *lineage, const char *quote)
{
	const char *all = NULL;

	for (size_t i = 0; i < lineage->heir_count && !check->failed; i++) {
		const char *one = lineage->heirs[i]->lineage->identity;
		if (one && !(all = kin_arena_printf(check->arena, "%s%s%s%s%s", all ? all : "", all ? ", " : "", quote, one, quote)))
			check->failed = true;
	}
	return all ? all : "nothing";
}

static void check_identity_of(kin_check *check, const kin_attribute *a, const kin_expr *literal)
{
	const kin_lineage *lineage = a->mapping->lineage;
	const char *quote = literal->kind == KIN_EXPR_STRING ? "'" : "", *shown, *all;

	if (literal->kind != KIN_EXPR_STRING && literal->kind != KIN_EXPR_INTEGER)
		return;
	for (size_t i = 0; i < lineage->heir_count; i++)
		if (is_identity(lineage->heirs[i]->lineage, literal))
			return;
	if (!(shown = kin_check_show(check, literal)))
		return;
	all = identities(check, lineage, quote);
	if (!check->failed)
		kin_check_note(check, "%s.%s says of which model a row is, and none is %s: there is %s", a->mapping->name, a->name, shown, all);
}

static void check_identity(kin_check *check, const kin_expr *e)
{
	bool equal = (e->kind == KIN_EXPR_BINARY && e->op == KIN_OP_EQ) || (e->kind == KIN_EXPR_IN && !e->negated);
	const kin_attribute *a = equal && e->items[0]->kind == KIN_EXPR_COLUMN ? e->items[0]->origin : NULL;

	if (!a || !a->mapping->lineage || a != a->mapping->lineage->discriminator)
		return;
	for (size_t i = 1; i < e->count; i++)
		check_identity_of(check, a, e->items[i]);
}

void kin_check_never(kin_check *check, const kin_check_scope *scope, const kin_expr *comparison)
{
	if (!is_comparison(comparison) && comparison->kind != KIN_EXPR_IS_NULL)
		return;
	check_null(check, scope, comparison);
	check_beside_null(check, comparison);
	check_identity(check, comparison);
}
