/* session_expunge.h - giving back the memory of objects that left the session. */
#ifndef KIN_ORM_SESSION_EXPUNGE_H
#define KIN_ORM_SESSION_EXPUNGE_H

#include "orm/unit.h"

/* An expunged object is added again: its memory stays. Does nothing for others. */
void kin_expunge_undo(kin_session *session, const void *object);
/* The transaction has ended: give memory back, if there is enough of it. */
void kin_expunge_sweep(kin_session *session);

#endif
