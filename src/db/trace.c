/* trace.c - tells a log or a test which statements were sent.
 *
 * The listener is called with the mutex held, so that kin_db_trace() can promise that the old one is not
 * called any more when it returns. A listener may use the database itself, so the mutex is recursive. */
#include "db/trace.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "db/bound.h"
#include "db/db.h"

static void switch_on(kin_trace *trace)
{
	bool printed = trace->echo || trace->slow > 0;

	__atomic_store_n(&trace->on, trace->fn || printed, __ATOMIC_RELAXED);
	__atomic_store_n(&trace->values, !trace->hide && (printed || (trace->fn && trace->told)), __ATOMIC_RELAXED);
}

void kin_trace_init(kin_trace *trace)
{
	pthread_mutexattr_t recursive;

	pthread_mutexattr_init(&recursive);
	pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&trace->mutex, &recursive);
	pthread_mutexattr_destroy(&recursive);
}

void kin_trace_settle(kin_trace *trace, const kin_db_options *options)
{
	trace->fn = options->trace;
	trace->context = options->trace_context;
	trace->echo = options->echo;
	trace->slow = INT64_C(1000) * options->slow;
	trace->told = options->trace_values;
	trace->hide = options->hide_parameters;
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

bool kin_trace_wants_values(const kin_connection *connection)
{
	return __atomic_load_n(&connection->db->trace.values, __ATOMIC_RELAXED);
}

int64_t kin_trace_start(kin_connection *connection)
{
	connection->runs++;
	return __atomic_load_n(&connection->db->trace.on, __ATOMIC_RELAXED) ? kin_clock_steady() : -1;
}

/* One call, so that lines of threads do not mix. The only thing that the library prints, because it was asked to. */
static void print(const kin_trace_event *event)
{
	size_t length = strlen(event->sql);
	bool ended = length > 0 && event->sql[length - 1] == ';', placed = event->file != NULL;
	char line[16] = "";

	if (placed)
		snprintf(line, sizeof(line), ":%d", event->line);
	fprintf(stderr, "%s%s -- %.3f ms%s%s%s%s%s%s%s%s\n", event->sql, ended ? "" : ";", (double)event->microseconds / 1000,
	        placed ? ", " : "", placed ? event->file : "", line, event->values ? ", [" : "", event->values ? event->values : "",
	        event->values ? "]" : "", event->rc < 0 ? " " : "", event->rc < 0 ? kin_errname(event->rc) : "");
}

/* Whoever asked for it is told; `show` writes what was bound. */
typedef void show_fn(kin_text *out, const void *what);

static void report(const kin_connection *connection, int64_t start, kin_trace_event event, show_fn *show, const void *what)
{
	kin_trace *trace = &connection->db->trace;
	kin_text values;

	if (start < 0)
		return;
	event.microseconds = kin_clock_steady() - start;
	event.file = connection->at.file;
	event.line = connection->at.line;
	kin_text_init(&values);
	pthread_mutex_lock(&trace->mutex);
	bool printed = trace->echo || (trace->slow > 0 && event.microseconds >= trace->slow);
	if (show && !trace->hide && (printed || (trace->fn && trace->told)))
		show(&values, what);
	if (values.length > 0 && kin_text_ok(&values))
		event.values = values.data;
	if (printed)
		print(&event);
	if (!trace->told)
		event.values = NULL;
	if (trace->fn)
		trace->fn(trace->context, &event);
	pthread_mutex_unlock(&trace->mutex);
	kin_text_done(&values);
}

void kin_trace_end(const kin_connection *connection, int64_t start, const char *sql, int rc)
{
	report(connection, start, (kin_trace_event){ .sql = sql, .rc = rc }, NULL, NULL);
}

static void show_statement(kin_text *out, const void *statement)
{
	kin_bound_show(out, statement);
}

void kin_trace_end_statement(const kin_statement *statement, int64_t start, int rc)
{
	report(statement->connection, start, (kin_trace_event){ .sql = statement->text, .rc = rc },
	       statement->noted ? show_statement : NULL, statement);
}

static void show_repeat(kin_text *out, const void *repeat)
{
	kin_bound_show_repeat(out, repeat);
}

void kin_trace_end_repeat(const kin_connection *connection, int64_t start, const kin_repeat *repeat, int rc)
{
	report(connection, start, (kin_trace_event){ .sql = repeat->sql.text, .rc = rc }, show_repeat, repeat);
}
