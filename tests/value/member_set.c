#include <float.h>
#include <math.h>

#include "base/mem.h"
#include "harness/harness.h"
#include "value/member.h"

#define SET(member, value_, error) \
	kin_member_set(&(member), KIN_MEMBER_KIND(member), &(kin_value[]){ value_ }[0], NULL, (error))

/* Setting fails with this code and sentence, and leaves the member alone. */
#define CHECK_REFUSED(member, value_, code, sentence) \
	do { \
		kin_error error_ = { 0 }; \
		__typeof__(member) before_ = (member); \
		CHECK_INT(SET(member, value_, &error_), (code)); \
		CHECK_TEXT(kin_error_text(&error_), (sentence)); \
		CHECK(kin_member_equal(&before_, &(member), KIN_MEMBER_KIND(member))); \
		CHECK_INT(SET(member, value_, NULL), (code)); \
		kin_error_clear(&error_); \
	} while (0)

TEST(integers_fit_up_to_their_ends)
{
	int16_t i16 = 0;
	int32_t i32 = 0;
	int64_t i64 = 0;

	CHECK_INT(SET(i16, kin_value_int64(INT16_MIN), NULL), KIN_OK);
	CHECK_INT(i16, INT16_MIN);
	CHECK_INT(SET(i16, kin_value_int64(INT16_MAX), NULL), KIN_OK);
	CHECK_INT(i16, INT16_MAX);
	CHECK_INT(SET(i32, kin_value_int64(INT32_MIN), NULL), KIN_OK);
	CHECK_INT(i32, INT32_MIN);
	CHECK_INT(SET(i32, kin_value_int64(INT32_MAX), NULL), KIN_OK);
	CHECK_INT(i32, INT32_MAX);
	CHECK_INT(SET(i64, kin_value_int64(INT64_MIN), NULL), KIN_OK);
	CHECK_INT(i64, INT64_MIN);
	CHECK_INT(SET(i64, kin_value_bool(true), NULL), KIN_OK);
	CHECK_INT(i64, 1);
}

TEST(integers_beyond_their_ends_are_refused)
{
	int16_t i16 = 5;
	int32_t i32 = 5;
	int64_t i64 = 5;

	CHECK_REFUSED(i16, kin_value_int64(70000), KIN_ERANGE,
	              "70000 is outside the range of a 16-bit integer (-32768 to 32767)");
	CHECK_REFUSED(i16, kin_value_int64(-32769), KIN_ERANGE,
	              "-32769 is outside the range of a 16-bit integer (-32768 to 32767)");
	CHECK_REFUSED(i32, kin_value_int64(INT64_C(2147483648)), KIN_ERANGE,
	              "2147483648 is outside the range of a 32-bit integer (-2147483648 to 2147483647)");
	CHECK_REFUSED(i64, kin_value_uint64(UINT64_MAX), KIN_ERANGE,
	              "18446744073709551615 is outside the range of a 64-bit integer (-9223372036854775808 to 9223372036854775807)");
}

TEST(a_boolean_is_zero_or_one)
{
	bool b = false;

	CHECK_INT(SET(b, kin_value_int64(1), NULL), KIN_OK);
	CHECK(b);
	CHECK_INT(SET(b, kin_value_double(0), NULL), KIN_OK);
	CHECK(!b);
	CHECK_REFUSED(b, kin_value_int64(2), KIN_ERANGE, "2 is outside the range of a boolean (0 to 1)");
	CHECK_REFUSED(b, kin_value_int64(-1), KIN_ERANGE, "-1 is outside the range of a boolean (0 to 1)");
}

TEST(a_whole_real_becomes_an_integer)
{
	int64_t i64 = 0;
	int16_t i16 = 9;

	CHECK_INT(SET(i64, kin_value_double(-9223372036854775808.0), NULL), KIN_OK);
	CHECK_INT(i64, INT64_MIN);
	CHECK_INT(SET(i16, kin_value_float(7.0f), NULL), KIN_OK);
	CHECK_INT(i16, 7);
	CHECK_REFUSED(i16, kin_value_double(2.5), KIN_EVALUE, "2.5 is not a whole number, and a 16-bit integer is needed");
	CHECK_REFUSED(i16, kin_value_double(1e10), KIN_ERANGE,
	              "10000000000.0 is outside the range of a 16-bit integer (-32768 to 32767)");
	CHECK_REFUSED(i64, kin_value_double(9223372036854775808.0), KIN_ERANGE,
	              "9.223372036854776e+18 is outside the range of a 64-bit integer "
	              "(-9223372036854775808 to 9223372036854775807)");
	CHECK_INT(SET(i64, kin_value_double((double)NAN), NULL), KIN_ERANGE);
	CHECK_INT(SET(i64, kin_value_double(-HUGE_VAL), NULL), KIN_ERANGE);
}

