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
	ID_FIRST = ID_SAVEPOINT + 3 * SAVEPOINTS,
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

/* The way out is made before the way in, so that a rollback needs no memory. */
int kin_connection_begin(kin_connection *connection, kin_begin mode, kin_error *error)
{
	int rc = prepare_rollback(connection, error);

	if (rc < 0)
		return rc;
	if (kin_connection_in_transaction(connection))
		return kin_error_set(error, KIN_EINVAL, "a transaction is open already; use a savepoint inside it");
	connection->doomed = false;
	return run_kept(connection, connection->driver->begin[mode], ID_BEGIN + (uint32_t)mode, error);
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
