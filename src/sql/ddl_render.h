/* ddl_render.h - one change for a database, in its own words: what the files that write the changes share. */
#ifndef KIN_SQL_DDL_RENDER_H
#define KIN_SQL_DDL_RENDER_H

#include "sql/ddl_write.h"

/* What a rendering needs, so that it can be passed on in one piece. */
typedef struct kin_rendering {
	const kin_dialect *dialect;
	kin_text          *out;
	const kin_ddl     *ddl;
	kin_error         *error;
} kin_rendering;

static inline bool kin_render_is_maria(const kin_rendering *r)
{
	return r->dialect->id == KIN_MARIADB;
}

/* ddl_render_word.c: words, and a name behind them. */
void kin_render_name(const kin_rendering *r, const char *before, const char *name);
void kin_render_table(const kin_rendering *r, const char *before, const char *name);
/* What is in a table's schema, an index: with the schema, if the table's name has one. */
void kin_render_beside(const kin_rendering *r, const char *before, const char *table, const char *name);
/* A table's name as a string: '"shop"."pets"'. */
void kin_render_table_string(const kin_rendering *r, const char *name);
/* ALTER TABLE pets; ALTER COLUMN age; both. `what` comes behind them. */
void kin_render_alter(const kin_rendering *r, const char *what);
void kin_render_clause(const kin_rendering *r, const char *what);
void kin_render_alter_column(const kin_rendering *r, const char *what);

/* What can fail returns KIN_OK, or KIN_EINVAL with a sentence.
 *
 * ddl_render_table.c */
void kin_render_create_table(const kin_rendering *r);
int  kin_render_comment(const kin_rendering *r);
/* On PostgreSQL, where comments are statements of their own. `column` NULL: the table's. `comment` NULL: none any more. */
void kin_render_comment_on(const kin_rendering *r, const char *table, const char *column, const char *comment);
/* By which column (NULL: none) Citus distributes it. */
void kin_render_distribute(const kin_rendering *r, const char *table, const char *column, bool new_table);

/* ddl_render_column.c */
void kin_render_add_column(const kin_rendering *r);
void kin_render_drop_column(const kin_rendering *r);
int  kin_render_set_type(const kin_rendering *r);
void kin_render_set_type_postgresql(const kin_rendering *r);
int  kin_render_set_not_null(const kin_rendering *r, const char *words);
/* MariaDB's MODIFY COLUMN: all of the column, with one thing changed. */
int  kin_render_modify(const kin_rendering *r);
/* ddl_render_label.c, ddl_render_identity.c */
int  kin_render_rename_label(const kin_rendering *r);
int  kin_render_identity(const kin_rendering *r);

/* ddl_render_constraint.c */
void kin_render_add_key(const kin_rendering *r, const char *kind);
void kin_render_add_foreign(const kin_rendering *r);
void kin_render_add_check(const kin_rendering *r);
void kin_render_drop_primary_key(const kin_rendering *r);
void kin_render_drop_unique(const kin_rendering *r);
void kin_render_drop_foreign(const kin_rendering *r);
int  kin_render_drop_check(const kin_rendering *r);
int  kin_render_rename_constraint(const kin_rendering *r);

/* ddl_render_index.c */
int  kin_render_create_index(const kin_rendering *r);
int  kin_render_drop_index(const kin_rendering *r);
int  kin_render_rename_index(const kin_rendering *r);

#endif
