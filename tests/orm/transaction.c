/* transaction.c - commits, rollbacks, savepoints, and errors that stay. */
#include "models.h"

TEST(nothing_to_do_sends_nothing)
{
	test_open();
	kin_session *session = test_session();

	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(kin_flush(session), KIN_OK);
	CHECK_INT(kin_rollback(session), KIN_OK);
	CHECK_NO_SQL();
	test_close();
}

TEST(the_walkthrough_goes_as_it_is_written)
{
	test_open();
	kin_session *session = test_session();
	Pet *pet = kin_new(session, Pet, .name = "Ben", .species = "Dog");

	kin_add(session, pet);
	kin_commit(session);
	CHECK_INT(pet->id, 1);
	CHECK_INT(kin_count(session, Pet, "owner_id is null"), 1);
	Owner *owner = kin_new(session, Owner, .name = "Ben");
	kin_add(session, owner);
	kin_commit(session);
	CHECK_TEXT(kin_show(owner), "<Owner 1>");
	test_forget();
	pet->owner = owner;
	kin_add(session, pet);
	kin_commit(session);
	CHECK_SQL("UPDATE pets SET owner_id = ? WHERE id = ?");
	CHECK_TEXT(kin_show(pet->owner), "<Owner 1>");
	CHECK_INT(kin_count(session, Pet, "owner_id = 1"), 1);
	CHECK_INT(owner->pets.count, 1);
	CHECK_OK(session);
	test_close();
}

TEST(a_rollback_makes_new_objects_transient_again)
{
	test_open();
	kin_session *session = test_session();
	Owner *owner = kin_new(session, Owner, .name = "Ann");
	Pet *pet = kin_new(session, Pet, .name = "Rex", .owner = owner);

	kin_add(session, pet);
	kin_flush(session);
	CHECK_INT(pet->id, 1);
	CHECK_INT(pet->owner_id.value, 1);
	CHECK_INT(owner->pets.count, 1);
	CHECK_INT(kin_rollback(session), KIN_OK);
	CHECK_INT(kin_state_of(pet), KIN_TRANSIENT);
	CHECK_INT(kin_state_of(owner), KIN_TRANSIENT);
	CHECK_INT(pet->id, 0);
	CHECK(!pet->owner_id.present);
	CHECK_TEXT(pet->name, "Rex");
	CHECK(pet->owner == owner);
	CHECK(kin_get(session, Pet, 1) == NULL);
	kin_add(session, pet);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(pet->owner_id.value, owner->id);
	CHECK_INT(owner->pets.count, 1);
	CHECK_INT(kin_count(session, Pet, ""), 1);
	test_close();
}

TEST(a_rollback_brings_edits_back)
{
	test_open();
	test_fill(2, 1);
	kin_session *session = test_session();
	Pet *pet = kin_edit(session, Pet, kin_get(session, Pet, 1));
	const Owner *first = kin_load(pet, owner), *second = kin_get(session, Owner, 2);

	kin_load(first, pets);
	kin_load(second, pets);
	kin_commit(session);
	pet->name = "Benny";
	pet->owner = second;
	kin_flush(session);
	CHECK_INT(second->pets.count, 2);
	CHECK_INT(first->pets.count, 0);
	pet->name = "again";
	kin_rollback(session);
	CHECK_TEXT(pet->name, "Pet 1");
	CHECK(pet->owner == first);
	CHECK_INT(pet->owner_id.value, 1);
	CHECK_INT(first->pets.count, 1);
	CHECK(first->pets.items[0] == pet);
	CHECK_INT(second->pets.count, 1);
	CHECK(!kin_is_modified(pet));
	test_forget();
	kin_commit(session);
	CHECK_NO_SQL();
	test_close();
}

