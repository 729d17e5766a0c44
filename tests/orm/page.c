/* page.c - pages of a query: their statements, their numbers, and what is refused. */
#include <kin/page.h>

#include "base/mem.h"
#include "orm/site.h"
#include "orm_test.h"

#define PET "pets.id, pets.name, pets.species, pets.age, pets.owner_id"

static kin_session *filled(int owners, int pets_each)
{
	test_open();
	test_fill(owners, pets_each);
	return test_session();
}

TEST(a_page_has_its_objects_and_says_how_many_there_are)
{
	kin_session *s = filled(1, 25);
	Pet_page page = kin_paginate(s, Pet, 2, 5, "species = ? order by name desc", "Dog");

	CHECK_SQL("SELECT " PET " FROM pets WHERE pets.species = ? ORDER BY pets.name DESC, pets.id LIMIT ? OFFSET ?",
	          "SELECT count(*) FROM pets WHERE pets.species = ?");
	CHECK_OK(s);
	CHECK_INT(page.items.count, 5);
	CHECK_TEXT(page.items.items[0]->name, "Pet 23");
	CHECK_INT(page.total, 13);
	CHECK_INT(page.pages, 3);
	CHECK_INT(page.first, 6);
	CHECK_INT(page.last, 10);
	CHECK(page.has_prev && page.has_next);
	CHECK_INT(page.prev_num, 1);
	CHECK_INT(page.next_num, 3);
	test_close();
}

TEST(the_last_page_needs_no_count)
{
	kin_session *s = filled(1, 7);
	Pet_page page = kin_paginate(s, Pet, 2, 5, "order by id desc");

	CHECK_SQL("SELECT " PET " FROM pets ORDER BY pets.id DESC LIMIT ? OFFSET ?");
	CHECK_INT(page.items.count, 2);
	CHECK_INT(page.total, 7);
	CHECK_INT(page.pages, 2);
	CHECK_INT(page.last, 7);
	CHECK(page.has_prev && !page.has_next);
	CHECK_INT(page.next_num, 0);
	test_close();
}

TEST(a_page_behind_the_last_is_empty)
{
	kin_session *s = filled(1, 7);
	Pet_page page = kin_paginate(s, Pet, 9, 5, "order by name");

	CHECK_OK(s);
	CHECK_INT(page.items.count, 0);
	CHECK_INT(page.total, 7);
	CHECK_INT(page.pages, 2);
	CHECK_INT(page.first, 0);
	CHECK(page.has_prev && !page.has_next);
	test_close();
}

TEST(of_nothing_there_is_no_page)
{
	kin_session *s = filled(1, 0);
	Pet_page page = kin_paginate(s, Pet, 1, 5, "order by name");

	CHECK_SQL("SELECT " PET " FROM pets");
	CHECK_INT(page.total, 0);
	CHECK_INT(page.pages, 0);
	CHECK(!page.has_prev && !page.has_next);
	test_close();
}

TEST(objects_that_sort_alike_are_on_one_page_each)
{
	kin_session *s = filled(1, 20);
	bool seen[21] = { false };

	for (int n = 1; n <= 5; n++)
		kin_each(Pet, pet, kin_paginate(s, Pet, n, 4, "order by species").items) {
			CHECK(!seen[pet->id]);
			seen[pet->id] = true;
		}
	for (int i = 1; i <= 20; i++)
		CHECK(seen[i]);
	test_close();
}

TEST(a_page_loads_what_the_text_says)
{
	kin_session *s = filled(6, 3);
	Owner_page page = kin_paginate(s, Owner, 2, 2, "name like ? order by name with joined pets", "Owner%");

	CHECK_OK(s);
	CHECK_INT(page.items.count, 2);
	CHECK_INT(page.total, 6);
	CHECK(kin_is_loaded(page.items.items[1], pets));
	CHECK_INT(page.items.items[1]->pets.count, 3);
	test_close();
}

