/* decimal.c - exact decimal numbers: a coefficient of 128 bits and a scale. */
#include "value/decimal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kin/error.h>

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

static int128 coefficient_of(kin_decimal d)
{
	return (int128)(((uint128)(uint64_t)d.high << 64) | d.low);
}

static kin_decimal make(int128 coefficient, int scale)
{
	return (kin_decimal){
		.high = (int64_t)(uint64_t)((uint128)coefficient >> 64), .low = (uint64_t)coefficient, .scale = scale,
	};
}

static uint128 size_of(int128 n)
{
	return n < 0 ? -(uint128)n : (uint128)n;
}

/* 10^n, up to 38. */
static uint128 power(int n)
{
	uint128 result = 1;

	while (n-- > 0)
		result *= 10;
	return result;
}

/* What zeroed or odd memory may hold is brought into range. */
static int scale_of(kin_decimal d)
{
	return d.scale < 0 ? 0 : d.scale > KIN_DECIMAL_DIGITS ? KIN_DECIMAL_DIGITS : d.scale;
}

static int count_digits(uint128 n)
{
	int count = 0;

	for (; n > 0; n /= 10)
		count++;
	return count;
}

/* n * 10^places, if it has at most 38 digits. */
static bool shift(int128 n, int places, int128 *ret)
{
	uint128 size = size_of(n);

	if (size > 0 && (places > KIN_DECIMAL_DIGITS || size > (power(KIN_DECIMAL_DIGITS) - 1) / power(places)))
		return false;
	size = size > 0 ? size * power(places) : 0;
	*ret = n < 0 ? -(int128)size : (int128)size;
	return true;
}

kin_decimal kin_decimal_of(int64_t coefficient, int scale)
{
	kin_decimal d = make(coefficient, scale);

	d.scale = scale_of(d);
	return d;
}

kin_decimal kin_decimal_from_uint64(uint64_t integer)
{
	return make((int128)integer, 0);
}

/* ---- text ---- */

/* What has been read of a text. */
typedef struct reading {
	uint128 coefficient;
	int     scale;    /* may be below 0, and beyond 38 */
	bool    negative;
	bool    any;      /* a digit */
	bool    too_long;
} reading;

static const char *read_digits(reading *r, const char *at, const char *end, bool fraction)
{
	for (; at < end && *at >= '0' && *at <= '9'; at++) {
		r->any = true;
		if (r->coefficient >= power(KIN_DECIMAL_DIGITS - 1) && *at != '0')
			r->too_long = true;
		if (r->coefficient >= power(KIN_DECIMAL_DIGITS - 1)) {
			r->scale -= !fraction; /* a zero behind 38 digits */
			continue;
		}
		r->coefficient = r->coefficient * 10 + (unsigned)(*at - '0');
		r->scale += fraction;
	}
	return at;
}

/* e, a sign, digits; *at stays where it is if they are not there. */
static const char *read_exponent(reading *r, const char *at, const char *end)
{
	const char *start = at;
	bool negative = false;
	int exponent = 0;

	if (at == end || (*at | 0x20) != 'e')
		return start;
	at++;
	if (at < end && (*at == '-' || *at == '+'))
		negative = *at++ == '-';
	if (at == end || *at < '0' || *at > '9')
		return start;
	for (; at < end && *at >= '0' && *at <= '9'; at++)
		exponent = exponent < 10000 ? exponent * 10 + (*at - '0') : exponent;
	r->scale += negative ? exponent : -exponent;
	return at;
}

/* Zeros at the end are dropped where the scale is too large, and added where it is below 0. */
static int settle(reading *r, kin_decimal *ret)
{
	int128 n = r->negative ? -(int128)r->coefficient : (int128)r->coefficient;

	while (r->scale > KIN_DECIMAL_DIGITS && n != 0 && n % 10 == 0) {
		n /= 10;
		r->scale--;
	}
	if (n == 0 && r->scale > KIN_DECIMAL_DIGITS)
		r->scale = KIN_DECIMAL_DIGITS;
	if (r->too_long || r->scale > KIN_DECIMAL_DIGITS || (r->scale < 0 && !shift(n, -r->scale, &n)))
		return KIN_ERANGE;
	*ret = make(n, r->scale < 0 ? 0 : r->scale);
	return KIN_OK;
}

int kin_decimal_read(const char *text, size_t length, kin_decimal *ret_decimal)
{
	const char *at = text, *end = text + length;
	reading r = { 0 };

	if (at < end && (*at == '-' || *at == '+'))
		r.negative = *at++ == '-';
	at = read_digits(&r, at, end, false);
	if (at < end && *at == '.')
		at = read_digits(&r, at + 1, end, true);
	if (r.any)
		at = read_exponent(&r, at, end);
	if (!r.any || at != end)
		return KIN_EVALUE;
	return settle(&r, ret_decimal);
}

