#include "value/show.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include <kin/error.h>

#include "base/mem.h"
#include "harness/harness.h"

/* The text, until the next call. */
static const char *keep(kin_text *text)
{
	static char kept[400];

	snprintf(kept, sizeof(kept), "%s", text->data);
	kin_text_done(text);
	return kept;
}

static const char *shown(kin_value value)
{
	kin_text text;

	kin_text_init(&text);
	kin_show_value(&text, &value);
	return keep(&text);
}

static const char *quoted(kin_value value)
{
	kin_text text;

	kin_text_init(&text);
	kin_show_quoted(&text, &value);
	return keep(&text);
}

TEST(values_are_shown_as_people_write_them)
{
	CHECK_TEXT(shown(kin_value_text("Ben")), "Ben");
	CHECK_TEXT(shown(kin_value_int32(-3)), "-3");
	CHECK_TEXT(shown(kin_value_int64(INT64_MIN)), "-9223372036854775808");
	CHECK_TEXT(shown(kin_value_uint64(UINT64_MAX)), "18446744073709551615");
	CHECK_TEXT(shown(kin_value_bool(true)), "true");
	CHECK_TEXT(shown(kin_value_null(NULL)), "NULL");
	CHECK_TEXT(shown(kin_value_text(NULL)), "NULL");
	CHECK_TEXT(shown(kin_value_bytes((kin_bytes){ "abc", 3 })), "<3 bytes>");
	CHECK_TEXT(shown(kin_value_bytes((kin_bytes){ "a", 1 })), "<1 byte>");
	CHECK_HAS(shown(kin_value_object("x")), "<object at 0x");
}

TEST(dates_are_shown_without_empty_microseconds)
{
	CHECK_TEXT(shown(kin_value_date(kin_date_of(2026, 11, 22))), "2026-11-22");
	CHECK_TEXT(shown(kin_value_time((kin_time){ INT64_C(49500000000) })), "13:45:00");
	CHECK_TEXT(shown(kin_value_datetime(kin_datetime_of(2026, 11, 22, 13, 45, 0))), "2026-11-22 13:45:00");
	CHECK_TEXT(shown(kin_value_timestamp((kin_timestamp){ 1 })), "1970-01-01 00:00:00.000001");
}

TEST(reals_have_the_fewest_digits_that_are_enough)
{
	CHECK_TEXT(shown(kin_value_double(2.5)), "2.5");
	CHECK_TEXT(shown(kin_value_double(0.1)), "0.1");
	CHECK_TEXT(shown(kin_value_float(0.1f)), "0.1");
	CHECK_TEXT(shown(kin_value_double(0.1 + 0.2)), "0.30000000000000004");
	CHECK_TEXT(shown(kin_value_double(3)), "3.0");
	CHECK_TEXT(shown(kin_value_double(-0.0)), "-0.0");
	CHECK_TEXT(shown(kin_value_double(1e300)), "1e+300");
	CHECK_TEXT(shown(kin_value_double(HUGE_VAL)), "inf");
	CHECK_TEXT(shown(kin_value_double((double)NAN)), "nan");
	CHECK(strtod(shown(kin_value_double(DBL_MIN)), NULL) == DBL_MIN);
	CHECK(strtof(shown(kin_value_float(FLT_MAX)), NULL) == FLT_MAX);
}

TEST(arrays_are_shown_with_their_first_items)
{
	int32_t few[] = { 1, 2, 3 };
	int64_t many[12] = { 0 };
	const char *names[] = { "Ben", NULL };
	kin_nullable(int16_t) some[] = { kin_some(int16_t, 4), kin_none(int16_t) };
	kin_value mixed[] = { kin_value_int32(1), kin_value_text("a") };

	CHECK_TEXT(shown(KIN_ARGUMENT(kin_array(few, 3))), "(1, 2, 3)");
	CHECK_TEXT(shown(KIN_ARGUMENT(kin_array(few, 0))), "()");
	CHECK_TEXT(shown(KIN_ARGUMENT(kin_array(many, 12))), "(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, and 2 more)");
	CHECK_TEXT(quoted(KIN_ARGUMENT(kin_array(names, 2))), "('Ben', NULL)");
	CHECK_TEXT(shown(KIN_ARGUMENT(kin_array(some, 2))), "(4, NULL)");
	CHECK_TEXT(quoted(KIN_ARGUMENT(kin_array(mixed, 2))), "(1, 'a')");
}

TEST(quoted_text_is_cut_between_letters)
{
	CHECK_TEXT(quoted(kin_value_text("Ben")), "'Ben'");
	CHECK_TEXT(quoted(kin_value_text("0123456789012345678901234567890123456789")), "'0123456789012345678901234567890123456789'");
	CHECK_TEXT(quoted(kin_value_text("01234567890123456789012345678901234567890")), "'0123456789012345678901234567890123456789…'");
	CHECK_TEXT(quoted(kin_value_text("012345678901234567890123456789012345678é0")), "'012345678901234567890123456789012345678…'");
	CHECK_TEXT(quoted(kin_value_int32(3)), "3");
	CHECK_TEXT(quoted(kin_value_null(NULL)), "NULL");
}

TEST(quoted_text_does_nothing_to_a_terminal)
{
	CHECK_TEXT(quoted(kin_value_text("a\nb\x1b[2J")), "'a\\nb\\x1b[2J'");
}

FUSED(showing_survives_failing_allocations)
{
	int32_t few[] = { 1, 2, 3 };
	kin_value array = KIN_ARGUMENT(kin_array(few, 3)), real = kin_value_double(2.5), name = kin_value_text("Ben");
	kin_text text;

	kin_text_init(&text);
	for (int i = 0; i < 30; i++) {
		kin_show_value(&text, &array);
		kin_show_value(&text, &real);
		kin_show_quoted(&text, &name);
	}
	int rc = kin_text_ok(&text) ? KIN_OK : KIN_ENOMEM;
	kin_text_done(&text);
	return rc;
}

TEST(a_date_beyond_the_years_of_a_column_is_wrong)
{
	const int64_t day = INT64_C(86400000000);

	CHECK(!kin_date_wrong(KIN_KIND_DATE, kin_date_of(1, 1, 1).days));
	CHECK(!kin_date_wrong(KIN_KIND_DATE, kin_date_of(9999, 12, 31).days));
	CHECK_HAS(kin_date_wrong(KIN_KIND_DATE, kin_date_of(1, 1, 1).days - 1), "is outside the years 0001 to 9999");
	CHECK_HAS(kin_date_wrong(KIN_KIND_DATE, kin_date_of(9999, 12, 31).days + 1), "is outside the years");
	CHECK(!kin_date_wrong(KIN_KIND_TIMESTAMP, (kin_date_of(9999, 12, 31).days + 1) * day - 1));
	CHECK_HAS(kin_date_wrong(KIN_KIND_DATETIME, (kin_date_of(9999, 12, 31).days + 1) * day), "is outside the years");
	CHECK(!kin_date_wrong(KIN_KIND_TIME, day - 1));
	CHECK_HAS(kin_date_wrong(KIN_KIND_TIME, day), "is not a time of day");
	CHECK_HAS(kin_date_wrong(KIN_KIND_TIME, -1), "is not a time of day");
}
