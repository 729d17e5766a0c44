/* Connections that are gone: while nobody used them, in a transaction, at its beginning. A database without a server loses none. */
#include "suite/suite.h"

static const char accounts[] =
	"CREATE TABLE accounts (id INTEGER NOT NULL, amount INTEGER, CONSTRAINT pk_accounts PRIMARY KEY (id));";

SUITE(connections_that_went_while_nobody_used_them_are_replaced)
{
	kin_connection *c = acquire(db), *d = acquire(db);
	kin_error error = { 0 };

	kin_db_release(db, c);
	kin_db_release(db, d);
	suite_kill(db);
	CHECK_MSG(kin_db_begin(db, KIN_BEGIN_WRITE, NULL, &c, &error) == KIN_OK, "%s", kin_error_text(&error));
	CHECK_INT(number(c, "select 1"), 1);
	CHECK_INT(kin_connection_commit(c, NULL), KIN_OK);
	kin_db_release(db, c);
}

SUITE(asking_first_finds_the_dead)
{
	kin_db *asking = suite_open(db, "pool_pre_ping=1");
	kin_connection *c = acquire(asking), *d = acquire(asking);

	kin_db_release(asking, c);
	kin_db_release(asking, d);
	CHECK(acquire(asking) == d);
	kin_db_release(asking, d);
	suite_kill(db);
	for (int i = 0; i < 3; i++) {
		c = acquire(asking);
		CHECK_INT(number(c, "select 1"), 1);
		kin_db_release(asking, c);
	}
	kin_db_close(asking);
}

SUITE(a_transaction_is_lost_with_its_connection_and_said_to_be)
{
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	suite_create(c, accounts);
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "insert into accounts values (1, 100)");
	bool killed = suite_kill(db);
	int rc = failure(c, "insert into accounts values (2, 200)", &error);
	CHECK_MSG(rc == (killed ? KIN_ECONNECTION : KIN_OK), "%s: %s", kin_errname(rc), kin_error_text(&error));
	CHECK_INT(kin_connection_in_transaction(c), !killed);
	kin_error_clear(&error);
	kin_connection_rollback(c, NULL);
	kin_db_release(db, c);
	c = acquire(db);
	CHECK_INT(number(c, "select count(*) from accounts"), 0);
	kin_db_release(db, c);
}

SUITE(a_commit_on_a_connection_that_is_known_to_be_gone_has_failed)
{
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	suite_create(c, accounts);
	for (int round = 0; round < 2; round++) { /* so that everything is prepared in the second */
		CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
		suite_execute(c, "insert into accounts values (?, 1)", VALUES(kin_value_int32(round)), NULL);
		bool killed = round == 1 && suite_kill(db);
		int rc = kin_connection_commit(c, &error);
		CHECK_MSG(rc == KIN_OK || (killed && (rc == KIN_ECONNECTION || rc == KIN_EUNKNOWN)), "%s", kin_error_text(&error));
		CHECK(!killed || rc != KIN_OK);
	}
	kin_error_clear(&error);
	kin_db_release(db, c);
}
