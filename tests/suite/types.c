/* Each kind of value, from end to end of its range, comes back as it went. */
#include <float.h>
#include <math.h>

#include "suite/suite.h"
#include "value/member.h"

static const char all_types[] =
	"CREATE TABLE t (id INTEGER NOT NULL, b BOOLEAN, i2 SMALLINT, i4 INTEGER, i8 BIGINT, f4 REAL, f8 DOUBLE PRECISION,"
	" v VARCHAR(80), x TEXT, y BLOB, d DATE, h TIME, m TIMESTAMP, z TIMESTAMPTZ, n NUMERIC(30, 10), w NUMERIC(38), u UUID, j JSON,"
	" e ENUM('dog', 'cat'));";

/* A value goes into a column and comes back equal, as a value and where a query looks for it. */
static void check_back(kin_connection *c, const char *column, kin_value value)
{
	char insert[128], select[128];
	kin_statement *statement;

	snprintf(insert, sizeof(insert), "insert into t (id, %s) values (1, ?)", column);
	snprintf(select, sizeof(select), "select %s from t where %s = ?", column, column);
	run(c, "delete from t");
	suite_execute(c, insert, VALUES(value), NULL);
	kin_value back = suite_one(c, select, value, value.kind, &statement);
	CHECK_INT(back.kind, value.kind);
	if (value.kind == KIN_KIND_TEXT || value.kind == KIN_KIND_BYTES) {
		CHECK_INT(back.size, value.size);
		CHECK(memcmp(back.as.data, value.as.data, value.size) == 0);
	} else if (value.kind == KIN_KIND_FLOAT || value.kind == KIN_KIND_DOUBLE) {
		CHECK_MSG(back.as.real == value.as.real, "%s: %a is not %a", column, back.as.real, value.as.real);
	} else if (value.kind == KIN_KIND_DECIMAL) {
		CHECK_INT(kin_decimal_compare(kin_value_as_decimal(&back), kin_value_as_decimal(&value)), 0);
	} else {
		CHECK_INT(back.as.integer, value.as.integer);
		CHECK(back.more.high == value.more.high);
	}
	kin_statement_close(statement);
}

SUITE(integers_come_back_from_end_to_end)
{
	kin_connection *c = acquire(db);

	suite_create(c, all_types);
	check_back(c, "b", kin_value_bool(true));
	check_back(c, "b", kin_value_bool(false));
	check_back(c, "i2", kin_value_int16(INT16_MIN));
	check_back(c, "i2", kin_value_int16(INT16_MAX));
	check_back(c, "i4", kin_value_int32(INT32_MIN));
	check_back(c, "i4", kin_value_int32(INT32_MAX));
	check_back(c, "i8", kin_value_int64(INT64_MIN));
	check_back(c, "i8", kin_value_int64(INT64_MAX));
	kin_db_release(db, c);
}

SUITE(reals_come_back_bit_by_bit)
{
	kin_connection *c = acquire(db);

	suite_create(c, all_types);
	check_back(c, "f4", kin_value_float(FLT_MAX));
	check_back(c, "f4", kin_value_float(-FLT_MIN));
	check_back(c, "f8", kin_value_double(DBL_MAX));
	check_back(c, "f8", kin_value_double(-DBL_MIN));
	check_back(c, "f8", kin_value_double(0.1));
	if (!is_dialect(db, "mariadb")) {
		check_back(c, "f8", kin_value_double(INFINITY));
		check_back(c, "f8", kin_value_double(-INFINITY));
	}
	kin_db_release(db, c);
}

