/* merge.c - the state of objects of elsewhere goes onto the session's own. */
#include "base/mem.h"
#include "models.h"

KIN_DECLARE(Leaf);
struct Leaf {
	int64_t     id;
	const char *text;
	int32_t     revision;
};
KIN_MODEL(Leaf, "leaves") {
	kin_column(id, .primary_key = true);
	kin_column(text);
	kin_column(revision);
	kin_version(revision);
}

TEST(what_the_session_has_takes_the_state_of_a_copy)
{
	test_open();
	test_fill(1, 1);
	kin_session *other = test_session(), *session = test_session();
	Pet *copy = kin_edit(other, Pet, kin_get(other, Pet, 1));
	const Pet *pet = kin_get(session, Pet, 1);
	char name[] = "Rex";

	kin_commit(other);
	copy->name = name;
	copy->age = kin_none(int32_t);
	test_forget();
	CHECK(kin_merge(session, Pet, copy) == pet);
	CHECK_NO_SQL();
	memset(name, 'x', 3);
	CHECK_TEXT(pet->name, "Rex");
	CHECK(!pet->age.present);
	CHECK(!kin_is_loaded(pet, owner));
	CHECK(kin_merge(session, Pet, pet) == pet);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("UPDATE pets SET name = ?, age = ? WHERE id = ?");
	test_close();
}

TEST(who_is_merged_without_its_key_does_not_show_whose_it_was)
{
	test_open();
	test_fill(2, 1);
	kin_session *session = test_session();
	const Pet *pet = kin_get(session, Pet, 1), *second = kin_get(session, Pet, 2);

	CHECK(kin_load(pet, owner) && kin_load(second, owner));
	test_forget();
	kin_merge(session, Pet, kin_new(session, Pet, .id = 1, .name = "Rex"));
	CHECK(!kin_is_loaded(pet, owner));
	CHECK_NO_SQL();
	CHECK(kin_load(pet, owner) == NULL);
	CHECK_SQL("UPDATE pets SET name = ?, species = ?, age = ?, owner_id = ? WHERE id = ?");
	CHECK(kin_merge(session, Pet, kin_new(session, Pet, .id = 2, .owner_id = kin_some(int64_t, 1))) == second);
	CHECK_INT(kin_load(second, owner)->id, 1);
	kin_merge(session, Pet, kin_new(session, Pet, .id = 2, .owner_id = kin_some(int64_t, 1), .name = "Same"));
	CHECK_INT(second->owner->id, 1);
	CHECK_INT(kin_commit(session), KIN_OK);
	test_close();
}

TEST(what_the_session_has_not_is_loaded_by_its_key)
{
	test_open();
	test_fill(1, 1);
	kin_session *other = test_session(), *session = test_session();
	Pet *copy = kin_edit(other, Pet, kin_get(other, Pet, 1));

	kin_close(other);
	copy->name = "Rex";
	test_forget();
	Pet *pet = kin_merge(session, Pet, copy);
	CHECK_SQL("SELECT pets.id, pets.name, pets.species, pets.age, pets.owner_id FROM pets WHERE pets.id IN (?)");
	CHECK(pet != copy);
	CHECK_INT(kin_state_of(pet), KIN_PERSISTENT);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("UPDATE pets SET name = ? WHERE id = ?");
	test_close();
}

TEST(what_has_no_row_becomes_a_pending_copy)
{
	test_open();
	kin_session *session = test_session();
	Pet *without = kin_new(session, Pet, .name = "Ben"), *with = kin_new(session, Pet, .id = 77, .name = "Rex");

	Pet *one = kin_merge(session, Pet, without);
	CHECK_NO_SQL();
	Pet *two = kin_merge(session, Pet, with);
	CHECK_SQL("INSERT INTO pets", "SELECT");
	CHECK(one != without && two != with);
	CHECK_INT(kin_state_of(two), KIN_PENDING);
	CHECK_INT(kin_state_of(with), KIN_TRANSIENT);
	CHECK_INT(without->id, 0);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(two->id, 77);
	CHECK_SQL("INSERT INTO pets");
	test_close();
}

TEST(a_graph_is_merged_with_a_statement_for_each_model_and_collection)
{
	test_open();
	test_fill(3, 40);
	kin_session *other = test_session(), *session = test_session();
	const Owner *copy = kin_get(other, Owner, 1);

	kin_each(Pet, pet, kin_load(copy, pets))
		kin_edit(other, Pet, pet)->species = "Fish";
	kin_close(other);
	test_forget();
	Owner *owner = kin_merge(session, Owner, copy);
	CHECK_SQL("SELECT owners.", "SELECT pets.", "SELECT pets.");
	CHECK_INT(owner->pets.count, 40);
	CHECK_TEXT(owner->pets.items[39]->species, "Fish");
	CHECK(owner->pets.items[0]->owner == owner);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(kin_count(session, Pet, "species = ? and owner_id = ?", "Fish", 1), 40);
	test_close();
}

