/* db_pull_plan.c - what each table becomes: members, relationships, and the lines for what they do not say.
 *
 * The models that are planned give a schema, as the mapping layer would make it. What that differs by from the database becomes
 * lines of portable DDL, so that the models and the database agree whatever the database has. */
#include "cli/db_pull.h"

#include <string.h>
#include <strings.h>

#include "base/map.h"
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
	const char *kept = kin_text_ok(&text) ? kin_arena_strdup(pull->arena, text.data) : NULL;
	if (!kept || !kin_vec_push(&pull->losses, kept))
		pull->arena->failed = true;
	kin_text_done(&text);
}

static kin_pull_model *find_model(const kin_pull *pull, const char *table)
{
	for (size_t i = 0; i < pull->schema->table_count; i++)
		if (pull->models[i].name && strcmp(pull->models[i].table->name, table) == 0)
			return &pull->models[i];
	return NULL;
}

/* ---- types ---- */

static const char *const c_types[KIN_TYPE_COUNT] = {
	[KIN_TYPE_BOOLEAN] = "bool",       [KIN_TYPE_SMALLINT] = "int16_t",  [KIN_TYPE_INTEGER] = "int32_t",
	[KIN_TYPE_BIGINT] = "int64_t",     [KIN_TYPE_REAL] = "float",        [KIN_TYPE_DOUBLE] = "double",
	[KIN_TYPE_NUMERIC] = "double",     [KIN_TYPE_CHAR] = "const char *", [KIN_TYPE_VARCHAR] = "const char *",
	[KIN_TYPE_TEXT] = "const char *",  [KIN_TYPE_BLOB] = "kin_bytes",    [KIN_TYPE_DATE] = "kin_date",
	[KIN_TYPE_TIME] = "kin_time",      [KIN_TYPE_TIMESTAMP] = "kin_datetime", [KIN_TYPE_TIMESTAMPTZ] = "kin_timestamp",
	[KIN_TYPE_UUID] = "const char *",  [KIN_TYPE_JSON] = "const char *", [KIN_TYPE_ENUM] = "const char *",
};

/* What SQLite keeps in a column of a type that it does not know: its affinity. Elsewhere such a type is read as text. */
static const char *odd_type(const kin_pull *pull, const char *text)
{
	if (!pull->dialect || pull->dialect->id != KIN_SQLITE || strcasestr(text, "CHAR") || strcasestr(text, "TEXT"))
		return "const char *";
	if (strcasestr(text, "INT"))
		return "int64_t";
	if (!*text || strcasestr(text, "BLOB"))
		return "kin_bytes";
	return strcasestr(text, "REAL") || strcasestr(text, "FLOA") || strcasestr(text, "DOUB") ? "double" : "const char *";
}

static bool holds_null(const char *c_type)
{
	return strcmp(c_type, "const char *") == 0 || strcmp(c_type, "kin_bytes") == 0;
}

/* The type that a member of this C type has without a word. */
static kin_type usual_type(const char *c_type, int length)
{
	static const kin_type_name names[] = {
		KIN_TYPE_BOOLEAN, KIN_TYPE_SMALLINT, KIN_TYPE_INTEGER, KIN_TYPE_BIGINT, KIN_TYPE_REAL, KIN_TYPE_DOUBLE, KIN_TYPE_VARCHAR,
		KIN_TYPE_BLOB, KIN_TYPE_DATE, KIN_TYPE_TIME, KIN_TYPE_TIMESTAMP, KIN_TYPE_TIMESTAMPTZ,
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(c_types[names[i]], c_type) == 0)
			return (kin_type){ .name = names[i], .scale = -1, .length = names[i] == KIN_TYPE_VARCHAR ? length : 0 };
	return (kin_type){ 0 };
}

static const char *type_text(kin_pull *pull, const kin_type *type)
{
	kin_text text;

	kin_text_init(&text);
	kin_ddl_type(NULL, &text, type);
	const char *kept = kin_text_ok(&text) ? kin_arena_strdup(pull->arena, text.data) : NULL;
	kin_text_done(&text);
	if (!kept)
		pull->arena->failed = true;
	return kept;
}

