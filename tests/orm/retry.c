/* retry.c - kin_transaction(): what is run again, how often, and what it leaves behind. */
#include "orm_test.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"
#include "db/connection.h"

/* A function that is told what to do in each of its runs. */
typedef struct script {
	const int  *results; /* of its runs; then 0 */
	int         count;
	int         runs;
	const Pet  *pet;
	const char *seen[16]; /* its name, when each run began */
} script;

static int rename_pet(kin_session *session, void *context)
{
	script *s = context;
	int run = s->runs++;

	s->seen[run] = s->pet->name;
	kin_edit(session, Pet, s->pet)->name = kin_strdup(session, "renamed");
	kin_add(session, kin_new(session, Owner, .name = "new"));
	kin_flush(session);
	return run < s->count ? s->results[run] : 0;
}

static script open_script(const int *results, int count)
{
	test_open();
	test_fill(1, 1);
	return (script){ .results = results, .count = count };
}

#define SCRIPT(...) \
	open_script((const int[]){ __VA_ARGS__ }, sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int))

static kin_session *session_with(script *s)
{
	kin_session *session = test_session();

	s->pet = kin_get(session, Pet, 1);
	CHECK(s->pet);
	return session;
}

TEST(what_the_function_did_is_committed)
{
	script s = SCRIPT(0);
	kin_session *session = session_with(&s);

	CHECK_INT(kin_transaction(session, rename_pet, &s), KIN_OK);
	CHECK_INT(s.runs, 1);
	CHECK_INT(kin_count(test_session(), Pet, "name = 'renamed'"), 1);
	CHECK_INT(kin_count(test_session(), Owner, ""), 2);
	test_close();
}

TEST(what_was_in_another_ones_way_is_run_again_from_the_beginning)
{
	script s = SCRIPT(KIN_ESERIALIZE, KIN_EBUSY, KIN_ECONNECTION);
	kin_session *session = session_with(&s);
	int attempts = 0;

	CHECK_INT(kin_transaction_with(session, rename_pet, &s, &(kin_transaction_options){ .ret_attempts = &attempts }), KIN_OK);
	CHECK_INT(attempts, 4);
	for (int run = 0; run < 4; run++)
		CHECK_TEXT(s.seen[run], "Pet 1");
	CHECK_TEXT(s.pet->name, "renamed");
	CHECK_INT(kin_count(test_session(), Owner, ""), 2);
	test_close();
}

static void check_not_again(int code)
{
	script s = SCRIPT(code);
	kin_session *session = session_with(&s);

	CHECK_INT(kin_transaction(session, rename_pet, &s), code);
	CHECK_INT(s.runs, 1);
	CHECK_TEXT(s.pet->name, "Pet 1");
	CHECK_INT(kin_errcode(session), KIN_OK);
	CHECK_INT(kin_count(session, Owner, ""), 1);
	test_close();
}

TEST(what_would_fail_again_is_undone_and_not_tried_again)
{
	check_not_again(KIN_EUNKNOWN);
	check_not_again(KIN_EUNIQUE);
	check_not_again(KIN_EINTERRUPT);
	if (!test_on_server())
		check_not_again(KIN_ECANTOPEN); /* a server may come back */
	check_not_again(7);
}

static int break_rule(kin_session *session, void *context)
{
	++*(int *)context;
	kin_update(session, Pet, "owner_id = 99 where id = ?", 1);
	return 0;
}

TEST(an_error_of_the_session_ends_it_and_stays_to_be_read)
{
	int runs = 0;

	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	CHECK_INT(kin_transaction(session, break_rule, &runs), KIN_EFOREIGN);
	CHECK_INT(runs, 1);
	CHECK_INT(kin_errcode(session), KIN_EFOREIGN);
	CHECK(!strstr(kin_errmsg(session), "gave up"));
	CHECK_INT(kin_rollback(session), KIN_OK);
	CHECK_INT(kin_count(session, Pet, "owner_id = 1"), 1);
	test_close();
}

static int always_in_the_way(kin_session *session, void *context)
{
	(void)session;
	++*(int *)context;
	return KIN_ESERIALIZE;
}

