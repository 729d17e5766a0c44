/* apply.c - a change applied to a schema.
 *
 * Each change is checked first and made afterwards, so that a failure leaves the schema alone. Arrays of names and strings are
 * replaced, never written to: copies of parts of the schema stay what they were. */
#include "migrate/apply.h"

#include "migrate/normal.h"

/* Take item `i` out of a list of the schema. */
#define REMOVE(items, count, i) \
	(memmove(&(items)[i], &(items)[(i) + 1], ((count) - (i) - 1) * sizeof(*(items))), (count)--)

enum { ABSENT = -1 };

static int no_table(const char *name, kin_error *error)
{
	return kin_error_set(error, KIN_EREVISION, "there is no table '%s'", name);
}

/* A deep copy of a part, made by copying a table that holds only it. */
static kin_table_schema *own_table(kin_schema *schema, const kin_table_schema *from)
{
	kin_table_schema *table = kin_arena_zalloc(schema->arena, sizeof(*table));

	return table && kin_table_copy(from, schema->arena, table) == KIN_OK ? table : NULL;
}

static int find_column(const kin_table_schema *table, const char *name)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (strcmp(table->columns[i].name, name) == 0)
			return (int)i;
	return ABSENT;
}

static int find_index(const kin_table_schema *table, const char *name)
{
	for (size_t i = 0; i < table->index_count; i++)
		if (table->indexes[i].name && strcmp(table->indexes[i].name, name) == 0)
			return (int)i;
	return ABSENT;
}

/* By name; else, where one of the two has none or no such name is there, by its columns. */
static int find_unique(const kin_table_schema *table, const kin_key_schema *like)
{
	for (size_t i = 0; i < table->unique_count; i++)
		if (like->name && kin_normal_same(table->uniques[i].name, like->name))
			return (int)i;
	for (size_t i = 0; like->column_count > 0 && i < table->unique_count; i++)
		if (kin_normal_same_set(table->uniques[i].columns, table->uniques[i].column_count, like->columns, like->column_count))
			return (int)i;
	return ABSENT;
}

static int find_foreign(const kin_table_schema *table, const kin_foreign_schema *like)
{
	for (size_t i = 0; i < table->foreign_count; i++)
		if (like->name && kin_normal_same(table->foreigns[i].name, like->name))
			return (int)i;
	for (size_t i = 0; like->column_count > 0 && i < table->foreign_count; i++) {
		const kin_foreign_schema *f = &table->foreigns[i];
		if (kin_normal_same_names(f->columns, f->column_count, like->columns, like->column_count) &&
		    (!like->target || kin_normal_same(f->target, like->target)))
			return (int)i;
	}
	return ABSENT;
}

static int find_check(kin_arena *arena, const kin_table_schema *table, const kin_check_schema *like)
{
	const char *sql = kin_normal_sql(arena, like->sql);

	for (size_t i = 0; i < table->check_count; i++)
		if (like->name && kin_normal_same(table->checks[i].name, like->name))
			return (int)i;
	for (size_t i = 0; sql && i < table->check_count; i++)
		if (kin_normal_same(sql, kin_normal_sql(arena, table->checks[i].sql)))
			return (int)i;
	return ABSENT;
}

static int need_columns(const kin_table_schema *table, const char *const *names, size_t count, kin_error *error)
{
	for (size_t i = 0; i < count; i++)
		if (find_column(table, names[i]) == ABSENT)
			return kin_error_set(error, KIN_EREVISION, "%s has no column '%s'", table->name, names[i]);
	return KIN_OK;
}

/* Whether the name is taken by a constraint of the table. */
static bool name_is_taken(const kin_table_schema *table, const char *name)
{
	if (!name)
		return false;
	if (kin_normal_same(table->primary_key.name, name))
		return true;
	for (size_t i = 0; i < table->unique_count; i++)
		if (kin_normal_same(table->uniques[i].name, name))
			return true;
	for (size_t i = 0; i < table->foreign_count; i++)
		if (kin_normal_same(table->foreigns[i].name, name))
			return true;
	for (size_t i = 0; i < table->check_count; i++)
		if (kin_normal_same(table->checks[i].name, name))
			return true;
	return false;
}