TEST(a_rollback_makes_deleted_objects_persistent)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	const Pet *pet = kin_get(session, Pet, 1);

	kin_delete(session, pet);
	kin_flush(session);
	CHECK(kin_get(session, Pet, 1) == NULL);
	kin_rollback(session);
	CHECK_INT(kin_state_of(pet), KIN_PERSISTENT);
	test_forget();
	CHECK(kin_get(session, Pet, 1) == pet);
	CHECK_NO_SQL();
	test_close();
}

TEST(a_rollback_forgets_a_delete_that_was_not_flushed)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();

	kin_delete(session, kin_get(session, Pet, 1));
	kin_rollback(session);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(kin_count(session, Pet, ""), 1);
	test_close();
}

TEST(a_rollback_restores_collections)
{
	test_open();
	test_fill(2, 2);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);
	const Pet *other = kin_get(session, Pet, 3);

	kin_load(owner, pets);
	kin_commit(session);
	kin_remove(owner, pets, owner->pets.items[0]);
	kin_append(owner, pets, other);
	kin_append(owner, pets, (const Pet *)kin_new(session, Pet, .name = "New"));
	CHECK_INT(owner->pets.count, 3);
	kin_rollback(session);
	CHECK_INT(owner->pets.count, 2);
	CHECK_TEXT(owner->pets.items[0]->name, "Pet 1");
	CHECK_INT(other->owner_id.value, 2);
	kin_commit(session);
	CHECK_INT(kin_count(session, Pet, "owner_id = 1"), 2);
	test_close();
}

TEST(after_a_commit_objects_stay_loaded)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	const Pet *pet = kin_get(session, Pet, 1);

	kin_load(pet, owner);
	kin_commit(session);
	test_forget();
	CHECK_TEXT(pet->owner->name, "Owner 1");
	CHECK(kin_get(session, Pet, 1) == pet);
	CHECK_NO_SQL();
	test_close();
}

TEST(a_savepoint_is_released_by_commit)
{
	test_open();
	kin_session *session = test_session();
	Pet *pet = kin_new(session, Pet, .name = "Ben");

	CHECK_INT(kin_begin_nested(session), KIN_OK);
	kin_add(session, pet);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(kin_state_of(pet), KIN_PERSISTENT);
	kin_rollback(session);
	CHECK_INT(kin_state_of(pet), KIN_TRANSIENT);
	CHECK_INT(kin_count(session, Pet, ""), 0);
	test_close();
}

TEST(a_rollback_to_a_savepoint_undoes_only_what_came_after_it)
{
	test_open();
	test_fill(1, 2);
	kin_session *session = test_session();
	Pet *one = kin_edit(session, Pet, kin_get(session, Pet, 1));
	Pet *two = kin_edit(session, Pet, kin_get(session, Pet, 2));
	Pet *inside = kin_new(session, Pet, .name = "inside");

	one->name = "first";
	two->name = "outer";
	kin_begin_nested(session);
	one->name = "second";
	kin_add(session, inside);
	kin_flush(session);
	one->name = "third";
	CHECK_INT(kin_rollback(session), KIN_OK);
	CHECK_TEXT(one->name, "first");
	CHECK_TEXT(two->name, "outer");
	CHECK_INT(kin_state_of(inside), KIN_TRANSIENT);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(kin_count(session, Pet, "name in ('first', 'outer')"), 2);
	CHECK_INT(kin_count(session, Pet, ""), 2);
	test_close();
}

TEST(savepoints_nest)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	Pet *pet = kin_edit(session, Pet, kin_get(session, Pet, 1));

	pet->name = "a";
	kin_begin_nested(session);
	pet->name = "b";
	kin_begin_nested(session);
	pet->name = "c";
	kin_commit(session);
	CHECK_TEXT(pet->name, "c");
	kin_begin_nested(session);
	pet->name = "d";
	kin_flush(session);
	kin_rollback(session);
	CHECK_TEXT(pet->name, "c");
	kin_rollback(session);
	CHECK_TEXT(pet->name, "a");
	kin_rollback(session);
	CHECK_TEXT(pet->name, "Pet 1");
	CHECK_INT(kin_count(session, Pet, "name = 'Pet 1'"), 1);
	test_close();
}

