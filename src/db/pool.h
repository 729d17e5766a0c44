/* pool.h - a database's connections: those in use, and those that wait to be used again.
 *
 * Thread-safe. Up to .keep connections stay open when nobody uses them, up to .limit exist at once; who comes then waits in
 * line. The last one given back is the first one taken, since its caches are warm; so the others grow old, and are closed. */
#ifndef KIN_DB_POOL_H
#define KIN_DB_POOL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"
#include "db/connection.h"

enum { KIN_POOL_SIZE = 5, KIN_POOL_OVERFLOW = 10, KIN_POOL_WAIT = 30000 /* ms */ };

/* A thread that waits for a connection; on its stack. */
typedef struct kin_waiter {
	struct kin_waiter *next;
	pthread_cond_t     ready;
	kin_connection    *connection; /* what it was given. NULL: the right to make one */
	bool               served;
} kin_waiter;

typedef struct kin_pool {
	pthread_mutex_t  mutex;
	kin_connection **idle;   /* room for .keep; the one that was used last is at the end */
	size_t           idle_count;
	kin_connection  *held;   /* those in use, the one held the longest first */
	kin_connection  *held_last;
	size_t           out;    /* in use, or being made */
	kin_waiter      *waiting; /* who came first is served first */
	kin_waiter      *waiting_last;
	size_t           keep;
	size_t           limit;
	int              wait;     /* milliseconds that kin_pool_take() waits */
	int64_t          recycle;  /* microseconds that a connection lives; 0: as long as it works */
	int64_t          idle_for; /* microseconds that one is kept unused; 0: as long as there is room */
	bool             ping;     /* ask the server whether it is still there before one is used again */
	pid_t            pid;      /* the process that it works for */
	bool             closed;
} kin_pool;

/* What the options do not say is as usual. */
int  kin_pool_init(kin_pool *pool, const kin_db_options *options, kin_error *error);
void kin_pool_done(kin_pool *pool);

/* A connection: an idle one, or a new one, or one that is waited for. `place` may be NULL. KIN_ETOOMANY, naming who has them; what
 * kin_db_connect() says. */
int  kin_pool_take(kin_pool *pool, kin_db *db, const kin_place *place, kin_connection **ret_connection, kin_error *error);
/* Give it back; `usable` false: it is closed. True when the pool has been closed and this was the last one. */
bool kin_pool_give(kin_pool *pool, kin_connection *connection, bool usable);
/* No more connections are taken. True when none is out. */
bool kin_pool_close(kin_pool *pool);
/* How many are in use. */
size_t kin_pool_out(kin_pool *pool);
/* "2 by sessions made at app.c:41 for up to 3.2 s, last SQL: …": who has them, the longest first. Returns how many are in use. */
size_t kin_pool_describe(kin_pool *pool, kin_text *out);

#endif