SUITE(text_and_bytes_come_back_byte_by_byte)
{
	static const char all[] = "\0\1\2\177\200\377'\\\"\n";
	kin_connection *c = acquire(db);
	size_t size = 3000000;
	char *large = malloc(size + 1);

	memset(large, 'x', size);
	large[size] = '\0';
	suite_create(c, all_types);
	check_back(c, "v", kin_value_text("Ben"));
	check_back(c, "v", kin_value_text(""));
	check_back(c, "x", kin_value_text("it's \"quoted\" \\ \n\t; -- ? $1 äöü 漢字 🐈"));
	check_back(c, "x", kin_value_text(large));
	check_back(c, "y", kin_value_bytes((kin_bytes){ all, sizeof(all) }));
	check_back(c, "y", kin_value_bytes((kin_bytes){ "", 0 }));
	check_back(c, "y", kin_value_bytes((kin_bytes){ large, size }));
	free(large);
	kin_db_release(db, c);
}

SUITE(dates_come_back_from_the_year_1_to_9999)
{
	kin_connection *c = acquire(db);
	int64_t first = kin_datetime_of(1, 1, 1, 0, 0, 0).us, last = kin_datetime_of(9999, 12, 31, 23, 59, 59).us + 999999;

	suite_create(c, all_types);
	check_back(c, "d", kin_value_date(kin_date_of(1, 1, 1)));
	check_back(c, "d", kin_value_date(kin_date_of(2024, 2, 29)));
	check_back(c, "d", kin_value_date(kin_date_of(9999, 12, 31)));
	check_back(c, "h", kin_value_time((kin_time){ 0 }));
	check_back(c, "h", kin_value_time((kin_time){ INT64_C(86399999999) }));
	check_back(c, "m", kin_value_datetime((kin_datetime){ first }));
	check_back(c, "m", kin_value_datetime((kin_datetime){ -1 }));
	check_back(c, "m", kin_value_datetime((kin_datetime){ last }));
	check_back(c, "z", kin_value_timestamp((kin_timestamp){ first }));
	check_back(c, "z", kin_value_timestamp((kin_timestamp){ 1 }));
	check_back(c, "z", kin_value_timestamp((kin_timestamp){ last }));
	kin_db_release(db, c);
}

SUITE(dates_that_no_column_holds_are_refused)
{
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	suite_create(c, all_types);
	CHECK_INT(suite_execute(c, "insert into t (id, d) values (1, ?)", VALUES(kin_value_date(kin_date_of(10000, 1, 1))), &error),
	          KIN_ERANGE);
	CHECK_HAS(kin_error_text(&error), "placeholder 1");
	CHECK_INT(suite_execute(c, "insert into t (id, h) values (1, ?)", VALUES(kin_value_time((kin_time){ -1 })), &error),
	          KIN_ERANGE);
	CHECK_INT(suite_execute(c, "insert into t (id, z) values (1, ?)",
	                        VALUES(kin_value_timestamp((kin_timestamp){ INT64_MAX })), &error), KIN_ERANGE);
	kin_error_clear(&error);
	kin_db_release(db, c);
}

SUITE(a_timestamp_is_utc_whatever_the_server_and_its_settings_think)
{
	kin_connection *c = acquire(db);
	kin_statement *statement;

	suite_create(c, all_types);
	suite_execute(c, "insert into t (id, z) values (1, ?)", VALUES(kin_value_timestamp(kin_timestamp_of(2026, 7, 1, 12, 0, 0))),
	              NULL);
	kin_value text = suite_one(c, "select cast(z as varchar(10)) from t where id = ?", kin_value_int32(1), KIN_KIND_TEXT, &statement);
	CHECK_TEXT(text.as.data, is_dialect(db, "sqlite") ? "2026-07-01 12:00:00.000000" : "2026-07-01");
	kin_statement_close(statement);
	CHECK_INT(number(c, "select count(*) from t where z = '2026-07-01 12:00:00.000000'"), 1);
	kin_db_release(db, c);
}

