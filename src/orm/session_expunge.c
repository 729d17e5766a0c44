/* session_expunge.c - objects leave the session, and their memory goes back.
 *
 * An expunged object stays readable to the end of the transaction. Then its memory may go; but relationships of other
 * objects may lead to it, so all of the session's objects are looked through, and such relationships become unloaded.
 * That is done when there is enough to give back, a quarter of what stays, so that it costs each object a constant time. */
#include "orm/session_expunge.h"

#include "orm/collection.h"
#include "orm/hook.h"
#include "orm/siblings.h"

enum { ENOUGH = 256 };

void kin_expunge_undo(kin_session *session, const void *object)
{
	kin_instance *instance = kin_instance_of(object);

	if (!(instance->flags & KIN_INSTANCE_EXPUNGED))
		return;
	instance->flags &= (uint8_t)~KIN_INSTANCE_EXPUNGED;
	for (size_t i = 0; i < session->unit->expunged.count; i++)
		if (session->unit->expunged.items[i] == object)
			session->unit->expunged.items[i] = NULL;
}

static int leave(kin_session *session, void *object)
{
	kin_instance *instance = kin_instance_of(object);
	const kin_mapping *mapping = kin_instance_mapping(instance);

	if (instance->state == KIN_PENDING && kin_collection_leave(session, object) < 0)
		return kin_session_nomem(session);
	if (!kin_vec_push(&session->unit->expunged, object))
		return kin_session_nomem(session);
	if (instance->state == KIN_PERSISTENT && session->identities[mapping->identity])
		kin_identity_remove(session->identities[mapping->identity], object);
	instance->state = instance->state <= KIN_PENDING ? KIN_TRANSIENT : KIN_DETACHED;
	instance->flags |= KIN_INSTANCE_EXPUNGED;
	if (instance->tracked) {
		instance->tracked->flags &= KIN_TRACKED_MADE_KEY | KIN_TRACKED_FRESH;
		kin_unit_unlist(session, instance->tracked);
	}
	return KIN_OK;
}

typedef kin_vec(void *) stack;

static bool push(kin_session *session, stack *todo, const void *target)
{
	kin_instance *instance = target ? kin_instance_of(target) : NULL;

	if (!instance || instance->batch->session != session || (instance->flags & KIN_INSTANCE_EXPUNGED))
		return true;
	return kin_vec_push(todo, kin_instance_object(instance));
}

/* What follows by KIN_CASCADE_EXPUNGE. */
static int leave_along(kin_session *session, const void *object, stack *todo)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));

	for (size_t i = 0; i < mapping->relation_count; i++) {
		const kin_relation *relation = mapping->relations[i];
		bool ok = true;
		if (!(relation->cascade & KIN_CASCADE_EXPUNGE))
			continue;
		if (!relation->to_many)
			ok = push(session, todo, kin_collection_one(object, relation));
		kin_list list = relation->to_many ? kin_collection_list(object, relation) : (kin_list){ 0 };
		for (size_t n = 0; n < list.count && ok; n++)
			ok = push(session, todo, list.items[n]);
		if (!ok)
			return kin_session_nomem(session);
	}
	return KIN_OK;
}

int kin_expunge(kin_session *session, const void *object)
{
	stack todo = { 0 };
	int rc = kin_session_ok(session);

	if (rc < 0 || (rc = kin_session_check(session, object, "kin_expunge")) < 0 ||
	    (rc = kin_hook_unplanned(session, "kin_expunge")) < 0)
		return rc;
	if (kin_instance_of(object)->state == KIN_DELETED)
		return kin_session_fail(session, KIN_EINVAL, NULL, 0,
		                        "kin_expunge: %s", "the object is deleted in this transaction; commit first");
	if (!push(session, &todo, object))
		rc = kin_session_nomem(session);
	while (todo.count > 0 && rc == KIN_OK) {
		void *one = todo.items[--todo.count];
		if (kin_instance_of(one)->flags & KIN_INSTANCE_EXPUNGED)
			continue;
		if ((rc = leave(session, one)) == KIN_OK)
			rc = leave_along(session, one, &todo);
	}
	kin_vec_done(&todo);
	return rc;
}

