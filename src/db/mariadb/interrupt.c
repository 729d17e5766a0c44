/* interrupt.c - statements that are told to stop.
 *
 * A MariaDB server stops a statement when another connection says KILL QUERY. Making one takes memory and time, which a signal
 * handler must not; so it posts a semaphore, and a thread that all connections of a kin_db share does the rest.
 *
 * A KILL that comes late would stop the next statement instead. So the work of a connection has a number, and what is asked for
 * is the end of that work; and who ends a work waits while the thread is at it, then takes a late KILL out of the way. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "db/db.h"
#include "db/mariadb/driver.h"

static void kill_query(kin_maria_connection *c)
{
	MYSQL *handle = kin_maria_dial(c->config, c->host, NULL, NULL);
	char text[48];

	if (!handle)
		return;
	snprintf(text, sizeof(text), "KILL QUERY %lu", mysql_thread_id(c->handle));
	mysql_query(handle, text);
	mysql_close(handle);
	c->killed = true;
}

static void stop_unwanted(kin_maria_watch *watch)
{
	for (kin_maria_connection *c = watch->connections; c; c = c->next) {
		uint64_t unwanted = __atomic_exchange_n(&c->unwanted, 0, __ATOMIC_ACQ_REL);
		if (unwanted > 0 && unwanted == __atomic_load_n(&c->work, __ATOMIC_ACQUIRE))
			kill_query(c);
	}
}

static void *run(void *context)
{
	kin_maria_watch *watch = context;
	bool ending = false;

	mysql_thread_init();
	while (!ending) {
		while (sem_wait(&watch->wanted) < 0 && errno == EINTR)
			continue;
		pthread_mutex_lock(&watch->mutex);
		ending = watch->ending;
		if (!ending)
			stop_unwanted(watch);
		pthread_mutex_unlock(&watch->mutex);
	}
	mysql_thread_end();
	return NULL;
}

/* Signals are for the program's threads. */
static int start(kin_maria_watch *watch)
{
	sigset_t all, before;

	*watch = (kin_maria_watch){ .pid = getpid() };
	sem_init(&watch->wanted, 0, 0);
	pthread_mutex_init(&watch->mutex, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int failed = pthread_create(&watch->thread, NULL, run, watch);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed)
		watch->pid = 0;
	return failed;
}

/* Connections are made by one thread at a time only where there is none yet. A child has none of its parent's threads. */
static int ensure_started(kin_maria_watch *watch, kin_error *error)
{
	static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;
	int failed = 0;

	pthread_mutex_lock(&starting);
	if (watch->pid != getpid())
		failed = start(watch);
	pthread_mutex_unlock(&starting);
	return failed ? kin_error_set(error, KIN_ENOMEM, "no thread can be started to stop statements: %s", strerror(failed))
	              : KIN_OK;
}

int kin_maria_watch_add(kin_maria_connection *connection, kin_error *error)
{
	kin_maria_watch *watch = &connection->config->watch;
	int rc = ensure_started(watch, error);

	if (rc < 0)
		return rc;
	pthread_mutex_lock(&watch->mutex);
	connection->next = watch->connections;
	watch->connections = connection;
	pthread_mutex_unlock(&watch->mutex);
	return KIN_OK;
}

void kin_maria_watch_remove(kin_maria_connection *connection)
{
	kin_maria_watch *watch = &connection->config->watch;
	kin_maria_connection **at = &watch->connections;

	pthread_mutex_lock(&watch->mutex);
	while (*at && *at != connection)
		at = &(*at)->next;
	if (*at)
		*at = connection->next;
	pthread_mutex_unlock(&watch->mutex);
}

void kin_maria_watch_done(kin_maria_watch *watch)
{
	if (watch->pid != getpid())
		return;
	pthread_mutex_lock(&watch->mutex);
	watch->ending = true;
	pthread_mutex_unlock(&watch->mutex);
	sem_post(&watch->wanted);
	pthread_join(watch->thread, NULL);
	pthread_mutex_destroy(&watch->mutex);
	sem_destroy(&watch->wanted);
}

/* From a signal handler too: nothing but atomics and a semaphore. */
void kin_maria_interrupt(kin_connection *connection)
{
	kin_maria_connection *c = kin_maria_of(connection);
	uint64_t work = __atomic_load_n(&c->work, __ATOMIC_ACQUIRE);

	if (work % 2 == 0)
		return;
	__atomic_store_n(&c->interrupted, true, __ATOMIC_RELEASE);
	__atomic_store_n(&c->unwanted, work, __ATOMIC_RELEASE);
	sem_post(&c->config->watch.wanted);
}

void kin_maria_begin_work(kin_maria_connection *connection)
{
	if (connection->work % 2 == 0)
		__atomic_fetch_add(&connection->work, 1, __ATOMIC_ACQ_REL);
}

/* Whether the server was told to stop a work that may have ended by itself. */
static bool was_killed(kin_maria_connection *c)
{
	kin_maria_watch *watch = &c->config->watch;

	pthread_mutex_lock(&watch->mutex);
	bool killed = c->killed;
	c->killed = false;
	pthread_mutex_unlock(&watch->mutex);
	return killed;
}

void kin_maria_end_work(kin_maria_connection *connection)
{
	if (connection->work % 2 == 0)
		return;
	__atomic_fetch_add(&connection->work, 1, __ATOMIC_ACQ_REL);
	if (!__atomic_exchange_n(&connection->interrupted, false, __ATOMIC_ACQ_REL))
		return;
	if (was_killed(connection) && !connection->lost)
		mysql_query(connection->handle, "DO 0");
}
