/* What a statement is, seen from outside. */
#include "db/dqlite/verb.h"

#include "harness/harness.h"

static kin_verb of(const char *sql)
{
	return kin_verb_of(sql, strlen(sql));
}

TEST(what_is_asked_for_rows)
{
	CHECK(of("select 1").rows && of("select 1").select);
	CHECK(of("-- insert\n /* update */ SELECT 1").select);
	CHECK(of("values (1)").select);
	CHECK(of("with insert_(a) as (select 1) select * from insert_").select);
	CHECK(of("with recursive a as (select ')' as x), b as (select 1) values (1)").select);
	CHECK(of("explain insert into t values (1)").rows);
	CHECK(!of("explain insert into t values (1)").select);
	CHECK(!of("insert into t select 1").rows);
	CHECK(!of("with a as (select 1) insert into t select * from a").rows);
	CHECK(!of("create table t as select 1").rows);
}

TEST(returning_is_found_wherever_it_may_be)
{
	CHECK(of("insert into t values (1) returning id").returning);
	CHECK(of("insert into t values (1)returning\"id\"").returning);
	CHECK(of("with a as (select 1) delete from t RETURNING *").returning);
	CHECK(of("replace into t values ($a(')) returning id, '").returning);
	CHECK(of("\xef\xbb\xbf" "insert into t values (1) returning id").returning);
	CHECK(of("nonsense returning").returning);
	CHECK(!of("insert into t values (1)").returning);
	CHECK(!of("select 'returning'").returning);
}

TEST(what_becomes_of_the_transaction)
{
	CHECK_INT(of("begin").turn, KIN_VERB_BEGINS);
	CHECK_INT(of("commit").turn, KIN_VERB_ENDS);
	CHECK_INT(of("END TRANSACTION").turn, KIN_VERB_ENDS);
	CHECK_INT(of("rollback").turn, KIN_VERB_ROLLS_BACK);
	CHECK_INT(of("rollback /* to */").turn, KIN_VERB_ROLLS_BACK);
	CHECK_INT(of("rollback transaction to savepoint a").turn, KIN_VERB_STAYS);
	CHECK(of("rollback to a").savepoint);
	CHECK_INT(of("commit").effect, KIN_VERB_COMMITS);
	CHECK_INT(of("select 1").effect, KIN_VERB_READS);
	CHECK_INT(of("delete from t").effect, KIN_VERB_WRITES);
	CHECK_INT(of("create table t (a)").effect, KIN_VERB_WRITES);
}

TEST(pragmas_pass_that_do_no_harm)
{
	CHECK(of("pragma table_info(t)").rows && !of("pragma table_info(t)").refused);
	CHECK(of("PRAGMA main.foreign_key_check").rows);
	CHECK(!of("pragma foreign_keys = off").rows && of("pragma foreign_keys = off").personal);
	CHECK(!of("pragma foreign_keys(off)").rows);
	CHECK_INT(of("pragma user_version = 3").effect, KIN_VERB_WRITES);
	CHECK(!of("pragma journal_mode").refused);
	CHECK_HAS(of("pragma journal_mode = delete").refused, "not for dqlite");
	CHECK(of("pragma main . journal_mode(delete)").refused);
	CHECK(of("pragma wal_checkpoint").refused);
	CHECK(of("pragma page_size = 1024").refused);
	CHECK(of("pragma optimize").refused);
	CHECK(of("\xef\xbb\xbf" "pragma page_size = 1024").refused);
	CHECK(of("attach 'x' as y").refused);
	CHECK(of("vacuum into 'x'").refused);
	CHECK(!of("vacuum").refused);
}

static void check_split(const char *sql, const char *first, const char *second)
{
	size_t length;
	const char *next, *start = kin_verb_split(sql, &length, &next);

	CHECK_INT(length, strlen(first));
	CHECK(memcmp(start, first, length) == 0);
	start = kin_verb_split(next, &length, &next);
	CHECK_INT(length, strlen(second));
	CHECK(memcmp(start, second, length) == 0);
}

TEST(texts_are_cut_into_statements)
{
	check_split("", "", "");
	check_split(" ; ;\n", "", "");
	check_split("select ';' ; select 2", "select ';'", "select 2");
	check_split("select \";\" as `;`, [;] -- ;\n ; x /* ; */", "select \";\" as `;`, [;]", "x");
	check_split("select 'it''s;'; y", "select 'it''s;'", "y");
	check_split("select 'open; y", "select 'open; y", "");
	check_split("create temp trigger t after insert on a begin select case when 1 then 2 end; delete from b; end; z",
	            "create temp trigger t after insert on a begin select case when 1 then 2 end; delete from b; end", "z");
}
