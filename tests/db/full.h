/* full.h - a server whose disk is full: it says so, and goes on when there is room again. */
#ifndef KIN_TEST_FULL_H
#define KIN_TEST_FULL_H

#include "db/database.h"
#include "db/own_server.h"

/* `many` inserts into pets (id, picture) what does not fit; `says` is what the server's own sentence has. */
static inline void check_full_disk(const char *kind, const char *many, const char *says)
{
	kin_db *db = open_with((kin_db_options){ .url = own_server(kind) });
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	run(c, "create table pets (id int primary key, picture text); insert into pets values (1, 'small')");
	own_server_full(true);
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	int rc = failure(c, many, &error);
	CHECK_MSG(rc == KIN_EFULL, "%s: %s", kin_errname(rc), kin_error_text(&error));
	CHECK_HAS(kin_error_text(&error), "no room is left for the database");
	CHECK_HAS(kin_error_text(&error), says);
	CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	CHECK_INT(number(c, "select count(*) from pets"), 1);
	own_server_full(false);
	run(c, many);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
	own_server_stop();
}

#endif
