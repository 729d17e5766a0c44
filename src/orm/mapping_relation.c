/* mapping_relation.c - each relationship finds its foreign key, and the member on its other side.
 *
 * The side of the foreign key follows from the form: belongs_to has it, has_many and has_one look for it in the target. */
#include <string.h>
#include <strings.h>

#include "orm/defer.h"
#include "orm/inherit.h"
#include "orm/instance.h"
#include "orm/manner.h"
#include "orm/mapping_fit.h"

static kin_relation *relation_named(const kin_mapping *mapping, const char *name)
{
	return (kin_relation *)kin_map_find(&mapping->relation_by_name, name);
}

static const char *backref_of(const kin_draft_relation *draft)
{
	return draft->options.backref ? draft->options.backref : draft->options.back_populates;
}

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
	const kin_foreign *found = backref ? key_of(relation, relation_named(relation->target, backref)) : NULL;

	for (size_t i = 0; !found && mapper && i < mapper->relations.count; i++) {
		const kin_draft_relation *draft = &mapper->relations.items[i];
		if (backref_of(draft) && strcmp(backref_of(draft), relation->name) == 0)
			found = key_of(relation, relation_named(relation->target, draft->member));
	}
	return found;
}

static int fit_key(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft, bool last)
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
		foreign = key_of_backref(fitting, relation, backref_of(draft));
	if (foreign && foreign->mapping == holder && kin_mapping_is(pointed, foreign->target))
		return kin_fitting_follow(fitting, relation, foreign);
	if (!last)
		return KIN_OK;
	return candidates == 0 ? no_key(fitting, mapper_of(fitting, holder), relation) : several_keys(fitting, relation);
}

/* "name, id desc" */
static int fit_order(kin_fitting *fitting, kin_relation *relation, const char *text)
{
	const kin_attribute *attribute = NULL;
	const char *at = text, *name;
	size_t length;

	if (!text)
		return KIN_OK;
	relation->orders = kin_arena_alloc(fitting->arena, (strlen(text) / 2 + 1) * sizeof(*relation->orders));
	const char *const *names = kin_mapping_names(fitting->arena, relation->target);
	if (!relation->orders || !names)
		return KIN_ENOMEM;
	for (bool first = true; kin_mapper_next_name(&at, &name, &length); first = false) {
		bool descending = length == 4 && strncasecmp(name, "desc", 4) == 0;
		if (!first && (descending || (length == 3 && strncasecmp(name, "asc", 3) == 0))) {
			if (attribute)
				relation->orders[relation->order_count - 1].descending = descending;
			continue;
		}
		const char *own = kin_arena_strndup(fitting->arena, name, length);
		if (!own)
			return KIN_ENOMEM;
		attribute = kin_mapping_attribute(relation->target, own);
		if (attribute)
			relation->orders[relation->order_count++] = (kin_relation_order){ .attribute = attribute };
		else
			kin_mistake_add(fitting->mistakes, relation->file, relation->line,
			                "%s.%s: .order_by names '%s', which is no column of %s%s",
			                relation->mapping->name, relation->name, own, relation->target->name,
			                kin_mistake_hint(fitting->mistakes, own, names,
			                                 relation->target->attribute_count));
	}
	return KIN_OK;
}

static int cascade_of(kin_fitting *fitting, const kin_mapping *mapping, const kin_draft_relation *draft)
{
	int cascade = draft->options.cascade;

	if (draft->options.viewonly)
		return KIN_CASCADE_NONE;
	if (cascade == KIN_CASCADE_DEFAULT)
		return KIN_CASCADE_SAVE_UPDATE | KIN_CASCADE_MERGE;
	if ((cascade & KIN_CASCADE_DELETE_ORPHAN) && draft->form == KIN_BELONGS_TO && !draft->options.single_parent)
		kin_mistake_add(fitting->mistakes, draft->file, draft->line,
		                "%s.%s: KIN_CASCADE_DELETE_ORPHAN belongs on the other side, the kin_has_many() or "
		                "kin_has_one() of %s; or add .single_parent = true, if no two %s have the same %s",
		                mapping->name, draft->member, draft->target->name, mapping->name, draft->target->name);
	if ((cascade & KIN_CASCADE_DELETE_ORPHAN) && draft->form == KIN_MANY_TO_MANY && !draft->options.single_parent)
		kin_mistake_add(fitting->mistakes, draft->file, draft->line,
		                "%s.%s: KIN_CASCADE_DELETE_ORPHAN is for what belongs to one only, and others may have the same %s; "
		                "add .single_parent = true, if no two %s do",
		                mapping->name, draft->member, draft->target->name, mapping->name);
	return cascade;
}