TEST(an_integer_becomes_a_real_if_it_is_exact)
{
	double d = 0;
	float f = 0;

	CHECK_INT(SET(d, kin_value_int64(INT64_C(9007199254740992)), NULL), KIN_OK);
	CHECK(d == 9007199254740992.0);
	CHECK_INT(SET(d, kin_value_int64(INT64_MIN), NULL), KIN_OK);
	CHECK(d == -9223372036854775808.0);
	CHECK_REFUSED(d, kin_value_int64(INT64_C(9007199254740993)), KIN_ERANGE, "9007199254740993 has more digits than a double holds");
	CHECK_REFUSED(d, kin_value_int64(INT64_MAX), KIN_ERANGE, "9223372036854775807 has more digits than a double holds");
	CHECK_INT(SET(f, kin_value_int32(16777216), NULL), KIN_OK);
	CHECK_REFUSED(f, kin_value_int32(16777217), KIN_ERANGE, "16777217 has more digits than a float holds");
	CHECK_REFUSED(f, kin_value_int64(INT64_MAX), KIN_ERANGE, "9223372036854775807 has more digits than a float holds");
}

TEST(a_double_is_rounded_to_a_float)
{
	float f = 1;

	CHECK_INT(SET(f, kin_value_double(0.1), NULL), KIN_OK);
	CHECK(f == 0.1f);
	CHECK_INT(SET(f, kin_value_double((double)FLT_MAX), NULL), KIN_OK);
	CHECK_INT(SET(f, kin_value_double((double)NAN), NULL), KIN_OK);
	CHECK(isnan(f));
	CHECK_INT(SET(f, kin_value_double(HUGE_VAL), NULL), KIN_OK);
	CHECK(isinf(f));
	CHECK_REFUSED(f, kin_value_double(1e300), KIN_ERANGE, "1e+300 is outside the range of a float (to 3.40282e+38)");
}

TEST(text_is_copied_into_the_arena)
{
	kin_arena arena = { 0 };
	char name[] = "Ben";
	const char *text = NULL;
	kin_value value = kin_value_text_n(name, 2);

	CHECK_INT(kin_member_set(&text, KIN_KIND_TEXT, &value, &arena, NULL), KIN_OK);
	name[0] = 'X';
	CHECK_TEXT(text, "Be");
	value = kin_value_text(name);
	CHECK_INT(kin_member_set(&text, KIN_KIND_TEXT, &value, NULL, NULL), KIN_OK);
	CHECK(text == name);
	kin_arena_done(&arena);
}

TEST(bytes_are_copied_with_all_their_zeroes)
{
	kin_arena arena = { 0 };
	kin_bytes bytes = { 0 };
	kin_value value = kin_value_bytes((kin_bytes){ "a\0b", 3 });

	CHECK_INT(kin_member_set(&bytes, KIN_KIND_BYTES, &value, &arena, NULL), KIN_OK);
	CHECK_INT(bytes.size, 3);
	CHECK(memcmp(bytes.data, "a\0b", 3) == 0);
	value = kin_value_bytes((kin_bytes){ "", 0 });
	CHECK_INT(kin_member_set(&bytes, KIN_KIND_BYTES, &value, &arena, NULL), KIN_OK);
	CHECK(bytes.data && bytes.size == 0);
	kin_arena_done(&arena);
}

TEST(text_with_a_zero_byte_is_refused)
{
	const char *text = "before";

	CHECK_REFUSED(text, kin_value_text_n("a\0b", 3), KIN_EVALUE,
	              "'a\\x00b' has a zero byte in it, which ends a string in C; a member of type kin_bytes holds all of it");
}

TEST(a_value_of_another_kind_is_refused)
{
	const char *text = "before";
	int32_t i32 = 5;
	double d = 5;
	kin_bytes bytes = { "x", 1 };
	kin_date date = { 5 };
	kin_time time = { 5 };

	CHECK_REFUSED(i32, kin_value_text("Ben"), KIN_EVALUE, "'Ben' is text, and a 32-bit integer is needed");
	CHECK_REFUSED(d, kin_value_text("2.5"), KIN_EVALUE, "'2.5' is text, and a double is needed");
	CHECK_REFUSED(text, kin_value_int32(3), KIN_EVALUE, "3 is a 32-bit integer, and text is needed");
	CHECK_REFUSED(text, kin_value_date(date), KIN_EVALUE, "1970-01-06 is a date, and text is needed");
	CHECK_REFUSED(bytes, kin_value_bool(true), KIN_EVALUE, "true is a boolean, and bytes is needed");
	CHECK_REFUSED(date, kin_value_int64(3), KIN_EVALUE, "3 is a 64-bit integer, and a date is needed");
	CHECK_REFUSED(date, kin_value_time(time), KIN_EVALUE, "00:00:00.000005 is a time, and a date is needed");
	CHECK_REFUSED(time, kin_value_bytes(bytes), KIN_EVALUE, "<1 byte> is bytes, and a time is needed");
}

