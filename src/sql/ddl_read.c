/* ddl_read.c - a token at a time, and what to say when it is the wrong one. */
#include "sql/ddl_read.h"

#include <string.h>
#include <strings.h>

#include "base/vec.h"
#include "sql/ddl_expression.h"

/* Take `length` bytes as one token of this kind. */
static void widen(kin_lex *lex, kin_token *token, kin_token_kind kind, size_t length)
{
	token->kind = kind;
	token->length = length;
	for (; lex->next < token->at + length; lex->next++)
		if (lex->text[lex->next] == '\n') {
			lex->line++;
			lex->line_at = lex->next + 1;
		}
}

/* SQLite's [name]. ARRAY['x'], a[1] and text[], which it has not, are none. */
static void bracket_name(kin_lex *lex, kin_token *token, bool stored)
{
	const char *end = memchr(token->start, ']', lex->length - token->at);

	if (end && end > token->start + 1 && (stored || !strchr("'\"0123456789", token->start[1])))
		widen(lex, token, KIN_TOKEN_QUOTED, (size_t)(end - token->start) + 1);
}

/* PostgreSQL's $$text$$ and $tag$text$tag$. */
static void dollar_string(kin_lex *lex, kin_token *token)
{
	size_t rest = lex->length - token->at, tag = 1;
	const char *end;

	while (tag < rest && (token->start[tag] == '_' || (token->start[tag] >= 'a' && token->start[tag] <= 'z') ||
	                      (token->start[tag] >= 'A' && token->start[tag] <= 'Z') ||
	                      (tag > 1 && token->start[tag] >= '0' && token->start[tag] <= '9')))
		tag++;
	if (tag == rest || token->start[tag++] != '$')
		return;
	if ((end = memmem(token->start + tag, rest - tag, token->start, tag)))
		widen(lex, token, KIN_TOKEN_STRING, (size_t)(end - token->start) + tag);
}

/* A comment that opens or closes a block: alone on its line. */
static bool is_directive(const kin_lex *lex, const kin_token *token)
{
	if (token->length < 6 || memcmp(token->start, "--", 2) != 0)
		return false;
	for (const char *c = token->start; c > lex->text && c[-1] != '\n'; c--)
		if (c[-1] != ' ' && c[-1] != '\t')
			return false;
	return (token->length > 8 && memcmp(token->start, "-- only:", 8) == 0) ||
	       (memcmp(token->start, "-- end", 6) == 0 && strspn(token->start + 6, " \t\r") + 6 >= token->length);
}

static kin_token read_token(kin_lex *lex, bool stored)
{
	kin_token token;

	do
		token = kin_lex_next(lex);
	while (token.kind == KIN_TOKEN_COMMENT && (stored || !is_directive(lex, &token)));
	if (kin_token_is_punct(&token, "["))
		bracket_name(lex, &token, stored);
	else if (kin_token_is_punct(&token, "$"))
		dollar_string(lex, &token);
	return token;
}

static void fail(kin_ddl_reader *r)
{
	r->token.kind = KIN_TOKEN_END;
	r->token.length = 0;
}

void kin_ddl_read_nomem(kin_ddl_reader *r)
{
	if (r->rc == KIN_OK)
		r->rc = kin_error_nomem(r->error);
	fail(r);
}

/* A file's text says LINE:COLUMN, behind which a path fits that editors open; a database's has no file. */
static void place(kin_ddl_reader *r, const kin_token *at)
{
	if (r->rc == KIN_ESYNTAX && r->error)
		r->rc = kin_error_context(r->error, r->stored ? "line %d, column %d" : "%d:%d", at->line, at->column);
	fail(r);
}

void kin_ddl_read_refuse(kin_ddl_reader *r, const kin_token *at, const char *sentence)
{
	if (r->rc < 0)
		return;
	r->rc = kin_error_set(r->error, KIN_ESYNTAX, "%s", sentence);
	place(r, at);
}

void kin_ddl_read_wanted(kin_ddl_reader *r, const char *what)
{
	const kin_token *token = &r->token;
	size_t length = token->length < 40 ? token->length : 40;

	if (r->rc < 0)
		return;
	while (length < token->length && length > 0 && ((unsigned char)token->start[length] & 0xc0) == 0x80)
		length--;
	if (token->kind == KIN_TOKEN_END)
		r->rc = kin_error_set(r->error, KIN_ESYNTAX, "expected %s, found the end of the text", what);
	else
		r->rc = kin_error_set(r->error, KIN_ESYNTAX, "expected %s, found '%.*s'", what, (int)length, token->start);
	place(r, token);
}

void kin_ddl_read_next(kin_ddl_reader *r)
{
	if (r->rc < 0)
		return;
	r->end = r->token.at + r->token.length;
	r->token = read_token(&r->lex, r->stored);
	if (r->token.kind == KIN_TOKEN_BAD)
		kin_ddl_read_refuse(r, &r->token, r->token.problem);
}

void kin_ddl_read_begin(kin_ddl_reader *r, kin_arena *arena, const char *text, int line, bool stored, kin_error *error)
{
	*r = (kin_ddl_reader){ .arena = arena, .stored = stored, .error = error };
	kin_lex_init(&r->lex, text, strlen(text), line);
	r->lex.comments = r->lex.hex = true;
	kin_ddl_read_next(r);
}

bool kin_ddl_read_at_end(const kin_ddl_reader *r)
{
	return r->token.kind == KIN_TOKEN_END;
}

static bool is_word(const kin_token *token, const char *word, size_t length)
{
	return token->kind == KIN_TOKEN_NAME && token->length == length && strncasecmp(token->start, word, length) == 0;
}

