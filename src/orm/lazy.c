/* lazy.c - loads a relationship when it is first asked for.
 *
 * The first object of those that came with one statement loads for itself alone. When a second one is asked for the same relationship the program
 * is walking them, so its siblings load together, 500 to a statement: a loop over n parents costs n / 500 statements, not n. */
#include "orm/load.h"

#include <inttypes.h>

#include "orm/expire.h"
#include "orm/inherit.h"
#include "orm/load_finder.h"
#include "orm/siblings.h"
#include "value/member.h"

static int detached(kin_session *session, const void *object, const kin_relation *relation)
{
	return kin_session_fail(session, KIN_EDETACHED, NULL, 0,
	                        "Parent instance <%s at 0x%" PRIxPTR "> is not bound to a session; lazy load of attribute '%s' cannot "
	                        "proceed", relation->mapping->name, (uintptr_t)object, relation->name);
}

/* ---- one object ---- */

/* A target that the session has needs no SQL. */
static bool find_in_session(kin_session *session, void *object, const kin_relation *relation, const kin_value *values)
{
	const kin_identity *identity = kin_load_identity(session, relation->target);
	void *target = identity && relation->by_key ? kin_identity_find(identity, values) : NULL;

	if (!target || !kin_mapping_has(relation->target, target) || kin_expire_is(session, target))
		return false;
	kin_instance_set_one(object, relation, target);
	return true;
}

static int collect(kin_session *session, void *object, const kin_fetch *fetch, const kin_loaded *loaded)
{
	const kin_relation *relation = fetch->relation;
	kin_load_links links = { 0 };
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < loaded->objects.count; i++) {
		if (!kin_vec_push(&links, ((kin_load_link){ object, loaded->objects.items[i] })))
			rc = kin_session_nomem(session);
		else if (relation->to_many)
			kin_load_set_reverse(relation, object, loaded->objects.items[i]);
	}
	if (rc == KIN_OK)
		rc = kin_load_collect(session, relation, links.items, links.count, false);
	if (rc == KIN_OK)
		kin_load_rest(fetch, &object, 1);
	kin_vec_done(&links);
	return rc;
}

bool kin_load_from_session(kin_session *session, void *object, const kin_relation *relation, kin_value *ret_values)
{
	if (!kin_load_local_values(object, relation, ret_values)) {
		kin_load_nothing(relation, &object, 1);
		return true;
	}
	return find_in_session(session, object, relation, ret_values);
}

int kin_load_one_of(kin_session *session, kin_fetch *fetch, void *object, const kin_value *values, kin_loaded *loaded)
{
	const kin_relation *relation = fetch->relation;
	kin_load_options options = { .alone = !relation->to_many };
	kin_list list;
	int rc = kin_load_rows(session, fetch, &fetch->one, values, &options, loaded);

	if (rc == KIN_OK && relation->to_many)
		rc = kin_loaded_list(session, loaded, &list);
	return rc < 0 ? rc : collect(session, object, fetch, loaded);
}

static int load_one(kin_session *session, void *object, const kin_relation *relation, const kin_value *values)
{
	kin_plan *plan = kin_plan_of_relation(session, relation);
	kin_loaded loaded = { 0 };
	int rc;

	if (!plan)
		return session->error.code;
	rc = kin_load_one_of(session, &plan->fetch, object, values, &loaded);
	if (rc == KIN_OK)
		rc = kin_load_laters(session, &plan->fetch, values, loaded.objects.items, loaded.objects.count);
	kin_loaded_done(&loaded);
	return rc;
}

int kin_load_alone(kin_session *session, void *object, const kin_relation *relation)
{
	kin_value values[relation->pair_count];

	return kin_load_from_session(session, object, relation, values) ? KIN_OK : load_one(session, object, relation, values);
}

/* ---- siblings ---- */

static int load_many(kin_session *session, const kin_relation *relation, void *const *objects, size_t count)
{
	kin_plan *plan = kin_plan_of_relation(session, relation);
	kin_later later = { .part = 0 };
	const kin_fetch around = { .laters = &later, .later_count = 1 };

	if (!plan)
		return session->error.code;
	later.fetch = &plan->fetch;
	return kin_load_laters(session, &around, NULL, objects, count);
}

