/* compile.c - trees become the text that each database understands. */
#include "sql/compile.h"

#include "base/mem.h"
#include "harness/harness.h"
#include "sql/as_select.h"

static const kin_dialect *const all[] = { &kin_dialect_sqlite, &kin_dialect_postgresql, &kin_dialect_mariadb };
static kin_arena arena;

static kin_expr *column(const char *table, const char *name)
{
	return kin_expr_column(&arena, table, name);
}

static kin_sql_select *pets(void)
{
	kin_sql_select *select = kin_sql_select_new(&arena);

	kin_sql_add_output(&arena, select, column("pets", "id"), NULL);
	kin_sql_add_source(&arena, select, KIN_JOIN_FROM, "pets", NULL, NULL);
	return select;
}

/* The compiled text; the arena is emptied by finish(). */
static kin_compiled compile(const kin_dialect *dialect, const kin_sql_select *select, const kin_compile_options *options)
{
	kin_compiled compiled = { 0 };
	kin_error error = { 0 };

	if (kin_compile_select(dialect, select, options, &arena, &compiled, &error) < 0)
		kin_test_fail(__FILE__, __LINE__, "%s", kin_error_text(&error));
	CHECK_INT(compiled.length, strlen(compiled.sql));
	return compiled;
}

static const char *sql(const kin_dialect *dialect, const kin_sql_select *select)
{
	return compile(dialect, select, NULL).sql;
}

static const char *text_sql(const kin_dialect *dialect, const char *text)
{
	kin_compiled compiled;
	kin_error error = { 0 };

	if (as_sql(&arena, dialect, text, &compiled, &error) < 0)
		kin_test_fail(__FILE__, __LINE__, "%s", kin_error_text(&error));
	return compiled.sql;
}

static void finish(void)
{
	kin_arena_done(&arena);
}

/* Texts of queries, and what each database gets to see: tests/sql/golden/queries.txt. */
static const char *const queries[] = {
	"",
	"species = ? order by name limit ?",
	"name != 'it''s' and age >= 2 or not good and age < 1e3",
	"(a or b) and c",
	"a or b and c",
	"a and (b and c)",
	"not (a = b)",
	"not good",
	"not not good",
	"a = b or not exists_already and c <> d",
	"(a = b) = (c < d)",
	"a - (b - c) - d",
	"a - b - c",
	"(a + b) * c / (d * e) % f",
	"-a + -5 - -(-5) * -(b + c)",
	"-9223372036854775808 < 9223372036854775807",
	"name || ' ' || species = ?",
	"a || (b || c) = d",
	"(a || b) + 1 = (c + 1) || d",
	"name like 'B%'",
	"name not like ? || '%' escape '!'",
	"name ilike ? and species not ilike 'd%' escape '!'",
	"age between 1 and 2 + 3",
	"age not between ? and ? and good",
	"(age between 1 and 2) = good",
	"age in (1, 2, ?)",
	"age not in (?)",
	"age in ?",
	"(a, b) in ((1, 2), (?, 4))",
	"(a, b) = (?, ?)",
	"owner is null and species is not null",
	"(a = b) is null",
	"name = null or null <> name",
	"a is ? and b is not ?",
	"a is not distinct from b or a is distinct from c",
	"good is true and bad is not false",
	"good = true",
	"true and false or null",
	"case when age > 1 then 'old' else 'young' end = ?",
	"case species when 'Dog' then 1 when 'Cat' then 2 end > 1",
	"cast(age as text) = '1' and cast(name as varchar(80)) = cast(x as double precision)",
	"cast(a as numeric(10,2)) = cast(b as date) and cast(c as timestamp) = cast(d as boolean)",
	"lower(name) = 'ben' and LENGTH(name) > 3 and coalesce(a, b, 0) = 1",
	"born < now() and died > current_date and last_seen < current_timestamp",
	"year(born) = 2026 and month(born) = 11",
	"substring(name, 1, 2) = 'Be' and instr(name, 'e') = 2 and round(weight, 1) = ?",
	"greatest(a, b) > least(c, d, 1) and ifnull(a, 1) = octet_length(name)",
	"group by species having count(*) > ? order by count(distinct owner.id) desc, string_agg(name, ', ')",
	"order by name asc, species desc nulls last, age nulls first",
	"order by random()",
	"offset 10",
	"limit 10 offset ?",
	"id = 1 for update",
	"id = 1 for update nowait",
	"id = 1 for update skip locked",
	"\"order\" = 1 and \"user\" = 2 and \"Größe\" = 3 and \"a\"\"b`c\" = 4 and rows = 5",
	"path = 'C:\\temp\\' and name = 'it''s \\ more'",
	"pets.name = 'x' and owner.address.street = 'y'",
	"limit > 1 and order = 2 and offset is null and with in (1, 2) and end = 3",
	"my_function(name, 'x') and My_Other()",
};

