/* rebuild.h - changing a table in a way that SQLite's ALTER TABLE cannot: make a new one, move the rows, swap.
 *
 * The procedure is SQLite's own (lang_altertable.html, "Making Other Kinds Of Table Schema Changes"). The new table
 * is made from the old one as it really is, so what kin does not model survives. */
#ifndef KIN_MIGRATE_REBUILD_H
#define KIN_MIGRATE_REBUILD_H

#include "db/connection.h"
#include "migrate/op.h"

/* Rows moved so far; called at the start and the end of each table, and in between for tables of many rows that have row numbers. */
typedef void kin_rebuild_progress(void *context, const char *table, int64_t done, int64_t total);

/* Carry out `count` changes of one table in one rebuild. The caller has turned foreign_keys off, has a write transaction
 * open, and rolls back after an error. Rows that the new table cannot hold are named: KIN_ENOTNULL, KIN_EUNIQUE, KIN_ECHECK, KIN_EVALUE, KIN_ELENGTH.
 * KIN_EREVISION when a change does not fit the table, or a view or trigger would break. */
int kin_rebuild_table(kin_connection *connection, const char *table, const kin_ddl *const *changes, size_t count,
                      kin_rebuild_progress *progress, void *context, kin_error *error);

#endif