static void check_loading(kin_fitting *fitting, const kin_mapping *mapping, const kin_mapping *target, const kin_draft_relation *draft)
{
	const kin_relation_options *options = &draft->options;
	bool to_many = draft->form == KIN_HAS_MANY || draft->form == KIN_MANY_TO_MANY;
	const char *wrong = NULL;

	if (options->lazy > KIN_WRITE_ONLY)
		wrong = ".lazy is one of KIN_SELECT … KIN_WRITE_ONLY";
	else if (options->lazy == KIN_WRITE_ONLY && draft->form != KIN_HAS_MANY)
		wrong = ".lazy = KIN_WRITE_ONLY is for a kin_has_many()";
	else if (options->inner && to_many)
		wrong = ".inner is for a relationship to one: who has an empty list would be left out";
	else if (options->inner && kin_lazy_comes_along(options->lazy) && options->lazy != KIN_JOINED)
		wrong = ".inner is for what is joined: .lazy = KIN_JOINED";
	else if (options->join_depth != 0 && target != mapping)
		wrong = ".join_depth is for a relationship of a model to itself";
	else if (options->join_depth < 0)
		wrong = ".join_depth is below zero";
	if (wrong)
		kin_mistake_add(fitting->mistakes, draft->file, draft->line, "%s.%s: %s", mapping->name, draft->member, wrong);
}

static int add_relation(kin_fitting *fitting, kin_mapping *mapping, const kin_draft_relation *draft)
{
	const kin_mapping *target = kin_fitting_by_model(fitting, draft->target);

	if (kin_map_find(&mapping->by_name, draft->member) || relation_named(mapping, draft->member)) {
		kin_mistake_add(fitting->mistakes, draft->file, draft->line, "%s.%s: this member is mapped twice",
		                mapping->name, draft->member);
		return KIN_OK;
	}
	if (!target) {
		kin_mistake_add(fitting->mistakes, draft->file, draft->line, "%s.%s: the model %s is not registered",
		                mapping->name, draft->member, draft->target->name);
		return KIN_OK;
	}
	if (mapping->relation_count == KIN_MAX_RELATIONS) {
		kin_mistake_add(fitting->mistakes, draft->file, draft->line,
		                "%s.%s: a model has at most %d relationships", mapping->name, draft->member,
		                KIN_MAX_RELATIONS);
		return KIN_OK;
	}
	check_loading(fitting, mapping, target, draft);
	kin_fitting_check_options(fitting, mapping, draft);
	kin_relation *relation = kin_arena_alloc(fitting->arena, sizeof(*relation));
	if (!relation)
		return KIN_ENOMEM;
	mapping->relations[mapping->relation_count] = relation;
	*relation = (kin_relation){
		.name = draft->member, .mapping = mapping, .target = target, .offset = (uint32_t)draft->offset,
		.index = (uint8_t)mapping->relation_count++, .form = (uint8_t)draft->form,
		.to_many = draft->form == KIN_HAS_MANY || draft->form == KIN_MANY_TO_MANY, .holds_key = draft->form == KIN_BELONGS_TO,
		.lazy = draft->options.lazy, .inner = draft->options.inner, .join_depth = draft->options.join_depth,
		.cascade = cascade_of(fitting, mapping, draft), .passive = (uint8_t)draft->options.passive_deletes,
		.single_parent = draft->options.single_parent, .viewonly = draft->options.viewonly, .where = draft->options.where,
		.file = draft->file, .line = draft->line,
	};
	return kin_map_set(&mapping->relation_by_name, relation->name, relation) ? KIN_OK : KIN_ENOMEM;
}

