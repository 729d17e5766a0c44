/* apply_column.c - columns added, dropped, renamed and altered in a schema. */
#include "migrate/apply_part.h"
#include "migrate/normal.h"

static int add_inline(kin_schema *schema, kin_table_schema *table, const kin_table_schema *own, kin_error *error)
{
	kin_foreign_schema *foreign = own->foreign_count ? kin_schema_add_foreign(schema, table) : NULL;
	kin_key_schema *unique = own->unique_count ? kin_schema_add_unique(schema, table) : NULL;
	kin_check_schema *check = own->check_count ? kin_schema_add_check(schema, table) : NULL;

	if ((own->foreign_count && !foreign) || (own->unique_count && !unique) || (own->check_count && !check))
		return kin_error_nomem(error);
	if (foreign)
		*foreign = own->foreigns[0];
	if (unique)
		*unique = own->uniques[0];
	if (check)
		*check = own->checks[0];
	return KIN_OK;
}

static int add_column(kin_schema *schema, kin_table_schema *table, const kin_ddl *ddl, kin_error *error)
{
	kin_table_schema parts = {
		.name = table->name, .columns = ddl->column, .column_count = 1,
		.foreigns = ddl->foreign, .foreign_count = ddl->foreign != NULL,
		.uniques = ddl->key, .unique_count = ddl->key != NULL,
		.checks = ddl->check, .check_count = ddl->check != NULL,
	};

	if (kin_apply_find_column(table, ddl->column->name) != -1)
		return kin_error_set(error, KIN_EREVISION, "%s has a column '%s' already", table->name, ddl->column->name);
	kin_table_schema *own = kin_apply_own(schema, &parts);
	kin_column_schema *column = own ? kin_schema_add_column(schema, table, own->columns[0].name) : NULL;
	if (!column)
		return kin_error_nomem(error);
	*column = own->columns[0];
	return add_inline(schema, table, own, error);
}

/* What stands on a column goes with it. */
static void drop_dependents(kin_table_schema *table, const char *column)
{
	if (kin_normal_has_name(table->primary_key.columns, table->primary_key.column_count, column))
		table->primary_key = (kin_key_schema){ 0 };
	for (size_t i = table->unique_count; i > 0; i--)
		if (kin_normal_has_name(table->uniques[i - 1].columns, table->uniques[i - 1].column_count, column))
			KIN_APPLY_REMOVE(table->uniques, table->unique_count, i - 1);
	for (size_t i = table->foreign_count; i > 0; i--)
		if (kin_normal_has_name(table->foreigns[i - 1].columns, table->foreigns[i - 1].column_count, column))
			KIN_APPLY_REMOVE(table->foreigns, table->foreign_count, i - 1);
	for (size_t i = table->check_count; i > 0; i--)
		if (kin_normal_mentions(table->checks[i - 1].sql, column))
			KIN_APPLY_REMOVE(table->checks, table->check_count, i - 1);
	for (size_t i = table->index_count; i > 0; i--)
		if (kin_normal_index_uses(&table->indexes[i - 1], column))
			KIN_APPLY_REMOVE(table->indexes, table->index_count, i - 1);
}

static int drop_column(kin_table_schema *table, size_t i, kin_error *error)
{
	const char *name = table->columns[i].name;

	if (table->column_count == 1)
		return kin_error_set(error, KIN_EREVISION, "'%s' is the only column of %s: drop the table instead", name, table->name);
	for (size_t j = 0; j < table->column_count; j++)
		if (j != i && kin_normal_mentions(table->columns[j].computed_sql, name))
			return kin_error_set(error, KIN_EREVISION, "%s.%s is computed from '%s': drop it first", table->name,
			                     table->columns[j].name, name);
	drop_dependents(table, name);
	KIN_APPLY_REMOVE(table->columns, table->column_count, i);
	return KIN_OK;
}

/* The names with one replaced, as a new array; the old one if the name is not in it. */
static const char **renamed(kin_arena *arena, const char **names, size_t count, const char *from, const char *to)
{
	const char **copy;

	if (!kin_normal_has_name(names, count, from) || !(copy = kin_arena_copy(arena, names, count * sizeof(*names))))
		return names;
	for (size_t i = 0; i < count; i++)
		if (kin_normal_same(copy[i], from))
			copy[i] = to;
	return copy;
}

static int rename_column(kin_schema *schema, kin_table_schema *table, size_t at, const char *new_name, kin_error *error)
{
	kin_arena *arena = schema->arena;
	const char *name = table->columns[at].name;
	char *own = kin_arena_strdup(arena, new_name);

	if (kin_apply_find_column(table, new_name) != -1)
		return kin_error_set(error, KIN_EREVISION, "%s has a column '%s' already", table->name, new_name);
	if (!own)
		return kin_error_nomem(error);
	table->columns[at].name = own;
	table->primary_key.columns =
		renamed(arena, table->primary_key.columns, table->primary_key.column_count, name, own);
	if (table->distributed_by && strcmp(table->distributed_by, name) == 0)
		table->distributed_by = own;
	for (size_t i = 0; i < table->unique_count; i++)
		table->uniques[i].columns = renamed(arena, table->uniques[i].columns, table->uniques[i].column_count, name, own);
	for (size_t i = 0; i < table->foreign_count; i++)
		table->foreigns[i].columns =
			renamed(arena, table->foreigns[i].columns, table->foreigns[i].column_count, name, own);
	for (size_t i = 0; i < table->index_count; i++)
		table->indexes[i].include =
			renamed(arena, table->indexes[i].include, table->indexes[i].include_count, name, own);
	for (size_t i = 0; i < schema->table_count; i++)
		for (size_t j = 0; j < schema->tables[i]->foreign_count; j++) {
			kin_foreign_schema *f = &schema->tables[i]->foreigns[j];
			if (strcmp(f->target, table->name) == 0)
				f->target_columns = renamed(arena, f->target_columns, f->target_column_count, name, own);
		}
	kin_apply_replace(arena, table, name, own, false);
	kin_apply_replace_objects(schema, table->name, name, own);
	return arena->failed ? kin_error_nomem(error) : KIN_OK;
}

