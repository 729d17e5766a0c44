/* mapping_hook.c - a model's hooks and validators, made from its kin_on() and kin_validate() lines. */
#include "orm/mapper.h"

static void refuse_member(kin_arena *arena, const kin_mapping *mapping, const kin_draft_hook *draft, kin_mistakes *mistakes)
{
	const char *const *names = kin_mapping_names(arena, mapping);

	if (!names)
		mistakes->failed = true;
	else
		kin_mistake_add(mistakes, draft->file, draft->line, "%s: kin_validate names '%s', which is no column%s", mapping->name,
		                draft->member, kin_mistake_hint(mistakes, draft->member, names, mapping->attribute_count));
}

/* The parent's come first. */
static int inherit_hooks(kin_arena *arena, kin_mapping *mapping, const kin_mapping *parent, const kin_hook ***end)
{
	for (const kin_hook *of_parent = parent->hooks; of_parent; of_parent = of_parent->next) {
		kin_hook *hook = kin_arena_copy(arena, of_parent, sizeof(*hook));
		if (!hook)
			return KIN_ENOMEM;
		hook->next = NULL;
		**end = hook;
		*end = &hook->next;
	}
	mapping->events |= parent->events;
	return KIN_OK;
}

int kin_mapping_make_hooks(kin_arena *arena, kin_mapper *mapper, kin_mistakes *mistakes)
{
	kin_mapping *mapping = mapper->mapping;
	const kin_hook **end = &mapping->hooks;

	if (mapper->parent && inherit_hooks(arena, mapping, mapper->parent, &end) < 0)
		return KIN_ENOMEM;
	for (size_t i = 0; i < mapper->hooks.count; i++) {
		const kin_draft_hook *draft = &mapper->hooks.items[i];
		const kin_attribute *attribute = draft->member ? kin_mapping_attribute(mapping, draft->member) : NULL;
		kin_hook *hook = kin_arena_zalloc(arena, sizeof(*hook));
		if (!hook)
			return KIN_ENOMEM;
		if (draft->member && !attribute)
			refuse_member(arena, mapping, draft, mistakes);
		*hook = (kin_hook){
			.event = draft->event, .attribute = attribute, .model = mapping->model, .fn = draft->fn, .name = draft->name, .file = draft->file,
			.line = draft->line,
		};
		mapping->events |= (uint16_t)(1u << draft->event);
		mapping->has_fills = true;
		*end = hook;
		end = &hook->next;
	}
	return KIN_OK;
}