SUITE(null_is_null_in_every_type)
{
	static const char *const columns[] = { "b", "i2", "i4", "i8", "f4", "f8", "v", "x", "y", "d", "h", "m", "z", "n", "u", "j", "e" };
	kin_connection *c = acquire(db);
	char text[128];

	suite_create(c, all_types);
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		kin_statement *statement;
		snprintf(text, sizeof(text), "insert into t (id, %s) values (%zu, ?)", columns[i], i);
		suite_execute(c, text, VALUES(kin_value_null(NULL)), NULL);
		snprintf(text, sizeof(text), "select %s from t where id = ?", columns[i]);
		kin_value value = suite_one(c, text, kin_value_int64((int64_t)i), KIN_KIND_NULL, &statement);
		CHECK_INT(value.kind, KIN_KIND_NULL);
		bool null = false;
		kin_statement_int64(statement, 0, &null);
		CHECK(null);
		kin_statement_close(statement);
	}
	kin_db_release(db, c);
}

SUITE(uuids_and_json_go_as_text_and_come_back_as_text)
{
	kin_connection *c = acquire(db);
	kin_statement *statement;

	suite_create(c, all_types);
	suite_execute(c, "insert into t (id, u, j) values (?, ?, ?)",
	              VALUES(kin_value_int32(1), kin_value_text("5e3ab5c1-9f7a-4a53-8c22-0123456789ab"), kin_value_text("{\"a\": [1, 2]}")),
	              NULL);
	kin_value uuid = suite_one(c, "select u from t where id = ?", kin_value_int32(1), KIN_KIND_TEXT, &statement);
	CHECK_TEXT(uuid.as.data, "5e3ab5c1-9f7a-4a53-8c22-0123456789ab");
	kin_statement_close(statement);
	kin_value json = suite_one(c, "select j from t where id = ?", kin_value_int32(1), KIN_KIND_TEXT, &statement);
	CHECK_TEXT(json.as.data, "{\"a\": [1, 2]}");
	kin_statement_close(statement);
	kin_db_release(db, c);
}

static kin_value decimal(const char *text)
{
	kin_decimal d = { 0 };

	CHECK_INT(kin_decimal_parse(text, &d), KIN_OK);
	return kin_value_decimal(d);
}

SUITE(decimals_come_back_digit_by_digit)
{
	kin_connection *c = acquire(db);

	suite_create(c, all_types);
	check_back(c, "n", decimal("0"));
	check_back(c, "n", decimal("12.5"));
	check_back(c, "n", decimal("-0.0000000001"));
	check_back(c, "n", decimal("0.1"));
	check_back(c, "n", decimal("99999.9999999999"));
	check_back(c, "n", decimal("9007199254740993"));
	check_back(c, "w", decimal("-999999999999999999"));
	kin_db_release(db, c);
}

SUITE(a_decimal_of_38_digits_is_kept_or_refused)
{
	kin_connection *c = acquire(db);
	kin_value large = decimal("-99999999999999999999999999999999999999"), fine = decimal("1234567890123456789.0123456789");
	kin_error error = { 0 };

	suite_create(c, all_types);
	if (is_dialect(db, "sqlite")) {
		CHECK_INT(suite_execute(c, "insert into t (id, w) values (1, ?)", &large, 1, &error), KIN_ERANGE);
		CHECK_HAS(kin_error_text(&error), "has more than 15 digits, which SQLite does not keep exactly");
		CHECK_INT(suite_execute(c, "insert into t (id, n) values (1, ?)", &fine, 1, &error), KIN_ERANGE);
		kin_error_clear(&error);
	} else {
		check_back(c, "w", large);
		check_back(c, "n", fine);
	}
	kin_db_release(db, c);
}

