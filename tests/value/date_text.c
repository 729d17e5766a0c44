#include <inttypes.h>
#include <stdlib.h>

#include <kin/error.h>

#include "harness/harness.h"
#include "value/show.h"

static const char *shown(kin_kind kind, int64_t value)
{
	static char text[KIN_SHOW_DATE];

	CHECK_INT(kin_show_date(text, kind, value), strlen(text));
	return text;
}

/* The value of a text, or INT64_MIN if it is refused. */
static int64_t parsed(kin_kind kind, const char *text)
{
	int64_t value = 7;
	int rc = kin_parse_date(text, strlen(text), kind, &value);

	if (rc == KIN_OK)
		return value;
	CHECK_INT(rc, KIN_EVALUE);
	CHECK_INT(value, 7);
	return INT64_MIN;
}

TEST(dates_are_iso_8601)
{
	CHECK_TEXT(shown(KIN_KIND_DATE, kin_date_of(2026, 11, 22).days), "2026-11-22");
	CHECK_TEXT(shown(KIN_KIND_DATE, kin_date_of(7, 1, 2).days), "0007-01-02");
	CHECK_TEXT(shown(KIN_KIND_TIME, INT64_C(49500000001)), "13:45:00.000001");
	CHECK_TEXT(shown(KIN_KIND_DATETIME, kin_datetime_of(2026, 11, 22, 13, 45, 0).us), "2026-11-22 13:45:00.000000");
	CHECK_TEXT(shown(KIN_KIND_TIMESTAMP, -1), "1969-12-31 23:59:59.999999");
}

TEST(values_outside_the_calendar_are_shown_in_the_space_there_is)
{
	CHECK_TEXT(shown(KIN_KIND_DATE, kin_date_of(12026, 1, 2).days), "+12026-01-02");
	CHECK_TEXT(shown(KIN_KIND_DATE, kin_date_of(-44, 3, 15).days), "-0044-03-15");
	CHECK_TEXT(shown(KIN_KIND_TIME, -1), "-00:00:00.000001");
	CHECK_TEXT(shown(KIN_KIND_TIME, INT64_MAX), "2562047788:00:54.775807");
	CHECK_TEXT(shown(KIN_KIND_TIME, INT64_MIN), "-2562047788:00:54.775808");
	CHECK_TEXT(shown(KIN_KIND_TIMESTAMP, INT64_MIN), "-290308-12-21 19:59:05.224192");
	CHECK_TEXT(shown(KIN_KIND_TIMESTAMP, INT64_MAX), "+294247-01-10 04:00:54.775807");
	CHECK_TEXT(shown(KIN_KIND_DATE, INT32_MIN), "-5877641-06-23");
}

TEST(a_shown_date_is_read_again)
{
	uint64_t seed = kin_test_seed("texts of dates");
	int64_t first = kin_timestamp_of(1, 1, 1, 0, 0, 0).us, last = kin_timestamp_of(10000, 1, 1, 0, 0, 0).us;

	printf("seed %" PRIu64 "\n", seed);
	for (int i = 0; i < 100000; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		int64_t us = first + (int64_t)((seed >> 1) % (uint64_t)(last - first));
		int64_t days = us / INT64_C(86400000000), time = llabs(us % INT64_C(86400000000));
		CHECK_INT(parsed(KIN_KIND_TIMESTAMP, shown(KIN_KIND_TIMESTAMP, us)), us);
		CHECK_INT(parsed(KIN_KIND_DATETIME, shown(KIN_KIND_DATETIME, us)), us);
		CHECK_INT(parsed(KIN_KIND_DATE, shown(KIN_KIND_DATE, days)), days);
		CHECK_INT(parsed(KIN_KIND_TIME, shown(KIN_KIND_TIME, time)), time);
	}
	CHECK_INT(parsed(KIN_KIND_TIMESTAMP, shown(KIN_KIND_TIMESTAMP, first)), first);
	CHECK_INT(parsed(KIN_KIND_TIMESTAMP, shown(KIN_KIND_TIMESTAMP, last - 1)), last - 1);
}

TEST(shown_moments_sort_as_text)
{
	char before[KIN_SHOW_DATE], after[KIN_SHOW_DATE];

	kin_show_date(before, KIN_KIND_DATETIME, kin_datetime_of(2026, 9, 30, 9, 0, 0).us);
	kin_show_date(after, KIN_KIND_DATETIME, kin_datetime_of(2026, 10, 1, 8, 0, 0).us);
	CHECK(strcmp(before, after) < 0);
}

