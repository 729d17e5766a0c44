/* ddl_render_column.c - columns: added, changed, dropped. MariaDB is told all of a column to change one thing of it. */
#include "sql/ddl_expression.h"
#include "sql/ddl_render.h"

/* MariaDB forgets the name of an inline REFERENCES: it gets a clause of its own. */
static void add_column_references(const kin_rendering *r)
{
	const kin_foreign_schema *foreign = r->ddl->foreign;

	kin_text_add(r->out, kin_render_is_maria(r) ? ", ADD " : " ");
	kin_ddl_write_constraint(r->dialect, r->out, foreign->name);
	if (kin_render_is_maria(r))
		kin_ddl_write_foreign(r->dialect, r->out, foreign);
	else
		kin_ddl_write_references(r->dialect, r->out, foreign);
}

void kin_render_add_column(const kin_rendering *r)
{
	const kin_column_schema *column = r->ddl->column;

	kin_ddl_write_enum(r->dialect, r->out, &column->type);
	kin_render_alter(r, " ADD COLUMN ");
	kin_ddl_column(r->dialect, r->out, NULL, column);
	if (kin_ddl_write_needs_enum_check(r->dialect, &column->type)) {
		kin_text_add_char(r->out, ' ');
		kin_ddl_write_enum_check(r->dialect, r->out, r->ddl->table_name, column->name, &column->type);
	}
	if (r->ddl->key) {
		kin_text_add(r->out, kin_render_is_maria(r) ? ", ADD " : " ");
		kin_ddl_write_constraint(r->dialect, r->out, r->ddl->key->name);
		kin_text_add(r->out, "UNIQUE");
		if (kin_render_is_maria(r)) {
			kin_text_add_char(r->out, ' ');
			kin_ddl_write_names(r->dialect, r->out, &column->name, 1);
		}
	}
	if (r->ddl->check) {
		kin_text_add(r->out, kin_render_is_maria(r) ? ", ADD " : " ");
		kin_ddl_write_constraint(r->dialect, r->out, r->ddl->check->name);
		kin_ddl_write_check(r->dialect, r->out, r->ddl->check);
	}
	if (r->ddl->foreign)
		add_column_references(r);
	if (column->comment && r->dialect->id == KIN_POSTGRESQL) {
		kin_text_add(r->out, ";\n");
		kin_render_comment_on(r, r->ddl->table_name, column->name, column->comment);
	}
}

/* ALTER TABLE t MODIFY COLUMN …: all of the column, with one thing changed. */
int kin_render_modify(const kin_rendering *r)
{
	kin_column_schema column;

	if (!r->ddl->column || (r->ddl->kind != KIN_DDL_SET_TYPE && !r->ddl->column->type.name && !r->ddl->column->type.text))
		return kin_error_set(r->error, KIN_EINVAL, "%s.%s: MariaDB must be told the whole column to change it",
		                     r->ddl->table_name, r->ddl->name);
	column = *r->ddl->column;
	column.name = r->ddl->name;
	if (r->ddl->kind == KIN_DDL_SET_NOT_NULL || r->ddl->kind == KIN_DDL_DROP_NOT_NULL)
		column.not_null = r->ddl->kind == KIN_DDL_SET_NOT_NULL;
	if (r->ddl->kind == KIN_DDL_COMMENT_COLUMN)
		column.comment = r->ddl->sql;
	kin_render_alter(r, " MODIFY COLUMN ");
	kin_ddl_column(r->dialect, r->out, NULL, &column);
	return KIN_OK;
}

/* PostgreSQL cuts a text when it is cast to VARCHAR(8), and complains when it is only stored there. */
static kin_type without_length(const kin_type *type)
{
	bool text = type->name == KIN_TYPE_CHAR || type->name == KIN_TYPE_VARCHAR ||
	            (type->name == KIN_TYPE_ENUM && !type->text);

	return text ? (kin_type){ .name = KIN_TYPE_VARCHAR } : *type;
}

