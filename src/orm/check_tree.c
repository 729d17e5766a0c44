/* check_tree.c - goes through a statement, select by select and comparison by comparison. */
#include "orm/check.h"

#include <stdarg.h>

void kin_check_note(kin_check *check, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *sentence = kin_arena_vprintf(check->arena, format, arguments);
	va_end(arguments);
	if (sentence)
		check->note(check->context, sentence);
	else
		check->failed = true;
}

static bool is_and(const kin_expr *expr)
{
	return expr->kind == KIN_EXPR_BINARY && expr->op == KIN_OP_AND;
}

/* `negated`: it is true where the condition is not, and then it may well be never so. */
static void look(kin_check *check, const kin_check_scope *scope, const kin_expr *expr, bool anded, bool negated)
{
	bool not_so = expr->kind == KIN_EXPR_UNARY && expr->op == KIN_OP_NOT;

	if (!anded && !negated)
		kin_check_range(check, expr);
	if (!negated)
		kin_check_never(check, scope, expr);
	for (size_t i = 0; expr->items && i < expr->count; i++)
		look(check, scope, expr->items[i], is_and(expr), negated != not_so);
	for (size_t i = 0; expr->window && i < expr->window->partition_count; i++)
		look(check, scope, expr->window->partitions[i], false, false);
	for (size_t i = 0; expr->window && i < expr->window->order_count; i++)
		look(check, scope, expr->window->orders[i].expr, false, false);
	if (expr->select)
		kin_check_select(check, expr->select, scope);
}

static void look_if(kin_check *check, const kin_check_scope *scope, const kin_expr *expr)
{
	if (expr)
		look(check, scope, expr, false, false);
}

static void look_at_sources(kin_check *check, const kin_check_scope *scope)
{
	const kin_sql_select *select = scope->select;

	for (size_t i = 0; i < select->cte_count; i++)
		kin_check_select(check, select->ctes[i].select, scope->outer);
	for (size_t i = 0; i < select->source_count; i++) {
		if (select->sources[i].select)
			kin_check_select(check, select->sources[i].select, scope->outer);
		look_if(check, scope, select->sources[i].on);
	}
}

void kin_check_select(kin_check *check, const kin_sql_select *select, const kin_check_scope *outer)
{
	for (; select; select = select->next) {
		const kin_check_scope scope = { .select = select, .outer = outer };
		look_at_sources(check, &scope);
		for (size_t i = 0; i < select->output_count; i++)
			look_if(check, &scope, select->outputs[i].expr);
		look_if(check, &scope, select->where);
		look_if(check, &scope, select->having);
		for (size_t i = 0; i < select->order_count; i++)
			look_if(check, &scope, select->orders[i].expr);
		kin_check_group(check, select);
	}
}
