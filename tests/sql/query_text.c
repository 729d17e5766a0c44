/* query_text.c - the text of a query becomes a tree, or a sentence that points at what is wrong. */
#include "sql/query_text.h"

#include <stdlib.h>

#include "base/text.h"
#include "harness/harness.h"

static kin_arena arena;

static kin_query_text parse(const char *text, kin_query_form form)
{
	kin_query_text query = { 0 };
	kin_error error = { 0 };

	if (kin_query_text_parse(&arena, text, form, &query, &error) < 0)
		kin_test_fail(__FILE__, __LINE__, "%s", kin_error_text(&error));
	return query;
}

static void finish(void)
{
	kin_arena_done(&arena);
}

TEST(an_empty_text_asks_for_everything)
{
	kin_query_text query = parse("  ", KIN_QUERY_SELECT);

	CHECK(query.where == NULL);
	CHECK_INT(query.order_count + query.with_count + query.param_count, 0);
	finish();
}

TEST(names_become_paths_that_know_their_place)
{
	kin_query_text query = parse("age > 1 and owner.\"home town\".name = ?", KIN_QUERY_SELECT);
	kin_expr *path = query.where->items[1]->items[0];

	CHECK_INT(path->kind, KIN_EXPR_PATH);
	CHECK_INT(path->count, 3);
	CHECK_TEXT(path->names[1], "home town");
	CHECK_INT(path->at, 12);
	finish();
}

TEST(params_are_numbered_as_they_stand)
{
	kin_query_text query = parse("a = ? and b between ? and ? limit ?", KIN_QUERY_SELECT);

	CHECK_INT(query.param_count, 4);
	CHECK_INT(query.where->items[1]->items[2]->index, 2);
	CHECK_INT(query.limit->index, 3);
	finish();
}

TEST(keywords_are_read_in_any_case)
{
	kin_query_text query = parse("a LIKE 'x' AND b Is Not Null ORDER By c DESC", KIN_QUERY_SELECT);

	CHECK_INT(query.where->op, KIN_OP_AND);
	CHECK(query.orders[0].descending);
	finish();
}

TEST(clauses_come_in_any_order)
{
	kin_query_text query = parse("with owner limit 3 order by name where age > 1 offset 2", KIN_QUERY_SELECT);

	CHECK(query.where && query.limit && query.offset);
	CHECK_INT(query.with_count, 1);
	CHECK_INT(query.order_count, 1);
	finish();
}

TEST(order_by_takes_directions_and_nulls)
{
	kin_query_text query = parse("order by a desc nulls last, b asc, lower(c) nulls first", KIN_QUERY_SELECT);

	CHECK_INT(query.order_count, 3);
	CHECK(query.orders[0].descending && query.orders[0].nulls == 2);
	CHECK(!query.orders[1].descending && query.orders[1].nulls == 0);
	CHECK(query.orders[2].nulls == 1);
	finish();
}

TEST(locks_are_named)
{
	CHECK_INT(parse("id = 1", KIN_QUERY_SELECT).lock, KIN_LOCK_NONE);
	CHECK_INT(parse("id = 1 for update", KIN_QUERY_SELECT).lock, KIN_LOCK_UPDATE);
	CHECK_INT(parse("for update nowait", KIN_QUERY_SELECT).lock, KIN_LOCK_UPDATE_NOWAIT);
	CHECK_INT(parse("for update skip locked", KIN_QUERY_SELECT).lock, KIN_LOCK_UPDATE_SKIP);
	finish();
}

TEST(with_names_what_is_loaded_and_how)
{
	kin_query_text query = parse("with owner, joined pets.visits, subquery tags, selectin a, select b", KIN_QUERY_SELECT);

	CHECK_INT(query.with_count, 5);
	CHECK(query.withs[0].loader == NULL);
	CHECK_TEXT(query.withs[1].loader, "joined");
	CHECK_TEXT(query.withs[1].names[0], "pets");
	CHECK_TEXT(query.withs[1].names[1], "visits");
	CHECK_INT(query.withs[1].at, 19);
	CHECK_TEXT(query.withs[2].loader, "subquery");
	CHECK_TEXT(query.withs[3].loader, "selectin");
	CHECK_TEXT(query.withs[4].loader, "select");
	finish();
}