SUITE(decimals_are_ordered_and_compared_as_numbers)
{
	static const char *const texts[] = { "-100", "-20.5", "-3", "0", "0.10", "2", "10.05", "100" };
	kin_connection *c = acquire(db);
	kin_statement *statement;
	kin_value value;
	size_t i = 0;

	suite_create(c, all_types);
	for (i = sizeof(texts) / sizeof(*texts); i-- > 0;)
		suite_execute(c, "insert into t (id, n) values (?, ?)", VALUES(kin_value_int64((int64_t)i), decimal(texts[i])), NULL);
	statement = first_row(c, "select n from t order by n");
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		kin_value expected = decimal(texts[i]);
		CHECK_INT(kin_statement_value(statement, 0, KIN_KIND_DECIMAL, &value, NULL), KIN_OK);
		CHECK_MSG(kin_decimal_compare(kin_value_as_decimal(&value), kin_value_as_decimal(&expected)) == 0, "%s", texts[i]);
		kin_statement_step(statement, NULL);
	}
	kin_statement_close(statement);
	value = decimal("10.0500");
	CHECK_INT(suite_one(c, "select id from t where n = ?", value, KIN_KIND_INT64, &statement).as.integer, 6);
	kin_statement_close(statement);
	CHECK_INT(suite_one(c, "select count(*) from t where n < ?", decimal("0.2"), KIN_KIND_INT64, &statement).as.integer, 5);
	kin_statement_close(statement);
	value = suite_one(c, "select sum(n) from t where id in (4, 6) and n > ?", decimal("0"), KIN_KIND_DECIMAL, &statement);
	CHECK_INT(kin_decimal_compare(kin_value_as_decimal(&value), kin_decimal_of(1015, 2)), 0);
	kin_statement_close(statement);
	kin_db_release(db, c);
}

SUITE(uuids_come_back_byte_by_byte_and_sort_as_their_bytes)
{
	kin_uuid low = { { 0 } }, high;
	kin_connection *c = acquire(db);
	kin_statement *statement;

	memset(&high, 0xff, sizeof(high));
	suite_create(c, all_types);
	check_back(c, "u", kin_value_uuid(low));
	check_back(c, "u", kin_value_uuid(high));
	check_back(c, "u", kin_value_uuid(kin_uuid_v4()));
	check_back(c, "u", kin_value_uuid(kin_uuid_v7()));
	suite_execute(c, "insert into t (id, u) values (2, ?)", VALUES(kin_value_uuid(low)), NULL);
	suite_execute(c, "insert into t (id, u) values (3, ?)", VALUES(kin_value_uuid(high)), NULL);
	kin_value least = suite_one(c, "select id from t where id > ? order by u limit 1", kin_value_int32(1), KIN_KIND_INT32, &statement);
	CHECK_INT(least.as.integer, 2);
	kin_statement_close(statement);
	kin_db_release(db, c);
}

SUITE(json_is_checked_before_it_is_sent)
{
	static const char *const good[] = { "null", "true", "12.5", "\"text\"", "[]", "{}", "{\"a\": {\"b\": [1, \"\303\251\"]}}" };
	kin_connection *c = acquire(db);
	kin_error error = { 0 };
	kin_statement *statement;

	suite_create(c, all_types);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		suite_execute(c, "insert into t (id, j) values (?, ?)",
		              VALUES(kin_value_int64((int64_t)i), kin_value_json(kin_json_of(good[i]))), NULL);
		kin_value back = suite_one(c, "select j from t where id = ?", kin_value_int64((int64_t)i), KIN_KIND_JSON, &statement);
		CHECK_INT(back.kind, KIN_KIND_JSON);
		CHECK_TEXT(back.as.data, good[i]);
		kin_statement_close(statement);
	}
	CHECK_INT(suite_execute(c, "insert into t (id, j) values (99, ?)", VALUES(kin_value_json(kin_json_of("{'a': 1}"))), &error), KIN_EVALUE);
	CHECK_HAS(kin_error_text(&error), "is not valid JSON");
	kin_error_clear(&error);
	kin_db_release(db, c);
}

SUITE(an_integer_above_the_largest_bigint_needs_a_numeric)
{
	kin_value large = kin_value_uint64(UINT64_MAX);
	kin_connection *c = acquire(db);
	kin_error error = { 0 };
	kin_statement *statement;

	suite_create(c, all_types);
	CHECK_INT(suite_execute(c, "insert into t (id, i8) values (1, ?)", &large, 1, &error), KIN_ERANGE);
	kin_error_clear(&error);
	if (is_dialect(db, "sqlite")) {
		CHECK_INT(suite_execute(c, "insert into t (id, w) values (1, ?)", &large, 1, &error), KIN_ERANGE);
	} else {
		suite_execute(c, "insert into t (id, w) values (1, ?)", &large, 1, NULL);
		kin_value back = suite_one(c, "select w from t where w = ?", large, KIN_KIND_UINT64, &statement);
		CHECK(back.overflow && (uint64_t)back.as.integer == UINT64_MAX);
		kin_statement_close(statement);
	}
	kin_error_clear(&error);
	kin_db_release(db, c);
}

