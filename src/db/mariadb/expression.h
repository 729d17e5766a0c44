/* expression.h - expressions as MariaDB shows them, as people write them. */
#ifndef KIN_DB_MARIADB_EXPRESSION_H
#define KIN_DB_MARIADB_EXPRESSION_H

#include "schema/schema.h"

/* A check, a default or what a generated column is made of, in portable words. `type` (NULL: not known) is that of the column
 * it is for. In the arena; NULL for NULL, or when memory is out. */
const char *kin_maria_expression(kin_arena *arena, const kin_type *type, const char *sql);

#endif
