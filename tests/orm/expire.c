/* expire.c - what is known of objects is forgotten, and comes with the next row. */
#include "base/mem.h"
#include "models.h"

static void elsewhere(const char *sql)
{
	test_run(sql);
	test_forget();
}

TEST(an_expired_object_is_as_the_next_row_that_a_query_brings)
{
	test_open();
	test_fill(1, 2);
	kin_session *session = test_session();
	const Pet *pet = kin_get(session, Pet, 1);

	kin_load(pet, owner);
	kin_commit(session);
	elsewhere("UPDATE pets SET name = 'Rex' WHERE id = 1");
	CHECK_INT(kin_expire(session, pet), KIN_OK);
	CHECK_NO_SQL();
	CHECK_TEXT(pet->name, "Pet 1");
	CHECK(!kin_is_loaded(pet, owner));
	CHECK(kin_first(session, Pet, "id = 1") == pet);
	CHECK_TEXT(pet->name, "Rex");
	CHECK(!kin_is_modified(pet));
	CHECK_OK(session);
	test_close();
}

TEST(kin_get_of_an_expired_object_asks_the_database)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	const Pet *pet = kin_get(session, Pet, 1);

	kin_commit(session);
	elsewhere("UPDATE pets SET name = 'Rex' WHERE id = 1");
	kin_expire(session, pet);
	CHECK(kin_get(session, Pet, 1) == pet);
	CHECK_TEXT(pet->name, "Rex");
	CHECK(kin_get(session, Pet, 1) == pet);
	CHECK_SQL("SELECT");
	test_close();
}

TEST(an_expired_object_whose_row_is_gone_is_deleted_when_it_is_asked_for)
{
	test_open();
	test_fill(1, 2);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);
	const Pet *pet = kin_load(owner, pets).items[0];

	kin_commit(session);
	elsewhere("DELETE FROM pets WHERE id = 1");
	kin_expire(session, pet);
	CHECK(kin_get(session, Pet, 1) == NULL);
	CHECK_OK(session);
	CHECK_SQL("SELECT");
	CHECK_INT(kin_state_of(pet), KIN_DELETED);
	CHECK_INT(owner->pets.count, 1);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(kin_state_of(pet), KIN_DETACHED);
	test_close();
}

TEST(editing_an_expired_object_loads_it_first)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	const Pet *pet = kin_get(session, Pet, 1);

	kin_commit(session);
	elsewhere("UPDATE pets SET name = 'Rex', species = 'Fish' WHERE id = 1");
	kin_expire(session, pet);
	kin_edit(session, Pet, pet)->name = "Ben";
	CHECK_TEXT(pet->species, "Fish");
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("SELECT", "UPDATE pets SET name = ? WHERE id = ?");
	test_close();
}

TEST(editing_an_expired_object_whose_row_is_gone_is_an_error)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	const Pet *pet = kin_get(session, Pet, 1);

	kin_commit(session);
	elsewhere("DELETE FROM pets WHERE id = 1");
	kin_expire(session, pet);
	CHECK(kin_edit(session, Pet, pet) != pet);
	CHECK_INT(kin_errcode(session), KIN_ESTALE);
	CHECK_TEXT(kin_errmsg(session), "<Pet Pet 1> is no longer in the database: someone else has deleted it");
	test_close();
}

TEST(expiring_drops_unsaved_edits)
{
	test_open();
	test_fill(2, 2);
	kin_session *session = test_session();
	const Owner *first = kin_get(session, Owner, 1), *second = kin_get(session, Owner, 2);
	const Pet *pet = kin_load(first, pets).items[0];

	kin_load(second, pets);
	kin_append(second, pets, pet);
	kin_edit(session, Pet, pet)->name = "lost";
	kin_delete(session, pet);
	test_forget();
	CHECK_INT(kin_expire(session, pet), KIN_OK);
	CHECK_TEXT(pet->name, "Pet 1");
	CHECK_INT(first->pets.count, 2);
	CHECK_INT(second->pets.count, 2);
	CHECK(!kin_is_modified(pet));
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_NO_SQL();
	test_close();
}

