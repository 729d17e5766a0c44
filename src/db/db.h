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
};

/* Make a connection, and end one. */
int  kin_db_connect(kin_db *db, kin_connection **ret_connection, kin_error *error);
void kin_db_disconnect(kin_connection *connection);

#endif