/* The lexer behind the words, or where they stop being there; how many bytes of `words` are there. */
static size_t match(const kin_ddl_reader *r, const char *words, kin_ddl_reader *behind)
{
	const char *word = words;

	*behind = *r;
	while (*word) {
		size_t length = strcspn(word, " ");
		if (!is_word(&behind->token, word, length))
			break;
		behind->end = behind->token.at + behind->token.length;
		behind->token = read_token(&behind->lex, r->stored);
		word += length + (word[length] == ' ');
	}
	return (size_t)(word - words);
}

bool kin_ddl_read_at(const kin_ddl_reader *r, const char *words)
{
	kin_ddl_reader behind;

	return match(r, words, &behind) == strlen(words);
}

bool kin_ddl_read_at_any(const kin_ddl_reader *r, const char *const *words)
{
	for (; *words; words++)
		if (kin_token_is(&r->token, *words))
			return true;
	return false;
}

/* Go to where `behind` is. */
static void move(kin_ddl_reader *r, const kin_ddl_reader *behind)
{
	*r = *behind;
	if (r->token.kind == KIN_TOKEN_BAD)
		kin_ddl_read_refuse(r, &r->token, r->token.problem);
}

bool kin_ddl_read_take(kin_ddl_reader *r, const char *words)
{
	kin_ddl_reader behind;

	if (match(r, words, &behind) != strlen(words))
		return false;
	move(r, &behind);
	return true;
}

void kin_ddl_read_expect(kin_ddl_reader *r, const char *words)
{
	kin_ddl_reader behind;
	size_t matched = match(r, words, &behind);

	if (r->rc < 0)
		return;
	move(r, &behind);
	if (matched != strlen(words))
		kin_ddl_read_wanted(r, words + matched);
}

bool kin_ddl_read_at_mark(const kin_ddl_reader *r, const char *mark)
{
	return kin_token_is_punct(&r->token, mark);
}

bool kin_ddl_read_take_mark(kin_ddl_reader *r, const char *mark)
{
	if (!kin_ddl_read_at_mark(r, mark))
		return false;
	kin_ddl_read_next(r);
	return true;
}

void kin_ddl_read_expect_mark(kin_ddl_reader *r, const char *mark)
{
	char what[] = "'?'";

	what[1] = *mark;
	if (!kin_ddl_read_take_mark(r, mark))
		kin_ddl_read_wanted(r, what);
}

static const char *take_text(kin_ddl_reader *r)
{
	const kin_token *token = &r->token;
	const char *text = token->kind == KIN_TOKEN_QUOTED && *token->start == '['
	                           ? kin_arena_strndup(r->arena, token->start + 1, token->length - 2)
	                           : kin_token_text(r->arena, token);

	if (text)
		kin_ddl_read_next(r);
	else
		kin_ddl_read_nomem(r);
	return text;
}

const char *kin_ddl_read_name(kin_ddl_reader *r, const char *what)
{
	if (kin_token_is_name(&r->token) || (r->stored && r->token.kind == KIN_TOKEN_STRING))
		return take_text(r);
	kin_ddl_read_wanted(r, what);
	return NULL;
}

const char *kin_ddl_read_string(kin_ddl_reader *r)
{
	if (r->token.kind == KIN_TOKEN_STRING && *r->token.start == '\'')
		return take_text(r);
	kin_ddl_read_wanted(r, "a text in single quotes");
	return NULL;
}

const char **kin_ddl_read_names(kin_ddl_reader *r, const char *what, size_t *ret_count)
{
	kin_vec(const char *) names = { 0 };
	const char **result = NULL;

	kin_ddl_read_expect_mark(r, "(");
	do {
		const char *name = kin_ddl_read_name(r, what);
		if (name && !kin_vec_push(&names, name))
			kin_ddl_read_nomem(r);
	} while (kin_ddl_read_take_mark(r, ","));
	kin_ddl_read_expect_mark(r, ")");
	if (r->rc == KIN_OK && !(result = kin_schema_names(r->arena, names.items, names.count)))
		kin_ddl_read_nomem(r);
	*ret_count = names.count;
	kin_vec_done(&names);
	return result;
}

void kin_ddl_read_skip(kin_ddl_reader *r)
{
	size_t depth = 0;

	do {
		if (kin_ddl_read_at_mark(r, "("))
			depth++;
		else if (kin_ddl_read_at_mark(r, ")") && depth > 0)
			depth--;
		kin_ddl_read_next(r);
	} while (depth > 0 && !kin_ddl_read_at_end(r));
	if (depth > 0)
		kin_ddl_read_wanted(r, "')'");
}

const char *kin_ddl_read_since(kin_ddl_reader *r, size_t from)
{
	const char *text = r->rc == KIN_OK ? kin_arena_strndup(r->arena, r->lex.text + from, r->end - from) : NULL;

	if (!text)
		kin_ddl_read_nomem(r);
	return text;
}

const char *kin_ddl_read_expression_since(kin_ddl_reader *r, size_t from)
{
	const char *text = r->lex.text + from;
	size_t length = r->end > from ? r->end - from : 0;

	kin_ddl_expression_trim(&text, &length);
	if (r->rc == KIN_OK && strspn(text, "() \t\r\n") >= length)
		kin_ddl_read_wanted(r, "an expression");
	if (r->rc == KIN_OK && !(text = kin_arena_strndup(r->arena, text, length)))
		kin_ddl_read_nomem(r);
	return r->rc == KIN_OK ? text : NULL;
}

const char *kin_ddl_read_parentheses(kin_ddl_reader *r)
{
	size_t from = r->token.at;

	if (!kin_ddl_read_at_mark(r, "("))
		kin_ddl_read_wanted(r, "'('");
	else
		kin_ddl_read_skip(r);
	return r->rc == KIN_OK ? kin_ddl_read_expression_since(r, from) : NULL;
}
