/* collection.c - lists that change, and both sides in step. */
#include "models.h"

#include "base/clock.h"

TEST(append_sets_both_sides_at_once)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);
	Pet *pet = kin_new(session, Pet, .name = "New");

	CHECK_INT(kin_append(owner, pets, (const Pet *)pet), KIN_OK);
	CHECK_INT(owner->pets.count, 2);
	CHECK(owner->pets.items[1] == pet);
	CHECK(pet->owner == owner);
	CHECK_INT(kin_state_of(pet), KIN_PENDING);
	test_forget();
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("INSERT INTO pets");
	CHECK_INT(pet->owner_id.value, 1);
	test_close();
}

TEST(appending_twice_is_appending_once)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);
	const Pet *pet = kin_get(session, Pet, 1);

	kin_append(owner, pets, pet);
	kin_append(owner, pets, pet);
	CHECK_INT(owner->pets.count, 1);
	test_forget();
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_NO_SQL();
	test_close();
}

TEST(an_appended_item_leaves_its_former_owner)
{
	test_open();
	test_fill(2, 2);
	kin_session *session = test_session();
	const Owner *one = kin_get(session, Owner, 1), *two = kin_get(session, Owner, 2);
	const Pet *pet = kin_load(one, pets).items[0];

	kin_append(two, pets, pet);
	CHECK_INT(one->pets.count, 1);
	CHECK_INT(two->pets.count, 3);
	test_forget();
	kin_commit(session);
	CHECK_SQL("UPDATE pets SET owner_id = ? WHERE id = ?");
	CHECK_INT(pet->owner_id.value, 2);
	test_close();
}

TEST(remove_clears_the_other_side)
{
	test_open();
	test_fill(1, 3);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);
	const Pet *pet = kin_load(owner, pets).items[1];

	CHECK_INT(kin_remove(owner, pets, pet), KIN_OK);
	CHECK(pet->owner == NULL);
	CHECK_INT(owner->pets.count, 2);
	CHECK_TEXT(owner->pets.items[1]->name, "Pet 3");
	CHECK_INT(kin_remove(owner, pets, pet), KIN_OK);
	test_forget();
	kin_commit(session);
	CHECK_SQL("UPDATE pets SET owner_id = ? WHERE id = ?");
	CHECK(!pet->owner_id.present);
	test_close();
}

TEST(a_list_that_was_read_stays_as_it_was_read)
{
	test_open();
	test_fill(1, 4);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);
	Pet_list before = kin_load(owner, pets);

	kin_remove(owner, pets, before.items[1]);
	Pet_list between = owner->pets;
	for (int i = 0; i < 20; i++)
		kin_append(owner, pets, (const Pet *)kin_new(session, Pet, .name = "New"));
	kin_remove(owner, pets, between.items[2]);
	kin_append(owner, pets, before.items[1]);
	CHECK_INT(before.count, 4);
	for (size_t i = 0; i < 4; i++)
		CHECK_INT(before.items[i]->id, i + 1);
	CHECK_INT(between.count, 3);
	CHECK_INT(between.items[2]->id, 4);
	test_close();
}

TEST(a_loop_may_remove_what_it_is_at)
{
	test_open();
	test_fill(1, 3000);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);
	int met = 0;

	kin_each(Pet, pet, kin_load(owner, pets)) {
		met++;
		if (pet->id % 3 == 0)
			kin_remove(owner, pets, pet);
	}
	CHECK_INT(met, 3000);
	CHECK_INT(owner->pets.count, 2000);
	met = 0;
	kin_each(Pet, pet, owner->pets) {
		met++;
		if (pet->id % 3 == 1)
			kin_remove(owner, pets, pet);
	}
	CHECK_INT(met, 2000);
	CHECK_INT(owner->pets.count, 1000);
	for (size_t i = 0; i < 1000; i++)
		CHECK_INT(owner->pets.items[i]->id, 3 * i + 2);
	test_close();
}

/* Quadratic work on lists of this length would take minutes. */
enum { LONG = 200000 };

