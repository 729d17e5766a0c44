/* mapping_backref.c - each relationship finds the member on its other side, and the two fit. */
#include <string.h>

#include "orm/instance.h"
#include "orm/mapping_fit.h"

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

int kin_fitting_backref(kin_fitting *fitting, kin_relation *relation, const kin_draft_relation *draft)
{
	const char *backref = kin_fitting_backref_name(draft);
	kin_relation *other = (kin_relation *)kin_map_find(&relation->target->relation_by_name, backref);
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
