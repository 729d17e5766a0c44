/* concurrent.h - indexes that PostgreSQL makes and drops while others write to the table.
 *
 * CREATE INDEX CONCURRENTLY and DROP INDEX CONCURRENTLY cannot run in a transaction, so they cannot be undone. They can be done again: an
 * index that is there is not made, one that an earlier failure left behind invalid is dropped first, one that is gone
 * is not dropped. So a revision that was interrupted is run once more from its beginning, and nothing else may stand in it. */
#ifndef KIN_MIGRATE_CONCURRENT_H
#define KIN_MIGRATE_CONCURRENT_H

#include "migrate/execute.h"
#include "migrate/op.h"

/* Whether any of the changes, as far as they are for the dialect, is one of those. Also in an `-- only: postgresql` block. */
bool kin_concurrent_any(const kin_dialect *dialect, const kin_ddl *items, size_t count);

/* Run them, one after the other, with no transaction around them. KIN_EREVISION, before anything is done: another change is among them. */
int kin_concurrent_run(kin_connection *connection, const kin_ddl *items, size_t count, const kin_execute_options *options,
                       kin_error *error);

#endif
