/* revert.c - unsaved edits are dropped. */
#include "orm/revert.h"

#include "orm/collection.h"

/* What kin_append() and kin_remove() did to lists is taken back: the object leaves those it was put in, … */
static int leave_lists(kin_session *session, void *object, uint32_t left)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	int rc = KIN_OK;

	for (size_t i = 0; left && i < mapping->relation_count && rc == KIN_OK; i++) {
		const kin_relation *relation = mapping->relations[i];
		void *owner = (left >> i) & 1 ? kin_collection_parent(session, object, relation) : NULL;
		if (owner && relation->reverse)
			rc = kin_collection_take(session, owner, relation->reverse, object);
	}
	return rc < 0 ? kin_session_nomem(session) : KIN_OK;
}

/* … and comes back to those that its keys say. */
int kin_revert_join(kin_session *session, void *object, uint32_t left)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	int rc = KIN_OK;

	for (size_t i = 0; left && i < mapping->relation_count && rc == KIN_OK; i++) {
		const kin_relation *relation = mapping->relations[i];
		void *owner = (left >> i) & 1 ? kin_collection_keyed(session, object, relation) : NULL;
		if (owner && relation->reverse && !kin_collection_has(owner, relation->reverse, object))
			rc = kin_collection_put(session, owner, relation->reverse, object);
	}
	return rc < 0 ? kin_session_nomem(session) : KIN_OK;
}

/* The same for lists whose items have no member for their owner. */
static int change_owner(kin_session *session, const kin_tracked *tracked, const kin_link *link)
{
	void *object = tracked->object, *owner = kin_collection_owner(session, tracked->snapshot, link->relation);

	if (link->parent && link->parent != owner &&
	    kin_collection_take(session, kin_member(link->parent, 0), link->relation, object) < 0)
		return KIN_ENOMEM;
	if (!owner || owner == link->parent || kin_collection_has(owner, link->relation, object))
		return KIN_OK;
	return kin_collection_put(session, owner, link->relation, object);
}

static int change_owners(kin_session *session, const kin_tracked *tracked)
{
	int rc = KIN_OK;

	for (const kin_link *link = tracked->links; link && rc == KIN_OK; link = link->next)
		if (!link->has_rows)
			rc = change_owner(session, tracked, link);
	return rc;
}

int kin_revert(kin_session *session, void *object, uint32_t *ret_left)
{
	kin_instance *instance = kin_instance_of(object);
	kin_tracked *tracked = instance->tracked;
	uint32_t left = tracked ? tracked->assigned : 0;
	int rc;

	*ret_left = left;
	if (!tracked)
		return KIN_OK;
	if ((rc = leave_lists(session, object, left)) < 0)
		return rc;
	if (kin_collection_revert_links(session, tracked) < 0 || change_owners(session, tracked) < 0)
		return kin_session_nomem(session);
	memcpy(object, tracked->snapshot, kin_instance_mapping(instance)->size);
	instance->loaded = tracked->loaded;
	kin_unit_drop_links(session, tracked);
	tracked->assigned = 0;
	tracked->flags &= KIN_TRACKED_MADE_KEY | KIN_TRACKED_FRESH;
	return KIN_OK;
}

/* What was put in the list stays another's to save, as after kin_revert(). */
static int revert_rows(kin_session *session, kin_tracked *tracked, const kin_relation *relation)
{
	const kin_list *rows = kin_unit_rows(tracked, relation);

	if (!rows)
		return KIN_OK;
	if (kin_collection_match(session, tracked->object, relation, kin_collection_list(tracked->object, relation), *rows) < 0)
		return kin_session_nomem(session);
	kin_unit_drop_rows(session, tracked, relation);
	return KIN_OK;
}

int kin_revert_relation(kin_session *session, void *object, const kin_relation *relation)
{
	kin_tracked *tracked = kin_instance_of(object)->tracked;
	uint32_t bit = (uint32_t)1 << relation->index;
	int rc;

	if (!tracked || relation->to_many)
		return tracked && relation->link ? revert_rows(session, tracked, relation) : KIN_OK;
	if (!(tracked->assigned & bit)) {
		memcpy(kin_member(object, relation->offset), tracked->snapshot + relation->offset, sizeof(void *));
		return KIN_OK;
	}
	if ((rc = leave_lists(session, object, bit)) < 0)
		return rc;
	tracked->assigned &= ~bit;
	return kin_revert_join(session, object, bit);
}
