/* notify.c - what other sessions say with NOTIFY. */
#include <errno.h>
#include <poll.h>

#include "base/clock.h"
#include "base/text.h"
#include "db/postgresql/driver.h"

int kin_pg_listen(kin_connection *connection, const char *channel, kin_error *error)
{
	kin_text sql;

	if (!channel)
		return kin_connection_in_transaction(connection) ? KIN_OK : kin_pg_run(connection, "UNLISTEN *", error);
	kin_text_init(&sql);
	kin_text_add(&sql, "LISTEN ");
	kin_text_add_quoted(&sql, channel, '"');
	int rc = kin_text_ok(&sql) ? kin_pg_run(connection, sql.data, error) : kin_error_nomem(error);
	kin_text_done(&sql);
	return rc;
}

/* 1, or 0 if there is none; KIN_ENOMEM, and it is lost. */
static int take(kin_pg_connection *c, kin_arena *arena, kin_notification *ret, kin_error *error)
{
	PGnotify *notify = PQnotifies(c->handle);

	if (!notify)
		return 0;
	ret->channel = kin_arena_strdup(arena, notify->relname);
	ret->payload = kin_arena_strdup(arena, notify->extra);
	PQfreemem(notify);
	return ret->channel && ret->payload ? 1 : kin_error_nomem(error);
}

/* Until something comes, or time is up: then 0. */
static int wait_for_input(kin_pg_connection *c, int64_t deadline)
{
	struct pollfd socket = { .fd = PQsocket(c->handle), .events = POLLIN };
	int64_t left = deadline - kin_clock_steady();
	int rc = poll(&socket, 1, deadline < 0 ? -1 : left > 0 ? (int)(left / 1000) + 1 : 0);

	return rc < 0 && errno == EINTR ? 1 : rc;
}

int kin_pg_wait(kin_connection *connection, int milliseconds, kin_arena *arena, kin_notification *ret_notification, kin_error *error)
{
	kin_pg_connection *c = kin_pg_of(connection);
	int64_t deadline = milliseconds < 0 ? -1 : kin_clock_steady() + INT64_C(1000) * milliseconds;

	for (;;) {
		if (!PQconsumeInput(c->handle) || (PQisBusy(c->handle), c->ended) || PQstatus(c->handle) != CONNECTION_OK) {
			c->ended = true;
			return kin_pg_error_lost(c, KIN_PG_READS, NULL, error);
		}
		int rc = take(c, arena, ret_notification, error);
		if (rc != 0)
			return rc;
		if (wait_for_input(c, deadline) == 0)
			return 0;
	}
}
