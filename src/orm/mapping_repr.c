/* mapping_repr.c - how an object is shown: kin_repr("<Pet {name}>") is text, attribute, text, attribute …, text. */
#include <string.h>

#include "orm/mapping_make.h"

int kin_making_repr(kin_making *m)
{
	const char *at = m->mapper->repr, *file = m->mapper->repr_file;
	int line = m->mapper->repr_line;
	size_t braces = 0;

	if (!at)
		return KIN_OK;
	for (const char *s = at; *s; s++)
		braces += *s == '{';
	kin_repr_part *parts = kin_arena_zalloc(m->arena, (braces + 1) * sizeof(*parts));
	if (!parts)
		return KIN_ENOMEM;
	m->mapping->repr = parts;
	m->mapping->repr_count = 0;
	for (;;) {
		size_t before = strcspn(at, "{}"), length = 0;
		kin_repr_part *part = &parts[m->mapping->repr_count++];
		if (!(part->text = kin_arena_strndup(m->arena, at, before)))
			return KIN_ENOMEM;
		at += before;
		if (*at == '{')
			length = strcspn(at + 1, "{}");
		if (*at == '\0')
			return KIN_OK;
		if (*at == '}' || at[1 + length] != '}' || length == 0) {
			kin_mistake_add(m->mistakes, file, line, "%s: kin_repr(\"%s\") has a brace without its other half; "
			                "a member stands as {name}", m->mapping->name, m->mapper->repr);
			return KIN_OK;
		}
		part->attribute = kin_making_find(m, at + 1, length, "kin_repr", file, line);
		at += length + 2;
		if (!part->attribute)
			return KIN_OK;
	}
}
