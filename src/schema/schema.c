/* schema.c - finds things in a schema, and builds one piece by piece. */
#include "schema/schema.h"

#include "schema/list.h"

kin_table_schema *kin_schema_table(const kin_schema *schema, const char *name)
{
	for (size_t i = 0; i < schema->table_count; i++)
		if (strcmp(schema->tables[i]->name, name) == 0)
			return schema->tables[i];
	return NULL;
}

kin_column_schema *kin_schema_column(const kin_table_schema *table, const char *name)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (strcmp(table->columns[i].name, name) == 0)
			return &table->columns[i];
	return NULL;
}

/* A zeroed item behind the `*count` there are; the list is moved when its room is used up. */
static void *append(kin_arena *arena, void *list, size_t *count, size_t size)
{
	void **items = list;

	if (*count == kin_list_room(*count)) {
		char *larger = kin_arena_alloc(arena, kin_list_room(*count + 1) * size);
		if (!larger)
			return NULL;
		if (*count > 0)
			memcpy(larger, *items, *count * size);
		*items = larger;
	}
	return memset((char *)*items + (*count)++ * size, 0, size);
}

#define APPEND(items, count) append(schema->arena, &(items), &(count), sizeof(*(items)))

kin_table_schema *kin_schema_add_table(kin_schema *schema, const char *name)
{
	kin_table_schema *table = kin_arena_zalloc(schema->arena, sizeof(*table));
	char *own_name = kin_arena_strdup(schema->arena, name);
	kin_table_schema **slot;

	if (!table || !own_name || !(slot = APPEND(schema->tables, schema->table_count)))
		return NULL;
	table->name = own_name;
	return *slot = table;
}

kin_column_schema *kin_schema_add_column(kin_schema *schema, kin_table_schema *table, const char *name)
{
	char *own_name = kin_arena_strdup(schema->arena, name);
	kin_column_schema *column;

	if (!own_name || !(column = APPEND(table->columns, table->column_count)))
		return NULL;
	column->name = own_name;
	return column;
}

kin_key_schema *kin_schema_add_unique(kin_schema *schema, kin_table_schema *table)
{
	return APPEND(table->uniques, table->unique_count);
}

kin_foreign_schema *kin_schema_add_foreign(kin_schema *schema, kin_table_schema *table)
{
	return APPEND(table->foreigns, table->foreign_count);
}

kin_check_schema *kin_schema_add_check(kin_schema *schema, kin_table_schema *table)
{
	return APPEND(table->checks, table->check_count);
}

kin_index_schema *kin_schema_add_index(kin_schema *schema, kin_table_schema *table)
{
	return APPEND(table->indexes, table->index_count);
}

kin_object_schema *kin_schema_add_object(kin_schema *schema)
{
	return APPEND(schema->objects, schema->object_count);
}

const char **kin_schema_names(kin_arena *arena, const char *const *names, size_t count)
{
	const char **copy = kin_arena_alloc(arena, kin_list_room(count > 0 ? count : 1) * sizeof(*copy));

	for (size_t i = 0; copy && i < count; i++)
		if (!(copy[i] = kin_arena_strdup(arena, names[i])))
			return NULL;
	return copy;
}
