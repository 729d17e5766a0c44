/* resolve_result.c - what kind of value an expression gives, as far as that is the same on every database. */
#include "orm/resolve_result.h"

#include <strings.h>

#include "sql/function.h"

/* What a CAST gives, by the first word of its type. */
static const struct giver {
	const char *name;
	int         gives;
} casts[] = {
	{ "BIGINT", KIN_KIND_INT64 },     { "BOOLEAN", KIN_KIND_BOOL },  { "CHAR", KIN_KIND_TEXT },
	{ "DATE", KIN_KIND_DATE },        { "DOUBLE", KIN_KIND_DOUBLE }, { "INT", KIN_KIND_INT64 },
	{ "INTEGER", KIN_KIND_INT64 },    { "REAL", KIN_KIND_DOUBLE },   { "SMALLINT", KIN_KIND_INT64 },
	{ "TEXT", KIN_KIND_TEXT },        { "TIME", KIN_KIND_TIME },     { "VARCHAR", KIN_KIND_TEXT },
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

bool kin_resolve_is_integer(int kind)
{
	return kind > KIN_KIND_BOOL && kind < KIN_KIND_FLOAT;
}

static bool is_number(int kind)
{
	return kind >= KIN_KIND_BOOL && kind <= KIN_KIND_DECIMAL;
}

/* Of two values one of which is given. */
static int either(int a, int b)
{
	if (a == b || b == KIN_KIND_NULL)
		return a;
	if (a == KIN_KIND_NULL)
		return b;
	if (kin_resolve_is_integer(a) && kin_resolve_is_integer(b))
		return KIN_KIND_INT64;
	return is_number(a) && is_number(b) ? KIN_KIND_DOUBLE : KIN_KIND_NULL;
}

static int of_items(const kin_resolver *resolver, const kin_expr *expr, size_t first, size_t step)
{
	int kind = KIN_KIND_NULL;

	for (size_t i = first; i < expr->count; i += step)
		kind = either(kind, kin_resolve_result(resolver, expr->items[i]));
	return kind;
}

/* case [base] when … then … [else …]: what stands after `then` and `else`. */
static int of_case(const kin_resolver *resolver, const kin_expr *expr)
{
	size_t first = expr->base ? 1 : 0;
	bool has_else = (expr->count - first) % 2 == 1;
	int kind = of_items(resolver, expr, first + 1, 2);

	return has_else ? either(kind, kin_resolve_result(resolver, expr->items[expr->count - 1])) : kind;
}

static int of_call(const kin_resolver *resolver, const kin_expr *expr)
{
	const kin_function *function = kin_function_find(expr->text, expr->count);
	int kind;

	if (!function || function->gives >= 0)
		return function ? function->gives : KIN_KIND_NULL;
	kind = of_items(resolver, expr, 0, function->gives == KIN_GIVES_FIRST ? expr->count : 1);
	return function->gives == KIN_GIVES_SUM && kin_resolve_is_integer(kind) ? KIN_KIND_INT64 : kind;
}

static int of_cast(const kin_expr *expr)
{
	size_t length = strcspn(expr->text, " (");

	for (size_t i = 0; i < COUNT(casts); i++)
		if (strlen(casts[i].name) == length && strncasecmp(casts[i].name, expr->text, length) == 0)
			return casts[i].gives;
	return KIN_KIND_NULL;
}

static int of_binary(const kin_resolver *resolver, const kin_expr *expr)
{
	int left, right;

	if (expr->op == KIN_OP_CONCAT)
		return KIN_KIND_TEXT;
	if (expr->op <= KIN_OP_GE)
		return KIN_KIND_BOOL;
	left = kin_resolve_result(resolver, expr->items[0]);
	right = kin_resolve_result(resolver, expr->items[1]);
	if (expr->op >= KIN_OP_BIT_AND && expr->op <= KIN_OP_SHIFT_RIGHT)
		return KIN_KIND_INT64;
	return is_number(left) && is_number(right) ? either(left, right) : KIN_KIND_NULL;
}

static int of_param(const kin_resolver *resolver, uint32_t slot)
{
	bool known = slot < resolver->slot_count && resolver->slots[slot].argument < resolver->argument_count;
	int kind = known ? kin_resolve_kind_of(resolver, resolver->slots[slot].argument) : KIN_KIND_NULL;

	return kind >= KIN_KIND_ARRAY ? KIN_KIND_NULL : kind;
}

int kin_resolve_result(const kin_resolver *resolver, const kin_expr *expr)
{
	switch ((kin_expr_kind)expr->kind) {
	case KIN_EXPR_COLUMN:
		return expr->result;
	case KIN_EXPR_PARAM:
		return of_param(resolver, expr->index);
	case KIN_EXPR_INTEGER:
		return KIN_KIND_INT64;
	case KIN_EXPR_REAL:
		return KIN_KIND_DOUBLE;
	case KIN_EXPR_STRING:
		return KIN_KIND_TEXT;
	case KIN_EXPR_TRUE:
	case KIN_EXPR_FALSE:
	case KIN_EXPR_LIKE:
	case KIN_EXPR_BETWEEN:
	case KIN_EXPR_IN:
	case KIN_EXPR_IS_NULL:
	case KIN_EXPR_EXISTS:
		return KIN_KIND_BOOL;
	case KIN_EXPR_UNARY:
		return expr->op == KIN_OP_NOT ? KIN_KIND_BOOL : kin_resolve_result(resolver, expr->items[0]);
	case KIN_EXPR_BINARY:
		return of_binary(resolver, expr);
	case KIN_EXPR_CALL:
		return of_call(resolver, expr);
	case KIN_EXPR_CASE:
		return of_case(resolver, expr);
	case KIN_EXPR_CAST:
		return of_cast(expr);
	case KIN_EXPR_SUBQUERY:
		return expr->select ? kin_resolve_result(resolver, expr->select->outputs[0].expr) : KIN_KIND_NULL;
	default:
		return KIN_KIND_NULL;
	}
}

/* What gives one of its arguments as it is, the others being of the same kind. Numbers only: abs() and the like give others, of no enum. */
static const kin_attribute *origin_of_call(const kin_expr *expr)
{
	const kin_function *function = kin_function_find(expr->text, expr->count);
	bool same = function && (function->gives == KIN_GIVES_ARGUMENTS || function->gives == KIN_GIVES_FIRST);

	return same && expr->count > 0 ? kin_resolve_origin(expr->items[0]) : NULL;
}

const kin_attribute *kin_resolve_origin(const kin_expr *expr)
{
	switch ((kin_expr_kind)expr->kind) {
	case KIN_EXPR_COLUMN:
		return expr->origin;
	case KIN_EXPR_CALL:
		return origin_of_call(expr);
	case KIN_EXPR_SUBQUERY:
		return expr->select ? kin_resolve_origin(expr->select->outputs[0].expr) : NULL;
	default:
		return NULL;
	}
}
