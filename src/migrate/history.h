/* history.h - which revisions a database has, written down in it; and the lock that lets one process change that.
 *
 * kin_revision has a row for each applied revision. kin_lock has a row while someone migrates: a primary key that a second
 * INSERT fails on, which also holds across the nodes of a cluster. A holder that died on this machine is
 * noticed, and its lock taken over. */
#ifndef KIN_MIGRATE_HISTORY_H
#define KIN_MIGRATE_HISTORY_H

#include <stdint.h>

#include "db/connection.h"

typedef struct kin_history_row {
	const char *id;
	uint64_t    checksum; /* 0: stamped, not run */
	const char *applied_at; /* UTC */
} kin_history_row;

/* The rows, in the order of application, in the arena. No rows when the tables are not there; nothing is made. */
int kin_history_read(kin_connection *connection, kin_arena *arena, kin_history_row **ret_rows, size_t *ret_count,
                     kin_error *error);

/* Make the tables if they are not there. */
int kin_history_create(kin_connection *connection, kin_error *error);

/* In the transaction that is open. */
int kin_history_add(kin_connection *connection, const char *id, uint64_t checksum, kin_error *error);
int kin_history_remove(kin_connection *connection, const char *id, kin_error *error);
int kin_history_clear(kin_connection *connection, kin_error *error);

/* Take the lock, waiting up to `timeout` milliseconds. KIN_EBUSY names the holder. Makes the tables. */
int kin_history_lock(kin_connection *connection, int64_t timeout, kin_error *error);
/* Give it back. Only one's own. */
int kin_history_unlock(kin_connection *connection, kin_error *error);
/* Take it away from whoever has it, after a machine was lost. */
int kin_history_break_lock(kin_connection *connection, kin_error *error);

#endif
