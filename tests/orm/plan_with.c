/* plan_with.c - what comes with a query's objects: inner joins, steps of a relationship to itself, one join for condition and load. */
#include "orm_test.h"

#include "orm/site.h"

#define OWNER "owners.id, owners.name"
#define PET "pets.id, pets.name, pets.species, pets.age, pets.owner_id"

KIN_DECLARE(Branch);

struct Branch {
	int64_t               id;
	kin_nullable(int64_t) parent_id;
	const Branch         *parent;
	Branch_list           children;
};

KIN_MODEL(Branch, "branches") {
	kin_column(id, .primary_key = true);
	kin_column(parent_id, .foreign_key = "branches.id");
	kin_belongs_to(parent, Branch, .join_depth = 2, .lazy = KIN_JOINED);
	kin_has_many(children, Branch, .backref = "parent", .join_depth = 3, .order_by = "id");
}

/* Always with its master. */
KIN_DECLARE(Master);
KIN_DECLARE(Slave);

struct Master {
	int64_t id;
};

struct Slave {
	int64_t               id;
	kin_nullable(int64_t) master_id;
	const Master         *master;
};

KIN_MODEL(Master, "masters") {
	kin_column(id, .primary_key = true);
}

KIN_MODEL(Slave, "slaves") {
	kin_column(id, .primary_key = true);
	kin_column(master_id, .foreign_key = "masters.id");
	kin_belongs_to(master, Master, .lazy = KIN_JOINED, .inner = true);
}

static kin_session *filled(int owners, int pets_each)
{
	test_open();
	test_fill(owners, pets_each);
	return test_session();
}

/* ---- inner ---- */

TEST(inner_leaves_out_who_has_none)
{
	kin_session *s = filled(2, 2);

	test_run("UPDATE pets SET owner_id = NULL WHERE id = 2");
	Pet_list pets = kin_all(s, Pet, "order by id with inner owner");
	CHECK_SQL("SELECT " PET ", owners_1.id, owners_1.name FROM pets JOIN owners AS owners_1 ON pets.owner_id = owners_1.id ORDER BY pets.id");
	CHECK_INT(pets.count, 3);
	CHECK_TEXT(pets.items[1]->owner->name, "Owner 2");
	test_close();
}

TEST(inner_goes_for_every_step)
{
	kin_session *s = filled(2, 2);

	test_run("INSERT INTO visits (day, pet_id) VALUES ('2026-01-05', 1), ('2026-01-06', NULL)");
	Visit_list visits = kin_all(s, Visit, "with inner pet.owner");
	CHECK_SQL("SELECT visits.id, visits.day, visits.pet_id, pets_1.id, pets_1.name, pets_1.species, pets_1.age, pets_1.owner_id, owners_1.id, "
	          "owners_1.name FROM visits JOIN pets AS pets_1 ON visits.pet_id = pets_1.id JOIN owners AS owners_1 ON pets_1.owner_id = owners_1.id");
	CHECK_INT(visits.count, 1);
	test_close();
}

TEST(a_limit_does_not_count_what_inner_leaves_out)
{
	kin_session *s = filled(2, 2);

	test_run("UPDATE pets SET owner_id = NULL WHERE id = 1");
	Pet_list pets = kin_all(s, Pet, "order by id limit 2 with inner owner, joined visits");
	CHECK_INT(test_sent(), 1);
	CHECK_INT(pets.count, 2);
	CHECK_INT(pets.items[0]->id, 2);
	test_close();
}

TEST(a_model_may_say_inner)
{
	test_open();
	test_run("CREATE TABLE masters (id INTEGER PRIMARY KEY); CREATE TABLE slaves (id INTEGER PRIMARY KEY, master_id BIGINT);"
	         "INSERT INTO masters VALUES (1); INSERT INTO slaves VALUES (1, 1)");
	kin_session *s = test_session();
	CHECK_INT(kin_all(s, Slave).items[0]->master->id, 1);
	CHECK_SQL("SELECT slaves.id, slaves.master_id, masters_1.id FROM slaves JOIN masters AS masters_1 ON slaves.master_id = masters_1.id");
	CHECK_INT(kin_all(s, Slave, "with joined master").count, 1);
	CHECK_HAS(test_sql(), "LEFT OUTER JOIN");
	test_close();
}

