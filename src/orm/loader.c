/* loader.c - loads what comes after a fetch's rows: a relationship of all their objects at once, and then the same for the objects that this
 * brought, as deep as the plan goes. */
#include "orm/load_rows.h"

void kin_load_nothing(const kin_relation *relation, void *const *objects, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (kin_load_is_known(objects[i], relation))
			continue;
		if (relation->to_many)
			kin_instance_set_list(objects[i], relation, NULL, 0);
		else
			kin_instance_set_one(objects[i], relation, NULL);
	}
}

void kin_load_rest(const kin_fetch *fetch, void *const *objects, size_t count)
{
	const kin_relation *relation = fetch->relation;
	kin_value values[relation->pair_count];
	bool may_be_there = fetch->some && !relation->to_many;

	for (size_t i = 0; may_be_there && i < count; i++)
		if (!kin_load_local_values(objects[i], relation, values))
			kin_load_nothing(relation, &objects[i], 1);
	if (!may_be_there)
		kin_load_nothing(relation, objects, count);
}

/* ---- the objects that a relationship leads to, each once ---- */

static bool take(void *target, kin_objects *ret)
{
	kin_instance *instance = kin_instance_of(target);

	if (instance->flags & KIN_INSTANCE_MARK)
		return true;
	if (!kin_vec_push(ret, target))
		return false;
	instance->flags |= KIN_INSTANCE_MARK;
	return true;
}

static bool take_targets(void *object, const kin_relation *relation, kin_objects *ret)
{
	void *member = kin_member(object, relation->offset);
	bool ok = true;

	if (!kin_instance_is_loaded(kin_instance_of(object), relation) && !kin_instance_shows_part(object, relation))
		return true;
	if (!relation->to_many) {
		void *target = *(void **)member;
		return !target || take(target, ret);
	}
	const kin_list *list = member;
	for (size_t i = 0; ok && i < list->count; i++)
		ok = take(kin_member(list->items[i], 0), ret);
	return ok;
}

static int gather(kin_session *session, const kin_relation *relation, void *const *objects, size_t count, kin_objects *ret)
{
	bool ok = true;

	for (size_t i = 0; ok && i < count; i++)
		ok = take_targets(objects[i], relation, ret);
	for (size_t i = 0; i < ret->count; i++)
		kin_instance_of(ret->items[i])->flags &= (uint8_t)~KIN_INSTANCE_MARK;
	return ok ? KIN_OK : kin_session_nomem(session);
}

/* The objects of a joined part, found from the first part's along the relationships. */
static int gather_part(kin_session *session, const kin_fetch *fetch, size_t part, void *const *objects, size_t count, kin_objects *ret)
{
	const kin_part *p = &fetch->parts[part];
	kin_objects parents = { 0 };
	int rc;

	if (p->parent == 0)
		return gather(session, p->relation, objects, count, ret);
	rc = gather_part(session, fetch, p->parent, objects, count, &parents);
	if (rc == KIN_OK)
		rc = gather(session, p->relation, parents.items, parents.count, ret);
	kin_vec_done(&parents);
	return rc;
}

/* ---- loading ---- */

static int load_all_of(kin_session *session, kin_fetch *fetch, const kin_value *values, void *const *objects, size_t count)
{
	switch (fetch->how) {
	case KIN_SUBQUERY:
		return kin_load_subquery(session, fetch, values, objects, count);
	case KIN_IMMEDIATE:
		return kin_load_immediate(session, fetch, values, objects, count);
	default:
		return kin_load_selectin(session, fetch, values, objects, count);
	}
}

/* Lists that a condition has left things out of are not loaded, whatever they show. Those that were loaded before stay whole. */
static int load_some_of(kin_session *session, kin_fetch *fetch, const kin_value *values, void *const *objects, size_t count)
{
	const kin_relation *relation = fetch->relation;
	kin_objects fresh = { 0 };
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < count; i++)
		if (!kin_load_is_known(objects[i], relation) && !kin_vec_push(&fresh, objects[i]))
			rc = kin_session_nomem(session);
	if (rc == KIN_OK && fresh.count > 0)
		rc = load_all_of(session, fetch, values, fresh.items, fresh.count);
	for (size_t i = 0; relation->to_many && i < fresh.count; i++)
		kin_instance_set_part(fresh.items[i], relation);
	kin_vec_done(&fresh);
	return rc;
}

static bool has_relation(const void *object, const kin_relation *relation)
{
	return kin_mapping_is(kin_instance_mapping(kin_instance_of(object)), relation->mapping);
}

static int load_for(kin_session *session, kin_fetch *fetch, const kin_value *values, void *const *objects, size_t count)
{
	kin_objects targets = { 0 };
	int rc;

	if (count == 0)
		return KIN_OK;
	rc = fetch->some ? load_some_of(session, fetch, values, objects, count) : load_all_of(session, fetch, values, objects, count);
	if (rc < 0 || fetch->later_count == 0)
		return rc;
	rc = gather(session, fetch->relation, objects, count, &targets);
	if (rc == KIN_OK)
		rc = kin_load_laters(session, fetch, values, targets.items, targets.count);
	kin_vec_done(&targets);
	return rc;
}

/* A relationship that only a model has which inherits from the query's is for its objects. */
static int load_later(kin_session *session, kin_fetch *fetch, const kin_value *values, void *const *objects, size_t count)
{
	kin_objects some = { 0 };
	size_t i = 0;
	int rc = KIN_OK;

	while (i < count && (!fetch->relation->mapping->parent || has_relation(objects[i], fetch->relation)))
		i++;
	if (i == count)
		return load_for(session, fetch, values, objects, count);
	for (i = 0; i < count && rc == KIN_OK; i++)
		if (has_relation(objects[i], fetch->relation) && !kin_vec_push(&some, objects[i]))
			rc = kin_session_nomem(session);
	if (rc == KIN_OK)
		rc = load_for(session, fetch, values, some.items, some.count);
	kin_vec_done(&some);
	return rc;
}

int kin_load_laters(kin_session *session, const kin_fetch *fetch, const kin_value *values, void *const *objects, size_t count)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < fetch->later_count; i++) {
		const kin_later *later = &fetch->laters[i];
		kin_objects of_part = { 0 };
		if (later->part == 0) {
			rc = load_later(session, later->fetch, values, objects, count);
			continue;
		}
		rc = gather_part(session, fetch, later->part, objects, count, &of_part);
		if (rc == KIN_OK)
			rc = load_later(session, later->fetch, values, of_part.items, of_part.count);
		kin_vec_done(&of_part);
	}
	return rc;
}
