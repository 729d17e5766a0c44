/* session_expunge.c - a long-lived session stays bounded. */
#include "models.h"

#include "orm/session_state.h"

TEST(an_expunged_object_is_detached_and_readable)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	const Pet *pet = kin_get(session, Pet, 1);

	CHECK_INT(kin_expunge(session, pet), KIN_OK);
	CHECK_INT(kin_state_of(pet), KIN_DETACHED);
	CHECK_TEXT(pet->name, "Pet 1");
	CHECK(!kin_contains(session, pet));
	const Pet *again = kin_get(session, Pet, 1);
	CHECK(again != pet);
	CHECK_INT(kin_load(pet, visits).count, 0);
	CHECK_INT(kin_errcode(session), KIN_EDETACHED);
	test_close();
}

TEST(a_pending_object_that_is_expunged_is_transient)
{
	test_open();
	kin_session *session = test_session();
	Pet *pet = kin_new(session, Pet, .name = "Rex");

	kin_add(session, pet);
	kin_expunge(session, pet);
	CHECK_INT(kin_state_of(pet), KIN_TRANSIENT);
	kin_add(session, pet);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(kin_state_of(pet), KIN_PERSISTENT);
	test_close();
}

TEST(an_expunged_object_can_come_back)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	const Pet *pet = kin_get(session, Pet, 1);
	Pet *mine = kin_edit(session, Pet, pet);

	kin_expunge(session, pet);
	CHECK_INT(kin_add(session, mine), KIN_OK);
	CHECK_INT(kin_state_of(pet), KIN_PERSISTENT);
	test_forget();
	CHECK(kin_get(session, Pet, 1) == pet);
	CHECK_NO_SQL();
	mine->name = "Benny";
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("UPDATE pets SET name = ?");
	test_close();
}

static size_t size_of(const kin_session *session)
{
	return kin_arena_size(&session->objects) + kin_arena_size(&session->arena);
}

TEST(loading_and_expunging_takes_no_more_memory)
{
	test_open();
	test_fill(1, 1000);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);
	size_t early = 0;

	for (int round = 0; round < 6 + kin_test_rounds(34); round++) {
		if (round == 5)
			early = size_of(session);
		for (int64_t id = 1; id <= 1000; id++) {
			Pet *pet = kin_edit(session, Pet, kin_get(session, Pet, id));
			pet->age = kin_some(int32_t, round);
			pet->owner = owner;
			if (round % 2)
				pet->name = "a name that is assigned here, and copied at the flush";
		}
		CHECK_INT(kin_flush(session), KIN_OK);
		for (int64_t id = 1; id <= 1000; id++)
			kin_expunge(session, kin_get(session, Pet, id));
		CHECK_INT(kin_commit(session), KIN_OK);
	}
	CHECK_MSG(size_of(session) <= early + 65536, "%zu bytes, %zu before", size_of(session), early);
	CHECK_INT(kin_load(owner, pets).count, 1000);
	CHECK_OK(session);
	test_close();
}

TEST(what_led_to_an_expunged_object_is_loaded_again)
{
	test_open();
	test_fill(1, 600);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);
	Pet_list pets = kin_load(owner, pets);

	CHECK_INT(pets.count, 600);
	for (size_t i = 0; i < 599; i++)
		kin_expunge(session, pets.items[i]);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK(!kin_is_loaded(owner, pets));
	CHECK_INT(kin_load(owner, pets).count, 600);
	CHECK_TEXT(owner->pets.items[0]->name, "Pet 1");
	test_close();
}

TEST(an_expunged_object_is_undone_with_its_transaction)
{
	test_open();
	kin_session *session = test_session();

	for (int i = 0; i < 300; i++) {
		Pet *pet = kin_new(session, Pet, .name = "Rex");
		kin_add(session, pet);
		kin_flush(session);
		kin_expunge(session, pet);
	}
	CHECK_INT(kin_rollback(session), KIN_OK);
	CHECK_INT(kin_count(session, Pet, ""), 0);
	CHECK_INT(kin_commit(session), KIN_OK);
	test_close();
}

TEST(a_rollback_reaches_what_was_expunged_and_loaded_again)
{
	test_open();
	kin_session *session = test_session();
	Pet *pet = kin_new(session, Pet, .name = "Rex");

	kin_add(session, pet);
	kin_flush(session);
	kin_expunge(session, pet);
	const Pet *again = kin_get(session, Pet, 1);
	CHECK(again != pet);
	CHECK_INT(kin_rollback(session), KIN_OK);
	CHECK_INT(kin_state_of(again), KIN_TRANSIENT);
	CHECK(kin_get(session, Pet, 1) == NULL);
	test_close();
}

TEST(all_objects_leave_at_once)
{
	test_open();
	test_fill(2, 2);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);
	Pet *pet = kin_edit(session, Pet, kin_load(owner, pets).items[0]), *pending = kin_new(session, Pet, .name = "new");

	kin_add(session, pending);
	pet->name = "lost";
	test_forget();
	CHECK_INT(kin_expunge_all(session), KIN_OK);
	CHECK_INT(kin_state_of(owner), KIN_DETACHED);
	CHECK_INT(kin_state_of(pet), KIN_DETACHED);
	CHECK_INT(kin_state_of(pending), KIN_TRANSIENT);
	CHECK(!kin_contains(session, pet));
	CHECK_TEXT(owner->pets.items[0]->name, "lost");
	CHECK(kin_get(session, Owner, 1) != owner);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("SELECT");
	CHECK_INT(kin_expunge_all(NULL), KIN_ENOMEM);
	test_close();
}

TEST(loading_and_expunging_all_takes_no_more_memory)
{
	test_open();
	test_fill(40, 10);
	kin_session *session = test_session();
	size_t early = 0;

	for (int i = 0; i < 20; i++) {
		CHECK_INT(kin_all(session, Owner, "with pets").count, 40);
		CHECK_INT(kin_expunge_all(session), KIN_OK);
		CHECK_INT(kin_commit(session), KIN_OK);
		early = i == 1 ? kin_arena_size(&session->objects) : early;
	}
	CHECK_MSG(kin_arena_size(&session->objects) <= early, "%zu bytes, %zu before", kin_arena_size(&session->objects), early);
	test_close();
}
