/* siblings.c - what one object of a list is asked for, from the second one on, is loaded for the next 500 of them. */
#include "orm_test.h"

static kin_session *filled(int owners, int pets_each)
{
	test_open();
	test_fill(owners, pets_each);
	return test_session();
}

TEST(siblings_load_together_from_the_second_on)
{
	kin_session *s = filled(1200, 2);
	Owner_list owners = kin_all(s, Owner);
	size_t pets = 0;

	test_forget();
	kin_each(Owner, owner, owners)
		pets += kin_load(owner, pets).count;
	CHECK_INT(pets, 2400);
	CHECK_INT(test_sent(), 4);
	CHECK_INT(owners.items[700]->pets.items[1]->id, 1402);
	test_close();
}

TEST(owners_of_siblings_load_together_too)
{
	kin_session *s = filled(1000, 1);
	Pet_list pets = kin_all(s, Pet);

	test_forget();
	kin_each(Pet, pet, pets)
		CHECK_INT(kin_load(pet, owner)->id, pet->owner_id.value);
	CHECK_INT(test_sent(), 3);
	test_close();
}

/* A visit for each pet. */
static void add_visits(void)
{
	test_run("INSERT INTO visits (day, pet_id) SELECT '2026-01-05', id FROM pets");
}

TEST(children_of_siblings_are_siblings)
{
	kin_session *s = filled(1200, 2);
	size_t visits = 0;

	add_visits();
	Owner_list owners = kin_all(s, Owner);
	test_forget();
	kin_each(Owner, owner, owners)
		kin_each(Pet, pet, kin_load(owner, pets))
			visits += kin_load(pet, visits).count;
	CHECK_INT(visits, 2400);
	/* of owners: 4, as above; of the first pets 2, of 1,000, 1,000 and 398 others 1 and 2, 1 and 2, 1 and 1 */
	CHECK_INT(test_sent(), 4 + 2 + 3 + 3 + 2);
	test_close();
}

TEST(children_that_came_along_are_siblings)
{
	kin_session *s = filled(500, 2);

	add_visits();
	for (int way = 0; way < 3; way++) {
		size_t visits = 0;
		Owner_list owners = way == 0   ? kin_all(s, Owner, "with selectin pets")
		                    : way == 1 ? kin_all(s, Owner, "with joined pets")
		                               : kin_all(s, Owner, "with subquery pets");
		test_forget();
		kin_each(Owner, owner, owners)
			kin_each(Pet, pet, owner->pets)
				visits += kin_load(pet, visits).count;
		CHECK_INT(visits, 1000);
		CHECK_INT(test_sent(), 3);
		CHECK_INT(kin_reset(s), KIN_OK);
	}
	test_close();
}

TEST(what_was_joined_has_siblings)
{
	kin_session *s = filled(300, 1);
	Pet_list pets = kin_all(s, Pet, "with joined owner");

	test_forget();
	kin_each(Pet, pet, pets)
		CHECK_INT(kin_load(pet->owner, pets).count, 1);
	CHECK_INT(test_sent(), 2);
	test_close();
}

TEST(siblings_are_found_in_whatever_order_they_are_asked)
{
	kin_session *s = filled(1200, 1);
	Owner_list owners = kin_all(s, Owner, "order by id");

	test_forget();
	for (size_t i = owners.count; i-- > 0;)
		CHECK_INT(kin_load(owners.items[i], pets).items[0]->id, i + 1);
	CHECK_INT(test_sent(), 1 + 3);
	test_close();
}

TEST(deferred_columns_are_found_in_whatever_order_they_are_asked)
{
	kin_session *s = filled(1200, 1);
	Pet_list pets = kin_all(s, Pet, "order by id with only (species)");

	test_forget();
	for (size_t i = pets.count; i-- > 0;)
		CHECK_HAS(kin_load(pets.items[i], name), "Pet ");
	CHECK_INT(test_sent(), 1 + 3);
	test_close();
}

TEST(siblings_that_have_it_already_do_not_count_among_the_500)
{
	kin_session *s = filled(1000, 1);
	Owner_list owners = kin_all(s, Owner, "order by id");

	CHECK_INT(kin_all(s, Owner, "id > ? and id <= ? with selectin pets", 2, 500).count, 498);
	test_forget();
	kin_each(Owner, owner, owners)
		CHECK_INT(kin_load(owner, pets).count, 1);
	CHECK_INT(test_sent(), 1 + 2);
	test_close();
}

/* The place where the next ones are looked for is one for all relationships. */
TEST(two_relationships_of_siblings_load_side_by_side)
{
	kin_session *s = filled(1200, 1);

	add_visits();
	Pet_list pets = kin_all(s, Pet, "order by id");
	test_forget();
	kin_each(Pet, pet, pets) {
		CHECK_INT(kin_load(pet, owner)->id, pet->id);
		CHECK_INT(kin_load(pet, visits).count, 1);
	}
	CHECK_INT(test_sent(), 4 + 4);
	test_close();
}

TEST(siblings_that_have_left_the_session_are_not_missed)
{
	kin_session *s = filled(10, 1);
	Owner_list owners = kin_all(s, Owner, "order by id");
	const Owner *first = owners.items[0], *last = owners.items[9];

	CHECK_INT(kin_load(first, pets).count, 1);
	for (size_t i = 1; i < 9; i++)
		CHECK_INT(kin_expunge(s, owners.items[i]), KIN_OK);
	CHECK_INT(kin_load(last, pets).count, 1);
	CHECK_OK(s);
	test_close();
}

/* ---- memory ---- */

static int load_with_failing_memory(void)
{
	kin_session *s = kin_session_new(test_db());
	int rc;

	if (!s)
		return KIN_ENOMEM;
	Owner_list owners = kin_all(s, Owner, "order by id with pets");
	for (size_t i = 0; i < owners.count; i++)
		kin_each(Pet, pet, owners.items[i]->pets)
			(void)kin_load(pet, visits);
	rc = kin_errcode(s);
	kin_free(s);
	return rc;
}

TEST(loading_for_children_of_several_parents_survives_any_allocation_failing)
{
	filled(3, 2);
	kin_test_fuse(__FILE__, __LINE__, load_with_failing_memory);
	test_close();
}
