/* ddl_render_index.c - indexes: made, dropped, renamed. */
#include "sql/ddl_render.h"

int kin_render_create_index(const kin_rendering *r)
{
	const kin_index_schema *index = r->ddl->index;
	const char *lacks = index->where ? "partial" : NULL;

	for (size_t i = 0; i < index->part_count; i++)
		if (!index->parts[i].column)
			lacks = "expression";
	if (kin_render_is_maria(r) && lacks)
		return kin_error_set(r->error, KIN_EINVAL,
		                     "%s: MariaDB has no %s indexes: write it in `-- only:` blocks for the others", index->name,
		                     lacks);
	kin_ddl_write_index(r->dialect, r->out, r->ddl);
	return KIN_OK;
}

/* One that a foreign key cannot do without: by one that is called like the foreign key, and may have been left behind before. */
static void replace_index(const kin_rendering *r)
{
	const kin_foreign_schema *foreign = r->ddl->foreign;
	const char *name = foreign->name ? foreign->name : foreign->columns[0];

	kin_render_alter(r, "");
	kin_render_name(r, " DROP INDEX ", r->ddl->name);
	if (strcmp(name, r->ddl->name) != 0)
		kin_render_name(r, ", DROP INDEX IF EXISTS ", name);
	kin_render_name(r, ", ADD INDEX ", name);
	kin_text_add_char(r->out, ' ');
	kin_ddl_write_names(r->dialect, r->out, foreign->columns, foreign->column_count);
}

int kin_render_drop_index(const kin_rendering *r)
{
	if (kin_render_is_maria(r) && !r->ddl->table_name)
		return kin_error_set(r->error, KIN_EINVAL, "DROP INDEX %s: MariaDB must be told the table: DROP INDEX %s ON …",
		                     r->ddl->name, r->ddl->name);
	if (kin_render_is_maria(r) && r->ddl->foreign) {
		replace_index(r);
		return KIN_OK;
	}
	bool concurrently = r->ddl->concurrently && r->dialect->id == KIN_POSTGRESQL;
	kin_render_beside(r, concurrently ? "DROP INDEX CONCURRENTLY " : "DROP INDEX ", r->ddl->table_name, r->ddl->name);
	if (kin_render_is_maria(r))
		kin_render_name(r, " ON ", r->ddl->table_name);
	return KIN_OK;
}

/* SQLite makes it anew, which needs no new table. */
int kin_render_rename_index(const kin_rendering *r)
{
	const kin_ddl *ddl = r->ddl;
	kin_index_schema index;

	if (r->dialect->id != KIN_SQLITE) {
		if (kin_render_is_maria(r)) {
			kin_render_alter(r, "");
			kin_render_name(r, " RENAME INDEX ", ddl->name);
		} else {
			kin_render_beside(r, "ALTER INDEX ", ddl->table_name, ddl->name);
		}
		kin_render_name(r, kin_render_is_maria(r) ? " TO " : " RENAME TO ", ddl->new_name);
		return KIN_OK;
	}
	if (!ddl->index)
		return kin_error_set(r->error, KIN_EINVAL, "%s: SQLite must be told the whole index %s to rename it", ddl->table_name, ddl->name);
	index = *ddl->index;
	index.name = ddl->new_name;
	kin_render_name(r, "DROP INDEX ", ddl->name);
	kin_text_add(r->out, ";\n");
	kin_ddl_index(r->dialect, r->out, ddl->table_name, &index);
	return KIN_OK;
}
