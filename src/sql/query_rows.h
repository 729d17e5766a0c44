/* query_rows.h - parses what begins with `select`, as a text of its own or inside another. */
#ifndef KIN_SQL_QUERY_ROWS_H
#define KIN_SQL_QUERY_ROWS_H

#include "sql/query_parser.h"
#include "sql/query_text.h"

/* [with …] select … [union select …] … [order by …], up to the end of the text or a closing parenthesis. false: failed. */
bool kin_query_rows(kin_query_parser *p, kin_query_text *ret_query);
/* Whether the current token ends one: `)`, or a word that combines it with another. */
bool kin_query_rows_end(const kin_query_parser *p);
/* The same in the parser's arena, up to and with the closing parenthesis. NULL: failed. */
kin_query_text *kin_query_rows_inside(kin_query_parser *p);

/* query_text.c: clauses up to the end. */
bool kin_query_clauses(kin_query_parser *p, kin_query_form form, kin_query_text *q);
/* query_text.c: what follows `order by`. */
bool kin_query_orders(kin_query_parser *p, kin_query_text *q);

#endif
