/* expr.c - trees are built, copied and walked. */
#include "sql/expr.h"

#include <kin/error.h>

#include "base/mem.h"
#include "harness/harness.h"
#include "sql/statement.h"

static kin_expr *equality(kin_arena *arena, const char *column, uint32_t param)
{
	return kin_expr_binary(arena, KIN_OP_EQ, kin_expr_column(arena, "pets", column), kin_expr_param(arena, param));
}

TEST(builders_given_nothing_return_nothing)
{
	kin_arena arena = { 0 };
	kin_expr *one = kin_expr_integer(&arena, 1);

	CHECK(kin_expr_unary(&arena, KIN_OP_NOT, NULL) == NULL);
	CHECK(kin_expr_binary(&arena, KIN_OP_ADD, one, NULL) == NULL);
	CHECK(kin_expr_is_null(&arena, NULL, false) == NULL);
	CHECK(kin_expr_in(&arena, NULL, &one, 1) == NULL);
	CHECK(kin_expr_call(&arena, "lower", (kin_expr *[]){ NULL }, 1) == NULL);
	CHECK(kin_expr_row(&arena, (kin_expr *[]){ one, NULL }, 2) == NULL);
	CHECK(kin_expr_exists(&arena, NULL, false) == NULL);
	CHECK(kin_expr_string(&arena, NULL) == NULL);
	kin_arena_done(&arena);
}

TEST(and_with_no_condition_is_the_other_one)
{
	kin_arena arena = { 0 };
	kin_expr *one = kin_expr_constant(&arena, KIN_EXPR_TRUE);

	CHECK(kin_expr_and(&arena, NULL, NULL) == NULL);
	CHECK(kin_expr_and(&arena, one, NULL) == one);
	CHECK(kin_expr_and(&arena, NULL, one) == one);
	CHECK_INT(kin_expr_and(&arena, one, one)->op, KIN_OP_AND);
	kin_arena_done(&arena);
}

TEST(a_tree_knows_how_tall_it_is)
{
	kin_arena arena = { 0 };
	kin_expr *tree = kin_expr_integer(&arena, 1);

	for (int i = 0; i < 10; i++)
		tree = kin_expr_binary(&arena, KIN_OP_ADD, tree, kin_expr_integer(&arena, i));
	CHECK_INT(tree->depth, 10);
	kin_arena_done(&arena);
}

TEST(a_copy_shares_no_node)
{
	kin_arena arena = { 0 };
	kin_expr *tree = kin_expr_and(&arena, equality(&arena, "id", 0), kin_expr_path(&arena, (const char *[]){ "a", "b" }, 2, 5));
	kin_expr *copy = kin_expr_copy(&arena, tree);

	tree->items[0]->items[0]->text = "changed";
	tree->items[1]->names[0] = "changed";
	CHECK_TEXT(copy->items[0]->items[0]->text, "id");
	CHECK_TEXT(copy->items[1]->names[0], "a");
	CHECK_INT(copy->items[1]->at, 5);
	CHECK_INT(copy->depth, tree->depth);
	kin_arena_done(&arena);
}

/* Collects the kinds it is shown; stops at `stop_at`. */
typedef struct visits {
	char   seen[100];
	size_t count;
	int    stop_at;
} visits;

static int note(void *context, kin_expr **expr)
{
	visits *v = context;

	v->seen[v->count++] = (*expr)->kind < KIN_EXPR_UNARY ? "pc?irsn10*"[(*expr)->kind] : 'o';
	return (*expr)->kind == v->stop_at ? 7 : 0;
}

TEST(a_walk_shows_parents_first)
{
	kin_arena arena = { 0 };
	kin_expr *tree = kin_expr_and(&arena, equality(&arena, "id", 0), kin_expr_integer(&arena, 1));
	visits v = { .stop_at = -1 };

	CHECK_INT(kin_expr_walk(&tree, note, &v), 0);
	CHECK_TEXT(v.seen, "ooc?i");
	kin_arena_done(&arena);
}

