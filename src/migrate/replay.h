/* replay.h - revisions on paper: what a schema is after one of them. */
#ifndef KIN_MIGRATE_REPLAY_H
#define KIN_MIGRATE_REPLAY_H

#include "migrate/folder.h"

/* One direction of a revision. What it leaves must be sound: KIN_EREVISION with file:line for a statement that does not fit, and for a
 * key that points nowhere (but where the revision has `-- only:` blocks, of which not everything can be read). */
int kin_replay_script(kin_schema *schema, const kin_dialect *dialect, const kin_script *script, bool up, kin_error *error);

#endif
