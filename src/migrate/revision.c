/* revision.c - the graph that revisions form: built, checked and walked. Names are resolved in revision_name.c. */
#include "migrate/revision.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/text.h"
#include "base/topo.h"

static const size_t NONE = (size_t)-1;

size_t kin_revision_index(const kin_revision_graph *graph, const char *id)
{
	for (size_t i = 0; i < graph->count; i++)
		if (strcmp(graph->items[i].id, id) == 0)
			return i;
	return NONE;
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const kin_revision *)a)->id, ((const kin_revision *)b)->id);
}

static void add_place(kin_text *out, const kin_revision *r)
{
	if (r->where)
		kin_text_addf(out, " (%s)", r->where);
}

/* Ids to their places in `items` (1-based, as NULL is "absent"); problems as lines. KIN_ENOMEM or KIN_OK. */
static int index_ids(const kin_revision *items, size_t count, kin_map *ids, kin_text *problems)
{
	for (size_t i = 0; i < count; i++) {
		size_t known = (size_t)kin_map_find(ids, items[i].id);
		if (known > 0) {
			kin_text_addf(problems, "%stwo revisions have the id %s:", problems->length ? "\n" : "", items[i].id);
			add_place(problems, &items[known - 1]);
			add_place(problems, &items[i]);
		} else if (!kin_map_set(ids, items[i].id, (void *)(i + 1))) {
			return KIN_ENOMEM;
		}
	}
	return KIN_OK;
}

static int add_edges(const kin_revision *items, size_t count, const kin_map *ids, kin_topo *topo, kin_text *problems)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < items[i].parent_count; j++) {
			size_t parent = (size_t)kin_map_find(ids, items[i].parents[j]);
			if (parent == 0) {
				kin_text_addf(problems, "%srevision %s revises %s, which is not there", problems->length ? "\n" : "",
				              items[i].id, items[i].parents[j]);
				add_place(problems, &items[i]);
			} else if (kin_topo_add(topo, parent - 1, i) < 0) {
				return KIN_ENOMEM;
			}
		}
	return KIN_OK;
}

static void report_cycle(const kin_revision *items, const kin_topo *topo, kin_text *problems)
{
	kin_text_addf(problems, "%srevisions that revise each other: ", problems->length ? "\n" : "");
	for (size_t i = 0; i < topo->cycle.count; i++)
		kin_text_addf(problems, "%s -> ", items[topo->cycle.items[i].before].id);
	if (topo->cycle.count > 0)
		kin_text_add(problems, items[topo->cycle.items[0].before].id);
}

static bool push(kin_revision_links *links, size_t item)
{
	links->items[links->count++] = item;
	return true;
}

static bool make_room(kin_arena *arena, kin_revision_links *links, size_t count)
{
	links->count = 0;
	return (links->items = kin_arena_alloc(arena, (count + 1) * sizeof(*links->items))) != NULL;
}

/* From the sorted items: who is whose parent and child, heads and bases. */
static bool link_all(kin_arena *arena, kin_revision_graph *graph, const kin_map *places)
{
	size_t n = graph->count;

	graph->parents = kin_arena_zalloc(arena, (n + 1) * sizeof(*graph->parents));
	graph->children = kin_arena_zalloc(arena, (n + 1) * sizeof(*graph->children));
	if (!graph->parents || !graph->children || !make_room(arena, &graph->heads, n) || !make_room(arena, &graph->bases, n))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!make_room(arena, &graph->parents[i], graph->items[i].parent_count))
			return false;
		for (size_t j = 0; j < graph->items[i].parent_count; j++) {
			size_t parent = (size_t)kin_map_find(places, graph->items[i].parents[j]) - 1;
			push(&graph->parents[i], parent);
			graph->children[parent].count++;
		}
		if (graph->parents[i].count == 0)
			push(&graph->bases, i);
	}
	for (size_t i = 0; i < n; i++) {
		if (graph->children[i].count == 0)
			push(&graph->heads, i);
		if (!make_room(arena, &graph->children[i], graph->children[i].count))
			return false;
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < graph->parents[i].count; j++)
			push(&graph->children[graph->parents[i].items[j]], i);
	return true;
}

static int fill(kin_arena *arena, const kin_revision *items, const kin_topo *topo, kin_revision_graph *graph)
{
	kin_map places = { 0 };
	bool ok = true;

	graph->count = topo->nodes;
	graph->items = kin_arena_alloc(arena, (graph->count + 1) * sizeof(*graph->items));
	ok = graph->items != NULL;
	for (size_t i = 0; ok && i < graph->count; i++) {
		graph->items[i] = items[topo->order.items[i]];
		ok = kin_map_set(&places, graph->items[i].id, (void *)(i + 1));
	}
	ok = ok && link_all(arena, graph, &places);
	kin_map_done(&places);
	return ok ? KIN_OK : KIN_ENOMEM;
}

int kin_revision_build(kin_arena *arena, const kin_revision *items, size_t count, kin_revision_graph *ret_graph,
                       kin_error *error)
{
	kin_revision *sorted = kin_arena_alloc(arena, (count + 1) * sizeof(*sorted));
	kin_revision_graph graph = { 0 };
	kin_map ids = { 0 };
	kin_text problems;
	kin_topo topo;
	int rc = KIN_ENOMEM;

	kin_text_init(&problems);
	kin_topo_init(&topo, count);
	if (!sorted)
		goto out;
	if (count > 0) {
		memcpy(sorted, items, count * sizeof(*sorted));
		qsort(sorted, count, sizeof(*sorted), by_id);
	}
	if ((rc = index_ids(sorted, count, &ids, &problems)) < 0 || (rc = add_edges(sorted, count, &ids, &topo, &problems)) < 0)
		goto out;
	if ((rc = kin_topo_sort(&topo)) == KIN_ECYCLE)
		report_cycle(sorted, &topo, &problems);
	if (rc == KIN_ENOMEM)
		goto out;
	if (problems.length > 0 || problems.failed)
		rc = problems.failed ? KIN_ENOMEM : kin_error_set(error, KIN_EREVISION, "%s", problems.data);
	else if ((rc = fill(arena, sorted, &topo, &graph)) == KIN_OK)
		*ret_graph = graph;
out:
	kin_topo_done(&topo);
	kin_map_done(&ids);
	kin_text_done(&problems);
	return rc == KIN_ENOMEM ? kin_error_nomem(error) : rc;
}

/* Children have larger indexes than their parents, so one pass from the end reaches all ancestors. */
void kin_revision_ancestors(const kin_revision_graph *graph, const kin_revision_links *from, bool *set)
{
	for (size_t i = 0; i < from->count; i++)
		set[from->items[i]] = true;
	for (size_t i = graph->count; i > 0; i--)
		for (size_t j = 0; set[i - 1] && j < graph->parents[i - 1].count; j++)
			set[graph->parents[i - 1].items[j]] = true;
}

static bool has_applied_child(const kin_revision_graph *graph, size_t i, const bool *applied)
{
	for (size_t j = 0; j < graph->children[i].count; j++)
		if (applied[graph->children[i].items[j]])
			return true;
	return false;
}

int kin_revision_current(kin_arena *arena, const kin_revision_graph *graph, const bool *applied,
                         kin_revision_links *ret_found, kin_error *error)
{
	kin_revision_links found;

	if (!make_room(arena, &found, graph->count))
		return kin_error_nomem(error);
	for (size_t i = 0; i < graph->count; i++)
		if (applied[i] && !has_applied_child(graph, i, applied))
			push(&found, i);
	*ret_found = found;
	return KIN_OK;
}
