/* pool.c - a database's connections: those in use, and those that wait to be used again.
 *
 * Connections are made and closed outside the lock: a slow server holds up only who waits for it.
 *
 * After a fork the child has the parent's connections in its memory and must not touch them, not even to
 * close them: the files' locks and the servers' sockets are the parent's. So it forgets them. */
#include "db/pool.h"

#include <errno.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "db/db.h"

static void init_locks(kin_pool *pool)
{
	pthread_condattr_t steady;

	pthread_mutex_init(&pool->mutex, NULL);
	pthread_condattr_init(&steady);
#ifndef __APPLE__
	pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
#endif
	pthread_cond_init(&pool->free, &steady);
	pthread_condattr_destroy(&steady);
}

int kin_pool_init(kin_pool *pool, int keep, kin_error *error)
{
	size_t size = keep > 0 ? (size_t)keep : KIN_POOL_SIZE;
	kin_connection **idle = kin_mem_alloc(size * sizeof(*idle));

	if (!idle)
		return kin_error_nomem(error);
	*pool = (kin_pool){
		.idle = idle, .keep = size, .limit = size + KIN_POOL_OVERFLOW, .wait = KIN_POOL_WAIT, .pid = getpid(),
	};
	init_locks(pool);
	return KIN_OK;
}

/* In a child, its first call makes the pool empty. Other threads that it may have by then wait for that. */
static void adopt(kin_pool *pool)
{
	enum { BUSY = -1 };
	pid_t self = getpid(), owner = __atomic_load_n(&pool->pid, __ATOMIC_ACQUIRE);

	while (owner != self) {
		if (owner == BUSY || !__atomic_compare_exchange_n(&pool->pid, &owner, BUSY, false, __ATOMIC_ACQUIRE,
		                                                  __ATOMIC_ACQUIRE)) {
			sched_yield();
			owner = __atomic_load_n(&pool->pid, __ATOMIC_ACQUIRE);
			continue;
		}
		init_locks(pool);
		pool->idle_count = pool->out = 0;
		__atomic_store_n(&pool->pid, self, __ATOMIC_RELEASE);
		return;
	}
}

void kin_pool_done(kin_pool *pool)
{
	if (!pool->idle)
		return;
	adopt(pool);
	while (pool->idle_count > 0)
		kin_db_disconnect(pool->idle[--pool->idle_count]);
	kin_mem_free(pool->idle);
	pthread_cond_destroy(&pool->free);
	pthread_mutex_destroy(&pool->mutex);
	pool->idle = NULL;
}

static struct timespec after(int milliseconds)
{
	struct timespec moment;

#ifdef __APPLE__
	clock_gettime(CLOCK_REALTIME, &moment);
#else
	clock_gettime(CLOCK_MONOTONIC, &moment);
#endif
	moment.tv_sec += milliseconds / 1000;
	moment.tv_nsec += milliseconds % 1000 * 1000000L;
	if (moment.tv_nsec >= 1000000000) {
		moment.tv_sec++;
		moment.tv_nsec -= 1000000000;
	}
	return moment;
}

/* Count one more as out, and take an idle one if there is one. False: all are out, and none came back in time. */
static bool reserve(kin_pool *pool, kin_connection **ret_idle)
{
	struct timespec deadline = { 0 };
	bool ok = true;

	pthread_mutex_lock(&pool->mutex);
	while (ok && pool->idle_count == 0 && pool->out >= pool->limit) {
		if (deadline.tv_sec == 0)
			deadline = after(pool->wait);
		ok = pthread_cond_timedwait(&pool->free, &pool->mutex, &deadline) != ETIMEDOUT;
	}
	ok = pool->idle_count > 0 || pool->out < pool->limit;
	if (ok) {
		*ret_idle = pool->idle_count > 0 ? pool->idle[--pool->idle_count] : NULL;
		pool->out++;
	}
	pthread_mutex_unlock(&pool->mutex);
	return ok;
}

/* With the mutex held: one less is out. Whether the pool is closed and it was the last. */
static bool leave(kin_pool *pool)
{
	pool->out--;
	pthread_cond_signal(&pool->free);
	return pool->closed && pool->out == 0;
}

static int all_in_use(const kin_pool *pool, const kin_db *db, kin_error *error)
{
	return kin_error_set(error, KIN_EBUSY,
	                     "all %zu connections to %s are in use (%zu kept and %d more), and none came back in %d ms; "
	                     "close sessions that are done, or raise pool_size",
	                     pool->limit, kin_db_url(db), pool->keep, KIN_POOL_OVERFLOW, pool->wait);
}

/* The server may have gone since a connection was given back. */
int kin_pool_take(kin_pool *pool, kin_db *db, kin_connection **ret_connection, kin_error *error)
{
	kin_connection *idle;

	adopt(pool);
	for (;;) {
		idle = NULL;
		if (!reserve(pool, &idle))
			return all_in_use(pool, db, error);
		if (!idle || idle->driver->alive(idle))
			break;
		kin_db_disconnect(idle);
		pthread_mutex_lock(&pool->mutex);
		leave(pool);
		pthread_mutex_unlock(&pool->mutex);
	}
	if (idle) {
		*ret_connection = idle;
		return KIN_OK;
	}
	int rc = kin_db_connect(db, ret_connection, error);
	if (rc < 0) {
		pthread_mutex_lock(&pool->mutex);
		leave(pool);
		pthread_mutex_unlock(&pool->mutex);
	}
	return rc;
}

/* It counts as out until it is closed, so that nobody takes the pool away meanwhile. */
bool kin_pool_give(kin_pool *pool, kin_connection *connection, bool usable)
{
	adopt(pool);
	if (connection->pid != pool->pid)
		return false;
	pthread_mutex_lock(&pool->mutex);
	if (usable && !pool->closed && pool->idle_count < pool->keep) {
		pool->idle[pool->idle_count++] = connection;
	} else {
		pthread_mutex_unlock(&pool->mutex);
		kin_db_disconnect(connection);
		pthread_mutex_lock(&pool->mutex);
	}
	bool last = leave(pool);
	pthread_mutex_unlock(&pool->mutex);
	return last;
}

bool kin_pool_close(kin_pool *pool)
{
	adopt(pool);
	pthread_mutex_lock(&pool->mutex);
	pool->closed = true;
	bool none = pool->out == 0;
	pthread_mutex_unlock(&pool->mutex);
	return none;
}

size_t kin_pool_out(kin_pool *pool)
{
	adopt(pool);
	pthread_mutex_lock(&pool->mutex);
	size_t out = pool->out;
	pthread_mutex_unlock(&pool->mutex);
	return out;
}
