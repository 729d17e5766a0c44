/* plan_where.c - lists that come with a condition, and what becomes of the rest of them. */
#include "orm_test.h"

#include "orm/site.h"

#define PET "pets.id, pets.name, pets.species, pets.age, pets.owner_id"
#define OWNER "owners.id, owners.name"

KIN_DECLARE(Rack);
KIN_DECLARE(Plate);
KIN_DECLARE(Motif);

struct Rack {
	int64_t   id;
	Plate_list plates;
};

struct Plate {
	int64_t               id;
	int32_t               pages;
	kin_nullable(int64_t) rack_id;
	const Rack          *rack;
	Motif_list            motifs;
};

struct Motif {
	int64_t   id;
	int32_t   rank;
	Plate_list plates;
};

KIN_MODEL(Rack, "racks") {
	kin_column(id, .primary_key = true);
	kin_has_many(plates, Plate, .backref = "rack", .cascade = KIN_CASCADE_ALL | KIN_CASCADE_DELETE_ORPHAN);
}

KIN_MODEL(Plate, "plates") {
	kin_column(id, .primary_key = true);
	kin_column(pages);
	kin_column(rack_id, .foreign_key = "racks.id");
	kin_belongs_to(rack, Rack);
	kin_many_to_many(motifs, Motif, .through = "plate_motifs", .backref = "plates");
}

KIN_MODEL(Motif, "motifs") {
	kin_column(id, .primary_key = true);
	kin_column(rank);
	kin_many_to_many(plates, Plate, .through = "plate_motifs");
}

static kin_session *racks(void)
{
	test_open();
	test_run("CREATE TABLE racks (id INTEGER PRIMARY KEY); CREATE TABLE plates (id INTEGER PRIMARY KEY, pages INTEGER NOT NULL, rack_id BIGINT);"
	         "CREATE TABLE motifs (id INTEGER PRIMARY KEY, rank INTEGER NOT NULL);"
	         "CREATE TABLE plate_motifs (plate_id BIGINT NOT NULL, motif_id BIGINT NOT NULL, PRIMARY KEY (plate_id, motif_id));"
	         "INSERT INTO racks VALUES (1), (2), (3); INSERT INTO plates VALUES (1, 10, 1), (2, 200, 1), (3, 300, 1), (4, 20, 2);"
	         "INSERT INTO motifs VALUES (1, 1), (2, 2), (3, 3); INSERT INTO plate_motifs VALUES (1, 1), (1, 2), (1, 3), (2, 3)");
	return test_session();
}

static kin_session *filled(int owners, int pets_each)
{
	test_open();
	test_fill(owners, pets_each);
	return test_session();
}

static void check_dogs(Owner_list owners)
{
	kin_each(Owner, owner, owners) {
		CHECK(kin_is_loaded(owner, pets));
		CHECK_INT(kin_load(owner, pets).count, 2);
		kin_each(Pet, pet, owner->pets) {
			CHECK_TEXT(pet->species, "Dog");
			CHECK(pet->owner == owner);
		}
	}
	CHECK_NO_SQL();
}

/* ---- what is sent ---- */

TEST(selectin_asks_for_the_part)
{
	kin_session *s = filled(3, 4);
	Owner_list owners = kin_all(s, Owner, "id < ? order by id with pets where species = ?", 3, "Dog");

	CHECK_SQL("SELECT " OWNER " FROM owners WHERE owners.id < ? ORDER BY owners.id",
	          "SELECT " PET " FROM pets WHERE pets.owner_id IN (?, ?) AND pets.species = ?");
	CHECK_INT(owners.count, 2);
	check_dogs(owners);
	test_close();
}

TEST(joined_has_it_in_its_on)
{
	kin_session *s = filled(3, 4);
	Owner_list owners = kin_all(s, Owner, "id < ? order by id with joined pets where species = ?", 3, "Dog");

	CHECK_SQL("SELECT " OWNER ", pets_1.id, pets_1.name, pets_1.species, pets_1.age, pets_1.owner_id FROM owners LEFT OUTER JOIN pets AS pets_1 "
	          "ON owners.id = pets_1.owner_id AND pets_1.species = ? WHERE owners.id < ? ORDER BY owners.id");
	CHECK_INT(owners.count, 2);
	check_dogs(owners);
	test_close();
}