TEST(queries_mean_the_same_on_each_database)
{
	kin_text text;

	kin_text_init(&text);
	for (size_t i = 0; i < sizeof(queries) / sizeof(*queries); i++) {
		kin_text_addf(&text, "%s\n", queries[i]);
		for (size_t d = 0; d < sizeof(all) / sizeof(*all); d++)
			kin_text_addf(&text, "  %-10s  %s\n", all[d]->name, text_sql(all[d], queries[i]) + strlen("SELECT pets.id FROM "));
	}
	GOLDEN("sql/golden/queries.txt", text.data);
	kin_text_done(&text);
	finish();
}

TEST(a_select_reads_as_people_write_it)
{
	kin_sql_select *select = kin_sql_select_new(&arena);

	kin_sql_add_output(&arena, select, column("pets", "id"), NULL);
	kin_sql_add_output(&arena, select, column("pets", "name"), NULL);
	kin_sql_add_source(&arena, select, KIN_JOIN_FROM, "pets", NULL, NULL);
	select->where = kin_expr_binary(&arena, KIN_OP_EQ, column("pets", "species"), kin_expr_param(&arena, 0));
	kin_sql_add_order(&arena, select, column("pets", "name"), false);
	select->limit = kin_expr_param(&arena, 1);
	CHECK_TEXT(sql(&kin_dialect_sqlite, select),
	           "SELECT pets.id, pets.name FROM pets WHERE pets.species = ? ORDER BY pets.name LIMIT ?");
	CHECK_TEXT(sql(&kin_dialect_postgresql, select),
	           "SELECT pets.id, pets.name FROM pets WHERE pets.species = $1 ORDER BY pets.name LIMIT $2");
	finish();
}

TEST(joins_and_aliases)
{
	kin_sql_select *select = kin_sql_select_new(&arena);

	kin_sql_add_output(&arena, select, column("owners", "id"), NULL);
	kin_sql_add_output(&arena, select, column("pets_1", "id"), "pet");
	kin_sql_add_source(&arena, select, KIN_JOIN_FROM, "owners", "owners", NULL);
	kin_sql_add_source(&arena, select, KIN_JOIN_LEFT, "pets", "pets_1",
	                   kin_expr_binary(&arena, KIN_OP_EQ, column("owners", "id"), column("pets_1", "owner_id")));
	kin_sql_add_source(&arena, select, KIN_JOIN_INNER, "towns", NULL, column("towns", "open"));
	kin_sql_add_source(&arena, select, KIN_JOIN_CROSS, "days", NULL, NULL);
	kin_sql_add_source(&arena, select, KIN_JOIN_FROM, "hours", "h", NULL)->schema = "Other";
	CHECK_TEXT(sql(&kin_dialect_sqlite, select),
	           "SELECT owners.id, pets_1.id AS pet FROM owners LEFT OUTER JOIN pets AS pets_1 ON owners.id = pets_1.owner_id "
	           "JOIN towns ON towns.open CROSS JOIN days, \"Other\".hours AS h");
	finish();
}

TEST(selects_inside_selects)
{
	kin_sql_select *outer = kin_sql_select_new(&arena), *inner = pets();

	kin_sql_add_output(&arena, outer, kin_expr_call(&arena, "count", (kin_expr *[]){ kin_expr_constant(&arena, KIN_EXPR_STAR) }, 1), NULL);
	kin_sql_add_source(&arena, outer, KIN_JOIN_FROM, NULL, "anon_1", NULL)->select = inner;
	inner->distinct = true;
	inner->limit = kin_expr_integer(&arena, 3);
	CHECK_TEXT(sql(&kin_dialect_sqlite, outer),
	           "SELECT count(*) FROM (SELECT DISTINCT pets.id FROM pets LIMIT 3) AS anon_1");
	finish();
}

