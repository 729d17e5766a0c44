#include "value/decimal.h"

#include "harness/harness.h"

static kin_decimal read_decimal(const char *text)
{
	kin_decimal d = { 0 };

	CHECK_INT(kin_decimal_parse(text, &d), KIN_OK);
	return d;
}

/* What a text is printed as. */
static void check_text(const char *text, const char *expected)
{
	char out[KIN_DECIMAL_TEXT];

	CHECK_INT(kin_decimal_text(read_decimal(text), out), strlen(expected));
	CHECK_TEXT(out, expected);
}

#define NINES "99999999999999999999999999999999999999" /* 38 */

TEST(a_decimal_is_printed_as_it_was_written)
{
	check_text("12.50", "12.50");
	check_text("-0.01", "-0.01");
	check_text("+3", "3");
	check_text(".5", "0.5");
	check_text("5.", "5");
	check_text("007", "7");
	check_text("1.5e3", "1500");
	check_text("1.5E-2", "0.015");
	check_text("0", "0");
	check_text("-0", "0");
	check_text("0.00", "0.00");
	check_text(NINES, NINES);
	check_text("-" NINES, "-" NINES);
	check_text("0." NINES, "0." NINES);
	check_text("1" "0000000000000000000000000000000000000", "10000000000000000000000000000000000000");
	check_text("1e37", "10000000000000000000000000000000000000");
	check_text("0e-99", "0.00000000000000000000000000000000000000");
}

TEST(what_is_no_number_or_has_too_many_digits_is_not_read)
{
	static const char *const bad[] = { "", "-", ".", "1.2.3", "1e", "e5", "abc", "1 ", " 1", "1,5", "NaN", "Infinity", "0x10", "--1" };
	static const char *const large[] = { "1" NINES, "1e38", "0.1" NINES, "1e-39", NINES ".5", "1e99999999999999999999" };
	kin_decimal d = kin_decimal_of(7, 0);

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK_MSG(kin_decimal_parse(bad[i], &d) == KIN_EVALUE, "'%s' was read", bad[i]);
	for (size_t i = 0; i < sizeof(large) / sizeof(*large); i++)
		CHECK_MSG(kin_decimal_parse(large[i], &d) == KIN_ERANGE, "'%s' was read", large[i]);
	CHECK_INT(kin_decimal_parse(NULL, &d), KIN_EVALUE);
	CHECK_INT(d.low, 7);
}

static void check_order(const char *a, const char *b, int expected)
{
	CHECK_MSG(kin_decimal_compare(read_decimal(a), read_decimal(b)) == expected, "%s and %s", a, b);
	CHECK_MSG(kin_decimal_compare(read_decimal(b), read_decimal(a)) == -expected, "%s and %s", b, a);
}

TEST(decimals_are_compared_by_value)
{
	check_order("12.5", "12.50", 0);
	check_order("0", "-0.00", 0);
	check_order("1.1", "1.09", 1);
	check_order("-1.1", "-1.09", -1);
	check_order("-0.5", "0.4", -1);
	check_order("0." NINES, NINES, -1);
	check_order(NINES, NINES, 0);
	check_order("-" NINES, "0.1", -1);
	check_order("1", "1.00000000000000000000000000000000001", -1);
}

static void check_rounded(const char *text, int scale, const char *expected)
{
	char out[KIN_DECIMAL_TEXT];
	kin_decimal d;

	CHECK_INT(kin_decimal_round(read_decimal(text), scale, &d), KIN_OK);
	kin_decimal_text(d, out);
	CHECK_TEXT(out, expected);
}

TEST(a_half_is_rounded_away_from_zero)
{
	check_rounded("1.005", 2, "1.01");
	check_rounded("-1.005", 2, "-1.01");
	check_rounded("1.004", 2, "1.00");
	check_rounded("9.99", 1, "10.0");
	check_rounded("0.5", 0, "1");
	check_rounded("0.49", 0, "0");
	check_rounded("3", 2, "3.00");
	check_rounded("0." NINES, 0, "1");
	kin_decimal d = kin_decimal_of(1, 0);
	CHECK_INT(kin_decimal_round(read_decimal(NINES), 1, &d), KIN_ERANGE);
	CHECK_INT(kin_decimal_round(d, 39, &d), KIN_ERANGE);
	CHECK_INT(kin_decimal_round(d, -1, &d), KIN_ERANGE);
	CHECK_INT(d.low, 1);
}

TEST(decimals_are_made_of_integers_and_doubles)
{
	char out[KIN_DECIMAL_TEXT];
	kin_decimal d;
	int64_t n = 0;

	kin_decimal_text(kin_decimal_of(1250, 2), out);
	CHECK_TEXT(out, "12.50");
	kin_decimal_text(kin_decimal_of(INT64_MIN, 0), out);
	CHECK_TEXT(out, "-9223372036854775808");
	kin_decimal_text(kin_decimal_from_uint64(UINT64_MAX), out);
	CHECK_TEXT(out, "18446744073709551615");
	CHECK_INT(kin_decimal_from_double(0.1, &d), KIN_OK);
	CHECK_INT(kin_decimal_compare(d, read_decimal("0.1")), 0);
	CHECK_INT(kin_decimal_from_double(0.1 + 0.2, &d), KIN_OK);
	CHECK_INT(kin_decimal_compare(d, read_decimal("0.3")), 0);
	CHECK_INT(kin_decimal_from_double(0.0 / 0.0, &d), KIN_EVALUE);
	CHECK_INT(kin_decimal_from_double(1e300, &d), KIN_ERANGE);
	CHECK(kin_decimal_double(read_decimal("-12.375")) == -12.375);
	CHECK(kin_decimal_integer(read_decimal("12.00"), &n) && n == 12);
	CHECK(!kin_decimal_integer(read_decimal("12.5"), &n));
	CHECK(!kin_decimal_integer(read_decimal("9223372036854775808"), &n));
}

TEST(a_columns_digits_are_counted)
{
	kin_error error = { 0 };

	CHECK_INT(kin_decimal_fits(read_decimal("12345678.90"), 10, 2, &error), KIN_OK);
	CHECK_INT(kin_decimal_fits(read_decimal("0.100"), 3, 1, &error), KIN_OK);
	CHECK_INT(kin_decimal_fits(read_decimal("0.05"), 3, 1, &error), KIN_ERANGE);
	CHECK_HAS(kin_error_text(&error), "0.05 has 2 decimals; the column holds 1");
	CHECK_INT(kin_decimal_fits(read_decimal("-1000"), 4, 1, &error), KIN_ERANGE);
	CHECK_HAS(kin_error_text(&error), "-1000 has 4 digits in front of the point; the column holds 3");
	CHECK_INT(kin_decimal_digits(read_decimal("1200.50")), 5);
	CHECK_INT(kin_decimal_digits(read_decimal("1200")), 2);
	kin_error_clear(&error);
}
