/* Statements: prepared once and run often, several at a time, and what is wrong with them. */
#include "suite/suite.h"

static kin_connection *connect_to_numbers(kin_db *db, int count)
{
	kin_connection *c = acquire(db);
	kin_sql sql;

	suite_create(c, "CREATE TABLE numbers (n INTEGER NOT NULL, name VARCHAR(20), CONSTRAINT pk_numbers PRIMARY KEY (n));");
	sql = suite_sql_kept(c, "insert into numbers (n, name) values (?, ?)");
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	for (int i = 1; i <= count; i++) {
		char name[20];
		int64_t changed = 0;
		snprintf(name, sizeof(name), "number %d", i);
		CHECK_INT(kin_connection_execute(c, &sql, VALUES(kin_value_int32(i), kin_value_text(name)), &changed, NULL), KIN_OK);
		CHECK_INT(changed, 1);
	}
	CHECK_INT(kin_connection_commit(c, NULL), KIN_OK);
	return c;
}

SUITE(changed_rows_are_counted)
{
	kin_connection *c = connect_to_numbers(db, 10);
	kin_sql update = suite_sql(c, "update numbers set name = 'x' where n > ?");
	kin_sql del = suite_sql(c, "delete from numbers where n <= ?"), select = suite_sql(c, "select * from numbers where n > ?");
	int64_t changed = -1;

	CHECK_INT(kin_connection_execute(c, &update, VALUES(kin_value_int32(7)), &changed, NULL), KIN_OK);
	CHECK_INT(changed, 3);
	CHECK_INT(kin_connection_execute(c, &del, VALUES(kin_value_int32(4)), &changed, NULL), KIN_OK);
	CHECK_INT(changed, 4);
	CHECK_INT(kin_connection_execute(c, &del, VALUES(kin_value_int32(4)), &changed, NULL), KIN_OK);
	CHECK_INT(changed, 0);
	CHECK_INT(kin_connection_execute(c, &select, VALUES(kin_value_int32(0)), &changed, NULL), KIN_OK);
	CHECK_INT(changed, 0);
	kin_db_release(db, c);
}

SUITE(a_kept_statement_runs_again_and_again_and_beside_itself)
{
	kin_connection *c = connect_to_numbers(db, 9);
	kin_sql sql = suite_sql_kept(c, "select n from numbers where n >= ? order by n");
	kin_statement *outer = prepare(c, sql), *inner;
	kin_value three = kin_value_int32(3), seven = kin_value_int32(7);
	int sum = 0;
	bool null;

	CHECK_INT(kin_statement_bind(outer, 0, &seven, NULL), KIN_OK);
	while (kin_statement_step(outer, NULL) == 1) {
		inner = prepare(c, sql);
		CHECK_INT(kin_statement_bind(inner, 0, &three, NULL), KIN_OK);
		CHECK_INT(kin_statement_step(inner, NULL), 1);
		CHECK_INT(kin_statement_int64(inner, 0, &null), 3);
		kin_statement_close(inner);
		sum += (int)kin_statement_int64(outer, 0, &null);
	}
	CHECK_INT(sum, 7 + 8 + 9);
	CHECK_INT(kin_statement_step(outer, NULL), 0);
	kin_statement_close(outer);
	for (int round = 0; round < 3; round++) {
		outer = prepare(c, sql);
		CHECK_INT(kin_statement_bind(outer, 0, &three, NULL), KIN_OK);
		CHECK_INT(kin_statement_step(outer, NULL), 1);
		kin_statement_reset(outer);
		CHECK_INT(kin_statement_bind(outer, 0, &seven, NULL), KIN_OK);
		CHECK_INT(kin_statement_step(outer, NULL), 1);
		CHECK_INT(kin_statement_int64(outer, 0, &null), 7);
		kin_statement_close(outer);
	}
	kin_db_release(db, c);
}

SUITE(statements_that_are_read_by_turns_do_not_disturb_each_other)
{
	kin_connection *c = connect_to_numbers(db, 2000);
	kin_statement *up = prepare(c, suite_sql(c, "select n, name from numbers order by n"));
	kin_statement *down = prepare(c, suite_sql(c, "select n, name from numbers order by n desc"));
	char expected[40];
	kin_value name;
	bool null;

	for (int i = 1; i <= 2000; i++) {
		CHECK_INT(kin_statement_step(up, NULL), 1);
		CHECK_INT(kin_statement_int64(up, 0, &null), i);
		CHECK_INT(kin_statement_step(down, NULL), 1);
		CHECK_INT(kin_statement_int64(down, 0, &null), 2001 - i);
		CHECK_INT(kin_statement_value(up, 1, KIN_KIND_TEXT, &name, NULL), KIN_OK);
		snprintf(expected, sizeof(expected), "number %d", i);
		CHECK_TEXT(name.as.data, expected);
		if (i % 500 == 0)
			suite_execute(c, "update numbers set name = name where n = ?", VALUES(kin_value_int32(i)), NULL);
	}
	CHECK_INT(kin_statement_step(up, NULL), 0);
	CHECK_INT(kin_statement_step(down, NULL), 0);
	kin_statement_close(up);
	kin_statement_close(down);
	kin_db_release(db, c);
}

