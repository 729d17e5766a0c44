/* resolve_value.c - paths become columns, and `?` become slots that know what they stand beside. */
#include "orm/inherit.h"
#include "orm/resolve_compare.h"
#include "orm/resolve_literal.h"
#include "orm/resolve_path.h"
#include "orm/resolve_result.h"

#include <strings.h>

static const char *path_text(kin_resolver *resolver, const kin_expr *path)
{
	const char *text = path->names[0];

	for (size_t i = 1; text && i < path->count; i++)
		text = kin_arena_printf(resolver->arena, "%s.%s", text, path->names[i]);
	return text ? text : "";
}

/* What cannot be resolved is replaced, so that it is reported once; the statement is not used. */
static int give_up(kin_resolver *resolver, kin_expr **expr)
{
	*expr = kin_expr_constant(resolver->arena, KIN_EXPR_NULL);
	return *expr ? KIN_OK : KIN_ENOMEM;
}

static int unknown_name(kin_resolver *resolver, const kin_expr *path, const kin_path_end *found)
{
	const kin_mapping *mapping = found->node->mapping;
	const char *name = path->names[found->failed_at];
	bool last = found->failed_at + 1 == path->count;

	if (!mapping)
		return kin_resolve_problem(resolver, path->at, "'%s' brings no value '%s'", found->node->name, name);
	if (last && !kin_mapping_attribute(mapping, name) && (strcasecmp(name, "limit") == 0 || strcasecmp(name, "offset") == 0))
		return kin_resolve_problem(resolver, path->at, "%s has no attribute '%s'; the clause takes a whole number from 0 on, or a ?", mapping->name, name);
	return kin_resolve_unknown(resolver, mapping, name, path->at, !last);
}

static bool is_comparison(const kin_expr *expr)
{
	if (expr->kind == KIN_EXPR_BINARY)
		return expr->op >= KIN_OP_EQ && expr->op <= KIN_OP_GE;
	return expr->kind == KIN_EXPR_LIKE || expr->kind == KIN_EXPR_BETWEEN || expr->kind == KIN_EXPR_IN;
}

bool kin_resolve_is_equality(const kin_expr *expr)
{
	return expr->kind == KIN_EXPR_BINARY && (expr->op == KIN_OP_EQ || expr->op == KIN_OP_NE);
}

static int resolve_path(kin_resolver *resolver, kin_expr **expr, const kin_attribute **ret_attribute)
{
	const kin_expr *path = *expr;
	kin_path_end found;
	int rc;

	if (resolver->no_paths && path->count > 1) {
		rc = kin_resolve_problem(resolver, path->at, "'%s' walks a relationship: only %s's own attributes can stand here",
		                         path_text(resolver, path), resolver->root->mapping->name);
		return rc < 0 ? rc : give_up(resolver, expr);
	}
	if ((rc = kin_resolve_walk(resolver, path, &found)) < 0)
		return rc;
	if (found.rival) {
		rc = kin_resolve_problem(resolver, path->at, "'%s' may be %s's or %s's: write %s.%s or %s.%s", path->names[0], found.node->name,
		                         found.rival->name, found.node->name, path->names[0], found.rival->name, path->names[0]);
		return rc < 0 ? rc : give_up(resolver, expr);
	}
	if (found.attribute) {
		kin_expr *column = kin_resolve_column(resolver->arena, found.node->alias, found.attribute);
		if (!column)
			return KIN_ENOMEM;
		column->at = path->at;
		column->result = found.attribute->kind & ~KIN_KIND_NULLABLE;
		column->origin = found.attribute;
		*expr = column;
		if (ret_attribute)
			*ret_attribute = found.attribute;
		return KIN_OK;
	}
	if (found.column) {
		kin_expr *column = kin_expr_column(resolver->arena, found.node->alias, found.column->name);
		if (!column)
			return KIN_ENOMEM;
		column->at = path->at;
		column->result = (uint8_t)found.column->kind;
		column->origin = found.column->attribute;
		*expr = column;
		return KIN_OK;
	}
	if (found.unknown)
		rc = unknown_name(resolver, path, &found);
	else if (found.collection)
		rc = kin_resolve_problem(resolver, path->at, "%s.%s is a collection: it has no one value here",
		                         found.parent->mapping->name, found.collection->name);
	else
		rc = kin_resolve_problem(resolver, path->at, "%s.%s is a relationship: name one of its attributes, as in %s.%s",
		                         found.relation->mapping->name, found.relation->name, path_text(resolver, path),
		                         found.relation->target->attributes[0].name);
	return rc < 0 ? rc : give_up(resolver, expr);
}

