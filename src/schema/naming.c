/* naming.c - names of constraints and indexes that nobody named. */
#include "schema/naming.h"

#include <stdint.h>
#include <string.h>

#include "base/map.h"
#include "base/text.h"

#define MAX_NAME 63 /* bytes: the shortest limit there is, PostgreSQL's */

/* The name, or if it is too long its beginning, cut between characters, with a hash of the whole. */
static char *fit(kin_arena *arena, char *name)
{
	size_t length = name ? strlen(name) : 0;
	size_t keep = MAX_NAME - 5;

	if (length <= MAX_NAME)
		return name;
	while (keep > 0 && ((unsigned char)name[keep] & 0xc0) == 0x80)
		keep--;
	return kin_arena_printf(arena, "%.*s_%04x", (int)keep, name, (unsigned)(kin_hash(name, length) & 0xffff));
}

/* What there is to be said of one. NULL, and no columns: it has none. */
typedef struct subject {
	const char        *table;
	const char *const *columns;
	size_t             count;
	const char        *target;
	const char        *name;
} subject;

static void add_columns(kin_text *out, const subject *s)
{
	for (size_t i = 0; i < s->count; i++)
		kin_text_addf(out, "%s%s", i > 0 ? "_" : "", s->columns[i]);
}

static bool is_token(const char *at, size_t length, const char *token)
{
	return strlen(token) == length && memcmp(at, token, length) == 0;
}

static void add_token(kin_text *out, const char *token, size_t length, const subject *s)
{
	if (is_token(token, length, "table"))
		kin_text_add(out, s->table);
	else if (is_token(token, length, "columns"))
		add_columns(out, s);
	else if (is_token(token, length, "column") && s->count > 0)
		kin_text_add(out, s->columns[0]);
	else if (is_token(token, length, "target") && s->target)
		kin_text_add(out, s->target);
	else if (is_token(token, length, "name") && s->name)
		kin_text_add(out, s->name);
}

static char *write(kin_arena *arena, const char *template, const char *usual, const subject *s)
{
	kin_text out;
	char *name;

	kin_text_init(&out);
	for (const char *at = template ? template : usual, *open; *at;) {
		size_t before = strcspn(at, "{"), length;
		kin_text_add_n(&out, at, before);
		if (!*(open = at + before))
			break;
		length = strcspn(open + 1, "}");
		add_token(&out, open + 1, length, s);
		at = open + 1 + length + (open[1 + length] == '}');
	}
	name = kin_text_keep(&out, arena);
	for (char *at = name; at && *at; at++) /* of a schema and its table: an index is in the schema by itself */
		*at = *at == '.' ? '_' : *at;
	return fit(arena, name);
}

#define TEMPLATE(kind) (naming ? naming->kind : NULL)

char *kin_naming_primary(const kin_naming *naming, kin_arena *arena, const char *table)
{
	return write(arena, TEMPLATE(primary), "pk_{table}", &(subject){ .table = table });
}

char *kin_naming_unique(const kin_naming *naming, kin_arena *arena, const char *table, const char *const *columns, size_t count)
{
	return write(arena, TEMPLATE(unique), "uq_{table}_{columns}", &(subject){ .table = table, .columns = columns, .count = count });
}

char *kin_naming_index(const kin_naming *naming, kin_arena *arena, const char *table, const char *const *columns, size_t count)
{
	return write(arena, TEMPLATE(index), "ix_{table}_{columns}", &(subject){ .table = table, .columns = columns, .count = count });
}

char *kin_naming_foreign(const kin_naming *naming, kin_arena *arena, const char *table, const char *const *columns, size_t count,
                         const char *target)
{
	return write(arena, TEMPLATE(foreign), "fk_{table}_{columns}_{target}",
	             &(subject){ .table = table, .columns = columns, .count = count, .target = target });
}

char *kin_naming_check(const kin_naming *naming, kin_arena *arena, const char *table, const char *name)
{
	return write(arena, TEMPLATE(check), "ck_{table}_{name}", &(subject){ .table = table, .name = name });
}

/* ---- whether it can be so ---- */

static int verify_token(const char *kind, const char *token, size_t length, const char *const *known, size_t count, kin_error *error)
{
	char word[32] = "";

	for (size_t i = 0; i < count; i++)
		if (is_token(token, length, known[i]))
			return KIN_OK;
	strncat(word, token, length < sizeof(word) - 1 ? length : sizeof(word) - 1);
	const char *near = kin_text_nearest(word, known, count);
	return kin_error_set(error, KIN_EMAPPING, ".naming.%s: there is no {%s} of it%s%s%s", kind, word, near ? "; did you mean {" : "",
	                     near ? near : "", near ? "}?" : "");
}

static int verify_template(const char *kind, const char *template, const char *const *known, size_t count, kin_error *error)
{
	const char *last = known[count - 1];
	bool told = false;
	int rc = KIN_OK;

	for (const char *at = template ? strchr(template, '{') : NULL; rc == KIN_OK && at; at = strchr(at, '{')) {
		size_t length = strcspn(++at, "}");
		if (at[length] != '}')
			return kin_error_set(error, KIN_EMAPPING, ".naming.%s: \"%s\" has a { without a }", kind, template);
		told = told || is_token(at, length, last);
		rc = verify_token(kind, at, length, known, count, error);
	}
	if (rc == KIN_OK && template && !told)
		return kin_error_set(error, KIN_EMAPPING, ".naming.%s: \"%s\" would call several the same; it needs {%s}", kind, template, last);
	return rc;
}

int kin_naming_verify(const kin_naming *naming, kin_error *error)
{
	/* What a name cannot do without comes last: a table's constraints are told from one another by it. */
	static const char *const table[] = { "table" }, *const columns[] = { "table", "column", "columns" },
		*const foreign[] = { "table", "target", "columns", "column" }, *const check[] = { "table", "name" };
	int rc;

	if (!naming)
		return KIN_OK;
	if ((rc = verify_template("primary", naming->primary, table, 1, error)) < 0 ||
	    (rc = verify_template("unique", naming->unique, columns, 3, error)) < 0 ||
	    (rc = verify_template("index", naming->index, columns, 3, error)) < 0 ||
	    (rc = verify_template("check", naming->check, check, 2, error)) < 0)
		return rc;
	bool all = naming->foreign && strstr(naming->foreign, "{columns}");
	return verify_template("foreign", naming->foreign, all ? (const char *const[]){ "table", "target", "column", "columns" } : foreign, 4, error);
}
