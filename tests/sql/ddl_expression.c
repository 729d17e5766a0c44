/* Tests of sql/ddl_expression.c: expressions kept as text. */
#include "sql/ddl_expression.h"

#include "harness/harness.h"
#include "sql/ddl.h"

static void check_trimmed(const char *text, const char *expected)
{
	size_t length = strlen(text);
	char trimmed[200];

	kin_ddl_expression_trim(&text, &length);
	snprintf(trimmed, sizeof(trimmed), "%.*s", (int)length, text);
	CHECK_TEXT(trimmed, expected);
}

TEST(only_parentheses_around_everything_go)
{
	check_trimmed("a", "a");
	check_trimmed("  ( a )\n", "a");
	check_trimmed("((a))", "a");
	check_trimmed("(a) + (b)", "(a) + (b)");
	check_trimmed("((a) + (b))", "(a) + (b)");
	check_trimmed("((a))(b)", "((a))(b)");
	check_trimmed("(a)(b)", "(a)(b)");
	check_trimmed("f((a))", "f((a))");
	check_trimmed("(')')", "')'");
	check_trimmed("((a & 0xFf) > 0)", "(a & 0xFf) > 0");
	check_trimmed("((a)", "((a)");
	check_trimmed("(a))", "(a))");
	check_trimmed("()", "()");
	check_trimmed("", "");
}

TEST(expressions_are_the_same_but_for_their_looks)
{
	CHECK(kin_ddl_same_expression("a>0", "( A  > 0 )"));
	CHECK(kin_ddl_same_expression("\"a\" IN ('x')", "a in ('x') -- really"));
	CHECK(!kin_ddl_same_expression("a in ('x')", "a in ('X')"));
	CHECK(!kin_ddl_same_expression("a > 0", "a > 1"));
	CHECK(!kin_ddl_same_expression("a", "a b"));
	CHECK(kin_ddl_same_expression(NULL, NULL));
	CHECK(!kin_ddl_same_expression(NULL, "a"));
}

TEST(constants_need_no_parentheses)
{
	static const char *const constants[] = { "1", "-1.5", "+2", "'x'", "x'00'", "NULL", "true", "CURRENT_DATE", "abc", "0x1F" };
	static const char *const others[] = { "upper('a')", "1 + 1", "x '00'", "- a", "", "'a' || 'b'" };

	for (size_t i = 0; i < sizeof(constants) / sizeof(*constants); i++)
		CHECK_MSG(kin_ddl_expression_is_constant(constants[i]), "%s", constants[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		CHECK_MSG(!kin_ddl_expression_is_constant(others[i]), "%s", others[i]);
}

TEST(quoted_names_get_the_database_s_quotes)
{
	kin_text out;

	kin_text_init(&out);
	kin_ddl_expression_add(&kin_dialect_mariadb, &out, "(\"a \"\"b\"\" `\" > '\"x\"')");
	CHECK_TEXT(out.data, "`a \"b\" ``` > '\"x\"'");
	kin_text_clear(&out);
	kin_ddl_expression_add(&kin_dialect_postgresql, &out, "`a` > 0");
	CHECK_TEXT(out.data, "\"a\" > 0");
	kin_text_clear(&out);
	kin_ddl_expression_add(NULL, &out, "`a` > 0");
	CHECK_TEXT(out.data, "`a` > 0");
	kin_text_done(&out);
}
