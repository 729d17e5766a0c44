/* uow_gather.c - what has to be saved and deleted.
 *
 * The session's list is looked through: what is new, touched or marked is planned, and its relationships are followed, which may
 * touch others; so it is done again until nothing new is found. */
#include <kin/query.h>

#include "orm/cascade.h"
#include "orm/collection.h"
#include "orm/uow.h"

enum { STEPS_AHEAD = 8 };

void kin_uow_init(kin_uow *uow, kin_session *session)
{
	*uow = (kin_uow){ .session = session };
	kin_arena_init(&uow->arena);
}

static void release(const kin_uow_item *items, size_t from, size_t count)
{
	for (size_t i = from; i < count; i++)
		items[i].tracked->flags &= (uint8_t)~(KIN_TRACKED_PLANNED | KIN_TRACKED_IN_DELETES);
}

void kin_uow_done(kin_uow *uow)
{
	release(uow->saves.items, uow->settled, uow->saves.count);
	release(uow->deletes.items, 0, uow->deletes.count);
	kin_vec_done(&uow->saves);
	kin_vec_done(&uow->deletes);
	kin_vec_done(&uow->lists);
	kin_vec_done(&uow->save_plan);
	kin_vec_done(&uow->delete_plan);
	kin_arena_done(&uow->arena);
}

static bool is_new(const kin_tracked *tracked)
{
	return kin_instance_of(tracked->object)->state == KIN_PENDING;
}

static const void *known_one(const kin_tracked *tracked, const kin_relation *relation)
{
	return *(const void *const *)(const void *)(tracked->snapshot + relation->offset);
}

static int adopt(kin_uow *uow, const void *owner, const kin_relation *relation, const void *item)
{
	void *child = kin_instance_object(kin_instance_of(item));

	uow->stirred = true;
	return kin_collection_adopt(uow->session, owner, relation, child) < 0 ? kin_session_nomem(uow->session) : KIN_OK;
}

/* `pet->owner = owner;` */
static int follow_belongs_to(kin_uow *uow, kin_tracked *tracked, const kin_relation *relation)
{
	kin_session *session = uow->session;
	const void *now = *(const void *const *)kin_member(tracked->object, relation->offset);
	const void *then = known_one(tracked, relation);
	bool assigned = (tracked->assigned >> relation->index) & 1;
	int rc;

	if (now == KIN_UNLOADED || (now == then && !assigned && !is_new(tracked)))
		return KIN_OK;
	uow->parents |= relation->single_parent;
	if ((rc = kin_cascade_save_along(session, tracked->object, relation, now)) < 0)
		return rc;
	if (!now && then && relation->reverse && (relation->reverse->cascade & KIN_CASCADE_DELETE_ORPHAN))
		tracked->flags |= KIN_TRACKED_ORPHAN;
	return KIN_OK;
}

/* `owner->passport = passport;`: the keys are in the passports. */
static int follow_has_one(kin_uow *uow, kin_tracked *tracked, const kin_relation *relation)
{
	kin_session *session = uow->session;
	const void *now = *(const void *const *)kin_member(tracked->object, relation->offset);
	const void *then = known_one(tracked, relation);
	int rc;

	if (now == then || now == KIN_UNLOADED)
		return KIN_OK;
	if ((rc = kin_cascade_save_along(session, tracked->object, relation, now)) < 0)
		return rc;
	if (kin_unit_remember(session, tracked->object, KIN_UNDO_CHANGE) < 0)
		return kin_session_nomem(session);
	kin_instance_put_one(tracked->object, relation, now);
	if (then && then != KIN_UNLOADED) {
		if ((rc = adopt(uow, NULL, relation, then)) < 0)
			return rc;
		if (relation->cascade & KIN_CASCADE_DELETE_ORPHAN)
			kin_instance_of(then)->tracked->flags |= KIN_TRACKED_ORPHAN;
	}
	return now ? adopt(uow, tracked->object, relation, now) : KIN_OK;
}

/* Whether the item knows of the list it is in. Where it does and points elsewhere, it was assigned afterwards. */
static bool is_child(kin_session *session, const kin_relation *relation, const void *owner, const void *item)
{
	if (relation->reverse)
		return kin_collection_parent(session, item, relation->reverse) == owner;
	const kin_tracked *tracked = kin_instance_of(item)->tracked;
	for (const kin_link *link = tracked ? tracked->links : NULL; link; link = link->next)
		if (link->relation == relation)
			return link->parent == owner;
	return false;
}

/* The list of an object that has a row is kin's. */
static int check_list(kin_session *session, const kin_tracked *tracked, const kin_relation *relation, const kin_list *list)
{
	if (memcmp(list, tracked->snapshot + relation->offset, sizeof(*list)) == 0)
		return KIN_OK;
	return kin_session_fail(session, KIN_EINVAL, NULL, 0, "%s.%s was assigned; change it with kin_append() and kin_remove()",
	                        relation->mapping->name, relation->name);
}

