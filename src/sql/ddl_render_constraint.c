/* ddl_render_constraint.c - keys, foreign keys and checks: added, dropped, renamed. What has no name has one that the database made up. */
#include "sql/ddl_render.h"

/* PostgreSQL's name for a constraint that nobody named: table_columns_suffix. */
static void usual_name(const kin_rendering *r, const char *const *columns, size_t count, const char *suffix)
{
	kin_text name;

	kin_text_init(&name);
	kin_text_add(&name, kin_dialect_bare(r->dialect, r->ddl->table_name));
	for (size_t i = 0; i < count; i++)
		kin_text_addf(&name, "_%s", columns[i]);
	kin_text_addf(&name, "_%s", suffix);
	if (!kin_text_ok(&name))
		r->out->failed = true;
	kin_dialect_name(r->dialect, r->out, name.data);
	kin_text_done(&name);
}

void kin_render_add_key(const kin_rendering *r, const char *kind)
{
	kin_render_alter(r, " ADD ");
	kin_ddl_write_constraint(r->dialect, r->out, r->ddl->key->name);
	kin_ddl_write_key(r->dialect, r->out, kind, r->ddl->key);
}

void kin_render_add_foreign(const kin_rendering *r)
{
	kin_render_alter(r, " ADD ");
	kin_ddl_write_constraint(r->dialect, r->out, r->ddl->foreign->name);
	kin_ddl_write_foreign(r->dialect, r->out, r->ddl->foreign);
}

void kin_render_add_check(const kin_rendering *r)
{
	kin_render_alter(r, " ADD ");
	kin_ddl_write_constraint(r->dialect, r->out, r->ddl->check->name);
	kin_ddl_write_check(r->dialect, r->out, r->ddl->check);
}

void kin_render_drop_primary_key(const kin_rendering *r)
{
	if (kin_render_is_maria(r)) {
		kin_render_alter(r, " DROP PRIMARY KEY");
		return;
	}
	kin_render_alter(r, " DROP CONSTRAINT ");
	if (r->ddl->key && r->ddl->key->name)
		kin_dialect_name(r->dialect, r->out, r->ddl->key->name);
	else
		usual_name(r, NULL, 0, "pkey");
}

void kin_render_drop_unique(const kin_rendering *r)
{
	const kin_key_schema *key = r->ddl->key;

	if (kin_render_is_maria(r) && !key->name) {
		kin_ddl_write_drop_unnamed_unique(r->out, r->ddl->table_name, key);
		return;
	}
	kin_render_alter(r, kin_render_is_maria(r) ? " DROP INDEX " : " DROP CONSTRAINT ");
	if (key->name)
		kin_dialect_name(r->dialect, r->out, key->name);
	else
		usual_name(r, key->columns, key->column_count, "key");
}

void kin_render_drop_foreign(const kin_rendering *r)
{
	const kin_foreign_schema *foreign = r->ddl->foreign;

	if (kin_render_is_maria(r) && !foreign->name) {
		kin_ddl_write_drop_unnamed_foreign(r->out, r->ddl->table_name, foreign);
		if (r->ddl->index) {
			kin_text_add(r->out, ";\n");
			kin_render_alter(r, "");
			kin_render_name(r, " DROP INDEX IF EXISTS ", r->ddl->index->name);
		}
		return;
	}
	kin_render_alter(r, kin_render_is_maria(r) ? " DROP FOREIGN KEY " : " DROP CONSTRAINT ");
	if (foreign->name)
		kin_dialect_name(r->dialect, r->out, foreign->name);
	else
		usual_name(r, foreign->columns, foreign->column_count, "fkey");
	if (kin_render_is_maria(r) && r->ddl->index)
		kin_render_name(r, ", DROP INDEX IF EXISTS ", r->ddl->index->name);
}

int kin_render_drop_check(const kin_rendering *r)
{
	if (!r->ddl->check->name)
		return kin_error_set(r->error, KIN_EINVAL, "%s: this check has no name, and %s made one up: drop it by the name that it has there",
		                     r->ddl->table_name, r->dialect->name);
	kin_render_alter(r, "");
	kin_render_name(r, " DROP CONSTRAINT ", r->ddl->check->name);
	return KIN_OK;
}

/* MariaDB has no words for it: what it is, is dropped and added. */
int kin_render_rename_constraint(const kin_rendering *r)
{
	const kin_ddl *ddl = r->ddl;

	if (!kin_render_is_maria(r) || ddl->key) {
		kin_render_alter(r, kin_render_is_maria(r) ? " RENAME INDEX " : " RENAME CONSTRAINT ");
		kin_dialect_name(r->dialect, r->out, ddl->name);
		kin_render_name(r, " TO ", ddl->new_name);
		return KIN_OK;
	}
	if (!ddl->foreign && !ddl->check)
		return kin_error_set(r->error, KIN_EINVAL, "%s: MariaDB must be told what constraint %s is to rename it", ddl->table_name,
		                     ddl->name);
	kin_render_alter(r, ddl->foreign ? " DROP FOREIGN KEY " : " DROP CONSTRAINT ");
	kin_dialect_name(r->dialect, r->out, ddl->name);
	kin_text_add(r->out, ", ADD ");
	kin_ddl_write_constraint(r->dialect, r->out, ddl->new_name);
	if (ddl->foreign)
		kin_ddl_write_foreign(r->dialect, r->out, ddl->foreign);
	else
		kin_ddl_write_check(r->dialect, r->out, ddl->check);
	return KIN_OK;
}
