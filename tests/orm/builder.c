/* builder.c - queries that are put together at run time. */
#include "orm_test.h"

#define PET "pets.id, pets.name, pets.species, pets.age, pets.owner_id"

static kin_session *filled(int owners, int pets_each)
{
	test_open();
	test_fill(owners, pets_each);
	return test_session();
}

TEST(a_query_without_conditions_is_all)
{
	kin_session *s = filled(1, 3);
	kin_query *q = kin_query_new(s, Pet);
	Pet_list pets = kin_query_all(q, Pet);

	CHECK_SQL("SELECT " PET " FROM pets");
	CHECK_INT(pets.count, 3);
	test_close();
}

TEST(conditions_add_up_and_keep_their_values)
{
	kin_session *s = filled(3, 4);
	kin_query *q = kin_query_new(s, Pet);
	char species[] = "Dog";

	kin_where(q, "species = ? or id = ?", species, 2);
	kin_where(q, "owner.name = ?", "Owner 1");
	kin_order_by(q, "owner.name, id desc");
	kin_limit(q, 10);
	kin_offset(q, 1);
	memset(species, 'x', 3);
	Pet_list pets = kin_query_all(q, Pet);
	CHECK_SQL("SELECT " PET " FROM pets LEFT OUTER JOIN owners AS owners_1 ON pets.owner_id = owners_1.id WHERE "
	          "(pets.species = ? OR pets.id = ?) AND owners_1.name = ? ORDER BY owners_1.name, pets.id DESC LIMIT 10 OFFSET 1");
	CHECK_OK(s);
	CHECK_INT(pets.count, 2);
	CHECK_INT(pets.items[0]->id, 2);
	CHECK_INT(kin_query_first(q, Pet)->id, 2);
	CHECK_OK(s);
	test_close();
}

TEST(a_query_can_be_counted_and_asked_again)
{
	kin_session *s = filled(2, 4);
	kin_query *q = kin_query_new(s, Pet);

	kin_where(q, "species = ?", "Dog");
	CHECK_INT(kin_query_count(q), 4);
	kin_where(q, "owner_id = ?", 2);
	CHECK_INT(kin_query_count(q), 2);
	test_close();
}

TEST(what_is_loaded_with_it_can_be_said)
{
	kin_session *s = filled(2, 4);
	kin_query *q = kin_query_new(s, Owner);

	kin_with(q, "subquery pets");
	Owner_list owners = kin_query_all(q, Owner);
	CHECK_INT(test_sent(), 2);
	CHECK_INT(owners.items[1]->pets.count, 4);
	test_close();
}

TEST(an_order_from_anywhere_is_attributes_or_nothing)
{
	static const char *const bad[] = {
		"name; DROP TABLE pets", "name) UNION SELECT 1", "nmae", "pets.name", "owner", "visits.day", "1 --", "name, (select 1)",
	};
	kin_session *s = filled(1, 1);

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		kin_query *q = kin_query_new(s, Pet);
		kin_order_by(q, bad[i]);
		CHECK_MSG(kin_query_all(q, Pet).count == 0 && kin_errcode(s) == KIN_EQUERY, "%s: %s", bad[i], kin_errmsg(s));
		CHECK_NO_SQL();
		kin_rollback(s);
	}
	CHECK_INT(kin_count(s, Pet), 1);
	test_close();
}

TEST(a_negative_limit_is_refused)
{
	kin_session *s = filled(1, 1);
	kin_query *q = kin_query_new(s, Pet);

	kin_limit(q, -1);
	CHECK_INT(kin_errcode(s), KIN_EQUERY);
	CHECK_INT(kin_query_count(q), -1);
	test_close();
}

TEST(objects_are_not_taken_for_another_model)
{
	kin_session *s = filled(1, 1);
	kin_query *q = kin_query_new(s, Pet);

	CHECK_INT(kin_query_all(q, Owner).count, 0);
	CHECK_INT(kin_errcode(s), KIN_EINVAL);
	CHECK_TEXT(kin_errmsg(s), "the query is over Pet: its objects cannot be taken for Owner");
	kin_rollback(s);
	CHECK(kin_query_first(q, Owner) == NULL);
	CHECK_INT(kin_errcode(s), KIN_EINVAL);
	test_close();
}

static int build_with_failing_memory(void)
{
	kin_session *s = kin_session_new(test_db());
	int rc;

	if (!s)
		return KIN_ENOMEM;
	kin_query *q = kin_query_new(s, Pet);
	kin_where(q, "species = ?", "Dog");
	kin_where(q, "owner.name = ? or visits is null", "Owner 1");
	kin_order_by(q, "name");
	kin_with(q, "owner");
	kin_query_all(q, Pet);
	kin_query_count(q);
	rc = kin_errcode(s);
	kin_free(s);
	return rc;
}

TEST(building_survives_any_allocation_failing)
{
	filled(2, 2);
	kin_test_fuse(__FILE__, __LINE__, build_with_failing_memory);
	test_close();
}
