/* revision_name.c - the names that people use for revisions, and the ways between two of them.
 *
 *     name = (id | beginning of an id | head | heads | base | current)? (+N | -N)? */
#include "migrate/revision.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/text.h"

typedef struct name {
	char *stem;     /* "" for a bare +N or -N */
	long  steps;    /* 0: none */
} name;

enum { MOST_STEPS = 1000000 };

/* Cut "ae10+2" into its parts. An id may have - and + in it as long as no number ends it. */
static int parse(kin_arena *arena, const char *text, name *out, kin_error *error)
{
	size_t length = strlen(text), digits = length;

	*out = (name){ 0 };
	while (digits > 0 && isdigit((unsigned char)text[digits - 1]))
		digits--;
	if (digits < length && digits > 0 && (text[digits - 1] == '+' || text[digits - 1] == '-')) {
		long steps = strtol(text + digits, NULL, 10);
		if (steps < 1 || steps > MOST_STEPS)
			return kin_error_set(error, KIN_EREVISION, "'%s': a number of steps is at least 1", text);
		out->steps = text[digits - 1] == '-' ? -steps : steps;
		length = digits - 1;
	}
	out->stem = kin_arena_strndup(arena, text, length);
	return out->stem ? KIN_OK : kin_error_nomem(error);
}

static int several(const char *what, const kin_revision_graph *graph, const kin_revision_links *found, kin_error *error)
{
	kin_text ids;

	kin_text_init(&ids);
	for (size_t i = 0; i < found->count; i++)
		kin_text_addf(&ids, "%s%s", i ? ", " : "", graph->items[found->items[i]].id);
	int rc = kin_error_set(error, KIN_EREVISION,
	                       "Multiple head revisions are present for given argument '%s' (%s); please specify a specific "
	                       "target revision, or 'heads' for all heads",
	                       what, ids.data);
	kin_text_done(&ids);
	return rc;
}

static int one(kin_arena *arena, size_t index, kin_revision_links *ret_found, kin_error *error)
{
	size_t *items = kin_arena_copy(arena, &index, sizeof(index));

	if (!items)
		return kin_error_nomem(error);
	*ret_found = (kin_revision_links){ .items = items, .count = 1 };
	return KIN_OK;
}

/* An id, or a beginning that only one id has. */
static int by_prefix(kin_arena *arena, const kin_revision_graph *graph, const char *stem, kin_revision_links *ret_found,
                     kin_error *error)
{
	size_t found = 0, at = kin_revision_index(graph, stem), length = strlen(stem);
	kin_text ids;

	if (at != (size_t)-1)
		return one(arena, at, ret_found, error);
	kin_text_init(&ids);
	for (size_t i = 0; length > 0 && i < graph->count; i++)
		if (strncmp(graph->items[i].id, stem, length) == 0) {
			kin_text_addf(&ids, "%s'%s'", found++ ? ", " : "", graph->items[i].id);
			at = i;
		}
	int rc = found == 0 ? kin_error_set(error, KIN_EREVISION, "Can't locate revision identified by '%s'; `kin db history` lists them",
	                                stem)
	       : found > 1 ? kin_error_set(error, KIN_EREVISION, "Multiple revisions start with '%s': %s; say more of the id", stem,
	                               ids.data)
	                   : one(arena, at, ret_found, error);
	kin_text_done(&ids);
	return rc;
}

static int find_stem(kin_arena *arena, const kin_revision_graph *graph, const char *stem, const bool *applied,
                     kin_revision_links *ret_found, kin_error *error)
{
	if (strcmp(stem, "base") == 0) {
		*ret_found = (kin_revision_links){ 0 };
		return KIN_OK;
	}
	if (strcmp(stem, "heads") == 0 || strcmp(stem, "head") == 0) {
		if (graph->heads.count > 1 && strcmp(stem, "head") == 0)
			return several(stem, graph, &graph->heads, error);
		*ret_found = graph->heads;
		return KIN_OK;
	}
	if (strcmp(stem, "current") == 0 && applied)
		return kin_revision_current(arena, graph, applied, ret_found, error);
	return by_prefix(arena, graph, stem, ret_found, error);
}