/* The check of an enum that is kept as text goes with its labels, and a default is not cast with its column. */
void kin_render_set_type_postgresql(const kin_rendering *r)
{
	const kin_type *type = &r->ddl->column->type;
	bool check = kin_ddl_write_needs_enum_check(r->dialect, type);

	kin_ddl_write_enum(r->dialect, r->out, type);
	if (check || r->ddl->check) {
		kin_render_alter(r, " DROP CONSTRAINT IF EXISTS ");
		kin_ddl_write_enum_check_name(r->dialect, r->out, r->ddl->table_name, r->ddl->name);
		kin_text_add(r->out, ";\n");
	}
	kin_render_alter(r, "");
	if (r->ddl->column->default_sql)
		kin_render_clause(r, " DROP DEFAULT,");
	kin_render_clause(r, " TYPE ");
	kin_ddl_type(r->dialect, r->out, type);
	if (r->ddl->column->collation)
		kin_render_name(r, " COLLATE ", r->ddl->column->collation);
	kin_text_add(r->out, " USING ");
	if (r->ddl->sql) {
		kin_ddl_expression_add(r->dialect, r->out, r->ddl->sql);
	} else {
		kin_type cast = without_length(type);
		kin_dialect_name(r->dialect, r->out, r->ddl->name);
		kin_text_add(r->out, "::");
		kin_ddl_type(r->dialect, r->out, &cast);
	}
	if (r->ddl->column->default_sql) {
		kin_text_add_char(r->out, ',');
		kin_render_clause(r, " SET DEFAULT ");
		kin_ddl_write_default(r->dialect, r->out, type, r->ddl->column->default_sql);
	}
	if (check) {
		kin_text_add(r->out, ";\n");
		kin_render_alter(r, " ADD ");
		kin_ddl_write_enum_check(r->dialect, r->out, r->ddl->table_name, r->ddl->name, type);
	}
}

int kin_render_set_type(const kin_rendering *r)
{
	kin_column_schema column;

	if (kin_render_is_maria(r))
		return kin_render_modify(r);
	if (r->ddl->column->type.name == KIN_TYPE_ENUM && r->ddl->column->type.text && !r->ddl->sql) {
		column = *r->ddl->column;
		column.name = r->ddl->name;
		if (r->ddl->check) {
			kin_render_alter(r, " DROP CONSTRAINT IF EXISTS ");
			kin_ddl_write_enum_check_name(r->dialect, r->out, r->ddl->table_name, r->ddl->name);
			kin_text_add(r->out, ";\n");
		}
		kin_ddl_write_enum_change(r->out, r->ddl->table_name, &column);
	} else {
		kin_render_set_type_postgresql(r);
	}
	return KIN_OK;
}

int kin_render_set_not_null(const kin_rendering *r, const char *words)
{
	if (kin_render_is_maria(r))
		return kin_render_modify(r);
	kin_render_alter_column(r, words);
	return KIN_OK;
}

/* What has no name has to be looked for first. */
static void drop_unnamed_dependents(const kin_rendering *r, const kin_table_schema *with)
{
	for (size_t i = 0; i < with->foreign_count; i++)
		if (!with->foreigns[i].name) {
			kin_ddl_write_drop_unnamed_foreign(r->out, r->ddl->table_name, &with->foreigns[i]);
			kin_text_add(r->out, ";\n");
		}
	for (size_t i = 0; i < with->unique_count; i++)
		if (!with->uniques[i].name) {
			kin_ddl_write_drop_unnamed_unique(r->out, r->ddl->table_name, &with->uniques[i]);
			kin_text_add(r->out, ";\n");
		}
}

static void drop_dependents(const kin_rendering *r, const kin_table_schema *with)
{
	for (size_t i = 0; i < with->foreign_count; i++)
		if (with->foreigns[i].name) {
			kin_render_name(r, " DROP FOREIGN KEY ", with->foreigns[i].name);
			kin_text_add_char(r->out, ',');
		}
	for (size_t i = 0; i < with->unique_count; i++)
		if (with->uniques[i].name) {
			kin_render_name(r, " DROP INDEX ", with->uniques[i].name);
			kin_text_add_char(r->out, ',');
		}
	for (size_t i = 0; i < with->check_count; i++) {
		kin_render_name(r, " DROP CONSTRAINT ", with->checks[i].name);
		kin_text_add_char(r->out, ',');
	}
	for (size_t i = 0; i < with->index_count; i++) {
		kin_render_name(r, " DROP INDEX IF EXISTS ", with->indexes[i].name);
		kin_text_add_char(r->out, ',');
	}
}

void kin_render_drop_column(const kin_rendering *r)
{
	const kin_table_schema *with = kin_render_is_maria(r) ? r->ddl->table : NULL;

	if (with)
		drop_unnamed_dependents(r, with);
	kin_render_alter(r, "");
	if (with)
		drop_dependents(r, with);
	kin_render_name(r, " DROP COLUMN ", r->ddl->name);
}
