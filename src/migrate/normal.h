/* normal.h - SQL fragments and types in one spelling, so that they can be compared.
 *
 * Databases give back what they were told with other quotes, brackets and letter case. */
#ifndef KIN_MIGRATE_NORMAL_H
#define KIN_MIGRATE_NORMAL_H

#include "base/arena.h"
#include "base/text.h"
#include "schema/schema.h"
#include "sql/dialect.h"

/* An expression as kin_normal_expression() has it; any other fragment with single spaces, words in lower case, names unquoted where
 * that is safe, and without outer brackets. In the arena. NULL for NULL, and when memory is out (arena->failed). */
const char *kin_normal_sql(kin_arena *arena, const char *sql);

/* The same for a column's default: '15' for a number is 15, and 15 for a text '15'; NULL is none, TRUE is 1 for a boolean. */
const char *kin_normal_default(kin_arena *arena, const kin_type *type, const char *sql);

/* Both NULL, or the same text; ignoring letter case. */
bool kin_normal_same(const char *a, const char *b);
bool kin_normal_same_names(const char *const *a, size_t a_count, const char *const *b, size_t b_count);
/* The same names in any order. */
bool kin_normal_same_set(const char *const *a, size_t a_count, const char *const *b, size_t b_count);
bool kin_normal_has_name(const char *const *names, size_t count, const char *name);

/* Whether both are the same type once the dialect has said them (NULL: portably). */
bool kin_normal_same_type(kin_arena *arena, const kin_dialect *dialect, const kin_type *a, const kin_type *b);

/* Whether both mean the same view or trigger: PostgreSQL has a trigger of one name on several tables. Where one does not say a table, its
 * name is enough. */
bool kin_normal_same_object(const kin_object_schema *a, const kin_object_schema *b);

/* "CASCADE", or NULL for NO ACTION. */
const char *kin_normal_action(const kin_dialect *dialect, const char *action);

/* Whether a fragment mentions a name; and the fragment with one name replaced by another. `qualifier`: only where the name stands
 * before a dot. */
bool kin_normal_mentions(const char *sql, const char *name);
bool kin_normal_index_uses(const kin_index_schema *index, const char *column);
const char *kin_normal_replace(kin_arena *arena, const char *sql, const char *from, const char *to, bool qualifier);

#endif