TEST(exists_and_in_take_selects)
{
	kin_sql_select *select = pets(), *inner = kin_sql_select_new(&arena);
	kin_expr *in = kin_expr_in(&arena, column(NULL, "id"), NULL, 0);

	kin_sql_add_source(&arena, inner, KIN_JOIN_FROM, "visits", NULL, NULL);
	in->select = inner;
	select->where = kin_expr_and(&arena, kin_expr_exists(&arena, inner, true), in);
	CHECK_TEXT(sql(&kin_dialect_sqlite, select),
	           "SELECT pets.id FROM pets WHERE NOT EXISTS (SELECT 1 FROM visits) AND id IN (SELECT 1 FROM visits)");
	finish();
}

TEST(raw_sql_gets_parentheses_as_an_operand_only)
{
	kin_sql_select *select = pets();
	kin_expr *raw = kin_expr_raw(&arena, "a OR b");

	select->where = raw;
	CHECK_TEXT(sql(&kin_dialect_sqlite, select), "SELECT pets.id FROM pets WHERE a OR b");
	select->where = kin_expr_and(&arena, raw, column(NULL, "c"));
	CHECK_TEXT(sql(&kin_dialect_sqlite, select), "SELECT pets.id FROM pets WHERE (a OR b) AND c");
	finish();
}

TEST(an_array_gets_a_placeholder_for_each_value)
{
	kin_sql_select *select = pets();
	uint32_t counts[] = { 1, 3 };
	kin_compile_options options = { .param_counts = counts, .param_total = 2 };
	kin_expr *array = kin_expr_param(&arena, 1);

	select->where = kin_expr_and(&arena, kin_expr_in(&arena, column(NULL, "id"), &array, 1),
	                             kin_expr_binary(&arena, KIN_OP_EQ, column(NULL, "a"), kin_expr_param(&arena, 0)));
	kin_compiled compiled = compile(&kin_dialect_postgresql, select, &options);
	CHECK_TEXT(compiled.sql, "SELECT pets.id FROM pets WHERE id IN ($1, $2, $3) AND a = $4");
	CHECK_INT(compiled.param_count, 4);
	CHECK(memcmp(compiled.params, (uint32_t[]){ 1, 1, 1, 0 }, 4 * sizeof(uint32_t)) == 0);
	finish();
}

TEST(nothing_is_in_an_empty_array)
{
	kin_sql_select *select = pets();
	uint32_t counts[] = { 0 };
	kin_compile_options options = { .param_counts = counts, .param_total = 1 };
	kin_expr *array = kin_expr_param(&arena, 0);

	select->where = kin_expr_in(&arena, column(NULL, "id"), &array, 1);
	CHECK_TEXT(compile(&kin_dialect_sqlite, select, &options).sql, "SELECT pets.id FROM pets WHERE 0");
	CHECK_TEXT(compile(&kin_dialect_postgresql, select, &options).sql, "SELECT pets.id FROM pets WHERE FALSE");
	select->where->negated = true;
	CHECK_TEXT(compile(&kin_dialect_sqlite, select, &options).sql, "SELECT pets.id FROM pets WHERE 1");
	CHECK_INT(compile(&kin_dialect_sqlite, select, &options).param_count, 0);
	finish();
}

TEST(an_array_outside_of_in_is_refused)
{
	kin_sql_select *select = pets();
	uint32_t counts[] = { 2 };
	kin_compile_options options = { .param_counts = counts, .param_total = 1 };
	kin_error error = { 0 };
	kin_compiled compiled;

	select->where = kin_expr_binary(&arena, KIN_OP_EQ, column(NULL, "id"), kin_expr_param(&arena, 0));
	CHECK_INT(kin_compile_select(&kin_dialect_sqlite, select, &options, &arena, &compiled, &error), KIN_EQUERY);
	CHECK_HAS(kin_error_text(&error), "in (?)");
	kin_error_clear(&error);
	finish();
}

