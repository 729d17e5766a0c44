/* Tests against a Galera cluster of three nodes: what a program meets there that one server does not do. */
#include <pthread.h>
#include <unistd.h>

#include <kin/query.h>

#include "base/clock.h"
#include "base/file.h"
#include "db/database.h"
#include "migrate/run.h"
#include "orm/session_state.h"

enum { NODES = 3 };

KIN_DECLARE(Entry);

struct Entry {
	int64_t id;
	int32_t number;
};

KIN_MODEL(Entry, "entries")
{
	kin_column(id, .primary_key = true);
	kin_column(number);
}

/* ---- the cluster: it is started for the first test, and ends with the program ---- */

static char url[256], directory[64];

static void servers(const char *command, int node)
{
	char line[160];

	snprintf(line, sizeof(line), "tools/servers %s %s", command, directory);
	if (node > 0)
		snprintf(line + strlen(line), sizeof(line) - strlen(line), " %d", node);
	CHECK_MSG(system(line) == 0, "%s failed", line);
}

static void stop_cluster(void)
{
	servers("down", 0);
}

static void start_cluster(void)
{
	char line[128];

	strcpy(directory, "/tmp/kin-galera.XXXXXX");
	CHECK(mkdtemp(directory));
	snprintf(line, sizeof(line), "tools/servers up galera %s", directory);
	FILE *out = popen(line, "r");
	CHECK(out && fgets(url, sizeof(url), out));
	CHECK_MSG(pclose(out) == 0, "%s failed", line);
	url[strcspn(url, "\n")] = '\0';
	atexit(stop_cluster);
}

/* The database at all nodes, the first one first. */
static kin_db *open_cluster(void)
{
	if (!*url)
		start_cluster();
	return open_with((kin_db_options){ .url = url });
}

/* The database at one node; with options ("?sync_wait=1"). */
static kin_db *open_node(int node, const char *options)
{
	static const char scheme[] = "mariadb://kin@";
	char one[320];

	if (!*url)
		start_cluster();
	const char *host = url + strlen(scheme);
	for (int i = 1; i < node; i++)
		host = strchr(host, ',') + 1;
	snprintf(one, sizeof(one), "%s%.*s/kin%s", scheme, (int)strcspn(host, ",/"), host, options);
	return open_with((kin_db_options){ .url = one });
}

static void run_at(int node, const char *sql)
{
	kin_db *db = open_node(node, "");
	kin_connection *c = acquire(db);

	run(c, sql);
	kin_db_release(db, c);
	kin_db_close(db);
}

static int64_t number_at(int node, const char *sql)
{
	kin_db *db = open_node(node, "?sync_wait=1");
	kin_connection *c = acquire(db);
	int64_t n = number(c, sql);

	kin_db_release(db, c);
	kin_db_close(db);
	return n;
}

static void make_entries(void)
{
	run_at(1, "drop table if exists entries; create table entries (id bigint auto_increment primary key, number integer not null)");
	for (int node = 1; node <= NODES; node++)
		CHECK_INT(number_at(node, "select count(*) from entries"), 0);
}

/* A revision of somebody else, on another node, which waits for no transaction. It has come to the first node when this returns. */
static void change_table(void)
{
	static int changes;
	char sql[80];

	snprintf(sql, sizeof(sql), "alter table entries add column more%d integer", ++changes);
	run_at(2, sql);
	number_at(1, "select count(*) from entries");
}

static int64_t node_of(kin_connection *c)
{
	return number(c, "select cast(right(@@wsrep_node_name, 1) as integer)");
}

/* ---- transactions that are undone from outside ---- */

