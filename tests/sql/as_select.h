/* as_select.h - a query's text as a SELECT from pets, with its names taken for columns. */
#ifndef KIN_TESTS_SQL_AS_SELECT_H
#define KIN_TESTS_SQL_AS_SELECT_H

#include "sql/compile.h"
#include "sql/query_text.h"

/* Replace each path in the expression by the column with its last two names. KIN_OK or KIN_ENOMEM. */
int as_columns(kin_arena *arena, kin_expr **expr);
/* Parse, and make SELECT pets.id FROM pets … of it. */
int as_select(kin_arena *arena, const char *text, kin_sql_select *ret_select, kin_error *error);
/* The same, compiled. */
int as_sql(kin_arena *arena, const kin_dialect *dialect, const char *text, kin_compiled *ret_compiled, kin_error *error);

#endif
