/* plan_rank.c - lists that come sorted as the query says, and the first so many of each. */
#include "orm_test.h"

#include "models.h"

#define PET "pets.id, pets.name, pets.species, pets.age, pets.owner_id"
#define OWNER "owners.id, owners.name"

KIN_DECLARE(Booth);
KIN_DECLARE(Ware);
KIN_DECLARE(Tint);

/* A key of two columns, a list of its own kind, and a table between. */
struct Booth {
	const char *town;
	int32_t     no;
	const char *name;
	Ware_list   wares;
};

struct Ware {
	int64_t               id;
	const char           *town;
	kin_nullable(int32_t) booth_no;
	int32_t               price;
	kin_nullable(int64_t) part_of_id;
	const Booth           *booth;
	const Ware           *part_of;
	Ware_list             parts;
	Tint_list            tints;
};

struct Tint {
	int64_t     id;
	const char *word;
	Ware_list   wares;
};

KIN_MODEL(Booth, "booths") {
	kin_column(town, .length = 20, .primary_key = true);
	kin_column(no, .primary_key = true);
	kin_column(name);
	kin_has_many(wares, Ware, .backref = "booth", .order_by = "price");
}

KIN_MODEL(Ware, "wares") {
	kin_column(id, .primary_key = true);
	kin_column(town, .length = 20);
	kin_column(booth_no);
	kin_column(price);
	kin_column(part_of_id, .foreign_key = "wares.id");
	kin_foreign_key((town, booth_no), "booths (town, no)");
	kin_belongs_to(booth, Booth);
	kin_belongs_to(part_of, Ware);
	kin_has_many(parts, Ware, .backref = "part_of");
	kin_many_to_many(tints, Tint, .through = "ware_tints", .backref = "wares");
}

KIN_MODEL(Tint, "tints") {
	kin_column(id, .primary_key = true);
	kin_column(word, .length = 20);
	kin_many_to_many(wares, Ware, .through = "ware_tints");
}

static kin_session *filled(int owners, int pets_each)
{
	test_open();
	test_fill(owners, pets_each);
	return test_session();
}

/* Two shops with three wares of four tints each, of which the first two are parts of the third. */
static kin_session *market(void)
{
	test_open();
	MODELS_CREATE("booths", "wares", "tints", "ware_tints");
	kin_session *s = test_session();
	Tint *tints[4];
	for (int i = 0; i < 4; i++)
		tints[i] = kin_new(s, Tint, .word = (const char *const[]){ "red", "green", "blue", "grey" }[i]);
	for (int no = 1; no <= 2; no++) {
		Booth *booth = kin_new(s, Booth, .town = "Ulm", .no = no, .name = "a booth");
		Ware *last = NULL;
		for (int i = 3; i >= 1; i--) {
			Ware *ware = kin_new(s, Ware, .price = 10 * i + no);
			kin_append(booth, wares, ware);
			if (last)
				kin_append(last, parts, ware);
			else
				last = ware;
			for (int n = 0; n < 4; n++)
				kin_append(ware, tints, tints[n]);
		}
		kin_add(s, booth);
	}
	CHECK_INT(kin_commit(s), KIN_OK);
	s = test_session();
	test_forget();
	return s;
}

static void check_ids(Pet_list pets, int64_t first, int64_t second)
{
	CHECK_INT(pets.count, 2);
	CHECK_INT(pets.items[0]->id, first);
	CHECK_INT(pets.items[1]->id, second);
}

/* Of owners with four pets each, the two youngest. */
static void check_youngest(Owner_list owners)
{
	CHECK_INT(owners.count, 2);
	kin_each(Owner, owner, owners)
		check_ids(kin_load(owner, pets), 4 * owner->id, 4 * owner->id - 1);
	CHECK_NO_SQL();
}

/* ---- what is sent ---- */

TEST(selectin_numbers_the_rows_of_each_parent)
{
	kin_session *s = filled(3, 4);
	Owner_list owners = kin_all(s, Owner, "id < ? order by id with pets (order by id desc limit 2)", 3);

	CHECK_SQL("SELECT " OWNER " FROM owners WHERE owners.id < ? ORDER BY owners.id",
	          "SELECT " PET " FROM pets JOIN (SELECT pets.id AS kin_key_1, row_number() OVER (PARTITION BY pets.owner_id ORDER BY pets.id DESC, "
	          "pets.id) AS kin_place FROM pets WHERE pets.owner_id IN (?, ?)) AS anon_1 ON pets.id = anon_1.kin_key_1 WHERE anon_1.kin_place <= 2 "
	          "ORDER BY anon_1.kin_place");
	check_youngest(owners);
	test_close();
}

