/* query_expr.c - parses expressions by recursive descent, one level of operators after the other. */
#include "sql/query_expr.h"

#include "sql/operator.h"
#include "sql/query_node.h"

static kin_expr *parse(kin_query_parser *p, kin_level level);

static kin_expr *unary(kin_query_parser *p)
{
	const kin_token token = p->token;
	kin_expr *operand;

	if (kin_query_parser_accept_punct(p, "-")) {
		if (p->token.kind == KIN_TOKEN_INTEGER)
			return kin_query_operand_integer(p, true);
		if (!kin_query_node_enter(p) || !(operand = unary(p)))
			return NULL;
		p->depth--;
		return kin_query_node_at(p, kin_expr_unary(p->arena, KIN_OP_NEG, operand), &token);
	}
	if (kin_query_parser_accept_punct(p, "~")) {
		if (!kin_query_node_enter(p) || !(operand = unary(p)))
			return NULL;
		p->depth--;
		return kin_query_node_at(p, kin_expr_unary(p->arena, KIN_OP_BIT_NOT, operand), &token);
	}
	kin_query_parser_accept_punct(p, "+");
	return kin_query_operand(p);
}

/* items[0] … of a LIKE, BETWEEN or IN whose keyword has been read. */
static kin_expr *predicate(kin_query_parser *p, kin_expr_kind kind, const kin_query_list *l, bool negated)
{
	kin_expr *expr = kin_query_node(p, kin_expr_list(p->arena, kind, l->items, l->count));

	if (expr)
		expr->negated = negated;
	return expr;
}

static kin_expr *like(kin_query_parser *p, kin_expr *left, bool negated, bool fold)
{
	kin_query_list l = { 0 };
	kin_expr *expr;

	if (!kin_query_node_push(p, &l, left) || !kin_query_node_push(p, &l, parse(p, KIN_LEVEL_BIT)))
		return NULL;
	if (kin_query_parser_accept(p, "escape") && !kin_query_node_push(p, &l, parse(p, KIN_LEVEL_BIT)))
		return NULL;
	if ((expr = predicate(p, KIN_EXPR_LIKE, &l, negated)))
		expr->fold = fold;
	return expr;
}

static kin_expr *between(kin_query_parser *p, kin_expr *left, bool negated)
{
	kin_query_list l = { 0 };

	if (!kin_query_node_push(p, &l, left) || !kin_query_node_push(p, &l, parse(p, KIN_LEVEL_BIT)) || !kin_query_parser_expect(p, "and") ||
	    !kin_query_node_push(p, &l, parse(p, KIN_LEVEL_BIT)))
		return NULL;
	return predicate(p, KIN_EXPR_BETWEEN, &l, negated);
}

/* (select …), or at least one value. */
static bool in_items(kin_query_parser *p, kin_query_list *l, kin_expr **ret_inside)
{
	if (!kin_query_parser_expect_punct(p, "("))
		return false;
	if (kin_token_is_punct(&p->token, ")"))
		return kin_query_parser_fail(p, &p->token, "nothing is in an empty list; an array may be empty: in (?)");
	if (!kin_query_operand_is_query(p))
		return kin_query_node_list(p, l);
	*ret_inside = kin_query_operand_query(p, KIN_EXPR_SUBQUERY, &p->before);
	return *ret_inside;
}

static kin_expr *in(kin_query_parser *p, kin_expr *left, bool negated)
{
	kin_query_list l = { 0 };
	bool ok = kin_query_node_push(p, &l, left);
	kin_expr *inside = NULL, *expr;

	if (ok && p->token.kind == KIN_TOKEN_PARAM)
		ok = kin_query_node_push(p, &l, kin_query_operand_param(p));
	else
		ok = ok && in_items(p, &l, &inside);
	expr = ok ? predicate(p, KIN_EXPR_IN, &l, negated) : NULL;
	if (expr && inside)
		expr->query = inside->query;
	return expr;
}

