/* manner.c - asking for what is not loaded: with siblings, alone, or never. */
#include "orm_test.h"

#define OWNER "owners.id, owners.name"
#define PET "pets.id, pets.name, pets.species, pets.age, pets.owner_id"

/* A house has cats, a cat one house, by each loader that does not come along. */
#define HOUSE(House, house_table, Cat, cat_table, strategy, own) \
	KIN_DECLARE(House); \
	KIN_DECLARE(Cat); \
	struct House { \
		int64_t    id; \
		Cat##_list cats; \
	}; \
	struct Cat { \
		int64_t               id; \
		kin_nullable(int64_t) house_id; \
		const House          *house; \
	}; \
	KIN_MODEL(House, #house_table) { \
		kin_column(id, .primary_key = true); \
		kin_has_many(cats, Cat, .backref = "house", .lazy = strategy, .cascade = KIN_CASCADE_ALL | KIN_CASCADE_DELETE_ORPHAN); \
	} \
	KIN_MODEL(Cat, #cat_table) { \
		kin_column(id, .primary_key = true); \
		kin_column(house_id, .foreign_key = #house_table ".id"); \
		kin_belongs_to(house, House, .lazy = own); \
	}

HOUSE(RHouse, r_houses, RCat, r_cats, KIN_RAISE, KIN_RAISE_ON_SQL)
HOUSE(NHouse, n_houses, NCat, n_cats, KIN_NOLOAD, KIN_NOLOAD)
HOUSE(WHouse, w_houses, WCat, w_cats, KIN_WRITE_ONLY, KIN_SELECT)
HOUSE(OHouse, o_houses, OCat, o_cats, KIN_SELECT_ONE, KIN_SELECT_ONE)
HOUSE(MHouse, m_houses, MCat, m_cats, KIN_IMMEDIATE, KIN_IMMEDIATE)

static kin_session *houses(const char *prefix)
{
	char sql[600];

	test_open();
	snprintf(sql, sizeof(sql),
	         "CREATE TABLE %s_houses (id INTEGER PRIMARY KEY); CREATE TABLE %s_cats (id INTEGER PRIMARY KEY, house_id BIGINT);"
	         "INSERT INTO %s_houses VALUES (1), (2), (3); INSERT INTO %s_cats VALUES (1, 1), (2, 2), (3, 2), (4, NULL)",
	         prefix, prefix, prefix, prefix);
	test_run(sql);
	return test_session();
}

static kin_session *filled(int owners, int pets_each)
{
	test_open();
	test_fill(owners, pets_each);
	return test_session();
}

static void check_refused(kin_session *s, const char *sentence)
{
	CHECK_INT(kin_errcode(s), KIN_ENOTLOADED);
	CHECK_HAS(kin_errmsg(s), sentence);
	CHECK_NO_SQL();
	kin_rollback(s);
}

/* ---- raise ---- */

TEST(raise_names_the_query_and_the_relationship)
{
	kin_session *s = houses("r");
	int line = __LINE__ + 1;
	RHouse_list all = kin_all(s, RHouse, "order by id");
	char expected[200];
	int at;

	test_forget();
	CHECK_INT(kin_load(all.items[1], cats).count, 0);
	snprintf(expected, sizeof(expected), "RHouse.cats is not loaded and its loader is raise; add `with cats` to the query at %s:%d", __FILE__, line);
	CHECK(!kin_is_loaded(all.items[1], cats));
	CHECK(strcmp(kin_errfile(s, &at), __FILE__) == 0 && at == line);
	check_refused(s, expected);
	test_close();
}

TEST(a_query_that_names_it_loads_what_the_model_raises)
{
	kin_session *s = houses("r");
	RHouse_list all = kin_all(s, RHouse, "order by id with cats");

	CHECK_SQL("SELECT r_houses.id FROM r_houses ORDER BY r_houses.id",
	          "SELECT r_cats.id, r_cats.house_id FROM r_cats WHERE r_cats.house_id IN (?, ?, ?, ?)");
	CHECK_INT(kin_load(all.items[1], cats).count, 2);
	CHECK_OK(s);
	test_close();
}

TEST(raise_on_sql_gives_what_the_session_has)
{
	kin_session *s = houses("r");
	const RCat *cat = kin_get(s, RCat, 2), *stray = kin_get(s, RCat, 4);

	test_forget();
	CHECK(kin_load(stray, house) == NULL);
	CHECK_OK(s);
	CHECK(kin_load(cat, house) == NULL);
	check_refused(s, "RCat.house is not loaded and its loader is raise_on_sql; ask for the RCat by a query that says `with house`");
	const RHouse *house = kin_get(s, RHouse, 2);
	test_forget();
	CHECK(kin_load(cat, house) == house);
	CHECK_NO_SQL();
	CHECK_OK(s);
	test_close();
}

TEST(a_collection_that_raises_is_changed_without_it)
{
	kin_session *s = houses("r");
	const RHouse *house = kin_first(s, RHouse, "id = 1");
	const RCat *stray = kin_get(s, RCat, 4), *first = kin_get(s, RCat, 1);

	test_forget();
	CHECK_INT(kin_append(house, cats, stray), KIN_OK);
	CHECK_INT(kin_remove(house, cats, first), KIN_OK);
	CHECK_NO_SQL();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE r_cats SET house_id = ? WHERE id = ?", "DELETE FROM r_cats WHERE id = ?");
	s = test_session();
	CHECK_INT(kin_count(s, RCat, "house_id = 1"), 1);
	CHECK_INT(kin_count(s, RCat, ""), 3);
	test_close();
}

/* ---- `*` ---- */

TEST(raise_all_guards_whatever_the_query_does_not_name)
{
	kin_session *s = filled(3, 2);
	Owner_list owners = kin_all(s, Owner, "order by id with pets, raise *");

	CHECK_INT(test_sent(), 2);
	CHECK_INT(owners.items[2]->pets.count, 2);
	const Pet *pet = owners.items[2]->pets.items[0];
	CHECK(kin_load(pet, owner) == owners.items[2]);
	CHECK_INT(kin_load(pet, visits).count, 0);
	check_refused(s, "Pet.visits is not loaded and its loader is raise; add `with pets.visits` to the query at ");
	test_close();
}

TEST(a_guard_goes_with_the_objects_that_its_query_brought)
{
	kin_session *s = filled(3, 1);
	const Owner *before = kin_get(s, Owner, 1);
	Owner_list owners = kin_all(s, Owner, "order by id with raise *");

	CHECK_INT(kin_load(before, pets).count, 1);
	CHECK_OK(s);
	test_forget();
	kin_load(owners.items[1], pets);
	check_refused(s, "Owner.pets is not loaded and its loader is raise; add `with pets`");
	CHECK(kin_first(s, Owner, "id = 2") == owners.items[1]);
	test_forget();
	kin_load(owners.items[1], pets);
	check_refused(s, "Owner.pets is not loaded");
	test_close();
}

TEST(an_object_that_was_asked_for_alone_is_guarded_alone)
{
	kin_session *s = filled(3, 1);
	const Owner *guarded = kin_first(s, Owner, "id = 1 with raise *"), *free_one = kin_first(s, Owner, "id = 2");

	CHECK_INT(kin_load(free_one, pets).count, 1);
	CHECK_OK(s);
	test_forget();
	kin_load(guarded, pets);
	check_refused(s, "Owner.pets is not loaded");
	test_close();
}

TEST(a_guard_of_a_built_query_outlives_its_plan)
{
	kin_session *s = filled(2, 1);
	kin_query *q = kin_query_new(s, Owner);

	kin_with(q, "raise *");
	Owner_list owners = kin_query_all(q, Owner);
	test_forget();
	kin_load(owners.items[0], pets);
	check_refused(s, "Owner.pets is not loaded and its loader is raise; ask for the Owner by a query that says `with pets`");
	test_close();
}

TEST(a_guard_may_stand_for_one_step_only)
{
	kin_session *s = filled(2, 2);
	Owner_list owners = kin_all(s, Owner, "with pets, raise pets.*");

	test_forget();
	CHECK_INT(kin_load(owners.items[0]->pets.items[0], visits).count, 0);
	check_refused(s, "Pet.visits is not loaded");
	test_close();
}

TEST(select_all_leaves_out_what_models_load)
{
	kin_session *s = houses("m");
	MHouse_list all = kin_all(s, MHouse, "order by id with select *");

	CHECK_SQL("SELECT m_houses.id FROM m_houses ORDER BY m_houses.id");
	CHECK_INT(kin_load(all.items[1], cats).count, 2);
	CHECK_SQL("SELECT m_cats.id, m_cats.house_id FROM m_cats WHERE m_cats.house_id = ?");
	test_close();
}

/* ---- noload ---- */

TEST(noload_gives_nothing_and_asks_nothing)
{
	kin_session *s = houses("n");
	const NHouse *house = kin_get(s, NHouse, 2);
	const NCat *cat = kin_get(s, NCat, 2);

	test_forget();
	CHECK_INT(kin_load(house, cats).count, 0);
	CHECK(kin_load(cat, house) == NULL);
	CHECK(!kin_is_loaded(house, cats));
	CHECK_NO_SQL();
	CHECK_OK(s);
	NCat *edited = kin_edit(s, NCat, cat);
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_NO_SQL();
	edited->house = NULL;
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_SQL("DELETE FROM n_cats WHERE id = ?"); /* to set NULL is a change, and the house deletes its orphans */
	test_close();
}

TEST(what_is_not_loaded_is_no_orphan)
{
	kin_session *s = houses("n");
	const NHouse *house = kin_get(s, NHouse, 2);

	CHECK_INT(kin_append(house, cats, kin_get(s, NCat, 4)), KIN_OK);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_count(s, NCat, "house_id = 2"), 3);
	CHECK_INT(kin_delete(s, house), KIN_OK);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_count(s, NCat, ""), 1);
	test_close();
}

