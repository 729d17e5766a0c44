/* session_borrow.c - a session inside of a transaction that is somebody else's. */
#include "orm/session_borrow.h"

#include "db/connection.h"
#include <kin/select.h>

#include "orm_test.h"

static kin_connection *begin(void)
{
	kin_connection *connection = NULL;
	kin_error error = { 0 };

	test_open();
	CHECK_INT(kin_db_acquire(test_db(), &connection, &error), KIN_OK);
	CHECK_INT(kin_connection_begin(connection, KIN_BEGIN_WRITE, &error), KIN_OK);
	return connection;
}

static void end(kin_connection *connection, bool commit)
{
	if (commit)
		CHECK_INT(kin_connection_commit(connection, NULL), KIN_OK);
	else
		CHECK_INT(kin_connection_rollback(connection, NULL), KIN_OK);
	kin_db_release(test_db(), connection);
}

static int64_t owners(void)
{
	return kin_count(test_session(), Owner, "");
}

TEST(its_commit_is_the_owners_to_keep)
{
	kin_connection *connection = begin();
	kin_session *s = kin_session_borrow(test_db(), connection);

	kin_add(s, kin_new(s, Owner, .name = "Ann"));
	CHECK_INT(kin_commit(s), KIN_OK);
	kin_add(s, kin_new(s, Owner, .name = "Bob"));
	CHECK_INT(kin_session_return(s, NULL), KIN_OK); /* flushes */
	end(connection, true);
	CHECK_INT(owners(), 2);
	test_close();
}

TEST(what_the_owner_rolls_back_is_gone_though_it_committed)
{
	kin_connection *connection = begin();
	kin_session *s = kin_session_borrow(test_db(), connection);

	kin_add(s, kin_new(s, Owner, .name = "Ann"));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_session_return(s, NULL), KIN_OK);
	end(connection, false);
	CHECK_INT(owners(), 0);
	test_close();
}

TEST(its_rollback_ends_at_its_beginning)
{
	kin_connection *connection = begin();

	CHECK_INT(kin_connection_run(connection, "INSERT INTO owners (name) VALUES ('mine')", NULL), KIN_OK);
	kin_session *s = kin_session_borrow(test_db(), connection);
	kin_add(s, kin_new(s, Owner, .name = "Ann"));
	CHECK_INT(kin_session_flush(s), KIN_OK);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_session_return(s, NULL), KIN_OK);
	end(connection, true);
	CHECK_INT(owners(), 1);
	test_close();
}

TEST(of_one_that_failed_nothing_stays_and_the_owner_goes_on)
{
	kin_connection *connection = begin();
	kin_session *s = kin_session_borrow(test_db(), connection);
	kin_error error = { 0 };

	kin_add(s, kin_new(s, Owner, .name = "Ann"));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK(kin_sql_run(s, "INSERT INTO nowhere VALUES (1)") < 0);
	CHECK_INT(kin_session_return(s, &error), KIN_ENOTABLE);
	CHECK_HAS(kin_error_text(&error), "nowhere");
	kin_error_clear(&error);
	CHECK_INT(kin_connection_run(connection, "INSERT INTO owners (name) VALUES ('mine')", NULL), KIN_OK);
	end(connection, true);
	CHECK_INT(owners(), 1);
	test_close();
}

static kin_connection *lent;

static int borrow_once(void)
{
	kin_error error = { 0 };
	kin_session *s = kin_session_borrow(test_db(), lent);

	if (!s)
		return KIN_ENOMEM;
	kin_add(s, kin_new(s, Owner, .name = "Ann"));
	kin_commit(s);
	int rc = kin_session_return(s, &error);
	kin_error_clear(&error);
	return rc;
}

TEST(borrowing_survives_any_allocation_failing)
{
	lent = begin();
	kin_test_fuse(__FILE__, __LINE__, borrow_once);
	end(lent, true);
	CHECK_INT(owners(), 1);
	test_close();
}