TEST(ddl_on_another_node_ends_a_transaction_whose_commit_is_no_success)
{
	make_entries();
	kin_db *db = open_node(1, "");
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "insert into entries (number) values (1)");
	change_table();
	CHECK_INT(failure(c, "insert into entries (number) values (2)", &error), KIN_ESERIALIZE);
	CHECK_HAS(kin_error_text(&error), "roll back and try the transaction again");
	kin_error_clear(&error);
	CHECK(kin_connection_commit(c, &error) < 0);
	CHECK_INT(number(c, "select count(*) from entries"), 0);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(the_same_is_so_where_the_next_statement_is_only_prepared)
{
	make_entries();
	kin_db *db = open_node(1, "");
	kin_connection *c = acquire(db);
	kin_sql sql = sql_once("update entries set number = ?");
	kin_statement *statement = NULL;
	kin_error error = { 0 };

	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "insert into entries (number) values (1)");
	change_table();
	CHECK_INT(kin_statement_open(c, &sql, &statement, &error), KIN_ESERIALIZE);
	CHECK(kin_connection_commit(c, NULL) < 0);
	CHECK_INT(number(c, "select count(*) from entries"), 0);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(the_same_is_so_where_nothing_but_the_commit_is_left)
{
	make_entries();
	kin_db *db = open_node(1, "");
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "insert into entries (number) values (1)");
	change_table();
	int rc = kin_connection_commit(c, &error);
	CHECK_MSG(rc == KIN_ESERIALIZE, "%s: %s", kin_errname(rc), kin_error_text(&error));
	CHECK_INT(number(c, "select count(*) from entries"), 0);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

/* What happens in the first run of a transaction of two entries, between them or behind them. */
typedef struct disturbed {
	void (*happens)(void);
	bool   behind;
	int    runs;
} disturbed;

static int write_two(kin_session *session, void *context)
{
	disturbed *d = context;
	bool first = d->runs++ == 0;

	kin_add(session, kin_new(session, Entry, .number = 1));
	kin_flush(session);
	if (first && !d->behind)
		d->happens();
	kin_add(session, kin_new(session, Entry, .number = 2));
	kin_flush(session);
	if (first && d->behind)
		d->happens();
	return 0;
}

static void check_run_again(kin_db *db, void (*happens)(void), bool behind)
{
	kin_session *session = kin_session_new(db);
	disturbed d = { .happens = happens, .behind = behind };
	int rc = kin_transaction(session, write_two, &d);

	CHECK_MSG(rc == KIN_OK, "%s: %s", kin_errname(rc), kin_errmsg(session));
	CHECK_INT(d.runs, 2);
	CHECK_INT(kin_count(session, Entry, ""), 2);
	kin_free(session);
}

TEST(a_transaction_that_ddl_has_ended_is_run_again_as_a_whole)
{
	make_entries();
	kin_db *db = open_node(1, "");

	check_run_again(db, change_table, false);
	run_at(1, "delete from entries");
	check_run_again(db, change_table, true);
	kin_db_close(db);
}

static void raise_elsewhere(void)
{
	run_at(2, "update entries set number = number + 10 where id = 1");
}

static int raise_here(kin_session *session, void *context)
{
	disturbed *d = context;

	kin_update(session, Entry, "number = number + ? where id = ?", 1, 1);
	if (d->runs++ == 0)
		d->happens();
	return 0;
}

TEST(of_two_who_write_a_row_on_two_nodes_one_is_told_at_its_commit_and_runs_again)
{
	make_entries();
	run_at(1, "insert into entries (id, number) values (1, 0)");
	CHECK_INT(number_at(2, "select number from entries"), 0);
	kin_db *db = open_node(1, "");
	kin_session *session = kin_session_new(db);
	disturbed d = { .happens = raise_elsewhere };
	int rc = kin_transaction(session, raise_here, &d);

	CHECK_MSG(rc == KIN_OK, "%s: %s", kin_errname(rc), kin_errmsg(session));
	CHECK_INT(d.runs, 2);
	kin_free(session);
	kin_db_close(db);
	CHECK_INT(number_at(3, "select number from entries"), 11);
}

/* ---- keys ---- */

enum { MANY = 1000 };

