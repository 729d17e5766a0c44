/* loader.c - what comes with the objects of a query, by each way of loading: the same objects, other statements. */
#include "orm_test.h"

#define PET "pets.id, pets.name, pets.species, pets.age, pets.owner_id"
#define PET_1 "pets_1.id, pets_1.name, pets_1.species, pets_1.age, pets_1.owner_id"
#define OWNER "owners.id, owners.name"
#define VISIT "visits.id, visits.day, visits.pet_id"

/* The same two tables' shape with each strategy as the model's own. */
#define KENNEL(Kennel, kennel_table, Dog, dog_table, strategy) \
	KIN_DECLARE(Kennel); \
	KIN_DECLARE(Dog); \
	struct Kennel { \
		int64_t  id; \
		Dog##_list dogs; \
	}; \
	struct Dog { \
		int64_t               id; \
		kin_nullable(int64_t) kennel_id; \
		const Kennel         *kennel; \
	}; \
	KIN_MODEL(Kennel, #kennel_table) { \
		kin_column(id, .primary_key = true); \
		kin_has_many(dogs, Dog, .backref = "kennel", .lazy = strategy); \
	} \
	KIN_MODEL(Dog, #dog_table) { \
		kin_column(id, .primary_key = true); \
		kin_column(kennel_id, .foreign_key = #kennel_table ".id"); \
		kin_belongs_to(kennel, Kennel, .lazy = strategy); \
	}

KENNEL(JKennel, j_kennels, JDog, j_dogs, KIN_JOINED)
KENNEL(QKennel, q_kennels, QDog, q_dogs, KIN_SUBQUERY)
KENNEL(IKennel, i_kennels, IDog, i_dogs, KIN_SELECTIN)

/* A key of two parts, and a reference to a unique column that is no key. */
KIN_DECLARE(Room);
KIN_DECLARE(Guest);

struct Room {
	const char *house;
	int32_t     number;
	const char *label;
	Guest_list  fans;
};

struct Guest {
	const char *name;
	const char *favourite;
	const Room *liked;
};

KIN_MODEL(Room, "rooms") {
	kin_column(house, .primary_key = true);
	kin_column(number, .primary_key = true);
	kin_column(label, .unique = true);
	kin_has_many(fans, Guest, .backref = "liked", .order_by = "name");
}

KIN_MODEL(Guest, "guests") {
	kin_column(name, .primary_key = true);
	kin_column(favourite, .foreign_key = "rooms.label");
	kin_belongs_to(liked, Room);
}

/* At most one on the other side. */
KIN_DECLARE(Nest);
KIN_DECLARE(Egg);

struct Nest {
	int64_t    id;
	const Egg *egg;
};

struct Egg {
	int64_t               id;
	kin_nullable(int64_t) nest_id;
	const Nest           *nest;
};

KIN_MODEL(Nest, "nests") {
	kin_column(id, .primary_key = true);
	kin_has_one(egg, Egg, .backref = "nest");
}

KIN_MODEL(Egg, "eggs") {
	kin_column(id, .primary_key = true);
	kin_column(nest_id, .foreign_key = "nests.id");
	kin_belongs_to(nest, Nest);
}

static kin_session *filled(int owners, int pets_each)
{
	test_open();
	test_fill(owners, pets_each);
	return test_session();
}

static void check_pets(const Owner *owner, const Pet_list *pets, size_t count)
{
	CHECK_INT(pets->count, count);
	for (size_t i = 0; i < pets->count; i++) {
		CHECK_INT(pets->items[i]->owner_id.value, owner->id);
		CHECK_INT(pets->items[i]->id, (owner->id - 1) * (int64_t)count + (int64_t)i + 1);
		CHECK(kin_is_loaded(pets->items[i], owner) && pets->items[i]->owner == owner);
	}
}

/* ---- lazily ---- */

TEST(a_collection_is_loaded_when_it_is_asked_for)
{
	kin_session *s = filled(2, 3);
	const Owner *owner = kin_get(s, Owner, 2);

	CHECK(!kin_is_loaded(owner, pets));
	test_forget();
	Pet_list pets = kin_load(owner, pets);
	CHECK_SQL("SELECT " PET " FROM pets WHERE pets.owner_id = ?");
	check_pets(owner, &pets, 3);
	pets = kin_load(owner, pets);
	CHECK_NO_SQL();
	test_close();
}

TEST(an_owner_that_the_session_has_needs_no_statement)
{
	kin_session *s = filled(2, 1);
	const Pet *pet = kin_get(s, Pet, 2);

	test_forget();
	CHECK_TEXT(kin_load(pet, owner)->name, "Owner 2");
	CHECK_SQL("SELECT " OWNER " FROM owners WHERE owners.id = ?");
	const Owner *first = kin_get(s, Owner, 1);
	const Pet *other = kin_get(s, Pet, 1);
	test_forget();
	CHECK(kin_load(other, owner) == first);
	CHECK_NO_SQL();
	test_close();
}

TEST(an_owner_of_nobody_needs_no_statement)
{
	kin_session *s = filled(1, 1);

	test_run("UPDATE pets SET owner_id = NULL");
	const Pet *pet = kin_get(s, Pet, 1);
	test_forget();
	CHECK(kin_load(pet, owner) == NULL);
	CHECK(kin_is_loaded(pet, owner));
	CHECK_NO_SQL();
	test_close();
}

TEST(a_lazy_collection_is_sorted_as_the_model_says)
{
	kin_session *s = filled(1, 1);

	test_run("INSERT INTO visits (day, pet_id) VALUES ('2026-01-05', 1), ('2026-01-07', 1), ('2026-01-06', 1)");
	Visit_list visits = kin_load(kin_get(s, Pet, 1), visits);
	CHECK_INT(visits.count, 3);
	CHECK_INT(visits.items[0]->id, 2);
	CHECK_INT(visits.items[2]->id, 1);
	CHECK_HAS(test_sql(), "WHERE visits.pet_id = ? ORDER BY visits.day DESC");
	test_close();
}

TEST(after_close_what_is_not_loaded_cannot_be)
{
	kin_session *s = filled(1, 2);
	const Owner *owner = kin_get(s, Owner, 1);

	kin_close(s);
	CHECK_INT(kin_load(owner, pets).count, 0);
	CHECK_INT(kin_errcode(s), KIN_EDETACHED);
	CHECK_HAS(kin_errmsg(s), "Parent instance <Owner at 0x");
	CHECK_HAS(kin_errmsg(s), "> is not bound to a session; lazy load of attribute 'pets' cannot proceed");
	test_close();
}

/* ---- as a query says ---- */

/* Each way, for 0, 1, 10 and 1,000 owners. */
static void check_all(const char *name, kin_session *s, Owner_list owners, int count, size_t statements)
{
	CHECK_OK(s);
	CHECK_MSG(owners.count == (size_t)count, "%s: %zu owners", name, owners.count);
	CHECK_INT(test_sent(), statements);
	kin_each(Owner, owner, owners) {
		CHECK(kin_is_loaded(owner, pets));
		check_pets(owner, &owner->pets, 3);
	}
	CHECK_NO_SQL();
}

TEST(every_way_loads_the_same_collections)
{
	static const int counts[] = { 0, 1, 10, 1000 };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		int n = counts[i];
		kin_session *s = filled(n, 3);
		test_forget();
		check_all("joined", s, kin_all(s, Owner, "with joined pets"), n, 1);
		s = test_session();
		check_all("subquery", s, kin_all(s, Owner, "with subquery pets"), n, n == 0 ? 1 : 2);
		s = test_session();
		check_all("selectin", s, kin_all(s, Owner, "with selectin pets"), n, n == 0 ? 1 : n <= 500 ? 2 : 3);
	}
	test_close();
}

