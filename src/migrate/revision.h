/* revision.h - the graph that revisions form, and the names people use for its nodes.
 *
 * Knows no files and no database. A revision is its index in the graph; parents come before their children.
 * What is applied is a bool for each revision. */
#ifndef KIN_MIGRATE_REVISION_H
#define KIN_MIGRATE_REVISION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

typedef struct kin_revision {
	const char        *id;
	const char *const *parents; /* ids; none: a base */
	size_t             parent_count;
	const char *const *depends; /* ids: applied before it, but it does not follow them */
	size_t             depend_count;
	const char *const *labels;  /* names of the branch that it begins */
	size_t             label_count;
	const char        *where;   /* the file, for messages; may be NULL */
	size_t             tag;     /* the caller's: which script it is */
} kin_revision;

typedef struct kin_revision_links {
	size_t *items;
	size_t  count;
} kin_revision_links;

/* A branch's name: it stands for the revision that has it, and as `label@head` and the like for what belongs to its branch. */
typedef struct kin_revision_label {
	const char *name;
	size_t      revision;
} kin_revision_label;

typedef struct kin_revision_graph {
	kin_revision       *items;    /* parents, and what they depend on, first; among free ones in the order of ids */
	size_t              count;
	size_t             *by_id;    /* the revisions in the order of their ids */
	kin_revision_links *parents;  /* by revision */
	kin_revision_links *depends;
	kin_revision_links *children;
	kin_revision_links  heads;    /* revisions without children */
	kin_revision_links  bases;
	kin_revision_label *labels;
	size_t              label_count;
} kin_revision_graph;

/* Build the graph, in the arena; the strings are borrowed. KIN_EREVISION, all problems in one error: an id twice, a parent that is not there,
 * a cycle with its ids, a label twice. */
int kin_revision_build(kin_arena *arena, const kin_revision *items, size_t count,
                       kin_revision_graph *ret_graph, kin_error *error);

/* By full id; (size_t)-1: absent. */
size_t kin_revision_index(const kin_revision_graph *graph, const char *id);

/* What a text stands for: an id or a unique beginning of one, a label, head, heads, base (nothing), current; each may be followed by
 * +N or -N. `label@` (or `id@`) before one of them, but current, narrows it to that branch. `applied` is needed for current and a bare +N
 * or -N, and may be NULL otherwise. Several only for heads and current.
 * KIN_EREVISION: "Can't locate revision identified by 'zz'" and others. */
int kin_revision_find(kin_arena *arena, const kin_revision_graph *graph, const char *text, const bool *applied,
                      kin_revision_links *ret_found, kin_error *error);
/* The same where exactly one is wanted. */
int kin_revision_find_one(kin_arena *arena, const kin_revision_graph *graph, const char *text, const bool *applied,
                          size_t *ret_index, kin_error *error);

/* What must be run, in order, to go up (or down) to `target`: nothing when it is reached already. */
int kin_revision_upgrade(kin_arena *arena, const kin_revision_graph *graph, const char *target, const bool *applied,
                         kin_revision_links *ret_path, kin_error *error);
int kin_revision_downgrade(kin_arena *arena, const kin_revision_graph *graph, const char *target, const bool *applied,
                           kin_revision_links *ret_path, kin_error *error);

/* The revisions of "[start]:[end]" as `history -r` has it, newest first. NULL: all. */
int kin_revision_range(kin_arena *arena, const kin_revision_graph *graph, const char *range, const bool *applied,
                       kin_revision_links *ret_path, kin_error *error);

/* `set[i]` becomes true for each of the revisions, all their ancestors, and what those depend on. */
void kin_revision_ancestors(const kin_revision_graph *graph, const kin_revision_links *from, bool *set);
/* `set[i]` becomes true for what a label's branch has: the revision with it, what follows that, and what leads to it from where the ways
 * part. */
void kin_revision_branch(const kin_revision_graph *graph, size_t revision, bool *set);
/* Applied revisions without an applied child. */
int kin_revision_current(kin_arena *arena, const kin_revision_graph *graph, const bool *applied,
                         kin_revision_links *ret_found, kin_error *error);
static inline bool kin_revision_is_head(const kin_revision_graph *g, size_t i) { return g->children[i].count == 0; }
static inline bool kin_revision_is_branch(const kin_revision_graph *g, size_t i) { return g->children[i].count > 1; }
static inline bool kin_revision_is_merge(const kin_revision_graph *g, size_t i) { return g->parents[i].count > 1; }

#endif
