/* mapping_name.c - names of members, as lines of a model's body list them, are found in its mapping. */
#include <string.h>

#include "orm/mapper.h"

bool kin_mapper_next_name(const char **text, const char **ret_name, size_t *ret_length)
{
	const char *begin = *text + strspn(*text, " \t\n,()");
	size_t length = strcspn(begin, " \t\n,()");

	*text = begin + length;
	*ret_name = begin;
	*ret_length = length;
	return length > 0;
}

const char *const *kin_mapping_names(kin_arena *arena, const kin_mapping *mapping)
{
	const char **names = kin_arena_alloc(arena, (mapping->attribute_count + 1) * sizeof(*names));

	for (size_t i = 0; names && i < mapping->attribute_count; i++)
		names[i] = mapping->attributes[i].name;
	return names;
}

const kin_attribute *kin_mapping_listed(kin_arena *arena, kin_mistakes *mistakes, const kin_mapping *mapping, const char *name, size_t length,
                                        const char *what, const char *file, int line)
{
	const char *own = kin_arena_strndup(arena, name, length);
	const char *const *names = kin_mapping_names(arena, mapping);

	if (!own || !names) {
		mistakes->failed = true;
		return NULL;
	}
	const kin_attribute *found = kin_mapping_attribute(mapping, own);
	if (!found)
		kin_mistake_add(mistakes, file, line, "%s: %s names '%s', which is no column%s", mapping->name, what, own,
		                kin_mistake_hint(mistakes, own, names, mapping->attribute_count));
	return found;
}
