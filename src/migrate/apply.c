/* apply.c - a change applied to a schema: tables, views and triggers. Columns are in apply_column.c, keys in apply_key.c.
 *
 * Each change is checked first and made afterwards, so that a failure leaves the schema alone. Arrays of names and strings are
 * replaced, never written to: copies of parts of the schema stay what they were. */
#include "migrate/apply.h"

#include "migrate/apply_part.h"
#include "migrate/normal.h"

static int no_table(const char *name, kin_error *error)
{
	return kin_error_set(error, KIN_EREVISION, "there is no table '%s'", name);
}

/* A deep copy of a part, made by copying a table that holds only it. */
kin_table_schema *kin_apply_own(kin_schema *schema, const kin_table_schema *from)
{
	kin_table_schema *table = kin_arena_zalloc(schema->arena, sizeof(*table));

	return table && kin_table_copy(from, schema->arena, table) == KIN_OK ? table : NULL;
}

int kin_apply_find_column(const kin_table_schema *table, const char *name)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (strcmp(table->columns[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* A string of the column or table, in the arena; NULL stays NULL. */
int kin_apply_text(kin_schema *schema, const char **where, const char *text, kin_error *error)
{
	char *own = kin_arena_strdup(schema->arena, text);

	if (text && !own)
		return kin_error_nomem(error);
	*where = own;
	return KIN_OK;
}

static int create_table(kin_schema *schema, const kin_table_schema *from, kin_error *error)
{
	if (kin_schema_table(schema, from->name))
		return kin_error_set(error, KIN_EREVISION, "there is a table '%s' already", from->name);

	kin_table_schema *own = kin_apply_own(schema, from);
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
			KIN_APPLY_REMOVE(schema->objects, schema->object_count, i - 1);
}

static int drop_table(kin_schema *schema, const char *name, kin_error *error)
{
	size_t i = 0;

	while (i < schema->table_count && strcmp(schema->tables[i]->name, name) != 0)
		i++;
	if (i == schema->table_count)
		return no_table(name, error);
	KIN_APPLY_REMOVE(schema->tables, schema->table_count, i);
	drop_objects(schema, name);
	return KIN_OK;
}

/* Replace names in the texts of a table; the new name where its columns or (qualifier) itself are named. */
void kin_apply_replace(kin_arena *arena, kin_table_schema *table, const char *from, const char *to, bool qualifier)
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

void kin_apply_replace_objects(kin_schema *schema, const char *table, const char *from, const char *to)
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
	kin_apply_replace_objects(schema, name, name, own);
	for (size_t i = 0; i < schema->object_count; i++)
		if (schema->objects[i].table && strcmp(schema->objects[i].table, name) == 0)
			schema->objects[i].table = own;
	for (size_t i = 0; i < schema->table_count; i++)
		for (size_t j = 0; j < schema->tables[i]->foreign_count; j++)
			if (strcmp(schema->tables[i]->foreigns[j].target, name) == 0)
				schema->tables[i]->foreigns[j].target = own;
	kin_apply_replace(schema->arena, table, name, own, true);
	table->name = own;
	return schema->arena->failed ? kin_error_nomem(error) : KIN_OK;
}

/* Views and triggers */

static size_t find_object(const kin_schema *schema, const kin_object_schema *like)
{
	size_t i = 0;

	while (i < schema->object_count && !kin_normal_same_object(&schema->objects[i], like))
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
	KIN_APPLY_REMOVE(schema->objects, schema->object_count, i);
	return KIN_OK;
}

static int change_table(kin_schema *schema, kin_table_schema *table, const kin_ddl *ddl, kin_error *error)
{
	switch (ddl->kind) {
	case KIN_DDL_ADD_PRIMARY_KEY:
	case KIN_DDL_DROP_PRIMARY_KEY:
	case KIN_DDL_ADD_UNIQUE:
	case KIN_DDL_DROP_UNIQUE:
	case KIN_DDL_ADD_FOREIGN:
	case KIN_DDL_DROP_FOREIGN:
	case KIN_DDL_ADD_CHECK:
	case KIN_DDL_DROP_CHECK:
	case KIN_DDL_DROP_CONSTRAINT:
	case KIN_DDL_CREATE_INDEX:
	case KIN_DDL_DROP_INDEX:
	case KIN_DDL_RENAME_CONSTRAINT:
	case KIN_DDL_RENAME_INDEX:
		return kin_apply_key(schema, table, ddl, error);
	case KIN_DDL_COMMENT_TABLE:
		return kin_apply_text(schema, &table->comment, ddl->sql, error);
	case KIN_DDL_SET_OPTIONS:
		return kin_apply_text(schema, &table->options, ddl->sql, error);
	case KIN_DDL_SET_DISTRIBUTED:
		return kin_apply_text(schema, &table->distributed_by, ddl->name, error);
	default:
		return kin_apply_column(schema, table, ddl, error);
	}
}

kin_table_schema *kin_apply_table(const kin_schema *schema, const kin_ddl *ddl)
{
	if (ddl->table_name)
		return kin_schema_table(schema, ddl->table_name);
	return ddl->kind == KIN_DDL_DROP_INDEX ? kin_apply_find_index(schema, ddl->name) : NULL;
}

static int no_table_of(const kin_ddl *ddl, kin_error *error)
{
	if (ddl->table_name)
		return no_table(ddl->table_name, error);
	return kin_error_set(error, KIN_EREVISION, "there is no index '%s', or not only one: say of which table, as DROP INDEX %s ON …", ddl->name,
	                     ddl->name);
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
		if (!(table = kin_apply_table(schema, ddl)))
			return no_table_of(ddl, error);
		return change_table(schema, table, ddl, error);
	}
}
