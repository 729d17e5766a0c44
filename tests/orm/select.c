/* select.c - rows that are no objects: what the text asks the database, where the values go, and what is wrong with it. */
#include <kin/select.h>

#include "base/mem.h"
#include "orm/site.h"
#include "orm_test.h"

typedef struct SpeciesCount {
	const char *species;
	int64_t     n;
} SpeciesCount;
KIN_ROW(SpeciesCount, species, n);

typedef struct OwnedPet {
	const char            *name;
	const char            *owner;
	kin_nullable(int32_t)  age;
} OwnedPet;
KIN_ROW(OwnedPet, name, owner, age);

typedef struct Number {
	double value;
} Number;
KIN_ROW(Number, value);

static kin_session *filled(int owners, int pets_each)
{
	test_open();
	test_fill(owners, pets_each);
	return test_session();
}

TEST(values_are_grouped_counted_and_sorted)
{
	kin_session *s = filled(2, 3);
	SpeciesCount_list counts = kin_select(s, SpeciesCount,
		"select species, count(*) as n from Pet where id > ? group by species having count(*) > ? order by n desc, species", 0, 1);

	CHECK_SQL("SELECT pets.species AS species, count(*) AS n FROM pets WHERE pets.id > ? GROUP BY pets.species "
	          "HAVING count(*) > ? ORDER BY n DESC, pets.species");
	CHECK_OK(s);
	CHECK_INT(counts.count, 2);
	CHECK_TEXT(counts.items[0]->species, "Cat");
	CHECK_INT(counts.items[0]->n, 3);
	test_close();
}

TEST(a_value_is_named_again_in_group_by_and_having)
{
	kin_session *s = filled(2, 3);
	SpeciesCount_list counts = kin_select(s, SpeciesCount,
		"select lower(species) as species, sum(age) as n from Pet group by species having n > ? order by n + 1", 1);

	CHECK_SQL("SELECT lower(pets.species) AS species, sum(pets.age) AS n FROM pets GROUP BY species HAVING sum(pets.age) > ? "
	          "ORDER BY sum(pets.age) + 1");
	CHECK_OK(s);
	CHECK_INT(counts.count, 2);
	CHECK_TEXT(counts.items[0]->species, "dog");
	CHECK_INT(counts.items[0]->n, 9);
	test_close();
}

TEST(a_path_joins_and_gives_its_last_name)
{
	kin_session *s = filled(2, 1);
	OwnedPet_list pets = kin_select(s, OwnedPet, "select name, age, owner.name as owner from Pet order by id");

	CHECK_SQL("SELECT pets.name AS name, pets.age AS age, owners_1.name AS owner FROM pets "
	          "LEFT OUTER JOIN owners AS owners_1 ON pets.owner_id = owners_1.id ORDER BY pets.id");
	CHECK_OK(s);
	CHECK_INT(pets.count, 2);
	CHECK_TEXT(pets.items[1]->owner, "Owner 2");
	CHECK_INT(pets.items[1]->age.value, 2);
	test_close();
}

TEST(what_is_joined_has_a_name_of_its_own)
{
	kin_session *s = filled(2, 2);
	OwnedPet_list pets = kin_select(s, OwnedPet,
		"select p.name, p.age, o.name as owner from Owner o left join o.pets p on p.species = ? order by o.id, p.id", "Dog");

	CHECK_SQL("SELECT p.name AS name, p.age AS age, o.name AS owner FROM owners AS o LEFT OUTER JOIN pets AS p ON "
	          "o.id = p.owner_id AND p.species = ? ORDER BY o.id, p.id");
	CHECK_OK(s);
	CHECK_INT(pets.count, 2);
	CHECK_TEXT(pets.items[0]->name, "Pet 1");
	test_close();
}

TEST(a_model_is_joined_on_a_condition)
{
	kin_session *s = filled(2, 2);
	SpeciesCount_list pairs = kin_select(s, SpeciesCount,
		"select a.species, count(*) as n from Pet a join Pet b on a.species = b.species and a.id < b.id group by a.species");

	CHECK_SQL("SELECT a.species AS species, count(*) AS n FROM pets AS a JOIN pets AS b ON a.species = b.species AND a.id < b.id "
	          "GROUP BY a.species");
	CHECK_OK(s);
	CHECK_INT(pairs.count, 2);
	CHECK_INT(pairs.items[0]->n, 1);
	test_close();
}

