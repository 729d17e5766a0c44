/* ddl.h - one change of a schema, as data; its portable text, and its text for a database.
 *
 * The portable subset is ordinary SQL (a revision file is made of it):
 *
 *     CREATE TABLE t (…);                            DROP TABLE t;
 *     ALTER TABLE t RENAME TO u;                     ALTER TABLE t RENAME COLUMN a TO b;
 *     ALTER TABLE t ADD COLUMN a INTEGER …;          ALTER TABLE t DROP COLUMN a;
 *     ALTER TABLE t ALTER COLUMN a TYPE VARCHAR(80); … SET NOT NULL | DROP NOT NULL | SET DEFAULT x | DROP DEFAULT
 *     ALTER TABLE t ADD [CONSTRAINT n] PRIMARY KEY | UNIQUE (…) | FOREIGN KEY (…) REFERENCES … | CHECK (…);
 *     ALTER TABLE t DROP CONSTRAINT n;               ALTER TABLE t DROP PRIMARY KEY | UNIQUE (…) | FOREIGN KEY (…) REFERENCES u | CHECK (…);
 *     CREATE [UNIQUE] INDEX i ON t (a DESC, (lower(b))) [WHERE …];      DROP INDEX i ON t;
 *     COMMENT ON TABLE t IS '…';                     COMMENT ON COLUMN t.a IS '…';
 *     CREATE VIEW | TRIGGER …;  DROP VIEW | TRIGGER …;   INSERT | UPDATE | DELETE …;   CALL name;
 */
#ifndef KIN_SQL_DDL_H
#define KIN_SQL_DDL_H

#include "base/error.h"
#include "base/text.h"
#include "schema/schema.h"
#include "sql/dialect.h"

typedef enum kin_ddl_kind {
	KIN_DDL_CREATE_TABLE, /* .table, with its constraints; its indexes are separate */
	KIN_DDL_DROP_TABLE,
	KIN_DDL_RENAME_TABLE,  /* .new_name */
	KIN_DDL_ADD_COLUMN,    /* .column; .foreign where it was written inline (REFERENCES), .key_unique, .check too */
	KIN_DDL_DROP_COLUMN,   /* .name */
	KIN_DDL_RENAME_COLUMN, /* .name, .new_name */
	KIN_DDL_SET_TYPE,      /* .name, .column->type */
	KIN_DDL_SET_NOT_NULL,
	KIN_DDL_DROP_NOT_NULL,
	KIN_DDL_SET_DEFAULT,   /* .name, .sql */
	KIN_DDL_DROP_DEFAULT,
	KIN_DDL_ADD_PRIMARY_KEY, /* .key */
	KIN_DDL_DROP_PRIMARY_KEY,
	KIN_DDL_ADD_UNIQUE,    /* .key */
	KIN_DDL_DROP_UNIQUE,   /* .key: by its name, or by its columns where it has none */
	KIN_DDL_ADD_FOREIGN,   /* .foreign */
	KIN_DDL_DROP_FOREIGN,
	KIN_DDL_ADD_CHECK,     /* .check */
	KIN_DDL_DROP_CHECK,
	KIN_DDL_DROP_CONSTRAINT, /* .name; which kind it is, the schema knows */
	KIN_DDL_CREATE_INDEX,  /* .index */
	KIN_DDL_DROP_INDEX,    /* .name, and .table_name */
	KIN_DDL_COMMENT_TABLE, /* .sql: the comment itself; NULL: none */
	KIN_DDL_COMMENT_COLUMN,
	KIN_DDL_CREATE_OBJECT, /* .object: view or trigger */
	KIN_DDL_DROP_OBJECT,
	KIN_DDL_SQL,           /* .sql: INSERT, UPDATE, DELETE, as written */
	KIN_DDL_CALL,          /* .name */
} kin_ddl_kind;

typedef struct kin_ddl {
	kin_ddl_kind        kind;
	const char         *table_name; /* of every kind that concerns a table */
	const char         *name;
	const char         *new_name;
	const char         *sql;
	kin_table_schema   *table;
	kin_column_schema  *column;
	kin_key_schema     *key;
	kin_foreign_schema *foreign;
	kin_check_schema   *check;
	kin_index_schema   *index;
	kin_object_schema  *object;
	const char         *only; /* a dialect's name: this statement stands in a `-- only:` block */
	int                 line; /* where it was read from; 0: not from a file */
	int                 column_number;
} kin_ddl;

/* Parse statements, separated by `;`. `line` is the number of the text's first line. Comments are skipped; `-- only: NAME` …
 * `-- end` marks a block kept for one dialect. Everything is in the arena. KIN_ESYNTAX with line, column, what was found and what
 * was expected. */
int kin_ddl_parse(kin_arena *arena, const char *text, int line,
                  kin_ddl **ret_items, size_t *ret_count, kin_error *error);

/* One statement's portable text, without the semicolon. CREATE TABLE takes several lines. */
void kin_ddl_show(kin_text *out, const kin_ddl *ddl);

/* One statement for a database: one or several SQL statements, separated by ";\n". Not for what SQLite cannot ALTER: KIN_EINVAL,
 * the caller rebuilds the table then (see kin_ddl_needs_rebuild). */
int kin_ddl_render(const kin_dialect *dialect, kin_text *out, const kin_ddl *ddl, kin_error *error);
bool kin_ddl_needs_rebuild(const kin_dialect *dialect, const kin_ddl *ddl);

/* Parts of it. */
void kin_ddl_type(const kin_dialect *dialect, kin_text *out, const kin_type *type); /* dialect NULL: portable */
void kin_ddl_column(const kin_dialect *dialect, kin_text *out, const kin_table_schema *table, const kin_column_schema *column);
void kin_ddl_table(const kin_dialect *dialect, kin_text *out, const kin_table_schema *table); /* CREATE TABLE … */
void kin_ddl_index(const kin_dialect *dialect, kin_text *out, const char *table, const kin_index_schema *index);
/* Read a type: "VARCHAR(80)", "double precision" …, of any dialect; what is not known is KIN_TYPE_OTHER. */
int kin_ddl_parse_type(kin_arena *arena, const char *text, kin_type *ret_type);

#endif
