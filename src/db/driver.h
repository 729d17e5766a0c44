/* driver.h - what a database's client library is to kin: a const table of functions.
 *
 * A driver keeps its own state behind the two structs below, by making them the first member of its own. The files above it
 * (db.c, pool.c, connection.c, statement.c) do what is the same everywhere: the pool, the table of prepared statements,
 * tracing, the SQL of transactions. So a driver never sees a trace function or another thread.
 *
 * A driver writes the error's sentence, code, constraint and SQL itself: only it knows.
 *
 * SQLite's is part of libkin. Another one is a module, kin-NAME.so, that is loaded when a URL asks for it, so that libkin needs no
 * client library but SQLite's. The module gives out one symbol, the const kin_driver kin_driver_NAME, and links its own copies of
 * the layers below (they have no state), of trace.c and of statement.c: libkin hides its own. What crosses the border are
 * the structs of these headers, and memory of one malloc(). A program that is linked with a driver's archive,
 * libkin-NAME.a, has no need of the module. */
#ifndef KIN_DB_DRIVER_H
#define KIN_DB_DRIVER_H

#include <pthread.h>
#include <sys/types.h>

#include <kin/notify.h>

#include "db/connection.h"

typedef struct kin_driver kin_driver;

/* The pool's notes on a connection. */
typedef struct kin_lease {
	kin_connection *next; /* of those in use */
	kin_connection *previous;
	int64_t         made;  /* kin_clock_steady() */
	int64_t         since; /* when it was taken or given back */
	kin_place       place; /* who has it */
	pthread_t       thread;
} kin_lease;

struct kin_connection {
	const kin_driver *driver;
	kin_db           *db;
	kin_statement   **kept; /* by kin_sql.id; NULL: not prepared yet */
	size_t            kept_count;
	size_t            open; /* statements handed out and not closed */
	pid_t             pid;  /* the process that made it: after a fork only that one may use it */
	bool              limited; /* its statements have a time limit, which outlasts its transaction */
	bool              doomed; /* its transaction cannot be committed: kin_connection_judge() */
	const char       *last;   /* atomic: the text of the kept statement that was opened last. NULL: none, or it is not kept */
	kin_lease         lease;
	uint64_t          runs;  /* statements that were run, but for those of transactions */
	kin_place         at;    /* where in the program they are asked for */
	uint64_t          trips; /* round trips to the server. The driver counts them, each time it waits for an answer */
};

enum kin_statement_state {
	KIN_STATEMENT_READY,   /* to be bound and run */
	KIN_STATEMENT_RUNNING, /* stepping gives rows */
	KIN_STATEMENT_ENDED,   /* no more rows, or an error */
};

struct kin_statement {
	const kin_driver *driver;
	kin_connection   *connection;
	const char       *text;    /* NUL-terminated, as long as the statement. The driver sets it */
	int64_t           changed; /* rows changed by the last run. The driver sets it */
	uint32_t          id;      /* where it is kept; 0: nowhere, finalised when closed */
	uint8_t           state;   /* kin_statement_state */
	bool              open;
	bool              each;    /* it is for driver->each() alone, */
	bool              walked;  /* or for driver->walk(). The driver sets it */
	bool              noted;   /* somebody wants to see what is bound: */
	struct kin_bound *bound;   /* db/bound.h. NULL: nothing is noted yet */
};

/* To be raised with every change of a struct that a driver sees: here, in db.h, connection.h, base/ and schema/. */
enum { KIN_DRIVER_ABI = 8 };

struct kin_driver {
	uint32_t            abi;     /* KIN_DRIVER_ABI; comes first, whatever else changes */
	const char         *version; /* of kin, that it was built with */
	const char         *name;
	const char *const  *schemes; /* of URLs; ends with NULL */
	const kin_dialect  *dialect;
	const char         *begin[2]; /* the SQL that begins a transaction, by kin_begin */

	/* Check the URL's options and prepare what all connections share, without reaching the database: db->config is
	 * the driver's, in db->arena or freed by `done` (which is called after a failure too). */
	int  (*configure)(kin_db *db, kin_error *error);
	void (*done)(kin_db *db);

	/* `open` allocates its own struct with kin_mem_zalloc(); the caller fills in the kin_connection. */
	int  (*open)(kin_db *db, kin_connection **ret_connection, kin_error *error);
	void (*close)(kin_connection *connection);
	/* Whether it can be used again, or is gone for good. */
	bool (*alive)(const kin_connection *connection);
	bool (*in_transaction)(const kin_connection *connection);
	/* Async-signal-safe, and from any thread. */
	void (*interrupt)(kin_connection *connection);
	/* Each statement of a text, traced with kin_trace_start() and kin_trace_end(). */
	int  (*run)(kin_connection *connection, const char *sql, kin_error *error);
	int  (*reflect)(kin_connection *connection, kin_arena *arena, kin_schema *ret_schema, kin_error *error);

