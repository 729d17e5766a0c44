/* replica.h - copies of a database on other servers, for those who only read. */
#ifndef KIN_DB_REPLICA_H
#define KIN_DB_REPLICA_H

#include "db/db.h"

/* Take replicas=… and replica_wait=… out of the URL's options; where there are replicas, make them a kin_db with a pool of its own,
 * db->readers. `options` is what the database was opened with. No connection is made. */
int  kin_replica_open(kin_db *db, const kin_db_options *options, kin_error *error);
/* The same for the readers' own URL: those options go, and what names a server gives way to the replicas. */
int  kin_replica_settle(kin_db *readers, kin_error *error);

/* A transaction of this connection has been committed: readers are to see it. */
void kin_replica_note(kin_connection *connection);

#endif
