/* op.h - one change: its reverse, and what people are told about it.
 *
 * A change is a kin_ddl. What undoes it depends on what the schema was before it: the reverse of dropping a
 * column is adding the column that was there. */
#ifndef KIN_MIGRATE_OP_H
#define KIN_MIGRATE_OP_H

#include "sql/ddl.h"

/* Changes, in order. The array is in the arena; what the items point at is in it or outlives it. */
typedef struct kin_changes {
	kin_arena *arena;
	kin_ddl   *items;
	size_t     count;
	size_t     capacity;
} kin_changes;

/* A zeroed change at the end of the list; NULL when memory is out. Moves the earlier ones. */
kin_ddl *kin_op_add(kin_changes *changes, kin_ddl_kind kind, const char *table_name);

/* Append what undoes `ddl`, given the schema before it. A change that cannot be undone (data, CALL) appends nothing and
 * is KIN_OK. KIN_EREVISION when `ddl` does not fit the schema; KIN_ENOMEM. */
int kin_op_reverse(kin_changes *out, const kin_schema *before, const kin_ddl *ddl, kin_error *error);

/* Append the reverse of a whole list, last change first. The schema is the one before the first. */
int kin_op_reverse_all(kin_changes *out, const kin_schema *before, const kin_ddl *items, size_t count,
                       kin_error *error);

/* "Detected added column 'pets.age'". `before` is for "type change from …". */
void kin_op_describe(kin_text *out, const kin_schema *before, const kin_ddl *ddl);

/* "add_column", "modify_type": what a change is called, for programs. The names do not change. */
const char *kin_op_name(const kin_schema *before, const kin_ddl *ddl);
/* {"op": "modify_type", "table": "pets", "column": "name", "old": "VARCHAR(20)", "new": "VARCHAR(80)", "sql": "ALTER TABLE …"}: one JSON
 * object on one line. `before` is the schema just before this change. */
void kin_op_json(kin_text *out, const kin_schema *before, const kin_ddl *ddl);

/* Whether the change is for this dialect: it stands in no `-- only:` block, or in this one's. NULL: in none. */
bool kin_op_is_for(const kin_ddl *ddl, const kin_dialect *dialect);

/* Whether running it loses data: a dropped table or column. */
bool kin_op_loses(const kin_ddl *ddl);

#endif
