/* The leader is killed while eight write: each goes on by itself, and nothing is lost or done twice. */
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/dqlite/cluster.h"

enum { WRITERS = 8, ACCOUNTS = 20, MONEY = 100, KILLS = 4 };

typedef struct world {
	kin_db *db;
	bool    done; /* atomic */
} world;

/* What a writer has heard of its transfers, which it numbers. */
typedef struct writer {
	world   *world;
	int      number;
	int      committed, unknown, retries;
	int64_t  stall; /* the longest time from one commit to the next, microseconds */
	pthread_t thread;
	int     *saved; /* transfers that were reported as committed */
	int      room;
	int      wrong; /* a code that it has no answer to; KIN_OK: none */
	char     says[256];
} writer;

static int execute(kin_connection *c, const char *text, const kin_value *values, size_t count, kin_error *error)
{
	kin_sql sql = sql_once(text);

	return kin_connection_execute(c, &sql, values, count, NULL, error);
}

static int transfer(kin_connection *c, int writer_number, int n, kin_error *error)
{
	kin_value values[] = {
		kin_value_int32(1 + rand() % ACCOUNTS), kin_value_int32(1 + rand() % ACCOUNTS),
		kin_value_int32(writer_number), kin_value_int32(n),
	};
	int rc = kin_connection_begin(c, KIN_BEGIN_WRITE, error);

	if (rc == KIN_OK)
		rc = execute(c, "update accounts set money = money - 1 where id = ?", &values[0], 1, error);
	if (rc == KIN_OK)
		rc = execute(c, "update accounts set money = money + 1 where id = ?", &values[1], 1, error);
	if (rc == KIN_OK)
		rc = execute(c, "insert into transfers (writer, n) values (?, ?)", &values[2], 2, error);
	if (rc == KIN_OK)
		rc = kin_connection_commit(c, error);
	if (rc < 0 && kin_connection_in_transaction(c))
		kin_connection_rollback(c, NULL);
	return rc;
}

static bool may_retry(int rc)
{
	return rc == KIN_EBUSY || rc == KIN_ESERIALIZE || rc == KIN_ECONNECTION || rc == KIN_ECANTOPEN;
}

/* Whether a transfer is there; it is asked until somebody answers. */
static bool is_there(kin_connection *c, int number, int n)
{
	char sql[100];
	kin_error error = { 0 };
	kin_statement *statement = NULL;
	bool there = false, null;
	int rc;

	snprintf(sql, sizeof(sql), "select count(*) from transfers where writer = %d and n = %d", number, n);
	do {
		kin_sql query = sql_once(sql);
		if ((rc = kin_statement_open(c, &query, &statement, &error)) == KIN_OK) {
			if ((rc = kin_statement_step(statement, &error)) == 1)
				there = kin_statement_int64(statement, 0, &null) > 0;
			kin_statement_close(statement);
		}
	} while (rc < 0);
	kin_error_clear(&error);
	return there;
}

static void note_saved(writer *w, int n, int64_t *last)
{
	int64_t now = kin_clock_steady();

	w->stall = now - *last > w->stall ? now - *last : w->stall;
	*last = now;
	if (w->committed == w->room)
		w->saved = realloc(w->saved, (size_t)(w->room = 2 * w->room + 64) * sizeof(*w->saved));
	w->saved[w->committed++] = n;
}

static void *write_on(void *context)
{
	writer *w = context;
	kin_connection *c = acquire(w->world->db);
	int64_t last = kin_clock_steady();
	kin_error error = { 0 };

	for (int n = 0; w->wrong == KIN_OK && !__atomic_load_n(&w->world->done, __ATOMIC_RELAXED);) {
		int rc = transfer(c, w->number, n, &error);
		if (rc == KIN_EUNKNOWN) {
			w->unknown++;
			if (is_there(c, w->number, n))
				note_saved(w, n, &last);
			n++; /* a number that was not known is not used again */
		} else if (rc == KIN_OK) {
			note_saved(w, n++, &last);
		} else if (may_retry(rc)) {
			w->retries++;
		} else {
			w->wrong = rc;
			snprintf(w->says, sizeof(w->says), "%s", kin_error_text(&error));
		}
	}
	kin_error_clear(&error);
	kin_db_release(w->world->db, c);
	return NULL;
}

static void start(writer *writers, world *w)
{
	for (int i = 0; i < WRITERS; i++) {
		writers[i] = (writer){ .world = w, .number = i };
		CHECK(pthread_create(&writers[i].thread, NULL, write_on, &writers[i]) == 0);
	}
}

static void check_saved(kin_connection *c, const writer *w)
{
	CHECK_MSG(w->wrong == KIN_OK, "writer %d: %s: %s", w->number, kin_errname(w->wrong), w->says);
	CHECK(w->committed > 0);
	for (int i = 0; i < w->committed; i++)
		CHECK_MSG(is_there(c, w->number, w->saved[i]), "transfer %d of writer %d is lost", w->saved[i], w->number);
}

