/* collection.c - lists that change while others read them.
 *
 * An array has room at its end that no list shows; appending there disturbs nobody. Taking the first or the last item only
 * moves the list's ends. Taking one out of the middle copies the array, for a loop may be walking over it; in long lists it is
 * copied once per transaction and the part in front is moved up by one, which a loop from front to back does not notice. */
#include "orm/collection.h"

#include "orm/inherit.h"
#include "value/member.h"

enum { LONG_LIST = 1024 };

const void *kin_collection_one(const void *object, const kin_relation *relation)
{
	const void *target = *(const void *const *)kin_member(object, relation->offset);

	return target == KIN_UNLOADED ? NULL : target;
}

kin_list kin_collection_list(const void *object, const kin_relation *relation)
{
	if (!kin_instance_is_loaded(kin_instance_of(object), relation))
		return (kin_list){ 0 };
	return *(const kin_list *)kin_member(object, relation->offset);
}

static kin_grown *find_grown(const kin_tracked *tracked, const kin_relation *relation)
{
	kin_grown *grown = tracked->grown;

	while (grown && grown->relation != relation)
		grown = grown->next;
	return grown;
}

/* A private array with a copy of the list, leaving out item `without` (an index; count: none). */
static kin_grown *new_array(kin_session *session, kin_tracked *tracked, const kin_relation *relation,
                            kin_list list, size_t without, size_t capacity)
{
	kin_grown *grown = find_grown(tracked, relation);
	const void **items = kin_arena_alloc(&session->arena, capacity * sizeof(*items));

	if (!items)
		return NULL;
	if (!grown) {
		if (!(grown = kin_arena_zalloc(&session->arena, sizeof(*grown))))
			return NULL;
		grown->relation = relation;
		grown->next = tracked->grown;
		tracked->grown = grown;
	}
	if (without > 0)
		memcpy(items, list.items, without * sizeof(*items));
	if (without < list.count)
		memcpy(items + without, list.items + without + 1, (list.count - without - 1) * sizeof(*items));
	grown->items = items;
	grown->used = list.count - (without < list.count);
	grown->capacity = capacity;
	grown->serial = session->unit->serial;
	return grown;
}

static int begin_change(kin_session *session, void *owner)
{
	int rc = kin_unit_edit(session, owner);

	return rc < 0 ? rc : kin_unit_remember(session, owner, KIN_UNDO_CHANGE);
}

static int put_in_list(kin_session *session, void *owner, const kin_relation *relation, const void *item)
{
	kin_tracked *tracked = kin_instance_of(owner)->tracked;
	kin_list list = kin_collection_list(owner, relation);
	kin_grown *grown = find_grown(tracked, relation);
	bool at_end = grown && list.count > 0 && list.items + list.count == grown->items + grown->used;

	if (!at_end || grown->used == grown->capacity) {
		size_t capacity = list.count < 2 ? 4 : list.count * 2;
		if (!(grown = new_array(session, tracked, relation, list, list.count, capacity)))
			return KIN_ENOMEM;
		list.items = grown->items;
	}
	grown->items[grown->used++] = item;
	kin_instance_put_list(owner, relation, list.items, list.count + 1);
	return KIN_OK;
}

int kin_collection_put(kin_session *session, void *owner, const kin_relation *relation, void *item)
{
	if (!kin_instance_is_loaded(kin_instance_of(owner), relation))
		return KIN_OK;
	if (begin_change(session, owner) < 0)
		return KIN_ENOMEM;
	if (relation->to_many)
		return put_in_list(session, owner, relation, item);
	kin_instance_put_one(owner, relation, item);
	return KIN_OK;
}

/* From both ends at once: what is taken out is mostly the first or the last. list.count: not there. */
static size_t index_of(kin_list list, const void *item)
{
	for (size_t i = 0; i < (list.count + 1) / 2; i++) {
		if (list.items[i] == item)
			return i;
		if (list.items[list.count - 1 - i] == item)
			return list.count - 1 - i;
	}
	return list.count;
}

bool kin_collection_has(const void *owner, const kin_relation *relation, const void *item)
{
	if (!relation->to_many)
		return kin_collection_one(owner, relation) == item;
	kin_list list = kin_collection_list(owner, relation);
	return index_of(list, item) < list.count;
}

