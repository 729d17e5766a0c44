/* merge_relation.c - relationships of the session's own become like those of what kin_merge() was given. */
#include "orm/collection.h"
#include "orm/merge.h"

/* Whether the key that the object holds is the target's already. */
static bool holds_key_of(const void *own, const kin_relation *relation, const void *target)
{
	for (size_t i = 0; i < relation->pair_count; i++) {
		const kin_attribute *mine = relation->pairs[i].local, *its = relation->pairs[i].remote;
		if (kin_attribute_is_null(mine, own) ||
		    !kin_domain_equal(kin_member(own, mine->offset), kin_member(target, its->offset), its->kind & ~KIN_KIND_NULLABLE, its->domain))
			return false;
	}
	return kin_merge_has_row(target);
}

static bool holds_none(const void *source, const kin_relation *relation)
{
	for (size_t i = 0; i < relation->pair_count; i++)
		if (kin_attribute_is_null(relation->pairs[i].local, source))
			return true;
	return false;
}

static void set_one(const kin_merging *m, const kin_merge_copy *c, const kin_relation *relation)
{
	const void *given = kin_collection_one(c->source, relation);
	const void *target = given ? kin_merge_own_of(m, given) : NULL;

	if (kin_load_is_known(c->own, relation) && kin_collection_one(c->own, relation) == target)
		return;
	if (relation->holds_key && !kin_load_is_known(c->own, relation) &&
	    (target ? holds_key_of(c->own, relation, target) : holds_none(c->source, relation)))
		kin_instance_set_one(c->own, relation, target);
	else if (target || !relation->holds_key || !holds_none(c->source, relation))
		*(const void **)kin_member(c->own, relation->offset) = target;
}

static void mark(const void *object, bool on)
{
	kin_instance *instance = kin_instance_of(object);

	instance->flags = (uint8_t)(on ? instance->flags | KIN_INSTANCE_MARK : instance->flags & ~KIN_INSTANCE_MARK);
}

/* Marked are those that the list is to have, and then those that it lacks. */
static int sift_list(const kin_merging *m, const kin_merge_copy *c, const kin_relation *relation, kin_list given, kin_objects *gone)
{
	kin_list now = kin_collection_list(c->own, relation);
	bool ok = true;

	for (size_t i = 0; i < given.count; i++)
		mark(kin_merge_own_of(m, given.items[i]), true);
	for (size_t i = 0; i < now.count && ok; i++) {
		if (!(kin_instance_of(now.items[i])->flags & KIN_INSTANCE_MARK))
			ok = kin_vec_push(gone, kin_member(now.items[i], 0));
		mark(now.items[i], false);
	}
	return ok ? KIN_OK : kin_session_nomem(m->session);
}

/* The items that stay keep their order, and what is new comes behind them. */
static int set_list(const kin_merging *m, const kin_merge_copy *c, const kin_relation *relation)
{
	kin_list given = kin_collection_list(c->source, relation);
	kin_objects gone = { 0 };
	int rc = sift_list(m, c, relation, given, &gone);

	for (size_t i = 0; i < gone.count && rc == KIN_OK; i++)
		rc = kin_session_remove(c->own, relation->offset, gone.items[i]);
	for (size_t i = 0; i < given.count; i++) {
		void *item = kin_merge_own_of(m, given.items[i]);
		if (rc == KIN_OK && (kin_instance_of(item)->flags & KIN_INSTANCE_MARK))
			rc = kin_session_append(c->own, relation->offset, item);
		mark(item, false);
	}
	kin_vec_done(&gone);
	return rc;
}

/* The key that came with the columns is another object's, or none's: who shows its former one is to be loaded again. What the program has assigned
 * and not saved stays. */
static void follow_key(const kin_merge_copy *c, const kin_relation *relation)
{
	const void *one = *(const void *const *)kin_member(c->own, relation->offset);
	const kin_tracked *tracked = kin_instance_of(c->own)->tracked;

	if (!relation->holds_key || one == KIN_UNLOADED || !tracked || ((tracked->assigned >> relation->index) & 1) ||
	    one != *(const void *const *)(const void *)(tracked->snapshot + relation->offset))
		return;
	if (one ? !holds_key_of(c->own, relation, one) : !holds_none(c->own, relation))
		kin_instance_unload(c->own, relation);
}

static int set_relations(const kin_merging *m, const kin_merge_copy *c)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(c->source));
	int rc = KIN_OK;

	for (size_t i = 0; i < mapping->relation_count && rc == KIN_OK; i++) {
		const kin_relation *relation = mapping->relations[i];
		if (!kin_merge_is_given(c->source, relation) && !c->is_new)
			follow_key(c, relation);
		if (!kin_merge_is_given(c->source, relation))
			continue;
		if (relation->to_many)
			rc = set_list(m, c, relation);
		else
			set_one(m, c, relation);
	}
	return rc;
}

int kin_merge_relate(const kin_merging *m)
{
	int rc = KIN_OK;

	for (size_t i = 0; i < m->copies.count && rc == KIN_OK; i++)
		if (m->copies.items[i].own != m->copies.items[i].source)
			rc = set_relations(m, &m->copies.items[i]);
	return rc;
}