/* ---- one join for both ---- */

TEST(what_the_condition_joins_is_loaded_from_that_join)
{
	kin_session *s = filled(2, 2);
	Pet_list pets = kin_all(s, Pet, "owner.name = ? order by id with owner", "Owner 2");

	CHECK_SQL("SELECT " PET ", owners_1.id, owners_1.name FROM pets LEFT OUTER JOIN owners AS owners_1 ON pets.owner_id = owners_1.id "
	          "WHERE owners_1.name = ? ORDER BY pets.id");
	CHECK_INT(pets.count, 2);
	CHECK_TEXT(pets.items[1]->owner->name, "Owner 2");
	kin_all(s, Pet, "owner.name = ? with inner owner", "Owner 2");
	CHECK_SQL("SELECT " PET ", owners_1.id, owners_1.name FROM pets JOIN owners AS owners_1 ON pets.owner_id = owners_1.id "
	          "WHERE owners_1.name = ?");
	test_close();
}

TEST(an_order_joins_once_too)
{
	kin_session *s = filled(2, 2);

	test_run("INSERT INTO visits (day, pet_id) VALUES ('2026-01-05', 1)");
	kin_all(s, Visit, "order by pet.owner.name with joined pet.owner");
	CHECK_SQL("SELECT visits.id, visits.day, visits.pet_id, pets_1.id, pets_1.name, pets_1.species, pets_1.age, pets_1.owner_id, owners_1.id, "
	          "owners_1.name FROM visits LEFT OUTER JOIN pets AS pets_1 ON visits.pet_id = pets_1.id LEFT OUTER JOIN owners AS owners_1 "
	          "ON pets_1.owner_id = owners_1.id ORDER BY owners_1.name");
	test_close();
}

TEST(a_collection_in_the_condition_is_loaded_whole)
{
	kin_session *s = filled(2, 3);
	Owner_list owners = kin_all(s, Owner, "pets.name = ? with joined pets", "Pet 2");

	CHECK_HAS(test_sql(), "EXISTS");
	CHECK_INT(owners.count, 1);
	CHECK_INT(owners.items[0]->pets.count, 3);
	test_close();
}

/* ---- to itself ---- */

static kin_session *branches(void)
{
	test_open();
	test_run("CREATE TABLE branches (id INTEGER PRIMARY KEY, parent_id BIGINT);"
	         "INSERT INTO branches VALUES (1, NULL), (2, 1), (3, 2), (4, 3), (5, 4), (6, 1)");
	return test_session();
}

TEST(join_depth_is_how_many_steps_come)
{
	kin_session *s = branches();
	const Branch *root = kin_first(s, Branch, "id = 1 with joined children");

	CHECK_INT(test_sent(), 1);
	CHECK_INT(root->children.count, 2);
	const Branch *third = root->children.items[0]->children.items[0]->children.items[0];
	CHECK_INT(third->id, 4);
	CHECK_NO_SQL();
	CHECK(!kin_is_loaded(third, children));
	CHECK(kin_is_loaded(root->children.items[1], children));
	test_close();
}

TEST(a_model_that_joins_itself_ends)
{
	kin_session *s = branches();
	const Branch *leaf = kin_get(s, Branch, 5);

	CHECK_SQL("SELECT branches.id, branches.parent_id, branches_1.id, branches_1.parent_id, branches_2.id, branches_2.parent_id FROM branches "
	          "LEFT OUTER JOIN branches AS branches_1 ON branches.parent_id = branches_1.id LEFT OUTER JOIN branches AS branches_2 "
	          "ON branches_1.parent_id = branches_2.id WHERE branches.id = ?");
	CHECK_INT(leaf->parent->parent->id, 3);
	CHECK(!kin_is_loaded(leaf->parent->parent, parent));
	test_close();
}

