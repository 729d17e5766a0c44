/* execute_show.h - what running and showing changes have in common. */
#ifndef KIN_MIGRATE_EXECUTE_SHOW_H
#define KIN_MIGRATE_EXECUTE_SHOW_H

#include "migrate/op.h"

/* Bring the schema up to date with a change, and say in the change what only the schema knows: all of a changed column, the kind of a
 * dropped constraint, the name of a primary key. A change that is none in this database becomes an empty KIN_DDL_SQL. */
int kin_execute_complete(kin_arena *arena, const kin_dialect *dialect, kin_schema *schema, kin_ddl *item, kin_error *error);

/* How many of the changes, from the first, belong to one table and may share a rebuild; and whether they need one. */
size_t kin_execute_group(const kin_dialect *dialect, const kin_ddl *items, size_t count);
bool kin_execute_needs_rebuild(const kin_dialect *dialect, const kin_ddl *items, size_t count);

#endif