TEST(distinct_rows_are_given_once)
{
	kin_session *s = filled(2, 3);
	SpeciesCount_list rows = kin_select(s, SpeciesCount, "select distinct species, 1 as n from Pet");

	CHECK_SQL("SELECT DISTINCT pets.species AS species, 1 AS n FROM pets");
	CHECK_INT(rows.count, 2);
	test_close();
}

TEST(the_first_row_is_asked_for_alone)
{
	kin_session *s = filled(2, 3);
	const Number *average = kin_select_first(s, Number, "select avg(age) as value from Pet");

	CHECK_SQL("SELECT avg(pets.age) AS value FROM pets LIMIT 1");
	CHECK_OK(s);
	CHECK(average->value == 3.5);
	CHECK(kin_select_first(s, Number, "select id as value from Pet where id = ?", 99) == NULL);
	CHECK_OK(s);
	test_close();
}

TEST(rows_see_what_the_session_has_not_flushed_yet)
{
	kin_session *s = filled(1, 1);

	kin_add(s, kin_new(s, Pet, .name = "Ben"));
	const Number *count = kin_select_first(s, Number, "select count(*) as value from Pet");
	CHECK_OK(s);
	CHECK(count->value == 2);
	test_close();
}

TEST(null_goes_only_where_it_can)
{
	kin_session *s = filled(1, 1);

	CHECK(kin_select_first(s, Number, "select max(age) as value from Pet where id > ?", 5) == NULL);
	CHECK_INT(kin_errcode(s), KIN_ENOTNULL);
	CHECK_HAS(kin_errmsg(s), "value");
	test_close();
}

TEST(an_array_stands_for_many_values)
{
	kin_session *s = filled(2, 3);
	int64_t ids[] = { 1, 2, 4 };
	SpeciesCount_list counts = kin_select(s, SpeciesCount, "select species, count(*) as n from Pet where id in (?) group by species order by n",
	                                      kin_array(ids, 3));

	CHECK_OK(s);
	CHECK_INT(counts.count, 2);
	CHECK_INT(counts.items[1]->n, 2);
	test_close();
}

/* ---- the database's own SQL ---- */

TEST(own_sql_gives_rows_by_the_names_of_their_columns)
{
	kin_session *s = filled(2, 3);
	SpeciesCount_list rows = kin_sql(s, SpeciesCount,
		"SELECT count(*) AS n, species FROM pets WHERE species <> '?' AND id > ? -- why?\n GROUP BY species ORDER BY 2 DESC", 0);

	CHECK_SQL("SELECT count(*) AS n, species FROM pets WHERE species <> '?' AND id > ? -- why?");
	CHECK_OK(s);
	CHECK_INT(rows.count, 2);
	CHECK_TEXT(rows.items[0]->species, "Dog");
	CHECK_INT(rows.items[0]->n, 3);
	test_close();
}

TEST(own_sql_changes_rows_and_says_how_many)
{
	kin_session *s = filled(2, 3);

	CHECK_INT(kin_sql_run(s, "UPDATE pets SET species = ? WHERE species = ?", "Fish", "Dog"), 3);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Pet, "species = 'Fish'"), 3);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_count(s, Pet, "species = 'Fish'"), 0);
	test_close();
}

TEST(own_sql_that_does_not_fit_says_so)
{
	kin_session *s = filled(1, 1);
	int64_t ids[] = { 1, 2 };

	CHECK_INT(kin_sql(s, SpeciesCount, "SELECT species FROM pets").count, 0);
	CHECK_TEXT(kin_errmsg(s), "no column is called 'n': SpeciesCount.n would be empty; say `AS n`");
	kin_rollback(s);
	CHECK_INT(kin_sql(s, SpeciesCount, "SELECT species, 1 AS n FROM pets WHERE id = ?").count, 0);
	CHECK_TEXT(kin_errmsg(s), "the text has 1 `?`, but 0 values are given");
	kin_rollback(s);
	CHECK_INT(kin_sql_run(s, "DELETE FROM pets WHERE id IN (?)", kin_array(ids, 2)), -1);
	CHECK_TEXT(kin_errmsg(s), "argument 1 is an array: the database's own SQL takes single values");
	kin_rollback(s);
	CHECK_INT(kin_sql_run(s, "DELETE FROM nowhere"), -1);
	CHECK_HAS(kin_errmsg(s), "nowhere");
	test_close();
}

