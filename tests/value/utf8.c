/* utf8.c - whether bytes are UTF-8. */
#include "value/utf8.h"

#include "harness/harness.h"

static size_t sound(const char *text)
{
	return kin_utf8_sound(text, strlen(text));
}

TEST(text_of_all_lengths_is_utf8)
{
	const char *text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xb6\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\x7f\xc2\x80\xe0\xa0\x80\xf0\x90\x80\x80";

	CHECK_INT(sound(text), strlen(text));
	CHECK_INT(sound(""), 0);
	CHECK_INT(kin_utf8_sound("a\0b", 3), 3);
}

TEST(what_is_no_utf8_ends_before_its_first_byte)
{
	static const char *const broken[] = {
		"ab\xff", "ab\x80", "ab\xc0\x80", "ab\xc1\xbf", "ab\xe0\x9f\xbf", "ab\xed\xa0\x80", "ab\xf0\x8f\xbf\xbf", "ab\xf4\x90\x80\x80",
		"ab\xf5\x80\x80\x80", "ab\xc3", "ab\xe2\x82", "ab\xf0\x9f\x90", "ab\xc3(", "ab\xe2\x82(", "ab\xf0\x9f\x90(",
	};

	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
		CHECK_MSG(sound(broken[i]) == 2, "%zu: %zu", i, sound(broken[i]));
}
