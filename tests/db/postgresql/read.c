/* Tests of db/postgresql/read.c and type.c: types that only PostgreSQL has. */
#include "db/postgresql/server.h"

/* The first column of a query as text. */
static void check_text(kin_connection *c, const char *expression, const char *expected)
{
	char sql[256];
	kin_value value;
	kin_error error = { 0 };

	snprintf(sql, sizeof(sql), "select %s", expression);
	kin_statement *statement = first_row(c, sql);
	CHECK_MSG(kin_statement_value(statement, 0, KIN_KIND_TEXT, &value, &error) == KIN_OK, "%s: %s", sql, kin_error_text(&error));
	CHECK_TEXT(value.as.data, expected);
	kin_statement_close(statement);
}

TEST(types_without_a_kind_are_text)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);

	run(c, "create type mood as enum ('sad', 'happy'); create domain positive as integer check (value > 0)");
	check_text(c, "'happy'::mood", "happy");
	check_text(c, "array[1, 2, 3]", "{1,2,3}");
	check_text(c, "'1 day'::interval", "1 day");
	check_text(c, "'127.0.0.1'::inet", "127.0.0.1");
	check_text(c, "'{\"a\":1}'::jsonb", "{\"a\": 1}");
	check_text(c, "'{\"a\":1}'::json", "{\"a\":1}");
	check_text(c, "'x'::\"char\"", "x");
	check_text(c, "row(1, 'a')", "(1,a)");
	check_text(c, "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
	check_text(c, "'ab '::char(5)", "ab   ");
	CHECK_INT(number(c, "select 5::positive"), 5);
	kin_db_release(db, c);
	kin_db_close(db);
}

/* An array in the row makes all of it come as text. */
TEST(a_row_that_comes_as_text_is_read_as_well)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_value value;
	bool null;
	kin_statement *statement = first_row(c, "select array[1], true, 7::smallint, -8::bigint, 0.1::float8, '\\x00ff'::bytea, date '2026-11-22',"
	                                        " timestamptz '2026-11-22 10:00:00.5+02', 12.50::numeric, null::integer, time '12:30',"
	                                        " timestamp '0001-01-01 00:00:00'");

	CHECK_INT(kin_statement_value(statement, 1, KIN_KIND_BOOL, &value, NULL), KIN_OK);
	CHECK_INT(value.as.integer, 1);
	CHECK_INT(kin_statement_int64(statement, 2, &null), 7);
	CHECK_INT(kin_statement_int64(statement, 3, &null), -8);
	CHECK_INT(kin_statement_value(statement, 4, KIN_KIND_DOUBLE, &value, NULL), KIN_OK);
	CHECK(value.as.real == 0.1);
	CHECK_INT(kin_statement_value(statement, 5, KIN_KIND_BYTES, &value, NULL), KIN_OK);
	CHECK(value.size == 2 && memcmp(value.as.data, "\0\377", 2) == 0);
	CHECK_INT(kin_statement_value(statement, 6, KIN_KIND_DATE, &value, NULL), KIN_OK);
	CHECK_INT(value.as.integer, kin_date_of(2026, 11, 22).days);
	CHECK_INT(kin_statement_value(statement, 7, KIN_KIND_TIMESTAMP, &value, NULL), KIN_OK);
	CHECK_INT(value.as.integer, kin_timestamp_of(2026, 11, 22, 8, 0, 0).us + 500000);
	CHECK_INT(kin_statement_value(statement, 8, KIN_KIND_DOUBLE, &value, NULL), KIN_OK);
	CHECK(value.as.real == 12.5);
	kin_statement_int64(statement, 9, &null);
	CHECK(null);
	CHECK_INT(kin_statement_value(statement, 10, KIN_KIND_TIME, &value, NULL), KIN_OK);
	CHECK_INT(value.as.integer, INT64_C(45000000000));
	CHECK_INT(kin_statement_value(statement, 11, KIN_KIND_DATETIME, &value, NULL), KIN_OK);
	CHECK_INT(value.as.integer, kin_datetime_of(1, 1, 1, 0, 0, 0).us);
	kin_statement_close(statement);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(infinity_is_no_date)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_error error = { 0 };
	kin_value value;
	kin_statement *statement = first_row(c, "select date 'infinity' as d, timestamptz '-infinity' as z, timestamp '294276-01-01' as m");

	CHECK_INT(kin_statement_value(statement, 0, KIN_KIND_DATE, &value, &error), KIN_EVALUE);
	CHECK_HAS(kin_error_text(&error), "column 'd' of the result: 'infinity'");
	CHECK_INT(kin_statement_value(statement, 1, KIN_KIND_TIMESTAMP, &value, &error), KIN_EVALUE);
	CHECK_HAS(kin_error_text(&error), "-infinity");
	CHECK_INT(kin_statement_value(statement, 2, KIN_KIND_DATETIME, &value, &error), KIN_ERANGE);
	kin_statement_close(statement);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}