SUITE(reading_may_stop_anywhere)
{
	kin_connection *c = connect_to_numbers(db, 1000);

	for (int i = 0; i < 5; i++) {
		kin_statement *statement = first_row(c, "select n from numbers order by n");
		CHECK_INT(kin_statement_step(statement, NULL), 1);
		kin_statement_close(statement);
		CHECK_INT(number(c, "select count(*) from numbers"), 1000);
	}
	kin_db_release(db, c);
}

SUITE(columns_have_names)
{
	kin_connection *c = connect_to_numbers(db, 1);
	kin_statement *statement = prepare(c, sql_once("select n, name as label from numbers"));

	CHECK_INT(kin_statement_columns(statement), 2);
	CHECK_TEXT(kin_statement_column_name(statement, 0), "n");
	CHECK_TEXT(kin_statement_column_name(statement, 1), "label");
	kin_statement_close(statement);
	kin_db_release(db, c);
}

SUITE(returning_gives_back_what_was_written)
{
	kin_connection *c = connect_to_numbers(db, 0);
	kin_statement *statement;
	bool null;

	if (kin_connection_dialect(c)->returning_insert) {
		statement = prepare(c, suite_sql(c, "insert into numbers (n, name) values (?, 'a'), (?, 'b') returning n"));
		kin_value one = kin_value_int32(1), two = kin_value_int32(2);
		CHECK_INT(kin_statement_bind(statement, 0, &one, NULL), KIN_OK);
		CHECK_INT(kin_statement_bind(statement, 1, &two, NULL), KIN_OK);
		CHECK_INT(kin_statement_step(statement, NULL), 1);
		CHECK_INT(kin_statement_int64(statement, 0, &null), 1);
		CHECK_INT(kin_statement_step(statement, NULL), 1);
		CHECK_INT(kin_statement_int64(statement, 0, &null), 2);
		CHECK_INT(kin_statement_step(statement, NULL), 0);
		CHECK_INT(kin_statement_changed(statement), 2);
		kin_statement_close(statement);
	}
	kin_db_release(db, c);
}

SUITE(keys_that_the_database_makes_come_back)
{
	kin_connection *c = acquire(db);
	bool null;

	suite_create(c, "CREATE TABLE pets (id BIGINT GENERATED BY DEFAULT AS IDENTITY, name VARCHAR(20),"
	                " CONSTRAINT pk_pets PRIMARY KEY (id));");
	for (int i = 1; i <= 3; i++) {
		kin_statement *statement = first_row(c, "insert into pets (name) values ('Ben') returning id");
		CHECK_INT(kin_statement_int64(statement, 0, &null), i);
		kin_statement_close(statement);
	}
	CHECK_INT(number(c, "select count(*) from pets"), 3);
	kin_db_release(db, c);
}

SUITE(a_hundred_thousand_rows_stream)
{
	kin_connection *c = acquire(db);
	kin_statement *statement = prepare(c, sql_once("with recursive r (n) as (select 1 union all select n + 1 from r where n < 100000)"
	                                               " select n, 'name' from r"));
	int64_t sum = 0;
	bool null;
	int rc;

	while ((rc = kin_statement_step(statement, NULL)) == 1)
		sum += kin_statement_int64(statement, 0, &null);
	CHECK_INT(rc, 0);
	CHECK_INT(sum, INT64_C(5000050000));
	kin_statement_close(statement);
	kin_db_release(db, c);
}

SUITE(several_statements_run_one_after_the_other)
{
	kin_connection *c = acquire(db);

	run(c, " ;; -- nothing; here\n create table a (n integer); insert into a values (1); /* nor; here */\n"
	       "insert into a values (2); select 'a;b' from a;\n");
	CHECK_INT(number(c, "select sum(n) from a"), 3);
	run(c, "");
	run(c, " -- only a comment");
	kin_db_release(db, c);
}

