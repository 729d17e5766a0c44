/* cascade.h - what an operation on an object does to those that its relationships reach. */
#ifndef KIN_ORM_CASCADE_H
#define KIN_ORM_CASCADE_H

#include "orm/unit.h"

/* Make an object pending if it is transient, and everything transient that its relationships reach by save-update.
 * KIN_OK; KIN_EINVAL for an object of another session; KIN_ENOMEM. The error is in the session. */
int kin_cascade_save(kin_session *session, void *object);

/* The same for one object that was put at the other end of a relationship. NULL: nothing to do. */
int kin_cascade_save_along(kin_session *session, const void *object, const kin_relation *relation, const void *target);

/* Mark a child for deletion: the flush deletes its row, and what hangs on it. One that has none yet is not saved. KIN_OK or KIN_ENOMEM. */
int kin_cascade_mark(kin_session *session, void *child);

/* Mark the object for deletion and, along delete cascades, what hangs on it; children that stay lose their key. Called by the flush, for all
 * objects of one mapping that are marked, so that what must be loaded first is loaded with one statement per
 * relationship. KIN_OK or the error. */
int kin_cascade_delete(kin_session *session, const void *const *objects, size_t count);

#endif
