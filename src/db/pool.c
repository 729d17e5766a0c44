/* pool.c - a database's connections: those in use, and those that wait to be used again.
 *
 * Connections are made, tried and closed outside the lock: a slow server holds up only who waits for it.
 *
 * Who waits stands in line, and what is given back is put into the hands of the first: a thread that comes by later cannot
 * snatch it, so nobody waits longer than those who came after.
 *
 * After a fork the child has the parent's connections in its memory and must not touch them, not even to
 * close them: the files' locks and the servers' sockets are the parent's. So it forgets them. */
#include "db/pool.h"

#include <errno.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "db/db.h"

static void init_clocked(pthread_cond_t *condition)
{
	pthread_condattr_t steady;

	pthread_condattr_init(&steady);
#ifndef __APPLE__
	pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
#endif
	pthread_cond_init(condition, &steady);
	pthread_condattr_destroy(&steady);
}

/* An option of which 0 is the usual and less than that none. */
static int usual(int given, int by_default)
{
	return given == 0 ? by_default : given < 0 ? 0 : given;
}

int kin_pool_init(kin_pool *pool, const kin_db_options *options, kin_error *error)
{
	size_t size = (size_t)usual(options->pool_size, KIN_POOL_SIZE);
	int wait = usual(options->pool_timeout, KIN_POOL_WAIT / 1000);
	kin_connection **idle = kin_mem_alloc(size * sizeof(*idle));

	if (!idle)
		return kin_error_nomem(error);
	*pool = (kin_pool){
		.idle     = idle,
		.keep     = size,
		.limit    = size + (size_t)usual(options->max_overflow, KIN_POOL_OVERFLOW),
		.wait     = wait < INT32_MAX / 1000 ? 1000 * wait : INT32_MAX,
		.recycle  = INT64_C(1000000) * options->pool_recycle,
		.idle_for = INT64_C(1000000) * options->pool_idle,
		.ping     = options->pool_pre_ping,
		.pid      = getpid(),
	};
	pthread_mutex_init(&pool->mutex, NULL);
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
		pthread_mutex_init(&pool->mutex, NULL);
		pool->idle_count = pool->out = 0;
		pool->held = pool->held_last = NULL;
		pool->waiting = pool->waiting_last = NULL;
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
	pthread_mutex_destroy(&pool->mutex);
	pool->idle = NULL;
}

/* ---- who has which; all of these with the mutex held ---- */

static void note_holder(kin_pool *pool, kin_connection *connection, const kin_place *place)
{
	kin_lease *lease = &connection->lease;

	lease->place = place ? *place : (kin_place){ 0 };
	lease->thread = pthread_self();
	lease->since = kin_clock_steady();
	lease->next = NULL;
	lease->previous = pool->held_last;
	*(pool->held_last ? &pool->held_last->lease.next : &pool->held) = connection;
	pool->held_last = connection;
}

static void forget_holder(kin_pool *pool, kin_connection *connection)
{
	kin_lease *lease = &connection->lease;

	*(lease->previous ? &lease->previous->lease.next : &pool->held) = lease->next;
	*(lease->next ? &lease->next->lease.previous : &pool->held_last) = lease->previous;
	lease->since = kin_clock_steady();
}

static bool same_place(const kin_connection *a, const kin_connection *b)
{
	const kin_place *p = &a->lease.place, *q = &b->lease.place;

	return p->line == q->line && (p->file == q->file || (p->file && q->file && strcmp(p->file, q->file) == 0));
}

/* "2 by sessions made at app.c:41 for up to 3.2 s, last SQL: …"; `first` is the one that is held the longest. A statement that
 * is kept lives as long as its connection, and so does its text. */
