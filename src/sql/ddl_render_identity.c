/* ddl_render_identity.c - columns whose numbers the database makes. */
#include <inttypes.h>

#include "sql/ddl_render.h"

/* It may be one already, of which only the options change, or a serial. The next number is one more than the largest, or where it starts. */
static void set_identity(const kin_rendering *r)
{
	int64_t start = r->ddl->column->identity_start;

	kin_render_alter_column(r, " DROP IDENTITY IF EXISTS;\n");
	kin_render_alter_column(r, " DROP DEFAULT,");
	kin_render_clause(r, " SET NOT NULL,");
	kin_render_clause(r, " ADD");
	kin_ddl_write_identity(r->out, r->ddl->column);
	if (r->ddl->column->identity_increment < 0) /* downwards there is no next one */
		return;
	kin_text_add(r->out, ";\nDO $kin$ BEGIN PERFORM setval(pg_get_serial_sequence(");
	kin_render_table_string(r, r->ddl->table_name);
	kin_text_add(r->out, ", ");
	kin_text_add_quoted(r->out, r->ddl->name, '\'');
	kin_text_addf(r->out, "), (SELECT %sCOALESCE(MAX(", start > 1 ? "GREATEST(" : "");
	kin_dialect_name(r->dialect, r->out, r->ddl->name);
	kin_text_add(r->out, "), 0) + 1");
	if (start > 1)
		kin_text_addf(r->out, ", %" PRId64 ")", start);
	kin_render_table(r, " FROM ", r->ddl->table_name);
	kin_text_add(r->out, "), false); END $kin$");
}

/* A serial's number is a default. */
static void drop_identity(const kin_rendering *r)
{
	kin_render_alter_column(r, " DROP IDENTITY IF EXISTS;\n");
	kin_render_alter_column(r, " DROP DEFAULT");
}

int kin_render_identity(const kin_rendering *r)
{
	if (kin_render_is_maria(r))
		return kin_render_modify(r);
	if (r->ddl->kind == KIN_DDL_SET_IDENTITY)
		set_identity(r);
	else
		drop_identity(r);
	return KIN_OK;
}
