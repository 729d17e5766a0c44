/* describe_json.c - a change as a JSON object, for other programs: its stable name, what it is about, what was and what will be. */
#include "migrate/op.h"

static void add_member(kin_text *out, const char *name, const char *value)
{
	kin_text_addf(out, ", \"%s\": ", name);
	if (value)
		kin_text_add_json(out, value, strlen(value));
	else
		kin_text_add(out, "null");
}

/* Move a text that was built for one member into it. */
static void add_built(kin_text *out, const char *name, kin_text *value)
{
	add_member(out, name, value->data);
	out->failed = out->failed || !kin_text_ok(value);
	kin_text_done(value);
}

static void add_flag(kin_text *out, const char *name, bool value)
{
	kin_text_addf(out, ", \"%s\": %s", name, value ? "true" : "false");
}

static void add_names(kin_text *out, const char *name, const char *const *names, size_t count)
{
	kin_text_addf(out, ", \"%s\": [", name);
	for (size_t i = 0; i < count; i++) {
		kin_text_add(out, i > 0 ? ", " : "");
		kin_text_add_json(out, names[i], strlen(names[i]));
	}
	kin_text_add_char(out, ']');
}

static void add_type(kin_text *out, const char *name, const kin_type *type)
{
	kin_text value;

	kin_text_init(&value);
	kin_ddl_type(NULL, &value, type);
	add_built(out, name, &value);
}

static void add_definition(kin_text *out, const char *name, const kin_column_schema *column)
{
	kin_text value;

	if (!column)
		return;
	kin_text_init(&value);
	kin_ddl_column(NULL, &value, NULL, column);
	add_built(out, name, &value);
}

static const kin_column_schema *column_before(const kin_schema *before, const kin_ddl *ddl)
{
	const kin_table_schema *table = before && ddl->table_name ? kin_schema_table(before, ddl->table_name) : NULL;

	return table && ddl->name ? kin_schema_column(table, ddl->name) : NULL;
}

static const char *comment_before(const kin_schema *before, const kin_ddl *ddl)
{
	const kin_table_schema *table = before ? kin_schema_table(before, ddl->table_name) : NULL;

	return table ? table->comment : NULL;
}

static const char *distributed_before(const kin_schema *before, const kin_ddl *ddl)
{
	const kin_table_schema *table = before ? kin_schema_table(before, ddl->table_name) : NULL;

	return table ? table->distributed_by : NULL;
}

static const char *options_before(const kin_schema *before, const kin_ddl *ddl)
{
	const kin_table_schema *table = before ? kin_schema_table(before, ddl->table_name) : NULL;

	return table ? table->options : NULL;
}

