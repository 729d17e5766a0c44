/* normal_expression.c - an expression as it is understood: brackets only where they count.
 *
 * A database gives back what it understood of a check or a condition, not what was written: PostgreSQL turns BETWEEN into comparisons, drops
 * brackets and adds casts. So both sides are read, by precedence, and written in one way. What is read is never run. */
#include "migrate/normal_expression.h"

#include <ctype.h>
#include <strings.h>

#include "base/text.h"
#include "sql/lex.h"

/* How tightly it binds; what binds more loosely than its place wants gets brackets. */
typedef enum binding { OR, AND, NOT, COMPARISON, SUM, PRODUCT, CONCAT, UNARY, PRIMARY } binding;

typedef struct node {
	const char *text;
	binding     level;
	bool        literal;
} node;

typedef struct reader {
	kin_arena *arena;
	kin_lex    lex;
	kin_token  token;
	bool       failed; /* it is nothing that is known here */
	int        depth;
} reader;

enum { DEEPEST = 100 };

static node expression(reader *r, binding level);

static node unknown(reader *r)
{
	r->failed = true;
	return (node){ .text = "", .level = PRIMARY };
}

static kin_token next(reader *r)
{
	kin_token token = r->token;

	r->token = kin_lex_next(&r->lex);
	return token;
}

static bool take(reader *r, const char *word)
{
	if (!kin_token_is(&r->token, word))
		return false;
	next(r);
	return true;
}

static bool take_mark(reader *r, const char *mark)
{
	if (!kin_token_is_punct(&r->token, mark))
		return false;
	next(r);
	return true;
}

static node made(reader *r, binding level, const char *text)
{
	if (!text)
		r->failed = true; /* and the arena knows */
	return (node){ .text = text ? text : "", .level = level };
}

/* In brackets where it binds more loosely than `level`. */
static const char *inside(reader *r, node n, binding level)
{
	const char *text = n.level < level ? kin_arena_printf(r->arena, "( %s )", n.text) : n.text;

	return text ? text : unknown(r).text;
}

static node join(reader *r, binding level, node a, const char *operator, node b, bool same)
{
	return made(r, level, kin_arena_printf(r->arena, "%s %s %s", inside(r, a, level), operator, inside(r, b, same ? level : level + 1)));
}

static bool is_plain(const char *s, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '_')
			return false;
	return length > 0 && !isdigit((unsigned char)s[0]);
}

/* A word or name: in lower case, without quotes that it does not need. */
static const char *word(reader *r, const kin_token *token)
{
	bool quoted = token->kind == KIN_TOKEN_QUOTED;
	const char *start = token->start + quoted;
	size_t length = quoted ? token->length - 2 : token->length;
	char *copy;

	if (quoted && !is_plain(start, length))
		return kin_arena_strndup(r->arena, token->start, token->length);
	if ((copy = kin_arena_strndup(r->arena, start, length)))
		for (char *c = copy; *c; c++)
			*c = (char)tolower((unsigned char)*c);
	return copy;
}