/* ---- write only ---- */

TEST(write_only_says_how_to_ask)
{
	kin_session *s = houses("w");
	const WHouse *house = kin_get(s, WHouse, 2);

	test_forget();
	CHECK_INT(kin_load(house, cats).count, 0);
	check_refused(s, "WHouse.cats is write-only: it is never loaded as a whole; ask for what you need of it, as in "
	              "kin_all(session, WCat, \"house = ?\", it)");
	CHECK_INT(kin_all(s, WCat, "house = ? order by id", house).count, 2);
	test_close();
}

TEST(write_only_takes_and_gives_without_loading)
{
	kin_session *s = houses("w");
	const WHouse *house = kin_get(s, WHouse, 2);
	const WCat *second = kin_get(s, WCat, 2);

	test_forget();
	for (int i = 0; i < 20; i++)
		CHECK_INT(kin_append(house, cats, kin_new(s, WCat, .id = 10 + i)), KIN_OK);
	CHECK_INT(kin_remove(house, cats, second), KIN_OK);
	CHECK_NO_SQL();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_HAS(test_sql(), "INSERT INTO w_cats");
	CHECK_HAS(test_sql(), "DELETE FROM w_cats WHERE id = ?");
	CHECK_INT(kin_count(s, WCat, "house_id = 2"), 21);
	test_close();
}