TEST(an_item_without_a_member_for_its_owner_leaves_the_list_it_was_put_in)
{
	models_open();
	kin_session *session = test_session();
	Bin *one = kin_new(session, Bin), *two = kin_new(session, Bin);
	Nut *nut = kin_new(session, Nut, .size = 3);

	kin_add(session, one);
	kin_add(session, two);
	kin_append(one, nuts, nut);
	kin_commit(session);
	kin_append(two, nuts, nut);
	CHECK_INT(kin_refresh(session, nut), KIN_OK);
	CHECK_INT(two->nuts.count, 0);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(nut->bin_id.value, one->id);
	test_close();
}

TEST(what_is_written_to_an_expired_object_stays_when_its_row_comes)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	Pet *pet = kin_edit(session, Pet, kin_get(session, Pet, 1));

	kin_commit(session);
	elsewhere("UPDATE pets SET name = 'Rex', species = 'Fish' WHERE id = 1");
	kin_expire(session, pet);
	kin_autoflush(session, false);
	pet->name = "mine";
	CHECK(kin_get(session, Pet, 1) == pet);
	CHECK_TEXT(pet->name, "mine");
	CHECK_TEXT(pet->species, "Fish");
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("SELECT", "UPDATE pets SET name = ? WHERE id = ?");
	test_close();
}

TEST(kin_load_of_an_expired_object_loads_its_key_first)
{
	test_open();
	test_fill(2, 1);
	kin_session *session = test_session();
	const Pet *pet = kin_get(session, Pet, 1);

	kin_commit(session);
	elsewhere("UPDATE pets SET owner_id = 2 WHERE id = 1");
	kin_expire(session, pet);
	CHECK_INT(kin_load(pet, owner)->id, 2);
	CHECK_SQL("SELECT pets.", "SELECT owners.");
	test_close();
}

TEST(kin_load_brings_what_has_expired_at_the_other_end)
{
	test_open();
	test_fill(1, 3);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);
	const Pet *pet = kin_load(owner, pets).items[1];

	kin_commit(session);
	elsewhere("UPDATE pets SET name = 'Rex'");
	elsewhere("UPDATE owners SET name = 'Bob'");
	kin_expire(session, pet);
	kin_expire(session, owner->pets.items[2]);
	CHECK_TEXT(kin_load(owner, pets).items[1]->name, "Rex");
	CHECK_TEXT(owner->pets.items[2]->name, "Rex");
	CHECK_TEXT(owner->pets.items[0]->name, "Pet 1");
	CHECK_SQL("SELECT");
	kin_load(pet, owner);
	test_forget();
	kin_expire(session, owner);
	CHECK_TEXT(kin_load(pet, owner)->name, "Bob");
	CHECK_SQL("SELECT");
	CHECK_TEXT(kin_load(pet, owner)->name, "Bob");
	CHECK_NO_SQL();
	test_close();
}

TEST(siblings_that_have_expired_come_together)
{
	test_open();
	test_fill(1, 1200);
	kin_session *session = test_session();
	Pet_list pets = kin_all(session, Pet, "order by id");

	kin_commit(session);
	elsewhere("UPDATE pets SET name = 'Rex'");
	kin_expire_all(session);
	kin_each(Pet, pet, pets)
		kin_edit(session, Pet, pet);
	CHECK_SQL("SELECT", "SELECT", "SELECT", "SELECT");
	kin_each(Pet, pet, pets)
		CHECK_TEXT(pet->name, "Rex");
	test_close();
}

TEST(a_selectin_loader_brings_expired_targets)
{
	test_open();
	test_fill(2, 1);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);

	kin_commit(session);
	elsewhere("UPDATE owners SET name = 'Bob'");
	kin_expire(session, owner);
	CHECK_INT(kin_all(session, Pet, "with selectin owner").count, 2);
	CHECK_SQL("SELECT", "SELECT");
	CHECK_TEXT(owner->name, "Bob");
	test_close();
}

