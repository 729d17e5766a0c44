/* Tests of what happens when a connection goes: while nobody uses it, in a transaction, during a COMMIT. */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/postgresql/server.h"

static void make_table(void)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);

	run(c, "create table t (a integer)");
	kin_db_release(db, c);
	kin_db_close(db);
}

static int64_t rows_there(void)
{
	kin_db *db = open_server("&application_name=looking");
	kin_connection *c = acquire(db);
	int64_t count = number(c, "select count(*) from t");

	kin_db_release(db, c);
	kin_db_close(db);
	return count;
}

/* End all other connections, as a restart of the server does. */
static void kill_all(void)
{
	kin_db *db = open_server("&application_name=killer");
	kin_connection *c = acquire(db);

	run(c, "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'");
	while (number(c, "select count(*) from pg_stat_activity where backend_type = 'client backend'") > 1)
		kin_clock_sleep(5000);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_connection_that_went_while_nobody_used_it_is_replaced)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db), *d = acquire(db);

	kin_db_release(db, c);
	kin_db_release(db, d);
	kill_all();
	c = acquire(db);
	CHECK_INT(number(c, "select 1"), 1);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_connection_that_goes_takes_its_transaction_with_it)
{
	kin_error error = { 0 };

	make_table();
	kin_db *db = open_server("&application_name=victim");
	kin_connection *c = acquire(db);
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "insert into t values (1)");
	kill_all();
	CHECK_INT(failure(c, "insert into t values (2)", &error), KIN_ECONNECTION);
	CHECK_HAS(kin_error_text(&error), "is gone, and with it the transaction");
	CHECK(!kin_connection_in_transaction(c));
	kin_db_release(db, c);
	c = acquire(db);
	CHECK_INT(number(c, "select count(*) from t"), 0);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_commit_that_cannot_have_been_sent_has_failed)
{
	kin_error error = { 0 };

	make_table();
	kin_db *db = open_server("&application_name=victim");
	kin_connection *c = acquire(db);
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "insert into t values (1)");
	/* known beforehand, or else not known at all */
	const kin_sql commit = { .text = "COMMIT", .length = 6, .id = 3 };
	kin_statement *kept = prepare(c, commit);
	kin_statement_close(kept);
	kill_all();
	CHECK_INT(kin_connection_commit(c, &error), KIN_ECONNECTION);
	CHECK_INT(rows_there(), 0);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

/* A transaction of one row, through a relay. The first one has prepared everything. */
static int write_one(kin_connection *c, relay *r, bool cut, kin_error *error)
{
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "insert into t values (1)");
	__atomic_store_n(&r->cut, cut, __ATOMIC_RELEASE);
	return kin_connection_commit(c, error);
}

TEST(a_commit_that_is_cut_off_is_neither_a_success_nor_a_failure)
{
	kin_error error = { 0 };
	relay r;

	make_table();
	relay_start(&r);
	kin_db *db = open_with((kin_db_options){ .url = fake_url(&r.f, "") });
	kin_connection *c = acquire(db);
	CHECK_INT(write_one(c, &r, false, &error), KIN_OK);
	CHECK_INT(write_one(c, &r, true, &error), KIN_EUNKNOWN);
	CHECK_HAS(kin_error_text(&error), "went during the COMMIT, so it is not known whether it was saved");
	CHECK_TEXT(error.sql, "COMMIT");
	CHECK(!kin_connection_in_transaction(c));
	CHECK_INT(rows_there(), 2);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
	fake_stop(&r.f);
}

TEST(a_write_outside_a_transaction_that_is_cut_off_is_not_known_either)
{
	kin_error error = { 0 };
	relay r;

	make_table();
	relay_start(&r);
	kin_db *db = open_with((kin_db_options){ .url = fake_url(&r.f, "") });
	kin_connection *c = acquire(db);
	__atomic_store_n(&r.cut, true, __ATOMIC_RELEASE);
	CHECK_INT(kin_connection_run(c, "insert into t values (1)", &error), KIN_EUNKNOWN);
	CHECK_HAS(kin_error_text(&error), "look before trying it again");
	CHECK_INT(rows_there(), 1);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
	fake_stop(&r.f);
}

