/* refresh.c - an object, or some of its members, are loaded again. */
#include "models.h"

KIN_DECLARE(Memo);
struct Memo {
	int64_t     id;
	const char *title;
	const char *body;
	int32_t     revision;
};
KIN_MODEL(Memo, "memos") {
	kin_column(id, .primary_key = true);
	kin_column(title);
	kin_column(body);
	kin_column(revision);
	kin_version(revision);
}

TEST(chosen_columns_are_loaded_again_and_others_keep_their_edits)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	Pet *pet = kin_edit(session, Pet, kin_get(session, Pet, 1));

	kin_commit(session);
	test_run("UPDATE pets SET name = 'Rex', species = 'Fish', age = 99 WHERE id = 1");
	test_forget();
	pet->name = "lost";
	pet->species = "kept";
	CHECK_INT(kin_refresh_only(session, pet, name), KIN_OK);
	CHECK_SQL("SELECT");
	CHECK_TEXT(pet->name, "Rex");
	CHECK_TEXT(pet->species, "kept");
	CHECK_INT(pet->age.value, 1);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("UPDATE pets SET species = ? WHERE id = ?");
	test_close();
}

TEST(chosen_relationships_are_loaded_at_once)
{
	test_open();
	test_fill(2, 2);
	kin_session *session = test_session();
	const Owner *owner = kin_get(session, Owner, 1);

	kin_load(owner, pets);
	kin_commit(session);
	test_run("UPDATE pets SET owner_id = 1 WHERE id = 3");
	test_forget();
	CHECK_INT(kin_refresh_only(session, owner, pets), KIN_OK);
	CHECK_SQL("SELECT pets.");
	CHECK(kin_is_loaded(owner, pets));
	CHECK_INT(owner->pets.count, 3);
	CHECK_INT(kin_refresh_only(session, owner, name, pets), KIN_OK);
	CHECK_SQL("SELECT owners.", "SELECT pets.");
	test_close();
}

TEST(a_chosen_relationship_loses_its_assignment)
{
	test_open();
	test_fill(2, 1);
	kin_session *session = test_session();
	Pet *pet = kin_edit(session, Pet, kin_get(session, Pet, 1));
	const Owner *first = kin_load(pet, owner), *second = kin_get(session, Owner, 2);

	kin_load(first, pets);
	kin_load(second, pets);
	pet->owner = second;
	CHECK_INT(kin_refresh_only(session, pet, owner), KIN_OK);
	CHECK(pet->owner == first);
	kin_append(second, pets, pet);
	CHECK_INT(kin_refresh_only(session, pet, owner), KIN_OK);
	CHECK(pet->owner == first);
	CHECK_INT(first->pets.count, 1);
	CHECK_INT(second->pets.count, 1);
	test_forget();
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_NO_SQL();
	test_close();
}

TEST(an_edit_on_top_of_an_older_version_is_still_noticed_after_others_were_refreshed)
{
	test_open_sqlite();
	test_run("CREATE TABLE memos (id INTEGER PRIMARY KEY, title TEXT, body TEXT, revision INTEGER NOT NULL)");
	kin_session *session = test_session();
	Memo *memo = kin_new(session, Memo, .title = "a", .body = "b");

	kin_add(session, memo);
	kin_commit(session);
	test_run("UPDATE memos SET title = 'theirs', revision = 2");
	memo->title = "mine";
	CHECK_INT(kin_refresh_only(session, memo, body), KIN_OK);
	CHECK_INT(kin_commit(session), KIN_ESTALE);
	test_close();
}

TEST(an_object_whose_row_is_gone_cannot_be_refreshed)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	const Pet *pet = kin_get(session, Pet, 1);

	kin_commit(session);
	test_run("DELETE FROM pets");
	CHECK_INT(kin_refresh(session, pet), KIN_ESTALE);
	CHECK_TEXT(kin_errmsg(session), "<Pet Pet 1> is no longer in the database: someone else has deleted it");
	kin_rollback(session);
	CHECK_INT(kin_refresh_only(session, pet, name), KIN_ESTALE);
	test_close();
}
