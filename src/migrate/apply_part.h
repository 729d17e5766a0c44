/* apply_part.h - a change applied to one table: what apply.c and its parts have in common. For apply*.c only. */
#ifndef KIN_MIGRATE_APPLY_PART_H
#define KIN_MIGRATE_APPLY_PART_H

#include "migrate/apply.h"

/* Take item `i` out of a list of the schema. */
#define KIN_APPLY_REMOVE(items, count, i) \
	(memmove(&(items)[i], &(items)[(i) + 1], ((count) - (i) - 1) * sizeof(*(items))), (count)--)

/* A deep copy of a part, made by copying a table that holds only it. NULL when memory is out. */
kin_table_schema *kin_apply_own(kin_schema *schema, const kin_table_schema *from);

/* Which column of the table has the name; -1: none. */
int kin_apply_find_column(const kin_table_schema *table, const char *name);

/* The table that has an index of the name; NULL: none, or, as on MariaDB, more than one. */
kin_table_schema *kin_apply_find_index(const kin_schema *schema, const char *name);

/* Names replaced in the texts of a table (`qualifier`: only where they stand before a dot), and in the views and triggers that mention the
 * table. */
void kin_apply_replace(kin_arena *arena, kin_table_schema *table, const char *from, const char *to, bool qualifier);
void kin_apply_replace_objects(kin_schema *schema, const char *table, const char *from, const char *to);

/* Changes of a table's columns, and of its keys, checks and indexes. */
int kin_apply_column(kin_schema *schema, kin_table_schema *table, const kin_ddl *ddl, kin_error *error);
int kin_apply_key(kin_schema *schema, kin_table_schema *table, const kin_ddl *ddl, kin_error *error);

/* Change the strings at `where`, in the schema's arena; NULL stays NULL. */
int kin_apply_text(kin_schema *schema, const char **where, const char *text, kin_error *error);

#endif
