/* describe.c - a change as the line that people read when it is found. */
#include "migrate/op.h"

#include "sql/ddl_write.h"

static void add_names(kin_text *out, const char *const *names, size_t count)
{
	kin_text_add_char(out, '(');
	for (size_t i = 0; i < count; i++)
		kin_text_addf(out, "%s%s", i ? ", " : "", names[i]);
	kin_text_add_char(out, ')');
}

static void constraint(kin_text *out, const char *verb, const char *what, const char *name, const char *table)
{
	if (name)
		kin_text_addf(out, "Detected %s %s '%s' on '%s'", verb, what, name, table);
	else
		kin_text_addf(out, "Detected %s unnamed %s on '%s'", verb, what, table);
}

static void foreign(kin_text *out, const char *verb, const kin_ddl *ddl)
{
	const kin_foreign_schema *f = ddl->foreign;

	kin_text_addf(out, "Detected %s foreign key ", verb);
	add_names(out, f->columns, f->column_count);
	kin_text_addf(out, " to %s", f->target);
	if (f->target_column_count > 0)
		add_names(out, f->target_columns, f->target_column_count);
	kin_text_addf(out, " on table '%s'", ddl->table_name);
}

static void new_type(kin_text *out, const kin_schema *before, const kin_ddl *ddl)
{
	const kin_table_schema *table = before ? kin_schema_table(before, ddl->table_name) : NULL;
	const kin_column_schema *column = table ? kin_schema_column(table, ddl->name) : NULL;

	kin_text_add(out, "Detected type change ");
	if (column) {
		kin_text_add(out, "from ");
		kin_ddl_type(NULL, out, &column->type);
		kin_text_add_char(out, ' ');
	}
	kin_text_add(out, "to ");
	kin_ddl_type(NULL, out, &ddl->column->type);
	kin_text_addf(out, " on '%s.%s'", ddl->table_name, ddl->name);
}

static void new_index(kin_text *out, const kin_ddl *ddl)
{
	const kin_index_schema *index = ddl->index;

	kin_text_addf(out, "Detected added %sindex '%s' on '%s' (", index->unique ? "unique " : "", index->name, ddl->table_name);
	for (size_t i = 0; i < index->part_count; i++)
		kin_text_addf(out, "%s%s", i ? ", " : "",
		              index->parts[i].column ? index->parts[i].column : index->parts[i].expression);
	kin_text_add_char(out, ')');
}

/* Whether the database makes the number already, so that only how is changed. */
static bool is_identity(const kin_schema *before, const kin_ddl *ddl)
{
	const kin_table_schema *table = before ? kin_schema_table(before, ddl->table_name) : NULL;
	const kin_column_schema *column = table ? kin_schema_column(table, ddl->name) : NULL;

	return column && column->autoincrement;
}

