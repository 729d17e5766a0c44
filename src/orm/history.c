/* history.c - what a member was when it was loaded, and what a collection gained and lost since.
 *
 * Columns are in the snapshot. Lists keep no history: the items say whose they were, by the key in their snapshots, and whose they are; those
 * that say something else now are on the session's list. Many-to-many lists that were changed have what the database has. */
#include <assert.h>

#include "orm/collection.h"
#include "orm/load.h"
#include "orm/load_rows.h"
#include "orm/unit.h"

typedef struct changes {
	kin_objects added;
	kin_objects removed;
} changes;

static void changes_done(changes *c)
{
	kin_vec_done(&c->added);
	kin_vec_done(&c->removed);
}

static bool has_row(const void *object)
{
	return kin_instance_of(object)->state > KIN_PENDING;
}

/* As the last load or flush left it. */
static const void *former_image(const void *object)
{
	const kin_tracked *tracked = kin_instance_of(object)->tracked;

	return tracked ? tracked->snapshot : object;
}

/* ---- whose an item is ---- */

/* Whether the key in an image of an item is the owner's. */
static bool points_at(const void *image, const kin_relation *relation, const void *owner)
{
	for (size_t i = 0; i < relation->pair_count; i++) {
		const kin_attribute *mine = relation->pairs[i].local, *its = relation->pairs[i].remote;
		if (kin_attribute_is_null(mine, owner) || kin_attribute_is_null(its, image) ||
		    !kin_domain_equal(kin_member(owner, mine->offset), kin_member(image, its->offset), mine->kind & ~KIN_KIND_NULLABLE, mine->domain))
			return false;
	}
	return true;
}

static bool belonged(const kin_tracked *item, const kin_relation *relation, const void *owner)
{
	return has_row(item->object) && points_at(item->snapshot, relation, former_image(owner));
}

static bool key_was_set(const kin_tracked *item, const kin_relation *relation)
{
	for (size_t i = 0; i < relation->pair_count; i++)
		if (kin_unit_differs(item, relation->pairs[i].remote))
			return true;
	return !has_row(item->object);
}

/* Whether a to-one member says whose the item is, rather than its key. */
static bool is_assigned(const kin_tracked *item, const kin_relation *belongs_to)
{
	const void *now = *(const void *const *)kin_member(item->object, belongs_to->offset);
	const void *then = *(const void *const *)(const void *)(item->snapshot + belongs_to->offset);

	return now != KIN_UNLOADED && (now != then || ((item->assigned >> belongs_to->index) & 1) || (now && !has_row(item->object)));
}

static bool belongs(const kin_tracked *item, const kin_relation *relation, const void *owner)
{
	if (relation->reverse && is_assigned(item, relation->reverse))
		return kin_collection_one(item->object, relation->reverse) == owner;
	for (const kin_link *link = relation->reverse ? NULL : item->links; link; link = link->next)
		if (link->relation == relation)
			return link->parent == owner;
	return points_at(key_was_set(item, relation) ? item->object : (const void *)item->snapshot, relation, owner);
}

static bool note(changes *c, const kin_tracked *item, bool was, bool is)
{
	return was == is || kin_vec_push(is ? &c->added : &c->removed, item->object);
}

/* Items that were put in the list and not added to the session. */
static bool find_transient(changes *c, const void *owner, const kin_relation *relation)
{
	kin_list list = relation->to_many ? kin_collection_list(owner, relation) : (kin_list){ 0 };
	bool ok = true;

	for (size_t i = 0; ok && i < list.count; i++)
		if (kin_instance_of(list.items[i])->state == KIN_TRANSIENT)
			ok = kin_vec_push(&c->added, kin_member(list.items[i], 0));
	return ok;
}

static bool find_children(kin_session *session, const void *owner, const kin_relation *relation, changes *c)
{
	bool ok = (relation->cascade & KIN_CASCADE_SAVE_UPDATE) || find_transient(c, owner, relation);

	for (const kin_tracked *t = session->unit->first; ok && t; t = t->next)
		if (kin_mapping_is(kin_instance_mapping(kin_instance_of(t->object)), relation->target) && kin_instance_of(t->object)->state != KIN_DELETED)
			ok = note(c, t, belonged(t, relation, owner), belongs(t, relation, owner));
	return ok;
}

/* ---- many-to-many ---- */

static bool has(kin_list list, const void *item)
{
	for (size_t i = 0; i < list.count; i++)
		if (list.items[i] == item)
			return true;
	return false;
}

/* What only `a` has. */
static bool subtract(kin_list a, kin_list b, kin_objects *ret)
{
	bool ok = true;

	for (size_t i = 0; i < b.count; i++)
		kin_instance_of(b.items[i])->flags |= KIN_INSTANCE_MARK;
	for (size_t i = 0; ok && i < a.count; i++)
		if (!(kin_instance_of(a.items[i])->flags & KIN_INSTANCE_MARK))
			ok = kin_vec_push(ret, kin_member(a.items[i], 0));
	for (size_t i = 0; i < b.count; i++)
		kin_instance_of(b.items[i])->flags &= (uint8_t)~KIN_INSTANCE_MARK;
	return ok;
}

