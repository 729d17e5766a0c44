/* expression.c - expressions as MariaDB shows them, as people write them.
 *
 * MariaDB keeps what it understood, not what was written: names in backticks, words in small letters, strings with backslashes whatever
 * the session says. Compared with a model's text the difference would look like a change, for ever. What it rewrites more
 * deeply stays as it is. */
#include "db/mariadb/expression.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "sql/ddl_write.h"

typedef struct rewriting {
	const char *at;
	kin_text    out;
	bool        failed;
} rewriting;

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* What a backslash and this character stand for. */
static char escaped(char c)
{
	switch (c) {
	case '0': return '\0';
	case 'b': return '\b';
	case 'n': return '\n';
	case 'r': return '\r';
	case 't': return '\t';
	case 'Z': return '\x1a';
	default:  return c;
	}
}

static void rewrite_string(rewriting *r)
{
	kin_text_add_char(&r->out, '\'');
	for (r->at++; *r->at && !(*r->at == '\'' && r->at[1] != '\''); r->at++) {
		char c = *r->at;
		if (c == '\\' && r->at[1])
			c = escaped(*++r->at);
		else if (c == '\'')
			r->at++;
		if (c == '\'')
			kin_text_add_char(&r->out, c);
		kin_text_add_char(&r->out, c);
	}
	r->at += *r->at == '\'';
	kin_text_add_char(&r->out, '\'');
}

static void rewrite_name(rewriting *r)
{
	kin_text name;

	kin_text_init(&name);
	for (r->at++; *r->at && !(*r->at == '`' && r->at[1] != '`'); r->at++) {
		r->at += *r->at == '`';
		kin_text_add_char(&name, *r->at);
	}
	r->at += *r->at == '`';
	r->failed |= !kin_text_ok(&name);
	kin_ddl_write_name(NULL, &r->out, name.data);
	kin_text_done(&name);
}

/* Calls that have another name: with what follows them up to the bracket's end, if that is told here. */
static const struct call {
	const char *shown;
	const char *written;
} calls[] = {
	{ "current_timestamp(6)", "CURRENT_TIMESTAMP" }, { "current_timestamp()", "CURRENT_TIMESTAMP" }, { "curdate()", "CURRENT_DATE" },
	{ "curtime(6)", "CURRENT_TIME" },                { "curtime()", "CURRENT_TIME" },                { "ucase(", "upper(" },
	{ "lcase(", "lower(" },
};

static bool rewrite_call(rewriting *r)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		size_t length = strlen(calls[i].shown);
		if (strncasecmp(r->at, calls[i].shown, length) != 0)
			continue;
		kin_text_add(&r->out, calls[i].written);
		r->at += length;
		return true;
	}
	return false;
}

/* Words that are no names and no functions. */
static bool is_keyword(const char *word, size_t length)
{
	static const char *const keywords[] = {
		"and", "as", "between", "case", "cast", "collate", "div", "else", "end", "escape", "exists", "false", "in", "interval", "is",
		"like", "mod", "not", "null", "or", "regexp", "then", "true", "when", "xor",
	};

	for (size_t i = 0; i < sizeof(keywords) / sizeof(*keywords); i++)
		if (strlen(keywords[i]) == length && strncasecmp(keywords[i], word, length) == 0)
			return true;
	return false;
}

static void rewrite_word(rewriting *r)
{
	size_t length = 0;

	if (rewrite_call(r))
		return;
	while (is_word(r->at[length]))
		length++;
	bool introduces = *r->at == '_' && r->at[length] == '\''; /* _utf8mb4'x' */
	bool keyword = is_keyword(r->at, length);
	for (size_t i = 0; i < length && !introduces; i++)
		kin_text_add_char(&r->out, keyword ? (char)toupper((unsigned char)r->at[i]) : r->at[i]);
	r->at += length;
}

static void rewrite(rewriting *r)
{
	while (*r->at) {
		if (*r->at == '\'') {
			rewrite_string(r);
		} else if (*r->at == '`') {
			rewrite_name(r);
		} else if (is_word(*r->at)) {
			rewrite_word(r);
		} else {
			kin_text_add_char(&r->out, *r->at);
			if (*r->at == ',' && r->at[1] != ' ')
				kin_text_add_char(&r->out, ' ');
			r->at++;
		}
	}
}

const char *kin_maria_expression(kin_arena *arena, const kin_type *type, const char *sql)
{
	rewriting r = { .at = sql };
	const char *result = NULL;

	if (!sql)
		return NULL;
	if (type && type->name == KIN_TYPE_BOOLEAN && (strcmp(sql, "0") == 0 || strcmp(sql, "1") == 0))
		return *sql == '0' ? "false" : "true";
	kin_text_init(&r.out);
	rewrite(&r);
	if (kin_text_ok(&r.out) && !r.failed)
		result = kin_arena_strndup(arena, r.out.data, r.out.length);
	else
		arena->failed = true;
	kin_text_done(&r.out);
	return result;
}