FUSED(own_sql_survives_no_memory)
{
	static long n;
	kin_session *s;

	kin_fuse_set(-1);
	s = filled(1, 3);
	kin_fuse_set(n++);
	int64_t least = 1;
	SpeciesCount_list rows = kin_sql(s, SpeciesCount, "SELECT species, id AS n FROM pets WHERE id >= ?", least);
	int64_t changed = kin_sql_run(s, "UPDATE pets SET age = ?", 5);
	int rc = kin_errcode(s);
	if (!kin_fuse_blown())
		n = 0;
	CHECK(rc < 0 || (rows.count == 3 && changed == 3));
	test_close();
	return rc;
}

/* ---- what is wrong ---- */

static const char *wrong(const char *text, const kin_row *(*row)(void))
{
	static kin_error error;
	kin_site site = { .row = row, .text = text, .verb = KIN_VERB_ROWS, .file = "app.c", .line = 7, .kinds = (const uint8_t *)"" };

	kin_error_clear(&error);
	CHECK_INT(kin_site_check(kin_registry_default(), &site, &error), KIN_EQUERY);
	return kin_error_text(&error);
}

#define WRONG(Row, text) wrong(text, kin_row_##Row##_)

TEST(what_is_wrong_with_a_text_of_rows_is_told)
{
	CHECK_TEXT(WRONG(SpeciesCount, "select species, count(*) as n from Pets group by species"),
	           "app.c:7: there is no model 'Pets'; did you mean 'Pet'?");
	CHECK_TEXT(WRONG(SpeciesCount, "select species, count(*) as m from Pet group by species"),
	           "app.c:7: SpeciesCount has no member 'm'; did you mean 'n'?\napp.c:7: nothing is selected for SpeciesCount.n");
	CHECK_TEXT(WRONG(SpeciesCount, "select specie, 1 as n from Pet"), "app.c:7: SpeciesCount has no member 'specie'; did you mean 'species'?\n"
	           "app.c:7: nothing is selected for SpeciesCount.species");
	CHECK_TEXT(WRONG(SpeciesCount, "select spcies as species, 1 as n from Pet"), "app.c:7: Pet has no attribute 'spcies'; did you mean 'species'?");
	CHECK_TEXT(WRONG(SpeciesCount, "select species, name as n from Pet"),
	           "app.c:7: SpeciesCount.n is a 64-bit integer, but what goes there is text");
	CHECK_TEXT(WRONG(SpeciesCount, "select species, avg(age) as n from Pet group by species"),
	           "app.c:7: SpeciesCount.n is a 64-bit integer, but what goes there is a double");
	CHECK_TEXT(WRONG(SpeciesCount, "select species, count(*) from Pet"),
	           "app.c:7: this value has no name: say `as`, and the member of SpeciesCount that it goes to\n"
	           "app.c:7: nothing is selected for SpeciesCount.n");
	CHECK_TEXT(WRONG(OwnedPet, "select p.name, age, name as owner from Pet p join owner o"),
	           "app.c:7: 'name' may be p's or o's: write p.name or o.name");
	CHECK_TEXT(WRONG(OwnedPet, "select name, age, name as owner from Pet join Owner"),
	           "app.c:7: join Owner says not on what: `join Owner on …`, or name a relationship");
	CHECK_TEXT(WRONG(OwnedPet, "select name, age, name as owner from Pet join ownr"),
	           "app.c:7: Pet has no relationship 'ownr'; did you mean 'owner'?");
	CHECK_TEXT(WRONG(OwnedPet, "select a.name, a.age, b.name as owner from Pet a join Pet a on a.id = 1"),
	           "app.c:7: two sources are called 'a': name one of them, as in Pet other");
	CHECK_HAS(WRONG(OwnedPet, "select name from Pet with owner"), "'with' loads relationships of objects; these rows are none");
	CHECK_HAS(WRONG(OwnedPet, "name from Pet"), "expected 'select'");
}

FUSED(selecting_rows_survives_no_memory)
{
	static long n;
	kin_session *s;

	kin_fuse_set(-1);
	s = filled(1, 3);
	kin_fuse_set(n++);
	int64_t low = 0;
	SpeciesCount_list counts = kin_select(s, SpeciesCount,
		"select p.species, count(*) as n from Owner o join o.pets p where p.id > ? group by p.species order by n", low);
	int rc = kin_errcode(s);
	if (!kin_fuse_blown())
		n = 0;
	CHECK(rc < 0 || counts.count == 2);
	test_close();
	return rc;
}
