/* Revisions carried out step by step: killed behind every statement, they go on where they were left. */
#include "fixture.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "migrate/drift.h"
#include "migrate/journal.h"
#include "migrate/run.h"

typedef struct place {
	char url[600];
	char directory[600];
} place;

static void write_project(place *p, const char *header)
{
	kin_arena arena = { 0 };

	snprintf(p->url, sizeof(p->url), "sqlite:///%s/app.db", kin_test_directory());
	snprintf(p->directory, sizeof(p->directory), "%s/migrations", kin_test_directory());
	write_file(p->directory, "versions/a1.sql",
	           "-- revision: a1\n-- upgrade\nCREATE TABLE owners (id INTEGER NOT NULL, PRIMARY KEY (id));\n"
	           "CREATE TABLE pets (id INTEGER NOT NULL, name VARCHAR(40), owner_id INTEGER, PRIMARY KEY (id), CONSTRAINT fk "
	           "FOREIGN KEY (owner_id) REFERENCES owners (id) ON DELETE CASCADE);\n"
	           "INSERT INTO owners (id) VALUES (1);\nINSERT INTO pets VALUES (1, 'rex', 1), (2, NULL, 1);\n"
	           "-- downgrade\nDROP TABLE pets;\nDROP TABLE owners;\n");
	write_file(p->directory, "versions/b2.sql",
	           kin_arena_printf(&arena,
	                            "-- revision: b2\n-- revises: a1\n%s-- upgrade\nUPDATE pets SET name = coalesce(name, '') || '!';\n"
	                            "ALTER TABLE pets ALTER COLUMN name SET NOT NULL;\nALTER TABLE owners ADD COLUMN name VARCHAR(10);\n"
	                            "CREATE TABLE toys (id INTEGER NOT NULL, PRIMARY KEY (id));\nINSERT INTO toys (id) VALUES (7);\n"
	                            "CREATE INDEX ix_name ON pets (name);\nUPDATE owners SET name = coalesce(name, '') || 'x';\n"
	                            "-- downgrade\nDROP INDEX ix_name ON pets;\nDROP TABLE toys;\nALTER TABLE owners DROP COLUMN name;\n"
	                            "UPDATE pets SET name = name || '?';\nALTER TABLE pets ALTER COLUMN name DROP NOT NULL;\n", header));
	kin_arena_done(&arena);
}

static int64_t countdown;

static void kill_at_zero(void *context, const kin_trace_event *event)
{
	(void)context;
	(void)event;
	if (countdown-- == 0)
		raise(SIGKILL);
}

/* In this process; the code is its exit status. */
static int migrate(const place *p, bool up, bool ddl_commits, kin_trace_fn *trace)
{
	kin_run_options options = { .ddl_commits = ddl_commits };
	fixture f;
	kin_folder folder;
	int rc = fixture_try_open(&f, p->url);

	if (rc == KIN_OK) /* a kill is no loss of power */
		rc = kin_connection_run(f.connection, "PRAGMA synchronous = OFF", &f.error);
	if (rc == KIN_OK)
		rc = kin_folder_read(&f.arena, p->directory, &folder, &f.error);
	kin_db_trace(f.db, trace, NULL);
	if (rc == KIN_OK)
		rc = up ? kin_run_upgrade(f.connection, &folder, "head", &options, &f.error)
		        : kin_run_downgrade(f.connection, &folder, "a1", &options, &f.error);
	if (rc < 0)
		fprintf(stderr, "%s\n", kin_error_text(&f.error));
	fixture_close(&f);
	return rc;
}

static bool kill_behind(const place *p, bool up, bool ddl_commits, int64_t statements)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		countdown = statements;
		_exit(migrate(p, up, ddl_commits, kill_at_zero) == KIN_OK ? 0 : 1);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK_MSG(WIFSIGNALED(status) || WEXITSTATUS(status) == 0, "the child failed by itself after %lld statements", (long long)statements);
	return WIFSIGNALED(status);
}

