/* table.c - the schema that the models describe: each kind is a portable type, each constraint has a name by convention. */
#include <stdlib.h>
#include <string.h>

#include "orm/inherit.h"
#include "orm/registry.h"
#include "schema/naming.h"
#include "schema/schema.h"
#include "sql/ddl.h"

static const kin_type_name types[KIN_KIND_COUNT] = {
	[KIN_KIND_BOOL] = KIN_TYPE_BOOLEAN,
	[KIN_KIND_INT16] = KIN_TYPE_SMALLINT,
	[KIN_KIND_INT32] = KIN_TYPE_INTEGER,
	[KIN_KIND_INT64] = KIN_TYPE_BIGINT,
	[KIN_KIND_INT8] = KIN_TYPE_SMALLINT,
	[KIN_KIND_UINT8] = KIN_TYPE_SMALLINT,
	[KIN_KIND_UINT16] = KIN_TYPE_INTEGER,
	[KIN_KIND_UINT32] = KIN_TYPE_BIGINT,
	[KIN_KIND_UINT64] = KIN_TYPE_NUMERIC,
	[KIN_KIND_FLOAT] = KIN_TYPE_REAL,
	[KIN_KIND_DOUBLE] = KIN_TYPE_DOUBLE,
	[KIN_KIND_TEXT] = KIN_TYPE_VARCHAR,
	[KIN_KIND_BYTES] = KIN_TYPE_BLOB,
	[KIN_KIND_DATE] = KIN_TYPE_DATE,
	[KIN_KIND_TIME] = KIN_TYPE_TIME,
	[KIN_KIND_DATETIME] = KIN_TYPE_TIMESTAMP,
	[KIN_KIND_TIMESTAMP] = KIN_TYPE_TIMESTAMPTZ,
	[KIN_KIND_DECIMAL] = KIN_TYPE_NUMERIC,
	[KIN_KIND_UUID] = KIN_TYPE_UUID,
	[KIN_KIND_JSON] = KIN_TYPE_JSON,
	[KIN_KIND_ENUM] = KIN_TYPE_ENUM,
	[KIN_KIND_CHARS] = KIN_TYPE_VARCHAR,
};

enum { UINT64_DIGITS = 20 };

/* A copy in the schema's arena, which remembers when memory was out. */
static const char *copy(kin_schema *schema, const char *text)
{
	return kin_arena_strdup(schema->arena, text);
}

/* The columns of attributes, as names in the schema's arena. */
static const char **names_of(kin_schema *schema, const kin_attribute *const *attributes, size_t count)
{
	const char **names = kin_arena_zalloc(schema->arena, (count + 1) * sizeof(*names));

	for (size_t i = 0; names && i < count; i++)
		if (!(names[i] = copy(schema, attributes[i]->column)))
			return NULL;
	return names;
}

/* The type that goes with a kind. */
static int make_type(kin_schema *schema, const kin_attribute *attribute, kin_type *ret)
{
	const kin_domain *domain = attribute->domain;
	int kind = domain && domain->custom ? (int)domain->custom->kind : attribute->kind & ~KIN_KIND_NULLABLE;

	*ret = (kin_type){ .name = types[kind], .length = attribute->length, .scale = -1 };
	if (kind == KIN_KIND_DECIMAL && attribute->precision > 0) {
		ret->precision = attribute->precision;
		ret->scale = attribute->scale;
	} else if (kind == KIN_KIND_UINT64) {
		ret->precision = UINT64_DIGITS;
		ret->scale = 0;
	} else if (kind == KIN_KIND_ENUM && domain) {
		ret->label_count = domain->label_count;
		ret->text = copy(schema, attribute->enum_name);
		if (!(ret->labels = kin_schema_names(schema->arena, domain->labels, domain->label_count)))
			return KIN_ENOMEM;
	}
	return KIN_OK;
}

static int add_column(kin_schema *schema, kin_table_schema *table, const kin_attribute *attribute)
{
	kin_column_schema *column = kin_schema_add_column(schema, table, attribute->column);

	if (!column)
		return KIN_ENOMEM;
	if (make_type(schema, attribute, &column->type) < 0)
		return KIN_ENOMEM;
	if (attribute->type && kin_ddl_parse_type(schema->arena, attribute->type, &column->type) < 0)
		return KIN_ENOMEM;
	column->not_null = attribute->not_null && !attribute->computed && !attribute->loose; /* no database says that of what it computes */
	column->computed_sql = copy(schema, attribute->computed);
	column->computed_stored = attribute->computed_stored;
	column->autoincrement = attribute->primary_key && attribute->mapping->integer_key;
	column->default_sql = copy(schema, attribute->default_sql);
	column->comment = copy(schema, attribute->comment);
	column->collation = copy(schema, attribute->collation);
	column->identity_start = attribute->identity_start;
	column->identity_increment = attribute->identity_increment;
	return schema->arena->failed ? KIN_ENOMEM : KIN_OK;
}

