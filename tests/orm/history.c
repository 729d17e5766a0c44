/* history.c - what members were, and what collections gained and lost. */
#include "base/mem.h"
#include "models.h"

TEST(a_member_is_what_it_was_when_it_was_loaded)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	Pet *pet = kin_edit(session, Pet, kin_get(session, Pet, 1));

	CHECK_TEXT(kin_was(pet, name), "Pet 1");
	CHECK(!kin_is_changed(pet, name));
	pet->name = "Rex";
	pet->age = kin_none(int32_t);
	CHECK_TEXT(kin_was(pet, name), "Pet 1");
	CHECK_INT(kin_was(pet, age).value, 1);
	CHECK(kin_is_changed(pet, name));
	CHECK(kin_is_changed(pet, age));
	CHECK(!kin_is_changed(pet, species));
	pet->name = "Pet 1";
	CHECK(!kin_is_changed(pet, name));
	kin_commit(session);
	CHECK(!kin_was(pet, age).present);
	CHECK(!kin_is_changed(pet, age));
	test_close();
}

TEST(a_new_object_was_nothing)
{
	test_open();
	kin_session *session = test_session();
	Owner *owner = kin_new(session, Owner, .name = "Ann");
	Pet *pet = kin_new(session, Pet, .name = "Ben", .owner = owner);

	CHECK(kin_was(pet, name) == NULL);
	CHECK(kin_was(pet, owner) == NULL);
	CHECK_INT(kin_was(owner, pets).count, 0);
	CHECK(kin_is_changed(pet, name));
	CHECK(!kin_is_changed(pet, species));
	CHECK(kin_is_changed(pet, owner));
	CHECK(!kin_is_changed(owner, pets));
	kin_add(session, pet);
	kin_flush(session);
	CHECK_TEXT(kin_was(pet, name), "Ben");
	CHECK(kin_was(pet, owner) == owner);
	CHECK(!kin_is_changed(pet, owner));
	test_close();
}

TEST(an_owner_is_what_the_key_said)
{
	test_open();
	test_fill(3, 1);
	kin_session *session = test_session();
	Pet *pet = kin_edit(session, Pet, kin_get(session, Pet, 1));
	const Owner *second = kin_get(session, Owner, 2);

	test_forget();
	pet->owner = second;
	CHECK(kin_is_changed(pet, owner));
	CHECK_INT(kin_was(pet, owner)->id, 1);
	CHECK_SQL("SELECT owners.");
	CHECK(pet->owner == second);
	pet->owner = kin_get(session, Owner, 1);
	CHECK(!kin_is_changed(pet, owner));
	pet->owner = NULL;
	CHECK(kin_is_changed(pet, owner));
	kin_flush(session);
	CHECK(kin_was(pet, owner) == NULL);
	CHECK(!kin_is_changed(pet, owner));
	pet->owner_id = kin_some(int64_t, 2);
	CHECK(kin_is_changed(pet, owner));
	CHECK(kin_was(pet, owner) == NULL);
	test_close();
}

TEST(a_collection_says_what_it_gained_and_lost)
{
	test_open();
	test_fill(2, 2);
	kin_session *session = test_session();
	const Owner *first = kin_get(session, Owner, 1), *second = kin_get(session, Owner, 2);
	const Pet *one = kin_load(first, pets).items[0], *two = first->pets.items[1];
	Pet *new = kin_new(session, Pet, .name = "new");

	CHECK(!kin_is_changed(first, pets));
	kin_load(second, pets);
	test_forget();
	kin_append(first, pets, (const Pet *)new);
	kin_remove(first, pets, one);
	kin_append(second, pets, two);
	CHECK_INT(kin_added(first, pets).count, 1);
	CHECK(kin_added(first, pets).items[0] == new);
	CHECK_INT(kin_removed(first, pets).count, 2);
	CHECK_INT(kin_added(second, pets).count, 1);
	CHECK(kin_added(second, pets).items[0] == two);
	CHECK_INT(kin_removed(second, pets).count, 0);
	CHECK(kin_is_changed(first, pets));
	CHECK_INT(kin_was(first, pets).count, 2);
	CHECK_INT(first->pets.count, 1);
	CHECK_NO_SQL();
	kin_flush(session);
	CHECK(!kin_is_changed(first, pets));
	CHECK(!kin_is_changed(second, pets));
	test_close();
}

TEST(a_collection_that_is_not_loaded_says_it_too)
{
	test_open();
	test_fill(2, 2);
	kin_session *session = test_session();
	const Owner *first = kin_get(session, Owner, 1), *second = kin_get(session, Owner, 2);
	Pet *pet = kin_edit(session, Pet, kin_get(session, Pet, 1)), *other = kin_edit(session, Pet, kin_get(session, Pet, 3));

	test_forget();
	pet->owner = second;
	other->owner_id = kin_some(int64_t, 1);
	CHECK(kin_removed(first, pets).items[0] == pet);
	CHECK(kin_added(second, pets).items[0] == pet);
	CHECK(kin_added(first, pets).items[0] == other);
	CHECK(kin_removed(second, pets).items[0] == other);
	CHECK_NO_SQL();
	CHECK_INT(kin_was(first, pets).count, 2);
	CHECK_SQL("SELECT pets.");
	test_close();
}

TEST(items_without_a_member_for_their_owner_are_told_apart)
{
	models_open();
	kin_session *session = test_session();
	Bin *one = kin_new(session, Bin), *two = kin_new(session, Bin);
	const Nut *nut = kin_new(session, Nut, .size = 3);

	kin_add(session, one);
	kin_add(session, two);
	kin_append(one, nuts, nut);
	CHECK(kin_added(one, nuts).items[0] == nut);
	kin_commit(session);
	kin_append(two, nuts, nut);
	CHECK(kin_added(two, nuts).items[0] == nut);
	CHECK(kin_removed(one, nuts).items[0] == nut);
	test_close();
}

TEST(a_has_one_was_the_former_object)
{
	models_open();
	kin_session *session = test_session();
	const Badge *old = kin_new(session, Badge, .motto = "old"), *new = kin_new(session, Badge, .motto = "new");
	Team *team = kin_new(session, Team, .name = "Reds", .badge = old);

	CHECK(kin_was(team, badge) == NULL);
	CHECK(kin_is_changed(team, badge));
	kin_add(session, team);
	kin_add(session, (void *)(uintptr_t)new);
	kin_commit(session);
	CHECK(kin_was(team, badge) == old);
	CHECK(!kin_is_changed(team, badge));
	kin_edit(session, Badge, new)->team = team;
	kin_edit(session, Badge, old)->team = NULL;
	CHECK(kin_was(team, badge) == old);
	CHECK(kin_is_changed(team, badge));
	test_close();
}

FUSED(history_survives_any_failing_allocation)
{
	static long n;

	kin_fuse_set(-1);
	test_open();
	test_fill(2, 2);
	kin_session *session = test_session();
	const Owner *first = kin_get(session, Owner, 1), *second = kin_get(session, Owner, 2);
	const Pet *pet = kin_load(first, pets).items[0];
	kin_append(second, pets, pet);
	kin_fuse_set(n++);
	kin_was(first, pets);
	kin_was(pet, owner);
	kin_added(second, pets);
	kin_removed(first, pets);
	kin_is_changed(second, pets);
	int rc = kin_errcode(session);
	n = kin_fuse_blown() ? n : 0;
	test_close();
	return rc;
}
