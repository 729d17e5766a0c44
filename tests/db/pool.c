/* Tests of db/pool.c: connections shared by threads, and kept from children. */
#include "db/pool.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/database.h"
#include "db/db.h"

TEST(no_connection_is_made_before_it_is_needed)
{
	kin_db *db = open_with((kin_db_options){ .url = "sqlite:////no/such/directory/app.db" });

	CHECK_TEXT(kin_db_url(db), "sqlite:////no/such/directory/app.db");
	CHECK_TEXT(kin_db_dialect(db), "sqlite");
	kin_db_close(db);
}

TEST(the_last_connection_given_back_is_taken_first)
{
	kin_db *db = open_memory();
	kin_connection *a = acquire(db), *b = acquire(db);

	CHECK(a != b);
	CHECK_INT(kin_pool_out(&db->pool), 2);
	kin_db_release(db, a);
	kin_db_release(db, b);
	CHECK_INT(kin_pool_out(&db->pool), 0);
	CHECK(acquire(db) == b);
	kin_db_release(db, b);
	kin_db_release(db, NULL);
	kin_db_close(db);
}

TEST(more_connections_than_are_kept_are_closed_again)
{
	kin_db *db = open_with((kin_db_options){ .url = "sqlite://", .pool_size = 1 });
	kin_connection *c[4];

	for (int i = 0; i < 4; i++)
		c[i] = acquire(db);
	for (int i = 0; i < 4; i++)
		kin_db_release(db, c[i]);
	CHECK_INT(db->pool.idle_count, 1);
	kin_db_close(db);
}

TEST(an_empty_pool_says_so_after_waiting)
{
	kin_db *db = open_with((kin_db_options){ .url = "sqlite://", .pool_size = 2 });
	kin_connection *c[12], *more;
	kin_error error = { 0 };

	db->pool.wait = 10;
	for (int i = 0; i < 12; i++)
		c[i] = acquire(db);
	CHECK_INT(kin_db_acquire(db, &more, &error), KIN_ETOOMANY);
	CHECK_HAS(kin_error_text(&error), "all 12 connections to sqlite:// are in use (2 kept and 10 more), and none came back "
	                                 "in 10 ms");
	kin_error_clear(&error);
	for (int i = 0; i < 12; i++)
		kin_db_release(db, c[i]);
	kin_db_close(db);
}

TEST(a_failed_connection_does_not_count_as_in_use)
{
	kin_db *db = open_with((kin_db_options){ .url = "sqlite:////no/such/directory/app.db" });
	kin_connection *c;

	for (int i = 0; i < 20; i++)
		CHECK_INT(kin_db_acquire(db, &c, NULL), KIN_ECANTOPEN);
	CHECK_INT(kin_pool_out(&db->pool), 0);
	kin_db_close(db);
}

enum { THREADS = 8, ROUNDS = 40 };

/* Threads report by counting, since a failing check has to happen in the test's own thread. */
typedef struct crowd {
	kin_db *db;
	int     failures;
} crowd;

