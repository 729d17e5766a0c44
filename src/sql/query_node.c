/* query_node.c - the nodes of an expression that is being parsed, and lists of them.
 *
 * Two limits keep the stack safe: DEPTH for what the parser goes into, TALL for trees, since a chain (a + b + c …) is a
 * tall tree that was parsed without going into anything. */
#include "sql/query_node.h"

#include "sql/query_expr.h"

enum { DEPTH = 200, TALL = 1000 };

kin_expr *kin_query_node(kin_query_parser *p, kin_expr *expr)
{
	if (!expr)
		return kin_query_parser_nomem(p);
	if (expr->depth > TALL)
		return kin_query_parser_fail(p, &p->token, "more than %d operators in a row", TALL);
	return expr;
}

kin_expr *kin_query_node_at(kin_query_parser *p, kin_expr *expr, const kin_token *token)
{
	if (!kin_query_node(p, expr))
		return NULL;
	expr->at = (uint32_t)token->at;
	return expr;
}

bool kin_query_node_enter(kin_query_parser *p)
{
	if (p->depth == DEPTH)
		return kin_query_parser_fail(p, &p->token, "nested more than %d levels deep", DEPTH);
	p->depth++;
	return true;
}

bool kin_query_node_push(kin_query_parser *p, kin_query_list *l, kin_expr *expr)
{
	if (!expr)
		return false;
	kin_expr **items = kin_query_parser_room(p, l->items, l->count, &l->capacity, sizeof(*items));
	if (!items)
		return false;
	l->items = items;
	items[l->count++] = expr;
	return true;
}

bool kin_query_node_list(kin_query_parser *p, kin_query_list *l)
{
	do {
		if (!kin_query_node_push(p, l, kin_query_expr(p)))
			return false;
	} while (kin_query_parser_accept_punct(p, ","));
	return kin_query_parser_expect_punct(p, ")");
}

void kin_query_node_word(kin_query_parser *p, kin_text *out)
{
	kin_text_add(out, out->length > 0 ? " " : "");
	for (size_t i = 0; i < p->token.length; i++) {
		char c = p->token.start[i];
		kin_text_add_char(out, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
	}
	kin_query_parser_advance(p);
}
