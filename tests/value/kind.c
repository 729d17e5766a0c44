#include "value/kind.h"

#include <kin/value.h>

#include "harness/harness.h"

TEST(every_kind_has_a_name_and_a_c_type)
{
	for (int kind = 0; kind < KIN_KIND_COUNT; kind++) {
		CHECK(kin_kind_get(kind)->name);
		CHECK(kin_kind_get(kind)->c_type);
	}
	CHECK_TEXT(kin_kind_get(KIN_KIND_INT16)->name, "16-bit integer");
	CHECK_TEXT(kin_kind_get(KIN_KIND_TEXT)->c_type, "const char *");
}

TEST(a_nullable_has_its_flag_behind_the_value)
{
	const kin_kind_info *info = kin_kind_get(KIN_KIND_TIMESTAMP);
	kin_nullable(kin_timestamp) n = kin_some(kin_timestamp, kin_timestamp_of(2026, 1, 1, 0, 0, 0));

	CHECK_INT(info->size, sizeof(kin_timestamp));
	CHECK_INT(info->nullable_size, sizeof(n));
	CHECK(*((const bool *)&n + info->nullable_present));
	CHECK_INT(kin_kind_get(KIN_KIND_TEXT)->nullable_present, 0);
}

TEST(numbers_go_with_numbers_and_dates_with_text)
{
	CHECK(kin_kind_comparable(KIN_KIND_INT16, KIN_KIND_DOUBLE));
	CHECK(kin_kind_comparable(KIN_KIND_INT64 | KIN_KIND_NULLABLE, KIN_KIND_BOOL));
	CHECK(kin_kind_comparable(KIN_KIND_DATE, KIN_KIND_TEXT));
	CHECK(kin_kind_comparable(KIN_KIND_DATETIME, KIN_KIND_TIMESTAMP));
	CHECK(kin_kind_comparable(KIN_KIND_TIME | KIN_KIND_NULLABLE, KIN_KIND_TIME));
	CHECK(!kin_kind_comparable(KIN_KIND_TEXT, KIN_KIND_INT32));
	CHECK(!kin_kind_comparable(KIN_KIND_INT32, KIN_KIND_TEXT));
	CHECK(!kin_kind_comparable(KIN_KIND_DATE, KIN_KIND_TIMESTAMP));
	CHECK(!kin_kind_comparable(KIN_KIND_DATE, KIN_KIND_TIME));
	CHECK(!kin_kind_comparable(KIN_KIND_BYTES, KIN_KIND_TEXT));
}

TEST(null_goes_with_everything)
{
	for (int kind = KIN_KIND_BOOL; kind < KIN_KIND_ARRAY; kind++) {
		CHECK(kin_kind_comparable(kind, KIN_KIND_NULL));
		CHECK(kin_kind_comparable(kind, KIN_KIND_COUNT));
		CHECK(kin_kind_comparable(kind, kind));
	}
}

/* The macros of kin/value.h */
TEST(a_members_kind_follows_from_its_type)
{
	struct { int16_t a; int32_t b; int64_t c; long long d; const char *e; bool f;
	         kin_nullable(bool) g; kin_nullable(int64_t) h; } m;

	CHECK_INT(KIN_MEMBER_KIND(m.a), KIN_KIND_INT16);
	CHECK_INT(KIN_MEMBER_KIND(m.b), KIN_KIND_INT32);
	CHECK_INT(KIN_MEMBER_KIND(m.c), KIN_KIND_INT64);
	CHECK_INT(KIN_MEMBER_KIND(m.d), KIN_KIND_INT64);
	CHECK_INT(KIN_MEMBER_KIND(m.e), KIN_KIND_TEXT);
	CHECK_INT(KIN_MEMBER_KIND(m.f), KIN_KIND_BOOL);
	CHECK_INT(KIN_MEMBER_KIND(m.g), KIN_KIND_BOOL | KIN_KIND_NULLABLE);
	CHECK_INT(KIN_MEMBER_KIND(m.h), KIN_KIND_INT64 | KIN_KIND_NULLABLE);
}

TEST(an_argument_is_captured_with_its_kind)
{
	unsigned char small = 200;
	char name[] = "Ben";
	kin_value v = KIN_ARGUMENT(small);

	CHECK_INT(v.kind, KIN_KIND_INT16);
	CHECK_INT(v.as.integer, 200);
	v = KIN_ARGUMENT(name);
	CHECK_INT(v.kind, KIN_KIND_TEXT);
	CHECK_INT(v.size, 3);
	v = KIN_ARGUMENT(UINT64_MAX);
	CHECK_INT(v.overflow, 1);
	v = KIN_ARGUMENT(kin_none(int32_t));
	CHECK_INT(v.kind, KIN_KIND_NULL);
	v = KIN_ARGUMENT(kin_some(int32_t, 7));
	CHECK_INT(v.as.integer, 7);
	v = KIN_ARGUMENT(NULL);
	CHECK_INT(v.kind, KIN_KIND_NULL);
}
