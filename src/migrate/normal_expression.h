/* normal_expression.h - an expression as it is understood: brackets only where they count. */
#ifndef KIN_MIGRATE_NORMAL_EXPRESSION_H
#define KIN_MIGRATE_NORMAL_EXPRESSION_H

#include "base/arena.h"

/* The expression with words in lower case, names unquoted where that is safe, single blanks, no bracket too many, BETWEEN as two
 * comparisons, IN of one thing as =, and literals without casts; so that two which mean the same by what databases do to them are the same text.
 * In the arena. NULL: it is none that is known here (CASE, a subquery, a statement), or memory is out (arena->failed). */
const char *kin_normal_expression(kin_arena *arena, const char *sql);

#endif
