/* verb.c - what a statement is, seen from outside.
 *
 * A node does not say whether a statement has rows, and it has to be asked for rows or told to run it: the wrong way is an error at
 * best. Some statements end the node's process, and with it everybody's connections:
 *
 *     INSERT … RETURNING outside a transaction, which commits where the node does not look for it;
 *     PRAGMA journal_mode = …, page_size = …, wal_checkpoint and others, which do what the node has to do itself.
 *
 * So a statement that writes is taken to have RETURNING wherever that word is found in its text, and of the pragmas those
 * pass that are known to do no harm. Quotes and comments are read by SQLite's rules. */
#include "db/dqlite/verb.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* A word, or one other character, outside quotes and comments. */
typedef struct token {
	const char *start;
	size_t      length;
	bool        word;
} token;

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}

/* From an opening quote to behind the closing one. A doubled quote closes and opens again, which comes to the same. */
static const char *skip_quoted(const char *at, const char *end)
{
	const char *close = memchr(at + 1, *at == '[' ? ']' : *at, (size_t)(end - at - 1));

	return close ? close + 1 : end;
}

static const char *skip_comment(const char *at, const char *end)
{
	for (at += 2; at < end; at++)
		if (at[0] == '*' && end - at > 1 && at[1] == '/')
			return at + 2;
	return end;
}

static const char *skip_blank(const char *at, const char *end)
{
	while (at < end) {
		const char *line;
		if (is_blank(*at))
			at++;
		else if (end - at > 2 && memcmp(at, "\xef\xbb\xbf", 3) == 0) /* a byte order mark */
			at += 3;
		else if (end - at > 1 && at[0] == '-' && at[1] == '-')
			at = (line = memchr(at, '\n', (size_t)(end - at))) ? line : end;
		else if (end - at > 1 && at[0] == '/' && at[1] == '*')
			at = skip_comment(at, end);
		else
			break;
	}
	return at;
}

/* Length 0: there is none. */
static token next_token(const char **at, const char *end)
{
	const char *start = skip_blank(*at, end), *stop = start;

	if (start < end && is_word(*start))
		while (stop < end && is_word(*stop))
			stop++;
	else if (start < end)
		stop = strchr("'\"`[", *start) ? skip_quoted(start, end) : start + 1;
	*at = stop;
	return (token){ start, (size_t)(stop - start), start < end && is_word(*start) };
}

static bool is(token t, const char *word)
{
	return t.word && t.length == strlen(word) && strncasecmp(t.start, word, t.length) == 0;
}

static bool is_sign(token t, char c)
{
	return t.length == 1 && *t.start == c;
}

/* ---- where it ends ---- */

/* CREATE [TEMP] TRIGGER, whose body has semicolons of its own. */
static bool is_trigger(const char *at, const char *end)
{
	token t = next_token(&at, end);

	if (!is(t, "CREATE"))
		return false;
	t = next_token(&at, end);
	if (is(t, "TEMP") || is(t, "TEMPORARY"))
		t = next_token(&at, end);
	return is(t, "TRIGGER");
}

const char *kin_verb_split(const char *sql, size_t *ret_length, const char **ret_next)
{
	const char *end = sql + strlen(sql), *start = skip_blank(sql, end);

	while (*start == ';')
		start = skip_blank(start + 1, end);
	bool trigger = is_trigger(start, end), ended = false;
	const char *at = start, *stop = start;
	for (token t, before = { 0 }; (t = next_token(&at, end)).length > 0; before = t) {
		ended |= is_sign(before, ';') && is(t, "END");
		if (is_sign(t, ';') && (!trigger || ended))
			break;
		stop = at;
	}
	*ret_length = (size_t)(stop - start);
	*ret_next = at;
	return start;
}

/* ---- what it is ---- */

static bool contains(const char *sql, size_t length, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= length; i++)
		if (strncasecmp(sql + i, word, n) == 0)
			return true;
	return false;
}

static bool contains_word(const char *at, const char *end, const char *word)
{
	for (token t; (t = next_token(&at, end)).length > 0;)
		if (is(t, word))
			return true;
	return false;
}

/* The verb behind WITH … AS (…), …: the first one behind a closing bracket. A table of WITH may have such a name itself. */
static token behind_with(const char *at, const char *end)
{
	static const char *const verbs[] = { "SELECT", "VALUES", "INSERT", "REPLACE", "UPDATE", "DELETE" };
	int depth = 0;

	for (token t, before = { 0 }; (t = next_token(&at, end)).length > 0; before = t) {
		depth += is_sign(t, '(') - is_sign(t, ')');
		for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
			if (depth == 0 && is_sign(before, ')') && is(t, verbs[i]))
				return t;
	}
	return (token){ at, 0, false };
}

