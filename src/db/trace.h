/* trace.h - tells a log or a test which statements were sent. Nobody listening costs one load and a branch per run. */
#ifndef KIN_DB_TRACE_H
#define KIN_DB_TRACE_H

#include <pthread.h>

#include <kin/db.h>

#include "db/connection.h"

typedef struct kin_trace {
	pthread_mutex_t mutex;
	kin_trace_fn   *fn;
	void           *context;
	int64_t         slow;   /* microseconds from which on it is printed; 0: never for that */
	bool            echo;
	bool            told;   /* fn wants values */
	bool            hide;
	bool            on;     /* atomic: somebody listens */
	bool            values; /* atomic: and wants to see what was bound */
} kin_trace;

void kin_trace_init(kin_trace *trace);
void kin_trace_settle(kin_trace *trace, const kin_db_options *options);
void kin_trace_done(kin_trace *trace);
void kin_trace_set(kin_trace *trace, kin_trace_fn *fn, void *context);
bool kin_trace_wants_values(const kin_connection *connection);

/* Around a statement: the time it starts at (-1: nobody listens), and what came of it. It is counted. */
int64_t kin_trace_start(kin_connection *connection);
void    kin_trace_end(const kin_connection *connection, int64_t start, const char *sql, int rc);
/* The same with what was bound to it, and of a statement for many objects. */
void    kin_trace_end_statement(const kin_statement *statement, int64_t start, int rc);
void    kin_trace_end_repeat(const kin_connection *connection, int64_t start, const kin_repeat *repeat, int rc);

#endif
