/* Tests of db/sqlite/cells.c: values between structs and rows. */
#include <float.h>
#include <math.h>

#include "db/database.h"
#include "value/show.h"

typedef struct everything {
	bool           flag;
	int16_t        small;
	int32_t        middle;
	int64_t        large;
	float          real;
	double         exact;
	const char    *text;
	kin_bytes      bytes;
	kin_date       date;
	kin_time       time;
	kin_datetime   datetime;
	kin_timestamp  timestamp;
	kin_nullable(bool) maybe_flag;
	kin_nullable(int16_t) maybe_small;
	kin_nullable(int32_t) maybe_middle;
	kin_nullable(int64_t) maybe_large;
	kin_nullable(float) maybe_real;
	kin_nullable(double) maybe_exact;
	kin_nullable(kin_date) maybe_date;
	kin_nullable(kin_time) maybe_time;
	kin_nullable(kin_datetime) maybe_datetime;
	kin_nullable(kin_timestamp) maybe_timestamp;
} everything;

#define CELL(number, member) \
	{ offsetof(everything, member), (number), KIN_MEMBER_KIND(((everything *)NULL)->member), 0, NULL }

static const kin_cell cells[] = {
	CELL(0, flag), CELL(1, small), CELL(2, middle), CELL(3, large), CELL(4, real), CELL(5, exact), CELL(6, text),
	CELL(7, bytes), CELL(8, date), CELL(9, time), CELL(10, datetime), CELL(11, timestamp), CELL(12, maybe_flag),
	CELL(13, maybe_small), CELL(14, maybe_middle), CELL(15, maybe_large), CELL(16, maybe_real), CELL(17, maybe_exact),
	CELL(18, maybe_date), CELL(19, maybe_time), CELL(20, maybe_datetime), CELL(21, maybe_timestamp),
};

enum { CELLS = sizeof(cells) / sizeof(*cells) };

#define TABLE \
	"create table things (a boolean, b smallint, c integer, d bigint, e real, f double precision, g varchar, h blob," \
	" i date, j time, k timestamp, l timestamptz, m boolean, n smallint, o integer, p bigint, q real," \
	" r double precision, s date, t time, u timestamp, v timestamptz)"

#define MIDDAY INT64_C(43200123456)

static everything largest(void)
{
	kin_datetime last = kin_datetime_of(9999, 12, 31, 23, 59, 59);

	last.us += 999999;
	return (everything){
		true, INT16_MAX, INT32_MAX, INT64_MAX, FLT_MAX, DBL_MAX, "\xf0\x9f\x90\x95 'quoted' \\ \"text\"\n", { "\0\xff\0", 3 },
		kin_date_of(9999, 12, 31), { INT64_C(86399999999) }, last, { last.us }, kin_some(bool, true),
		kin_some(int16_t, INT16_MAX), kin_some(int32_t, INT32_MAX), kin_some(int64_t, INT64_MAX), kin_some(float, INFINITY),
		kin_some(double, INFINITY), kin_some(kin_date, kin_date_of(9999, 12, 31)), kin_some(kin_time, (kin_time){ MIDDAY }),
		kin_some(kin_datetime, last), kin_some(kin_timestamp, (kin_timestamp){ last.us }),
	};
}

static everything smallest(void)
{
	kin_datetime first = kin_datetime_of(1, 1, 1, 0, 0, 0);

	return (everything){
		false, INT16_MIN, INT32_MIN, INT64_MIN, -FLT_MIN, DBL_TRUE_MIN, "", { "", 0 }, kin_date_of(1, 1, 1), { 0 }, first,
		{ first.us }, kin_some(bool, false), kin_some(int16_t, INT16_MIN), kin_some(int32_t, INT32_MIN),
		kin_some(int64_t, INT64_MIN), kin_some(float, -INFINITY), kin_some(double, -0.1),
		kin_some(kin_date, kin_date_of(1, 1, 1)), kin_some(kin_time, (kin_time){ 0 }), kin_some(kin_datetime, first),
		kin_some(kin_timestamp, (kin_timestamp){ -1 }),
	};
}

static void insert(kin_connection *c, const everything *object)
{
	kin_error error = { 0 };
	kin_statement *s = prepare(c, sql_once("insert into things values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"));

	CHECK_MSG(kin_statement_bind_cells(s, cells, CELLS, object, 0, &error) == KIN_OK, "%s", kin_error_text(&error));
	CHECK_MSG(kin_statement_step(s, &error) == 0, "%s", kin_error_text(&error));
	CHECK_INT(kin_statement_changed(s), 1);
	kin_statement_close(s);
}