TEST(expire_all_leaves_pending_objects_and_expires_the_rest)
{
	test_open();
	test_fill(1, 2);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);
	const Pet *pet = kin_load(owner, pets).items[0];
	Pet *pending = kin_new(session, Pet, .name = "new");

	kin_commit(session);
	kin_add(session, pending);
	kin_edit(session, Pet, pet)->name = "lost";
	elsewhere("UPDATE pets SET species = 'Fish'");
	CHECK_INT(kin_expire_all(session), KIN_OK);
	CHECK_NO_SQL();
	CHECK(!kin_is_loaded(owner, pets));
	CHECK_INT(kin_state_of(pending), KIN_PENDING);
	CHECK_INT(kin_load(owner, pets).count, 2);
	CHECK_SQL("SELECT owners.", "INSERT INTO pets", "SELECT pets.");
	CHECK_TEXT(pet->name, "Pet 1");
	CHECK_TEXT(pet->species, "Fish");
	test_close();
}

TEST(refresh_expire_follows_its_cascade)
{
	models_open();
	kin_session *session = test_session();
	Team *team = kin_new(session, Team, .name = "Reds");
	Player *saved = kin_new(session, Player, .name = "Ann"), *pending = kin_new(session, Player, .name = "Bob");

	kin_add(session, team);
	kin_append(team, players, saved);
	kin_commit(session);
	kin_append(team, players, pending);
	saved->name = "lost";
	test_forget();
	CHECK_INT(kin_refresh(session, team), KIN_OK);
	CHECK_SQL("SELECT teams.");
	CHECK_TEXT(saved->name, "Ann");
	CHECK_INT(kin_state_of(pending), KIN_TRANSIENT);
	kin_commit(session);
	elsewhere("UPDATE players SET name = 'Eve'");
	CHECK_INT(kin_load(team, players).count, 1);
	CHECK_TEXT(saved->name, "Eve");
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("SELECT");
	kin_expire(session, team);
	elsewhere("UPDATE players SET name = 'Joe'");
	kin_load(team, players);
	CHECK_TEXT(saved->name, "Joe");
	test_close();
}

TEST(a_rollback_leaves_what_had_expired_to_be_loaded)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	Pet *pet = kin_edit(session, Pet, kin_get(session, Pet, 1));

	pet->name = "flushed";
	kin_flush(session);
	kin_expire(session, pet);
	CHECK_TEXT(kin_get(session, Pet, 1)->name, "flushed");
	kin_rollback(session);
	CHECK_TEXT(pet->name, "Pet 1");
	elsewhere("UPDATE pets SET name = 'Rex' WHERE id = 1");
	CHECK_TEXT(kin_get(session, Pet, 1)->name, "Rex");
	CHECK_SQL("SELECT");
	test_close();
}

TEST(what_was_never_saved_does_not_expire)
{
	test_open();
	kin_session *session = test_session();
	Pet *pet = kin_new(session, Pet, .name = "Ben");

	CHECK_INT(kin_expire(session, pet), KIN_EINVAL);
	CHECK_TEXT(kin_errmsg(session), "kin_expire: object <Pet Ben> has no row in this session");
	kin_rollback(session);
	CHECK_INT(kin_expire(session, NULL), KIN_EINVAL);
	CHECK_INT(kin_expire(NULL, pet), KIN_ENOMEM);
	CHECK_INT(kin_expire_all(NULL), KIN_ENOMEM);
	test_close();
}

FUSED(expiring_and_loading_again_survive_any_failing_allocation)
{
	static long n;

	kin_fuse_set(-1);
	test_open();
	test_fill(2, 2);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);
	kin_load(owner, pets);
	kin_fuse_set(n++);
	kin_expire_all(session);
	kin_load(owner, pets);
	kin_expire(session, owner);
	kin_get(session, Owner, 1);
	kin_refresh_only(session, owner, name, pets);
	int rc = kin_errcode(session);
	bool blown = kin_fuse_blown();
	if (blown) {
		kin_rollback(session);
		CHECK_TEXT(kin_get(session, Owner, 1)->name, "Owner 1");
		CHECK_INT(kin_load(owner, pets).count, 2);
	} else {
		n = 0;
	}
	test_close();
	return rc;
}