const char *kin_op_name(const kin_schema *before, const kin_ddl *ddl)
{
	const kin_column_schema *column = column_before(before, ddl);
	bool view = ddl->object && strcmp(ddl->object->kind, "view") == 0;

	switch (ddl->kind) {
	case KIN_DDL_CREATE_TABLE:      return "add_table";
	case KIN_DDL_DROP_TABLE:        return "remove_table";
	case KIN_DDL_RENAME_TABLE:      return "rename_table";
	case KIN_DDL_ADD_COLUMN:        return "add_column";
	case KIN_DDL_DROP_COLUMN:       return "remove_column";
	case KIN_DDL_RENAME_COLUMN:     return "rename_column";
	case KIN_DDL_SET_TYPE:
		return column && column->type.name == KIN_TYPE_ENUM && ddl->column->type.name == KIN_TYPE_ENUM ? "modify_enum"
		                                                                                              : "modify_type";
	case KIN_DDL_SET_NOT_NULL:
	case KIN_DDL_DROP_NOT_NULL:     return "modify_nullable";
	case KIN_DDL_SET_DEFAULT:
	case KIN_DDL_DROP_DEFAULT:      return "modify_default";
	case KIN_DDL_ADD_PRIMARY_KEY:   return "add_primary_key";
	case KIN_DDL_DROP_PRIMARY_KEY:  return "remove_primary_key";
	case KIN_DDL_ADD_UNIQUE:        return "add_unique";
	case KIN_DDL_DROP_UNIQUE:       return "remove_unique";
	case KIN_DDL_ADD_FOREIGN:       return "add_fk";
	case KIN_DDL_DROP_FOREIGN:      return "remove_fk";
	case KIN_DDL_ADD_CHECK:         return "add_check";
	case KIN_DDL_DROP_CHECK:        return "remove_check";
	case KIN_DDL_DROP_CONSTRAINT:   return "remove_constraint";
	case KIN_DDL_CREATE_INDEX:      return "add_index";
	case KIN_DDL_DROP_INDEX:        return "remove_index";
	case KIN_DDL_COMMENT_TABLE:     return ddl->sql ? "add_table_comment" : "remove_table_comment";
	case KIN_DDL_COMMENT_COLUMN:    return "modify_comment";
	case KIN_DDL_CREATE_OBJECT:     return view ? "add_view" : "add_trigger";
	case KIN_DDL_DROP_OBJECT:       return view ? "remove_view" : "remove_trigger";
	case KIN_DDL_SQL:               return "data";
	case KIN_DDL_CALL:              return "call";
	case KIN_DDL_RENAME_CONSTRAINT: return "rename_constraint";
	case KIN_DDL_RENAME_INDEX:      return "rename_index";
	case KIN_DDL_SET_IDENTITY:
	case KIN_DDL_DROP_IDENTITY:     return "modify_identity";
	case KIN_DDL_RENAME_LABEL:      return "rename_label";
	case KIN_DDL_SET_OPTIONS:       return "modify_options";
	case KIN_DDL_SET_DISTRIBUTED:   return "modify_distribution";
	}
	return "other";
}

static void add_foreign(kin_text *out, const kin_foreign_schema *foreign)
{
	add_member(out, "name", foreign->name);
	add_names(out, "columns", foreign->columns, foreign->column_count);
	add_member(out, "target", foreign->target);
	add_names(out, "target_columns", foreign->target_columns, foreign->target_column_count);
	if (foreign->on_delete)
		add_member(out, "on_delete", foreign->on_delete);
	if (foreign->on_update)
		add_member(out, "on_update", foreign->on_update);
}

static void add_index(kin_text *out, const kin_index_schema *index)
{
	add_flag(out, "unique", index->unique);
	kin_text_add(out, ", \"columns\": [");
	for (size_t i = 0; i < index->part_count; i++) {
		kin_text_add(out, i > 0 ? ", " : "");
		kin_text_add_json(out, index->parts[i].column ? index->parts[i].column : index->parts[i].expression, strlen(index->parts[i].column ? index->parts[i].column : index->parts[i].expression));
	}
	kin_text_add_char(out, ']');
	if (index->where)
		add_member(out, "where", index->where);
}

/* What is changed of a column that stays. */
static void add_column_change(kin_text *out, const kin_column_schema *old, const kin_ddl *ddl)
{
	add_member(out, "column", ddl->name);
	switch (ddl->kind) {
	case KIN_DDL_SET_TYPE:
		if (old)
			add_type(out, "old", &old->type);
		add_type(out, "new", &ddl->column->type);
		break;
	case KIN_DDL_SET_NOT_NULL:
	case KIN_DDL_DROP_NOT_NULL:
		add_flag(out, "old", ddl->kind == KIN_DDL_SET_NOT_NULL);
		add_flag(out, "new", ddl->kind == KIN_DDL_DROP_NOT_NULL);
		break;
	case KIN_DDL_COMMENT_COLUMN:
		add_member(out, "old", old ? old->comment : NULL);
		add_member(out, "new", ddl->sql);
		break;
	default:
		add_member(out, "old", old ? old->default_sql : NULL);
		add_member(out, "new", ddl->kind == KIN_DDL_SET_DEFAULT ? ddl->sql : NULL);
	}
}

