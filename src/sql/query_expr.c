/* query_expr.c - parses expressions by recursive descent, one level of operators after the other.
 *
 * Two limits keep the stack safe: DEPTH for what the parser goes into, TALL for trees, since a chain (a + b + c …) is a
 * tall tree that was parsed without going into anything. */
#include "sql/query_expr.h"

#include "sql/cast.h"
#include "sql/function.h"
#include "sql/operator.h"
#include "sql/query_rows.h"

enum { DEPTH = 200, TALL = 1000 };

static kin_expr *parse(kin_query_parser *p, kin_level level);

/* Note a failure to build, and refuse trees that are too tall. */
static kin_expr *made(kin_query_parser *p, kin_expr *expr)
{
	if (!expr)
		return kin_query_parser_nomem(p);
	if (expr->depth > TALL)
		return kin_query_parser_fail(p, &p->token, "more than %d operators in a row", TALL);
	return expr;
}

/* A node that begins at `token`. */
static kin_expr *made_at(kin_query_parser *p, kin_expr *expr, const kin_token *token)
{
	if (!made(p, expr))
		return NULL;
	expr->at = (uint32_t)token->at;
	return expr;
}

static bool enter(kin_query_parser *p)
{
	if (p->depth == DEPTH)
		return kin_query_parser_fail(p, &p->token, "nested more than %d levels deep", DEPTH);
	p->depth++;
	return true;
}

/* A list of expressions that grows in the arena. */
typedef struct list {
	kin_expr **items;
	size_t     count;
	size_t     capacity;
} list;

static bool push(kin_query_parser *p, list *l, kin_expr *expr)
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

/* expr, expr … ) */
static bool parse_list(kin_query_parser *p, list *l)
{
	do {
		if (!push(p, l, kin_query_expr(p)))
			return false;
	} while (kin_query_parser_accept_punct(p, ","));
	return kin_query_parser_expect_punct(p, ")");
}

/* The value of an integer token; `negative`: a minus stands before it. */
static kin_expr *integer(kin_query_parser *p, bool negative)
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
	return made_at(p, kin_expr_integer(p->arena, number), &token);
}

static kin_expr *param(kin_query_parser *p)
{
	const kin_token token = p->token;

	kin_query_parser_advance(p);
	return made_at(p, kin_expr_param(p->arena, p->params++), &token);
}

static kin_expr *literal(kin_query_parser *p, kin_expr *(*build)(kin_arena *arena, const char *text))
{
	const kin_token token = p->token;
	const char *text = kin_query_parser_take(p);

	return text ? made_at(p, build(p->arena, text), &token) : NULL;
}

static kin_expr *constant(kin_query_parser *p, kin_expr_kind kind)
{
	const kin_token token = p->token;

	kin_query_parser_advance(p);
	return made_at(p, kin_expr_constant(p->arena, kind), &token);
}

/* Whether a query begins here: `select` or `with` could be names elsewhere. */
static bool at_query(const kin_query_parser *p)
{
	kin_token next = kin_query_parser_peek(p);

	if (!kin_token_is(&p->token, "select") && !kin_token_is(&p->token, "with"))
		return false;
	return next.kind != KIN_TOKEN_PUNCT || kin_token_is_punct(&next, "(") || kin_token_is_punct(&next, "*") || kin_token_is_punct(&next, "-");
}

/* select … ) */
static kin_expr *query(kin_query_parser *p, kin_expr_kind kind, const kin_token *token)
{
	kin_query_text *inside;
	kin_expr *expr;

	if (!enter(p) || !(inside = kin_query_rows_inside(p)))
		return NULL;
	p->depth--;
	if ((expr = made_at(p, kin_expr_constant(p->arena, kind), token)))
		expr->query = inside;
	return expr;
}

/* (expr), or a row (expr, expr …), or (select …). */
static kin_expr *parentheses(kin_query_parser *p)
{
	const kin_token token = p->token;
	list l = { 0 };

	kin_query_parser_advance(p);
	if (at_query(p))
		return query(p, KIN_EXPR_SUBQUERY, &token);
	if (!parse_list(p, &l))
		return NULL;
	return l.count == 1 ? l.items[0] : made_at(p, kin_expr_row(p->arena, l.items, l.count), &token);
}

/* case [base] when … then … [else …] end */
static bool case_items(kin_query_parser *p, list *l)
{
	do {
		if (!kin_query_parser_expect(p, "when") || !push(p, l, kin_query_expr(p)) ||
		    !kin_query_parser_expect(p, "then") || !push(p, l, kin_query_expr(p)))
			return false;
	} while (kin_token_is(&p->token, "when"));
	if (kin_query_parser_accept(p, "else") && !push(p, l, kin_query_expr(p)))
		return false;
	return kin_query_parser_expect(p, "end");
}

