/* unit.c - the list of objects that may have to be saved, with the snapshots that tell whether they must.
 *
 * Records lie in the session's arena and are used again, mapping by mapping. What undoes a transaction is in unit_undo.c. */
#include "orm/unit.h"

#include <kin/query.h>

#include "orm/defer.h"

kin_unit *kin_unit_new(void)
{
	return kin_mem_zalloc(sizeof(kin_unit));
}

void kin_unit_free(kin_unit *unit)
{
	if (!unit)
		return;
	kin_vec_done(&unit->log);
	kin_vec_done(&unit->marks);
	kin_vec_done(&unit->expunged);
	kin_vec_done(&unit->doubtful);
	kin_vec_done(&unit->pools);
	kin_vec_done(&unit->after);
	kin_vec_done(&unit->let_go);
	kin_mem_free(unit);
}

kin_unit_pool *kin_unit_pool_of(kin_session *session, const kin_mapping *mapping)
{
	kin_unit *unit = session->unit;

	while (unit->pools.count <= mapping->id)
		if (!kin_vec_push(&unit->pools, (kin_unit_pool){ 0 }))
			return NULL;
	return &unit->pools.items[mapping->id];
}

void *kin_unit_take(kin_session *session, void **pool, size_t size)
{
	void *piece = *pool;

	if (!piece)
		return kin_arena_alloc(&session->arena, size);
	*pool = *(void **)piece;
	return piece;
}

void kin_unit_give(void **pool, void *piece)
{
	*(void **)piece = *pool;
	*pool = piece;
}

kin_tracked *kin_unit_track(kin_session *session, void *object)
{
	kin_instance *instance = kin_instance_of(object);
	const kin_mapping *mapping = kin_instance_mapping(instance);
	kin_unit_pool *pool = kin_unit_pool_of(session, mapping);
	kin_tracked *tracked = pool ? kin_unit_take(session, &pool->records, sizeof(*tracked) + mapping->size) : NULL;

	if (!tracked)
		return NULL;
	*tracked = (kin_tracked){ .object = object, .loaded = instance->loaded };
	memcpy(tracked->snapshot, object, mapping->size);
	instance->tracked = tracked;
	return tracked;
}

void kin_unit_list(kin_session *session, kin_tracked *tracked)
{
	kin_unit *unit = session->unit;

	if (tracked->listed)
		return;
	tracked->listed = true;
	tracked->previous = unit->last;
	tracked->next = NULL;
	if (unit->last)
		unit->last->next = tracked;
	else
		unit->first = tracked;
	unit->last = tracked;
	unit->count++;
}

void kin_unit_unlist(kin_session *session, kin_tracked *tracked)
{
	kin_unit *unit = session->unit;

	if (!tracked->listed)
		return;
	if (tracked->previous)
		tracked->previous->next = tracked->next;
	else
		unit->first = tracked->next;
	if (tracked->next)
		tracked->next->previous = tracked->previous;
	else
		unit->last = tracked->previous;
	tracked->next = tracked->previous = NULL;
	tracked->listed = false;
	unit->count--;
}

void kin_unit_drop_links(kin_session *session, kin_tracked *tracked)
{
	while (tracked->links) {
		kin_link *link = tracked->links;
		tracked->links = link->next;
		link->next = session->unit->free_links;
		session->unit->free_links = link;
	}
}

static kin_link *find_link(const kin_tracked *tracked, const kin_relation *relation, bool has_rows)
{
	kin_link *link = tracked->links;

	while (link && (link->relation != relation || link->has_rows != has_rows))
		link = link->next;
	return link;
}

/* A new link, in front of the others. NULL when memory is out. */
static kin_link *add_link(kin_session *session, kin_tracked *tracked, const kin_relation *relation)
{
	kin_link *link = session->unit->free_links;

	if (link)
		session->unit->free_links = link->next;
	else if (!(link = kin_arena_alloc(&session->arena, sizeof(*link))))
		return NULL;
	*link = (kin_link){ .relation = relation, .next = tracked->links };
	return tracked->links = link;
}

int kin_unit_link(kin_session *session, kin_tracked *item, const kin_relation *relation, const void *parent)
{
	kin_link *link = find_link(item, relation, false);

	if (!link && !(link = add_link(session, item, relation)))
		return KIN_ENOMEM;
	link->parent = parent;
	return KIN_OK;
}

const kin_list *kin_unit_rows(const kin_tracked *tracked, const kin_relation *relation)
{
	const kin_link *link = find_link(tracked, relation, true);

	return link ? &link->rows : NULL;
}

void kin_unit_drop_rows(kin_session *session, kin_tracked *tracked, const kin_relation *relation)
{
	kin_link **at = &tracked->links;

	while (*at && ((*at)->relation != relation || !(*at)->has_rows))
		at = &(*at)->next;
	kin_link *link = *at;
	if (!link)
		return;
	*at = link->next;
	link->next = session->unit->free_links;
	session->unit->free_links = link;
}

