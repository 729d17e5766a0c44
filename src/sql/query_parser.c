/* query_parser.c - tokens, lookahead and errors for the parser of query texts. */
#include "sql/query_parser.h"

#include "base/text.h"

enum {
	SHOWN_TEXT  = 100, /* bytes of the text around an error */
	SHOWN_TOKEN = 40,
};

void kin_query_parser_init(kin_query_parser *p, kin_arena *arena, const char *text, kin_error *error)
{
	*p = (kin_query_parser){ .arena = arena, .text = text, .error = error };
	kin_lex_init(&p->lex, text, strlen(text), 1);
	p->token = kin_lex_next(&p->lex);
}

void kin_query_parser_advance(kin_query_parser *p)
{
	p->before = p->token;
	p->token = kin_lex_next(&p->lex);
}

kin_token kin_query_parser_peek(const kin_query_parser *p)
{
	kin_lex ahead = p->lex;

	return kin_lex_next(&ahead);
}

bool kin_query_parser_accept(kin_query_parser *p, const char *word)
{
	if (!kin_token_is(&p->token, word))
		return false;
	kin_query_parser_advance(p);
	return true;
}

bool kin_query_parser_accept_punct(kin_query_parser *p, const char *punct)
{
	if (!kin_token_is_punct(&p->token, punct))
		return false;
	kin_query_parser_advance(p);
	return true;
}

static bool expected_token(kin_query_parser *p, const char *token)
{
	char *what = kin_arena_printf(p->arena, "'%s'", token);

	if (what)
		kin_query_parser_expected(p, what, NULL);
	else
		kin_query_parser_nomem(p);
	return false;
}

bool kin_query_parser_expect(kin_query_parser *p, const char *word)
{
	return kin_query_parser_accept(p, word) || expected_token(p, word);
}

bool kin_query_parser_expect_punct(kin_query_parser *p, const char *punct)
{
	return kin_query_parser_accept_punct(p, punct) || expected_token(p, punct);
}