static int no_step(const char *text, kin_error *error)
{
	return kin_error_set(error, KIN_EREVISION, "Relative revision %s didn't produce the number of migrations it asks for", text);
}

static int fork_ahead(const char *text, const char *id, kin_error *error)
{
	return kin_error_set(error, KIN_EREVISION,
	                     "Ambiguous step '%s': several revisions are beside each other at %s; name one of them", text, id);
}

/* Walk from one place (none: base) along parents or children. */
static int walk(kin_arena *arena, const kin_revision_graph *graph, const char *text, long steps,
                kin_revision_links *place, kin_error *error)
{
	for (; steps != 0; steps += steps > 0 ? -1 : 1) {
		const kin_revision_links *next = &graph->bases;
		const char *at = "base";
		if (place->count > 1)
			return several(text, graph, place, error);
		if (place->count == 1) {
			next = steps > 0 ? &graph->children[place->items[0]] : &graph->parents[place->items[0]];
			at = graph->items[place->items[0]].id;
		} else if (steps < 0) {
			return no_step(text, error);
		}
		if (next->count > 1)
			return fork_ahead(text, at, error);
		if (next->count == 0 && steps > 0)
			return no_step(text, error);
		int rc = next->count == 1 ? one(arena, next->items[0], place, error) : KIN_OK;
		if (rc < 0)
			return rc;
		if (next->count == 0)
			*place = (kin_revision_links){ 0 };
	}
	return KIN_OK;
}

int kin_revision_find(kin_arena *arena, const kin_revision_graph *graph, const char *text, const bool *applied,
                      kin_revision_links *ret_found, kin_error *error)
{
	kin_revision_links found = { 0 };
	name n;
	int rc;

	if (!text || !*text)
		return kin_error_set(error, KIN_EREVISION, "Can't locate revision identified by '': name a revision, 'head' or 'base'");
	if (kin_revision_index(graph, text) != (size_t)-1)
		return by_prefix(arena, graph, text, ret_found, error);
	if ((rc = parse(arena, text, &n, error)) < 0)
		return rc;
	if (!*n.stem && !applied)
		return kin_error_set(error, KIN_EREVISION, "'%s' counts from where a database is; none is at hand", text);
	rc = find_stem(arena, graph, *n.stem ? n.stem : "current", applied, &found, error);
	if (rc == KIN_OK && n.steps != 0)
		rc = walk(arena, graph, text, n.steps, &found, error);
	if (rc == KIN_OK)
		*ret_found = found;
	return rc;
}

int kin_revision_find_one(kin_arena *arena, const kin_revision_graph *graph, const char *text, const bool *applied,
                          size_t *ret_index, kin_error *error)
{
	kin_revision_links found = { 0 };
	int rc = kin_revision_find(arena, graph, text, applied, &found, error);

	if (rc < 0)
		return rc;
	if (found.count > 1)
		return several(text, graph, &found, error);
	if (found.count == 0)
		return kin_error_set(error, KIN_EREVISION, "'%s' stands for no revision%s", text,
		                     graph->count == 0 ? ": there are none yet" : "");
	*ret_index = found.items[0];
	return KIN_OK;
}

static bool *new_set(kin_arena *arena, const kin_revision_graph *graph)
{
	return kin_arena_zalloc(arena, graph->count + 1);
}

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

/* A bare number of steps up runs the next N of all revisions that are not applied. */
static long bare_steps(const char *text, char sign)
{
	char *end;
	long n;

	if (*text != sign || !isdigit((unsigned char)text[1]))
		return 0;
	n = strtol(text + 1, &end, 10);
	return *end ? 0 : n;
}

