/* unit_undo.c - what a rollback brings back.
 *
 * The log has an entry for each object whose struct a flush, a load or kin_append() changed in this transaction: what it was before.
 * Undoing pops entries to a length; committing forgets them. A savepoint is a length of the log.
 *
 * What was edited and never flushed is not in the log: its snapshot is what it was. */
#include "orm/collection.h"
#include "orm/expire.h"
#include "orm/load.h"
#include "value/member.h"

enum { AHEAD = 16 }; /* entries that memory is asked for before their turn */

static size_t level_start(const kin_unit *unit)
{
	return unit->marks.count > 0 ? unit->marks.items[unit->marks.count - 1] : 0;
}

static void *new_image(kin_session *session, const kin_instance *instance)
{
	const kin_mapping *mapping = kin_instance_mapping(instance);
	kin_unit_pool *pool = kin_unit_pool_of(session, mapping);
	size_t size = mapping->size > sizeof(void *) ? mapping->size : sizeof(void *);
	void *image = pool ? kin_unit_take(session, &pool->images, size) : NULL;

	if (image)
		memcpy(image, instance->tracked ? (const void *)instance->tracked->snapshot
		                                : kin_instance_object(instance), mapping->size);
	return image;
}

int kin_unit_remember(kin_session *session, void *object, kin_undo_kind kind)
{
	kin_unit *unit = session->unit;
	const kin_instance *instance = kin_instance_of(object);
	kin_tracked *tracked = instance->tracked;
	kin_undo entry = {
		.object = object, .kind = kind, .loaded = tracked ? tracked->loaded : instance->loaded,
		.expired = instance->flags & KIN_INSTANCE_EXPIRED,
	};

	if (unit->undoing)
		return KIN_OK;
	if (kind == KIN_UNDO_CHANGE && tracked && tracked->undo > level_start(unit)) {
		unit->log.items[tracked->undo - 1].expired |= entry.expired;
		return KIN_OK;
	}
	if (instance->state == KIN_TRANSIENT || (instance->state == KIN_PENDING && kind == KIN_UNDO_CHANGE))
		return KIN_OK; /* a rollback leaves it as it is */
	if (unit->log.count >= UINT32_MAX - 1 || !kin_vec_reserve(&unit->log, unit->log.count + 1))
		return KIN_ENOMEM;
	if (kind != KIN_UNDO_INSERT && !(entry.image = new_image(session, instance)))
		return KIN_ENOMEM;
	if (tracked) {
		entry.former = tracked->undo;
		tracked->undo = (uint32_t)(unit->log.count + 1);
	}
	unit->log.items[unit->log.count++] = entry;
	return KIN_OK;
}

int kin_unit_mark(kin_unit *unit)
{
	if (!kin_vec_push(&unit->marks, unit->log.count))
		return KIN_ENOMEM;
	unit->serial++;
	return KIN_OK;
}

void kin_unit_unmark(kin_unit *unit)
{
	unit->marks.count--;
	unit->serial++;
}

/* Whether its row was made in this transaction. */
static bool is_fresh(const void *object)
{
	const kin_tracked *tracked = kin_instance_of(object)->tracked;

	return tracked && (tracked->flags & KIN_TRACKED_FRESH);
}

/* Where only the key says who its owner is, and the owner is as new as the key, the pointer says it from now on: while the owner can
 * be found by its key. */
static void recall_owners(kin_session *session, void *object)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));

	for (size_t i = 0; i < mapping->relation_count; i++) {
		const kin_relation *relation = mapping->relations[i];
		if (!relation->holds_key || kin_instance_is_loaded(kin_instance_of(object), relation))
			continue;
		void *owner = kin_collection_keyed(session, object, relation);
		if (owner && is_fresh(owner))
			kin_instance_put_one(object, relation, owner);
	}
}

/* An object without a row has nothing to load; a key that stands without an object is as one that was set by hand. */
static void settle_unloaded(void *object, const kin_relation *relation)
{
	if (relation->to_many)
		kin_instance_put_list(object, relation, NULL, 0);
	else
		kin_instance_put_one(object, relation, NULL);
}

/* A key that followed an object follows nothing any more. A key that stands without an object was set by hand, and
 * stays; but not after a flush, which unloads the relationship of such a key: then the object has just been taken away. */
