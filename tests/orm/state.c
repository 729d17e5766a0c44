/* state.c - an object's way through its states. */
#include "models.h"

TEST(an_object_goes_from_transient_to_detached)
{
	test_open();
	kin_session *session = test_session();
	Pet *pet = kin_new(session, Pet, .name = "Ben", .species = "Dog");

	CHECK_INT(kin_state_of(pet), KIN_TRANSIENT);
	CHECK(!kin_contains(session, pet));
	kin_add(session, pet);
	CHECK_INT(kin_state_of(pet), KIN_PENDING);
	CHECK(kin_contains(session, pet));
	CHECK_INT(pet->id, 0);
	CHECK_INT(kin_flush(session), KIN_OK);
	CHECK_INT(kin_state_of(pet), KIN_PERSISTENT);
	CHECK_INT(pet->id, 1);
	kin_delete(session, pet);
	CHECK_INT(kin_state_of(pet), KIN_PERSISTENT);
	CHECK(kin_is_modified(pet));
	kin_flush(session);
	CHECK_INT(kin_state_of(pet), KIN_DELETED);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(kin_state_of(pet), KIN_DETACHED);
	CHECK(!kin_contains(session, pet));
	CHECK_TEXT(pet->name, "Ben");
	CHECK_SQL("INSERT INTO pets", "DELETE FROM pets WHERE id = ?");
	test_close();
}

TEST(a_closed_session_detaches_its_objects)
{
	test_open();
	kin_session *session = test_session();
	Pet *saved = kin_new(session, Pet, .name = "Ben");
	Pet *pending = kin_new(session, Pet, .name = "Rex");

	kin_add(session, saved);
	kin_commit(session);
	kin_add(session, pending);
	kin_close(session);
	CHECK_INT(kin_state_of(saved), KIN_DETACHED);
	CHECK_INT(kin_state_of(pending), KIN_TRANSIENT);
	CHECK_TEXT(saved->name, "Ben");
	CHECK_INT(kin_add(session, pending), KIN_EDETACHED);
	test_close();
}

TEST(what_kin_new_is_given_is_copied)
{
	test_open();
	kin_session *session = test_session();
	char name[] = "Ben";
	Pet *pet = kin_new(session, Pet, .name = name, .species = "");

	memset(name, 'x', 3);
	CHECK_TEXT(pet->name, "Ben");
	CHECK_TEXT(pet->species, "");
	CHECK(pet->owner == NULL);
	CHECK(kin_is_loaded(pet, owner));
	CHECK(kin_is_loaded(pet, visits));
	CHECK_INT(pet->visits.count, 0);
	test_close();
}

TEST(a_string_assigned_is_copied_at_the_flush)
{
	test_open();
	kin_session *session = test_session();
	char name[] = "Benny";
	Pet *pet = kin_new(session, Pet, .name = "Ben");

	kin_add(session, pet);
	kin_commit(session);
	pet->name = name;
	CHECK(kin_is_modified(pet));
	CHECK_INT(kin_commit(session), KIN_OK);
	memset(name, 'x', 5);
	CHECK_TEXT(pet->name, "Benny");
	CHECK(!kin_is_modified(pet));
	CHECK_SQL("INSERT", "UPDATE pets SET name = ? WHERE id = ?");
	test_close();
}

TEST(adding_twice_does_nothing)
{
	test_open();
	kin_session *session = test_session();
	Pet *pet = kin_new(session, Pet, .name = "Ben");

	kin_add(session, pet);
	kin_add(session, pet);
	kin_flush(session);
	kin_add(session, pet);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("INSERT INTO pets");
	test_close();
}

TEST(adding_keeps_what_was_to_be_deleted)
{
	test_open();
	kin_session *session = test_session();
	Pet *pet = kin_new(session, Pet, .name = "Ben");

	kin_add(session, pet);
	kin_commit(session);
	test_forget();
	kin_delete(session, pet);
	kin_add(session, pet);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_NO_SQL();
	CHECK_INT(kin_state_of(pet), KIN_PERSISTENT);
	test_close();
}

TEST(a_pending_object_that_is_deleted_was_never_there)
{
	test_open();
	kin_session *session = test_session();
	Pet *pet = kin_new(session, Pet, .name = "Ben");

	kin_add(session, pet);
	CHECK_INT(kin_delete(session, pet), KIN_OK);
	CHECK_INT(kin_state_of(pet), KIN_TRANSIENT);
	kin_commit(session);
	CHECK_NO_SQL();
	test_close();
}

