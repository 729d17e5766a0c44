/* What a program may have to do again: each has a code of its own, and a sentence that says what to do. */
#include <pthread.h>

#include "base/clock.h"
#include "suite/suite.h"

static const char accounts[] =
	"CREATE TABLE accounts (id INTEGER NOT NULL, amount INTEGER, CONSTRAINT pk_accounts PRIMARY KEY (id));";

/* Two that lock the same rows the other way round. */
typedef struct locker {
	kin_db     *db;
	const char *first, *second;
	int        *ready; /* atomic: how many have the first row */
	int         rc, commit;
	char        text[300];
} locker;

/* Where the whole database is locked the other one never gets as far. */
static void wait_for_the_other(int *ready)
{
	int64_t start = kin_clock_steady();

	__atomic_add_fetch(ready, 1, __ATOMIC_ACQ_REL);
	while (__atomic_load_n(ready, __ATOMIC_ACQUIRE) < 2 && kin_clock_steady() - start < 300000)
		kin_clock_sleep(500);
}

static void *lock_both(void *context)
{
	locker *l = context;
	kin_error error = { 0 };
	kin_connection *c = NULL;
	const kin_sql first = sql_once(l->first), second = sql_once(l->second);

	l->rc = kin_db_begin(l->db, KIN_BEGIN_WRITE, NULL, &c, &error);
	if (l->rc == KIN_OK)
		l->rc = kin_connection_execute(c, &first, NULL, 0, NULL, &error);
	if (l->rc == KIN_OK) {
		wait_for_the_other(l->ready);
		l->rc = kin_connection_execute(c, &second, NULL, 0, NULL, &error);
		l->commit = kin_connection_in_transaction(c) ? kin_connection_commit(c, NULL) : KIN_EDB;
	}
	snprintf(l->text, sizeof(l->text), "%s", kin_error_text(&error));
	kin_error_clear(&error);
	kin_db_release(l->db, c);
	return NULL;
}

SUITE(a_deadlock_is_told_to_one_of_the_two_who_cannot_commit)
{
	static const char one[] = "update accounts set amount = amount + 1 where id = 1";
	static const char two[] = "update accounts set amount = amount + 1 where id = 2";
	kin_connection *c = acquire(db);
	pthread_t threads[2];
	int ready = 0, good = 0;

	suite_create(c, accounts);
	run(c, "insert into accounts values (1, 0), (2, 0)");
	locker lockers[] = { { .db = db, .first = one, .second = two, .ready = &ready },
	                     { .db = db, .first = two, .second = one, .ready = &ready } };
	for (int i = 0; i < 2; i++)
		CHECK(pthread_create(&threads[i], NULL, lock_both, &lockers[i]) == 0);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 2; i++) {
		const locker *l = &lockers[i];
		CHECK_MSG(l->rc == KIN_OK || l->rc == KIN_ESERIALIZE, "%s: %s", kin_errname(l->rc), l->text);
		CHECK_MSG((l->rc == KIN_OK) == (l->commit == KIN_OK), "%s, and then %s", kin_errname(l->rc), kin_errname(l->commit));
		if (l->rc != KIN_OK)
			CHECK_HAS(l->text, "try the transaction again");
		good += l->rc == KIN_OK;
	}
	CHECK(good >= 1);
	CHECK_INT(number(c, "select sum(amount) from accounts"), 2 * good);
	kin_db_release(db, c);
}

SUITE(a_full_pool_says_who_has_the_connections)
{
	kin_db *small = suite_open(db, "pool_size=1&max_overflow=0&pool_timeout=0");
	const kin_place place = { "server/report.c", 12 };
	kin_connection *c, *more;
	kin_error error = { 0 };

	CHECK_INT(kin_db_begin(small, KIN_BEGIN_READ, &place, &c, NULL), KIN_OK);
	CHECK_INT(kin_db_begin(small, KIN_BEGIN_READ, NULL, &more, &error), KIN_ETOOMANY);
	CHECK_HAS(kin_error_text(&error), "1 by a session made at server/report.c:12 for ");
	kin_error_clear(&error);
	kin_db_release(small, c);
	kin_db_close(small);
}

SUITE(what_cannot_be_written_is_said_to_be_read_only)
{
	kin_connection *c = acquire(db), *r;
	kin_error error = { 0 };

	suite_create(c, accounts);
	kin_db *reading = open_with((kin_db_options){ .url = kin_db_url(db), .read_only = true });
	r = acquire(reading);
	CHECK_INT(number(r, "select count(*) from accounts"), 0);
	CHECK_INT(failure(r, "insert into accounts values (1, 1)", &error), KIN_EREADONLY);
	CHECK_HAS(kin_error_text(&error), "was opened read-only");
	kin_error_clear(&error);
	kin_db_release(reading, r);
	kin_db_close(reading);
	kin_db_release(db, c);
}
