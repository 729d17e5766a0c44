/* bulk.c - UPDATE and DELETE without loading, and the objects that are loaded. */
#include "orm_test.h"

#include "base/mem.h"

static kin_session *filled(int owners, int pets_each)
{
	test_open();
	test_fill(owners, pets_each);
	return test_session();
}

TEST(rows_are_updated_without_being_loaded)
{
	kin_session *s = filled(2, 4);

	CHECK_INT(kin_update(s, Pet, "species = ?, age = age + 1 where species = ?", "Wolf", "Dog"), 4);
	CHECK_SQL("UPDATE pets SET species = ?, age = pets.age + 1 WHERE pets.species = ?");
	CHECK_INT(kin_update(s, Pet, "species = null"), 8);
	CHECK_SQL("UPDATE pets SET species = NULL");
	test_close();
}

TEST(loaded_objects_are_brought_in_step_with_an_update)
{
	kin_session *s = filled(2, 2);
	const Pet *one = kin_get(s, Pet, 1), *two = kin_get(s, Pet, 2);

	test_forget();
	CHECK_INT(kin_update(s, Pet, "species = ? where species = ?", "Wolf", "Dog"), 2);
	CHECK_SQL("SELECT pets.id FROM pets WHERE pets.species = ?", "UPDATE pets SET species = ? WHERE pets.species = ?",
	          "SELECT pets.id, pets.name, pets.species, pets.age, pets.owner_id FROM pets WHERE pets.id IN (?)");
	CHECK_TEXT(one->species, "Wolf");
	CHECK_TEXT(two->species, "Cat");
	kin_rollback(s);
	CHECK_TEXT(one->species, "Dog");
	test_close();
}

TEST(a_foreign_key_that_is_written_leads_elsewhere)
{
	kin_session *s = filled(2, 1);
	const Pet *pet = kin_get(s, Pet, 1);
	const Owner *second = kin_get(s, Owner, 2);

	CHECK_INT(kin_load(pet, owner)->id, 1);
	CHECK_INT(kin_update(s, Pet, "owner = ? where id = ?", second, 1), 1);
	CHECK_INT(pet->owner_id.value, 2);
	CHECK(kin_load(pet, owner) == second);
	CHECK_OK(s);
	test_close();
}

TEST(rows_are_deleted_without_being_loaded)
{
	kin_session *s = filled(2, 4);

	CHECK_INT(kin_delete_where(s, Pet, "species = ?", "Dog"), 4);
	CHECK_SQL("DELETE FROM pets WHERE pets.species = ?");
	CHECK_INT(kin_delete_all(s, Pet), 4);
	CHECK_SQL("DELETE FROM pets");
	CHECK_INT(kin_count(s, Pet), 0);
	test_close();
}

TEST(loaded_objects_are_deleted_with_their_rows_until_a_rollback)
{
	kin_session *s = filled(1, 2);
	const Pet *one = kin_get(s, Pet, 1), *two = kin_get(s, Pet, 2);

	CHECK_INT(kin_delete_where(s, Pet, "species = ?", "Dog"), 1);
	CHECK_INT(kin_state_of(one), KIN_DELETED);
	CHECK_INT(kin_state_of(two), KIN_PERSISTENT);
	CHECK(kin_get(s, Pet, 1) == NULL);
	kin_rollback(s);
	CHECK_INT(kin_state_of(one), KIN_PERSISTENT);
	CHECK(kin_get(s, Pet, 1) == one);
	test_close();
}

TEST(a_path_in_the_condition_becomes_a_subquery)
{
	kin_session *s = filled(3, 2);

	CHECK_INT(kin_update(s, Pet, "species = ? where owner.name = ?", "Cat", "Owner 2"), 2);
	CHECK_INT(kin_delete_where(s, Pet, "owner.name = ?", "Owner 3"), 2);
	CHECK_INT(kin_delete_where(s, Owner, "pets is null"), 1);
	CHECK_SQL("UPDATE pets SET species = ? WHERE pets.id IN (SELECT pets.id FROM pets LEFT OUTER JOIN owners AS owners_1 ON "
	          "pets.owner_id = owners_1.id WHERE owners_1.name = ?)",
	          "DELETE FROM pets WHERE pets.id IN (SELECT pets.id FROM pets LEFT OUTER JOIN owners AS owners_1 ON "
	          "pets.owner_id = owners_1.id WHERE owners_1.name = ?)",
	          "DELETE FROM owners WHERE NOT EXISTS (SELECT 1 FROM pets AS pets_1 WHERE owners.id = pets_1.owner_id)");
	test_close();
}

