/* db.c - a database as a whole: opened from its URL, shared by threads, closed. */
#include "db/db.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

enum { DEFAULT_BUSY_TIMEOUT = 5000 };

static void destroy(kin_db *db)
{
	kin_pool_done(&db->pool);
	if (db->driver)
		db->driver->done(db);
	kin_trace_done(&db->trace);
	kin_arena_done(&db->arena);
	kin_mem_free(db);
}

static int init(kin_db *db, const kin_db_options *options, kin_error *error)
{
	int rc;

	if (options->pool_size < 0 || options->busy_timeout < 0)
		return kin_error_set(error, KIN_ECONFIG, "%s cannot be negative",
		                     options->pool_size < 0 ? "pool_size" : "busy_timeout");
	db->busy_timeout = options->busy_timeout ? options->busy_timeout : DEFAULT_BUSY_TIMEOUT;
	db->read_only = options->read_only;
	if ((rc = kin_url_parse(&db->arena, options->url, options->directory, &db->url, error)) < 0)
		return rc;
	if (!(db->shown = kin_url_show(&db->arena, &db->url)))
		return kin_error_nomem(error);
	if ((rc = kin_driver_find(db->url.scheme, &db->driver, error)) < 0)
		return rc;
	if ((rc = db->driver->configure(db, error)) < 0)
		return rc;
	return kin_pool_init(&db->pool, options->pool_size, error);
}

/* The caller frees the message with free(), so it comes from malloc(). */
kin_db *kin_db_open(const kin_db_options *options, char **ret_message)
{
	kin_error error = { 0 };
	kin_db *db = kin_mem_zalloc(sizeof(*db));
	int rc;

	if (db) {
		kin_trace_init(&db->trace, options);
		rc = init(db, options, &error);
	} else {
		rc = kin_error_nomem(&error);
	}
	if (rc < 0) {
		if (ret_message)
			*ret_message = strdup(kin_error_text(&error));
		if (db)
			destroy(db);
		db = NULL;
	}
	kin_error_clear(&error);
	return db;
}

/* A connection that is still out keeps the memory alive until it is given back. */
void kin_db_close(kin_db *db)
{
	if (db && kin_pool_close(&db->pool))
		destroy(db);
}

void kin_db_trace(kin_db *db, kin_trace_fn *trace, void *context)
{
	kin_trace_set(&db->trace, trace, context);
}

const char *kin_db_dialect(const kin_db *db)
{
	return db->driver->dialect->name;
}

const kin_dialect *kin_db_dialect_of(const kin_db *db)
{
	return db->driver->dialect;
}

const char *kin_db_url(const kin_db *db)
{
	return db->shown;
}

int kin_db_connect(kin_db *db, kin_connection **ret_connection, kin_error *error)
{
	kin_connection *connection;
	int rc = db->driver->open(db, &connection, error);

	if (rc < 0)
		return rc;
	connection->driver = db->driver;
	connection->db = db;
	connection->pid = getpid();
	*ret_connection = connection;
	return KIN_OK;
}

void kin_db_disconnect(kin_connection *connection)
{
	kin_statement **kept = connection->kept;

	for (size_t i = 0; i < connection->kept_count; i++)
		if (kept[i])
			connection->driver->finalise(kept[i]);
	connection->driver->close(connection);
	kin_mem_free(kept);
}

int kin_db_acquire(kin_db *db, kin_connection **ret_connection, kin_error *error)
{
	return kin_pool_take(&db->pool, db, ret_connection, error);
}

/* What a child inherited is the parent's: it is not even rolled back. */
void kin_db_release(kin_db *db, kin_connection *connection)
{
	bool usable = true;

	if (!connection)
		return;
	assert(connection->open == 0); /* a statement was not closed */
	if (connection->pid == getpid()) {
		if (kin_connection_in_transaction(connection))
			usable = kin_connection_rollback(connection, NULL) == KIN_OK;
		usable = usable && connection->driver->alive(connection);
	}
	if (kin_pool_give(&db->pool, connection, usable))
		destroy(db);
}
