/* uow.c - turns what has to be saved and deleted into an ordered list of actions.
 *
 * The plan is a graph of actions ("save all owners", "delete all pets"): a table comes after those that its foreign keys point
 * at, and goes before them. Only where tables form a circle, or point at themselves, rows are ordered one by
 * one, because that is rare and slow.
 *
 * Invariant: no action runs before every action it depends on has finished.
 * Does not know SQL: flush.c executes what this file orders. */
#include "orm/uow.h"

#include "base/topo.h"
#include "orm/collection.h"
#include "orm/inherit.h"

static const kin_mapping *mapping_of(const kin_tracked *tracked)
{
	return kin_instance_mapping(kin_instance_of(tracked->object));
}

static bool points_at_itself(const kin_mapping *mapping)
{
	for (size_t i = 0; i < mapping->foreign_count; i++)
		if (kin_mapping_is(mapping, mapping->foreigns[i].target))
			return true;
	return false;
}

static void note_involved(bool *involved, const kin_uow_item *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		involved[items[i].mapping] = true;
}

/* Rows of `target`, and of what inherits from it, come before those of a mapping. */
static int add_tables(kin_topo *tables, const bool *involved, const kin_mapping *target, size_t id)
{
	const kin_lineage *lineage = target->lineage;
	int rc = KIN_OK;

	if (!lineage)
		return target->id == id || !involved[target->id] ? KIN_OK : kin_topo_add(tables, target->id, id);
	for (size_t i = 0; rc >= 0 && i < lineage->heir_count; i++)
		if (lineage->heirs[i]->id != id && involved[lineage->heirs[i]->id])
			rc = kin_topo_add(tables, lineage->heirs[i]->id, id);
	return rc;
}

/* Tables, by mapping id, each after those it points at. KIN_ECYCLE where those of this flush form a circle. */
static int sort_tables(kin_uow *uow, kin_topo *tables)
{
	const kin_registry *registry = uow->session->registry;
	bool *involved = kin_arena_zalloc(&uow->arena, tables->nodes + 1);

	if (!involved)
		return KIN_ENOMEM;
	note_involved(involved, uow->saves.items, uow->saves.count);
	note_involved(involved, uow->deletes.items, uow->deletes.count);
	for (size_t id = 0; id < tables->nodes; id++) {
		const kin_mapping *mapping = kin_registry_mapping(registry, id);
		for (size_t i = 0; involved[id] && i < mapping->foreign_count; i++) {
			if (uow->loose && mapping->foreigns[i].post_update)
				continue;
			if (add_tables(tables, involved, mapping->foreigns[i].target, id) < 0)
				return KIN_ENOMEM;
		}
	}
	return kin_topo_sort(tables);
}

/* What the row must come after: the object it points at, as it will be, or (to be deleted) as it is. */
static const kin_tracked *needed(kin_uow *uow, const kin_tracked *tracked, const kin_relation *relation, bool deleting)
{
	const void *target = deleting ? kin_collection_parent(uow->session, tracked->object, relation)
	                              : kin_collection_one(tracked->object, relation);

	return target ? kin_instance_of(target)->tracked : NULL;
}

/* Whether its key is another one by this flush: rows that are given it come afterwards. */
static bool is_rekeyed(const kin_tracked *tracked)
{
	const kin_mapping *mapping = mapping_of(tracked);

	for (size_t i = 0; i < mapping->key_count; i++)
		if (kin_unit_differs(tracked, mapping->keys[i]))
			return true;
	return false;
}

/* The row comes after `other`, or when they are deleted before it. */
static int add_edge(kin_topo *rows, kin_tracked *const *items, const kin_tracked *tracked, const kin_tracked *other, bool deleting)
{
	if (!other || other->node >= rows->nodes || items[other->node] != other)
		return KIN_OK;
	if (deleting ? other == tracked : kin_instance_of(other->object)->state != KIN_PENDING && (other == tracked || !is_rekeyed(other)))
		return KIN_OK;
	return kin_topo_add(rows, deleting ? tracked->node : other->node, deleting ? other->node : tracked->node);
}

static const kin_tracked *record_of(const void *object)
{
	return object ? kin_instance_of(object)->tracked : NULL;
}

/* Parents that the row has no member for: those of lists it was put into, and those that only its key names. */
static int add_silent_edges(kin_uow *uow, kin_topo *rows, kin_tracked *const *items, const kin_tracked *tracked, bool deleting)
{
	const kin_mapping *mapping = mapping_of(tracked);
	int rc = KIN_OK;

	for (const kin_link *link = deleting ? NULL : tracked->links; link && rc == KIN_OK; link = link->next)
		if (!link->has_rows && !(uow->loose && link->relation->foreign->post_update))
			rc = add_edge(rows, items, tracked, record_of(link->parent), deleting);
	for (size_t i = 0; deleting && i < mapping->foreign_count && rc == KIN_OK; i++) {
		const kin_foreign *key = &mapping->foreigns[i];
		if (!key->relation && !(uow->loose && key->post_update))
			rc = add_edge(rows, items, tracked, record_of(kin_collection_pointed(uow->session, tracked->snapshot, key)), deleting);
	}
	return rc;
}

