/* expire.c - what a session knows of its objects is forgotten, and loaded again where it is asked for.
 *
 *     SELECT pets.… FROM pets WHERE pets.id = ?             the first of a list that is asked for
 *     SELECT pets.… FROM pets WHERE pets.id IN (?, …)       from the second one on, with up to 500 siblings */
#include "orm/expire.h"

#include <kin/query.h>

#include "orm/collection.h"
#include "orm/hook.h"
#include "orm/load.h"
#include "orm/load_rows.h"
#include "orm/revert.h"
#include "orm/siblings.h"

/* ---- kin_expire ---- */

/* A savepoint or transaction that has changed the object is told: undoing it brings values back that are to be loaded again. */
static int expire(kin_session *session, void *object)
{
	uint32_t left;
	int rc = kin_revert(session, object, &left);

	if (rc < 0)
		return rc;
	kin_expire_mark(session, object);
	if (session->unit->log.count > 0 && kin_unit_remember(session, object, KIN_UNDO_CHANGE) < 0)
		return kin_session_nomem(session);
	kin_instance_unload_all(object);
	return kin_revert_join(session, object, left);
}

/* As if it had never been added. */
static int take_back(kin_session *session, void *object)
{
	kin_instance *instance = kin_instance_of(object);

	if (kin_collection_leave(session, object) < 0)
		return kin_session_nomem(session);
	instance->state = KIN_TRANSIENT;
	kin_unit_unlist(session, instance->tracked);
	return KIN_OK;
}

static bool follow_one(const void *target, kin_objects *found)
{
	kin_instance *instance = target ? kin_instance_of(target) : NULL;

	if (!instance || (instance->flags & KIN_INSTANCE_MARK) || (instance->state != KIN_PERSISTENT && instance->state != KIN_PENDING))
		return true;
	if (!kin_vec_push(found, kin_instance_object(instance)))
		return false;
	instance->flags |= KIN_INSTANCE_MARK;
	return true;
}

static bool follow(const void *object, kin_objects *found)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	bool ok = true;

	for (size_t i = 0; ok && i < mapping->relation_count; i++) {
		const kin_relation *relation = mapping->relations[i];
		if (!(relation->cascade & KIN_CASCADE_REFRESH_EXPIRE))
			continue;
		if (!relation->to_many) {
			ok = follow_one(kin_collection_one(object, relation), found);
			continue;
		}
		kin_list list = kin_collection_list(object, relation);
		for (size_t n = 0; ok && n < list.count; n++)
			ok = follow_one(list.items[n], found);
	}
	return ok;
}

/* The object, and what follows it by what is loaded now; each once. */
static int find_all(kin_session *session, void *object, kin_objects *found)
{
	bool ok = follow_one(object, found);

	for (size_t i = 0; ok && i < found->count; i++)
		ok = follow(found->items[i], found);
	for (size_t i = 0; i < found->count; i++)
		kin_instance_of(found->items[i])->flags &= (uint8_t)~KIN_INSTANCE_MARK;
	return ok ? KIN_OK : kin_session_nomem(session);
}

int kin_expire_along(kin_session *session, void *object)
{
	kin_objects found = { 0 };
	int rc = find_all(session, object, &found);

	for (size_t i = 1; rc == KIN_OK && i < found.count; i++)
		rc = kin_instance_of(found.items[i])->state == KIN_PENDING ? take_back(session, found.items[i])
		                                                           : expire(session, found.items[i]);
	kin_vec_done(&found);
	return rc;
}

int kin_expire(kin_session *session, const void *object)
{
	int rc = kin_session_ok(session);

	if (rc < 0 || (rc = kin_session_check(session, object, "kin_expire")) < 0 ||
	    (rc = kin_hook_unplanned(session, "kin_expire")) < 0)
		return rc;
	void *same = kin_member(object, 0);
	if (kin_instance_of(object)->state != KIN_PERSISTENT)
		return kin_session_refuse(session, "kin_expire", object, "has no row in this session");
	if ((rc = kin_expire_along(session, same)) < 0)
		return rc;
	return expire(session, same);
}

int kin_expire_all(kin_session *session)
{
	int rc = kin_session_ok(session);
	uint32_t left;
	void *object;

	if (rc == KIN_OK)
		rc = kin_hook_unplanned(session, "kin_expire_all");
	for (kin_tracked *t = rc == KIN_OK ? session->unit->first : NULL; t && rc == KIN_OK; t = t->next)
		if (kin_instance_of(t->object)->state == KIN_PERSISTENT)
			rc = kin_revert(session, t->object, &left);
	for (size_t i = 0; rc == KIN_OK && i < session->mapping_count; i++)
		for (size_t at = 0; rc == KIN_OK && session->identities[i] && (object = kin_identity_next(session->identities[i], &at));)
			rc = expire(session, object);
	return rc;
}

/* ---- loading ---- */

static bool wants_load(const kin_session *session, const void *object, const void *what)
{
	const kin_instance *instance = kin_instance_of(object);

	(void)session;
	(void)what;
	return instance->state == KIN_PERSISTENT && (instance->flags & KIN_INSTANCE_EXPIRED);
}

static int load_siblings(kin_session *session, kin_load_batch *batch, void *object)
{
	kin_siblings siblings;
	int rc = kin_siblings_gather(session, object, wants_load, NULL, &batch->renewed_to, &siblings);

	if (rc == KIN_OK && (rc = kin_session_begin(session, KIN_BEGIN_READ)) == KIN_OK)
		rc = kin_load_columns_of(session, batch->batch.mapping, siblings.items, siblings.count);
	return rc == KIN_OK && kin_expire_is(session, object) ? kin_load_gone(session, object) : rc;
}

int kin_expire_load(kin_session *session, void *object)
{
	kin_instance *instance = kin_instance_of(object);
	kin_load_batch *batch = (kin_load_batch *)(void *)instance->batch;

	if (!kin_expire_is(session, object) || instance->state != KIN_PERSISTENT)
		return KIN_OK;
	bool together = kin_siblings_may_be(session, &batch->batch);
	if (together)
		batch = kin_siblings_keeper(batch, NULL);
	if (together && batch->renewed)
		return load_siblings(session, batch, object);
	if (together)
		batch->renewed = true;
	return kin_load_columns(session, object, NULL);
}

int kin_expire_load_shown(kin_session *session, const void *object, const kin_relation *relation)
{
	kin_list list = kin_collection_list(object, relation);
	kin_objects wanted = { 0 };
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < list.count; i++)
		if (kin_expire_is(session, list.items[i]) && kin_instance_of(list.items[i])->state == KIN_PERSISTENT &&
		    !kin_vec_push(&wanted, kin_member(list.items[i], 0)))
			rc = kin_session_nomem(session);
	if (rc == KIN_OK && wanted.count > 0 && (rc = kin_session_begin(session, KIN_BEGIN_READ)) == KIN_OK)
		rc = kin_load_columns_of(session, relation->target, wanted.items, wanted.count);
	kin_vec_done(&wanted);
	return rc;
}

int kin_expire_gone(kin_session *session, const kin_mapping *mapping, const kin_value *keys)
{
	const kin_identity *identity = kin_load_identity(session, mapping);
	void *object = identity ? kin_identity_find(identity, keys) : NULL;

	if (!object || !kin_expire_is(session, object))
		return KIN_OK;
	if (kin_collection_forget(session, object) < 0 || kin_unit_row_deleted(session, object) < 0)
		return kin_session_nomem(session);
	return KIN_OK;
}
