/* Tests of db/statement.c: statements stay prepared, and several can be open. */
#include "db/driver.h"

#include "db/database.h"

TEST(a_statement_with_an_id_is_prepared_once)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_sql sql = sql_kept("select ?");
	kin_value seven = kin_value_int64(7);
	kin_statement *first = prepare(c, sql);

	kin_statement_close(first);
	for (int i = 0; i < 3; i++) {
		kin_statement *again = prepare(c, sql);
		bool null;
		CHECK(again == first);
		CHECK_INT(kin_statement_bind(again, 0, &seven, NULL), KIN_OK);
		CHECK_INT(kin_statement_step(again, NULL), 1);
		CHECK_INT(kin_statement_int64(again, 0, &null), 7);
		kin_statement_close(again);
	}
	kin_db_release(db, c);
	CHECK(prepare(c = acquire(db), sql) == first);
	kin_statement_close(first);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(one_that_is_open_already_is_prepared_a_second_time)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_sql sql = sql_kept("select 1 union all select 2");
	kin_statement *outer = prepare(c, sql), *inner;
	int rows = 0;

	while (kin_statement_step(outer, NULL) == 1) {
		inner = prepare(c, sql);
		CHECK(inner != outer);
		while (kin_statement_step(inner, NULL) == 1)
			rows++;
		kin_statement_close(inner);
	}
	kin_statement_close(outer);
	CHECK_INT(rows, 4);
	CHECK(prepare(c, sql) == outer);
	kin_statement_close(outer);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(ids_of_any_size_find_their_statement)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	char text[30];

	for (int round = 0; round < 2; round++)
		for (uint32_t id = 1000; id < 1200; id++) {
			snprintf(text, sizeof(text), "select %u", id);
			kin_sql sql = { .text = text, .length = strlen(text), .id = id };
			kin_statement *s = prepare(c, sql);
			bool null;
			CHECK_INT(kin_statement_step(s, NULL), 1);
			CHECK_INT(kin_statement_int64(s, 0, &null), id);
			kin_statement_close(s);
		}
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(no_row_comes_after_the_last_one)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_statement *s = prepare(c, sql_once("select 1"));

	CHECK_INT(kin_statement_step(s, NULL), 1);
	CHECK_INT(kin_statement_step(s, NULL), 0);
	CHECK_INT(kin_statement_step(s, NULL), 0);
	kin_statement_reset(s);
	CHECK_INT(kin_statement_step(s, NULL), 1);
	kin_statement_close(s);
	kin_statement_close(NULL);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(binding_a_running_statement_is_refused)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_statement *s = prepare(c, sql_once("select ?"));
	kin_value one = kin_value_int64(1);
	kin_error error = { 0 };

	CHECK_INT(kin_statement_bind(s, 0, &one, NULL), KIN_OK);
	CHECK_INT(kin_statement_step(s, NULL), 1);
	CHECK_INT(kin_statement_bind(s, 0, &one, &error), KIN_EINVAL);
	CHECK_HAS(kin_error_text(&error), "must be reset");
	kin_error_clear(&error);
	kin_statement_reset(s);
	CHECK_INT(kin_statement_bind(s, 0, &one, NULL), KIN_OK);
	CHECK_INT(kin_statement_bind(s, 5, &one, &error), KIN_EINVAL);
	CHECK_HAS(kin_error_text(&error), "no placeholder of that number");
	kin_error_clear(&error);
	kin_statement_close(s);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(columns_have_numbers_and_names)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_statement *s = prepare(c, sql_once("select 1 as id, 'Ben' as name"));

	CHECK_INT(kin_statement_columns(s), 2);
	CHECK_TEXT(kin_statement_column_name(s, 1), "name");
	kin_statement_close(s);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_kept_statement_survives_a_change_of_the_schema)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_sql sql = sql_kept("select * from pets");

	run(c, "create table pets (id integer primary key)");
	kin_statement_close(prepare(c, sql));
	run(c, "alter table pets add column name text; insert into pets values (1, 'Ben')");
	kin_statement *s = prepare(c, sql);
	CHECK_INT(kin_statement_step(s, NULL), 1);
	CHECK_INT(kin_statement_columns(s), 2);
	kin_statement_close(s);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_text_is_exactly_one_statement)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	CHECK_INT(failure(c, "select 1; select 2", &error), KIN_EINVAL);
	CHECK_HAS(kin_error_text(&error), "one statement");
	CHECK_INT(failure(c, " -- nothing", &error), KIN_ESYNTAX);
	CHECK_TEXT(kin_error_text(&error), "there is no statement in the SQL");
	CHECK_INT(failure(c, "select 1; -- that is all\n", &error), KIN_OK);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(only_the_given_length_of_a_text_counts)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_sql sql = { .text = "select 1garbage", .length = strlen("select 1"), .id = 0 };
	kin_statement *s = prepare(c, sql);

	CHECK_INT(kin_statement_step(s, NULL), 1);
	kin_statement_close(s);
	kin_db_release(db, c);
	kin_db_close(db);
}
