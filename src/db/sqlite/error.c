/* error.c - what SQLite's error codes and messages mean, as sentences. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "db/sqlite/driver.h"

/* What follows `prefix` in a message. NULL: it begins otherwise. */
static const char *after(const char *message, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(message, prefix, length) == 0 ? message + length : NULL;
}

/* Write the error and note which constraint, column or table it is about. */
static int about(kin_error *error, int code, const char *name, const char *format, ...) KIN_PRINTF(4, 5);

static int about(kin_error *error, int code, const char *name, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	code = kin_error_setv(error, code, format, arguments);
	va_end(arguments);
	kin_error_note_name(error, name);
	return code;
}

/* "UNIQUE constraint failed: pets.name, pets.species", or "…: index 'ix_pets_lower'" over an expression. */
static int unique(const char *key, kin_error *error)
{
	const char *index = after(key, "index '");
	kin_text name;

	if (!index)
		return about(error, KIN_EUNIQUE, key, "there is a row with the same %s already", key);
	kin_text_init(&name);
	kin_text_add_n(&name, index, strcspn(index, "'"));
	int rc = kin_text_ok(&name)
		? about(error, KIN_EUNIQUE, name.data, "there is a row with the same key in index %s already", name.data)
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
		return about(error, KIN_ENOTNULL, name, "%s must not be NULL", name);
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return kin_error_set(error, KIN_EFOREIGN, "a foreign key would point at no row: the row it names is missing, "
		                                          "or is being removed while others still point at it");
	case SQLITE_CONSTRAINT_CHECK:
		return about(error, KIN_ECHECK, name, "a value does not satisfy the check %s", name);
	case SQLITE_CONSTRAINT_DATATYPE:
		return kin_error_set(error, KIN_EVALUE, "%s", message);
	default: /* a trigger's RAISE(), which has its own words */
		return kin_error_set(error, KIN_ECHECK, "%s", message);
	}
}

/* Whoever holds a read lock and wants to write while another is writing would wait forever: SQLite says BUSY at once,
 * without asking the busy handler. The same where a snapshot is out of date. */
static int busy(kin_sqlite_connection *c, int code, const char *message, kin_error *error)
{
	int64_t waited = c->waited;

	c->waited = -1;
	if (__atomic_load_n(&c->interrupted, __ATOMIC_RELAXED) && waited >= 0)
		return kin_error_set(error, KIN_EINTERRUPT, "interrupted while waiting for the lock on %s", c->name);
	if (strcmp(message, "database is locked") != 0)
		return kin_error_set(error, KIN_EBUSY, "%s", message);
	if (waited >= 0)
		return kin_error_set(error, KIN_EBUSY,
		                     "the database %s is locked by another process or session; waited %lld ms. Try again when it "
		                     "is done, or wait longer with ?timeout=… in the URL", c->name, (long long)waited);
	if (c->busy_timeout == 0 && code != SQLITE_BUSY_SNAPSHOT)
		return kin_error_set(error, KIN_EBUSY, "the database %s is locked by another process or session", c->name);
	return kin_error_set(error, KIN_ESERIALIZE,
	                     "another process or session wrote to %s since this transaction began to read, so it cannot write; "
	                     "roll back and try the transaction again", c->name);
}

static int read_only(const kin_sqlite_connection *c, int code, kin_error *error)
{
	if (c->read_only)
		return kin_error_set(error, KIN_EREADONLY, "the database %s was opened read-only", c->name);
	if (code == SQLITE_READONLY_DBMOVED)
		return kin_error_set(error, KIN_EREADONLY, "the file %s was moved or removed while it was open", c->name);
	return kin_error_set(error, KIN_EREADONLY,
	                     "the database %s cannot be written; check the permissions of the file and of its directory", c->name);
}

static const char *reason(const kin_sqlite_connection *c)
{
	int number = sqlite3_system_errno(c->handle);

	return number ? strerror(number) : sqlite3_errmsg(c->handle);
}

static int cannot_open(const kin_sqlite_connection *c, kin_error *error)
{
	kin_arena arena = { 0 };
	char *directory = kin_path_directory(&arena, c->name);
	int rc;

	if (!directory)
		rc = kin_error_nomem(error);
	else if (!kin_file_exists(directory))
		rc = kin_error_set(error, KIN_ECANTOPEN, "cannot open the database %s: there is no directory %s", c->name, directory);
	else if (kin_file_is_directory(c->name))
		rc = kin_error_set(error, KIN_ECANTOPEN, "cannot open the database %s: it is a directory", c->name);
	else if (!kin_file_exists(c->name))
		rc = kin_error_set(error, KIN_ECANTOPEN, "cannot open the database %s: there is no such file", c->name);
	else
		rc = kin_error_set(error, KIN_ECANTOPEN, "cannot open the database %s: %s", c->name, reason(c));
	kin_arena_done(&arena);
	return rc;
}

