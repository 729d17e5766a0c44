/* Tests of db/mariadb/expression.c: what MariaDB makes of expressions is undone. */
#include "db/mariadb/expression.h"

#include "harness/harness.h"

static void check_expression(kin_type_name type, const char *shown, const char *expected)
{
	kin_type t = { .name = type };
	kin_arena arena = { 0 };

	CHECK_TEXT(kin_maria_expression(&arena, &t, shown), expected);
	kin_arena_done(&arena);
}

TEST(names_lose_their_backticks)
{
	check_expression(KIN_TYPE_OTHER, "`age` >= 0 and `age` < 100", "age >= 0 AND age < 100");
	check_expression(KIN_TYPE_OTHER, "`Order` > `a``b`", "\"Order\" > \"a`b\"");
	check_expression(KIN_TYPE_OTHER, "`select` is not null", "\"select\" IS NOT NULL");
}

TEST(strings_lose_their_backslashes)
{
	check_expression(KIN_TYPE_VARCHAR, "'it\\'s'", "'it''s'");
	check_expression(KIN_TYPE_VARCHAR, "'it''s \\\\ \"new\"'", "'it''s \\ \"new\"'");
	check_expression(KIN_TYPE_VARCHAR, "'a\\nb'", "'a\nb'");
	check_expression(KIN_TYPE_VARCHAR, "_utf8mb4'x'", "'x'");
}

TEST(lists_have_blanks)
{
	check_expression(KIN_TYPE_OTHER, "`a` in ('x','y,z')", "a IN ('x', 'y,z')");
}

TEST(moments_have_their_portable_names)
{
	check_expression(KIN_TYPE_TIMESTAMP, "current_timestamp(6)", "CURRENT_TIMESTAMP");
	check_expression(KIN_TYPE_TIMESTAMP, "current_timestamp()", "CURRENT_TIMESTAMP");
	check_expression(KIN_TYPE_DATE, "curdate()", "CURRENT_DATE");
	check_expression(KIN_TYPE_VARCHAR, "concat('a',ucase('b'))", "concat('a', upper('b'))");
}

TEST(booleans_are_words)
{
	check_expression(KIN_TYPE_BOOLEAN, "0", "false");
	check_expression(KIN_TYPE_BOOLEAN, "1", "true");
	check_expression(KIN_TYPE_INTEGER, "1", "1");
}
