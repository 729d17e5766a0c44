/* plan_select.h - the SELECTs of a plan, in pieces: the query's own, what is joined to it, and what is loaded after it. */
#ifndef KIN_ORM_PLAN_SELECT_H
#define KIN_ORM_PLAN_SELECT_H

#include "orm/plan.h"

/* A query without what it brings: sources, conditions, order, limit. All return KIN_OK or KIN_ENOMEM where nothing else is said. */
typedef struct kin_core {
	kin_plan       *plan;
	kin_resolver   *resolver;
	kin_sql_select *select;
	kin_expr       *rows; /* which of the table's are the model's at all; NULL: all */
} kin_core;

/* plan_select.c: the query's objects, and what is wanted with them. */
int kin_plan_select(const kin_core *core, const kin_want *want, kin_fetch *fetch);

/* plan_count.c: how many they are, whether there are any, and SELECT their primary keys. */
int kin_plan_count(const kin_core *core, kin_ask *ask);
int kin_plan_exists(const kin_core *core, kin_ask *ask);
int kin_plan_keys(const kin_core *core, kin_ask *ask);

/* plan_by_key.c: a row's own columns by its key, and those of several rows by their first key attribute: WHERE pets.id IN (?). */
int kin_plan_row(const kin_core *core, kin_ask *ask);
int kin_plan_rows(const kin_core *core, kin_ask *ask);
/* The keys and one column, or those of the group that it leads, in the same two ways. */
int kin_plan_column(const kin_core *core, const kin_attribute *attribute, kin_ask *row, kin_ask *rows);

/* plan_later.c: what is loaded afterwards, for objects that are there, in the way that is wanted; */
int kin_plan_later(const kin_core *core, const kin_want *want, kin_fetch *fetch);
/* plan_selectin.c: by the keys that lead to it; */
int kin_plan_select_in(const kin_core *core, const kin_want *want, kin_fetch *fetch);
/* The alias of the table that has the foreign key, or is pointed at: the target's, or that of the table between, which is joined. NULL when
 * memory is out. */
const char *kin_plan_holder(kin_arena *arena, kin_sql_select *select, kin_resolver *aliases, const kin_relation *relation);
/* plan_subquery.c: by asking the query again, for keys alone. */
int kin_plan_subquery(const kin_core *core, const kin_want *want, kin_fetch *fetch);

/* Whether a condition of the query's, and so its values, are in the statement that loads it afterwards. */
bool kin_plan_needs_values(const kin_want *want);
/* The aliases of such a statement. Where a condition has taken some, the others come after them. */
int kin_plan_begin_aliases(kin_resolver *aliases, const kin_core *core, const kin_want *want);
/* .all: `select` is made already, and is the statement for some; without its first `sources` and without a condition it is that for all. */
int kin_plan_all(const kin_core *core, const kin_want *want, kin_fetch *fetch, const kin_sql_select *select, size_t sources);

/* plan_part.c: the columns of `want` and what is joined to it go into the select; the rest becomes fetches of their own. `node`: what the select
 * has joined already; NULL: nothing. */
int kin_plan_bring(const kin_core *core, const kin_want *want, kin_fetch *fetch, kin_sql_select *select, kin_resolver *aliases,
                   const char *alias, const kin_node *node);
/* Whether the statement locks its rows: what is locked is read in it, and not after it. */
bool kin_plan_is_locked(const kin_core *core, const kin_fetch *fetch);
/* What a new object of a part is copied from, and which column is whose, from part->column on. `left_out`: attributes that do not come, as a set;
 * NULL: all do. */
int kin_plan_mould(kin_arena *arena, kin_part *part, const uint64_t *left_out);

/* plan_ask.c: the slots of a statement; those of the query. KIN_OK. */
int kin_plan_ask(kin_ask *ask, kin_plan *plan, const kin_slot *slots, size_t count);
int kin_plan_ask_query(const kin_core *core, kin_ask *ask);
/* A statement whose lists are its own; what hangs in them is shared. The second has no outputs. NULL when memory is out. */
kin_sql_select *kin_plan_copy(kin_arena *arena, const kin_sql_select *from);
kin_sql_select *kin_plan_copy_bare(kin_arena *arena, const kin_sql_select *from);
/* Whether it has LIMIT or OFFSET. */
bool kin_plan_is_limited(const kin_sql_select *select);
/* No ORDER BY, where that changes nothing, and no lock. */
void kin_plan_drop_order(kin_sql_select *select);
/* Whether ORDER BY has this column of the mapping's table. */
bool kin_plan_sorts_by(const kin_sql_select *select, const kin_attribute *attribute);
/* An output: an attribute of the table that goes by `alias`; all those of a mapping. */
int kin_plan_add_column(kin_arena *arena, kin_sql_select *select, const char *alias, const kin_attribute *attribute);
int kin_plan_add_columns(kin_arena *arena, kin_sql_select *select, const kin_mapping *mapping);
/* What a list is sorted by: as the query says, else the relationship's .order_by. */
int kin_plan_add_order(kin_arena *arena, kin_sql_select *select, const kin_want *want, const char *alias);
/* FROM (inner) AS anon_1 */
int kin_plan_add_derived(kin_arena *arena, kin_sql_select *outer, kin_sql_select *inner);

#endif
