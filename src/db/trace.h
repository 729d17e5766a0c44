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
	bool            echo;
	bool            on; /* atomic: somebody listens */
} kin_trace;

void kin_trace_init(kin_trace *trace, const kin_db_options *options);
void kin_trace_done(kin_trace *trace);
void kin_trace_set(kin_trace *trace, kin_trace_fn *fn, void *context);

/* Around a statement: the time it starts at (-1: nobody listens), and what came of it. */
int64_t kin_trace_start(const kin_connection *connection);
void    kin_trace_end(const kin_connection *connection, int64_t start, const char *sql, int rc);

#endif
