/* query_window.h - parses windows: what a function of a query looks at beside its row. */
#ifndef KIN_SQL_QUERY_WINDOW_H
#define KIN_SQL_QUERY_WINDOW_H

#include "sql/query_parser.h"
#include "sql/query_text.h"

/* `over (…)`, or `over w`, behind a call; or nothing. false: failed. */
bool kin_query_over(kin_query_parser *p, kin_expr *call);
/* w as (…), v as (…): what follows `window`. false: failed. */
bool kin_query_windows(kin_query_parser *p, kin_query_text *q);
/* The select ends: its calls get the windows that they name. false: failed. */
bool kin_query_windows_end(kin_query_parser *p);

#endif