static void forget_keys(void *object, const kin_mapping *mapping)
{
	const kin_instance *instance = kin_instance_of(object);
	int flags = instance->tracked ? instance->tracked->flags : 0;
	bool flushed = (flags & KIN_TRACKED_FRESH) && !(flags & KIN_TRACKED_INSERTED);
	const kin_value null = kin_value_null(NULL);

	for (size_t i = 0; i < mapping->relation_count; i++) {
		const kin_relation *relation = mapping->relations[i];
		bool was_loaded = kin_instance_is_loaded(instance, relation);
		if (!was_loaded)
			settle_unloaded(object, relation);
		if (!relation->holds_key)
			continue;
		if (!(flushed && was_loaded) && !*(const void *const *)kin_member(object, relation->offset))
			continue;
		for (size_t n = 0; n < relation->pair_count; n++) {
			const kin_attribute *key = relation->pairs[n].local;
			void *member = kin_member(object, key->offset);
			if (!relation->pairs[n].cleared)
				continue;
			if (kin_domain_set(member, key->kind, key->domain, &null, NULL, NULL) < 0)
				memset(member, 0, kin_domain_size(key->kind, key->domain));
		}
	}
}

/* It was never added. Its values stay, and its relationships, which the next kin_add() brings in step again. */
static void make_transient(kin_session *session, void *object)
{
	kin_instance *instance = kin_instance_of(object);
	const kin_mapping *mapping = kin_instance_mapping(instance);
	kin_tracked *tracked = instance->tracked;

	if (instance->state == KIN_TRANSIENT)
		return;
	instance->state = KIN_TRANSIENT;
	kin_expire_clear(session, object);
	forget_keys(object, mapping);
	if (!tracked)
		return;
	if ((tracked->flags & KIN_TRACKED_MADE_KEY) && mapping->integer_key)
		*(int64_t *)kin_member(object, mapping->key_offset) = 0;
	kin_unit_unlist(session, tracked);
	kin_unit_drop_links(session, tracked);
	tracked->flags = KIN_TRACKED_PLANNED;
	tracked->assigned = 0;
	tracked->undo = 0;
	tracked->next = session->unit->fallen;
	session->unit->fallen = tracked;
}

/* ---- objects that became transient: KIN_TRACKED_PLANNED marks them here ---- */

static bool fell(const void *object)
{
	const kin_tracked *tracked = kin_instance_of(object)->tracked;

	return tracked && (tracked->flags & KIN_TRACKED_PLANNED);
}

static const void **known_owner(kin_tracked *tracked, const kin_relation *relation)
{
	return (const void **)(void *)(tracked->snapshot + relation->offset);
}

static bool knows(const void *item, const kin_relation *reverse, const void *owner)
{
	kin_tracked *tracked = kin_instance_of(item)->tracked;

	return tracked && *known_owner(tracked, reverse) == owner;
}

/* A fallen owner keeps what knows that it stands in the list. Those say so by a bit of .assigned, for the time being. */
static void sift_list(kin_session *session, void *owner, const kin_relation *relation)
{
	const kin_relation *reverse = relation->reverse;
	kin_list list = kin_collection_list(owner, relation);
	const void **items;
	size_t kept = 0;

	for (size_t i = 0; i < list.count; i++) {
		if (!knows(list.items[i], reverse, owner))
			continue;
		kept++;
		if (fell(list.items[i]))
			kin_instance_of(list.items[i])->tracked->assigned |= (uint32_t)1 << reverse->index;
	}
	if (kept == list.count)
		return;
	if (!(items = kin_arena_alloc(&session->arena, (kept + 1) * sizeof(*items)))) {
		kin_session_nomem(session);
		return;
	}
	kept = 0;
	for (size_t i = 0; i < list.count; i++)
		if (knows(list.items[i], reverse, owner))
			items[kept++] = list.items[i];
	kin_instance_put_list(owner, relation, items, kept);
}

static void sift_lists(kin_session *session, void *owner)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(owner));

	for (size_t i = 0; i < mapping->relation_count; i++)
		if (mapping->relations[i]->form == KIN_HAS_MANY && mapping->relations[i]->reverse)
			sift_list(session, owner, mapping->relations[i]);
}

