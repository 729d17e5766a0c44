/* mapping_level.c - of a mapping that is kept in several tables, a mapping for each: over the same struct, with that table's columns.
 *
 * They are for writing and for the schema; objects are never theirs. The key stands in each of them: the first makes it, in the others
 * it is a foreign key too. */
#include <string.h>

#include "orm/inherit.h"
#include "orm/mapping_fit.h"
#include "orm/mapping_sql.h"

/* A key in another table than the one that makes it. */
static void make_plain(kin_attribute *key)
{
	key->unique = key->indexed = false;
	key->default_value = (kin_value){ .kind = KIN_KIND_NULL };
	key->default_fn = key->update_fn = NULL;
	key->default_sql = key->computed = key->comment = key->foreign_key = key->on_delete = key->on_update = NULL;
	key->deferrable = 0;
	key->target = NULL;
}

static bool add_attribute(kin_mapping *level, const kin_mapping *mapping, size_t index, bool first)
{
	kin_attribute *attribute = &level->attributes[level->attribute_count];

	*attribute = mapping->attributes[index];
	attribute->mapping = level;
	attribute->index = (uint16_t)level->attribute_count++;
	attribute->level = 0;
	if (attribute->primary_key) {
		level->keys[level->key_count++] = attribute;
		if (!first)
			make_plain(attribute);
	}
	level->has_defaults |= attribute->default_sql || attribute->computed;
	level->has_computed |= attribute->computed != NULL;
	level->cells[attribute->index] = mapping->cells[index];
	level->cells[attribute->index].column = attribute->index;
	return kin_map_set(&level->by_column, attribute->column, attribute);
}

/* The foreign keys that its own lines say, over the level's attributes. */
static bool add_foreigns(kin_arena *arena, kin_mapping *level, const kin_mapping *mapping)
{
	if (!(level->foreigns = kin_arena_zalloc(arena, (mapping->foreign_count + 1) * sizeof(*level->foreigns))))
		return false;
	for (size_t i = 0; i < mapping->foreign_count; i++) {
		kin_foreign *foreign = &level->foreigns[level->foreign_count];
		if (mapping->foreigns[i].inherited)
			continue;
		*foreign = mapping->foreigns[i];
		level->foreign_count++;
		if (!(foreign->pairs = kin_arena_copy(arena, foreign->pairs, foreign->count * sizeof(*foreign->pairs))))
			return false;
		for (size_t n = 0; n < foreign->count; n++)
			foreign->pairs[n].local = kin_map_find(&level->by_column, foreign->pairs[n].local->column);
	}
	return true;
}

static bool belongs(const kin_attribute *attribute, size_t number)
{
	return attribute->level == number || attribute->primary_key;
}

/* NULL when memory is out; what it has in maps is freed with the mapping. */
static kin_mapping *make_level(kin_arena *arena, kin_mapping *mapping, size_t number)
{
	size_t room = mapping->attribute_count + 1;
	kin_mapping *level = mapping->lineage->levels[number] = kin_arena_zalloc(arena, sizeof(*level));

	if (!level)
		return NULL;
	*level = (kin_mapping){
		.model = mapping->model, .name = mapping->name, .table = mapping->lineage->tables[number], .size = mapping->size,
		.id = mapping->id, .identity = mapping->identity, .integer_key = number == 0 && mapping->integer_key,
		.key_offset = mapping->key_offset, .extras = number == mapping->level ? mapping->extras : NULL,
		.attributes = kin_arena_zalloc(arena, room * sizeof(*level->attributes)),
		.keys = kin_arena_zalloc(arena, room * sizeof(*level->keys)), .cells = kin_arena_zalloc(arena, room * sizeof(*level->cells)),
	};
	if (!level->attributes || !level->keys || !level->cells)
		return NULL;
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		kin_attribute *attribute = &mapping->attributes[i];
		if (!belongs(attribute, number))
			continue;
		if (attribute->level == number)
			attribute->level_index = (uint16_t)level->attribute_count;
		if (attribute == mapping->distributed)
			level->distributed = &level->attributes[level->attribute_count];
		if (attribute == mapping->version)
			level->version = &level->attributes[level->attribute_count];
		if (!add_attribute(level, mapping, i, number == 0))
			return NULL;
	}
	if (number == mapping->level && !add_foreigns(arena, level, mapping))
		return NULL;
	for (int d = 0; d < KIN_DIALECT_COUNT; d++)
		if (!(level->sql[d] = kin_mapping_sql_new(level, kin_dialect_get((kin_dialect_id)d))))
			return NULL;
	return level;
}

int kin_fitting_levels(kin_fitting *fitting)
{
	for (size_t i = 0; i < fitting->mapper_count; i++) {
		kin_mapping *mapping = fitting->mappers[i].mapping;
		kin_lineage *lineage = mapping->lineage;
		if (!kin_mapping_is_joined(mapping))
			continue;
		if (!(lineage->levels = kin_arena_zalloc(fitting->arena, lineage->level_count * sizeof(*lineage->levels))))
			return KIN_ENOMEM;
		for (size_t n = 0; n < lineage->level_count; n++)
			if (!make_level(fitting->arena, mapping, n))
				return KIN_ENOMEM;
	}
	return KIN_OK;
}

void kin_mapping_free_levels(kin_mapping *mapping)
{
	const kin_lineage *lineage = mapping->lineage;

	for (size_t n = 0; lineage && lineage->levels && n < lineage->level_count; n++) {
		kin_mapping *level = lineage->levels[n];
		for (int d = 0; level && d < KIN_DIALECT_COUNT; d++)
			kin_mapping_sql_free(level->sql[d]);
		if (level)
			kin_map_done(&level->by_column);
	}
}

bool kin_mapping_level_set(const kin_mapping *mapping, size_t level, const uint64_t *set, uint64_t *ret_set)
{
	const kin_mapping *own = kin_mapping_level(mapping, level);
	bool any = false;

	memset(ret_set, 0, KIN_SET_WORDS(own) * sizeof(*ret_set));
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		const kin_attribute *attribute = &mapping->attributes[i];
		if (!kin_set_has(set, i) || (attribute->level != level && !attribute->primary_key))
			continue;
		const kin_attribute *there = kin_map_find(&own->by_column, attribute->column);
		kin_set_add(ret_set, there->index);
		any = true;
	}
	return any;
}