TEST(it_gives_up_after_so_many_attempts)
{
	int runs = 0;

	test_open();
	kin_session *session = test_session();
	CHECK_INT(kin_transaction(session, always_in_the_way, &runs), KIN_ESERIALIZE);
	CHECK_INT(runs, 10);
	runs = 0;
	CHECK_INT(kin_transaction_with(session, always_in_the_way, &runs, &(kin_transaction_options){ .attempts = 3 }), KIN_ESERIALIZE);
	CHECK_INT(runs, 3);
	test_close();
}

TEST(it_gives_up_after_some_time)
{
	int runs = 0;

	test_open();
	kin_session *session = test_session();
	kin_transaction_options options = { .attempts = 1000000, .milliseconds = 100 };
	CHECK_INT(kin_transaction_with(session, always_in_the_way, &runs, &options), KIN_ESERIALIZE);
	CHECK_MSG(runs > 1 && runs < 30, "%d runs in 100 ms", runs);
	test_close();
}

static int commit_half(kin_session *session, void *context)
{
	(void)context;
	kin_add(session, kin_new(session, Owner, .name = "half"));
	return kin_commit(session);
}

TEST(its_function_must_not_commit)
{
	test_open();
	kin_session *session = test_session();

	CHECK_INT(kin_transaction(session, commit_half, NULL), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(session), "kin_commit inside kin_transaction");
	kin_rollback(session);
	CHECK_INT(kin_count(session, Owner, ""), 0);
	test_close();
}

static int leave_open(kin_session *session, void *context)
{
	(void)context;
	return kin_begin_nested(session);
}

TEST(its_function_must_end_the_savepoints_it_began)
{
	test_open();
	kin_session *session = test_session();

	CHECK_INT(kin_transaction(session, leave_open, NULL), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(session), "returned with a kin_begin_nested() open");
	kin_rollback(session);
	CHECK_INT(kin_begin_nested(session), KIN_OK);
	CHECK_INT(kin_transaction(session, leave_open, NULL), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(session), "only a whole transaction can be run again");
	test_close();
}

TEST(changes_that_it_could_lose_are_refused)
{
	int runs = 0;

	test_open();
	test_fill(1, 1);
	kin_session *session = test_session();
	kin_add(session, kin_new(session, Owner, .name = "Ann"));
	CHECK_INT(kin_transaction(session, always_in_the_way, &runs), KIN_EINVAL);
	CHECK_HAS(kin_errmsg(session), "the session has changes already");
	kin_rollback(session);
	kin_delete(session, kin_get(session, Pet, 1));
	CHECK_INT(kin_transaction(session, always_in_the_way, &runs), KIN_EINVAL);
	kin_rollback(session);
	kin_update(session, Pet, "age = 3");
	CHECK_INT(kin_transaction(session, always_in_the_way, &runs), KIN_EINVAL);
	kin_rollback(session);
	CHECK_INT(runs, 0);
	test_close();
}

/* What it is given does the outer part, and calls the inner one. */
typedef struct parts {
	int inner, outer_runs, inner_runs;
} parts;

static int inner_part(kin_session *session, void *context)
{
	parts *p = context;

	kin_add(session, kin_new(session, Owner, .name = "inner"));
	return p->inner_runs++ == 0 ? p->inner : 0;
}

static int outer_part(kin_session *session, void *context)
{
	parts *p = context;

	p->outer_runs++;
	kin_add(session, kin_new(session, Owner, .name = "outer"));
	int rc = kin_transaction(session, inner_part, p);
	return rc == 7 ? 0 : rc;
}

static void check_parts(int inner, int outer_runs, int inner_runs, const char *text, int count)
{
	parts p = { .inner = inner };

	test_open();
	kin_session *session = test_session();
	CHECK_INT(kin_transaction(session, outer_part, &p), KIN_OK);
	CHECK_INT(p.outer_runs, outer_runs);
	CHECK_INT(p.inner_runs, inner_runs);
	CHECK_INT(kin_count(session, Owner, ""), count);
	CHECK_INT(kin_count(session, Owner, "name = ?", text), 1);
	test_close();
}