/* Lists of objects that have a row are as they were before it came; those of objects that fell with it may still have it. */
static void forget_lists(kin_tracked *tracked)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(tracked->object));

	for (size_t i = 0; i < mapping->relation_count; i++) {
		const kin_relation *relation = mapping->relations[i];
		const void **known = known_owner(tracked, relation);
		if (relation->to_many || *known == KIN_UNLOADED || !*known)
			continue;
		if (!relation->holds_key || kin_instance_of(*known)->state != KIN_TRANSIENT ||
		    (fell(*known) && !((tracked->assigned >> i) & 1)))
			*known = NULL;
	}
}

/* Whose they are, and what is theirs, is not known before they are loaded again: they stand in no list of an owner that fell. */
static void unload_doubtful(const kin_unit *unit)
{
	for (size_t i = 0; i < unit->doubtful.count; i++)
		if (kin_instance_of(unit->doubtful.items[i])->state == KIN_PERSISTENT)
			kin_instance_unload_all(unit->doubtful.items[i]);
}

static void settle_fallen(kin_session *session, kin_unit *unit)
{
	for (kin_tracked *t = unit->fallen; t; t = t->next)
		sift_lists(session, t->object);
	for (kin_tracked *t = unit->fallen; t; t = t->next)
		forget_lists(t);
	while (unit->fallen) {
		kin_tracked *tracked = unit->fallen;
		unit->fallen = tracked->next;
		tracked->next = NULL;
		tracked->flags = 0;
		tracked->assigned = 0;
	}
}

/* What load hooks put into the other members may be younger than the image. */
static void restore_mapped(void *object, const void *image, const kin_mapping *mapping)
{
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		const kin_attribute *a = &mapping->attributes[i];
		memcpy(kin_member(object, a->offset), kin_member(image, a->offset), a->size);
	}
	for (size_t i = 0; i < mapping->relation_count; i++) {
		const kin_relation *relation = mapping->relations[i];
		memcpy(kin_member(object, relation->offset), kin_member(image, relation->offset), relation->to_many ? sizeof(kin_list) : sizeof(void *));
	}
}

static void restore(kin_instance *instance, const void *image, uint32_t loaded)
{
	const kin_mapping *mapping = kin_instance_mapping(instance);
	void *object = kin_instance_object(instance);

	if (__builtin_expect(kin_mapping_hears(mapping, KIN_EVENT_load) || kin_mapping_hears(mapping, KIN_EVENT_refresh), 0))
		restore_mapped(object, image, mapping);
	else
		memcpy(object, image, mapping->size);
	instance->loaded = loaded;
	if (!instance->tracked || image == instance->tracked->snapshot)
		return;
	memcpy(instance->tracked->snapshot, object, mapping->size);
	instance->tracked->loaded = loaded;
}

/* Unsaved edits go; what is pending was added inside the level, for a savepoint begins with a flush. */
static void undo_unflushed(kin_session *session)
{
	for (kin_tracked *t = session->unit->first, *next; t; t = next) {
		kin_instance *instance = kin_instance_of(t->object);
		next = t->next;
		if (t->flags & KIN_TRACKED_INSERTED)
			continue; /* by a flush that failed, before its snapshot was renewed: the log makes it transient */
		if (instance->state == KIN_PENDING) {
			make_transient(session, t->object);
			continue;
		}
		t->flags &= KIN_TRACKED_MADE_KEY | KIN_TRACKED_FRESH;
		t->assigned = 0;
		if (t->links)
			kin_unit_drop_links(session, t);
		restore(instance, t->snapshot, t->loaded);
	}
}

static void identity_remove(kin_session *session, void *object)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));

	if (mapping->identity < session->mapping_count && session->identities[mapping->identity])
		kin_identity_remove(session->identities[mapping->identity], object);
}

static void identity_add(kin_session *session, void *object)
{
	kin_instance *instance = kin_instance_of(object);
	kin_identity *identity = kin_session_identity(session, kin_instance_mapping(instance));

	if (identity && kin_identity_add(identity, object))
		return;
	instance->state = KIN_DETACHED; /* without memory it cannot be found by its key any more */
	kin_session_nomem(session);
}

/* The object that the session has under the key of another one. */
static void *find_same(kin_session *session, const void *object, const kin_mapping *mapping)
{
	kin_value keys[mapping->key_count];

	if (mapping->identity >= session->mapping_count || !session->identities[mapping->identity])
		return NULL;
	for (size_t i = 0; i < mapping->key_count; i++)
		keys[i] = kin_instance_key(object, i);
	return kin_identity_find(session->identities[mapping->identity], keys);
}