/* Whether the row is written with the key of who it points at. Where it points there already the database follows a key that changes. */
static bool is_given(const kin_tracked *tracked, const kin_relation *relation)
{
	return kin_instance_of(tracked->object)->state == KIN_PENDING || ((tracked->assigned >> relation->index) & 1) ||
	       kin_collection_one(tracked->object, relation) != kin_collection_one(tracked->snapshot, relation);
}

static int add_edges(kin_uow *uow, kin_topo *rows, kin_tracked *const *items, const kin_tracked *tracked, bool deleting)
{
	const kin_mapping *mapping = mapping_of(tracked);
	int rc = KIN_OK;

	for (size_t i = 0; i < mapping->keyed_count && rc == KIN_OK; i++) {
		const kin_relation *relation = mapping->keyed[i];
		if (!(uow->loose && relation->foreign->post_update) && (deleting || is_given(tracked, relation)))
			rc = add_edge(rows, items, tracked, needed(uow, tracked, relation, deleting), deleting);
	}
	return rc == KIN_OK ? add_silent_edges(uow, rows, items, tracked, deleting) : rc;
}

static bool can_be_null(const kin_foreign *key)
{
	for (size_t i = 0; i < key->count; i++)
		if (!key->pairs[i].local->not_null)
			return true;
	return false;
}

/* "Pet.favourite": a key between the two that could be written afterwards. NULL: there is none. */
static const kin_foreign *loose_key(const kin_tracked *holder, const kin_tracked *pointed)
{
	const kin_mapping *mapping = mapping_of(holder);

	for (size_t i = 0; i < mapping->foreign_count; i++)
		if (mapping->foreigns[i].target == mapping_of(pointed) && can_be_null(&mapping->foreigns[i]))
			return &mapping->foreigns[i];
	return NULL;
}

/* What of a circle could be given .post_update. */
static void add_loose_keys(kin_text *out, const kin_topo *rows, kin_tracked *const *items)
{
	const kin_foreign *former = NULL;

	for (size_t i = 0; i < rows->cycle.count; i++) {
		const kin_topo_edge *edge = &rows->cycle.items[i];
		const kin_foreign *key = loose_key(items[edge->after], items[edge->before]);
		if (!key)
			key = loose_key(items[edge->before], items[edge->after]);
		if (!key || key == former)
			continue;
		kin_text_addf(out, "%s%s.%s", out->length > 0 ? " or " : "", key->mapping->name, key->relation ? key->relation->name : key->label);
		former = key;
	}
}

static int fail_circle(kin_uow *uow, const kin_topo *rows, kin_tracked *const *items)
{
	kin_text text, keys;
	int rc;

	kin_text_init(&text);
	kin_text_init(&keys);
	for (size_t i = 0; i < rows->cycle.count; i++) {
		kin_text_add(&text, i > 0 ? " -> " : "");
		kin_instance_show(&text, items[rows->cycle.items[i].before]->object);
	}
	add_loose_keys(&keys, rows, items);
	rc = kin_text_ok(&text) && (keys.length == 0 || kin_text_ok(&keys))
		? kin_session_fail(uow->session, KIN_ECYCLE, NULL, 0, "these rows need each other's keys: %s; %s%s%s", text.data,
		                   keys.length > 0 ? "say .post_update = true at " : "none of the keys can be NULL, so that one row could be first",
		                   keys.length > 0 ? keys.data : "",
		                   keys.length > 0 ? ", or flush one without its reference first and then set it" : "")
		: kin_session_nomem(uow->session);
	kin_text_done(&text);
	kin_text_done(&keys);
	return rc;
}

static bool has_loose_keys(kin_tracked *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t n = 0; n < mapping_of(items[i])->foreign_count; n++)
			if (mapping_of(items[i])->foreigns[n].post_update)
				return true;
	return false;
}

/* Put rows that may point at each other in order. KIN_ECYCLE without an error: it may go if the plan is loose. */
static int sort_rows(kin_uow *uow, kin_tracked **items, size_t count, bool deleting)
{
	kin_tracked **before = kin_arena_copy(&uow->arena, items, count * sizeof(*items));
	kin_topo rows;
	int rc = before ? KIN_OK : KIN_ENOMEM;

	kin_topo_init(&rows, count);
	for (size_t i = 0; i < count; i++)
		items[i]->node = (uint32_t)i;
	for (size_t i = 0; i < count && rc == KIN_OK; i++)
		rc = add_edges(uow, &rows, items, items[i], deleting);
	if (rc == KIN_OK)
		rc = kin_topo_sort(&rows);
	if (rc == KIN_ECYCLE && (uow->loose || !has_loose_keys(items, count)))
		rc = fail_circle(uow, &rows, items);
	for (size_t i = 0; i < count && rc == KIN_OK; i++)
		items[i] = before[rows.order.items[i]];
	kin_topo_done(&rows);
	return rc;
}

