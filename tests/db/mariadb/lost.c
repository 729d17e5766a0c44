/* Tests of what happens when a connection goes: while nobody uses it, in a transaction, during a COMMIT. */
#include "base/clock.h"
#include "db/mariadb/server.h"

static void make_table(void)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);

	run(c, "create table t (a integer)");
	kin_db_release(db, c);
	kin_db_close(db);
}

static int64_t rows_there(void)
{
	kin_db *db = open_server("&timeout=1000");
	kin_connection *c = acquire(db);
	int64_t count = number(c, "select count(*) from t");

	kin_db_release(db, c);
	kin_db_close(db);
	return count;
}

#define OTHERS "from information_schema.processlist where user = 'kin' and id <> connection_id()"

/* End all other connections, as a restart of the server does. */
static void kill_all(void)
{
	kin_db *db = open_server("&timeout=2000");
	kin_connection *c = acquire(db);
	kin_statement *statement = first_row(c, "select coalesce(group_concat('KILL ', id separator '; '), '') " OTHERS);
	kin_value sql;

	CHECK_INT(kin_statement_value(statement, 0, KIN_KIND_TEXT, &sql, NULL), KIN_OK);
	run(c, sql.as.data);
	kin_statement_close(statement);
	while (number(c, "select count(*) " OTHERS) > 0)
		kin_clock_sleep(5000);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_connection_that_went_while_nobody_used_it_is_replaced)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db), *d = acquire(db);

	kin_db_release(db, c);
	kin_db_release(db, d);
	kill_all();
	c = acquire(db);
	CHECK_INT(number(c, "select 1"), 1);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_connection_that_goes_takes_its_transaction_with_it)
{
	kin_error error = { 0 };

	make_table();
	kin_db *db = open_server("&timeout=3000");
	kin_connection *c = acquire(db);
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "insert into t values (1)");
	kill_all();
	CHECK_INT(failure(c, "insert into t values (2)", &error), KIN_ECONNECTION);
	CHECK_HAS(kin_error_text(&error), "is gone, and with it the transaction");
	CHECK(!kin_connection_in_transaction(c));
	kin_db_release(db, c);
	c = acquire(db);
	CHECK_INT(number(c, "select count(*) from t"), 0);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_commit_that_cannot_have_been_sent_has_failed)
{
	kin_error error = { 0 };

	make_table();
	kin_db *db = open_server("&timeout=3000");
	kin_connection *c = acquire(db);
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "insert into t values (1)");
	kill_all();
	CHECK_INT(kin_connection_commit(c, &error), KIN_ECONNECTION);
	CHECK_INT(rows_there(), 0);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

/* A transaction of one row, through a relay. The first one has prepared everything. */
static int write_one(kin_connection *c, relay *r, bool cut, kin_error *error)
{
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "insert into t values (1)");
	__atomic_store_n(&r->cut, cut, __ATOMIC_RELEASE);
	return kin_connection_commit(c, error);
}

TEST(a_commit_that_is_cut_off_is_neither_a_success_nor_a_failure)
{
	kin_error error = { 0 };
	relay r;

	make_table();
	relay_start(&r);
	kin_db *db = relay_open(&r);
	kin_connection *c = acquire(db);
	CHECK_INT(write_one(c, &r, false, &error), KIN_OK);
	CHECK_INT(write_one(c, &r, true, &error), KIN_EUNKNOWN);
	CHECK_HAS(kin_error_text(&error), "went during the COMMIT, so it is not known whether it was saved");
	CHECK_TEXT(error.sql, "COMMIT");
	CHECK(!kin_connection_in_transaction(c));
	CHECK_INT(rows_there(), 2);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
	relay_stop(&r);
}

TEST(a_write_outside_a_transaction_that_is_cut_off_is_not_known_either)
{
	kin_error error = { 0 };
	relay r;

	make_table();
	relay_start(&r);
	kin_db *db = relay_open(&r);
	kin_connection *c = acquire(db);
	__atomic_store_n(&r.cut, true, __ATOMIC_RELEASE);
	CHECK_INT(kin_connection_run(c, "insert into t values (1)", &error), KIN_EUNKNOWN);
	CHECK_HAS(kin_error_text(&error), "look before trying it again");
	CHECK_INT(rows_there(), 1);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
	relay_stop(&r);
}

TEST(a_read_that_is_cut_off_is_a_lost_connection)
{
	kin_error error = { 0 };
	relay r;

	relay_start(&r);
	kin_db *db = relay_open(&r);
	kin_connection *c = acquire(db);
	__atomic_store_n(&r.cut, true, __ATOMIC_RELEASE);
	CHECK_INT(failure(c, "select 1", &error), KIN_ECONNECTION);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
	relay_stop(&r);
}

TEST(rows_that_are_cut_off_end_with_an_error)
{
	kin_error error = { 0 };
	relay r;
	int rc;

	relay_start(&r);
	kin_db *db = relay_open(&r);
	kin_connection *c = acquire(db);
	kin_statement *statement = prepare(c, sql_once("select repeat('x', 1000) from seq_1_to_1000000"));
	__atomic_store_n(&r.cut, true, __ATOMIC_RELEASE);
	while ((rc = kin_statement_step(statement, &error)) == 1)
		continue;
	CHECK_INT(rc, KIN_ECONNECTION);
	CHECK_INT(kin_statement_step(statement, &error), 0);
	kin_statement_close(statement);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
	relay_stop(&r);
}
