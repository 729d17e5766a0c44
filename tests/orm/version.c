/* version.c - two sessions that change one row: the second is told. */
#include <kin/bulk.h>

#include "orm_test.h"

KIN_DECLARE(Draft);
struct Draft {
	int64_t     id;
	const char *text;
	int32_t     revision;
};

KIN_MODEL(Draft, "drafts")
{
	kin_column(id, .primary_key = true);
	kin_column(text);
	kin_column(revision);
	kin_version(revision);
}

static kin_session *open_draft(void)
{
	test_open_sqlite();
	test_run("CREATE TABLE drafts (id INTEGER PRIMARY KEY, text TEXT, revision INTEGER NOT NULL)");
	kin_session *s = test_session();

	kin_add(s, kin_new(s, Draft, .text = "first"));
	CHECK_INT(kin_commit(s), KIN_OK);
	test_forget();
	return s;
}

TEST(a_row_counts_its_changes)
{
	kin_session *s = open_draft();
	Draft *draft = kin_edit(s, Draft, kin_get(s, Draft, 1));

	CHECK_INT(draft->revision, 1);
	draft->text = "second";
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("UPDATE drafts SET text = ?, revision = ? WHERE id = ? AND revision = ?");
	CHECK_INT(draft->revision, 2);
	draft->text = "third";
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(draft->revision, 3);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(draft->revision, 3);
	test_close();
}

TEST(who_changes_an_old_version_is_told)
{
	kin_session *s = open_draft();
	Draft *draft = kin_edit(s, Draft, kin_get(s, Draft, 1));

	test_run("UPDATE drafts SET text = 'theirs', revision = 2");
	draft->text = "mine";
	CHECK_INT(kin_commit(s), KIN_ESTALE);
	CHECK_HAS(kin_errmsg(s), "UPDATE statement on table 'drafts' expected to update 1 row(s); 0 were matched: the row of <Draft 1> was "
	           "changed or deleted, or its key changed, by someone else; kin_rollback(), load it again, repeat");
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_refresh(s, draft), KIN_OK);
	CHECK_TEXT(draft->text, "theirs");
	CHECK_INT(draft->revision, 2);
	draft->text = "both";
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(draft->revision, 3);
	test_close();
}

TEST(who_deletes_an_old_version_is_told)
{
	kin_session *s = open_draft();
	const Draft *draft = kin_get(s, Draft, 1);

	test_run("UPDATE drafts SET revision = 2");
	kin_delete(s, draft);
	CHECK_INT(kin_commit(s), KIN_ESTALE);
	CHECK_HAS(kin_errmsg(s), "DELETE statement on table 'drafts' expected to delete 1 row(s)");
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_refresh(s, draft), KIN_OK);
	kin_delete(s, draft);
	test_forget();
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_SQL("DELETE FROM drafts WHERE id = ? AND revision = ?");
	test_close();
}

TEST(a_rollback_takes_the_version_back)
{
	kin_session *s = open_draft();
	Draft *draft = kin_edit(s, Draft, kin_get(s, Draft, 1));

	draft->text = "second";
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_INT(draft->revision, 2);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(draft->revision, 1);
	draft->text = "again";
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(draft->revision, 2);
	test_close();
}

TEST(an_upsert_counts_a_change_of_the_row_that_is_there)
{
	kin_session *s = open_draft();
	const Draft *draft = kin_get(s, Draft, 1);
	Draft drafts[] = { { .id = 1, .text = "second" }, { .id = 2, .text = "new" } };

	CHECK_INT(kin_upsert(s, Draft, drafts, 2), KIN_OK);
	CHECK_OK(s);
	CHECK_INT(drafts[0].revision, 2);
	CHECK_INT(drafts[1].revision, 1);
	CHECK_INT(draft->revision, 2);
	CHECK_TEXT(draft->text, "second");
	test_close();
}
