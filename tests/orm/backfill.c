/* backfill.c - many rows changed a batch at a time, going on behind the last one. */
#include <kin/backfill.h>

#include "orm_test.h"

static int64_t count_of(kin_session *s, const char *species)
{
	return kin_count(s, Pet, "species = ?", species);
}

TEST(each_batch_is_an_update_between_two_keys)
{
	test_open_sqlite();
	test_fill(1, 5);
	kin_session *s = test_session();

	test_forget();
	CHECK_INT(kin_backfill(s, &(kin_backfill_options){ .table = "pets", .set = "species = upper(species)", .where = "species = 'Dog'", .batch = 3 }), 5);
	CHECK_SQL("CREATE TABLE IF NOT EXISTS kin_backfill", "SELECT last_key, done FROM kin_backfill WHERE name = ?",
	          "SELECT max(k), count(k) FROM (SELECT id AS k FROM pets ORDER BY id LIMIT 3)",
	          "UPDATE pets SET species = upper(species) WHERE id <= ? AND (species = 'Dog')", "INSERT INTO kin_backfill",
	          "SELECT max(k), count(k) FROM (SELECT id AS k FROM pets WHERE id > ? ORDER BY id LIMIT 3)",
	          "UPDATE pets SET species = upper(species) WHERE id <= ? AND id > ? AND (species = 'Dog')", "UPDATE kin_backfill",
	          "SELECT max(k), count(k)", "DELETE FROM kin_backfill WHERE name = ?");
	CHECK_INT(count_of(s, "DOG") + count_of(s, "Cat"), 5);
	CHECK_INT(count_of(s, "Dog"), 0);
	test_close();
}

typedef struct seen {
	int     calls;
	int64_t done, total;
} seen;

static void look_on(void *context, const char *label, int64_t done, int64_t total)
{
	seen *s = context;

	CHECK_TEXT(label, "shout");
	CHECK(done >= s->done);
	*s = (seen){ .calls = s->calls + 1, .done = done, .total = total };
}

TEST(who_looks_on_sees_the_batches)
{
	seen got = { 0 };

	test_open();
	test_fill(1, 10);
	CHECK_INT(kin_backfill(test_session(), &(kin_backfill_options){ .table = "pets", .set = "species = 'X'", .name = "shout", .batch = 4,
	                                                                .progress = look_on, .context = &got }), 10);
	CHECK_INT(got.calls, 4); /* 4, 8, 10, and that is all */
	CHECK_INT(got.done, 10);
	CHECK_INT(got.total, 10);
	test_close();
}

/* The second batch has a row that cannot be changed: what is before it stays, and is not done again. */
TEST(one_that_stopped_goes_on_behind_its_last_batch)
{
	kin_backfill_options options = { .table = "pets", .set = "name = name || '!'", .batch = 2 };

	test_open_sqlite();
	test_fill(1, 5);
	test_run("CREATE TRIGGER no BEFORE UPDATE ON pets WHEN old.id = 4 BEGIN SELECT raise(ABORT, 'not this one'); END");
	kin_session *s = test_session();
	CHECK(kin_backfill(s, &options) < 0);
	CHECK_HAS(kin_errmsg(s), "not this one");
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_count(s, Pet, "name like '%!'"), 2);
	CHECK_INT(kin_rollback(s), KIN_OK);
	test_run("DROP TRIGGER no");
	CHECK_INT(kin_backfill(s, &options), 5); /* of which two were done before */
	CHECK_INT(kin_count(s, Pet, "name like '%!'"), 5);
	CHECK_INT(kin_count(s, Pet, "name like '%!!'"), 0);
	CHECK_INT(kin_backfill(s, &options), 5); /* all over: it was finished */
	CHECK_INT(kin_count(s, Pet, "name like '%!!'"), 5);
	test_close();
}

TEST(keys_may_be_below_zero_and_far_apart)
{
	test_open();
	test_run("INSERT INTO pets (id, name, species) VALUES (-9000000000, 'a', 'x'), (-1, 'b', 'x'), (0, 'c', 'x'), (9000000000, 'd', 'x')");
	kin_session *s = test_session();
	CHECK_INT(kin_backfill(s, &(kin_backfill_options){ .table = "pets", .set = "species = 'y'", .batch = 1 }), 4);
	CHECK_INT(count_of(s, "y"), 4);
	test_close();
}

TEST(a_backfill_needs_a_table_and_what_to_set)
{
	test_open();
	kin_session *s = test_session();
	CHECK_INT(kin_backfill(s, &(kin_backfill_options){ .table = "pets" }), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), ".table and .set are needed");
	test_close();
}

static kin_session *open_session;

static int once(void)
{
	kin_session *s = open_session;
	int64_t rc = kin_backfill(s, &(kin_backfill_options){ .table = "pets", .set = "species = 'x'", .batch = 2 });

	if (rc < 0)
		kin_rollback(s);
	return rc < 0 ? (int)rc : KIN_OK;
}

TEST(a_backfill_survives_any_allocation_failing)
{
	test_open_sqlite();
	test_fill(1, 5);
	open_session = test_session();
	kin_test_fuse(__FILE__, __LINE__, once);
	CHECK_INT(count_of(open_session, "x"), 5);
	test_close();
}
