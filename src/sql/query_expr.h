/* query_expr.h - parses the expressions of a query's text. */
#ifndef KIN_SQL_QUERY_EXPR_H
#define KIN_SQL_QUERY_EXPR_H

#include "sql/query_parser.h"

/* An expression from the current token on. NULL: failed, and the parser knows why. */
kin_expr *kin_query_expr(kin_query_parser *p);
/* A whole number, or `?`: what follows limit and offset. */
kin_expr *kin_query_expr_count(kin_query_parser *p);

#endif