static void check_same(const everything *a, const everything *b)
{
	CHECK(a->flag == b->flag && a->small == b->small && a->middle == b->middle && a->large == b->large);
	CHECK(a->real == b->real && a->exact == b->exact);
	CHECK_TEXT(a->text, b->text);
	CHECK_INT(a->bytes.size, b->bytes.size);
	CHECK(!a->bytes.data == !b->bytes.data);
	CHECK(a->bytes.size == 0 || memcmp(a->bytes.data, b->bytes.data, a->bytes.size) == 0);
	CHECK_INT(a->date.days, b->date.days);
	CHECK_INT(a->time.us, b->time.us);
	CHECK_INT(a->datetime.us, b->datetime.us);
	CHECK_INT(a->timestamp.us, b->timestamp.us);
#define SAME(member, ...) \
	CHECK(a->member.present == b->member.present); \
	CHECK(!a->member.present || a->member.value __VA_ARGS__ == b->member.value __VA_ARGS__)
	SAME(maybe_flag);
	SAME(maybe_small);
	SAME(maybe_middle);
	SAME(maybe_large);
	SAME(maybe_real);
	SAME(maybe_exact);
	SAME(maybe_date, .days);
	SAME(maybe_time, .us);
	SAME(maybe_datetime, .us);
	SAME(maybe_timestamp, .us);
#undef SAME
}

TEST(every_type_comes_back_as_it_was_stored)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	const everything stored[] = { largest(), smallest(), { .text = NULL } };
	kin_arena arena = { 0 };
	kin_error error = { 0 };

	run(c, TABLE);
	for (int i = 0; i < 3; i++)
		insert(c, &stored[i]);
	kin_statement *s = prepare(c, sql_once("select * from things order by rowid"));
	for (int i = 0; i < 3; i++) {
		everything loaded;
		memset(&loaded, 0x55, sizeof(loaded));
		CHECK_INT(kin_statement_step(s, NULL), 1);
		size_t size = kin_statement_read_size(s, cells, CELLS);
		CHECK(size >= (stored[i].text ? strlen(stored[i].text) : 0) + stored[i].bytes.size);
		CHECK_MSG(kin_statement_read(s, cells, CELLS, &loaded, &arena, &error) == KIN_OK, "%s", kin_error_text(&error));
		check_same(&loaded, &stored[i]);
	}
	CHECK_INT(kin_statement_step(s, NULL), 0);
	kin_statement_close(s);
	kin_arena_done(&arena);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(values_are_stored_as_the_dialect_says)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	everything object = largest();

	object.datetime = kin_datetime_of(2026, 11, 22, 13, 45, 0);
	run(c, TABLE);
	insert(c, &object);
	CHECK_INT(number(c, "select a = 1 and typeof(a) = 'integer' from things"), 1);
	CHECK_INT(number(c, "select k = '2026-11-22 13:45:00.000000' from things"), 1);
	CHECK_INT(number(c, "select i = '9999-12-31' from things"), 1);
	CHECK_INT(number(c, "select typeof(g) = 'text' and typeof(h) = 'blob' from things"), 1);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(dates_are_read_in_each_form_that_people_store)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_value v;
	kin_statement *s = first_row(c, "select '2026-11-22T13:45:00', '2026-11-22 13:45', '2026-11-22 14:45:00+01:00'");
	int64_t us = kin_datetime_of(2026, 11, 22, 13, 45, 0).us;

	for (size_t i = 0; i < 2; i++) {
		CHECK_INT(kin_statement_value(s, i, KIN_KIND_DATETIME, &v, NULL), KIN_OK);
		CHECK_INT(v.as.integer, us);
	}
	CHECK_INT(kin_statement_value(s, 2, KIN_KIND_TIMESTAMP, &v, NULL), KIN_OK);
	CHECK_INT(v.as.integer, us);
	kin_statement_close(s);
	kin_db_release(db, c);
	kin_db_close(db);
}

