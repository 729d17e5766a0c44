/* query_operand.c - parses what operators stand between: numbers, texts, `?`, names, parentheses, case, cast, exists. */
#include "sql/query_node.h"

#include "sql/cast.h"
#include "sql/function.h"
#include "sql/query_expr.h"
#include "sql/query_rows.h"

kin_expr *kin_query_operand_integer(kin_query_parser *p, bool negative)
{
	uint64_t value = 0, limit = (uint64_t)INT64_MAX + negative;
	const kin_token token = p->token;

	for (size_t i = 0; i < token.length; i++) {
		unsigned digit = (unsigned)(token.start[i] - '0');
		if (value > (limit - digit) / 10)
			return kin_query_parser_fail(p, &token, "%.*s does not fit in 64 bits", (int)token.length,
			                             token.start);
		value = value * 10 + digit;
	}
	kin_query_parser_advance(p);
	int64_t number = negative ? (int64_t)(0 - value) : (int64_t)value;
	return kin_query_node_at(p, kin_expr_integer(p->arena, number), &token);
}

kin_expr *kin_query_operand_param(kin_query_parser *p)
{
	const kin_token token = p->token;

	kin_query_parser_advance(p);
	return kin_query_node_at(p, kin_expr_param(p->arena, p->params++), &token);
}

static kin_expr *literal(kin_query_parser *p, kin_expr *(*build)(kin_arena *arena, const char *text))
{
	const kin_token token = p->token;
	const char *text = kin_query_parser_take(p);

	return text ? kin_query_node_at(p, build(p->arena, text), &token) : NULL;
}

kin_expr *kin_query_operand_constant(kin_query_parser *p, kin_expr_kind kind)
{
	const kin_token token = p->token;

	kin_query_parser_advance(p);
	return kin_query_node_at(p, kin_expr_constant(p->arena, kind), &token);
}

bool kin_query_operand_is_query(const kin_query_parser *p)
{
	kin_token next = kin_query_parser_peek(p);

	if (!kin_token_is(&p->token, "select") && !kin_token_is(&p->token, "with"))
		return false;
	return next.kind != KIN_TOKEN_PUNCT || kin_token_is_punct(&next, "(") || kin_token_is_punct(&next, "*") || kin_token_is_punct(&next, "-");
}

kin_expr *kin_query_operand_query(kin_query_parser *p, kin_expr_kind kind, const kin_token *token)
{
	kin_query_text *inside;
	kin_expr *expr;

	if (!kin_query_node_enter(p) || !(inside = kin_query_rows_inside(p)))
		return NULL;
	p->depth--;
	if ((expr = kin_query_node_at(p, kin_expr_constant(p->arena, kind), token)))
		expr->query = inside;
	return expr;
}

/* (expr), or a row (expr, expr …), or (select …). */
static kin_expr *parentheses(kin_query_parser *p)
{
	const kin_token token = p->token;
	kin_query_list l = { 0 };

	kin_query_parser_advance(p);
	if (kin_query_operand_is_query(p))
		return kin_query_operand_query(p, KIN_EXPR_SUBQUERY, &token);
	if (!kin_query_node_list(p, &l))
		return NULL;
	return l.count == 1 ? l.items[0] : kin_query_node_at(p, kin_expr_row(p->arena, l.items, l.count), &token);
}

/* case [base] when … then … [else …] end */
static bool case_items(kin_query_parser *p, kin_query_list *l)
{
	do {
		if (!kin_query_parser_expect(p, "when") || !kin_query_node_push(p, l, kin_query_expr(p)) ||
		    !kin_query_parser_expect(p, "then") || !kin_query_node_push(p, l, kin_query_expr(p)))
			return false;
	} while (kin_token_is(&p->token, "when"));
	if (kin_query_parser_accept(p, "else") && !kin_query_node_push(p, l, kin_query_expr(p)))
		return false;
	return kin_query_parser_expect(p, "end");
}

static kin_expr *case_when(kin_query_parser *p)
{
	const kin_token token = p->token;
	kin_query_list l = { 0 };
	bool base;

	kin_query_parser_advance(p);
	p->cases++;
	base = !kin_token_is(&p->token, "when");
	if ((base && !kin_query_node_push(p, &l, kin_query_expr(p))) || !case_items(p, &l))
		return NULL;
	p->cases--;
	kin_expr *expr = kin_query_node_at(p, kin_expr_list(p->arena, KIN_EXPR_CASE, l.items, l.count), &token);
	if (expr)
		expr->base = base;
	return expr;
}

/* (80) or (10, 2) */
static bool type_arguments(kin_query_parser *p, kin_text *out)
{
	do {
		kin_text_add(out, p->before.start[0] == '(' ? "(" : ", ");
		if (p->token.kind != KIN_TOKEN_INTEGER)
			return kin_query_parser_expected(p, "a number", NULL);
		kin_text_add_n(out, p->token.start, p->token.length);
		kin_query_parser_advance(p);
	} while (kin_query_parser_accept_punct(p, ","));
	kin_text_add(out, ")");
	return kin_query_parser_expect_punct(p, ")");
}