bool kin_collection_has_linked(const void *owner, const kin_relation *relation, const void *item)
{
	const kin_relation *reverse = relation->reverse;
	kin_list list = kin_collection_list(owner, relation), other = reverse ? kin_collection_list(item, reverse) : (kin_list){ 0 };

	if (reverse && other.count < list.count && kin_instance_is_loaded(kin_instance_of(item), reverse) &&
	    (index_of(other, owner) == other.count || kin_instance_of(item)->state != KIN_TRANSIENT))
		return index_of(other, owner) < other.count; /* of what was never added, a list that was loaded does not know */
	return index_of(list, item) < list.count;
}

bool kin_collection_awaits(const void *owner, const kin_relation *relation, const void *item)
{
	return relation->reverse && kin_instance_valid(item) && kin_instance_of(item)->state == KIN_TRANSIENT &&
	       kin_collection_has(item, relation->reverse, owner);
}

/* Whether what the database has of a many-to-many list stands in this array: it is compared with the list at the flush. */
static bool is_kept(const kin_tracked *tracked, const kin_relation *relation, const kin_grown *grown)
{
	const kin_list *rows = relation->link ? kin_unit_rows(tracked, relation) : NULL;
	const void *const *from = (const void *const *)grown->items;

	return rows && rows->count > 0 && rows->items >= from && rows->items < from + grown->capacity;
}

static int take_from_middle(kin_session *session, void *owner, const kin_relation *relation, kin_list list, size_t at)
{
	kin_tracked *tracked = kin_instance_of(owner)->tracked;
	kin_grown *grown = find_grown(tracked, relation);
	bool ours = grown && list.items >= (const void *const *)grown->items &&
	            list.items + list.count == grown->items + grown->used;

	if (list.count > LONG_LIST && ours && grown->serial == session->unit->serial && !is_kept(tracked, relation, grown)) {
		const void **items = grown->items + grown->used - list.count;
		memmove(items + 1, items, at * sizeof(*items));
		kin_instance_put_list(owner, relation, list.items + 1, list.count - 1);
		return KIN_OK;
	}
	if (!(grown = new_array(session, tracked, relation, list, at, list.count)))
		return KIN_ENOMEM;
	kin_instance_put_list(owner, relation, grown->items, list.count - 1);
	return KIN_OK;
}

/* The item at an index leaves the list of an owner that is tracked. */
static int take_at(kin_session *session, void *owner, const kin_relation *relation, kin_list list, size_t at)
{
	if (at == 0)
		kin_instance_put_list(owner, relation, list.items + 1, list.count - 1);
	else if (at == list.count - 1)
		kin_instance_put_list(owner, relation, list.items, list.count - 1);
	else
		return take_from_middle(session, owner, relation, list, at);
	return KIN_OK;
}

int kin_collection_take(kin_session *session, void *owner, const kin_relation *relation, const void *item)
{
	if (!kin_instance_is_loaded(kin_instance_of(owner), relation))
		return KIN_OK;
	kin_list list = relation->to_many ? kin_collection_list(owner, relation) : (kin_list){ 0 };
	size_t at = index_of(list, item);
	if (relation->to_many ? at == list.count : kin_collection_one(owner, relation) != item)
		return KIN_OK;
	if (begin_change(session, owner) < 0)
		return KIN_ENOMEM;
	if (relation->to_many)
		return take_at(session, owner, relation, list, at);
	kin_instance_put_one(owner, relation, NULL);
	return KIN_OK;
}

void kin_collection_put_back(kin_session *session, void *owner, const kin_relation *relation, const void *item)
{
	kin_list list = kin_collection_list(owner, relation);

	if (!kin_instance_is_loaded(kin_instance_of(owner), relation))
		return;
	if (!relation->to_many)
		kin_instance_put_one(owner, relation, item);
	else if (index_of(list, item) == list.count && put_in_list(session, owner, relation, item) < 0)
		kin_session_nomem(session);
}

void kin_collection_drop(kin_session *session, void *owner, const kin_relation *relation, const void *item)
{
	if (!relation->to_many && kin_collection_one(owner, relation) == item)
		kin_instance_put_one(owner, relation, NULL);
	if (!relation->to_many)
		return;
	kin_list list = kin_collection_list(owner, relation);
	size_t at = index_of(list, item);
	if (at < list.count && take_at(session, owner, relation, list, at) < 0)
		kin_session_nomem(session);
}

/* NULL: none, or one of another mapping. */
static void *find_of(const kin_session *session, const kin_mapping *mapping, const kin_value *keys)
{
	void *found = kin_identity_find(session->identities[mapping->identity], keys);

	return found && kin_mapping_has(mapping, found) ? found : NULL;
}

