/* An upgrade tried out: up, down, and up again. */
#include "book.h"

#include "migrate/rehearse.h"
#include "migrate/run.h"

static void open_at_first(book *b)
{
	book_write("a1", "", "CREATE TABLE t (id INTEGER NOT NULL, x TEXT, PRIMARY KEY (id));\nINSERT INTO t VALUES (1, 'a'), (2, NULL);", "DROP TABLE t;");
	OK(&b->f, book_open(b));
	OK(&b->f, kin_run_upgrade(b->f.connection, &b->folder, "a1", NULL, &b->f.error));
}

static kin_rehearse rehearse(book *b)
{
	kin_rehearse result = { 0 };

	OK(&b->f, kin_rehearse_run(b->f.connection, &b->f.arena, &b->folder, "heads", NULL, &result, &b->f.error));
	return result;
}

TEST(each_revision_goes_up_down_and_up)
{
	book b;

	book_write("b2", "a1", "CREATE TABLE u (id INTEGER);\nINSERT INTO u VALUES (1);", "DROP TABLE u;");
	book_write("c3", "b2", "UPDATE t SET x = 'b' WHERE x IS NULL;", "UPDATE t SET x = NULL WHERE x = 'b';");
	open_at_first(&b);
	kin_rehearse r = rehearse(&b);
	CHECK_INT(r.revisions, 2);
	CHECK_INT(r.count, 7);
	CHECK(!r.lost && !r.unsteady && !r.irreversible);
	CHECK_INT(r.steps[0].data.rows, 2);
	CHECK_INT(r.steps[1].data.rows, 3);
	CHECK(r.steps[1].data.hash != r.steps[2].data.hash);
	CHECK(r.steps[0].data.hash == r.steps[4].data.hash);
	CHECK(!r.steps[3].up && strcmp(r.steps[3].script->id, "c3") == 0);
	book_close(&b);
}

TEST(what_a_downgrade_does_not_bring_back_is_lost)
{
	book b;

	book_write("b2", "a1", "ALTER TABLE t DROP COLUMN x;", "ALTER TABLE t ADD COLUMN x TEXT;");
	open_at_first(&b);
	CHECK(rehearse(&b).lost);
	book_close(&b);
}

TEST(what_is_other_the_second_time_is_unsteady)
{
	book b;

	book_write("b2", "a1", "UPDATE t SET x = hex(randomblob(8)) WHERE id = 2;", "UPDATE t SET x = NULL WHERE id = 2;");
	open_at_first(&b);
	CHECK(rehearse(&b).unsteady);
	book_close(&b);
}

TEST(what_cannot_be_undone_goes_up_only)
{
	book b;

	book_write("b2", "a1", "CREATE TABLE u (id INTEGER);", "");
	open_at_first(&b);
	kin_rehearse r = rehearse(&b);
	CHECK(r.irreversible != NULL);
	CHECK_INT(r.count, 2);
	book_close(&b);
}

TEST(data_is_the_same_in_any_order_of_rows_and_columns)
{
	static const char *const ways[] = {
		"CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, NULL)",
		"CREATE TABLE t (b TEXT, a INTEGER); INSERT INTO t VALUES (NULL, 2), ('x', 1)",
		"CREATE TABLE t (b TEXT, a INTEGER); INSERT INTO t VALUES ('x', 2), (NULL, 1)",
	};
	kin_rehearse_data data[3];

	for (size_t i = 0; i < 3; i++) {
		fixture f;
		fixture_open(&f, NULL);
		fixture_run(&f, ways[i]);
		OK(&f, kin_rehearse_read(f.connection, &data[i], &f.error));
		fixture_close(&f);
	}
	CHECK(data[0].rows == 2 && data[0].hash == data[1].hash);
	CHECK(data[0].hash != data[2].hash);
}

static int rehearse_once(void)
{
	kin_rehearse result = { 0 };
	book b;
	int rc = book_open(&b);

	if (rc == KIN_OK)
		rc = kin_rehearse_run(b.f.connection, &b.f.arena, &b.folder, "heads", NULL, &result, &b.f.error);
	book_close(&b);
	return rc;
}

TEST(a_rehearsal_survives_a_failing_allocation)
{
	book_write("a1", "", "CREATE TABLE t (id INTEGER, x TEXT);\nINSERT INTO t VALUES (1, 'a');", "DROP TABLE t;");
	book_write("b2", "a1", "ALTER TABLE t ADD COLUMN y INTEGER;", "ALTER TABLE t DROP COLUMN y;");
	kin_test_fuse(__FILE__, __LINE__, rehearse_once);
}
