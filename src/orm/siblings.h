/* siblings.h - the objects that came with one statement, for what is better loaded for all of them. */
#ifndef KIN_ORM_SIBLINGS_H
#define KIN_ORM_SIBLINGS_H

#include "orm/load_rows.h"

/* Whether an object of this batch may have siblings: not one that came alone, or that others have left. */
bool kin_siblings_may_be(const kin_session *session, const kin_batch *batch);

/* They are the batch's items from now on. KIN_OK or KIN_ENOMEM, which is the session's. */
int kin_siblings_find(kin_session *session, kin_batch *batch);

/* As many as load with one statement. */
enum { KIN_SIBLINGS = 500 };

typedef struct kin_siblings {
	void  *items[KIN_SIBLINGS];
	size_t count;
} kin_siblings;

/* Whether a sibling lacks `what` too, and can be given it. */
typedef bool kin_siblings_wants(const kin_session *session, const void *sibling, const void *what);

/* The object, and behind it the next of its siblings that want the same. *cursor is where to look for them in the batch, whose end is followed by its
 * beginning: 0 at first, and moved. Inline, so that `wants` is. KIN_OK or KIN_ENOMEM, which is the session's. */
static inline int kin_siblings_gather(kin_session *session, void *object, kin_siblings_wants *wants, const void *what, size_t *cursor,
                                      kin_siblings *ret)
{
	kin_batch *batch = kin_instance_of(object)->batch;
	int rc = kin_siblings_find(session, batch);
	size_t at = *cursor;

	if (rc < 0)
		return rc;
	ret->items[0] = object;
	ret->count = 1;
	for (; at < batch->count && ret->count < KIN_SIBLINGS; at++) {
		void *sibling = kin_member(batch->items[at], 0);
		if (sibling != object && wants(session, sibling, what))
			ret->items[ret->count++] = sibling;
	}
	*cursor = at < batch->count ? at : 0;
	return KIN_OK;
}

/* Of batches that a statement over models that inherit has made, the one that knows what was asked of them all: the first whose objects have what is
 * the mapping's (NULL: of all). */
kin_load_batch *kin_siblings_keeper(kin_load_batch *batch, const kin_mapping *mapping);

/* An object of the batch leaves the session, and so may others: nobody looks for siblings any more. */
void kin_siblings_part(kin_session *session, kin_batch *batch);

#endif
