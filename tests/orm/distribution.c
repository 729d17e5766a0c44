/* distribution.c - tables that are distributed by a column: it is in the joins, and follows the object. */
#include "orm_test.h"

KIN_DECLARE(Warden);
KIN_DECLARE(Animal);

struct Warden {
	int64_t     zoo_id;
	int64_t     id;
	const char *name;
	Animal_list animals;
};

struct Animal {
	int64_t               zoo_id;
	int64_t               id;
	const char           *name;
	kin_nullable(int64_t) warden_id;
	const Warden         *warden;
};

KIN_MODEL(Warden, "wardens")
{
	kin_table(.distributed_by = "zoo_id");
	kin_column(zoo_id, .primary_key = true);
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_has_many(animals, Animal, .backref = "warden");
}

KIN_MODEL(Animal, "animals")
{
	kin_table(.distributed_by = "zoo_id");
	kin_column(zoo_id, .primary_key = true);
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(warden_id, .foreign_key = "wardens.id");
	kin_belongs_to(warden, Warden);
}

/* Warden 1 of zoo 7 has Rex and Leo; warden 1 of zoo 8 has Tom. */
static kin_session *open_zoos(void)
{
	test_open_sqlite();
	test_run("CREATE TABLE wardens (zoo_id INTEGER, id INTEGER, name TEXT, PRIMARY KEY (zoo_id, id));"
	         "CREATE TABLE animals (zoo_id INTEGER, id INTEGER, name TEXT, warden_id INTEGER, PRIMARY KEY (zoo_id, id),"
	         " FOREIGN KEY (zoo_id, warden_id) REFERENCES wardens (zoo_id, id));"
	         "INSERT INTO wardens VALUES (7, 1, 'Ann'), (8, 1, 'Bob');"
	         "INSERT INTO animals VALUES (7, 1, 'Rex', 1), (7, 2, 'Leo', 1), (8, 1, 'Tom', 1), (8, 2, 'Max', NULL)");
	return test_session();
}

TEST(an_object_gets_what_its_parent_is_distributed_by)
{
	kin_session *s = open_zoos();
	Warden *eve = kin_new(s, Warden, .zoo_id = 9, .id = 5, .name = "Eve");

	test_forget();
	kin_add(s, kin_new(s, Animal, .id = 3, .name = "Kim", .warden = eve));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("INSERT INTO wardens", "INSERT INTO animals");
	CHECK_INT(kin_count(s, Animal, "zoo_id = 9 and warden_id = 5"), 1);
	test_close();
}

TEST(a_child_is_found_by_both_columns)
{
	kin_session *s = open_zoos();
	const Warden *bob = kin_one(s, Warden, "name = 'Bob'");

	test_forget();
	CHECK_INT(kin_load(bob, animals).count, 1);
	CHECK_SQL("SELECT animals.zoo_id, animals.id, animals.name, animals.warden_id FROM animals WHERE animals.zoo_id = ? AND animals.warden_id = ?");
	CHECK_TEXT(bob->animals.items[0]->name, "Tom");
	CHECK(bob->animals.items[0]->warden == bob);
	test_close();
}

TEST(a_parent_is_found_by_both_columns)
{
	kin_session *s = open_zoos();
	const Animal *tom = kin_one(s, Animal, "name = 'Tom'");

	CHECK_TEXT(kin_load(tom, warden)->name, "Bob");
	CHECK_INT(kin_count(s, Animal, "warden.name = 'Ann'"), 2);
	CHECK_INT(kin_count(s, Warden, "animals.name = 'Tom'"), 1);
	CHECK_INT(kin_count(s, Animal, "warden = ?", tom->warden), 1);
	test_close();
}

TEST(every_way_to_load_finds_the_same)
{
	for (int way = 0; way < 3; way++) {
		kin_session *s = open_zoos();
		Warden_list all = way == 0 ? kin_all(s, Warden, "order by zoo_id with joined animals")
		                : way == 1 ? kin_all(s, Warden, "order by zoo_id with selectin animals")
		                           : kin_all(s, Warden, "order by zoo_id with subquery animals");
		CHECK_OK(s);
		CHECK_INT(all.count, 2);
		test_forget();
		CHECK_INT(kin_load(all.items[0], animals).count, 2);
		CHECK_INT(kin_load(all.items[1], animals).count, 1);
		CHECK_NO_SQL();
		test_close();
	}
}

TEST(an_object_without_a_parent_stays_where_it_is)
{
	kin_session *s = open_zoos();

	CHECK_INT(kin_count(s, Animal, "warden is null"), 1);
	kin_edit(s, Animal, kin_one(s, Animal, "name = 'Rex'"))->warden = NULL;
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Animal, "zoo_id = 7 and name = 'Rex' and warden is null"), 1);
	CHECK_INT(kin_update(s, Animal, "warden = null where name = 'Tom'"), 1);
	CHECK_INT(kin_count(s, Animal, "zoo_id = 8 and name = 'Tom' and warden is null"), 1);
	test_close();
}

TEST(children_of_a_deleted_parent_stay_where_they_are)
{
	kin_session *s = open_zoos();

	kin_delete(s, kin_one(s, Warden, "name = 'Ann'"));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Animal, "zoo_id = 7 and warden_id is null"), 2);
	CHECK_INT(kin_count(s, Animal, "zoo_id = 8 and warden_id = 1"), 1);
	test_close();
}

TEST(a_rollback_leaves_what_was_set_by_hand)
{
	kin_session *s = open_zoos();
	Animal *kim = kin_new(s, Animal, .zoo_id = 7, .id = 9, .name = "Kim");

	kin_add(s, kin_new(s, Animal, .zoo_id = 7, .id = 1, .name = "taken"));
	kin_add(s, kim);
	CHECK_INT(kin_commit(s), KIN_EUNIQUE);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kim->zoo_id, 7);
	kin_add(s, kim);
	CHECK_INT(kin_commit(s), KIN_OK);
	test_close();
}
