/* revision_path.c - the ways from where a database is to where somebody wants it, up and down. */
#include "migrate/revision_name.h"

#include <ctype.h>
#include <stdlib.h>

/* Those in the set, oldest first or newest first. */
static int list_set(kin_arena *arena, const kin_revision_graph *graph, const bool *set, bool newest_first,
                    kin_revision_links *ret_path, kin_error *error)
{
	size_t *items = kin_arena_alloc(arena, (graph->count + 1) * sizeof(*items)), count = 0;

	if (!items)
		return kin_error_nomem(error);
	for (size_t n = 0; n < graph->count; n++) {
		size_t i = newest_first ? graph->count - 1 - n : n;
		if (set[i])
			items[count++] = i;
	}
	*ret_path = (kin_revision_links){ .items = items, .count = count };
	return KIN_OK;
}

/* "+2", "-1", "label@+2": steps from where the database is. 0: something else. `sign`: which of them. */
static long bare_steps(const char *text, char sign)
{
	const char *at = strchr(text, '@'), *start = at ? at + 1 : text;
	char *end;
	long n;

	if (*start != sign || !isdigit((unsigned char)start[1]))
		return 0;
	n = strtol(start + 1, &end, 10);
	return *end || n > KIN_REVISION_MOST_STEPS ? 0 : n;
}

/* +N: N steps from the one place where the database is. */
static int steps_up(kin_arena *arena, const kin_revision_graph *graph, const char *text, const bool *applied, kin_revision_place *p,
                    kin_error *error)
{
	int rc = kin_revision_name_current(arena, graph, applied, p, error);

	return rc < 0 ? rc : kin_revision_name_walk(arena, graph, text, bare_steps(text, '+'), p, error);
}

/* label@+N: the next N of those that the branch's heads need. */
static int branch_up(kin_arena *arena, const kin_revision_graph *graph, const char *text, const bool *applied,
                     kin_revision_links *ret_path, kin_error *error)
{
	char *heads = kin_arena_printf(arena, "%.*s@heads", (int)(strchr(text, '@') - text), text);
	size_t n = (size_t)bare_steps(text, '+');
	int rc = heads ? kin_revision_upgrade(arena, graph, heads, applied, ret_path, error) : kin_error_nomem(error);

	if (rc == KIN_OK && ret_path->count < n)
		return kin_revision_name_no_step(text, error);
	if (rc == KIN_OK)
		ret_path->count = n;
	return rc;
}

int kin_revision_upgrade(kin_arena *arena, const kin_revision_graph *graph, const char *target, const bool *applied,
                         kin_revision_links *ret_path, kin_error *error)
{
	long steps = bare_steps(target ? target : "", '+');
	bool *wanted = kin_revision_name_set(arena, graph);
	kin_revision_place p = { 0 };
	int rc;

	if (!wanted)
		return kin_error_nomem(error);
	if (steps > 0 && strchr(target, '@'))
		return branch_up(arena, graph, target, applied, ret_path, error);
	rc = steps > 0 ? steps_up(arena, graph, target, applied, &p, error) : kin_revision_name_find(arena, graph, target, applied, &p, error);
	if (rc < 0)
		return rc;
	kin_revision_ancestors(graph, &p.at, wanted);
	for (size_t i = 0; i < graph->count; i++)
		wanted[i] = wanted[i] && !applied[i];
	return list_set(arena, graph, wanted, false, ret_path, error);
}

/* -N: the last N that can be undone one after the other. A merge is one step; its branches are beside each other then. */
static int steps_down(kin_arena *arena, const kin_revision_graph *graph, const char *text, const bool *applied, const bool *in,
                      kin_revision_links *ret_path, kin_error *error)
{
	bool *left = kin_revision_name_set(arena, graph);
	size_t *items = kin_arena_alloc(arena, (graph->count + 1) * sizeof(*items)), count = 0;
	kin_revision_place now = { .in = in };
	int rc;

	if (!left || !items)
		return kin_error_nomem(error);
	memcpy(left, applied, graph->count * sizeof(*left));
	for (long n = bare_steps(text, '-'); n > 0; n--) {
		if ((rc = kin_revision_name_current(arena, graph, left, &now, error)) < 0)
			return rc;
		if (now.at.count == 0)
			return kin_revision_name_no_step(text, error);
		if (now.at.count > 1)
			return kin_revision_name_fork(text, graph->items[now.at.items[0]].id, error);
		left[now.at.items[0]] = false;
		items[count++] = now.at.items[0];
	}
	*ret_path = (kin_revision_links){ .items = items, .count = count };
	return KIN_OK;
}

static bool stands_on(const kin_revision_graph *graph, size_t i, const bool *set)
{
	for (size_t j = 0; j < graph->parents[i].count; j++)
		if (set[graph->parents[i].items[j]])
			return true;
	for (size_t j = 0; j < graph->depends[i].count; j++)
		if (set[graph->depends[i].items[j]])
			return true;
	return false;
}