TEST(a_read_that_is_cut_off_is_a_lost_connection)
{
	kin_error error = { 0 };
	relay r;

	relay_start(&r);
	kin_db *db = open_with((kin_db_options){ .url = fake_url(&r.f, "") });
	kin_connection *c = acquire(db);
	__atomic_store_n(&r.cut, true, __ATOMIC_RELEASE);
	CHECK_INT(failure(c, "select 1", &error), KIN_ECONNECTION);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
	fake_stop(&r.f);
}

TEST(rows_that_are_cut_off_end_with_an_error)
{
	kin_error error = { 0 };
	relay r;
	int rc;

	relay_start(&r);
	kin_db *db = open_with((kin_db_options){ .url = fake_url(&r.f, "") });
	kin_connection *c = acquire(db);
	kin_statement *statement = prepare(c, sql_once("select repeat('x', 1000) from generate_series(1, 1000000)"));
	__atomic_store_n(&r.cut, true, __ATOMIC_RELEASE);
	while ((rc = kin_statement_step(statement, &error)) == 1)
		continue;
	CHECK_INT(rc, KIN_ECONNECTION);
	CHECK_INT(kin_statement_step(statement, &error), 0);
	kin_statement_close(statement);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
	fake_stop(&r.f);
}

/* ---- in the middle of many rows ---- */

enum { ROWS = 1000 };

/* A table with ROWS rows, and what happens to who deletes the row in the middle. */
static void make_trap(const char *what)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	char text[256];

	run(c, "create table t (a bigint); insert into t select generate_series(0, 999)");
	snprintf(text, sizeof(text), "create function spring() returns trigger language plpgsql as "
	                             "$$ begin if old.a = 500 then perform %s; end if; return old; end $$", what);
	run(c, text);
	run(c, "create trigger trap before delete on t for each row execute function spring()");
	kin_db_release(db, c);
	kin_db_close(db);
}

static int count_one(void *context, size_t repeat, size_t object, kin_statement *done)
{
	(void)repeat, (void)object, (void)done;
	++*(size_t *)context;
	return KIN_OK;
}

static int delete_all(kin_connection *c, kin_error *error)
{
	static const char *const names[] = { "a" };
	static const kin_cell cell = { .column = 0, .kind = KIN_KIND_INT64 };
	static const kin_row_change change = { .change = KIN_CHANGE_DELETE, .table = "t", .keys = names, .key_count = 1 };
	int64_t keys[ROWS];
	const void *at[ROWS];
	size_t done = 0;
	kin_fault fault;

	for (int64_t i = 0; i < ROWS; i++)
		keys[i] = i, at[i] = &keys[i];
	kin_repeat repeat = {
		.sql = sql_kept("delete from t where a = $1"), .change = &change, .key_cells = &cell, .key_count = 1, .keys = at, .count = ROWS,
	};
	int rc = kin_connection_repeat(c, &repeat, 1, count_one, &done, &fault, error);
	CHECK(done <= 500);
	return rc;
}

TEST(a_connection_that_goes_in_the_middle_of_many_rows_takes_them_all_with_it)
{
	kin_error error = { 0 };

	make_trap("pg_terminate_backend(pg_backend_pid())");
	kin_db *db = open_server("&application_name=victim");
	kin_connection *c = acquire(db);
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	CHECK_INT(delete_all(c, &error), KIN_ECONNECTION);
	CHECK_HAS(kin_error_text(&error), "is gone, and with it the transaction");
	CHECK(!kin_connection_in_transaction(c));
	kin_db_release(db, c);
	CHECK_INT(rows_there(), ROWS);
	kin_error_clear(&error);
	kin_db_close(db);
}

static void *interrupt_until(void *context)
{
	void **arguments = context;

	while (!__atomic_load_n((bool *)arguments[1], __ATOMIC_ACQUIRE)) {
		kin_clock_sleep(20000);
		kin_connection_interrupt(arguments[0]);
	}
	return NULL;
}