/* is [not] null, is [not] distinct from x, is [not] x. */
static kin_expr *is(kin_query_parser *p, kin_expr *left)
{
	bool negated = kin_query_parser_accept(p, "not"), equal = !negated;
	kin_token next = kin_query_parser_peek(p);
	kin_expr *right, *expr;

	if (kin_query_parser_accept(p, "null"))
		return kin_query_node(p, kin_expr_is_null(p->arena, left, negated));
	if (kin_token_is(&p->token, "distinct") && kin_token_is(&next, "from")) {
		kin_query_parser_advance(p);
		kin_query_parser_advance(p);
		equal = negated;
	}
	if (!(right = parse(p, KIN_LEVEL_BIT)))
		return NULL;
	if ((expr = kin_query_node(p, kin_expr_binary(p->arena, equal ? KIN_OP_EQ : KIN_OP_NE, left, right))))
		expr->null_safe = true;
	return expr;
}

/* What follows a left side: [not] in, like, ilike, between. */
static kin_expr *test(kin_query_parser *p, kin_expr *left)
{
	bool negated = kin_query_parser_accept(p, "not");

	if (kin_query_parser_accept(p, "in"))
		return in(p, left, negated);
	if (kin_query_parser_accept(p, "like"))
		return like(p, left, negated, false);
	if (kin_query_parser_accept(p, "ilike"))
		return like(p, left, negated, true);
	if (kin_query_parser_accept(p, "between"))
		return between(p, left, negated);
	return negated ? kin_query_parser_expected(p, "'in', 'like', 'ilike' or 'between'", NULL) : left;
}

static kin_op operator_here(const kin_query_parser *p, kin_level level)
{
	if (p->token.kind != KIN_TOKEN_PUNCT && p->token.kind != KIN_TOKEN_NAME)
		return KIN_OP_NONE;
	return kin_operator_find(level, p->token.start, p->token.length);
}

static kin_expr *comparison(kin_query_parser *p)
{
	kin_expr *left = parse(p, KIN_LEVEL_BIT), *right;
	kin_op op;

	if (!left)
		return NULL;
	if (kin_query_parser_accept(p, "is")) {
		left = is(p, left);
	} else if ((op = operator_here(p, KIN_LEVEL_COMPARE)) != KIN_OP_NONE) {
		kin_query_parser_advance(p);
		right = parse(p, KIN_LEVEL_BIT);
		left = right ? kin_query_node(p, kin_expr_binary(p->arena, op, left, right)) : NULL;
	} else {
		left = test(p, left);
	}
	if (left && (operator_here(p, KIN_LEVEL_COMPARE) != KIN_OP_NONE || kin_token_is(&p->token, "is")))
		return kin_query_parser_fail(p, &p->token, "a comparison of a comparison; write 'and' between two, "
		                             "or parentheses");
	return left;
}

static kin_expr *negation(kin_query_parser *p)
{
	const kin_token token = p->token;
	kin_expr *operand;

	if (!kin_query_parser_accept(p, "not"))
		return comparison(p);
	if (!kin_query_node_enter(p) || !(operand = negation(p)))
		return NULL;
	p->depth--;
	return kin_query_node_at(p, kin_expr_unary(p->arena, KIN_OP_NOT, operand), &token);
}

/* Operators of a level and of those that bind tighter. */
static kin_expr *parse(kin_query_parser *p, kin_level level)
{
	kin_expr *left, *right;
	kin_op op;

	if (level == KIN_LEVEL_NOT)
		return negation(p);
	if (level == KIN_LEVEL_NEG)
		return unary(p);
	left = parse(p, level + 1);
	while (left && (op = operator_here(p, level)) != KIN_OP_NONE) {
		kin_query_parser_advance(p);
		right = parse(p, level + 1);
		left = right ? kin_query_node(p, kin_expr_binary(p->arena, op, left, right)) : NULL;
	}
	return left;
}

kin_expr *kin_query_expr(kin_query_parser *p)
{
	kin_expr *expr;

	if (!kin_query_node_enter(p))
		return NULL;
	expr = parse(p, KIN_LEVEL_OR);
	p->depth--;
	return expr;
}

kin_expr *kin_query_expr_count(kin_query_parser *p)
{
	if (p->token.kind == KIN_TOKEN_PARAM)
		return kin_query_operand_param(p);
	if (p->token.kind == KIN_TOKEN_INTEGER)
		return kin_query_operand_integer(p, false);
	return kin_query_parser_expected(p, "a whole number or '?'", NULL);
}
