/* db.h - what is inside a kin_db: for this layer and its drivers only. */
#ifndef KIN_DB_DB_H
#define KIN_DB_DB_H

#include "db/driver.h"
#include "db/pool.h"
#include "db/trace.h"
#include "db/url.h"

struct kin_db {
	kin_arena         arena;
	kin_url           url;
	char             *shown; /* the URL without its password */
	const kin_driver *driver;
	void             *config; /* the driver's */
	int               busy_timeout; /* milliseconds; 0: do not wait */
	bool              read_only;
	bool              pgbouncer; /* between transactions a connection may become another one: nothing is kept on it */
	bool              connected; /* atomic: it has been, once */
	kin_pool          pool;
	kin_trace         trace;
	kin_db           *readers;      /* its replicas, as a database of their own: replica.h. NULL: none */
	bool              replica;      /* it is such a one */
	int               replica_wait; /* milliseconds that a reader waits for a replica to catch up */
	uint64_t          written;      /* atomic: how far the journal went when a transaction was committed last. 0: none has been */
	void             *above;        /* atomic: kin_db_above() */
	void            (*done_above)(void *above);
	kin_db_greet     *greet;        /* atomic: kin_db_on_connected(). NULL: nobody wants to see new connections */
	void             *greet_context;
	int64_t           readers_rest; /* atomic: kin_clock_steady() until when the replicas are left alone */
};

/* Make a connection, and end one. */
int  kin_db_connect(kin_db *db, kin_connection **ret_connection, kin_error *error);
void kin_db_disconnect(kin_connection *connection);

/* Its statements take as long as they want again. False: it could not be told so. */
bool kin_connection_unlimit(kin_connection *connection);

/* Open db->readers, as the options say and kin_replica_settle() changes them. */
int kin_db_open_readers(kin_db *db, const kin_db_options *options, kin_error *error);

#endif
