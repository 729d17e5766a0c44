/* siblings.h - the objects that came with one statement, for what is better loaded for all of them. */
#ifndef KIN_ORM_SIBLINGS_H
#define KIN_ORM_SIBLINGS_H

#include "orm/session_state.h"

/* Whether an object of this batch may have siblings: not one that came alone, or that others have left. */
bool kin_siblings_may_be(const kin_session *session, const kin_batch *batch);

/* They are the batch's items from now on. KIN_OK or KIN_ENOMEM, which is the session's. */
int kin_siblings_find(kin_session *session, kin_batch *batch);

/* An object of the batch leaves the session, and so may others: nobody looks for siblings any more. */
void kin_siblings_part(kin_batch *batch);

#endif