static int add_primary_key(kin_schema *schema, kin_table_schema *table, const kin_mapping *mapping)
{
	table->primary_key.name = kin_naming_primary(schema->naming, schema->arena, mapping->table);
	table->primary_key.columns = names_of(schema, mapping->keys, mapping->key_count);
	table->primary_key.column_count = mapping->key_count;
	return table->primary_key.name && table->primary_key.columns ? KIN_OK : KIN_ENOMEM;
}

static int add_unique(kin_schema *schema, kin_table_schema *table, const char *name,
                      const kin_attribute *const *attributes, size_t count)
{
	kin_key_schema *unique = kin_schema_add_unique(schema, table);

	if (!unique || !(unique->columns = names_of(schema, attributes, count)))
		return KIN_ENOMEM;
	unique->column_count = count;
	unique->name = name ? copy(schema, name)
	                    : kin_naming_unique(schema->naming, schema->arena, table->name, unique->columns, count);
	return unique->name ? KIN_OK : KIN_ENOMEM;
}

static bool has_index(const kin_table_schema *table, const char *name)
{
	for (size_t i = 0; i + 1 < table->index_count; i++)
		if (strcmp(table->indexes[i].name, name) == 0)
			return true;
	return false;
}

/* Named by its columns; a second one over the same, perhaps with a `.where`, has a number besides. `names` has room for that. The index
 * itself is the last of the table's. */
static const char *index_name(kin_schema *schema, const kin_table_schema *table, const char **names, size_t count)
{
	const char *name = kin_naming_index(schema->naming, schema->arena, table->name, names, count);

	for (int n = 2; name && has_index(table, name); n++) {
		names[count] = kin_arena_printf(schema->arena, "%d", n);
		name = names[count] ? kin_naming_index(schema->naming, schema->arena, table->name, names, count + 1) : NULL;
	}
	return name;
}

static bool add_part(kin_schema *schema, kin_index_schema *index, const kin_extra_part *part)
{
	kin_index_part *added = &index->parts[index->part_count++];

	added->descending = part->descending;
	if (part->expression)
		return (added->expression = copy(schema, part->expression)) != NULL;
	return (added->column = copy(schema, part->attribute->column)) != NULL;
}

static int add_index(kin_schema *schema, kin_table_schema *table, const kin_extra *extra)
{
	kin_index_schema *index = kin_schema_add_index(schema, table);
	const char **names = names_of(schema, extra->attributes, extra->attribute_count);

	if (!index || !names || !(index->parts = kin_arena_zalloc(schema->arena, (extra->part_count + 1) * sizeof(*index->parts))))
		return KIN_ENOMEM;
	for (size_t i = 0; i < extra->part_count; i++)
		if (!add_part(schema, index, &extra->parts[i]))
			return KIN_ENOMEM;
	if (extra->include_count > 0 && !(index->include = names_of(schema, extra->include, extra->include_count)))
		return KIN_ENOMEM;
	index->include_count = extra->include_count;
	index->unique = extra->unique;
	index->where = copy(schema, extra->where);
	index->name = extra->name ? copy(schema, extra->name)
	                          : index_name(schema, table, names, extra->attribute_count);
	return index->name && !schema->arena->failed ? KIN_OK : KIN_ENOMEM;
}

/* The columns of one side of a foreign key. */
static const char **side_of(kin_schema *schema, const kin_foreign *key, bool pointed)
{
	const kin_attribute **side = kin_arena_alloc(schema->arena, key->count * sizeof(*side));

	for (size_t i = 0; side && i < key->count; i++)
		side[i] = pointed ? key->pairs[i].remote : key->pairs[i].local;
	return side ? names_of(schema, side, key->count) : NULL;
}

