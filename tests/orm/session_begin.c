/* session_begin.c - transactions that begin because the program says so, and are of some kind. */
#include "orm_test.h"

#include <kin/hook.h>
#include <kin/select.h>

#include "base/mem.h"

/* What the transactions' own statements were. */
static char begun[500];

static void note(void *context, const kin_trace_event *event)
{
	size_t length = strlen(begun);

	(void)context;
	if (length + strlen(event->sql) + 3 < sizeof(begun))
		sprintf(begun + length, "%s%s", length > 0 ? "; " : "", event->sql);
}

static kin_session *opened(void)
{
	test_open();
	test_run("INSERT INTO owners (name) VALUES ('Ann'), ('Bob')");
	kin_session *s = test_session();
	begun[0] = '\0';
	kin_db_trace(test_db(), note, NULL);
	return s;
}

static bool on_dqlite(void)
{
	return strncmp(kin_db_url(test_db()), "dqlite", 6) == 0;
}

TEST(a_transaction_begins_when_the_program_says_so)
{
	kin_session *s = opened();

	CHECK_INT(kin_begin(s), KIN_OK);
	CHECK_TEXT(begun, test_words("BEGIN", "BEGIN", "START TRANSACTION"));
	CHECK_INT(kin_begin(s), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), "a transaction is open already");
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK(kin_first(s, Owner, "") != NULL);
	CHECK_INT(kin_begin(s), KIN_EINVAL);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_begin(s, .write = true), KIN_OK);
	CHECK_HAS(begun, test_words("BEGIN IMMEDIATE", "BEGIN", "START TRANSACTION"));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_begin(s, .isolation = (kin_isolation)77), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(s), ".isolation is 77");
	test_close();
}

TEST(a_transaction_has_the_isolation_that_was_asked_for)
{
	kin_session *s = opened();

	CHECK_INT(kin_begin(s, .isolation = KIN_SERIALIZABLE, .read_only = true, .deferrable = true), KIN_OK);
	CHECK_TEXT(begun, test_words("BEGIN", "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE",
	                             "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; START TRANSACTION READ ONLY"));
	CHECK_INT(kin_count(s, Owner, ""), 2);
	CHECK_INT(kin_commit(s), KIN_OK);
	begun[0] = '\0';
	CHECK_INT(kin_begin(s, .isolation = KIN_READ_COMMITTED), KIN_OK);
	CHECK_TEXT(begun, test_words("BEGIN", "BEGIN ISOLATION LEVEL READ COMMITTED", "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; START TRANSACTION"));
	CHECK_INT(kin_commit(s), KIN_OK);
	begun[0] = '\0';
	CHECK_INT(kin_count(s, Owner, ""), 2);
	CHECK_INT(strncmp(begun, test_words("BEGIN; SELECT", "BEGIN; SELECT", "START TRANSACTION; SELECT"), 13), 0);
	test_close();
}

TEST(a_transaction_that_only_reads_refuses_to_write_on_every_database)
{
	kin_session *s = opened();

	CHECK_INT(kin_begin(s, .read_only = true), KIN_OK);
	CHECK_INT(kin_count(s, Owner, ""), 2);
	kin_add(s, kin_new(s, Owner, .name = "Cid"));
	CHECK_INT(kin_commit(s), KIN_EREADONLY);
	CHECK_HAS(kin_errmsg(s), "this transaction only reads, as kin_begin() was told");
	CHECK_INT(kin_rollback(s), KIN_OK);
	kin_add(s, kin_new(s, Owner, .name = "Cid"));
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_begin(s, .read_only = true, .write = true), KIN_EINVAL);
	test_close();
}

TEST(all_transactions_of_a_session_are_as_it_was_told)
{
	kin_session *s = opened();

	CHECK_INT(kin_session_begins(s, .isolation = KIN_SERIALIZABLE, .read_only = true), KIN_OK);
	for (int i = 0; i < 2; i++) {
		begun[0] = '\0';
		CHECK_INT(kin_count(s, Owner, ""), 2);
		CHECK_HAS(begun, test_words("BEGIN", "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY", "START TRANSACTION READ ONLY"));
		CHECK_INT(kin_commit(s), KIN_OK);
	}
	CHECK_INT(kin_delete_where(s, Owner, "name = ?", "Ann"), -1);
	CHECK_INT(kin_errcode(s), KIN_EREADONLY);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_begin(s, .write = true), KIN_OK);
	CHECK_INT(kin_delete_where(s, Owner, "name = ?", "Ann"), 1);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_session_begins(s), KIN_OK);
	CHECK_INT(kin_delete_where(s, Owner, "name = ?", "Bob"), 1);
	CHECK_INT(kin_commit(s), KIN_OK);
	test_close();
}

