/* revision.c - the graph that revisions form: built, checked and walked. Names are resolved in revision_name.c. */
#include "migrate/revision.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/text.h"
#include "base/topo.h"

static const size_t NONE = (size_t)-1;

size_t kin_revision_index(const kin_revision_graph *graph, const char *id)
{
	size_t low = 0, high = graph->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(graph->items[graph->by_id[middle]].id, id);
		if (order == 0)
			return graph->by_id[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
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

static int add_edge(const kin_revision *items, size_t i, const char *verb, const char *id, const kin_map *ids, kin_topo *topo,
                    kin_text *problems)
{
	size_t before = (size_t)kin_map_find(ids, id);

	if (before > 0)
		return kin_topo_add(topo, before - 1, i);
	kin_text_addf(problems, "%srevision %s %s %s, which is not there", problems->length ? "\n" : "", items[i].id, verb, id);
	add_place(problems, &items[i]);
	return KIN_OK;
}

static int add_edges(const kin_revision *items, size_t count, const kin_map *ids, kin_topo *topo, kin_text *problems)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < count; i++) {
		for (size_t j = 0; rc == KIN_OK && j < items[i].parent_count; j++)
			rc = add_edge(items, i, "revises", items[i].parents[j], ids, topo, problems);
		for (size_t j = 0; rc == KIN_OK && j < items[i].depend_count; j++)
			rc = add_edge(items, i, "depends on", items[i].depends[j], ids, topo, problems);
	}
	return rc;
}

/* A label stands for one branch, and is no revision's id. */
static int check_labels(const kin_revision *items, size_t count, const kin_map *ids, kin_text *problems)
{
	kin_map labels = { 0 };
	int rc = KIN_OK;

	for (size_t i = 0; i < count && rc == KIN_OK; i++)
		for (size_t j = 0; j < items[i].label_count && rc == KIN_OK; j++) {
			const char *label = items[i].labels[j], *line = problems->length ? "\n" : "";
			size_t known = (size_t)kin_map_find(&labels, label);
			if (known > 0)
				kin_text_addf(problems, "%sBranch name '%s' in revision %s already used by revision %s", line, label, items[i].id,
				              items[known - 1].id);
			else if (kin_map_find(ids, label))
				kin_text_addf(problems, "%sBranch name '%s' in revision %s is the id of a revision", line, label, items[i].id);
			else if (!kin_map_set(&labels, label, (void *)(i + 1)))
				rc = KIN_ENOMEM;
		}
	kin_map_done(&labels);
	return rc;
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
	graph->depends = kin_arena_zalloc(arena, (n + 1) * sizeof(*graph->depends));
	graph->children = kin_arena_zalloc(arena, (n + 1) * sizeof(*graph->children));
	if (!graph->parents || !graph->depends || !graph->children || !make_room(arena, &graph->heads, n) || !make_room(arena, &graph->bases, n))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!make_room(arena, &graph->parents[i], graph->items[i].parent_count) ||
		    !make_room(arena, &graph->depends[i], graph->items[i].depend_count))
			return false;
		for (size_t j = 0; j < graph->items[i].depend_count; j++)
			push(&graph->depends[i], (size_t)kin_map_find(places, graph->items[i].depends[j]) - 1);
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

/* The sorted items are in the order of ids; the graph has them in an order of its own. */
static bool list_names(kin_arena *arena, kin_revision_graph *graph, const kin_revision *sorted, const kin_map *places)
{
	size_t labels = 0;

	for (size_t i = 0; i < graph->count; i++)
		labels += sorted[i].label_count;
	graph->by_id = kin_arena_alloc(arena, (graph->count + 1) * sizeof(*graph->by_id));
	graph->labels = kin_arena_alloc(arena, (labels + 1) * sizeof(*graph->labels));
	if (!graph->by_id || !graph->labels)
		return false;
	for (size_t i = 0; i < graph->count; i++) {
		graph->by_id[i] = (size_t)kin_map_find(places, sorted[i].id) - 1;
		for (size_t j = 0; j < sorted[i].label_count; j++)
			graph->labels[graph->label_count++] =
				(kin_revision_label){ .name = sorted[i].labels[j], .revision = graph->by_id[i] };
	}
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
	ok = ok && link_all(arena, graph, &places) && list_names(arena, graph, items, &places);
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
	if ((rc = index_ids(sorted, count, &ids, &problems)) < 0 || (rc = add_edges(sorted, count, &ids, &topo, &problems)) < 0 ||
	    (rc = check_labels(sorted, count, &ids, &problems)) < 0)
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

/* What comes after has a larger index, so one pass from the end reaches all ancestors. */
void kin_revision_ancestors(const kin_revision_graph *graph, const kin_revision_links *from, bool *set)
{
	for (size_t i = 0; i < from->count; i++)
		set[from->items[i]] = true;
	for (size_t i = graph->count; i > 0; i--) {
		for (size_t j = 0; set[i - 1] && j < graph->parents[i - 1].count; j++)
			set[graph->parents[i - 1].items[j]] = true;
		for (size_t j = 0; set[i - 1] && j < graph->depends[i - 1].count; j++)
			set[graph->depends[i - 1].items[j]] = true;
	}
}

void kin_revision_branch(const kin_revision_graph *graph, size_t revision, bool *set)
{
	size_t at = revision;

	set[revision] = true;
	for (size_t i = revision + 1; i < graph->count; i++)
		for (size_t j = 0; j < graph->parents[i].count; j++)
			set[i] = set[i] || set[graph->parents[i].items[j]];
	while (graph->parents[at].count == 1 && !kin_revision_is_branch(graph, graph->parents[at].items[0]) &&
	       !kin_revision_is_merge(graph, graph->parents[at].items[0]))
		set[at = graph->parents[at].items[0]] = true;
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
