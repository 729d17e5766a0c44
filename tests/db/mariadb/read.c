/* Tests of db/mariadb/read.c: types that only MariaDB has. */
#include "db/mariadb/server.h"

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

	run(c, "create table t (e enum('sad', 'happy'), s set('a', 'b', 'c'), i inet6, u uuid, j json, x char(5), d decimal(40, 2));"
	       "insert into t values ('happy', 'a,c', '::1', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '{\"a\": 1}', 'ab',"
	       " 12345678901234567890123456789012345678.50)");
	check_text(c, "e from t", "happy");
	check_text(c, "s from t", "a,c");
	check_text(c, "i from t", "::1");
	check_text(c, "u from t", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
	check_text(c, "j from t", "{\"a\": 1}");
	check_text(c, "x from t", "ab");
	check_text(c, "d from t", "12345678901234567890123456789012345678.50");
	check_text(c, "date_format('2026-11-22', '%d.%m.%Y')", "22.11.2026");
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(numbers_of_every_size_are_read)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);

	run(c, "create table t (t1 tinyint, t2 tinyint unsigned, s1 smallint, s2 smallint unsigned, m1 mediumint, m2 mediumint unsigned,"
	       " i1 int, i2 int unsigned, b1 bigint, y year, b bit(12));"
	       "insert into t values (-128, 255, -32768, 65535, -8388608, 16777215, -2147483648, 4294967295, -9223372036854775807, 2026, b'101010101010')");
	CHECK_INT(number(c, "select t1 from t"), -128);
	CHECK_INT(number(c, "select t2 from t"), 255);
	CHECK_INT(number(c, "select s1 from t"), -32768);
	CHECK_INT(number(c, "select s2 from t"), 65535);
	CHECK_INT(number(c, "select m1 from t"), -8388608);
	CHECK_INT(number(c, "select m2 from t"), 16777215);
	CHECK_INT(number(c, "select i1 from t"), INT32_MIN);
	CHECK_INT(number(c, "select i2 from t"), UINT32_MAX);
	CHECK_INT(number(c, "select b1 from t"), -INT64_MAX);
	CHECK_INT(number(c, "select y from t"), 2026);
	CHECK_INT(number(c, "select b from t"), 0xaaa);
	CHECK_INT(number(c, "select sum(i2) from t"), UINT32_MAX);
	kin_db_release(db, c);
	kin_db_close(db);
}

static void check_no_date(kin_connection *c, const char *sql, int kind, const char *says)
{
	kin_error error = { 0 };
	kin_value value;
	kin_statement *statement = first_row(c, sql);

	CHECK_INT(kin_statement_value(statement, 0, kind, &value, &error), KIN_EVALUE);
	CHECK_HAS(kin_error_text(&error), says);
	kin_statement_close(statement);
	kin_error_clear(&error);
}

TEST(what_no_calendar_has_is_no_date)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);

	run(c, "set sql_mode = ''; create table t (d date, h time); insert into t values ('0000-00-00', '-12:30:00'), ('2026-00-00', '30:00:00')");
	check_no_date(c, "select d from t where h < 0", KIN_KIND_DATE, "column 'd' of the result: '0000-00-00'");
	check_no_date(c, "select d from t where h > 0", KIN_KIND_DATE, "'2026-00-00'");
	check_no_date(c, "select h from t where h < 0", KIN_KIND_TIME, "-12:30:00");
	check_no_date(c, "select h from t where h > 0", KIN_KIND_TIME, "30:00:00");
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_timestamp_column_is_read_as_utc)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_value value;

	run(c, "create table t (z timestamp(6) null); insert into t values ('2026-07-01 12:00:00.25')");
	kin_statement *statement = first_row(c, "select z from t");
	CHECK_INT(kin_statement_value(statement, 0, KIN_KIND_TIMESTAMP, &value, NULL), KIN_OK);
	CHECK_INT(value.as.integer, kin_timestamp_of(2026, 7, 1, 12, 0, 0).us + 250000);
	kin_statement_close(statement);
	kin_db_release(db, c);
	kin_db_close(db);
}