TEST(a_query_that_is_built_has_pages)
{
	kin_session *s = filled(2, 10);
	kin_query *q = kin_query_new(s, Pet);

	kin_where(q, "species = ?", "Cat");
	kin_where(q, "owner.name = ?", "Owner 2");
	kin_order_by(q, "name");
	Pet_page page = kin_query_paginate(q, Pet, 1, 2);
	CHECK_OK(s);
	CHECK_INT(page.items.count, 2);
	CHECK_INT(page.total, 5);
	CHECK_TEXT(page.items.items[0]->name, "Pet 12");
	CHECK_INT(kin_query_paginate(q, Pet, 3, 2).items.count, 1);
	test_close();
}

TEST(a_query_that_is_built_without_an_order_has_none)
{
	kin_session *s = filled(1, 1);

	CHECK_INT(kin_query_paginate(kin_query_new(s, Pet), Pet, 1, 2).total, -1);
	CHECK_HAS(kin_errmsg(s), "a page needs an order");
	test_close();
}

TEST(numbers_below_1_are_refused)
{
	kin_session *s = filled(1, 1);

	CHECK_INT(kin_paginate(s, Pet, 0, 5, "order by id").total, -1);
	CHECK_TEXT(kin_errmsg(s), "there is no page 0: they are numbered from 1");
	CHECK(kin_errfile(s, &(int){ 0 }) != NULL);
	kin_rollback(s);
	CHECK_INT(kin_paginate(s, Pet, 1, -3, "order by id").total, -1);
	CHECK_TEXT(kin_errmsg(s), "a page of -3 objects: it has one at least");
	kin_rollback(s);
	CHECK_INT(kin_paginate(s, Pet, INT64_MAX, INT64_MAX, "order by id").total, -1);
	CHECK_HAS(kin_errmsg(s), "begins behind the last row that can be counted");
	kin_rollback(s);
	CHECK_INT(kin_paginate(s, Pet, INT64_MAX, 1, "order by id").total, 1);
	CHECK_OK(s);
	test_close();
}

static const char *checked(const char *text)
{
	static char problems[1000];
	const kin_site site = { .model = &Pet_model, .text = text, .verb = KIN_VERB_PAGINATE, .file = "app.c", .line = 41 };
	kin_error error = { 0 };

	kin_site_check(kin_registry_default(), &site, &error);
	snprintf(problems, sizeof(problems), "%s", kin_error_text(&error));
	kin_error_clear(&error);
	return problems;
}

TEST(the_text_of_a_page_is_checked)
{
	CHECK_TEXT(checked("species = 'Dog' order by name with owner"), "");
	CHECK_TEXT(checked("species = 'Dog'"),
	           "app.c:41: a page needs an order, without which it overlaps with others: say `order by id`, or what it is sorted by");
	CHECK_TEXT(checked("order by name limit 3"), "app.c:41: a page says itself which rows it has: no LIMIT or OFFSET");
	CHECK_TEXT(checked("order by nam"), "app.c:41: Pet has no attribute 'nam'; did you mean 'name'?");
}

static const char *links(int64_t page, int64_t pages)
{
	static char text[200];
	size_t length = 0;

	text[0] = '\0';
	for (int64_t before = 0, n; (n = kin_page_after(page, pages, before)); before = n)
		length += (size_t)snprintf(text + length, sizeof(text) - length, n > before + 1 ? " … %lld" : " %lld", (long long)n);
	return text;
}

TEST(the_numbers_around_a_page_and_at_both_ends_are_shown)
{
	CHECK_TEXT(links(1, 20), " 1 2 3 4 5 … 19 20");
	CHECK_TEXT(links(10, 20), " 1 2 … 8 9 10 11 12 13 14 … 19 20");
	CHECK_TEXT(links(20, 20), " 1 2 … 18 19 20");
	CHECK_TEXT(links(5, 5), " 1 2 3 4 5");
	CHECK_TEXT(links(1, 1), " 1");
	CHECK_TEXT(links(1, 0), "");
	CHECK_TEXT(links(99, 20), " 1 2 … 18 19 20");
}

FUSED(a_page_survives_no_memory)
{
	static long n;

	kin_fuse_set(-1);
	kin_session *s = filled(1, 5);
	kin_fuse_set(n++);
	Pet_page page = kin_paginate(s, Pet, 1, 2, "order by name with owner");
	int rc = kin_errcode(s);
	if (!kin_fuse_blown())
		n = 0;
	CHECK(rc < 0 ? page.total == -1 && page.items.count == 0 : page.total == 5);
	test_close();
	return rc;
}
