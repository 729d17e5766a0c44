/* meaning.c - what SQLite says is wrong, as sentences. Its codes say little; its messages are always in English and have the names. */
#include "db/sqlite/meaning.h"

#include <sqlite3.h>
#include <string.h>

#include "base/text.h"

/* What follows `prefix` in a message. NULL: it begins otherwise. */
static const char *after(const char *message, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(message, prefix, length) == 0 ? message + length : NULL;
}

/* "UNIQUE constraint failed: pets.name, pets.species", or "…: index 'ix_pets_lower'" over an expression. */
static int unique(const char *key, kin_error *error)
{
	const char *index = after(key, "index '");
	kin_text name;

	if (!index)
		return kin_error_about(error, KIN_EUNIQUE, key, "there is a row with the same %s already", key);
	kin_text_init(&name);
	kin_text_add_n(&name, index, strcspn(index, "'"));
	int rc = kin_text_ok(&name)
		? kin_error_about(error, KIN_EUNIQUE, name.data, "there is a row with the same key in index %s already", name.data)
		: kin_error_nomem(error);
	kin_text_done(&name);
	return rc;
}

static int constraint(int code, const char *message, kin_error *error)
{
	const char *failed = strstr(message, " constraint failed: ");
	const char *name = failed ? failed + strlen(" constraint failed: ") : message;

	switch (code) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return unique(name, error);
	case SQLITE_CONSTRAINT_NOTNULL:
		return kin_error_about(error, KIN_ENOTNULL, name, "%s must not be NULL", name);
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return kin_error_set(error, KIN_EFOREIGN, "a foreign key would point at no row: the row it names is missing, "
		                                          "or is being removed while others still point at it");
	case SQLITE_CONSTRAINT_CHECK:
		return kin_error_about(error, KIN_ECHECK, name, "a value does not satisfy the check %s", name);
	case SQLITE_CONSTRAINT_DATATYPE:
		return kin_error_set(error, KIN_EVALUE, "%s", message);
	default: /* a trigger's RAISE(), which has its own words */
		return kin_error_set(error, KIN_ECHECK, "%s", message);
	}
}

/* "table pets has no column named x" */
static int no_column_of(const char *table, const char *column, kin_error *error)
{
	int length = (int)strcspn(table, " ");
	kin_text name;

	kin_text_init(&name);
	kin_text_addf(&name, "%.*s.%s", length, table, column);
	int rc = kin_text_ok(&name) ? kin_error_about(error, KIN_ENOTABLE, name.data,
	                                    "the table %.*s has no column %s; has `kin db upgrade` been run?", length, table, column)
	                            : kin_error_nomem(error);
	kin_text_done(&name);
	return rc;
}

/* SQLITE_ERROR is what is wrong with the SQL; only the message says what. */
static int in_sql(const char *message, kin_error *error)
{
	const char *name, *table;

	if ((name = after(message, "no such table: "))) {
		name = after(name, "main.") ? after(name, "main.") : name;
		return kin_error_about(error, KIN_ENOTABLE, name, "the database has no table %s; has `kin db upgrade` been run?", name);
	}
	if ((name = after(message, "no such column: ")))
		return kin_error_about(error, KIN_ENOTABLE, name, "there is no column %s; has `kin db upgrade` been run?", name);
	if ((name = strstr(message, " has no column named ")) && (table = after(message, "table ")))
		return no_column_of(table, name + strlen(" has no column named "), error);
	if (strstr(message, " already exists") || strstr(message, "already another table or index with this name"))
		return kin_error_set(error, KIN_EEXISTS, "%s", message);
	if (strstr(message, "syntax error") || strstr(message, "incomplete input") || after(message, "unrecognized token"))
		return kin_error_set(error, KIN_ESYNTAX, "SQLite does not understand the SQL: %s", message);
	return kin_error_set(error, KIN_EDB, "%s", message);
}

int kin_sqlite_meaning(int code, const char *message, kin_error *error)
{
	switch (code & 0xff) {
	case SQLITE_ERROR:
		return in_sql(message, error);
	case SQLITE_CONSTRAINT:
		return constraint(code, message, error);
	case SQLITE_LOCKED:
		return kin_error_set(error, KIN_EBUSY, "%s: a statement of this session that reads it has not ended", message);
	case SQLITE_MISMATCH:
		return kin_error_set(error, KIN_EVALUE, "a value is not of its column's type: %s", message);
	case SQLITE_RANGE:
		return kin_error_set(error, KIN_EINVAL, "the statement has no placeholder of that number");
	default:
		return KIN_OK;
	}
}
