/* drift.h - whether a database is what its revisions say it is. */
#ifndef KIN_MIGRATE_DRIFT_H
#define KIN_MIGRATE_DRIFT_H

#include "db/connection.h"
#include "migrate/diff.h"
#include "migrate/folder.h"

/* What someone changed by hand: the changes that lead from the replayed files at the database's revision to the database as it is.
 * None: in step. In the changes' arena. */
int kin_drift_find(kin_changes *out, kin_connection *connection, const kin_folder *folder, const bool *applied,
                   kin_error *error);

/* For autogenerate with a database at hand: KIN_EREVISION "Target database is not up to date." when it is behind the head,
 * KIN_EDIFFERENT "the database was changed by hand: …", with a line for each difference. */
int kin_drift_check(kin_connection *connection, const kin_folder *folder, kin_error *error);

#endif
