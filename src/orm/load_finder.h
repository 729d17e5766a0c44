/* load_finder.h - finds an object by the values of some of its members: the other end of a relationship.
 *
 * Where the members are the primary key the identity map does it. */
#ifndef KIN_ORM_LOAD_FINDER_H
#define KIN_ORM_LOAD_FINDER_H

#include "orm/load_rows.h"

typedef struct kin_finder {
	const kin_mapping    *mapping;
	const kin_attribute **attributes;
	size_t                count;
	const kin_identity   *identity; /* NULL: the members are no key, and objects are added to .others */
	bool                  integer;  /* one integer key: the fast way */
	bool                  parents;  /* with such a key, by kin_finder_add_parents(): for kin_finder_parent(). They are
	                                 * found without a look at them, and close together, so that a row waits for no memory: */
	void                **dense;    /* by key, from .first on; NULL where no parent is; */
	int64_t               first;
	size_t                span;
	kin_identity         *sparse;   /* or here, when there are too many keys between them */
	kin_map               others;   /* values as text -> object */
	kin_arena             arena;
} kin_finder;

/* By the local side of a relationship (its parents), or the remote one. KIN_OK, or KIN_ENOMEM in the session. */
int kin_finder_init(kin_finder *finder, kin_session *session, const kin_relation *relation, bool local);
void kin_finder_done(kin_finder *finder);
/* A set of values of which there are `count` each, by kin_finder_note() alone. */
static inline void kin_finder_init_set(kin_finder *finder, size_t count)
{
	*finder = (kin_finder){ .count = count };
}
/* Whether the values are new, and keep them: 1, or 0 if they are known or one is NULL; KIN_ENOMEM in the session. `thing` is what is found by them. */
int kin_finder_note(kin_finder *finder, kin_session *session, const kin_value *values, void *thing);
int kin_finder_add(kin_finder *finder, kin_session *session, void *object);
/* Once: of these parents those whose relationship is not loaded. KIN_OK, or KIN_ENOMEM in the session. */
int kin_finder_add_parents(kin_finder *finder, kin_session *session, const kin_relation *relation, void *const *objects, size_t count);
/* NULL: there is none, or memory is out, which kin_finder_failed() tells. A NULL value finds nothing. */
void *kin_finder_find(kin_finder *finder, const kin_value *values);

/* Of .parents. NULL: it is not wanted. */
static inline void *kin_finder_parent(const kin_finder *finder, int64_t key)
{
	uint64_t at = (uint64_t)key - (uint64_t)finder->first;

	if (__builtin_expect(at < finder->span, 1))
		return finder->dense[at];
	return finder->sparse ? kin_identity_find_integer(finder->sparse, key) : NULL;
}

static inline bool kin_finder_failed(const kin_finder *finder)
{
	return finder->arena.failed;
}

#endif