static bool wants_load(const kin_session *session, const void *object, const void *what)
{
	const kin_instance *instance = kin_instance_of(object);
	const kin_relation *relation = what;

	return instance->state == KIN_PERSISTENT && instance->batch->session == session &&
	       kin_mapping_is(kin_instance_mapping(instance), relation->mapping) && !kin_load_is_known(object, relation);
}

static int load_siblings(kin_session *session, kin_load_batch *batch, void *object, const kin_relation *relation)
{
	kin_siblings siblings;
	int rc = kin_siblings_gather(session, object, wants_load, relation, &batch->next, &siblings);

	return rc < 0 ? rc : load_many(session, relation, siblings.items, siblings.count);
}

/* Whether the program has set the key that the relationship follows, and it is not saved yet. */
static bool key_is_touched(const void *object, const kin_relation *relation)
{
	const kin_tracked *tracked = kin_instance_of(object)->tracked;

	for (size_t i = 0; tracked && relation->holds_key && i < relation->pair_count; i++) {
		const kin_attribute *key = relation->pairs[i].local;
		if (!kin_attribute_equal(key, object, tracked->snapshot))
			return true;
	}
	return false;
}

/* What such a key leads to is in the object, and not in what a rollback makes of it. */
static void keep_from_snapshot(void *object, const kin_relation *relation)
{
	kin_tracked *tracked = kin_instance_of(object)->tracked;

	if (!*(const void *const *)kin_member(object, relation->offset))
		return;
	*(const void **)(void *)(tracked->snapshot + relation->offset) = KIN_UNLOADED;
	tracked->loaded &= ~((uint32_t)1 << relation->index);
}

/* By now nothing is unsaved, unless autoflush is off. */
static int load_now(kin_session *session, void *object, const kin_relation *relation)
{
	kin_load_batch *batch = (kin_load_batch *)(void *)kin_instance_of(object)->batch;
	uint32_t bit = (uint32_t)1 << relation->index;
	kin_value values[relation->pair_count];

	if (kin_load_is_known(object, relation))
		return KIN_OK;
	if (kin_load_from_session(session, object, relation, values))
		return KIN_OK;
	bool together = kin_siblings_may_be(session, &batch->batch) && kin_manner_of(kin_instance_of(object), relation) != KIN_SELECT_ONE;
	if (together)
		batch = kin_siblings_keeper(batch, relation->mapping);
	if (together && batch->asked & bit)
		return load_siblings(session, batch, object, relation);
	if (together)
		batch->asked |= bit;
	return load_one(session, object, relation, values);
}

bool kin_load_without_sql(kin_session *session, void *object, const kin_relation *relation)
{
	kin_value values[relation->pair_count];

	if (kin_load_is_known(object, relation))
		return true;
	if (key_is_touched(object, relation))
		return false;
	if (kin_instance_of(object)->state != KIN_TRANSIENT)
		return kin_load_from_session(session, object, relation, values);
	kin_load_nothing(relation, &object, 1);
	return true;
}

int kin_load_relation(kin_session *session, void *object, const kin_relation *relation)
{
	kin_instance *instance = kin_instance_of(object);
	bool touched = key_is_touched(object, relation);
	int rc;

	if (instance->state == KIN_DETACHED || session->closed)
		return detached(session, object, relation);
	if (kin_load_without_sql(session, object, relation))
		return KIN_OK;
	if ((rc = kin_session_ready(session)) < 0)
		return rc;
	touched = touched && key_is_touched(object, relation);
	rc = load_now(session, object, relation);
	if (touched && rc == KIN_OK)
		keep_from_snapshot(object, relation);
	return rc;
}

int kin_load_relation_of(kin_session *session, const void *const *objects, size_t count, const kin_relation *relation)
{
	kin_objects wanted = { 0 };
	int rc = kin_session_ready(session);

	for (size_t i = 0; rc == KIN_OK && i < count; i++)
		if (wants_load(session, objects[i], relation) && !kin_vec_push(&wanted, kin_member(objects[i], 0)))
			rc = kin_session_nomem(session);
	if (rc == KIN_OK && wanted.count > 0)
		rc = load_many(session, relation, wanted.items, wanted.count);
	kin_vec_done(&wanted);
	return rc;
}