static int need_free_name(const kin_table_schema *table, const char *name, kin_error *error)
{
	if (name_is_taken(table, name))
		return kin_error_set(error, KIN_EREVISION, "%s has a constraint '%s' already", table->name, name);
	return KIN_OK;
}

static bool same_index_name(const kin_schema *schema, const char *name)
{
	for (size_t i = 0; i < schema->table_count; i++)
		if (find_index(schema->tables[i], name) != ABSENT)
			return true;
	return false;
}

/* Tables */

static int create_table(kin_schema *schema, const kin_table_schema *from, kin_error *error)
{
	if (kin_schema_table(schema, from->name))
		return kin_error_set(error, KIN_EREVISION, "there is a table '%s' already", from->name);

	kin_table_schema *own = own_table(schema, from);
	kin_table_schema *table = own ? kin_schema_add_table(schema, own->name) : NULL;
	if (!table)
		return kin_error_nomem(error);
	*table = *own;
	table->indexes = NULL; /* they come as changes of their own */
	table->index_count = 0;
	return KIN_OK;
}

static void drop_objects(kin_schema *schema, const char *table)
{
	for (size_t i = schema->object_count; i > 0; i--)
		if (schema->objects[i - 1].table && strcmp(schema->objects[i - 1].table, table) == 0)
			REMOVE(schema->objects, schema->object_count, i - 1);
}

static int drop_table(kin_schema *schema, const char *name, kin_error *error)
{
	size_t i = 0;

	while (i < schema->table_count && strcmp(schema->tables[i]->name, name) != 0)
		i++;
	if (i == schema->table_count)
		return no_table(name, error);
	REMOVE(schema->tables, schema->table_count, i);
	drop_objects(schema, name);
	return KIN_OK;
}

/* Replace names in the texts of a table; the new name where its columns or (qualifier) itself are named. */
static void replace_in_table(kin_arena *arena, kin_table_schema *table, const char *from, const char *to, bool qualifier)
{
	for (size_t i = 0; i < table->column_count; i++)
		table->columns[i].computed_sql =
			kin_normal_replace(arena, table->columns[i].computed_sql, from, to, qualifier);
	for (size_t i = 0; i < table->check_count; i++)
		table->checks[i].sql = kin_normal_replace(arena, table->checks[i].sql, from, to, qualifier);
	for (size_t i = 0; i < table->index_count; i++) {
		kin_index_schema *index = &table->indexes[i];
		kin_index_part *parts = kin_arena_copy(arena, index->parts, index->part_count * sizeof(*parts));
		for (size_t j = 0; parts && j < index->part_count; j++) {
			parts[j].expression = kin_normal_replace(arena, parts[j].expression, from, to, qualifier);
			if (!qualifier && parts[j].column && strcmp(parts[j].column, from) == 0)
				parts[j].column = to;
		}
		index->parts = parts ? parts : index->parts;
		index->where = kin_normal_replace(arena, index->where, from, to, qualifier);
	}
}

static void replace_in_objects(kin_schema *schema, const char *table, const char *from, const char *to)
{
	for (size_t i = 0; i < schema->object_count; i++) {
		kin_object_schema *object = &schema->objects[i];
		if (kin_normal_mentions(object->sql, table))
			object->sql = kin_normal_replace(schema->arena, object->sql, from, to, false);
	}
}

