/* compile_call.c - writes calls of functions, as the dialect spells them, and the windows behind them. */
#include "sql/compile_expr.h"

#include <kin/types.h>

#include "sql/function.h"

/* SQLite's DISTINCT is for one argument; a comma is what it puts between texts anyway. */
static bool drops_comma(const kin_compiler *c, const kin_expr *expr)
{
	return c->dialect->id == KIN_SQLITE && expr->distinct && expr->count == 2 && expr->items[1]->kind == KIN_EXPR_STRING &&
	       strcmp(expr->items[1]->text, ",") == 0;
}

static void arguments(kin_compiler *c, const kin_expr *expr)
{
	kin_compile_add(c, expr->distinct ? "DISTINCT " : "");
	kin_compile_exprs(c, expr->items, drops_comma(c, expr) ? 1 : expr->count, KIN_LEVEL_ANY);
}

/* A day without a time. */
static bool is_date(const kin_expr *expr)
{
	const kin_function *function = expr->kind == KIN_EXPR_CALL ? kin_function_find(expr->text, expr->count) : NULL;

	if (function && function->gives == KIN_GIVES_FIRST && expr->count > 0)
		return is_date(expr->items[0]);
	return (function && function->gives == KIN_KIND_DATE) || (expr->kind == KIN_EXPR_COLUMN && expr->result == KIN_KIND_DATE) ||
	       (expr->kind == KIN_EXPR_CAST && strcmp(expr->text, "DATE") == 0);
}

/* a || b || c */
static void joined_arguments(kin_compiler *c, const kin_expr *expr)
{
	for (size_t i = 0; i < expr->count; i++) {
		kin_compile_add(c, i > 0 ? " || " : "");
		kin_compile_expr(c, expr->items[i], KIN_LEVEL_PRIMARY);
	}
}

/* A call that is spelled by a template; see function.h. */
static void template_call(kin_compiler *c, const kin_expr *expr, const char *template)
{
	for (const char *dollar; (dollar = strchr(template, '$')); template = dollar + 2) {
		kin_text_add_n(&c->text, template, (size_t)(dollar - template));
		char what = dollar[1];
		if (what == '*')
			kin_compile_add(c, expr->distinct ? "DISTINCT " : "");
		else if (what == '|')
			joined_arguments(c, expr);
		else if (what == '<' && !is_date(expr->items[0]))
			dollar = strstr(dollar, "$>");
		else if (what >= 'a' && what <= 'c')
			kin_compile_expr(c, expr->items[what - 'a'], KIN_LEVEL_PRIMARY);
		else if (what != '<' && what != '>')
			kin_compile_expr(c, expr->items[what - '1'], KIN_LEVEL_ANY);
	}
	kin_compile_add(c, template);
}

/* OVER (PARTITION BY … ORDER BY … ROWS …) */
static void over(kin_compiler *c, const kin_sql_window *window)
{
	kin_compile_add(c, " OVER (");
	kin_compile_add(c, window->partition_count > 0 ? "PARTITION BY " : "");
	kin_compile_exprs(c, window->partitions, window->partition_count, KIN_LEVEL_ANY);
	kin_compile_add(c, window->partition_count > 0 && window->order_count > 0 ? " " : "");
	kin_compile_orders(c, window->orders, window->order_count);
	if (window->frame) {
		kin_compile_add(c, window->partition_count > 0 || window->order_count > 0 ? " " : "");
		kin_compile_add(c, window->frame);
	}
	kin_compile_add(c, ")");
}

static void plain_call(kin_compiler *c, const kin_expr *expr)
{
	const kin_function *function = kin_function_find(expr->text, expr->count);
	const char *text = function ? function->texts[c->dialect->id] : NULL;

	if (text && (function->most == 0 || strchr(text, '('))) {
		template_call(c, expr, text);
		return;
	}
	kin_compile_add(c, text ? text : expr->text);
	kin_text_add_char(&c->text, '(');
	arguments(c, expr);
	kin_text_add_char(&c->text, ')');
}

void kin_compile_call(kin_compiler *c, const kin_expr *expr)
{
	plain_call(c, expr);
	if (expr->window)
		over(c, expr->window);
}
