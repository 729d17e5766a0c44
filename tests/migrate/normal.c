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
	spells("(a) + (b)", "a + b");
	spells("\"name\" != 'It''s'", "name <> 'It''s'");
	spells("\"two words\" == `x`", "\"two words\" = x");
	spells("LOWER( Name ) -- why", "lower ( name )");
	spells(NULL, NULL);
	spells("", "");
}

TEST(brackets_stay_only_where_they_count)
{
	spells("((a) > (0)) AND ((b < 1) AND c)", "a > 0 and b < 1 and c");
	spells("(a OR b) AND (c)", "( a or b ) and c");
	spells("a - (b - c) - d", "a - ( b - c ) - d");
	spells("(a * b) + c * (d + e)", "a * b + c * ( d + e )");
	spells("NOT (a = b) OR (NOT c)", "not a = b or not c");
	spells("- (a + b)", "- ( a + b )");
	spells("f((a), b.\"C\", count(*), now())", "f ( a , b . c , count ( * ) , now ( ) )");
	spells("a || (b || c)", "a || ( b || c )");
}

TEST(what_a_database_understands_of_it_is_the_same)
{
	spells("age BETWEEN 0 AND 5 + 1", "age >= 0 and age <= 5 + 1");
	spells("age NOT BETWEEN 0 AND 5", "age < 0 or age > 5");
	spells("x IN ('a')", "x = 'a'");
	spells("x NOT IN (1, (2))", "x not in ( 1 , 2 )");
	spells("a > '-1'::integer::double precision", "a > -1");
	spells("b >= 0::numeric AND c = 'x'::character varying(3)", "b >= 0 and c = 'x'");
	spells("CAST(a AS TEXT) = d::text", "cast ( a as text ) = cast ( d as text )");
	spells("day > '2020-01-01'::date", "day > '2020-01-01'");
	spells("a ISNULL OR b IS NOT NULL", "a is null or b is not null");
	spells("a LIKE 'x%' ESCAPE '!' AND b NOT GLOB 'y'", "a like 'x%' escape '!' and b not glob 'y'");
	spells("x COLLATE NOCASE = 'a'", "x collate nocase = 'a'");
}

TEST(what_is_no_known_expression_is_spelled_by_its_words)
{
	spells("CASE WHEN (a) THEN 1 END", "case when ( a ) then 1 end");
	spells("CREATE VIEW V AS SELECT  (1)", "create view v as select ( 1 )");
	spells("a BETWEEN 1", "a between 1");
	spells("a [1]", "a [ 1 ]");
	spells("E'x'", "e 'x'");
	spells("f(", "f (");
}

TEST(an_expression_that_is_very_deep_is_spelled_by_its_words)
{
	char deep[5001];

	memset(deep, '(', 2500);
	memset(deep + 2500, ')', 2500);
	deep[5000] = '\0';
	deep[2499] = 'a';
	kin_arena arena = { 0 };
	CHECK(kin_normal_sql(&arena, deep) != NULL);
	memset(deep, '-', 5000);
	CHECK(kin_normal_sql(&arena, deep) != NULL);
	kin_arena_done(&arena);
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