TEST(subquery_has_it_behind_the_join)
{
	kin_session *s = filled(3, 4);
	Owner_list owners = kin_all(s, Owner, "id < ? order by id with subquery pets where species = ?", 3, "Dog");

	CHECK_SQL("SELECT " OWNER " FROM owners WHERE owners.id < ? ORDER BY owners.id",
	          "SELECT " PET ", anon_1.id FROM (SELECT owners.id FROM owners WHERE owners.id < ?) AS anon_1 "
	          "JOIN pets ON anon_1.id = pets.owner_id WHERE pets.species = ?");
	check_dogs(owners);
	test_close();
}

TEST(immediate_asks_for_the_part_of_each)
{
	kin_session *s = filled(2, 4);
	Owner_list owners = kin_all(s, Owner, "id > ? order by id with immediate pets where species = ?", 0, "Dog");

	CHECK_SQL("SELECT " OWNER " FROM owners WHERE owners.id > ? ORDER BY owners.id",
	          "SELECT " PET " FROM pets WHERE pets.owner_id = ? AND pets.species = ?",
	          "SELECT " PET " FROM pets WHERE pets.owner_id = ? AND pets.species = ?");
	check_dogs(owners);
	test_close();
}

TEST(a_limit_leaves_the_part_alone)
{
	kin_session *s = filled(3, 4);
	Owner_list owners = kin_all(s, Owner, "order by id limit ? with joined pets where species = ?", 2, "Dog");

	CHECK_INT(owners.count, 2);
	CHECK_INT(test_sent(), 1);
	check_dogs(owners);
	test_close();
}

TEST(conditions_nest)
{
	kin_session *s = filled(2, 4);

	test_run("INSERT INTO visits (day, pet_id) VALUES ('2026-01-05', 2), ('2026-02-05', 2), ('2026-02-06', 1)");
	kin_all(s, Owner, "order by id with pets where species = ? and age is null or name = ?, pets.visits where day > ?", "Dog", "Pet 2",
	                            kin_date_of(2026, 2, 1));
	CHECK_OK(s);
	CHECK_INT(test_sent(), 3);
	const Pet *second = kin_get(s, Pet, 2);
	CHECK(kin_is_loaded(second, visits));
	CHECK_INT(second->visits.count, 1);
	CHECK_INT(second->visits.items[0]->id, 2);
	s = test_session();
	kin_all(s, Owner, "order by id with selectin pets, joined pets.visits where day > ?", kin_date_of(2026, 2, 1));
	CHECK_OK(s);
	CHECK_INT(test_sent(), 2);
	CHECK_INT(kin_get(s, Pet, 2)->visits.count, 1);
	CHECK_NO_SQL();
	test_close();
}

TEST(a_condition_walks_paths)
{
	kin_session *s = filled(2, 4);

	test_run("INSERT INTO visits (day, pet_id) VALUES ('2026-01-05', 2)");
	Owner_list owners = kin_all(s, Owner, "order by id with pets where owner.name = ? and visits is not null", "Owner 1");
	CHECK_HAS(test_sql(), "LEFT OUTER JOIN owners AS owners_1 ON pets.owner_id = owners_1.id");
	CHECK_HAS(test_sql(), "owners_1.name = ? AND EXISTS (SELECT 1 FROM visits AS visits_1 WHERE pets.id = visits_1.pet_id)");
	CHECK_INT(owners.items[0]->pets.count, 1);
	CHECK_INT(owners.items[1]->pets.count, 0);
	s = test_session();
	owners = kin_all(s, Owner, "order by id with subquery pets where owner.name = ?, joined pets.owner", "Owner 1");
	CHECK_OK(s);
	CHECK_INT(owners.items[0]->pets.count, 4);
	test_close();
}

TEST(null_and_arrays_stand_in_a_condition)
{
	kin_session *s = filled(3, 4);
	int64_t ids[] = { 1, 3, 5, 9 };
	const char *nobody = NULL;
	Owner_list owners = kin_all(s, Owner, "id in (?) order by id with pets where id in (?)", kin_array(ids, 4), kin_array(ids, 4));

	CHECK_OK(s);
	CHECK_INT(owners.count, 2);
	CHECK_INT(owners.items[0]->pets.count, 2);
	s = test_session();
	owners = kin_all(s, Owner, "with pets where species = ?", nobody);
	CHECK_INT(owners.items[0]->pets.count, 0);
	CHECK_HAS(test_sql(), "pets.species IS NULL");
	test_close();
}

