/* mapping_index.c - what a kin_index() line is over: columns, perhaps descending, and expressions.
 *
 *     kin_index(name)     kin_index((species, age desc))     kin_index((lower(name), id), .name = "ix_pets_by_name") */
#include <string.h>
#include <strings.h>

#include "orm/mapper.h"

typedef struct line {
	kin_arena         *arena;
	kin_mistakes      *mistakes;
	const kin_mapping *mapping;
	kin_extra         *extra;
} line;

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
static const char blanks[] = " \t\n";

/* Up to the comma that ends a part, or the end: those in parentheses and in quotes do not. */
static size_t part_length(const char *text)
{
	size_t depth = 0, n = 0;
	char quote = '\0';

	for (; text[n]; n++) {
		if (quote) {
			quote = text[n] == quote ? '\0' : quote;
			continue;
		}
		if (text[n] == ',' && depth == 0)
			break;
		if (text[n] == '\'' || text[n] == '"')
			quote = text[n];
		depth += text[n] == '(';
		depth -= text[n] == ')' && depth > 0;
	}
	return n;
}

static size_t trimmed(const char **text, size_t length)
{
	size_t blank = strspn(*text, blanks);

	blank = blank < length ? blank : length;
	*text += blank;
	length -= blank;
	while (length > 0 && strchr(blanks, (*text)[length - 1]))
		length--;
	return length;
}

/* Without the parentheses around all of it. */
static size_t unwrapped(const char **text)
{
	size_t length = trimmed(text, strlen(*text)), depth = 0;

	for (size_t i = 0; i < length; i++) {
		depth += (*text)[i] == '(';
		depth -= (*text)[i] == ')' && depth > 0;
		if (depth == 0 && i + 1 < length)
			return length;
	}
	if (length < 2 || **text != '(')
		return length;
	(*text)++;
	return trimmed(text, length - 2);
}

/* Whether a part ends with this word, which is taken off. */
static bool takes_off(const char *part, size_t *length, const char *word)
{
	size_t n = strlen(word);

	if (*length <= n || strncasecmp(part + *length - n, word, n) != 0 || !strchr(blanks, part[*length - n - 1]))
		return false;
	*length = trimmed(&part, *length - n);
	return true;
}

static int add_part(line *l, const char *part, size_t length)
{
	kin_extra_part *added = &l->extra->parts[l->extra->part_count];

	added->descending = takes_off(part, &length, "desc");
	if (!added->descending)
		takes_off(part, &length, "asc");
	if (strspn(part, letters) < length) {
		added->expression = kin_arena_strndup(l->arena, part, length);
		l->extra->part_count++;
		return added->expression ? KIN_OK : KIN_ENOMEM;
	}
	added->attribute = kin_mapping_listed(l->arena, l->mistakes, l->mapping, part, length, "kin_index", l->extra->file, l->extra->line);
	if (added->attribute) {
		l->extra->attributes[l->extra->attribute_count++] = added->attribute;
		l->extra->part_count++;
	}
	return KIN_OK;
}

/* The convention makes a name of columns only. */
static void check_name(line *l, const char *members)
{
	for (size_t i = 0; i < l->extra->part_count; i++)
		if (l->extra->parts[i].expression && !l->extra->name) {
			kin_mistake_add(l->mistakes, l->extra->file, l->extra->line, "%s: kin_index(%s) is over an expression, '%s', and has no name; add "
			                ".name = \"ix_…\"", l->mapping->name, members, l->extra->parts[i].expression);
			return;
		}
}

int kin_mapping_index(kin_arena *arena, kin_mistakes *mistakes, const kin_mapping *mapping, const char *members, kin_extra *extra)
{
	line l = { .arena = arena, .mistakes = mistakes, .mapping = mapping, .extra = extra };
	const char *begin = members;
	size_t all = unwrapped(&begin);
	const char *text = kin_arena_strndup(arena, begin, all);
	int rc = KIN_OK;

	extra->parts = kin_arena_zalloc(arena, (all / 2 + 1) * sizeof(*extra->parts));
	if (!text || !extra->parts)
		return KIN_ENOMEM;
	while (rc == KIN_OK && *text) {
		const char *part = text;
		size_t length = part_length(text);
		text += length + (text[length] == ',');
		if ((length = trimmed(&part, length)) > 0)
			rc = add_part(&l, part, length);
	}
	check_name(&l, members);
	return rc;
}