void *kin_collection_keyed(kin_session *session, const void *image, const kin_relation *belongs_to)
{
	const kin_mapping *target = belongs_to->target;

	if (!belongs_to->by_key || target->identity >= session->mapping_count || !session->identities[target->identity])
		return NULL;
	kin_value values[belongs_to->pair_count];
	for (size_t i = 0; i < belongs_to->pair_count; i++) {
		values[i] = kin_attribute_value(belongs_to->pairs[i].local, image);
		if (values[i].kind == KIN_KIND_NULL)
			return NULL;
	}
	return find_of(session, target, values);
}

void *kin_collection_owner(kin_session *session, const void *image, const kin_relation *relation)
{
	const kin_mapping *mapping = relation->mapping;

	if (mapping->identity >= session->mapping_count || !session->identities[mapping->identity] || mapping->key_count != 1 ||
	    relation->pairs[0].local != mapping->keys[0])
		return NULL;
	kin_value value = kin_attribute_value(relation->pairs[0].remote, image);
	return value.kind == KIN_KIND_NULL ? NULL : find_of(session, mapping, &value);
}

static const kin_pair *pair_to(const kin_foreign *foreign, const kin_attribute *pointed)
{
	for (size_t i = 0; i < foreign->count; i++)
		if (foreign->pairs[i].remote == pointed)
			return &foreign->pairs[i];
	return NULL;
}

void *kin_collection_pointed(kin_session *session, const void *image, const kin_foreign *foreign)
{
	const kin_mapping *target = foreign->target;
	kin_value values[target->key_count];

	if (foreign->count != target->key_count || target->identity >= session->mapping_count || !session->identities[target->identity])
		return NULL;
	for (size_t i = 0; i < target->key_count; i++) {
		const kin_pair *pair = pair_to(foreign, target->keys[i]);
		if (!pair)
			return NULL;
		values[i] = kin_attribute_value(pair->local, image);
		if (values[i].kind == KIN_KIND_NULL)
			return NULL;
	}
	return find_of(session, target, values);
}

void *kin_collection_parent(kin_session *session, const void *item, const kin_relation *belongs_to)
{
	const kin_instance *instance = kin_instance_of(item);
	const kin_tracked *tracked = instance->tracked;
	const void *base = tracked ? (const void *)tracked->snapshot : item;
	uint32_t loaded = tracked ? tracked->loaded : instance->loaded;

	if (!((loaded >> belongs_to->index) & 1))
		return kin_collection_keyed(session, base, belongs_to);
	const void *parent = kin_collection_one(base, belongs_to);
	return parent ? kin_instance_object(kin_instance_of(parent)) : NULL;
}

int kin_collection_adopt(kin_session *session, const void *owner, const kin_relation *relation, void *item)
{
	const kin_relation *reverse = relation->reverse;
	kin_tracked *tracked;
	int rc;

	if ((rc = kin_unit_edit(session, item)) < 0 ||
	    (rc = kin_unit_remember(session, item, KIN_UNDO_CHANGE)) < 0)
		return rc;
	tracked = kin_instance_of(item)->tracked;
	if (!reverse)
		return kin_unit_link(session, tracked, relation, owner);
	void *former = kin_collection_parent(session, item, reverse);
	if (former && former != owner && (rc = kin_collection_take(session, former, relation, item)) < 0)
		return rc;
	kin_instance_put_one(item, reverse, owner);
	tracked->assigned |= (uint32_t)1 << reverse->index;
	return KIN_OK;
}

/* What the database has is known from both sides: the next change may be told by the other one. */
static int keep_rows(kin_session *session, void *owner, const kin_relation *relation, void *item)
{
	const kin_relation *reverse = relation->reverse;
	int rc = kin_unit_keep_rows(session, owner, relation);

	if (rc < 0 || !reverse || !kin_instance_is_loaded(kin_instance_of(item), reverse))
		return rc;
	return kin_unit_keep_rows(session, item, reverse);
}

int kin_collection_link(kin_session *session, void *owner, const kin_relation *relation, void *item)
{
	if (keep_rows(session, owner, relation, item) < 0 || kin_collection_put(session, owner, relation, item) < 0)
		return KIN_ENOMEM;
	if (!relation->reverse || kin_collection_has(item, relation->reverse, owner))
		return KIN_OK;
	return kin_collection_put(session, item, relation->reverse, owner);
}

int kin_collection_unlink(kin_session *session, void *owner, const kin_relation *relation, void *item)
{
	if (keep_rows(session, owner, relation, item) < 0 || kin_collection_take(session, owner, relation, item) < 0)
		return KIN_ENOMEM;
	return relation->reverse ? kin_collection_take(session, item, relation->reverse, owner) : KIN_OK;
}

