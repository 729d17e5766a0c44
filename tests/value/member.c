#include "value/member.h"

#include <float.h>
#include <math.h>

#include "harness/harness.h"
#include "value/kind.h"
#include "value/show.h"

/* A struct with a member of each kind, and each that can be nullable. */
typedef struct row {
	bool b;
	int16_t i16;
	int32_t i32;
	int64_t i64;
	float f;
	double d;
	const char *text;
	kin_bytes bytes;
	kin_date date;
	kin_time time;
	kin_datetime datetime;
	kin_timestamp timestamp;
	kin_nullable(bool) nb;
	kin_nullable(int16_t) n16;
	kin_nullable(int64_t) n64;
	kin_nullable(double) nd;
	kin_nullable(kin_date) ndate;
} row;

#define GET(member)        kin_member_get(&(member), KIN_MEMBER_KIND(member))
#define IS_NULL(member)    kin_member_is_null(&(member), KIN_MEMBER_KIND(member))
#define EQUAL(a, b)        kin_member_equal(&(a), &(b), KIN_MEMBER_KIND(a))

TEST(members_are_read_as_values)
{
	row r = {
		.b = true, .i16 = INT16_MIN, .i32 = INT32_MAX, .i64 = INT64_MIN, .f = 2.5f, .d = DBL_MAX, .text = "Ben",
		.bytes = { "ab", 2 }, .date = { -1 }, .time = { 2 }, .datetime = { 3 }, .timestamp = { INT64_MAX },
		.n64 = kin_some(int64_t, 7), .ndate = kin_some(kin_date, kin_date_of(1970, 1, 2)),
	};

	CHECK_INT(GET(r.b).as.integer, 1);
	CHECK_INT(GET(r.b).kind, KIN_KIND_BOOL);
	CHECK_INT(GET(r.i16).as.integer, INT16_MIN);
	CHECK_INT(GET(r.i32).as.integer, INT32_MAX);
	CHECK_INT(GET(r.i64).as.integer, INT64_MIN);
	CHECK(GET(r.f).as.real == 2.5 && GET(r.f).kind == KIN_KIND_FLOAT);
	CHECK(GET(r.d).as.real == DBL_MAX);
	CHECK(GET(r.text).as.data == r.text && GET(r.text).size == 3);
	CHECK(GET(r.bytes).as.data == r.bytes.data && GET(r.bytes).kind == KIN_KIND_BYTES);
	CHECK_INT(GET(r.date).as.integer, -1);
	CHECK_INT(GET(r.time).kind, KIN_KIND_TIME);
	CHECK_INT(GET(r.datetime).as.integer, 3);
	CHECK_INT(GET(r.timestamp).as.integer, INT64_MAX);
	CHECK_INT(GET(r.n64).as.integer, 7);
	CHECK_INT(GET(r.n64).kind, KIN_KIND_INT64);
	CHECK_INT(GET(r.ndate).as.integer, 1);
}

TEST(absent_members_are_null)
{
	row r = { 0 };

	CHECK(IS_NULL(r.text) && IS_NULL(r.bytes) && IS_NULL(r.nb) && IS_NULL(r.n64) && IS_NULL(r.ndate));
	CHECK(!IS_NULL(r.b) && !IS_NULL(r.i64) && !IS_NULL(r.d) && !IS_NULL(r.date));
	CHECK_INT(GET(r.text).kind, KIN_KIND_NULL);
	CHECK_INT(GET(r.bytes).kind, KIN_KIND_NULL);
	CHECK_INT(GET(r.n64).kind, KIN_KIND_NULL);
	r.n64 = kin_some(int64_t, 0);
	r.bytes = (kin_bytes){ "", 0 };
	r.text = "";
	CHECK(!IS_NULL(r.n64) && !IS_NULL(r.bytes) && !IS_NULL(r.text));
}

TEST(text_and_bytes_are_compared_by_content)
{
	char name[] = "Ben";
	row a = { .text = "Ben", .bytes = { "x\0y", 3 } }, b = { .text = name, .bytes = { "x\0z", 3 } };

	CHECK(EQUAL(a.text, b.text));
	CHECK(!EQUAL(a.bytes, b.bytes));
	b.bytes.size = a.bytes.size = 2;
	CHECK(EQUAL(a.bytes, b.bytes));
	b.text = NULL;
	CHECK(!EQUAL(a.text, b.text));
	a.text = NULL;
	CHECK(EQUAL(a.text, b.text));
	a.bytes = (kin_bytes){ "", 0 };
	b.bytes = (kin_bytes){ NULL, 0 };
	CHECK(!EQUAL(a.bytes, b.bytes));
}

TEST(numbers_and_dates_are_compared_by_value)
{
	row a = { .i64 = 1, .d = (double)NAN, .f = 0.0f, .date = { 5 } }, b = { .i64 = 1, .d = (double)NAN, .f = -0.0f, .date = { 5 } };

	CHECK(EQUAL(a.i64, b.i64) && EQUAL(a.d, b.d) && EQUAL(a.f, b.f) && EQUAL(a.date, b.date));
	b.i64 = 2, b.d = 1, b.f = 1, b.date.days = 6;
	CHECK(!EQUAL(a.i64, b.i64) && !EQUAL(a.d, b.d) && !EQUAL(a.f, b.f) && !EQUAL(a.date, b.date));
}

TEST(nulls_are_equal_whatever_is_behind_them)
{
	row a = { .n64 = { .value = 1 }, .nd = { .value = 1, .present = true } }, b = { .n64 = { .value = 2 }, .nd = { .value = 1 } };

	CHECK(EQUAL(a.n64, b.n64));
	CHECK(!EQUAL(a.nd, b.nd));
	b.nd.present = true;
	CHECK(EQUAL(a.nd, b.nd));
}

TEST(items_of_arrays_are_read_by_their_size)
{
	kin_nullable(int64_t) some[] = { kin_some(int64_t, 1), kin_none(int64_t), kin_some(int64_t, 3) };
	const bool flags[] = { false, true };
	kin_value array = KIN_ARGUMENT(kin_array(some, 3));

	CHECK_INT(kin_member_item(&array, 0).as.integer, 1);
	CHECK_INT(kin_member_item(&array, 1).kind, KIN_KIND_NULL);
	CHECK_INT(kin_member_item(&array, 2).as.integer, 3);
	array = KIN_ARGUMENT(kin_array(flags, 2));
	CHECK_INT(kin_member_item(&array, 1).as.integer, 1);
}
