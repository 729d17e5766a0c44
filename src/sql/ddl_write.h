/* ddl_write.h - pieces of DDL text, portable (dialect NULL) or for a database. */
#ifndef KIN_SQL_DDL_WRITE_H
#define KIN_SQL_DDL_WRITE_H

#include "sql/ddl.h"

/* A name; portable: quoted where any database would need it. */
void kin_ddl_write_name(const kin_dialect *dialect, kin_text *out, const char *name);
/* The same for a table's name: kin_dialect_table(). */
void kin_ddl_write_table(const kin_dialect *dialect, kin_text *out, const char *name);
/* (a, b) */
void kin_ddl_write_names(const kin_dialect *dialect, kin_text *out, const char *const *names, size_t count);
/* [CONSTRAINT name] with a blank behind it */
void kin_ddl_write_constraint(const kin_dialect *dialect, kin_text *out, const char *name);
/* PRIMARY KEY (a) or UNIQUE (a), with the key's extra */
void kin_ddl_write_key(const kin_dialect *dialect, kin_text *out, const char *kind, const kin_key_schema *key);
/* REFERENCES t (a) ON DELETE …; with FOREIGN KEY (b) in front */
void kin_ddl_write_references(const kin_dialect *dialect, kin_text *out, const kin_foreign_schema *foreign);
void kin_ddl_write_foreign(const kin_dialect *dialect, kin_text *out, const kin_foreign_schema *foreign);
/* CHECK (a > 0) */
void kin_ddl_write_check(const kin_dialect *dialect, kin_text *out, const kin_check_schema *check);
/* An expression as DEFAULT takes it, for a column of this type (NULL: not known). */
void kin_ddl_write_default(const kin_dialect *dialect, kin_text *out, const kin_type *type, const char *sql);
/* CREATE INDEX; CONCURRENTLY portably and on PostgreSQL */
void kin_ddl_write_index(const kin_dialect *dialect, kin_text *out, const kin_ddl *ddl);
/* DO $$ … CREATE TYPE … for a named enum on PostgreSQL, with ";\n" behind it; else nothing. */
void kin_ddl_write_enum(const kin_dialect *dialect, kin_text *out, const kin_type *type);
/* PostgreSQL: the column becomes that named enum, whose labels are changed where it is there with others. */
void kin_ddl_write_enum_change(kin_text *out, const char *table, const kin_column_schema *column);
/* Where a named enum of PostgreSQL has the label, and not yet the other, it is renamed: once, also where several columns are of the type. */
void kin_ddl_write_label_change(kin_text *out, const char *type, const char *label, const char *new_label);
/* MariaDB: the name of what has none in the schema is looked for there, by its columns. Two statements. */
void kin_ddl_write_drop_unnamed_unique(kin_text *out, const char *table, const kin_key_schema *key);
void kin_ddl_write_drop_unnamed_foreign(kin_text *out, const char *table, const kin_foreign_schema *foreign);
/* CASE column WHEN 'x' THEN 'y' ELSE column END; `value` is the column, or what stands for it. */
void kin_ddl_write_label_case(kin_text *out, const char *value, const char *label, const char *new_label);
/* CONSTRAINT ck_table_column_enum CHECK (column IN ('a', 'b')), where an enum is text with a check */
void kin_ddl_write_enum_check_name(const kin_dialect *dialect, kin_text *out, const char *table, const char *column);
bool kin_ddl_write_needs_enum_check(const kin_dialect *dialect, const kin_type *type);
void kin_ddl_write_enum_check(const kin_dialect *dialect, kin_text *out, const char *table, const char *column,
                              const kin_type *type);

#endif