TEST(joined_numbers_them_in_a_derived_table)
{
	kin_session *s = filled(3, 4);
	Owner_list owners = kin_all(s, Owner, "id < ? order by id with joined pets (order by id desc limit ?)", 3, 2);

	CHECK_SQL("SELECT " OWNER ", pets_1.id, pets_1.name, pets_1.species, pets_1.age, pets_1.owner_id FROM owners LEFT OUTER JOIN (SELECT " PET
	          ", row_number() OVER (PARTITION BY pets.owner_id ORDER BY pets.id DESC, pets.id) AS kin_place FROM pets) AS pets_1 "
	          "ON owners.id = pets_1.owner_id AND pets_1.kin_place <= ? WHERE owners.id < ? ORDER BY owners.id, pets_1.kin_place");
	check_youngest(owners);
	test_close();
}

TEST(subquery_joins_the_numbered_table)
{
	kin_session *s = filled(3, 4);
	Owner_list owners = kin_all(s, Owner, "id < ? order by id with subquery pets (order by id desc limit ?)", 3, 2);

	CHECK_SQL("SELECT " OWNER " FROM owners WHERE owners.id < ? ORDER BY owners.id",
	          "SELECT " PET ", anon_1.id FROM (SELECT owners.id FROM owners WHERE owners.id < ?) AS anon_1 JOIN (SELECT " PET
	          ", row_number() OVER (PARTITION BY pets.owner_id ORDER BY pets.id DESC, pets.id) AS kin_place FROM pets) AS pets "
	          "ON anon_1.id = pets.owner_id AND pets.kin_place <= ? ORDER BY pets.kin_place");
	check_youngest(owners);
	test_close();
}

TEST(immediate_asks_for_the_first_of_each)
{
	kin_session *s = filled(3, 4);
	Owner_list owners = kin_all(s, Owner, "order by id limit 2 with immediate pets (order by id desc limit 2)");

	CHECK_INT(test_sent(), 3);
	check_youngest(owners);
	test_close();
}

TEST(an_order_alone_sorts_the_whole_list)
{
	kin_session *s = filled(2, 3);
	static const char *const ways[] = { "selectin", "joined", "subquery" };
	Owner_list lists[] = {
		kin_all(test_session(), Owner, "order by id with selectin pets (order by id desc)"),
		kin_all(test_session(), Owner, "order by id with joined pets (order by id desc)"),
		kin_all(test_session(), Owner, "order by id with subquery pets (order by id desc)"),
	};

	for (int i = 0; i < 3; i++)
		kin_each(Owner, owner, lists[i]) {
			CHECK(kin_is_loaded(owner, pets));
			for (int n = 0; n < 3; n++)
				CHECK_MSG(owner->pets.items[n]->id == 3 * owner->id - n, "%s: %d", ways[i], n);
		}
	kin_all(s, Owner, "with pets (order by id desc)");
	CHECK_HAS(test_sql(), "ORDER BY pets.id DESC");
	test_close();
}

TEST(a_limit_counts_what_the_condition_leaves)
{
	kin_session *s = filled(2, 4);
	static const char *const dog = "Dog";
	Owner_list lists[] = {
		kin_all(s, Owner, "order by id with pets (where species = ? order by id limit 1)", dog),
		kin_all(test_session(), Owner, "order by id with joined pets (where species = ? order by id limit 1)", dog),
		kin_all(test_session(), Owner, "order by id with subquery pets (where species = ? order by id limit 1)", dog),
		kin_all(test_session(), Owner, "order by id with pets (where owner.name like ? and species = ? limit 1)", "Owner%", dog),
		kin_all(test_session(), Owner, "order by id with joined pets (where owner.name like ? and species = ? limit 1)", "Owner%", dog),
		kin_all(test_session(), Owner, "order by id with subquery pets (where owner.name like ? and species = ? limit 1)", "Owner%", dog),
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		CHECK_INT(lists[i].count, 2);
		kin_each(Owner, owner, lists[i]) {
			CHECK_INT(owner->pets.count, 1);
			CHECK_TEXT(owner->pets.items[0]->species, "Dog");
		}
	}
	CHECK_OK(s);
	test_close();
}

TEST(an_order_may_walk_a_path)
{
	kin_session *s = filled(2, 2);
	Owner_list owners = kin_all(s, Owner, "order by id with pets (order by owner.name, name desc limit 1)");

	CHECK_OK(s);
	CHECK_INT(owners.items[1]->pets.items[0]->id, 4);
	test_close();
}