TEST(a_relationship_may_be_called_like_a_loader)
{
	kin_query_text query = parse("with joined, subquery select, joined.pets order by id", KIN_QUERY_SELECT);

	CHECK(query.withs[0].loader == NULL);
	CHECK_TEXT(query.withs[0].names[0], "joined");
	CHECK_TEXT(query.withs[1].loader, "subquery");
	CHECK_TEXT(query.withs[1].names[0], "select");
	CHECK(query.withs[2].loader == NULL);
	CHECK_INT(query.withs[2].count, 2);
	query = parse("with joined order by id", KIN_QUERY_SELECT);
	CHECK(query.withs[0].loader == NULL);
	CHECK_INT(query.order_count, 1);
	finish();
}

TEST(words_of_clauses_are_free_as_names)
{
	kin_query_text query = parse("limit > 5 and order = ? and with is null and end in (1) order by group, for limit 2", KIN_QUERY_SELECT);

	CHECK_TEXT(query.where->items[0]->items[0]->items[0]->items[0]->names[0], "limit");
	CHECK_INT(query.order_count, 2);
	CHECK_TEXT(query.orders[1].expr->names[0], "for");
	CHECK_INT(query.limit->integer, 2);
	finish();
}

TEST(an_update_assigns_and_may_have_a_condition)
{
	kin_query_text query = parse("species = ?, age = age + 1 where species = ?", KIN_QUERY_UPDATE);

	CHECK_INT(query.assignment_count, 2);
	CHECK_TEXT(query.assignments[0].column, "species");
	CHECK_TEXT(query.assignments[1].column, "age");
	CHECK_INT(query.assignment_at[1], 13);
	CHECK_INT(query.where->items[1]->index, 1);
	CHECK(parse("set a = 1", KIN_QUERY_UPDATE).where == NULL);
	CHECK_TEXT(parse("set = 1", KIN_QUERY_UPDATE).assignments[0].column, "set");
	finish();
}

TEST(an_order_alone)
{
	kin_query_text query = parse("name desc, id", KIN_QUERY_ORDER_ONLY);

	CHECK_INT(query.order_count, 2);
	CHECK_INT(parse("order by name", KIN_QUERY_ORDER_ONLY).order_count, 1);
	CHECK_TEXT(parse("order", KIN_QUERY_ORDER_ONLY).orders[0].expr->names[0], "order");
	finish();
}

TEST(a_with_alone)
{
	kin_query_text query = parse("owner, subquery pets", KIN_QUERY_WITH_ONLY);

	CHECK_INT(query.with_count, 2);
	CHECK_TEXT(query.withs[1].loader, "subquery");
	CHECK_INT(parse("with owner", KIN_QUERY_WITH_ONLY).with_count, 1);
	finish();
}

TEST(numbers_reach_to_both_ends_of_64_bits)
{
	kin_query_text query = parse("a in (9223372036854775807, -9223372036854775808)", KIN_QUERY_SELECT);

	CHECK(query.where->items[1]->integer == INT64_MAX);
	CHECK(query.where->items[2]->integer == INT64_MIN);
	finish();
}

TEST(parentheses_nest_deep_but_not_without_end)
{
	kin_query_text query;
	kin_error error = { 0 };
	char text[1001];

	memset(text, '(', 100);
	text[100] = 'a';
	memset(text + 101, ')', 100);
	text[201] = '\0';
	parse(text, KIN_QUERY_SELECT);
	memset(text, '(', 1000);
	text[1000] = '\0';
	CHECK_INT(kin_query_text_parse(&arena, text, KIN_QUERY_SELECT, &query, &error), KIN_EQUERY);
	CHECK_HAS(kin_error_text(&error), "nested more than 200 levels deep");
	kin_error_clear(&error);
	finish();
}

