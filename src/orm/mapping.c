/* mapping.c - one model's mapping, made from what its body said, part by part. */
#include "orm/mapping.h"

#include <string.h>

#include "orm/filter.h"
#include "orm/mapping_make.h"

const kin_attribute *kin_mapping_attribute_at(const kin_mapping *mapping, size_t offset)
{
	for (size_t i = 0; i < mapping->attribute_count; i++)
		if (mapping->attributes[i].offset == offset)
			return &mapping->attributes[i];
	return NULL;
}

const kin_relation *kin_mapping_relation_at(const kin_mapping *mapping, size_t offset)
{
	for (size_t i = 0; i < mapping->relation_count; i++)
		if (mapping->relations[i]->offset == offset)
			return mapping->relations[i];
	return NULL;
}

bool kin_mapping_is_foreign(const kin_mapping *mapping, const kin_attribute *attribute, const kin_foreign *beside)
{
	for (size_t i = 0; i < mapping->foreign_count; i++)
		for (size_t n = 0; &mapping->foreigns[i] != beside && n < mapping->foreigns[i].count; n++)
			if (mapping->foreigns[i].pairs[n].local == attribute)
				return true;
	return false;
}

/* An int64_t key that nobody else makes is the database's to make. */
static void settle_key(kin_making *m)
{
	kin_mapping *mapping = m->mapping;

	if (mapping->key_count == 0 && !m->mapper->parent && !m->mapper->orphan)
		kin_mistake_add(m->mistakes, mapping->model->file, mapping->model->line,
		                "%s: no column is the primary key; add .primary_key = true to one", mapping->name);
	if (mapping->key_count != 1)
		return;
	const kin_attribute *key = mapping->keys[0];
	mapping->integer_key = key->kind == KIN_KIND_INT64 && !key->foreign_key && !key->default_sql;
	mapping->key_offset = key->offset;
}

static void set_table_options(kin_making *m)
{
	const char *name = m->mapper->options.distributed_by;

	m->mapping->table_comment = m->mapper->options.comment;
	m->mapping->table_options = m->mapper->options.options;
	if (!name)
		return;
	m->mapping->distributed_file = m->mapper->options_file;
	m->mapping->distributed_line = m->mapper->options_line;
	m->mapping->distributed =
		kin_making_find(m, name, strlen(name), "kin_table(.distributed_by)", m->mapper->options_file, m->mapper->options_line);
}

/* kin_version(revision): an integer that is always there. */
static void make_version(kin_making *m)
{
	const kin_mapper *mapper = m->mapper;
	const char *name = mapper->version;
	const kin_attribute *a = name ? kin_making_find(m, name, strlen(name), "kin_version", mapper->version_file, mapper->version_line) : NULL;

	if (!a)
		return;
	if ((a->kind != KIN_KIND_INT32 && a->kind != KIN_KIND_INT64) || a->primary_key)
		kin_mistake_add(m->mistakes, mapper->version_file, mapper->version_line, "%s: kin_version(%s) takes an int32_t or int64_t that "
		                "is no key", m->mapping->name, name);
	m->mapping->version = a;
	m->mapping->has_fills = true;
}

static void set_parent(kin_mapping *mapping, const kin_mapping *parent)
{
	bool joined = strcmp(mapping->model->table, parent->model->table) != 0;

	mapping->parent = parent;
	mapping->table = parent->table;
	mapping->level = (uint8_t)(parent->level + joined);
}

/* What its own lines may say otherwise, but for the version and the distribution. */
static void inherit(kin_mapping *mapping, const kin_mapping *parent)
{
	mapping->repr = parent->repr;
	mapping->repr_count = parent->repr_count;
	mapping->has_fills |= parent->has_fills;
	if (parent->version)
		mapping->version = &mapping->attributes[parent->version->index];
	if (parent->distributed)
		mapping->distributed = &mapping->attributes[parent->distributed->index];
	mapping->distributed_file = parent->distributed_file;
	mapping->distributed_line = parent->distributed_line;
}

int kin_mapping_make(kin_arena *arena, kin_mapper *mapper, kin_mistakes *mistakes)
{
	kin_mapping *mapping = kin_arena_zalloc(arena, sizeof(*mapping));
	kin_making m = { .arena = arena, .mapper = mapper, .mapping = mapping, .mistakes = mistakes };

	mapper->mapping = mapping;
	if (!mapping)
		return KIN_ENOMEM;
	mapping->model = mapper->model;
	mapping->name = mapper->model->name;
	mapping->table = mapper->model->table;
	mapping->size = mapper->model->size;
	if (mapper->parent)
		set_parent(mapping, mapper->parent);
	if (kin_making_columns(&m) < 0)
		return KIN_ENOMEM;
	settle_key(&m);
	if (mapper->parent)
		inherit(mapping, mapper->parent);
	set_table_options(&m);
	if (kin_making_extras(&m) < 0 || kin_making_repr(&m) < 0)
		return KIN_ENOMEM;
	make_version(&m);
	if (kin_mapping_make_hooks(arena, mapper, mistakes) < 0 || kin_mapping_make_filters(arena, mapper, mistakes) < 0)
		return KIN_ENOMEM;
	return mistakes->failed ? KIN_ENOMEM : KIN_OK;
}
