/* rebuild_plan.h - the statements of one table rebuild, from the schema alone. */
#ifndef KIN_MIGRATE_REBUILD_PLAN_H
#define KIN_MIGRATE_REBUILD_PLAN_H

#include "migrate/op.h"

typedef struct kin_rebuild_plan {
	const kin_table_schema *before;
	kin_schema              schema;      /* a copy, with the changes made */
	kin_table_schema       *after;       /* the table in it */
	const char            **sources;     /* for each column of `after`: the expression over `before` it is filled with; NULL: nothing,
	                                      * its default or its computation */
	const char             *temporary;   /* the new table's name until the old one is gone */
	const char             *create;
	const char             *copy;        /* may be followed by a WHERE */
	const char             *row;         /* what the row number of `before` is called; NULL: it has none */
	const char            **key;         /* where it has none: the columns of its primary key, quoted, if that stays as it is; else NULL */
	size_t                  key_count;
	const char             *drop;
	const char             *rename;
	const char            **restore;     /* indexes and triggers */
	size_t                  restore_count;
} kin_rebuild_plan;

/* Everything is in the arena; borrows from the schema. `text` is the CREATE TABLE that the database keeps, whose comments and spelling
 * stay; NULL: it is written anew. KIN_EREVISION when the changes do not fit. */
int kin_rebuild_plan_make(kin_arena *arena, const kin_schema *schema, const char *table, const char *text,
                          const kin_ddl *const *changes, size_t count, kin_rebuild_plan *ret_plan, kin_error *error);

#endif
