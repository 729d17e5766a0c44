/* driver.c - SQLite: connections and statements.
 *
 * A database in memory is one for the whole kin_db, and has its life: SQLite's "memdb" file system keeps it under a name
 * that only this kin_db knows, each connection opens that name, and one that nobody uses keeps it alive. So
 * several sessions see each other's commits and wait for each other's locks, as with a file; but from a session's first
 * change to its commit the others cannot even read, where a file would show them what was before. (A single connection could
 * serve one session at a time; a shared cache locks tables, and fails without waiting.) Its size is limited to 2 GiB.
 *
 * A connection is used by one thread at a time, so SQLite's own mutexes are off. What a database's pragmas
 * say about durability is left as it is. */
#include "db/sqlite/driver.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/sqlite/reflect.h"

typedef struct config {
	const char *path;   /* what SQLite opens: an absolute path, or the name of a database in memory */
	const char *name;   /* what errors call it */
	int         flags;  /* of sqlite3_open_v2() */
	sqlite3    *anchor; /* keeps a database in memory alive. NULL: a file */
} config;

/* ---- what all connections share ---- */

static int wrong_option(const kin_url_option *option, const char *expected, kin_error *error)
{
	return kin_error_set(error, KIN_ECONFIG, "%s=%s in the database URL: expected %s", option->name, option->value, expected);
}

static int set_mode(kin_db *db, config *c, const kin_url_option *option, kin_error *error)
{
	if (strcmp(option->value, "ro") == 0)
		db->read_only = true;
	else if (strcmp(option->value, "rw") == 0)
		c->flags &= ~SQLITE_OPEN_CREATE;
	else if (strcmp(option->value, "rwc") != 0)
		return wrong_option(option, "ro (read-only), rw (the file must be there) or rwc (the usual)", error);
	return KIN_OK;
}

static int set_timeout(kin_db *db, const kin_url_option *option, kin_error *error)
{
	char *end;
	long timeout;

	errno = 0;
	timeout = strtol(option->value, &end, 10);
	if (end == option->value || *end || errno || timeout < 0 || timeout > INT_MAX)
		return wrong_option(option, "a number of milliseconds", error);
	db->busy_timeout = (int)timeout;
	return KIN_OK;
}

static int set_options(kin_db *db, config *c, kin_error *error)
{
	int rc = KIN_OK;

	for (size_t i = 0; i < db->url.option_count && rc == KIN_OK; i++) {
		const kin_url_option *option = &db->url.options[i];
		if (strcmp(option->name, "mode") == 0)
			rc = set_mode(db, c, option, error);
		else if (strcmp(option->name, "timeout") == 0)
			rc = set_timeout(db, option, error);
		else
			rc = kin_error_set(error, KIN_ECONFIG, "'%s' in the database URL is no option of sqlite; there are mode and timeout",
			                   option->name);
	}
	return rc;
}