SUITE(an_enum_holds_its_labels_only)
{
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	suite_create(c, all_types);
	check_back(c, "e", kin_value_text("dog"));
	check_back(c, "e", kin_value_text("cat"));
	CHECK(suite_execute(c, "insert into t (id, e) values (2, ?)", VALUES(kin_value_text("cow")), &error) < 0);
	kin_error_clear(&error);
	kin_db_release(db, c);
}

SUITE(a_numeric_is_read_as_the_number_that_is_asked_for)
{
	kin_connection *c = acquire(db);
	kin_statement *statement;

	suite_create(c, all_types);
	suite_execute(c, "insert into t (id, n) values (1, ?)", VALUES(kin_value_double(12.5)), NULL);
	suite_execute(c, "insert into t (id, n) values (2, ?)", VALUES(kin_value_int64(42)), NULL);
	CHECK(suite_one(c, "select n from t where id = ?", kin_value_int32(1), KIN_KIND_DOUBLE, &statement).as.real == 12.5);
	kin_statement_close(statement);
	CHECK_INT(suite_one(c, "select n from t where id = ?", kin_value_int32(2), KIN_KIND_INT32, &statement).as.integer, 42);
	kin_statement_close(statement);
	const char *sum = is_dialect(db, "mariadb")
		? "select sum(i8) + 0 * max(id) + 7 from (select id, cast(1 as signed) as i8 from t) as s where id > ?"
		: "select sum(i8) + 0 * max(id) + 7 from (select id, cast(1 as bigint) as i8 from t) as s where id > ?";
	CHECK_INT(suite_one(c, sum, kin_value_int32(0), KIN_KIND_INT64, &statement).as.integer, 9);
	kin_statement_close(statement);
	kin_db_release(db, c);
}

typedef struct row {
	int32_t                    id;
	bool                       b;
	int16_t                    i2;
	int32_t                    i4;
	int64_t                    i8;
	float                      f4;
	double                     f8;
	const char                *v;
	const char                *x;
	kin_bytes                  y;
	kin_date                   d;
	kin_time                   h;
	kin_nullable(kin_datetime) m;
	kin_nullable(kin_timestamp) z;
	kin_nullable(int64_t)      none;
} row;

#define CELL(n, member, k) { .offset = offsetof(row, member), .column = (n), .kind = (uint8_t)(k) }

static const kin_cell cells[] = {
	CELL(0, id, KIN_KIND_INT32), CELL(1, b, KIN_KIND_BOOL), CELL(2, i2, KIN_KIND_INT16), CELL(3, i4, KIN_KIND_INT32),
	CELL(4, i8, KIN_KIND_INT64), CELL(5, f4, KIN_KIND_FLOAT), CELL(6, f8, KIN_KIND_DOUBLE), CELL(7, v, KIN_KIND_TEXT),
	CELL(8, x, KIN_KIND_TEXT), CELL(9, y, KIN_KIND_BYTES), CELL(10, d, KIN_KIND_DATE), CELL(11, h, KIN_KIND_TIME),
	CELL(12, m, KIN_KIND_DATETIME | KIN_KIND_NULLABLE), CELL(13, z, KIN_KIND_TIMESTAMP | KIN_KIND_NULLABLE),
	CELL(14, none, KIN_KIND_INT64 | KIN_KIND_NULLABLE),
};

enum { CELLS = sizeof(cells) / sizeof(*cells) };

