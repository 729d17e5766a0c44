/* date_text.c - dates and times as ISO 8601 text, and back. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "value/show.h"

#define DAY_US    INT64_C(86400000000)
#define HOUR_US   INT64_C(3600000000)
#define MINUTE_US INT64_C(60000000)
#define SECOND_US INT64_C(1000000)

/* Two digits; `n` is below 100. */
static char *put_two(char *out, int n)
{
	*out++ = (char)('0' + n / 10);
	*out++ = (char)('0' + n % 10);
	return out;
}

/* A year outside 0000-9999 has a sign, as ISO 8601 wants it. */
static char *put_date(char *out, int64_t days)
{
	int64_t year;
	int month, day;

	kin_civil_from_days(days, &year, &month, &day);
	if (year >= 0 && year <= 9999) {
		out = put_two(out, (int)year / 100);
		out = put_two(out, (int)year % 100);
	} else {
		out += sprintf(out, "%+05" PRId64, year);
	}
	*out++ = '-';
	out = put_two(out, month);
	*out++ = '-';
	return put_two(out, day);
}

/* Hours beyond 99 are not a time of day, but are shown. */
static char *put_time(char *out, int64_t us)
{
	uint64_t rest = us < 0 ? -(uint64_t)us : (uint64_t)us;
	uint64_t hours = rest / HOUR_US;
	int fraction = (int)(rest % SECOND_US);

	if (us < 0)
		*out++ = '-';
	out = hours < 100 ? put_two(out, (int)hours) : out + sprintf(out, "%" PRIu64, hours);
	*out++ = ':';
	out = put_two(out, (int)(rest % HOUR_US / MINUTE_US));
	*out++ = ':';
	out = put_two(out, (int)(rest % MINUTE_US / SECOND_US));
	*out++ = '.';
	out = put_two(out, fraction / 10000);
	out = put_two(out, fraction / 100 % 100);
	return put_two(out, fraction % 100);
}

size_t kin_show_date(char *out, kin_kind kind, int64_t value)
{
	char *end = out;

	if (kind == KIN_KIND_DATE) {
		end = put_date(end, value);
	} else if (kind == KIN_KIND_TIME) {
		end = put_time(end, value);
	} else {
		int64_t time = value % DAY_US, days = value / DAY_US - (time < 0);
		end = put_date(end, days);
		*end++ = ' ';
		end = put_time(end, time < 0 ? time + DAY_US : time);
	}
	*end = '\0';
	return (size_t)(end - out);
}

/* What is still to be read. */
typedef struct cursor {
	const char *at;
	const char *end;
} cursor;

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool take(cursor *c, char wanted)
{
	if (c->at == c->end || *c->at != wanted)
		return false;
	c->at++;
	return true;
}

static bool take_digits(cursor *c, int count, int *ret)
{
	int n = 0;

	if (c->end - c->at < count)
		return false;
	for (; count > 0; count--, c->at++) {
		if (!is_digit(*c->at))
			return false;
		n = n * 10 + (*c->at - '0');
	}
	*ret = n;
	return true;
}

static int days_in_month(int year, int month)
{
	static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* Years 0001 to 9999: what all databases have. */
static bool take_date(cursor *c, int64_t *ret_days)
{
	int year, month, day;

	if (!take_digits(c, 4, &year) || !take(c, '-') || !take_digits(c, 2, &month) || !take(c, '-') ||
	    !take_digits(c, 2, &day))
		return false;
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
		return false;
	*ret_days = kin_days_from_civil(year, month, day);
	return true;
}

/* After the point: at least one digit; those behind the microseconds are dropped. */
static bool take_fraction(cursor *c, int64_t *ret_us)
{
	int64_t us = 0, unit = SECOND_US / 10;

	if (c->at == c->end || !is_digit(*c->at))
		return false;
	for (; c->at < c->end && is_digit(*c->at); c->at++, unit /= 10)
		us += (*c->at - '0') * unit;
	*ret_us = us;
	return true;
}

/* hh:mm, hh:mm:ss, hh:mm:ss.f… */
static bool take_time(cursor *c, int64_t *ret_us)
{
	int hour, minute, second = 0;
	int64_t fraction = 0;

	if (!take_digits(c, 2, &hour) || !take(c, ':') || !take_digits(c, 2, &minute))
		return false;
	if (take(c, ':') && !take_digits(c, 2, &second))
		return false;
	if (take(c, '.') && !take_fraction(c, &fraction))
		return false;
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	*ret_us = hour * HOUR_US + minute * MINUTE_US + second * SECOND_US + fraction;
	return true;
}

/* Z, ±hh, ±hh:mm, ±hhmm, or nothing, which is UTC: how far the clock is ahead of UTC. */
static bool take_zone(cursor *c, int64_t *ret_us)
{
	int hour, minute = 0;

	*ret_us = 0;
	if (c->at == c->end || take(c, 'Z') || take(c, 'z'))
		return true;
	int sign = take(c, '+') ? 1 : take(c, '-') ? -1 : 0;
	if (sign == 0 || !take_digits(c, 2, &hour))
		return false;
	if ((take(c, ':') || c->at < c->end) && !take_digits(c, 2, &minute))
		return false;
	*ret_us = sign * (hour * HOUR_US + minute * MINUTE_US);
	return hour <= 23 && minute <= 59;
}

/* A date alone is its midnight. */
static bool take_moment(cursor *c, int64_t *ret_us)
{
	int64_t days, time = 0;

	if (!take_date(c, &days))
		return false;
	if ((take(c, ' ') || take(c, 'T') || take(c, 't')) && !take_time(c, &time))
		return false;
	*ret_us = days * DAY_US + time;
	return true;
}

int kin_parse_date(const char *text, size_t length, kin_kind kind, int64_t *ret_value)
{
	cursor c = { .at = text, .end = text + length };
	int64_t value, zone = 0;
	bool good;

	if (kind == KIN_KIND_DATE)
		good = take_date(&c, &value);
	else if (kind == KIN_KIND_TIME)
		good = take_time(&c, &value);
	else
		good = take_moment(&c, &value) && (kind == KIN_KIND_DATETIME || take_zone(&c, &zone));
	if (!good || c.at != c.end)
		return KIN_EVALUE;
	*ret_value = value - zone;
	return KIN_OK;
}
