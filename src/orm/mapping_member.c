/* mapping_member.c - which members of a mapping loading and saving look at, so that no row is asked what only its model knows. */
#include "orm/defer.h"
#include "orm/instance.h"
#include "orm/mapping_fit.h"

static bool is_pointed(const kin_attribute *attribute)
{
	return attribute->kind == KIN_KIND_TEXT || attribute->kind == KIN_KIND_BYTES ||
	       (attribute->kind & ~KIN_KIND_NULLABLE) == KIN_KIND_JSON;
}

static bool is_limited(const kin_attribute *attribute)
{
	bool may_be_null = is_pointed(attribute) || (attribute->kind & KIN_KIND_NULLABLE);
	int plain = attribute->kind & ~KIN_KIND_NULLABLE;

	if (attribute->computed)
		return false;
	return attribute->length > 0 || (attribute->not_null && may_be_null) || plain == KIN_KIND_DECIMAL || plain == KIN_KIND_JSON ||
	       plain == KIN_KIND_ENUM;
}

static void note_linked(const kin_relation *relation)
{
	for (size_t i = 0; i < relation->pair_count; i++) {
		const kin_pair *pair = &relation->pairs[i];
		pair->local->mapping->attributes[pair->local->index].linked = true;
		pair->remote->mapping->attributes[pair->remote->index].linked = true;
	}
}

void kin_fitting_linked(kin_fitting *fitting)
{
	for (size_t i = fitting->mapper_count; i-- > 0;) {
		const kin_mapping *mapping = fitting->mappers[i].mapping;
		for (size_t n = 0; n < mapping->inherited; n++)
			mapping->parent->attributes[n].linked |= mapping->attributes[n].linked;
	}
	for (size_t i = 0; i < fitting->mapper_count; i++) {
		const kin_mapping *mapping = fitting->mappers[i].mapping;
		for (size_t n = 0; n < mapping->inherited; n++)
			mapping->attributes[n].linked = mapping->parent->attributes[n].linked;
	}
}

static void join_group(kin_mapping *mapping, kin_attribute *attribute)
{
	for (size_t i = 0; attribute->group && i < attribute->index; i++) {
		kin_attribute *other = &mapping->attributes[i];
		if (!other->group || strcmp(other->group, attribute->group) != 0 || other->level != attribute->level)
			continue;
		attribute->leader = other->leader ? other->leader : other;
		if (!other->beside)
			other->beside = attribute;
	}
}

int kin_fitting_deferred(kin_fitting *fitting, kin_mapping *mapping)
{
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		kin_attribute *a = &mapping->attributes[i];
		if (!a->deferred)
			continue;
		if (!kin_defer_can(a) && i >= mapping->inherited)
			kin_mistake_add(fitting->mistakes, a->file, a->line,
			                mapping->lineage && a == mapping->lineage->discriminator ? "%s.%s: .deferred, but it says of which model an object is"
			                : a->pointed ? "%s.%s: .deferred, but it is a key, which an object is never without"
			                : "%s.%s: .deferred is for texts, bytes and documents: nothing else can say that it is not loaded", mapping->name, a->name);
		if (!mapping->deferred && !(mapping->deferred = kin_arena_zalloc(fitting->arena, KIN_SET_WORDS(mapping) * sizeof(*mapping->deferred))))
			return KIN_ENOMEM;
		kin_set_add(mapping->deferred, i);
		join_group(mapping, a);
	}
	return KIN_OK;
}

int kin_fitting_members(kin_fitting *fitting, kin_mapping *mapping)
{
	mapping->pointed = kin_arena_alloc(fitting->arena, (mapping->attribute_count + 1) * sizeof(*mapping->pointed));
	mapping->limited = kin_arena_alloc(fitting->arena, (mapping->attribute_count + 1) * sizeof(*mapping->limited));
	mapping->keyed = kin_arena_alloc(fitting->arena, (mapping->relation_count + 1) * sizeof(*mapping->keyed));
	if (!mapping->pointed || !mapping->limited || !mapping->keyed)
		return KIN_ENOMEM;
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		const kin_attribute *attribute = &mapping->attributes[i];
		mapping->attributes[i].pointed = is_pointed(attribute);
		if (is_pointed(attribute))
			mapping->pointed[mapping->pointed_count++] = attribute;
		if (is_limited(attribute))
			mapping->limited[mapping->limited_count++] = attribute;
		mapping->has_defaults |= attribute->default_sql || attribute->computed;
		mapping->has_computed |= attribute->computed != NULL;
		mapping->has_fills |= attribute->default_value.kind != KIN_KIND_NULL || attribute->default_fn || attribute->update_fn;
	}
	for (size_t i = 0; i < mapping->relation_count; i++)
		note_linked(mapping->relations[i]);
	for (size_t i = 0; i < mapping->relation_count; i++)
		if (mapping->relations[i]->holds_key && mapping->relations[i]->pair_count > 0)
			mapping->keyed[mapping->keyed_count++] = mapping->relations[i];
	return KIN_OK;
}