/* Each kind of member against a value that it cannot hold. */
static const struct {
	const char *sql;
	int         kind;
	bool        not_null;
	int         code;
	const char *sentence;
} misfits[] = {
	{ "select 'abc' as age", KIN_KIND_INT32, false, KIN_EVALUE, "column 'age' of the result: 'abc'" },
	{ "select 2.5 as age", KIN_KIND_INT64, false, KIN_EVALUE, "column 'age' of the result: 2.5" },
	{ "select 3000000000 as age", KIN_KIND_INT32, false, KIN_ERANGE, "column 'age' of the result: 3000000000" },
	{ "select 3000000000 as age", KIN_KIND_INT32 | KIN_KIND_NULLABLE, false, KIN_ERANGE, "3000000000" },
	{ "select -32769 as age", KIN_KIND_INT16, false, KIN_ERANGE, "-32769" },
	{ "select 2 as yes", KIN_KIND_BOOL, false, KIN_ERANGE, "column 'yes' of the result: 2" },
	{ "select 1e300 as x", KIN_KIND_FLOAT, false, KIN_ERANGE, "column 'x' of the result: 1" },
	{ "select 9007199254740993 as x", KIN_KIND_DOUBLE, false, KIN_ERANGE, "9007199254740993" },
	{ "select 'x' as x", KIN_KIND_DOUBLE, false, KIN_EVALUE, "'x'" },
	{ "select null as x", KIN_KIND_INT64, false, KIN_ENOTNULL, "column 'x' of the result: NULL" },
	{ "select null as x", KIN_KIND_DOUBLE | KIN_KIND_NULLABLE, true, KIN_ENOTNULL, "column 'x' of the result: NULL" },
	{ "select null as x", KIN_KIND_DATE | KIN_KIND_NULLABLE, true, KIN_ENOTNULL, "column 'x' of the result: NULL" },
	{ "select null as name", KIN_KIND_TEXT, true, KIN_ENOTNULL, "column 'name' of the result: NULL" },
	{ "select null as data", KIN_KIND_BYTES, true, KIN_ENOTNULL, "column 'data' of the result: NULL" },
	{ "select null as day", KIN_KIND_DATE, false, KIN_ENOTNULL, "NULL" },
	{ "select 5 as name", KIN_KIND_TEXT, false, KIN_EVALUE, "column 'name' of the result: 5" },
	{ "select 'a' || char(0) || 'b' as name", KIN_KIND_TEXT, false, KIN_EVALUE, "column 'name' of the result: 'a" },
	{ "select x'00ff' as name", KIN_KIND_TEXT, false, KIN_EVALUE, "<2 bytes>" },
	{ "select 5 as data", KIN_KIND_BYTES, false, KIN_EVALUE, "column 'data' of the result: 5" },
	{ "select 20000 as day", KIN_KIND_DATE, false, KIN_EVALUE, "column 'day' of the result: 20000" },
	{ "select 2460000.5 as day", KIN_KIND_DATETIME, false, KIN_EVALUE, "2460000.5" },
	{ "select 'soon' as day", KIN_KIND_DATE, false, KIN_EVALUE, "column 'day' of the result: 'soon'" },
	{ "select '2026-02-30' as day", KIN_KIND_DATE | KIN_KIND_NULLABLE, false, KIN_EVALUE, "'2026-02-30'" },
	{ "select '25:00:00' as hour", KIN_KIND_TIME, false, KIN_EVALUE, "'25:00:00'" },
	{ "select '2026-11-22 13:45:00+01:00' as t", KIN_KIND_DATETIME, false, KIN_EVALUE, "'2026-11-22 13:45:00+01:00'" },
};

TEST(a_value_that_its_member_cannot_hold_is_an_error_that_names_it)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_arena arena = { 0 };

	for (size_t i = 0; i < sizeof(misfits) / sizeof(*misfits); i++) {
		kin_cell cell = { 0, 0, (uint8_t)misfits[i].kind, misfits[i].not_null, NULL };
		kin_statement *s = first_row(c, misfits[i].sql);
		kin_error error = { 0 };
		int64_t member[4];
		int rc = kin_statement_read(s, &cell, 1, member, &arena, &error);
		CHECK_MSG(rc == misfits[i].code, "%s: %s, %s", misfits[i].sql, kin_errname(rc), kin_error_text(&error));
		CHECK_HAS(kin_error_text(&error), misfits[i].sentence);
		CHECK_TEXT(error.sql, misfits[i].sql);
		CHECK(error.name);
		kin_error_clear(&error);
		const kin_mould mould = { .blank = member, .size = sizeof(member), .cells = &cell, .count = 1 };
		CHECK(!kin_statement_make(s, &mould, &arena, &error));
		CHECK_HAS(kin_error_text(&error), misfits[i].sentence);
		kin_error_clear(&error);
		kin_statement_close(s);
	}
	kin_arena_done(&arena);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(numbers_are_converted_where_nothing_is_lost)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_statement *s = first_row(c, "select 3.0, 4, 'text', 9007199254740992");
	const kin_cell some[] = { CELL(0, middle), CELL(1, real), CELL(2, bytes), CELL(3, maybe_exact) };
	everything loaded = { .flag = false };
	kin_arena arena = { 0 };

	CHECK_INT(kin_statement_read(s, some, 4, &loaded, &arena, NULL), KIN_OK);
	CHECK_INT(loaded.middle, 3);
	CHECK(loaded.real == 4.0f);
	CHECK_INT(loaded.bytes.size, 4);
	CHECK(loaded.maybe_exact.present && loaded.maybe_exact.value == 9007199254740992.0);
	kin_arena_done(&arena);
	kin_statement_close(s);
	kin_db_release(db, c);
	kin_db_close(db);
}