static int rename_table(kin_schema *schema, const char *name, const char *new_name, kin_error *error)
{
	kin_table_schema *table = kin_schema_table(schema, name);
	char *own = kin_arena_strdup(schema->arena, new_name);

	if (!table)
		return no_table(name, error);
	if (kin_schema_table(schema, new_name))
		return kin_error_set(error, KIN_EREVISION, "there is a table '%s' already", new_name);
	if (!own)
		return kin_error_nomem(error);
	replace_in_objects(schema, name, name, own);
	for (size_t i = 0; i < schema->object_count; i++)
		if (schema->objects[i].table && strcmp(schema->objects[i].table, name) == 0)
			schema->objects[i].table = own;
	for (size_t i = 0; i < schema->table_count; i++)
		for (size_t j = 0; j < schema->tables[i]->foreign_count; j++)
			if (strcmp(schema->tables[i]->foreigns[j].target, name) == 0)
				schema->tables[i]->foreigns[j].target = own;
	replace_in_table(schema->arena, table, name, own, true);
	table->name = own;
	return schema->arena->failed ? kin_error_nomem(error) : KIN_OK;
}

/* Columns */

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

	if (find_column(table, ddl->column->name) != ABSENT)
		return kin_error_set(error, KIN_EREVISION, "%s has a column '%s' already", table->name, ddl->column->name);
	kin_table_schema *own = own_table(schema, &parts);
	kin_column_schema *column = own ? kin_schema_add_column(schema, table, own->columns[0].name) : NULL;
	if (!column)
		return kin_error_nomem(error);
	*column = own->columns[0];
	return add_inline(schema, table, own, error);
}

static bool index_uses(const kin_index_schema *index, const char *column)
{
	for (size_t i = 0; i < index->part_count; i++)
		if (kin_normal_same(index->parts[i].column, column) || kin_normal_mentions(index->parts[i].expression, column))
			return true;
	return kin_normal_has_name(index->include, index->include_count, column) || kin_normal_mentions(index->where, column);
}

/* What stands on a column goes with it. */
static void drop_dependents(kin_table_schema *table, const char *column)
{
	if (kin_normal_has_name(table->primary_key.columns, table->primary_key.column_count, column))
		table->primary_key = (kin_key_schema){ 0 };
	for (size_t i = table->unique_count; i > 0; i--)
		if (kin_normal_has_name(table->uniques[i - 1].columns, table->uniques[i - 1].column_count, column))
			REMOVE(table->uniques, table->unique_count, i - 1);
	for (size_t i = table->foreign_count; i > 0; i--)
		if (kin_normal_has_name(table->foreigns[i - 1].columns, table->foreigns[i - 1].column_count, column))
			REMOVE(table->foreigns, table->foreign_count, i - 1);
	for (size_t i = table->check_count; i > 0; i--)
		if (kin_normal_mentions(table->checks[i - 1].sql, column))
			REMOVE(table->checks, table->check_count, i - 1);
	for (size_t i = table->index_count; i > 0; i--)
		if (index_uses(&table->indexes[i - 1], column))
			REMOVE(table->indexes, table->index_count, i - 1);
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
	REMOVE(table->columns, table->column_count, i);
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

	if (find_column(table, new_name) != ABSENT)
		return kin_error_set(error, KIN_EREVISION, "%s has a column '%s' already", table->name, new_name);
	if (!own)
		return kin_error_nomem(error);
	table->columns[at].name = own;
	table->primary_key.columns =
		renamed(arena, table->primary_key.columns, table->primary_key.column_count, name, own);
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
	replace_in_table(arena, table, name, own, false);
	replace_in_objects(schema, table->name, name, own);
	return arena->failed ? kin_error_nomem(error) : KIN_OK;
}

static int set_type(kin_schema *schema, kin_table_schema *table, kin_column_schema *column, const kin_column_schema *like,
                    kin_error *error)
{
	kin_column_schema one = { .name = column->name, .type = like->type };
	kin_table_schema parts = { .name = table->name, .columns = &one, .column_count = 1 };
	kin_table_schema *own = own_table(schema, &parts);

	if (!own)
		return kin_error_nomem(error);
	column->type = own->columns[0].type;
	return KIN_OK;
}

/* A string of the column or table, in the arena; NULL stays NULL. */
static int set_text(kin_schema *schema, const char **where, const char *text, kin_error *error)
{
	char *own = kin_arena_strdup(schema->arena, text);

	if (text && !own)
		return kin_error_nomem(error);
	*where = own;
	return KIN_OK;
}