static int follow_has_many(kin_uow *uow, kin_tracked *tracked, const kin_relation *relation)
{
	kin_session *session = uow->session;
	kin_list list = *(const kin_list *)kin_member(tracked->object, relation->offset);
	int rc = KIN_OK;

	if (!is_new(tracked))
		return check_list(session, tracked, relation, &list);
	for (size_t i = 0; i < list.count && rc == KIN_OK; i++) {
		rc = kin_cascade_save_along(session, tracked->object, relation, list.items[i]);
		if (rc == KIN_OK && !is_child(session, relation, tracked->object, list.items[i]))
			rc = adopt(uow, tracked->object, relation, list.items[i]);
	}
	return rc;
}

/* The rows of its table are flush_link.c's. */
static int follow_many_to_many(kin_uow *uow, kin_tracked *tracked, const kin_relation *relation)
{
	kin_list list = *(const kin_list *)kin_member(tracked->object, relation->offset);
	bool fresh = is_new(tracked);
	int rc = KIN_OK;

	if (!fresh && (rc = check_list(uow->session, tracked, relation, &list)) < 0)
		return rc;
	if (fresh ? list.count == 0 : !kin_unit_rows(tracked, relation))
		return KIN_OK;
	uow->parents |= relation->single_parent;
	for (size_t i = 0; fresh && i < list.count && rc == KIN_OK; i++)
		if (!kin_collection_awaits(tracked->object, relation, list.items[i]))
			rc = kin_cascade_save_along(uow->session, tracked->object, relation, list.items[i]);
	if (rc == KIN_OK && !kin_vec_push(&uow->lists, ((kin_uow_list){ .owner = tracked, .relation = relation })))
		rc = kin_session_nomem(uow->session);
	return rc;
}

/* By a member of its own that leads to those who have it. Not loaded is not none. */
static bool has_parent(const void *object, const kin_relation *relation)
{
	if (relation->to_many)
		return !kin_instance_is_loaded(kin_instance_of(object), relation) || kin_collection_list(object, relation).count > 0;
	return *(const void *const *)kin_member(object, relation->offset) != NULL;
}

static bool is_orphan(const kin_tracked *tracked)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(tracked->object));

	if (!(tracked->flags & KIN_TRACKED_ORPHAN))
		return false;
	for (size_t i = 0; i < mapping->relation_count; i++) {
		const kin_relation *relation = mapping->relations[i];
		if (relation->reverse && (relation->reverse->cascade & KIN_CASCADE_DELETE_ORPHAN) && has_parent(tracked->object, relation))
			return false;
	}
	for (const kin_link *link = tracked->links; link; link = link->next)
		if (link->parent && (link->relation->cascade & KIN_CASCADE_DELETE_ORPHAN))
			return false;
	return true;
}

/* What was put into it goes nowhere. */
static int check_view(kin_uow *uow, kin_tracked *tracked, const kin_relation *relation)
{
	size_t size = relation->to_many ? sizeof(kin_list) : sizeof(void *);

	if (memcmp(kin_member(tracked->object, relation->offset), tracked->snapshot + relation->offset, size) == 0)
		return KIN_OK;
	return kin_session_fail(uow->session, KIN_EINVAL, NULL, 0,
	                        "%s.%s is .viewonly, so what is assigned to it is not saved: change the relationship or the key that is written",
	                        relation->mapping->name, relation->name);
}

static int follow_save(kin_uow *uow, kin_tracked *tracked)
{
	static int (*const follow[])(kin_uow *, kin_tracked *, const kin_relation *) = {
		[KIN_BELONGS_TO] = follow_belongs_to,
		[KIN_HAS_ONE] = follow_has_one,
		[KIN_HAS_MANY] = follow_has_many,
		[KIN_MANY_TO_MANY] = follow_many_to_many,
	};
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(tracked->object));
	int rc = KIN_OK;

	for (size_t i = 0; i < mapping->relation_count && rc == KIN_OK; i++)
		rc = (mapping->relations[i]->viewonly ? check_view : follow[mapping->relations[i]->form])(uow, tracked, mapping->relations[i]);
	return rc;
}

static kin_uow_item item_of(kin_tracked *tracked)
{
	const kin_instance *instance = kin_instance_of(tracked->object);

	return (kin_uow_item){
		.tracked = tracked, .mapping = kin_instance_mapping(instance)->id, .is_new = instance->state == KIN_PENDING,
	};
}

static int plan_delete(kin_uow *uow, kin_tracked *tracked)
{
	if (!kin_vec_push(&uow->deletes, item_of(tracked)))
		return kin_session_nomem(uow->session);
	tracked->flags |= KIN_TRACKED_DELETE | KIN_TRACKED_PLANNED | KIN_TRACKED_IN_DELETES;
	return KIN_OK;
}