TEST(a_limit_of_the_query_is_another)
{
	kin_session *s = filled(5, 3);
	Owner_list owners = kin_all(s, Owner, "order by id desc limit 2 with joined pets (order by id limit 2), joined pets.visits");

	CHECK_OK(s);
	CHECK_INT(test_sent(), 1);
	CHECK_INT(owners.count, 2);
	CHECK_INT(owners.items[1]->id, 4);
	check_ids(owners.items[1]->pets, 10, 11);
	test_close();
}

TEST(what_lies_behind_the_first_comes_for_them_alone)
{
	kin_session *s = filled(2, 3);

	test_run("INSERT INTO visits (day, pet_id) VALUES ('2026-01-05', 1), ('2026-02-05', 1), ('2026-02-06', 2), ('2026-02-07', 3)");
	Owner_list owners = kin_all(s, Owner, "order by id with pets (order by id limit 2), pets.visits (order by day limit 1)");
	CHECK_INT(test_sent(), 3);
	CHECK_INT(owners.items[0]->pets.items[0]->visits.count, 1);
	CHECK_INT(owners.items[0]->pets.items[0]->visits.items[0]->id, 1);
	CHECK_INT(owners.items[0]->pets.items[1]->visits.count, 1);
	CHECK(!kin_is_loaded(kin_get(s, Pet, 3), visits));
	test_close();
}

/* ---- each kind of list ---- */

TEST(a_key_of_two_columns_parts_the_rows)
{
	market();
	Booth_list lists[] = {
		kin_all(test_session(), Booth, "order by no with selectin wares (order by price desc limit 2)"),
		kin_all(test_session(), Booth, "order by no with joined wares (order by price desc limit 2)"),
		kin_all(test_session(), Booth, "order by no with subquery wares (order by price desc limit 2)"),
		kin_all(test_session(), Booth, "order by no with immediate wares (order by price desc limit 2)"),
	};

	for (int i = 0; i < 4; i++) {
		CHECK_INT(lists[i].count, 2);
		kin_each(Booth, booth, lists[i]) {
			CHECK_INT(booth->wares.count, 2);
			CHECK_INT(booth->wares.items[0]->price, 30 + booth->no);
			CHECK_INT(booth->wares.items[1]->price, 20 + booth->no);
		}
	}
	test_close();
}

TEST(an_object_that_several_have_has_a_place_with_each)
{
	market();
	Ware_list lists[] = {
		kin_all(test_session(), Ware, "price > 20 order by id with selectin tints (order by word limit 3)"),
		kin_all(test_session(), Ware, "price > 20 order by id with joined tints (order by word limit 3)"),
		kin_all(test_session(), Ware, "price > 20 order by id with subquery tints (order by word limit 3)"),
		kin_all(test_session(), Ware, "price > 20 order by id with immediate tints (order by word limit 3)"),
		kin_all(test_session(), Ware, "price > 20 order by id with tints (where wares is not null order by word limit 3)"),
	};

	for (int i = 0; i < 5; i++) {
		CHECK_INT(lists[i].count, 4);
		kin_each(Ware, ware, lists[i]) {
			CHECK_INT(ware->tints.count, 3);
			CHECK_TEXT(ware->tints.items[0]->word, "blue");
			CHECK_TEXT(ware->tints.items[2]->word, "grey");
		}
	}
	test_close();
}

TEST(rows_of_the_parents_own_table_are_numbered)
{
	market();
	Ware_list lists[] = {
		kin_all(test_session(), Ware, "price > 30 order by id with selectin parts (order by price limit 1)"),
		kin_all(test_session(), Ware, "price > 30 order by id with joined parts (order by price limit 1)"),
		kin_all(test_session(), Ware, "price > 30 order by id with subquery parts (order by price limit 1)"),
	};

	for (int i = 0; i < 3; i++) {
		CHECK_INT(lists[i].count, 2);
		kin_each(Ware, ware, lists[i]) {
			CHECK_INT(ware->parts.count, 1);
			CHECK_INT(ware->parts.items[0]->price, ware->price - 20);
		}
	}
	test_close();
}

/* ---- it is a part ---- */

