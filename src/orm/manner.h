/* manner.h - what becomes of a relationship that is not loaded when a program asks for it.
 *
 * The model says it by .lazy, and a query may say otherwise for the objects that it brings: then their batch knows. Objects that the session had
 * already keep what they came with. */
#ifndef KIN_ORM_MANNER_H
#define KIN_ORM_MANNER_H

#include "orm/instance.h"

typedef struct kin_manner {
	kin_place   place; /* the query; .file NULL: not known */
	const char *path;  /* from its model to the objects: "pets."; "" */
	size_t      count;
	bool        guarded; /* relationships that only inheriting models have, behind those, */
	const uint64_t *raised; /* columns that are not to be loaded, as a set of so many */
	size_t      words;
	uint8_t     others;  /* are loaded like this, rather than as those models say */
	uint8_t     how[]; /* kin_lazy, by a relation's index; never one that comes with the parents */
} kin_manner;

/* Whether it comes with the parents, or right after them. */
static inline bool kin_lazy_comes_along(kin_lazy lazy)
{
	return lazy >= KIN_JOINED && lazy <= KIN_IMMEDIATE;
}

static inline kin_lazy kin_manner_of(const kin_instance *instance, const kin_relation *relation)
{
	const kin_manner *manner = instance->batch->manner;

	if (!manner || (relation->index >= manner->count && !manner->guarded))
		return relation->lazy;
	return (kin_lazy)(relation->index < manner->count ? manner->how[relation->index] : manner->others);
}

/* The word for it in a query. */
const char *kin_manner_word(kin_lazy lazy);
/* A copy; NULL when memory is out. */
kin_manner *kin_manner_copy(kin_arena *arena, const kin_manner *manner);

/* A program asks for a relationship that is not loaded, and would read it. 1: load it; 0: it is right by now, or stays as it is; KIN_ENOTLOADED,
 * in the session. */
int kin_manner_ask(kin_session *session, void *object, const kin_relation *relation);
/* KIN_ENOTLOADED, in the session: a query says `raise` of a column that a program asks for. */
int kin_manner_refuse_column(kin_session *session, const void *object, const kin_attribute *attribute);
/* Whether kin_append() and kin_remove() do without the list of an object that does not have it loaded. */
bool kin_manner_spares_list(const void *object, const kin_relation *relation);

#endif
