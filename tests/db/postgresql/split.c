/* Tests of db/postgresql/split.c: where statements end. */
#include "db/postgresql/driver.h"

#include "harness/harness.h"

/* The statements of a text, each in brackets. */
static void check_split(const char *sql, const char *expected)
{
	char found[512] = "";
	size_t length;

	for (;;) {
		const char *start = kin_pg_split(sql, &length, &sql);
		if (length == 0)
			break;
		snprintf(found + strlen(found), sizeof(found) - strlen(found), "[%.*s]", (int)length, start);
	}
	CHECK_TEXT(found, expected);
}

TEST(statements_end_at_semicolons)
{
	check_split("", "");
	check_split(" ; ;\n;", "");
	check_split("a", "[a]");
	check_split("a; b ;c", "[a][b ][c]");
}

TEST(semicolons_in_quotes_and_comments_do_not_count)
{
	check_split("select ';', \";\"; b", "[select ';', \";\"][b]");
	check_split("select 'it''s;'; b", "[select 'it''s;'][b]");
	check_split("select 'a\\'; b", "[select 'a\\'][b]");
	check_split("select e'\\';'; b", "[select e'\\';'][b]");
	check_split("-- one; two\na /* ; /* ; */ ; */ ; b", "[a /* ; /* ; */ ; */ ][b]");
	check_split("-- nothing", "");
	check_split("/* nothing", "");
	check_split("select 'open; b", "[select 'open; b]");
}

TEST(dollar_quotes_hold_anything)
{
	check_split("do $$ a; b $$; c", "[do $$ a; b $$][c]");
	check_split("do $x$ a; $$ ; $y$ $x$; c", "[do $x$ a; $$ ; $y$ $x$][c]");
	check_split("select $1; b", "[select $1][b]");
	check_split("select a$b$c; d", "[select a$b$c][d]");
	check_split("select $", "[select $]");
}

TEST(a_functions_body_may_have_semicolons)
{
	check_split("create function f() returns int begin atomic select case when a then 1 end; select 2; end; b",
	            "[create function f() returns int begin atomic select case when a then 1 end; select 2; end][b]");
	check_split("create rule r as on insert to t do (select 1; select 2); b",
	            "[create rule r as on insert to t do (select 1; select 2)][b]");
	check_split("begin; commit; end; b", "[begin][commit][end][b]");
}

TEST(what_a_statement_may_leave_behind_is_known_from_its_first_word)
{
	CHECK_INT(kin_pg_effect_of("COMMIT"), KIN_PG_COMMITS);
	CHECK_INT(kin_pg_effect_of(" /* x */ end work"), KIN_PG_COMMITS);
	CHECK_INT(kin_pg_effect_of("select 1"), KIN_PG_READS);
	CHECK_INT(kin_pg_effect_of("BEGIN"), KIN_PG_READS);
	CHECK_INT(kin_pg_effect_of("insert into t values (1)"), KIN_PG_WRITES);
	CHECK_INT(kin_pg_effect_of("with a as (delete from t) select 1"), KIN_PG_WRITES);
	CHECK_INT(kin_pg_effect_of("selection"), KIN_PG_WRITES);
	CHECK_INT(kin_pg_effect_of(""), KIN_PG_WRITES);
}