/* What was changed through the items' own lists. */
static bool find_reverse(kin_session *session, const void *owner, const kin_relation *reverse, const changes *own, changes *c)
{
	bool ok = true;

	for (const kin_tracked *t = session->unit->first; ok && t; t = t->next) {
		const kin_list *rows = t->links ? kin_unit_rows(t, reverse) : NULL;
		kin_list added = { (const void *const *)own->added.items, own->added.count };
		kin_list removed = { (const void *const *)own->removed.items, own->removed.count };
		if (rows && !has(added, t->object) && !has(removed, t->object))
			ok = note(c, t, has(*rows, owner), has(kin_collection_list(t->object, reverse), owner));
	}
	return ok;
}

static bool append(kin_objects *to, const kin_objects *from)
{
	bool ok = true;

	for (size_t i = 0; ok && i < from->count; i++)
		ok = kin_vec_push(to, from->items[i]);
	return ok;
}

static bool find_linked(kin_session *session, const void *owner, const kin_relation *relation, changes *c)
{
	const kin_tracked *tracked = kin_instance_of(owner)->tracked;
	const kin_list *rows = tracked ? kin_unit_rows(tracked, relation) : NULL;
	kin_list now = kin_collection_list(owner, relation);
	changes other = { 0 };
	bool ok = !rows || (subtract(now, *rows, &c->added) && subtract(*rows, now, &c->removed));

	ok = ok && (!relation->reverse || find_reverse(session, owner, relation->reverse, c, &other));
	ok = ok && append(&c->added, &other.added) && append(&c->removed, &other.removed);
	changes_done(&other);
	return ok;
}

/* ---- what a program asks ---- */

/* Of a collection, or of a has_one, whose object is its only item. */
static bool find_changes(kin_session *session, const void *owner, const kin_relation *relation, changes *c)
{
	if (has_row(owner))
		return relation->link ? find_linked(session, owner, relation, c) : find_children(session, owner, relation, c);
	if (!relation->to_many)
		return !kin_collection_one(owner, relation) || kin_vec_push(&c->added, kin_member(kin_collection_one(owner, relation), 0));
	return subtract(kin_collection_list(owner, relation), (kin_list){ 0 }, &c->added);
}

static const void *zeros(kin_session *session, size_t size)
{
	const void *made = kin_arena_zalloc(&session->arena, size);

	if (!made)
		kin_session_nomem(session);
	return made;
}

/* The last member stays what it was when memory is out; the error is in the session. */
static const void *keep_list(kin_session *session, const void *object, const kin_relation *relation, const kin_objects *objects)
{
	kin_list *list = kin_arena_alloc(&session->arena, sizeof(*list));
	const void **items = kin_arena_copy(&session->arena, objects->items, objects->count * sizeof(*items));

	if (!list || (!items && objects->count > 0)) {
		kin_session_nomem(session);
		return kin_member(object, relation->offset);
	}
	*list = (kin_list){ .items = objects->count > 0 ? items : NULL, .count = objects->count };
	return list;
}

static const void *list_was(kin_session *session, const void *object, const kin_relation *relation)
{
	kin_autoflush_hold hold = kin_session_hold(session);
	changes c = { 0 };
	kin_objects then = { 0 };
	bool loaded = kin_instance_is_loaded(kin_instance_of(object), relation);
	bool ok = loaded || kin_load_relation(session, kin_member(object, 0), relation) == KIN_OK;
	kin_list now = kin_collection_list(object, relation);

	kin_session_release(&hold);
	ok = ok && (!loaded || find_changes(session, object, relation, &c));
	ok = ok && subtract(now, (kin_list){ (const void *const *)c.added.items, c.added.count }, &then) && append(&then, &c.removed);
	if (!ok)
		kin_session_nomem(session);
	const void *list = keep_list(session, object, relation, &then);
	kin_vec_done(&then);
	changes_done(&c);
	return list;
}

/* The object that the key in the snapshot names. */
static void *owner_was(kin_session *session, const void *object, const kin_relation *relation)
{
	const kin_tracked *tracked = kin_instance_of(object)->tracked;
	const void *image = former_image(object);
	kin_value keys[relation->pair_count];
	void *owner = NULL;

	for (size_t i = 0; i < relation->pair_count; i++) {
		keys[i] = kin_attribute_value(relation->pairs[i].local, image);
		if (keys[i].kind == KIN_KIND_NULL)
			return NULL;
	}
	if ((owner = kin_collection_keyed(session, image, relation)))
		return owner;
	const void *then = kin_collection_one(image, relation);
	if (then && !(tracked && (tracked->assigned >> relation->index) & 1))
		return kin_member(then, 0);
	if (!relation->by_key || kin_session_ok(session) < 0 || kin_state_of(object) == KIN_DETACHED)
		return NULL;
	kin_autoflush_hold hold = kin_session_hold(session);
	kin_load_by_key(session, relation->target, keys, &owner);
	kin_session_release(&hold);
	return owner;
}