static void add_details(kin_text *out, const kin_schema *before, const kin_ddl *ddl)
{
	switch (ddl->kind) {
	case KIN_DDL_RENAME_TABLE:
		add_member(out, "old", ddl->table_name);
		add_member(out, "new", ddl->new_name);
		break;
	case KIN_DDL_RENAME_COLUMN:
	case KIN_DDL_RENAME_CONSTRAINT:
	case KIN_DDL_RENAME_INDEX:
		add_member(out, "old", ddl->name);
		add_member(out, "new", ddl->new_name);
		break;
	case KIN_DDL_ADD_COLUMN:
		add_member(out, "column", ddl->column->name);
		add_definition(out, "new", ddl->column);
		break;
	case KIN_DDL_DROP_COLUMN:
		add_member(out, "column", ddl->name);
		add_definition(out, "old", column_before(before, ddl));
		break;
	case KIN_DDL_SET_TYPE:
	case KIN_DDL_SET_NOT_NULL:
	case KIN_DDL_DROP_NOT_NULL:
	case KIN_DDL_SET_DEFAULT:
	case KIN_DDL_DROP_DEFAULT:
	case KIN_DDL_COMMENT_COLUMN:
		add_column_change(out, column_before(before, ddl), ddl);
		break;
	case KIN_DDL_ADD_PRIMARY_KEY:
	case KIN_DDL_ADD_UNIQUE:
	case KIN_DDL_DROP_UNIQUE:
		add_member(out, "name", ddl->key->name);
		add_names(out, "columns", ddl->key->columns, ddl->key->column_count);
		break;
	case KIN_DDL_ADD_FOREIGN:
	case KIN_DDL_DROP_FOREIGN:
		add_foreign(out, ddl->foreign);
		break;
	case KIN_DDL_ADD_CHECK:
	case KIN_DDL_DROP_CHECK:
		add_member(out, "name", ddl->check->name);
		add_member(out, "check", ddl->check->sql);
		break;
	case KIN_DDL_CREATE_INDEX:
		add_member(out, "name", ddl->index->name);
		add_index(out, ddl->index);
		break;
	case KIN_DDL_COMMENT_TABLE:
		add_member(out, "old", comment_before(before, ddl));
		add_member(out, "new", ddl->sql);
		break;
	case KIN_DDL_CREATE_OBJECT:
	case KIN_DDL_DROP_OBJECT:
		add_member(out, "name", ddl->object->name);
		break;
	case KIN_DDL_DROP_PRIMARY_KEY:
	case KIN_DDL_DROP_CONSTRAINT:
	case KIN_DDL_DROP_INDEX:
	case KIN_DDL_CALL:
		add_member(out, "name", ddl->name);
		break;
	case KIN_DDL_SET_IDENTITY:
	case KIN_DDL_DROP_IDENTITY:
		add_member(out, "column", ddl->name);
		add_flag(out, "old", ddl->kind == KIN_DDL_DROP_IDENTITY);
		add_flag(out, "new", ddl->kind == KIN_DDL_SET_IDENTITY);
		break;
	case KIN_DDL_RENAME_LABEL:
		add_member(out, "column", ddl->name);
		add_member(out, "old", ddl->sql);
		add_member(out, "new", ddl->new_name);
		break;
	case KIN_DDL_SET_OPTIONS:
		add_member(out, "old", options_before(before, ddl));
		add_member(out, "new", ddl->sql);
		break;
	case KIN_DDL_SET_DISTRIBUTED:
		add_member(out, "old", distributed_before(before, ddl));
		add_member(out, "new", ddl->name);
		break;
	case KIN_DDL_CREATE_TABLE:
	case KIN_DDL_DROP_TABLE:
	case KIN_DDL_SQL:
		break;
	}
}

void kin_op_json(kin_text *out, const kin_schema *before, const kin_ddl *ddl)
{
	kin_text sql;

	kin_text_addf(out, "{\"op\": \"%s\"", kin_op_name(before, ddl));
	if (ddl->kind != KIN_DDL_RENAME_TABLE && (ddl->table || ddl->table_name))
		add_member(out, "table", ddl->table ? ddl->table->name : ddl->table_name);
	add_details(out, before, ddl);
	kin_text_init(&sql);
	kin_ddl_show(&sql, ddl);
	add_built(out, "sql", &sql);
	kin_text_add_char(out, '}');
}