TEST(prefixes_and_chains_have_an_end_too)
{
	static const char *const repeated[] = { "not ", "- ", "a + ", "a || ", "a and " };
	kin_query_text query;
	kin_text text;

	kin_text_init(&text);
	for (size_t i = 0; i < sizeof(repeated) / sizeof(*repeated); i++) {
		kin_error error = { 0 };
		kin_text_clear(&text);
		for (int n = 0; n < 20000; n++)
			kin_text_add(&text, repeated[i]);
		kin_text_add(&text, "a");
		CHECK_INT(kin_query_text_parse(&arena, text.data, KIN_QUERY_SELECT, &query, &error), KIN_EQUERY);
		CHECK_HAS(kin_error_text(&error), "more than");
		kin_error_clear(&error);
	}
	kin_text_done(&text);
	finish();
}

typedef struct mistake {
	kin_query_form form;
	const char    *text;
} mistake;

/* Texts that are wrong; what is said about each: tests/sql/golden/query_errors.txt. */
static const mistake mistakes[] = {
	{ KIN_QUERY_SELECT, "species = " },
	{ KIN_QUERY_SELECT, "species = ? and" },
	{ KIN_QUERY_SELECT, "and species = ?" },
	{ KIN_QUERY_SELECT, "species = ? oder by name" },
	{ KIN_QUERY_SELECT, "oder by name" },
	{ KIN_QUERY_SELECT, "species = ? order name" },
	{ KIN_QUERY_SELECT, "species = ? limt 5" },
	{ KIN_QUERY_SELECT, "species = ? adn age > 1" },
	{ KIN_QUERY_SELECT, "species liek 'x'" },
	{ KIN_QUERY_SELECT, "order by name dsec" },
	{ KIN_QUERY_SELECT, "order by name nulls frist" },
	{ KIN_QUERY_SELECT, "order by name, order by id" },
	{ KIN_QUERY_SELECT, "order by name limit 5 order by id" },
	{ KIN_QUERY_SELECT, "where a = 1 where b = 2" },
	{ KIN_QUERY_SELECT, "a = 1 where b = 2" },
	{ KIN_QUERY_SELECT, "a = 1 limit ten" },
	{ KIN_QUERY_SELECT, "a = 1 limit -1" },
	{ KIN_QUERY_SELECT, "a = 1 for nothing" },
	{ KIN_QUERY_SELECT, "a = 1 for update skip" },
	{ KIN_QUERY_SELECT, "(a = 1" },
	{ KIN_QUERY_SELECT, "a = 1)" },
	{ KIN_QUERY_SELECT, "a = ()" },
	{ KIN_QUERY_SELECT, "a = 'Ben" },
	{ KIN_QUERY_SELECT, "a = 1 /* why" },
	{ KIN_QUERY_SELECT, "a = 12ab" },
	{ KIN_QUERY_SELECT, "a = 9223372036854775808" },
	{ KIN_QUERY_SELECT, "a = b = c" },
	{ KIN_QUERY_SELECT, "1 < a < 5" },
	{ KIN_QUERY_SELECT, "a not = 5" },
	{ KIN_QUERY_SELECT, "a between 1 or 2" },
	{ KIN_QUERY_SELECT, "a in 1, 2" },
	{ KIN_QUERY_SELECT, "a in ()" },
	{ KIN_QUERY_SELECT, "a = select id from b" },
	{ KIN_QUERY_SELECT, "a in (select id b)" },
	{ KIN_QUERY_SELECT, "owner. = 1" },
	{ KIN_QUERY_SELECT, "owner.1 = 1" },
	{ KIN_QUERY_SELECT, "case when a then b" },
	{ KIN_QUERY_SELECT, "case a end" },
	{ KIN_QUERY_SELECT, "cast(a as integr)" },
	{ KIN_QUERY_SELECT, "cast(a as geometry)" },
	{ KIN_QUERY_SELECT, "cast(a, text)" },
	{ KIN_QUERY_SELECT, "lower(name" },
	{ KIN_QUERY_SELECT, "count(*, a) > 1" },
	{ KIN_QUERY_SELECT, "a * * b" },
	{ KIN_QUERY_SELECT, "a = 1; drop table pets" },
	{ KIN_QUERY_SELECT, "name 'Ben'" },
	{ KIN_QUERY_SELECT, "a = 1 with" },
	{ KIN_QUERY_SELECT, "a = 1 with owner pets" },
	{ KIN_QUERY_SELECT, "name = 'Größe' nd species = 1" },
	{ KIN_QUERY_SELECT, "a = 1\n\tand b = and\n\tc = 1" },
	{ KIN_QUERY_SELECT, "a_rather_long_name = 1 and a_rather_long_name = 2 and a_rather_long_name = 3 and another = 'and'"
	                    " or or the_text_goes_on_and_on = 4 and the_text_goes_on_and_on = 5 and the_end = 6" },
	{ KIN_QUERY_UPDATE, "" },
	{ KIN_QUERY_UPDATE, "species" },
	{ KIN_QUERY_UPDATE, "species = 1," },
	{ KIN_QUERY_UPDATE, "species == 1" },
	{ KIN_QUERY_UPDATE, "owner.name = 1" },
	{ KIN_QUERY_UPDATE, "species = 1 order by name" },
	{ KIN_QUERY_UPDATE, "species = 1 were a = 1" },
	{ KIN_QUERY_ORDER_ONLY, "" },
	{ KIN_QUERY_ORDER_ONLY, "name up" },
	{ KIN_QUERY_ORDER_ONLY, "name limit 1" },
	{ KIN_QUERY_WITH_ONLY, "" },
	{ KIN_QUERY_WITH_ONLY, "owner pets" },
	{ KIN_QUERY_WITH_ONLY, "owner, 5" },
};

