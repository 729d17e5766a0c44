/* compile_in.c - writes `in`: lists, arrays, rows and subqueries.
 *
 *     id IN (?, ?)       an array: a placeholder for each of its values
 *     id = ANY (?)       an array that is one value: PostgreSQL; the others read it as JSON
 *     (a, b) IN (VALUES (?, ?), (?, ?))       rows; without VALUES but on SQLite */
#include "sql/compile_expr.h"

#include <kin/types.h>

/* How often an item of an IN is written: once for each value of an array, or of the arrays in a row, which are as long as each other. */
static uint32_t item_count(const kin_compiler *c, const kin_expr *item)
{
	if (item->kind == KIN_EXPR_ROW)
		item = item->items[0];
	return item->kind == KIN_EXPR_PARAM ? kin_compile_param_count(c, item) : 1;
}

/* x in (), after arrays have been counted. */
bool kin_compile_is_empty_in(const kin_compiler *c, const kin_expr *expr)
{
	for (size_t i = 1; i < expr->count; i++)
		if (item_count(c, expr->items[i]) > 0)
			return false;
	return !expr->select;
}

/* One value of an item of an IN. */
static void in_item(kin_compiler *c, const kin_expr *item)
{
	if (item->kind == KIN_EXPR_PARAM) {
		kin_compile_placeholder(c, item->index);
		return;
	}
	if (item->kind != KIN_EXPR_ROW) {
		kin_compile_expr(c, item, KIN_LEVEL_ANY);
		return;
	}
	kin_compile_add(c, "(");
	for (size_t i = 0; i < item->count; i++) {
		kin_compile_add(c, i > 0 ? ", " : "");
		in_item(c, item->items[i]);
	}
	kin_compile_add(c, ")");
}

/* The items of an IN, a placeholder for each value of an array. */
static void in_items(kin_compiler *c, kin_expr *const *items, size_t count)
{
	bool first = true;

	for (size_t i = 0; i < count; i++)
		for (uint32_t n = item_count(c, items[i]); n > 0; n--) {
			kin_compile_add(c, first ? "" : ", ");
			first = false;
			in_item(c, items[i]);
		}
}

static bool is_one_array(const kin_compiler *c, const kin_expr *expr)
{
	return expr->count == 2 && expr->items[1]->kind == KIN_EXPR_PARAM && kin_compile_param_count(c, expr->items[1]) >= KIN_COMPILE_ARRAY;
}

/* The type of a column of JSON_TABLE. */
static const char *json_type(uint32_t kind)
{
	switch (kind) {
	case KIN_KIND_FLOAT:
	case KIN_KIND_DOUBLE:    return "DOUBLE";
	case KIN_KIND_DECIMAL:   return "DECIMAL(65, 30)";
	case KIN_KIND_TEXT:      return "LONGTEXT";
	case KIN_KIND_UUID:      return "UUID";
	case KIN_KIND_DATE:      return "DATE";
	case KIN_KIND_TIME:      return "TIME(6)";
	case KIN_KIND_DATETIME:
	case KIN_KIND_TIMESTAMP: return "DATETIME(6)";
	default:                 return "BIGINT";
	}
}

/* json_each takes its argument as a hidden column too, which needs no syntax of its own. */
static void in_array(kin_compiler *c, const kin_expr *expr)
{
	const kin_expr *array = expr->items[1];

	kin_compile_expr(c, expr->items[0], KIN_LEVEL_ADD);
	if (c->dialect->id == KIN_POSTGRESQL) {
		kin_compile_add(c, expr->negated ? " <> ALL (" : " = ANY (");
		kin_compile_placeholder(c, array->index);
	} else if (c->dialect->id == KIN_SQLITE) {
		kin_compile_add(c, expr->negated ? " NOT IN (" : " IN (");
		kin_compile_add(c, "SELECT json_each.value FROM json_each WHERE json_each.json = ");
		kin_compile_placeholder(c, array->index);
	} else {
		kin_compile_add(c, expr->negated ? " NOT IN (" : " IN (");
		kin_compile_add(c, "SELECT json_each.value FROM JSON_TABLE(");
		kin_compile_placeholder(c, array->index);
		kin_compile_add(c, ", '$[*]' COLUMNS (value ");
		kin_compile_add(c, json_type(kin_compile_param_count(c, array) - KIN_COMPILE_ARRAY));
		kin_compile_add(c, " PATH '$')) AS json_each");
	}
	kin_compile_add(c, ")");
}

void kin_compile_in(kin_compiler *c, const kin_expr *expr)
{
	bool rows = expr->count > 1 && expr->items[1]->kind == KIN_EXPR_ROW;

	if (kin_compile_is_empty_in(c, expr)) {
		kin_compile_boolean(c, expr->negated);
		return;
	}
	if (is_one_array(c, expr)) {
		in_array(c, expr);
		return;
	}
	kin_compile_expr(c, expr->items[0], KIN_LEVEL_ADD);
	kin_compile_add(c, expr->negated ? " NOT IN (" : " IN (");
	if (expr->select) {
		kin_compile_subselect(c, expr->select);
	} else {
		/* SQLite compares rows with a table of rows, not with a list of them. */
		kin_compile_add(c, rows && c->dialect->id == KIN_SQLITE ? "VALUES " : "");
		in_items(c, expr->items + 1, expr->count - 1);
	}
	kin_compile_add(c, ")");
}
