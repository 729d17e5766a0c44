/* run.c - texts without values: DDL, revisions, and what begins and ends a transaction. */
#include <stdio.h>

#include "base/mem.h"
#include "db/mariadb/driver.h"
#include "db/trace.h"

/* The result at hand, if it has rows. They are read to the end of it, as the next one would not be found otherwise. */
static void drop_rows(MYSQL *handle)
{
	MYSQL_RES *rows = mysql_use_result(handle);

	while (rows && mysql_fetch_row(rows))
		continue;
	mysql_free_result(rows);
}

/* Send it and read all of its results. 0, or an error that the handle knows. */
static int query(kin_maria_connection *c, const char *sql, size_t length)
{
	int failed, more;

	c->base.trips++;
	if ((failed = mysql_real_query(c->handle, sql, length)) != 0)
		return failed;
	do {
		drop_rows(c->handle);
		if ((failed = mysql_errno(c->handle) != 0))
			return failed;
	} while ((more = mysql_next_result(c->handle)) == 0);
	return more > 0;
}

static bool in_transaction(const MYSQL *handle)
{
	return handle->server_status & SERVER_STATUS_IN_TRANS;
}

/* A connection whose transaction may be open nobody can use: its next START TRANSACTION would commit what that has done. */
void kin_maria_ask_transaction(kin_maria_connection *connection)
{
	if (!connection->lost && query(connection, "DO 0", 4) != 0)
		connection->lost = true;
	connection->in_transaction = !connection->lost && in_transaction(connection->handle);
}

int kin_maria_say(kin_maria_connection *connection, const char *sql, size_t length, int64_t *ret_changed, kin_error *error)
{
	kin_maria_effect effect = kin_maria_effect_of(sql);
	bool alone = !connection->in_transaction;
	int rc = KIN_OK;

	if (effect == KIN_MARIA_COMMITS && !kin_maria_alive(&connection->base))
		return kin_maria_error_gone(connection, sql, error);
	kin_maria_begin_work(connection);
	if (query(connection, sql, length) != 0)
		rc = kin_maria_error_sent(connection, NULL, effect, alone, sql, error);
	else
		connection->in_transaction = in_transaction(connection->handle);
	if (rc == KIN_OK && ret_changed) {
		my_ulonglong changed = mysql_affected_rows(connection->handle);
		*ret_changed = effect == KIN_MARIA_WRITES && changed != (my_ulonglong)-1 ? (int64_t)changed : 0;
	}
	kin_maria_end_work(connection);
	return rc;
}

static int run_one(kin_maria_connection *c, const char *sql, size_t length, kin_error *error)
{
	int64_t start = kin_trace_start(&c->base);
	int rc = kin_maria_say(c, sql, length, NULL, error);

	kin_trace_end(&c->base, start, sql, rc);
	return rc;
}

int kin_maria_run(kin_connection *connection, const char *sql, kin_error *error)
{
	kin_maria_connection *c = kin_maria_of(connection);
	int rc = kin_maria_make_way(c, error);

	for (size_t length; rc == KIN_OK;) {
		const char *start = kin_maria_split(sql, &length, &sql);
		char *text;
		if (length == 0)
			break;
		if (!(text = kin_mem_alloc(length + 1)))
			return kin_error_nomem(error);
		memcpy(text, start, length);
		text[length] = '\0';
		rc = run_one(c, text, length, error);
		kin_mem_free(text);
	}
	return rc;
}

/* A setting of the session. 0: as the server has it. */
int kin_maria_limit(kin_connection *connection, int milliseconds, bool *ret_lasts, kin_error *error)
{
	kin_maria_connection *c = kin_maria_of(connection);
	char text[64];
	int length = milliseconds > 0 ? snprintf(text, sizeof(text), "SET SESSION max_statement_time = %d.%03d", milliseconds / 1000, milliseconds % 1000)
	                              : snprintf(text, sizeof(text), "SET SESSION max_statement_time = DEFAULT");
	int rc = kin_maria_make_way(c, error);

	*ret_lasts = true;
	return rc < 0 ? rc : run_one(c, text, (size_t)length, error);
}
