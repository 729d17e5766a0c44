/* query.c - what the text of a query asks the database, and what comes back. */
#include "orm_test.h"

#define PET "pets.id, pets.name, pets.species, pets.age, pets.owner_id"
#define OWNER "owners.id, owners.name"

static kin_session *filled(int owners, int pets_each)
{
	test_open();
	test_fill(owners, pets_each);
	return test_session();
}

TEST(all_objects_of_a_model_come_in_one_statement)
{
	kin_session *s = filled(2, 3);
	Pet_list pets = kin_all(s, Pet);

	CHECK_SQL("SELECT " PET " FROM pets");
	CHECK_OK(s);
	CHECK_INT(pets.count, 6);
	CHECK_TEXT(pets.items[5]->name, "Pet 6");
	CHECK_INT(pets.items[5]->age.value, 6);
	CHECK_INT(pets.items[5]->owner_id.value, 2);
	test_close();
}

TEST(a_condition_binds_its_values)
{
	kin_session *s = filled(2, 3);
	Pet_list dogs = kin_all(s, Pet, "species = ? and id > ? order by name desc limit ?", "Dog", 1, 10);

	CHECK_SQL("SELECT " PET " FROM pets WHERE pets.species = ? AND pets.id > ? ORDER BY pets.name DESC LIMIT ?");
	CHECK_INT(dogs.count, 2);
	CHECK_TEXT(dogs.items[0]->name, "Pet 5");
	test_close();
}

TEST(a_key_is_looked_up_in_the_session_first)
{
	kin_session *s = filled(1, 2);
	const Pet *pet = kin_get(s, Pet, 2);

	CHECK_SQL("SELECT " PET " FROM pets WHERE pets.id = ?");
	CHECK_TEXT(pet->name, "Pet 2");
	CHECK(kin_get(s, Pet, 2) == pet);
	CHECK_NO_SQL();
	CHECK(kin_get(s, Pet, 99) == NULL);
	CHECK_OK(s);
	test_close();
}

TEST(first_asks_for_one_row)
{
	kin_session *s = filled(1, 3);
	const Pet *pet = kin_first(s, Pet, "species = ? order by id desc", "Dog");

	CHECK_SQL("SELECT " PET " FROM pets WHERE pets.species = ? ORDER BY pets.id DESC LIMIT 1");
	CHECK_INT(pet->id, 3);
	CHECK(kin_first(s, Pet, "species = 'Fish'") == NULL);
	CHECK_OK(s);
	test_close();
}

TEST(one_wants_exactly_one)
{
	kin_session *s = filled(1, 3);

	CHECK_INT(kin_one(s, Pet, "id = 2")->id, 2);
	CHECK_SQL("SELECT " PET " FROM pets WHERE pets.id = 2 LIMIT 2");
	CHECK(kin_one(s, Pet, "species = ?", "Dog") == NULL);
	CHECK_INT(kin_errcode(s), KIN_EMULTIPLE);
	kin_rollback(s);
	CHECK(kin_one(s, Pet, "species = ?", "Fish") == NULL);
	CHECK_INT(kin_errcode(s), KIN_ENOTFOUND);
	CHECK_TEXT(kin_errmsg(s), "no Pet fits, where one was required: species = ?");
	kin_rollback(s);
	CHECK(kin_one(s, Pet) == NULL);
	CHECK_TEXT(kin_errmsg(s), "several Pet objects fit, where one was required");
	test_close();
}

TEST(a_number_of_rows_is_not_negative)
{
	kin_session *s = filled(1, 3);

	CHECK_INT(kin_all(s, Pet, "limit ? offset ?", 2, 1).count, 2);
	CHECK_INT(kin_all(s, Pet, "limit ?", -1).count, 0);
	CHECK_INT(kin_errcode(s), KIN_EQUERY);
	CHECK_TEXT(kin_errmsg(s), "argument 1 is a number of rows, but -1 is below zero");
	kin_rollback(s);
	kin_all(s, Pet, "limit 2 offset ?", kin_none(int64_t));
	CHECK_TEXT(kin_errmsg(s), "a number of rows is an integer, but argument 1 is NULL");
	kin_rollback(s);
	kin_all(s, Pet, "limit ?", kin_value_text("2"));
	CHECK_TEXT(kin_errmsg(s), "a number of rows is an integer, but argument 1 is text");
	test_close();
}

TEST(rows_are_counted_by_the_database)
{
	kin_session *s = filled(2, 3);

	CHECK_INT(kin_count(s, Pet), 6);
	CHECK_INT(kin_count(s, Pet, "species = ?", "Dog"), 3);
	CHECK_INT(kin_count(s, Pet, "order by id limit 2"), 2);
	CHECK_SQL("SELECT count(*) FROM pets", "SELECT count(*) FROM pets WHERE pets.species = ?",
	          "SELECT count(*) FROM (SELECT 1 FROM pets ORDER BY pets.id LIMIT 2) AS anon_1");
	test_close();
}