TEST(deleting_without_a_condition_is_refused)
{
	kin_session *s = filled(1, 2);

	CHECK_INT(kin_delete_where(s, Pet, ""), -1);
	CHECK_TEXT(kin_errmsg(s), "kin_delete_where needs a condition; kin_delete_all() deletes every Pet");
	kin_rollback(s);
	CHECK_INT(kin_count(s, Pet), 2);
	test_close();
}

TEST(values_that_do_not_fit_are_refused)
{
	kin_session *s = filled(1, 2);

	CHECK_INT(kin_update(s, Owner, "name = ?", "a name of more than twenty characters"), -1);
	CHECK_INT(kin_errcode(s), KIN_ELENGTH);
	CHECK_TEXT(kin_errmsg(s), "Owner.name holds 20 characters, but argument 1 has 37");
	kin_rollback(s);
	CHECK_INT(kin_update(s, Pet, "age = ?", INT64_C(3000000000)), -1);
	CHECK_INT(kin_errcode(s), KIN_ERANGE);
	kin_rollback(s);
	CHECK_INT(kin_update(s, Visit, "day = ?", kin_none(kin_date)), -1);
	CHECK_INT(kin_errcode(s), KIN_ENOTNULL);
	test_close();
}

TEST(lists_follow_a_bulk_update)
{
	kin_session *s = filled(3, 2);
	const Owner *first = kin_get(s, Owner, 1), *second = kin_get(s, Owner, 2);
	const Pet *pet = kin_load(first, pets).items[0];

	kin_load(second, pets);
	CHECK_INT(kin_update(s, Pet, "owner = ? where id = ?", second, pet->id), 1);
	CHECK_INT(first->pets.count, 1);
	CHECK_INT(second->pets.count, 3);
	CHECK(second->pets.items[2] == pet);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(first->pets.count, 2);
	CHECK_INT(second->pets.count, 2);
	test_close();
}

TEST(lists_are_loaded_again_after_an_update_of_rows_unknown_to_the_session)
{
	kin_session *s = filled(3, 2);
	const Owner *first = kin_get(s, Owner, 1);

	kin_load(first, pets);
	CHECK_INT(kin_update(s, Pet, "owner = ? where owner_id = ?", first, 3), 2);
	CHECK(!kin_is_loaded(first, pets));
	CHECK_INT(kin_load(first, pets).count, 4);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_load(first, pets).count, 2);
	test_close();
}

TEST(lists_follow_a_bulk_delete)
{
	kin_session *s = filled(1, 3);
	const Owner *owner = kin_get(s, Owner, 1);

	kin_load(owner, pets);
	CHECK_INT(kin_delete_where(s, Pet, "id = ?", 2), 1);
	CHECK_INT(owner->pets.count, 2);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(owner->pets.count, 3);
	test_close();
}

FUSED(bulk_statements_survive_any_allocation_failing)
{
	static long n;
	kin_session *s;

	kin_fuse_set(-1);
	s = filled(2, 2);
	const Owner *first = kin_get(s, Owner, 1), *second = kin_get(s, Owner, 2);
	kin_load(first, pets);
	kin_load(second, pets);
	kin_fuse_set(n++);
	kin_update(s, Pet, "owner = ? where id < ?", second, 3);
	kin_delete_where(s, Pet, "id = ?", 4);
	kin_update(s, Pet, "owner = null");
	int rc = kin_commit(s);
	bool blown = kin_fuse_blown();
	if (!blown)
		n = 0;
	CHECK_INT(second->pets.count, blown ? second->pets.count : 0);
	test_close();
	return rc;
}

TEST(a_rollback_reaches_what_was_loaded_after_a_bulk_update)
{
	kin_session *s = filled(1, 3);

	CHECK_INT(kin_update(s, Pet, "name = ?", "Rex"), 3);
	const Pet *pet = kin_get(s, Pet, 1);
	CHECK_TEXT(pet->name, "Rex");
	kin_begin_nested(s);
	const Pet *other = kin_get(s, Pet, 2);
	kin_rollback(s);
	CHECK_TEXT(other->name, "Rex");
	test_forget();
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_SQL("SELECT pets.id, pets.name, pets.species, pets.age, pets.owner_id FROM pets WHERE pets.id IN (?, ?)");
	CHECK_TEXT(pet->name, "Pet 1");
	CHECK_TEXT(other->name, "Pet 2");
	CHECK(!kin_is_loaded(pet, owner));
	CHECK(!kin_is_modified(pet));
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_TEXT(pet->name, "Pet 1");
	test_close();
}