int kin_unit_keep_rows(kin_session *session, void *owner, const kin_relation *relation)
{
	kin_link *link;

	if (kin_instance_of(owner)->state != KIN_PERSISTENT)
		return KIN_OK; /* it has none */
	if (kin_unit_edit(session, owner) < 0 || kin_unit_remember(session, owner, KIN_UNDO_CHANGE) < 0)
		return KIN_ENOMEM;
	kin_tracked *tracked = kin_instance_of(owner)->tracked;
	if (find_link(tracked, relation, true))
		return KIN_OK;
	if (!(link = add_link(session, tracked, relation)))
		return KIN_ENOMEM;
	link->has_rows = true;
	link->rows = *(const kin_list *)kin_member(owner, relation->offset);
	return KIN_OK;
}

kin_own_text *kin_unit_untrack(kin_session *session, void *object)
{
	kin_instance *instance = kin_instance_of(object);
	kin_tracked *tracked = instance->tracked;

	if (!tracked)
		return NULL;
	kin_own_text *texts = tracked->texts;
	kin_unit_unlist(session, tracked);
	kin_unit_drop_links(session, tracked);
	instance->tracked = NULL;
	kin_unit_give(&session->unit->pools.items[kin_instance_mapping(instance)->id].records, tracked);
	return texts;
}

int kin_unit_edit(kin_session *session, void *object)
{
	kin_tracked *tracked = kin_instance_of(object)->tracked;

	if (!tracked && !(tracked = kin_unit_track(session, object)))
		return KIN_ENOMEM;
	if (kin_instance_of(object)->state != KIN_TRANSIENT)
		kin_unit_list(session, tracked);
	return KIN_OK;
}

bool kin_unit_differs(const kin_tracked *tracked, const kin_attribute *attribute)
{
	const void *now = kin_member(tracked->object, attribute->offset);
	const void *then = tracked->snapshot + attribute->offset;

	if (attribute->computed || memcmp(now, then, attribute->size) == 0)
		return false;
	return kin_defer_lacks(tracked->snapshot, attribute) || !kin_domain_equal(now, then, attribute->kind, attribute->domain);
}

bool kin_unit_changed(const kin_tracked *tracked, const kin_mapping *mapping, uint64_t *ret_set)
{
	bool any = false;

	memset(ret_set, 0, KIN_SET_WORDS(mapping) * sizeof(*ret_set));
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		if (!kin_unit_differs(tracked, &mapping->attributes[i]))
			continue;
		kin_set_add(ret_set, i);
		any = true;
	}
	return any;
}

static bool relation_differs(const kin_tracked *tracked, const kin_relation *relation)
{
	size_t size = relation->to_many ? sizeof(kin_list) : sizeof(void *);

	return memcmp(kin_member(tracked->object, relation->offset), tracked->snapshot + relation->offset, size) != 0;
}

bool kin_unit_is_modified(const void *object)
{
	const kin_instance *instance = kin_instance_of(object);
	const kin_mapping *mapping = kin_instance_mapping(instance);
	const kin_tracked *tracked = instance->tracked;

	if (!tracked || !kin_unit_is_touched(tracked, mapping->size))
		return false;
	if (tracked->assigned || tracked->links)
		return true;
	for (size_t i = 0; i < mapping->attribute_count; i++)
		if (kin_unit_differs(tracked, &mapping->attributes[i]))
			return true;
	for (size_t i = 0; i < mapping->relation_count; i++)
		if (relation_differs(tracked, mapping->relations[i]))
			return true;
	return false;
}

void kin_unit_renew(kin_session *session, kin_tracked *tracked)
{
	const kin_instance *instance = kin_instance_of(tracked->object);

	memcpy(tracked->snapshot, tracked->object, kin_instance_mapping(instance)->size);
	tracked->loaded = instance->loaded;
	tracked->assigned = 0;
	tracked->flags &= (uint8_t)~KIN_TRACKED_ORPHAN;
	if (tracked->links)
		kin_unit_drop_links(session, tracked);
}

static void take_member(kin_tracked *tracked, void *object, const void *row, const kin_attribute *a, bool *mine)
{
	const void *from = kin_member(row, a->offset);
	bool changed = tracked && kin_unit_differs(tracked, a);

	if (!changed)
		memcpy(kin_member(object, a->offset), from, a->size);
	if (tracked)
		memcpy(tracked->snapshot + a->offset, from, a->size);
	*mine = *mine || changed;
}

void kin_unit_take_row(void *object, const void *row, const uint64_t *set)
{
	kin_instance *instance = kin_instance_of(object);
	const kin_mapping *mapping = kin_instance_mapping(instance);
	bool mine = false;

	for (size_t i = 0; i < mapping->attribute_count; i++) {
		const kin_attribute *a = &mapping->attributes[i];
		if (a != mapping->version && (!set || kin_set_has(set, i)))
			take_member(instance->tracked, object, row, a, &mine);
	}
	if (mapping->version && !mine && (!set || kin_set_has(set, mapping->version->index)))
		take_member(instance->tracked, object, row, mapping->version, &mine);
}
