/* Tests of db/mariadb/split.c: where statements end. */
#include "db/mariadb/driver.h"

#include "harness/harness.h"

/* The statements of a text, each in brackets. */
static void check_split(const char *sql, const char *expected)
{
	char found[1024] = "";
	size_t length;

	for (;;) {
		const char *start = kin_maria_split(sql, &length, &sql);
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
	check_split("select ';', \";\", `;`; b", "[select ';', \";\", `;`][b]");
	check_split("select 'it''s;'; b", "[select 'it''s;'][b]");
	check_split("select 'a\\'; b", "[select 'a\\'][b]");
	check_split("-- one; two\na /* ; */ ; # three; four\n b", "[a /* ; */ ][b]");
	check_split("select 1--1; b", "[select 1--1][b]");
	check_split("-- nothing", "");
	check_split("/* nothing", "");
	check_split("/*!40101 set names utf8 */; b", "[/*!40101 set names utf8 */][b]");
	check_split("select 'open; b", "[select 'open; b]");
}

TEST(a_trigger_may_have_semicolons_in_its_body)
{
	check_split("create trigger g before insert on t for each row set new.a = 1; b",
	            "[create trigger g before insert on t for each row set new.a = 1][b]");
	check_split("create or replace trigger if not exists g before insert on t for each row begin set new.a = 1; set new.b = 2; end; b",
	            "[create or replace trigger if not exists g before insert on t for each row begin set new.a = 1; set new.b = 2; end][b]");
	check_split("create procedure p() begin if a then select 1; else select if(a, 1, 2); end if; while a do select 2; end while;"
	            " case a when 1 then select 3; end case; select case when a then 1 end; for i in 1..3 do select i; end for; end; b",
	            "[create procedure p() begin if a then select 1; else select if(a, 1, 2); end if; while a do select 2; end while;"
	            " case a when 1 then select 3; end case; select case when a then 1 end; for i in 1..3 do select i; end for; end][b]");
	check_split("begin not atomic select 1; select 2; end; b", "[begin not atomic select 1; select 2; end][b]");
}

TEST(for_is_not_always_a_loop)
{
	check_split("begin not atomic declare c cursor for select 1; declare continue handler for 1094 begin end; end; b",
	            "[begin not atomic declare c cursor for select 1; declare continue handler for 1094 begin end; end][b]");
	check_split("create procedure p() begin select a from t for update; for `a b` in (select 1) do select 2; end for; end; b",
	            "[create procedure p() begin select a from t for update; for `a b` in (select 1) do select 2; end for; end][b]");
}

TEST(a_table_has_no_body)
{
	check_split("create table event (begin int, `trigger` int); b", "[create table event (begin int, `trigger` int)][b]");
	check_split("begin; commit; end; b", "[begin][commit][end][b]");
}

TEST(what_a_statement_may_leave_behind_is_known_from_its_first_word)
{
	CHECK_INT(kin_maria_effect_of("COMMIT"), KIN_MARIA_COMMITS);
	CHECK_INT(kin_maria_effect_of(" /* x */ # y\n commit work"), KIN_MARIA_COMMITS);
	CHECK_INT(kin_maria_effect_of("select 1"), KIN_MARIA_READS);
	CHECK_INT(kin_maria_effect_of("with a as (select 1) select 1"), KIN_MARIA_READS);
	CHECK_INT(kin_maria_effect_of("insert into t values (1)"), KIN_MARIA_WRITES);
	CHECK_INT(kin_maria_effect_of("call p()"), KIN_MARIA_WRITES);
	CHECK_INT(kin_maria_effect_of("selection"), KIN_MARIA_WRITES);
	CHECK_INT(kin_maria_effect_of(""), KIN_MARIA_WRITES);
	CHECK(kin_maria_is_transaction("START TRANSACTION") && kin_maria_is_transaction("release savepoint a"));
	CHECK(!kin_maria_is_transaction("select 1") && !kin_maria_is_transaction("begin not atomic select 1; end"));
}