static void describe_place(kin_text *out, const kin_connection *first)
{
	enum { SHOWN = 120 };
	const char *sql = __atomic_load_n(&first->last, __ATOMIC_ACQUIRE);
	const kin_lease *lease = &first->lease;
	size_t count = 0;

	for (const kin_connection *c = first; c; c = c->lease.next)
		count += same_place(c, first);
	kin_text_addf(out, "%zu by ", count);
	if (lease->place.file)
		kin_text_addf(out, "%s made at %s:%d", count == 1 ? "a session" : "sessions", lease->place.file, lease->place.line);
	else
		kin_text_add(out, count == 1 ? "what is no session" : "what are no sessions");
	kin_text_addf(out, " for %s%.1f s", count == 1 ? "" : "up to ", (double)(kin_clock_steady() - lease->since) / 1e6);
	if (sql)
		kin_text_addf(out, ", last SQL: %.*s%s", SHOWN, sql, strlen(sql) > SHOWN ? " …" : "");
}

static void describe(const kin_pool *pool, kin_text *out)
{
	enum { PLACES = 4 };
	const kin_connection *places[PLACES];
	size_t count = 0, own = 0, made = 0;

	for (const kin_connection *c = pool->held; c; c = c->lease.next) {
		bool known = false;
		for (size_t i = 0; i < count && !known; i++)
			known = same_place(c, places[i]);
		own += pthread_equal(c->lease.thread, pthread_self()) != 0;
		made++;
		if (known || count == PLACES)
			continue;
		kin_text_add(out, count > 0 ? "; " : "");
		describe_place(out, c);
		places[count++] = c;
	}
	if (made < pool->out)
		kin_text_addf(out, "%s%zu being made", count > 0 ? "; " : "", pool->out - made);
	if (own > 0)
		kin_text_addf(out, "; this thread itself has %zu of them", own);
}

size_t kin_pool_describe(kin_pool *pool, kin_text *out)
{
	adopt(pool);
	pthread_mutex_lock(&pool->mutex);
	size_t count = pool->out;
	if (count > 0)
		describe(pool, out);
	pthread_mutex_unlock(&pool->mutex);
	return count;
}

/* ---- taking one ---- */

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

static kin_connection *pop_idle(kin_pool *pool)
{
	return pool->idle_count > 0 ? pool->idle[--pool->idle_count] : NULL;
}

static void join_line(kin_pool *pool, kin_waiter *waiter)
{
	*(pool->waiting_last ? &pool->waiting_last->next : &pool->waiting) = waiter;
	pool->waiting_last = waiter;
}

static void leave_line(kin_pool *pool, const kin_waiter *waiter)
{
	kin_waiter *before = NULL;

	for (kin_waiter *w = pool->waiting; w != waiter; w = w->next)
		before = w;
	*(before ? &before->next : &pool->waiting) = waiter->next;
	if (pool->waiting_last == waiter)
		pool->waiting_last = before;
}

/* With the mutex held: stand in line. False: none came in time. */
static bool stand_in_line(kin_pool *pool, kin_connection **ret_idle)
{
	struct timespec deadline = after(pool->wait);
	kin_waiter self = { 0 };
	bool in_time = pool->wait > 0;

	init_clocked(&self.ready);
	join_line(pool, &self);
	while (!self.served && in_time)
		in_time = pthread_cond_timedwait(&self.ready, &pool->mutex, &deadline) != ETIMEDOUT;
	if (!self.served)
		leave_line(pool, &self);
	pthread_cond_destroy(&self.ready);
	*ret_idle = self.connection;
	return self.served;
}

/* Count one more as out, and take an idle one if there is one. */
static bool reserve(kin_pool *pool, kin_connection **ret_idle)
{
	bool ok = !pool->waiting && (pool->idle_count > 0 || pool->out < pool->limit);

	if (!ok)
		return stand_in_line(pool, ret_idle);
	*ret_idle = pop_idle(pool);
	pool->out++;
	return true;
}

static int all_in_use(kin_pool *pool, const kin_db *db, kin_error *error)
{
	kin_text who;

	kin_text_init(&who);
	describe(pool, &who);
	int rc = kin_text_ok(&who)
		? kin_error_set(error, KIN_ETOOMANY,
		                "all %zu connections to %s are in use (%zu kept and %zu more), and none came back in %d ms: %s. Close "
		                "sessions that are done, commit sooner, or raise pool_size", pool->limit, kin_db_url(db), pool->keep,
		                pool->limit - pool->keep, pool->wait, who.data)
		: kin_error_nomem(error);
	kin_text_done(&who);
	return rc;
}