static void *increment(void *argument)
{
	static const char text[] = "update counter set n = n + 1";
	crowd *all = argument;
	kin_sql sql = { .text = text, .length = sizeof(text) - 1, .id = 900 };

	for (int i = 0; i < ROUNDS; i++) {
		kin_connection *c = NULL;
		bool ok = kin_db_acquire(all->db, &c, NULL) == KIN_OK;
		ok = ok && kin_connection_begin(c, KIN_BEGIN_WRITE, NULL) == KIN_OK;
		ok = ok && kin_connection_execute(c, &sql, NULL, 0, NULL, NULL) == KIN_OK;
		ok = ok && kin_connection_commit(c, NULL) == KIN_OK;
		kin_db_release(all->db, c);
		if (!ok)
			__atomic_fetch_add(&all->failures, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void count_together(kin_db *db)
{
	crowd all = { db, 0 };
	pthread_t threads[THREADS];
	kin_connection *c = acquire(db);

	run(c, "create table counter (n integer); insert into counter values (0)");
	kin_db_release(db, c);
	for (int i = 0; i < THREADS; i++)
		CHECK_INT(pthread_create(&threads[i], NULL, increment, &all), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	CHECK_INT(all.failures, 0);
	c = acquire(db);
	CHECK_INT(number(c, "select n from counter"), THREADS * ROUNDS);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(threads_share_a_database_in_memory)
{
	count_together(open_with((kin_db_options){ .url = "sqlite://", .pool_size = 3, .busy_timeout = 60000 }));
}

TEST(threads_share_fewer_connections_than_they_are)
{
	kin_db *db = open_with((kin_db_options){ .url = "sqlite://", .pool_size = 1, .busy_timeout = 60000 });

	db->pool.limit = 2;
	count_together(db);
}

TEST(sessions_on_one_database_in_memory_see_each_other_and_no_one_else)
{
	kin_db *db = open_memory(), *other = open_memory();
	kin_connection *a = acquire(db), *b = acquire(db), *c = acquire(other);

	run(a, "create table pets (name); insert into pets values ('Ben')");
	CHECK_INT(number(b, "select count(*) from pets"), 1);
	CHECK_INT(number(c, "select count(*) from sqlite_master"), 0);
	kin_db_release(db, a);
	kin_db_release(db, b);
	kin_db_release(other, c);
	kin_db_close(other);
	kin_db_close(db);
}

TEST(a_database_in_memory_lives_as_long_as_it_is_open)
{
	kin_db *db = open_with((kin_db_options){ .url = "sqlite://", .pool_size = 1 });
	kin_connection *c = acquire(db);

	run(c, "create table pets (name)");
	kin_pool_give(&db->pool, c, false); /* closed */
	c = acquire(db);
	CHECK_INT(number(c, "select count(*) from pets"), 0);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(closing_waits_for_the_connections_that_are_out)
{
	kin_db *db = open_memory();
	kin_connection *a = acquire(db), *b = acquire(db);

	kin_db_close(db);
	CHECK_INT(number(a, "select 1"), 1);
	kin_db_release(db, a);
	CHECK_INT(number(b, "select 2"), 2);
	kin_db_release(db, b); /* and here it is freed: the leak checker knows */
}

/* ---- who waits ---- */

typedef struct waiter {
	kin_db   *db;
	int      *order; /* counts those that were served */
	int       place, rc;
	pthread_t thread;
} waiter;

static void *wait_for_one(void *argument)
{
	waiter *w = argument;
	kin_connection *c = NULL;

	w->rc = kin_db_acquire(w->db, &c, NULL);
	w->place = (*w->order)++; /* whoever has the only connection */
	kin_db_release(w->db, c);
	return NULL;
}

static bool somebody_waits(kin_pool *pool, int count)
{
	int found = 0;

	pthread_mutex_lock(&pool->mutex);
	for (const kin_waiter *w = pool->waiting; w; w = w->next)
		found++;
	pthread_mutex_unlock(&pool->mutex);
	return found == count;
}

TEST(who_waits_first_is_served_first)
{
	kin_db *db = open_with((kin_db_options){ .url = "sqlite://?pool_size=1&max_overflow=0" });
	kin_connection *c = acquire(db);
	waiter waiters[6];
	int order = 0;

	for (int i = 0; i < 6; i++) {
		waiters[i] = (waiter){ .db = db, .order = &order };
		CHECK_INT(pthread_create(&waiters[i].thread, NULL, wait_for_one, &waiters[i]), 0);
		while (!somebody_waits(&db->pool, i + 1))
			kin_clock_sleep(500);
	}
	kin_db_release(db, c);
	for (int i = 0; i < 6; i++) {
		pthread_join(waiters[i].thread, NULL);
		CHECK_INT(waiters[i].rc, KIN_OK);
		CHECK_INT(waiters[i].place, i);
	}
	CHECK_INT(kin_pool_out(&db->pool), 0);
	kin_db_close(db);
}

TEST(who_has_waited_for_too_long_leaves_the_line)
{
	kin_db *db = open_with((kin_db_options){ .url = "sqlite://?pool_size=1&max_overflow=0" });
	kin_connection *c = acquire(db), *more;
	waiter behind = { .db = db, .order = &(int){ 0 } };

	db->pool.wait = 50;
	CHECK_INT(kin_db_acquire(db, &more, NULL), KIN_ETOOMANY);
	CHECK(somebody_waits(&db->pool, 0));
	db->pool.wait = 60000;
	CHECK_INT(pthread_create(&behind.thread, NULL, wait_for_one, &behind), 0);
	while (!somebody_waits(&db->pool, 1))
		kin_clock_sleep(500);
	kin_db_release(db, c);
	pthread_join(behind.thread, NULL);
	CHECK_INT(behind.rc, KIN_OK);
	kin_db_close(db);
}

TEST(the_line_moves_on_when_a_connection_is_lost_or_cannot_be_made)
{
	kin_db *db = open_with((kin_db_options){ .url = "sqlite://?pool_size=1&max_overflow=0" });
	kin_connection *c = acquire(db);
	waiter behind = { .db = db, .order = &(int){ 0 } };

	CHECK_INT(pthread_create(&behind.thread, NULL, wait_for_one, &behind), 0);
	while (!somebody_waits(&db->pool, 1))
		kin_clock_sleep(500);
	kin_pool_give(&db->pool, c, false);
	pthread_join(behind.thread, NULL);
	CHECK_INT(behind.rc, KIN_OK);
	CHECK_INT(kin_pool_out(&db->pool), 0);
	kin_db_close(db);
}

TEST(options_of_the_url_go_before_those_of_the_program)
{
	kin_db *db = open_with((kin_db_options){
		.url = "sqlite://?pool_size=3&max_overflow=0&pool_timeout=2&pool_recycle=60&pool_idle=5&pool_pre_ping=yes&pgbouncer=on",
		.pool_size = 9, .max_overflow = 9, .pool_timeout = 9, .pool_recycle = 9, .pool_idle = 9,
	});

	CHECK_INT(db->pool.keep, 3);
	CHECK_INT(db->pool.limit, 3);
	CHECK_INT(db->pool.wait, 2000);
	CHECK_INT(db->pool.recycle, 60000000);
	CHECK_INT(db->pool.idle_for, 5000000);
	CHECK(db->pool.ping && db->pgbouncer);
	kin_db_close(db);
}

TEST(who_does_not_want_to_wait_does_not)
{
	kin_db *db = open_with((kin_db_options){ .url = "sqlite://", .pool_size = 1, .max_overflow = -1, .pool_timeout = -1 });
	kin_connection *c = acquire(db), *more;
	kin_error error = { 0 };

	CHECK_INT(kin_db_acquire(db, &more, &error), KIN_ETOOMANY);
	CHECK_HAS(kin_error_text(&error), "all 1 connections to sqlite:// are in use (1 kept and 0 more), and none came back in 0 ms: "
	                                 "1 by what is no session for ");
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(those_that_hold_connections_are_named_by_place)
{
	kin_db *db = open_with((kin_db_options){ .url = "sqlite://", .pool_timeout = -1, .pool_size = 7, .max_overflow = -1 });
	const kin_place places[] = { { "app.c", 41 }, { "report.c", 7 }, { "app.c", 41 }, { NULL, 0 }, { "app.c", 99 }, { "b.c", 1 } };
	kin_connection *c[7], *more;
	kin_error error = { 0 };

	for (int i = 0; i < 6; i++)
		CHECK_INT(kin_db_begin(db, KIN_BEGIN_READ, &places[i], &c[i], NULL), KIN_OK);
	c[6] = acquire(db);
	CHECK_INT(kin_db_begin(db, KIN_BEGIN_READ, NULL, &more, &error), KIN_ETOOMANY);
	CHECK_HAS(kin_error_text(&error), "2 by sessions made at app.c:41 for up to 0.0 s, last SQL: BEGIN");
	CHECK_HAS(kin_error_text(&error), "1 by a session made at report.c:7 for 0.0 s");
	CHECK_HAS(kin_error_text(&error), "2 by what are no sessions for up to 0.0 s");
	CHECK_HAS(kin_error_text(&error), "this thread itself has 7 of them");
	kin_error_clear(&error);
	char *leaks = kin_db_leaks(db);
	CHECK_HAS(leaks, "7 connections to sqlite:// are still in use: 2 by sessions made at app.c:41");
	free(leaks);
	for (int i = 0; i < 7; i++)
		kin_db_release(db, c[i]);
	CHECK(!kin_db_leaks(db));
	kin_db_close(db);
}

/* ---- old ones, and dead ones ---- */

TEST(a_connection_that_is_too_old_is_replaced)
{
	kin_db *db = open_with((kin_db_options){ .url = "sqlite://", .pool_recycle = 3600 });
	kin_connection *c = acquire(db);
	int64_t made = c->lease.made;

	kin_db_release(db, c);
	c = acquire(db);
	CHECK(c->lease.made == made);
	c->lease.made -= INT64_C(3600000000);
	kin_db_release(db, c);
	c = acquire(db);
	CHECK(c->lease.made >= made);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_connection_that_nobody_has_used_for_long_is_closed)
{
	kin_db *db = open_with((kin_db_options){ .url = "sqlite://", .pool_idle = 60 });
	kin_connection *c[3];

	for (int i = 0; i < 3; i++)
		c[i] = acquire(db);
	for (int i = 0; i < 3; i++)
		kin_db_release(db, c[i]);
	c[0]->lease.since -= 60000000;
	c[1]->lease.since -= 59000000;
	CHECK(acquire(db) == c[2]);
	CHECK_INT(db->pool.idle_count, 1);
	c[1]->lease.since -= 60000000;
	kin_db_release(db, c[2]);
	CHECK_INT(db->pool.idle_count, 1);
	CHECK(db->pool.idle[0] == c[2]);
	kin_db_close(db);
}

/* SQLite's driver with some functions of the test's. */
static kin_driver changed;
static const kin_driver *real;
static int asked, dead, lost;

static bool ping(kin_connection *connection)
{
	(void)connection;
	asked++;
	return dead-- <= 0;
}

/* The first `lost` statements find that the connection has gone. */
static int prepare_or_lose(kin_connection *connection, const kin_sql *sql, kin_statement **ret_statement, kin_error *error)
{
	if (lost > 0) {
		lost--;
		return kin_error_set(error, KIN_ECONNECTION, "gone");
	}
	return real->prepare(connection, sql, ret_statement, error);
}

static bool alive_unless_lost(const kin_connection *connection)
{
	(void)connection;
	return lost == 0;
}

static kin_db *open_changed(kin_db_options options)
{
	kin_db *db = open_with(options);

	real = db->driver;
	changed = *real;
	changed.ping = ping;
	db->driver = &changed;
	asked = dead = lost = 0;
	return db;
}

TEST(a_dead_connection_is_found_by_asking_and_replaced)
{
	kin_db *db = open_changed((kin_db_options){ .url = "sqlite://", .pool_pre_ping = true });
	kin_connection *a = acquire(db), *b = acquire(db);

	CHECK_INT(asked, 0); /* new ones are not asked */
	kin_db_release(db, a);
	kin_db_release(db, b);
	dead = 1;
	CHECK(acquire(db) == a);
	CHECK_INT(asked, 2);
	CHECK_INT(number(a, "select 1"), 1);
	kin_db_release(db, a);
	dead = 2;
	a = acquire(db);
	CHECK_INT(asked, 3);
	CHECK_INT(number(a, "select 1"), 1);
	kin_db_release(db, a);
	kin_db_close(db);
}

TEST(nobody_is_asked_unless_that_is_wanted)
{
	kin_db *db = open_changed((kin_db_options){ .url = "sqlite://" });

	for (int i = 0; i < 3; i++)
		kin_db_release(db, acquire(db));
	CHECK_INT(asked, 0);
	kin_db_close(db);
}

TEST(a_connection_that_is_gone_at_the_begin_is_replaced)
{
	kin_db *db = open_changed((kin_db_options){ .url = "sqlite://" });
	kin_connection *a = acquire(db), *b = acquire(db), *c;
	kin_error error = { 0 };

	kin_db_release(db, a);
	kin_db_release(db, b);
	changed.prepare = prepare_or_lose;
	lost = 2;
	CHECK_INT(kin_db_begin(db, KIN_BEGIN_WRITE, NULL, &c, &error), KIN_OK);
	CHECK_INT(error.code, KIN_OK);
	CHECK(kin_connection_in_transaction(c));
	kin_error_clear(&error);
	kin_db_release(db, c);
	lost = 0;
	kin_db_close(db);
}

TEST(a_server_that_loses_every_connection_is_not_asked_for_ever)
{
	kin_db *db = open_changed((kin_db_options){ .url = "sqlite://" });
	kin_connection *c;

	kin_db_release(db, acquire(db));
	changed.prepare = prepare_or_lose;
	changed.alive = alive_unless_lost;
	lost = 1000;
	CHECK_INT(kin_db_begin(db, KIN_BEGIN_WRITE, NULL, &c, NULL), KIN_ECONNECTION);
	CHECK(lost > 990);
	lost = 0;
	kin_db_close(db);
}

/* Steps of UPDATEs lose against another transaction. */
static int step_or_deadlock(kin_statement *statement, kin_error *error)
{
	if (strncmp(statement->text, "update", 6) == 0)
		return kin_error_set(error, KIN_ESERIALIZE, "deadlock");
	return real->step(statement, error);
}

TEST(what_was_in_another_ones_way_cannot_be_committed)
{
	kin_db *db = open_changed((kin_db_options){ .url = "sqlite://" });
	kin_error error = { 0 };
	kin_connection *c;

	changed.step = step_or_deadlock;
	CHECK_INT(kin_db_begin(db, KIN_BEGIN_WRITE, NULL, &c, NULL), KIN_OK);
	run(c, "create table pets (name)");
	CHECK_INT(failure(c, "update pets set name = 'Ben'", &error), KIN_ESERIALIZE);
	CHECK_INT(kin_connection_commit(c, &error), KIN_ESERIALIZE);
	CHECK_HAS(kin_error_text(&error), "was in another one's way, so it cannot be committed; roll back and try");
	CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	CHECK_INT(kin_connection_commit(c, NULL), KIN_OK);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_part_that_was_in_another_ones_way_can_be_undone_alone)
{
	kin_db *db = open_changed((kin_db_options){ .url = "sqlite://" });
	kin_connection *c;

	changed.step = step_or_deadlock;
	CHECK_INT(kin_db_begin(db, KIN_BEGIN_WRITE, NULL, &c, NULL), KIN_OK);
	run(c, "create table pets (name)");
	CHECK_INT(kin_connection_savepoint(c, 1, NULL), KIN_OK);
	CHECK_INT(failure(c, "update pets set name = 'Ben'", NULL), KIN_ESERIALIZE);
	CHECK_INT(kin_connection_rollback_to(c, 1, NULL), KIN_OK);
	CHECK_INT(kin_connection_commit(c, NULL), KIN_OK);
	kin_db_release(db, c);
	kin_db_close(db);
}

/* In the child: 0 when it got a connection of its own that works, and gave back the one that it inherited. */
static int use_in_child(kin_db *db, kin_connection *inherited)
{
	kin_connection *own = NULL;
	kin_sql sql = sql_once("insert into pets values ('child')");

	if (kin_db_acquire(db, &own, NULL) < 0 || own == inherited || kin_pool_out(&db->pool) != 1)
		return 1;
	if (kin_connection_execute(own, &sql, NULL, 0, NULL, NULL) < 0)
		return 2;
	kin_db_release(db, inherited);
	if (kin_pool_out(&db->pool) != 1)
		return 3;
	kin_db_release(db, own);
	if (db->pool.idle_count != 1)
		return 4;
	kin_db_close(db);
	return 0;
}

TEST(a_child_makes_connections_of_its_own)
{
	kin_db *db = open_file("a.db");
	kin_connection *idle = acquire(db), *used = acquire(db);
	int status = -1;

	run(used, "create table pets (name)");
	kin_db_release(db, idle);
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0)
		_exit(use_in_child(db, used));
	CHECK(waitpid(child, &status, 0) == child);
	CHECK_MSG(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child ended with %d", WEXITSTATUS(status));
	CHECK_INT(number(used, "select count(*) from pets"), 1);
	kin_db_release(db, used);
	CHECK(acquire(db) == used);
	kin_db_release(db, used);
	kin_db_close(db);
}