TEST(a_rollback_takes_what_a_bulk_update_gave_from_an_owner_without_a_row)
{
	kin_session *s = filled(1, 3);

	kin_begin_nested(s);
	Owner *ann = kin_new(s, Owner, .name = "Ann");
	kin_add(s, ann);
	kin_flush(s);
	CHECK_INT(kin_update(s, Pet, "owner = ? where id = ?", ann, 1), 1);
	CHECK_INT(kin_load(ann, pets).count, 1);
	const Pet *pet = ann->pets.items[0];
	kin_edit(s, Pet, pet)->name = "Rex";
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_state_of(ann), KIN_TRANSIENT);
	CHECK_INT(ann->pets.count, 0);
	CHECK_INT(pet->owner_id.value, 1);
	CHECK_INT(kin_append(ann, pets, pet), KIN_OK);
	CHECK_INT(ann->pets.count, 1);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(pet->owner_id.value, ann->id);
	test_close();
}

TEST(a_rollback_reaches_lists_that_were_loaded_after_a_bulk_delete)
{
	kin_session *s = filled(1, 3);
	const Owner *owner = kin_get(s, Owner, 1);

	CHECK_INT(kin_delete_where(s, Pet, "id = ?", 2), 1);
	CHECK_INT(kin_load(owner, pets).count, 2);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_load(owner, pets).count, 3);
	test_close();
}

TEST(unsaved_edits_of_other_members_survive_a_bulk_update)
{
	test_open();
	test_fill(1, 2);
	kin_session *session = test_session();
	Pet *pet = kin_edit(session, Pet, kin_get(session, Pet, 1));

	kin_autoflush(session, false);
	pet->name = "mine";
	CHECK_INT(kin_update(session, Pet, "species = ?", "Fish"), 2);
	CHECK_TEXT(pet->name, "mine");
	CHECK_TEXT(pet->species, "Fish");
	test_forget();
	CHECK_INT(kin_commit(session), KIN_OK);
	CHECK_SQL("UPDATE pets SET name = ? WHERE id = ?");
	test_close();
}

TEST(objects_whose_keys_a_bulk_update_changes_are_found_by_the_new_ones)
{
	test_open();
	test_fill(1, 3);
	kin_session *session = test_session();
	const Pet *one = kin_get(session, Pet, 1), *two = kin_get(session, Pet, 2);

	test_forget();
	CHECK_INT(kin_update(session, Pet, "id = ?, name = ? where id = ?", 70, "Rex", 1), 1);
	CHECK_SQL("SELECT pets.id FROM pets WHERE pets.id = ?", "UPDATE pets", "SELECT");
	CHECK_INT(one->id, 70);
	CHECK_TEXT(one->name, "Rex");
	test_forget();
	CHECK(kin_get(session, Pet, 70) == one);
	CHECK_NO_SQL();
	CHECK(kin_get(session, Pet, 1) == NULL);
	CHECK_INT(kin_update(session, Pet, "id = id + ? where id < ?", 100, 70), 2);
	CHECK_INT(two->id, 102);
	CHECK(kin_get(session, Pet, 102) == two);
	CHECK(kin_get(session, Pet, 103) != NULL);
	kin_rollback(session);
	CHECK_INT(one->id, 1);
	CHECK_TEXT(one->name, "Pet 1");
	CHECK(kin_get(session, Pet, 1) == one);
	CHECK(kin_get(session, Pet, 2) == two);
	CHECK(kin_get(session, Pet, 70) == NULL);
	test_close();
}

/* ---- with what was changed ---- */

#define ALL "id, name, species, age, owner_id"

TEST(rows_that_were_updated_come_back_as_objects)
{
	kin_session *s = filled(2, 3);
	Pet_list dogs = kin_update_returning(s, Pet, "age = age + ? where species = ? and owner.name = ?", 100, "Dog", "Owner 1");

	if (strcmp(kin_db_dialect(test_db()), "mariadb") != 0)
		CHECK_SQL("UPDATE pets SET age = pets.age + ? WHERE pets.id IN (SELECT pets.id FROM pets LEFT OUTER JOIN owners AS owners_1 ON "
		          "pets.owner_id = owners_1.id WHERE pets.species = ? AND owners_1.name = ?)");
	CHECK_OK(s);
	CHECK_INT(dogs.count, 2);
	kin_each(Pet, dog, dogs) {
		CHECK_TEXT(dog->species, "Dog");
		CHECK(dog->age.value > 100);
		CHECK(kin_get(s, Pet, dog->id) == dog);
	}
	kin_rollback(s);
	CHECK(dogs.items[0]->age.value < 100);
	CHECK_INT(kin_count(s, Pet, "age > 100"), 0);
	test_close();
}

