/* ddl_render_label.c - a label of an enum is renamed, with the rows that have it. */
#include "base/vec.h"
#include "sql/ddl_render.h"

/* A text with a check: its rows are written anew, with the type, as the other label may be longer. */
static void rename_label_text(const kin_rendering *r)
{
	kin_check_schema had_check = { 0 };
	kin_ddl change = *r->ddl;
	kin_rendering changing = *r;
	kin_text name, value;

	kin_text_init(&name);
	kin_text_init(&value);
	kin_dialect_name(r->dialect, &name, r->ddl->name);
	kin_ddl_write_label_case(&value, name.data, r->ddl->sql, r->ddl->new_name);
	r->out->failed = r->out->failed || !kin_text_ok(&name) || !kin_text_ok(&value);
	change.kind = KIN_DDL_SET_TYPE;
	change.sql = value.data;
	change.check = &had_check;
	changing.ddl = &change;
	if (!r->out->failed)
		kin_render_set_type_postgresql(&changing);
	kin_text_done(&name);
	kin_text_done(&value);
}

static void modify_labels(const kin_rendering *r, const char *const *labels, size_t count)
{
	kin_column_schema column = *r->ddl->column;

	column.name = r->ddl->name;
	column.type.labels = labels;
	column.type.label_count = count;
	kin_render_alter(r, " MODIFY COLUMN ");
	kin_ddl_column(r->dialect, r->out, NULL, &column);
}

/* MariaDB: both labels, the rows, and the new label alone. What stands here may be run again wherever it was interrupted. */
static void rename_label_maria(const kin_rendering *r)
{
	const kin_type *type = &r->ddl->column->type;
	kin_vec(const char *) both = { 0 };

	for (size_t i = 0; i < type->label_count; i++) {
		const char *label = type->labels[i];
		r->out->failed = r->out->failed || !kin_vec_push(&both, strcmp(label, r->ddl->new_name) == 0 ? r->ddl->sql : label);
	}
	r->out->failed = r->out->failed || !kin_vec_push(&both, r->ddl->new_name);
	if (!r->out->failed) {
		modify_labels(r, both.items, both.count);
		kin_render_table(r, ";\nUPDATE ", r->ddl->table_name);
		kin_render_name(r, " SET ", r->ddl->name);
		kin_text_add(r->out, " = ");
		kin_text_add_quoted(r->out, r->ddl->new_name, '\'');
		kin_render_name(r, " WHERE ", r->ddl->name);
		kin_text_add(r->out, " = ");
		kin_text_add_quoted(r->out, r->ddl->sql, '\'');
		kin_text_add(r->out, ";\n");
		modify_labels(r, type->labels, type->label_count);
	}
	kin_vec_done(&both);
}

int kin_render_rename_label(const kin_rendering *r)
{
	const kin_column_schema *column = r->ddl->column;

	if (!column)
		return kin_error_set(r->error, KIN_EINVAL, "%s.%s: %s must be told the whole column to rename a label of it", r->ddl->table_name,
		                     r->ddl->name, r->dialect->name);
	if (kin_render_is_maria(r))
		rename_label_maria(r);
	else if (column->type.text)
		kin_ddl_write_label_change(r->out, column->type.text, r->ddl->sql, r->ddl->new_name);
	else
		rename_label_text(r);
	return KIN_OK;
}
