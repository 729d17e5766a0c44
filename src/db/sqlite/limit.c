/* limit.c - no statement takes longer than so many milliseconds.
 *
 * SQLite says when a statement begins to run, and asks every so often whether it may go on. Waiting for a lock does not count. */
#include "base/clock.h"
#include "db/sqlite/driver.h"

enum { OPERATIONS = 2000 }; /* between two looks at the clock: some 50 µs */

/* A trigger is announced too, by another text than its statement's. */
static int begins(unsigned type, void *context, void *statement, void *text)
{
	kin_sqlite_connection *c = context;

	(void)type;
	if (text == (const void *)sqlite3_sql(statement))
		c->begun = kin_clock_steady();
	return 0;
}

static int is_over(void *context)
{
	kin_sqlite_connection *c = context;

	c->late = kin_clock_steady() - c->begun > INT64_C(1000) * c->limit;
	return c->late;
}

int kin_sqlite_limit(kin_connection *connection, int milliseconds, bool *ret_lasts, kin_error *error)
{
	kin_sqlite_connection *c = (kin_sqlite_connection *)connection;
	bool on = milliseconds > 0;

	(void)error;
	c->limit = milliseconds;
	c->begun = kin_clock_steady();
	c->late = false;
	sqlite3_trace_v2(c->handle, on ? SQLITE_TRACE_STMT : 0, on ? begins : NULL, c);
	sqlite3_progress_handler(c->handle, on ? OPERATIONS : 0, on ? is_over : NULL, c);
	*ret_lasts = true;
	return KIN_OK;
}
