#include "base/text.h"

#include <kin/error.h>

#include "base/mem.h"
#include "harness/harness.h"

TEST(a_new_text_is_empty_and_owns_nothing)
{
	kin_text text;

	kin_text_init(&text);
	CHECK_TEXT(text.data, "");
	CHECK_INT(text.capacity, 0);
	kin_text_cut(&text, 0);
	kin_text_add(&text, "");
	CHECK_INT(text.capacity, 0);
}

TEST(a_text_grows_by_every_way_of_adding)
{
	kin_text text;

	kin_text_init(&text);
	kin_text_add(&text, "SELECT ");
	kin_text_add_n(&text, "names", 4);
	kin_text_add_char(&text, ',');
	kin_text_addf(&text, " %d", 3);
	CHECK_TEXT(text.data, "SELECT name, 3");
	CHECK_INT(text.length, 14);
	kin_text_done(&text);
}

TEST(a_long_format_is_added_whole)
{
	kin_text text;

	kin_text_init(&text);
	for (int i = 0; i < 200; i++)
		kin_text_addf(&text, "%0*d", i, i > 0 ? 1 : 0);
	CHECK_INT(text.length, 1 + 199 * 200 / 2);
	CHECK_INT(strlen(text.data), text.length);
	kin_text_done(&text);
}

TEST(quotes_are_doubled)
{
	kin_text text;

	kin_text_init(&text);
	kin_text_add_quoted(&text, "it's 'so'", '\'');
	kin_text_add_quoted(&text, "a\"b", '"');
	kin_text_add_quoted(&text, "", '"');
	CHECK_TEXT(text.data, "'it''s ''so'''\"a\"\"b\"\"\"");
	kin_text_done(&text);
}

TEST(cutting_goes_back)
{
	kin_text text;

	kin_text_init(&text);
	kin_text_add(&text, "a, b, ");
	kin_text_cut(&text, 4);
	CHECK_TEXT(text.data, "a, b");
	kin_text_cut(&text, 10);
	CHECK_TEXT(text.data, "a, b");
	kin_text_clear(&text);
	CHECK_TEXT(text.data, "");
	CHECK(text.capacity > 0);
	kin_text_done(&text);
}

TEST(taking_gives_the_string_away)
{
	kin_text text;

	kin_text_init(&text);
	kin_text_add(&text, "Ben");
	char *taken = kin_text_take(&text);
	CHECK_TEXT(taken, "Ben");
	CHECK_TEXT(text.data, "");
	kin_mem_free(taken);
	taken = kin_text_take(&text);
	CHECK_TEXT(taken, "");
	kin_mem_free(taken);
}

TEST(keeping_gives_the_string_to_an_arena)
{
	kin_arena arena = { 0 };
	kin_text text;

	kin_text_init(&text);
	kin_text_add(&text, "Ben");
	const char *kept = kin_text_keep(&text, &arena);
	CHECK_TEXT(kept, "Ben");
	CHECK_TEXT(text.data, "");
	CHECK_TEXT(kin_text_quoted("it's", '\'', &arena), "'it''s'");
	CHECK_TEXT(kept, "Ben");
	CHECK(!arena.failed);
	kin_arena_done(&arena);
}

TEST(keeping_a_text_that_failed_fails_the_arena)
{
	kin_arena arena = { 0 };
	kin_text text;

	kin_text_init(&text);
	kin_fuse_set(0);
	kin_text_addf(&text, "%0500d", 1);
	kin_fuse_set(-1);
	CHECK(!kin_text_keep(&text, &arena));
	CHECK(arena.failed);
	CHECK(kin_text_ok(&text));
	kin_arena_done(&arena);
}

TEST(a_text_remembers_its_first_failure)
{
	kin_text text;

	kin_text_init(&text);
	kin_text_add(&text, "kept");
	kin_fuse_set(0);
	kin_text_addf(&text, "%0500d", 1);
	kin_fuse_set(-1);
	kin_text_add(&text, "lost");
	CHECK(!kin_text_ok(&text));
	CHECK_TEXT(text.data, "kept");
	CHECK(!kin_text_take(&text));
	CHECK(kin_text_ok(&text));
}

FUSED(a_text_survives_failing_allocations)
{
	kin_text text;

	kin_text_init(&text);
	for (int i = 0; i < 100; i++) {
		kin_text_add(&text, "SELECT ");
		kin_text_addf(&text, "%d, %s", i, "a longer piece of text");
		kin_text_add_quoted(&text, "it's", '\'');
	}
	char *taken = kin_text_take(&text);
	int rc = taken ? KIN_OK : KIN_ENOMEM;
	kin_mem_free(taken);
	return rc;
}
