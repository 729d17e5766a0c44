/* function.h - functions that mean the same on every database, whatever each one calls them. */
#ifndef KIN_SQL_FUNCTION_H
#define KIN_SQL_FUNCTION_H

#include "sql/dialect.h"

typedef struct kin_function {
	const char *name;      /* as a query says it, lower case */
	int         arguments; /* how many; -2: two or more */
	const char *texts[KIN_DIALECT_COUNT]; /* another name; or, where it has a parenthesis or there are no arguments, all of
	                                       * the call, with $1 and $2 for the arguments, $* for "DISTINCT " if asked */
} kin_function;

/* NULL: not one of these; it goes to the database as it stands. The name in any case. */
const kin_function *kin_function_find(const char *name, size_t arguments);
/* Whether it is written without parentheses: current_date, current_time, current_timestamp. */
bool kin_function_is_bare(const char *name, size_t length);

#endif
