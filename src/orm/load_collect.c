/* load_collect.c - fills collections from the links of parents to children.
 *
 * Exact lists in one block, whatever order the links come in: a pass counts each parent's children in the member
 * itself, which nobody reads while it is not loaded, and another one hands the block out and fills it. */
#include "orm/load_rows.h"

typedef struct list {
	const void **items;
	size_t       count;
} list;

static list *list_of(const kin_load_link *link, const kin_relation *relation)
{
	return kin_member(link->parent, relation->offset);
}

/* Keep the first link to each child. */
static size_t sift(kin_load_link *links, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		kin_instance *child = links[i].child ? kin_instance_of(links[i].child) : NULL;
		if (child && child->flags & KIN_INSTANCE_MARK)
			continue;
		if (child)
			child->flags |= KIN_INSTANCE_MARK;
		links[kept++] = links[i];
	}
	for (size_t i = 0; i < kept; i++)
		if (links[i].child)
			kin_instance_of(links[i].child)->flags &= (uint8_t)~KIN_INSTANCE_MARK;
	return kept;
}

/* Into the members, on top of what an unloaded one holds. A parent that is loaded leaves its links. */
static size_t count_children(const kin_relation *relation, kin_load_link *links, size_t count)
{
	size_t children = 0;

	for (size_t i = 0; i < count; i++) {
		if (kin_load_is_known(links[i].parent, relation)) {
			links[i].parent = NULL;
			continue;
		}
		if (kin_instance_shows_part(links[i].parent, relation))
			kin_instance_unload(links[i].parent, relation);
		if (links[i].child) {
			list_of(&links[i], relation)->count++;
			children++;
		}
	}
	return children;
}

/* A parent's first link sets its list, whose count then goes up again as it is filled. */
static void place(const kin_relation *relation, const kin_load_link *links, size_t count, const void **block)
{
	for (size_t i = 0; i < count; i++) {
		if (!links[i].parent)
			continue;
		list *l = list_of(&links[i], relation);
		if (!kin_instance_is_loaded(kin_instance_of(links[i].parent), relation)) {
			size_t children = l->count - KIN_UNLOADED_COUNT;
			l->count = KIN_UNLOADED_COUNT; /* as a rollback is to find it */
			kin_instance_set_list(links[i].parent, relation, children > 0 ? block : NULL, children);
			if (children > 0)
				block += children;
			l->count = 0;
		}
		if (links[i].child)
			l->items[l->count++] = links[i].child;
	}
}

/* An object that several have stands in each list once. Parents whose list is done are marked, for they may be children too. */
static void sift_lists(const kin_relation *relation, const kin_load_link *links, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		kin_instance *parent = links[i].parent ? kin_instance_of(links[i].parent) : NULL;
		if (!parent || parent->flags & KIN_INSTANCE_SIFTED)
			continue;
		parent->flags |= KIN_INSTANCE_SIFTED;
		list *l = list_of(&links[i], relation);
		size_t kept = 0;
		for (size_t n = 0; n < l->count; n++) {
			kin_instance *child = kin_instance_of(l->items[n]);
			if (child->flags & KIN_INSTANCE_MARK)
				continue;
			child->flags |= KIN_INSTANCE_MARK;
			l->items[kept++] = l->items[n];
		}
		for (size_t n = 0; n < kept; n++)
			kin_instance_of(l->items[n])->flags &= (uint8_t)~KIN_INSTANCE_MARK;
		if (kept < l->count)
			kin_instance_put_list(links[i].parent, relation, l->items, kept);
	}
	for (size_t i = 0; i < count; i++)
		if (links[i].parent)
			kin_instance_of(links[i].parent)->flags &= (uint8_t)~KIN_INSTANCE_SIFTED;
}

static int collect_lists(kin_session *session, const kin_relation *relation, kin_load_link *links, size_t count)
{
	size_t children = count_children(relation, links, count);
	const void **block = NULL;

	if (children > 0 && !(block = kin_arena_alloc(&session->arena, children * sizeof(*block)))) {
		for (size_t i = 0; i < count; i++)
			if (links[i].parent)
				kin_instance_unload(links[i].parent, relation);
		return kin_session_nomem(session);
	}
	place(relation, links, count, block);
	return KIN_OK;
}

static void collect_ones(const kin_relation *relation, const kin_load_link *links, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!kin_load_is_known(links[i].parent, relation))
			kin_instance_set_one(links[i].parent, relation, links[i].child);
		if (relation->reverse && !relation->reverse->to_many && relation->reverse->holds_key)
			kin_load_set_reverse(relation, links[i].parent, links[i].child);
	}
}

int kin_load_collect(kin_session *session, const kin_relation *relation, kin_load_link *links, size_t count, bool repeats)
{
	if (relation->link) {
		int rc = collect_lists(session, relation, links, count);
		if (rc == KIN_OK && (repeats || !relation->link_unique))
			sift_lists(relation, links, count);
		return rc;
	}
	if (repeats)
		count = sift(links, count);
	if (relation->to_many)
		return collect_lists(session, relation, links, count);
	collect_ones(relation, links, count);
	return KIN_OK;
}
