/* expression.h - expressions as PostgreSQL shows them, as people write them. */
#ifndef KIN_DB_POSTGRESQL_EXPRESSION_H
#define KIN_DB_POSTGRESQL_EXPRESSION_H

#include "schema/schema.h"

/* Undo what PostgreSQL adds to an expression when it understands it: the types of literals ('x'::character varying), the
 * conversion of the table's varchar columns to text, species = ANY (ARRAY['dog', 'cat']) for species IN ('dog', 'cat'), ~~ for
 * LIKE, E'\\' for '\'. In the arena; NULL for NULL, and when memory is out (arena->failed). */
const char *kin_pg_expression(kin_arena *arena, const kin_table_schema *table, const char *sql);

#endif
