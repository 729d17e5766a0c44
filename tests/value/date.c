#include <inttypes.h>
#include <time.h>

#include <kin/types.h>

#include "harness/harness.h"
#include "value/show.h"

TEST(the_epoch_is_day_zero)
{
	CHECK_INT(kin_days_from_civil(1970, 1, 1), 0);
	CHECK_INT(kin_date_of(1970, 1, 1).days, 0);
	CHECK_INT(kin_date_of(1969, 12, 31).days, -1);
	CHECK_INT(kin_date_of(2000, 3, 1).days, 11017);
	CHECK_INT(kin_date_of(1, 1, 1).days, -719162);
	CHECK_INT(kin_date_of(9999, 12, 31).days, 2932896);
}

/* Against the C library's calendar, every day of four centuries and more. */
TEST(civil_dates_agree_with_gmtime)
{
	for (int64_t days = -200000; days < 200000; days++) {
		time_t seconds = (time_t)(days * 86400);
		struct tm tm;
		int64_t year;
		int month, day;
		CHECK(gmtime_r(&seconds, &tm));
		kin_civil_from_days(days, &year, &month, &day);
		CHECK_INT(year, tm.tm_year + 1900);
		CHECK_INT(month, tm.tm_mon + 1);
		CHECK_INT(day, tm.tm_mday);
		CHECK_INT(kin_days_from_civil(year, month, day), days);
	}
}

TEST(far_days_come_back)
{
	uint64_t seed = kin_test_seed("days");

	printf("seed %" PRIu64 "\n", seed);
	for (int i = 0; i < 100000; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		int64_t days = (int32_t)(seed >> 32), year;
		int month, day;
		kin_civil_from_days(days, &year, &month, &day);
		CHECK(month >= 1 && month <= 12 && day >= 1 && day <= 31);
		CHECK_INT(kin_days_from_civil(year, month, day), days);
	}
}

TEST(days_and_months_run_over)
{
	CHECK_INT(kin_date_of(2026, 2, 30).days, kin_date_of(2026, 3, 2).days);
	CHECK_INT(kin_date_of(2026, 13, 1).days, kin_date_of(2027, 1, 1).days);
	CHECK_INT(kin_date_of(2026, 0, 1).days, kin_date_of(2025, 12, 1).days);
	CHECK_INT(kin_date_of(2026, -11, 1).days, kin_date_of(2025, 1, 1).days);
	CHECK_INT(kin_date_of(2026, 1, 0).days, kin_date_of(2025, 12, 31).days);
	CHECK_INT(kin_datetime_of(2026, 1, 1, 25, 0, -1).us, kin_datetime_of(2026, 1, 2, 0, 59, 59).us);
}

TEST(what_does_not_fit_is_the_last_date_there_is)
{
	CHECK_INT(kin_date_of(INT32_MAX, 1, 1).days, INT32_MAX);
	CHECK_INT(kin_date_of(INT32_MIN, 1, 1).days, INT32_MIN);
	CHECK_INT(kin_datetime_of(400000, 1, 1, 0, 0, 0).us, INT64_MAX);
	CHECK_INT(kin_timestamp_of(-400000, 1, 1, 0, 0, 0).us, INT64_MIN);
}

TEST(a_moment_is_its_microseconds)
{
	CHECK_INT(kin_timestamp_of(1970, 1, 2, 1, 2, 3).us, INT64_C(90123000000));
	CHECK_INT(kin_datetime_of(1969, 12, 31, 23, 59, 59).us, -1000000);
}

TEST(now_is_today)
{
	int32_t before = kin_today().days;
	int64_t now = kin_now().us / INT64_C(86400000000);

	CHECK(before <= now && now <= kin_today().days);
	CHECK(kin_now().us > kin_timestamp_of(2024, 1, 1, 0, 0, 0).us);
}