TEST(one_inside_another_is_a_part_of_it)
{
	check_parts(0, 1, 1, "inner", 2);
	check_parts(7, 1, 1, "outer", 1);
	check_parts(KIN_ESERIALIZE, 2, 2, "inner", 2);
}

/* ---- two that write the same file ---- */

typedef struct counter {
	kin_db *db;
	int     failures, attempts;
} counter;

static int count_one(kin_session *session, void *context)
{
	const Pet *pet = kin_get(session, Pet, 1);

	(void)context;
	if (pet) {
		kin_refresh(session, pet);
		Pet *mine = kin_edit(session, Pet, pet);
		mine->age.value++;
	}
	return 0;
}

static void *count_up(void *context)
{
	counter *c = context;
	kin_session *session = kin_session_new(c->db);

	for (int i = 0; i < 50; i++) {
		int attempts = 0;
		kin_transaction_options options = { .attempts = 100000, .ret_attempts = &attempts };
		c->failures += kin_transaction_with(session, count_one, NULL, &options) != KIN_OK;
		c->attempts += attempts;
	}
	kin_free(session);
	return NULL;
}

TEST(two_that_write_the_same_row_both_get_through)
{
	counter counters[2] = { 0 };
	pthread_t threads[2];
	char url[64] = "sqlite:///two.db?timeout=1";
	kin_connection *c;

	kin_db *db = kin_db_open(&(kin_db_options){ .url = url, .directory = kin_test_directory() }, NULL);
	CHECK_INT(kin_db_acquire(db, &c, NULL), KIN_OK);
	CHECK_INT(kin_connection_run(c, "CREATE TABLE pets (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR, species VARCHAR, "
	                                "age INTEGER, owner_id BIGINT); INSERT INTO pets (id, age) VALUES (1, 0)", NULL), KIN_OK);
	kin_db_release(db, c);
	for (int i = 0; i < 2; i++) {
		counters[i].db = db;
		CHECK(pthread_create(&threads[i], NULL, count_up, &counters[i]) == 0);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	kin_session *session = kin_session_new(db);
	CHECK_INT(counters[0].failures + counters[1].failures, 0);
	CHECK_INT(kin_get(session, Pet, 1)->age.value, 100);
	kin_free(session);
	kin_db_close(db);
}

/* ---- who has the connections ---- */

TEST(a_full_pool_names_the_place_of_the_session_that_keeps_it)
{
	char here[64], *message = NULL;
	kin_db *db = kin_db_open(&(kin_db_options){ .url = "sqlite:///:memory:?pool_size=1&max_overflow=0&pool_timeout=0" }, &message);

	CHECK_MSG(db, "%s", message);
	CHECK(!kin_db_leaks(db));
	snprintf(here, sizeof(here), "tests/orm/retry.c:%d for ", __LINE__ + 1);
	kin_session *first = kin_session_new(db), *second = kin_session_new(db);
	kin_begin_nested(first);
	CHECK_INT(kin_begin_nested(second), KIN_ETOOMANY);
	CHECK_HAS(kin_errmsg(second), "1 by a session made at ");
	CHECK_HAS(kin_errmsg(second), here);
	CHECK_HAS(kin_errmsg(second), "last SQL: SAVEPOINT kin_1");
	CHECK_HAS(kin_errmsg(second), "this thread itself has 1 of them");
	char *leaks = kin_db_leaks(db);
	CHECK_HAS(leaks, "1 connection to sqlite:///:memory:?pool_size=1&max_overflow=0&pool_timeout=0 is still in use: 1 by a session");
	CHECK_HAS(leaks, here);
	free(leaks);
	kin_free(second);
	kin_free(first);
	CHECK(!kin_db_leaks(db));
	kin_db_close(db);
}

FUSED(a_transaction_survives_running_out_of_memory)
{
	static long n;

	kin_fuse_set(-1);
	script s = SCRIPT(KIN_ESERIALIZE);
	kin_session *session = session_with(&s);
	kin_fuse_set(n++);
	int rc = kin_transaction(session, rename_pet, &s);
	bool blown = kin_fuse_blown();
	if (!blown)
		n = 0;
	CHECK_TEXT(s.pet->name, rc == KIN_OK ? "renamed" : "Pet 1");
	test_close();
	return rc;
}
