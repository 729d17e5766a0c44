/* Tests of schema/schema.c: building and finding. */
#include "schema/schema.h"

#include "harness/harness.h"
#include "schema/example.h"

TEST(what_was_added_is_found_by_its_exact_name)
{
	kin_arena arena = { 0 };
	kin_schema schema = { .arena = &arena };
	kin_table_schema *pets = example_table(&schema, "pets", "id");

	CHECK(kin_schema_table(&schema, "pets") == pets);
	CHECK(!kin_schema_table(&schema, "Pets"));
	CHECK_TEXT(kin_schema_column(pets, "id")->name, "id");
	CHECK(!kin_schema_column(pets, "ID"));
	kin_arena_done(&arena);
}

TEST(lists_grow_and_new_items_are_zeroed)
{
	kin_arena arena = { 0 };
	kin_schema schema = { .arena = &arena };
	kin_table_schema *table = kin_schema_add_table(&schema, "t");

	for (int i = 0; i < 100; i++) {
		char name[20];
		snprintf(name, sizeof(name), "c%d", i);
		kin_column_schema *column = kin_schema_add_column(&schema, table, name);
		CHECK(!column->not_null && !column->default_sql);
		memset(&column->type, 0xff, sizeof(column->type));
		column->not_null = true;
	}
	CHECK_INT(table->column_count, 100);
	for (int i = 0; i < 100; i++) {
		char name[20];
		snprintf(name, sizeof(name), "c%d", i);
		CHECK_TEXT(table->columns[i].name, name);
	}
	kin_arena_done(&arena);
}

TEST(items_can_be_taken_away_and_added_again)
{
	kin_arena arena = { 0 };
	kin_schema schema = { .arena = &arena };
	kin_table_schema *table = kin_schema_add_table(&schema, "t");

	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < 9; i++)
			CHECK(kin_schema_add_check(&schema, table));
		table->check_count -= 7;
	}
	CHECK_INT(table->check_count, 40);
	kin_arena_done(&arena);
}

TEST(tables_stay_where_they_are)
{
	kin_arena arena = { 0 };
	kin_schema schema = { .arena = &arena };
	kin_table_schema *first = kin_schema_add_table(&schema, "first");

	for (int i = 0; i < 50; i++)
		kin_schema_add_table(&schema, "other");
	CHECK(schema.tables[0] == first);
	kin_arena_done(&arena);
}

FUSED(building_survives_running_out_of_memory)
{
	kin_arena arena = { 0 };
	kin_schema schema = { .arena = &arena };
	int rc = KIN_OK;

	for (int i = 0; i < 2000 && rc == KIN_OK; i++) {
		kin_table_schema *table = example_table(&schema, "a_table_with_a_long_name_that_takes_some_memory", "c");
		if (!table || !kin_schema_add_unique(&schema, table) || !kin_schema_add_index(&schema, table) ||
		    !kin_schema_add_check(&schema, table) || !kin_schema_add_object(&schema) ||
		    !example_foreign(&schema, table, "c", "t", "c"))
			rc = KIN_ENOMEM;
	}
	kin_arena_done(&arena);
	return rc;
}