SUITE(a_struct_comes_back_member_by_member)
{
	row ben = {
		.id = 1, .b = true, .i2 = -2, .i4 = -4, .i8 = INT64_C(-8000000000), .f4 = 0.5F, .f8 = 1e100, .v = "Ben", .x = NULL,
		.y = { "\0\1", 2 }, .d = kin_date_of(2026, 11, 22), .h = { 1 }, .m = { kin_datetime_of(2026, 1, 2, 3, 4, 5), true },
		.z = { .present = false }, .none = { .present = false },
	}, back;
	kin_connection *c = acquire(db);
	kin_arena arena = { 0 };
	kin_error error = { 0 };

	memset(&back, 0xff, sizeof(back));
	suite_create(c, all_types);
	suite_create(c, "ALTER TABLE t ADD COLUMN none BIGINT;");
	kin_statement *insert = prepare(c, suite_sql(c, "insert into t (id, b, i2, i4, i8, f4, f8, v, x, y, d, h, m, z, none)"
	                                                " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
	CHECK_INT(kin_statement_bind_cells(insert, cells, CELLS, &ben, 0, &error), KIN_OK);
	CHECK_MSG(kin_statement_step(insert, &error) == 0, "%s", kin_error_text(&error));
	CHECK_INT(kin_statement_changed(insert), 1);
	kin_statement_close(insert);
	kin_statement *select = first_row(c, "select id, b, i2, i4, i8, f4, f8, v, x, y, d, h, m, z, none from t");
	CHECK_MSG(kin_statement_read(select, cells, CELLS, &back, &arena, &error) == KIN_OK, "%s", kin_error_text(&error));
	for (size_t i = 0; i < CELLS; i++)
		CHECK_MSG(kin_member_equal((char *)&ben + cells[i].offset, (char *)&back + cells[i].offset, cells[i].kind),
		          "column %zu came back otherwise", i);
	CHECK(kin_statement_read_size(select, cells, CELLS) >= 4 + 2);
	kin_statement_close(select);
	kin_arena_done(&arena);
	kin_db_release(db, c);
}

SUITE(numbers_are_converted_where_nothing_is_lost)
{
	kin_connection *c = acquire(db);
	kin_error error = { 0 };
	kin_statement *statement;
	kin_value value;

	suite_create(c, all_types);
	suite_execute(c, "insert into t (id, i2, i8, f8) values (?, ?, ?, ?)",
	              VALUES(kin_value_int64(1), kin_value_int64(7), kin_value_int32(3), kin_value_int32(5)), NULL);
	statement = first_row(c, "select i2, i8, f8, 70000 from t");
	CHECK_INT(kin_statement_value(statement, 0, KIN_KIND_INT64, &value, &error), KIN_OK);
	CHECK_INT(value.as.integer, 7);
	CHECK_INT(kin_statement_value(statement, 1, KIN_KIND_INT16, &value, &error), KIN_OK);
	CHECK_INT(value.as.integer, 3);
	CHECK_INT(kin_statement_value(statement, 2, KIN_KIND_INT32, &value, &error), KIN_OK);
	CHECK_INT(value.as.integer, 5);
	CHECK_INT(kin_statement_value(statement, 3, KIN_KIND_INT16, &value, &error), KIN_ERANGE);
	CHECK_HAS(kin_error_text(&error), "70000");
	CHECK_HAS(kin_error_text(&error), "column '");
	kin_error_clear(&error);
	kin_statement_close(statement);
	kin_db_release(db, c);
}

SUITE(null_in_a_member_that_must_not_be_is_an_error_that_names_the_column)
{
	kin_connection *c = acquire(db);
	kin_cell cell = { .offset = offsetof(row, v), .column = 0, .kind = KIN_KIND_TEXT, .not_null = true };
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	row r;

	kin_statement *statement = first_row(c, "select cast(null as varchar(3)) as nickname");
	CHECK_INT(kin_statement_read(statement, &cell, 1, &r, &arena, &error), KIN_ENOTNULL);
	CHECK_HAS(kin_error_text(&error), "column 'nickname'");
	CHECK_TEXT(error.name, "nickname");
	kin_error_clear(&error);
	kin_statement_close(statement);
	kin_arena_done(&arena);
	kin_db_release(db, c);
}
