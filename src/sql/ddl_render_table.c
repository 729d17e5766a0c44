/* ddl_render_table.c - tables: CREATE TABLE, comments, and by which column Citus distributes one. */
#include "sql/ddl_render.h"

void kin_render_comment_on(const kin_rendering *r, const char *table, const char *column, const char *comment)
{
	kin_render_table(r, column ? "COMMENT ON COLUMN " : "COMMENT ON TABLE ", table);
	if (column)
		kin_render_name(r, ".", column);
	kin_text_add(r->out, " IS ");
	if (comment)
		kin_text_add_quoted(r->out, comment, '\'');
	else
		kin_text_add(r->out, "NULL");
}

/* One of Citus' functions, called with the table and perhaps a column. */
static void perform(const kin_rendering *r, const char *function, const char *table, const char *column)
{
	kin_text_addf(r->out, "PERFORM %s(", function);
	kin_render_table_string(r, table);
	if (column) {
		kin_text_add(r->out, ", ");
		kin_text_add_quoted(r->out, column, '\'');
	}
	kin_text_add(r->out, "); ");
}

/* A table has to stop being distributed by one column before it is by another. Where Citus is not, its functions are never looked up. */
void kin_render_distribute(const kin_rendering *r, const char *table, const char *column, bool new_table)
{
	kin_text_add(r->out, "DO $kin$ BEGIN IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN ");
	if (!new_table) {
		kin_text_add(r->out, "IF EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = ");
		kin_render_table_string(r, table);
		kin_text_add(r->out, "::regclass) THEN ");
		perform(r, "undistribute_table", table, NULL);
		kin_text_add(r->out, "END IF; ");
	}
	if (column)
		perform(r, "create_distributed_table", table, column);
	kin_text_add(r->out, "END IF; END $kin$");
}

void kin_render_create_table(const kin_rendering *r)
{
	const kin_table_schema *table = r->ddl->table;
	bool postgresql = r->dialect->id == KIN_POSTGRESQL;

	if (kin_dialect_bare(r->dialect, table->name) != table->name) {
		kin_text_add(r->out, "CREATE SCHEMA IF NOT EXISTS ");
		kin_dialect_schema(r->dialect, r->out, table->name);
		kin_text_add(r->out, ";\n");
	}
	for (size_t i = 0; i < table->column_count; i++)
		kin_ddl_write_enum(r->dialect, r->out, &table->columns[i].type);
	kin_ddl_table(r->dialect, r->out, table);
	if (postgresql && table->comment) {
		kin_text_add(r->out, ";\n");
		kin_render_comment_on(r, table->name, NULL, table->comment);
	}
	for (size_t i = 0; postgresql && i < table->column_count; i++)
		if (table->columns[i].comment) {
			kin_text_add(r->out, ";\n");
			kin_render_comment_on(r, table->name, table->columns[i].name, table->columns[i].comment);
		}
	if (postgresql && table->distributed_by) {
		kin_text_add(r->out, ";\n");
		kin_render_distribute(r, table->name, table->distributed_by, true);
	}
}

int kin_render_comment(const kin_rendering *r)
{
	bool column = r->ddl->kind == KIN_DDL_COMMENT_COLUMN;

	if (r->dialect->id == KIN_SQLITE)
		return KIN_OK;
	if (r->dialect->id == KIN_POSTGRESQL)
		kin_render_comment_on(r, r->ddl->table_name, column ? r->ddl->name : NULL, r->ddl->sql);
	else if (column)
		return kin_render_modify(r);
	else {
		kin_render_alter(r, " COMMENT = ");
		kin_text_add_quoted(r->out, r->ddl->sql ? r->ddl->sql : "", '\'');
	}
	return KIN_OK;
}
