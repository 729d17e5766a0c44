#include "value/domain.h"

#include <stddef.h>

#include "harness/harness.h"

typedef enum color { RED, GREEN, BLUE } color;
KIN_NULLABLE(color);

static const char *const labels[] = { "red", "green", "blue" };
static const kin_domain colors = { .size = sizeof(color), .full = sizeof(color), .labels = labels, .label_count = 3 };
static const kin_domain maybe_colors = {
	.size = sizeof(color), .full = sizeof(kin_nullable(color)), .labels = labels, .label_count = 3,
};
static const kin_domain chars = { .size = 6, .full = 6 };

TEST(a_nullable_enum_lies_as_its_domain_says)
{
	CHECK_INT(offsetof(kin_nullable(color), present), sizeof(color));
	CHECK_INT(sizeof(kin_nullable(color)), 2 * sizeof(color));
}

TEST(an_enum_is_its_label)
{
	color c = GREEN;
	kin_value value;

	CHECK_INT(kin_domain_get(&c, KIN_KIND_ENUM, &colors, NULL, &value, NULL), KIN_OK);
	CHECK_TEXT(value.as.data, "green");
	value = kin_value_text("blue");
	CHECK_INT(kin_domain_set(&c, KIN_KIND_ENUM, &colors, &value, NULL, NULL), KIN_OK);
	CHECK_INT(c, BLUE);
}

TEST(what_is_no_label_is_refused_both_ways)
{
	color c = (color)3;
	kin_error error = { 0 };
	kin_value value = kin_value_text("gren");

	CHECK_INT(kin_domain_get(&c, KIN_KIND_ENUM, &colors, NULL, &value, &error), KIN_EVALUE);
	CHECK_TEXT(kin_error_text(&error), "3 is none of 'red', 'green', 'blue'");
	CHECK_INT(kin_domain_peek(&c, KIN_KIND_ENUM, &colors).kind, KIN_KIND_NULL);
	c = RED;
	CHECK_INT(kin_domain_set(&c, KIN_KIND_ENUM, &colors, &value, NULL, &error), KIN_EVALUE);
	CHECK_TEXT(kin_error_text(&error), "'gren' is none of 'red', 'green', 'blue'; did you mean 'green'?");
	value = kin_value_int64(1);
	CHECK_INT(kin_domain_set(&c, KIN_KIND_ENUM, &colors, &value, NULL, &error), KIN_EVALUE);
	value = kin_value_null(NULL);
	CHECK_INT(kin_domain_set(&c, KIN_KIND_ENUM, &colors, &value, NULL, &error), KIN_ENOTNULL);
	CHECK_INT(c, RED);
	kin_error_clear(&error);
}

TEST(a_nullable_enum_holds_null)
{
	kin_nullable(color) c = kin_some(color, BLUE), other = { .value = RED, .present = false };
	int kind = KIN_KIND_ENUM | KIN_KIND_NULLABLE;
	kin_value value = kin_value_null(NULL);

	CHECK(!kin_domain_is_null(&c, kind, &maybe_colors));
	CHECK(!kin_domain_equal(&c, &other, kind, &maybe_colors));
	CHECK_INT(kin_domain_set(&c, kind, &maybe_colors, &value, NULL, NULL), KIN_OK);
	CHECK(!c.present);
	CHECK(kin_domain_equal(&c, &other, kind, &maybe_colors));
	CHECK_INT(kin_domain_get(&c, kind, &maybe_colors, NULL, &value, NULL), KIN_OK);
	CHECK_INT(value.kind, KIN_KIND_NULL);
	value = kin_value_text("red");
	CHECK_INT(kin_domain_set(&c, kind, &maybe_colors, &value, NULL, NULL), KIN_OK);
	CHECK(c.present && c.value == RED);
}

TEST(a_char_array_is_its_text)
{
	char code[6] = "old", other[6] = { 'o', 'l', 'd', '\0', 'x', 'y' };
	kin_error error = { 0 };
	kin_value value = kin_value_text("fives");

	CHECK(kin_domain_equal(code, other, KIN_KIND_CHARS, &chars));
	CHECK_INT(kin_domain_set(code, KIN_KIND_CHARS, &chars, &value, NULL, &error), KIN_OK);
	CHECK_TEXT(code, "fives");
	value = kin_value_text("sixsix");
	CHECK_INT(kin_domain_set(code, KIN_KIND_CHARS, &chars, &value, NULL, &error), KIN_ELENGTH);
	CHECK_TEXT(kin_error_text(&error), "'sixsix' has 6 bytes; a char[6] holds 5 and a NUL");
	value = kin_value_text_n("a\0b", 3);
	CHECK_INT(kin_domain_set(code, KIN_KIND_CHARS, &chars, &value, NULL, &error), KIN_EVALUE);
	CHECK_TEXT(code, "fives");
	memset(code, 'x', sizeof(code));
	CHECK_INT(kin_domain_get(code, KIN_KIND_CHARS, &chars, NULL, &value, &error), KIN_ELENGTH);
	CHECK_TEXT(kin_error_text(&error), "no NUL ends the text in a member of type char[6]");
	kin_error_clear(&error);
}

TEST(numbers_and_labels_stand_for_an_enum)
{
	kin_error error = { 0 };
	kin_value given = kin_value_int32(2), label;

	CHECK_INT(kin_domain_label(&colors, &given, &label, &error), KIN_OK);
	CHECK_TEXT(label.as.data, "blue");
	given = kin_value_uint64(UINT64_MAX);
	CHECK_INT(kin_domain_label(&colors, &given, &label, &error), KIN_EVALUE);
	CHECK_HAS(kin_error_text(&error), "18446744073709551615 is none of");
	given = kin_value_double(1.0);
	CHECK_INT(kin_domain_label(&colors, &given, &label, &error), KIN_EVALUE);
	kin_error_clear(&error);
}

FUSED(setting_a_char_array_survives_failing_allocations)
{
	char code[20] = "";
	kin_error error = { 0 };
	kin_value value = kin_value_date(kin_date_of(2026, 11, 22));
	int rc = kin_domain_set(code, KIN_KIND_CHARS, &(const kin_domain){ .size = sizeof(code), .full = sizeof(code) }, &value, NULL, &error);

	CHECK_TEXT(code, rc == KIN_OK ? "2026-11-22" : "");
	kin_error_clear(&error);
	return rc;
}
