/* db_pull_plan.c - what each table becomes: a name, members, relationships, keys, indexes and checks. */
#include "cli/db_pull.h"

#include <string.h>

#include "migrate/diff.h"
#include "schema/naming.h"

void kin_pull_lose(kin_pull *pull, const char *format, ...)
{
	kin_text text;
	va_list arguments;

	kin_text_init(&text);
	va_start(arguments, format);
	kin_text_addv(&text, format, arguments);
	va_end(arguments);
	const char *kept = kin_text_keep(&text, pull->arena);
	if (!kept || !kin_vec_push(&pull->losses, kept))
		pull->arena->failed = true;
}

kin_pull_model *kin_pull_find_model(const kin_pull *pull, const char *table)
{
	for (size_t i = 0; i < pull->schema->table_count; i++)
		if (pull->models[i].name && strcmp(pull->models[i].table->name, table) == 0)
			return &pull->models[i];
	return NULL;
}

/* ---- columns ---- */

const char *kin_pull_free_name(kin_pull *pull, const char *name)
{
	const char *free_name = name;

	for (int n = 2; free_name && kin_map_find(&pull->names, free_name); n++)
		free_name = kin_arena_printf(pull->arena, "%s_%d", name, n);
	return free_name && kin_map_set(&pull->names, free_name, pull) ? free_name : NULL;
}

static bool is_key(const kin_table_schema *table, const char *column)
{
	for (size_t i = 0; i < table->primary_key.column_count; i++)
		if (strcmp(table->primary_key.columns[i], column) == 0)
			return true;
	return false;
}

static bool has_member(const kin_pull_model *model, size_t columns, const char *name)
{
	for (size_t i = 0; i < columns; i++)
		if (model->columns[i].member && strcmp(model->columns[i].member, name) == 0)
			return true;
	for (size_t i = 0; i < model->relations.count; i++)
		if (strcmp(model->relations.items[i].name, name) == 0)
			return true;
	return false;
}

static const char *free_member(kin_pull *pull, const kin_pull_model *model, size_t columns, const char *name)
{
	const char *free_name = name;

	for (int n = 2; free_name && has_member(model, columns, free_name); n++)
		free_name = kin_arena_printf(pull->arena, "%s%d", name, n);
	return free_name;
}

static int plan_column(kin_pull *pull, kin_pull_model *model, size_t i)
{
	const kin_table_schema *table = model->table;
	kin_pull_column *c = &model->columns[i];

	c->column = &table->columns[i];
	const char *plain = kin_pull_member_name(pull->arena, c->column->name);
	if (!plain || !(c->member = free_member(pull, model, i, plain)))
		return KIN_ENOMEM;
	c->key = is_key(table, c->column->name);
	c->foreign = kin_pull_own_foreign(pull, table, c->column->name);
	return kin_pull_plan_type(pull, model, c);
}

static kin_pull_column *column_named(const kin_pull_model *model, const char *name)
{
	for (size_t i = 0; i < model->table->column_count; i++)
		if (strcmp(model->columns[i].column->name, name) == 0)
			return &model->columns[i];
	return NULL;
}

/* ---- keys, indexes, checks ---- */

static bool are_members(const kin_pull_model *model, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!column_named(model, names[i]))
			return false;
	return true;
}

static bool is_usual(const char *name, const char *usual)
{
	return !name || (usual && strcmp(name, usual) == 0);
}

static int plan_uniques(kin_pull *pull, kin_pull_model *model)
{
	const kin_table_schema *table = model->table;

	for (size_t i = 0; i < table->unique_count; i++) {
		const kin_key_schema *key = &table->uniques[i];
		const char *usual = kin_naming_unique(pull->naming, pull->arena, table->name, key->columns, key->column_count);
		if (key->extra || !is_usual(key->name, usual) || !are_members(model, key->columns, key->column_count))
			continue;
		if (key->column_count == 1)
			column_named(model, key->columns[0])->unique = true;
		else if (!kin_vec_push(&model->uniques, key))
			return KIN_ENOMEM;
	}
	return KIN_OK;
}

