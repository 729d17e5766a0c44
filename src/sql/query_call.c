/* query_call.c - parses calls of functions, and the windows behind them.
 *
 *     count(distinct species)     count(*) filter (where age > 3)     sum(weight) over (partition by species order by id rows between 1 preceding and current row) */
#include "sql/query_node.h"

#include "sql/function.h"
#include "sql/query_expr.h"
#include "sql/query_rows.h"

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

/* rows between … and …: the words of a frame, upper case, up to the closing parenthesis. */
static bool parse_frame(kin_query_parser *p, kin_sql_window *window)
{
	static const char *const words[] = {
		"rows", "range", "groups", "between", "and", "unbounded", "preceding", "following", "current", "row",
	};
	kin_text text;

	kin_text_init(&text);
	while (!kin_token_is_punct(&p->token, ")")) {
		size_t i = 0;
		while (i < sizeof(words) / sizeof(*words) && !kin_token_is(&p->token, words[i]))
			i++;
		if (i == sizeof(words) / sizeof(*words) && p->token.kind != KIN_TOKEN_INTEGER) {
			kin_query_parser_expected(p, "')' or a frame, as in rows between 1 preceding and current row", NULL);
			break;
		}
		kin_query_node_word(p, &text);
	}
	window->frame = kin_text_keep(&text, p->arena);
	return p->rc == KIN_OK && (window->frame || kin_query_parser_nomem(p));
}

/* ([partition by …] [order by …] [frame]) */
static kin_sql_window *parse_window(kin_query_parser *p)
{
	kin_sql_window *window = kin_arena_zalloc(p->arena, sizeof(*window));
	kin_query_list l = { 0 };

	if (!window)
		return kin_query_parser_nomem(p);
	if (!kin_query_parser_expect_punct(p, "("))
		return NULL;
	if (kin_query_parser_accept(p, "partition")) {
		if (!kin_query_parser_expect(p, "by"))
			return NULL;
		do {
			if (!kin_query_node_push(p, &l, kin_query_expr(p)))
				return NULL;
		} while (kin_query_parser_accept_punct(p, ","));
		window->partitions = l.items;
		window->partition_count = l.count;
	}
	if (kin_query_parser_accept(p, "order")) {
		kin_query_text order = { 0 };
		if (!kin_query_parser_expect(p, "by") || !kin_query_orders(p, &order))
			return NULL;
		window->orders = order.orders;
		window->order_count = order.order_count;
	}
	if (!kin_token_is_punct(&p->token, ")") && !parse_frame(p, window))
		return NULL;
	return kin_query_parser_expect_punct(p, ")") ? window : NULL;
}

/* `over (`: over alone is a name. */
static bool accept_over(kin_query_parser *p)
{
	kin_token next = kin_query_parser_peek(p);

	return kin_token_is_punct(&next, "(") && kin_query_parser_accept(p, "over");
}

/* `filter (`: the same. */
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
	if (expr && accept_over(p) && !(expr->window = parse_window(p)))
		return NULL;
	return expr;
}