TEST(whether_there_are_rows_is_asked_with_exists)
{
	kin_session *s = filled(1, 1);

	CHECK(kin_exists(s, Pet, "species = ?", "Dog"));
	CHECK(!kin_exists(s, Pet, "species = ?", "Fish"));
	CHECK_SQL("SELECT EXISTS (SELECT 1 FROM pets WHERE pets.species = ?)", "SELECT EXISTS");
	test_close();
}

TEST(a_path_to_one_object_joins_once)
{
	kin_session *s = filled(3, 2);
	Pet_list pets = kin_all(s, Pet, "owner.name like ? and owner.id > 1 order by owner.name desc, id", "Owner%");

	CHECK_SQL("SELECT " PET " FROM pets LEFT OUTER JOIN owners AS owners_1 ON pets.owner_id = owners_1.id "
	          "WHERE owners_1.name LIKE ? AND owners_1.id > 1 ORDER BY owners_1.name DESC, pets.id");
	CHECK_INT(pets.count, 4);
	CHECK_INT(pets.items[0]->id, 5);
	test_close();
}

TEST(a_path_through_a_collection_asks_whether_one_exists)
{
	kin_session *s = filled(3, 2);

	test_run("UPDATE pets SET name = 'Ben' WHERE id = 3");
	Owner_list owners = kin_all(s, Owner, "pets.name = ? and name like 'O%'", "Ben");
	CHECK_SQL("SELECT " OWNER " FROM owners WHERE EXISTS (SELECT 1 FROM pets AS pets_1 "
	          "WHERE owners.id = pets_1.owner_id AND pets_1.name = ?) AND owners.name LIKE 'O%'");
	CHECK_INT(owners.count, 1);
	CHECK_INT(owners.items[0]->id, 2);
	CHECK_INT(kin_count(s, Owner, "not pets.name = ?", "Ben"), 2);
	test_close();
}

TEST(collections_within_collections_nest)
{
	kin_session *s = filled(2, 2);

	test_run("INSERT INTO visits (day, pet_id) VALUES ('2026-01-05', 3)");
	CHECK_INT(kin_first(s, Owner, "pets.visits.day > ?", "2026-01-01")->id, 2);
	CHECK_SQL("SELECT " OWNER " FROM owners WHERE EXISTS (SELECT 1 FROM pets AS pets_1 WHERE owners.id = pets_1.owner_id AND "
	          "EXISTS (SELECT 1 FROM visits AS visits_1 WHERE pets_1.id = visits_1.pet_id AND visits_1.day > ?)) LIMIT 1");
	test_close();
}

TEST(a_relationship_is_compared_with_an_object)
{
	kin_session *s = filled(3, 2);
	const Owner *owner = kin_get(s, Owner, 2);

	test_forget();
	CHECK_INT(kin_count(s, Pet, "owner = ?", owner), 2);
	CHECK_INT(kin_count(s, Pet, "owner is null"), 0);
	CHECK_INT(kin_count(s, Owner, "pets is null"), 0);
	CHECK_SQL("SELECT count(*) FROM pets WHERE pets.owner_id = ?", "SELECT count(*) FROM pets WHERE pets.owner_id IS NULL",
	          "SELECT count(*) FROM owners WHERE NOT EXISTS (SELECT 1 FROM pets AS pets_1 WHERE owners.id = pets_1.owner_id)");
	test_close();
}

TEST(null_bound_to_equals_means_is_null)
{
	kin_session *s = filled(1, 2);
	const char *species = NULL;

	test_run("UPDATE pets SET species = NULL WHERE id = 2");
	for (int round = 0; round < 2; round++) {
		CHECK_INT(kin_count(s, Pet, "species = ?", species), round == 0);
		species = "Fish";
	}
	CHECK_SQL("SELECT count(*) FROM pets WHERE pets.species IS NULL", "SELECT count(*) FROM pets WHERE pets.species = ?");
	CHECK_OK(s);
	test_close();
}

TEST(an_array_is_as_long_as_it_is)
{
	kin_session *s = filled(4, 10);
	int64_t ids[1000];

	for (int i = 0; i < 1000; i++)
		ids[i] = i * 2;
	CHECK_INT(kin_count(s, Pet, "id in (?)", kin_array(ids, 0)), 0);
	test_forget();
	for (size_t n = 1; n <= 4; n++)
		CHECK_INT(kin_count(s, Pet, "id in (?)", kin_array(ids, n)), n - 1);
	CHECK_SQL("SELECT count(*) FROM pets WHERE pets.id IN (?)", "SELECT count(*) FROM pets WHERE pets.id IN (?, ?)",
	          "SELECT count(*) FROM pets WHERE pets.id IN (?, ?, ?, ?)", "SELECT count(*) FROM pets WHERE pets.id IN (?, ?, ?, ?)");
	CHECK_INT(kin_count(s, Pet, "id in (?)", kin_array(ids, 1000)), 20);
	CHECK_INT(kin_count(s, Pet, "id not in (?) and species = ?", kin_array(ids, 1000), "Dog"), 20);
	CHECK_OK(s);
	test_close();
}