kin_slot *kin_resolve_slot(kin_resolver *resolver, const kin_expr *param)
{
	return param->index < resolver->text_slots ? &resolver->slots[param->index + resolver->first_slot] : NULL;
}

/* Placeholders are numbered over all of a query's texts. */
int kin_resolve_param(kin_resolver *resolver, kin_expr **expr, const kin_attribute *attribute, const kin_expr *parent)
{
	kin_slot *slot = kin_resolve_slot(resolver, *expr);
	kin_expr *param = kin_expr_param(resolver->arena, (*expr)->index + resolver->first_slot);

	if (!param)
		return KIN_ENOMEM;
	param->at = (*expr)->at;
	*expr = param;
	if (!slot)
		return KIN_OK; /* too few values: said once, for the whole text */
	slot->attribute = attribute;
	slot->null_text = parent && kin_resolve_is_equality(parent);
	slot->many = parent && parent->kind == KIN_EXPR_IN && parent->count == 2;
	return kin_resolve_kind(resolver, slot, param->at);
}

int kin_resolve_inside(kin_resolver *resolver, kin_expr **expr)
{
	kin_expr *e = *expr;
	size_t wanted = e->kind == KIN_EXPR_IN && e->items[0]->kind == KIN_EXPR_ROW ? e->items[0]->count : 1;
	kin_rows rows;
	int rc = kin_resolve_query(resolver, e->query, &rows);

	if (rc < 0)
		return rc;
	if (!rows.select)
		return give_up(resolver, expr);
	e->query = NULL;
	e->select = rows.select;
	if (e->kind == KIN_EXPR_EXISTS || rows.column_count == wanted)
		return KIN_OK;
	return kin_resolve_problem(resolver, rows.columns[0].at, "this query brings %zu values; %zu can stand here", rows.column_count, wanted);
}

static int resolve_window(kin_resolver *resolver, const kin_sql_window *window)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < window->partition_count; i++)
		rc = kin_resolve_value(resolver, &window->partitions[i], NULL);
	for (size_t i = 0; rc == KIN_OK && i < window->order_count; i++)
		rc = kin_resolve_value(resolver, &window->orders[i].expr, NULL);
	return rc;
}

int kin_resolve_value(kin_resolver *resolver, kin_expr **expr, const kin_expr *parent)
{
	const kin_attribute *attribute = NULL;
	kin_expr *e = *expr;
	int rc = KIN_OK;

	if (e->query && ((rc = kin_resolve_inside(resolver, expr)) < 0 || *expr != e))
		return rc;
	if (e->kind == KIN_EXPR_IN && e->count == 2 && e->items[0]->kind == KIN_EXPR_ROW && e->items[1]->kind == KIN_EXPR_PARAM)
		return kin_resolve_problem(resolver, e->items[1]->at, "a row is looked for among rows, as in (a, b) in ((?, ?), (?, ?)), or in a query's; an array "
		                           "is of single values");
	if (e->kind == KIN_EXPR_CALL && (rc = kin_resolve_call(resolver, e)) < 0)
		return rc;
	if (e->window && (rc = resolve_window(resolver, e->window)) < 0)
		return rc;
	if (e->kind == KIN_EXPR_PATH)
		return resolve_path(resolver, expr, NULL);
	if (e->kind == KIN_EXPR_PARAM)
		return kin_resolve_param(resolver, expr, NULL, parent);
	for (size_t i = 0; rc == KIN_OK && e->items && i < e->count; i++) {
		const kin_attribute *one = NULL;
		if (e->items[i]->kind == KIN_EXPR_PATH)
			rc = resolve_path(resolver, &e->items[i], &one);
		if (!attribute)
			attribute = one;
	}
	if (!is_comparison(e))
		attribute = NULL;
	for (size_t i = 0; rc == KIN_OK && attribute && e->kind != KIN_EXPR_LIKE && i < e->count; i++)
		rc = kin_resolve_literal(resolver, attribute, e->items[i]);
	for (size_t i = 0; rc == KIN_OK && e->items && i < e->count; i++)
		if (e->items[i]->kind == KIN_EXPR_PARAM)
			rc = kin_resolve_param(resolver, &e->items[i], attribute, e);
		else if (e->items[i]->kind != KIN_EXPR_COLUMN)
			rc = kin_resolve_value(resolver, &e->items[i], e);
	if (rc == KIN_OK && e->kind == KIN_EXPR_BINARY && e->op == KIN_OP_DIV)
		e->whole = kin_resolve_is_integer(kin_resolve_result(resolver, e->items[0])) &&
		           kin_resolve_is_integer(kin_resolve_result(resolver, e->items[1]));
	return rc == KIN_OK && is_comparison(e) ? kin_resolve_compare(resolver, e) : rc;
}
