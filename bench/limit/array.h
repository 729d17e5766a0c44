/* array.h - an array as a table of two columns, for `update … from` and `in (select …)`: one statement for all rows,
 * and no value bound. */
#ifndef BENCH_LIMIT_ARRAY_H
#define BENCH_LIMIT_ARRAY_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

typedef struct array_row {
	int64_t     id;
	const char *name;
} array_row;

typedef struct array {
	const array_row *rows;
	size_t           count;
} array;

/* Make the table `array (id, name)`. The array belongs to the caller, and may change between statements. */
int array_register(sqlite3 *db, array *contents);

#endif