TEST(text_becomes_a_date_and_the_reverse)
{
	kin_arena arena = { 0 };
	kin_date date = { 5 };
	kin_time time;
	kin_timestamp timestamp = { 5 };
	const char *text = NULL;

	CHECK_INT(SET(date, kin_value_text("2026-11-22"), NULL), KIN_OK);
	CHECK_INT(date.days, kin_date_of(2026, 11, 22).days);
	CHECK_INT(SET(time, kin_value_text("00:00:01"), NULL), KIN_OK);
	CHECK_INT(time.us, 1000000);
	CHECK_INT(SET(timestamp, kin_value_text("1970-01-01 00:00:02Z"), NULL), KIN_OK);
	CHECK_INT(timestamp.us, 2000000);
	CHECK_REFUSED(date, kin_value_text("2026-02-30"), KIN_EVALUE, "'2026-02-30' is not a date such as 2026-11-22");
	CHECK_REFUSED(timestamp, kin_value_text("soon"), KIN_EVALUE, "'soon' is not a timestamp such as 2026-11-22 13:45:00");
	kin_value value = kin_value_timestamp(timestamp);
	CHECK_INT(kin_member_set(&text, KIN_KIND_TEXT, &value, &arena, NULL), KIN_OK);
	CHECK_TEXT(text, "1970-01-01 00:00:02.000000");
	kin_arena_done(&arena);
}

TEST(dates_become_moments_and_midnights_become_dates)
{
	kin_date date = { 5 };
	kin_datetime datetime = { 5 };
	kin_timestamp timestamp;

	CHECK_INT(SET(datetime, kin_value_date(kin_date_of(1970, 1, 2)), NULL), KIN_OK);
	CHECK_INT(datetime.us, INT64_C(86400000000));
	CHECK_INT(SET(timestamp, kin_value_datetime(datetime), NULL), KIN_OK);
	CHECK_INT(timestamp.us, datetime.us);
	CHECK_INT(SET(date, kin_value_timestamp(timestamp), NULL), KIN_OK);
	CHECK_INT(date.days, 1);
	timestamp.us += 1;
	CHECK_REFUSED(date, kin_value_timestamp(timestamp), KIN_EVALUE,
	              "1970-01-02 00:00:00.000001 has a time of day, which a date does not hold");
	CHECK_REFUSED(datetime, kin_value_date((kin_date){ INT32_MAX }), KIN_ERANGE,
	              "+5881580-07-11 is outside the range of a datetime");
}

TEST(null_goes_where_it_can_be_held)
{
	kin_nullable(int64_t) n = kin_some(int64_t, 3);
	kin_nullable(kin_date) date = kin_some(kin_date, kin_date_of(2026, 1, 1));
	const char *text = "Ben";
	kin_bytes bytes = { "x", 1 };
	int64_t i64 = 3;

	CHECK_INT(SET(n, kin_value_null(NULL), NULL), KIN_OK);
	CHECK(!n.present && n.value == 0);
	CHECK_INT(SET(date, kin_value_null(NULL), NULL), KIN_OK);
	CHECK(!date.present);
	CHECK_INT(SET(text, kin_value_null(NULL), NULL), KIN_OK);
	CHECK(!text);
	CHECK_INT(SET(bytes, kin_value_null(NULL), NULL), KIN_OK);
	CHECK(!bytes.data && bytes.size == 0);
	CHECK_REFUSED(i64, kin_value_null(NULL), KIN_ENOTNULL,
	              "NULL does not fit into a member of type int64_t; kin_nullable(int64_t) holds it");
}

TEST(a_nullable_is_present_after_it_was_set)
{
	kin_nullable(int16_t) n = kin_none(int16_t);
	kin_nullable(bool) b = kin_none(bool);
	kin_nullable(kin_timestamp) t = kin_none(kin_timestamp);

	CHECK_INT(SET(n, kin_value_int64(-7), NULL), KIN_OK);
	CHECK(n.present && n.value == -7);
	CHECK_INT(SET(b, kin_value_int64(1), NULL), KIN_OK);
	CHECK(b.present && b.value);
	CHECK_INT(SET(t, kin_value_int64(1), NULL), KIN_EVALUE);
	CHECK(!t.present);
	CHECK_INT(SET(t, kin_value_timestamp((kin_timestamp){ 9 }), NULL), KIN_OK);
	CHECK(t.present && t.value.us == 9);
	CHECK_REFUSED(n, kin_value_int64(70000), KIN_ERANGE, "70000 is outside the range of a 16-bit integer (-32768 to 32767)");
}

FUSED(setting_text_survives_failing_allocations)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	const char *text = "before";
	kin_value value = kin_value_text("after");
	int rc = kin_member_set(&text, KIN_KIND_TEXT, &value, &arena, &error);

	CHECK_TEXT(text, rc == KIN_OK ? "after" : "before");
	CHECK_INT(error.code, rc);
	kin_error_clear(&error);
	kin_arena_done(&arena);
	return rc;
}

FUSED(refusing_a_value_survives_failing_allocations)
{
	kin_error error = { 0 };
	int16_t i16 = 1;
	int rc = SET(i16, kin_value_int64(70000), &error);

	CHECK_INT(i16, 1);
	kin_error_clear(&error);
	return rc == KIN_ERANGE ? KIN_OK : rc;
}
