/* Tests of db/connection.c: transactions, savepoints, statements run for their effect. */
#include "db/connection.h"

#include <pthread.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/database.h"

static kin_connection *connect_to_pets(kin_db *db)
{
	kin_connection *c = acquire(db);

	run(c, "create table pets (id integer primary key, name text)");
	return c;
}

TEST(a_commit_keeps_and_a_rollback_forgets)
{
	kin_db *db = open_memory();
	kin_connection *c = connect_to_pets(db);

	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	CHECK(kin_connection_in_transaction(c));
	run(c, "insert into pets values (1, 'Ben')");
	CHECK_INT(kin_connection_commit(c, NULL), KIN_OK);
	CHECK(!kin_connection_in_transaction(c));
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_READ, NULL), KIN_OK);
	run(c, "insert into pets values (2, 'Rex')");
	CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	CHECK_INT(number(c, "select count(*) from pets"), 1);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(savepoints_nest_as_deep_as_one_likes)
{
	kin_db *db = open_memory();
	kin_connection *c = connect_to_pets(db);

	for (int round = 0; round < 2; round++) {
		CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
		for (int n = 1; n <= 7; n++) {
			CHECK_INT(kin_connection_savepoint(c, n, NULL), KIN_OK);
			run(c, "insert into pets (name) values ('x')");
		}
		CHECK_INT(kin_connection_rollback_to(c, 6, NULL), KIN_OK);
		CHECK_INT(number(c, "select count(*) from pets"), 5);
		CHECK_INT(kin_connection_release(c, 6, NULL), KIN_OK);
		CHECK_INT(kin_connection_rollback_to(c, 3, NULL), KIN_OK);
		CHECK_INT(number(c, "select count(*) from pets"), 2);
		CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	}
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(an_unknown_savepoint_is_an_error)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	CHECK(kin_connection_release(c, 2, &error) < 0);
	CHECK_HAS(kin_error_text(&error), "no such savepoint: kin_2");
	CHECK_TEXT(error.sql, "RELEASE SAVEPOINT kin_2");
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(begin_inside_a_transaction_and_commit_outside_of_one_are_refused)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	CHECK_INT(kin_connection_commit(c, &error), KIN_EDB);
	CHECK_HAS(kin_error_text(&error), "there is no transaction to commit");
	CHECK_INT(kin_connection_rollback(c, &error), KIN_OK);
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_READ, NULL), KIN_OK);
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_READ, &error), KIN_EINVAL);
	CHECK_HAS(kin_error_text(&error), "a transaction is open already");
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(release_rolls_back_what_was_left_open)
{
	kin_db *db = open_memory();
	kin_connection *c = connect_to_pets(db);

	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "insert into pets values (1, 'Ben')");
	kin_db_release(db, c);
	c = acquire(db);
	CHECK(!kin_connection_in_transaction(c));
	CHECK_INT(number(c, "select count(*) from pets"), 0);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(run_takes_several_statements_and_comments)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);

	run(c, "-- two tables\ncreate table a (x);; create table b (y); /* rows */ insert into a values (1), (2);\n\n-- end");
	run(c, "");
	run(c, "select * from a");
	CHECK_INT(number(c, "select count(*) from a"), 2);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(run_stops_at_the_first_error_and_says_in_which_statement)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	CHECK_INT(kin_connection_run(c, "create table a (x unique); insert into a values (1);\n"
	                                "insert into a values (1); drop table a", &error), KIN_EUNIQUE);
	CHECK_TEXT(error.sql, "insert into a values (1);");
	CHECK_INT(number(c, "select count(*) from a"), 1);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(execute_tells_how_many_rows_it_changed)
{
	kin_db *db = open_memory();
	kin_connection *c = connect_to_pets(db);
	kin_value names[] = { kin_value_text("Ben"), kin_value_text("Rex") };
	kin_sql insert = sql_kept("insert into pets (name) values (?), (?)");
	kin_sql rename = sql_kept("update pets set name = ?"), nobody = sql_once("delete from pets where id > 99");
	kin_sql table = sql_once("create table other (x)"), returning = sql_once("delete from pets returning id");
	int64_t changed = -1;

	CHECK_INT(kin_connection_execute(c, &insert, names, 2, &changed, NULL), KIN_OK);
	CHECK_INT(changed, 2);
	CHECK_INT(kin_connection_execute(c, &table, NULL, 0, &changed, NULL), KIN_OK);
	CHECK_INT(changed, 0);
	CHECK_INT(kin_connection_execute(c, &rename, names, 1, &changed, NULL), KIN_OK);
	CHECK_INT(changed, 2);
	CHECK_INT(kin_connection_execute(c, &nobody, NULL, 0, &changed, NULL), KIN_OK);
	CHECK_INT(changed, 0);
	CHECK_INT(kin_connection_execute(c, &returning, NULL, 0, &changed, NULL), KIN_OK);
	CHECK_INT(changed, 2);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_change_that_was_not_read_to_its_end_is_counted_once)
{
	kin_db *db = open_memory();
	kin_connection *c = connect_to_pets(db);
	kin_statement *insert = first_row(c, "insert into pets (name) values ('a'), ('b') returning id");
	kin_sql table = sql_once("create table other (x)");
	int64_t changed = -1;

	kin_statement_close(insert);
	CHECK_INT(kin_connection_execute(c, &table, NULL, 0, &changed, NULL), KIN_OK);
	CHECK_INT(changed, 0);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(execute_counts_the_values)
{
	kin_db *db = open_memory();
	kin_connection *c = connect_to_pets(db);
	kin_sql sql = sql_once("select ? + ?");
	kin_value one = kin_value_int64(1);
	kin_error error = { 0 };

	CHECK_INT(kin_connection_execute(c, &sql, &one, 1, NULL, &error), KIN_EINVAL);
	CHECK_TEXT(kin_error_text(&error), "the statement has 2 placeholders, but 1 value came with it");
	CHECK_TEXT(error.sql, "select ? + ?");
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

#define ENDLESS "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"

static void *interrupt_until_told(void *argument)
{
	kin_connection **target = argument, *c;

	while ((c = __atomic_load_n(target, __ATOMIC_RELAXED))) {
		kin_connection_interrupt(c);
		kin_clock_sleep(1000);
	}
	return NULL;
}

TEST(an_interrupt_ends_a_running_statement)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db), *target = c;
	kin_error error = { 0 };
	pthread_t thread;

	CHECK_INT(pthread_create(&thread, NULL, interrupt_until_told, &target), 0);
	int rc = failure(c, ENDLESS, &error);
	__atomic_store_n(&target, NULL, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	CHECK_INT(rc, KIN_EINTERRUPT);
	CHECK_TEXT(error.sql, ENDLESS);
	CHECK_INT(number(c, "select 7"), 7);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(an_interrupt_ends_waiting_for_a_lock)
{
	kin_db *db = open_with((kin_db_options){ .url = "sqlite:///a.db?timeout=600000", .directory = kin_test_directory() });
	kin_connection *writer = connect_to_pets(db), *c = acquire(db), *target = c;
	kin_error error = { 0 };
	pthread_t thread;

	CHECK_INT(kin_connection_begin(writer, KIN_BEGIN_WRITE, NULL), KIN_OK);
	CHECK_INT(pthread_create(&thread, NULL, interrupt_until_told, &target), 0);
	int rc = kin_connection_begin(c, KIN_BEGIN_WRITE, &error);
	__atomic_store_n(&target, NULL, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	CHECK_INT(rc, KIN_EINTERRUPT);
	kin_error_clear(&error);
	kin_db_release(db, writer);
	kin_db_release(db, c);
	kin_db_close(db);
}
