/* rebuild_text.h - the text of a table's CREATE TABLE, changed where the table has changed. */
#ifndef KIN_MIGRATE_REBUILD_TEXT_H
#define KIN_MIGRATE_REBUILD_TEXT_H

#include "schema/schema.h"

/* The text `old`, which SQLite keeps for the table `before`, made into one for `after` with the name `name` (in quotes already): comments, layout and
 * spelling stay, but for the columns and constraints that are changed. In the arena. NULL: it cannot be done, or memory is out
 * (arena->failed); then the table is written from its structure. */
const char *kin_rebuild_text(kin_arena *arena, const char *old, const char *name, const kin_table_schema *before,
                             const kin_table_schema *after);

#endif