TEST(every_way_loads_the_same_owners)
{
	kin_session *s = filled(1000, 2);
	Pet_list lists[3];

	lists[0] = kin_all(s, Pet, "id > ? with joined owner", 10);
	CHECK_INT(test_sent(), 1);
	s = test_session();
	lists[1] = kin_all(s, Pet, "id > ? with subquery owner", 10);
	CHECK_SQL("SELECT " PET " FROM pets WHERE pets.id > ?",
	          "SELECT " OWNER " FROM (SELECT DISTINCT pets.owner_id FROM pets WHERE pets.id > ?) AS anon_1 "
	          "JOIN owners ON anon_1.owner_id = owners.id");
	s = test_session();
	lists[2] = kin_all(s, Pet, "id > ? with selectin owner", 10);
	CHECK_INT(test_sent(), 3);
	for (int i = 0; i < 3; i++) {
		CHECK_INT(lists[i].count, 1990);
		kin_each(Pet, pet, lists[i])
			CHECK_INT(pet->owner->id, pet->owner_id.value);
	}
	test_close();
}

TEST(joined_takes_one_statement)
{
	kin_session *s = filled(2, 2);

	kin_all(s, Owner, "name like ? order by id with joined pets", "O%");
	CHECK_SQL("SELECT " OWNER ", " PET_1 " FROM owners LEFT OUTER JOIN pets AS pets_1 ON owners.id = pets_1.owner_id "
	          "WHERE owners.name LIKE ? ORDER BY owners.id");
	test_close();
}

