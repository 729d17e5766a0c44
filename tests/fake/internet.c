#include "fake/source.h"

TEST(email_addresses_are_well_formed_and_reach_nobody)
{
	kin_arena arena = { 0 };
	kin_fake fake = source(&arena, 42);

	for (int n = 0; n < 1000; n++) {
		const char *email = kin_fake_email(&fake);
		size_t local = strspn(email, "abcdefghijklmnopqrstuvwxyz.0123456789");
		CHECK_MSG(local > 0 && email[local] == '@', "%s", email);
		const char *domain = email + local + 1;
		CHECK_MSG(strcmp(domain, "example.com") == 0 || strcmp(domain, "example.net") == 0 ||
		          strcmp(domain, "example.org") == 0, "%s", email);
	}
	kin_arena_done(&arena);
}

static void check_digits(const char *phone, int from, int count)
{
	for (int n = from; n < from + count; n++)
		CHECK_MSG(phone[n] >= '0' && phone[n] <= '9', "%s", phone);
}

TEST(phone_numbers_are_in_the_range_kept_for_fiction)
{
	kin_arena arena = { 0 };
	kin_fake fake = source(&arena, 42);

	for (int n = 0; n < 1000; n++) {
		const char *phone = kin_fake_phone(&fake);
		CHECK_INT(strlen(phone), 12);
		check_digits(phone, 0, 3);
		CHECK_MSG(phone[0] >= '2' && phone[1] != '9' && strncmp(phone + 1, "11", 2) != 0, "%s", phone);
		CHECK_MSG(strncmp(phone + 3, "-555-01", 7) == 0, "%s", phone);
		check_digits(phone, 10, 2);
	}
	kin_arena_done(&arena);
}

TEST(without_a_source_nobody_can_be_reached)
{
	CHECK(kin_fake_email(NULL) == NULL);
	CHECK(kin_fake_phone(NULL) == NULL);
}
