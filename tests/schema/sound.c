/* Tests of schema/sound.c: what cannot be right. */
#include "harness/harness.h"
#include "schema/example.h"

static void check_problems(const kin_schema *schema, const char *expected)
{
	kin_error error = { 0 };
	int rc = kin_schema_sound(schema, &error);

	CHECK_TEXT(kin_error_text(&error), expected);
	CHECK_INT(rc, *expected ? KIN_EINVAL : KIN_OK);
	kin_error_clear(&error);
}

static void add_key(kin_schema *schema, kin_key_schema *key, const char *name, const char *column, size_t times)
{
	const char *columns[] = { column, column };

	key->name = name;
	key->columns = kin_schema_names(schema->arena, columns, times);
	key->column_count = times;
}

TEST(a_schema_that_is_right_has_no_problems)
{
	kin_arena arena = { 0 };
	kin_schema schema = { .arena = &arena };
	kin_table_schema *owners = example_table(&schema, "owners", "id");
	kin_table_schema *pets = example_table(&schema, "pets", "owner_id");

	add_key(&schema, &owners->primary_key, "pk_owners", "id", 1);
	example_foreign(&schema, pets, "owner_id", "owners", "id")->name = "fk";
	example_foreign(&schema, pets, "owner_id", "owners", "id")->target_column_count = 0;
	check_problems(&schema, "");
	kin_arena_done(&arena);
}

TEST(all_problems_are_told_at_once)
{
	kin_arena arena = { 0 };
	kin_schema schema = { .arena = &arena };
	kin_table_schema *t = example_table(&schema, "t", "a");

	kin_schema_add_table(&schema, "empty");
	kin_schema_add_column(&schema, t, "a");
	add_key(&schema, &t->primary_key, "k", "gone", 1);
	add_key(&schema, kin_schema_add_unique(&schema, t), "k", "a", 2);
	example_foreign(&schema, t, "a", "nowhere", "id");
	example_foreign(&schema, t, "a", "t", "b")->name = "fk";
	example_foreign(&schema, t, "a", "empty", "b")->target_column_count = 0;
	kin_index_schema *index = kin_schema_add_index(&schema, t);
	*index = (kin_index_schema){ .name = "i", .parts = &(kin_index_part){ .column = "gone" }, .part_count = 1 };
	check_problems(&schema,
	               "table t has two columns named a\n"
	               "table t: primary key k is over a column that is not there: gone\n"
	               "table t: unique key k has column a twice\n"
	               "table t: foreign key (unnamed) points at a table that is not there: nowhere\n"
	               "table t: foreign key fk points at a column that is not there: t.b\n"
	               "table t: foreign key (unnamed) points at empty, which has no primary key\n"
	               "table t: index i is over a column that is not there: gone\n"
	               "table t has two constraints named k\n"
	               "table empty has no columns");
	kin_arena_done(&arena);
}

TEST(a_foreign_key_has_as_many_columns_as_its_target)
{
	kin_arena arena = { 0 };
	kin_schema schema = { .arena = &arena };
	kin_table_schema *t = example_table(&schema, "t", "a");

	kin_schema_add_column(&schema, t, "b");
	t->primary_key = (kin_key_schema){ .columns = (const char *[]){ "a", "b" }, .column_count = 2 };
	example_foreign(&schema, t, "b", "t", "a")->target_column_count = 0;
	check_problems(&schema, "table t: foreign key (unnamed) has 1 columns and points at 2");
	kin_arena_done(&arena);
}

TEST(two_tables_of_one_name_are_told)
{
	kin_arena arena = { 0 };
	kin_schema schema = { .arena = &arena };

	example_table(&schema, "t", "a");
	example_table(&schema, "t", "a");
	check_problems(&schema, "there are two tables named t");
	kin_arena_done(&arena);
}

static kin_schema fused_schema;

static int judge_fused(void)
{
	kin_error error = { 0 };
	int rc = kin_schema_sound(&fused_schema, &error);

	kin_error_clear(&error);
	return rc == KIN_EINVAL ? KIN_OK : rc;
}

TEST(judging_survives_running_out_of_memory)
{
	kin_arena arena = { 0 };
	kin_table_schema *t;

	fused_schema = (kin_schema){ .arena = &arena };
	t = example_table(&fused_schema, "t", "a");
	example_foreign(&fused_schema, t, "b", "nowhere", "id")->name = "fk";
	kin_test_fuse(__FILE__, __LINE__, judge_fused);
	kin_arena_done(&arena);
}