/* Whether one that was idle can be used. The server may have gone since it was given back. */
static bool is_fit(const kin_pool *pool, kin_connection *connection)
{
	const kin_driver *driver = connection->driver;

	if (pool->recycle > 0 && kin_clock_steady() - connection->lease.made >= pool->recycle)
		return false;
	if (!driver->alive(connection))
		return false;
	return !pool->ping || !driver->ping || driver->ping(connection);
}

/* With the mutex held: the one that has been idle for too long. NULL: none has. */
static kin_connection *pop_expired(kin_pool *pool)
{
	kin_connection *oldest = pool->idle_count > 0 ? pool->idle[0] : NULL;

	if (!oldest || pool->idle_for == 0 || kin_clock_steady() - oldest->lease.since < pool->idle_for)
		return NULL;
	memmove(pool->idle, pool->idle + 1, --pool->idle_count * sizeof(*pool->idle));
	return oldest;
}

/* With the mutex held, which is let go meanwhile. */
static void reap(kin_pool *pool)
{
	kin_connection *expired;

	while ((expired = pop_expired(pool))) {
		pthread_mutex_unlock(&pool->mutex);
		kin_db_disconnect(expired);
		pthread_mutex_lock(&pool->mutex);
	}
}

/* With the mutex held: one less is out, or the first in line has it, with the connection if there is one. */
static void pass_on(kin_pool *pool, kin_connection *connection)
{
	kin_waiter *first = pool->waiting;

	if (first) {
		if (!(pool->waiting = first->next))
			pool->waiting_last = NULL;
		first->connection = connection;
		first->served = true;
		pthread_cond_signal(&first->ready);
		return;
	}
	if (connection)
		pool->idle[pool->idle_count++] = connection;
	pool->out--;
}

/* A fit one from those that are idle, beginning with `idle`; the others are closed. Else a new one. */
static int choose(kin_pool *pool, kin_db *db, kin_connection *idle, kin_connection **ret_connection, kin_error *error)
{
	while (idle && !is_fit(pool, idle)) {
		kin_db_disconnect(idle);
		pthread_mutex_lock(&pool->mutex);
		idle = pop_idle(pool);
		pthread_mutex_unlock(&pool->mutex);
	}
	if (!idle)
		return kin_db_connect(db, ret_connection, error);
	*ret_connection = idle;
	return KIN_OK;
}

int kin_pool_take(kin_pool *pool, kin_db *db, const kin_place *place, kin_connection **ret_connection, kin_error *error)
{
	kin_connection *idle = NULL;
	int rc = KIN_OK;

	adopt(pool);
	pthread_mutex_lock(&pool->mutex);
	if (!reserve(pool, &idle))
		rc = all_in_use(pool, db, error);
	reap(pool);
	pthread_mutex_unlock(&pool->mutex);
	if (rc < 0)
		return rc;
	rc = choose(pool, db, idle, ret_connection, error);
	pthread_mutex_lock(&pool->mutex);
	if (rc == KIN_OK)
		note_holder(pool, *ret_connection, place);
	else
		pass_on(pool, NULL);
	pthread_mutex_unlock(&pool->mutex);
	return rc;
}

/* ---- giving it back ---- */

/* It counts as out until it is closed, so that nobody takes the pool away meanwhile. */
bool kin_pool_give(kin_pool *pool, kin_connection *connection, bool usable)
{
	adopt(pool);
	if (connection->pid != pool->pid)
		return false;
	pthread_mutex_lock(&pool->mutex);
	forget_holder(pool, connection);
	reap(pool);
	if (!usable || pool->closed || (!pool->waiting && pool->idle_count == pool->keep)) {
		pthread_mutex_unlock(&pool->mutex);
		kin_db_disconnect(connection);
		connection = NULL;
		pthread_mutex_lock(&pool->mutex);
	}
	pass_on(pool, connection);
	bool last = pool->closed && pool->out == 0;
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