TEST(a_null_bound_to_equality_is_null)
{
	kin_sql_select *select = pets();
	bool nulls[] = { true, false };
	kin_compile_options options = { .param_nulls = nulls, .param_total = 2 };
	kin_expr *equal = kin_expr_binary(&arena, KIN_OP_EQ, column(NULL, "a"), kin_expr_param(&arena, 0));
	kin_expr *other = kin_expr_binary(&arena, KIN_OP_NE, kin_expr_param(&arena, 0), column(NULL, "b"));

	select->where = kin_expr_and(&arena, kin_expr_and(&arena, equal, other),
	                             kin_expr_binary(&arena, KIN_OP_EQ, column(NULL, "c"), kin_expr_param(&arena, 1)));
	kin_compiled compiled = compile(&kin_dialect_sqlite, select, &options);
	CHECK_TEXT(compiled.sql, "SELECT pets.id FROM pets WHERE a IS NULL AND b IS NOT NULL AND c = ?");
	CHECK_INT(compiled.param_count, 1);
	CHECK_INT(compiled.params[0], 1);
	finish();
}

TEST(a_param_that_is_written_twice_is_bound_twice)
{
	kin_sql_select *select = pets();
	kin_sql_order *order = kin_sql_add_order(&arena, select, kin_expr_param(&arena, 0), true);

	order->nulls = 2;
	kin_compiled compiled = compile(&kin_dialect_mariadb, select, NULL);
	CHECK_TEXT(compiled.sql, "SELECT pets.id FROM pets ORDER BY ? IS NULL, ? DESC");
	CHECK_INT(compiled.param_count, 2);
	CHECK(compiled.params[0] == 0 && compiled.params[1] == 0);
	finish();
}

TEST(postgresql_locks_the_first_table_of_a_join)
{
	kin_sql_select *select = pets();

	kin_sql_add_source(&arena, select, KIN_JOIN_LEFT, "owners", "o", column("o", "id"));
	select->lock = KIN_LOCK_UPDATE_SKIP;
	CHECK_TEXT(sql(&kin_dialect_postgresql, select),
	           "SELECT pets.id FROM pets LEFT OUTER JOIN owners AS o ON o.id FOR UPDATE OF pets SKIP LOCKED");
	CHECK_TEXT(sql(&kin_dialect_mariadb, select),
	           "SELECT pets.id FROM pets LEFT OUTER JOIN owners AS o ON o.id FOR UPDATE SKIP LOCKED");
	finish();
}

static const char *insert_sql(const kin_dialect *dialect, const kin_sql_insert *insert, kin_compiled *compiled)
{
	kin_error error = { 0 };

	if (kin_compile_insert(dialect, insert, &arena, compiled, &error) < 0)
		kin_test_fail(__FILE__, __LINE__, "%s", kin_error_text(&error));
	return compiled->sql;
}

TEST(an_insert_of_one_row)
{
	kin_sql_insert insert = {
		.table = "pets", .columns = (const char *[]){ "name", "order" }, .column_count = 2, .row_count = 1,
		.returning = (const char *[]){ "id" }, .returning_count = 1,
	};
	kin_compiled compiled;

	CHECK_TEXT(insert_sql(&kin_dialect_sqlite, &insert, &compiled),
	           "INSERT INTO pets (name, \"order\") VALUES (?, ?) RETURNING id");
	CHECK_TEXT(insert_sql(&kin_dialect_postgresql, &insert, &compiled),
	           "INSERT INTO pets (name, \"order\") VALUES ($1, $2) RETURNING id");
	CHECK_TEXT(insert_sql(&kin_dialect_mariadb, &insert, &compiled),
	           "INSERT INTO pets (name, `order`) VALUES (?, ?) RETURNING id");
	finish();
}

TEST(an_insert_of_many_rows_numbers_its_values_row_by_row)
{
	kin_sql_insert insert = {
		.schema = "zoo", .table = "pets", .columns = (const char *[]){ "a", "b" }, .column_count = 2, .row_count = 3,
	};
	kin_compiled compiled;

	CHECK_TEXT(insert_sql(&kin_dialect_postgresql, &insert, &compiled),
	           "INSERT INTO zoo.pets (a, b) VALUES ($1, $2), ($3, $4), ($5, $6)");
	CHECK_TEXT(insert_sql(&kin_dialect_sqlite, &insert, &compiled),
	           "INSERT INTO zoo.pets (a, b) VALUES (?, ?), (?, ?), (?, ?)");
	CHECK_INT(compiled.param_count, 6);
	for (uint32_t i = 0; i < 6; i++)
		CHECK_INT(compiled.params[i], i);
	finish();
}

