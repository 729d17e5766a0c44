/* timeout.c - how long a migration waits for locks, and for a statement. */
#include "migrate/timeout.h"

#include <stdio.h>

#include "base/text.h"

/* What sets each, with %lld for the number. NULL: the database has no such thing. */
static const struct setting {
	const char *lock;
	const char *statement;
	const char *reset;
	bool        seconds; /* or milliseconds */
} settings[KIN_DIALECT_COUNT] = {
	[KIN_SQLITE] = { .lock = "PRAGMA busy_timeout = %lld" },
	[KIN_POSTGRESQL] = { .lock = "SET lock_timeout = %lld", .statement = "SET statement_timeout = %lld",
		             .reset = "RESET lock_timeout; RESET statement_timeout" },
	[KIN_MARIADB] = { .lock = "SET SESSION lock_wait_timeout = %lld, SESSION innodb_lock_wait_timeout = %lld",
		          .statement = "SET SESSION max_statement_time = %lld",
		          .reset = "SET SESSION lock_wait_timeout = DEFAULT, SESSION innodb_lock_wait_timeout = DEFAULT, "
		                   "SESSION max_statement_time = DEFAULT",
		          .seconds = true },
};

static void add(kin_text *out, const char *format, const char *number)
{
	for (const char *s = format, *hole; *s; s = hole + sizeof("%lld") - 1) {
		hole = strstr(s, "%lld");
		kin_text_add_n(out, s, hole ? (size_t)(hole - s) : strlen(s));
		if (!hole)
			return;
		kin_text_add(out, number);
	}
}

static int set_one(kin_connection *connection, const char *format, int64_t milliseconds, bool seconds, kin_error *error)
{
	char number[32];
	kin_text sql;

	if (!format || milliseconds <= 0)
		return KIN_OK;
	snprintf(number, sizeof(number), "%lld", (long long)(seconds ? (milliseconds + 999) / 1000 : milliseconds));
	kin_text_init(&sql);
	add(&sql, format, number);
	int rc = kin_text_ok(&sql) ? kin_connection_run(connection, sql.data, error) : kin_error_nomem(error);
	kin_text_done(&sql);
	return rc;
}

int kin_timeout_set(kin_connection *connection, int64_t lock, int64_t statement, kin_error *error)
{
	const struct setting *s = &settings[kin_connection_dialect(connection)->id];
	int rc = set_one(connection, s->lock, lock, s->seconds, error);

	return rc < 0 ? rc : set_one(connection, s->statement, statement, s->seconds, error);
}

void kin_timeout_reset(kin_connection *connection)
{
	const struct setting *s = &settings[kin_connection_dialect(connection)->id];

	if (s->reset)
		kin_connection_run(connection, s->reset, NULL);
}
