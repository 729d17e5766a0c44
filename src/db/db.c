/* db.c - a database as a whole: opened from its URL, shared by threads, closed. */
#include "db/db.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "db/options.h"
#include "db/replica.h"

enum { DEFAULT_BUSY_TIMEOUT = 5000 };

static void destroy(kin_db *db)
{
	kin_db_close(db->readers);
	kin_pool_done(&db->pool);
	if (db->driver)
		db->driver->done(db);
	if (db->above)
		db->done_above(db->above);
	kin_trace_done(&db->trace);
	kin_arena_done(&db->arena);
	kin_mem_free(db);
}

static int init(kin_db *db, const kin_db_options *options, kin_error *error)
{
	kin_db_options settings = *options;
	int rc;

	if ((rc = kin_url_parse(&db->arena, options->url, options->directory, &db->url, error)) < 0)
		return rc;
	if (!(db->shown = kin_url_show(&db->arena, &db->url)))
		return kin_error_nomem(error);
	if ((rc = kin_options_take(&db->url, &settings, error)) < 0)
		return rc;
	kin_trace_settle(&db->trace, &settings);
	db->busy_timeout = settings.busy_timeout ? settings.busy_timeout : DEFAULT_BUSY_TIMEOUT;
	db->read_only = settings.read_only;
	db->pgbouncer = settings.pgbouncer;
	if ((rc = kin_driver_find(db->url.scheme, &db->driver, error)) < 0)
		return rc;
	rc = db->replica ? kin_replica_settle(db, error) : kin_replica_open(db, options, error);
	if (rc < 0)
		return rc;
	if ((rc = db->driver->configure(db, error)) < 0)
		return rc;
	return kin_pool_init(&db->pool, &settings, error);
}

/* NULL: the error is set. */
static kin_db *open_one(const kin_db_options *options, bool replica, kin_error *error)
{
	kin_db *db = kin_mem_zalloc(sizeof(*db));

	if (!db) {
		kin_error_nomem(error);
		return NULL;
	}
	db->replica = replica;
	kin_trace_init(&db->trace);
	if (init(db, options, error) == KIN_OK)
		return db;
	destroy(db);
	return NULL;
}

int kin_db_open_readers(kin_db *db, const kin_db_options *options, kin_error *error)
{
	kin_db_options settings = *options;

	settings.read_only = true;
	db->readers = open_one(&settings, true, error);
	return db->readers ? KIN_OK : error->code;
}

/* The caller frees the message with free(), so it comes from malloc(). */
kin_db *kin_db_open(const kin_db_options *options, char **ret_message)
{
	kin_error error = { 0 };
	kin_db *db = open_one(options, false, &error);

	if (!db && ret_message)
		*ret_message = strdup(kin_error_text(&error));
	kin_error_clear(&error);
	return db;
}

char *kin_db_leaks(kin_db *db)
{
	char *sentence = NULL;
	kin_text who;

	kin_text_init(&who);
	size_t count = kin_pool_describe(&db->pool, &who);
	if (count > 0 && asprintf(&sentence, "%zu connection%s to %s %s still in use: %s. kin_free() their sessions before "
	                                     "kin_db_close()", count, count == 1 ? "" : "s", db->shown, count == 1 ? "is" : "are",
	                          who.data) < 0)
		sentence = NULL;
	kin_text_done(&who);
	return sentence;
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
	if (db->readers)
		kin_trace_set(&db->readers->trace, trace, context);
}

void *kin_db_above(kin_db *db)
{
	return __atomic_load_n(&db->above, __ATOMIC_ACQUIRE);
}

void *kin_db_put_above(kin_db *db, void *above, void (*done)(void *above))
{
	void *none = NULL;

	__atomic_store_n(&db->done_above, done, __ATOMIC_RELAXED);
	return __atomic_compare_exchange_n(&db->above, &none, above, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) ? above : none;
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

void kin_db_on_connected(kin_db *db, kin_db_greet *greet, void *context)
{
	if (db->readers)
		kin_db_on_connected(db->readers, greet, context);
	db->greet_context = context;
	__atomic_store_n(&db->greet, greet, __ATOMIC_RELEASE);
}

int kin_db_connect(kin_db *db, kin_connection **ret_connection, kin_error *error)
{
	kin_db_greet *greet = __atomic_load_n(&db->greet, __ATOMIC_ACQUIRE);
	kin_connection *connection;
	int rc = db->driver->open(db, &connection, error);

	if (rc < 0)
		return rc;
	connection->driver = db->driver;
	connection->db = db;
	connection->pid = getpid();
	connection->lease.made = kin_clock_steady();
	__atomic_store_n(&db->connected, true, __ATOMIC_RELAXED);
	if (greet && (rc = greet(db->greet_context, connection, error)) < 0) {
		kin_db_disconnect(connection);
		return rc;
	}
	*ret_connection = connection;
	return KIN_OK;
}

void kin_db_disconnect(kin_connection *connection)
{
	kin_statement **kept = connection->kept;

	for (size_t i = 0; i < connection->kept_count; i++)
		if (kept[i])
			kin_statement_free(kept[i]);
	connection->driver->close(connection);
	kin_mem_free(kept);
}

int kin_db_acquire(kin_db *db, kin_connection **ret_connection, kin_error *error)
{
	return kin_pool_take(&db->pool, db, NULL, ret_connection, error);
}

/* Those that were idle may all be gone: each that is found out is closed, until a new one is made. */
int kin_db_begin_as(kin_db *db, kin_begin mode, const kin_begin_options *options, const kin_place *place, kin_connection **ret_connection,
                    kin_error *error)
{
	int64_t start = kin_clock_steady();
	kin_connection *connection;
	bool replace;
	int rc;

	do {
		if ((rc = kin_pool_take(&db->pool, db, place, &connection, error)) < 0)
			return rc;
		if ((rc = kin_connection_begin_as(connection, mode, options, error)) == KIN_OK) {
			*ret_connection = connection;
			return KIN_OK;
		}
		replace = rc == KIN_ECONNECTION && connection->lease.made < start;
		if (replace)
			kin_error_clear(error);
		kin_db_release(db, connection);
	} while (replace);
	return rc;
}

int kin_db_begin(kin_db *db, kin_begin mode, const kin_place *place, kin_connection **ret_connection, kin_error *error)
{
	return kin_db_begin_as(db, mode, NULL, place, ret_connection, error);
}

bool kin_db_may_return(const kin_db *db)
{
	return strcmp(db->driver->name, "sqlite") != 0 && __atomic_load_n(&db->connected, __ATOMIC_RELAXED);
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
		usable = usable && kin_connection_unlimit(connection);
		usable = usable && connection->driver->alive(connection);
	}
	if (kin_pool_give(&db->pool, connection, usable))
		destroy(db);
}
