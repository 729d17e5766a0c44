/* split.c - cuts a text into statements, by PostgreSQL's rules for quotes and comments.
 *
 * The portable lexer knows neither $tag$ … $tag$ nor E'\'' nor comments inside comments, and functions are made of them. A
 * function's body may also be written as BEGIN ATOMIC … END, with semicolons in it. */
#include <ctype.h>
#include <strings.h>

#include "db/postgresql/driver.h"

/* Where a statement's text is, and what of it has been seen. */
typedef struct scanner {
	const char *at;
	const char *word;    /* the last word */
	size_t      length;  /* of it */
	int         bodies;  /* BEGIN ATOMIC and CASE that are open */
	int         brackets;
} scanner;

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static const char *skip_line(const char *at)
{
	return at + strcspn(at, "\n");
}

static const char *skip_comment(const char *at)
{
	int depth = 0;

	do {
		if (at[0] == '/' && at[1] == '*')
			depth++, at++;
		else if (at[0] == '*' && at[1] == '/')
			depth--, at++;
		at++;
	} while (depth > 0 && *at);
	return at;
}

/* From an opening quote to behind the closing one. A doubled quote closes and opens again, which comes to the same. */
static const char *skip_quoted(const char *at, bool escapes)
{
	char quote = *at++;

	while (*at && *at != quote)
		at += escapes && at[0] == '\\' && at[1] ? 2 : 1;
	return at + (*at == quote);
}

/* $tag$ … $tag$; a lone $ is skipped. */
static const char *skip_dollar(const char *at)
{
	size_t length = 1;

	while (is_word(at[length]) && !(length == 1 && isdigit((unsigned char)at[length])))
		length++;
	if (at[length] != '$')
		return at + 1;
	length++;
	for (const char *end = at + length; *end; end++)
		if (strncmp(end, at, length) == 0)
			return end + length;
	return at + strlen(at);
}

static const char *skip_blank(const char *at)
{
	for (;;) {
		if (isspace((unsigned char)*at))
			at++;
		else if (at[0] == '-' && at[1] == '-')
			at = skip_line(at);
		else if (at[0] == '/' && at[1] == '*')
			at = skip_comment(at);
		else
			return at;
	}
}

static bool last_was(const scanner *s, const char *word)
{
	return s->length == strlen(word) && strncasecmp(s->word, word, s->length) == 0;
}

static void read_word(scanner *s)
{
	bool begin = last_was(s, "BEGIN");

	s->word = s->at;
	while (is_word(*s->at) || *s->at == '$')
		s->at++;
	s->length = (size_t)(s->at - s->word);
	if ((begin && last_was(s, "ATOMIC")) || (s->bodies > 0 && last_was(s, "CASE")))
		s->bodies++;
	else if (s->bodies > 0 && last_was(s, "END"))
		s->bodies--;
	if (*s->at == '\'')
		s->at = skip_quoted(s->at, last_was(s, "E"));
}

static void next(scanner *s)
{
	const char *after = skip_blank(s->at);

	if (after > s->at) {
		s->at = after;
	} else if (is_word(*s->at)) {
		read_word(s);
		return;
	} else if (*s->at == '\'' || *s->at == '"') {
		s->at = skip_quoted(s->at, false);
	} else if (*s->at == '$') {
		s->at = skip_dollar(s->at);
	} else {
		s->brackets += (*s->at == '(') - (*s->at == ')');
		s->at++;
	}
	if (after == s->at)
		return;
	s->length = 0;
}

const char *kin_pg_split(const char *sql, size_t *ret_length, const char **ret_next)
{
	const char *start = skip_blank(sql);

	while (*start == ';')
		start = skip_blank(start + 1);
	scanner s = { .at = start };
	while (*s.at && !(*s.at == ';' && s.bodies <= 0 && s.brackets <= 0))
		next(&s);
	*ret_length = (size_t)(s.at - start);
	*ret_next = s.at + (*s.at == ';');
	return start;
}

static bool begins_with(const char *sql, size_t length, const char *word)
{
	return length == strlen(word) && strncasecmp(sql, word, length) == 0;
}

/* The length of the word that a statement begins with. */
static size_t first_word(const char *start)
{
	size_t length = 0;

	while (is_word(start[length]))
		length++;
	return length;
}

kin_pg_effect kin_pg_effect_of(const char *sql)
{
	static const char *const commits[] = { "COMMIT", "END" };
	static const char *const reads[] = {
		"SELECT", "VALUES", "TABLE", "SHOW", "SET", "RESET", "BEGIN", "START", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE",
		"DECLARE", "FETCH", "CLOSE", "LISTEN",
	};
	const char *start = skip_blank(sql);
	size_t length = first_word(start);

	for (size_t i = 0; i < sizeof(commits) / sizeof(*commits); i++)
		if (begins_with(start, length, commits[i]))
			return KIN_PG_COMMITS;
	for (size_t i = 0; i < sizeof(reads) / sizeof(*reads); i++)
		if (begins_with(start, length, reads[i]))
			return KIN_PG_READS;
	return KIN_PG_WRITES;
}

/* The list ends with NULL. */
static bool begins_with_one_of(const char *sql, const char *const *words)
{
	const char *start = skip_blank(sql);
	size_t length = first_word(start);

	while (*words && !begins_with(start, length, *words))
		words++;
	return *words;
}

bool kin_pg_ends(const char *sql)
{
	static const char *const words[] = { "COMMIT", "END", "ROLLBACK", "ABORT", "PREPARE", NULL };

	return begins_with_one_of(sql, words);
}

bool kin_pg_controls(const char *sql)
{
	static const char *const words[] = { "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", NULL };

	return begins_with_one_of(sql, words);
}