TEST(a_hundred_thousand_values_are_one_value)
{
	kin_session *s = filled(4, 10);
	size_t count = 100000;
	int64_t *ids = kin_alloc(s, count * sizeof(*ids));
	const char **names = kin_alloc(s, count * sizeof(*names));

	for (size_t i = 0; i < count; i++) {
		ids[i] = (int64_t)i;
		names[i] = i == 7 ? "Pet 7" : i == 9 ? "Pet \"9\\\"\n" : "nobody";
	}
	Pet *nine = kin_edit(s, Pet, kin_get(s, Pet, 9));
	nine->name = names[9];
	kin_flush(s);
	for (size_t n = 500; n <= count; n *= 200)
		CHECK_INT(kin_count(s, Pet, "id in (?)", kin_array(ids, n)), 40);
	CHECK_INT(kin_count(s, Pet, "id not in (?)", kin_array(ids + 1, count - 1)), 0);
	CHECK_INT(kin_count(s, Pet, "id not in (?) or id = ?", kin_array(ids + 11, count - 11), 30), 11);
	CHECK_INT(kin_count(s, Pet, "name in (?)", kin_array(names, count)), 2);
	CHECK_INT(kin_count(s, Pet, "name in (?) and id in (?)", kin_array(names, count), kin_array(ids, 8)), 1);
	CHECK_INT(kin_delete_where(s, Pet, "id in (?)", kin_array(ids + 21, count - 21)), 20);
	CHECK_INT(kin_update(s, Pet, "name = ? where id in (?)", "Rex", kin_array(ids, count)), 20);
	CHECK_INT(kin_count(s, Pet, "name in (?)", kin_array(((const char *[]){ "Rex" }), 1)), 20);
	CHECK_OK(s);
	test_close();
}

TEST(a_long_array_is_one_text_for_sqlite)
{
	test_open_sqlite();
	kin_session *s = test_session();
	int64_t ids[1000] = { 0 };

	test_forget();
	CHECK_INT(kin_count(s, Pet, "id in (?)", kin_array(ids, 1000)), 0);
	CHECK_SQL("SELECT count(*) FROM pets WHERE pets.id IN (SELECT json_each.value FROM json_each WHERE json_each.json = ?)");
	CHECK_OK(s);
	test_close();
}

TEST(loaded_objects_are_kept_as_they_are)
{
	kin_session *s = filled(1, 2);
	const Pet *pet = kin_get(s, Pet, 1);
	Pet *mine = kin_edit(s, Pet, pet);

	mine->name = "Benny";
	kin_autoflush(s, false);
	Pet_list pets = kin_all(s, Pet);
	CHECK(pets.items[0] == pet);
	CHECK_TEXT(pets.items[0]->name, "Benny");
	kin_autoflush(s, true);
	CHECK_INT(kin_count(s, Pet, "name = ?", "Benny"), 1);
	test_close();
}

TEST(an_error_says_where_the_query_stands)
{
	kin_session *s = filled(1, 1);

	const int failed_at = __LINE__ + 1;
	CHECK(kin_first(s, Pet, "specie = ? and name = 'x'", "Dog") == NULL);
	CHECK_INT(kin_errcode(s), KIN_EQUERY);
	CHECK_TEXT(kin_errmsg(s), "Pet has no attribute 'specie'; did you mean 'species'?\n"
	                          "    specie = ? and name = 'x'\n"
	                          "    ^");
	int line = 0;
	CHECK_HAS(kin_errfile(s, &line), "tests/orm/query.c");
	CHECK_INT(line, failed_at);
	CHECK(kin_count(s, Pet) == -1);
	kin_rollback(s);
	CHECK(kin_errfile(s, &line) == NULL);
	CHECK_INT(line, 0);
	CHECK_INT(kin_count(s, Pet), 1);
	test_close();
}

TEST(a_text_that_is_no_date_is_refused)
{
	kin_session *s = filled(1, 1);

	CHECK_INT(kin_count(s, Visit, "day = ?", "tomorrow"), -1);
	CHECK_INT(kin_errcode(s), KIN_EVALUE);
	CHECK_TEXT(kin_errmsg(s), "Visit.day: 'tomorrow' is no such date or time (argument 1)");
	test_close();
}

TEST(an_object_of_another_model_is_refused)
{
	kin_session *s = filled(1, 1);
	const Pet *pet = kin_get(s, Pet, 1);

	CHECK_INT(kin_count(s, Pet, "owner = ?", pet), -1);
	CHECK_TEXT(kin_errmsg(s), "Pet.owner is a relationship to Owner, but argument 1 is an object of Pet");
	test_close();
}

static int ask_with_failing_memory(void)
{
	kin_session *s = kin_session_new(test_db());
	int rc;

	if (!s)
		return KIN_ENOMEM;
	Pet_list pets = kin_all(s, Pet, "owner.name = ? and id in (?) order by id with owner", "Owner 1",
	                        kin_array(((int64_t[]){ 1, 2, 3 }), 3));
	rc = kin_errcode(s);
	if (rc == KIN_OK)
		CHECK_INT(pets.count, 2);
	kin_free(s);
	return rc;
}

TEST(a_query_survives_any_allocation_failing)
{
	filled(2, 2);
	kin_test_fuse(__FILE__, __LINE__, ask_with_failing_memory);
	test_close();
}
