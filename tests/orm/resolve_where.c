/* resolve_where.c - .viewonly and .where: relationships that are loaded and asked about, never written. */
#include "models.h"

KIN_DECLARE(Farm);
KIN_DECLARE(Cow);
KIN_DECLARE(Vet);

struct Farm {
	int64_t     id;
	const char *name;
	Cow_list    cows;
	Cow_list    old_cows;
	const Cow  *oldest;
	Vet_list    vets;
	Vet_list    senior_vets;
};

struct Cow {
	int64_t               id;
	const char           *name;
	int32_t               age;
	kin_nullable(int64_t) farm_id;
	const Farm           *farm;
	const Farm           *good_farm;
};

struct Vet {
	int64_t     id;
	const char *name;
	int32_t     age;
};

KIN_MODEL(Farm, "farms") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_has_many(cows, Cow, .backref = "farm", .order_by = "id");
	kin_has_many(old_cows, Cow, .viewonly = true, .where = "age > 3", .order_by = "id");
	kin_has_one(oldest, Cow, .viewonly = true, .where = "age = 9");
	kin_many_to_many(vets, Vet, .through = "farm_vets");
	kin_many_to_many(senior_vets, Vet, .through = "farm_vets", .viewonly = true, .where = "age >= 40 and name is not null");
}

KIN_MODEL(Cow, "cows") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(age);
	kin_column(farm_id, .foreign_key = "farms.id");
	kin_belongs_to(farm, Farm);
	kin_belongs_to(good_farm, Farm, .viewonly = true, .where = "name like 'good%'");
}

KIN_MODEL(Vet, "vets") {
	kin_column(id, .primary_key = true);
	kin_column(name);
	kin_column(age);
}

#define COW "cows.id, cows.name, cows.age, cows.farm_id"

static kin_session *filled(void)
{
	test_open();
	MODELS_CREATE("farms", "cows", "vets", "farm_vets");
	test_run("INSERT INTO farms (id, name) VALUES (1, 'good one'), (2, 'bad one');"
	         "INSERT INTO cows (id, name, age, farm_id) VALUES (1, 'a', 1, 1), (2, 'b', 5, 1), (3, 'c', 9, 1), (4, 'd', 2, 2);"
	         "INSERT INTO vets (id, name, age) VALUES (1, 'v', 30), (2, 'w', 50);"
	         "INSERT INTO farm_vets (farm_id, vet_id) VALUES (1, 1), (1, 2), (2, 1)");
	if (strcmp(kin_db_dialect(test_db()), "postgresql") == 0) /* which does not number on behind keys that it was given */
		test_run("SELECT setval('cows_id_seq', 9, false)");
	test_forget();
	return test_session();
}

TEST(a_view_shows_those_that_fulfil_its_condition)
{
	kin_session *s = filled();
	const Farm *farm = kin_get(s, Farm, 1);

	test_forget();
	CHECK_INT(kin_load(farm, old_cows).count, 2);
	CHECK_SQL("SELECT " COW " FROM cows WHERE cows.farm_id = ? AND cows.age > 3 ORDER BY cows.id");
	CHECK_TEXT(kin_load(farm, oldest)->name, "c");
	CHECK_SQL("SELECT " COW " FROM cows WHERE cows.farm_id = ? AND cows.age = 9");
	CHECK_INT(kin_load(farm, senior_vets).count, 1);
	CHECK_SQL("SELECT vets.id, vets.name, vets.age, farm_vets_1.farm_id FROM vets JOIN farm_vets AS farm_vets_1 ON vets.id = farm_vets_1.vet_id "
	          "AND vets.age >= 40 AND vets.name IS NOT NULL WHERE farm_vets_1.farm_id = ?");
	CHECK_OK(s);
	test_close();
}

