/* after.c - kin_all_after(): objects behind one, whatever they are sorted by. */
#include <kin/page.h>

#include "base/mem.h"
#include "models.h"
#include "orm/site.h"

#define PET "pets.id, pets.name, pets.species, pets.age, pets.owner_id"

/* Ages 3, none, 1, 2, none, 1 of pets 1 to 6. */
static kin_session *pets_of_ages(void)
{
	test_open();
	test_fill(1, 6);
	test_run("UPDATE pets SET age = CASE id WHEN 1 THEN 3 WHEN 3 THEN 1 WHEN 4 THEN 2 WHEN 6 THEN 1 END");
	return test_session();
}

TEST(the_first_page_has_no_condition_and_the_next_ones_begin_behind_an_object)
{
	kin_session *s = pets_of_ages();
	Pet_list pets = kin_all_after(s, Pet, NULL, 4, "species <> ? order by id", "Cow");

	CHECK_SQL("SELECT " PET " FROM pets WHERE pets.species <> ? ORDER BY pets.id LIMIT ?");
	CHECK_INT(pets.count, 4);
	pets = kin_all_after(s, Pet, pets.items[3], 4, "species <> ? order by id", "Cow");
	CHECK_SQL("SELECT " PET " FROM pets WHERE pets.species <> ? AND pets.id > ? ORDER BY pets.id LIMIT ?");
	CHECK_INT(pets.count, 2);
	CHECK_INT(pets.items[0]->id, 5);
	CHECK_INT(kin_all_after(s, Pet, pets.items[1], 4, "order by id").count, 0);
	test_forget();
	CHECK_OK(s);
	test_close();
}

TEST(columns_that_go_up_and_down_are_compared_one_after_the_other)
{
	kin_session *s = pets_of_ages();
	const Owner *owner = kin_get(s, Owner, 1);

	test_forget();
	CHECK_INT(kin_all_after(s, Owner, owner, 9, "order by id desc").count, 0);
	CHECK_SQL("SELECT owners.id, owners.name FROM owners WHERE owners.id < ? ORDER BY owners.id DESC LIMIT ?");
	const Pet *pet = kin_get(s, Pet, 4);
	test_forget();
	CHECK_INT(kin_all_after(s, Pet, pet, 9, "order by species nulls last, id desc").count, 4);
	CHECK_SQL("SELECT " PET " FROM pets WHERE pets.species > ? OR pets.species IS NULL AND ");
	CHECK_OK(s);
	test_close();
}

/* What comes one by one is what comes at once. */
#define WALK(s, text) \
	do { \
		Pet_list all = kin_all(s, Pet, text); \
		const Pet *last = NULL; \
		for (size_t i = 0; i < all.count; i++) { \
			Pet_list next = kin_all_after(s, Pet, last, 1, text); \
			CHECK_OK(s); \
			CHECK_MSG(next.count == 1 && next.items[0] == all.items[i], "'%s': %zu is %lld", text, i, \
			          next.count ? (long long)next.items[0]->id : 0); \
			last = next.count ? next.items[0] : NULL; \
		} \
		CHECK_INT(kin_all_after(s, Pet, last, 1, text).count, 0); \
	} while (0)

TEST(a_walk_meets_every_object_once_nulls_first_or_last)
{
	kin_session *s = pets_of_ages();

	WALK(s, "order by age nulls first, id");
	WALK(s, "order by age nulls last, id");
	WALK(s, "order by age desc nulls first, id");
	WALK(s, "order by age desc nulls last, id desc");
	WALK(s, "order by species desc nulls last, age nulls first, id");
	WALK(s, "age is not null order by name desc nulls last, age nulls last, id desc");
	test_forget();
	test_close();
}

TEST(what_comes_along_is_of_the_page)
{
	kin_session *s = pets_of_ages();
	Owner_list owners = kin_all_after(s, Owner, NULL, 2, "order by id with joined pets");

	CHECK_INT(owners.count, 1);
	CHECK_INT(owners.items[0]->pets.count, 6);
	kin_commit(s);
	test_run("INSERT INTO owners (id, name) VALUES (2, 'b')");
	test_run("UPDATE pets SET owner_id = 2 WHERE id > 4");
	kin_expunge_all(s);
	const Owner *first = kin_get(s, Owner, 1);
	test_forget();
	owners = kin_all_after(s, Owner, first, 2, "order by id with joined pets");
	CHECK_HAS(test_sql(), "FROM (SELECT owners.id, owners.name FROM owners WHERE owners.id > ");
	CHECK(owners.count == 1 && owners.items[0]->pets.count == 2);
	kin_expunge(s, owners.items[0]);
	owners = kin_all_after(s, Owner, first, 2, "order by id with subquery pets");
	CHECK(owners.count == 1 && owners.items[0]->pets.count == 2);
	test_forget();
	CHECK_OK(s);
	test_close();
}

TEST(a_query_built_at_run_time_goes_on_too)
{
	kin_session *s = pets_of_ages();
	const Pet *pet = kin_get(s, Pet, 3);
	kin_query *q = kin_query_new(s, Pet);

	kin_where(q, "id < ?", 6);
	kin_order_by(q, "id");
	Pet_list pets = kin_query_all_after(q, Pet, pet, 9);
	CHECK_INT(pets.count, 2);
	CHECK_OK(s);
	CHECK_INT(kin_all_after(s, Pet, pet, 0, "order by id").count, 0);
	CHECK_HAS(kin_errmsg(s), "kin_all_after() of 0 objects: it has one at least");
	test_forget();
	test_close();
}

static const char *wrong(const char *text)
{
	static kin_error error;
	kin_site site = { .model = &Pet_model, .text = text, .verb = KIN_VERB_AFTER, .file = "app.c", .line = 7, .kinds = (const uint8_t *)"" };

	kin_error_clear(&error);
	CHECK_INT(kin_site_check(kin_registry_default(), &site, &error), KIN_EQUERY);
	return kin_error_text(&error);
}

TEST(orders_that_cannot_be_gone_on_by_are_told)
{
	CHECK_TEXT(wrong("age > 1"), "app.c:7: kin_all_after() needs an order, without which it overlaps with others: say `order by id`, or what it is "
	           "sorted by");
	CHECK_TEXT(wrong("order by id limit 3"), "app.c:7: kin_all_after() says itself which rows it has: no LIMIT or OFFSET");
	CHECK_TEXT(wrong("order by age desc"), "app.c:7: Pet.age may be NULL, and databases sort that to different ends: say `age desc nulls last`, or first");
	CHECK_TEXT(wrong("order by owner.name"), "app.c:7: kin_all_after() goes on behind an object by the columns that it has: order by attributes of Pet");
}

FUSED(going_on_survives_no_memory)
{
	static long n;

	kin_fuse_set(-1);
	kin_session *s = pets_of_ages();
	const Pet *last = kin_get(s, Pet, 3);
	kin_fuse_set(n++);
	Pet_list pets = kin_all_after(s, Pet, last, 2, "order by age nulls first, id with owner");
	int rc = kin_errcode(s);
	if (!kin_fuse_blown())
		n = 0;
	CHECK(rc < 0 ? pets.count == 0 : pets.count == 2);
	test_forget();
	test_close();
	return rc;
}
