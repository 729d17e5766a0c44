/* merge.h - what the files of kin_merge() share. */
#ifndef KIN_ORM_MERGE_H
#define KIN_ORM_MERGE_H

#include "orm/load_rows.h"

typedef struct kin_merge_copy {
	const void *source; /* it is not touched */
	void       *own;
	bool        is_new;
} kin_merge_copy;

typedef struct kin_merging {
	kin_session *session;
	kin_vec(kin_merge_copy) copies;
	uint32_t    *slots;    /* by the source's address: its copy, counted from 1 */
	size_t       capacity; /* a power of two */
} kin_merging;

static inline bool kin_merge_has_row(const void *object)
{
	return kin_instance_of(object)->state > KIN_PENDING;
}

/* ---- merge_reach.c ---- */

/* All that the object reaches by KIN_CASCADE_MERGE, as copies that have no .own yet. KIN_OK or KIN_ENOMEM, in the session. */
int kin_merge_reach(kin_merging *m, const void *object);
/* Of a source that was reached. */
void *kin_merge_own_of(const kin_merging *m, const void *source);
/* Whether the session has it itself. */
bool kin_merge_is_own(const kin_merging *m, const void *source);
/* Whether the source says what the relationship is to be. What an object without a row leaves empty was not given: kin_new() cannot tell it from
 * what was. */
bool kin_merge_is_given(const void *source, const kin_relation *relation);

/* ---- merge_relation.c ---- */

/* Set what is given of all copies, which have their .own. KIN_OK, or an error that is the session's. */
int kin_merge_relate(const kin_merging *m);

#endif