static int set_type(kin_schema *schema, kin_table_schema *table, kin_column_schema *column, const kin_column_schema *like,
                    kin_error *error)
{
	kin_column_schema one = { .name = column->name, .type = like->type, .collation = like->collation };
	kin_table_schema parts = { .name = table->name, .columns = &one, .column_count = 1 };
	kin_table_schema *own = kin_apply_own(schema, &parts);

	if (!own)
		return kin_error_nomem(error);
	column->type = own->columns[0].type;
	column->collation = own->columns[0].collation;
	return KIN_OK;
}

static bool has_label(const kin_type *type, const char *label)
{
	for (size_t i = 0; i < type->label_count; i++)
		if (strcmp(type->labels[i], label) == 0)
			return true;
	return false;
}

/* The label's literal, if the default is it. */
static bool is_default(const kin_column_schema *column, const char *label, kin_text *literal)
{
	kin_text_clear(literal);
	kin_text_add_quoted(literal, label, '\'');
	return column->default_sql && kin_text_ok(literal) && kin_ddl_same_expression(column->default_sql, literal->data);
}

static int rename_label(kin_schema *schema, kin_table_schema *table, kin_column_schema *column, const kin_ddl *ddl, kin_error *error)
{
	const char *const *labels = column->type.labels;
	const char **own;
	char *label = kin_arena_strdup(schema->arena, ddl->new_name);
	kin_text literal;
	int rc = KIN_OK;

	if (column->type.name != KIN_TYPE_ENUM || !has_label(&column->type, ddl->sql))
		return kin_error_set(error, KIN_EREVISION, "%s.%s is no enum with a label '%s'", table->name, column->name, ddl->sql);
	if (has_label(&column->type, ddl->new_name))
		return kin_error_set(error, KIN_EREVISION, "%s.%s has a label '%s' already", table->name, column->name, ddl->new_name);
	if (!label || !(own = kin_arena_copy(schema->arena, labels, column->type.label_count * sizeof(*own))))
		return kin_error_nomem(error);
	for (size_t i = 0; i < column->type.label_count; i++)
		if (strcmp(own[i], ddl->sql) == 0)
			own[i] = label;
	kin_text_init(&literal);
	if (is_default(column, ddl->sql, &literal)) {
		is_default(column, label, &literal);
		rc = kin_apply_text(schema, &column->default_sql, literal.data, error);
	}
	if (rc == KIN_OK && !kin_text_ok(&literal))
		rc = kin_error_nomem(error);
	if (rc == KIN_OK)
		column->type.labels = own;
	kin_text_done(&literal);
	return rc;
}

int kin_apply_column(kin_schema *schema, kin_table_schema *table, const kin_ddl *ddl, kin_error *error)
{
	int i = ddl->kind == KIN_DDL_ADD_COLUMN ? -1 : kin_apply_find_column(table, ddl->name);
	kin_column_schema *column = i == -1 ? NULL : &table->columns[i];

	if (ddl->kind == KIN_DDL_ADD_COLUMN)
		return add_column(schema, table, ddl, error);
	if (!column)
		return kin_error_set(error, KIN_EREVISION, "%s has no column '%s'", table->name, ddl->name);
	switch (ddl->kind) {
	case KIN_DDL_DROP_COLUMN:
		return drop_column(table, (size_t)i, error);
	case KIN_DDL_RENAME_COLUMN:
		return rename_column(schema, table, (size_t)i, ddl->new_name, error);
	case KIN_DDL_SET_TYPE:
		return set_type(schema, table, column, ddl->column, error);
	case KIN_DDL_RENAME_LABEL:
		return rename_label(schema, table, column, ddl, error);
	case KIN_DDL_SET_NOT_NULL:
	case KIN_DDL_DROP_NOT_NULL:
		column->not_null = ddl->kind == KIN_DDL_SET_NOT_NULL;
		return KIN_OK;
	case KIN_DDL_SET_DEFAULT:
		return kin_apply_text(schema, &column->default_sql, ddl->sql, error);
	case KIN_DDL_DROP_DEFAULT:
		column->default_sql = NULL;
		return KIN_OK;
	case KIN_DDL_SET_IDENTITY:
		column->autoincrement = column->not_null = true;
		column->strict_autoincrement = ddl->column->strict_autoincrement;
		column->identity = ddl->column->identity;
		column->identity_start = ddl->column->identity_start;
		column->identity_increment = ddl->column->identity_increment;
		column->default_sql = NULL;
		return KIN_OK;
	case KIN_DDL_DROP_IDENTITY:
		column->autoincrement = column->strict_autoincrement = false;
		column->identity = KIN_IDENTITY_ANY;
		column->identity_start = column->identity_increment = 0;
		return KIN_OK;
	default:
		return kin_apply_text(schema, &column->comment, ddl->sql, error);
	}
}