TEST(an_object_of_another_session_is_refused)
{
	test_open();
	kin_session *session = test_session(), *other = test_session();
	Pet *pet = kin_new(other, Pet, .name = "Ben");

	CHECK_INT(kin_add(session, pet), KIN_EINVAL);
	CHECK_TEXT(kin_errmsg(session), "kin_add: object <Pet Ben> belongs to another session; kin_merge() gives this one its own");
	kin_rollback(session);
	CHECK(kin_edit(session, Pet, pet) != pet);
	CHECK_INT(kin_errcode(session), KIN_EINVAL);
	kin_rollback(session);
	Visit *visit = kin_new(session, Visit, .pet = pet);
	CHECK_INT(kin_add(session, visit), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(session), "Visit.pet of <Visit (");
	CHECK_HAS(kin_errmsg(session), "object <Pet Ben> belongs to another session");
	test_close();
}

TEST(an_object_without_a_row_is_not_deleted)
{
	test_open();
	kin_session *session = test_session();
	Pet *pet = kin_new(session, Pet, .name = "Ben");

	CHECK_INT(kin_delete(session, pet), KIN_EINVAL);
	CHECK_TEXT(kin_errmsg(session), "kin_delete: object <Pet Ben> has no row: it was never added");
	test_close();
}

TEST(edit_returns_the_same_object)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	const Pet *pet = kin_get(session, Pet, 1);
	Pet *mine = kin_edit(session, Pet, pet);

	CHECK((const Pet *)mine == pet);
	CHECK(!kin_is_modified(pet));
	mine->age = kin_some(int32_t, 9);
	CHECK(kin_is_modified(pet));
	mine->age = kin_some(int32_t, 1);
	CHECK(!kin_is_modified(pet));
	test_close();
}

TEST(after_an_error_what_is_edited_goes_nowhere)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	const Pet *pet = kin_get(session, Pet, 1);

	kin_one(session, Pet, "name = ?", "nobody");
	CHECK_INT(kin_errcode(session), KIN_ENOTFOUND);
	Pet *mine = kin_edit(session, Pet, pet);
	CHECK(mine != NULL);
	CHECK((const Pet *)mine != pet);
	CHECK_TEXT(mine->name, "Pet 1");
	mine->name = "lost";
	CHECK(kin_edit(session, Pet, (const Pet *)NULL) != NULL);
	CHECK_INT(kin_commit(session), KIN_ENOTFOUND);
	CHECK_TEXT(pet->name, "Pet 1");
	test_close();
}

TEST(an_object_of_a_stream_is_not_edited)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();

	kin_stream(session, Pet, pet, "id = 1")
		kin_edit(session, Pet, pet)->name = "lost";
	CHECK_INT(kin_errcode(session), KIN_EINVAL);
	CHECK_TEXT(kin_errmsg(session), "kin_edit of an object of Pet that is detached, as those of kin_stream() are: "
	           "kin_get() gives one that can be changed");
	kin_rollback(session);
	CHECK_TEXT(kin_get(session, Pet, 1)->name, "Pet 1");
	test_close();
}

TEST(without_a_session_every_call_is_out_of_memory)
{
	test_open();
	kin_session *session = test_session();
	Pet *pet = kin_new(session, Pet, .name = "Ben");

	CHECK(kin_new(NULL, Pet, .name = "Ben") == NULL);
	CHECK_INT(kin_add(NULL, pet), KIN_ENOMEM);
	CHECK_INT(kin_delete(NULL, pet), KIN_ENOMEM);
	CHECK_INT(kin_refresh(NULL, pet), KIN_ENOMEM);
	CHECK_INT(kin_expunge(NULL, pet), KIN_ENOMEM);
	CHECK_INT(kin_flush(NULL), KIN_ENOMEM);
	CHECK_INT(kin_begin_nested(NULL), KIN_ENOMEM);
	CHECK_INT(kin_commit(NULL), KIN_ENOMEM);
	CHECK_INT(kin_rollback(NULL), KIN_ENOMEM);
	CHECK_INT(kin_errcode(NULL), KIN_ENOMEM);
	CHECK(kin_strdup(NULL, "Ben") == NULL);
	CHECK(kin_alloc(NULL, 1) == NULL);
	CHECK(!kin_autoflush(NULL, true));
	test_close();
}