/* And those that stand on them. */
static void add_descendants(const kin_revision_graph *graph, bool *set)
{
	for (size_t i = 0; i < graph->count; i++)
		set[i] = set[i] || stands_on(graph, i, set);
}

static void mark_descendants(const kin_revision_graph *graph, const kin_revision_links *places, bool *set)
{
	for (size_t i = 0; i < places->count; i++)
		set[places->items[i]] = true;
	add_descendants(graph, set);
	for (size_t i = 0; i < places->count; i++)
		set[places->items[i]] = false;
}

/* What others that stay depend on cannot be undone. */
static int check_needed(const kin_revision_graph *graph, const kin_revision_links *path, const bool *applied, bool *undone,
                        kin_error *error)
{
	for (size_t i = 0; i < path->count; i++)
		undone[path->items[i]] = true;
	for (size_t i = 0; i < graph->count; i++)
		for (size_t j = 0; applied[i] && !undone[i] && j < graph->depends[i].count; j++)
			if (undone[graph->depends[i].items[j]])
				return kin_error_set(error, KIN_EREVISION, "revision %s depends on %s: undo it first, or go down to base",
				                     graph->items[i].id, graph->items[graph->depends[i].items[j]].id);
	return KIN_OK;
}

static int branch_steps_down(kin_arena *arena, const kin_revision_graph *graph, const char *target, const bool *applied,
                             kin_revision_links *ret_path, kin_error *error)
{
	const char *at = strchr(target, '@');
	bool *undone = kin_revision_name_set(arena, graph);
	const bool *in = NULL;
	int rc = KIN_OK;

	if (!undone)
		return kin_error_nomem(error);
	if (at) {
		char *branch = kin_arena_strndup(arena, target, (size_t)(at - target));
		rc = branch ? kin_revision_name_branch(arena, graph, branch, &in, error) : kin_error_nomem(error);
	}
	if (rc == KIN_OK)
		rc = steps_down(arena, graph, target, applied, in, ret_path, error);
	return rc < 0 ? rc : check_needed(graph, ret_path, applied, undone, error);
}

int kin_revision_downgrade(kin_arena *arena, const kin_revision_graph *graph, const char *target, const bool *applied,
                           kin_revision_links *ret_path, kin_error *error)
{
	bool *undo = kin_revision_name_set(arena, graph);
	kin_revision_place p;
	int rc;

	if (!undo)
		return kin_error_nomem(error);
	if (target && bare_steps(target, '-') > 0)
		return branch_steps_down(arena, graph, target, applied, ret_path, error);
	if ((rc = kin_revision_name_find(arena, graph, target, applied, &p, error)) < 0)
		return rc;
	for (size_t i = 0; i < p.at.count; i++)
		if (!applied[p.at.items[i]])
			return kin_error_set(error, KIN_EREVISION, "the database does not have revision %s: to go to it, upgrade",
			                     graph->items[p.at.items[i]].id);
	if (p.at.count == 0 && p.in) {
		memcpy(undo, p.in, graph->count * sizeof(*undo));
		add_descendants(graph, undo);
	} else if (p.at.count == 0) {
		memset(undo, true, graph->count);
	} else {
		mark_descendants(graph, &p.at, undo);
	}
	for (size_t i = 0; i < graph->count; i++)
		undo[i] = undo[i] && applied[i];
	return list_set(arena, graph, undo, true, ret_path, error);
}

int kin_revision_range(kin_arena *arena, const kin_revision_graph *graph, const char *range, const bool *applied,
                       kin_revision_links *ret_path, kin_error *error)
{
	bool *shown = kin_revision_name_set(arena, graph), *below = kin_revision_name_set(arena, graph);
	const char *colon = range ? strchr(range, ':') : NULL;
	kin_revision_links start = { 0 }, end = graph->heads;
	int rc;

	if (range && !colon)
		return kin_error_set(error, KIN_EREVISION, "'%s': a range is [start]:[end]", range);
	char *first = kin_arena_strndup(arena, range ? range : "", colon ? (size_t)(colon - range) : 0);
	if (!shown || !below || !first)
		return kin_error_nomem(error);
	if (*first && (rc = kin_revision_find(arena, graph, first, applied, &start, error)) < 0)
		return rc;
	if (colon && colon[1] && (rc = kin_revision_find(arena, graph, colon + 1, applied, &end, error)) < 0)
		return rc;
	kin_revision_ancestors(graph, &end, shown);
	if (start.count > 0) {
		mark_descendants(graph, &start, below);
		for (size_t i = 0; i < start.count; i++)
			below[start.items[i]] = true;
		for (size_t i = 0; i < graph->count; i++)
			shown[i] = shown[i] && below[i];
	}
	return list_set(arena, graph, shown, true, ret_path, error);
}