TEST(write_only_of_a_new_owner_is_not_read_either)
{
	kin_session *s = houses("w");
	WHouse *house = kin_new(s, WHouse, .id = 9);

	CHECK_INT(kin_append(house, cats, kin_new(s, WCat, .id = 9)), KIN_OK);
	CHECK_INT(kin_load(house, cats).count, 1);
	kin_add(s, house);
	CHECK_INT(kin_commit(s), KIN_OK);
	test_forget();
	kin_load(house, cats);
	check_refused(s, "WHouse.cats is write-only");
	test_close();
}

/* ---- alone ---- */

TEST(select_one_takes_a_statement_for_each)
{
	kin_session *s = houses("o");
	OHouse_list all = kin_all(s, OHouse);
	size_t cats = 0;

	test_forget();
	kin_each(OHouse, house, all)
		cats += kin_load(house, cats).count;
	CHECK_INT(cats, 3);
	CHECK_INT(test_sent(), 3);
	test_close();
}

TEST(a_query_may_ask_for_each_alone)
{
	kin_session *s = filled(10, 1);
	Owner_list owners = kin_all(s, Owner, "with select_one pets");

	test_forget();
	kin_each(Owner, owner, owners)
		CHECK_INT(kin_load(owner, pets).count, 1);
	CHECK_INT(test_sent(), 10);
	test_close();
}

TEST(immediate_takes_a_statement_for_each_right_away)
{
	kin_session *s = houses("m");
	MHouse_list all = kin_all(s, MHouse, "order by id");

	CHECK_SQL("SELECT m_houses.id FROM m_houses ORDER BY m_houses.id",
	          "SELECT m_cats.id, m_cats.house_id FROM m_cats WHERE m_cats.house_id = ?",
	          "SELECT m_cats.id, m_cats.house_id FROM m_cats WHERE m_cats.house_id = ?",
	          "SELECT m_cats.id, m_cats.house_id FROM m_cats WHERE m_cats.house_id = ?");
	CHECK_INT(all.items[1]->cats.count, 2);
	CHECK_INT(all.items[2]->cats.count, 0);
	CHECK(all.items[1]->cats.items[0]->house == all.items[1]);
	test_close();
}

TEST(immediate_asks_for_no_object_that_the_session_has)
{
	kin_session *s = houses("m");
	MCat_list cats;

	kin_all(s, MHouse, "id = 1 with select *");
	test_forget();
	cats = kin_all(s, MCat, "order by id with select house.cats");
	CHECK_SQL("SELECT m_cats.id, m_cats.house_id FROM m_cats ORDER BY m_cats.id", "SELECT m_houses.id FROM m_houses WHERE m_houses.id = ?");
	CHECK_INT(cats.items[2]->house->id, 2);
	CHECK(cats.items[3]->house == NULL);
	test_close();
}

TEST(immediate_goes_on_with_what_comes_after_it)
{
	kin_session *s = filled(3, 2);
	Owner_list owners = kin_all(s, Owner, "with immediate pets, pets.visits");

	CHECK_INT(test_sent(), 1 + 3 + 1);
	CHECK_INT(owners.items[2]->pets.items[1]->visits.count, 0);
	CHECK_NO_SQL();
	test_close();
}

/* ---- memory ---- */

static int load_with_failing_memory(void)
{
	kin_session *s = kin_session_new(test_db());
	int rc;

	if (!s)
		return KIN_ENOMEM;
	kin_query *q = kin_query_new(s, Owner);
	kin_with(q, "immediate pets, raise *");
	kin_query_all(q, Owner);
	kin_all(s, Pet, "id = 1 with immediate owner, raise *");
	rc = kin_errcode(s);
	kin_free(s);
	return rc;
}

TEST(guards_survive_any_allocation_failing)
{
	filled(3, 2);
	kin_test_fuse(__FILE__, __LINE__, load_with_failing_memory);
	test_close();
}