/* ---- one, that fits or not ---- */

/* Pets 1 and 2 are of owner 1, 3 and 4 of owner 2, 5 of nobody. */
static void check_fits(kin_session *s, Pet_list pets, const char *way)
{
	CHECK_OK(s);
	CHECK_INT(pets.count, 5);
	test_forget();
	for (size_t i = 0; i < 5; i++) {
		bool loaded = kin_is_loaded(pets.items[i], owner);
		CHECK_MSG(loaded == (i < 2 || i == 4), "%s: %zu", way, i);
		if (loaded)
			CHECK_MSG(i == 4 ? !pets.items[i]->owner : pets.items[i]->owner->id == 1, "%s: %zu", way, i);
	}
	CHECK_NO_SQL();
	CHECK_INT(kin_load(pets.items[2], owner)->id, 2);
	CHECK_INT(kin_errcode(s), KIN_OK);
}

TEST(who_does_not_fit_stays_unloaded)
{
	kin_session *s = filled(2, 2);

	test_run("INSERT INTO pets (id, name) VALUES (5, 'Stray')");
	check_fits(s, kin_all(s, Pet, "order by id with owner where name = ?", "Owner 1"), "joined");
	s = test_session();
	check_fits(s, kin_all(s, Pet, "order by id with selectin owner where name = ?", "Owner 1"), "selectin");
	s = test_session();
	check_fits(s, kin_all(s, Pet, "order by id with subquery owner where name = ?", "Owner 1"), "subquery");
	s = test_session();
	check_fits(s, kin_all(s, Pet, "order by id with immediate owner where name = ?", "Owner 1"), "immediate");
	s = test_session();
	kin_get(s, Owner, 2); /* the session has it, which changes nothing */
	check_fits(s, kin_all(s, Pet, "order by id with selectin owner where name = ?", "Owner 1"), "known");
	test_close();
}

TEST(inner_leaves_out_who_does_not_fit)
{
	kin_session *s = filled(2, 2);
	Pet_list pets = kin_all(s, Pet, "order by id with inner owner where name = ?", "Owner 2");

	CHECK_HAS(test_sql(), "JOIN owners AS owners_1 ON pets.owner_id = owners_1.id AND owners_1.name = ?");
	CHECK_INT(pets.count, 2);
	CHECK_INT(pets.items[0]->id, 3);
	pets = kin_all(test_session(), Pet, "order by id limit 1 with inner owner where name = ?, joined visits", "Owner 2");
	CHECK_INT(pets.count, 1);
	CHECK_INT(pets.items[0]->id, 3);
	pets = kin_all(test_session(), Pet, "owner.id > 0 order by id with owner where name = ?", "Owner 2");
	CHECK_INT(pets.count, 4);
	CHECK(!kin_is_loaded(pets.items[0], owner) && kin_is_loaded(pets.items[3], owner));
	test_close();
}

TEST(a_flush_leaves_who_does_not_fit_alone)
{
	kin_session *s = filled(2, 1);
	const Pet *pet = kin_first(s, Pet, "id = 1 with owner where name = ?", "Nobody");

	kin_edit(s, Pet, pet)->species = "Fish";
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE pets SET species = ? WHERE id = ?");
	CHECK_INT(pet->owner_id.value, 1);
	CHECK_INT(kin_load(pet, owner)->id, 1);
	test_close();
}

TEST(a_stream_leaves_who_does_not_fit_unloaded)
{
	kin_session *s = filled(2, 2);
	int loaded = 0;

	kin_stream(s, Pet, pet, "order by id with owner where name = ?", "Owner 1")
		loaded += kin_is_loaded(pet, owner);
	CHECK_OK(s);
	CHECK_INT(loaded, 2);
	test_close();
}

/* ---- a part is not the whole ---- */

TEST(a_part_is_no_whole_to_a_flush)
{
	kin_session *s = racks();
	const Rack *rack = kin_first(s, Rack, "id = 1 with plates where pages > ?", 100);
	const Plate *small = kin_get(s, Plate, 4), *big = kin_get(s, Plate, 2);

	CHECK_INT(rack->plates.count, 2);
	test_forget();
	CHECK_INT(kin_append(rack, plates, small), KIN_OK);
	CHECK_INT(kin_remove(rack, plates, big), KIN_OK);
	CHECK_NO_SQL();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE plates SET rack_id = ? WHERE id = ?", "DELETE FROM plate_motifs WHERE plate_id = ?", "DELETE FROM plates WHERE id = ?");
	CHECK_INT(rack->plates.count, 2);
	CHECK_INT(kin_count(s, Plate, "rack_id = 1"), 3);
	test_close();
}

