/* split.c - cuts a text into statements, by MariaDB's rules for quotes and comments.
 *
 * The portable lexer knows neither # comments nor comments that are code, and the bodies of triggers and functions are made
 * of statements with semicolons between them: BEGIN … END, IF … END IF and their like. A backslash is a character like
 * any other: the session says so. */
#include <ctype.h>
#include <strings.h>

#include "db/mariadb/driver.h"

/* Where a statement's text is, and what of it has been seen. */
typedef struct scanner {
	const char *at;
	const char *word;     /* the last word */
	size_t      length;   /* of it */
	int         words;    /* how many there were, before the body */
	bool        creates;  /* it begins with CREATE, and it is not known yet what that makes */
	bool        begins;   /* it begins with BEGIN */
	bool        has_body; /* CREATE TRIGGER …, BEGIN NOT ATOMIC */
	int         blocks;   /* that are open */
	bool        ends;     /* the last word was an END */
} scanner;

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* A comment that is code, like that of mysqldump, is none. */
static bool is_comment(const char *at)
{
	return at[0] == '/' && at[1] == '*' && at[2] != '!' && !(at[2] == 'M' && at[3] == '!');
}

static const char *skip_blank(const char *at)
{
	for (;;) {
		if (isspace((unsigned char)*at)) {
			at++;
		} else if (*at == '#' || (at[0] == '-' && at[1] == '-' && (!at[2] || isspace((unsigned char)at[2])))) {
			at += strcspn(at, "\n");
		} else if (is_comment(at)) {
			const char *end = strstr(at + 2, "*/");
			at = end ? end + 2 : at + strlen(at);
		} else {
			return at;
		}
	}
}

/* From an opening quote to behind the closing one. A doubled quote closes and opens again, which comes to the same. */
static const char *skip_quoted(const char *at)
{
	const char *end = strchr(at + 1, *at);

	return end ? end + 1 : at + strlen(at);
}

static bool is(const scanner *s, const char *word)
{
	return s->length == strlen(word) && strncasecmp(s->word, word, s->length) == 0;
}

static bool is_any(const scanner *s, const char *const *words)
{
	for (; *words; words++)
		if (is(s, *words))
			return true;
	return false;
}

/* Whether the text goes on with this word. Returns what is behind it; NULL: no. */
static const char *take_word(const char *at, const char *word)
{
	size_t length = strlen(word);

	at = skip_blank(at);
	return strncasecmp(at, word, length) == 0 && !is_word(at[length]) ? at + length : NULL;
}

/* IF [NOT] EXISTS name; in a body a bracket follows. */
static bool is_precaution(const char *at)
{
	const char *not_ = take_word(at, "NOT");
	const char *exists = take_word(not_ ? not_ : at, "EXISTS");

	return exists && *skip_blank(exists) != '(';
}

/* FOR name IN …: not HANDLER FOR, CURSOR FOR, FOR EACH ROW, FOR UPDATE. */
static bool is_loop(const char *at)
{
	at = skip_blank(at);
	if (*at == '`')
		at = skip_quoted(at);
	while (is_word(*at))
		at++;
	return take_word(at, "IN") != NULL;
}

/* REPEAT() and IF() are functions, too. */
static bool opens_block(const scanner *s)
{
	static const char *const blocks[] = { "BEGIN", "CASE", "LOOP", "WHILE", NULL };
	bool called = *skip_blank(s->at) == '(';

	if (is(s, "IF"))
		return !called && !is_precaution(s->at);
	if (is(s, "FOR"))
		return is_loop(s->at);
	return is_any(s, blocks) || (is(s, "REPEAT") && !called);
}

/* What may follow a block's END. */
static bool closes_with(const scanner *s)
{
	static const char *const blocks[] = { "CASE", "LOOP", "WHILE", "REPEAT", "IF", "FOR", NULL };

	return s->ends && is_any(s, blocks);
}

static void note_first_words(scanner *s)
{
	static const char *const creates[] = { "CREATE", "ALTER", NULL };
	static const char *const bodies[] = { "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "PACKAGE", NULL };
	static const char *const others[] = { "TABLE", "VIEW", "INDEX", "DATABASE", "SCHEMA", "SEQUENCE", "USER", "ROLE", NULL };

	if (s->words == 0) {
		s->creates = is_any(s, creates);
		s->begins = is(s, "BEGIN");
	} else if (s->begins && s->words == 1 && is(s, "NOT")) { /* BEGIN NOT ATOMIC */
		s->has_body = true;
		s->blocks = 1;
	} else if (s->creates) {
		s->has_body = is_any(s, bodies);
		s->creates = !s->has_body && !is_any(s, others);
	}
	s->words++;
}

static void note_word(scanner *s)
{
	if (!s->has_body)
		note_first_words(s);
	else if (is(s, "END"))
		s->blocks--;
	else if (!closes_with(s) && opens_block(s))
		s->blocks++;
	s->ends = is(s, "END");
}

static void next(scanner *s)
{
	const char *after = skip_blank(s->at);

	if (after > s->at) {
		s->at = after;
	} else if (is_word(*s->at)) {
		s->word = s->at;
		while (is_word(*s->at))
			s->at++;
		s->length = (size_t)(s->at - s->word);
		note_word(s);
	} else if (strchr("'\"`", *s->at)) {
		s->at = skip_quoted(s->at);
		s->ends = false;
	} else {
		s->at++;
		s->ends = false;
	}
}

const char *kin_maria_split(const char *sql, size_t *ret_length, const char **ret_next)
{
	const char *start = skip_blank(sql);

	while (*start == ';')
		start = skip_blank(start + 1);
	scanner s = { .at = start };
	while (*s.at && !(*s.at == ';' && s.blocks <= 0))
		next(&s);
	*ret_length = (size_t)(s.at - start);
	*ret_next = s.at + (*s.at == ';');
	return start;
}

static bool begins_with_any(const char *sql, const char *const *words)
{
	scanner s = { .word = skip_blank(sql) };

	while (is_word(s.word[s.length]))
		s.length++;
	return is_any(&s, words);
}

kin_maria_effect kin_maria_effect_of(const char *sql)
{
	static const char *const commits[] = { "COMMIT", NULL };
	static const char *const reads[] = {
		"SELECT", "WITH", "VALUES", "TABLE", "SHOW", "SET", "BEGIN", "START", "ROLLBACK", "SAVEPOINT", "RELEASE", "EXPLAIN", "DESCRIBE",
		"DESC", "USE", "DO", NULL,
	};

	if (begins_with_any(sql, commits))
		return KIN_MARIA_COMMITS;
	return begins_with_any(sql, reads) ? KIN_MARIA_READS : KIN_MARIA_WRITES;
}

bool kin_maria_is_query(const char *sql)
{
	static const char *const words[] = { "SELECT", "WITH", NULL };

	return begins_with_any(sql, words);
}

bool kin_maria_is_transaction(const char *sql)
{
	static const char *const words[] = { "BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", NULL };
	const char *begin = take_word(sql, "BEGIN");

	return begins_with_any(sql, words) && !(begin && take_word(begin, "NOT"));
}