TEST(long_lists_grow_and_empty_in_linear_time)
{
	test_open();
	kin_session *session = test_session();
	Owner *owner = kin_new(session, Owner, .name = "Ann");

	for (int i = 0; i < LONG; i++)
		kin_append(owner, pets, (const Pet *)kin_new(session, Pet, .name = "Rex"));
	CHECK_INT(owner->pets.count, LONG);
	kin_each(Pet, pet, owner->pets)
		if (kin_i_pet < LONG / 2)
			kin_remove(owner, pets, pet);
	CHECK_INT(owner->pets.count, LONG / 2);
	while (owner->pets.count > 0)
		kin_remove(owner, pets, owner->pets.items[owner->pets.count - 1]);
	CHECK_OK(session);
	test_close();
}

TEST(a_collection_without_a_backref_writes_the_key)
{
	models_open();
	kin_session *session = test_session();
	Bin *bin = kin_new(session, Bin), *other = kin_new(session, Bin);
	Nut *nut = kin_new(session, Nut, .size = 3);

	kin_append(bin, nuts, (const Nut *)nut);
	kin_append(bin, nuts, (const Nut *)nut);
	CHECK_INT(bin->nuts.count, 1);
	kin_add(session, bin);
	kin_add(session, other);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(nut->bin_id.value, bin->id);
	kin_remove(bin, nuts, (const Nut *)nut);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK(!nut->bin_id.present);
	kin_append(other, nuts, (const Nut *)nut);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(nut->bin_id.value, other->id);
	CHECK_SQL("INSERT INTO bins", "INSERT INTO bins", "INSERT INTO nuts", "UPDATE nuts SET bin_id", "UPDATE nuts");
	test_close();
}

TEST(a_collection_of_a_detached_owner_does_not_change)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);
	const Pet *pet = kin_get(session, Pet, 1);

	kin_close(session);
	CHECK_INT(kin_append(owner, pets, pet), KIN_EDETACHED);
	test_close();
}

TEST(only_objects_of_the_session_can_be_appended)
{
	test_open();
	kin_session *session = test_session(), *other = test_session();
	Owner *owner = kin_new(session, Owner, .name = "Ann");

	CHECK_INT(kin_append(owner, pets, (const Pet *)kin_new(other, Pet, .name = "Rex")), KIN_EINVAL);
	CHECK_TEXT(kin_errmsg(session), "kin_append: object <Pet Rex> belongs to another session; kin_merge() gives this one its own");
	CHECK_INT(owner->pets.count, 0);
	test_close();
}

TEST(has_one_is_kept_in_step)
{
	models_open();
	kin_session *session = test_session();
	Badge *lion = kin_new(session, Badge, .motto = "lion"), *bear = kin_new(session, Badge, .motto = "bear");
	Team *team = kin_new(session, Team, .name = "Reds", .badge = lion);

	kin_add(session, team);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK(lion->team == team);
	CHECK_INT(lion->team_id.value, team->id);
	CHECK_SQL("INSERT INTO teams", "INSERT INTO badges");
	team->badge = bear;
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK(lion->team == NULL);
	CHECK(!lion->team_id.present);
	CHECK(bear->team == team);
	CHECK_SQL("INSERT INTO badges", "UPDATE badges SET team_id = ?");
	bear->team = NULL;
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK(team->badge == NULL);
	CHECK_SQL("UPDATE badges SET team_id = ?");
	test_close();
}

TEST(an_assignment_after_append_to_a_new_owner_wins)
{
	test_open();
	kin_session *session = test_session();
	Owner *ann = kin_new(session, Owner, .name = "Ann"), *bob = kin_new(session, Owner, .name = "Bob");
	Pet *pet = kin_new(session, Pet, .name = "Rex");

	kin_append(ann, pets, (const Pet *)pet);
	pet->owner = bob;
	kin_add(session, ann);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(pet->owner_id.value, bob->id);
	CHECK(pet->owner == bob);
	CHECK_INT(ann->pets.count, 0);
	CHECK_INT(bob->pets.count, 1);
	test_close();
}