TEST(an_insert_without_columns_has_the_defaults)
{
	kin_sql_insert insert = { .table = "pets", .row_count = 1, .returning = (const char *[]){ "id" }, .returning_count = 1 };
	kin_compiled compiled;

	CHECK_TEXT(insert_sql(&kin_dialect_sqlite, &insert, &compiled), "INSERT INTO pets DEFAULT VALUES RETURNING id");
	CHECK_TEXT(insert_sql(&kin_dialect_mariadb, &insert, &compiled), "INSERT INTO pets () VALUES () RETURNING id");
	finish();
}

TEST(an_insert_says_what_to_do_with_a_row_that_is_there)
{
	kin_sql_conflict conflict = {
		.columns = (const char *[]){ "name", "order" }, .column_count = 2, .updates = (const char *[]){ "age", "key" }, .update_count = 2,
		.counted = "revision",
	};
	kin_sql_insert insert = {
		.table = "pets", .columns = (const char *[]){ "name" }, .column_count = 1, .row_count = 1, .conflict = &conflict,
		.returning = (const char *[]){ "id" }, .returning_count = 1,
	};
	kin_compiled compiled;

	CHECK_TEXT(insert_sql(&kin_dialect_sqlite, &insert, &compiled),
	           "INSERT INTO pets (name) VALUES (?) ON CONFLICT (name, \"order\") DO UPDATE SET age = excluded.age, "
	           "key = excluded.key, revision = pets.revision + 1 RETURNING id");
	CHECK_TEXT(insert_sql(&kin_dialect_postgresql, &insert, &compiled),
	           "INSERT INTO pets (name) VALUES ($1) ON CONFLICT (name, \"order\") DO UPDATE SET age = excluded.age, "
	           "key = excluded.key, revision = pets.revision + 1 RETURNING id");
	CHECK_TEXT(insert_sql(&kin_dialect_mariadb, &insert, &compiled),
	           "INSERT INTO pets (name) VALUES (?) ON DUPLICATE KEY UPDATE age = VALUES(age), `key` = VALUES(`key`), "
	           "revision = pets.revision + 1 RETURNING id");
	finish();
}

TEST(an_insert_leaves_a_row_alone_that_is_there)
{
	kin_sql_conflict conflict = { .columns = (const char *[]){ "name" }, .column_count = 1 };
	kin_sql_insert insert = {
		.table = "pets", .columns = (const char *[]){ "name" }, .column_count = 1, .row_count = 1, .conflict = &conflict,
	};
	kin_compiled compiled;

	CHECK_TEXT(insert_sql(&kin_dialect_sqlite, &insert, &compiled), "INSERT INTO pets (name) VALUES (?) ON CONFLICT (name) DO NOTHING");
	CHECK_TEXT(insert_sql(&kin_dialect_mariadb, &insert, &compiled),
	           "INSERT INTO pets (name) VALUES (?) ON DUPLICATE KEY UPDATE name = pets.name");
	finish();
}

TEST(more_values_than_the_database_takes_are_refused)
{
	kin_sql_insert insert = { .table = "pets", .columns = (const char *[]){ "a" }, .column_count = 1, .row_count = 32767 };
	kin_compiled compiled;
	kin_error error = { 0 };

	CHECK_INT(kin_compile_insert(&kin_dialect_sqlite, &insert, &arena, &compiled, &error), KIN_EQUERY);
	CHECK_TEXT(kin_error_text(&error), "a statement with 32767 values; this database takes 32766 at most");
	CHECK_INT(kin_compile_insert(&kin_dialect_mariadb, &insert, &arena, &compiled, &error), KIN_OK);
	kin_error_clear(&error);
	finish();
}

static kin_sql_update nap(void)
{
	static kin_sql_assignment assignments[2];

	assignments[0] = (kin_sql_assignment){ "name", kin_expr_param(&arena, 0) };
	assignments[1] = (kin_sql_assignment){ "asleep", kin_expr_binary(&arena, KIN_OP_LT, column(NULL, "age"), kin_expr_param(&arena, 1)) };
	return (kin_sql_update){
		.table = "pets", .assignments = assignments, .assignment_count = 2,
		.where = kin_expr_binary(&arena, KIN_OP_EQ, column("pets", "id"), kin_expr_param(&arena, 2)),
	};
}

TEST(an_update)
{
	kin_sql_update update = nap();
	kin_compiled compiled;

	CHECK_INT(kin_compile_update(&kin_dialect_postgresql, &update, NULL, &arena, &compiled, NULL), KIN_OK);
	CHECK_TEXT(compiled.sql, "UPDATE pets SET name = $1, asleep = (age < $2) WHERE pets.id = $3");
	finish();
}

