/* db.h - a database: where it is, its connections, and what it says of them.
 *
 * A kin_db is shared by threads; a kin_session, made from one, belongs to one thread at a time. */
#ifndef KIN_DB_H
#define KIN_DB_H

#include <kin/api.h>
#include <kin/error.h>

KIN_BEGIN_DECLS

typedef struct kin_db kin_db;

/** One statement as it was sent, for a log or a test. Borrowed for the call. */
typedef struct kin_trace_event {
	const char *sql;
	int64_t     microseconds; /* until its first row or its end */
	int         rc;           /* KIN_OK, or the error */
	const char *values;       /* what was bound: "'Ben', 3, NULL"; long texts and long lists are cut. NULL: nothing, or not asked for: .trace_values */
	const char *file;         /* the query's place in the program; of a flush, and of what is loaded later, that of kin_session_new(). NULL: */
	int         line;         /* not known */
} kin_trace_event;

typedef void kin_trace_fn(void *context, const kin_trace_event *event);

typedef struct kin_db_options {
	const char   *url;          /* "sqlite:///app.db", "sqlite:///:memory:" … required. Options of sqlite: ?mode=ro, rw (the
	                             * file must exist) or rwc; ?timeout=N, which goes before busy_timeout; 0 does not wait. Or a server:
	                             * "postgresql://user:password@host/database", with several hosts, h1:5432,h2; a socket,
	                             * ?host=/run/postgresql; ?timeout=N as above; ?search_path=shop,public, where new tables go to the first;
	                             * ?schemas=audit,log, whose tables are the models' too, as "audit.entries", and others' business if not named;
	                             * and libpq's options, sslmode=require … Of several hosts the one that can be written to is taken, unless
	                             * ?target_session_attrs=… says otherwise. Or "mariadb://user:password@h1:3306,h2,h3/database": of several hosts
	                             * the first that serves is taken; a node of a Galera cluster that has lost the others does not. There
	                             * ?sync_wait=1 has every node wait, before it is read, for what has been written on the others (wsrep_sync_wait):
	                             * without, what was just written may not be seen on another node. */
	const char   *directory;    /* what a relative sqlite path is relative to; NULL: the working directory */
	int           pool_size;    /* connections kept when nobody uses them; 0: 5. The options of the pool, and those below
	                             * it, may stand in the URL as well and go before these: ?pool_size=20&pool_recycle=3600 */
	int           max_overflow; /* connections more than that at once, closed when they are done; 0: 10, negative (in the URL: 0): none */
	int           pool_timeout; /* seconds to wait for one when all are in use; 0: 30, negative (in the URL: 0): not at all */
	int           pool_recycle; /* seconds after which a connection is replaced before it is used again; 0: never */
	int           pool_idle;    /* seconds after which one that nobody uses is closed, when the next one is taken or given back; 0: never */
	bool          pool_pre_ping; /* ask the server whether it is there before each transaction. A round trip: a server that ended, or
	                             * closed the connection, is noticed without; one that vanished, or a firewall that forgot it, is not */
	bool          pgbouncer;    /* the server is behind a pooler that gives each transaction another connection (pgbouncer with
	                             * pool_mode=transaction): no prepared statements, no settings of the session. busy_timeout
	                             * holds in transactions only, which is what sessions have.
	                             * In the URL ?pgbouncer=1, or ?prepared_statements=off */
	int           busy_timeout; /* milliseconds to wait for a lock; 0: 5000 */
	bool          echo;         /* every statement goes to stderr, with its time, place and values:
	                             * SELECT … WHERE pets.name = ?; -- 0.087 ms, app.c:41, ['Ben']. In the URL ?echo=1, and so for the next three */
	int           slow;         /* milliseconds: only what took so long goes to stderr, in the same words; 0: nothing does. ?slow=200 */
	bool          hide_parameters; /* no values, to nobody. ?hide_parameters=1 */
	bool          trace_values; /* .trace is told them. ?trace_values=1 */
	bool          read_only;
	kin_trace_fn *trace;
	void         *trace_context;
} kin_db_options;

/**
 * Open a database. No connection is made before the first one is needed, so a missing server or a file
 * that is no database is reported by the first session that uses it.
 *
 * Returns NULL on failure, with the sentence in *ret_message (free() it) unless ret_message is NULL.
 */
KIN_API kin_db *kin_db_open(const kin_db_options *options, char **ret_message);

/** How far transactions that run at the same time are kept apart. SQLite's always are as KIN_SERIALIZABLE. */
typedef enum kin_isolation {
	KIN_ISOLATION_USUAL, /* as the database has it: read committed on PostgreSQL, repeatable read on MariaDB */
	KIN_READ_UNCOMMITTED,
	KIN_READ_COMMITTED,
	KIN_REPEATABLE_READ,
	KIN_SERIALIZABLE, /* as if one came after the other; KIN_ESERIALIZE where that cannot be: kin_transaction() runs it again */
} kin_isolation;

/** What a transaction is to be like: the options of kin_begin(). 0: as usual. */
typedef struct kin_begin_options {
	kin_isolation isolation;
	bool          read_only;  /* to write in it is KIN_EREADONLY, on every database */
	bool          deferrable; /* of one that is serializable and read-only: wait until nothing can be in its way. PostgreSQL; elsewhere nothing */
	bool          write;      /* it will write: on SQLite it waits for its turn now, and not when it has read something already */
	int           timeout;    /* milliseconds that a statement may take; KIN_EINTERRUPT after that. 0: as long as it takes. Not on dqlite */
} kin_begin_options;

/**
 * Which connections are in use, by whom, since when, and what they did last: "2 connections to … are still in use: 2 by sessions
 * made at app.c:41 for up to 3.2 s, last SQL: SELECT …". To be asked before kin_db_close(), when there should be none. free() it.
 * NULL: none is. (A session has one from its first statement to its commit or rollback.)
 */
KIN_API char *kin_db_leaks(kin_db *db);

/** Close every connection. All sessions must have been closed; one that still has a connection keeps the memory until it gives that
 * back. NULL is accepted. */
KIN_API void kin_db_close(kin_db *db);

/** Call `trace` with every statement from now on; NULL: no more. */
KIN_API void kin_db_trace(kin_db *db, kin_trace_fn *trace, void *context);

/** The SQL that it speaks: "sqlite", "postgresql", "mariadb". dqlite speaks SQLite's, and is "sqlite": its URL tells, kin_db_url(). */
KIN_API const char *kin_db_dialect(const kin_db *db);

/** The URL with any password replaced by "***". Borrowed from the db. */
KIN_API const char *kin_db_url(const kin_db *db);

KIN_END_DECLS

#endif
