/* Transactions and savepoints. */
#include "suite/suite.h"

static kin_connection *connect_to_pets(kin_db *db)
{
	kin_connection *c = acquire(db);

	suite_create(c, "CREATE TABLE pets (id INTEGER NOT NULL, name VARCHAR(80), CONSTRAINT pk_pets PRIMARY KEY (id));");
	return c;
}

SUITE(a_commit_keeps_and_a_rollback_forgets)
{
	kin_connection *c = connect_to_pets(db);

	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	CHECK(kin_connection_in_transaction(c));
	run(c, "insert into pets values (1, 'Ben')");
	CHECK_INT(kin_connection_commit(c, NULL), KIN_OK);
	CHECK(!kin_connection_in_transaction(c));
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_READ, NULL), KIN_OK);
	run(c, "insert into pets values (2, 'Rex')");
	CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	CHECK(!kin_connection_in_transaction(c));
	CHECK_INT(number(c, "select count(*) from pets"), 1);
	kin_db_release(db, c);
}

SUITE(what_is_not_committed_is_seen_by_nobody_else)
{
	kin_connection *c = connect_to_pets(db), *other = acquire(db);

	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "insert into pets values (1, 'Ben')");
	CHECK_INT(number(c, "select count(*) from pets"), 1);
	CHECK_INT(number(other, "select count(*) from pets"), 0);
	CHECK_INT(kin_connection_commit(c, NULL), KIN_OK);
	CHECK_INT(number(other, "select count(*) from pets"), 1);
	kin_db_release(db, other);
	kin_db_release(db, c);
}

SUITE(a_connection_given_back_in_a_transaction_is_rolled_back)
{
	kin_connection *c = connect_to_pets(db);

	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "insert into pets values (1, 'Ben')");
	kin_db_release(db, c);
	c = acquire(db);
	CHECK(!kin_connection_in_transaction(c));
	CHECK_INT(number(c, "select count(*) from pets"), 0);
	kin_db_release(db, c);
}

SUITE(begin_inside_a_transaction_and_commit_outside_of_one_are_refused)
{
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	CHECK_INT(kin_connection_commit(c, &error), KIN_EDB);
	CHECK_INT(kin_connection_rollback(c, &error), KIN_OK);
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_READ, NULL), KIN_OK);
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_READ, &error), KIN_EINVAL);
	CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	kin_error_clear(&error);
	kin_db_release(db, c);
}

SUITE(savepoints_nest)
{
	kin_connection *c = connect_to_pets(db);

	for (int round = 0; round < 2; round++) {
		CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
		for (int n = 1; n <= 7; n++) {
			CHECK_INT(kin_connection_savepoint(c, n, NULL), KIN_OK);
			suite_execute(c, "insert into pets values (?, 'x')", VALUES(kin_value_int32(n)), NULL);
		}
		CHECK_INT(kin_connection_rollback_to(c, 6, NULL), KIN_OK);
		CHECK_INT(number(c, "select count(*) from pets"), 5);
		CHECK_INT(kin_connection_release(c, 6, NULL), KIN_OK);
		CHECK_INT(kin_connection_rollback_to(c, 3, NULL), KIN_OK);
		CHECK_INT(number(c, "select count(*) from pets"), 2);
		CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	}
	kin_db_release(db, c);
}

SUITE(a_savepoint_saves_a_transaction_from_an_error)
{
	kin_connection *c = connect_to_pets(db);
	kin_error error = { 0 };

	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "insert into pets values (1, 'Ben')");
	CHECK_INT(kin_connection_savepoint(c, 1, NULL), KIN_OK);
	CHECK_INT(failure(c, "insert into pets values (1, 'Rex')", &error), KIN_EUNIQUE);
	CHECK_INT(kin_connection_rollback_to(c, 1, NULL), KIN_OK);
	CHECK_INT(kin_connection_release(c, 1, NULL), KIN_OK);
	run(c, "insert into pets values (2, 'Rex')");
	CHECK_INT(kin_connection_commit(c, NULL), KIN_OK);
	CHECK_INT(number(c, "select count(*) from pets"), 2);
	kin_error_clear(&error);
	kin_db_release(db, c);
}

SUITE(an_unknown_savepoint_is_an_error)
{
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_READ, NULL), KIN_OK);
	CHECK(kin_connection_release(c, 2, &error) < 0);
	CHECK_HAS(kin_error_text(&error), "kin_2");
	CHECK_TEXT(error.sql, "RELEASE SAVEPOINT kin_2");
	CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	kin_error_clear(&error);
	kin_db_release(db, c);
}

SUITE(ddl_is_part_of_the_transaction)
{
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	if (kin_connection_dialect(c)->transactional_ddl) {
		CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
		suite_create(c, "CREATE TABLE pets (id INTEGER);");
		CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
		CHECK_INT(failure(c, "select * from pets", &error), KIN_ENOTABLE);
	}
	kin_error_clear(&error);
	kin_db_release(db, c);
}