TEST(the_first_are_no_whole_to_a_flush)
{
	kin_session *s = filled(1, 3);
	const Owner *owner = kin_first(s, Owner, "with pets (order by id limit 1)");
	Pet *pet = kin_new(s, Pet, .name = "New");

	CHECK_INT(kin_load(owner, pets).count, 1);
	CHECK_INT(kin_append(owner, pets, pet), KIN_OK);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(owner->pets.count, 1);
	CHECK_INT(kin_count(s, Pet, "owner_id = 1"), 4);
	CHECK_INT(kin_refresh(s, owner), KIN_OK);
	CHECK_INT(kin_load(owner, pets).count, 4);
	test_close();
}

/* ---- however many parents ---- */

TEST(statements_for_the_first_do_not_count_parents)
{
	const int counts[] = { 10, 1000, kin_test_rounds(10000) };

	for (int i = 0; i < 3; i++) {
		int n = counts[i];
		filled(n, 2);
		kin_session *s = test_session();
		Owner_list owners = kin_all(s, Owner, "order by id with pets (order by id desc limit 1)");
		CHECK_INT(test_sent(), 1 + (n + 499) / 500);
		CHECK_INT(owners.items[n - 1]->pets.items[0]->id, 2 * n);
		s = test_session();
		owners = kin_all(s, Owner, "order by id with joined pets (order by id desc limit 1)");
		CHECK_INT(test_sent(), 1);
		CHECK_INT(owners.items[n - 1]->pets.count, 1);
		s = test_session();
		owners = kin_all(s, Owner, "order by id with subquery pets (order by id desc limit 1)");
		CHECK_INT(test_sent(), 2);
		CHECK_INT(owners.items[n - 1]->pets.count, 1);
		test_close();
	}
}

/* ---- at run time ---- */

TEST(a_built_query_takes_conditions_with_their_values)
{
	kin_session *s = filled(3, 4);
	kin_query *q = kin_query_new(s, Owner);

	kin_with_where(q, "pets (where species = ? order by id desc limit ?)", "Dog", 1);
	kin_where(q, "id < ?", 3);
	kin_with_where(q, "pets.visits where id > ?", 7);
	kin_where(q, "name <> ?", "Nobody");
	kin_order_by(q, "id");
	for (int i = 0; i < 2; i++) {
		Owner_list owners = kin_query_all(q, Owner);
		CHECK_OK(s);
		CHECK_INT(owners.count, 2);
		CHECK_INT(owners.items[0]->pets.count, 1);
		CHECK_TEXT(owners.items[1]->pets.items[0]->species, "Dog");
	}
	CHECK_INT(kin_query_count(q), 2);
	CHECK_OK(s);
	test_close();
}

TEST(a_built_query_sorts_and_limits_lists_by_names_from_anywhere)
{
	kin_session *s = filled(1, 3);
	kin_query *q = kin_query_new(s, Owner);
	char text[] = "pets (order by id desc limit 2)";

	kin_with(q, text);
	text[0] = 'x';
	const Owner *owner = kin_query_first(q, Owner);
	CHECK_OK(s);
	check_ids(owner->pets, 3, 2);
	kin_with(q, "pets.visits (order by lower(id))");
	kin_query_first(q, Owner);
	CHECK_HAS(kin_errmsg(s), "kin_with takes names only");
	test_close();
}

TEST(objects_of_several_columns_stand_beside_other_values)
{
	kin_session *s = market();
	const Booth *booth = kin_first(s, Booth, "no = 2");
	kin_query *q = kin_query_new(s, Ware);

	kin_where(q, "booth = ?", booth);
	kin_where(q, "price > ? and booth = ?", 20, booth);
	kin_with_where(q, "tints where word = ?", "red");
	Ware_list wares = kin_query_all(q, Ware);
	CHECK_OK(s);
	CHECK_INT(wares.count, 2);
	CHECK_INT(wares.items[0]->tints.count, 1);
	test_close();
}

static int load_with_failing_memory(void)
{
	kin_session *s = kin_session_new(test_db());
	int rc;

	if (!s)
		return KIN_ENOMEM;
	kin_all(s, Owner, "with pets (where species = ? order by id desc limit ?), joined pets.visits (limit 1)", "Dog", 1);
	kin_all(s, Owner, "with joined pets (order by id limit 1)");
	kin_all(s, Owner, "with subquery pets (where owner.name = ? limit 1)", "Owner 1");
	kin_query *q = kin_query_new(s, Owner);
	kin_with_where(q, "immediate pets (where species = ? limit 1)", "Dog");
	kin_query_all(q, Owner);
	rc = kin_errcode(s);
	kin_free(s);
	return rc;
}

TEST(the_first_survive_any_allocation_failing)
{
	filled(3, 2);
	kin_test_fuse(__FILE__, __LINE__, load_with_failing_memory);
	test_close();
}
