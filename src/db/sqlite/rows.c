/* rows.c - all rows of a SELECT, taken from inside SQLite.
 *
 * The way out of sqlite3_step() with a row and back in costs a third of what reading a small row costs. An aggregate function meets
 * each row where it is. So a SELECT whose rows come in no order is prepared as
 *
 *     WITH kin_each(c0, c1, …) AS (SELECT …) SELECT kin_row(c0, c1, …) FROM kin_each
 *
 * which SQLite flattens into the SELECT itself. Errors and traces tell the SELECT.
 *
 * Where whoever asks wants to have a row, and then the next, there is no way around sqlite3_step(), but one around asking for each of the
 * row's values: kin_value() is the same as a function that is no aggregate, and met by each row on its way out. */
#include "base/mem.h"
#include "base/text.h"
#include "db/sqlite/driver.h"

struct kin_sqlite_run {
	kin_sqlite_statement *statement;
	kin_statement_take   *take;
	void                 *context;
	int                   rc; /* the last one of take */
};

static void take_row(sqlite3_context *sqlite, int count, sqlite3_value **values)
{
	struct kin_sqlite_run *run = ((kin_sqlite_connection *)sqlite3_user_data(sqlite))->run;

	(void)count;
	if (__builtin_expect(!run, 0)) {
		sqlite3_result_error(sqlite, "kin_row() and kin_value() are for kin's own statements", -1);
		return;
	}
	run->statement->row = values;
	run->rc = run->take(run->context);
	if (__builtin_expect(run->rc != KIN_OK, 0))
		sqlite3_result_error_code(sqlite, SQLITE_ABORT);
}

static void no_result(sqlite3_context *sqlite)
{
	(void)sqlite;
}

int kin_rows_install(kin_sqlite_connection *connection)
{
	int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY;
	int code = sqlite3_create_function_v2(connection->handle, "kin_row", -1, flags, connection, NULL, take_row, no_result, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_create_function_v2(connection->handle, "kin_value", -1, flags, connection, take_row, NULL, NULL, NULL);
	return code;
}

bool kin_rows_fit(const kin_sqlite_connection *connection, const kin_sql *sql)
{
	return sql->rows > 0 && sql->rows <= (uint32_t)sqlite3_limit(connection->handle, SQLITE_LIMIT_FUNCTION_ARG, -1);
}

static void add_columns(kin_text *text, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		kin_text_addf(text, "%sc%u", i > 0 ? ", " : "", (unsigned)i);
}

int kin_rows_text(const kin_sql *sql, kin_text *ret_text)
{
	kin_text_add(ret_text, "WITH kin_each(");
	add_columns(ret_text, sql->rows);
	kin_text_add(ret_text, ") AS (");
	kin_text_add_n(ret_text, sql->text, sql->length);
	kin_text_add(ret_text, sql->walked ? ") SELECT kin_value(" : ") SELECT kin_row(");
	add_columns(ret_text, sql->rows);
	kin_text_add(ret_text, ") FROM kin_each");
	return kin_text_ok(ret_text) ? KIN_OK : KIN_ENOMEM;
}

/* SQLite calls `take` as it goes: for the next row, or for all. */
static inline int step(struct kin_sqlite_run *run, bool all)
{
	kin_sqlite_connection *c = (kin_sqlite_connection *)run->statement->base.connection;
	struct kin_sqlite_run *outer = c->run;
	int code;

	c->run = run;
	do
		code = sqlite3_step(run->statement->handle);
	while (all && code == SQLITE_ROW);
	c->run = outer;
	run->statement->row = NULL;
	return code;
}

/* What `take` failed with is the error, not that SQLite was made to stop. */
int kin_rows_each(kin_statement *statement, kin_statement_take *take, void *context, kin_error *error)
{
	struct kin_sqlite_run run = { .statement = (kin_sqlite_statement *)statement, .take = take, .context = context };
	int code = step(&run, true);

	if (run.rc != KIN_OK)
		return run.rc < 0 ? run.rc : KIN_OK;
	return code == SQLITE_DONE ? KIN_OK : kin_sqlite_error((kin_sqlite_connection *)statement->connection, code, statement->text, error);
}

int kin_rows_walk(kin_statement *statement, kin_statement_take *take, void *context, kin_error *error)
{
	struct kin_sqlite_run run = { .statement = (kin_sqlite_statement *)statement, .take = take, .context = context };
	int code = step(&run, false);

	if (__builtin_expect(code == SQLITE_ROW, 1))
		return 1;
	if (run.rc == KIN_OK)
		return kin_sqlite_end(statement, code, error);
	kin_sqlite_end(statement, SQLITE_DONE, error);
	return run.rc;
}
