/* uow_parent.c - objects that may have one parent only, by relationships that are .single_parent.
 *
 * Relationships that changed say who was given to somebody, and who was let go. For those alone all owners that the session knows are
 * looked through: a second one is an error, and who has none left is deleted, where the relationship deletes its orphans. */
#include <stdlib.h>

#include "orm/cascade.h"
#include "orm/collection.h"
#include "orm/inherit.h"
#include "orm/load.h"
#include "orm/uow.h"
#include "value/member.h"

/* The owner has, or lets go of, the child. */
typedef struct tie {
	const kin_relation *relation;
	const void         *child;
	const void         *owner;
	size_t              place; /* in which it was found */
} tie;

typedef kin_vec(tie) ties;

typedef struct parents {
	kin_uow *uow;
	kin_vec(const kin_relation *) changed; /* each once */
	ties     given;
	ties     let_go;
	ties     held; /* of the children in the two others: who has them now */
} parents;

static bool push(ties *list, const kin_relation *relation, const void *owner, const void *child)
{
	const tie added = { .relation = relation, .child = kin_instance_object(kin_instance_of(child)), .owner = owner, .place = list->count };

	return kin_vec_push(list, added);
}

static void mark_one(const void *object, bool on)
{
	kin_instance *instance = kin_instance_of(object);

	instance->flags = (uint8_t)(on ? instance->flags | KIN_INSTANCE_MARK : instance->flags & ~KIN_INSTANCE_MARK);
}

static void mark_list(kin_list list, bool on)
{
	for (size_t i = 0; i < list.count; i++)
		mark_one(list.items[i], on);
}

/* ---- what changed ---- */

static bool note_changed(parents *p, const kin_relation *relation)
{
	for (size_t i = 0; i < p->changed.count; i++)
		if (p->changed.items[i] == relation)
			return true;
	return kin_vec_push(&p->changed, relation);
}

/* Whom the database's row points at. *ret_child NULL: nobody. */
static int find_former(const kin_uow *uow, const kin_tracked *tracked, const kin_relation *relation, void **ret_child)
{
	kin_value keys[relation->pair_count];

	*ret_child = NULL;
	for (size_t i = 0; i < relation->pair_count; i++) {
		keys[i] = kin_attribute_value(relation->pairs[i].local, tracked->snapshot);
		if (!relation->by_key || keys[i].kind == KIN_KIND_NULL)
			return KIN_OK;
	}
	return kin_load_by_key(uow->session, relation->target, keys, ret_child);
}

static int look_at_one(parents *p, const kin_uow_item *item, const kin_relation *relation)
{
	const kin_tracked *tracked = item->tracked;
	const void *now = *(const void *const *)kin_member(tracked->object, relation->offset);
	const void *then = *(const void *const *)(const void *)(tracked->snapshot + relation->offset);
	void *former = NULL;
	int rc = KIN_OK;

	if (now == KIN_UNLOADED || (now == then && !item->is_new && !((tracked->assigned >> relation->index) & 1)))
		return KIN_OK;
	if (!note_changed(p, relation) || (now && !push(&p->given, relation, tracked->object, now)))
		return kin_session_nomem(p->uow->session);
	if (!item->is_new && (relation->cascade & KIN_CASCADE_DELETE_ORPHAN))
		rc = find_former(p->uow, tracked, relation, &former);
	if (rc == KIN_OK && former && !push(&p->let_go, relation, tracked->object, former))
		rc = kin_session_nomem(p->uow->session);
	return rc;
}

static int look_at_list(parents *p, const kin_uow_item *item, const kin_relation *relation)
{
	const kin_list *rows = kin_unit_rows(item->tracked, relation);
	kin_list now = kin_collection_list(item->tracked->object, relation);
	bool ok;

	if (!rows && (!item->is_new || now.count == 0))
		return KIN_OK;
	ok = note_changed(p, relation);
	for (size_t i = 0; ok && i < now.count; i++)
		ok = push(&p->given, relation, item->tracked->object, now.items[i]);
	for (size_t i = 0; ok && rows && i < rows->count && (relation->cascade & KIN_CASCADE_DELETE_ORPHAN); i++)
		ok = push(&p->let_go, relation, item->tracked->object, rows->items[i]); /* or not: those that it has still are held */
	return ok ? KIN_OK : kin_session_nomem(p->uow->session);
}