TEST(who_deletes_the_owner_deletes_the_rest_too)
{
	kin_session *s = racks();
	const Rack *rack = kin_first(s, Rack, "id = 1 with joined plates where pages > ?", 100);

	CHECK_INT(rack->plates.count, 2);
	CHECK_INT(kin_delete(s, rack), KIN_OK);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_count(s, Plate, ""), 1);
	test_close();
}

TEST(a_part_of_many_to_many_is_loaded_whole_before_it_changes)
{
	kin_session *s = racks();
	const Plate *plate = kin_first(s, Plate, "id = 1 with motifs where rank > ?", 2);
	const Motif *first = kin_get(s, Motif, 1);

	CHECK_INT(plate->motifs.count, 1);
	CHECK_INT(kin_append(plate, motifs, first), KIN_OK); /* it has it already */
	CHECK_INT(plate->motifs.count, 3);
	CHECK_INT(kin_commit(s), KIN_OK);
	s = test_session();
	plate = kin_first(s, Plate, "id = 2 with joined motifs where rank < ?", 2);
	CHECK_INT(plate->motifs.count, 0);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_append(plate, motifs, kin_get(s, Motif, 2)), KIN_OK);
	CHECK_INT(kin_commit(s), KIN_OK);
	s = test_session();
	CHECK_INT(kin_load(kin_get(s, Plate, 2), motifs).count, 2);
	test_close();
}

TEST(the_last_query_says_which_part_and_a_whole_stays_whole)
{
	kin_session *s = racks();
	Rack_list all = kin_all(s, Rack, "order by id with plates where pages > ?", 100);

	CHECK_INT(all.items[0]->plates.count, 2);
	kin_all(s, Rack, "with joined plates where pages < ?", 100);
	CHECK_INT(all.items[0]->plates.count, 1);
	CHECK_INT(all.items[1]->plates.count, 1);
	kin_all(s, Rack, "with subquery plates where pages > ?", 1000);
	CHECK_INT(all.items[1]->plates.count, 0);
	kin_all(s, Rack, "with plates");
	CHECK_INT(all.items[0]->plates.count, 3);
	kin_all(s, Rack, "with plates where pages > ?", 100);
	CHECK_INT(all.items[0]->plates.count, 3);
	test_close();
}

TEST(after_a_refresh_the_whole_is_loaded)
{
	kin_session *s = racks();
	const Rack *rack = kin_first(s, Rack, "id = 1 with plates where pages > ?", 100);

	CHECK_INT(kin_load(rack, plates).count, 2);
	CHECK_INT(kin_refresh(s, rack), KIN_OK);
	CHECK_INT(kin_load(rack, plates).count, 3);
	test_close();
}

TEST(a_rollback_leaves_a_part_a_part)
{
	kin_session *s = racks();
	const Rack *rack = kin_first(s, Rack, "id = 1 with plates where pages > ?", 100);
	Plate *plate = kin_edit(s, Plate, kin_get(s, Plate, 4));

	plate->rack = rack;
	CHECK_INT(kin_flush(s), KIN_OK);
	kin_rollback(s);
	CHECK_INT(kin_load(rack, plates).count, 2);
	CHECK_INT(kin_delete(s, rack), KIN_OK);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_count(s, Plate, ""), 1);
	test_close();
}

TEST(a_part_is_read_when_the_session_is_closed)
{
	kin_session *s = racks();
	const Rack *rack = kin_first(s, Rack, "id = 1 with plates where pages > ?", 100);

	kin_close(s);
	CHECK_INT(kin_load(rack, plates).count, 2);
	CHECK_OK(s);
	test_close();
}

TEST(parts_of_many_parents_take_a_statement_for_500)
{
	filled(1200, 2);
	kin_session *s = test_session();
	Owner_list owners = kin_all(s, Owner, "with pets where species = ?", "Dog");

	CHECK_INT(test_sent(), 4);
	CHECK_INT(owners.items[1199]->pets.count, 1);
	s = test_session();
	kin_all(s, Owner, "with subquery pets where species = ?", "Dog");
	CHECK_INT(test_sent(), 2);
	test_close();
}

