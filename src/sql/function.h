/* function.h - functions that mean the same on every database, whatever each one calls them. */
#ifndef KIN_SQL_FUNCTION_H
#define KIN_SQL_FUNCTION_H

#include <kin/types.h>

#include "sql/dialect.h"

/* What a function gives, where that is not one kind: what its arguments are, what the first is, what a sum of them is. */
enum { KIN_GIVES_ARGUMENTS = -1, KIN_GIVES_FIRST = -2, KIN_GIVES_SUM = -3 };

typedef struct kin_function {
	const char *name;  /* as a query says it, lower case */
	uint8_t     least; /* so many arguments */
	uint8_t     most;
	int8_t      gives; /* a kin_kind, KIN_KIND_NULL where databases differ; or KIN_GIVES_… */
	/* NULL: all call it so. Else another name; or, where it has a parenthesis or there are no arguments, all of the call, with
	 * $1 and $2 for arguments, $a and $b for them with parentheses where they need some, $| for all joined by ||, $* for "DISTINCT "
	 * if asked, and between $< and $> what is only there if the first argument is a date without a time. */
	const char *texts[KIN_DIALECT_COUNT];
} kin_function;

/* NULL: not one of these; it goes to the database as it stands. The name in any case. */
const kin_function *kin_function_find(const char *name, size_t arguments);
/* The one of this name that takes the most arguments, however many are given. */
const kin_function *kin_function_named(const char *name);
/* The name that is most like this one. NULL: none is. */
const char *kin_function_nearest(const char *name);
/* Whether it makes one value of many rows, and whether it has a meaning in `over (…)` alone. Not known of the database's own. */
bool kin_function_is_aggregate(const char *name);
bool kin_function_is_window(const char *name);
/* Whether it is written without parentheses: current_date, current_time, current_timestamp. */
bool kin_function_is_bare(const char *name, size_t length);

#endif