/* Words that go on with the value before them, so that one was there. */
static bool is_operator_word(const kin_token *token)
{
	static const char *const words[] = { "and", "or", "is", "in", "not", "like", "ilike", "between" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (kin_token_is(token, words[i]))
			return true;
	return false;
}

/* `with *`, and not an attribute of that name times something. */
static bool at_with_all(const kin_query_parser *p)
{
	kin_query_parser ahead = *p;

	kin_query_parser_advance(&ahead);
	if (!kin_token_is_punct(&ahead.token, "*"))
		return false;
	kin_query_parser_advance(&ahead);
	return ahead.token.kind == KIN_TOKEN_END || kin_token_is_punct(&ahead.token, ",") || kin_query_parser_at_clause(&ahead);
}

bool kin_query_parser_at_clause(const kin_query_parser *p)
{
	kin_token next;

	if (p->token.kind != KIN_TOKEN_NAME)
		return false;
	if (kin_token_is(&p->token, "where") || kin_token_is(&p->token, "having"))
		return true;
	next = kin_query_parser_peek(p);
	if (kin_token_is(&p->token, "order") || kin_token_is(&p->token, "group"))
		return kin_token_is(&next, "by");
	if (kin_token_is(&p->token, "limit") || kin_token_is(&p->token, "offset"))
		return next.kind == KIN_TOKEN_INTEGER || next.kind == KIN_TOKEN_PARAM;
	if (kin_token_is(&p->token, "for"))
		return kin_token_is(&next, "update");
	if (kin_token_is(&p->token, "window"))
		return kin_token_is_name(&next) && !is_operator_word(&next) && !kin_token_is(&next, "from") && !kin_token_is(&next, "as");
	if (kin_token_is(&p->token, "unfiltered"))
		return next.kind == KIN_TOKEN_END || kin_token_is_punct(&next, ")") || (kin_token_is_name(&next) && !is_operator_word(&next));
	return kin_token_is(&p->token, "with") && ((kin_token_is_name(&next) && !is_operator_word(&next)) || at_with_all(p));
}

static bool is_inside_character(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* The part of the text that is shown: the line with `at`, or what is near it of a very long one. */
static void find_shown(const char *text, size_t length, size_t at, size_t *ret_start, size_t *ret_end)
{
	size_t start = at, end = at;

	while (start > 0 && text[start - 1] != '\n')
		start--;
	while (end < length && text[end] != '\n')
		end++;
	if (at - start > SHOWN_TEXT / 2)
		for (start = at - SHOWN_TEXT / 2; start < at && is_inside_character(text[start]); start++)
			;
	if (end - start > SHOWN_TEXT)
		for (end = start + SHOWN_TEXT; end > at && is_inside_character(text[end]); end--)
			;
	*ret_start = start;
	*ret_end = end;
}

/* The text, indented, and on the next line a caret below `at`. */
static void add_place(kin_text *out, const char *text, const kin_token *token)
{
	size_t length = strlen(text), at = token->at, start, end, column = 0;

	while (length > 0 && strchr(" \t\r\n", text[length - 1]))
		length--;
	if (at > length)
		at = length;
	find_shown(text, length, at, &start, &end);
	kin_text_add(out, ":\n    ");
	for (size_t i = start; i < end; i++) {
		kin_text_add_char(out, (unsigned char)text[i] < ' ' || text[i] == 0x7f ? ' ' : text[i]);
		column += i < at && !is_inside_character(text[i]);
	}
	if (token->kind == KIN_TOKEN_END && column > 0)
		column++; /* not below the last letter's neighbour: where the next word would be */
	kin_text_addf(out, "\n    %*s^", (int)column, "");
}

static void *fail_with(kin_query_parser *p, const kin_token *token, kin_text *sentence)
{
	if (p->rc < 0)
		return NULL;
	add_place(sentence, p->text, token);
	if (kin_text_ok(sentence))
		p->rc = kin_error_set(p->error, KIN_EQUERY, "%s", sentence->data);
	else
		p->rc = kin_error_nomem(p->error);
	return NULL;
}

void *kin_query_parser_fail(kin_query_parser *p, const kin_token *token, const char *format, ...)
{
	va_list arguments;
	kin_text sentence;

	kin_text_init(&sentence);
	va_start(arguments, format);
	kin_text_addv(&sentence, format, arguments);
	va_end(arguments);
	fail_with(p, token, &sentence);
	kin_text_done(&sentence);
	return NULL;
}

/* What a token is, for a sentence: 'oder', the string 'x', end of text. */
static void add_token(kin_text *out, const kin_token *token)
{
	bool cut = token->length > SHOWN_TOKEN;
	size_t length = cut ? SHOWN_TOKEN : token->length;

	while (cut && is_inside_character(token->start[length]))
		length--;
	if (token->kind == KIN_TOKEN_END) {
		kin_text_add(out, "end of text");
	} else if (token->kind == KIN_TOKEN_BAD) {
		kin_text_add(out, token->problem);
	} else {
		bool quoted = token->kind == KIN_TOKEN_STRING;
		kin_text_add(out, quoted ? "the string " : "'");
		kin_text_add_n(out, token->start, length);
		kin_text_add(out, cut ? "…" : "");
		kin_text_add(out, quoted ? "" : "'");
	}
}

void *kin_query_parser_expected(kin_query_parser *p, const char *what, const char *meant)
{
	kin_text sentence;

	kin_text_init(&sentence);
	kin_text_addf(&sentence, "expected %s", what);
	if (p->before.length > 0) {
		kin_text_add(&sentence, " after ");
		add_token(&sentence, &p->before);
	}
	kin_text_add(&sentence, ", found ");
	add_token(&sentence, &p->token);
	if (meant)
		kin_text_addf(&sentence, "; did you mean '%s'?", meant);
	fail_with(p, &p->token, &sentence);
	kin_text_done(&sentence);
	return NULL;
}

void *kin_query_parser_nomem(kin_query_parser *p)
{
	if (p->rc == KIN_OK)
		p->rc = kin_error_nomem(p->error);
	return NULL;
}

void *kin_query_parser_room(kin_query_parser *p, void *items, size_t count, size_t *capacity, size_t item_size)
{
	size_t larger = count < 4 ? 4 : count * 2;
	void *moved;

	if (count < *capacity)
		return items;
	if (!(moved = kin_arena_alloc(p->arena, larger * item_size)))
		return kin_query_parser_nomem(p);
	if (count > 0)
		memcpy(moved, items, count * item_size);
	*capacity = larger;
	return moved;
}

char *kin_query_parser_take(kin_query_parser *p)
{
	char *text = kin_token_text(p->arena, &p->token);

	if (!text)
		return kin_query_parser_nomem(p);
	kin_query_parser_advance(p);
	return text;
}

bool kin_query_parser_path(kin_query_parser *p, const char ***ret_names, size_t *ret_count)
{
	const char **names = NULL;
	size_t count = 0, capacity = 0;

	do {
		if (!kin_token_is_name(&p->token))
			return kin_query_parser_expected(p, "a name", NULL);
		names = kin_query_parser_room(p, names, count, &capacity, sizeof(*names));
		if (!names || !(names[count++] = kin_query_parser_take(p)))
			return false;
	} while (kin_query_parser_accept_punct(p, "."));
	*ret_names = names;
	*ret_count = count;
	return true;
}