/* Only columns, in rising order. */
static const char **plain_parts(kin_pull *pull, const kin_pull_model *model, const kin_index_schema *index)
{
	const char **names = kin_arena_alloc(pull->arena, (index->part_count + 1) * sizeof(*names));

	for (size_t i = 0; names && i < index->part_count; i++) {
		const kin_index_part *part = &index->parts[i];
		if (!part->column || part->descending || part->collation || index->include_count || !column_named(model, part->column))
			return NULL;
		names[i] = part->column;
	}
	return names;
}

static int plan_indexes(kin_pull *pull, kin_pull_model *model)
{
	const kin_table_schema *table = model->table;

	for (size_t i = 0; i < table->index_count; i++) {
		const kin_index_schema *index = &table->indexes[i];
		const char **names = plain_parts(pull, model, index);
		kin_pull_column *first = names ? column_named(model, names[0]) : NULL;
		if (!names)
			continue;
		bool usual = is_usual(index->name, kin_naming_index(pull->naming, pull->arena, table->name, names, index->part_count));
		if (usual && index->part_count == 1 && !index->where && !first->unique && !first->index) {
			first->index = true;
			first->unique = index->unique;
		} else if (!kin_vec_push(&model->indexes, index)) {
			return KIN_ENOMEM;
		}
	}
	return KIN_OK;
}

static int plan_checks(kin_pull *pull, kin_pull_model *model)
{
	const kin_table_schema *table = model->table;
	const char *prefix = kin_arena_printf(pull->arena, "ck_%s_", table->name);

	if (!prefix)
		return KIN_ENOMEM;
	for (size_t i = 0; i < table->check_count; i++) {
		const char *name = table->checks[i].name;
		if ((!name || strncmp(name, prefix, strlen(prefix)) == 0) && !kin_vec_push(&model->checks, &table->checks[i]))
			return KIN_ENOMEM;
	}
	return KIN_OK;
}

/* ---- relationships ---- */

static size_t keys_between(const kin_pull_model *from, const char *target)
{
	size_t count = 0;

	for (size_t i = 0; i < from->table->column_count; i++)
		count += from->columns[i].foreign && strcmp(from->columns[i].foreign->target, target) == 0;
	return count;
}

/* "owner" for owner_id and OwnerId; the model's name for others. */
static char *relation_name(kin_pull *pull, const kin_pull_column *c, const kin_pull_model *target)
{
	static const char *const ends[] = { "_id", "_ID", "Id", "ID", "_fk" };
	size_t length = strlen(c->member);
	char *name = NULL;

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends) && !name; i++) {
		size_t size = strlen(ends[i]);
		if (length > size && strcmp(c->member + length - size, ends[i]) == 0)
			name = kin_arena_strndup(pull->arena, c->member, length - size);
	}
	if (!name && !(name = kin_arena_strdup(pull->arena, target->name)))
		return NULL;
	return (name = kin_pull_snake_name(pull->arena, name)) ? kin_pull_member_name(pull->arena, name) : NULL;
}

static bool is_alone_unique(const kin_pull_model *model, const kin_pull_column *c)
{
	const kin_table_schema *table = model->table;

	if (c->key && table->primary_key.column_count == 1)
		return true;
	for (size_t i = 0; i < table->unique_count; i++)
		if (table->uniques[i].column_count == 1 && strcmp(table->uniques[i].columns[0], c->column->name) == 0)
			return true;
	return c->unique;
}

static int relate(kin_pull *pull, kin_pull_model *model, const kin_pull_column *c)
{
	kin_pull_model *target = kin_pull_find_model(pull, c->foreign->target);
	bool several = keys_between(model, target->table->name) > 1, one = is_alone_unique(model, c);
	const char *own = relation_name(pull, c, target);
	const char *many = kin_pull_list_name(pull->arena, model->table->name), *key = several ? c->member : NULL;

	if (!own || !many || !(own = free_member(pull, model, model->table->column_count, own)))
		return KIN_ENOMEM;
	kin_pull_relation here = { .name = own, .target = target, .form = "belongs_to", .key = key };
	if (!kin_vec_push(&model->relations, here))
		return KIN_ENOMEM;
	size_t at = model->relations.count - 1;
	if (several)
		many = kin_arena_printf(pull->arena, "%s_%s", own, many);
	if (!many || !(many = free_member(pull, target, target->table->column_count, many)))
		return KIN_ENOMEM;
	kin_pull_relation there = { .name = many, .target = model, .form = one ? "has_one" : "has_many", .reverse = own, .key = key };
	if (!kin_vec_push(&target->relations, there))
		return KIN_ENOMEM;
	model->relations.items[at].reverse = many;
	return KIN_OK;
}