/* Three of a million rows' work, made of nothing. */
static int64_t count_slowly(kin_session *s)
{
	return kin_sql_run(s, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000000) SELECT count(*) FROM n");
}

TEST(a_statement_that_takes_too_long_is_stopped)
{
	kin_session *s = opened();

	if (on_dqlite()) {
		CHECK_INT(kin_begin(s, .timeout = 30), KIN_EUNSUPPORTED);
		test_close();
		return;
	}
	CHECK_INT(kin_begin(s, .timeout = 30), KIN_OK);
	CHECK_INT(count_slowly(s), -1);
	CHECK_INT(kin_errcode(s), KIN_EINTERRUPT);
	CHECK_HAS(kin_errmsg(s), test_words("took longer than 30 ms", "statement timeout", "interrupted"));
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_count(s, Owner, ""), 2);
	CHECK_INT(kin_commit(s), KIN_OK);
	/* The connection is as it was. */
	CHECK_INT(kin_sql_run(s, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT count(*) FROM n") >= 0, 1);
	CHECK_INT(kin_begin(test_session(), .timeout = -1), KIN_EINVAL);
	test_close();
}

TEST(the_time_of_a_statement_begins_with_it)
{
	kin_session *s = opened();

	if (!on_dqlite())
		CHECK_INT(kin_begin(s, .timeout = 20000), KIN_OK);
	for (int i = 0; i < 3; i++)
		CHECK_INT(kin_count(s, Owner, ""), 2);
	CHECK_INT(kin_commit(s), KIN_OK);
	test_close();
}

static int see_level(kin_session *session, void *context)
{
	(void)context;
	kin_add(session, kin_new(session, Owner, .name = "Cid"));
	return 0;
}

TEST(a_transaction_that_is_run_again_has_its_kind_each_time)
{
	kin_session *s = opened();
	int rc = kin_transaction_with(s, see_level, NULL, &(kin_transaction_options){ .begin = { .isolation = KIN_SERIALIZABLE } });

	CHECK_INT(rc, KIN_OK);
	CHECK_HAS(begun, test_words("BEGIN IMMEDIATE", "BEGIN ISOLATION LEVEL SERIALIZABLE", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; START TRANSACTION"));
	rc = kin_transaction_with(s, see_level, NULL, &(kin_transaction_options){ .begin = { .read_only = true } });
	CHECK_INT(rc, KIN_EREADONLY);
	test_close();
}

TEST(objects_expire_at_a_commit_where_the_session_was_told_so)
{
	kin_session *s = opened();
	const Owner *ann = kin_first(s, Owner, "name = 'Ann'"), *bob = kin_first(s, Owner, "name = 'Bob'");

	CHECK(!kin_expire_on_commit(s, true));
	CHECK_INT(kin_commit(s), KIN_OK);
	test_run("UPDATE owners SET name = 'Anna' WHERE name = 'Ann'");
	CHECK_TEXT(ann->name, "Ann"); /* nobody asked yet */
	CHECK(kin_get(s, Owner, ann->id) == ann);
	CHECK_TEXT(ann->name, "Anna");
	CHECK_TEXT(kin_edit(s, Owner, bob)->name, "Bob");
	CHECK(kin_expire_on_commit(s, false));
	CHECK_INT(kin_commit(s), KIN_OK);
	test_run("UPDATE owners SET name = 'Ann' WHERE name = 'Anna'");
	CHECK(kin_get(s, Owner, ann->id) == ann);
	CHECK_TEXT(ann->name, "Anna");
	test_close();
}

static int begin_once(void)
{
	kin_session *s = kin_session_new(test_db());

	if (!s)
		return KIN_ENOMEM;
	kin_begin(s, .isolation = KIN_SERIALIZABLE, .timeout = on_dqlite() ? 0 : 60000);
	kin_add(s, kin_new(s, Owner, .name = "Cid"));
	int rc = kin_commit(s);
	kin_free(s);
	return rc;
}

TEST(beginning_survives_any_allocation_failing)
{
	test_open();
	kin_test_fuse(__FILE__, __LINE__, begin_once);
	test_close();
}
