/* topo.c - dependency sort, by counting: take a node that waits for nothing, and those behind it wait for one less
 * (Kahn 1962). A heap of the free nodes makes the order stable: O((nodes + edges) log nodes). */
#include "base/topo.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <kin/error.h>

#define NONE SIZE_MAX

/* The working memory of a sort, in one allocation. */
typedef struct work {
	size_t *waits; /* per node: edges to it from nodes not yet taken */
	size_t *first; /* per node: where its edges start in `after`; one more at the end */
	size_t *after; /* per edge, sorted by .before: its .after */
	size_t *heap;  /* the free nodes, the smallest on top */
	size_t  free;  /* how many */
} work;

void kin_topo_init(kin_topo *topo, size_t nodes)
{
	*topo = (kin_topo){ .nodes = nodes };
}

void kin_topo_done(kin_topo *topo)
{
	kin_vec_done(&topo->edges);
	kin_vec_done(&topo->order);
	kin_vec_done(&topo->cycle);
}

int kin_topo_add(kin_topo *topo, size_t before, size_t after)
{
	kin_topo_edge edge = { .before = before, .after = after };

	assert(before < topo->nodes && after < topo->nodes);
	return kin_vec_push(&topo->edges, edge) ? KIN_OK : KIN_ENOMEM;
}

static void heap_push(work *w, size_t node)
{
	size_t at = w->free++;

	for (; at > 0 && w->heap[(at - 1) / 2] > node; at = (at - 1) / 2)
		w->heap[at] = w->heap[(at - 1) / 2];
	w->heap[at] = node;
}

static size_t heap_pop(work *w)
{
	size_t top = w->heap[0], node = w->heap[--w->free], at = 0;

	for (size_t child; (child = 2 * at + 1) < w->free; at = child) {
		if (child + 1 < w->free && w->heap[child + 1] < w->heap[child])
			child++;
		if (w->heap[child] >= node)
			break;
		w->heap[at] = w->heap[child];
	}
	w->heap[at] = node;
	return top;
}

/* Group the edges by the node they start at, by counting. */
static void group_edges(work *w, const kin_topo *topo)
{
	for (size_t i = 0; i < topo->edges.count; i++) {
		w->first[topo->edges.items[i].before + 1]++;
		w->waits[topo->edges.items[i].after]++;
	}
	for (size_t node = 0; node < topo->nodes; node++)
		w->first[node + 1] += w->first[node];
	memcpy(w->heap, w->first, topo->nodes * sizeof(*w->heap)); /* not in use yet: where the next edge of each goes */
	for (size_t i = 0; i < topo->edges.count; i++)
		w->after[w->heap[topo->edges.items[i].before]++] = topo->edges.items[i].after;
}

static void take_free_nodes(work *w, kin_topo *topo)
{
	for (size_t node = 0; node < topo->nodes; node++)
		if (w->waits[node] == 0)
			heap_push(w, node);
	while (w->free > 0) {
		size_t node = heap_pop(w);
		topo->order.items[topo->order.count++] = node;
		for (size_t i = w->first[node]; i < w->first[node + 1]; i++)
			if (--w->waits[w->after[i]] == 0)
				heap_push(w, w->after[i]);
	}
}

/* A node on a cycle: every node that still waits has one before it that waits too, so going back
 * must come round. The smallest node of the cycle is returned. `before` has one such node for each. */
static size_t find_cycle(const kin_topo *topo, const size_t *before, bool *seen)
{
	size_t node = 0;

	while (before[node] == NONE)
		node++;
	for (; !seen[node]; node = before[node])
		seen[node] = true;
	size_t smallest = node;
	for (size_t at = before[node]; at != node; at = before[at])
		if (at < smallest)
			smallest = at;
	assert(smallest < topo->nodes);
	return smallest;
}

static int report_cycle(work *w, kin_topo *topo)
{
	size_t *before = w->first; /* no longer needed */
	bool *seen = memset(w->heap, 0, topo->nodes * sizeof(*w->heap));

	for (size_t node = 0; node < topo->nodes; node++)
		before[node] = NONE;
	for (size_t i = topo->edges.count; i-- > 0;) {
		kin_topo_edge edge = topo->edges.items[i];
		if (w->waits[edge.before] > 0 && w->waits[edge.after] > 0)
			before[edge.after] = edge.before;
	}
	size_t start = find_cycle(topo, before, seen), length = 0, node = start;
	do
		length++;
	while ((node = before[node]) != start);
	if (!kin_vec_reserve(&topo->cycle, length))
		return KIN_ENOMEM;
	for (size_t i = length; i-- > 0; node = before[node])
		topo->cycle.items[i] = (kin_topo_edge){ .before = before[node], .after = node };
	topo->cycle.count = length;
	return KIN_ECYCLE;
}

int kin_topo_sort(kin_topo *topo)
{
	size_t nodes = topo->nodes, words = 3 * nodes + 1 + topo->edges.count;
	int rc = KIN_OK;

	topo->order.count = topo->cycle.count = 0;
	if (!kin_vec_reserve(&topo->order, nodes))
		return KIN_ENOMEM;
	size_t *memory = kin_mem_zalloc(words * sizeof(*memory));
	if (!memory)
		return KIN_ENOMEM;
	work w = { .waits = memory, .heap = memory + nodes, .first = memory + 2 * nodes, .after = memory + 3 * nodes + 1 };
	group_edges(&w, topo);
	take_free_nodes(&w, topo);
	if (topo->order.count < nodes)
		rc = report_cycle(&w, topo);
	kin_mem_free(memory);
	return rc;
}