static int change_column(kin_schema *schema, kin_table_schema *table, const kin_ddl *ddl, kin_error *error)
{
	int i = find_column(table, ddl->name);
	kin_column_schema *column = i == ABSENT ? NULL : &table->columns[i];

	if (!column)
		return kin_error_set(error, KIN_EREVISION, "%s has no column '%s'", table->name, ddl->name);
	switch (ddl->kind) {
	case KIN_DDL_DROP_COLUMN:
		return drop_column(table, (size_t)i, error);
	case KIN_DDL_RENAME_COLUMN:
		return rename_column(schema, table, (size_t)i, ddl->new_name, error);
	case KIN_DDL_SET_TYPE:
		return set_type(schema, table, column, ddl->column, error);
	case KIN_DDL_SET_NOT_NULL:
	case KIN_DDL_DROP_NOT_NULL:
		column->not_null = ddl->kind == KIN_DDL_SET_NOT_NULL;
		return KIN_OK;
	case KIN_DDL_SET_DEFAULT:
		return set_text(schema, &column->default_sql, ddl->sql, error);
	case KIN_DDL_DROP_DEFAULT:
		column->default_sql = NULL;
		return KIN_OK;
	default:
		return set_text(schema, &column->comment, ddl->sql, error);
	}
}

/* Keys, checks, indexes */

static int add_primary_key(kin_schema *schema, kin_table_schema *table, const kin_key_schema *key, kin_error *error)
{
	kin_table_schema parts = { .name = table->name, .primary_key = *key };
	int rc = need_columns(table, key->columns, key->column_count, error);

	if (rc < 0)
		return rc;
	if (table->primary_key.column_count > 0)
		return kin_error_set(error, KIN_EREVISION, "%s has a primary key already", table->name);
	kin_table_schema *own = own_table(schema, &parts);
	if (!own)
		return kin_error_nomem(error);
	table->primary_key = own->primary_key;
	for (size_t i = 0; i < key->column_count; i++)
		table->columns[find_column(table, key->columns[i])].not_null = true;
	return KIN_OK;
}

static int drop_primary_key(kin_table_schema *table, kin_error *error)
{
	if (table->primary_key.column_count == 0)
		return kin_error_set(error, KIN_EREVISION, "%s has no primary key", table->name);
	table->primary_key = (kin_key_schema){ 0 };
	return KIN_OK;
}

static int add_unique(kin_schema *schema, kin_table_schema *table, kin_key_schema *key, kin_error *error)
{
	kin_table_schema parts = { .name = table->name, .uniques = key, .unique_count = 1 };
	int rc = need_columns(table, key->columns, key->column_count, error);

	if (rc < 0 || (rc = need_free_name(table, key->name, error)) < 0)
		return rc;
	kin_table_schema *own = own_table(schema, &parts);
	kin_key_schema *added = own ? kin_schema_add_unique(schema, table) : NULL;
	if (!added)
		return kin_error_nomem(error);
	*added = own->uniques[0];
	return KIN_OK;
}

static int add_foreign(kin_schema *schema, kin_table_schema *table, kin_foreign_schema *foreign, kin_error *error)
{
	kin_table_schema parts = { .name = table->name, .foreigns = foreign, .foreign_count = 1 };
	kin_table_schema *target = kin_schema_table(schema, foreign->target);
	int rc = need_columns(table, foreign->columns, foreign->column_count, error);

	if (rc < 0 || (rc = need_free_name(table, foreign->name, error)) < 0)
		return rc;
	if (!target)
		return kin_error_set(error, KIN_EREVISION, "%s would point at a table '%s' that is not there", table->name,
		                     foreign->target);
	if ((rc = need_columns(target, foreign->target_columns, foreign->target_column_count, error)) < 0)
		return rc;
	kin_table_schema *own = own_table(schema, &parts);
	kin_foreign_schema *added = own ? kin_schema_add_foreign(schema, table) : NULL;
	if (!added)
		return kin_error_nomem(error);
	*added = own->foreigns[0];
	return KIN_OK;
}

