/* mapping_key.c - each relationship finds the foreign key that it follows.
 *
 * The side of the key follows from the form: belongs_to has it, has_many and has_one look for it in the target. Where several keys lead there, the
 * relationship or its other side says which. */
#include <string.h>

#include "orm/inherit.h"
#include "orm/mapping_fit.h"

/* Sides: the foreign key is in `holder` and points at `pointed`. */
static const kin_mapping *holder_of(const kin_relation *relation)
{
	return relation->holds_key ? relation->mapping : relation->target;
}

static const kin_mapping *pointed_of(const kin_relation *relation)
{
	return relation->holds_key ? relation->target : relation->mapping;
}

static bool points_at_key(const kin_foreign *foreign)
{
	const kin_mapping *target = foreign->target;

	for (size_t i = 0; i < foreign->count && i < target->key_count; i++)
		if (foreign->pairs[i].remote != target->keys[i])
			return false;
	return foreign->count == target->key_count;
}

/* Which columns are NULL where there is no object: those that can be, and are not a part of another key; else those that can be; else, for they say
 * so when it is tried, all. */
static void mark_cleared(const kin_foreign *foreign, kin_pair *pairs)
{
	const kin_mapping *holder = foreign->mapping;

	for (int least = 2; least >= 0; least--) {
		bool any = false;
		for (size_t i = 0; i < foreign->count; i++) {
			int fitness = pairs[i].local->not_null ? 0 : kin_mapping_is_foreign(holder, pairs[i].local, foreign) ? 1 : 2;
			pairs[i].cleared = fitness >= least && pairs[i].local != holder->distributed;
			any = any || pairs[i].cleared;
		}
		if (any)
			return;
	}
}

int kin_fitting_follow(kin_fitting *fitting, kin_relation *relation, const kin_foreign *foreign)
{
	kin_pair *pairs = kin_arena_copy(fitting->arena, foreign->pairs, foreign->count * sizeof(*pairs));

	if (!pairs)
		return KIN_ENOMEM;
	mark_cleared(foreign, pairs);
	for (size_t i = 0; i < foreign->count; i++)
		pairs[i].remote = kin_mapping_own(pointed_of(relation), pairs[i].remote);
	for (size_t i = 0; i < foreign->count && !relation->holds_key; i++)
		pairs[i] = (kin_pair){ .local = pairs[i].remote, .remote = pairs[i].local, .cleared = pairs[i].cleared };
	relation->foreign = foreign;
	relation->pairs = pairs;
	relation->pair_count = foreign->count;
	relation->by_key = relation->holds_key && points_at_key(foreign) && !relation->where;
	return KIN_OK;
}

/* ".foreign_key = "vet"": one name of it is no column, or it is none of the foreign keys. */
static int no_such_key(kin_fitting *fitting, const kin_relation *relation, const char *names)
{
	const kin_mapping *holder = holder_of(relation);
	const char *const *known = kin_mapping_names(fitting->arena, holder);
	const char *at = names, *name;
	size_t length;

	if (!known)
		return KIN_ENOMEM;
	while (kin_mapper_next_name(&at, &name, &length)) {
		const char *own = kin_arena_strndup(fitting->arena, name, length);
		if (!own)
			return KIN_ENOMEM;
		if (kin_mapping_attribute(holder, own))
			continue;
		kin_mistake_add(fitting->mistakes, relation->file, relation->line, "%s.%s: .foreign_key = \"%s\": %s has no such column%s",
		                relation->mapping->name, relation->name, own, holder->name,
		                kin_mistake_hint(fitting->mistakes, own, known, holder->attribute_count));
		return KIN_OK;
	}
	kin_mistake_add(fitting->mistakes, relation->file, relation->line, "%s.%s: .foreign_key = \"%s\": %s.%s does not point at %s",
	                relation->mapping->name, relation->name, names, holder->name, names, pointed_of(relation)->table);
	return KIN_OK;
}

/* The key that .foreign_key names. */
static int fit_named_key(kin_fitting *fitting, kin_relation *relation, const char *names)
{
	const kin_foreign *foreign = kin_fitting_foreign_named(holder_of(relation), pointed_of(relation), names);

	return foreign ? kin_fitting_follow(fitting, relation, foreign) : no_such_key(fitting, relation, names);
}

/* "men.id", or what to write for a key of several columns. NULL when memory is out. */
static const char *how_to_point_at(kin_fitting *fitting, const kin_mapping *holder, const kin_mapping *pointed)
{
	const char *list = "";

	if (pointed->key_count < 2)
		return kin_arena_printf(fitting->arena, ".foreign_key = \"%s.%s\" to a column of %s", pointed->table,
		                        pointed->key_count > 0 ? pointed->keys[0]->column : "id", holder->name);
	for (size_t i = 0; list && i < pointed->key_count; i++)
		list = kin_arena_printf(fitting->arena, "%s%s%s", list, i > 0 ? ", " : "", pointed->keys[i]->column);
	return list ? kin_arena_printf(fitting->arena, "kin_foreign_key((…), \"%s (%s)\") to %s", pointed->table, list, holder->name) : NULL;
}

