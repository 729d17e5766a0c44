/* Tests of a server whose disk is full: it says so, and goes on when there is room again. */
#include "db/mariadb/server.h"
#include "db/own_server.h"

static const char many[] = "insert into pets select seq, repeat('x', 1000) from seq_3_to_1000";

TEST(a_full_disk_is_said_and_what_was_there_stays)
{
	kin_db *db = open_with((kin_db_options){ .url = own_server("mariadb") });
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	run(c, "create table pets (id int primary key, picture longblob); insert into pets values (1, 'small')");
	own_server_full(true);
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	int rc = failure(c, many, &error);
	CHECK_MSG(rc == KIN_EFULL, "%s: %s", kin_errname(rc), kin_error_text(&error));
	CHECK_HAS(kin_error_text(&error), "no room is left for the database");
	CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	CHECK_INT(number(c, "select count(*) from pets"), 1);
	own_server_full(false);
	run(c, many);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
	own_server_stop();
}
