/* inherit.c - the tables of a mapping in a query: joined where they are several, and narrowed to the rows that are its own.
 *
 *     FROM employees JOIN engineers ON employees.id = engineers.id
 *     FROM employees WHERE employees.kind IN ('manager', 'director')
 *     LEFT OUTER JOIN employees AS employees_1 ON teams.lead_id = employees_1.id AND employees_1.kind IN ('manager', 'director')
 *     LEFT OUTER JOIN employees AS employees_1 ON … LEFT OUTER JOIN engineers AS engineers_1 ON employees_1.id = engineers_1.id */
#include "orm/filter.h"
#include "orm/inherit.h"

#include <string.h>

const char kin_resolve_anon[] = "anon_1";

/* ---- aliases ---- */

/* As an alias has it. */
static bool begins_with_table(const char *alias, const char *table)
{
	while (*table && (*alias == *table || (*table == '.' && *alias == '_')))
		alias++, table++;
	return *table == '\0' && *alias == '_';
}

/* employees_2 goes with engineers_2, and e with e_engineers: nobody else makes such. */
static const char *level_alias(kin_arena *arena, const kin_mapping *mapping, size_t level, const char *alias)
{
	const char *table = mapping->lineage->tables[level];
	char *made;

	if (level == 0 || strcmp(alias, kin_resolve_anon) == 0)
		return alias;
	if (strcmp(alias, mapping->table) == 0)
		return table;
	made = begins_with_table(alias, mapping->table) ? kin_arena_printf(arena, "%s%s", table, alias + strlen(mapping->table))
	                                                : kin_arena_printf(arena, "%s_%s", alias, table);
	for (char *at = made; at && *at; at++)
		if (*at == '.')
			*at = '_';
	return made;
}

kin_expr *kin_resolve_column(kin_arena *arena, const char *alias, const kin_attribute *attribute)
{
	if (attribute->level > 0 && !(alias = level_alias(arena, attribute->mapping, attribute->level, alias)))
		return NULL;
	return kin_expr_column(arena, alias, attribute->column);
}

/* ---- the rows of a mapping ---- */

static kin_expr *identity_of(kin_arena *arena, const kin_lineage *lineage)
{
	int kind = lineage->discriminator->kind & ~KIN_KIND_NULLABLE;
	bool text = kind == KIN_KIND_TEXT || kind == KIN_KIND_CHARS || kind == KIN_KIND_ENUM;

	return text ? kin_expr_string(arena, lineage->identity) : kin_expr_integer(arena, lineage->number);
}

/* employees.kind IN ('manager', …). NULL when memory is out. */
static kin_expr *is_one_of(kin_arena *arena, const kin_mapping *mapping, const char *alias)
{
	const kin_lineage *lineage = mapping->lineage;
	kin_expr **items = kin_arena_alloc(arena, (lineage->heir_count + 1) * sizeof(*items));
	size_t count = 0;

	for (size_t i = 0; items && i < lineage->heir_count; i++)
		if (lineage->heirs[i]->lineage->identity && !(items[count++] = identity_of(arena, lineage->heirs[i]->lineage)))
			return NULL;
	if (items && count == 0 && !(items[count++] = kin_expr_constant(arena, KIN_EXPR_NULL))) /* abstract, and nobody inherits */
		return NULL;
	return items ? kin_expr_in(arena, kin_resolve_column(arena, alias, lineage->discriminator), items, count) : NULL;
}

/* ---- its tables ---- */

/* The keys of two levels are the same. NULL when memory is out. */
static kin_expr *same_key(kin_arena *arena, const kin_mapping *mapping, const char *near, const char *far)
{
	kin_expr *all = NULL;

	for (size_t i = 0; i < mapping->key_count; i++) {
		kin_expr *one = kin_expr_binary(arena, KIN_OP_EQ, kin_expr_column(arena, near, mapping->keys[i]->column),
		                                kin_expr_column(arena, far, mapping->keys[i]->column));
		if (!one || !(all = kin_expr_and(arena, all, one)))
			return NULL;
	}
	return all;
}

