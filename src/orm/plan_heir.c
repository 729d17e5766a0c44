/* plan_heir.c - what a query says by name of the models that inherit from the one it brings.
 *
 *     with selectin Engineer            their tables are read after the rows; `joined Engineer`, or its name alone: they are joined
 *     with Engineer.laptops             what only some of the objects have
 *     with people.Engineer.laptops      the same of what a relationship leads to
 *     with defer Engineer.resume        a column of theirs */
#include <string.h>

#include "orm/defer.h"

const kin_mapping *kin_want_heir_called(const kin_want *want, const char *name)
{
	const kin_lineage *lineage = want->mapping->lineage;

	if (!lineage || kin_mapping_relation(want->mapping, name) || kin_mapping_attribute(want->mapping, name))
		return NULL;
	for (size_t i = 0; i < lineage->heir_count; i++)
		if (strcmp(lineage->heirs[i]->name, name) == 0)
			return lineage->heirs[i];
	return NULL;
}

static size_t place_of(const kin_lineage *lineage, const kin_mapping *heir)
{
	size_t i = 0;

	while (lineage->heirs[i] != heir)
		i++;
	return i;
}

kin_want_heir *kin_want_heir_of(kin_want *want, kin_arena *arena, const kin_mapping *heir)
{
	const kin_lineage *lineage = want->mapping->lineage;

	if (!want->heirs && !(want->heirs = kin_arena_zalloc(arena, lineage->heir_count * sizeof(*want->heirs))))
		return NULL;
	return &want->heirs[place_of(lineage, heir)];
}

bool kin_want_is_apart(const kin_want *want, const kin_mapping *heir)
{
	kin_lazy said = want->heirs ? want->heirs[place_of(want->mapping->lineage, heir)].how : 0;

	return (said ? said : heir->lineage->load) == KIN_SELECTIN;
}

bool kin_want_ends_with_model(const kin_want *want, const kin_with_item *item)
{
	kin_want at = { .mapping = want->mapping };

	for (size_t i = 0; i < item->count; i++) {
		const kin_relation *relation = kin_mapping_relation(at.mapping, item->names[i]);
		if (!relation && i + 1 == item->count)
			return kin_want_heir_called(&at, item->names[i]);
		at.mapping = relation ? relation->target : kin_want_heir_called(&at, item->names[i]);
		if (!at.mapping)
			return false;
	}
	return false;
}

/* ---- tables ---- */

int kin_want_tables(kin_want *want, kin_resolver *resolver, const kin_with_item *item, const kin_mapping *heir, kin_lazy how, const char *word)
{
	const kin_lineage *lineage = heir->lineage;
	size_t count = 0;

	if (item->where || item->has_only)
		return kin_resolve_problem(resolver, item->at, "`%s` is about the tables of its objects, which come whole: it has no condition", heir->name);
	if (how != KIN_JOINED && how != KIN_SELECTIN)
		return kin_resolve_problem(resolver, item->at, "'%s %s': the columns of its tables always come; `joined` or `selectin` says "
		                           "how these come", word, heir->name);
	for (size_t i = 0; i < lineage->heir_count; i++) {
		const kin_mapping *one = lineage->heirs[i];
		if (!kin_mapping_brings_table(one) || one->level <= want->mapping->level)
			continue;
		kin_want_heir *said = kin_want_heir_of(want, resolver->arena, one);
		if (!said)
			return KIN_ENOMEM;
		said->how = how;
		count++;
	}
	if (count == 0)
		return kin_resolve_problem(resolver, item->at, "%s has no table that %s has not: its columns come with the rows", heir->name, want->mapping->name);
	return KIN_OK;
}

/* ---- steps ---- */

static const char *near_heir(const kin_lineage *lineage, kin_arena *arena, const char *name)
{
	const char **names = kin_arena_alloc(arena, lineage->heir_count * sizeof(*names));

	for (size_t i = 0; names && i < lineage->heir_count; i++)
		names[i] = lineage->heirs[i]->name;
	return names ? kin_text_nearest(name, names, lineage->heir_count) : NULL;
}

/* No relationship of that name. */
static int refuse(const kin_want *want, kin_resolver *resolver, const kin_with_item *item, const char *name)
{
	const kin_lineage *lineage = want->mapping->lineage;

	for (size_t i = 1; lineage && i < lineage->heir_count; i++)
		if (kin_mapping_relation(lineage->heirs[i], name))
			return kin_resolve_problem(resolver, item->at, "%s has no relationship '%s', but %s, which inherits from it, has: say %s.%s",
			                           want->mapping->name, name, lineage->heirs[i]->name, lineage->heirs[i]->name, name);
	const char *near = lineage && lineage->heir_count > 1 ? near_heir(lineage, resolver->arena, name) : NULL;
	if (near)
		return kin_resolve_problem(resolver, item->at, "%s has no relationship '%s', and no such model inherits from it; did you mean '%s'?",
		                           want->mapping->name, name, near);
	return kin_resolve_unknown(resolver, want->mapping, name, item->at, true);
}

int kin_want_step(const kin_want *want, kin_resolver *resolver, const kin_with_item *item, size_t *at, const kin_relation **ret_relation)
{
	const kin_mapping *heir = *at + 1 < item->count ? kin_want_heir_called(want, item->names[*at]) : NULL;
	const kin_mapping *mapping = heir ? heir : want->mapping;
	const char *name = item->names[heir ? ++*at : *at];

	++*at;
	if ((*ret_relation = kin_mapping_relation(mapping, name)))
		return KIN_OK;
	return heir ? kin_resolve_unknown(resolver, heir, name, item->at, true) : refuse(want, resolver, item, name);
}
