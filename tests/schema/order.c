/* Tests of schema/order.c: which table is created first. */
#include "harness/harness.h"
#include "schema/example.h"

/* "a b c | b.0": the order, and the foreign keys that are late. The schema is written as "table>target,target table". */
static void check_order(const char *tables, const char *expected)
{
	kin_arena arena = { 0 };
	kin_schema schema = { .arena = &arena };
	kin_schema_order order;
	kin_error error = { 0 };
	char text[400] = "", *save = NULL, copy[400];

	snprintf(copy, sizeof(copy), "%s", tables);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		char *targets = strchr(word, '>'), *inner = NULL;
		if (targets)
			*targets++ = '\0';
		kin_table_schema *table = example_table(&schema, word, "id");
		for (char *target = targets ? strtok_r(targets, ",", &inner) : NULL; target; target = strtok_r(NULL, ",", &inner))
			example_foreign(&schema, table, "id", kin_arena_strdup(&arena, target), "id");
	}
	CHECK_INT(kin_schema_sorted(&schema, &arena, &order, &error), KIN_OK);
	for (size_t i = 0; i < schema.table_count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s ", schema.tables[order.tables[i]]->name);
	strcat(text, "|");
	for (size_t i = 0; i < order.late_count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " %s.%zu", schema.tables[order.late[i].table]->name,
		         order.late[i].foreign);
	CHECK_TEXT(text, expected);
	kin_arena_done(&arena);
}

TEST(an_empty_schema_has_an_order)
{
	check_order("", "|");
}

TEST(tables_that_do_not_depend_are_sorted_by_name)
{
	check_order("c a b", "a b c |");
}

TEST(targets_come_first)
{
	check_order("a>c b>a c", "c a b |");
}

TEST(a_table_that_points_at_itself_is_no_circle)
{
	check_order("a>a b>a,b", "a b |");
}

TEST(a_target_that_is_not_there_does_not_matter)
{
	check_order("b>gone a", "a b |");
}

TEST(a_circle_is_closed_afterwards)
{
	check_order("posts>users users>posts", "users posts | users.0");
}

TEST(each_of_several_circles_is_closed_afterwards)
{
	check_order("a>b b>c,d c>a d>b e>a", "c d b a e | c.0 d.0");
}

TEST(a_long_chain_is_sorted)
{
	kin_arena arena = { 0 };
	kin_schema schema = { .arena = &arena };
	kin_schema_order order;
	char name[20], target[20];
	int count = 5000;

	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "t%05d", i);
		snprintf(target, sizeof(target), "t%05d", i + 1);
		example_foreign(&schema, example_table(&schema, name, "id"), "id", kin_arena_strdup(&arena, target), "id");
	}
	CHECK_INT(kin_schema_sorted(&schema, &arena, &order, NULL), KIN_OK);
	for (int i = 0; i < count; i++)
		CHECK_INT(order.tables[i], count - 1 - i);
	kin_arena_done(&arena);
}

static kin_schema fused_schema;

static int sort_fused(void)
{
	kin_arena arena = { 0 };
	kin_schema_order order;
	int rc = kin_schema_sorted(&fused_schema, &arena, &order, NULL);

	kin_arena_done(&arena);
	return rc;
}

TEST(sorting_survives_running_out_of_memory)
{
	kin_arena arena = { 0 };

	fused_schema = (kin_schema){ .arena = &arena };
	example_foreign(&fused_schema, example_table(&fused_schema, "a", "id"), "id", "b", "id");
	example_foreign(&fused_schema, example_table(&fused_schema, "b", "id"), "id", "a", "id");
	kin_test_fuse(__FILE__, __LINE__, sort_fused);
	kin_arena_done(&arena);
}