TEST(joined_with_a_limit_counts_owners_not_rows)
{
	kin_session *s = filled(5, 3);
	Owner_list owners = kin_all(s, Owner, "order by name desc limit ? offset ? with joined pets", 2, 1);

	CHECK_SQL("SELECT anon_1.id, anon_1.name, " PET_1 " FROM (SELECT " OWNER " FROM owners ORDER BY owners.name DESC "
	          "LIMIT ? OFFSET ?) AS anon_1 LEFT OUTER JOIN pets AS pets_1 ON anon_1.id = pets_1.owner_id ORDER BY anon_1.name DESC");
	CHECK_INT(owners.count, 2);
	CHECK_INT(owners.items[0]->id, 4);
	check_pets(owners.items[1], &owners.items[1]->pets, 3);
	CHECK_INT(kin_first(s, Owner, "order by id desc with joined pets")->id, 5);
	test_close();
}

TEST(an_order_along_a_path_is_lifted_out_of_the_limit)
{
	kin_session *s = filled(3, 2);
	Pet_list pets = kin_all(s, Pet, "order by owner.name desc, id limit 3 with joined visits");

	CHECK_SQL("SELECT anon_1.id, anon_1.name, anon_1.species, anon_1.age, anon_1.owner_id, visits_1.id, visits_1.day, visits_1.pet_id "
	          "FROM (SELECT " PET ", owners_1.name AS order_1 FROM pets LEFT OUTER JOIN owners AS owners_1 ON "
	          "pets.owner_id = owners_1.id ORDER BY owners_1.name DESC, pets.id LIMIT 3) AS anon_1 LEFT OUTER JOIN visits AS visits_1 "
	          "ON anon_1.id = visits_1.pet_id ORDER BY anon_1.order_1 DESC, anon_1.id, visits_1.day DESC");
	CHECK_INT(pets.count, 3);
	CHECK_INT(pets.items[0]->id, 5);
	CHECK_INT(pets.items[2]->id, 3);
	test_close();
}

TEST(subquery_repeats_the_query_with_its_values)
{
	kin_session *s = filled(4, 2);
	Owner_list owners = kin_all(s, Owner, "id > ? order by id limit ? with subquery pets", 1, 2);

	CHECK_SQL("SELECT " OWNER " FROM owners WHERE owners.id > ? ORDER BY owners.id LIMIT ?",
	          "SELECT " PET ", anon_1.id FROM (SELECT owners.id FROM owners WHERE owners.id > ? ORDER BY owners.id LIMIT ?) "
	          "AS anon_1 JOIN pets ON anon_1.id = pets.owner_id");
	CHECK_INT(owners.count, 2);
	check_pets(owners.items[1], &owners.items[1]->pets, 2);
	test_close();
}

TEST(selectin_asks_by_key)
{
	kin_session *s = filled(3, 2);

	kin_all(s, Owner, "with pets");
	CHECK_SQL("SELECT " OWNER " FROM owners", "SELECT " PET " FROM pets WHERE pets.owner_id IN (?, ?, ?, ?)");
	test_close();
}

/* ---- more than 2,000 parents ---- */

enum { CROWD = 2001 };

#define CROWD_SCANNED(...) \
	do { \
		Owner_list crowd_ = (__VA_ARGS__); \
		CHECK_SQL("SELECT " OWNER " FROM owners", "SELECT " PET " FROM pets"); \
		CHECK_INT(crowd_.count, CROWD); \
		kin_each(Owner, owner, crowd_) \
			check_pets(owner, &owner->pets, 2); \
		CHECK_NO_SQL(); \
	} while (0)