static void *one_was(kin_session *session, const void *object, const kin_relation *relation)
{
	const void *now = kin_collection_one(object, relation);
	changes c = { 0 };
	void *then;

	if (relation->holds_key)
		return owner_was(session, object, relation);
	if (!find_changes(session, object, relation, &c))
		kin_session_nomem(session);
	if (c.removed.count > 0)
		then = c.removed.items[0];
	else
		then = c.added.count > 0 || !now ? NULL : kin_member(now, 0);
	changes_done(&c);
	return then;
}

/* What a member of no object is: no member is larger. */
static const _Alignas(16) char nothing[4096];

const void *kin_session_was(const void *object, size_t offset, size_t size)
{
	if (!object && size <= sizeof(nothing))
		return nothing;
	kin_session *session = kin_session_of(object);
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	const kin_relation *relation = kin_mapping_relation_at(mapping, offset);
	const void *none;

	assert(relation || kin_mapping_attribute_at(mapping, offset));
	if (!has_row(object))
		return (none = zeros(session, size)) ? none : kin_member(object, (uint32_t)offset);
	if (!relation)
		return kin_member(former_image(object), (uint32_t)offset);
	if (relation->to_many)
		return list_was(session, object, relation);
	const void **one = kin_arena_alloc(&session->arena, sizeof(*one));
	if (!one) {
		kin_session_nomem(session);
		return kin_member(object, (uint32_t)offset);
	}
	*one = one_was(session, object, relation);
	return one;
}

static bool key_changed(const kin_tracked *tracked, const kin_relation *relation)
{
	for (size_t i = 0; i < relation->pair_count; i++)
		if (kin_unit_differs(tracked, relation->pairs[i].local))
			return true;
	return false;
}

static bool owner_is_changed(const kin_tracked *tracked, const kin_relation *relation)
{
	const void *now = kin_collection_one(tracked->object, relation);

	if (!is_assigned(tracked, relation))
		return key_changed(tracked, relation);
	for (size_t i = 0; !now && i < relation->pair_count; i++)
		if (!kin_attribute_is_null(relation->pairs[i].local, tracked->snapshot))
			return true;
	if (!now)
		return false;
	for (size_t i = 0; i < relation->pair_count; i++) {
		const kin_attribute *mine = relation->pairs[i].local, *its = relation->pairs[i].remote;
		if (!has_row(now) || kin_attribute_is_null(mine, tracked->snapshot) ||
		    !kin_domain_equal(tracked->snapshot + mine->offset, kin_member(now, its->offset), its->kind & ~KIN_KIND_NULLABLE, its->domain))
			return true;
	}
	return false;
}

static bool relation_is_changed(kin_session *session, const void *object, const kin_relation *relation)
{
	const kin_tracked *tracked = kin_instance_of(object)->tracked;
	changes c = { 0 };

	if (relation->holds_key && !has_row(object))
		return kin_collection_one(object, relation) != NULL;
	if (relation->holds_key)
		return tracked && owner_is_changed(tracked, relation);
	if (!find_changes(session, object, relation, &c))
		kin_session_nomem(session);
	bool changed = c.added.count + c.removed.count > 0;
	changes_done(&c);
	return changed;
}

bool kin_session_is_changed(const void *object, size_t offset)
{
	if (!object)
		return false;
	kin_session *session = kin_session_of(object);
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	const kin_relation *relation = kin_mapping_relation_at(mapping, offset);
	const kin_tracked *tracked = kin_instance_of(object)->tracked;

	if (relation)
		return relation_is_changed(session, object, relation);
	const kin_attribute *a = kin_mapping_attribute_at(mapping, offset);
	assert(a);
	if (!has_row(object))
		return !kin_domain_is_blank(kin_member(object, a->offset), a->kind, a->domain);
	return tracked && kin_unit_differs(tracked, a);
}

static const void *changed_items(const void *object, size_t offset, bool added)
{
	if (!object)
		return nothing;
	kin_session *session = kin_session_of(object);
	const kin_relation *relation = kin_mapping_relation_at(kin_instance_mapping(kin_instance_of(object)), offset);
	changes c = { 0 };

	assert(relation && relation->to_many);
	if (!find_changes(session, object, relation, &c))
		kin_session_nomem(session);
	const void *list = keep_list(session, object, relation, added ? &c.added : &c.removed);
	changes_done(&c);
	return list;
}

const void *kin_session_added(const void *object, size_t offset)
{
	return changed_items(object, offset, true);
}

const void *kin_session_removed(const void *object, size_t offset)
{
	return changed_items(object, offset, false);
}
