/* connection.c - one connection: its transactions, and statements that are run for their effect.
 *
 * Transactions are SQL like any other, so their statements are prepared once per connection and kept. */
#include "db/connection.h"

#include <stdio.h>

#include "db/db.h"
#include "db/replica.h"

/* Ids of the statements that every connection knows. Savepoints nest deeper than this rarely. */
enum {
	ID_BEGIN = 1, /* one per kin_begin */
	ID_COMMIT = 3,
	ID_ROLLBACK,
	ID_SAVEPOINT,
	SAVEPOINTS = 4,
	LEVELS = KIN_SERIALIZABLE + 1,
	ID_LEVEL = ID_SAVEPOINT + 3 * SAVEPOINTS, /* one per kin_isolation */
	ID_BEGIN_AS = ID_LEVEL + LEVELS,          /* four for each of them: read-only, deferrable */
	ID_FIRST = ID_BEGIN_AS + 4 * LEVELS,
};

uint32_t kin_sql_id(void)
{
	static uint32_t next = ID_FIRST;

	return __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED);
}

const kin_dialect *kin_connection_dialect(const kin_connection *connection)
{
	return connection->driver->dialect;
}

kin_db *kin_connection_db(const kin_connection *connection)
{
	return connection->db;
}

static int run_kept(kin_connection *connection, const char *text, uint32_t id, kin_error *error)
{
	kin_sql sql = { .text = text, .length = strlen(text), .id = id };
	uint64_t runs = connection->runs;

	int rc = kin_connection_execute(connection, &sql, NULL, 0, NULL, error);
	connection->runs = runs;
	return rc;
}

uint64_t kin_connection_runs(const kin_connection *connection)
{
	return connection->runs;
}

void kin_connection_at(kin_connection *connection, kin_place place)
{
	connection->at = place;
}

static int prepare_rollback(kin_connection *connection, kin_error *error)
{
	const kin_sql sql = { .text = "ROLLBACK", .length = strlen("ROLLBACK"), .id = ID_ROLLBACK };
	kin_statement *statement;
	int rc = kin_statement_open(connection, &sql, &statement, error);

	if (rc == KIN_OK)
		kin_statement_close(statement);
	return rc;
}

/* ---- transactions of some kind ---- */

static const char *const levels[LEVELS] = {
	[KIN_READ_UNCOMMITTED] = "READ UNCOMMITTED", [KIN_READ_COMMITTED] = "READ COMMITTED",
	[KIN_REPEATABLE_READ] = "REPEATABLE READ", [KIN_SERIALIZABLE] = "SERIALIZABLE",
};

static int begin_postgresql(kin_connection *connection, const kin_begin_options *o, kin_error *error)
{
	const char *level = levels[o->isolation];
	char text[80];

	snprintf(text, sizeof(text), "BEGIN%s%s%s%s", level ? " ISOLATION LEVEL " : "", level ? level : "", o->read_only ? " READ ONLY" : "",
	         o->deferrable ? " DEFERRABLE" : "");
	return run_kept(connection, text, ID_BEGIN_AS + 4 * (uint32_t)o->isolation + 2 * o->read_only + o->deferrable, error);
}

/* The level is that of the next transaction, and said before it. */
static int begin_mariadb(kin_connection *connection, const kin_begin_options *o, kin_error *error)
{
	char text[64];
	int rc = KIN_OK;

	if (levels[o->isolation]) {
		snprintf(text, sizeof(text), "SET TRANSACTION ISOLATION LEVEL %s", levels[o->isolation]);
		rc = run_kept(connection, text, ID_LEVEL + (uint32_t)o->isolation, error);
	}
	if (rc < 0)
		return rc;
	return run_kept(connection, o->read_only ? "START TRANSACTION READ ONLY" : "START TRANSACTION", ID_BEGIN_AS + 2 * o->read_only, error);
}

/* SQLite's are serializable, and which only read the session knows. */
static int begin_as(kin_connection *connection, kin_begin mode, const kin_begin_options *options, kin_error *error)
{
	switch (options ? connection->driver->dialect->id : KIN_SQLITE) {
	case KIN_POSTGRESQL:
		return begin_postgresql(connection, options, error);
	case KIN_MARIADB:
		return begin_mariadb(connection, options, error);
	default:
		return run_kept(connection, connection->driver->begin[mode], ID_BEGIN + (uint32_t)mode, error);
	}
}

static int limit(kin_connection *connection, int milliseconds, kin_error *error)
{
	uint64_t runs = connection->runs;
	bool lasts = false;
	int rc;

	if (!connection->driver->limit)
		return kin_error_set(error, KIN_EUNSUPPORTED, "%s has no limit for the time that a statement takes: .timeout cannot be kept",
		                     connection->driver->name);
	rc = connection->driver->limit(connection, milliseconds, &lasts, error);
	connection->runs = runs;
	connection->limited = lasts && milliseconds > 0;
	return rc;
}