void kin_op_describe(kin_text *out, const kin_schema *before, const kin_ddl *ddl)
{
	const char *t = ddl->table_name;

	switch (ddl->kind) {
	case KIN_DDL_CREATE_TABLE:
		kin_text_addf(out, "Detected added table '%s'", ddl->table->name);
		break;
	case KIN_DDL_DROP_TABLE:
		kin_text_addf(out, "Detected removed table '%s'", t);
		break;
	case KIN_DDL_RENAME_TABLE:
		kin_text_addf(out, "Detected renamed table '%s' to '%s'", t, ddl->new_name);
		break;
	case KIN_DDL_ADD_COLUMN:
		kin_text_addf(out, "Detected added column '%s.%s'", t, ddl->column->name);
		break;
	case KIN_DDL_DROP_COLUMN:
		kin_text_addf(out, "Detected removed column '%s.%s'", t, ddl->name);
		break;
	case KIN_DDL_RENAME_COLUMN:
		kin_text_addf(out, "Detected renamed column '%s.%s' to '%s'", t, ddl->name, ddl->new_name);
		break;
	case KIN_DDL_SET_TYPE:
		new_type(out, before, ddl);
		break;
	case KIN_DDL_SET_NOT_NULL:
		kin_text_addf(out, "Detected NOT NULL on column '%s.%s'", t, ddl->name);
		break;
	case KIN_DDL_DROP_NOT_NULL:
		kin_text_addf(out, "Detected NULL on column '%s.%s'", t, ddl->name);
		break;
	case KIN_DDL_SET_DEFAULT:
	case KIN_DDL_DROP_DEFAULT:
		kin_text_addf(out, "Detected server default on column '%s.%s'", t, ddl->name);
		break;
	case KIN_DDL_ADD_PRIMARY_KEY:
		kin_text_add(out, "Detected added primary key ");
		add_names(out, ddl->key->columns, ddl->key->column_count);
		kin_text_addf(out, " on '%s'", t);
		break;
	case KIN_DDL_DROP_PRIMARY_KEY:
		kin_text_addf(out, "Detected removed primary key on '%s'", t);
		break;
	case KIN_DDL_ADD_UNIQUE:
		constraint(out, "added", "unique constraint", ddl->key->name, t);
		break;
	case KIN_DDL_DROP_UNIQUE:
		constraint(out, "removed", "unique constraint", ddl->key->name, t);
		break;
	case KIN_DDL_ADD_FOREIGN:
		foreign(out, "added", ddl);
		break;
	case KIN_DDL_DROP_FOREIGN:
		foreign(out, "removed", ddl);
		break;
	case KIN_DDL_ADD_CHECK:
		constraint(out, "added", "check constraint", ddl->check->name, t);
		break;
	case KIN_DDL_DROP_CHECK:
		constraint(out, "removed", "check constraint", ddl->check->name, t);
		break;
	case KIN_DDL_DROP_CONSTRAINT:
		constraint(out, "removed", "constraint", ddl->name, t);
		break;
	case KIN_DDL_CREATE_INDEX:
		new_index(out, ddl);
		break;
	case KIN_DDL_DROP_INDEX:
		kin_text_addf(out, "Detected removed index '%s' on '%s'", ddl->name, t);
		break;
	case KIN_DDL_COMMENT_TABLE:
		kin_text_addf(out, "Detected comment on table '%s'", t);
		break;
	case KIN_DDL_COMMENT_COLUMN:
		kin_text_addf(out, "Detected comment on column '%s.%s'", t, ddl->name);
		break;
	case KIN_DDL_CREATE_OBJECT:
		kin_text_addf(out, "Detected added %s '%s'", ddl->object->kind, ddl->object->name);
		break;
	case KIN_DDL_DROP_OBJECT:
		kin_text_addf(out, "Detected removed %s '%s'", ddl->object->kind, ddl->object->name);
		break;
	case KIN_DDL_SQL:
		kin_text_add(out, "Detected a data change");
		break;
	case KIN_DDL_CALL:
		kin_text_addf(out, "Detected a call of %s", ddl->name);
		break;
	case KIN_DDL_RENAME_CONSTRAINT:
	case KIN_DDL_RENAME_INDEX:
		kin_text_addf(out, "Detected renamed %s '%s' to '%s' on '%s'", ddl->kind == KIN_DDL_RENAME_INDEX ? "index" : "constraint",
		              ddl->name, ddl->new_name, t);
		break;
	case KIN_DDL_RENAME_LABEL:
		kin_text_addf(out, "Detected renamed label '%s' to '%s' of column '%s.%s'", ddl->sql, ddl->new_name, t, ddl->name);
		break;
	case KIN_DDL_SET_IDENTITY:
		if (is_identity(before, ddl)) {
			kin_text_addf(out, "Detected how numbers of column '%s.%s' are made:", t, ddl->name);
			if (ddl->column->strict_autoincrement)
				kin_text_add(out, " AUTOINCREMENT");
			else
				kin_ddl_write_identity(out, ddl->column);
			break;
		} /* fallthrough */
	case KIN_DDL_DROP_IDENTITY:
		kin_text_addf(out, "Detected that numbers of column '%s.%s' are %smade by the database", t, ddl->name,
		              ddl->kind == KIN_DDL_SET_IDENTITY ? "" : "not ");
		break;
	case KIN_DDL_SET_OPTIONS:
		kin_text_addf(out, "Detected options%s%s of table '%s'", ddl->sql ? " " : "", ddl->sql ? ddl->sql : "", t);
		break;
	case KIN_DDL_SET_DISTRIBUTED:
		kin_text_addf(out, "Detected that table '%s' is %sdistributed", t, ddl->name ? "" : "not ");
		if (ddl->name)
			kin_text_addf(out, " by '%s'", ddl->name);
		break;
	}
}