TEST(steps_that_are_written_out_go_deeper_than_the_model)
{
	kin_session *s = branches();
	const Branch *root = kin_first(s, Branch, "id = 1 with children.children.children.children, select *");

	CHECK_INT(test_sent(), 5);
	CHECK_INT(root->children.items[0]->children.items[0]->children.items[0]->children.items[0]->id, 5);
	test_close();
}

TEST(each_step_of_selectin_is_a_statement)
{
	kin_session *s = branches();

	kin_all(s, Branch, "parent is null with selectin children, select *");
	CHECK_INT(test_sent(), 4);
	test_close();
}

/* ---- what is wrong ---- */

static void wrong(const char *text, const char *expected)
{
	const kin_site site = { .model = &Pet_model, .text = text, .kinds = (const uint8_t *)"", .verb = KIN_VERB_ALL, .file = "app.c", .line = 41 };
	kin_error error = { 0 };

	kin_site_check(kin_registry_default(), &site, &error);
	const char *said = kin_error_text(&error);
	CHECK_TEXT(said + (*said ? strlen("app.c:41: ") : 0), expected);
	kin_error_clear(&error);
}

TEST(loaders_that_are_none_are_named)
{
	wrong("with joind owner", "'joind' is no way to load; did you mean 'joined'?");
	wrong("with rase *", "'rase' is no way to load; did you mean 'raise'?");
	wrong("with raise ownr", "Pet has no relationship 'ownr'; did you mean 'owner'?");
	wrong("with visits, raise vists.*", "Pet has no relationship 'vists'; did you mean 'visits'?");
	wrong("with write_only visits", "write_only is the model's to say: .lazy = KIN_WRITE_ONLY");
}

TEST(loaders_that_contradict_each_other_are_named)
{
	wrong("with joined visits, selectin visits", "Pet.visits is to be loaded as joined and as selectin");
	wrong("with owner, inner owner", "");
	wrong("with joined owner, inner owner", "Pet.owner is to be loaded as joined and as inner");
	wrong("with owner, owner", "Pet.owner is named twice");
	wrong("with owner.pets, owner", "");
	wrong("with owner.pets, raise owner", "Owner.pets cannot come: Pet.owner is not loaded (raise)");
	wrong("with select owner, owner.pets", "Owner.pets cannot come: Pet.owner is not loaded (select)");
	wrong("with raise *, select *", "there is a `*` already");
	wrong("with inner visits", "Pet.visits is a collection, and `inner` is for a relationship to one; who has none is left out by the condition "
	      "`… is not null`");
}

TEST(all_comes_by_one_star)
{
	kin_session *s = filled(2, 2);
	Pet_list pets = kin_all(s, Pet, "order by id with *");

	CHECK_SQL("SELECT " PET ", owners_1.id, owners_1.name FROM pets LEFT OUTER JOIN owners AS owners_1 ON pets.owner_id = owners_1.id ORDER BY pets.id",
	          "SELECT visits.id, visits.day, visits.pet_id FROM visits WHERE visits.pet_id IN (?, ?, ?, ?) ORDER BY visits.day DESC");
	CHECK(kin_is_loaded(pets.items[0], visits) && !kin_is_loaded(pets.items[0]->owner, pets));
	s = test_session();
	kin_all(s, Owner, "order by id with pets.*");
	CHECK_SQL("SELECT " OWNER " FROM owners ORDER BY owners.id", "SELECT " PET " FROM pets WHERE pets.owner_id IN (?, ?)",
	          "SELECT visits.id, visits.day, visits.pet_id FROM visits WHERE visits.pet_id IN (?, ?, ?, ?) ORDER BY visits.day DESC");
	s = test_session();
	kin_all(s, Pet, "with selectin *, raise *");
	CHECK_INT(test_sent(), 3);
	s = test_session();
	kin_stream(s, Pet, pet, "order by id with *")
		CHECK(kin_is_loaded(pet, owner) && kin_is_loaded(pet, visits));
	CHECK_OK(s);
	test_close();
}

