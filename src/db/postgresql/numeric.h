/* numeric.h - PostgreSQL's exact numbers as text. */
#ifndef KIN_DB_POSTGRESQL_NUMERIC_H
#define KIN_DB_POSTGRESQL_NUMERIC_H

#include "base/arena.h"

/* The decimal digits of a numeric in its binary form, "-12.50", "NaN", "Infinity"; in the arena. NULL when memory is out, or with
 * *ret_damaged when it is none. */
char *kin_pg_numeric(kin_arena *arena, const void *data, size_t length, bool *ret_damaged);

#endif
