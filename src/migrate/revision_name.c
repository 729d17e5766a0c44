/* revision_name.c - the names that people use for revisions, and the ways between two of them.
 *
 *     name = ((label | id) @)? (id | beginning of an id | label | head | heads | base | current)? (+N | -N)? */
#include "migrate/revision.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/text.h"

typedef struct name {
	char *branch;   /* NULL: none */
	char *stem;     /* "" for a bare +N or -N */
	long  steps;    /* 0: none */
} name;

/* What a name stands for. */
typedef struct place {
	kin_revision_links at;
	const bool        *in;   /* the branch that it was narrowed to; NULL: all */
	bool               base; /* it is what is before the first */
} place;

enum { MOST_STEPS = 1000000 };

/* Cut "ae10+2" into its parts. An id may have - and + in it as long as no number ends it. */
static int parse(kin_arena *arena, const char *text, name *out, kin_error *error)
{
	const char *at = strchr(text, '@');

	*out = (name){ 0 };
	if (at) {
		if (!(out->branch = kin_arena_strndup(arena, text, (size_t)(at - text))))
			return kin_error_nomem(error);
		text = at + 1;
	}
	size_t length = strlen(text), digits = length;
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
	                       "target revision, '<branchname>@head' to narrow to a specific head, or 'heads' for all heads",
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

static bool *new_set(kin_arena *arena, const kin_revision_graph *graph)
{
	return kin_arena_zalloc(arena, graph->count + 1);
}

static size_t find_label(const kin_revision_graph *graph, const char *label)
{
	for (size_t i = 0; i < graph->label_count; i++)
		if (strcmp(graph->labels[i].name, label) == 0)
			return graph->labels[i].revision;
	return (size_t)-1;
}

/* A label's revision, or by its id. */
static int by_name(kin_arena *arena, const kin_revision_graph *graph, const char *stem, kin_revision_links *ret_found,
                   kin_error *error)
{
	size_t labelled = find_label(graph, stem);

	return labelled != (size_t)-1 ? one(arena, labelled, ret_found, error) : by_prefix(arena, graph, stem, ret_found, error);
}

static int find_branch(kin_arena *arena, const kin_revision_graph *graph, const char *branch, const bool **ret_in, kin_error *error)
{
	kin_revision_links first = { 0 };
	bool *in = new_set(arena, graph);
	int rc = in ? by_name(arena, graph, branch, &first, error) : kin_error_nomem(error);

	if (rc < 0 || first.count == 0)
		return rc;
	kin_revision_branch(graph, first.items[0], in);
	*ret_in = in;
	return KIN_OK;
}

/* Those that are in the branch. */
static int narrow(kin_arena *arena, const kin_revision_links *from, const bool *in, kin_revision_links *ret_found, kin_error *error)
{
	kin_revision_links found = { .items = kin_arena_alloc(arena, (from->count + 1) * sizeof(*found.items)) };

	if (!found.items)
		return kin_error_nomem(error);
	for (size_t i = 0; i < from->count; i++)
		if (!in || in[from->items[i]])
			found.items[found.count++] = from->items[i];
	*ret_found = found;
	return KIN_OK;
}

static int find_current(kin_arena *arena, const kin_revision_graph *graph, const bool *applied, place *out, kin_error *error)
{
	kin_revision_links all = { 0 };
	int rc = kin_revision_current(arena, graph, applied, &all, error);

	out->base = false;
	return rc < 0 ? rc : narrow(arena, &all, out->in, &out->at, error);
}

static int find_stem(kin_arena *arena, const kin_revision_graph *graph, const name *n, const bool *applied, place *out,
                     kin_error *error)
{
	int rc;

	if (strcmp(n->stem, "base") == 0) {
		out->base = true;
		return KIN_OK;
	}
	if (strcmp(n->stem, "heads") == 0 || strcmp(n->stem, "head") == 0) {
		if ((rc = narrow(arena, &graph->heads, out->in, &out->at, error)) < 0)
			return rc;
		return out->at.count > 1 && strcmp(n->stem, "head") == 0 ? several(n->stem, graph, &out->at, error) : KIN_OK;
	}
	if (applied && (!*n->stem || strcmp(n->stem, "current") == 0))
		return find_current(arena, graph, applied, out, error);
	if ((rc = by_name(arena, graph, n->stem, &out->at, error)) < 0)
		return rc;
	if (out->in && !out->in[out->at.items[0]])
		return kin_error_set(error, KIN_EREVISION, "Revision %s is not a member of branch '%s'",
		                     graph->items[out->at.items[0]].id, n->branch);
	return KIN_OK;
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

/* Where a branch begins: what stands on nothing of it. */
static int first_of(kin_arena *arena, const kin_revision_graph *graph, const bool *in, kin_revision_links *ret_found, kin_error *error)
{
	kin_revision_links found = { .items = kin_arena_alloc(arena, (graph->count + 1) * sizeof(*found.items)) };

	if (!found.items)
		return kin_error_nomem(error);
	for (size_t i = 0; i < graph->count; i++) {
		bool stands = !in[i];
		for (size_t j = 0; j < graph->parents[i].count && !stands; j++)
			stands = in[graph->parents[i].items[j]];
		if (!stands)
			found.items[found.count++] = i;
	}
	*ret_found = found;
	return KIN_OK;
}

/* The places one step on. */
static int next_of(kin_arena *arena, const kin_revision_graph *graph, const place *p, bool up, kin_revision_links *ret_next,
                   kin_error *error)
{
	if (p->at.count == 0)
		return p->in ? first_of(arena, graph, p->in, ret_next, error) : narrow(arena, &graph->bases, NULL, ret_next, error);
	return narrow(arena, up ? &graph->children[p->at.items[0]] : &graph->parents[p->at.items[0]], p->in, ret_next, error);
}

/* Walk from one place (none: base) along parents or children. */
static int walk(kin_arena *arena, const kin_revision_graph *graph, const char *text, long steps, place *p, kin_error *error)
{
	for (; steps != 0; steps += steps > 0 ? -1 : 1) {
		const char *at = p->at.count == 1 ? graph->items[p->at.items[0]].id : "base";
		kin_revision_links next = { 0 };
		int rc;
		if (p->at.count > 1)
			return several(text, graph, &p->at, error);
		if (p->at.count == 0 && steps < 0)
			return no_step(text, error);
		if ((rc = next_of(arena, graph, p, steps > 0, &next, error)) < 0)
			return rc;
		if (next.count > 1)
			return fork_ahead(text, at, error);
		if (next.count == 0 && steps > 0)
			return no_step(text, error);
		p->at = next;
		p->base = next.count == 0;
	}
	return KIN_OK;
}

static int find_place(kin_arena *arena, const kin_revision_graph *graph, const char *text, const bool *applied, place *out,
                      kin_error *error)
{
	name n;
	int rc;

	*out = (place){ 0 };
	if (!text || !*text)
		return kin_error_set(error, KIN_EREVISION, "Can't locate revision identified by '': name a revision, 'head' or 'base'");
	if (kin_revision_index(graph, text) != (size_t)-1)
		return by_prefix(arena, graph, text, &out->at, error);
	if ((rc = parse(arena, text, &n, error)) < 0 || !n.stem)
		return rc;
	if (!*n.stem && (!applied || n.steps == 0))
		return kin_error_set(error, KIN_EREVISION, applied ? "'%s': what of it? Say head, base, or a number of steps"
		                                                   : "'%s' counts from where a database is; none is at hand", text);
	if (n.branch && (rc = find_branch(arena, graph, n.branch, &out->in, error)) < 0)
		return rc;
	rc = find_stem(arena, graph, &n, applied, out, error);
	return rc == KIN_OK && n.steps != 0 ? walk(arena, graph, text, n.steps, out, error) : rc;
}

int kin_revision_find(kin_arena *arena, const kin_revision_graph *graph, const char *text, const bool *applied,
                      kin_revision_links *ret_found, kin_error *error)
{
	place p;
	int rc = find_place(arena, graph, text, applied, &p, error);

	if (rc == KIN_OK)
		*ret_found = p.at;
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
	return *end || n > MOST_STEPS ? 0 : n;
}

/* +N: N steps from the one place where the database is. */
static int steps_up(kin_arena *arena, const kin_revision_graph *graph, const char *text, const bool *applied, place *p,
                    kin_error *error)
{
	int rc = find_current(arena, graph, applied, p, error);

	return rc < 0 ? rc : walk(arena, graph, text, bare_steps(text, '+'), p, error);
}

/* label@+N: the next N of those that the branch's heads need. */
static int branch_up(kin_arena *arena, const kin_revision_graph *graph, const char *text, const bool *applied,
                     kin_revision_links *ret_path, kin_error *error)
{
	char *heads = kin_arena_printf(arena, "%.*s@heads", (int)(strchr(text, '@') - text), text);
	size_t n = (size_t)bare_steps(text, '+');
	int rc = heads ? kin_revision_upgrade(arena, graph, heads, applied, ret_path, error) : kin_error_nomem(error);

	if (rc == KIN_OK && ret_path->count < n)
		return no_step(text, error);
	if (rc == KIN_OK)
		ret_path->count = n;
	return rc;
}

int kin_revision_upgrade(kin_arena *arena, const kin_revision_graph *graph, const char *target, const bool *applied,
                         kin_revision_links *ret_path, kin_error *error)
{
	long steps = bare_steps(target ? target : "", '+');
	bool *wanted = new_set(arena, graph);
	place p = { 0 };
	int rc;

	if (!wanted)
		return kin_error_nomem(error);
	if (steps > 0 && strchr(target, '@'))
		return branch_up(arena, graph, target, applied, ret_path, error);
	rc = steps > 0 ? steps_up(arena, graph, target, applied, &p, error) : find_place(arena, graph, target, applied, &p, error);
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
	bool *left = new_set(arena, graph);
	size_t *items = kin_arena_alloc(arena, (graph->count + 1) * sizeof(*items)), count = 0;
	place now = { .in = in };
	int rc;

	if (!left || !items)
		return kin_error_nomem(error);
	memcpy(left, applied, graph->count * sizeof(*left));
	for (long n = bare_steps(text, '-'); n > 0; n--) {
		if ((rc = find_current(arena, graph, left, &now, error)) < 0)
			return rc;
		if (now.at.count == 0)
			return no_step(text, error);
		if (now.at.count > 1)
			return fork_ahead(text, graph->items[now.at.items[0]].id, error);
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
	bool *undone = new_set(arena, graph);
	const bool *in = NULL;
	int rc = KIN_OK;

	if (!undone)
		return kin_error_nomem(error);
	if (at) {
		char *branch = kin_arena_strndup(arena, target, (size_t)(at - target));
		rc = branch ? find_branch(arena, graph, branch, &in, error) : kin_error_nomem(error);
	}
	if (rc == KIN_OK)
		rc = steps_down(arena, graph, target, applied, in, ret_path, error);
	return rc < 0 ? rc : check_needed(graph, ret_path, applied, undone, error);
}

int kin_revision_downgrade(kin_arena *arena, const kin_revision_graph *graph, const char *target, const bool *applied,
                           kin_revision_links *ret_path, kin_error *error)
{
	bool *undo = new_set(arena, graph);
	place p;
	int rc;

	if (!undo)
		return kin_error_nomem(error);
	if (target && bare_steps(target, '-') > 0)
		return branch_steps_down(arena, graph, target, applied, ret_path, error);
	if ((rc = find_place(arena, graph, target, applied, &p, error)) < 0)
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
