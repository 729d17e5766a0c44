/* mariadb.h - what the contenders on libmariadb share: a connection, statements, and the two tables. */
#ifndef BENCH_MARIADB_H
#define BENCH_MARIADB_H

#include <mysql.h>

#include "contender.h"
#include "data.h"

enum { SESSION = 1000, TEXT_SIZE = 64 }; /* gets in a transaction; bytes that the longest text has room in */

MYSQL *connect_to(const bench_run *run);
/* Run SQL that gives no rows; or exit. */
void execute(MYSQL *c, const char *sql);
MYSQL_STMT *prepare(MYSQL *c, const char *sql);
/* Run it with what is bound; or exit. */
void run_statement(MYSQL_STMT *statement);
/* Read the next row into what is bound; false behind the last. */
bool fetch(MYSQL_STMT *statement);

/* A column or a placeholder. `null` may be NULL: it never is. */
MYSQL_BIND integer_bind(int64_t *value, my_bool *null);
MYSQL_BIND text_bind(char *text, unsigned long *length, my_bool *null);

/* Empty tables; what the server should know of full ones. Not timed. */
void make_tables(bench_run *run);
void analyse(bench_run *run);

#endif
