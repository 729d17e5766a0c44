/* flush_settle.c - after a row has been written: both sides of its relationships are in step, and it is as the database has it. */
#include "orm/collection.h"
#include "orm/flush.h"
#include "value/member.h"

/* The other side's list or member, where it is loaded. */
static int put_at(kin_flusher *flush, void *owner, const kin_relation *relation, void *item)
{
	return relation->reverse && owner ? kin_collection_put(flush->session, owner, relation->reverse, item) : KIN_OK;
}

static int take_from(kin_flusher *flush, void *owner, const kin_relation *relation, const void *item)
{
	return relation->reverse && owner ? kin_collection_take(flush->session, owner, relation->reverse, item) : KIN_OK;
}

static bool key_changed(const kin_tracked *tracked, const kin_relation *relation)
{
	for (size_t i = 0; i < relation->pair_count; i++)
		if (!kin_attribute_equal(relation->pairs[i].local, tracked->object, tracked->snapshot))
			return true;
	return false;
}

/* Whether an object made by kin_new() was given a key and no object. */
static bool key_alone(const kin_tracked *tracked, const kin_relation *relation)
{
	for (size_t i = 0; i < relation->pair_count; i++)
		if (kin_attribute_is_null(relation->pairs[i].local, tracked->object))
			return false;
	return true;
}

/* The key was set by hand: the object behind it is another one now, to be loaded when it is asked for. */
static int follow_key(kin_flusher *flush, kin_tracked *tracked, const kin_relation *relation, bool inserted)
{
	void *object = tracked->object;
	void *former = inserted ? NULL : kin_collection_keyed(flush->session, tracked->snapshot, relation);
	void *owner = kin_collection_keyed(flush->session, object, relation);

	if (former != owner &&
	    (take_from(flush, former, relation, object) < 0 || put_at(flush, owner, relation, object) < 0))
		return kin_session_nomem(flush->session);
	if (!owner || kin_collection_one(object, relation) != owner) /* else it was loaded after the key was set */
		kin_instance_unload(object, relation);
	return KIN_OK;
}

static int follow_assignment(kin_flusher *flush, kin_tracked *tracked, const kin_relation *relation, const void *now)
{
	void *object = tracked->object;
	void *former = kin_collection_parent(flush->session, object, relation);
	void *owner = now ? kin_instance_object(kin_instance_of(now)) : NULL;

	if (former != owner &&
	    (take_from(flush, former, relation, object) < 0 || put_at(flush, owner, relation, object) < 0))
		return kin_session_nomem(flush->session);
	kin_instance_put_one(object, relation, now);
	return KIN_OK;
}

static int settle_relation(kin_flusher *flush, kin_tracked *tracked, const kin_relation *relation, bool inserted)
{
	const void *now = *(const void *const *)kin_member(tracked->object, relation->offset);
	const void *then = *(const void *const *)(const void *)(tracked->snapshot + relation->offset);

	if (now != then && now != KIN_UNLOADED)
		return follow_assignment(flush, tracked, relation, now);
	if ((tracked->assigned >> relation->index) & 1)
		return KIN_OK; /* kin_append() has done it */
	if (inserted ? !now && key_alone(tracked, relation) : key_changed(tracked, relation))
		return follow_key(flush, tracked, relation, inserted);
	return KIN_OK;
}

static bool same_key(const kin_tracked *tracked, const kin_mapping *mapping)
{
	for (size_t i = 0; i < mapping->key_count; i++) {
		const kin_attribute *key = mapping->keys[i];
		if (!kin_attribute_equal(key, tracked->object, tracked->snapshot))
			return false;
	}
	return true;
}

int kin_flush_settle(kin_flusher *flush, kin_tracked *tracked)
{
	kin_session *session = flush->session;
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(tracked->object));
	bool inserted = tracked->flags & KIN_TRACKED_INSERTED;
	int rc = KIN_OK;

	tracked->flags &= (uint8_t)~(KIN_TRACKED_INSERTED | KIN_TRACKED_PLANNED);
	if (!inserted) {
		if (kin_unit_remember(session, tracked->object, KIN_UNDO_CHANGE) < 0)
			return kin_session_nomem(session);
		if (!same_key(tracked, mapping) && (rc = kin_flush_move(flush, tracked)) < 0)
			return rc;
	}
	for (size_t i = 0; i < mapping->keyed_count && rc == KIN_OK; i++)
		rc = settle_relation(flush, tracked, mapping->keyed[i], inserted);
	if (rc == KIN_OK)
		kin_unit_renew(session, tracked);
	return rc;
}

int kin_flush_settle_deleted(kin_flusher *flush, kin_tracked *tracked)
{
	kin_session *session = flush->session;

	if (kin_collection_forget(session, tracked->object) < 0 || kin_unit_row_deleted(session, tracked->object) < 0)
		return kin_session_nomem(session);
	return KIN_OK;
}
