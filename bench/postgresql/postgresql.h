/* postgresql.h - what the contenders on libpq share: a connection, statements, and the two tables. */
#ifndef BENCH_POSTGRESQL_H
#define BENCH_POSTGRESQL_H

#include <libpq-fe.h>

#include "contender.h"
#include "data.h"

enum { SESSION = 1000 }; /* gets in a transaction */

PGconn *connect_to(const bench_run *run);
/* Run SQL that gives no rows; or exit. */
void execute(PGconn *c, const char *sql);
void prepare(PGconn *c, const char *name, const char *sql);
/* The result, if it is what it should be; or exit. */
PGresult *checked(PGconn *c, PGresult *result);

/* Empty tables; what the server should know of full ones. Not timed. */
void make_tables(bench_run *run);
void analyse(bench_run *run);

#endif