TEST(all_is_of_one_step)
{
	wrong("with owner.*", "");
	wrong("with joined *", "");
	wrong("with inner *", "'inner *' would leave out who lacks any of them: name the one that is meant");
	wrong("with ownr.*", "Pet has no relationship 'ownr'; did you mean 'owner'?");
	wrong("with raise * where id = 1", "`*` has no condition, order or limit: name the relationship that is meant");
	wrong("with raise owner.*", "Pet.owner is not loaded here: name it before what is beyond it");
}

TEST(what_makes_no_objects_loads_nothing)
{
	const kin_site site = { .model = &Pet_model, .text = "with owner", .kinds = (const uint8_t *)"", .verb = KIN_VERB_COUNT, .file = "a.c" };
	kin_error error = { 0 };

	CHECK_INT(kin_site_check(kin_registry_default(), &site, &error), KIN_EQUERY);
	CHECK_HAS(kin_error_text(&error), "kin_count() makes no objects: there is nothing to load `with` them");
	kin_error_clear(&error);
}

/* ---- however many parents ---- */

static void check_sent(const char *way, size_t sent, size_t expected, int parents)
{
	CHECK_MSG(sent == expected, "%s, %d parents: %zu statements, not %zu", way, parents, sent, expected);
}

/* `scanned`: more than 2,000 parents without a condition take one statement. */
#define COUNTED(Model, text, member, expected) \
	do { \
		kin_session *s_ = kin_session_new(test_db()); \
		test_forget(); \
		Model##_list list_ = kin_all(s_, Model, text); \
		size_t found_ = 0; \
		kin_each(Model, one, list_) \
			found_ += kin_is_loaded(one, member); \
		CHECK_OK(s_); \
		CHECK_INT(found_, list_.count); \
		check_sent(text, test_sent(), expected, n); \
		kin_free(s_); \
	} while (0)

TEST(statements_do_not_count_parents)
{
	const int counts[] = { 10, 1000, kin_test_rounds(10000) };

	for (size_t i = 0; i < 3; i++) {
		int n = counts[i];
		size_t batches = ((size_t)n + 499) / 500;
		filled(n, 1);
		COUNTED(Owner, "with joined pets", pets, 1);
		COUNTED(Owner, "with subquery pets", pets, 2);
		COUNTED(Owner, "with selectin pets", pets, n > 2000 ? 2 : 1 + batches);
		COUNTED(Owner, "id > 0 with selectin pets", pets, 1 + batches);
		COUNTED(Pet, "with joined owner", owner, 1);
		COUNTED(Pet, "with inner owner", owner, 1);
		COUNTED(Pet, "with subquery owner", owner, 2);
		COUNTED(Pet, "with selectin owner", owner, 1 + batches);
		if (n <= 1000) {
			COUNTED(Owner, "with immediate pets", pets, 1 + (size_t)n);
			COUNTED(Pet, "with immediate owner", owner, 1 + (size_t)n);
		}
		test_close();
	}
}

TEST(statements_of_loops_count_batches)
{
	const int counts[] = { 10, 1000, kin_test_rounds(10000) };

	for (size_t i = 0; i < 3; i++) {
		int n = counts[i];
		size_t batches = (size_t)(n - 1 + 499) / 500;
		kin_session *s = filled(n, 1);
		Owner_list owners = kin_all(s, Owner);
		test_forget();
		kin_each(Owner, owner, owners)
			CHECK_INT(kin_load(owner, pets).count, 1);
		check_sent("select", test_sent(), 1 + batches, n);
		s = test_session();
		Pet_list pets = kin_all(s, Pet);
		test_forget();
		kin_each(Pet, pet, pets)
			CHECK(kin_load(pet, owner) != NULL);
		check_sent("select", test_sent(), 1 + batches, n);
		test_close();
	}
}