TEST(all_children_of_all_of_many_owners_take_one_scan)
{
	kin_session *s = filled(CROWD, 2);

	test_forget();
	CROWD_SCANNED(kin_all(s, Owner, "with subquery pets"));
	s = test_session();
	CROWD_SCANNED(kin_all(s, Owner, "with selectin pets"));
	s = test_session();
	kin_all(s, Owner, "order by name with pets.visits");
	CHECK_INT(test_sent(), 2 + 9); /* visits are asked for as usual */
	test_close();
}

TEST(some_of_many_owners_are_asked_for_as_usual)
{
	kin_session *s = filled(CROWD + 2, 1);

	test_forget();
	kin_all(s, Owner, "id > ? with subquery pets", 1);
	CHECK_SQL("SELECT " OWNER " FROM owners WHERE owners.id > ?",
	          "SELECT " PET ", anon_1.id FROM (SELECT owners.id FROM owners WHERE owners.id > ?) AS anon_1 "
	          "JOIN pets ON anon_1.id = pets.owner_id");
	s = test_session();
	kin_all(s, Owner, "limit ? with selectin pets", CROWD);
	CHECK_INT(test_sent(), 1 + 5);
	test_close();
}

/* Keys that lie far apart, beside each other, below 0 and at both ends. */
TEST(parents_are_found_whatever_their_keys_are)
{
	kin_session *s = filled(3, 1);

	test_run("INSERT INTO owners (id, name) VALUES (-9223372036854775807, 'Low'), (-5, 'Minus'), (4000000000, 'Far'), "
	         "(9223372036854775807, 'High')");
	test_run("INSERT INTO pets (name, species, age, owner_id) VALUES ('a', 'Dog', 1, -9223372036854775807), ('b', 'Dog', 1, -5), "
	         "('c', 'Dog', 1, 4000000000), ('d', 'Dog', 1, 9223372036854775807), ('e', 'Dog', 1, 9223372036854775807)");
	Owner_list owners = kin_all(s, Owner, "order by id with selectin pets");
	CHECK_INT(owners.count, 7);
	for (size_t i = 0; i < owners.count; i++) {
		const Owner *owner = owners.items[i];
		CHECK_INT(owner->pets.count, i == 6 ? 2 : 1);
		kin_each(Pet, pet, owner->pets)
			CHECK(pet->owner == owner);
	}
	owners = kin_all(s, Owner, "id < ? order by id with subquery pets", 0);
	CHECK_INT(owners.count, 2);
	CHECK_INT(owners.items[1]->pets.count, 1);
	CHECK_OK(s);
	test_close();
}

/* Pets of nobody; of an owner that is gone, whom the session still has; of an owner whose pets are loaded already. */
TEST(a_scan_gives_children_only_to_the_parents_that_the_query_brought)
{
	kin_session *s = filled(CROWD + 1, 2);
	const Owner *gone = kin_get(s, Owner, 5), *before = kin_get(s, Owner, 7);

	CHECK_INT(kin_load(before, pets).count, 2);
	kin_commit(s);
	test_run(test_words("PRAGMA foreign_keys = OFF; DELETE FROM owners WHERE id = 5; PRAGMA foreign_keys = ON",
	                    "ALTER TABLE pets DROP CONSTRAINT pets_owner_id_fkey; DELETE FROM owners WHERE id = 5",
	                    "SET foreign_key_checks = 0; DELETE FROM owners WHERE id = 5; SET foreign_key_checks = 1"));
	test_run("INSERT INTO pets (name, species, age) VALUES ('Stray', 'Dog', 1)");
	const Pet *const *items = before->pets.items;
	test_forget();
	Owner_list owners = kin_all(s, Owner, "with pets");
	CHECK_SQL("SELECT " OWNER " FROM owners", "SELECT " PET " FROM pets");
	CHECK_INT(owners.count, CROWD);
	kin_each(Owner, owner, owners)
		check_pets(owner, &owner->pets, 2);
	CHECK(before->pets.items == items);
	CHECK(!kin_is_loaded(gone, pets));
	CHECK_OK(s);
	test_close();
}

