/* Several revisions made into one. */
#include "book.h"

#include "migrate/squash.h"

/* a1 - b2 - c3 - d4; what b2 adds d4 takes away. */
static void write_line(void)
{
	book_write("a1", "", "CREATE TABLE t (id INTEGER NOT NULL, PRIMARY KEY (id));", "DROP TABLE t;");
	book_write("b2", "a1", "ALTER TABLE t ADD COLUMN x INTEGER;", "ALTER TABLE t DROP COLUMN x;");
	book_write("c3", "b2", "ALTER TABLE t ADD COLUMN y VARCHAR(9);\nCREATE INDEX iy ON t (y);", "DROP INDEX iy ON t;\nALTER TABLE t DROP COLUMN y;");
	book_write("d4", "c3", "ALTER TABLE t DROP COLUMN x;", "ALTER TABLE t ADD COLUMN x INTEGER;");
}

static int squash(book *b, const char *range, kin_squash_data data, kin_script *ret_script, kin_revision_links *ret_old)
{
	kin_squash_options options = { .range = range, .id = "s1", .data = data };

	return kin_squash_make(&b->folder, &options, ret_script, ret_old, &b->f.error);
}

TEST(what_came_and_went_is_in_neither_direction)
{
	kin_revision_links old;
	kin_script script;
	book b;

	write_line();
	OK(&b.f, book_open(&b));
	OK(&b.f, squash(&b, "b2:d4", KIN_SQUASH_REFUSE, &script, &old));
	CHECK_INT(old.count, 3);
	CHECK_INT(script.replace_count, 3);
	CHECK_TEXT(script.parents[0], "a1");
	CHECK_TEXT(changes_text(&b.f.arena, script.up, script.up_count), "ALTER TABLE t ADD COLUMN y VARCHAR(9)\nCREATE INDEX iy ON t (y)\n");
	CHECK_TEXT(changes_text(&b.f.arena, script.down, script.down_count), "DROP INDEX iy ON t\nALTER TABLE t DROP COLUMN y\n");
	book_close(&b);
}

TEST(data_is_refused_kept_or_dropped_as_is_said)
{
	kin_revision_links old;
	kin_script script;
	book b;

	write_line();
	book_write("e5", "d4", "UPDATE t SET y = 'x';", "");
	OK(&b.f, book_open(&b));
	CHECK_INT(squash(&b, "b2:e5", KIN_SQUASH_REFUSE, &script, &old), KIN_EREVISION);
	CHECK_HAS(kin_error_text(&b.f.error), "e5.sql:6: this changes data");
	OK(&b.f, squash(&b, "b2:e5", KIN_SQUASH_KEEP, &script, &old));
	CHECK_INT(script.up_count, 5);
	OK(&b.f, squash(&b, "b2:e5", KIN_SQUASH_DROP, &script, &old));
	CHECK_INT(script.up_count, 2);
	book_close(&b);
}

TEST(a_range_is_a_piece_that_can_be_taken_out)
{
	static const char *const wrong[] = { "b2:b2", "d4:b2", "b2:side", "nope:d4" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		kin_revision_links old;
		kin_script script;
		book b;
		write_line();
		book_write("side", "b2", "", "");
		book_write("m5", "d4, side", "", "");
		OK(&b.f, book_open(&b));
		CHECK_MSG(squash(&b, wrong[i], KIN_SQUASH_REFUSE, &script, &old) == KIN_EREVISION, "%s was squashed", wrong[i]);
		book_close(&b);
	}
}

static int squash_once(void)
{
	kin_revision_links old;
	kin_script script;
	book b;
	int rc = book_open(&b);

	if (rc == KIN_OK)
		rc = squash(&b, "b2:d4", KIN_SQUASH_REFUSE, &script, &old);
	book_close(&b);
	return rc;
}

TEST(squashing_survives_a_failing_allocation)
{
	write_line();
	kin_test_fuse(__FILE__, __LINE__, squash_once);
}