static int add_foreign(kin_schema *schema, kin_table_schema *table, const kin_foreign *key)
{
	kin_foreign_schema *foreign = kin_schema_add_foreign(schema, table);

	if (!foreign)
		return KIN_ENOMEM;
	foreign->columns = side_of(schema, key, false);
	foreign->column_count = key->count;
	foreign->target = copy(schema, key->target->model->table);
	foreign->target_columns = side_of(schema, key, true);
	foreign->target_column_count = key->count;
	foreign->on_delete = key->on_delete;
	foreign->on_update = key->on_update;
	foreign->deferrable = key->deferrable != 0;
	foreign->initially_deferred = key->deferrable == KIN_DEFERRED;
	if (!foreign->columns || !foreign->target || !foreign->target_columns)
		return KIN_ENOMEM;
	foreign->name = key->name ? copy(schema, key->name)
	                          : kin_naming_foreign(schema->naming, schema->arena, table->name, foreign->columns, key->count, foreign->target);
	return foreign->name ? KIN_OK : KIN_ENOMEM;
}

/* The first column that a check speaks of names it; "check" where there is none. */
static const char *check_subject(kin_schema *schema, const kin_mapping *mapping, const char *sql)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

	for (const char *at = sql; *(at += strcspn(at, letters));) {
		size_t length = strspn(at, letters);
		char *word = kin_arena_strndup(schema->arena, at, length);
		if (!word || kin_map_find(&mapping->by_column, word))
			return word;
		at += length;
	}
	return "check";
}

static bool has_check(const kin_table_schema *table, const char *name)
{
	for (size_t i = 0; i < table->check_count; i++)
		if (table->checks[i].name && strcmp(table->checks[i].name, name) == 0)
			return true;
	return false;
}

static int add_check(kin_schema *schema, kin_table_schema *table, const kin_mapping *mapping, const kin_extra *extra)
{
	const char *subject = extra->name ? extra->name : check_subject(schema, mapping, extra->sql);
	const char *name = subject ? kin_naming_check(schema->naming, schema->arena, table->name, subject) : NULL;

	for (int n = 2; name && has_check(table, name); n++) {
		const char *numbered = kin_arena_printf(schema->arena, "%s_%d", subject, n);
		name = numbered ? kin_naming_check(schema->naming, schema->arena, table->name, numbered) : NULL;
	}
	kin_check_schema *check = name ? kin_schema_add_check(schema, table) : NULL;
	if (!check)
		return KIN_ENOMEM;
	check->name = name;
	check->sql = copy(schema, extra->sql);
	return check->sql ? KIN_OK : KIN_ENOMEM;
}

/* What one column's options ask for beside the column. */
static int add_options(kin_schema *schema, kin_table_schema *table, const kin_attribute *attribute)
{
	kin_extra_part part = { .attribute = attribute };
	kin_extra index = {
		.kind = KIN_EXTRA_INDEX, .unique = attribute->unique, .attributes = &attribute, .attribute_count = 1, .parts = &part, .part_count = 1,
	};
	int rc = KIN_OK;

	if (attribute->indexed)
		rc = add_index(schema, table, &index);
	else if (attribute->unique)
		rc = add_unique(schema, table, NULL, &attribute, 1);
	return rc;
}

static int add_extra(kin_schema *schema, kin_table_schema *table, const kin_mapping *mapping, const kin_extra *extra)
{
	switch (extra->kind) {
	case KIN_EXTRA_UNIQUE:
		return add_unique(schema, table, extra->name, extra->attributes, extra->attribute_count);
	case KIN_EXTRA_INDEX:
		return add_index(schema, table, extra);
	case KIN_EXTRA_CHECK:
		return add_check(schema, table, mapping, extra);
	case KIN_EXTRA_DDL: /* applied by those who can: kin_registry_ddl() */
		return KIN_OK;
	}
	return KIN_OK;
}

/* The attributes from `first` on. */
static int add_columns(kin_schema *schema, kin_table_schema *table, const kin_mapping *mapping, size_t first)
{
	for (size_t i = first; i < mapping->attribute_count; i++)
		if (add_column(schema, table, &mapping->attributes[i]) < 0)
			return KIN_ENOMEM;
	return KIN_OK;
}

/* What their options, and the mapping's other lines, ask for beside the columns. */
static int add_rest(kin_schema *schema, kin_table_schema *table, const kin_mapping *mapping, size_t first)
{
	for (size_t i = first; i < mapping->attribute_count; i++)
		if (add_options(schema, table, &mapping->attributes[i]) < 0)
			return KIN_ENOMEM;
	for (size_t i = 0; i < mapping->foreign_count; i++)
		if (!mapping->foreigns[i].inherited && add_foreign(schema, table, &mapping->foreigns[i]) < 0)
			return KIN_ENOMEM;
	for (const kin_extra *extra = mapping->extras; extra; extra = extra->next)
		if (add_extra(schema, table, mapping, extra) < 0)
			return KIN_ENOMEM;
	return KIN_OK;
}

