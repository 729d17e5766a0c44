/* words.c - lines are cut into words, and known to be unfinished. */
#include "shell/words.h"

#include <kin/error.h>

#include "harness/harness.h"

static const char *cut(const char *text)
{
	static char out[512];
	kin_words_of words = { 0 };

	out[0] = '\0';
	CHECK(kin_words_cut(&words, text));
	for (size_t i = 0; i + 1 < words.count; i++)
		snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s%.*s", i ? "|" : "", (int)words.items[i].length,
		         text + words.items[i].at);
	kin_vec_done(&words);
	return out;
}

TEST(names_numbers_strings_and_signs_are_words)
{
	CHECK_TEXT(cut("pet->id += 1.5e-3"), "pet|->|id|+=|1.5e-3");
	CHECK_TEXT(cut("f(\"a \\\" b\", 'c')"), "f|(|\"a \\\" b\"|,|'c'|)");
	CHECK_TEXT(cut("x<<=2"), "x|<<=|2");
	CHECK_TEXT(cut("a.b"), "a|.|b");
	CHECK_TEXT(cut(".5"), ".5");
}

TEST(blanks_and_comments_are_between_words)
{
	CHECK_TEXT(cut("a /* b */ c // d"), "a|c");
	CHECK_TEXT(cut(""), "");
	CHECK_TEXT(cut("  \t"), "");
}

TEST(brackets_strings_comments_and_backslashes_keep_a_line_open)
{
	CHECK(kin_words_open("int f(int x) {"));
	CHECK(kin_words_open("f(1,"));
	CHECK(kin_words_open("/* so"));
	CHECK(kin_words_open("a + \\"));
	CHECK(!kin_words_open("f(\"(\")"));
	CHECK(!kin_words_open("// {"));
	CHECK(!kin_words_open("int f(int x) { return x; }"));
	CHECK(!kin_words_open(")"));
}

FUSED(cutting_survives_failing_allocations)
{
	kin_words_of words = { 0 };
	bool ok = kin_words_cut(&words, "a b c d e f g h i j k l m n o p q r s t u v w x y z + (1 + 2) * 3");

	kin_vec_done(&words);
	return ok ? KIN_OK : KIN_ENOMEM;
}