/* The level in whose table a relationship ends. */
static size_t first_level(const kin_relation *relation)
{
	size_t level = 0;

	for (size_t i = 0; relation && !relation->link && i < relation->pair_count; i++)
		if (relation->pairs[i].remote->level > level)
			level = relation->pairs[i].remote->level;
	return level;
}

const char *kin_resolve_first_table(const kin_relation *relation)
{
	const kin_lineage *lineage = relation->target->lineage;

	return lineage ? lineage->tables[first_level(relation)] : relation->target->table;
}

static bool add_table(kin_arena *arena, kin_sql_select *select, kin_join join, const char *table, const char *alias, kin_expr *on)
{
	return kin_sql_add_source(arena, select, join, table, strcmp(alias, table) == 0 ? NULL : alias, on);
}

/* The condition of a child in its parent's table goes where it narrows the join and nothing else. */
static bool narrow(kin_arena *arena, kin_sql_select *select, bool outer, kin_expr **on, kin_expr *condition)
{
	kin_expr **place = outer ? on : &select->where;

	*place = condition ? kin_expr_and(arena, *place, condition) : NULL;
	return *place != NULL;
}

/* Which rows of the mapping's first table are wanted; *ret NULL: all. false when memory is out. */
static bool wanted_rows(const kin_resolver *resolver, const kin_mapping *mapping, const char *alias, bool narrows, kin_expr **ret)
{
	*ret = narrows ? is_one_of(resolver->arena, mapping, alias) : NULL;
	return (*ret || !narrows) && kin_filter_add(resolver, mapping, alias, ret);
}

bool kin_resolve_source(const kin_resolver *resolver, kin_sql_select *select, kin_join join, const kin_mapping *mapping, const char *alias,
                        kin_expr *on, const kin_relation *relation)
{
	const kin_lineage *lineage = mapping->lineage;
	size_t first = first_level(relation), levels = lineage ? lineage->level_count : 1;
	bool outer = join == KIN_JOIN_LEFT, narrows;
	kin_arena *arena = resolver->arena;
	kin_expr *rows;
	const char *near;

	alias = alias ? alias : mapping->table;
	if (!on && (join == KIN_JOIN_LEFT || join == KIN_JOIN_INNER))
		return false;
	/* where its own table is joined for sure, that says it all */
	narrows = lineage && mapping->parent && (mapping->level == mapping->parent->level || (outer && first == 0));
	if (!wanted_rows(resolver, mapping, alias, narrows, &rows))
		return false;
	if (rows && first == 0 && !narrow(arena, select, outer, &on, rows))
		return false;
	if (!lineage)
		return add_table(arena, select, join, mapping->table, alias, on);
	if (!(near = level_alias(arena, mapping, first, alias)) || !add_table(arena, select, join, lineage->tables[first], near, on))
		return false;
	for (size_t n = 0; n < levels; n++) {
		const char *far = level_alias(arena, mapping, n, alias);
		kin_expr *same = far && n != first ? same_key(arena, mapping, near, far) : NULL;
		if (n == first)
			continue;
		if (rows && n == 0 && (!same || !narrow(arena, select, outer, &same, rows)))
			return false;
		if (!same || !add_table(arena, select, outer ? KIN_JOIN_LEFT : KIN_JOIN_INNER, lineage->tables[n], far, same))
			return false;
	}
	return true;
}

bool kin_resolve_level(kin_arena *arena, kin_sql_select *select, const kin_mapping *base, const char *alias, const kin_mapping *heir)
{
	const char *far = level_alias(arena, heir, heir->level, alias);

	return far && add_table(arena, select, KIN_JOIN_LEFT, heir->lineage->tables[heir->level], far, same_key(arena, base, alias, far));
}