/* "table pets has no column named x" */
static int no_column_of(const char *table, const char *column, kin_error *error)
{
	int length = (int)strcspn(table, " ");
	kin_text name;

	kin_text_init(&name);
	kin_text_addf(&name, "%.*s.%s", length, table, column);
	int rc = kin_text_ok(&name) ? about(error, KIN_ENOTABLE, name.data,
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
		return about(error, KIN_ENOTABLE, name, "the database has no table %s; has `kin db upgrade` been run?", name);
	}
	if ((name = after(message, "no such column: ")))
		return about(error, KIN_ENOTABLE, name, "there is no column %s; has `kin db upgrade` been run?", name);
	if ((name = strstr(message, " has no column named ")) && (table = after(message, "table ")))
		return no_column_of(table, name + strlen(" has no column named "), error);
	if (strstr(message, " already exists") || strstr(message, "already another table or index with this name"))
		return kin_error_set(error, KIN_EEXISTS, "%s", message);
	if (strstr(message, "syntax error") || strstr(message, "incomplete input") || after(message, "unrecognized token"))
		return kin_error_set(error, KIN_ESYNTAX, "SQLite does not understand the SQL: %s", message);
	return kin_error_set(error, KIN_EDB, "%s", message);
}

static int explain(kin_sqlite_connection *c, int code, kin_error *error)
{
	const char *message = c->handle ? sqlite3_errmsg(c->handle) : sqlite3_errstr(code);

	switch (code & 0xff) {
	case SQLITE_ERROR:
		return in_sql(message, error);
	case SQLITE_CONSTRAINT:
		return constraint(code, message, error);
	case SQLITE_BUSY:
		return busy(c, code, message, error);
	case SQLITE_LOCKED:
		return kin_error_set(error, KIN_EBUSY, "%s: a statement of this session that reads it has not ended", message);
	case SQLITE_INTERRUPT:
		return kin_error_set(error, KIN_EINTERRUPT, "interrupted");
	case SQLITE_READONLY:
		return read_only(c, code, error);
	case SQLITE_FULL:
		return kin_error_set(error, KIN_EFULL, "no room is left for the database %s: its disk is full, or it has reached "
		                                       "its largest size", c->name);
	case SQLITE_NOTADB:
		return kin_error_set(error, KIN_ENOTADB, "%s is not a SQLite database", c->name);
	case SQLITE_CORRUPT:
		return kin_error_set(error, KIN_ENOTADB, "the database %s is damaged (%s); PRAGMA integrity_check says where", c->name,
		                     message);
	case SQLITE_CANTOPEN:
		return cannot_open(c, error);
	case SQLITE_IOERR:
		return kin_error_set(error, KIN_EIO, "reading or writing the database %s failed: %s", c->name, reason(c));
	case SQLITE_TOOBIG:
		return kin_error_set(error, KIN_ELENGTH, "a text, blob or statement is longer than SQLite takes, %d bytes",
		                     sqlite3_limit(c->handle, SQLITE_LIMIT_LENGTH, -1));
	case SQLITE_MISMATCH:
		return kin_error_set(error, KIN_EVALUE, "a value is not of its column's type: %s", message);
	case SQLITE_RANGE:
		return kin_error_set(error, KIN_EINVAL, "the statement has no placeholder of that number");
	case SQLITE_MISUSE:
		return kin_error_set(error, KIN_EINVAL, "the statement is running; it must be reset before it is bound again");
	case SQLITE_ABORT:
		return kin_error_set(error, KIN_EDB, "the transaction was rolled back while this statement was being read");
	default:
		return kin_error_set(error, KIN_EDB, "%s (SQLite's code %d)", message, code);
	}
}

int kin_sqlite_error(kin_sqlite_connection *connection, int code, const char *sql, kin_error *error)
{
	if ((code & 0xff) == SQLITE_NOMEM || code == SQLITE_IOERR_NOMEM)
		return kin_error_nomem(error);
	int rc = explain(connection, code, error);
	if (sql && rc != KIN_ENOMEM)
		kin_error_note_sql(error, sql);
	return rc;
}
