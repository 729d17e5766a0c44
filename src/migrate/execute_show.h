/* execute_show.h - what running and showing changes have in common. */
#ifndef KIN_MIGRATE_EXECUTE_SHOW_H
#define KIN_MIGRATE_EXECUTE_SHOW_H

#include "migrate/op.h"

/* Bring the schema up to date with a change, and give a change of a column all of the column, for databases that want it said
 * anew. */
int kin_execute_complete(kin_arena *arena, kin_schema *schema, kin_ddl *item, kin_error *error);

/* How many of the changes, from the first, belong to one table and may share a rebuild; and whether they need one. */
size_t kin_execute_group(const kin_dialect *dialect, const kin_ddl *items, size_t count);
bool kin_execute_needs_rebuild(const kin_dialect *dialect, const kin_ddl *items, size_t count);

#endif