TEST(keys_that_grow_in_steps_of_three_are_those_of_their_rows)
{
	make_entries();
	kin_db *db = open_node(1, "");
	kin_session *session = kin_session_new(db), *other;
	Entry *entries[MANY];

	CHECK_INT(number_at(1, "select @@auto_increment_increment"), NODES);
	for (int i = 0; i < MANY; i++)
		kin_add(session, entries[i] = kin_new(session, Entry, .number = i));
	CHECK_INT(kin_commit(session), KIN_OK);
	other = kin_session_new(db);
	CHECK_INT(kin_all(other, Entry, "").count, MANY);
	for (int i = 0; i < MANY; i++) {
		const Entry *found = kin_get(other, Entry, entries[i]->id);
		CHECK(found && found->number == i);
	}
	kin_free(other);
	kin_free(session);
	kin_db_close(db);
	CHECK_INT(number_at(1, "select max(id) - min(id) from entries"), (MANY - 1) * NODES);
}

/* ---- reading what was written on another node ---- */

enum { ROUNDS = 200 };

/* In how many rounds of a hundred node 2 does not know yet what node 1 has just committed. */
static int stale_reads(const char *options)
{
	kin_db *writing = open_node(1, ""), *reading = open_node(2, options);
	kin_connection *w = acquire(writing), *r = acquire(reading);
	kin_sql insert = sql_kept("insert into entries (number) values (1)");
	int64_t before = number_at(2, "select count(*) from entries");
	int stale = 0;

	for (int i = 1; i <= ROUNDS; i++) {
		CHECK_INT(kin_connection_execute(w, &insert, NULL, 0, NULL, NULL), KIN_OK);
		stale += number(r, "select count(*) from entries") != before + i;
	}
	kin_db_release(writing, w);
	kin_db_release(reading, r);
	kin_db_close(writing);
	kin_db_close(reading);
	return stale * 100 / ROUNDS;
}

TEST(sync_wait_shows_on_every_node_what_was_written)
{
	make_entries();
	int without = stale_reads(""), with = stale_reads("?sync_wait=1");

	fprintf(stderr, "%d %% of reads on another node are stale, %d %% with ?sync_wait=1\n", without, with);
	CHECK_INT(with, 0);
}

TEST(sync_wait_is_a_number_of_galera)
{
	char *message = NULL;

	CHECK(!kin_db_open(&(kin_db_options){ .url = "mariadb://h/d?sync_wait=yes" }, &message));
	CHECK_HAS(message, "sync_wait=yes in the database URL: expected a number from 0 to 15, as wsrep_sync_wait of Galera has it");
	free(message);
	CHECK_INT(number_at(1, "select @@wsrep_sync_wait"), 1);
}

/* ---- nodes that go ---- */

static void kill_first(void)
{
	servers("kill", 1);
}

TEST(a_transaction_whose_node_is_killed_runs_again_on_another)
{
	make_entries();
	kin_db *db = open_cluster();
	kin_connection *c = acquire(db);

	CHECK_INT(node_of(c), 1);
	kin_db_release(db, c);
	int64_t start = kin_clock_steady();
	check_run_again(db, kill_first, false);
	fprintf(stderr, "saved on another node %d ms after the first one was to be killed\n", (int)((kin_clock_steady() - start) / 1000));
	c = acquire(db);
	CHECK(node_of(c) != 1);
	kin_db_release(db, c);
	kin_db_close(db);
	servers("start", 1);
}

static void isolate(bool on)
{
	run_at(1, on ? "set global wsrep_provider_options = 'gmcast.isolate=1'" : "set global wsrep_provider_options = 'gmcast.isolate=0'");
	for (int i = 0; i < 600; i++) {
		kin_db *db = open_node(1, "");
		kin_connection *c = acquire(db);
		kin_error error = { 0 };
		int rc = failure(c, "do 0", &error);
		kin_error_clear(&error);
		kin_db_release(db, c);
		kin_db_close(db);
		if ((rc < 0) == on)
			return;
		kin_clock_sleep(50000);
	}
	CHECK_MSG(false, "node 1 is %s", on ? "not alone" : "still alone");
}

static void isolate_first(void)
{
	isolate(true);
}