int kin_decimal_parse(const char *text, kin_decimal *ret_decimal)
{
	return text ? kin_decimal_read(text, strlen(text), ret_decimal) : KIN_EVALUE;
}

size_t kin_decimal_text(kin_decimal decimal, char out[KIN_DECIMAL_TEXT])
{
	char digits[KIN_DECIMAL_TEXT];
	int128 n = coefficient_of(decimal);
	int count = 0, scale = scale_of(decimal);
	char *at = out;

	for (uint128 rest = size_of(n); rest > 0 || count <= scale; rest /= 10)
		digits[count++] = (char)('0' + (int)(rest % 10));
	if (n < 0)
		*at++ = '-';
	while (count > 0) {
		*at++ = digits[--count];
		if (count == scale && scale > 0)
			*at++ = '.';
	}
	*at = '\0';
	return (size_t)(at - out);
}

/* ---- arithmetic ---- */

kin_decimal kin_decimal_trim(kin_decimal decimal)
{
	int128 n = coefficient_of(decimal);
	int scale = scale_of(decimal);

	for (; scale > 0 && n % 10 == 0; scale--)
		n /= 10;
	return make(n, scale);
}

/* Whole parts first: brought to one scale, one of them might have more than 38 digits. */
int kin_decimal_compare(kin_decimal a, kin_decimal b)
{
	int128 x = coefficient_of(a), y = coefficient_of(b);
	int128 one = (int128)power(scale_of(a)), other = (int128)power(scale_of(b));

	if (x / one != y / other)
		return x / one < y / other ? -1 : 1;
	x = x % one * (int128)(scale_of(a) < scale_of(b) ? power(scale_of(b) - scale_of(a)) : 1);
	y = y % other * (int128)(scale_of(b) < scale_of(a) ? power(scale_of(a) - scale_of(b)) : 1);
	return x == y ? 0 : x < y ? -1 : 1;
}

int kin_decimal_round(kin_decimal decimal, int scale, kin_decimal *ret_decimal)
{
	int128 n = coefficient_of(decimal);
	int fewer = scale_of(decimal) - scale;

	if (scale < 0 || scale > KIN_DECIMAL_DIGITS)
		return KIN_ERANGE;
	if (fewer <= 0) {
		if (!shift(n, -fewer, &n))
			return KIN_ERANGE;
	} else {
		uint128 unit = power(fewer), size = size_of(n);
		size = size / unit + (size % unit >= unit / 2);
		n = n < 0 ? -(int128)size : (int128)size;
	}
	*ret_decimal = make(n, scale);
	return KIN_OK;
}

double kin_decimal_double(kin_decimal decimal)
{
	char text[KIN_DECIMAL_TEXT];
	char *point;

	kin_decimal_text(decimal, text);
	double d = strtod(text, &point);
	if (*point == '.') { /* the program's locale has another point */
		char digits[KIN_DECIMAL_TEXT + 8];
		size_t whole = (size_t)(point - text);
		snprintf(digits, sizeof(digits), "%.*s%se-%d", (int)whole, text, point + 1, scale_of(decimal));
		d = strtod(digits, NULL);
	}
	return d;
}

int kin_decimal_from_double(double real, kin_decimal *ret_decimal)
{
	char digits[32];

	if (!isfinite(real))
		return KIN_EVALUE;
	snprintf(digits, sizeof(digits), "%.15g", real);
	char *point = strchr(digits, ',');
	if (point)
		*point = '.';
	return kin_decimal_parse(digits, ret_decimal);
}

int kin_decimal_whole_digits(kin_decimal decimal)
{
	return count_digits(size_of(coefficient_of(decimal)) / power(scale_of(decimal)));
}

int kin_decimal_digits(kin_decimal decimal)
{
	int128 n = coefficient_of(decimal);

	while (n != 0 && n % 10 == 0)
		n /= 10;
	return count_digits(size_of(n));
}

int kin_decimal_fits(kin_decimal decimal, int precision, int scale, kin_error *error)
{
	kin_decimal least = kin_decimal_trim(decimal);
	char text[KIN_DECIMAL_TEXT];
	int whole = kin_decimal_whole_digits(least);

	kin_decimal_text(least, text);
	if (least.scale > scale)
		return kin_error_set(error, KIN_ERANGE, "%s has %d decimals; the column holds %d; kin_decimal_round() rounds", text,
		                     least.scale, scale);
	if (whole > precision - scale)
		return kin_error_set(error, KIN_ERANGE, "%s has %d digits in front of the point; the column holds %d", text, whole,
		                     precision - scale);
	return KIN_OK;
}

bool kin_decimal_integer(kin_decimal decimal, int64_t *ret_integer)
{
	kin_decimal whole = kin_decimal_trim(decimal);
	int128 n = coefficient_of(whole);

	if (whole.scale > 0 || n < INT64_MIN || n > INT64_MAX)
		return false;
	*ret_integer = (int64_t)n;
	return true;
}