static bool same_key(const void *object, const void *image, const kin_mapping *mapping)
{
	for (size_t i = 0; i < mapping->key_count; i++) {
		const kin_attribute *key = mapping->keys[i];
		if (!kin_attribute_equal(key, object, image))
			return false;
	}
	return true;
}

/* The owner of an item as `image` has it, if the log does not restore its lists: it has, or will have, no row. The pointer says which
 * one it is; where that is not loaded, the key does. */
static void *rowless_owner(kin_session *session, const void *image, const kin_relation *relation)
{
	const void *owner = image ? *(const void *const *)kin_member(image, relation->offset) : NULL;

	if (owner == KIN_UNLOADED)
		owner = kin_collection_keyed(session, image, relation);
	if (!owner || (kin_instance_of(owner)->state > KIN_PENDING && !is_fresh(owner)))
		return NULL;
	return kin_instance_object(kin_instance_of(owner));
}

/* The lists of such owners: the item leaves that of the owner in `from`, and comes back to that of the one in `to`. */
static void move_back(kin_session *session, void *item, const void *from, const void *to)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(item));

	for (size_t i = 0; i < mapping->relation_count; i++) {
		const kin_relation *relation = mapping->relations[i];
		if (!relation->holds_key || !relation->reverse)
			continue;
		void *left = rowless_owner(session, from, relation), *joined = rowless_owner(session, to, relation);
		if (left && left != joined)
			kin_collection_drop(session, left, relation->reverse, item);
		if (joined && left != joined)
			kin_collection_put_back(session, joined, relation->reverse, item);
	}
}

static void undo_change(kin_session *session, const kin_undo *entry)
{
	kin_instance *instance = kin_instance_of(entry->object);
	bool moved = instance->state == KIN_PERSISTENT &&
	             !same_key(entry->object, entry->image, kin_instance_mapping(instance));

	if (instance->tracked)
		move_back(session, entry->object, instance->tracked->snapshot, entry->image);
	if (moved)
		identity_remove(session, entry->object);
	restore(instance, entry->image, entry->loaded);
	if (entry->expired)
		kin_expire_mark(session, entry->object);
	if (moved)
		identity_add(session, entry->object);
	recall_owners(session, entry->object);
}

/* Where the object was expunged meanwhile, another one may have been loaded from the row. */
static void undo_insert(kin_session *session, void *object)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	void *other = kin_instance_of(object)->state == KIN_DETACHED ? find_same(session, object, mapping) : NULL;

	if (kin_instance_of(object)->state == KIN_PERSISTENT)
		identity_remove(session, object);
	if (other) {
		const kin_tracked *tracked = kin_instance_of(object)->tracked;
		identity_remove(session, other);
		make_transient(session, other);
		if (mapping->integer_key && tracked && (tracked->flags & KIN_TRACKED_MADE_KEY))
			*(int64_t *)kin_member(other, mapping->key_offset) = 0;
	}
	make_transient(session, object);
}

static void undo_one(kin_session *session, const kin_undo *entry)
{
	kin_instance *instance = kin_instance_of(entry->object);

	if (instance->tracked)
		instance->tracked->undo = entry->former;
	switch (entry->kind) {
	case KIN_UNDO_CHANGE:
		undo_change(session, entry);
		break;
	case KIN_UNDO_INSERT:
		undo_insert(session, entry->object);
		break;
	case KIN_UNDO_DELETE:
		move_back(session, entry->object, NULL, entry->image);
		restore(instance, entry->image, entry->loaded);
		if (entry->expired)
			kin_expire_mark(session, entry->object);
		instance->state = KIN_PERSISTENT;
		identity_add(session, entry->object);
		recall_owners(session, entry->object);
		break;
	}
}

static void drop_image(kin_session *session, const kin_undo *entry)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(entry->object));

	if (entry->image)
		kin_unit_give(&session->unit->pools.items[mapping->id].images, entry->image);
}

