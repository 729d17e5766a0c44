/* error.c - what SQLite's error codes mean for a file that is opened here; meaning.c has the others. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "db/sqlite/driver.h"
#include "db/sqlite/meaning.h"

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

static int explain(kin_sqlite_connection *c, int code, kin_error *error)
{
	const char *message = c->handle ? sqlite3_errmsg(c->handle) : sqlite3_errstr(code);

	int rc = kin_sqlite_meaning(code, message, error);

	if (rc < 0)
		return rc;
	switch (code & 0xff) {
	case SQLITE_BUSY:
		return busy(c, code, message, error);
	case SQLITE_INTERRUPT:
		if (c->late)
			return kin_error_set(error, KIN_EINTERRUPT, "the statement took longer than %d ms, the .timeout of its transaction", c->limit);
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