/* The parent's come first, themselves. */
static int inherit_relations(kin_mapping *mapping)
{
	const kin_mapping *parent = mapping->parent;

	for (size_t i = 0; i < parent->relation_count; i++) {
		kin_relation *relation = parent->relations[i];
		mapping->relations[mapping->relation_count++] = relation;
		if (!kin_map_set(&mapping->relation_by_name, relation->name, relation))
			return KIN_ENOMEM;
	}
	return KIN_OK;
}

/* How many of its lines hold; a mistaken one is no relationship. */
static int add_relations(kin_fitting *fitting, const kin_mapper *mapper)
{
	kin_mapping *mapping = mapper->mapping;

	if (!(mapping->relations = kin_arena_zalloc(fitting->arena, KIN_MAX_RELATIONS * sizeof(*mapping->relations))))
		return KIN_ENOMEM;
	if (mapping->parent && inherit_relations(mapping) < 0)
		return KIN_ENOMEM;
	for (size_t i = 0; i < mapper->relations.count; i++)
		if (add_relation(fitting, mapping, &mapper->relations.items[i]) < 0)
			return KIN_ENOMEM;
	return KIN_OK;
}

static int link_to(kin_fitting *fitting, kin_relation *relation, const kin_relation *reverse)
{
	kin_late_link link = { .relation = relation, .reverse = reverse };

	if (!relation->mapping->registry) {
		relation->reverse = reverse;
		return KIN_OK;
	}
	return kin_vec_push(&fitting->late, link) ? KIN_OK : KIN_ENOMEM;
}

/* The same foreign key, or the same table with its two. */
static const char *why_keys_unfit(const kin_relation *relation, const kin_relation *other)
{
	if (relation->link != other->link)
		return "the two go through different tables";
	if (relation->link)
		return relation->foreign != other->far->foreign || other->foreign != relation->far->foreign
		       ? "the two use the table's foreign keys differently" : NULL;
	return relation->foreign != other->foreign ? "the two use different foreign keys" : NULL;
}

static const char *why_unfit(const kin_relation *relation, const kin_relation *other)
{
	const char *why;

	if (!other)
		return "it has no such relationship";
	if (other->target != relation->mapping)
		return "that one leads to another model";
	if (other->viewonly)
		return "that one is .viewonly, so nothing is kept in step with it";
	if ((other->form == KIN_MANY_TO_MANY) != (relation->form == KIN_MANY_TO_MANY))
		return "one of the two is kin_many_to_many(), and the other is not";
	if (other->holds_key == relation->holds_key && relation->form != KIN_MANY_TO_MANY)
		return relation->holds_key ? "both are kin_belongs_to()" : "neither is kin_belongs_to()";
	if (relation->pair_count == 0 || other->pair_count == 0)
		return NULL; /* reported already */
	if ((why = why_keys_unfit(relation, other)))
		return why;
	if (other->reverse && other->reverse != relation)
		return "that one has another backref";
	if (relation->reverse && relation->reverse != other)
		return "another relationship names this one as its backref";
	return NULL;
}

static int fit_backref(kin_fitting *fitting, kin_relation *relation, const char *backref)
{
	kin_relation *other = relation_named(relation->target, backref);
	const char *why = why_unfit(relation, other);
	const char *names[KIN_MAX_RELATIONS];
	size_t count = relation->target->relation_count;

	if (why) {
		for (size_t i = 0; i < count; i++)
			names[i] = relation->target->relations[i]->name;
		kin_mistake_add(fitting->mistakes, relation->file, relation->line,
		                "%s.%s: backref '%s' does not match a relationship of %s: %s%s",
		                relation->mapping->name, relation->name, backref, relation->target->name, why,
		                other ? "" : kin_mistake_hint(fitting->mistakes, backref, names, count));
		return KIN_OK;
	}
	relation->reverse = other;
	return link_to(fitting, other, relation);
}

/* The to-one relationship that writes a foreign key. */
static void claim_key(kin_fitting *fitting, kin_mapping *mapping, const kin_relation *relation)
{
	if (!relation->holds_key || relation->viewonly || !relation->foreign || relation->foreign->mapping != mapping)
		return;
	kin_foreign *key = kin_fitting_foreign_of(fitting, relation->foreign);
	if (key->relation)
		kin_mistake_add(fitting->mistakes, relation->file, relation->line,
		                "%s.%s: %s is written by the relationship '%s' already; one column, one relationship",
		                mapping->name, relation->name, key->label, key->relation->name);
	else
		key->relation = relation;
}