static void make_accounts(kin_connection *c)
{
	char sql[80];

	run(c, "create table accounts (id integer primary key, money integer not null);"
	       "create table transfers (writer integer, n integer, primary key (writer, n))");
	for (int i = 1; i <= ACCOUNTS; i++) {
		snprintf(sql, sizeof(sql), "insert into accounts values (%d, %d)", i, MONEY);
		run(c, sql);
	}
}

static int kill_leader(kin_db *db)
{
	kin_connection *c = acquire(db);
	int node;

	number(c, "select 1"); /* finds the leader */
	node = cluster_node_of(c);
	kin_db_release(db, c);
	cluster_kill(node);
	return node;
}

TEST(writers_go_on_when_the_leader_is_killed)
{
	kin_db *db = open_cluster("?timeout=20000");
	kin_connection *c = acquire(db);
	world w = { .db = db };
	writer writers[WRITERS];
	int committed = 0, unknown = 0, retries = 0;
	int64_t stall = 0, start_time = kin_clock_steady();

	srand((unsigned)kin_test_seed("failover"));
	make_accounts(c);
	kin_db_release(db, c);
	start(writers, &w);
	for (int i = 0; i < KILLS; i++) {
		kin_clock_sleep(600000 + rand() % 300000);
		int node = kill_leader(db);
		kin_clock_sleep(500000 + rand() % 500000);
		cluster_start(node);
	}
	kin_clock_sleep(800000);
	__atomic_store_n(&w.done, true, __ATOMIC_RELAXED);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(writers[i].thread, NULL);
	c = acquire(db);
	for (int i = 0; i < WRITERS; i++) {
		check_saved(c, &writers[i]);
		committed += writers[i].committed;
		unknown += writers[i].unknown;
		retries += writers[i].retries;
		stall = writers[i].stall > stall ? writers[i].stall : stall;
		free(writers[i].saved);
	}
	CHECK_INT(number(c, "select sum(money) from accounts"), ACCOUNTS * MONEY);
	CHECK_INT(number(c, "select count(*) from transfers"), committed);
	printf("%d leaders killed in %.1f s under %d writers: %d transfers committed, %d of unknown outcome, %d tried again; longest "
	       "stall %.2f s\n", KILLS, (double)(kin_clock_steady() - start_time) / 1e6, WRITERS, committed, unknown, retries,
	       (double)stall / 1e6);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_transaction_is_lost_with_its_leader_and_the_next_one_finds_the_new)
{
	kin_db *db = open_cluster("");
	kin_connection *c = acquire(db);
	kin_sql kept = sql_kept("select count(*) from t");
	kin_statement *statement;
	kin_error error = { 0 };
	bool null;

	run(c, "create table t (a); insert into t values (1)");
	CHECK_INT(kin_connection_execute(c, &kept, NULL, 0, NULL, NULL), KIN_OK);
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "insert into t values (2)");
	int node = cluster_node_of(c);
	cluster_kill(node);
	CHECK_INT(failure(c, "insert into t values (3)", &error), KIN_ECONNECTION);
	CHECK_HAS(kin_error_text(&error), "with it the transaction");
	CHECK(!kin_connection_in_transaction(c));
	statement = prepare(c, kept);
	CHECK_INT(kin_statement_step(statement, &error), 1);
	CHECK_INT(kin_statement_int64(statement, 0, &null), 1);
	kin_statement_close(statement);
	CHECK(cluster_node_of(c) != node);
	cluster_start(node);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(without_a_majority_there_is_no_leader)
{
	char url[256];
	kin_db *db, *hasty;
	kin_connection *c, *none;
	kin_error error = { 0 };
	int first, second;

	snprintf(url, sizeof(url), "%s?connect_timeout=60", cluster_url("")); /* the two that are left may be slow to agree */
	db = open_with((kin_db_options){ .url = url });
	c = acquire(db);
	snprintf(url, sizeof(url), "%s?connect_timeout=1&response_timeout=3", cluster_url(""));
	hasty = open_with((kin_db_options){ .url = url });
	run(c, "create table t (a)");
	first = cluster_node_of(c);
	cluster_kill(first);
	CHECK_INT(number(c, "select count(*) from t"), 0);
	second = cluster_node_of(c);
	cluster_kill(second);
	CHECK_INT(kin_db_acquire(hasty, &none, &error), KIN_ECANTOPEN);
	CHECK_HAS(kin_error_text(&error), "had no leader for 1 s: ");
	CHECK_HAS(kin_error_text(&error), "more than half of its nodes have to be up");
	cluster_start(first);
	cluster_start(second);
	CHECK_INT(number(c, "select count(*) from t"), 0);
	kin_error_clear(&error);
	kin_db_close(hasty);
	kin_db_release(db, c);
	kin_db_close(db);
}
