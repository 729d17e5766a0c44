#include "base/error.h"

#include "base/mem.h"
#include "harness/harness.h"

TEST(no_error_has_no_text)
{
	kin_error error = { 0 };

	CHECK_TEXT(kin_error_text(&error), "");
}

TEST(setting_returns_the_code_and_keeps_the_sentence)
{
	kin_error error = { 0 };

	CHECK_INT(kin_error_set(&error, KIN_ERANGE, "%d is too large for %s", 300, "pets.age"), KIN_ERANGE);
	CHECK_INT(error.code, KIN_ERANGE);
	CHECK_TEXT(kin_error_text(&error), "300 is too large for pets.age");
	kin_error_clear(&error);
	CHECK_INT(error.code, KIN_OK);
	CHECK(!error.text);
}

TEST(a_new_error_replaces_all_of_the_old)
{
	kin_error error = { 0 };

	kin_error_set(&error, KIN_EUNIQUE, "first");
	kin_error_note_sql(&error, "INSERT");
	kin_error_note_name(&error, "uq_pets_name");
	kin_error_set(&error, KIN_EIO, "second, not %s", error.text);
	CHECK_TEXT(error.text, "second, not first");
	CHECK(!error.sql && !error.name);
	kin_error_clear(&error);
}

TEST(without_a_place_for_it_only_the_code_is_returned)
{
	CHECK_INT(kin_error_set(NULL, KIN_EIO, "%s", "gone"), KIN_EIO);
	CHECK_INT(kin_error_nomem(NULL), KIN_ENOMEM);
	CHECK(kin_error_context(NULL, "while reading") < 0);
	kin_error_note_sql(NULL, "SELECT 1");
	kin_error_note_name(NULL, "name");
	kin_error_clear(NULL);
}

TEST(context_goes_in_front)
{
	kin_error error = { 0 };

	kin_error_set(&error, KIN_EVALUE, "'x' is not a date");
	CHECK_INT(kin_error_context(&error, "pets.%s", "born"), KIN_EVALUE);
	CHECK_TEXT(kin_error_text(&error), "pets.born: 'x' is not a date");
	kin_error_clear(&error);
}

TEST(notes_are_copied_and_replaced)
{
	kin_error error = { 0 };
	char sql[] = "SELECT 1";

	kin_error_set(&error, KIN_EDB, "no");
	kin_error_note_sql(&error, sql);
	sql[0] = 'X';
	kin_error_note_name(&error, "a");
	kin_error_note_name(&error, "b");
	CHECK_TEXT(error.sql, "SELECT 1");
	CHECK_TEXT(error.name, "b");
	kin_error_note_sql(&error, NULL);
	CHECK(!error.sql);
	kin_error_clear(&error);
}

TEST(moving_leaves_nothing_behind)
{
	kin_error from = { 0 }, to = { 0 };

	kin_error_set(&to, KIN_EIO, "old");
	kin_error_set(&from, KIN_EBUSY, "locked");
	from.file = "app.c";
	from.line = 41;
	CHECK_INT(kin_error_move(&to, &from), KIN_EBUSY);
	CHECK_TEXT(to.text, "locked");
	CHECK_TEXT(to.file, "app.c");
	CHECK_INT(from.code, KIN_OK);
	CHECK(!from.text);
	CHECK_INT(kin_error_move(&to, &to), KIN_EBUSY);
	CHECK_TEXT(to.text, "locked");
	CHECK_INT(kin_error_move(NULL, &to), KIN_EBUSY);
	CHECK_INT(to.code, KIN_OK);
}

TEST(out_of_memory_needs_no_memory)
{
	kin_error error = { 0 };

	kin_error_set(&error, KIN_EIO, "old");
	kin_fuse_set(0);
	CHECK_INT(kin_error_nomem(&error), KIN_ENOMEM);
	kin_fuse_set(-1);
	CHECK_TEXT(kin_error_text(&error), "out of memory");
	kin_error_clear(&error);
}

TEST(a_sentence_that_finds_no_memory_becomes_out_of_memory)
{
	kin_error error = { 0 };

	kin_fuse_set(0);
	CHECK_INT(kin_error_set(&error, KIN_EIO, "%s", "gone"), KIN_ENOMEM);
	kin_fuse_set(-1);
	CHECK_INT(error.code, KIN_ENOMEM);
	CHECK_TEXT(kin_error_text(&error), "out of memory");
	kin_error_clear(&error);
}

FUSED(errors_survive_failing_allocations)
{
	kin_error error = { 0 };
	int rc = kin_error_set(&error, KIN_EIO, "%s", "gone");

	if (rc == KIN_EIO)
		rc = kin_error_context(&error, "while %0100d", 1);
	kin_error_clear(&error);
	return rc == KIN_EIO ? KIN_OK : rc;
}

TEST(a_note_that_finds_no_memory_is_left_out)
{
	kin_error error = { 0 };

	kin_error_set(&error, KIN_EIO, "gone");
	kin_fuse_set(0);
	kin_error_note_sql(&error, "SELECT 1");
	kin_fuse_set(-1);
	CHECK(!error.sql);
	CHECK_TEXT(error.text, "gone");
	kin_error_clear(&error);
}
