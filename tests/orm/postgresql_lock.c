/* Locks of names and of rows, and words between programs, on PostgreSQL. */
#include <kin/notify.h>
#include <kin/query.h>

#include "base/clock.h"
#include "db/postgresql/server.h"
#include "orm/session_state.h"

KIN_DECLARE(Job);

struct Job {
	int64_t     id;
	const char *state;
};

KIN_MODEL(Job, "jobs")
{
	kin_column(id, .primary_key = true);
	kin_column(state);
}

static kin_db *open_jobs(void)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);

	run(c, "create table jobs (id bigint primary key, state varchar); insert into jobs select n, 'new' from generate_series(1, 5) n");
	kin_db_release(db, c);
	kin_db_close(db);
	return open_server("&timeout=100");
}

TEST(a_lock_of_a_name_lasts_until_the_transaction_ends)
{
	kin_db *db = open_jobs();
	kin_session *a = kin_session_new(db), *b = kin_session_new(db);

	CHECK_INT(kin_lock(a, "billing"), KIN_OK);
	CHECK_INT(kin_lock(a, "billing"), KIN_OK);
	CHECK_INT(kin_try_lock(b, "billing"), 0);
	CHECK_INT(kin_try_lock(b, "mailing"), 1);
	CHECK_INT(kin_lock(b, "billing"), KIN_EBUSY);
	CHECK_HAS(kin_errmsg(b), "waited 100 ms");
	kin_rollback(b);
	CHECK_INT(kin_commit(a), KIN_OK);
	CHECK_INT(kin_try_lock(b, "billing"), 1);
	kin_free(a);
	kin_free(b);
	kin_db_close(db);
}

TEST(a_row_that_is_locked_is_waited_for_refused_or_skipped)
{
	kin_db *db = open_jobs();
	kin_session *a = kin_session_new(db), *b = kin_session_new(db);

	CHECK_INT(kin_first(a, Job, "order by id for update")->id, 1);
	CHECK_INT(kin_first(b, Job, "order by id for update skip locked")->id, 2);
	CHECK_INT(kin_all(b, Job, "id > 2 for update skip locked").count, 3);
	CHECK(!kin_first(b, Job, "id = 1 for update nowait"));
	CHECK_INT(kin_errcode(b), KIN_EBUSY);
	kin_rollback(b);
	CHECK(!kin_first(b, Job, "id = 1 for update"));
	CHECK_INT(kin_errcode(b), KIN_EBUSY);
	kin_rollback(b);
	kin_rollback(a);
	CHECK_INT(kin_first(b, Job, "id = 1 for update nowait")->id, 1);
	kin_free(a);
	kin_free(b);
	kin_db_close(db);
}

TEST(what_is_locked_is_read_anew)
{
	kin_db *db = open_jobs();
	kin_session *a = kin_session_new(db), *b = kin_session_new(db);
	const Job *job = kin_get(a, Job, 1);

	CHECK_TEXT(job->state, "new");
	kin_commit(a);
	CHECK_INT(kin_update(b, Job, "state = 'done' where id = 1"), 1);
	kin_commit(b);
	CHECK(kin_first(a, Job, "id = 1 for update") == job);
	CHECK_TEXT(job->state, "done");
	kin_edit(a, Job, job)->state = "mine";
	CHECK(kin_first(a, Job, "id = 1 for update") == job);
	CHECK_TEXT(job->state, "mine");
	kin_free(a);
	kin_free(b);
	kin_db_close(db);
}

TEST(a_listener_hears_what_is_committed)
{
	kin_db *db = open_jobs();
	kin_listener *l = kin_listener_new(db);
	kin_session *s = kin_session_new(db);
	kin_notification n;

	CHECK_INT(kin_listen(l, "the \"Jobs\""), KIN_OK);
	CHECK_INT(kin_listen(l, "other"), KIN_OK);
	CHECK_INT(kin_wait_notification(l, 0, &n), 0);
	CHECK_INT(kin_notify(s, "the \"Jobs\"", "17"), KIN_OK);
	CHECK_INT(kin_notify(s, "nobody", "1"), KIN_OK);
	CHECK_INT(kin_wait_notification(l, 50, &n), 0);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_wait_notification(l, 5000, &n), 1);
	CHECK_TEXT(n.channel, "the \"Jobs\"");
	CHECK_TEXT(n.payload, "17");
	CHECK_INT(kin_notify(s, "other", "undone"), KIN_OK);
	kin_rollback(s);
	CHECK_INT(kin_notify(s, "other", NULL), KIN_OK);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_wait_notification(l, -1, &n), 1);
	CHECK_TEXT(n.channel, "other");
	CHECK_TEXT(n.payload, "");
	CHECK_INT(kin_wait_notification(l, 0, &n), 0);
	kin_free(s);
	kin_listener_free(l);
	kin_db_close(db);
}

TEST(a_listener_that_lost_its_connection_says_so_and_listens_again)
{
	kin_db *db = open_jobs(), *other = open_server("&application_name=killer");
	kin_listener *l = kin_listener_new(db);
	kin_session *s = kin_session_new(db);
	kin_notification n;

	CHECK_INT(kin_listen(l, "jobs"), KIN_OK);
	kin_connection *c = acquire(other);
	run(c, "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'");
	kin_db_release(other, c);
	CHECK_INT(kin_wait_notification(l, 5000, &n), KIN_ECONNECTION);
	CHECK_HAS(kin_listener_errmsg(l), "is gone");
	CHECK_INT(kin_wait_notification(l, 0, &n), 0);
	CHECK_TEXT(kin_listener_errmsg(l), "");
	CHECK_INT(kin_notify(s, "jobs", "again"), KIN_OK);
	CHECK_INT(kin_commit(s), KIN_OK);
	CHECK_INT(kin_wait_notification(l, 5000, &n), 1);
	CHECK_TEXT(n.payload, "again");
	kin_free(s);
	kin_listener_free(l);
	kin_db_close(other);
	kin_db_close(db);
}

TEST(a_connection_that_listened_hears_nothing_for_the_next_one)
{
	kin_db *db = open_jobs();
	kin_listener *l = kin_listener_new(db);
	kin_connection *c;

	CHECK_INT(kin_listen(l, "jobs"), KIN_OK);
	kin_listener_free(l);
	c = acquire(db);
	CHECK_INT(number(c, "select count(*) from pg_listening_channels()"), 0);
	kin_db_release(db, c);
	kin_db_close(db);
}

static int listen_fused(kin_db *db)
{
	kin_listener *l = kin_listener_new(db);
	kin_notification n;
	int rc = l ? kin_listen(l, "jobs") : KIN_ENOMEM;

	if (rc == KIN_OK)
		rc = kin_wait_notification(l, 0, &n);
	kin_listener_free(l);
	return rc;
}

FUSED(memory_may_run_out_in_a_listener)
{
	static kin_db *db;

	if (!db)
		db = kin_db_open(&(kin_db_options){ .url = server_url() }, NULL);
	int rc = db ? listen_fused(db) : KIN_ENOMEM;
	if (rc == KIN_OK) {
		kin_db_close(db);
		db = NULL;
	}
	return rc;
}