/* A joined table's key is a foreign key to the table before it. */
static int add_parent_key(kin_schema *schema, kin_table_schema *table, const kin_mapping *mapping, const char *parent)
{
	kin_foreign_schema *foreign = kin_schema_add_foreign(schema, table);

	if (!foreign)
		return KIN_ENOMEM;
	foreign->columns = names_of(schema, mapping->keys, mapping->key_count);
	foreign->target_columns = names_of(schema, mapping->keys, mapping->key_count);
	foreign->column_count = foreign->target_column_count = mapping->key_count;
	foreign->target = copy(schema, parent);
	foreign->on_delete = "CASCADE";
	if (!foreign->columns || !foreign->target || !foreign->target_columns)
		return KIN_ENOMEM;
	foreign->name = kin_naming_foreign(schema->naming, schema->arena, table->name, foreign->columns, mapping->key_count, foreign->target);
	return foreign->name ? KIN_OK : KIN_ENOMEM;
}

/* Whether a mapping that inherits from another one has its columns in the same table. */
static bool is_beside(const kin_mapping *heir, const kin_mapping *mapping)
{
	return heir != mapping && heir->level == mapping->level && strcmp(heir->model->table, mapping->model->table) == 0;
}

static int add_table(kin_schema *schema, const kin_mapping *mapping)
{
	const kin_mapping *own = kin_mapping_level(mapping, mapping->level);
	const kin_lineage *lineage = mapping->lineage;
	kin_table_schema *table = kin_schema_add_table(schema, own->table);
	int rc = KIN_OK;

	if (table) {
		table->comment = copy(schema, own->table_comment);
		table->options = copy(schema, own->table_options);
	}
	if (!table || (own->distributed && !(table->distributed_by = copy(schema, own->distributed->column))) ||
	    add_columns(schema, table, own, 0) < 0)
		return KIN_ENOMEM;
	for (size_t i = 0; lineage && i < lineage->heir_count && rc == KIN_OK; i++)
		if (is_beside(lineage->heirs[i], mapping))
			rc = add_columns(schema, table, lineage->heirs[i], lineage->heirs[i]->inherited);
	if (rc < 0 || add_primary_key(schema, table, own) < 0 ||
	    (mapping->level > 0 && add_parent_key(schema, table, own, lineage->tables[mapping->level - 1]) < 0) ||
	    add_rest(schema, table, own, 0) < 0)
		return KIN_ENOMEM;
	for (size_t i = 0; lineage && i < lineage->heir_count && rc == KIN_OK; i++)
		if (is_beside(lineage->heirs[i], mapping))
			rc = add_rest(schema, table, lineage->heirs[i], lineage->heirs[i]->inherited);
	return rc;
}

/* Its columns are in the parent's table. */
static bool has_no_table(const kin_mapping *mapping)
{
	return mapping->parent && mapping->level == mapping->parent->level;
}

static int by_table(const void *a, const void *b)
{
	const kin_mapping *const *left = (const kin_mapping *const *)a;
	const kin_mapping *const *right = (const kin_mapping *const *)b;

	return strcmp((*left)->model->table, (*right)->model->table);
}

int kin_registry_schema(const kin_registry *registry, kin_arena *arena, kin_schema *ret_schema, kin_error *error)
{
	size_t count = kin_registry_count(registry);
	const kin_mapping **mappings = kin_arena_alloc(arena, (count + 1) * sizeof(*mappings));
	kin_schema schema = { .arena = arena, .naming = kin_registry_naming(registry) };
	int rc = kin_naming_verify(schema.naming, error);

	if (rc < 0)
		return rc;
	if (!mappings)
		return kin_error_nomem(error);
	for (size_t i = 0; i < count; i++)
		mappings[i] = kin_registry_mapping(registry, i);
	qsort(mappings, count, sizeof(*mappings), by_table);
	for (size_t i = 0; i < count; i++)
		if (!has_no_table(mappings[i]) && add_table(&schema, mappings[i]) < 0)
			return kin_error_nomem(error);
	*ret_schema = schema;
	return KIN_OK;
}

int kin_registry_ddl(const kin_registry *registry, kin_registry_ddl_fn *take, void *context)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < kin_registry_count(registry); i++)
		for (const kin_extra *extra = kin_registry_mapping(registry, i)->extras; rc == KIN_OK && extra; extra = extra->next)
			if (extra->kind == KIN_EXTRA_DDL)
				rc = take(context, extra->sql, extra->file, extra->line);
	return rc;
}