TEST(the_statements_of_an_update_that_returns)
{
	test_open_sqlite();
	test_fill(1, 2);
	kin_session *s = test_session();

	kin_update_returning(s, Pet, "age = 3 where species = ?", "Dog");
	CHECK_SQL("UPDATE pets SET age = 3 WHERE pets.species = ? RETURNING " ALL);
	kin_delete_returning(s, Pet, "species = ?", "Cat");
	CHECK_SQL("DELETE FROM pets WHERE pets.species = ? RETURNING " ALL);
	CHECK_OK(s);
	test_close();
}

TEST(objects_that_were_loaded_are_in_step_with_what_comes_back)
{
	kin_session *s = filled(2, 2);
	const Pet *one = kin_get(s, Pet, 1);
	const Owner *first = kin_get(s, Owner, 1), *second = kin_get(s, Owner, 2);

	CHECK(kin_load(one, owner) == first);
	CHECK_INT(kin_load(first, pets).count + kin_load(second, pets).count, 4);
	Pet_list moved = kin_update_returning(s, Pet, "owner = ?, name = 'Moved' where id in (?)", second, kin_array(((int64_t[]){ 1, 2 }), 2));
	CHECK_OK(s);
	CHECK_INT(moved.count, 2);
	CHECK(moved.items[0] == one || moved.items[1] == one);
	CHECK_TEXT(one->name, "Moved");
	CHECK(kin_load(one, owner) == second);
	CHECK_INT(kin_load(first, pets).count, 0);
	CHECK_INT(kin_load(second, pets).count, 4);
	kin_rollback(s);
	CHECK_TEXT(one->name, "Pet 1");
	CHECK_INT(kin_load(first, pets).count, 2);
	test_close();
}

TEST(rows_that_were_deleted_come_back_as_deleted_objects)
{
	kin_session *s = filled(1, 4);
	const Pet *one = kin_get(s, Pet, 1);
	Pet_list dogs = kin_delete_returning(s, Pet, "species = ?", "Dog");

	CHECK_OK(s);
	CHECK_INT(dogs.count, 2);
	kin_each(Pet, dog, dogs) {
		CHECK_INT(kin_state_of(dog), KIN_DELETED);
		CHECK_TEXT(dog->species, "Dog");
	}
	CHECK_INT(kin_state_of(one), KIN_DELETED);
	CHECK(!kin_get(s, Pet, 3));
	kin_rollback(s);
	CHECK_INT(kin_state_of(one), KIN_PERSISTENT);
	CHECK(kin_get(s, Pet, 3) != NULL);
	CHECK_INT(kin_delete_returning(s, Pet, "species = ?", "Dog").count, 2);
	kin_commit(s);
	CHECK_INT(kin_state_of(one), KIN_DETACHED);
	CHECK_INT(kin_count(s, Pet), 2);
	test_close();
}

TEST(an_update_that_returns_leaves_keys_alone)
{
	kin_session *s = filled(1, 1);

	CHECK_INT(kin_update_returning(s, Pet, "id = 7 where id = 1").count, 0);
	CHECK_TEXT(kin_errmsg(s), "kin_update_returning cannot change Pet.id, by which objects are known; kin_update can");
	test_close();
}

TEST(where_nothing_fits_nothing_comes_back)
{
	kin_session *s = filled(1, 1);

	CHECK_INT(kin_update_returning(s, Pet, "age = 1 where species = 'Wolf'").count, 0);
	CHECK_INT(kin_delete_returning(s, Pet, "species = 'Wolf'").count, 0);
	CHECK_OK(s);
	test_close();
}

FUSED(returning_survives_no_memory)
{
	static long n;

	kin_fuse_set(-1);
	kin_session *s = filled(1, 3);
	const Pet *one = kin_get(s, Pet, 1);
	CHECK(one != NULL);
	kin_fuse_set(n++);
	Pet_list changed = kin_update_returning(s, Pet, "age = ? where species = ?", 77, "Dog");
	size_t gone = kin_errcode(s) ? 0 : kin_delete_returning(s, Pet, "age = ?", 77).count;
	int rc = kin_errcode(s);
	if (!kin_fuse_blown())
		n = 0;
	CHECK(rc < 0 || (changed.count == 2 && gone == 2));
	test_close();
	return rc;
}