static const struct pragma {
	const char *name;
	enum { READ_ONLY, PERSONAL, STORED } kind;
} pragmas[] = {
	{ "application_id", STORED }, { "automatic_index", PERSONAL }, { "busy_timeout", PERSONAL }, { "cache_size", PERSONAL },
	{ "case_sensitive_like", PERSONAL }, { "collation_list", READ_ONLY }, { "compile_options", READ_ONLY },
	{ "data_version", READ_ONLY }, { "database_list", READ_ONLY }, { "defer_foreign_keys", PERSONAL }, { "encoding", READ_ONLY },
	{ "foreign_key_check", READ_ONLY }, { "foreign_key_list", READ_ONLY }, { "foreign_keys", PERSONAL },
	{ "freelist_count", READ_ONLY }, { "function_list", READ_ONLY }, { "ignore_check_constraints", PERSONAL },
	{ "index_info", READ_ONLY }, { "index_list", READ_ONLY }, { "index_xinfo", READ_ONLY }, { "integrity_check", READ_ONLY },
	{ "journal_mode", READ_ONLY }, { "legacy_alter_table", PERSONAL }, { "locking_mode", READ_ONLY }, { "module_list", READ_ONLY },
	{ "page_count", READ_ONLY }, { "page_size", READ_ONLY }, { "pragma_list", READ_ONLY }, { "query_only", PERSONAL },
	{ "quick_check", READ_ONLY }, { "recursive_triggers", PERSONAL }, { "reverse_unordered_selects", PERSONAL },
	{ "schema_version", READ_ONLY }, { "synchronous", READ_ONLY }, { "table_info", READ_ONLY }, { "table_list", READ_ONLY },
	{ "table_xinfo", READ_ONLY }, { "trusted_schema", PERSONAL }, { "user_version", STORED },
};

static const struct pragma *find_pragma(token name)
{
	for (size_t i = 0; i < sizeof(pragmas) / sizeof(*pragmas); i++)
		if (is(name, pragmas[i].name))
			return &pragmas[i];
	return NULL;
}

/* Those that look at something take its name in brackets; the others are set that way too. */
static bool looks_at_something(token name)
{
	static const char *const endings[] = { "_info", "_xinfo", "_list", "_check" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		size_t n = strlen(endings[i]);
		if (name.length > n && strncasecmp(name.start + name.length - n, endings[i], n) == 0)
			return true;
	}
	return false;
}

/* PRAGMA [schema.]name [= value | (value)] */
static kin_verb pragma(const char *at, const char *end)
{
	kin_verb verb = { .rows = true };
	token name = next_token(&at, end), then = next_token(&at, end);

	if (is_sign(then, '.')) {
		name = next_token(&at, end);
		then = next_token(&at, end);
	}
	const struct pragma *known = find_pragma(name);
	bool sets = is_sign(then, '=') || (is_sign(then, '(') && !looks_at_something(name));
	if (!known || (sets && known->kind == READ_ONLY)) {
		verb.refused = "this PRAGMA is not for dqlite: its nodes keep the file and the journal themselves, and some "
		               "settings end them";
	} else if (sets) {
		verb.rows = false;
		verb.effect = known->kind == STORED ? KIN_VERB_WRITES : KIN_VERB_READS;
		verb.personal = known->kind == PERSONAL;
	}
	return verb;
}

static kin_verb of_writing(const char *sql, size_t length, bool counts)
{
	bool returning = contains(sql, length, "returning");

	return (kin_verb){ .effect = KIN_VERB_WRITES, .counts = counts, .returning = returning, .rows = returning };
}

static const struct fixed {
	const char *word;
	kin_verb    verb;
} fixed[] = {
	{ "SELECT", { .rows = true, .select = true } },
	{ "VALUES", { .rows = true, .select = true } },
	{ "EXPLAIN", { .rows = true } },
	{ "BEGIN", { .turn = KIN_VERB_BEGINS, .plain = true } },
	{ "COMMIT", { .effect = KIN_VERB_COMMITS, .turn = KIN_VERB_ENDS, .plain = true } },
	{ "END", { .effect = KIN_VERB_COMMITS, .turn = KIN_VERB_ENDS, .plain = true } },
	{ "SAVEPOINT", { .savepoint = true, .plain = true } },
	{ "RELEASE", { .savepoint = true, .plain = true } },
	{ "ATTACH", { .refused = "ATTACH is not for dqlite: only one database of a connection is replicated" } },
	{ "DETACH", { .refused = "DETACH is not for dqlite: only one database of a connection is replicated" } },
};

kin_verb kin_verb_of(const char *sql, size_t length)
{
	const char *at = sql, *end = sql + length;
	token first = next_token(&at, end);

	if (is(first, "WITH"))
		first = behind_with(at, end);
	if (is(first, "PRAGMA"))
		return pragma(at, end);
	if (is(first, "INSERT") || is(first, "REPLACE") || is(first, "UPDATE") || is(first, "DELETE"))
		return of_writing(sql, length, true);
	if (is(first, "ROLLBACK") && contains_word(at, end, "TO"))
		return (kin_verb){ .savepoint = true, .plain = true };
	if (is(first, "ROLLBACK"))
		return (kin_verb){ .turn = KIN_VERB_ROLLS_BACK, .plain = true };
	if (is(first, "VACUUM") && contains_word(at, end, "INTO"))
		return (kin_verb){ .refused = "VACUUM INTO is not for dqlite: the file would be on the node's host" };
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		if (is(first, fixed[i].word))
			return fixed[i].verb;
	kin_verb other = of_writing(sql, length, false);
	other.personal = contains_word(at, end, "TEMP") || contains_word(at, end, "TEMPORARY");
	return other;
}