static kin_expr *case_when(kin_query_parser *p)
{
	const kin_token token = p->token;
	list l = { 0 };
	bool base;

	kin_query_parser_advance(p);
	p->cases++;
	base = !kin_token_is(&p->token, "when");
	if ((base && !push(p, &l, kin_query_expr(p))) || !case_items(p, &l))
		return NULL;
	p->cases--;
	kin_expr *expr = made_at(p, kin_expr_list(p->arena, KIN_EXPR_CASE, l.items, l.count), &token);
	if (expr)
		expr->base = base;
	return expr;
}

/* The words of a type, upper case: DOUBLE PRECISION. */
static void type_words(kin_query_parser *p, kin_text *out)
{
	do {
		kin_text_add(out, out->length > 0 ? " " : "");
		for (size_t i = 0; i < p->token.length; i++) {
			char c = p->token.start[i];
			kin_text_add_char(out, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
		}
		kin_query_parser_advance(p);
	} while (p->token.kind == KIN_TOKEN_NAME);
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

static bool type(kin_query_parser *p, kin_text *out)
{
	const kin_token token = p->token;

	if (token.kind != KIN_TOKEN_NAME)
		return kin_query_parser_expected(p, "a type", NULL);
	type_words(p, out);
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
	if ((expr = made_at(p, kin_expr_list(p->arena, KIN_EXPR_CAST, &operand, 1), &token))) {
		expr->text = kin_text_ok(&name) ? kin_arena_strdup(p->arena, name.data) : NULL;
		if (!expr->text)
			expr = kin_query_parser_nomem(p);
	}
out:
	kin_text_done(&name);
	return expr;
}

/* `distinct` is a word of its own in count(distinct x), and a name in count(distinct). */
static bool accept_distinct(kin_query_parser *p)
{
	kin_token next = kin_query_parser_peek(p);
	bool is_name = kin_token_is_punct(&next, ")") || kin_token_is_punct(&next, ",") ||
	               kin_token_is_punct(&next, ".");

	return !is_name && kin_query_parser_accept(p, "distinct");
}

/* The arguments of a call, up to its closing parenthesis. */
static bool call_arguments(kin_query_parser *p, list *l, bool *ret_distinct)
{
	*ret_distinct = accept_distinct(p);
	if (kin_token_is_punct(&p->token, "*"))
		return push(p, l, constant(p, KIN_EXPR_STAR)) && kin_query_parser_expect_punct(p, ")");
	if (!*ret_distinct && kin_query_parser_accept_punct(p, ")"))
		return true;
	return parse_list(p, l);
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
		kin_text_add(&text, text.length > 0 ? " " : "");
		for (size_t n = 0; n < p->token.length; n++)
			kin_text_add_char(&text, (char)(p->token.start[n] >= 'a' ? p->token.start[n] - 'a' + 'A' : p->token.start[n]));
		kin_query_parser_advance(p);
	}
	window->frame = kin_text_ok(&text) ? kin_arena_strdup(p->arena, text.data) : NULL;
	kin_text_done(&text);
	return p->rc == KIN_OK && (window->frame || kin_query_parser_nomem(p));
}

/* ([partition by …] [order by …] [frame]) */
static kin_sql_window *parse_window(kin_query_parser *p)
{
	kin_sql_window *window = kin_arena_zalloc(p->arena, sizeof(*window));
	list l = { 0 };

	if (!window)
		return kin_query_parser_nomem(p);
	if (!kin_query_parser_expect_punct(p, "("))
		return NULL;
	if (kin_query_parser_accept(p, "partition")) {
		if (!kin_query_parser_expect(p, "by"))
			return NULL;
		do {
			if (!push(p, &l, kin_query_expr(p)))
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

static kin_expr *call(kin_query_parser *p)
{
	const kin_token token = p->token;
	const char *name = function_name(p);
	bool distinct = false;
	list l = { 0 };

	if (!name)
		return NULL;
	if (kin_query_parser_accept_punct(p, "(") && !call_arguments(p, &l, &distinct))
		return NULL;
	kin_expr *expr = made_at(p, kin_expr_call(p->arena, name, l.items, l.count), &token);
	if (expr)
		expr->distinct = distinct;
	if (expr && accept_over(p) && !(expr->window = parse_window(p)))
		return NULL;
	return expr;
}

/* exists (select …) */
static kin_expr *exists(kin_query_parser *p)
{
	const kin_token token = p->token;

	kin_query_parser_advance(p);
	kin_query_parser_advance(p);
	return query(p, KIN_EXPR_EXISTS, &token);
}

static kin_expr *path(kin_query_parser *p)
{
	uint32_t at = (uint32_t)p->token.at;
	const char **names;
	size_t count;

	if (!kin_query_parser_path(p, &names, &count))
		return NULL;
	return made(p, kin_expr_path(p->arena, names, count, at));
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
		return constant(p, KIN_EXPR_NULL);
	if (kin_token_is(&p->token, "true"))
		return constant(p, KIN_EXPR_TRUE);
	if (kin_token_is(&p->token, "false"))
		return constant(p, KIN_EXPR_FALSE);
	if (kin_token_is(&p->token, "case"))
		return case_when(p);
	if (kin_token_is(&p->token, "cast") && called)
		return cast(p);
	if (kin_token_is(&p->token, "exists") && called)
		return exists(p);
	if (kin_token_is(&p->token, "select") && (kin_token_is_name(&next) || kin_token_is_punct(&next, "*")))
		return kin_query_parser_fail(p, &p->token, "a query inside a query stands in parentheses: (select …)");
	return called || kin_function_is_bare(p->token.start, p->token.length) ? call(p) : path(p);
}

static kin_expr *primary(kin_query_parser *p)
{
	switch (p->token.kind) {
	case KIN_TOKEN_PARAM:
		return param(p);
	case KIN_TOKEN_INTEGER:
		return integer(p, false);
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

static kin_expr *unary(kin_query_parser *p)
{
	const kin_token token = p->token;
	kin_expr *operand;

	if (kin_query_parser_accept_punct(p, "-")) {
		if (p->token.kind == KIN_TOKEN_INTEGER)
			return integer(p, true);
		if (!enter(p) || !(operand = unary(p)))
			return NULL;
		p->depth--;
		return made_at(p, kin_expr_unary(p->arena, KIN_OP_NEG, operand), &token);
	}
	kin_query_parser_accept_punct(p, "+");
	return primary(p);
}

/* items[0] … of a LIKE, BETWEEN or IN whose keyword has been read. */
static kin_expr *predicate(kin_query_parser *p, kin_expr_kind kind, const list *l, bool negated)
{
	kin_expr *expr = made(p, kin_expr_list(p->arena, kind, l->items, l->count));

	if (expr)
		expr->negated = negated;
	return expr;
}

static kin_expr *like(kin_query_parser *p, kin_expr *left, bool negated, bool fold)
{
	list l = { 0 };
	kin_expr *expr;

	if (!push(p, &l, left) || !push(p, &l, parse(p, KIN_LEVEL_ADD)))
		return NULL;
	if (kin_query_parser_accept(p, "escape") && !push(p, &l, parse(p, KIN_LEVEL_ADD)))
		return NULL;
	if ((expr = predicate(p, KIN_EXPR_LIKE, &l, negated)))
		expr->fold = fold;
	return expr;
}

static kin_expr *between(kin_query_parser *p, kin_expr *left, bool negated)
{
	list l = { 0 };

	if (!push(p, &l, left) || !push(p, &l, parse(p, KIN_LEVEL_ADD)) || !kin_query_parser_expect(p, "and") ||
	    !push(p, &l, parse(p, KIN_LEVEL_ADD)))
		return NULL;
	return predicate(p, KIN_EXPR_BETWEEN, &l, negated);
}

static kin_expr *in(kin_query_parser *p, kin_expr *left, bool negated)
{
	list l = { 0 };
	bool ok = push(p, &l, left);
	kin_expr *inside = NULL, *expr;

	if (ok && p->token.kind == KIN_TOKEN_PARAM)
		ok = push(p, &l, param(p));
	else if ((ok = ok && kin_query_parser_expect_punct(p, "(")))
		ok = at_query(p) ? (inside = query(p, KIN_EXPR_SUBQUERY, &p->before)) != NULL : parse_list(p, &l);
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
		return made(p, kin_expr_is_null(p->arena, left, negated));
	if (kin_token_is(&p->token, "distinct") && kin_token_is(&next, "from")) {
		kin_query_parser_advance(p);
		kin_query_parser_advance(p);
		equal = negated;
	}
	if (!(right = parse(p, KIN_LEVEL_ADD)))
		return NULL;
	if ((expr = made(p, kin_expr_binary(p->arena, equal ? KIN_OP_EQ : KIN_OP_NE, left, right))))
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
	kin_expr *left = parse(p, KIN_LEVEL_ADD), *right;
	kin_op op;

	if (!left)
		return NULL;
	if (kin_query_parser_accept(p, "is")) {
		left = is(p, left);
	} else if ((op = operator_here(p, KIN_LEVEL_COMPARE)) != KIN_OP_NONE) {
		kin_query_parser_advance(p);
		right = parse(p, KIN_LEVEL_ADD);
		left = right ? made(p, kin_expr_binary(p->arena, op, left, right)) : NULL;
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
	if (!enter(p) || !(operand = negation(p)))
		return NULL;
	p->depth--;
	return made_at(p, kin_expr_unary(p->arena, KIN_OP_NOT, operand), &token);
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
		left = right ? made(p, kin_expr_binary(p->arena, op, left, right)) : NULL;
	}
	return left;
}

kin_expr *kin_query_expr(kin_query_parser *p)
{
	kin_expr *expr;

	if (!enter(p))
		return NULL;
	expr = parse(p, KIN_LEVEL_OR);
	p->depth--;
	return expr;
}

kin_expr *kin_query_expr_count(kin_query_parser *p)
{
	if (p->token.kind == KIN_TOKEN_PARAM)
		return param(p);
	if (p->token.kind == KIN_TOKEN_INTEGER)
		return integer(p, false);
	return kin_query_parser_expected(p, "a whole number or '?'", NULL);
}
