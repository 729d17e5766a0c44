/* state.c - an object's way through its states: added, deleted, loaded again. */
#include "orm/cascade.h"
#include "orm/collection.h"
#include "orm/load.h"
#include "orm/session_expunge.h"
#include "orm/unit.h"

kin_state kin_state_of(const void *object)
{
	const kin_instance *instance;

	if (!kin_session_of(object))
		return KIN_TRANSIENT;
	instance = kin_instance_of(object);
	if (!instance->batch->session->closed)
		return (kin_state)instance->state;
	return instance->state <= KIN_PENDING ? KIN_TRANSIENT : KIN_DETACHED;
}

bool kin_contains(const kin_session *session, const void *object)
{
	kin_state state;

	if (!session || !object || kin_session_of(object) != session || session->closed)
		return false;
	state = kin_state_of(object);
	return state == KIN_PENDING || state == KIN_PERSISTENT || state == KIN_DELETED;
}

bool kin_is_modified(const void *object)
{
	kin_state state = object ? kin_state_of(object) : KIN_TRANSIENT;
	const kin_tracked *tracked = object ? kin_instance_of(object)->tracked : NULL;

	if (state == KIN_PENDING)
		return true;
	if (state != KIN_PERSISTENT || !tracked)
		return false;
	return (tracked->flags & KIN_TRACKED_DELETE) || kin_unit_is_modified(object);
}

/* Fail with "what <Pet Ben> why". */
static int refuse(kin_session *session, const char *what, const void *object, const char *why)
{
	kin_text text;
	int rc;

	kin_text_init(&text);
	kin_instance_show(&text, object);
	rc = kin_text_ok(&text) ? kin_session_fail(session, KIN_EINVAL, NULL, 0, "%s: object %s %s", what, text.data, why)
	                        : kin_session_nomem(session);
	kin_text_done(&text);
	return rc;
}

/* What kin_expunge() took out comes back, if its memory has not been given back and its key is free. */
static int attach(kin_session *session, void *object)
{
	kin_instance *instance = kin_instance_of(object);
	const kin_mapping *mapping = kin_instance_mapping(instance);
	kin_identity *identity = kin_session_identity(session, mapping);
	kin_value few[8];

	if (!(instance->flags & KIN_INSTANCE_EXPUNGED))
		return refuse(session, "kin_add", object, "has no row any more; make a new one with kin_new()");
	if (!identity)
		return kin_session_nomem(session);
	for (size_t i = 0; i < mapping->key_count && i < 8; i++)
		few[i] = kin_instance_key(object, i);
	if (mapping->key_count > 8 || kin_identity_find(identity, few))
		return refuse(session, "kin_add", object, "cannot come back: the session has another object with its key");
	if (!kin_identity_add(identity, object))
		return kin_session_nomem(session);
	kin_expunge_undo(session, object);
	instance->state = KIN_PERSISTENT;
	if (instance->tracked)
		kin_unit_list(session, instance->tracked);
	return KIN_OK;
}

int kin_add(kin_session *session, void *object)
{
	int rc = kin_session_ok(session);

	if (rc < 0 || (rc = kin_session_check(session, object, "kin_add")) < 0)
		return rc;
	kin_instance *instance = kin_instance_of(object);
	if (instance->flags & KIN_INSTANCE_STREAMED)
		return refuse(session, "kin_add", object, "comes from a stream, which uses its memory again; load it with kin_get()");
	if (instance->state == KIN_DELETED)
		return refuse(session, "kin_add", object, "is deleted; make a new one with kin_new(), or kin_rollback()");
	if (instance->state == KIN_DETACHED)
		return attach(session, object);
	kin_expunge_undo(session, object);
	if (instance->tracked)
		instance->tracked->flags &= (uint8_t)~KIN_TRACKED_DELETE;
	return kin_cascade_save(session, object);
}

int kin_delete(kin_session *session, const void *object)
{
	int rc = kin_session_ok(session);

	if (rc < 0 || (rc = kin_session_check(session, object, "kin_delete")) < 0)
		return rc;
	kin_instance *instance = kin_instance_of(object);
	void *same = kin_instance_object(instance);
	switch (kin_state_of(object)) {
	case KIN_TRANSIENT:
		return refuse(session, "kin_delete", object, "has no row: it was never added");
	case KIN_PENDING:
		return kin_expunge(session, object);
	case KIN_DELETED:
		return KIN_OK;
	case KIN_DETACHED:
		return refuse(session, "kin_delete", object, "is detached from its session");
	case KIN_PERSISTENT:
		break;
	}
	if (kin_unit_edit(session, same) < 0)
		return kin_session_nomem(session);
	instance->tracked->flags |= KIN_TRACKED_DELETE;
	return KIN_OK;
}

/* What kin_append() and kin_remove() did to lists is taken back: the object leaves those it was put in, … */
static int leave_lists(kin_session *session, void *object, uint32_t assigned)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	int rc = KIN_OK;

	for (size_t i = 0; assigned && i < mapping->relation_count && rc == KIN_OK; i++) {
		const kin_relation *relation = mapping->relations[i];
		void *owner = (assigned >> i) & 1 ? kin_collection_parent(session, object, relation) : NULL;
		if (owner && relation->reverse)
			rc = kin_collection_take(session, owner, relation->reverse, object);
	}
	return rc < 0 ? kin_session_nomem(session) : KIN_OK;
}

/* … and comes back to those that its keys say. */
static int join_lists(kin_session *session, void *object, uint32_t assigned)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	int rc = KIN_OK;

	for (size_t i = 0; assigned && i < mapping->relation_count && rc == KIN_OK; i++) {
		const kin_relation *relation = mapping->relations[i];
		void *owner = (assigned >> i) & 1 ? kin_collection_keyed(session, object, relation) : NULL;
		if (owner && relation->reverse && !kin_collection_has(owner, relation->reverse, object))
			rc = kin_collection_put(session, owner, relation->reverse, object);
	}
	return rc < 0 ? kin_session_nomem(session) : KIN_OK;
}

int kin_refresh(kin_session *session, const void *object)
{
	int rc = kin_session_ok(session);

	if (rc < 0 || (rc = kin_session_check(session, object, "kin_refresh")) < 0)
		return rc;
	kin_instance *instance = kin_instance_of(object);
	void *same = kin_instance_object(instance);
	kin_tracked *tracked = instance->tracked;
	uint32_t assigned = tracked ? tracked->assigned : 0;
	if (instance->state != KIN_PERSISTENT)
		return refuse(session, "kin_refresh", object, "has no row in this session");
	if ((rc = leave_lists(session, same, assigned)) < 0)
		return rc;
	if (tracked && kin_collection_revert_links(session, tracked) < 0)
		return kin_session_nomem(session);
	if (tracked) { /* edits go */
		memcpy(same, tracked->snapshot, kin_instance_mapping(instance)->size);
		instance->loaded = tracked->loaded;
		kin_unit_drop_links(session, tracked);
		tracked->assigned = 0;
		tracked->flags &= KIN_TRACKED_MADE_KEY | KIN_TRACKED_FRESH;
	}
	if ((rc = kin_load_columns(session, same)) < 0)
		return rc;
	kin_instance_unload_all(same);
	return join_lists(session, same, assigned);
}