TEST(errors_stay_until_a_rollback)
{
	models_open();
	kin_session *session = test_session();
	Player *player = kin_new(session, Player, .name = "Kim");

	kin_add(session, player);
	CHECK_INT(kin_flush(session), KIN_EFOREIGN);
	CHECK_HAS(kin_errmsg(session), "<Player (pending");
	CHECK_HAS(kin_errmsg(session), "the transaction was rolled back, and kin_rollback() begins a new one");
	test_forget();
	CHECK_INT(kin_commit(session), KIN_EFOREIGN);
	CHECK_INT(kin_add(session, player), KIN_EFOREIGN);
	CHECK(kin_get(session, Player, 1) == NULL);
	CHECK_INT(kin_begin_nested(session), KIN_EFOREIGN);
	CHECK_NO_SQL();
	CHECK_INT(kin_rollback(session), KIN_OK);
	CHECK_INT(kin_errcode(session), KIN_OK);
	CHECK_TEXT(kin_errmsg(session), "");
	CHECK_INT(kin_state_of(player), KIN_TRANSIENT);
	player->team = kin_new(session, Team, .name = "Reds");
	kin_add(session, player);
	CHECK_INT(kin_commit(session), KIN_OK);
	test_close();
}

TEST(a_failed_flush_in_a_savepoint_leaves_the_outer_transaction)
{
	models_open();
	kin_session *session = test_session();
	Country *country = kin_new(session, Country, .code = "at", .name = "Austria");
	Country *same = kin_new(session, Country, .code = "at", .name = "Australia");

	kin_add(session, country);
	kin_begin_nested(session);
	kin_add(session, same);
	CHECK_INT(kin_commit(session), KIN_EUNIQUE);
	CHECK_HAS(kin_errmsg(session), test_words("countries.code 'at' exists already", "Key (code)=(at) already exists",
	                                            "Duplicate entry 'at' for key 'PRIMARY'"));
	CHECK_TEXT(kin_errname_of(session), test_words("countries.code", "pk_countries", "PRIMARY"));
	CHECK_HAS(kin_errsql(session), "INSERT INTO countries");
	CHECK_INT(kin_rollback(session), KIN_OK);
	CHECK_INT(kin_state_of(country), KIN_PERSISTENT);
	CHECK_INT(kin_state_of(same), KIN_TRANSIENT);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(kin_count(session, Country, ""), 1);
	test_close();
}

TEST(a_mistake_in_the_models_is_the_sessions_error)
{
	kin_session *session = kin_session_new(NULL);

	CHECK_INT(kin_errcode(session), KIN_EINVAL);
	CHECK_INT(kin_commit(session), KIN_EINVAL);
	CHECK(kin_errmsg(session)[0] != '\0');
	kin_free(session);
}

TEST(a_missing_table_is_an_error_that_says_so)
{
	test_open();
	kin_session *session = test_session();

	kin_add(session, kin_new(session, Note, .text = "x"));
	CHECK_INT(kin_commit(session), KIN_ENOTABLE);
	CHECK_HAS(kin_errmsg(session), "notes");
	test_close();
}

TEST(autoflush_writes_before_a_query)
{
	test_open();
	kin_session *session = test_session();

	kin_add(session, kin_new(session, Pet, .name = "Ben"));
	CHECK_INT(kin_count(session, Pet, "name = 'Ben'"), 1);
	CHECK_SQL("INSERT INTO pets", "SELECT count(*)");
	CHECK(kin_autoflush(session, false));
	kin_add(session, kin_new(session, Pet, .name = "Ben"));
	CHECK_INT(kin_count(session, Pet, "name = 'Ben'"), 1);
	CHECK(!kin_autoflush(session, true));
	CHECK_INT(kin_count(session, Pet, "name = 'Ben'"), 2);
	test_close();
}

