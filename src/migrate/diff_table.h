/* diff_table.h - the parts of a comparison of two schemas: one table with its later self. For diff*.c only. */
#ifndef KIN_MIGRATE_DIFF_TABLE_H
#define KIN_MIGRATE_DIFF_TABLE_H

#include "migrate/diff.h"

typedef struct kin_diff {
	kin_changes       *out;
	const kin_dialect *dialect; /* NULL: portable */
	kin_schema        *from;    /* a copy, which the changes of the first phases have been applied to */
	const kin_schema  *to;
	kin_error         *error;
} kin_diff;

/* Append a change; NULL when memory is out. */
kin_ddl *kin_diff_add(kin_diff *diff, kin_ddl_kind kind, const char *table);
/* Append a change and apply it to the earlier schema, so that what follows is compared without it. */
int kin_diff_change(kin_diff *diff, const kin_ddl *change);

/* Rename a constraint or index, where nothing has the new name; *ret_done: whether that was so. KIN_OK, KIN_ENOMEM. */
int kin_diff_rename(kin_diff *diff, kin_ddl_kind kind, kin_table_schema *from, const char *name, const char *new_name, bool *ret_done);

/* Everything but removed columns; then those. KIN_OK or KIN_ENOMEM. */
int kin_diff_table(kin_diff *diff, kin_table_schema *from, const kin_table_schema *to);
int kin_diff_columns(kin_diff *diff, kin_table_schema *from, const kin_table_schema *to);
int kin_diff_identities(kin_diff *diff, const kin_table_schema *from, const kin_table_schema *to);
int kin_diff_primary_key(kin_diff *diff, kin_table_schema *from, const kin_table_schema *to);
int kin_diff_indexes(kin_diff *diff, kin_table_schema *from, const kin_table_schema *to);
int kin_diff_foreigns(kin_diff *diff, kin_table_schema *from, const kin_table_schema *to);
int kin_diff_checks(kin_diff *diff, kin_table_schema *from, const kin_table_schema *to);

/* Whether a column's type or collation changes. */
bool kin_diff_retyped(kin_diff *diff, const kin_table_schema *from, const kin_column_schema *a, const kin_table_schema *to,
                      const kin_column_schema *b);

/* Drop the foreign keys over columns that are retyped, and put them into `late`, to be added again, out of the later schema. KIN_OK, KIN_ENOMEM. */
int kin_diff_keys_aside(kin_diff *diff, kin_changes *late);
/* For each object of the earlier schema: whether it is a view over a column that is retyped, or stands on one. NULL when memory is out. */
bool *kin_diff_views_aside(kin_diff *diff);

#endif
