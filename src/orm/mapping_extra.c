/* mapping_extra.c - what a model's body says of its table beside the columns: unique constraints, indexes, checks, DDL of its own. */
#include <string.h>

#include "orm/mapping_make.h"

/* All of them are in one table. */
static void check_level(kin_making *m, const kin_draft_extra *draft, const kin_extra *extra, const char *what)
{
	for (size_t i = 0; i < extra->attribute_count; i++)
		if (extra->attributes[i]->level != m->mapping->level && !extra->attributes[i]->primary_key)
			kin_mistake_add(m->mistakes, draft->file, draft->line, "%s: %s names '%s', which is no column of '%s' but of what it inherits",
			                m->mapping->name, what, extra->attributes[i]->name, m->mapping->model->table);
}

/* .include = "name, species" */
static int add_include(kin_making *m, const kin_draft_extra *draft, kin_extra *extra)
{
	const char *at = draft->options.include ? draft->options.include : "", *name;
	const kin_attribute *attribute;
	size_t length;

	if (!(extra->include = kin_arena_alloc(m->arena, (strlen(at) / 2 + 1) * sizeof(*extra->include))))
		return KIN_ENOMEM;
	while (kin_mapper_next_name(&at, &name, &length))
		if ((attribute = kin_making_find(m, name, length, "kin_index(.include)", draft->file, draft->line)))
			extra->include[extra->include_count++] = attribute;
	return KIN_OK;
}

static int add_extra(kin_making *m, const kin_draft_extra *draft, const kin_extra ***end)
{
	static const char *const lines[] = {
		[KIN_EXTRA_UNIQUE] = "kin_unique", [KIN_EXTRA_INDEX] = "kin_index", [KIN_EXTRA_CHECK] = "kin_check",
		[KIN_EXTRA_DDL] = "kin_table_sql",
	};
	kin_extra *extra = kin_arena_zalloc(m->arena, sizeof(*extra));
	const char *at = draft->members ? draft->members : "", *name;
	const kin_attribute *attribute;
	size_t length;

	if (!extra)
		return KIN_ENOMEM;
	extra->kind = draft->kind;
	extra->name = draft->options.name;
	extra->unique = draft->options.unique;
	extra->where = draft->options.where;
	extra->sql = draft->sql;
	extra->file = draft->file;
	extra->line = draft->line;
	extra->attributes = kin_arena_alloc(m->arena, (strlen(at) / 2 + 1) * sizeof(*extra->attributes));
	if (!extra->attributes)
		return KIN_ENOMEM;
	if (extra->kind == KIN_EXTRA_INDEX && kin_mapping_index(m->arena, m->mistakes, m->mapping, at, extra) < 0)
		return KIN_ENOMEM;
	if (extra->kind == KIN_EXTRA_INDEX && add_include(m, draft, extra) < 0)
		return KIN_ENOMEM;
	while (extra->kind != KIN_EXTRA_INDEX && kin_mapper_next_name(&at, &name, &length))
		if ((attribute = kin_making_find(m, name, length, lines[draft->kind], draft->file, draft->line)))
			extra->attributes[extra->attribute_count++] = attribute;
	check_level(m, draft, extra, lines[draft->kind]);
	**end = extra;
	*end = &extra->next;
	return KIN_OK;
}

int kin_making_extras(kin_making *m)
{
	const kin_extra **end = &m->mapping->extras;

	for (size_t i = 0; i < m->mapper->extras.count; i++)
		if (add_extra(m, &m->mapper->extras.items[i], &end) < 0)
			return KIN_ENOMEM;
	return KIN_OK;
}
