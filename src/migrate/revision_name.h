/* revision_name.h - where a name leads to in the graph. For revision_name.c and revision_path.c only. */
#ifndef KIN_MIGRATE_REVISION_NAME_H
#define KIN_MIGRATE_REVISION_NAME_H

#include "migrate/revision.h"

enum { KIN_REVISION_MOST_STEPS = 1000000 };

/* What a name stands for. */
typedef struct kin_revision_place {
	kin_revision_links at;
	const bool        *in;   /* the branch that it was narrowed to; NULL: all */
	bool               base; /* it is what is before the first */
} kin_revision_place;

/* A flag for each revision. NULL when memory is out. */
static inline bool *kin_revision_name_set(kin_arena *arena, const kin_revision_graph *graph)
{
	return kin_arena_zalloc(arena, graph->count + 1);
}

/* `applied` NULL: no database is at hand. All of them: KIN_OK, KIN_EREVISION or KIN_ENOMEM. */
int kin_revision_name_find(kin_arena *arena, const kin_revision_graph *graph, const char *text, const bool *applied,
                           kin_revision_place *out, kin_error *error);
/* Where the database is, within out->in. */
int kin_revision_name_current(kin_arena *arena, const kin_revision_graph *graph, const bool *applied, kin_revision_place *out,
                              kin_error *error);
/* The revisions of a branch, by its label or one of its ids. */
int kin_revision_name_branch(kin_arena *arena, const kin_revision_graph *graph, const char *branch, const bool **ret_in,
                             kin_error *error);
/* Walk from one place (none: base) along parents or children. `text`: what asked for it. */
int kin_revision_name_walk(kin_arena *arena, const kin_revision_graph *graph, const char *text, long steps, kin_revision_place *p,
                           kin_error *error);
/* There are not so many steps; or the next one is not one. */
int kin_revision_name_no_step(const char *text, kin_error *error);
int kin_revision_name_fork(const char *text, const char *id, kin_error *error);

#endif