TEST(a_rollback_after_a_scan_leaves_lists_that_load_again)
{
	kin_session *s = filled(CROWD, 2);
	Pet *pet = kin_edit(s, Pet, kin_get(s, Pet, 1));

	pet->name = "Other";
	CHECK_INT(kin_flush(s), KIN_OK);
	Owner_list owners = kin_all(s, Owner, "with pets");
	kin_rollback(s);
	kin_each(Owner, owner, owners) {
		Pet_list pets = kin_load(owner, pets);
		check_pets(owner, &pets, 2);
	}
	CHECK_OK(s);
	test_close();
}

TEST(selectin_asks_only_for_owners_that_are_missing)
{
	kin_session *s = filled(4, 1);

	kin_all(s, Owner, "id <= 2");
	test_forget();
	Pet_list pets = kin_all(s, Pet, "with selectin owner");
	CHECK_SQL("SELECT " PET " FROM pets", "SELECT " OWNER " FROM owners WHERE owners.id IN (?, ?)");
	kin_each(Pet, pet, pets)
		CHECK_INT(pet->owner->id, pet->owner_id.value);
	test_close();
}

TEST(chains_go_as_deep_as_they_are_written)
{
	static const char *const visits = "INSERT INTO visits (day, pet_id) VALUES ('2026-01-05', 1), ('2026-01-06', 4), ('2026-01-07', 4)";
	kin_session *s = filled(2, 2);
	Owner_list lists[4];

	test_run(visits);
	lists[0] = kin_all(s, Owner, "order by id with pets.visits");
	CHECK_INT(test_sent(), 3);
	s = test_session();
	lists[1] = kin_all(s, Owner, "order by id with joined pets.visits");
	CHECK_INT(test_sent(), 1);
	s = test_session();
	lists[2] = kin_all(s, Owner, "order by id with subquery pets.visits");
	CHECK_SQL("SELECT " OWNER " FROM owners ORDER BY owners.id",
	          "SELECT " PET ", anon_1.id FROM (SELECT owners.id FROM owners) AS anon_1 JOIN pets ON anon_1.id = pets.owner_id",
	          "SELECT " VISIT ", pets_1.id FROM (SELECT owners.id FROM owners) AS anon_1 JOIN pets AS pets_1 ON anon_1.id = pets_1.owner_id "
	          "JOIN visits ON pets_1.id = visits.pet_id ORDER BY visits.day DESC");
	s = test_session();
	lists[3] = kin_all(s, Owner, "order by id with joined pets, subquery pets.visits");
	CHECK_INT(test_sent(), 2);
	for (int i = 0; i < 4; i++) {
		CHECK_INT(lists[i].count, 2);
		kin_each(Pet, pet, lists[i].items[1]->pets) {
			CHECK_INT(pet->visits.count, pet->id == 4 ? 2 : 0);
			if (pet->id == 4)
				CHECK_INT(pet->visits.items[0]->id, 3);
			kin_each(Visit, visit, pet->visits)
				CHECK(visit->pet == pet);
		}
	}
	CHECK_NO_SQL();
	test_close();
}

TEST(a_chain_through_one_object_reaches_its_collection)
{
	kin_session *s = filled(2, 3);
	Pet_list pets = kin_all(s, Pet, "species = ? with owner.pets", "Dog");

	CHECK_OK(s);
	CHECK_INT(test_sent(), 2);
	kin_each(Pet, pet, pets)
		CHECK_INT(pet->owner->pets.count, 3);
	CHECK_NO_SQL();
	test_close();
}

TEST(two_collections_joined_at_once_hold_each_child_once)
{
	kin_session *s = filled(2, 3);

	test_run("INSERT INTO visits (day, pet_id) SELECT DATE('2026-01-05'), pets.id FROM pets, (SELECT 1 UNION SELECT 2) AS twice");
	Pet_list pets = kin_all(s, Pet, "order by id with joined visits, joined owner.pets");
	CHECK_INT(test_sent(), 1);
	CHECK_INT(pets.count, 6);
	kin_each(Pet, pet, pets) {
		CHECK_INT(pet->visits.count, 2);
		CHECK_INT(pet->owner->pets.count, 3);
	}
	test_close();
}

/* ---- as the models say ---- */

static void make_kennels(const char *prefix)
{
	char sql[600];

	snprintf(sql, sizeof(sql),
	         "CREATE TABLE %s_kennels (id INTEGER PRIMARY KEY); CREATE TABLE %s_dogs (id INTEGER PRIMARY KEY, kennel_id BIGINT);"
	         "INSERT INTO %s_kennels VALUES (1), (2); INSERT INTO %s_dogs VALUES (1, 1), (2, 2), (3, 2), (4, NULL)",
	         prefix, prefix, prefix, prefix);
	test_run(sql);
}

