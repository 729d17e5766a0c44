/* pool.h - a database's connections: those in use, and those that wait to be used again.
 *
 * Thread-safe. Up to .keep connections stay open when nobody uses them, up to .limit exist at once; who comes then waits.
 * The last one given back is the first one taken, since its caches are warm. */
#ifndef KIN_DB_POOL_H
#define KIN_DB_POOL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "db/connection.h"

enum { KIN_POOL_SIZE = 5, KIN_POOL_OVERFLOW = 10, KIN_POOL_WAIT = 30000 /* ms */ };

typedef struct kin_pool {
	pthread_mutex_t  mutex;
	pthread_cond_t   free;  /* a connection was given back, or may be made */
	kin_connection **idle;  /* room for .keep */
	size_t           idle_count;
	size_t           out;   /* in use, or being made */
	size_t           keep;
	size_t           limit;
	int              wait;  /* milliseconds that kin_pool_take() waits */
	pid_t            pid;   /* the process that it works for */
	bool             closed;
} kin_pool;

int  kin_pool_init(kin_pool *pool, int keep, kin_error *error);
void kin_pool_done(kin_pool *pool);

/* A connection: an idle one, or a new one, or one that is waited for. KIN_EBUSY; what kin_db_connect() says. */
int  kin_pool_take(kin_pool *pool, kin_db *db, kin_connection **ret_connection, kin_error *error);
/* Give it back; `usable` false: it is closed. True when the pool has been closed and this was the last one. */
bool kin_pool_give(kin_pool *pool, kin_connection *connection, bool usable);
/* No more connections are taken. True when none is out. */
bool kin_pool_close(kin_pool *pool);
/* How many are in use. */
size_t kin_pool_out(kin_pool *pool);

#endif