TEST(a_merged_list_becomes_like_the_given_one)
{
	test_open();
	test_fill(2, 3);
	kin_session *other = test_session(), *session = test_session();
	const Owner *copy = kin_get(other, Owner, 1);

	kin_load(copy, pets);
	kin_remove(copy, pets, copy->pets.items[0]);
	kin_append(copy, pets, kin_get(other, Pet, 4));
	kin_append(copy, pets, (const Pet *)kin_new(other, Pet, .name = "new"));
	kin_close(other);
	Owner *owner = kin_merge(session, Owner, copy);
	CHECK_INT(owner->pets.count, 4);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(kin_count(session, Pet, "owner_id = ?", 1), 4);
	CHECK_INT(kin_count(session, Pet, "owner_id = ?", 2), 2);
	CHECK_INT(kin_count(session, Pet, "owner_id is null"), 1);
	test_close();
}

TEST(a_new_object_brings_its_owner_and_leaves_the_owners_other_pets_alone)
{
	test_open();
	test_fill(1, 2);
	kin_session *session = test_session();
	Pet *copy = kin_new(session, Pet, .id = 1, .name = "Rex", .owner = kin_new(session, Owner, .id = 1, .name = "Bob"));

	Pet *pet = kin_merge(session, Pet, copy);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(pet->owner_id.value, 1);
	CHECK_TEXT(pet->owner->name, "Bob");
	CHECK_INT(kin_count(session, Pet, "owner_id = ?", 1), 2);
	CHECK_INT(kin_count(session, Owner, ""), 1);
	test_close();
}

TEST(an_owner_that_is_given_or_taken_away_is_merged)
{
	test_open();
	test_fill(2, 1);
	kin_session *other = test_session(), *session = test_session();
	Pet *one = kin_edit(other, Pet, kin_get(other, Pet, 1)), *two = kin_edit(other, Pet, kin_get(other, Pet, 2));

	kin_load(two, owner);
	one->owner = kin_get(other, Owner, 2);
	two->owner = NULL;
	CHECK(kin_merge(session, Pet, one)->owner == kin_get(session, Owner, 2));
	CHECK(kin_merge(session, Pet, two)->owner == NULL);
	kin_close(other);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_INT(kin_get(session, Pet, 1)->owner_id.value, 2);
	CHECK(!kin_get(session, Pet, 2)->owner_id.present);
	test_close();
}

TEST(what_is_merged_unchanged_is_not_written)
{
	test_open();
	test_fill(2, 2);
	kin_session *other = test_session(), *session = test_session();
	Pet_list pets = kin_all(other, Pet, "with owner");

	kin_close(other);
	kin_each(Pet, pet, pets)
		CHECK(!kin_is_modified(kin_merge(session, Pet, pet)));
	test_forget();
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_NO_SQL();
	test_close();
}

TEST(a_copy_of_an_older_version_is_stale)
{
	test_open_sqlite();
	test_run("CREATE TABLE leaves (id INTEGER PRIMARY KEY, text TEXT, revision INTEGER NOT NULL);"
	         "INSERT INTO leaves VALUES (1, 'first', 1)");
	kin_session *other = test_session(), *session = test_session();
	Leaf *copy = kin_edit(other, Leaf, kin_get(other, Leaf, 1));

	kin_close(other);
	copy->text = "mine";
	test_run("UPDATE leaves SET text = 'theirs', revision = 2");
	CHECK(kin_merge(session, Leaf, copy) != NULL);
	CHECK_INT(kin_errcode(session), KIN_ESTALE);
	CHECK_TEXT(kin_errmsg(session), "kin_merge: <Leaf 1> has the revision 2, and what was given has 1: someone else has changed it meanwhile; load it "
	           "again, or give it with 0 to write over that");
	kin_rollback(session);
	copy->revision = 0;
	CHECK_INT(kin_merge(session, Leaf, copy)->revision, 2);
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_TEXT(kin_get(session, Leaf, 1)->text, "mine");
	test_close();
}

TEST(an_expired_object_comes_with_its_row_before_it_is_merged)
{
	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	const Pet *pet = kin_get(session, Pet, 1);

	kin_commit(session);
	kin_expire(session, pet);
	test_forget();
	CHECK(kin_merge(session, Pet, kin_new(session, Pet, .id = 1, .name = "Rex")) == pet);
	CHECK_SQL("SELECT");
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("UPDATE pets");
	test_close();
}

TEST(mistakes_of_merging_are_told)
{
	test_open();
	kin_session *session = test_session();
	Owner *owner = kin_new(session, Owner, .name = "Ann");

	CHECK(kin_merge(session, Pet, (const Pet *)NULL) != NULL); /* a spare one */
	CHECK_TEXT(kin_errmsg(session), "kin_merge of NULL: there is no object; a query gives NULL where no row fits");
	kin_rollback(session);
	CHECK(kin_merge(session, Pet, (const Pet *)(const void *)owner) != NULL);
	CHECK_TEXT(kin_errmsg(session), "kin_merge of an object of Owner, which is another model than Pet");
	CHECK(kin_merge(NULL, Owner, owner) == NULL);
	test_close();
}

FUSED(merging_survives_any_failing_allocation)
{
	static long n;

	kin_fuse_set(-1);
	test_open();
	test_fill(2, 2);
	kin_session *other = test_session(), *session = test_session();
	const Owner *copy = kin_get(other, Owner, 1);
	kin_load(copy, pets);
	kin_append(copy, pets, (const Pet *)kin_new(other, Pet, .name = "new"));
	kin_remove(copy, pets, copy->pets.items[0]);
	kin_close(other);
	kin_fuse_set(n++);
	kin_merge(session, Owner, copy);
	int rc = kin_commit(session);
	n = kin_fuse_blown() ? n : 0;
	test_close();
	return rc;
}
