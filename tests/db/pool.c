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
	return db->pool.idle_count == 1 ? 0 : 4;
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
