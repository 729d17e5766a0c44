/* What is in the way of migrating a database, and its removal. */
#include "book.h"

#include "migrate/history.h"
#include "migrate/repair.h"
#include "migrate/run.h"

/* A revision of three steps, the second of which fails where there is a row. */
static void write_broken(void)
{
	book_write("a1", "", "CREATE TABLE t (id INTEGER NOT NULL, x TEXT, PRIMARY KEY (id));\nINSERT INTO t (id) VALUES (1);", "DROP TABLE t;");
	write_file(kin_test_directory(), "migrations/versions/b2.sql",
	           "-- revision: b2\n-- revises: a1\n-- transaction: none\n-- upgrade\nCREATE TABLE u (id INTEGER);\n"
	           "ALTER TABLE t ALTER COLUMN x SET NOT NULL;\nCREATE TABLE v (id INTEGER);\n-- downgrade\n");
}

static void open_half(book *b)
{
	write_broken();
	OK(&b->f, book_open(b));
	CHECK(kin_run_upgrade(b->f.connection, &b->folder, "heads", NULL, &b->f.error) < 0);
	kin_error_clear(&b->f.error);
}

TEST(nothing_is_in_the_way_of_a_new_database)
{
	kin_repair found = { 0 };
	book b;

	book_write("a1", "", "", "");
	OK(&b.f, book_open(&b));
	OK(&b.f, kin_repair_look(b.f.connection, &b.f.arena, &b.folder, &found, &b.f.error));
	CHECK(!found.holder && !found.journal);
	CHECK_INT(fixture_number(&b.f, "SELECT count(*) FROM sqlite_schema"), 0);
	book_close(&b);
}

TEST(a_half_applied_revision_is_told_with_its_next_statement)
{
	kin_repair found = { 0 };
	book b;

	open_half(&b);
	OK(&b.f, kin_repair_look(b.f.connection, &b.f.arena, &b.folder, &found, &b.f.error));
	CHECK(found.journal != NULL);
	CHECK_TEXT(found.journal->revision, "b2");
	CHECK_INT(found.journal->done, 1);
	CHECK_INT(found.total, 3);
	CHECK_INT(found.next->line, 6);
	book_close(&b);
}

TEST(only_a_statement_that_was_begun_is_marked)
{
	book b;

	open_half(&b);
	CHECK_INT(kin_repair_mark(b.f.connection, &b.folder, true, &b.f.error), KIN_EREVISION);
	fixture_run(&b.f, "UPDATE kin_step SET begun = 1");
	OK(&b.f, kin_repair_mark(b.f.connection, &b.folder, true, &b.f.error));
	CHECK_INT(fixture_number(&b.f, "SELECT done * 10 + begun FROM kin_step"), 20);
	OK(&b.f, kin_run_upgrade(b.f.connection, &b.folder, "heads", NULL, &b.f.error));
	CHECK_INT(fixture_number(&b.f, "SELECT count(*) FROM sqlite_schema WHERE name IN ('u', 'v')"), 2);
	book_close(&b);
}

TEST(edits_are_accepted_and_counted)
{
	size_t count = 0;
	book b;

	write_broken();
	OK(&b.f, book_open(&b));
	OK(&b.f, kin_run_upgrade(b.f.connection, &b.folder, "a1", NULL, &b.f.error));
	fixture_run(&b.f, "UPDATE kin_revision SET checksum = '1'");
	CHECK_INT(kin_run_upgrade(b.f.connection, &b.folder, "a1", NULL, &b.f.error), KIN_EREVISION);
	OK(&b.f, kin_repair_accept(b.f.connection, &b.folder, &count, &b.f.error));
	CHECK_INT(count, 1);
	OK(&b.f, kin_run_upgrade(b.f.connection, &b.folder, "a1", NULL, &b.f.error));
	book_close(&b);
}

static book opened;

static int look_and_mark(void)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_repair found = { 0 };
	size_t count;
	int rc = kin_repair_look(opened.f.connection, &arena, &opened.folder, &found, &error);

	if (rc == KIN_OK)
		rc = kin_repair_accept(opened.f.connection, &opened.folder, &count, &error);
	if (rc == KIN_OK)
		rc = kin_repair_mark(opened.f.connection, &opened.folder, false, &error);
	kin_error_clear(&error);
	kin_arena_done(&arena);
	return rc;
}

TEST(repairing_survives_a_failing_allocation)
{
	open_half(&opened);
	fixture_run(&opened.f, "UPDATE kin_step SET begun = 1; UPDATE kin_revision SET checksum = '1'");
	kin_test_fuse(__FILE__, __LINE__, look_and_mark);
	CHECK_INT(fixture_number(&opened.f, "SELECT done * 10 + begun FROM kin_step"), 10);
	CHECK_INT(fixture_number(&opened.f, "SELECT count(*) FROM kin_revision WHERE checksum = '1'"), 0);
	book_close(&opened);
}
