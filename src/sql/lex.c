/* lex.c - cuts SQL text into tokens. */
#include "sql/lex.h"

#include <strings.h>

static const char *const long_puncts[] = { "->>", "<=>", "||", "<=", ">=", "<>", "!=", "==", "::", "->", "<<", ">>" };

void kin_lex_init(kin_lex *lex, const char *text, size_t length, int line)
{
	*lex = (kin_lex){ .text = text, .length = length, .line = line };
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* Bytes of UTF-8 beyond ASCII are letters. */
static bool starts_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool in_word(char c) { return starts_word(c) || is_digit(c) || c == '$'; }

/* The byte `ahead` of the next one; NUL past the end. */
static char peek(const kin_lex *lex, size_t ahead)
{
	return ahead < lex->length - lex->next ? lex->text[lex->next + ahead] : '\0';
}

/* Step over `count` bytes, counting lines. */
static void advance(kin_lex *lex, size_t count)
{
	for (; count > 0; count--)
		if (lex->text[lex->next++] == '\n') {
			lex->line++;
			lex->line_at = lex->next;
		}
}

static kin_token begin(const kin_lex *lex)
{
	return (kin_token){ .start = lex->text + lex->next, .at = lex->next, .line = lex->line,
		                .column = (int)(lex->next - lex->line_at) + 1 };
}

static kin_token take(kin_lex *lex, kin_token_kind kind, size_t length)
{
	kin_token token = begin(lex);

	token.kind = kind;
	token.length = length;
	advance(lex, length);
	return token;
}

static kin_token bad(kin_lex *lex, const char *problem)
{
	kin_token token = begin(lex);

	token.kind = KIN_TOKEN_BAD;
	token.length = lex->length - lex->next;
	token.problem = problem;
	lex->next = lex->length;
	return token;
}

/* The length of the comment that starts here, without its newline; 0: none; SIZE_MAX: one that does not end. */
static size_t comment_length(const kin_lex *lex)
{
	size_t rest = lex->length - lex->next;
	const char *start = lex->text + lex->next;

	if (rest >= 2 && start[0] == '-' && start[1] == '-') {
		const char *end = memchr(start, '\n', rest);
		return end ? (size_t)(end - start) : rest;
	}
	if (rest >= 2 && start[0] == '/' && start[1] == '*') {
		const char *end = rest >= 4 ? memmem(start + 2, rest - 2, "*/", 2) : NULL;
		return end ? (size_t)(end - start) + 2 : SIZE_MAX;
	}
	return 0;
}

static kin_token quoted(kin_lex *lex, kin_token_kind kind, char quote, const char *problem)
{
	for (size_t i = 1; lex->next + i < lex->length; i++) {
		if (peek(lex, i) != quote)
			continue;
		if (peek(lex, i + 1) != quote)
			return take(lex, kind, i + 1);
		i++;
	}
	return bad(lex, problem);
}

static size_t skip_digits(const kin_lex *lex, size_t i)
{
	while (is_digit(peek(lex, i)))
		i++;
	return i;
}

/* The length of 0x and hexadecimal digits, where they are numbers; else 0. */
static size_t hex_length(const kin_lex *lex)
{
	size_t i = 2;

	if (!lex->hex || peek(lex, 0) != '0' || (peek(lex, 1) | 0x20) != 'x')
		return 0;
	while (is_digit(peek(lex, i)) || ((peek(lex, i) | 0x20) >= 'a' && (peek(lex, i) | 0x20) <= 'f'))
		i++;
	return i > 2 ? i : 0;
}

static kin_token number(kin_lex *lex)
{
	kin_token_kind kind = KIN_TOKEN_INTEGER;
	size_t hex = hex_length(lex), i = hex > 0 ? hex : skip_digits(lex, 0);

	if (hex == 0 && peek(lex, i) == '.') {
		kind = KIN_TOKEN_REAL;
		i = skip_digits(lex, i + 1);
	}
	if (hex == 0 && (peek(lex, i) == 'e' || peek(lex, i) == 'E')) {
		size_t sign = peek(lex, i + 1) == '+' || peek(lex, i + 1) == '-';
		if (is_digit(peek(lex, i + 1 + sign))) {
			kind = KIN_TOKEN_REAL;
			i = skip_digits(lex, i + 1 + sign);
		}
	}
	return in_word(peek(lex, i)) ? bad(lex, "a number that runs into a word") : take(lex, kind, i);
}

static kin_token word(kin_lex *lex)
{
	size_t i = 1;

	while (in_word(peek(lex, i)))
		i++;
	return take(lex, KIN_TOKEN_NAME, i);
}

static kin_token punct(kin_lex *lex)
{
	char c = peek(lex, 0);

	for (size_t i = 0; i < sizeof(long_puncts) / sizeof(*long_puncts); i++) {
		size_t length = strlen(long_puncts[i]);
		if (length <= lex->length - lex->next && memcmp(lex->text + lex->next, long_puncts[i], length) == 0)
			return take(lex, KIN_TOKEN_PUNCT, length);
	}
	if (c <= ' ' || c == 0x7f)
		return bad(lex, "a control character");
	return take(lex, KIN_TOKEN_PUNCT, 1);
}

kin_token kin_lex_next(kin_lex *lex)
{
	for (;;) {
		size_t comment;
		while (lex->next < lex->length && is_space(lex->text[lex->next]))
			advance(lex, 1);
		if ((comment = comment_length(lex)) == 0)
			break;
		if (comment == SIZE_MAX)
			return bad(lex, "a comment without its closing */");
		if (lex->comments)
			return take(lex, KIN_TOKEN_COMMENT, comment);
		advance(lex, comment);
	}
	if (lex->next == lex->length)
		return take(lex, KIN_TOKEN_END, 0);

	char c = peek(lex, 0);
	if (starts_word(c))
		return word(lex);
	if (is_digit(c) || (c == '.' && is_digit(peek(lex, 1))))
		return number(lex);
	switch (c) {
	case '\'':
		return quoted(lex, KIN_TOKEN_STRING, c, "a string without its closing quote");
	case '"':
	case '`':
		return quoted(lex, KIN_TOKEN_QUOTED, c, "a quoted name without its closing quote");
	case '?':
		return take(lex, KIN_TOKEN_PARAM, 1);
	default:
		return punct(lex);
	}
}

bool kin_token_is(const kin_token *token, const char *keyword)
{
	return token->kind == KIN_TOKEN_NAME && strlen(keyword) == token->length &&
	       strncasecmp(token->start, keyword, token->length) == 0;
}

bool kin_token_is_punct(const kin_token *token, const char *mark)
{
	return token->kind == KIN_TOKEN_PUNCT && strlen(mark) == token->length &&
	       memcmp(token->start, mark, token->length) == 0;
}

bool kin_token_is_name(const kin_token *token)
{
	return token->kind == KIN_TOKEN_NAME || token->kind == KIN_TOKEN_QUOTED;
}

char *kin_token_text(kin_arena *arena, const kin_token *token)
{
	if (token->kind != KIN_TOKEN_STRING && token->kind != KIN_TOKEN_QUOTED)
		return kin_arena_strndup(arena, token->start, token->length);

	char *text = kin_arena_alloc(arena, token->length - 1), *out = text;
	if (!text)
		return NULL;
	for (const char *in = token->start + 1, *end = token->start + token->length - 1; in < end; in++) {
		*out++ = *in;
		if (*in == *token->start)
			in++;
	}
	*out = '\0';
	return text;
}