static int add_check(kin_schema *schema, kin_table_schema *table, kin_check_schema *check, kin_error *error)
{
	kin_table_schema parts = { .name = table->name, .checks = check, .check_count = 1 };
	int rc = need_free_name(table, check->name, error);

	if (rc < 0)
		return rc;
	kin_table_schema *own = own_table(schema, &parts);
	kin_check_schema *added = own ? kin_schema_add_check(schema, table) : NULL;
	if (!added)
		return kin_error_nomem(error);
	*added = own->checks[0];
	return KIN_OK;
}

static int create_index(kin_schema *schema, kin_table_schema *table, kin_index_schema *index, kin_error *error)
{
	kin_table_schema parts = { .name = table->name, .indexes = index, .index_count = 1 };
	int rc;

	for (size_t i = 0; i < index->part_count; i++)
		if (index->parts[i].column && (rc = need_columns(table, &index->parts[i].column, 1, error)) < 0)
			return rc;
	if (index->name && same_index_name(schema, index->name))
		return kin_error_set(error, KIN_EREVISION, "there is an index '%s' already", index->name);
	kin_table_schema *own = own_table(schema, &parts);
	kin_index_schema *added = own ? kin_schema_add_index(schema, table) : NULL;
	if (!added)
		return kin_error_nomem(error);
	*added = own->indexes[0];
	return KIN_OK;
}

static int no_constraint(const kin_table_schema *table, const char *what, const char *name, kin_error *error)
{
	if (name)
		return kin_error_set(error, KIN_EREVISION, "%s has no %s '%s'", table->name, what, name);
	return kin_error_set(error, KIN_EREVISION, "%s has no such %s", table->name, what);
}

static int drop_unique(kin_table_schema *table, const kin_key_schema *key, kin_error *error)
{
	int i = find_unique(table, key);

	if (i == ABSENT)
		return no_constraint(table, "unique constraint", key->name, error);
	REMOVE(table->uniques, table->unique_count, (size_t)i);
	return KIN_OK;
}

static int drop_foreign(kin_table_schema *table, const kin_foreign_schema *foreign, kin_error *error)
{
	int i = find_foreign(table, foreign);

	if (i == ABSENT)
		return no_constraint(table, "foreign key", foreign->name, error);
	REMOVE(table->foreigns, table->foreign_count, (size_t)i);
	return KIN_OK;
}

static int drop_check(kin_schema *schema, kin_table_schema *table, const kin_check_schema *check, kin_error *error)
{
	int i = find_check(schema->arena, table, check);

	if (schema->arena->failed)
		return kin_error_nomem(error);
	if (i == ABSENT)
		return no_constraint(table, "check constraint", check->name, error);
	REMOVE(table->checks, table->check_count, (size_t)i);
	return KIN_OK;
}

static int drop_constraint(kin_schema *schema, kin_table_schema *table, const char *name, kin_error *error)
{
	if (kin_normal_same(table->primary_key.name, name))
		return drop_primary_key(table, error);
	if (!name_is_taken(table, name))
		return no_constraint(table, "constraint", name, error);
	if (find_unique(table, &(kin_key_schema){ .name = name }) != ABSENT)
		return drop_unique(table, &(kin_key_schema){ .name = name }, error);
	if (find_foreign(table, &(kin_foreign_schema){ .name = name }) != ABSENT)
		return drop_foreign(table, &(kin_foreign_schema){ .name = name }, error);
	return drop_check(schema, table, &(kin_check_schema){ .name = name }, error);
}

static int drop_index(kin_table_schema *table, const char *name, kin_error *error)
{
	int i = find_index(table, name);

	if (i == ABSENT)
		return no_constraint(table, "index", name, error);
	REMOVE(table->indexes, table->index_count, (size_t)i);
	return KIN_OK;
}

/* Views and triggers */

static size_t find_object(const kin_schema *schema, const kin_object_schema *like)
{
	size_t i = 0;

	while (i < schema->object_count && (strcmp(schema->objects[i].kind, like->kind) != 0 ||
	                                    strcmp(schema->objects[i].name, like->name) != 0))
		i++;
	return i;
}

