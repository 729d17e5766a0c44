/* describe.c - a change as the line that people read when it is found. */
#include "migrate/op.h"

#include <string.h>

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

static void primary_key(kin_text *out, const kin_ddl *ddl)
{
	kin_text_add(out, "Detected added primary key ");
	add_names(out, ddl->key->columns, ddl->key->column_count);
	kin_text_addf(out, " on '%s'", ddl->table_name);
}

static void identity(kin_text *out, const kin_schema *before, const kin_ddl *ddl)
{
	bool set = ddl->kind == KIN_DDL_SET_IDENTITY;

	if (!set || !is_identity(before, ddl)) {
		kin_text_addf(out, "Detected that numbers of column '%s.%s' are %smade by the database", ddl->table_name, ddl->name,
		              set ? "" : "not ");
		return;
	}
	kin_text_addf(out, "Detected how numbers of column '%s.%s' are made:", ddl->table_name, ddl->name);
	if (ddl->column->strict_autoincrement)
		kin_text_add(out, " AUTOINCREMENT");
	else
		kin_ddl_write_identity(out, ddl->column);
}

static void options(kin_text *out, const kin_ddl *ddl)
{
	kin_text_addf(out, "Detected options%s%s of table '%s'", ddl->sql ? " " : "", ddl->sql ? ddl->sql : "", ddl->table_name);
}

static void distributed(kin_text *out, const kin_ddl *ddl)
{
	kin_text_addf(out, "Detected that table '%s' is %sdistributed", ddl->table_name, ddl->name ? "" : "not ");
	if (ddl->name)
		kin_text_addf(out, " by '%s'", ddl->name);
}

/* Changes that names say all of: $t the table's, $n what is changed, $w what it is called now, $l a label. */
static const char *const sentences[] = {
	[KIN_DDL_CREATE_TABLE]      = "added table '$t'",
	[KIN_DDL_DROP_TABLE]        = "removed table '$t'",
	[KIN_DDL_RENAME_TABLE]      = "renamed table '$t' to '$w'",
	[KIN_DDL_ADD_COLUMN]        = "added column '$t.$n'",
	[KIN_DDL_DROP_COLUMN]       = "removed column '$t.$n'",
	[KIN_DDL_RENAME_COLUMN]     = "renamed column '$t.$n' to '$w'",
	[KIN_DDL_SET_NOT_NULL]      = "NOT NULL on column '$t.$n'",
	[KIN_DDL_DROP_NOT_NULL]     = "NULL on column '$t.$n'",
	[KIN_DDL_SET_DEFAULT]       = "server default on column '$t.$n'",
	[KIN_DDL_DROP_DEFAULT]      = "server default on column '$t.$n'",
	[KIN_DDL_DROP_PRIMARY_KEY]  = "removed primary key on '$t'",
	[KIN_DDL_DROP_INDEX]        = "removed index '$n' on '$t'",
	[KIN_DDL_COMMENT_TABLE]     = "comment on table '$t'",
	[KIN_DDL_COMMENT_COLUMN]    = "comment on column '$t.$n'",
	[KIN_DDL_SQL]               = "a data change",
	[KIN_DDL_CALL]              = "a call of $n",
	[KIN_DDL_RENAME_CONSTRAINT] = "renamed constraint '$n' to '$w' on '$t'",
	[KIN_DDL_RENAME_INDEX]      = "renamed index '$n' to '$w' on '$t'",
	[KIN_DDL_RENAME_LABEL]      = "renamed label '$l' to '$w' of column '$t.$n'",
};

static const char *named(const kin_ddl *ddl, char letter)
{
	switch (letter) {
	case 't': return ddl->table_name ? ddl->table_name : ddl->table ? ddl->table->name : "?";
	case 'n': return ddl->name ? ddl->name : ddl->column ? ddl->column->name : "?";
	case 'w': return ddl->new_name;
	default:  return ddl->sql;
	}
}

static void say(kin_text *out, const char *sentence, const kin_ddl *ddl)
{
	kin_text_add(out, "Detected ");
	for (const char *dollar; (dollar = strchr(sentence, '$')); sentence = dollar + 2) {
		kin_text_add_n(out, sentence, (size_t)(dollar - sentence));
		kin_text_add(out, named(ddl, dollar[1]));
	}
	kin_text_add(out, sentence);
}

void kin_op_describe(kin_text *out, const kin_schema *before, const kin_ddl *ddl)
{
	const char *t = ddl->table_name;

	switch (ddl->kind) {
	case KIN_DDL_SET_TYPE:        new_type(out, before, ddl); break;
	case KIN_DDL_ADD_PRIMARY_KEY: primary_key(out, ddl); break;
	case KIN_DDL_ADD_UNIQUE:      constraint(out, "added", "unique constraint", ddl->key->name, t); break;
	case KIN_DDL_DROP_UNIQUE:     constraint(out, "removed", "unique constraint", ddl->key->name, t); break;
	case KIN_DDL_ADD_FOREIGN:     foreign(out, "added", ddl); break;
	case KIN_DDL_DROP_FOREIGN:    foreign(out, "removed", ddl); break;
	case KIN_DDL_ADD_CHECK:       constraint(out, "added", "check constraint", ddl->check->name, t); break;
	case KIN_DDL_DROP_CHECK:      constraint(out, "removed", "check constraint", ddl->check->name, t); break;
	case KIN_DDL_DROP_CONSTRAINT: constraint(out, "removed", "constraint", ddl->name, t); break;
	case KIN_DDL_CREATE_INDEX:    new_index(out, ddl); break;
	case KIN_DDL_CREATE_OBJECT:   kin_text_addf(out, "Detected added %s '%s'", ddl->object->kind, ddl->object->name); break;
	case KIN_DDL_DROP_OBJECT:     kin_text_addf(out, "Detected removed %s '%s'", ddl->object->kind, ddl->object->name); break;
	case KIN_DDL_SET_IDENTITY:
	case KIN_DDL_DROP_IDENTITY:   identity(out, before, ddl); break;
	case KIN_DDL_SET_OPTIONS:     options(out, ddl); break;
	case KIN_DDL_SET_DISTRIBUTED: distributed(out, ddl); break;
	case KIN_DDL_CREATE_TABLE: case KIN_DDL_DROP_TABLE: case KIN_DDL_RENAME_TABLE: case KIN_DDL_ADD_COLUMN:
	case KIN_DDL_DROP_COLUMN: case KIN_DDL_RENAME_COLUMN: case KIN_DDL_SET_NOT_NULL: case KIN_DDL_DROP_NOT_NULL:
	case KIN_DDL_SET_DEFAULT: case KIN_DDL_DROP_DEFAULT: case KIN_DDL_DROP_PRIMARY_KEY: case KIN_DDL_DROP_INDEX:
	case KIN_DDL_COMMENT_TABLE: case KIN_DDL_COMMENT_COLUMN: case KIN_DDL_SQL: case KIN_DDL_CALL:
	case KIN_DDL_RENAME_CONSTRAINT: case KIN_DDL_RENAME_INDEX: case KIN_DDL_RENAME_LABEL:
		say(out, sentences[ddl->kind], ddl);
		break;
	}
}