/* Everything a session does with objects, in one transaction that is rolled back, and one that is committed. */
static int work(kin_session *session)
{
	Owner *owner = kin_new(session, Owner, .name = "Ann");
	int rc;

	kin_add(session, owner);
	for (int i = 0; i < 70; i++) {
		Pet *pet = kin_new(session, Pet, .name = "Rex", .owner = i % 2 ? owner : NULL);
		kin_add(session, pet);
		if (owner && pet && i % 2 == 0)
			kin_append(owner, pets, (const Pet *)pet);
	}
	kin_flush(session);
	kin_begin_nested(session);
	if (kin_errcode(session) == KIN_OK) {
		kin_remove(owner, pets, owner->pets.items[3]);
		kin_delete(session, owner->pets.items[5]);
		owner->name = "Anna";
		kin_flush(session);
	}
	if ((rc = kin_errcode(session)) < 0) {
		kin_rollback(session);
		return rc;
	}
	if ((rc = kin_rollback(session)) < 0)
		return rc;
	CHECK_INT(owner->pets.count, 70);
	CHECK_TEXT(owner->name, "Ann");
	kin_delete(session, owner->pets.items[0]);
	return kin_commit(session);
}

static int work_with_failing_memory(void)
{
	kin_session *session = kin_session_new(test_db());
	int rc = session ? work(session) : KIN_ENOMEM;

	kin_free(session);
	return rc;
}

TEST(a_session_survives_any_allocation_failing)
{
	test_open();
	kin_test_fuse(__FILE__, __LINE__, work_with_failing_memory);
	kin_session *session = test_session();
	CHECK_INT(kin_count(session, Owner, ""), 1);
	CHECK_INT(kin_count(session, Pet, ""), 69);
	test_close();
}

TEST(a_child_loaded_in_a_savepoint_stays_in_its_new_parents_list)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	Owner *owner = kin_new(session, Owner, .name = "Ann");
	Pet *pet = kin_edit(session, Pet, kin_get(session, Pet, 1));

	kin_add(session, owner);
	kin_flush(session);
	pet->owner_id = kin_some(int64_t, owner->id);
	CHECK_INT(kin_begin_nested(session), KIN_OK);
	CHECK_INT(owner->pets.count, 1);
	pet->name = "Rex";
	kin_flush(session);
	CHECK(kin_load(pet, owner) == owner);
	CHECK_INT(kin_rollback(session), KIN_OK);
	CHECK_INT(owner->pets.count, 1);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(owner->pets.count, 1);
	test_close();
}

TEST(a_rollback_gives_a_fallen_child_its_fallen_parent_back)
{
	test_open();
	kin_session *session = test_session();
	Owner *owner = kin_new(session, Owner, .name = "Ann");
	Pet *pet = kin_new(session, Pet, .name = "Rex", .owner = owner);

	kin_add(session, pet);
	kin_flush(session);
	kin_refresh(session, pet);
	CHECK_INT(kin_rollback(session), KIN_OK);
	CHECK(!pet->owner_id.present);
	CHECK(pet->owner == owner);
	kin_add(session, kin_new(session, Owner, .name = "Bob"));
	kin_add(session, pet);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(pet->owner_id.value, owner->id);
	test_close();
}

TEST(after_a_rollback_children_join_the_list_of_their_new_parent_again)
{
	test_open();
	kin_session *session = test_session();
	Owner *owner = kin_new(session, Owner, .name = "Ann");
	Pet *pet = kin_new(session, Pet, .name = "Rex");

	kin_add(session, owner);
	kin_begin_nested(session);
	kin_append(owner, pets, (const Pet *)kin_new(session, Pet, .name = "Ben"));
	kin_commit(session);
	pet->owner = owner;
	kin_add(session, pet);
	kin_flush(session);
	CHECK_INT(kin_rollback(session), KIN_OK);
	kin_add(session, pet);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(owner->pets.count, kin_count(session, Pet, "owner = ?", owner));
	test_close();
}