TEST(a_joined_model_takes_one_statement_and_stops_at_the_cycle)
{
	test_open();
	make_kennels("j");
	kin_session *s = test_session();
	JKennel_list kennels = kin_all(s, JKennel);
	CHECK_SQL("SELECT j_kennels.id, j_dogs_1.id, j_dogs_1.kennel_id FROM j_kennels LEFT OUTER JOIN j_dogs AS j_dogs_1 "
	          "ON j_kennels.id = j_dogs_1.kennel_id");
	CHECK_INT(kennels.items[1]->dogs.count, 2);
	CHECK(kennels.items[1]->dogs.items[0]->kennel == kennels.items[1]);
	s = test_session();
	CHECK_INT(kin_get(s, JDog, 3)->kennel->id, 2);
	CHECK_INT(test_sent(), 1);
	CHECK(kin_get(s, JDog, 4)->kennel == NULL);
	test_close();
}

TEST(a_subquery_model_takes_two_statements)
{
	test_open();
	make_kennels("q");
	kin_session *s = test_session();
	QKennel_list kennels = kin_all(s, QKennel, "id > ?", 1);
	CHECK_SQL("SELECT q_kennels.id FROM q_kennels WHERE q_kennels.id > ?",
	          "SELECT q_dogs.id, q_dogs.kennel_id, anon_1.id FROM (SELECT q_kennels.id FROM q_kennels WHERE q_kennels.id > ?) "
	          "AS anon_1 JOIN q_dogs ON anon_1.id = q_dogs.kennel_id");
	kin_close(s);
	CHECK_INT(kin_load(kennels.items[0], dogs).count, 2);
	CHECK_OK(s);
	s = test_session();
	CHECK_INT(kin_get(s, QKennel, 2)->dogs.count, 2);
	CHECK_INT(test_sent(), 2);
	test_close();
}

TEST(a_selectin_model_takes_two_statements)
{
	test_open();
	make_kennels("i");
	kin_session *s = test_session();
	IKennel_list kennels = kin_all(s, IKennel);
	CHECK_SQL("SELECT i_kennels.id FROM i_kennels",
	          "SELECT i_dogs.id, i_dogs.kennel_id FROM i_dogs WHERE i_dogs.kennel_id IN (?, ?)");
	CHECK_INT(kennels.items[0]->dogs.count, 1);
	test_close();
}

TEST(what_a_model_loads_can_be_left_out)
{
	test_open();
	make_kennels("j");
	kin_session *s = test_session();
	JKennel_list kennels = kin_all(s, JKennel, "with select dogs");
	CHECK_SQL("SELECT j_kennels.id FROM j_kennels");
	CHECK(!kin_is_loaded(kennels.items[0], dogs));
	test_close();
}

/* ---- keys of other kinds ---- */

TEST(references_to_a_column_that_is_no_key_load)
{
	static const char *const ways[] = { "lazily", "joined", "subquery", "selectin" };

	for (size_t way = 0; way < 4; way++) {
		test_open();
		test_run("CREATE TABLE rooms (house VARCHAR NOT NULL, number INTEGER NOT NULL, label VARCHAR UNIQUE, PRIMARY KEY (house, number));"
		         "CREATE TABLE guests (name VARCHAR PRIMARY KEY, favourite VARCHAR);"
		         "INSERT INTO rooms VALUES ('A', 1, 'blue'), ('A', 2, 'red'), ('B', 1, NULL);"
		         "INSERT INTO guests VALUES ('Zoe', 'blue'), ('Ann', 'blue'), ('Bob', NULL), ('Cy', 'red')");
		kin_session *s = test_session();
		Room_list rooms = way == 0 ? kin_all(s, Room, "order by house, number")
		                : way == 1 ? kin_all(s, Room, "order by house, number with joined fans")
		                : way == 2 ? kin_all(s, Room, "order by house, number with subquery fans")
		                           : kin_all(s, Room, "order by house, number with selectin fans");
		CHECK_MSG(kin_errcode(s) == KIN_OK, "%s: %s", ways[way], kin_errmsg(s));
		CHECK_INT(rooms.count, 3);
		CHECK_INT(kin_load(rooms.items[0], fans).count, 2);
		CHECK_TEXT(rooms.items[0]->fans.items[0]->name, "Ann");
		CHECK_INT(kin_load(rooms.items[1], fans).count, 1);
		CHECK_INT(kin_load(rooms.items[2], fans).count, 0);
		CHECK(kin_get(s, Room, "B", 1) == rooms.items[2]);
		CHECK_OK(s);

		s = test_session();
		Guest_list guests = way == 0 ? kin_all(s, Guest, "order by name")
		                  : way == 1 ? kin_all(s, Guest, "order by name with joined liked")
		                  : way == 2 ? kin_all(s, Guest, "order by name with subquery liked")
		                             : kin_all(s, Guest, "order by name with selectin liked");
		CHECK_MSG(kin_errcode(s) == KIN_OK, "%s: %s", ways[way], kin_errmsg(s));
		CHECK_INT(guests.count, 4);
		CHECK_TEXT(kin_load(guests.items[0], liked)->label, "blue");
		CHECK(kin_load(guests.items[1], liked) == NULL);
		CHECK_TEXT(kin_load(guests.items[2], liked)->label, "red");
		CHECK(kin_load(guests.items[3], liked) == guests.items[0]->liked);
		CHECK_OK(s);
		test_close();
	}
}

