#include "value/uuid.h"

#include <kin/error.h>

#include "harness/harness.h"

TEST(a_uuid_is_printed_in_lower_case_and_read_in_any)
{
	static const char text[] = "5e3ab5c1-9f7a-4a53-8c22-0123456789ab";
	char out[KIN_UUID_TEXT];
	kin_uuid uuid;

	CHECK_INT(kin_uuid_parse("5E3AB5C1-9f7a-4a53-8c22-0123456789AB", &uuid), KIN_OK);
	CHECK_INT(uuid.bytes[0], 0x5e);
	CHECK_INT(uuid.bytes[15], 0xab);
	kin_uuid_text(uuid, out);
	CHECK_TEXT(out, text);
	CHECK_INT(kin_uuid_parse("5e3ab5c19f7a4a538c220123456789ab", &uuid), KIN_OK);
	kin_uuid_text(uuid, out);
	CHECK_TEXT(out, text);
}

TEST(what_is_no_uuid_is_not_read)
{
	static const char *const bad[] = {
		"", "5e3ab5c1", "5e3ab5c1-9f7a-4a53-8c22-0123456789ag", "5e3ab5c1+9f7a-4a53-8c22-0123456789ab",
		"5e3ab5c19-f7a-4a53-8c22-0123456789ab", "{e3ab5c1-9f7a-4a53-8c22-0123456789a}", "5e3ab5c1-9f7a-4a53-8c22-0123456789abc",
	};
	kin_uuid uuid;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK_MSG(kin_uuid_parse(bad[i], &uuid) == KIN_EVALUE, "'%s' was read", bad[i]);
	CHECK_INT(kin_uuid_parse(NULL, &uuid), KIN_EVALUE);
}

TEST(new_uuids_say_their_version_and_differ)
{
	kin_uuid a = kin_uuid_v4(), b = kin_uuid_v4(), c = kin_uuid_v7();

	CHECK_INT(a.bytes[6] >> 4, 4);
	CHECK_INT(c.bytes[6] >> 4, 7);
	CHECK_INT(a.bytes[8] >> 6, 2);
	CHECK_INT(c.bytes[8] >> 6, 2);
	CHECK(memcmp(&a, &b, sizeof(a)) != 0);
}

TEST(uuids_of_version_7_sort_by_time)
{
	kin_timestamp before = kin_now();
	kin_uuid first = kin_uuid_v7(), later;
	int64_t ms = 0;

	for (int i = 0; i < 6; i++)
		ms = ms << 8 | first.bytes[i];
	CHECK(ms >= before.us / 1000 && ms <= kin_now().us / 1000);
	while (kin_now().us < before.us + 2000)
		;
	later = kin_uuid_v7();
	CHECK(memcmp(&first, &later, sizeof(first)) < 0);
}