TEST(a_list_that_is_loaded_after_a_write_is_unloaded_by_a_rollback)
{
	test_open();
	test_fill(2, 2);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);

	kin_commit(session);
	kin_add(session, kin_new(session, Owner, .name = "Ann"));
	CHECK_INT(kin_all(session, Owner, "with selectin pets").count, 3);
	CHECK_INT(owner->pets.count, 2);
	CHECK_INT(kin_rollback(session), KIN_OK);
	CHECK(!kin_is_loaded(owner, pets));
	CHECK(owner->pets.count > 1000000);     /* poisoned */
	kin_delete(session, owner);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(kin_count(session, Pet, "owner_id is null"), 2);
	test_close();
}

TEST(a_rollback_keeps_no_key_of_a_parent_that_came_later)
{
	test_open();
	kin_session *session = test_session();
	Pet *pet = kin_new(session, Pet, .name = "Rex");
	Owner *owner = kin_new(session, Owner, .name = "Ann");

	kin_add(session, pet);
	kin_flush(session);
	kin_add(session, owner);
	kin_flush(session);
	pet->owner_id = kin_some(int64_t, owner->id);
	kin_flush(session);
	CHECK_INT(kin_rollback(session), KIN_OK);
	CHECK(!pet->owner_id.present);
	CHECK(pet->owner == owner);
	test_close();
}

TEST(after_a_rollback_a_new_parents_list_has_only_its_own)
{
	test_open();
	test_fill(1, 2);
	kin_session *session = test_session();
	Owner *owner = kin_new(session, Owner, .name = "Ann");
	Pet *pet = kin_edit(session, Pet, kin_get(session, Pet, 1));

	kin_add(session, owner);
	kin_begin_nested(session);
	pet->owner = owner;
	kin_flush(session);
	kin_refresh(session, pet);
	kin_rollback(session);
	pet->owner = owner;
	kin_rollback(session);
	CHECK_INT(pet->owner_id.value, 1);
	CHECK_INT(owner->pets.count, 0);
	kin_append(owner, pets, (const Pet *)pet);
	CHECK_INT(owner->pets.count, 1);
	kin_rollback(session);
	kin_add(session, owner);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(owner->pets.count, kin_count(session, Pet, "owner = ?", owner));
	test_close();
}

TEST(a_rollback_takes_a_child_out_of_a_parent_that_came_later)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	Owner *owner = kin_new(session, Owner, .name = "Ann");
	Pet *pet = kin_edit(session, Pet, kin_get(session, Pet, 1));

	pet->name = "Rex";
	kin_flush(session);
	pet->owner = owner;
	kin_flush(session);
	kin_refresh(session, pet);
	CHECK_INT(owner->pets.count, 1);
	CHECK_INT(kin_rollback(session), KIN_OK);
	CHECK_INT(owner->pets.count, 0);
	CHECK_INT(pet->owner_id.value, 1);
	test_close();
}

TEST(a_rollback_undoes_a_key_whose_object_was_loaded_before_the_flush)
{
	test_open();
	test_fill(2, 1);
	kin_session *session = test_session();
	const Owner *second = kin_get(session, Owner, 2);
	Pet *pet = kin_edit(session, Pet, kin_get(session, Pet, 1));

	kin_commit(session);
	pet->owner_id = kin_some(int64_t, 2);
	CHECK(kin_load(pet, owner) == second);
	CHECK_INT(kin_rollback(session), KIN_OK);
	CHECK_INT(pet->owner_id.value, 1);
	CHECK_INT(kin_load(pet, owner)->id, 1);
	pet->owner_id = kin_some(int64_t, 2);
	kin_flush(session);
	kin_commit(session);
	kin_autoflush(session, false);
	pet->owner_id = kin_some(int64_t, 1);
	CHECK_INT(kin_load(pet, owner)->id, 1);
	kin_rollback(session);
	CHECK_INT(pet->owner_id.value, 2);
	CHECK(kin_load(pet, owner) == second);
	test_close();
}