/* Every statement was carried out once, whenever it was killed. */
static void check_up(const place *p, int64_t killed_behind)
{
	fixture f;
	kin_folder folder;
	bool *applied;
	kin_changes changes = { 0 };

	fixture_open(&f, p->url);
	changes.arena = &f.arena;
	OK(&f, kin_folder_read(&f.arena, p->directory, &folder, &f.error));
	OK(&f, kin_run_applied(f.connection, &f.arena, &folder, &applied, &f.error));
	OK(&f, kin_drift_find(&changes, f.connection, &folder, applied, &f.error));
	CHECK_MSG(changes.count == 0 && applied[1], "killed behind %lld: %s", (long long)killed_behind,
	          changes_text(&f.arena, changes.items, changes.count));
	CHECK_TEXT(fixture_text(&f, "SELECT group_concat(name) FROM (SELECT name FROM pets ORDER BY id)"), "rex!,!");
	CHECK_TEXT(fixture_text(&f, "SELECT group_concat(name) FROM owners"), "x");
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM toys"), 1);
	kin_journal *left = NULL;
	OK(&f, kin_journal_read(f.connection, &f.arena, &left, &f.error));
	CHECK(!left);
	fixture_close(&f);
}

static void check_down(const place *p)
{
	fixture f;

	fixture_open(&f, p->url);
	CHECK_TEXT(fixture_text(&f, "SELECT group_concat(name) FROM (SELECT name FROM pets ORDER BY id)"), "rex!?,!?");
	CHECK_TEXT(fixture_text(&f, "SELECT group_concat(id) FROM kin_revision"), "a1");
	CHECK_TEXT(fixture_text(&f, "SELECT group_concat(name) FROM sqlite_schema WHERE name LIKE 'kin_new%' OR name = 'toys'"), NULL);
	fixture_close(&f);
}

static void copy_database(const place *p, const char *from, const char *to)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	char *data;
	size_t size;
	int rc = kin_file_read(&arena, kin_path_join(&arena, kin_test_directory(), from), &data, &size, &error);

	(void)p;
	if (rc == KIN_OK)
		rc = kin_file_write(kin_path_join(&arena, kin_test_directory(), to), data, size, &error);
	unlink(kin_path_join(&arena, kin_test_directory(), "app.db-journal"));
	unlink(kin_path_join(&arena, kin_test_directory(), "app.db-wal"));
	CHECK_MSG(rc == KIN_OK, "%s", kin_error_text(&error));
	kin_arena_done(&arena);
}

static void first_revision(const place *p)
{
	fixture f;
	kin_folder folder;

	fixture_open(&f, p->url);
	OK(&f, kin_folder_read(&f.arena, p->directory, &folder, &f.error));
	OK(&f, kin_run_upgrade(f.connection, &folder, "a1", NULL, &f.error));
	fixture_close(&f);
}

/* Behind the first statement, behind the second, … until one comes to its end; with KIN_SCALE behind fewer. */
static void kill_everywhere(const char *header, bool ddl_commits)
{
	int rounds = kin_test_rounds(100), stride = rounds < 100 ? 100 / rounds : 1;
	int64_t n = 0;
	place p;

	write_project(&p, header);
	first_revision(&p);
	copy_database(&p, "app.db", "before.db");
	while (kill_behind(&p, true, ddl_commits, n)) {
		CHECK(migrate(&p, true, ddl_commits, NULL) == KIN_OK);
		check_up(&p, n);
		copy_database(&p, "before.db", "app.db");
		n += stride;
	}
	CHECK(n > 20);
	check_up(&p, -1);
	copy_database(&p, "app.db", "after.db");
	for (n = 0; kill_behind(&p, false, ddl_commits, n); n += stride) {
		CHECK(migrate(&p, false, ddl_commits, NULL) == KIN_OK);
		check_down(&p);
		copy_database(&p, "after.db", "app.db");
	}
	CHECK(n > 15);
	check_down(&p);
}

TEST(a_transaction_killed_behind_any_statement_is_run_again) { kill_everywhere("", false); }
TEST(steps_killed_behind_any_statement_go_on_where_they_were_left) { kill_everywhere("-- transaction: none\n", false); }
TEST(where_ddl_commits_by_itself_the_schema_tells_what_was_done) { kill_everywhere("", true); }

/* A database with a revision that fails in the middle. */
typedef struct failing {
	fixture    f;
	kin_folder folder;
	place      p;
} failing;

static void fail_in_the_middle(failing *x, const char *last)
{
	kin_arena arena = { 0 };

	write_project(&x->p, "");
	write_file(x->p.directory, "versions/c3.sql",
	           kin_arena_printf(&arena, "-- revision: c3\n-- revises: b2\n-- transaction: none\n-- upgrade\n"
	                                    "CREATE TABLE extra (id INTEGER);\nUPDATE pets SET name = 'done';\n%s\n-- downgrade\nDROP TABLE extra;\n",
	                            last));
	kin_arena_done(&arena);
	OK(&x->f, kin_folder_read(&x->f.arena, x->p.directory, &x->folder, &x->f.error));
}