TEST(every_loader_knows_the_condition_of_a_view)
{
	kin_session *s = filled();

	for (int way = 0; way < 3; way++) {
		Farm_list all = way == 0 ? kin_all(s, Farm, "id < 9 order by id with joined old_cows, joined senior_vets")
		              : way == 1 ? kin_all(s, Farm, "id < 9 order by id with selectin old_cows, selectin senior_vets")
		                         : kin_all(s, Farm, "id < 9 order by id with subquery old_cows, subquery senior_vets");
		CHECK_OK(s);
		CHECK_INT(all.items[0]->old_cows.count, 2);
		CHECK_INT(all.items[1]->old_cows.count, 0);
		CHECK_INT(all.items[0]->senior_vets.count, 1);
		CHECK_INT(all.items[1]->senior_vets.count, 0);
		if (way == 1)
			CHECK_HAS(test_sql(), " AND cows.age > 3 ORDER BY cows.id");
		kin_close(s);
		s = test_session();
	}
	test_close();
}

TEST(a_view_of_a_parent_is_not_taken_from_the_session)
{
	kin_session *s = filled();
	const Farm *good = kin_get(s, Farm, 1);

	kin_get(s, Farm, 2);
	CHECK(kin_load(kin_get(s, Cow, 4), good_farm) == NULL);
	CHECK(kin_load(kin_get(s, Cow, 1), good_farm) == good);
	kin_close(s);
	s = test_session();
	kin_get(s, Farm, 2);
	Cow_list cows = kin_all(s, Cow, "order by id with selectin good_farm");
	CHECK(cows.items[0]->good_farm != NULL);
	CHECK(cows.items[3]->good_farm == NULL);
	CHECK_OK(s);
	test_close();
}

TEST(paths_through_a_view_know_its_condition)
{
	kin_session *s = filled();

	CHECK_INT(kin_count(s, Farm, "old_cows is not null"), 1);
	CHECK_SQL("SELECT count(*) FROM farms WHERE EXISTS (SELECT 1 FROM cows AS cows_1 WHERE farms.id = cows_1.farm_id AND cows_1.age > 3)");
	CHECK_INT(kin_count(s, Farm, "old_cows.name = 'a'"), 0);
	CHECK_INT(kin_count(s, Cow, "good_farm.name is null"), 1);
	CHECK_INT(kin_count(s, Farm, "senior_vets.id > 0"), 1);
	CHECK_OK(s);
	test_close();
}

TEST(what_is_done_to_a_view_is_an_error)
{
	kin_session *s = filled();
	const Farm *farm = kin_get(s, Farm, 1), *other = kin_get(s, Farm, 2);
	const Cow *cow = kin_get(s, Cow, 4);

	CHECK_INT(kin_append(farm, old_cows, cow), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "kin_append: Farm.old_cows is .viewonly: change the relationship or the key that is written");
	kin_rollback(s);
	CHECK_INT(kin_remove(farm, senior_vets, kin_load(farm, senior_vets).items[0]), KIN_EINVAL);
	kin_rollback(s);
	kin_edit(s, Cow, cow)->good_farm = other;
	CHECK_INT(kin_commit(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "Cow.good_farm is .viewonly, so what is assigned to it is not saved");
	kin_rollback(s);
	kin_add(s, kin_new(s, Farm, .name = "new", .old_cows = { &cow, 1 }));
	CHECK_INT(kin_commit(s), KIN_EINVAL);
	kin_rollback(s);
	test_close();
}

TEST(a_view_is_neither_written_nor_followed)
{
	kin_session *s = filled();
	const Farm *farm = kin_get(s, Farm, 1);
	Cow *cow = kin_edit(s, Cow, kin_load(farm, old_cows).items[0]);

	kin_load(cow, good_farm);
	cow->farm = kin_get(s, Farm, 2);
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE cows SET farm_id = ? WHERE id = ?");
	CHECK(!kin_is_loaded(cow, good_farm));
	CHECK(kin_load(cow, good_farm) == NULL);
	kin_refresh(s, farm);
	CHECK_INT(kin_load(farm, old_cows).count, 1);
	kin_load(farm, cows);
	test_forget();
	kin_delete(s, farm);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_OK(s);
	CHECK_INT(kin_count(s, Cow, "farm is null"), 2);
	test_close();
}