bool kin_connection_unlimit(kin_connection *connection)
{
	return !connection->limited || limit(connection, 0, NULL) == KIN_OK;
}

int kin_connection_begin(kin_connection *connection, kin_begin mode, kin_error *error)
{
	return kin_connection_begin_as(connection, mode, NULL, error);
}

/* The way out is made before the way in, so that a rollback needs no memory. */
int kin_connection_begin_as(kin_connection *connection, kin_begin mode, const kin_begin_options *options, kin_error *error)
{
	int rc = prepare_rollback(connection, error);

	if (rc < 0)
		return rc;
	if (kin_connection_in_transaction(connection))
		return kin_error_set(error, KIN_EINVAL, "a transaction is open already; use a savepoint inside it");
	connection->doomed = false;
	if ((rc = begin_as(connection, mode, options, error)) == KIN_OK && options && options->timeout > 0)
		rc = limit(connection, options->timeout, error);
	return rc;
}

int kin_connection_commit(kin_connection *connection, kin_error *error)
{
	if (!kin_connection_in_transaction(connection))
		return kin_error_set(error, KIN_EDB, "there is no transaction to commit: none was begun, or the database "
		                                     "rolled it back after an error");
	if (connection->doomed)
		return kin_error_set(error, KIN_ESERIALIZE, "a statement of this transaction was in another one's way, so it cannot be "
		                                            "committed; roll back and try the transaction again");
	int rc = run_kept(connection, "COMMIT", ID_COMMIT, error);
	if (rc == KIN_OK)
		kin_replica_note(connection);
	return rc;
}

int kin_connection_rollback(kin_connection *connection, kin_error *error)
{
	if (!kin_connection_in_transaction(connection))
		return KIN_OK;
	return run_kept(connection, "ROLLBACK", ID_ROLLBACK, error);
}

enum savepoint { SET, RELEASE, ROLLBACK_TO };

static int run_savepoint(kin_connection *connection, enum savepoint what, int n, kin_error *error)
{
	static const char *const words[] = { "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT" };
	bool kept = n >= 1 && n <= SAVEPOINTS;
	char text[48];

	snprintf(text, sizeof(text), "%s kin_%d", words[what], n);
	return run_kept(connection, text, kept ? (uint32_t)(ID_SAVEPOINT + 3 * (n - 1) + (int)what) : 0, error);
}

int kin_connection_savepoint(kin_connection *connection, int n, kin_error *error)
{
	return run_savepoint(connection, SET, n, error);
}

int kin_connection_release(kin_connection *connection, int n, kin_error *error)
{
	return run_savepoint(connection, RELEASE, n, error);
}

int kin_connection_rollback_to(kin_connection *connection, int n, kin_error *error)
{
	int rc = run_savepoint(connection, ROLLBACK_TO, n, error);

	if (rc == KIN_OK)
		connection->doomed = false;
	return rc;
}

bool kin_connection_in_transaction(const kin_connection *connection)
{
	return connection->driver->in_transaction(connection);
}

int kin_connection_run(kin_connection *connection, const char *sql, kin_error *error)
{
	return kin_connection_judge(connection, connection->driver->run(connection, sql, error));
}

static int run_to_end(kin_statement *statement, const kin_value *values, size_t count, kin_error *error)
{
	size_t expected = statement->driver->parameters(statement);
	int rc = KIN_OK;

	if (count != expected) {
		rc = kin_error_set(error, KIN_EINVAL, "the statement has %zu placeholder%s, but %zu value%s came with it",
		                   expected, expected == 1 ? "" : "s", count, count == 1 ? "" : "s");
		kin_error_note_sql(error, statement->text);
		return rc;
	}
	for (size_t i = 0; i < count; i++)
		if ((rc = kin_statement_bind(statement, i, &values[i], error)) < 0)
			return rc;
	do
		rc = kin_statement_step(statement, error);
	while (rc > 0);
	return rc;
}

int kin_connection_execute(kin_connection *connection, const kin_sql *sql, const kin_value *values, size_t count,
                           int64_t *ret_changed, kin_error *error)
{
	kin_statement *statement;
	int rc = kin_statement_open(connection, sql, &statement, error);

	if (rc < 0)
		return rc;
	rc = run_to_end(statement, values, count, error);
	if (rc == KIN_OK && ret_changed)
		*ret_changed = kin_statement_changed(statement);
	kin_statement_close(statement);
	return rc;
}

int kin_connection_numbers(kin_connection *connection, const char *table, const char *column, size_t rows, kin_error *error)
{
	const kin_driver *driver = connection->driver;

	return driver->numbers ? driver->numbers(connection, table, column, rows, error) : 0;
}

int kin_connection_reflect(kin_connection *connection, kin_arena *arena, kin_schema *ret_schema, kin_error *error)
{
	int rc = connection->driver->reflect(connection, arena, ret_schema, error);

	if (rc == KIN_OK)
		ret_schema->hides_distribution = true;
	return rc;
}

void kin_connection_interrupt(kin_connection *connection)
{
	connection->driver->interrupt(connection);
}
