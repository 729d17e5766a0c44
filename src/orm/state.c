/* state.c - an object's way through its states: added, deleted. */
#include "orm/cascade.h"
#include "orm/hook.h"
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

/* What kin_expunge() took out comes back, if its memory has not been given back and its key is free. */
static int attach(kin_session *session, void *object)
{
	kin_instance *instance = kin_instance_of(object);
	const kin_mapping *mapping = kin_instance_mapping(instance);
	kin_identity *identity = kin_session_identity(session, mapping);
	kin_value few[8];

	if (!(instance->flags & KIN_INSTANCE_EXPUNGED))
		return kin_session_refuse(session, "kin_add", object, "has no row any more; make a new one with kin_new()");
	if (!identity)
		return kin_session_nomem(session);
	for (size_t i = 0; i < mapping->key_count && i < 8; i++)
		few[i] = kin_instance_key(object, i);
	if (mapping->key_count > 8 || kin_identity_find(identity, few))
		return kin_session_refuse(session, "kin_add", object, "cannot come back: the session has another object with its key");
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

	if (rc < 0 || (rc = kin_session_check(session, object, "kin_add")) < 0 ||
	    (rc = kin_hook_unplanned(session, "kin_add")) < 0)
		return rc;
	kin_instance *instance = kin_instance_of(object);
	if (instance->flags & KIN_INSTANCE_STREAMED)
		return kin_session_refuse(session, "kin_add", object, "comes from a stream, which uses its memory again; load it with kin_get()");
	if (instance->state == KIN_DELETED)
		return kin_session_refuse(session, "kin_add", object, "is deleted; make a new one with kin_new(), or kin_rollback()");
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

	if (rc < 0 || (rc = kin_session_check(session, object, "kin_delete")) < 0 ||
	    (rc = kin_hook_unplanned(session, "kin_delete")) < 0)
		return rc;
	kin_instance *instance = kin_instance_of(object);
	void *same = kin_instance_object(instance);
	switch (kin_state_of(object)) {
	case KIN_TRANSIENT:
		return kin_session_refuse(session, "kin_delete", object, "has no row: it was never added");
	case KIN_PENDING:
		return kin_expunge(session, object);
	case KIN_DELETED:
		return KIN_OK;
	case KIN_DETACHED:
		return kin_session_refuse(session, "kin_delete", object, "is detached from its session");
	case KIN_PERSISTENT:
		break;
	}
	if (kin_unit_edit(session, same) < 0)
		return kin_session_nomem(session);
	instance->tracked->flags |= KIN_TRACKED_DELETE;
	return KIN_OK;
}