TEST(an_object_shows_itself)
{
	test_open();
	kin_session *session = test_session();
	Owner *owner = kin_new(session, Owner, .name = "Ann");
	Pet *pet = kin_new(session, Pet, .name = "Rex");
	char expected[64];

	CHECK_TEXT(kin_show(pet), "<Pet Rex>");
	CHECK_TEXT(kin_show(NULL), "NULL");
	snprintf(expected, sizeof(expected), "<Owner (transient 0x%lx)>", (unsigned long)(uintptr_t)owner);
	CHECK_TEXT(kin_show(owner), expected);
	kin_add(session, owner);
	snprintf(expected, sizeof(expected), "<Owner (pending 0x%lx)>", (unsigned long)(uintptr_t)owner);
	CHECK_TEXT(kin_show(owner), expected);
	kin_commit(session);
	CHECK_TEXT(kin_show(owner), "<Owner 1>");
	test_close();
}

TEST(refresh_drops_edits_and_reads_the_row)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	Pet *pet = kin_edit(session, Pet, kin_get(session, Pet, 1));

	CHECK(kin_load(pet, owner) != NULL);
	kin_commit(session);
	pet->name = "mine";
	test_run("UPDATE pets SET species = 'Fish' WHERE id = 1");
	test_forget();
	CHECK_INT(kin_refresh(session, pet), KIN_OK);
	CHECK_SQL("SELECT");
	CHECK_TEXT(pet->name, "Pet 1");
	CHECK_TEXT(pet->species, "Fish");
	CHECK(!kin_is_loaded(pet, owner));
	CHECK(!kin_is_modified(pet));
	kin_commit(session);
	CHECK_NO_SQL();
	test_close();
}

TEST(a_detached_object_has_no_lazy_loads)
{
	test_open();
	test_fill(1, 2);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);
	char expected[200];

	kin_close(session);
	CHECK_INT(kin_load(owner, pets).count, 0);
	CHECK(kin_load(owner, pets).items == NULL);
	CHECK_INT(kin_errcode(session), KIN_EDETACHED);
	snprintf(expected, sizeof(expected), "Parent instance <Owner at 0x%lx> is not bound to a session; "
	         "lazy load of attribute 'pets' cannot proceed", (unsigned long)(uintptr_t)owner);
	CHECK_TEXT(kin_errmsg(session), expected);
	test_close();
}

TEST(what_was_loaded_stays_readable_when_detached)
{
	test_open();
	test_fill(1, 2);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);

	kin_load(owner, pets);
	kin_close(session);
	CHECK_INT(kin_load(owner, pets).count, 2);
	CHECK_TEXT(owner->pets.items[0]->name, "Pet 1");
	CHECK_OK(session);
	test_close();
}

TEST(a_transient_object_never_loads)
{
	test_open();
	kin_session *session = test_session();
	Pet *pet = kin_new(session, Pet, .name = "Ben");

	CHECK(kin_load(pet, owner) == NULL);
	CHECK_INT(kin_load(pet, visits).count, 0);
	CHECK_NO_SQL();
	CHECK_OK(session);
	test_close();
}

TEST(a_refresh_brings_lists_back_in_step)
{
	test_open();
	test_fill(2, 2);
	kin_session *session = test_session();
	const Owner *first = kin_get(session, Owner, 1), *second = kin_get(session, Owner, 2);
	const Pet *pet = kin_load(first, pets).items[0];

	kin_load(second, pets);
	kin_append(second, pets, pet);
	CHECK_INT(kin_refresh(session, pet), KIN_OK);
	CHECK_INT(first->pets.count, 2);
	CHECK_INT(second->pets.count, 2);
	kin_remove(first, pets, pet);
	CHECK_INT(kin_refresh(session, pet), KIN_OK);
	CHECK_INT(first->pets.count, 2);
	test_forget();
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_NO_SQL();
	test_close();
}

TEST(a_deleted_object_cannot_be_edited)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	const Pet *pet = kin_get(session, Pet, 1);

	kin_delete(session, pet);
	CHECK_INT(kin_flush(session), KIN_OK);
	kin_edit(session, Pet, pet)->name = "nobody";
	CHECK_INT(kin_errcode(session), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(session), "kin_edit of an object of Pet that is deleted");
	CHECK_TEXT(pet->name, "Pet 1");
	test_close();
}