static int add_action(kin_uow *uow, bool deleting, kin_uow_action action)
{
	action.mapping = mapping_of(action.items[0]);
	action.one_by_one = points_at_itself(action.mapping);
	bool ok = deleting ? kin_vec_push(&uow->delete_plan, action) : kin_vec_push(&uow->save_plan, action);

	return ok ? KIN_OK : KIN_ENOMEM;
}

/* Rows in the order of their tables; the rows of a table in the order they came. */
static int plan_by_table(kin_uow *uow, const kin_uow_item *items, size_t count, const kin_topo *tables, bool deleting)
{
	size_t *starts = kin_arena_zalloc(&uow->arena, (tables->nodes + 1) * sizeof(*starts));
	size_t *news = kin_arena_zalloc(&uow->arena, (tables->nodes + 1) * sizeof(*news));
	kin_tracked **sorted = kin_arena_alloc(&uow->arena, (count + 1) * sizeof(*sorted));
	int rc = KIN_OK;

	if (!starts || !news || !sorted)
		return KIN_ENOMEM;
	for (size_t i = 0; i < count; i++) {
		starts[items[i].mapping + 1]++;
		news[items[i].mapping] += items[i].is_new;
	}
	for (size_t id = 0; id < tables->nodes; id++)
		starts[id + 1] += starts[id];
	for (size_t i = 0; i < count; i++)
		sorted[starts[items[i].mapping]++] = items[i].tracked;
	for (size_t n = 0; n < tables->nodes && rc == KIN_OK; n++) { /* starts[id] is where id ends now */
		size_t id = tables->order.items[deleting ? tables->nodes - 1 - n : n];
		size_t begin = id > 0 ? starts[id - 1] : 0, length = starts[id] - begin;
		if (length == 0)
			continue;
		if (points_at_itself(mapping_of(sorted[begin])))
			rc = sort_rows(uow, sorted + begin, length, deleting);
		if (rc == KIN_OK)
			rc = add_action(uow, deleting, (kin_uow_action){
				.items = sorted + begin, .count = length, .new_count = news[id] });
	}
	return rc;
}

static int plan_by_row(kin_uow *uow, const kin_uow_item *items, size_t count, bool deleting)
{
	kin_tracked **sorted = kin_arena_alloc(&uow->arena, (count + 1) * sizeof(*sorted));
	int rc = KIN_OK;

	if (!sorted)
		return KIN_ENOMEM;
	for (size_t i = 0; i < count; i++)
		sorted[i] = items[i].tracked;
	rc = sort_rows(uow, sorted, count, deleting);
	for (size_t begin = 0, end; begin < count && rc == KIN_OK; begin = end) {
		size_t news = 0;
		for (end = begin; end < count && mapping_of(sorted[end]) == mapping_of(sorted[begin]); end++)
			news += kin_instance_of(sorted[end]->object)->state == KIN_PENDING;
		rc = add_action(uow, deleting, (kin_uow_action){
			.items = sorted + begin, .count = end - begin, .new_count = news });
	}
	return rc;
}

/* By tables; where they form a circle, by rows. */
static int sort(kin_uow *uow)
{
	kin_topo tables;
	int rc;

	kin_topo_init(&tables, kin_registry_count(uow->session->registry));
	rc = sort_tables(uow, &tables);
	if (rc == KIN_ECYCLE) {
		rc = uow->saves.count > 0 ? plan_by_row(uow, uow->saves.items, uow->saves.count, false) : KIN_OK;
		if (rc == KIN_OK && uow->deletes.count > 0)
			rc = plan_by_row(uow, uow->deletes.items, uow->deletes.count, true);
	} else if (rc == KIN_OK) {
		rc = plan_by_table(uow, uow->saves.items, uow->saves.count, &tables, false);
		if (rc == KIN_OK)
			rc = plan_by_table(uow, uow->deletes.items, uow->deletes.count, &tables, true);
	}
	kin_topo_done(&tables);
	return rc;
}

int kin_uow_sort(kin_uow *uow)
{
	int rc = sort(uow);

	if (rc == KIN_ECYCLE && uow->session->error.code == KIN_OK) {
		uow->loose = true;
		uow->save_plan.count = uow->delete_plan.count = 0;
		rc = sort(uow);
	}
	return rc == KIN_ENOMEM ? kin_session_nomem(uow->session) : rc;
}
