/* uow_link.c - many-to-many lists of who is deleted know what the other sides' lists have gained and lost.
 *
 * A list that is loaded by then comes from the database, which has not heard yet of what kin_append() and kin_remove() did on the other side. */
#include "orm/collection.h"
#include "orm/load.h"
#include "orm/uow.h"
#include "value/member.h"

static void set_flag(const void *const *objects, size_t count, int flag, bool on)
{
	for (size_t i = 0; i < count; i++) {
		kin_instance *instance = kin_instance_of(objects[i]);
		instance->flags = (uint8_t)(on ? instance->flags | flag : instance->flags & ~flag);
	}
}

static void mark(kin_list list, bool on)
{
	set_flag(list.items, list.count, KIN_INSTANCE_MARK, on);
}

/* One of those that are deleted, which is in one of two lists alone. It is met once. */
static bool is_alone(const void *item)
{
	kin_instance *instance = kin_instance_of(item);
	bool alone = (instance->flags & KIN_INSTANCE_SIFTED) && !(instance->flags & KIN_INSTANCE_MARK);

	if (alone)
		instance->flags |= KIN_INSTANCE_MARK;
	return alone;
}

static int tell(kin_session *session, const kin_uow_list *l)
{
	const kin_relation *reverse = l->relation->reverse;
	const kin_list *known = kin_unit_rows(l->owner, l->relation);
	kin_list then = known ? *known : (kin_list){ 0 }, now = kin_collection_list(l->owner->object, l->relation);
	int rc = KIN_OK;

	mark(then, true);
	for (size_t i = 0; i < now.count && rc == KIN_OK; i++)
		if (is_alone(now.items[i]) && !kin_collection_has(now.items[i], reverse, l->owner->object))
			rc = kin_collection_put(session, kin_member(now.items[i], 0), reverse, l->owner->object);
	mark(then, false);
	mark(now, true);
	for (size_t i = 0; i < then.count && rc == KIN_OK; i++)
		if (is_alone(then.items[i]))
			rc = kin_collection_take(session, kin_member(then.items[i], 0), reverse, l->owner->object);
	mark(now, false);
	mark(then, false);
	return rc < 0 ? kin_session_nomem(session) : KIN_OK;
}

static bool is_changed(const kin_uow *uow, const kin_relation *relation)
{
	for (size_t i = 0; i < uow->lists.count; i++)
		if (uow->lists.items[i].relation == relation)
			return true;
	return false;
}

static int step(kin_uow *uow, const void *const *objects, size_t count, const kin_relation *relation)
{
	int rc = kin_load_relation_of(uow->session, objects, count, relation);

	set_flag(objects, count, KIN_INSTANCE_SIFTED, true);
	for (size_t i = 0; i < uow->lists.count && rc == KIN_OK; i++)
		if (uow->lists.items[i].relation == relation->reverse)
			rc = tell(uow->session, &uow->lists.items[i]);
	set_flag(objects, count, KIN_INSTANCE_SIFTED, false);
	return rc;
}

int kin_uow_step_links(kin_uow *uow, const void *const *objects, size_t count)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(objects[0]));
	int rc = KIN_OK;

	for (size_t i = 0; uow->lists.count > 0 && i < mapping->relation_count && rc == KIN_OK; i++) {
		const kin_relation *relation = mapping->relations[i];
		if (relation->link && relation->reverse && !relation->viewonly && is_changed(uow, relation->reverse))
			rc = step(uow, objects, count, relation);
	}
	return rc;
}