static int plan_save(kin_uow *uow, kin_tracked *tracked)
{
	kin_instance *instance = kin_instance_of(tracked->object);
	int rc = follow_save(uow, tracked);

	if (rc < 0)
		return rc;
	if (is_orphan(tracked) && instance->state == KIN_PENDING) {
		instance->state = KIN_TRANSIENT;
		kin_unit_unlist(uow->session, tracked);
		return KIN_OK;
	}
	if (is_orphan(tracked))
		return plan_delete(uow, tracked);
	tracked->flags |= KIN_TRACKED_PLANNED;
	return kin_vec_push(&uow->saves, item_of(tracked)) ? KIN_OK : kin_session_nomem(uow->session);
}

static bool has_to_be_saved(const kin_tracked *tracked)
{
	const kin_instance *instance = kin_instance_of(tracked->object);

	if ((tracked->flags & KIN_TRACKED_PLANNED) || instance->state == KIN_DELETED)
		return false;
	return instance->state == KIN_PENDING || kin_unit_is_touched(tracked, kin_instance_mapping(instance)->size);
}

/* Ask memory for the object that comes some steps later. It may have left the list by then: its record stays where it is. */
static const kin_tracked *look_ahead(const kin_tracked *ahead)
{
	if (!ahead)
		return NULL;
	__builtin_prefetch(kin_instance_of(ahead->object));
	__builtin_prefetch((const char *)ahead->object + 40);
	__builtin_prefetch(ahead->snapshot);
	return ahead->next;
}

/* One pass over the list; what comes to its end meanwhile is met too. A session may have a million objects on it, and one
 * that changed: memory is what this costs, so it is asked for early. */
static int plan_all(kin_uow *uow)
{
	const kin_tracked *ahead = uow->session->unit->first;
	int rc = KIN_OK;

	for (int i = 0; i < STEPS_AHEAD; i++)
		ahead = look_ahead(ahead);
	for (kin_tracked *t = uow->session->unit->first, *next; t && rc == KIN_OK; t = next) {
		bool deleted = t->flags & KIN_TRACKED_DELETE;
		ahead = look_ahead(ahead);
		if (deleted ? !(t->flags & KIN_TRACKED_IN_DELETES) : has_to_be_saved(t)) {
			kin_tracked *before = t->previous;
			rc = deleted ? plan_delete(uow, t) : plan_save(uow, t);
			if (!t->listed) { /* an orphan that was never saved has left the list */
				next = before ? before->next : uow->session->unit->first;
				continue;
			}
		}
		next = t->next;
	}
	return rc;
}

/* The cascades of what was planned last, mapping by mapping. */
static int follow_deletes(kin_uow *uow)
{
	size_t from = uow->followed, count = uow->deletes.count - from;
	const void **objects = kin_arena_alloc(&uow->arena, (count + 1) * sizeof(*objects));
	size_t registered = kin_registry_count(uow->session->registry);
	int rc = KIN_OK;

	if (!objects)
		return kin_session_nomem(uow->session);
	uow->followed = uow->deletes.count;
	for (size_t id = 0; id < registered && rc == KIN_OK; id++) {
		size_t found = 0;
		for (size_t i = from; i < from + count; i++)
			if (uow->deletes.items[i].mapping == id)
				objects[found++] = uow->deletes.items[i].tracked->object;
		if (found > 0 && (rc = kin_uow_step_links(uow, objects, found)) == KIN_OK)
			rc = kin_cascade_delete(uow->session, objects, found);
	}
	return rc;
}

/* What was to be saved and is deleted now, or was let go before it had a row, is not saved. */
static void drop_gone(kin_uow *uow)
{
	size_t kept = 0;

	if (uow->deletes.count == 0 && !uow->parents)
		return;
	for (size_t i = 0; i < uow->saves.count; i++) {
		kin_tracked *t = uow->saves.items[i].tracked;
		bool gone = !t->listed; /* a pending one that a deletion took along, or that nobody has any more */
		if (gone)
			t->flags &= (uint8_t)~(KIN_TRACKED_PLANNED | KIN_TRACKED_IN_DELETES);
		if (!gone && !(t->flags & KIN_TRACKED_DELETE))
			uow->saves.items[kept++] = uow->saves.items[i];
	}
	uow->saves.count = kept;
}

int kin_uow_gather(kin_uow *uow)
{
	int rc;

	uow->parents = uow->session->unit->let_go.count > 0;
	do {
		uow->stirred = false;
		if ((rc = plan_all(uow)) < 0 || (uow->parents && !uow->stirred && (rc = kin_uow_parents(uow)) < 0))
			return rc;
		if (uow->followed < uow->deletes.count) {
			uow->stirred = true;
			if ((rc = follow_deletes(uow)) < 0)
				return rc;
		}
	} while (uow->stirred);
	drop_gone(uow);
	return KIN_OK;
}