	/* `prepare` allocates its own struct and sets .text; the caller the rest. sql->id says that it will be used again. */
	int  (*prepare)(kin_connection *connection, const kin_sql *sql, kin_statement **ret_statement, kin_error *error);
	void (*finalise)(kin_statement *statement);
	void (*reset)(kin_statement *statement);
	size_t (*parameters)(const kin_statement *statement);

	/* As kin_statement_… in connection.h. A `step` that gives no row sets .state to KIN_STATEMENT_ENDED. */
	int  (*bind)(kin_statement *statement, size_t index, const kin_value *value, kin_error *error);
	int  (*bind_cells)(kin_statement *statement, const kin_cell *cells, size_t count, const void *object,
	                   size_t first, kin_error *error);
	int  (*step)(kin_statement *statement, kin_error *error);
	size_t (*columns)(const kin_statement *statement);
	const char *(*column_name)(const kin_statement *statement, size_t column);
	int  (*value)(kin_statement *statement, size_t column, int kind, kin_value *ret_value, kin_error *error);
	int64_t (*integer)(kin_statement *statement, size_t column, bool *ret_null);
	int  (*read)(kin_statement *statement, const kin_cell *cells, size_t count, void *object,
	             kin_arena *arena, kin_error *error);
	size_t (*read_size)(kin_statement *statement, const kin_cell *cells, size_t count);

	/* As kin_connection_numbers() and kin_statement_last_key(). Both NULL: only RETURNING says the keys of new rows. */
	int  (*numbers)(kin_connection *connection, const char *table, const char *column, size_t rows, kin_error *error);
	int64_t (*last_key)(const kin_statement *statement);

	/* Faster ways, where there are some; each of them may be NULL. `prepare` decides whether what has sql->rows is for `each` or `walk`. `make`
	 * returns NULL, with nothing changed, for a row that is not of the usual kind or finds no room. */
	int  (*each)(kin_statement *statement, kin_statement_take *take, void *context, kin_error *error);
	int  (*walk)(kin_statement *statement, kin_statement_take *take, void *context, kin_error *error);
	void *(*make)(kin_statement *statement, const kin_mould *mould, kin_arena *arena);
	int  (*borrow)(kin_statement *statement, const kin_cell *cells, size_t count, void *object,
	               kin_arena *arena, kin_error *error);

	/* As kin_statement_stream(). NULL: a run does so anyway. */
	void (*stream)(kin_statement *statement);

	/* As kin_connection_repeat(); `take` is not NULL, *ret_fault is SIZE_MAX throughout. Traced by the driver: each repeat as one run
	 * of its .sql. NULL: it is run for one object after the other. */
	int  (*repeat)(kin_connection *connection, const kin_repeat *repeats, size_t count, kin_repeat_take *take, void *context,
	               kin_fault *ret_fault, kin_error *error);

	/* Whether the server answers, asked now and within the time that connecting may take. NULL: there is none to ask. */
	bool (*ping)(kin_connection *connection);

	/* No statement of the transaction that is open may take longer, or (0) may as long as it wants. *ret_lasts: beyond the transaction, so
	 * that it is to be taken back with 0. NULL: there is no such limit. */
	int  (*limit)(kin_connection *connection, int milliseconds, bool *ret_lasts, kin_error *error);

	/* How far the journal goes, as a number that only grows: a primary has written it, a replica replayed it. NULL: there are no replicas. */
	int  (*position)(kin_connection *connection, uint64_t *ret_position, kin_error *error);

	/* Listen to a channel, or (NULL) to none any more; wait for a notification, as kin_wait_notification(). NULL: the database has none. */
	int  (*listen)(kin_connection *connection, const char *channel, kin_error *error);
	int  (*wait)(kin_connection *connection, int milliseconds, kin_arena *arena, kin_notification *ret_notification,
	             kin_error *error);
	/* SELECTs of one row, or NULL. Placeholders: a channel and a payload; the number of a lock. The last one's row says whether it is ours. */
	const char *notify;
	const char *lock;
	const char *try_lock;
};

/* statement.c: finalise it. */
void kin_statement_free(kin_statement *statement);

/* To be called with the end of every statement. A database that has undone a transaction because it was in another one's way may
 * say OK to its COMMIT all the same, and save nothing (MariaDB after 1213). Returns rc. */
static inline int kin_connection_judge(kin_connection *connection, int rc)
{
	if (__builtin_expect(rc == KIN_ESERIALIZE, 0))
		connection->doomed = true;
	return rc;
}

/* The driver for a URL's scheme; a module is looked for in the directories of KIN_DRIVER_PATH (separated by colons), next to the
 * program or libkin, and where kin's libraries are installed. KIN_ECONFIG with the schemes there are, or with what is missing and
 * where it was looked for. */
int kin_driver_find(const char *scheme, const kin_driver **ret_driver, kin_error *error);

#endif