/* ---- columns ---- */

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

/* The foreign key that is the column's option: the first one over it alone to one column of a model. */
static const kin_foreign_schema *own_foreign(const kin_pull *pull, const kin_table_schema *table, const char *column)
{
	for (size_t i = 0; i < table->foreign_count; i++) {
		const kin_foreign_schema *f = &table->foreigns[i];
		const kin_pull_model *target = find_model(pull, f->target);
		size_t width = !target ? 0 : f->target_column_count ? f->target_column_count : target->table->primary_key.column_count;
		if (f->column_count == 1 && width == 1 && strcmp(f->columns[0], column) == 0)
			return f;
	}
	return NULL;
}

static const char *target_column(const kin_pull *pull, const kin_foreign_schema *foreign)
{
	return foreign->target_column_count ? foreign->target_columns[0]
	                                    : find_model(pull, foreign->target)->table->primary_key.columns[0];
}

/* The C type of a column: a foreign key has that of what it points at, through several tables. */
static const char *c_type_of(const kin_pull *pull, const kin_table_schema *table, const char *name, int depth)
{
	const kin_column_schema *column = kin_schema_column(table, name);
	const kin_foreign_schema *foreign = own_foreign(pull, table, name);

	if (!column)
		return "int64_t";
	if (foreign && depth < 16 && (strcmp(foreign->target, table->name) != 0 || strcmp(target_column(pull, foreign), name) != 0))
		return c_type_of(pull, find_model(pull, foreign->target)->table, target_column(pull, foreign), depth + 1);
	if (column->autoincrement)
		return "int64_t";
	return column->type.name == KIN_TYPE_OTHER ? odd_type(pull, column->type.text ? column->type.text : "")
	                                           : c_types[column->type.name];
}

static bool made_by_database(const kin_pull_model *model, const kin_pull_column *c)
{
	return c->key && model->table->primary_key.column_count == 1 && strcmp(c->c_type, "int64_t") == 0 && !c->foreign &&
	       !c->column->default_sql;
}

static void plan_type(kin_pull *pull, const kin_table_schema *table, kin_pull_column *c)
{
	const kin_type *type = &c->column->type;
	kin_type usual = usual_type(c->c_type, type->length);
	const char *text = type_text(pull, type), *usual_text = type_text(pull, &usual);

	if (text && usual_text && strcmp(text, usual_text) != 0)
		c->type = text;
	if (type->name == KIN_TYPE_OTHER && strcmp(c->c_type, "const char *") == 0)
		kin_pull_lose(pull, "%s.%s, of type %s, is read and written as text", table->name, c->column->name,
		              text && *text ? text : "none");
}

static int plan_column(kin_pull *pull, kin_pull_model *model, size_t i)
{
	const kin_table_schema *table = model->table;
	kin_pull_column *c = &model->columns[i];

	c->column = &table->columns[i];
	if (c->column->computed_sql) {
		kin_pull_lose(pull, "%s.%s is computed by the database, and is no member of %s", table->name, c->column->name, model->name);
		return KIN_OK;
	}
	const char *plain = kin_pull_member_name(pull->arena, c->column->name);
	if (!plain || !(c->member = free_member(pull, model, i, plain)))
		return KIN_ENOMEM;
	c->key = is_key(table, c->column->name);
	c->foreign = own_foreign(pull, table, c->column->name);
	c->c_type = c_type_of(pull, table, c->column->name, 0);
	c->nullable = !c->column->not_null && !c->key && !holds_null(c->c_type);
	plan_type(pull, table, c);
	return pull->arena->failed ? KIN_ENOMEM : KIN_OK;
}

