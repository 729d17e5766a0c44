/* listener.c - waits for what other programs say through the database.
 *
 * It keeps the names of its channels, so that a connection that was lost can be replaced. */
#include <kin/notify.h>

#include "base/mem.h"
#include "base/vec.h"
#include "db/db.h"

struct kin_listener {
	kin_db          *db;
	kin_connection  *connection; /* NULL: none, or it was lost */
	kin_vec(char *)  channels;
	kin_arena        heard;      /* the last notification */
	kin_error        error;
};

kin_listener *kin_listener_new(kin_db *db)
{
	kin_listener *listener = kin_mem_zalloc(sizeof(*listener));

	if (listener)
		listener->db = db;
	return listener;
}

/* What it listens to is forgotten before somebody else gets the connection. */
static void let_go(kin_listener *listener)
{
	kin_connection *connection = listener->connection;

	if (!connection)
		return;
	connection->driver->listen(connection, NULL, NULL);
	kin_db_release(listener->db, connection);
	listener->connection = NULL;
}

void kin_listener_free(kin_listener *listener)
{
	if (!listener)
		return;
	let_go(listener);
	for (size_t i = 0; i < listener->channels.count; i++)
		kin_mem_free(listener->channels.items[i]);
	kin_vec_done(&listener->channels);
	kin_arena_done(&listener->heard);
	kin_error_clear(&listener->error);
	kin_mem_free(listener);
}

static int unsupported(kin_listener *listener)
{
	if (listener->db->pgbouncer)
		return kin_error_set(&listener->error, KIN_EUNSUPPORTED,
		                     "through a pgbouncer nobody can listen: a connection behind it is nobody's own; use a URL of the server");
	return kin_error_set(&listener->error, KIN_EUNSUPPORTED, "%s has nothing to listen to; PostgreSQL has", kin_db_dialect(listener->db));
}

/* A connection that listens to all channels. */
static int connect(kin_listener *listener)
{
	kin_connection *connection;
	int rc = kin_db_acquire(listener->db, &connection, &listener->error);

	if (rc < 0)
		return rc;
	listener->connection = connection;
	for (size_t i = 0; rc == KIN_OK && i < listener->channels.count; i++)
		rc = connection->driver->listen(connection, listener->channels.items[i], &listener->error);
	if (rc < 0)
		let_go(listener);
	return rc;
}

static int ready(kin_listener *listener)
{
	kin_error_clear(&listener->error);
	if (!listener->db->driver->listen || listener->db->pgbouncer)
		return unsupported(listener);
	return listener->connection ? KIN_OK : connect(listener);
}

int kin_listen(kin_listener *listener, const char *channel)
{
	int rc = ready(listener);

	if (rc < 0 || (rc = listener->connection->driver->listen(listener->connection, channel, &listener->error)) < 0)
		return rc;
	size_t size = strlen(channel) + 1;
	char *copy = kin_mem_alloc(size);
	if (!copy || !kin_vec_push(&listener->channels, copy)) {
		kin_mem_free(copy);
		return kin_error_nomem(&listener->error);
	}
	memcpy(copy, channel, size);
	return KIN_OK;
}

int kin_wait_notification(kin_listener *listener, int milliseconds, kin_notification *ret_notification)
{
	int rc = ready(listener);

	if (rc < 0)
		return rc;
	kin_arena_clear(&listener->heard);
	rc = listener->connection->driver->wait(listener->connection, milliseconds, &listener->heard, ret_notification, &listener->error);
	if (rc == KIN_ECONNECTION)
		let_go(listener);
	return rc;
}

const char *kin_listener_errmsg(const kin_listener *listener)
{
	return kin_error_text(&listener->error);
}
