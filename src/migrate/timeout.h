/* timeout.h - how long a migration waits for locks, and for a statement. */
#ifndef KIN_MIGRATE_TIMEOUT_H
#define KIN_MIGRATE_TIMEOUT_H

#include "db/connection.h"

/* Set them for the connection, in milliseconds; 0 leaves what there is. SQLite has no timeout of statements. */
int kin_timeout_set(kin_connection *connection, int64_t lock, int64_t statement, kin_error *error);
/* Back to what the server gives a new connection. */
void kin_timeout_reset(kin_connection *connection);

#endif