static int fit_ends(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft)
{
	(void)draft;
	return relation->viewonly ? KIN_OK : kin_fitting_link_ends(fitting, relation);
}

typedef int fit_one(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft);

static int fit_sure_key(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft)
{
	return fit_key(fitting, relation, draft, false);
}

static int fit_last_key(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft)
{
	int rc = fit_key(fitting, relation, draft, true);

	return rc < 0 ? rc : fit_order(fitting, relation, draft->options.order_by);
}

static int fit_other_side(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft)
{
	const char *backref = backref_of(draft);

	return backref && !relation->viewonly ? fit_backref(fitting, relation, backref) : KIN_OK;
}

/* Call `fit` for each relationship of the new mappings. */
static int each(kin_fitting *fitting, fit_one *fit)
{
	for (size_t i = 0; i < fitting->mapper_count; i++) {
		kin_mapper *mapper = &fitting->mappers[i];
		for (size_t n = 0; n < mapper->relations.count; n++) {
			const kin_draft_relation *draft = &mapper->relations.items[n];
			kin_relation *relation = relation_named(mapper->mapping, draft->member);
			if (relation && relation->mapping == mapper->mapping && relation->line == draft->line && fit(fitting, relation, draft) < 0)
				return KIN_ENOMEM;
		}
	}
	return KIN_OK;
}

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

/* Once it is known what relationships need. */
static int list_deferred(kin_fitting *fitting, kin_mapping *mapping)
{
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		const kin_attribute *a = &mapping->attributes[i];
		if (!a->deferred)
			continue;
		if (!kin_defer_can(a))
			kin_mistake_add(fitting->mistakes, a->file, a->line, mapping->lineage ? "%s.%s: .deferred, but objects of models that inherit come whole"
			                : a->pointed ? "%s.%s: .deferred, but it is a key, which an object is never without"
			                : "%s.%s: .deferred is for texts, bytes and documents: nothing else can say that it is not loaded", mapping->name, a->name);
		if (!mapping->deferred && !(mapping->deferred = kin_arena_zalloc(fitting->arena, KIN_SET_WORDS(mapping) * sizeof(*mapping->deferred))))
			return KIN_ENOMEM;
		kin_set_add(mapping->deferred, i);
	}
	return KIN_OK;
}

/* What saving an object looks at, row after row. */
static int list_members(kin_fitting *fitting, kin_mapping *mapping)
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

int kin_fitting_relations(kin_fitting *fitting)
{
	for (size_t i = 0; i < fitting->mapper_count; i++)
		if (add_relations(fitting, &fitting->mappers[i]) < 0)
			return KIN_ENOMEM;
	if (each(fitting, fit_sure_key) < 0 || each(fitting, fit_last_key) < 0 || each(fitting, kin_fitting_key_options) < 0 || each(fitting, fit_other_side) < 0 ||
	    each(fitting, fit_ends) < 0)
		return KIN_ENOMEM;
	for (size_t i = 0; i < fitting->mapper_count; i++) {
		kin_mapping *mapping = fitting->mappers[i].mapping;
		for (size_t n = 0; n < mapping->foreign_count && mapping->foreigns[n].inherited; n++) {
			mapping->foreigns[n].relation = mapping->parent->foreigns[n].relation;
			mapping->foreigns[n].post_update = mapping->parent->foreigns[n].post_update;
		}
		for (size_t n = 0; n < mapping->relation_count; n++)
			if (mapping->relations[n]->mapping == mapping)
				claim_key(fitting, mapping, mapping->relations[n]);
		if (list_members(fitting, mapping) < 0)
			return KIN_ENOMEM;
	}
	for (size_t i = 0; i < fitting->mapper_count; i++)
		if (list_deferred(fitting, fitting->mappers[i].mapping) < 0)
			return KIN_ENOMEM;
	return fitting->mistakes->failed ? KIN_ENOMEM : KIN_OK;
}
