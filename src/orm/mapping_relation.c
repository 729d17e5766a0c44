/* mapping_relation.c - the relationships of models, from what their bodies say, and what of them is found when all models are there.
 *
 * The keys first, those that leave no doubt before the others, for these may follow from them; then what goes by the key. */
#include <string.h>
#include <strings.h>

#include "orm/inherit.h"
#include "orm/mapping_fit.h"

static kin_relation *relation_named(const kin_mapping *mapping, const char *name)
{
	return (kin_relation *)kin_map_find(&mapping->relation_by_name, name);
}

/* ---- what a line says ---- */

static int cascade_of(const kin_relation_options *options)
{
	if (options->viewonly)
		return KIN_CASCADE_NONE;
	return options->cascade == KIN_CASCADE_DEFAULT ? KIN_CASCADE_SAVE_UPDATE | KIN_CASCADE_MERGE : options->cascade;
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
	kin_fitting_check_options(fitting, mapping, draft, target);
	kin_relation *relation = kin_arena_alloc(fitting->arena, sizeof(*relation));
	if (!relation)
		return KIN_ENOMEM;
	mapping->relations[mapping->relation_count] = relation;
	*relation = (kin_relation){
		.name = draft->member, .mapping = mapping, .target = target, .offset = (uint32_t)draft->offset,
		.index = (uint8_t)mapping->relation_count++, .form = (uint8_t)draft->form,
		.to_many = draft->form == KIN_HAS_MANY || draft->form == KIN_MANY_TO_MANY, .holds_key = draft->form == KIN_BELONGS_TO,
		.lazy = draft->options.lazy, .inner = draft->options.inner, .join_depth = draft->options.join_depth,
		.cascade = cascade_of(&draft->options), .passive = (uint8_t)draft->options.passive_deletes,
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

/* ---- what is found ---- */

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

/* What a parent's relationships write they write in its heirs' rows, too. */
static void claim_keys(kin_fitting *fitting, kin_mapping *mapping)
{
	for (size_t i = 0; i < mapping->foreign_count && mapping->foreigns[i].inherited; i++) {
		mapping->foreigns[i].relation = mapping->parent->foreigns[i].relation;
		mapping->foreigns[i].post_update = mapping->parent->foreigns[i].post_update;
	}
	for (size_t i = 0; i < mapping->relation_count; i++)
		if (mapping->relations[i]->mapping == mapping)
			claim_key(fitting, mapping, mapping->relations[i]);
}

static int fit_ends(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft)
{
	(void)draft;
	return relation->viewonly ? KIN_OK : kin_fitting_link_ends(fitting, relation);
}

typedef int fit_one(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft);

static int fit_sure_key(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft)
{
	return kin_fitting_key(fitting, relation, draft, false);
}

static int fit_last_key(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft)
{
	int rc = kin_fitting_key(fitting, relation, draft, true);

	return rc < 0 ? rc : fit_order(fitting, relation, draft->options.order_by);
}

static int fit_other_side(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft)
{
	return kin_fitting_backref_name(draft) && !relation->viewonly ? kin_fitting_backref(fitting, relation, draft) : KIN_OK;
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
		claim_keys(fitting, mapping);
		if (kin_fitting_members(fitting, mapping) < 0)
			return KIN_ENOMEM;
	}
	kin_fitting_linked(fitting);
	for (size_t i = 0; i < fitting->mapper_count; i++)
		if (kin_fitting_deferred(fitting, fitting->mappers[i].mapping) < 0)
			return KIN_ENOMEM;
	return fitting->mistakes->failed ? KIN_ENOMEM : KIN_OK;
}
