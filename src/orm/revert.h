/* revert.h - an object's unsaved edits are dropped: it is as its row was loaded, and both sides of its relationships are in step again. */
#ifndef KIN_ORM_REVERT_H
#define KIN_ORM_REVERT_H

#include "orm/unit.h"

/* A persistent object gets its snapshot back, a kin_delete() is taken back, and it leaves the lists that unsaved changes put it in. To
 * *ret_left go the relationships of whose lists that is so: a set by index. KIN_OK or the error, which is in the session. */
int kin_revert(kin_session *session, void *object, uint32_t *ret_left);

/* After that, when its keys are right: it comes back to the lists of the owners that they say. */
int kin_revert_join(kin_session *session, void *object, uint32_t left);

/* One relationship alone becomes what it was loaded as. */
int kin_revert_relation(kin_session *session, void *object, const kin_relation *relation);

#endif
