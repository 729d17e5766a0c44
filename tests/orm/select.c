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

#define OWNER "owners.id, owners.name"

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

	CHECK_SQL("SELECT lower(pets.species) AS species, sum(pets.age) AS n FROM pets GROUP BY lower(pets.species) HAVING sum(pets.age) > ? "
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

/* ---- queries inside queries ---- */

#define OWNED(integer) \
	"SELECT o.name AS owner, (SELECT max(p.name) FROM pets AS p WHERE p.owner_id = o.id AND p.species = ?) AS name, " \
	"CAST(NULL AS " integer ") AS age FROM owners AS o WHERE EXISTS (SELECT 1 FROM pets AS pets_1 WHERE pets_1.owner_id = o.id) " \
	"ORDER BY o.id"

TEST(a_query_inside_sees_the_names_outside)
{
	kin_session *s = filled(2, 2);
	OwnedPet_list rows = kin_select(s, OwnedPet,
		"select o.name as owner, (select max(p.name) from Pet p where p.owner_id = o.id and p.species = ?) as name, "
		"cast(null as integer) as age from Owner o where exists (select 1 from Pet where owner_id = o.id) order by o.id", "Cat");

	CHECK_SQL(test_words(OWNED("INTEGER"), OWNED("INTEGER"), OWNED("SIGNED")));
	CHECK_OK(s);
	CHECK_INT(rows.count, 2);
	CHECK_TEXT(rows.items[1]->name, "Pet 4");
	test_close();
}

TEST(a_condition_of_objects_takes_queries_too)
{
	kin_session *s = filled(3, 1);
	Owner_list owners = kin_all(s, Owner, "id in (select owner_id from Pet where species = ?) and "
	                            "not exists (select 1 from Pet p where p.owner_id = Owner.id and p.id > ?)", "Dog", 2);

	CHECK_SQL("SELECT " OWNER " FROM owners WHERE owners.id IN (SELECT pets_1.owner_id AS owner_id FROM pets AS pets_1 WHERE "
	          "pets_1.species = ?) AND NOT EXISTS (SELECT 1 FROM pets AS p WHERE p.owner_id = owners.id AND p.id > ?)");
	CHECK_OK(s);
	CHECK_INT(owners.count, 1);
	CHECK_INT(kin_delete_where(s, Pet, "owner_id in (select id from Owner where name = ?)", "Owner 3"), 1);
	CHECK_SQL("DELETE FROM pets WHERE pets.owner_id IN (SELECT owners_1.id AS id FROM owners AS owners_1 WHERE owners_1.name = ?)");
	CHECK_OK(s);
	test_close();
}

TEST(a_query_may_be_a_source)
{
	kin_session *s = filled(2, 3);
	const Number *most = kin_select_first(s, Number, "select max(t.n) as value from (select species, count(*) as n from Pet group by species) t");

	CHECK_SQL("SELECT max(t.n) AS value FROM (SELECT pets.species AS species, count(*) AS n FROM pets GROUP BY "
	          "pets.species) AS t LIMIT 1");
	CHECK_OK(s);
	CHECK(most->value == 3);
	test_close();
}

TEST(selects_are_combined_and_sorted_as_one)
{
	kin_session *s = filled(2, 1);
	SpeciesCount_list rows = kin_select(s, SpeciesCount,
		"select name as species, id as n from Pet where id < ? union all select name, 0 from Owner order by n desc, species limit 2", 5);

	CHECK_SQL("SELECT pets.name AS species, pets.id AS n FROM pets WHERE pets.id < ? UNION ALL SELECT owners.name AS name, 0 FROM owners "
	          "ORDER BY n DESC, species LIMIT 2");
	CHECK_OK(s);
	CHECK_INT(rows.count, 2);
	CHECK_TEXT(rows.items[0]->species, "Pet 2");
	test_close();
}

TEST(a_query_that_is_named_first_may_use_itself)
{
	kin_session *s = filled(1, 4);
	const Number *sum = kin_select_first(s, Number,
		"with recursive chain (id, depth) as (select id, 1 from Pet where id = ? union all "
		"select p.id, c.depth + 1 from chain c join Pet p on p.id = c.id + 1) select sum(depth) as value from chain", 1);

	CHECK_SQL("WITH RECURSIVE chain (id, depth) AS (SELECT pets.id AS id, 1 FROM pets WHERE pets.id = ? UNION ALL "
	          "SELECT p.id AS id, c.depth + 1 FROM chain AS c JOIN pets AS p ON p.id = c.id + 1) SELECT sum(chain.depth) AS value "
	          "FROM chain LIMIT 1");
	CHECK_OK(s);
	CHECK(sum->value == 10);
	test_close();
}

TEST(windows_look_at_the_rows_around)
{
	kin_session *s = filled(1, 4);
	SpeciesCount_list rows = kin_select(s, SpeciesCount,
		"select species, row_number() over (partition by species order by id desc) as n from Pet order by species, n");

	CHECK_SQL("SELECT pets.species AS species, row_number() OVER (PARTITION BY pets.species ORDER BY pets.id DESC) AS n FROM pets "
	          "ORDER BY pets.species, n");
	CHECK_OK(s);
	CHECK_INT(rows.count, 4);
	CHECK_INT(rows.items[3]->n, 2);
	const Number *running = kin_select_first(s, Number,
		"select sum(age) over (order by id rows between 1 preceding and current row) as value from Pet order by id desc");
	CHECK_OK(s);
	CHECK(running->value == 7);
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

TEST(windows_have_names)
{
	kin_session *s = filled(2, 3);

	CHECK_INT(kin_select(s, SpeciesCount, "select species, sum(id) over w as n from Pet window v as (order by id), w as (partition by species) "
	                                      "order by row_number() over v").count, 6);
	CHECK_SQL("SELECT pets.species AS species, sum(pets.id) OVER (PARTITION BY pets.species) AS n FROM pets ORDER BY row_number() OVER (ORDER BY "
	          "pets.id)");
	CHECK_INT(kin_scalar(s, int64_t, "select count(*) from (select rank() over w as r from Pet window w as (order by species)) t where r > 1"), 3);
	CHECK_OK(s);
	test_forget();
	test_close();
}

TEST(a_row_is_declared_where_it_is_needed)
{
	typedef struct Few { const char *name; int64_t n; } Few;
	KIN_ROW(Few, name, n);
	kin_session *s = filled(2, 3);
	int64_t pets = 0;

	kin_each(Few, few, kin_select(s, Few, "select owner.name as name, count(*) as n from Pet group by owner.name"))
		pets += few->n;
	CHECK_INT(pets, 6);
	test_forget();
	CHECK_OK(s);
	test_close();
}

TEST(one_value_needs_no_struct)
{
	kin_session *s = filled(2, 3);

	CHECK_INT(kin_scalar(s, int64_t, "select count(*) from Pet where species = ?", "Dog"), 3);
	CHECK_SQL("SELECT count(*) FROM pets WHERE pets.species = ? LIMIT 1");
	CHECK_TEXT(kin_scalar(s, const char *, "select max(owner.name) from Pet"), "Owner 2");
	CHECK(kin_scalar(s, double, "select avg(id) as mean from Pet") > 3.4);
	CHECK(!kin_scalar(s, kin_nullable(int64_t), "select min(age) from Pet where id > ?", 99).present);
	CHECK_INT(kin_scalar(s, int32_t, "select age from Pet where id > ?", 99), 0);
	CHECK_INT(kin_scalar(s, int64_t, "select count(*) from Pet where id = ?", kin_scalar(s, int64_t, "select max(id) from Pet")), 1);
	CHECK_OK(s);
	test_forget();
	test_close();
}

/* ---- what is wrong ---- */

static const char *wrong(const char *text, const kin_row *row)
{
	static kin_error error;
	kin_site site = { .row = row, .text = text, .verb = KIN_VERB_ROWS, .file = "app.c", .line = 7, .kinds = (const uint8_t *)"" };

	kin_error_clear(&error);
	CHECK_INT(kin_site_check(kin_registry_default(), &site, &error), KIN_EQUERY);
	return kin_error_text(&error);
}

#define WRONG(Row, text) wrong(text, &kin_row_##Row##_)

TEST(what_is_wrong_with_a_text_of_rows_is_told)
{
	CHECK_TEXT(WRONG(SpeciesCount, "select species, count(*) as n from Pets group by species"),
	           "app.c:7: there is no model 'Pets'; did you mean 'Pet'?");
	const kin_row scalar = { "kin_scalar", sizeof(int64_t), &(kin_row_member){ .name = "value", .size = sizeof(int64_t), .kind = KIN_KIND_INT64 }, 1, true };
	CHECK_TEXT(wrong("select id, age from Pet", &scalar), "app.c:7: kin_scalar gives one value, and here is another: kin_select_first() has a struct for "
	           "several");
	CHECK_TEXT(wrong("select name from Pet", &scalar), "app.c:7: kin_scalar.value is a 64-bit integer, but what goes there is text");
	CHECK_HAS(WRONG(SpeciesCount, "select lower(species) filter (where id > 1) as species, 1 as n from Pet"),
	          "filter (where …) stands behind an aggregate, as in count(*) filter (where age > 3)");
	CHECK_HAS(WRONG(SpeciesCount, "select species, 1 as n from Pet where age > all (select age from Pet)"),
	          "not every database has 'any' and 'all': `= any` is `in (…)`");
	CHECK_HAS(WRONG(SpeciesCount, "select species, sum(id) over v as n from Pet window w as (order by id)"),
	          "there is no window 'v': say `window v as (…)` behind where, group by and having");
	CHECK_HAS(wrong("select id from Pet where (id, name) in (?)", &scalar), "a row is looked for among rows, as in (a, b) in ((?, ?), (?, ?))");
	CHECK_TEXT(WRONG(SpeciesCount, "select species, count(*) as m from Pet group by species"),
	           "app.c:7: SpeciesCount has no member 'm'; did you mean 'n'?\napp.c:7: nothing is selected for SpeciesCount.n");
	CHECK_TEXT(WRONG(SpeciesCount, "select specie, 1 as n from Pet"), "app.c:7: Pet has no attribute 'specie'; did you mean 'species'?");
	CHECK_TEXT(WRONG(SpeciesCount, "select species, 1 as n from Pet union select 'x' from Owner"),
	           "app.c:7: this select brings 1 value, the first one 2");
	CHECK_TEXT(WRONG(SpeciesCount, "select species, 1 as n from Pet union select name, 2 from Owner order by upper(species)"),
	           "app.c:7: behind union and the like, order by takes names of what is selected");
	CHECK_TEXT(WRONG(SpeciesCount, "select species, (select id, name from Owner) as n from Pet"),
	           "app.c:7: this query brings 2 values; 1 can stand here");
	CHECK_TEXT(WRONG(SpeciesCount, "with t as (select species as kind from Pet) select t.species, 1 as n from t"),
	           "app.c:7: 't' brings no value 'species'");
	CHECK_TEXT(WRONG(SpeciesCount, "select species, n from (select species, 1 as n from Pet)"),
	           "app.c:7: a query that is a source needs a name: (select …) name");
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
	           "app.c:7: two sources are called 'a': give one of them another name");
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