static void mark(kin_list list, bool on)
{
	for (size_t i = 0; i < list.count; i++) {
		kin_instance *instance = kin_instance_of(list.items[i]);
		instance->flags = (uint8_t)(on ? instance->flags | KIN_INSTANCE_MARK : instance->flags & ~KIN_INSTANCE_MARK);
	}
}

int kin_collection_match(kin_session *session, void *owner, const kin_relation *relation, kin_list then, kin_list now)
{
	const kin_relation *reverse = relation->reverse;
	int rc = KIN_OK;

	mark(now, true);
	for (size_t i = 0; reverse && i < then.count && rc == KIN_OK; i++)
		if (!(kin_instance_of(then.items[i])->flags & KIN_INSTANCE_MARK))
			rc = kin_collection_take(session, kin_member(then.items[i], 0), reverse, owner);
	mark(now, false);
	mark(then, true);
	for (size_t i = 0; reverse && i < now.count && rc == KIN_OK; i++)
		if (!(kin_instance_of(now.items[i])->flags & KIN_INSTANCE_MARK) && !kin_collection_has(now.items[i], reverse, owner))
			rc = kin_collection_put(session, kin_member(now.items[i], 0), reverse, owner);
	mark(then, false);
	return rc;
}

int kin_collection_revert_links(kin_session *session, const kin_tracked *tracked)
{
	int rc = KIN_OK;

	for (const kin_link *link = tracked->links; link && rc == KIN_OK; link = link->next)
		if (link->has_rows)
			rc = kin_collection_match(session, tracked->object, link->relation,
			                          kin_collection_list(tracked->object, link->relation), link->rows);
	return rc;
}

static int leave_those(kin_session *session, const void *item, const kin_relation *relation, kin_list list)
{
	for (size_t n = 0; n < list.count; n++) {
		const kin_tracked *tracked = kin_instance_of(list.items[n])->tracked;
		if (tracked && (tracked->flags & KIN_TRACKED_IN_DELETES))
			continue;
		if (kin_collection_take(session, kin_member(list.items[n], 0), relation->reverse, item) < 0)
			return KIN_ENOMEM;
	}
	return KIN_OK;
}

/* The item leaves the many-to-many lists of those in its own; and of those that were, for they may have been loaded since it lost them. */
static int leave_linked(kin_session *session, const void *item)
{
	const kin_instance *instance = kin_instance_of(item);
	const kin_mapping *mapping = kin_instance_mapping(instance);
	int rc = KIN_OK;

	for (size_t i = 0; (mapping->links || mapping->parent) && i < mapping->relation_count && rc == KIN_OK; i++) {
		const kin_relation *relation = mapping->relations[i];
		if (!relation->link || !relation->reverse)
			continue;
		const kin_list *rows = instance->tracked ? kin_unit_rows(instance->tracked, relation) : NULL;
		rc = leave_those(session, item, relation, kin_collection_list(item, relation));
		if (rc == KIN_OK && rows)
			rc = leave_those(session, item, relation, *rows);
	}
	return rc;
}

int kin_collection_leave(kin_session *session, void *item)
{
	kin_tracked *tracked = kin_instance_of(item)->tracked;
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(item));

	if (leave_linked(session, item) < 0)
		return KIN_ENOMEM;
	for (size_t i = 0; i < mapping->relation_count; i++) {
		const kin_relation *relation = mapping->relations[i];
		void *owner = relation->holds_key && relation->reverse ? kin_collection_parent(session, item, relation) : NULL;
		if (!owner)
			continue;
		if (kin_collection_take(session, owner, relation->reverse, item) < 0)
			return KIN_ENOMEM;
		*(const void **)(void *)(tracked->snapshot + relation->offset) = NULL;
	}
	return KIN_OK;
}

int kin_collection_forget(kin_session *session, const void *item)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(item));

	if (leave_linked(session, item) < 0)
		return KIN_ENOMEM;
	for (size_t i = 0; i < mapping->relation_count; i++) {
		const kin_relation *relation = mapping->relations[i];
		void *owner = relation->holds_key && relation->reverse ? kin_collection_parent(session, item, relation) : NULL;
		kin_tracked *tracked = owner ? kin_instance_of(owner)->tracked : NULL;
		if (!owner || (tracked && (tracked->flags & KIN_TRACKED_IN_DELETES)))
			continue;
		if (kin_collection_take(session, owner, relation->reverse, item) < 0)
			return KIN_ENOMEM;
	}
	return KIN_OK;
}
