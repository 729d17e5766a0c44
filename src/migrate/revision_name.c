/* revision_name.c - the names that people use for revisions.
 *
 *     name = ((label | id) @)? (id | beginning of an id | label | head | heads | base | current)? (+N | -N)? */
#include "migrate/revision_name.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/text.h"

typedef struct name {
	char *branch;   /* NULL: none */
	char *stem;     /* "" for a bare +N or -N */
	long  steps;    /* 0: none */
} name;

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
		if (steps < 1 || steps > KIN_REVISION_MOST_STEPS)
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

int kin_revision_name_branch(kin_arena *arena, const kin_revision_graph *graph, const char *branch, const bool **ret_in, kin_error *error)
{
	kin_revision_links first = { 0 };
	bool *in = kin_revision_name_set(arena, graph);
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

int kin_revision_name_current(kin_arena *arena, const kin_revision_graph *graph, const bool *applied, kin_revision_place *out, kin_error *error)
{
	kin_revision_links all = { 0 };
	int rc = kin_revision_current(arena, graph, applied, &all, error);

	out->base = false;
	return rc < 0 ? rc : narrow(arena, &all, out->in, &out->at, error);
}

static int find_stem(kin_arena *arena, const kin_revision_graph *graph, const name *n, const bool *applied, kin_revision_place *out,
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
		return kin_revision_name_current(arena, graph, applied, out, error);
	if ((rc = by_name(arena, graph, n->stem, &out->at, error)) < 0)
		return rc;
	if (out->in && !out->in[out->at.items[0]])
		return kin_error_set(error, KIN_EREVISION, "Revision %s is not a member of branch '%s'",
		                     graph->items[out->at.items[0]].id, n->branch);
	return KIN_OK;
}

int kin_revision_name_no_step(const char *text, kin_error *error)
{
	return kin_error_set(error, KIN_EREVISION, "Relative revision %s didn't produce the number of migrations it asks for", text);
}

int kin_revision_name_fork(const char *text, const char *id, kin_error *error)
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
static int next_of(kin_arena *arena, const kin_revision_graph *graph, const kin_revision_place *p, bool up, kin_revision_links *ret_next,
                   kin_error *error)
{
	if (p->at.count == 0)
		return p->in ? first_of(arena, graph, p->in, ret_next, error) : narrow(arena, &graph->bases, NULL, ret_next, error);
	return narrow(arena, up ? &graph->children[p->at.items[0]] : &graph->parents[p->at.items[0]], p->in, ret_next, error);
}

int kin_revision_name_walk(kin_arena *arena, const kin_revision_graph *graph, const char *text, long steps, kin_revision_place *p, kin_error *error)
{
	for (; steps != 0; steps += steps > 0 ? -1 : 1) {
		const char *at = p->at.count == 1 ? graph->items[p->at.items[0]].id : "base";
		kin_revision_links next = { 0 };
		int rc;
		if (p->at.count > 1)
			return several(text, graph, &p->at, error);
		if (p->at.count == 0 && steps < 0)
			return kin_revision_name_no_step(text, error);
		if ((rc = next_of(arena, graph, p, steps > 0, &next, error)) < 0)
			return rc;
		if (next.count > 1)
			return kin_revision_name_fork(text, at, error);
		if (next.count == 0 && steps > 0)
			return kin_revision_name_no_step(text, error);
		p->at = next;
		p->base = next.count == 0;
	}
	return KIN_OK;
}

int kin_revision_name_find(kin_arena *arena, const kin_revision_graph *graph, const char *text, const bool *applied, kin_revision_place *out,
                      kin_error *error)
{
	name n;
	int rc;

	*out = (kin_revision_place){ 0 };
	if (!text || !*text)
		return kin_error_set(error, KIN_EREVISION, "Can't locate revision identified by '': name a revision, 'head' or 'base'");
	if (kin_revision_index(graph, text) != (size_t)-1)
		return by_prefix(arena, graph, text, &out->at, error);
	if ((rc = parse(arena, text, &n, error)) < 0 || !n.stem)
		return rc;
	if (!*n.stem && (!applied || n.steps == 0))
		return kin_error_set(error, KIN_EREVISION, applied ? "'%s': what of it? Say head, base, or a number of steps"
		                                                   : "'%s' counts from where a database is; none is at hand", text);
	if (n.branch && (rc = kin_revision_name_branch(arena, graph, n.branch, &out->in, error)) < 0)
		return rc;
	rc = find_stem(arena, graph, &n, applied, out, error);
	return rc == KIN_OK && n.steps != 0 ? kin_revision_name_walk(arena, graph, text, n.steps, out, error) : rc;
}

int kin_revision_find(kin_arena *arena, const kin_revision_graph *graph, const char *text, const bool *applied,
                      kin_revision_links *ret_found, kin_error *error)
{
	kin_revision_place p;
	int rc = kin_revision_name_find(arena, graph, text, applied, &p, error);

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
