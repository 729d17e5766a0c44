/* rules.h - what the database does to rows by the rules of their foreign keys happens to the objects that are loaded. */
#ifndef KIN_ORM_RULES_H
#define KIN_ORM_RULES_H

#include "orm/unit.h"

/* The rows of these objects have just been deleted; the session has them still. Loaded objects that pointed at them are deleted where the foreign key says
 * ON DELETE CASCADE, and what pointed at those; where it says SET NULL, their keys are NULL. KIN_OK or the error, which is in the session.
 *
 * All loaded objects of a model that has such a key to one of theirs are looked through: it costs no statement. */
int kin_rules_follow(kin_session *session, void *const *gone, size_t count);

#endif
