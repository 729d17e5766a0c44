/* plan_rank.h - the first so many of each list: `with pets (order by age desc limit 3)`.
 *
 * A window function numbers the rows of each parent, in a subquery; what has too high a number does not come. */
#ifndef KIN_ORM_PLAN_RANK_H
#define KIN_ORM_PLAN_RANK_H

#include "orm/plan_select.h"

/* The subquery of a want with a limit, without its condition and without outputs. *ret_holder: the alias of the table in it that knows the parents.
 * NULL when memory is out. */
kin_sql_select *kin_plan_rank(kin_arena *arena, kin_resolver *aliases, const kin_want *want, const char **ret_holder);
/* Join it, where such a table is `rank_holder`, to a statement over the want's objects, where it is `holder`: by the keys of both. KIN_OK or KIN_ENOMEM. */
int kin_plan_use_rank(kin_arena *arena, kin_sql_select *select, const char *holder, const kin_want *want, kin_sql_select *rank, const char *rank_holder);
/* Join the want's table, numbered, by the name `far` to `near`, which is its parent's. KIN_OK or KIN_ENOMEM. */
int kin_plan_join_ranked(kin_resolver *aliases, kin_arena *arena, kin_sql_select *select, kin_join join, const kin_want *want, const char *near,
                         const char *far);
/* Sort a list whose table goes by `alias`: by these numbers, or as kin_plan_add_order(). KIN_OK or KIN_ENOMEM. */
int kin_plan_order_list(kin_arena *arena, kin_sql_select *select, const kin_want *want, const char *alias);

#endif
