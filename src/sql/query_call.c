/* query_call.c - parses calls of functions.
 *
 *     count(distinct species)     count(*) filter (where age > 3) */
#include "sql/query_node.h"

#include "sql/function.h"
#include "sql/query_expr.h"
#include "sql/query_window.h"

/* `distinct` is a word of its own in count(distinct x), and a name in count(distinct). */
static bool accept_distinct(kin_query_parser *p)
{
	kin_token next = kin_query_parser_peek(p);
	bool is_name = kin_token_is_punct(&next, ")") || kin_token_is_punct(&next, ",") ||
	               kin_token_is_punct(&next, ".");

	return !is_name && kin_query_parser_accept(p, "distinct");
}

/* The arguments of a call, up to its closing parenthesis. */
static bool call_arguments(kin_query_parser *p, kin_query_list *l, bool *ret_distinct)
{
	*ret_distinct = accept_distinct(p);
	if (kin_token_is_punct(&p->token, "*"))
		return kin_query_node_push(p, l, kin_query_operand_constant(p, KIN_EXPR_STAR)) && kin_query_parser_expect_punct(p, ")");
	if (!*ret_distinct && kin_query_parser_accept_punct(p, ")"))
		return true;
	return kin_query_node_list(p, l);
}

/* Functions are told apart without letter case, so they are kept in lower case. */
static char *function_name(kin_query_parser *p)
{
	char *name = kin_query_parser_take(p);

	for (char *c = name; c && *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return name;
}

/* `filter (`: filter alone is a name. */
static bool at_filter(const kin_query_parser *p)
{
	kin_token next = kin_query_parser_peek(p);

	return kin_token_is(&p->token, "filter") && kin_token_is_punct(&next, "(");
}

/* sum(x) filter (where y): as sum(case when y then x end), which all databases know, since aggregates pass over NULL. Of count(*) it is 1. */
static bool take_filter(kin_query_parser *p, const char *name, kin_query_list *l)
{
	const kin_token token = p->token;
	kin_expr *parts[2];

	if (!kin_function_is_aggregate(name) || l->count == 0)
		return kin_query_parser_fail(p, &token, "filter (where …) stands behind an aggregate, as in count(*) filter (where age > 3)");
	kin_query_parser_advance(p);
	kin_query_parser_advance(p);
	if (!kin_query_parser_expect(p, "where") || !(parts[0] = kin_query_expr(p)) || !kin_query_parser_expect_punct(p, ")"))
		return false;
	parts[1] = l->items[0]->kind == KIN_EXPR_STAR ? kin_expr_integer(p->arena, 1) : l->items[0];
	return (l->items[0] = kin_query_node_at(p, kin_expr_list(p->arena, KIN_EXPR_CASE, parts, 2), &token));
}

kin_expr *kin_query_call(kin_query_parser *p)
{
	const kin_token token = p->token;
	const char *name = function_name(p);
	bool distinct = false;
	kin_query_list l = { 0 };

	if (!name)
		return NULL;
	if (kin_query_parser_accept_punct(p, "(") && !call_arguments(p, &l, &distinct))
		return NULL;
	if (at_filter(p) && !take_filter(p, name, &l))
		return NULL;
	kin_expr *expr = kin_query_node_at(p, kin_expr_call(p->arena, name, l.items, l.count), &token);
	if (expr)
		expr->distinct = distinct;
	return expr && kin_query_over(p, expr) ? expr : NULL;
}
