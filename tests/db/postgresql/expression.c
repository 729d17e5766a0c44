/* Tests of db/postgresql/expression.c: what PostgreSQL adds to expressions is taken away. */
#include "db/postgresql/expression.h"

#include "harness/harness.h"

static void check_expression(const char *shown, const char *expected)
{
	kin_column_schema columns[] = {
		{ .name = "name", .type = { .name = KIN_TYPE_VARCHAR } }, { .name = "age", .type = { .name = KIN_TYPE_INTEGER } },
		{ .name = "Kind of", .type = { .name = KIN_TYPE_VARCHAR } },
	};
	kin_table_schema table = { .name = "pets", .columns = columns, .column_count = 3 };
	kin_arena arena = { 0 };

	CHECK_TEXT(kin_pg_expression(&arena, &table, shown), expected);
	kin_arena_done(&arena);
}

TEST(literals_lose_their_types)
{
	check_expression("'x'::character varying", "'x'");
	check_expression("'x'::character varying(80)", "'x'");
	check_expression("'{}'::jsonb", "'{}'");
	check_expression("'{1,2}'::integer[]", "'{1,2}'");
	check_expression("'2026-01-01 00:00:00'::timestamp without time zone", "'2026-01-01 00:00:00'");
	check_expression("'12:00:00'::time(3) with time zone", "'12:00:00'");
	check_expression("NULL::character varying", "NULL");
	check_expression("'dog'::public.\"Kind\"", "'dog'");
	check_expression("nextval('a_seq'::regclass)", "nextval('a_seq')");
	check_expression("'-1'::integer", "-1");
	check_expression("age > '-1'::integer AND age < 5", "age > -1 AND age < 5");
	check_expression("'1e5'::double precision", "1e5");
}

TEST(other_casts_stay)
{
	check_expression("now()::date", "now()::date");
	check_expression("age::text", "age::text");
	check_expression("name::integer", "name::integer");
	check_expression("now() + '1 day'::interval", "now() + '1 day'::interval");
}

TEST(text_columns_lose_their_conversion)
{
	check_expression("name::text <> ''::text", "name <> ''");
	check_expression("lower(name::text)", "lower(name)");
	check_expression("\"Kind of\"::text = 'a'::text", "\"Kind of\" = 'a'");
}

TEST(lists_come_back)
{
	check_expression("name::text = ANY (ARRAY['a'::character varying, 'b'::character varying]::text[])", "name IN ('a', 'b')");
	check_expression("age <> ALL (ARRAY[1, 2])", "age NOT IN (1, 2)");
	check_expression("age = ANY (ARRAY[1, 2]) AND name::text = ANY (ARRAY['a'::text])", "age IN (1, 2) AND name IN ('a')");
	check_expression("age = ANY (numbers)", "age = ANY (numbers)");
}

TEST(like_comes_back)
{
	check_expression("name::text ~~ 'a%'::text", "name LIKE 'a%'");
	check_expression("name::text !~~ 'a%'::text", "name NOT LIKE 'a%'");
	check_expression("name::text ~~* 'a%'::text OR name::text !~~* 'b'::text", "name ILIKE 'a%' OR name NOT ILIKE 'b'");
	check_expression("age = ~ 5", "age = ~ 5");
}

TEST(escaped_strings_come_back)
{
	check_expression("E'a\\\\b'::text", "'a\\b'");
	check_expression("name::text = E'\\\\'''::text", "name = '\\'''");
}