static kin_pull_column *column_named(const kin_pull_model *model, const char *name)
{
	for (size_t i = 0; i < model->table->column_count; i++)
		if (strcmp(model->columns[i].column->name, name) == 0)
			return model->columns[i].member ? &model->columns[i] : NULL;
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
		const char *usual = kin_naming_unique(pull->arena, table->name, key->columns, key->column_count);
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
		bool usual = is_usual(index->name, kin_naming_index(pull->arena, table->name, names, index->part_count));
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
	kin_pull_model *target = find_model(pull, c->foreign->target);
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

/* ---- the schema that the models will give ---- */

static bool give_columns(kin_pull *pull, kin_schema *schema, kin_table_schema *table, const kin_pull_model *model)
{
	const char **keys = kin_arena_alloc(pull->arena, (model->table->column_count + 1) * sizeof(*keys));
	size_t count = 0;

	for (size_t i = 0; keys && i < model->table->column_count; i++) {
		const kin_pull_column *c = &model->columns[i];
		kin_column_schema *column = c->member ? kin_schema_add_column(schema, table, c->column->name) : NULL;
		if (!c->member)
			continue;
		if (!column)
			return false;
		column->type = usual_type(c->c_type, c->column->type.length);
		if (c->type && kin_ddl_parse_type(pull->arena, c->type, &column->type) < 0)
			return false;
		column->not_null = c->key || c->column->not_null;
		column->autoincrement = made_by_database(model, c);
		column->default_sql = c->column->default_sql;
		column->comment = c->column->comment;
		if (c->key)
			keys[count++] = c->column->name;
	}
	table->primary_key = (kin_key_schema){ .name = kin_naming_primary(pull->arena, table->name), .columns = keys, .column_count = count };
	return keys && table->primary_key.name;
}

static bool give_unique(kin_pull *pull, kin_schema *schema, kin_table_schema *table, const char **columns, size_t count)
{
	kin_key_schema *key = kin_schema_add_unique(schema, table);

	if (!key)
		return false;
	*key = (kin_key_schema){ .name = kin_naming_unique(pull->arena, table->name, columns, count), .columns = columns,
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
		index->name = kin_naming_index(pull->arena, table->name, name, 1);
	} else if (c->unique && !give_unique(pull, schema, table, name, 1)) {
		return false;
	}
	if (!c->foreign)
		return !pull->arena->failed;
	if (!(foreign = kin_schema_add_foreign(schema, table)))
		return false;
	*foreign = (kin_foreign_schema){
		.name = kin_naming_foreign(pull->arena, table->name, name, 1, c->foreign->target), .columns = name, .column_count = 1,
		.target = c->foreign->target, .on_delete = c->foreign->on_delete, .on_update = c->foreign->on_update,
		.target_columns = kin_arena_zalloc(pull->arena, sizeof(*foreign->target_columns)), .target_column_count = 1,
	};
	if (!foreign->target_columns)
		return false;
	foreign->target_columns[0] = target_column(pull, c->foreign);
	return !pull->arena->failed;
}

static bool give_table(kin_pull *pull, kin_schema *schema, const kin_pull_model *model)
{
	kin_table_schema *table = kin_schema_add_table(schema, model->table->name);

	if (!table || !give_columns(pull, schema, table, model))
		return false;
	for (size_t i = 0; i < model->table->column_count; i++)
		if (model->columns[i].member && !give_options(pull, schema, table, &model->columns[i]))
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
static int plan_lines(kin_pull *pull)
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
		kin_pull_model *model = table ? find_model(pull, table) : NULL;
		kin_text text;
		kin_text_init(&text);
		kin_ddl_show(&text, change);
		const char *line = kin_text_ok(&text) ? kin_arena_strdup(pull->arena, text.data) : NULL;
		kin_text_done(&text);
		model = model ? model : first;
		if (!line || !kin_vec_push(&model->lines, line))
			rc = KIN_ENOMEM;
	}
	return rc;
}

/* ---- all ---- */

static int plan_names(kin_pull *pull)
{
	kin_map used = { 0 };
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
		char *plain = kin_pull_model_name(pull->arena, table->name);
		const char *name = plain;
		for (int n = 2; name && kin_map_find(&used, name); n++)
			name = kin_arena_printf(pull->arena, "%s%d", plain, n);
		model->name = name;
		model->columns = kin_arena_zalloc(pull->arena, (table->column_count + 1) * sizeof(*model->columns));
		if (!name || !model->columns || !kin_map_set(&used, name, model))
			rc = KIN_ENOMEM;
	}
	kin_map_done(&used);
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
		rc = plan_lines(pull);
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
}
