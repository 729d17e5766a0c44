/* cast.c - CAST's types for each database.
 *
 * They differ from the types of columns: SQLite would make a number of '2026-11-22' for CAST(… AS DATE), and MariaDB
 * casts to a few types only, with names of their own. */
#include "sql/cast.h"

#include <strings.h>

typedef struct cast_type {
	const char *name;
	bool        arguments[KIN_DIALECT_COUNT]; /* whether (80) or (10, 2) is kept */
	const char *texts[KIN_DIALECT_COUNT];
} cast_type;

#define NONE { false, false, false }
#define KEPT { false, true, true }

static const cast_type types[] = {
	/* name                      SQLite     PostgreSQL          MariaDB */
	{ "bigint",           NONE, { "INTEGER", "BIGINT",           "SIGNED" } },
	{ "blob",             NONE, { "BLOB",    "BYTEA",            "BINARY" } },
	{ "boolean",          NONE, { "INTEGER", "BOOLEAN",          "SIGNED" } },
	{ "char",             KEPT, { "TEXT",    "CHAR",             "CHAR" } },
	{ "date",             NONE, { "TEXT",    "DATE",             "DATE" } },
	{ "double precision", NONE, { "REAL",    "DOUBLE PRECISION", "DOUBLE" } },
	{ "double",           NONE, { "REAL",    "DOUBLE PRECISION", "DOUBLE" } },
	{ "integer",          NONE, { "INTEGER", "INTEGER",          "SIGNED" } },
	{ "int",              NONE, { "INTEGER", "INTEGER",          "SIGNED" } },
	{ "json",             NONE, { "TEXT",    "JSON",             "CHAR" } },
	{ "numeric",          KEPT, { "NUMERIC", "NUMERIC",          "DECIMAL" } },
	{ "decimal",          KEPT, { "NUMERIC", "NUMERIC",          "DECIMAL" } },
	{ "real",             NONE, { "REAL",    "REAL",             "FLOAT" } },
	{ "smallint",         NONE, { "INTEGER", "SMALLINT",         "SIGNED" } },
	{ "text",             NONE, { "TEXT",    "TEXT",             "CHAR" } },
	{ "time",             NONE, { "TEXT",    "TIME",             "TIME(6)" } },
	{ "timestamp",        NONE, { "TEXT",    "TIMESTAMP",        "DATETIME(6)" } },
	{ "timestamptz",      NONE, { "TEXT",    "TIMESTAMPTZ",      "DATETIME(6)" } },
	{ "uuid",             NONE, { "TEXT",    "UUID",             "CHAR" } },
	{ "varchar",          KEPT, { "TEXT",    "VARCHAR",          "CHAR" } },
};

enum { COUNT = sizeof(types) / sizeof(*types) };

static const cast_type *find(const char *type, size_t length)
{
	for (size_t i = 0; i < COUNT; i++)
		if (strlen(types[i].name) == length && strncasecmp(types[i].name, type, length) == 0)
			return &types[i];
	return NULL;
}

/* The length of the type's name, without arguments and trailing space. */
static size_t name_length(const char *type)
{
	size_t length = strcspn(type, "(");

	while (length > 0 && type[length - 1] == ' ')
		length--;
	return length;
}

bool kin_cast_is_known(const char *type)
{
	return find(type, name_length(type)) != NULL;
}

const char *kin_cast_nearest(const char *type)
{
	const char *names[COUNT];

	for (size_t i = 0; i < COUNT; i++)
		names[i] = types[i].name;
	return kin_text_nearest(type, names, COUNT);
}

int kin_cast_type(const kin_dialect *dialect, kin_text *out, const char *type, kin_error *error)
{
	const cast_type *found = find(type, name_length(type));

	if (!found)
		return kin_error_set(error, KIN_EQUERY,
		                     "cannot cast to '%s'; use a portable type such as integer, text, numeric(10, 2) or date",
		                     type);
	kin_text_add(out, found->texts[dialect->id]);
	if (found->arguments[dialect->id])
		kin_text_add(out, type + strcspn(type, "("));
	return KIN_OK;
}