static int look_at_saves(parents *p)
{
	int rc = KIN_OK;

	for (size_t i = 0; i < p->uow->saves.count && rc == KIN_OK; i++) {
		const kin_uow_item *item = &p->uow->saves.items[i];
		const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(item->tracked->object));
		if (!item->tracked->listed || (item->tracked->flags & KIN_TRACKED_DELETE))
			continue;
		for (size_t n = 0; n < mapping->relation_count && rc == KIN_OK; n++)
			if (mapping->relations[n]->single_parent)
				rc = (mapping->relations[n]->link ? look_at_list : look_at_one)(p, item, mapping->relations[n]);
	}
	return rc;
}

/* What was taken out before it had a row. */
static int look_at_pending(parents *p)
{
	const kin_unit *unit = p->uow->session->unit;

	for (size_t i = 0; i < unit->let_go.count; i++) {
		const kin_let_go *l = &unit->let_go.items[i];
		if (kin_instance_of(l->item)->state == KIN_PENDING &&
		    (!note_changed(p, l->relation) || !push(&p->let_go, l->relation, l->owner, l->item)))
			return kin_session_nomem(p->uow->session);
	}
	return KIN_OK;
}

/* Who is deleted has let go of what it does not have any more. */
static int look_at_gone(parents *p, const kin_tracked *tracked, const kin_relation *relation)
{
	const kin_list *rows = kin_unit_rows(tracked, relation);
	kin_list now = kin_collection_list(tracked->object, relation);
	bool ok = !rows || note_changed(p, relation);

	mark_list(now, true);
	for (size_t i = 0; ok && rows && i < rows->count; i++)
		ok = (kin_instance_of(rows->items[i])->flags & KIN_INSTANCE_MARK) || push(&p->let_go, relation, tracked->object, rows->items[i]);
	mark_list(now, false);
	return ok ? KIN_OK : kin_session_nomem(p->uow->session);
}

static int look_at_deletes(parents *p)
{
	const kin_uow *uow = p->uow;
	int rc = KIN_OK;

	for (size_t i = 0; uow->session->unit->let_go.count > 0 && i < uow->deletes.count && rc == KIN_OK; i++) {
		const kin_tracked *tracked = uow->deletes.items[i].tracked;
		const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(tracked->object));
		for (size_t n = 0; n < mapping->relation_count && rc == KIN_OK; n++)
			if (mapping->relations[n]->link && (mapping->relations[n]->cascade & KIN_CASCADE_DELETE_ORPHAN))
				rc = look_at_gone(p, tracked, mapping->relations[n]);
	}
	return rc;
}

/* ---- who has them ---- */

static void mark(const ties *list, bool on)
{
	for (size_t i = 0; i < list->count; i++)
		mark_one(list->items[i].child, on);
}

static bool hold(parents *p, const kin_relation *relation, const void *owner, const void *child)
{
	return !(kin_instance_of(child)->flags & KIN_INSTANCE_MARK) || push(&p->held, relation, owner, child);
}

/* What the owner has of those that are marked. A key that was not followed leads to them too. */
static bool look_at_owner(parents *p, const kin_relation *relation, const void *owner)
{
	const kin_instance *instance = kin_instance_of(owner);
	bool ok = true;

	if (!kin_mapping_has(relation->mapping, owner) || (instance->tracked && (instance->tracked->flags & KIN_TRACKED_DELETE)))
		return true;
	kin_list list = relation->link ? kin_collection_list(owner, relation) : (kin_list){ 0 };
	for (size_t i = 0; i < list.count && ok; i++) /* a rollback may leave it to one that is expired */
		ok = hold(p, relation, owner, list.items[i]);
	if (relation->link || (instance->flags & KIN_INSTANCE_EXPIRED))
		return ok;
	const void *one = *(const void *const *)kin_member(owner, relation->offset); /* assigned perhaps, though it was never loaded */
	if (one == KIN_UNLOADED)
		one = kin_collection_keyed(p->uow->session, owner, relation);
	return !one || hold(p, relation, owner, one);
}

