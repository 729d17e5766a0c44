/* Tests of schema/copy.c: a copy shares nothing with what it was made from. */
#include "harness/harness.h"
#include "schema/example.h"

/* A schema with something in every place; it lives in literals and in the arena. */
static void build(kin_schema *schema)
{
	static const char *const labels[] = { "cat", "dog" };
	kin_table_schema *t = example_table(schema, "pets", "kind");
	kin_index_schema *index = kin_schema_add_index(schema, t);
	kin_object_schema *object = kin_schema_add_object(schema);

	t->comment = "animals";
	t->options = "STRICT";
	t->columns[0].type = (kin_type){ .name = KIN_TYPE_ENUM, .text = "kind", .labels = labels, .label_count = 2 };
	t->columns[0].default_sql = "'cat'";
	t->primary_key = (kin_key_schema){ .name = "pk", .columns = kin_schema_names(schema->arena, labels, 1), .column_count = 1 };
	*kin_schema_add_unique(schema, t) = t->primary_key;
	example_foreign(schema, t, "kind", "kinds", "id")->on_delete = "CASCADE";
	*kin_schema_add_check(schema, t) = (kin_check_schema){ .name = "ck", .sql = "kind <> ''" };
	index->name = "ix";
	index->part_count = 1;
	index->parts = kin_arena_zalloc(schema->arena, sizeof(*index->parts));
	index->parts[0].expression = "lower(kind)";
	index->include = kin_schema_names(schema->arena, labels, 2);
	index->include_count = 2;
	*object = (kin_object_schema){ .kind = "view", .name = "v", .sql = "CREATE VIEW v AS SELECT 1" };
}

TEST(a_copy_outlives_what_it_was_made_from)
{
	kin_arena first = { 0 }, second = { 0 };
	kin_schema schema = { .arena = &first }, copy;

	build(&schema);
	CHECK_INT(kin_schema_copy(&schema, &second, &copy), KIN_OK);
	kin_arena_done(&first);

	kin_table_schema *t = kin_schema_table(&copy, "pets");
	CHECK(copy.arena == &second);
	CHECK_TEXT(t->comment, "animals");
	CHECK_TEXT(t->options, "STRICT");
	CHECK_TEXT(t->columns[0].name, "kind");
	CHECK_TEXT(t->columns[0].type.labels[1], "dog");
	CHECK_TEXT(t->columns[0].default_sql, "'cat'");
	CHECK_TEXT(t->primary_key.columns[0], "cat");
	CHECK_TEXT(t->uniques[0].name, "pk");
	CHECK_TEXT(t->foreigns[0].target_columns[0], "id");
	CHECK_TEXT(t->foreigns[0].on_delete, "CASCADE");
	CHECK_TEXT(t->checks[0].sql, "kind <> ''");
	CHECK_TEXT(t->indexes[0].parts[0].expression, "lower(kind)");
	CHECK_TEXT(t->indexes[0].include[1], "dog");
	CHECK_TEXT(copy.objects[0].sql, "CREATE VIEW v AS SELECT 1");
	kin_arena_done(&second);
}

TEST(a_copy_can_be_added_to)
{
	kin_arena first = { 0 }, second = { 0 };
	kin_schema schema = { .arena = &first }, copy;
	kin_table_schema *t = example_table(&schema, "t", "c");

	for (int i = 0; i < 4; i++)
		kin_schema_add_column(&schema, t, "c");
	CHECK_INT(kin_schema_copy(&schema, &second, &copy), KIN_OK);
	for (int i = 0; i < 20; i++)
		CHECK(kin_schema_add_column(&copy, copy.tables[0], "new"));
	CHECK_INT(copy.tables[0]->column_count, 25);
	CHECK_TEXT(copy.tables[0]->columns[4].name, "c");
	CHECK_INT(t->column_count, 5);
	kin_arena_done(&first);
	kin_arena_done(&second);
}

static kin_schema fused_schema;

static int copy_fused(void)
{
	kin_arena arena = { 0 };
	kin_schema copy;
	int rc = KIN_OK;

	for (int i = 0; i < 200 && rc == KIN_OK; i++)
		rc = kin_schema_copy(&fused_schema, &arena, &copy);
	kin_arena_done(&arena);
	return rc;
}

TEST(copying_survives_running_out_of_memory)
{
	kin_arena arena = { 0 };

	fused_schema = (kin_schema){ .arena = &arena };
	build(&fused_schema);
	kin_test_fuse(__FILE__, __LINE__, copy_fused);
	kin_arena_done(&arena);
}