/* A many-to-many list that is as it was may show an object that is not added, and whose own list has changed since. */
static void sift_links(kin_session *session, void *object)
{
	const kin_instance *instance = kin_instance_of(object);
	const kin_mapping *mapping = kin_instance_mapping(instance);

	for (size_t i = 0; (mapping->links || mapping->parent) && instance->state == KIN_PERSISTENT && i < mapping->relation_count; i++) {
		const kin_relation *relation = mapping->relations[i];
		kin_list list = relation->link && relation->reverse ? kin_collection_list(object, relation) : (kin_list){ 0 };
		for (size_t n = 0; n < list.count; n++)
			if (kin_instance_of(list.items[n])->state == KIN_TRANSIENT && !kin_collection_awaits(object, relation, list.items[n]))
				kin_collection_drop(session, object, relation, list.items[n]);
	}
}

void kin_unit_undo(kin_session *session)
{
	kin_unit *unit = session->unit;
	size_t length = level_start(unit);

	undo_unflushed(session);
	for (size_t i = length; i < unit->log.count; i++)
		recall_owners(session, unit->log.items[i].object);
	for (size_t i = unit->log.count; i-- > length;) {
		undo_one(session, &unit->log.items[i]);
		drop_image(session, &unit->log.items[i]);
	}
	unload_doubtful(unit);
	settle_fallen(session, unit);
	for (size_t i = length; i < unit->log.count; i++)
		sift_links(session, unit->log.items[i].object);
	for (kin_tracked *t = unit->first; t; t = t->next)
		sift_links(session, t->object);
	unit->log.count = length;
	unit->let_go.count = 0;
	if (unit->marks.count > 0)
		unit->marks.count--;
	unit->serial++;
}

static int reload_mapping(kin_session *session, const kin_mapping *mapping)
{
	const kin_unit *unit = session->unit;
	kin_vec(void *) objects = { 0 };
	bool ok = true;
	int rc = KIN_OK;

	for (size_t i = 0; ok && i < unit->doubtful.count; i++) {
		const kin_instance *instance = kin_instance_of(unit->doubtful.items[i]);
		if (kin_instance_mapping(instance) == mapping && instance->state == KIN_PERSISTENT)
			ok = kin_vec_push(&objects, unit->doubtful.items[i]);
	}
	if (!ok)
		rc = kin_session_nomem(session);
	else if (objects.count > 0 && (rc = kin_session_begin(session, KIN_BEGIN_READ)) == KIN_OK)
		rc = kin_load_columns_of(session, mapping, objects.items, objects.count);
	kin_vec_done(&objects);
	return rc;
}

int kin_unit_reload(kin_session *session)
{
	kin_unit *unit = session->unit;
	size_t mappings = kin_registry_count(session->registry);
	int rc = KIN_OK;

	unit->undoing = true;
	for (size_t i = 0; unit->doubtful.count > 0 && i < mappings && rc == KIN_OK; i++)
		rc = reload_mapping(session, kin_registry_mapping(session->registry, i));
	unit->undoing = false;
	return rc;
}

void kin_unit_commit(kin_session *session)
{
	kin_unit *unit = session->unit;

	for (size_t i = 0; i < unit->log.count; i++) {
		const kin_undo *entry = &unit->log.items[i];
		kin_instance *instance = kin_instance_of(entry->object);
		if (i + AHEAD < unit->log.count)
			__builtin_prefetch(kin_instance_of(entry[AHEAD].object));
		if (i + AHEAD / 2 < unit->log.count)
			__builtin_prefetch(kin_instance_of(entry[AHEAD / 2].object)->tracked);
		drop_image(session, entry);
		if (instance->tracked) {
			instance->tracked->undo = 0;
			instance->tracked->flags &= (uint8_t)~(KIN_TRACKED_MADE_KEY | KIN_TRACKED_FRESH);
		}
		if (instance->state != KIN_DELETED)
			continue;
		instance->state = KIN_DETACHED;
		if (instance->tracked)
			kin_unit_unlist(session, instance->tracked);
	}
	unit->log.count = 0;
	unit->doubtful.count = 0;
	unit->blind = false;
	unit->serial++;
}

int kin_unit_row_deleted(kin_session *session, void *object)
{
	kin_instance *instance = kin_instance_of(object);
	int rc = kin_unit_remember(session, object, KIN_UNDO_DELETE);

	if (rc < 0)
		return rc;
	identity_remove(session, object);
	instance->state = KIN_DELETED;
	if (instance->tracked)
		instance->tracked->flags &= (uint8_t)~KIN_TRACKED_DELETE;
	return KIN_OK;
}
