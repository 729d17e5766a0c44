/* expr.c - builds, copies and walks expression trees. */
#include "sql/expr.h"

#include "sql/statement.h"

static kin_expr *node(kin_arena *arena, kin_expr_kind kind)
{
	kin_expr *expr = kin_arena_zalloc(arena, sizeof(*expr));

	if (expr)
		expr->kind = (uint8_t)kind;
	return expr;
}

/* A node over a copy of `items`, none of which may be NULL. */
static kin_expr *parent(kin_arena *arena, kin_expr_kind kind, kin_expr *const *items, size_t count)
{
	uint32_t depth = 0;

	for (size_t i = 0; i < count; i++) {
		if (!items[i])
			return NULL;
		if (items[i]->depth >= depth)
			depth = items[i]->depth + 1;
	}
	kin_expr *expr = node(arena, kind);
	if (!expr || count == 0)
		return expr;
	expr->depth = depth;
	expr->at = items[0]->at;
	expr->count = count;
	expr->items = kin_arena_copy(arena, items, count * sizeof(*items));
	return expr->items ? expr : NULL;
}

kin_expr *kin_expr_column(kin_arena *arena, const char *table, const char *name)
{
	kin_expr *expr = node(arena, KIN_EXPR_COLUMN);

	if (expr) {
		expr->table = table;
		expr->text = name;
	}
	return expr;
}

kin_expr *kin_expr_param(kin_arena *arena, uint32_t index)
{
	kin_expr *expr = node(arena, KIN_EXPR_PARAM);

	if (expr)
		expr->index = index;
	return expr;
}

kin_expr *kin_expr_integer(kin_arena *arena, int64_t value)
{
	kin_expr *expr = node(arena, KIN_EXPR_INTEGER);

	if (expr)
		expr->integer = value;
	return expr;
}

static kin_expr *with_text(kin_arena *arena, kin_expr_kind kind, const char *text)
{
	kin_expr *expr = text ? node(arena, kind) : NULL;

	if (expr)
		expr->text = text;
	return expr;
}

kin_expr *kin_expr_real(kin_arena *arena, const char *text)
{
	return with_text(arena, KIN_EXPR_REAL, text);
}

kin_expr *kin_expr_string(kin_arena *arena, const char *text)
{
	return with_text(arena, KIN_EXPR_STRING, text);
}

kin_expr *kin_expr_raw(kin_arena *arena, const char *sql)
{
	return with_text(arena, KIN_EXPR_RAW, sql);
}

kin_expr *kin_expr_constant(kin_arena *arena, kin_expr_kind kind)
{
	return node(arena, kind);
}

kin_expr *kin_expr_unary(kin_arena *arena, kin_op op, kin_expr *operand)
{
	kin_expr *expr = parent(arena, KIN_EXPR_UNARY, &operand, 1);

	if (expr)
		expr->op = (uint8_t)op;
	return expr;
}

kin_expr *kin_expr_binary(kin_arena *arena, kin_op op, kin_expr *left, kin_expr *right)
{
	kin_expr *expr = parent(arena, KIN_EXPR_BINARY, (kin_expr *[]){ left, right }, 2);

	if (expr)
		expr->op = (uint8_t)op;
	return expr;
}

kin_expr *kin_expr_and(kin_arena *arena, kin_expr *left, kin_expr *right)
{
	if (!left || !right)
		return left ? left : right;
	return kin_expr_binary(arena, KIN_OP_AND, left, right);
}

kin_expr *kin_expr_list(kin_arena *arena, kin_expr_kind kind, kin_expr *const *items, size_t count)
{
	return parent(arena, kind, items, count);
}

kin_expr *kin_expr_is_null(kin_arena *arena, kin_expr *operand, bool negated)
{
	kin_expr *expr = parent(arena, KIN_EXPR_IS_NULL, &operand, 1);

	if (expr)
		expr->negated = negated;
	return expr;
}

kin_expr *kin_expr_in(kin_arena *arena, kin_expr *operand, kin_expr *const *items, size_t count)
{
	kin_expr **all = kin_arena_alloc(arena, (count + 1) * sizeof(*all));

	if (!all)
		return NULL;
	all[0] = operand;
	if (count > 0)
		memcpy(all + 1, items, count * sizeof(*items));
	return parent(arena, KIN_EXPR_IN, all, count + 1);
}

kin_expr *kin_expr_call(kin_arena *arena, const char *function, kin_expr *const *items, size_t count)
{
	kin_expr *expr = function ? parent(arena, KIN_EXPR_CALL, items, count) : NULL;

	if (expr)
		expr->text = function;
	return expr;
}

kin_expr *kin_expr_exists(kin_arena *arena, kin_sql_select *select, bool negated)
{
	kin_expr *expr = select ? node(arena, KIN_EXPR_EXISTS) : NULL;

	if (expr) {
		expr->select = select;
		expr->negated = negated;
	}
	return expr;
}

kin_expr *kin_expr_path(kin_arena *arena, const char *const *names, size_t count, uint32_t at)
{
	kin_expr *expr = node(arena, KIN_EXPR_PATH);

	if (!expr)
		return NULL;
	expr->at = at;
	expr->count = count;
	expr->names = kin_arena_copy(arena, names, count * sizeof(*names));
	return expr->names ? expr : NULL;
}

kin_expr *kin_expr_row(kin_arena *arena, kin_expr *const *items, size_t count)
{
	return parent(arena, KIN_EXPR_ROW, items, count);
}

kin_expr *kin_expr_copy(kin_arena *arena, const kin_expr *expr)
{
	kin_expr *copy = expr ? kin_arena_copy(arena, expr, sizeof(*expr)) : NULL;

	if (!copy)
		return NULL;
	if (expr->names) {
		copy->names = kin_arena_copy(arena, expr->names, expr->count * sizeof(*expr->names));
		return copy->names ? copy : NULL;
	}
	if (!expr->items)
		return copy;
	copy->items = kin_arena_alloc(arena, expr->count * sizeof(*expr->items));
	for (size_t i = 0; copy->items && i < expr->count; i++)
		if (!(copy->items[i] = kin_expr_copy(arena, expr->items[i])))
			return NULL;
	return copy->items ? copy : NULL;
}

static int walk_window(const kin_sql_window *window, kin_expr_visit *fn, void *context)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < window->partition_count; i++)
		rc = kin_expr_walk(&window->partitions[i], fn, context);
	for (size_t i = 0; rc == 0 && i < window->order_count; i++)
		rc = kin_expr_walk(&window->orders[i].expr, fn, context);
	return rc;
}

int kin_expr_walk(kin_expr **expr, kin_expr_visit *fn, void *context)
{
	int rc = fn(context, expr);

	for (size_t i = 0; rc == 0 && (*expr)->items && i < (*expr)->count; i++)
		rc = kin_expr_walk(&(*expr)->items[i], fn, context);
	if (rc == 0 && (*expr)->window)
		rc = walk_window((*expr)->window, fn, context);
	if (rc == 0 && (*expr)->select)
		rc = kin_sql_select_walk((*expr)->select, fn, context);
	return rc;
}
