#include <kin/types.h>

#include "harness/harness.h"

static bool valid(const char *text)
{
	return kin_json_valid(text, strlen(text));
}

TEST(what_the_rfc_calls_json_is_valid)
{
	static const char *const good[] = {
		"null", "true", " false\n", "0", "-0", "12.5e+3", "1E5", "\"\"", "\"a\\n\\u00e9\\\"\\/\"", "\"\xc3\xa9\xf0\x9f\x90\x88\"", "[]", "{}",
		"[1, [2, {\"a\": null}], \"b\"]", "{\"a\": 1, \"a\": {\"b\": []}}", "\t[ ]\r\n", "[{}, {}]", "\"\x7f\"",
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		CHECK_MSG(valid(good[i]), "%s", good[i]);
}

TEST(what_it_does_not_is_not)
{
	static const char *const bad[] = {
		"", " ", "nul", "True", "01", "1.", ".5", "+1", "1e", "-", "'a'", "\"a", "\"\\x\"", "\"\\u12g4\"", "\"\t\"", "[1,]", "[,1]", "[1 2]",
		"{a: 1}", "{\"a\"}", "{\"a\": }", "{\"a\": 1,}", "{1: 2}", "[", "]", "{", "}", "[}", "{]", "[1]]", "1 2", "{\"a\": 1]", "NaN", "// x\n1",
		"\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf5\x80\x80\x80\"", "\"\xe2\x82\"", "\"\\",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK_MSG(!valid(bad[i]), "%s", bad[i]);
	CHECK(!kin_json_valid(NULL, 0));
	CHECK(!kin_json_valid("1\0", 2));
}

TEST(json_may_be_128_levels_deep)
{
	char text[2 * 129 + 1] = { 0 };

	memset(text, '[', 128);
	memset(text + 128, ']', 128);
	CHECK(kin_json_valid(text, 256));
	memset(text, '[', 129);
	memset(text + 129, ']', 129);
	CHECK(!kin_json_valid(text, 258));
}