/* ---- what is wrong ---- */

static void wrong(kin_model *model, const char *text, const char *expected)
{
	static const uint8_t kinds[] = { KIN_KIND_INT32, KIN_KIND_INT32 };
	size_t values = 0;
	kin_error error = { 0 };

	for (const char *at = text; *at; at++)
		values += *at == '?';
	const kin_site site = {
		.model = model, .text = text, .kinds = kinds, .count = (uint16_t)values, .verb = KIN_VERB_ALL, .file = "app.c", .line = 41,
	};
	kin_site_check(kin_registry_default(), &site, &error);
	const char *said = kin_error_text(&error);
	CHECK_TEXT(said + (*said ? strlen("app.c:41: ") : 0), expected);
	kin_error_clear(&error);
}

TEST(mistakes_in_a_condition_are_named)
{
	wrong(&Owner_model, "with pets where specie = 'Dog'", "Pet has no attribute 'specie'; did you mean 'species'?");
	wrong(&Owner_model, "with joined pets where specie = 'Dog'", "Pet has no attribute 'specie'; did you mean 'species'?");
	wrong(&Owner_model, "with pets where species = ?", "Pet.species is text, but argument 1 is a 32-bit integer");
	wrong(&Owner_model, "id = ? with pets where species = ?", "Pet.species is text, but argument 2 is a 32-bit integer");
	wrong(&Owner_model, "with pets where name", "a condition is true or false, but this is text");
	wrong(&Pet_model, "with owner where id = 1", "");
	wrong(&Pet_model, "with owner (order by name)", "Pet.owner is one object: an order and a limit are for lists");
	wrong(&Pet_model, "with owner (limit 1)", "Pet.owner is one object: an order and a limit are for lists");
	wrong(&Owner_model, "with pets (order by nam)", "Pet has no attribute 'nam'; did you mean 'name'?");
	wrong(&Owner_model, "with joined pets (order by owner.name)", "a condition on what is joined names Pet's own columns only, not 'owner.…': "
	      "`selectin pets where …` walks paths");
	wrong(&Owner_model, "with raise pets (limit 2)", "Owner.pets has a limit, but is not loaded (raise)");
	wrong(&Owner_model, "with pets (limit 1.5)", "expected a whole number or '?' after 'limit', found '1.5'");
	wrong(&Owner_model, "with pets ()", "expected 'where', 'order by' or 'limit' after '(', found ')'");
	wrong(&Owner_model, "order by name with pets order by id", "there is a 'order by' already; what is said of what comes along stands in brackets, as in "
	      "with pets (order by name limit 3)");
	wrong(&Owner_model, "with raise pets where id = 1", "Owner.pets has a condition, but is not loaded (raise)");
	wrong(&Owner_model, "with raise * where id = 1", "`*` has no condition, order or limit: name the relationship that is meant");
	wrong(&Owner_model, "with joined pets where owner.name = 'x'", "a condition on what is joined names Pet's own columns only, not 'owner.…': "
	      "`selectin pets where …` walks paths");
}

TEST(a_built_query_takes_names_only)
{
	kin_session *s = filled(1, 1);
	kin_query *q = kin_query_new(s, Owner);

	kin_with(q, "pets where id = 1");
	kin_query_all(q, Owner);
	CHECK_INT(kin_errcode(s), KIN_EQUERY);
	CHECK_HAS(kin_errmsg(s), "kin_with takes names only; kin_with_where takes a condition");
	test_close();
}

static int load_with_failing_memory(void)
{
	kin_session *s = kin_session_new(test_db());
	int rc;

	if (!s)
		return KIN_ENOMEM;
	kin_all(s, Owner, "with pets where species = ?, joined pets.visits where id > ?", "Dog", 0);
	kin_all(s, Owner, "with joined pets where species = ?", "Cat");
	kin_all(s, Owner, "with subquery pets where owner.name = ?", "Owner 1");
	kin_all(s, Owner, "with immediate pets where species = ?", "Dog");
	kin_all(s, Pet, "with selectin owner where name = ?", "Owner 1");
	rc = kin_errcode(s);
	kin_free(s);
	return rc;
}

TEST(parts_survive_any_allocation_failing)
{
	filled(3, 2);
	kin_test_fuse(__FILE__, __LINE__, load_with_failing_memory);
	test_close();
}