TEST(many_rows_are_interrupted_in_the_middle_and_the_connection_goes_on)
{
	kin_error error = { 0 };
	bool over = false;
	pthread_t thread;

	make_trap("pg_sleep(60)");
	kin_db *db = open_server("&application_name=victim");
	kin_connection *c = acquire(db);
	void *arguments[] = { c, &over };
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	CHECK(pthread_create(&thread, NULL, interrupt_until, arguments) == 0);
	int rc = delete_all(c, &error);
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	CHECK_INT(rc, KIN_EINTERRUPT);
	CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	CHECK_INT(number(c, "select count(*) from t"), ROWS);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

/* 0: it got one of its own, and closed the database without a word on the parent's. */
static int use_in_child(kin_db *db, kin_connection *inherited)
{
	const kin_sql sql = sql_once("insert into t values (1)");
	kin_connection *own = NULL;

	if (kin_db_acquire(db, &own, NULL) < 0 || own == inherited || kin_connection_execute(own, &sql, NULL, 0, NULL, NULL) < 0)
		return 1;
	kin_db_release(db, own);
	kin_db_release(db, inherited);
	kin_db_close(db);
	return 0;
}

TEST(a_child_leaves_its_parents_connections_alone)
{
	kin_db *db = open_server("");
	kin_connection *idle = acquire(db), *used = acquire(db);
	int status = -1;

	run(used, "create table t (a integer)");
	kin_db_release(db, idle);
	CHECK_INT(kin_connection_begin(used, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(used, "insert into t values (2)");
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0)
		_exit(use_in_child(db, used));
	CHECK(waitpid(child, &status, 0) == child);
	CHECK_MSG(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child ended with %d", WEXITSTATUS(status));
	CHECK_INT(kin_connection_commit(used, NULL), KIN_OK);
	CHECK(acquire(db) == idle);
	CHECK_INT(number(idle, "select sum(a) from t"), 3);
	kin_db_release(db, idle);
	kin_db_release(db, used);
	kin_db_close(db);
}

/* ---- what else a server may refuse ---- */

static void check_raised(const char *state, int code, const char *sentence)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_error error = { 0 };
	char text[200];

	snprintf(text, sizeof(text), "do $$ begin raise exception using errcode = '%s', message = 'so it is'; end $$", state);
	int rc = failure(c, text, &error);
	CHECK_MSG(rc == code, "%s: %s: %s", state, kin_errname(rc), kin_error_text(&error));
	CHECK_HAS(kin_error_text(&error), sentence);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(each_failure_of_a_server_has_its_code)
{
	check_raised("53100", KIN_EFULL, "no room is left for the database: so it is");
	check_raised("53300", KIN_ETOOMANY, "so it is");
	check_raised("40001", KIN_ESERIALIZE, "roll back and try the transaction again: so it is");
	check_raised("40P01", KIN_ESERIALIZE, "roll back and try the transaction again: so it is");
	check_raised("40003", KIN_EUNKNOWN, "so it is");
	check_raised("55P03", KIN_EBUSY, "a lock is held by another session");
}

TEST(a_server_that_cannot_be_written_says_where_to_go)
{
	kin_db *db = open_server("&options=-c%20default_transaction_read_only%3Don");
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	CHECK_INT(failure(c, "create table t (a int)", &error), KIN_EREADONLY);
	CHECK_HAS(kin_error_text(&error), "cannot be written, it is a replica or set so: cannot execute CREATE TABLE in a read-only "
	                                 "transaction. With all servers in the URL the one that can be is found: ");
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_role_with_no_connection_left_is_told_what_to_do)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db), *first;
	kin_error error = { 0 };
	char url[600];

	failure(c, "create role narrow login connection limit 1", NULL); /* it may be there */
	snprintf(url, sizeof(url), "postgresql://narrow@/kin?host=%s", server_directory());
	kin_db *narrow = open_with((kin_db_options){ .url = url });
	first = acquire(narrow);
	CHECK_INT(connect_failure(url, &error), KIN_ETOOMANY);
	CHECK_HAS(kin_error_text(&error), "has no connection left: too many connections for role \"narrow\"; let programs keep fewer");
	kin_error_clear(&error);
	kin_db_release(narrow, first);
	kin_db_close(narrow);
	kin_db_release(db, c);
	kin_db_close(db);
}

/* A field of a gigabyte and more is more than the server handles; the rest of the connection is unharmed. */
TEST(a_value_larger_than_the_server_handles_is_an_error_and_no_more)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	CHECK_INT(failure(c, "select repeat('x', 1100000000)", &error), KIN_EDB);
	CHECK_HAS(kin_error_text(&error), "requested length too large");
	CHECK_INT(number(c, "select 1"), 1);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}
