/* SQL fragments in one spelling. */
#include "fixture.h"

#include "migrate/normal.h"

static void spells(const char *sql, const char *expected)
{
	kin_arena arena = { 0 };
	CHECK_TEXT(kin_normal_sql(&arena, sql), expected);
	kin_arena_done(&arena);
}

TEST(fragments_are_spelled_in_one_way)
{
	spells("((X>0))", "x > 0");
	spells("(a) + (b)", "( a ) + ( b )");
	spells("\"name\" != 'It''s'", "name <> 'It''s'");
	spells("\"two words\" == `x`", "\"two words\" = x");
	spells("LOWER( Name ) -- why", "lower ( name )");
	spells(NULL, NULL);
	spells("", "");
}

TEST(a_name_is_found_as_a_word_only)
{
	CHECK(kin_normal_mentions("age > 0", "AGE"));
	CHECK(kin_normal_mentions("\"age\" > 0", "age"));
	CHECK(!kin_normal_mentions("wage > 0 AND x = 'age'", "age"));
	CHECK(!kin_normal_mentions(NULL, "age"));
}

TEST(a_name_is_replaced_as_a_word_only)
{
	kin_arena arena = { 0 };
	CHECK_TEXT(kin_normal_replace(&arena, "age > 0 AND wage = 'age'", "age", "years old", false), "\"years old\" > 0 AND wage = 'age'");
	CHECK_TEXT(kin_normal_replace(&arena, "pets.pets > 0", "pets", "animals", true), "animals.pets > 0");
	kin_arena_done(&arena);
}
