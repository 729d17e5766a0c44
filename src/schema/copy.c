/* copy.c - deep copies of schemas.
 *
 * Each function copies one kind of thing in place: the struct has been copied as bytes, and what it
 * points at is replaced by copies. They tell by `false` that memory is out. */
#include "schema/list.h"
#include "schema/schema.h"

static bool text(kin_arena *arena, const char **text)
{
	return !*text || (*text = kin_arena_strdup(arena, *text));
}

/* The list's own memory, with the room that adding to it relies on. NULL if it is empty, or memory is out. */
static void *list(kin_arena *arena, const void *items, size_t count, size_t size)
{
	void *copy = count > 0 ? kin_arena_alloc(arena, kin_list_room(count) * size) : NULL;

	return copy ? memcpy(copy, items, count * size) : NULL;
}

#define LIST(items, count) (((items) = list(arena, (items), (count), sizeof(*(items)))) || (count) == 0)

static bool names(kin_arena *arena, const char ***names, size_t count)
{
	bool ok = LIST(*names, count);

	for (size_t i = 0; ok && i < count; i++)
		ok = text(arena, &(*names)[i]);
	return ok;
}

static bool type(kin_arena *arena, kin_type *type)
{
	const char **labels = NULL;

	if (!text(arena, &type->text))
		return false;
	if (type->label_count > 0 && !(labels = kin_schema_names(arena, type->labels, type->label_count)))
		return false;
	type->labels = labels;
	return true;
}

static bool column(kin_arena *arena, kin_column_schema *column)
{
	return text(arena, &column->name) && type(arena, &column->type) && text(arena, &column->default_sql) &&
	       text(arena, &column->collation) && text(arena, &column->computed_sql) &&
	       text(arena, &column->comment) && text(arena, &column->extra);
}

static bool key(kin_arena *arena, kin_key_schema *key)
{
	return text(arena, &key->name) && names(arena, &key->columns, key->column_count) && text(arena, &key->extra);
}

static bool foreign(kin_arena *arena, kin_foreign_schema *foreign)
{
	return text(arena, &foreign->name) && names(arena, &foreign->columns, foreign->column_count) &&
	       text(arena, &foreign->target) && names(arena, &foreign->target_columns, foreign->target_column_count) &&
	       text(arena, &foreign->on_delete) && text(arena, &foreign->on_update) && text(arena, &foreign->match);
}

static bool check(kin_arena *arena, kin_check_schema *check)
{
	return text(arena, &check->name) && text(arena, &check->sql);
}

static bool index_part(kin_arena *arena, kin_index_part *part)
{
	return text(arena, &part->column) && text(arena, &part->expression) && text(arena, &part->collation);
}

static bool index_(kin_arena *arena, kin_index_schema *index)
{
	bool ok = text(arena, &index->name) && LIST(index->parts, index->part_count) &&
	          names(arena, &index->include, index->include_count) && text(arena, &index->where);

	for (size_t i = 0; ok && i < index->part_count; i++)
		ok = index_part(arena, &index->parts[i]);
	return ok;
}

static bool object(kin_arena *arena, kin_object_schema *object)
{
	return text(arena, &object->kind) && text(arena, &object->name) && text(arena, &object->table) &&
	       text(arena, &object->sql);
}

/* Copies a list and what its items point at. */
#define DEEP(items, count, copy_item) \
	({ \
		bool ok_ = LIST(items, count); \
		for (size_t i_ = 0; ok_ && i_ < (count); i_++) \
			ok_ = copy_item(arena, &(items)[i_]); \
		ok_; \
	})

int kin_table_copy(const kin_table_schema *from, kin_arena *arena, kin_table_schema *ret_table)
{
	kin_table_schema table = *from;
	bool ok = text(arena, &table.name) && text(arena, &table.schema) && text(arena, &table.comment) &&
	          text(arena, &table.options) && text(arena, &table.distributed_by) && DEEP(table.columns, table.column_count, column) &&
	          key(arena, &table.primary_key) && DEEP(table.uniques, table.unique_count, key) &&
	          DEEP(table.foreigns, table.foreign_count, foreign) && DEEP(table.checks, table.check_count, check) &&
	          DEEP(table.indexes, table.index_count, index_);

	if (!ok)
		return KIN_ENOMEM;
	*ret_table = table;
	return KIN_OK;
}

static bool table(kin_arena *arena, kin_table_schema **table)
{
	kin_table_schema *copy = kin_arena_alloc(arena, sizeof(*copy));

	if (!copy || kin_table_copy(*table, arena, copy) < 0)
		return false;
	*table = copy;
	return true;
}

int kin_schema_copy(const kin_schema *from, kin_arena *arena, kin_schema *ret_schema)
{
	kin_schema schema = *from;

	schema.arena = arena;
	if (!DEEP(schema.tables, schema.table_count, table) || !DEEP(schema.objects, schema.object_count, object))
		return KIN_ENOMEM;
	*ret_schema = schema;
	return KIN_OK;
}