/* Words that begin what is not read here, where a name could stand. */
static bool is_reserved(const kin_token *token)
{
	static const char *const words[] = { "CASE", "EXISTS", "SELECT", "WITH", "CREATE", "ARRAY", "ROW", "INTERVAL", "DISTINCT", "FROM", "WHERE",
		                             "AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "IS", "AS", "BEGIN", "INSERT", "UPDATE", "DELETE" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (kin_token_is(token, words[i]))
			return true;
	return false;
}

/* a, b behind an opening bracket, and the closing one. */
static const char *list(reader *r, size_t *ret_count)
{
	const char *kept;
	kin_text text;

	kin_text_init(&text);
	kin_text_add(&text, expression(r, OR).text);
	for (*ret_count = 1; !r->failed && take_mark(r, ","); (*ret_count)++) {
		kin_text_add(&text, " , ");
		kin_text_add(&text, expression(r, OR).text);
	}
	if (!take_mark(r, ")"))
		unknown(r);
	if (!kin_text_ok(&text))
		r->arena->failed = true;
	kept = kin_arena_strndup(r->arena, text.data, text.length);
	kin_text_done(&text);
	return kept ? kept : unknown(r).text;
}

static const char *type(reader *r)
{
	static const char *const more[] = { "VARYING", "PRECISION", "WITH", "WITHOUT", "TIME", "ZONE" };
	kin_token first = next(r);
	const char *text = kin_token_is_name(&first) ? word(r, &first) : unknown(r).text;
	size_t count;

	for (size_t i = 0; text && i < sizeof(more) / sizeof(*more); i++)
		if (kin_token_is(&r->token, more[i])) {
			kin_token token = next(r);
			text = kin_arena_printf(r->arena, "%s %.*s", text, (int)token.length, token.start);
			i = (size_t)-1;
		}
	if (text && take_mark(r, "("))
		text = kin_arena_printf(r->arena, "%s ( %s )", text, list(r, &count));
	return text ? text : unknown(r).text;
}

/* The type of a literal is told by where it stands. */
static node cast(reader *r, node n)
{
	const char *as = type(r);

	if (!n.literal)
		return made(r, PRIMARY, kin_arena_printf(r->arena, "cast ( %s as %s )", n.text, as));
	size_t length = strlen(n.text);
	if (length > 2 && n.text[0] == '\'' && strspn(n.text + 1, "+-.0123456789eE") == length - 2 && !strstr(as, "char") && strcmp(as, "text") != 0 &&
	    !strstr(as, "date") && !strstr(as, "time"))
		n.text = kin_arena_strndup(r->arena, n.text + 1, length - 2);
	return n.text ? n : unknown(r);
}

/* Behind a name: its parts, or the arguments of a function. */
static node name(reader *r, const kin_token *first)
{
	const char *text = word(r, first);
	size_t count;

	if (kin_token_is(first, "CAST") && take_mark(r, "(")) {
		node n = expression(r, OR);
		if (!take(r, "AS"))
			return unknown(r);
		n = cast(r, n);
		return take_mark(r, ")") ? n : unknown(r);
	}
	while (text && take_mark(r, ".")) {
		kin_token part = next(r);
		if (!kin_token_is_name(&part))
			return unknown(r);
		text = kin_arena_printf(r->arena, "%s . %s", text, word(r, &part));
	}
	if (text && take_mark(r, "(")) {
		if (take_mark(r, ")"))
			text = kin_arena_printf(r->arena, "%s ( )", text);
		else if (take_mark(r, "*"))
			text = take_mark(r, ")") ? kin_arena_printf(r->arena, "%s ( * )", text) : unknown(r).text;
		else
			text = kin_arena_printf(r->arena, "%s ( %s )", text, list(r, &count));
	} else if (r->token.kind == KIN_TOKEN_STRING && first->at + first->length == r->token.at) {
		return unknown(r); /* E'x' */
	}
	return made(r, PRIMARY, text);
}

static node primary(reader *r)
{
	kin_token token = next(r);
	size_t count;

	if (token.kind == KIN_TOKEN_INTEGER || token.kind == KIN_TOKEN_REAL || token.kind == KIN_TOKEN_STRING) {
		node n = made(r, PRIMARY, kin_arena_strndup(r->arena, token.start, token.length));
		n.literal = true;
		return n;
	}
	if (kin_token_is_punct(&token, "(")) {
		node n = expression(r, OR);
		if (take_mark(r, ")"))
			return n;
		if (!take_mark(r, ","))
			return unknown(r);
		return made(r, PRIMARY, kin_arena_printf(r->arena, "( %s , %s )", n.text, list(r, &count)));
	}
	return kin_token_is_name(&token) && !is_reserved(&token) ? name(r, &token) : unknown(r);
}

static node unary(reader *r)
{
	bool minus = kin_token_is_punct(&r->token, "-");
	node n;

	if (++r->depth > DEEPEST)
		return unknown(r);
	if (minus || kin_token_is_punct(&r->token, "+")) {
		next(r);
		n = unary(r);
		if (minus) {
			bool literal = n.literal;
			n = made(r, literal ? PRIMARY : UNARY, kin_arena_printf(r->arena, literal ? "-%s" : "- %s", inside(r, n, UNARY)));
			n.literal = literal;
		}
	} else {
		n = primary(r);
	}
	r->depth--;
	for (;;) {
		if (take_mark(r, "::")) {
			n = cast(r, n);
		} else if (take(r, "COLLATE")) {
			kin_token collation = next(r);
			const char *text = kin_token_is_name(&collation) ? word(r, &collation) : NULL;
			n = made(r, UNARY, text ? kin_arena_printf(r->arena, "%s collate %s", inside(r, n, UNARY), text) : NULL);
		} else {
			return n;
		}
	}
}

/* The operator of a level that comes next, in its one spelling. NULL: none. */
static const char *operator_of(reader *r, binding level)
{
	static const struct spelling {
		binding     level;
		const char *mark, *as;
	} all[] = {
		{ SUM, "+", "+" }, { SUM, "-", "-" }, { PRODUCT, "*", "*" }, { PRODUCT, "/", "/" }, { PRODUCT, "%", "%" }, { CONCAT, "||", "||" },
		{ COMPARISON, "=", "=" }, { COMPARISON, "==", "=" }, { COMPARISON, "<>", "<>" }, { COMPARISON, "!=", "<>" }, { COMPARISON, "<", "<" },
		{ COMPARISON, ">", ">" }, { COMPARISON, "<=", "<=" }, { COMPARISON, ">=", ">=" },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (all[i].level == level && take_mark(r, all[i].mark))
			return all[i].as;
	return NULL;
}

/* x >= a AND x <= b */
static node between(reader *r, node x, bool not)
{
	node low = expression(r, SUM);

	if (!take(r, "AND"))
		return unknown(r);
	node high = expression(r, SUM);
	node above = join(r, COMPARISON, x, not ? "<" : ">=", low, false), below = join(r, COMPARISON, x, not ? ">" : "<=", high, false);
	return join(r, not ? OR : AND, above, not ? "or" : "and", below, true);
}

static node in(reader *r, node x, bool not)
{
	size_t count = 0;
	const char *items = take_mark(r, "(") ? list(r, &count) : unknown(r).text;

	if (count == 1)
		return made(r, COMPARISON, kin_arena_printf(r->arena, "%s %s %s", inside(r, x, SUM), not ? "<>" : "=", items));
	return made(r, COMPARISON, kin_arena_printf(r->arena, "%s %s ( %s )", inside(r, x, SUM), not ? "not in" : "in", items));
}

static node is(reader *r, node x)
{
	bool not = take(r, "NOT");
	node what = expression(r, SUM);

	return join(r, COMPARISON, x, not ? "is not" : "is", what, false);
}

/* LIKE and its kin. */
static node like(reader *r, node x, bool not)
{
	static const char *const words[] = { "like", "ilike", "glob", "regexp", "match" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (take(r, words[i])) {
			const char *operator = kin_arena_printf(r->arena, "%s%s", not ? "not " : "", words[i]);
			node n = join(r, COMPARISON, x, operator ? operator : "", expression(r, SUM), false);
			return take(r, "ESCAPE") ? join(r, COMPARISON, n, "escape", expression(r, SUM), false) : n;
		}
	return unknown(r);
}

static node comparison(reader *r)
{
	node n = expression(r, SUM);
	const char *operator;

	while (!r->failed) {
		bool not = take(r, "NOT");
		if (take(r, "BETWEEN"))
			n = between(r, n, not);
		else if (take(r, "IN"))
			n = in(r, n, not);
		else if (!not && take(r, "IS"))
			n = is(r, n);
		else if (!not && take(r, "ISNULL"))
			n = made(r, COMPARISON, kin_arena_printf(r->arena, "%s is null", inside(r, n, SUM)));
		else if (!not && take(r, "NOTNULL"))
			n = made(r, COMPARISON, kin_arena_printf(r->arena, "%s is not null", inside(r, n, SUM)));
		else if (!not && (operator = operator_of(r, COMPARISON)))
			n = join(r, COMPARISON, n, operator, expression(r, SUM), false);
		else if (not || kin_token_is(&r->token, "LIKE") || kin_token_is(&r->token, "ILIKE") || kin_token_is(&r->token, "GLOB") ||
		         kin_token_is(&r->token, "REGEXP") || kin_token_is(&r->token, "MATCH"))
			n = like(r, n, not);
		else
			break;
	}
	return n;
}

static node arithmetic(reader *r, binding level)
{
	node n = expression(r, level + 1);
	const char *operator;

	while (!r->failed && (operator = operator_of(r, level)))
		n = join(r, level, n, operator, expression(r, level + 1), false);
	return n;
}

static node logic(reader *r, binding level)
{
	node n = expression(r, level + 1);

	while (!r->failed && take(r, level == AND ? "AND" : "OR"))
		n = join(r, level, n, level == AND ? "and" : "or", expression(r, level + 1), true);
	return n;
}

static node negation(reader *r)
{
	if (!take(r, "NOT"))
		return comparison(r);
	if (++r->depth > DEEPEST)
		return unknown(r);
	node n = negation(r);
	r->depth--;
	return made(r, NOT, kin_arena_printf(r->arena, "not %s", inside(r, n, NOT)));
}

/* What binds at least as tightly as the level. */
static node expression(reader *r, binding level)
{
	node n;

	if (r->failed || ++r->depth > DEEPEST)
		return unknown(r);
	switch (level) {
	case OR:
	case AND:
		n = logic(r, level);
		break;
	case NOT:
		n = negation(r);
		break;
	case COMPARISON:
		n = comparison(r);
		break;
	case SUM:
	case PRODUCT:
	case CONCAT:
		n = arithmetic(r, level);
		break;
	default:
		n = unary(r);
	}
	r->depth--;
	return n;
}

const char *kin_normal_expression(kin_arena *arena, const char *sql)
{
	reader r = { .arena = arena };
	node n;

	kin_lex_init(&r.lex, sql, strlen(sql), 1);
	r.lex.hex = true;
	next(&r);
	n = expression(&r, OR);
	return r.failed || arena->failed || r.token.kind != KIN_TOKEN_END ? NULL : n.text;
}