static void begin(failing *x)
{
	write_project(&x->p, "");
	fixture_open(&x->f, x->p.url);
	fail_in_the_middle(x, "INSERT INTO pets (id, name) VALUES (1, 'twice');");
	CHECK(kin_run_upgrade(x->f.connection, &x->folder, "head", NULL, &x->f.error) == KIN_EUNIQUE);
}

TEST(a_step_that_fails_says_what_is_done)
{
	failing x = { 0 };
	begin(&x);
	CHECK_HAS(kin_error_text(&x.f.error), "c3.sql:7: ");
	CHECK_HAS(kin_error_text(&x.f.error), "2 of the 3 steps of revision c3 are done and stay so; `kin db upgrade` goes on");
	CHECK_TEXT(fixture_text(&x.f, "SELECT group_concat(id) FROM kin_revision"), "a1,b2");
	CHECK_INT(fixture_number(&x.f, "SELECT done FROM kin_step"), 2);
	fixture_close(&x.f);
}

TEST(what_failed_may_be_corrected_in_the_file)
{
	failing x = { 0 };
	begin(&x);
	fail_in_the_middle(&x, "INSERT INTO pets (id, name) VALUES (9, 'new');");
	OK(&x.f, kin_run_upgrade(x.f.connection, &x.folder, "head", NULL, &x.f.error));
	CHECK_TEXT(fixture_text(&x.f, "SELECT group_concat(name) FROM (SELECT name FROM pets ORDER BY id)"), "done,done,new");
	fixture_close(&x.f);
}

TEST(what_is_done_may_not)
{
	failing x = { 0 };
	begin(&x);
	write_file(x.p.directory, "versions/c3.sql", "-- revision: c3\n-- revises: b2\n-- transaction: none\n-- upgrade\n"
	                                             "CREATE TABLE other (id INTEGER);\nUPDATE pets SET name = 'done';\n-- downgrade\n");
	OK(&x.f, kin_folder_read(&x.f.arena, x.p.directory, &x.folder, &x.f.error));
	CHECK(kin_run_upgrade(x.f.connection, &x.folder, "head", NULL, &x.f.error) == KIN_EREVISION);
	CHECK_HAS(kin_error_text(&x.f.error), "c3 is half applied, and the statements that are done were edited");
	fixture_close(&x.f);
}

TEST(nothing_else_is_done_while_a_revision_is_half_applied)
{
	failing x = { 0 };
	begin(&x);
	CHECK(kin_run_downgrade(x.f.connection, &x.folder, "-1", NULL, &x.f.error) == KIN_EREVISION);
	CHECK_HAS(kin_error_text(&x.f.error), "revision c3 is half applied (2 of its statements are done");
	CHECK(kin_run_stamp(x.f.connection, &x.folder, "head", false, NULL, &x.f.error) == KIN_EREVISION);
	CHECK_HAS(kin_error_text(&x.f.error), "`kin db repair`");
	fixture_close(&x.f);
}

FUSED(steps_survive_a_failing_allocation)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_script script = { .id = "a" };
	kin_journal_steps steps = { 0 };
	kin_journal journal = { .revision = "a", .up = true, .done = 1 }, *left = NULL;
	fixture f;
	int rc = fixture_try_open(&f, NULL);

	if (rc == KIN_OK)
		rc = kin_ddl_parse(&arena, "CREATE TABLE t (a INTEGER);\nALTER TABLE t ALTER COLUMN a SET NOT NULL;\nALTER TABLE t ADD COLUMN b INTEGER;", 1,
		                   &script.up, &script.up_count, &error);
	if (rc == KIN_OK)
		rc = kin_journal_split(&arena, &kin_dialect_sqlite, &script, true, &steps, &error);
	if (rc == KIN_OK)
		rc = kin_journal_checksum(&steps, 1, &journal.checksum, &error);
	if (rc == KIN_OK)
		rc = kin_journal_create(f.connection, &error);
	if (rc == KIN_OK)
		rc = kin_journal_write(f.connection, &journal, &error);
	if (rc == KIN_OK)
		rc = kin_journal_read(f.connection, &arena, &left, &error);
	if (rc == KIN_OK)
		CHECK(steps.count == 2 && left && left->done == 1 && left->checksum == journal.checksum);
	if (rc == KIN_OK)
		rc = kin_journal_remove(f.connection, "a", &error);
	kin_error_clear(&error);
	kin_arena_done(&arena);
	fixture_close(&f);
	return rc;
}