static int no_key(kin_fitting *fitting, const kin_mapper *mapper, const kin_relation *relation)
{
	const kin_mapping *holder = holder_of(relation), *pointed = pointed_of(relation);
	const char *how = how_to_point_at(fitting, holder, pointed);

	if (!how)
		return KIN_ENOMEM;
	/* A foreign key that did not find its column has been reported; it may have been meant here. */
	for (size_t i = 0; i < holder->attribute_count; i++)
		if (holder->attributes[i].foreign_key && !holder->attributes[i].target)
			return KIN_OK;
	if (mapper && mapper->foreigns.count > 0 && kin_fitting_lost_foreign(mapper))
		return KIN_OK;
	kin_mistake_add(fitting->mistakes, relation->file, relation->line, "%s.%s: no foreign key of %s points at %s; add %s",
	                relation->mapping->name, relation->name, holder->table, pointed->table, how);
	return KIN_OK;
}

static int several_keys(kin_fitting *fitting, const kin_relation *relation)
{
	const kin_mapping *holder = holder_of(relation), *pointed = pointed_of(relation);
	const char *list = "";

	for (size_t i = 0; i < holder->foreign_count; i++) {
		const kin_foreign *foreign = &holder->foreigns[i];
		if (kin_mapping_is(pointed, foreign->target) &&
		    !(list = kin_arena_printf(fitting->arena, "%s%s%s", list, *list ? ", " : "", foreign->label)))
			return KIN_ENOMEM;
	}
	kin_mistake_add(fitting->mistakes, relation->file, relation->line,
	                "%s.%s: several foreign keys of %s point at %s (%s); say which with .foreign_key",
	                relation->mapping->name, relation->name, holder->table, pointed->table, list);
	return KIN_OK;
}

static const kin_mapper *mapper_of(const kin_fitting *fitting, const kin_mapping *mapping)
{
	for (size_t i = 0; i < fitting->mapper_count; i++)
		if (fitting->mappers[i].mapping == mapping)
			return &fitting->mappers[i];
	return NULL;
}

static const kin_foreign *key_of(const kin_relation *relation, const kin_relation *other)
{
	return other && other->target == relation->mapping && other->holds_key != relation->holds_key ? other->foreign : NULL;
}

/* The other side may know which key it is: the one that this side names as its backref, or that names this one. */
static const kin_foreign *key_of_backref(const kin_fitting *fitting, const kin_relation *relation, const char *backref)
{
	const kin_mapper *mapper = backref ? NULL : mapper_of(fitting, relation->target);
	const kin_foreign *found = backref ? key_of(relation, kin_mapping_relation(relation->target, backref)) : NULL;

	for (size_t i = 0; !found && mapper && i < mapper->relations.count; i++) {
		const kin_draft_relation *draft = &mapper->relations.items[i];
		if (kin_fitting_backref_name(draft) && strcmp(kin_fitting_backref_name(draft), relation->name) == 0)
			found = key_of(relation, kin_mapping_relation(relation->target, draft->member));
	}
	return found;
}

int kin_fitting_key(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft, bool last)
{
	const kin_mapping *holder = holder_of(relation), *pointed = pointed_of(relation);
	const kin_foreign *foreign = NULL;
	size_t candidates = 0;

	if (relation->form == KIN_MANY_TO_MANY)
		return kin_fitting_link(fitting, relation, draft, last);
	if (relation->pair_count > 0)
		return KIN_OK;
	if (draft->options.foreign_key)
		return last ? KIN_OK : fit_named_key(fitting, relation, draft->options.foreign_key);
	for (size_t i = holder->foreign_count; i-- > 0;) {
		bool own = !holder->foreigns[i].inherited;
		if (!kin_mapping_is(pointed, holder->foreigns[i].target) || (!own && candidates == 1 && !foreign->inherited))
			continue; /* the holder's own one is meant, rather than one that it inherits */
		foreign = &holder->foreigns[i];
		candidates++;
	}
	if (candidates > 1)
		foreign = key_of_backref(fitting, relation, kin_fitting_backref_name(draft));
	if (foreign && foreign->mapping == holder && kin_mapping_is(pointed, foreign->target))
		return kin_fitting_follow(fitting, relation, foreign);
	if (!last)
		return KIN_OK;
	return candidates == 0 ? no_key(fitting, mapper_of(fitting, holder), relation) : several_keys(fitting, relation);
}