TEST(iso_variants_are_read)
{
	int64_t noon = kin_timestamp_of(2026, 11, 22, 12, 0, 0).us;

	CHECK_INT(parsed(KIN_KIND_DATETIME, "2026-11-22T12:00"), noon);
	CHECK_INT(parsed(KIN_KIND_DATETIME, "2026-11-22 12:00:00"), noon);
	CHECK_INT(parsed(KIN_KIND_DATETIME, "2026-11-22"), noon - INT64_C(43200000000));
	CHECK_INT(parsed(KIN_KIND_DATETIME, "2026-11-22 12:00:00.5"), noon + 500000);
	CHECK_INT(parsed(KIN_KIND_DATETIME, "2026-11-22 12:00:00.0000019999"), noon + 1);
	CHECK_INT(parsed(KIN_KIND_TIME, "13:45"), INT64_C(49500000000));
	CHECK_INT(parsed(KIN_KIND_TIME, "23:59:59.999999"), INT64_C(86399999999));
}

TEST(a_timestamp_is_turned_to_utc)
{
	int64_t noon = kin_timestamp_of(2026, 11, 22, 12, 0, 0).us;

	CHECK_INT(parsed(KIN_KIND_TIMESTAMP, "2026-11-22T12:00:00Z"), noon);
	CHECK_INT(parsed(KIN_KIND_TIMESTAMP, "2026-11-22 12:00:00"), noon);
	CHECK_INT(parsed(KIN_KIND_TIMESTAMP, "2026-11-22 14:00:00+02"), noon);
	CHECK_INT(parsed(KIN_KIND_TIMESTAMP, "2026-11-22 06:30:00.000000-05:30"), noon);
	CHECK_INT(parsed(KIN_KIND_TIMESTAMP, "2026-11-22T17:45+0545"), noon);
	CHECK_INT(parsed(KIN_KIND_DATETIME, "2026-11-22 14:00:00+02"), INT64_MIN);
	CHECK_INT(parsed(KIN_KIND_DATETIME, "2026-11-22 14:00:00Z"), INT64_MIN);
}

TEST(leap_days_are_those_of_the_calendar)
{
	CHECK_INT(parsed(KIN_KIND_DATE, "2024-02-29"), kin_date_of(2024, 2, 29).days);
	CHECK_INT(parsed(KIN_KIND_DATE, "2000-02-29"), kin_date_of(2000, 2, 29).days);
	CHECK_INT(parsed(KIN_KIND_DATE, "1900-02-29"), INT64_MIN);
	CHECK_INT(parsed(KIN_KIND_DATE, "2026-02-29"), INT64_MIN);
}

TEST(what_is_no_date_is_refused)
{
	static const char *const dates[] = {
		"", "2026", "2026-13-01", "2026-00-01", "2026-02-30", "2026-04-31", "2026-01-00", "0000-01-01", "26-01-01",
		"2026-1-1", "2026/01/01", " 2026-01-01", "2026-01-01 ", "2026-01-01x", "12026-01-01", "-2026-01-01", "infinity",
		"2026-01-01 00:00:00",
	};
	static const char *const times[] = {
		"", "24:00:00", "12:60", "12:00:60", "12", "12:", "1:00", "12:00:00.", "12:00:00.x", "12:00:", "-12:00", "12:00Z",
	};
	static const char *const moments[] = {
		"2026-01-01 ", "2026-01-01T", "2026-01-01 25:00", "2026-01-01_12:00", "2026-01-01 12:00+", "2026-01-01 12:00+24",
		"2026-01-01 12:00+01:60", "2026-01-01 12:00+01:", "2026-01-01 12:00 +01", "2026-01-01 12:00ZZ",
	};

	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++)
		CHECK_MSG(parsed(KIN_KIND_DATE, dates[i]) == INT64_MIN, "'%s'", dates[i]);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		CHECK_MSG(parsed(KIN_KIND_TIME, times[i]) == INT64_MIN, "'%s'", times[i]);
	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++)
		CHECK_MSG(parsed(KIN_KIND_TIMESTAMP, moments[i]) == INT64_MIN, "'%s'", moments[i]);
}

TEST(only_the_given_length_is_read)
{
	int64_t days;

	CHECK_INT(kin_parse_date("2026-11-22 and more", 10, KIN_KIND_DATE, &days), KIN_OK);
	CHECK_INT(days, kin_date_of(2026, 11, 22).days);
	CHECK_INT(kin_parse_date("2026-11-22", 9, KIN_KIND_DATE, &days), KIN_EVALUE);
}
