/* ddl_expression.h - SQL expressions that are kept as text: defaults, checks, what an index is over. */
#ifndef KIN_SQL_DDL_EXPRESSION_H
#define KIN_SQL_DDL_EXPRESSION_H

#include "base/text.h"
#include "sql/dialect.h"

/* Narrow a text to what is left without the blanks and parentheses around it. */
void kin_ddl_expression_trim(const char **text, size_t *length);
/* Whether it is a constant that DEFAULT takes without parentheses: 15, -1.5, 'x', x'00', NULL, CURRENT_DATE. */
bool kin_ddl_expression_is_constant(const char *text);
/* The trimmed text, with its quoted names in the dialect's quotes. NULL: as written. */
void kin_ddl_expression_add(const kin_dialect *dialect, kin_text *out, const char *text);

#endif
