/* trace.c - tells a log or a test which statements were sent.
 *
 * The listener is called with the mutex held, so that kin_db_trace() can promise that the old one is not
 * called any more when it returns. A listener may use the database itself, so the mutex is recursive. */
#include "db/trace.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "db/db.h"

static void switch_on(kin_trace *trace)
{
	__atomic_store_n(&trace->on, trace->fn || trace->echo, __ATOMIC_RELAXED);
}

void kin_trace_init(kin_trace *trace, const kin_db_options *options)
{
	pthread_mutexattr_t recursive;

	pthread_mutexattr_init(&recursive);
	pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&trace->mutex, &recursive);
	pthread_mutexattr_destroy(&recursive);
	trace->fn = options->trace;
	trace->context = options->trace_context;
	trace->echo = options->echo;
	switch_on(trace);
}

void kin_trace_done(kin_trace *trace)
{
	pthread_mutex_destroy(&trace->mutex);
}

void kin_trace_set(kin_trace *trace, kin_trace_fn *fn, void *context)
{
	pthread_mutex_lock(&trace->mutex);
	trace->fn = fn;
	trace->context = context;
	switch_on(trace);
	pthread_mutex_unlock(&trace->mutex);
}

int64_t kin_trace_start(const kin_connection *connection)
{
	return __atomic_load_n(&connection->db->trace.on, __ATOMIC_RELAXED) ? kin_clock_steady() : -1;
}

/* One call, so that lines of threads do not mix. The only thing that the library prints, because it was asked to. */
static void echo(const kin_trace_event *event)
{
	size_t length = strlen(event->sql);
	bool ended = length > 0 && event->sql[length - 1] == ';';

	fprintf(stderr, "%s%s -- %.3f ms%s%s\n", event->sql, ended ? "" : ";", (double)event->microseconds / 1000,
	        event->rc < 0 ? " " : "", event->rc < 0 ? kin_errname(event->rc) : "");
}

void kin_trace_end(const kin_connection *connection, int64_t start, const char *sql, int rc)
{
	kin_trace *trace = &connection->db->trace;

	if (start < 0)
		return;
	kin_trace_event event = { .sql = sql, .microseconds = kin_clock_steady() - start, .rc = rc };
	pthread_mutex_lock(&trace->mutex);
	if (trace->echo)
		echo(&event);
	if (trace->fn)
		trace->fn(trace->context, &event);
	pthread_mutex_unlock(&trace->mutex);
}