TEST(a_walk_stops_at_the_first_result)
{
	kin_arena arena = { 0 };
	kin_expr *tree = kin_expr_and(&arena, equality(&arena, "id", 0), kin_expr_integer(&arena, 1));
	visits v = { .stop_at = KIN_EXPR_COLUMN };

	CHECK_INT(kin_expr_walk(&tree, note, &v), 7);
	CHECK_TEXT(v.seen, "ooc");
	kin_arena_done(&arena);
}

static int param_to_integer(void *context, kin_expr **expr)
{
	if ((*expr)->kind == KIN_EXPR_PARAM)
		*expr = kin_expr_integer(context, 42);
	return 0;
}

TEST(a_walk_can_replace_what_it_is_shown)
{
	kin_arena arena = { 0 };
	kin_expr *tree = equality(&arena, "id", 0);

	kin_expr_walk(&tree, param_to_integer, &arena);
	CHECK_INT(tree->items[1]->integer, 42);
	kin_arena_done(&arena);
}

TEST(a_walk_goes_into_subqueries)
{
	kin_arena arena = { 0 };
	kin_sql_select *select = kin_sql_select_new(&arena);
	kin_expr *tree = kin_expr_exists(&arena, select, false);
	visits v = { .stop_at = -1 };

	kin_sql_add_output(&arena, select, kin_expr_integer(&arena, 1), NULL);
	kin_sql_add_source(&arena, select, KIN_JOIN_FROM, "pets", NULL, NULL);
	kin_sql_add_source(&arena, select, KIN_JOIN_LEFT, "owners", NULL, equality(&arena, "id", 0));
	kin_sql_add_order(&arena, select, kin_expr_string(&arena, "x"), true);
	kin_expr_walk(&tree, note, &v);
	CHECK_TEXT(v.seen, "oioc?s");
	kin_arena_done(&arena);
}

TEST(lists_grow_past_their_first_room)
{
	kin_arena arena = { 0 };
	kin_sql_select *select = kin_sql_select_new(&arena);

	for (int i = 0; i < 100; i++)
		CHECK(kin_sql_add_output(&arena, select, kin_expr_integer(&arena, i), NULL));
	CHECK_INT(select->output_count, 100);
	for (int i = 0; i < 100; i++)
		CHECK_INT(select->outputs[i].expr->integer, i);
	kin_arena_done(&arena);
}

TEST(a_list_that_someone_else_made_can_be_appended_to)
{
	kin_arena arena = { 0 };
	kin_sql_output mine[3] = { { 0 } };
	kin_sql_select select = { .outputs = mine, .output_count = 3 };

	CHECK(kin_sql_add_output(&arena, &select, kin_expr_integer(&arena, 9), "nine"));
	CHECK_INT(select.output_count, 4);
	CHECK_INT(select.outputs[3].expr->integer, 9);
	CHECK(select.outputs != mine);
	kin_arena_done(&arena);
}

TEST(a_join_needs_its_condition)
{
	kin_arena arena = { 0 };
	kin_sql_select *select = kin_sql_select_new(&arena);

	CHECK(kin_sql_add_source(&arena, select, KIN_JOIN_LEFT, "pets", NULL, NULL) == NULL);
	CHECK_INT(select->source_count, 0);
	kin_arena_done(&arena);
}

FUSED(trees_survive_a_lack_of_memory)
{
	kin_arena arena = { 0 };
	kin_sql_select *select = kin_sql_select_new(&arena);
	kin_expr *tree = NULL;

	if (kin_sql_add_output(&arena, select, kin_expr_raw(&arena, "1"), NULL))
		tree = kin_expr_exists(&arena, select, true);
	for (uint32_t i = 0; i < 2000; i++)
		tree = kin_expr_binary(&arena, KIN_OP_OR, tree, equality(&arena, "id", i));
	tree = kin_expr_copy(&arena, tree);
	kin_arena_done(&arena);
	return tree ? KIN_OK : KIN_ENOMEM;
}