TEST(one_on_the_other_side_loads_every_way)
{
	for (size_t way = 0; way < 4; way++) {
		test_open();
		test_run("CREATE TABLE nests (id INTEGER PRIMARY KEY); CREATE TABLE eggs (id INTEGER PRIMARY KEY, nest_id BIGINT);"
		         "INSERT INTO nests VALUES (1), (2), (3); INSERT INTO eggs VALUES (7, 3), (8, 1), (9, NULL)");
		kin_session *s = test_session();
		Nest_list nests = way == 0 ? kin_all(s, Nest, "order by id")
		                : way == 1 ? kin_all(s, Nest, "order by id with joined egg")
		                : way == 2 ? kin_all(s, Nest, "order by id with subquery egg")
		                           : kin_all(s, Nest, "order by id with selectin egg");
		CHECK_OK(s);
		CHECK_INT(kin_load(nests.items[0], egg)->id, 8);
		CHECK(kin_load(nests.items[1], egg) == NULL);
		CHECK_INT(kin_load(nests.items[2], egg)->id, 7);
		CHECK(kin_is_loaded(nests.items[2]->egg, nest) && nests.items[2]->egg->nest == nests.items[2]);
		CHECK_INT(kin_count(s, Nest, "egg.id = ? or egg is null", 8), 2);
		CHECK_OK(s);
		test_close();
	}
}

/* ---- memory ---- */

static int load_with_failing_memory(void)
{
	kin_session *s = kin_session_new(test_db());
	int rc;

	if (!s)
		return KIN_ENOMEM;
	kin_all(s, Owner, "id < ? with joined pets, subquery pets.visits", 3);
	kin_all(s, Owner, "id < ? with selectin pets, joined pets.visits", 4);
	kin_all(s, Owner, "id < ? with subquery pets", 5);
	Pet_list pets = kin_all(s, Pet, "with selectin owner.pets.visits");
	for (size_t i = 0; i < pets.count; i++)
		(void)kin_load(pets.items[i], visits);
	rc = kin_errcode(s);
	kin_free(s);
	return rc;
}

static int scan_with_failing_memory(void)
{
	kin_session *s = kin_session_new(test_db());
	int rc;

	if (!s)
		return KIN_ENOMEM;
	Owner_list owners = kin_all(s, Owner, "with subquery pets");
	rc = kin_errcode(s);
	CHECK_INT(rc == KIN_OK && owners.items[CROWD - 1]->pets.count != 1, 0);
	kin_free(s);
	return rc;
}

TEST(a_scan_survives_any_allocation_failing)
{
	filled(CROWD, 1);
	kin_test_fuse(__FILE__, __LINE__, scan_with_failing_memory);
	test_close();
}

TEST(loaders_survive_any_allocation_failing)
{
	filled(6, 2);
	test_run("INSERT INTO visits (day, pet_id) SELECT '2026-01-05', id FROM pets");
	kin_test_fuse(__FILE__, __LINE__, load_with_failing_memory);
	test_close();
}
