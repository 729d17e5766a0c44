/* ddl_expression.c - what must be known of an expression to keep it as text. */
#include "sql/ddl_expression.h"

#include <string.h>
#include <strings.h>

#include "sql/ddl.h"
#include "sql/lex.h"

static kin_lex begin(const char *text, size_t length)
{
	kin_lex lex;

	kin_lex_init(&lex, text, length, 1);
	lex.hex = true;
	return lex;
}

/* How many pairs of parentheses go around all of the text. One counts if the parentheses inside it never close it,
 * so it is the least depth at any token that does not close, bounded by the parentheses at both ends. */
static size_t outer_parentheses(const char *text, size_t length, size_t *ret_tokens)
{
	size_t depth = 0, leading = 0, trailing = 0, least = SIZE_MAX, tokens = 0;
	kin_lex lex = begin(text, length);
	kin_token token;

	for (; (token = kin_lex_next(&lex)).kind != KIN_TOKEN_END; tokens++) {
		bool opens = kin_token_is_punct(&token, "("), closes = kin_token_is_punct(&token, ")");
		if (token.kind == KIN_TOKEN_BAD || (closes && depth == 0))
			return 0;
		if (!closes && (!opens || leading != tokens) && depth < least)
			least = depth;
		leading += opens && leading == tokens;
		trailing = closes ? trailing + 1 : 0;
		depth += opens;
		depth -= closes;
	}
	*ret_tokens = tokens;
	if (depth > 0 || least == SIZE_MAX)
		return 0;
	size_t most = leading < trailing ? leading : trailing;
	return least < most ? least : most;
}

void kin_ddl_expression_trim(const char **text, size_t *length)
{
	size_t tokens = 0, layers = outer_parentheses(*text, *length, &tokens);
	size_t from = *length, to = *length;
	kin_lex lex = begin(*text, *length);
	kin_token token;

	for (size_t i = 0; (token = kin_lex_next(&lex)).kind != KIN_TOKEN_END; i++) {
		if (i == layers)
			from = token.at;
		if (layers == 0 || i + layers < tokens)
			to = token.at + token.length;
	}
	*text += from;
	*length = to > from ? to - from : 0;
}

bool kin_ddl_expression_is_constant(const char *text)
{
	kin_lex lex = begin(text, strlen(text));
	kin_token first, second, third;

	first = kin_lex_next(&lex);
	second = kin_lex_next(&lex);
	third = kin_lex_next(&lex);
	if (second.kind == KIN_TOKEN_END)
		return kin_token_is_name(&first) || first.kind == KIN_TOKEN_STRING || first.kind == KIN_TOKEN_INTEGER ||
		       first.kind == KIN_TOKEN_REAL;
	if (third.kind != KIN_TOKEN_END)
		return false;
	if (second.kind == KIN_TOKEN_STRING)
		return first.kind == KIN_TOKEN_NAME && first.length == 1 && second.at == first.at + 1;
	return (kin_token_is_punct(&first, "-") || kin_token_is_punct(&first, "+")) &&
	       (second.kind == KIN_TOKEN_INTEGER || second.kind == KIN_TOKEN_REAL);
}

/* A name quoted "so" or `so`, quoted as the dialect does. */
static void requote(const kin_dialect *dialect, kin_text *out, const kin_token *token)
{
	char old = *token->start;

	kin_text_add_char(out, dialect->quote);
	for (size_t i = 1; i + 1 < token->length; i++) {
		char c = token->start[i];
		if (c == dialect->quote)
			kin_text_add_char(out, c);
		kin_text_add_char(out, c);
		i += c == old;
	}
	kin_text_add_char(out, dialect->quote);
}

void kin_ddl_expression_add(const kin_dialect *dialect, kin_text *out, const char *text)
{
	size_t length = strlen(text), done = 0;
	kin_token token;
	kin_lex lex;

	kin_ddl_expression_trim(&text, &length);
	lex = begin(text, length);
	while (dialect && (token = kin_lex_next(&lex)).kind != KIN_TOKEN_END) {
		if (token.kind != KIN_TOKEN_QUOTED || *token.start == dialect->quote || dialect->id == KIN_SQLITE)
			continue;
		kin_text_add_n(out, text + done, token.at - done);
		requote(dialect, out, &token);
		done = token.at + token.length;
	}
	kin_text_add_n(out, text + done, length - done);
}

/* Where a token's name lies, if it is a word or a quoted name with nothing in it that had to be quoted. */
static bool plain_name(const kin_token *token, const char **ret_start, size_t *ret_length)
{
	size_t quotes = token->kind == KIN_TOKEN_QUOTED;

	if (!kin_token_is_name(token))
		return false;
	*ret_start = token->start + quotes;
	*ret_length = token->length - 2 * quotes;
	return !quotes || !memchr(*ret_start, *token->start, *ret_length);
}

static bool same_token(const kin_token *a, const kin_token *b)
{
	const char *a_name, *b_name;
	size_t a_length, b_length;

	if (plain_name(a, &a_name, &a_length) && plain_name(b, &b_name, &b_length))
		return a_length == b_length && strncasecmp(a_name, b_name, a_length) == 0;
	return a->kind == b->kind && a->length == b->length && memcmp(a->start, b->start, a->length) == 0;
}

bool kin_ddl_same_expression(const char *a, const char *b)
{
	size_t a_length = a ? strlen(a) : 0, b_length = b ? strlen(b) : 0;
	kin_token a_token, b_token;
	kin_lex a_lex, b_lex;

	if (!a || !b)
		return a == b;
	kin_ddl_expression_trim(&a, &a_length);
	kin_ddl_expression_trim(&b, &b_length);
	a_lex = begin(a, a_length);
	b_lex = begin(b, b_length);
	do {
		a_token = kin_lex_next(&a_lex);
		b_token = kin_lex_next(&b_lex);
		if (!same_token(&a_token, &b_token))
			return false;
	} while (a_token.kind != KIN_TOKEN_END);
	return true;
}