static int create_object(kin_schema *schema, const kin_object_schema *from, kin_error *error)
{
	kin_object_schema own = *from;

	if (find_object(schema, from) < schema->object_count)
		return kin_error_set(error, KIN_EREVISION, "there is a %s '%s' already", from->kind, from->name);
	if (from->table && !kin_schema_table(schema, from->table) && strcmp(from->kind, "trigger") == 0 &&
	    find_object(schema, &(kin_object_schema){ .kind = "view", .name = from->table }) == schema->object_count)
		return no_table(from->table, error);
	own.kind = kin_arena_strdup(schema->arena, from->kind);
	own.name = kin_arena_strdup(schema->arena, from->name);
	own.table = kin_arena_strdup(schema->arena, from->table);
	own.sql = kin_arena_strdup(schema->arena, from->sql);
	kin_object_schema *added = kin_schema_add_object(schema);
	if (!added || schema->arena->failed)
		return kin_error_nomem(error);
	*added = own;
	return KIN_OK;
}

static int drop_object(kin_schema *schema, const kin_object_schema *object, kin_error *error)
{
	size_t i = find_object(schema, object);

	if (i == schema->object_count)
		return kin_error_set(error, KIN_EREVISION, "there is no %s '%s'", object->kind, object->name);
	REMOVE(schema->objects, schema->object_count, i);
	return KIN_OK;
}

static int change_table(kin_schema *schema, kin_table_schema *table, const kin_ddl *ddl, kin_error *error)
{
	switch (ddl->kind) {
	case KIN_DDL_ADD_COLUMN:
		return add_column(schema, table, ddl, error);
	case KIN_DDL_ADD_PRIMARY_KEY:
		return add_primary_key(schema, table, ddl->key, error);
	case KIN_DDL_DROP_PRIMARY_KEY:
		return drop_primary_key(table, error);
	case KIN_DDL_ADD_UNIQUE:
		return add_unique(schema, table, ddl->key, error);
	case KIN_DDL_DROP_UNIQUE:
		return drop_unique(table, ddl->key, error);
	case KIN_DDL_ADD_FOREIGN:
		return add_foreign(schema, table, ddl->foreign, error);
	case KIN_DDL_DROP_FOREIGN:
		return drop_foreign(table, ddl->foreign, error);
	case KIN_DDL_ADD_CHECK:
		return add_check(schema, table, ddl->check, error);
	case KIN_DDL_DROP_CHECK:
		return drop_check(schema, table, ddl->check, error);
	case KIN_DDL_DROP_CONSTRAINT:
		return drop_constraint(schema, table, ddl->name, error);
	case KIN_DDL_CREATE_INDEX:
		return create_index(schema, table, ddl->index, error);
	case KIN_DDL_DROP_INDEX:
		return drop_index(table, ddl->name, error);
	case KIN_DDL_COMMENT_TABLE:
		return set_text(schema, &table->comment, ddl->sql, error);
	default:
		return change_column(schema, table, ddl, error);
	}
}

int kin_apply_ddl(kin_schema *schema, const kin_ddl *ddl, kin_error *error)
{
	kin_table_schema *table;

	switch (ddl->kind) {
	case KIN_DDL_SQL:
	case KIN_DDL_CALL:
		return KIN_OK;
	case KIN_DDL_CREATE_TABLE:
		return create_table(schema, ddl->table, error);
	case KIN_DDL_DROP_TABLE:
		return drop_table(schema, ddl->table_name, error);
	case KIN_DDL_RENAME_TABLE:
		return rename_table(schema, ddl->table_name, ddl->new_name, error);
	case KIN_DDL_CREATE_OBJECT:
		return create_object(schema, ddl->object, error);
	case KIN_DDL_DROP_OBJECT:
		return drop_object(schema, ddl->object, error);
	default:
		if (!(table = kin_schema_table(schema, ddl->table_name)))
			return no_table(ddl->table_name, error);
		return change_table(schema, table, ddl, error);
	}
}
