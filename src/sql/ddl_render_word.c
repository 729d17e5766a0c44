/* ddl_render_word.c - the words that changes are made of: names as the dialect quotes them, ALTER TABLE, ALTER COLUMN. */
#include "sql/ddl_render.h"

void kin_render_name(const kin_rendering *r, const char *before, const char *name)
{
	kin_text_add(r->out, before);
	kin_dialect_name(r->dialect, r->out, name);
}

void kin_render_table(const kin_rendering *r, const char *before, const char *name)
{
	kin_text_add(r->out, before);
	kin_dialect_table(r->dialect, r->out, name);
}

void kin_render_beside(const kin_rendering *r, const char *before, const char *table, const char *name)
{
	kin_text_add(r->out, before);
	if (table && kin_dialect_schema(r->dialect, r->out, table))
		kin_text_add_char(r->out, '.');
	kin_dialect_name(r->dialect, r->out, name);
}

void kin_render_alter(const kin_rendering *r, const char *what)
{
	kin_render_table(r, "ALTER TABLE ", r->ddl->table_name);
	kin_text_add(r->out, what);
}

void kin_render_clause(const kin_rendering *r, const char *what)
{
	kin_render_name(r, " ALTER COLUMN ", r->ddl->name);
	kin_text_add(r->out, what);
}

void kin_render_alter_column(const kin_rendering *r, const char *what)
{
	kin_render_alter(r, "");
	kin_render_clause(r, what);
}

void kin_render_table_string(const kin_rendering *r, const char *name)
{
	kin_text table;

	kin_text_init(&table);
	kin_dialect_table(r->dialect, &table, name);
	kin_text_add_quoted(r->out, table.data, '\'');
	r->out->failed = r->out->failed || !kin_text_ok(&table);
	kin_text_done(&table);
}