static int open_anchor(config *c, kin_error *error)
{
	sqlite3_int64 limit = INT_MAX;
	int rc = sqlite3_open_v2(c->path, &c->anchor, c->flags, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_file_control(c->anchor, "main", SQLITE_FCNTL_SIZE_LIMIT, &limit);
	if (rc == SQLITE_OK)
		return KIN_OK;
	if (rc == SQLITE_NOMEM)
		return kin_error_nomem(error);
	return kin_error_set(error, KIN_ECANTOPEN, "SQLite cannot make a database in memory: %s", sqlite3_errstr(rc));
}

static int configure_memory(kin_db *db, config *c, kin_error *error)
{
	static unsigned counter;
	unsigned number = __atomic_add_fetch(&counter, 1, __ATOMIC_RELAXED);

	if (db->read_only)
		return kin_error_set(error, KIN_ECONFIG, "a database in memory cannot be read-only: it would stay empty");
	c->path = kin_arena_printf(&db->arena, "file:/kin-%u?vfs=memdb", number);
	c->name = "in memory";
	c->flags |= SQLITE_OPEN_URI;
	return c->path ? open_anchor(c, error) : kin_error_nomem(error);
}

static bool in_memory(const char *path)
{
	return !path || strcmp(path, ":memory:") == 0;
}

/* An absolute path means the same after a chdir(), and is never taken for a URI. */
static int configure(kin_db *db, kin_error *error)
{
	config *c = kin_arena_zalloc(&db->arena, sizeof(*c));
	int rc;

	if (!c)
		return kin_error_nomem(error);
	db->config = c;
	c->flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
	if ((rc = set_options(db, c, error)) < 0)
		return rc;
	if (in_memory(db->url.database))
		return configure_memory(db, c, error);
	if (db->read_only)
		c->flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
	c->path = c->name = kin_path_absolute(&db->arena, db->url.database);
	return c->path ? KIN_OK : kin_error_nomem(error);
}

static void done(kin_db *db)
{
	config *c = db->config;

	if (c)
		sqlite3_close_v2(c->anchor);
}

/* ---- connections ---- */

static kin_sqlite_connection *sqlite_of(kin_connection *connection)
{
	return (kin_sqlite_connection *)connection;
}

/* SQLite asks this whether to try a lock again. The pauses grow from 0.1 ms, since most locks are short, to 25 ms. */
static int wait_for_lock(void *context, int tries)
{
	kin_sqlite_connection *c = context;
	int64_t now = kin_clock_steady(), pause = INT64_C(100) << (tries < 8 ? tries : 8), left;

	if (tries == 0) {
		c->wait_start = now;
		c->waited = -1;
		__atomic_store_n(&c->interrupted, false, __ATOMIC_RELAXED);
	}
	left = c->wait_start + INT64_C(1000) * c->busy_timeout - now;
	if (left <= 0 || __atomic_load_n(&c->interrupted, __ATOMIC_RELAXED)) {
		c->waited = (now - c->wait_start) / 1000;
		return 0;
	}
	kin_clock_sleep(pause < left ? pause : left);
	return 1;
}

/* Whether the file is a database shows when it is first read. */
static int set_up(kin_sqlite_connection *c)
{
	int rc = sqlite3_extended_result_codes(c->handle, 1);

	if (rc == SQLITE_OK && c->busy_timeout > 0)
		rc = sqlite3_busy_handler(c->handle, wait_for_lock, c);
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(c->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	if (rc == SQLITE_OK)
		rc = kin_rows_install(c);
	if (rc == SQLITE_OK)
		rc = kin_sqlite_add_functions(c->handle);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(c->handle, "PRAGMA schema_version", NULL, NULL, NULL);
	return rc;
}

static int open_connection(kin_db *db, kin_connection **ret_connection, kin_error *error)
{
	const config *shared = db->config;
	kin_sqlite_connection *c = kin_mem_zalloc(sizeof(*c));
	int rc;

	if (!c)
		return kin_error_nomem(error);
	c->name = shared->name;
	c->read_only = db->read_only;
	c->busy_timeout = db->busy_timeout;
	c->waited = -1;
	rc = sqlite3_open_v2(shared->path, &c->handle, shared->flags, NULL);
	if (rc == SQLITE_OK)
		rc = set_up(c);
	if (rc != SQLITE_OK) {
		rc = kin_sqlite_error(c, rc, NULL, error);
		sqlite3_close_v2(c->handle);
		kin_mem_free(c);
		return rc;
	}
	*ret_connection = &c->base;
	return KIN_OK;
}

static void close_connection(kin_connection *connection)
{
	kin_sqlite_forget_tables(sqlite_of(connection));
	sqlite3_close_v2(sqlite_of(connection)->handle);
	kin_mem_free(connection);
}

static bool alive(const kin_connection *connection)
{
	(void)connection;
	return true;
}

static bool in_transaction(const kin_connection *connection)
{
	return !sqlite3_get_autocommit(((const kin_sqlite_connection *)connection)->handle);
}

static void interrupt(kin_connection *connection)
{
	kin_sqlite_connection *c = sqlite_of(connection);

	__atomic_store_n(&c->interrupted, true, __ATOMIC_RELAXED);
	sqlite3_interrupt(c->handle);
}

/* Rows changed since the last statement ended. sqlite3_changes64() alone would be an older one's after a statement
 * that does not count. */
static int64_t count_changes(kin_sqlite_connection *c)
{
	int64_t total = sqlite3_total_changes64(c->handle);
	bool any = total != c->total;

	c->total = total;
	return any ? sqlite3_changes64(c->handle) : 0;
}

static int run_one(kin_sqlite_connection *c, sqlite3_stmt *handle, kin_error *error)
{
	int64_t start = kin_trace_start(&c->base);
	int rc, code;

	do
		code = sqlite3_step(handle);
	while (code == SQLITE_ROW);
	rc = code == SQLITE_DONE ? KIN_OK : kin_sqlite_error(c, code, sqlite3_sql(handle), error);
	kin_trace_end(&c->base, start, sqlite3_sql(handle), rc);
	sqlite3_finalize(handle);
	count_changes(c);
	return rc;
}

static const char *skip_space(const char *sql)
{
	return sql + strspn(sql, " \t\r\n\f");
}

/* White space and comments are no statement. */
static int run(kin_connection *connection, const char *sql, kin_error *error)
{
	kin_sqlite_connection *c = sqlite_of(connection);
	int rc = KIN_OK;

	for (const char *rest = skip_space(sql), *next; *rest && rc == KIN_OK; rest = skip_space(next)) {
		sqlite3_stmt *handle;
		int code = sqlite3_prepare_v3(c->handle, rest, -1, 0, &handle, &next);
		if (code != SQLITE_OK)
			return kin_sqlite_error(c, code, rest, error);
		if (handle)
			rc = run_one(c, handle, error);
	}
	return rc;
}

/* ---- statements ---- */

static kin_sqlite_statement *statement_of(kin_statement *statement)
{
	return (kin_sqlite_statement *)statement;
}

/* `rest` is what SQLite left unread; only white space and comments may be there. */
static int check_single(kin_sqlite_connection *c, const kin_sql *sql, const char *rest, kin_error *error)
{
	size_t left = (size_t)(sql->text + sql->length - rest);
	sqlite3_stmt *second = NULL;

	if (left == 0)
		return KIN_OK;
	int code = sqlite3_prepare_v3(c->handle, rest, (int)left, 0, &second, NULL);
	sqlite3_finalize(second);
	if (code == SQLITE_NOMEM)
		return kin_error_nomem(error);
	if (code == SQLITE_OK && !second)
		return KIN_OK;
	return kin_error_set(error, KIN_EINVAL, "this has to be one statement, and after its ; there is another one");
}

static int compile(kin_sqlite_connection *c, const kin_sql *sql, sqlite3_stmt **ret_handle, kin_error *error)
{
	const char *rest;
	sqlite3_stmt *handle = NULL;
	int rc, code = SQLITE_TOOBIG;

	if (sql->length < INT_MAX)
		code = sqlite3_prepare_v3(c->handle, sql->text, (int)sql->length, sql->id ? SQLITE_PREPARE_PERSISTENT : 0, &handle,
		                          &rest);
	if (code != SQLITE_OK)
		rc = kin_sqlite_error(c, code, NULL, error);
	else if (!handle)
		rc = kin_error_set(error, KIN_ESYNTAX, "there is no statement in the SQL");
	else
		rc = check_single(c, sql, rest, error);
	if (rc == KIN_OK)
		*ret_handle = handle;
	else
		sqlite3_finalize(handle);
	return rc;
}

/* The text may end without a NUL. */
static void note_sql(const kin_sql *sql, kin_error *error)
{
	kin_text text;

	if (!error)
		return;
	kin_text_init(&text);
	kin_text_add_n(&text, sql->text, sql->length);
	if (kin_text_ok(&text))
		kin_error_note_sql(error, text.data);
	kin_text_done(&text);
}

/* For kin_statement_each() or kin_statement_walk(); what it is called stays the SELECT alone, in memory behind the statement. */
static int compile_rows(kin_sqlite_connection *c, const kin_sql *sql, kin_sqlite_statement *s, kin_error *error)
{
	kin_text text;
	int rc;

	kin_text_init(&text);
	rc = kin_rows_text(sql, &text);
	if (rc == KIN_OK)
		rc = compile(c, &(kin_sql){ .text = text.data, .length = text.length, .id = sql->id }, &s->handle, error);
	else
		rc = kin_error_nomem(error);
	kin_text_done(&text);
	s->base.text = memcpy(s + 1, sql->text, sql->length);
	s->base.each = !sql->walked;
	s->base.walked = sql->walked;
	return rc;
}

static int compile_one(kin_sqlite_connection *c, const kin_sql *sql, kin_sqlite_statement *s, kin_error *error)
{
	int rc = compile(c, sql, &s->handle, error);

	if (rc == KIN_OK)
		s->base.text = sqlite3_sql(s->handle);
	return rc;
}

static int prepare(kin_connection *connection, const kin_sql *sql, kin_statement **ret_statement, kin_error *error)
{
	bool rows = kin_rows_fit(sqlite_of(connection), sql);
	kin_sqlite_statement *s = kin_mem_zalloc(sizeof(*s) + (rows ? sql->length + 1 : 0));
	int rc = s ? (rows ? compile_rows : compile_one)(sqlite_of(connection), sql, s, error) : kin_error_nomem(error);

	if (rc < 0) {
		if (rc != KIN_ENOMEM)
			note_sql(sql, error);
		kin_mem_free(s);
		return rc;
	}
	*ret_statement = &s->base;
	return KIN_OK;
}

static void finalise(kin_statement *statement)
{
	sqlite3_finalize(statement_of(statement)->handle);
	if (statement->state == KIN_STATEMENT_RUNNING)
		count_changes(sqlite_of(statement->connection));
	kin_mem_free(statement);
}

/* One that has not ended ends here, and its changes count. */
static void reset(kin_statement *statement)
{
	sqlite3_reset(statement_of(statement)->handle);
	if (statement->state == KIN_STATEMENT_RUNNING)
		statement->changed = count_changes(sqlite_of(statement->connection));
}

static size_t parameters(const kin_statement *statement)
{
	return (size_t)sqlite3_bind_parameter_count(((const kin_sqlite_statement *)statement)->handle);
}

__attribute__((noinline)) int kin_sqlite_end(kin_statement *statement, int code, kin_error *error)
{
	kin_sqlite_connection *c = sqlite_of(statement->connection);

	statement->state = KIN_STATEMENT_ENDED;
	statement->changed = count_changes(c);
	return code == SQLITE_DONE ? 0 : kin_sqlite_error(c, code, statement->text, error);
}

static int step(kin_statement *statement, kin_error *error)
{
	int code = sqlite3_step(statement_of(statement)->handle);

	return __builtin_expect(code == SQLITE_ROW, 1) ? 1 : kin_sqlite_end(statement, code, error);
}

static size_t columns(const kin_statement *statement)
{
	return (size_t)sqlite3_column_count(((const kin_sqlite_statement *)statement)->handle);
}

static const char *column_name(const kin_statement *statement, size_t column)
{
	const char *name = sqlite3_column_name(((const kin_sqlite_statement *)statement)->handle, (int)column);

	return name ? name : "";
}

static const char *const schemes[] = { "sqlite", NULL };

const kin_driver kin_sqlite_driver = {
	.abi            = KIN_DRIVER_ABI,
	.version        = KIN_VERSION,
	.name           = "sqlite",
	.schemes        = schemes,
	.dialect        = &kin_dialect_sqlite,
	.begin          = { [KIN_BEGIN_READ] = "BEGIN", [KIN_BEGIN_WRITE] = "BEGIN IMMEDIATE" },
	.configure      = configure,
	.done           = done,
	.open           = open_connection,
	.close          = close_connection,
	.alive          = alive,
	.in_transaction = in_transaction,
	.interrupt      = interrupt,
	.limit          = kin_sqlite_limit,
	.run            = run,
	.reflect        = kin_sqlite_reflect,
	.prepare        = prepare,
	.finalise       = finalise,
	.reset          = reset,
	.parameters     = parameters,
	.bind           = kin_cells_bind_value,
	.bind_cells     = kin_cells_bind,
	.step           = step,
	.columns        = columns,
	.column_name    = column_name,
	.value          = kin_cells_value,
	.integer        = kin_cells_integer,
	.read           = kin_cells_read,
	.read_size      = kin_cells_read_size,
	.numbers        = kin_sqlite_numbers,
	.last_key       = kin_sqlite_last_key,
	.each           = kin_rows_each,
	.walk           = kin_rows_walk,
	.make           = kin_cells_make,
	.borrow         = kin_cells_borrow,
};