static bool look_at_owners(parents *p, const kin_relation *relation)
{
	const kin_session *session = p->uow->session;
	size_t id = relation->mapping->identity, at = 0;
	const kin_identity *rows = id < session->mapping_count ? session->identities[id] : NULL;
	const void *owner;
	bool ok = true;

	while (ok && rows && (owner = kin_identity_next(rows, &at)))
		ok = look_at_owner(p, relation, owner);
	for (size_t i = 0; ok && i < p->uow->saves.count; i++) {
		const kin_uow_item *item = &p->uow->saves.items[i];
		if (item->is_new && item->tracked->listed &&
		    kin_mapping_is(kin_instance_mapping(kin_instance_of(item->tracked->object)), relation->mapping))
			ok = look_at_owner(p, relation, item->tracked->object);
	}
	return ok;
}

static bool find_held(parents *p)
{
	bool ok = true;

	mark(&p->given, true);
	mark(&p->let_go, true);
	for (size_t i = 0; ok && i < p->changed.count; i++)
		ok = look_at_owners(p, p->changed.items[i]);
	mark(&p->given, false);
	mark(&p->let_go, false);
	return ok;
}

/* ---- what follows ---- */

/* Whether there is something to delete still. */
static bool stays(const void *child)
{
	const kin_instance *instance = kin_instance_of(child);
	bool leaves = instance->tracked && (instance->tracked->flags & KIN_TRACKED_DELETE);

	return !leaves && (instance->state == KIN_PENDING || instance->state == KIN_PERSISTENT);
}

static int in_order(uintptr_t a, uintptr_t b)
{
	return (a > b) - (a < b);
}

static int by_child(const void *a, const void *b)
{
	const tie *x = a, *y = b;
	int order = in_order((uintptr_t)x->relation, (uintptr_t)y->relation);

	return order != 0 ? order : in_order((uintptr_t)x->child, (uintptr_t)y->child);
}

static int by_child_and_place(const void *a, const void *b)
{
	int order = by_child(a, b);

	return order != 0 ? order : in_order(((const tie *)a)->place, ((const tie *)b)->place);
}

static int fail_two(kin_session *session, const tie *one, const tie *other)
{
	kin_text child, first, second;
	int rc;

	kin_text_init(&child);
	kin_text_init(&first);
	kin_text_init(&second);
	kin_instance_show(&child, one->child);
	kin_instance_show(&first, one->owner);
	kin_instance_show(&second, other->owner);
	if (kin_text_ok(&child) && kin_text_ok(&first) && kin_text_ok(&second))
		rc = kin_session_fail(session, KIN_EINVAL, NULL, 0,
		                      "%s.%s is .single_parent, and %s has two: %s and %s; take it from one of them, or give each its own",
		                      one->relation->mapping->name, one->relation->name, child.data, first.data, second.data);
	else
		rc = kin_session_nomem(session);
	kin_text_done(&child);
	kin_text_done(&first);
	kin_text_done(&second);
	return rc;
}

static int check_held(const parents *p)
{
	const tie *held = p->held.items;

	for (size_t i = 1; i < p->held.count; i++)
		if (by_child(&held[i - 1], &held[i]) == 0 && held[i - 1].owner != held[i].owner)
			return fail_two(p->uow->session, &held[i - 1], &held[i]);
	return KIN_OK;
}

static int delete_orphans(const parents *p)
{
	int rc = KIN_OK;

	for (size_t i = 0; i < p->let_go.count && rc == KIN_OK; i++) {
		const tie *t = &p->let_go.items[i];
		if (!stays(t->child) || (p->held.count > 0 && bsearch(t, p->held.items, p->held.count, sizeof(*t), by_child)))
			continue;
		p->uow->stirred = true;
		rc = kin_cascade_mark(p->uow->session, kin_member(t->child, 0));
	}
	return rc;
}

int kin_uow_parents(kin_uow *uow)
{
	parents p = { .uow = uow };
	int rc = look_at_saves(&p);

	if (rc == KIN_OK)
		rc = look_at_pending(&p);
	if (rc == KIN_OK)
		rc = look_at_deletes(&p);
	if (rc == KIN_OK && p.changed.count > 0 && !find_held(&p))
		rc = kin_session_nomem(uow->session);
	if (rc == KIN_OK && p.held.count > 0) {
		qsort(p.held.items, p.held.count, sizeof(*p.held.items), by_child_and_place);
		rc = check_held(&p);
	}
	if (rc == KIN_OK)
		rc = delete_orphans(&p);
	kin_vec_done(&p.changed);
	kin_vec_done(&p.given);
	kin_vec_done(&p.let_go);
	kin_vec_done(&p.held);
	return rc;
}
