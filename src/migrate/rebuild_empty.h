/* rebuild_empty.h - columns for a table without rows, in a database of many tables. */
#ifndef KIN_MIGRATE_REBUILD_EMPTY_H
#define KIN_MIGRATE_REBUILD_EMPTY_H

#include "db/connection.h"
#include "sql/ddl.h"

/* Add columns (the changes are nothing else, and all of one table). *ret_done: whether it was done; where it was not, all is as before, and ALTER
 * TABLE has to do it. KIN_OK, KIN_ENOMEM or a database error. */
int kin_rebuild_empty(kin_connection *connection, const kin_ddl *changes, size_t count, bool *ret_done, kin_error *error);

#endif