/* A type, whose words come out in upper case: DOUBLE PRECISION. */
static bool type(kin_query_parser *p, kin_text *out)
{
	const kin_token token = p->token;

	if (token.kind != KIN_TOKEN_NAME)
		return kin_query_parser_expected(p, "a type", NULL);
	do
		kin_query_node_word(p, out);
	while (p->token.kind == KIN_TOKEN_NAME);
	if (kin_text_ok(out) && !kin_cast_is_known(out->data)) {
		const char *meant = kin_cast_nearest(out->data);
		return kin_query_parser_fail(p, &token, "there is no type '%.*s'%s%s%s", (int)token.length, token.start,
		                             meant ? "; did you mean '" : "", meant ? meant : "", meant ? "'?" : "");
	}
	return !kin_query_parser_accept_punct(p, "(") || type_arguments(p, out);
}

/* cast(expr as type) */
static kin_expr *cast(kin_query_parser *p)
{
	const kin_token token = p->token;
	kin_expr *operand, *expr = NULL;
	kin_text name;

	kin_text_init(&name);
	kin_query_parser_advance(p);
	kin_query_parser_advance(p);
	if (!(operand = kin_query_expr(p)) || !kin_query_parser_expect(p, "as") || !type(p, &name) ||
	    !kin_query_parser_expect_punct(p, ")"))
		goto out;
	if ((expr = kin_query_node_at(p, kin_expr_list(p->arena, KIN_EXPR_CAST, &operand, 1), &token))) {
		expr->text = kin_text_ok(&name) ? kin_arena_strdup(p->arena, name.data) : NULL;
		if (!expr->text)
			expr = kin_query_parser_nomem(p);
	}
out:
	kin_text_done(&name);
	return expr;
}

/* exists (select …) */
static kin_expr *exists(kin_query_parser *p)
{
	const kin_token token = p->token;

	kin_query_parser_advance(p);
	kin_query_parser_advance(p);
	return kin_query_operand_query(p, KIN_EXPR_EXISTS, &token);
}

static kin_expr *path(kin_query_parser *p)
{
	uint32_t at = (uint32_t)p->token.at;
	const char **names;
	size_t count;

	if (!kin_query_parser_path(p, &names, &count))
		return NULL;
	return kin_query_node(p, kin_expr_path(p->arena, names, count, at));
}

/* Words that cannot be a value. Clauses' words can, where they do not begin one. */
static bool is_taken(const kin_query_parser *p)
{
	static const char *const words[] = { "and", "or", "not", "is", "in", "like", "ilike", "between", "when", "then", "else" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (kin_token_is(&p->token, words[i]))
			return true;
	return (p->cases > 0 && kin_token_is(&p->token, "end")) || kin_query_parser_at_clause(p);
}

/* A value that begins with a word: a constant, a call, a path … */
static kin_expr *word(kin_query_parser *p)
{
	kin_token next = kin_query_parser_peek(p);
	bool called = kin_token_is_punct(&next, "(");

	if (is_taken(p))
		return kin_query_parser_expected(p, "a value", NULL);
	if (kin_token_is(&p->token, "null"))
		return kin_query_operand_constant(p, KIN_EXPR_NULL);
	if (kin_token_is(&p->token, "true"))
		return kin_query_operand_constant(p, KIN_EXPR_TRUE);
	if (kin_token_is(&p->token, "false"))
		return kin_query_operand_constant(p, KIN_EXPR_FALSE);
	if (kin_token_is(&p->token, "case"))
		return case_when(p);
	if (kin_token_is(&p->token, "cast") && called)
		return cast(p);
	if (kin_token_is(&p->token, "exists") && called)
		return exists(p);
	if (kin_token_is(&p->token, "select") && (kin_token_is_name(&next) || kin_token_is_punct(&next, "*")))
		return kin_query_parser_fail(p, &p->token, "a query inside a query stands in parentheses: (select …)");
	if (called && (kin_token_is(&p->token, "any") || kin_token_is(&p->token, "all") || kin_token_is(&p->token, "some")))
		return kin_query_parser_fail(p, &p->token, "not every database has 'any' and 'all': `= any` is `in (…)`, and what is above all of a query's is above "
		                             "its max()");
	return called || kin_function_is_bare(p->token.start, p->token.length) ? kin_query_call(p) : path(p);
}

kin_expr *kin_query_operand(kin_query_parser *p)
{
	switch (p->token.kind) {
	case KIN_TOKEN_PARAM:
		return kin_query_operand_param(p);
	case KIN_TOKEN_INTEGER:
		return kin_query_operand_integer(p, false);
	case KIN_TOKEN_REAL:
		return literal(p, kin_expr_real);
	case KIN_TOKEN_STRING:
		return literal(p, kin_expr_string);
	case KIN_TOKEN_QUOTED:
		return path(p);
	case KIN_TOKEN_NAME:
		return word(p);
	default:
		if (kin_token_is_punct(&p->token, "("))
			return parentheses(p);
		return kin_query_parser_expected(p, "a value", NULL);
	}
}
