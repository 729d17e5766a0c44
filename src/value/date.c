/* date.c - the calendar as numbers.
 *
 * Days and civil dates are turned into each other as in Howard Hinnant's "chrono-Compatible Low-Level Date
 * Algorithms" (days_from_civil, civil_from_days): years are counted from March, so that the leap day comes last, in
 * eras of 400 years, which all have the same number of days. */
#include <kin/types.h>

#include "base/clock.h"
#include "value/show.h"

#define DAYS_PER_ERA   146097
#define DAYS_TO_1970   719468 /* from 0000-03-01 to 1970-01-01 */
#define DAY_US         INT64_C(86400000000)
#define SECOND_US      INT64_C(1000000)

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int64_t kin_days_from_civil(int64_t year, int month, int day)
{
	int64_t y = year - (month <= 2);
	int64_t era = floor_div(y, 400), year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970;
}

void kin_civil_from_days(int64_t days, int64_t *ret_year, int *ret_month, int *ret_day)
{
	int64_t era = floor_div(days + DAYS_TO_1970, DAYS_PER_ERA);
	int64_t day_of_era = days + DAYS_TO_1970 - era * DAYS_PER_ERA;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t from_march = (5 * day_of_year + 2) / 153;

	*ret_day = (int)(day_of_year - (153 * from_march + 2) / 5 + 1);
	*ret_month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
	*ret_year = year_of_era + era * 400 + (*ret_month <= 2);
}

/* Months past a year's end run into the next too. */
static int64_t days_of(int year, int month, int day)
{
	int64_t years = floor_div((int64_t)month - 1, 12);

	return kin_days_from_civil(year + years, (int)(month - 1 - years * 12) + 1, 1) + day - 1;
}

static int64_t moment_of(int64_t days, int hour, int minute, int second)
{
	int64_t us, seconds = (int64_t)hour * 3600 + (int64_t)minute * 60 + second;

	if (__builtin_mul_overflow(days, DAY_US, &us) || __builtin_add_overflow(us, seconds * SECOND_US, &us))
		return days < 0 ? INT64_MIN : INT64_MAX;
	return us;
}

kin_date kin_date_of(int year, int month, int day)
{
	int64_t days = days_of(year, month, day);

	if (days > INT32_MAX)
		days = INT32_MAX;
	if (days < INT32_MIN)
		days = INT32_MIN;
	return (kin_date){ .days = (int32_t)days };
}

kin_datetime kin_datetime_of(int year, int month, int day, int hour, int minute, int second)
{
	return (kin_datetime){ .us = moment_of(days_of(year, month, day), hour, minute, second) };
}

kin_timestamp kin_timestamp_of(int year, int month, int day, int hour, int minute, int second)
{
	return (kin_timestamp){ .us = moment_of(days_of(year, month, day), hour, minute, second) };
}

kin_date kin_today(void)
{
	return (kin_date){ .days = (int32_t)floor_div(kin_clock_now(), DAY_US) };
}

kin_timestamp kin_now(void)
{
	return (kin_timestamp){ .us = kin_clock_now() };
}