TEST(a_node_without_a_majority_is_left_for_another)
{
	make_entries();
	kin_db *db = open_cluster(), *alone = open_node(1, "");
	kin_connection *c = acquire(db), *d;
	kin_error error = { 0 };

	CHECK_INT(node_of(c), 1);
	kin_db_release(db, c); /* it stays in the pool */
	check_run_again(db, isolate_first, false);
	c = acquire(db);
	CHECK(node_of(c) != 1);
	d = acquire(alone);
	CHECK_INT(failure(d, "select count(*) from entries", &error), KIN_ECONNECTION);
	CHECK_HAS(kin_error_text(&error), "the node of the cluster that served at 127.0.0.1:");
	CHECK_HAS(kin_error_text(&error), "WSREP has not yet prepared node for application use");
	kin_error_clear(&error);
	kin_db_release(alone, d);
	kin_db_release(db, c);
	isolate(false);
	kin_db_close(alone);
	kin_db_close(db);
	CHECK_INT(number_at(1, "select count(*) from entries"), 2);
}

/* ---- migrations ---- */

enum { REVISIONS = 6 };

static void write_revisions(const char *folder)
{
	char path[600], text[300], revises[40] = "";
	kin_error error = { 0 };

	snprintf(path, sizeof(path), "%s/versions", folder);
	CHECK(kin_file_make_directory(path, &error) == KIN_OK);
	for (int i = 1; i <= REVISIONS; i++) {
		snprintf(path, sizeof(path), "%s/versions/r%d.sql", folder, i);
		snprintf(text, sizeof(text), "-- revision: r%d\n%s-- upgrade\nCREATE TABLE made_%d (id INTEGER NOT NULL, PRIMARY KEY (id));\n"
		         "-- downgrade\nDROP TABLE made_%d;\n", i, revises, i, i);
		snprintf(revises, sizeof(revises), "-- revises: r%d\n", i);
		CHECK(kin_file_write(path, text, strlen(text), &error) == KIN_OK);
	}
}

typedef struct migrant {
	const char *folder;
	int         node, ran, rc;
	char        says[300];
	pthread_t   thread;
} migrant;

static void count_revision(void *context, const kin_script *script, const char *text)
{
	(void)script, (void)text;
	((migrant *)context)->ran++;
}

static void *migrate(void *context)
{
	migrant *m = context;
	kin_db *db = open_node(m->node, "");
	kin_connection *c = acquire(db);
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_run_options options = { .starting = count_revision, .context = m, .lock_timeout = 60000 };
	kin_folder folder;

	m->rc = kin_folder_read(&arena, m->folder, &folder, &error);
	if (m->rc == KIN_OK)
		m->rc = kin_run_upgrade(c, &folder, "head", &options, &error);
	snprintf(m->says, sizeof(m->says), "%s", kin_error_text(&error));
	kin_error_clear(&error);
	kin_arena_done(&arena);
	kin_db_release(db, c);
	kin_db_close(db);
	return NULL;
}

TEST(of_two_who_migrate_on_two_nodes_one_waits_and_finds_nothing_to_do)
{
	char folder[500];

	snprintf(folder, sizeof(folder), "%s", kin_test_directory());
	write_revisions(folder);
	run_at(1, "drop table if exists kin_revision, kin_lock, kin_step");
	migrant migrants[] = { { .folder = folder, .node = 1 }, { .folder = folder, .node = 2 } };
	for (int i = 0; i < 2; i++)
		CHECK(pthread_create(&migrants[i].thread, NULL, migrate, &migrants[i]) == 0);
	for (int i = 0; i < 2; i++)
		pthread_join(migrants[i].thread, NULL);
	for (int i = 0; i < 2; i++)
		CHECK_MSG(migrants[i].rc == KIN_OK, "node %d: %s: %s", migrants[i].node, kin_errname(migrants[i].rc), migrants[i].says);
	CHECK_INT(migrants[0].ran + migrants[1].ran, REVISIONS);
	CHECK(migrants[0].ran == 0 || migrants[1].ran == 0);
	CHECK_INT(number_at(3, "select count(*) from information_schema.tables where table_name like 'made\\_%'"), REVISIONS);
	CHECK_INT(number_at(3, "select count(*) from kin_lock"), 0);
}
