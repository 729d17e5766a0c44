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
} kin_trace_event;

typedef void kin_trace_fn(void *context, const kin_trace_event *event);

typedef struct kin_db_options {
	const char   *url;          /* "sqlite:///app.db", "sqlite:///:memory:" … required. Options of sqlite: ?mode=ro, rw (the
	                             * file must exist) or rwc; ?timeout=N, which goes before busy_timeout; 0 does not wait. Or a server:
	                             * "postgresql://user:password@host/database", with several hosts, h1:5432,h2; a socket,
	                             * ?host=/run/postgresql; ?timeout=N as above; and libpq's options, sslmode=require … */
	const char   *directory;    /* what a relative sqlite path is relative to; NULL: the working directory */
	int           pool_size;    /* connections kept; 0: 5 */
	int           busy_timeout; /* milliseconds to wait for a lock; 0: 5000 */
	bool          echo;         /* every statement goes to stderr */
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

/** Close every connection. All sessions must have been closed; one that still has a connection keeps the memory until it gives that
 * back. NULL is accepted. */
KIN_API void kin_db_close(kin_db *db);

/** Call `trace` with every statement from now on; NULL: no more. */
KIN_API void kin_db_trace(kin_db *db, kin_trace_fn *trace, void *context);

/** "sqlite", "postgresql" … */
KIN_API const char *kin_db_dialect(const kin_db *db);

/** The URL with any password replaced by "***". Borrowed from the db. */
KIN_API const char *kin_db_url(const kin_db *db);

KIN_END_DECLS

#endif
