/* Locks that somebody else holds, and statements that are told to stop. */
#include <pthread.h>

#include "base/clock.h"
#include "suite/suite.h"

static const char slow[] = "with recursive r (n) as (select 1 union all select n + 1 from r) select n from r where n < 0";
/* A node of dqlite does nothing else while it looks for a row: one that never finds any has to be killed. */
static const char endless[] = "with recursive r (n) as (select 1 union all select n + 1 from r) select n from r";

static void *interrupt_often(void *context)
{
	void **arguments = context;

	while (!__atomic_load_n((bool *)arguments[1], __ATOMIC_ACQUIRE)) {
		kin_connection_interrupt(arguments[0]);
		kin_clock_sleep(2000);
	}
	return NULL;
}

SUITE(a_statement_that_runs_is_interrupted_from_another_thread)
{
	kin_connection *c = acquire(db);
	bool done = false;
	void *arguments[] = { c, &done };
	kin_error error = { 0 };
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, interrupt_often, arguments) == 0);
	int rc = failure(c, is_cluster(db) ? endless : slow, &error);
	__atomic_store_n(&done, true, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	CHECK_MSG(rc == KIN_EINTERRUPT, "%s: %s", kin_errname(rc), kin_error_text(&error));
	CHECK_HAS(kin_error_text(&error), "interrupted");
	kin_error_clear(&error);
	kin_db_release(db, c);
}

SUITE(a_connection_that_was_interrupted_goes_on)
{
	kin_connection *c = acquire(db);

	kin_connection_interrupt(c);
	CHECK_INT(number(c, "select 1"), 1);
	kin_db_release(db, c);
}

SUITE(a_lock_that_is_held_too_long_is_reported_as_busy)
{
	kin_connection *c = acquire(db), *other;
	kin_db *impatient = suite_open(db, "timeout=200");
	kin_error error = { 0 };

	suite_create(c, "CREATE TABLE accounts (id INTEGER NOT NULL, amount INTEGER, CONSTRAINT pk_accounts PRIMARY KEY (id));");
	run(c, "insert into accounts values (1, 100)");
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "update accounts set amount = 50");
	other = acquire(impatient);
	int rc = failure(other, "update accounts set amount = 60", &error);
	CHECK_MSG(rc == KIN_EBUSY, "%s: %s", kin_errname(rc), kin_error_text(&error));
	CHECK_HAS(kin_error_text(&error), "timeout=");
	CHECK_INT(kin_connection_commit(c, NULL), KIN_OK);
	run(other, "update accounts set amount = 70");
	CHECK_INT(number(c, "select amount from accounts"), 70);
	kin_error_clear(&error);
	kin_db_release(impatient, other);
	kin_db_close(impatient);
	kin_db_release(db, c);
}

typedef struct writer {
	kin_db *db;
	int     failures;
} writer;

static void *add_up(void *context)
{
	writer *w = context;
	kin_connection *c = acquire(w->db);
	kin_sql sql = suite_sql_kept(c, "update accounts set amount = amount + 1 where id = 1");

	for (int i = 0; i < 50; i++) {
		int rc = kin_connection_begin(c, KIN_BEGIN_WRITE, NULL);
		if (rc == KIN_OK)
			rc = kin_connection_execute(c, &sql, NULL, 0, NULL, NULL);
		if (rc == KIN_OK)
			rc = kin_connection_commit(c, NULL);
		w->failures += rc != KIN_OK;
	}
	kin_db_release(w->db, c);
	return NULL;
}

SUITE(nothing_is_lost_when_four_write_at_once)
{
	kin_connection *c = acquire(db);
	writer writers[4];
	pthread_t threads[4];
	int failures = 0;

	suite_create(c, "CREATE TABLE accounts (id INTEGER NOT NULL, amount INTEGER, CONSTRAINT pk_accounts PRIMARY KEY (id));");
	run(c, "insert into accounts values (1, 0)");
	for (int i = 0; i < 4; i++) {
		writers[i] = (writer){ .db = db };
		CHECK(pthread_create(&threads[i], NULL, add_up, &writers[i]) == 0);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		failures += writers[i].failures;
	}
	CHECK_INT(number(c, "select amount from accounts") + failures, 200);
	CHECK_INT(failures, 0);
	kin_db_release(db, c);
}