SUITE(the_first_wrong_statement_ends_a_run_and_is_named)
{
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	CHECK(kin_connection_run(c, "create table a (n integer); insert into b values (1); insert into a values (1)", &error) < 0);
	CHECK_INT(error.code, KIN_ENOTABLE);
	CHECK_HAS(error.sql, "insert into b values (1)");
	CHECK_INT(number(c, "select count(*) from a"), 0);
	kin_error_clear(&error);
	kin_db_release(db, c);
}

static void check_refused(kin_connection *c, const char *text, int code)
{
	kin_error error = { 0 };
	int rc = failure(c, text, &error);

	CHECK_MSG(rc == code, "%s: %s: %s", text, kin_errname(rc), kin_error_text(&error));
	CHECK_TEXT(error.sql, text);
	kin_error_clear(&error);
}

SUITE(what_is_wrong_with_a_statement_has_its_code)
{
	kin_connection *c = connect_to_numbers(db, 1);

	check_refused(c, "select * from nowhere", KIN_ENOTABLE);
	check_refused(c, "select nickname from numbers", KIN_ENOTABLE);
	check_refused(c, "insert into numbers (m) values (1)", KIN_ENOTABLE);
	check_refused(c, "selct 1", KIN_ESYNTAX);
	check_refused(c, "select (1", KIN_ESYNTAX);
	check_refused(c, "", KIN_ESYNTAX);
	check_refused(c, " -- nothing", KIN_ESYNTAX);
	check_refused(c, "select 1; select 2", KIN_EINVAL);
	check_refused(c, "create table numbers (n integer)", KIN_EEXISTS);
	kin_db_release(db, c);
}

SUITE(a_missing_table_is_named)
{
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	CHECK_INT(failure(c, "select * from nowhere", &error), KIN_ENOTABLE);
	CHECK_HAS(kin_error_text(&error), "the database has no table nowhere; has `kin db upgrade` been run?");
	CHECK_TEXT(error.name, "nowhere");
	kin_error_clear(&error);
	kin_db_release(db, c);
}

SUITE(too_few_and_too_many_values_are_refused)
{
	kin_connection *c = connect_to_numbers(db, 1);
	kin_error error = { 0 };

	CHECK_INT(suite_execute(c, "select n from numbers where n = ?", NULL, 0, &error), KIN_EINVAL);
	CHECK_HAS(kin_error_text(&error), "the statement has 1 placeholder, but 0 values came with it");
	CHECK_INT(suite_execute(c, "select n from numbers", VALUES(kin_value_int32(1)), &error), KIN_EINVAL);
	CHECK_INT(suite_execute(c, "select n from numbers where n = ?", VALUES(kin_value_array("", 1, KIN_KIND_INT32)), &error),
	          KIN_EINVAL);
	kin_error_clear(&error);
	kin_db_release(db, c);
}

SUITE(a_table_that_changes_under_a_kept_statement_does_no_harm)
{
	kin_connection *c = connect_to_numbers(db, 3);
	kin_sql sql = suite_sql_kept(c, "select * from numbers where n = ?");
	kin_value three = kin_value_int32(3);

	for (int round = 0; round < 3; round++) {
		kin_statement *statement = prepare(c, sql);
		CHECK_INT(kin_statement_bind(statement, 0, &three, NULL), KIN_OK);
		CHECK_INT(kin_statement_step(statement, NULL), 1);
		CHECK_INT(kin_statement_columns(statement), 2 + round);
		kin_statement_close(statement);
		if (round == 0)
			suite_create(c, "ALTER TABLE numbers ADD COLUMN a INTEGER;");
		if (round == 1)
			suite_create(c, "ALTER TABLE numbers ADD COLUMN b INTEGER;");
	}
	kin_db_release(db, c);
}

static void remember(void *context, const kin_trace_event *event)
{
	kin_text_addf(context, "%s%s\n", event->rc < 0 ? "! " : "", event->sql);
}

SUITE(every_statement_is_traced)
{
	kin_connection *c = connect_to_numbers(db, 1);
	kin_text log;

	kin_text_init(&log);
	kin_db_trace(db, remember, &log);
	run(c, "delete from numbers where n = 1; insert into numbers values (5, 'five')");
	CHECK_INT(number(c, "select n from numbers"), 5);
	CHECK_INT(failure(c, "insert into numbers values (5, 'again')", NULL), KIN_EUNIQUE);
	kin_db_trace(db, NULL, NULL);
	CHECK_HAS(log.data, "delete from numbers where n = 1");
	CHECK_HAS(log.data, "insert into numbers values (5, 'five')\n"
	                    "select n from numbers\n"
	                    "! insert into numbers values (5, 'again')\n");
	kin_text_done(&log);
	kin_db_release(db, c);
}
