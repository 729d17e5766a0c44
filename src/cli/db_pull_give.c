/* db_pull_give.c - the schema that planned models will give, and lines for what it lacks.
 *
 * It is made as the mapping layer would make it. What it differs by from the database becomes lines of portable DDL, so that the models
 * and the database agree whatever the database has. */
#include "cli/db_pull.h"

#include <string.h>

#include "migrate/diff.h"
#include "schema/naming.h"

static bool made_by_database(const kin_pull_model *model, const kin_pull_column *c)
{
	return c->key && model->table->primary_key.column_count == 1 && strcmp(c->c_type, "int64_t") == 0 && !c->foreign &&
	       !c->column->default_sql;
}

static bool give_columns(kin_pull *pull, kin_schema *schema, kin_table_schema *table, const kin_pull_model *model)
{
	const char **keys = kin_arena_alloc(pull->arena, (model->table->column_count + 1) * sizeof(*keys));
	size_t count = 0;

	for (size_t i = 0; keys && i < model->table->column_count; i++) {
		const kin_pull_column *c = &model->columns[i];
		kin_column_schema *column = kin_schema_add_column(schema, table, c->column->name);
		if (!column)
			return false;
		column->type = kin_pull_usual_type(c);
		if (c->type && kin_ddl_parse_type(pull->arena, c->type, &column->type) < 0)
			return false;
		column->not_null = c->key || (c->column->not_null && !c->column->computed_sql);
		column->computed_sql = c->column->computed_sql;
		column->computed_stored = c->column->computed_stored;
		column->autoincrement = made_by_database(model, c);
		column->default_sql = c->column->default_sql;
		column->comment = c->column->comment;
		if (c->key)
			keys[count++] = c->column->name;
	}
	table->primary_key = (kin_key_schema){ .name = kin_naming_primary(pull->naming, pull->arena, table->name), .columns = keys, .column_count = count };
	return keys && table->primary_key.name;
}

static bool give_unique(kin_pull *pull, kin_schema *schema, kin_table_schema *table, const char **columns, size_t count)
{
	kin_key_schema *key = kin_schema_add_unique(schema, table);

	if (!key)
		return false;
	*key = (kin_key_schema){ .name = kin_naming_unique(pull->naming, pull->arena, table->name, columns, count), .columns = columns,
		                 .column_count = count };
	return key->name != NULL;
}

static bool give_options(kin_pull *pull, kin_schema *schema, kin_table_schema *table, const kin_pull_column *c)
{
	const char **name = kin_schema_names(pull->arena, &c->column->name, 1);
	kin_foreign_schema *foreign;
	kin_index_schema *index;

	if (!name)
		return false;
	if (c->index) {
		if (!(index = kin_schema_add_index(schema, table)) ||
		    !(index->parts = kin_arena_zalloc(pull->arena, sizeof(*index->parts))))
			return false;
		index->parts[0].column = name[0];
		index->part_count = 1;
		index->unique = c->unique;
		index->name = kin_naming_index(pull->naming, pull->arena, table->name, name, 1);
	} else if (c->unique && !give_unique(pull, schema, table, name, 1)) {
		return false;
	}
	if (!c->foreign)
		return !pull->arena->failed;
	if (!(foreign = kin_schema_add_foreign(schema, table)))
		return false;
	*foreign = (kin_foreign_schema){
		.name = kin_naming_foreign(pull->naming, pull->arena, table->name, name, 1, c->foreign->target), .columns = name, .column_count = 1,
		.target = c->foreign->target, .on_delete = c->foreign->on_delete, .on_update = c->foreign->on_update,
		.deferrable = c->foreign->deferrable, .initially_deferred = c->foreign->initially_deferred,
		.target_columns = kin_arena_zalloc(pull->arena, sizeof(*foreign->target_columns)), .target_column_count = 1,
	};
	if (!foreign->target_columns)
		return false;
	foreign->target_columns[0] = kin_pull_target_column(pull, c->foreign);
	return !pull->arena->failed;
}

static bool give_table(kin_pull *pull, kin_schema *schema, const kin_pull_model *model)
{
	kin_table_schema *table = kin_schema_add_table(schema, model->table->name);

	if (!table || !give_columns(pull, schema, table, model))
		return false;
	for (size_t i = 0; i < model->table->column_count; i++)
		if (!give_options(pull, schema, table, &model->columns[i]))
			return false;
	for (size_t i = 0; i < model->uniques.count; i++)
		if (!give_unique(pull, schema, table, model->uniques.items[i]->columns, model->uniques.items[i]->column_count))
			return false;
	for (size_t i = 0; i < model->indexes.count; i++) {
		kin_index_schema *index = kin_schema_add_index(schema, table);
		if (!index)
			return false;
		*index = *model->indexes.items[i];
	}
	for (size_t i = 0; i < model->checks.count; i++) {
		kin_check_schema *check = kin_schema_add_check(schema, table);
		if (!check)
			return false;
		*check = *model->checks.items[i];
	}
	return true;
}

/* Each difference becomes a line of the model whose table it is about; of the first model where that is none. */
int kin_pull_plan_lines(kin_pull *pull)
{
	kin_schema given = { .arena = pull->arena };
	kin_changes changes = { .arena = pull->arena };
	kin_pull_model *first = NULL;
	int rc = KIN_OK;

	for (size_t i = pull->schema->table_count; i > 0; i--)
		if (pull->models[i - 1].name)
			first = &pull->models[i - 1];
	if (!first)
		return kin_error_set(pull->error, KIN_ENOTFOUND, "no table of the database has a primary key, so none can be a model");
	for (size_t i = 0; i < pull->schema->table_count; i++)
		if (pull->models[i].name && !give_table(pull, &given, &pull->models[i]))
			return KIN_ENOMEM;
	/* portably, as revisions are made: what is no difference then is none for the database */
	rc = kin_diff_schemas(&changes, NULL, &given, pull->schema, NULL, pull->error);
	for (size_t i = 0; rc == KIN_OK && i < changes.count; i++) {
		const kin_ddl *change = &changes.items[i];
		const char *table = change->table ? change->table->name : change->table_name;
		kin_pull_model *model = table ? kin_pull_find_model(pull, table) : NULL;
		kin_text text;
		kin_text_init(&text);
		kin_ddl_show(&text, change);
		const char *line = kin_text_keep(&text, pull->arena);
		model = model ? model : first;
		if (!line || !kin_vec_push(&model->lines, line))
			rc = KIN_ENOMEM;
	}
	return rc;
}
