/* ddl_table.h - parses what a table is made of. */
#ifndef KIN_SQL_DDL_TABLE_H
#define KIN_SQL_DDL_TABLE_H

#include "sql/ddl_read.h"

/* "name (column, …, constraint, …) options", after CREATE TABLE. NULL after a failure. */
kin_table_schema *kin_ddl_table_read(kin_ddl_reader *r);
/* "name type constraint …": a new column at the table's end; its constraints go into the table's lists. */
void kin_ddl_table_read_column(kin_ddl_reader *r, kin_table_schema *table);
/* Whether a table constraint comes next; "[CONSTRAINT n] PRIMARY KEY …": into the table's lists. */
bool kin_ddl_table_at_constraint(const kin_ddl_reader *r);
void kin_ddl_table_read_constraint(kin_ddl_reader *r, kin_table_schema *table);
/* A type, to the next keyword, comma or parenthesis; an expression after DEFAULT; "t (a) ON DELETE …" after REFERENCES. */
void kin_ddl_table_read_type(kin_ddl_reader *r, kin_type *ret_type);
const char *kin_ddl_table_read_default(kin_ddl_reader *r);
/* "DISTRIBUTED BY (a)": the column. */
const char *kin_ddl_table_read_distributed(kin_ddl_reader *r);
void kin_ddl_table_read_references(kin_ddl_reader *r, kin_foreign_schema *foreign);

/* GENERATED ALWAYS | BY DEFAULT AS IDENTITY [(START WITH n INCREMENT BY n)]. false: it is not there. */
bool kin_ddl_table_read_identity(kin_ddl_reader *r, kin_column_schema *column);

#endif