static int steps_up(kin_arena *arena, const kin_revision_graph *graph, const char *text, const bool *applied,
                    kin_revision_links *place, kin_error *error)
{
	int rc = kin_revision_current(arena, graph, applied, place, error);

	return rc < 0 ? rc : walk(arena, graph, text, bare_steps(text, '+'), place, error);
}

int kin_revision_upgrade(kin_arena *arena, const kin_revision_graph *graph, const char *target, const bool *applied,
                         kin_revision_links *ret_path, kin_error *error)
{
	bool *wanted = new_set(arena, graph);
	kin_revision_links place = { 0 };
	int rc;

	if (!wanted)
		return kin_error_nomem(error);
	rc = bare_steps(target ? target : "", '+') > 0 ? steps_up(arena, graph, target, applied, &place, error)
	                                               : kin_revision_find(arena, graph, target, applied, &place, error);
	if (rc < 0)
		return rc;
	kin_revision_ancestors(graph, &place, wanted);
	for (size_t i = 0; i < graph->count; i++)
		wanted[i] = wanted[i] && !applied[i];
	return list_set(arena, graph, wanted, false, ret_path, error);
}

/* -N: the last N that can be undone one after the other. A merge is one step; its branches are beside each other then. */
static int steps_down(kin_arena *arena, const kin_revision_graph *graph, const char *text, const bool *applied,
                      kin_revision_links *ret_path, kin_error *error)
{
	bool *left = new_set(arena, graph);
	size_t *items = kin_arena_alloc(arena, (graph->count + 1) * sizeof(*items)), count = 0;
	kin_revision_links now = { 0 };
	int rc;

	if (!left || !items)
		return kin_error_nomem(error);
	memcpy(left, applied, graph->count * sizeof(*left));
	for (long n = bare_steps(text, '-'); n > 0; n--) {
		if ((rc = kin_revision_current(arena, graph, left, &now, error)) < 0)
			return rc;
		if (now.count == 0)
			return no_step(text, error);
		if (now.count > 1)
			return fork_ahead(text, graph->items[now.items[0]].id, error);
		left[now.items[0]] = false;
		items[count++] = now.items[0];
	}
	*ret_path = (kin_revision_links){ .items = items, .count = count };
	return KIN_OK;
}

/* Those that are applied and stand on one of the places. */
static void mark_descendants(const kin_revision_graph *graph, const kin_revision_links *places, bool *set)
{
	for (size_t i = 0; i < places->count; i++)
		set[places->items[i]] = true;
	for (size_t i = 0; i < graph->count; i++)
		for (size_t j = 0; j < graph->parents[i].count; j++)
			set[i] = set[i] || set[graph->parents[i].items[j]];
	for (size_t i = 0; i < places->count; i++)
		set[places->items[i]] = false;
}

int kin_revision_downgrade(kin_arena *arena, const kin_revision_graph *graph, const char *target, const bool *applied,
                           kin_revision_links *ret_path, kin_error *error)
{
	bool *undo = new_set(arena, graph);
	kin_revision_links place = { 0 };
	int rc;

	if (!undo)
		return kin_error_nomem(error);
	if (target && bare_steps(target, '-') > 0)
		return steps_down(arena, graph, target, applied, ret_path, error);
	if ((rc = kin_revision_find(arena, graph, target, applied, &place, error)) < 0)
		return rc;
	for (size_t i = 0; i < place.count; i++)
		if (!applied[place.items[i]])
			return kin_error_set(error, KIN_EREVISION, "the database does not have revision %s: to go to it, upgrade",
			                     graph->items[place.items[i]].id);
	if (place.count == 0)
		memset(undo, true, graph->count);
	else
		mark_descendants(graph, &place, undo);
	for (size_t i = 0; i < graph->count; i++)
		undo[i] = undo[i] && applied[i];
	return list_set(arena, graph, undo, true, ret_path, error);
}

int kin_revision_range(kin_arena *arena, const kin_revision_graph *graph, const char *range, const bool *applied,
                       kin_revision_links *ret_path, kin_error *error)
{
	bool *shown = new_set(arena, graph), *below = new_set(arena, graph);
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