TEST(mistakes_are_pointed_at)
{
	kin_text said;

	kin_text_init(&said);
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++) {
		kin_query_text query;
		kin_error error = { 0 };
		int rc = kin_query_text_parse(&arena, mistakes[i].text, mistakes[i].form, &query, &error);
		CHECK_MSG(rc == KIN_EQUERY, "%s", mistakes[i].text);
		kin_text_addf(&said, "%s\n", kin_error_text(&error));
		kin_error_clear(&error);
	}
	GOLDEN("sql/golden/query_errors.txt", said.data);
	kin_text_done(&said);
	finish();
}

FUSED(a_lack_of_memory_is_survived_by_mistakes_too)
{
	kin_arena own = { 0 };
	kin_error error = { 0 };
	kin_query_text query;
	int rc = kin_query_text_parse(&own, "a = 1 and cast(b as text) oder by name", KIN_QUERY_SELECT, &query, &error);

	kin_error_clear(&error);
	kin_arena_done(&own);
	return rc == KIN_EQUERY ? KIN_OK : rc;
}

FUSED(a_lack_of_memory_is_survived_by_every_form)
{
	kin_arena own = { 0 };
	kin_error error = { 0 };
	kin_query_text query;
	int rc = kin_query_text_parse(&own, "a = 1, b = 'x' where c = ?", KIN_QUERY_UPDATE, &query, &error);

	if (rc == KIN_OK)
		rc = kin_query_text_parse(&own, "a, b.c desc, d", KIN_QUERY_ORDER_ONLY, &query, &error);
	if (rc == KIN_OK)
		rc = kin_query_text_parse(&own, "a, joined b.c, d", KIN_QUERY_WITH_ONLY, &query, &error);
	kin_error_clear(&error);
	kin_arena_done(&own);
	return rc;
}
