/* apply.h - a change applied to a schema: how revisions are replayed without a database. */
#ifndef KIN_MIGRATE_APPLY_H
#define KIN_MIGRATE_APPLY_H

#include "migrate/op.h"

/* Change the schema. What it needs of `ddl` is copied into the schema's arena. KIN_EREVISION when it does not fit: "pets has no column
 * 'x'"; the schema is then as before. Data statements change nothing. Dropping a column takes the keys, checks and indexes
 * over it along, as PostgreSQL does. */
int kin_apply_ddl(kin_schema *schema, const kin_ddl *ddl, kin_error *error);

/* The table that a change is of: the one that it names; of a DROP INDEX that names none, the only one with such an index. NULL: there is none. */
kin_table_schema *kin_apply_table(const kin_schema *schema, const kin_ddl *ddl);

/* Whether a constraint is renamed that can only be the primary key, whose name the table does not say: MariaDB keeps none, nor does SQLite where
 * it makes the number. */
bool kin_apply_renames_unnamed(const kin_table_schema *table, const kin_ddl *ddl);

/* Apply what can be read of a statement in an `-- only:` block, which may be of no subset: so a trigger or index made there is known.
 * KIN_OK or KIN_ENOMEM. */
int kin_apply_only(kin_schema *schema, const kin_ddl *ddl, kin_error *error);

/* Read portable DDL and apply all of it: a schema from a file. `file` is for messages, which have its line. What stands in `-- only:` blocks
 * counts where they are for the dialect. KIN_ESYNTAX, KIN_EREVISION, KIN_ENOMEM. */
int kin_apply_script(kin_schema *schema, const kin_dialect *dialect, const char *text, const char *file, kin_error *error);

#endif
