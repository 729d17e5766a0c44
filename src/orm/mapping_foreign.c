/* mapping_foreign.c - "owners.id" becomes the attribute that it points at. */
#include <string.h>

#include "orm/mapping_fit.h"
#include "value/kind.h"

kin_mapping *kin_fitting_by_model(const kin_fitting *fitting, const kin_model *model)
{
	for (size_t i = 0; i < fitting->mapping_count; i++)
		if (fitting->mappings[i]->model == model)
			return fitting->mappings[i];
	return NULL;
}

kin_mapping *kin_fitting_by_table(const kin_fitting *fitting, const char *table)
{
	for (size_t i = 0; i < fitting->mapping_count; i++)
		if (strcmp(fitting->mappings[i]->table, table) == 0)
			return fitting->mappings[i];
	return NULL;
}

static kin_mapping *target_table(kin_fitting *fitting, const kin_attribute *attribute, const char *table)
{
	kin_mapping *target = kin_fitting_by_table(fitting, table);
	const char **names;

	if (target)
		return target;
	names = kin_arena_alloc(fitting->arena, (fitting->mapping_count + 1) * sizeof(*names));
	if (!names) {
		fitting->mistakes->failed = true;
		return NULL;
	}
	for (size_t i = 0; i < fitting->mapping_count; i++)
		names[i] = fitting->mappings[i]->table;
	kin_mistake_add(fitting->mistakes, attribute->file, attribute->line,
	                "%s.%s: unknown foreign key \"%s\": no model has the table '%s'%s",
	                attribute->mapping->name, attribute->name, attribute->foreign_key, table,
	                kin_mistake_hint(fitting->mistakes, table, names, fitting->mapping_count));
	return NULL;
}

static const kin_attribute *target_column(kin_fitting *fitting, const kin_attribute *attribute,
                                          const kin_mapping *target, const char *column)
{
	const char **names;

	if (!column && target->key_count == 1)
		return target->keys[0];
	if (!column) {
		kin_mistake_add(fitting->mistakes, attribute->file, attribute->line,
		                "%s.%s: foreign key \"%s\" does not say the column, and '%s' has %zu key columns; "
		                "write \"%s.column\"", attribute->mapping->name, attribute->name,
		                attribute->foreign_key, target->table, target->key_count, target->table);
		return NULL;
	}
	const kin_attribute *found = kin_map_find(&target->by_column, column);
	if (found)
		return found;
	if (!(names = kin_arena_alloc(fitting->arena, (target->attribute_count + 1) * sizeof(*names)))) {
		fitting->mistakes->failed = true;
		return NULL;
	}
	for (size_t i = 0; i < target->attribute_count; i++)
		names[i] = target->attributes[i].column;
	kin_mistake_add(fitting->mistakes, attribute->file, attribute->line,
	                "%s.%s: unknown foreign key \"%s\": '%s' has no column '%s'%s",
	                attribute->mapping->name, attribute->name, attribute->foreign_key, target->table, column,
	                kin_mistake_hint(fitting->mistakes, column, names, target->attribute_count));
	return NULL;
}

static void fit_foreign(kin_fitting *fitting, kin_attribute *attribute)
{
	const char *dot = strrchr(attribute->foreign_key, '.');
	const char *table = attribute->foreign_key;

	if (dot && !(table = kin_arena_strndup(fitting->arena, table, (size_t)(dot - table)))) {
		fitting->mistakes->failed = true;
		return;
	}
	const kin_mapping *mapping = target_table(fitting, attribute, table);
	const kin_attribute *target =
		mapping ? target_column(fitting, attribute, mapping, dot ? dot + 1 : NULL) : NULL;
	if (target && (target->kind & ~KIN_KIND_NULLABLE) != (attribute->kind & ~KIN_KIND_NULLABLE))
		kin_mistake_add(fitting->mistakes, attribute->file, attribute->line,
		                "%s.%s: the foreign key is %s, but %s.%s is %s; make them the same",
		                attribute->mapping->name, attribute->name,
		                kin_kind_get(attribute->kind & ~KIN_KIND_NULLABLE)->c_type, mapping->name,
		                target->name, kin_kind_get(target->kind & ~KIN_KIND_NULLABLE)->c_type);
	attribute->target = target;
}

int kin_fitting_foreign(kin_fitting *fitting)
{
	for (size_t i = 0; i < fitting->mapper_count; i++) {
		kin_mapping *mapping = fitting->mappers[i].mapping;
		for (size_t n = 0; n < mapping->attribute_count; n++)
			if (mapping->attributes[n].foreign_key)
				fit_foreign(fitting, &mapping->attributes[n]);
	}
	return fitting->mistakes->failed ? KIN_ENOMEM : KIN_OK;
}
