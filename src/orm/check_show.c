/* check_show.c - an expression as people write it, for sentences. */
#include "orm/check.h"

#include "base/text.h"
#include "sql/operator.h"

static void show(kin_text *out, const kin_expr *expr);

static void show_list(kin_text *out, const kin_expr *expr, size_t first)
{
	enum { MOST = 4 };

	for (size_t i = first; i < expr->count; i++) {
		kin_text_add(out, i > first ? ", " : "");
		if (i - first == MOST) {
			kin_text_add(out, "…");
			return;
		}
		show(out, expr->items[i]);
	}
}

static void show_column(kin_text *out, const kin_expr *expr)
{
	const kin_attribute *a = expr->origin;

	if (a)
		kin_text_addf(out, "%s.%s", a->mapping->name, a->name);
	else
		kin_text_addf(out, "%s%s%s", expr->table ? expr->table : "", expr->table ? "." : "", expr->text);
}

static void show_in(kin_text *out, const kin_expr *expr)
{
	show(out, expr->items[0]);
	kin_text_add(out, expr->negated ? " not in (" : " in (");
	if (expr->select)
		kin_text_add(out, "select …");
	show_list(out, expr, 1);
	kin_text_add_char(out, ')');
}

static void show_binary(kin_text *out, const kin_expr *expr)
{
	show(out, expr->items[0]);
	if (expr->null_safe)
		kin_text_add(out, expr->op == KIN_OP_EQ ? " is " : " is not ");
	else
		kin_text_addf(out, expr->op == KIN_OP_AND ? " and " : expr->op == KIN_OP_OR ? " or " : " %s ", kin_operator_get((kin_op)expr->op)->text);
	show(out, expr->items[1]);
}

static void show_between(kin_text *out, const kin_expr *expr)
{
	show(out, expr->items[0]);
	kin_text_add(out, expr->negated ? " not between " : " between ");
	show(out, expr->items[1]);
	kin_text_add(out, " and ");
	show(out, expr->items[2]);
}

static void show(kin_text *out, const kin_expr *expr)
{
	switch ((kin_expr_kind)expr->kind) {
	case KIN_EXPR_COLUMN:
		show_column(out, expr);
		break;
	case KIN_EXPR_PARAM:
		kin_text_add_char(out, '?');
		break;
	case KIN_EXPR_INTEGER:
		kin_text_addf(out, "%lld", (long long)expr->integer);
		break;
	case KIN_EXPR_REAL:
		kin_text_add(out, expr->text);
		break;
	case KIN_EXPR_STRING:
		kin_text_add_quoted(out, expr->text, '\'');
		break;
	case KIN_EXPR_NULL:
		kin_text_add(out, "null");
		break;
	case KIN_EXPR_TRUE:
	case KIN_EXPR_FALSE:
		kin_text_add(out, expr->kind == KIN_EXPR_TRUE ? "true" : "false");
		break;
	case KIN_EXPR_STAR:
		kin_text_add_char(out, '*');
		break;
	case KIN_EXPR_UNARY:
		kin_text_add(out, expr->op == KIN_OP_NOT ? "not " : "-");
		show(out, expr->items[0]);
		break;
	case KIN_EXPR_BINARY:
		show_binary(out, expr);
		break;
	case KIN_EXPR_BETWEEN:
		show_between(out, expr);
		break;
	case KIN_EXPR_IN:
		show_in(out, expr);
		break;
	case KIN_EXPR_LIKE:
		show(out, expr->items[0]);
		kin_text_add(out, expr->negated ? " not like " : " like ");
		show(out, expr->items[1]);
		break;
	case KIN_EXPR_IS_NULL:
		show(out, expr->items[0]);
		kin_text_add(out, expr->negated ? " is not null" : " is null");
		break;
	case KIN_EXPR_CALL:
		kin_text_addf(out, "%s(%s", expr->text, expr->distinct ? "distinct " : "");
		show_list(out, expr, 0);
		kin_text_add_char(out, ')');
		break;
	default:
		kin_text_add(out, "…");
	}
}

const char *kin_check_show(kin_check *check, const kin_expr *expr)
{
	const char *shown;
	kin_text out;

	kin_text_init(&out);
	show(&out, expr);
	shown = kin_text_ok(&out) ? kin_arena_strdup(check->arena, out.data) : NULL;
	kin_text_done(&out);
	check->failed = check->failed || !shown;
	return shown;
}