/* What leave() does, where nobody stays. There is room for it. */
static void take_out(kin_session *session, void *object)
{
	kin_instance *instance = kin_instance_of(object);

	session->unit->expunged.items[session->unit->expunged.count++] = object;
	instance->state = instance->state <= KIN_PENDING ? KIN_TRANSIENT : KIN_DETACHED;
	instance->flags |= KIN_INSTANCE_EXPUNGED;
	if (!instance->tracked)
		return;
	instance->tracked->flags &= KIN_TRACKED_MADE_KEY | KIN_TRACKED_FRESH;
	kin_unit_unlist(session, instance->tracked);
}

int kin_expunge_all(kin_session *session)
{
	int rc = kin_session_ok(session);
	void *object;

	if (rc < 0 || (rc = kin_hook_unplanned(session, "kin_expunge_all")) < 0)
		return rc;
	kin_unit *unit = session->unit;
	size_t count = unit->expunged.count + unit->count;
	for (size_t i = 0; i < session->mapping_count; i++)
		count += session->identities[i] ? kin_identity_count(session->identities[i]) : 0;
	if (!kin_vec_reserve(&unit->expunged, count))
		return kin_session_nomem(session);
	for (size_t i = 0; i < session->mapping_count; i++) {
		for (size_t at = 0; session->identities[i] && (object = kin_identity_next(session->identities[i], &at));)
			take_out(session, object);
		kin_identity_free(session->identities[i]);
		session->identities[i] = NULL;
	}
	for (kin_tracked *t = unit->first, *next; t; t = next) {
		next = t->next;
		if (kin_instance_of(t->object)->state == KIN_PENDING)
			take_out(session, t->object);
	}
	return KIN_OK;
}

static bool is_leaving(const void *object)
{
	return object && (kin_instance_of(object)->flags & KIN_INSTANCE_EXPUNGED);
}

static bool leads_to_leaving(const void *object, const kin_relation *relation)
{
	if (!relation->to_many)
		return is_leaving(kin_collection_one(object, relation));
	kin_list list = kin_collection_list(object, relation);
	for (size_t i = 0; i < list.count; i++)
		if (is_leaving(list.items[i]))
			return true;
	return false;
}

static void cut_loose(void *object)
{
	kin_instance *instance = kin_instance_of(object);
	const kin_mapping *mapping = kin_instance_mapping(instance);

	for (size_t i = 0; i < mapping->relation_count; i++)
		if (kin_instance_is_loaded(instance, mapping->relations[i]) &&
		    leads_to_leaving(object, mapping->relations[i]))
			kin_instance_unload(object, mapping->relations[i]);
	kin_siblings_part(instance->batch->session, instance->batch); /* its siblings may be among those that leave */
}

static void release(kin_session *session, void *object)
{
	kin_own_text *texts = kin_unit_untrack(session, object);

	while (texts) {
		kin_own_text *next = texts->next;
		kin_arena_release(&session->objects, texts);
		texts = next;
	}
	kin_instance_release(session, object);
}

void kin_expunge_sweep(kin_session *session)
{
	kin_unit *unit = session->unit;
	size_t live = unit->count;

	if (unit->expunged.count < ENOUGH || unit->log.count + unit->doubtful.count > 0 || session->streams)
		return;
	for (size_t i = 0; i < session->mapping_count; i++)
		live += session->identities[i] ? kin_identity_count(session->identities[i]) : 0;
	if (unit->expunged.count < live / 4)
		return;
	for (size_t i = 0; i < session->mapping_count; i++) {
		void *object;
		for (size_t at = 0; session->identities[i] && (object = kin_identity_next(session->identities[i], &at));)
			cut_loose(object);
	}
	for (kin_tracked *t = unit->first; t; t = t->next)
		cut_loose(t->object);
	for (size_t i = 0; i < unit->expunged.count; i++)
		if (unit->expunged.items[i])
			release(session, unit->expunged.items[i]);
	unit->expunged.count = 0;
}