static int plan_relations(kin_pull *pull, kin_pull_model *model)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < model->table->column_count; i++)
		if (model->columns[i].foreign)
			rc = relate(pull, model, &model->columns[i]);
	for (size_t i = 0; i < model->table->foreign_count; i++) {
		const kin_foreign_schema *f = &model->table->foreigns[i];
		const kin_pull_column *c = f->column_count == 1 ? column_named(model, f->columns[0]) : NULL;
		if (!c || c->foreign != f)
			kin_pull_lose(pull, "the foreign key of %s over %s%s to %s is no relationship", model->table->name, f->columns[0],
			              f->column_count > 1 ? ", …" : "", f->target);
	}
	return rc;
}

/* ---- all ---- */

static int plan_names(kin_pull *pull)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < pull->schema->table_count; i++) {
		const kin_table_schema *table = pull->schema->tables[i];
		kin_pull_model *model = &pull->models[i];
		model->table = table;
		if (kin_diff_ignores(table->name))
			continue;
		if (table->primary_key.column_count == 0) {
			kin_pull_lose(pull, "table %s has no primary key, and is no model; its DDL is in a kin_table_sql()", table->name);
			continue;
		}
		model->name = kin_pull_free_name(pull, kin_pull_model_name(pull->arena, table->name));
		model->columns = kin_arena_zalloc(pull->arena, (table->column_count + 1) * sizeof(*model->columns));
		if (!model->name || !model->columns)
			rc = KIN_ENOMEM;
	}
	return rc;
}

static int plan_members(kin_pull *pull)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < pull->schema->table_count; i++) {
		kin_pull_model *model = &pull->models[i];
		for (size_t n = 0; rc == KIN_OK && model->name && n < model->table->column_count; n++)
			rc = plan_column(pull, model, n);
		if (rc == KIN_OK && model->name && ((rc = plan_uniques(pull, model)) < 0 || (rc = plan_indexes(pull, model)) < 0 ||
		                                    (rc = plan_checks(pull, model)) < 0))
			break;
	}
	for (size_t i = 0; rc == KIN_OK && i < pull->schema->table_count; i++)
		if (pull->models[i].name)
			rc = plan_relations(pull, &pull->models[i]);
	return rc;
}

int kin_pull_plan(kin_pull *pull)
{
	int rc = KIN_ENOMEM;

	pull->models = kin_arena_zalloc(pull->arena, (pull->schema->table_count + 1) * sizeof(*pull->models));
	if (pull->models && (rc = plan_names(pull)) == KIN_OK && (rc = plan_members(pull)) == KIN_OK)
		rc = kin_pull_plan_lines(pull);
	for (size_t i = 0; rc == KIN_OK && i < pull->schema->object_count; i++)
		kin_pull_lose(pull, "the %s %s is not in the models; `kin db pull --schema` has it", pull->schema->objects[i].kind,
		              pull->schema->objects[i].name);
	return rc == KIN_ENOMEM || pull->arena->failed ? kin_error_nomem(pull->error) : rc;
}

void kin_pull_done(kin_pull *pull)
{
	for (size_t i = 0; pull->models && i < pull->schema->table_count; i++) {
		kin_vec_done(&pull->models[i].relations);
		kin_vec_done(&pull->models[i].lines);
		kin_vec_done(&pull->models[i].uniques);
		kin_vec_done(&pull->models[i].indexes);
		kin_vec_done(&pull->models[i].checks);
	}
	kin_vec_done(&pull->losses);
	kin_vec_done(&pull->enums);
	kin_map_done(&pull->names);
}
