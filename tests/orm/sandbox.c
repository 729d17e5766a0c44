/* sandbox.c - a test's sandbox: sessions commit as always, and nothing of it is kept. */
#include "orm_test.h"

#include <pthread.h>

#include <kin/hook.h>
#include <kin/select.h>

#include "base/mem.h"

static int64_t owners(void)
{
	kin_session *s = kin_session_new(test_db());
	int64_t count = kin_count(s, Owner, "");

	kin_free(s);
	return count;
}

static Owner *add(kin_session *s, const char *name)
{
	Owner *owner = kin_new(s, Owner, .name = name);

	kin_add(s, owner);
	return owner;
}

TEST(what_is_committed_in_a_sandbox_is_seen_there_and_gone_afterwards)
{
	test_open();
	CHECK_INT(kin_sandbox_open(test_db()), KIN_OK);
	kin_session *s = test_session();
	Owner *ann = add(s, "Ann");
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK(ann->id > 0);
	CHECK_INT(owners(), 1);
	ann->name = "Anna";
	CHECK_INT(kin_commit(s), KIN_OK);
	kin_session *other = test_session();
	CHECK_TEXT(((const Owner *)kin_get(other, Owner, ann->id))->name, "Anna");
	kin_close(other);
	CHECK_INT(kin_sandbox_close(test_db()), KIN_OK);
	CHECK_INT(owners(), 0);
	test_close();
}

TEST(a_rollback_in_a_sandbox_undoes_what_its_session_did)
{
	test_open();
	CHECK_INT(kin_sandbox_open(test_db()), KIN_OK);
	kin_session *s = test_session();
	add(s, "Ann");
	CHECK_INT(kin_commit(s), KIN_OK);
	add(s, "Bob");
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_INT(kin_begin_nested(s), KIN_OK);
	add(s, "Cid");
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_count(s, Owner, ""), 3);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_count(s, Owner, ""), 1);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(owners(), 1);
	CHECK_INT(kin_sandbox_close(test_db()), KIN_OK);
	CHECK_INT(owners(), 0);
	test_close();
}

TEST(a_flush_that_fails_in_a_sandbox_spares_what_was_committed_before)
{
	test_open();
	CHECK_INT(kin_sandbox_open(test_db()), KIN_OK);
	kin_session *s = test_session();
	add(s, "Ann");
	CHECK_INT(kin_commit(s), KIN_OK);
	kin_add(s, kin_new(s, Pet, .name = "Ben", .owner_id = { 77, true }));
	CHECK_INT(kin_commit(s), KIN_EFOREIGN);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_count(s, Owner, ""), 1);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_sandbox_close(test_db()), KIN_OK);
	test_close();
}

TEST(sessions_in_a_sandbox_lie_upon_each_other)
{
	test_open();
	CHECK_INT(kin_sandbox_open(test_db()), KIN_OK);
	kin_session *first = test_session(), *second = test_session();
	add(first, "Ann");
	CHECK_INT(kin_flush(first), KIN_OK);
	add(second, "Bob");
	CHECK_INT(kin_flush(second), KIN_OK);
	CHECK_INT(kin_commit(first), KIN_OK); /* while the second one lies upon it */
	CHECK_INT(kin_rollback(second), KIN_OK);
	CHECK_INT(owners(), 1);

	add(first, "Cid");
	CHECK_INT(kin_flush(first), KIN_OK);
	add(second, "Dan");
	CHECK_INT(kin_flush(second), KIN_OK);
	CHECK_INT(kin_rollback(first), KIN_OK);
	CHECK_INT(kin_commit(second), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(second), "what this session did is undone");
	CHECK_HAS(kin_errmsg(second), "orm_test.c:");
	CHECK_INT(kin_rollback(second), KIN_OK);
	CHECK_INT(owners(), 1);
	CHECK_INT(kin_sandbox_close(test_db()), KIN_OK);
	CHECK_INT(owners(), 0);
	test_close();
}

static int count_commits(kin_session *session, kin_session_event event, void *context)
{
	(void)session, (void)event;
	++*(int *)context;
	return 0;
}

static int add_one(kin_session *session, void *context)
{
	(void)context;
	add(session, "Ann");
	return 0;
}

TEST(hooks_and_transactions_that_are_run_again_are_as_always_in_a_sandbox)
{
	int commits = 0;

	test_open();
	CHECK_INT(kin_sandbox_open(test_db()), KIN_OK);
	kin_session *s = test_session();
	kin_session_on(s, KIN_AFTER_COMMIT, count_commits, &commits);
	CHECK_INT(kin_transaction(s, add_one, NULL), KIN_OK);
	CHECK_INT(commits, 1);
	CHECK_INT(owners(), 1);
	CHECK_INT(kin_begin(s, .read_only = true), KIN_OK);
	add(s, "Bob");
	CHECK_INT(kin_commit(s), KIN_EREADONLY);
	CHECK_INT(kin_rollback(s), KIN_OK);
	CHECK_INT(kin_sandbox_close(test_db()), KIN_OK);
	CHECK_INT(owners(), 0);
	test_close();
}

TEST(a_sandbox_is_open_once_and_closed_when_all_are_out)
{
	test_open();
	CHECK_INT(kin_sandbox_close(test_db()), KIN_OK);
	CHECK_INT(kin_sandbox_open(test_db()), KIN_OK);
	CHECK_INT(kin_sandbox_open(test_db()), KIN_EINVAL);
	CHECK_INT(kin_sandbox_open(NULL), KIN_EINVAL);
	kin_session *s = test_session();
	CHECK_INT(kin_count(s, Owner, ""), 0);
	CHECK_INT(kin_sandbox_close(test_db()), KIN_EBUSY);
	kin_close(s);
	CHECK_INT(kin_sandbox_close(test_db()), KIN_OK);
	test_close();
}

static void *add_in_a_thread(void *context)
{
	kin_session *s = kin_session_new(test_db());

	add(s, "Bob");
	*(int *)context = kin_commit(s);
	kin_free(s);
	return NULL;
}

TEST(another_thread_waits_for_its_turn_in_a_sandbox)
{
	pthread_t thread;
	int rc = -1;

	test_open();
	CHECK_INT(kin_sandbox_open(test_db()), KIN_OK);
	kin_session *s = test_session();
	add(s, "Ann");
	CHECK_INT(kin_flush(s), KIN_OK);
	CHECK_INT(pthread_create(&thread, NULL, add_in_a_thread, &rc), 0);
	CHECK_INT(kin_count(s, Owner, ""), 1);
	CHECK_INT(kin_rollback(s), KIN_OK); /* now it may */
	pthread_join(thread, NULL);
	CHECK_INT(rc, KIN_OK);
	CHECK_INT(owners(), 1);
	CHECK_INT(kin_sandbox_close(test_db()), KIN_OK);
	CHECK_INT(owners(), 0);
	test_close();
}

static int run_in_a_sandbox(void)
{
	kin_session *s;
	int rc = kin_sandbox_open(test_db());

	if (rc < 0)
		return rc;
	if (!(s = kin_session_new(test_db()))) {
		kin_sandbox_close(test_db());
		return KIN_ENOMEM;
	}
	add(s, "Ann");
	kin_begin_nested(s);
	add(s, "Bob");
	kin_commit(s);
	rc = kin_commit(s);
	kin_free(s);
	int closed = kin_sandbox_close(test_db());
	return rc < 0 ? rc : closed;
}

TEST(a_sandbox_survives_any_allocation_failing)
{
	test_open();
	kin_test_fuse(__FILE__, __LINE__, run_in_a_sandbox);
	CHECK_INT(owners(), 0);
	test_close();
}