TEST(setting_a_null_is_no_comparison)
{
	kin_sql_update update = nap();
	bool nulls[] = { true, false, false };
	kin_compile_options options = { .param_nulls = nulls, .param_total = 3 };
	kin_compiled compiled;

	CHECK_INT(kin_compile_update(&kin_dialect_sqlite, &update, &options, &arena, &compiled, NULL), KIN_OK);
	CHECK_TEXT(compiled.sql, "UPDATE pets SET name = ?, asleep = (age < ?) WHERE pets.id = ?");
	finish();
}

TEST(a_delete)
{
	kin_sql_delete del = { .table = "pets" };
	kin_compiled compiled;

	CHECK_INT(kin_compile_delete(&kin_dialect_sqlite, &del, NULL, &arena, &compiled, NULL), KIN_OK);
	CHECK_TEXT(compiled.sql, "DELETE FROM pets");
	del.where = kin_expr_is_null(&arena, column("pets", "owner_id"), false);
	CHECK_INT(kin_compile_delete(&kin_dialect_sqlite, &del, NULL, &arena, &compiled, NULL), KIN_OK);
	CHECK_TEXT(compiled.sql, "DELETE FROM pets WHERE pets.owner_id IS NULL");
	finish();
}

TEST(a_path_must_be_resolved_before)
{
	kin_sql_delete del = { .table = "pets", .where = kin_expr_path(&arena, (const char *[]){ "owner", "name" }, 2, 0) };
	kin_compiled compiled;

	CHECK_INT(kin_compile_delete(&kin_dialect_sqlite, &del, NULL, &arena, &compiled, NULL), KIN_EINVAL);
	finish();
}

TEST(a_cast_to_an_unknown_type_is_refused)
{
	kin_expr *one = kin_expr_integer(&arena, 1), *cast = kin_expr_list(&arena, KIN_EXPR_CAST, &one, 1);
	kin_sql_delete del = { .table = "pets", .where = cast };
	kin_compiled compiled;
	kin_error error = { 0 };

	cast->text = "GEOMETRY";
	CHECK_INT(kin_compile_delete(&kin_dialect_sqlite, &del, NULL, &arena, &compiled, &error), KIN_EQUERY);
	CHECK_HAS(kin_error_text(&error), "cannot cast to 'GEOMETRY'");
	kin_error_clear(&error);
	finish();
}

TEST(a_long_chain_compiles_in_one_line_of_parentheses_free_text)
{
	kin_sql_select *select = pets();

	for (int i = 0; i < 900; i++)
		select->where = kin_expr_and(&arena, select->where, column(NULL, "good"));
	CHECK(strchr(sql(&kin_dialect_sqlite, select), '(') == NULL);
	finish();
}

FUSED(a_lack_of_memory_is_survived_from_text_to_sql)
{
	kin_arena own = { 0 };
	kin_error error = { 0 };
	kin_compiled compiled;
	int rc = as_sql(&own, &kin_dialect_postgresql,
	                "species = ? and owner.name not like ? || 'x' escape '!' and (a, b) in ((1, 2), (?, 4)) and "
	                "case when cast(x as numeric(10, 2)) is not null then lower(y) else -1 end between 1.5 and ? "
	                "group by a, b having count(*) > 1 order by name desc nulls last limit ? offset 2 for update with owner",
	                &compiled, &error);

	kin_error_clear(&error);
	kin_arena_done(&own);
	return rc;
}

FUSED(a_lack_of_memory_is_survived_by_inserts)
{
	kin_arena own = { 0 };
	kin_error error = { 0 };
	kin_compiled compiled;
	kin_sql_insert insert = {
		.table = "pets", .columns = (const char *[]){ "name", "order" }, .column_count = 2, .row_count = 500,
		.returning = (const char *[]){ "id" }, .returning_count = 1,
	};
	int rc = kin_compile_insert(&kin_dialect_sqlite, &insert, &own, &compiled, &error);

	if (rc == KIN_OK)
		rc = kin_compile_insert(&kin_dialect_postgresql, &insert, &own, &compiled, &error);
	kin_error_clear(&error);
	kin_arena_done(&own);
	return rc;
}
