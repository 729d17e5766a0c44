/* dialect.c - finds dialects, and writes names as they want them. */
#include "sql/dialect.h"

#include <strings.h>

static const kin_dialect *const dialects[KIN_DIALECT_COUNT] = {
	[KIN_SQLITE]     = &kin_dialect_sqlite,
	[KIN_POSTGRESQL] = &kin_dialect_postgresql,
	[KIN_MARIADB]    = &kin_dialect_mariadb,
};

const kin_dialect *kin_dialect_get(kin_dialect_id id)
{
	return dialects[id];
}

const kin_dialect *kin_dialect_find(const char *name)
{
	for (size_t i = 0; i < KIN_DIALECT_COUNT; i++)
		if (strcasecmp(name, dialects[i]->name) == 0)
			return dialects[i];
	return strcasecmp(name, "mysql") == 0 ? &kin_dialect_mariadb : NULL;
}

bool kin_dialect_is(const kin_dialect *dialect, const char *name)
{
	const kin_dialect *named = kin_dialect_find(name);

	return named && named->id == dialect->id;
}

/* Compare a lower-case name with an upper-case word, as if both were upper case. */
static int compare(const char *name, const char *word)
{
	for (;; name++, word++) {
		int letter = *name >= 'a' && *name <= 'z' ? *name - 'a' + 'A' : *name;
		if (letter != *word || letter == '\0')
			return letter - *word;
	}
}

static bool is_reserved(const kin_dialect *dialect, const char *name)
{
	size_t low = 0, high = dialect->reserved_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = compare(name, dialect->reserved[middle]);
		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

/* The length of a name made of [a-z_][a-z0-9_]*; 0 for any other. */
static size_t plain_length(const char *name)
{
	const char *c = name;

	while ((*c >= 'a' && *c <= 'z') || *c == '_' || (*c >= '0' && *c <= '9' && c > name))
		c++;
	return *c == '\0' ? (size_t)(c - name) : 0;
}

void kin_dialect_name(const kin_dialect *dialect, kin_text *out, const char *name)
{
	size_t length = plain_length(name);

	if (length > 0 && !is_reserved(dialect, name))
		kin_text_add_n(out, name, length);
	else
		kin_text_add_quoted(out, name, dialect->quote);
}

const char *kin_dialect_bare(const kin_dialect *dialect, const char *table)
{
	const char *dot = dialect->id == KIN_POSTGRESQL ? strchr(table, '.') : NULL;

	return dot && dot > table && dot[1] ? dot + 1 : table;
}

bool kin_dialect_schema(const kin_dialect *dialect, kin_text *out, const char *table)
{
	const char *bare = kin_dialect_bare(dialect, table);
	kin_text schema;

	if (bare == table)
		return false;
	kin_text_init(&schema);
	kin_text_add_n(&schema, table, (size_t)(bare - table - 1));
	if (kin_text_ok(&schema))
		kin_dialect_name(dialect, out, schema.data);
	else
		out->failed = true;
	kin_text_done(&schema);
	return true;
}

void kin_dialect_table(const kin_dialect *dialect, kin_text *out, const char *name)
{
	if (kin_dialect_schema(dialect, out, name))
		kin_text_add_char(out, '.');
	kin_dialect_name(dialect, out, kin_dialect_bare(dialect, name));
}