static const struct { kin_value value; int code; const char *sentence; } unbindable[] = {
	{ { .as.integer = -1, .kind = KIN_KIND_INT64, .overflow = 1 }, KIN_ERANGE, "placeholder 1 is larger than any column holds" },
	{ { .as.real = NAN, .kind = KIN_KIND_DOUBLE }, KIN_EVALUE, "placeholder 1 is NaN, which SQLite cannot store" },
	{ { .kind = KIN_KIND_ARRAY, .item_kind = KIN_KIND_INT64 }, KIN_EINVAL, "placeholder 1 is an array" },
	{ { .as.integer = 2932897, .kind = KIN_KIND_DATE }, KIN_ERANGE, "outside the years 0001 to 9999" },
	{ { .as.integer = -719163, .kind = KIN_KIND_DATE }, KIN_ERANGE, "outside the years 0001 to 9999" },
	{ { .as.integer = INT64_MAX, .kind = KIN_KIND_TIMESTAMP }, KIN_ERANGE, "outside the years 0001 to 9999" },
	{ { .as.integer = INT64_C(86400000000), .kind = KIN_KIND_TIME }, KIN_ERANGE, "not a time of day" },
	{ { .as.integer = -1, .kind = KIN_KIND_TIME }, KIN_ERANGE, "not a time of day" },
};

TEST(a_value_that_the_database_cannot_hold_is_refused)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_statement *s = prepare(c, sql_once("select ?"));

	for (size_t i = 0; i < sizeof(unbindable) / sizeof(*unbindable); i++) {
		kin_error error = { 0 };
		CHECK_INT(kin_statement_bind(s, 0, &unbindable[i].value, &error), unbindable[i].code);
		CHECK_HAS(kin_error_text(&error), unbindable[i].sentence);
		CHECK_TEXT(error.sql, "select ?");
		kin_error_clear(&error);
	}
	kin_statement_close(s);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_column_is_told_as_what_it_is_or_as_what_is_asked_for)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_statement *s = first_row(c, "select 7, 2.5, 'Ben', x'0102', null, '2026-11-22', x''");
	static const int natural[] = {
		KIN_KIND_INT64, KIN_KIND_DOUBLE, KIN_KIND_TEXT, KIN_KIND_BYTES, KIN_KIND_NULL, KIN_KIND_TEXT, KIN_KIND_BYTES,
	};
	kin_value v;
	kin_error error = { 0 };
	bool null;

	for (size_t i = 0; i < 7; i++) {
		CHECK_INT(kin_statement_value(s, i, KIN_KIND_NULL, &v, NULL), KIN_OK);
		CHECK_INT(v.kind, natural[i]);
	}
	CHECK_INT(kin_statement_value(s, 0, KIN_KIND_INT16, &v, NULL), KIN_OK);
	CHECK(v.kind == KIN_KIND_INT16 && v.as.integer == 7);
	CHECK_INT(kin_statement_value(s, 5, KIN_KIND_DATE, &v, NULL), KIN_OK);
	CHECK(v.kind == KIN_KIND_DATE && v.as.integer == kin_date_of(2026, 11, 22).days);
	CHECK_INT(kin_statement_value(s, 4, KIN_KIND_DATE, &v, NULL), KIN_OK);
	CHECK_INT(v.kind, KIN_KIND_NULL);
	CHECK_INT(kin_statement_value(s, 2, KIN_KIND_INT64, &v, &error), KIN_EVALUE);
	CHECK_HAS(kin_error_text(&error), "'Ben'");
	kin_error_clear(&error);
	CHECK_INT(kin_statement_int64(s, 0, &null), 7);
	CHECK(!null);
	kin_statement_int64(s, 4, &null);
	CHECK(null);
	kin_statement_close(s);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(cells_can_be_bound_row_behind_row)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	const kin_cell two[] = { CELL(0, middle), CELL(1, text) };
	everything a = { .middle = 1, .text = "Ben" }, b = { .middle = 2, .text = NULL };

	run(c, "create table pets (id integer primary key, name text)");
	kin_statement *s = prepare(c, sql_once("insert into pets values (?,?),(?,?)"));
	CHECK_INT(kin_statement_bind_cells(s, two, 2, &a, 0, NULL), KIN_OK);
	CHECK_INT(kin_statement_bind_cells(s, two, 2, &b, 2, NULL), KIN_OK);
	CHECK_INT(kin_statement_step(s, NULL), 0);
	CHECK_INT(kin_statement_changed(s), 2);
	kin_statement_close(s);
	CHECK_INT(number(c, "select count(*) from pets where id = 2 and name is null"), 1);
	kin_db_release(db, c);
	kin_db_close(db);
}
