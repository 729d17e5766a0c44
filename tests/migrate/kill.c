/* kill.c - a process that is killed while it migrates: afterwards the database is as before or as after, and migrating again finishes. */
#include "fixture.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "migrate/drift.h"
#include "migrate/run.h"

enum { ROUNDS = 60, ROWS = 6000 };

static char url[600];

static void write_project(const char *directory)
{
	write_file(directory, "versions/a1.sql",
	           "-- revision: a1\n-- upgrade\nCREATE TABLE owners (id INTEGER NOT NULL, PRIMARY KEY (id));\n"
	           "CREATE TABLE pets (id INTEGER NOT NULL, name VARCHAR(40), owner_id INTEGER, PRIMARY KEY (id), CONSTRAINT fk "
	           "FOREIGN KEY (owner_id) REFERENCES owners (id) ON DELETE CASCADE);\nCREATE INDEX ix ON pets (name);\n"
	           "-- downgrade\nDROP TABLE pets;\nDROP TABLE owners;\n");
	write_file(directory, "versions/b2.sql",
	           "-- revision: b2\n-- revises: a1\n-- upgrade\nUPDATE pets SET name = upper(name);\n"
	           "ALTER TABLE pets ALTER COLUMN name SET NOT NULL;\nALTER TABLE owners ADD COLUMN name VARCHAR(10);\n"
	           "ALTER TABLE owners ADD CONSTRAINT uq UNIQUE (name);\n"
	           "-- downgrade\nALTER TABLE owners DROP CONSTRAINT uq;\nALTER TABLE owners DROP COLUMN name;\n"
	           "ALTER TABLE pets ALTER COLUMN name DROP NOT NULL;\n");
}

/* All of it in this process; the code is its exit status. */
static int migrate(const char *directory, bool up)
{
	fixture f;
	kin_folder folder;
	int rc = fixture_try_open(&f, url);

	if (rc == KIN_OK)
		rc = kin_folder_read(&f.arena, directory, &folder, &f.error);
	if (rc == KIN_OK)
		rc = up ? kin_run_upgrade(f.connection, &folder, "head", NULL, &f.error)
		        : kin_run_downgrade(f.connection, &folder, "a1", NULL, &f.error);
	if (rc < 0)
		fprintf(stderr, "%s\n", kin_error_text(&f.error));
	fixture_close(&f);
	return rc;
}

/* Microseconds that it took. */
static int64_t timed(const char *directory, bool up)
{
	int64_t start = kin_clock_steady();

	CHECK(migrate(directory, up) == KIN_OK);
	return kin_clock_steady() - start;
}

/* Start one, and kill it after a while. Whether it was killed before it ended. */
static bool kill_one(const char *directory, bool up, int64_t after)
{
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(migrate(directory, up) == KIN_OK ? 0 : 1);
	kin_clock_sleep(after);
	kill(child, SIGKILL);
	CHECK(waitpid(child, &status, 0) == child);
	CHECK_MSG(WIFSIGNALED(status) || WEXITSTATUS(status) == 0, "the child failed by itself");
	return WIFSIGNALED(status);
}

/* The database is at the revision that its history says, with every row, sound, and nothing left over. */
static void check_database(const char *directory)
{
	fixture f;
	kin_folder folder;
	bool *applied;
	kin_changes changes = { 0 };

	fixture_open(&f, url);
	changes.arena = &f.arena;
	OK(&f, kin_folder_read(&f.arena, directory, &folder, &f.error));
	OK(&f, kin_run_applied(f.connection, &f.arena, &folder, &applied, &f.error));
	CHECK(applied[0]);
	OK(&f, kin_drift_find(&changes, f.connection, &folder, applied, &f.error));
	CHECK_MSG(changes.count == 0, "between two revisions:\n%s", changes_text(&f.arena, changes.items, changes.count));
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM pets"), ROWS);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM owners"), 10);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'kin_new%'"), 0);
	fixture_close(&f);
}

static void check_sound(void)
{
	fixture f;

	fixture_open(&f, url);
	CHECK_TEXT(fixture_text(&f, "PRAGMA integrity_check"), "ok");
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM kin_lock"), 0);
	fixture_close(&f);
}

static void fill(const char *directory)
{
	fixture f;
	kin_folder folder;

	fixture_open(&f, url);
	OK(&f, kin_folder_read(&f.arena, directory, &folder, &f.error));
	OK(&f, kin_run_upgrade(f.connection, &folder, "a1", NULL, &f.error));
	fixture_run(&f, "INSERT INTO owners WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i FROM n");
	char sql[300];
	snprintf(sql, sizeof(sql),
	         "INSERT INTO pets WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
	         "SELECT i, 'pet number ' || i, i %% 10 + 1 FROM n", ROWS);
	fixture_run(&f, sql);
	fixture_close(&f);
}

TEST(a_kill_at_any_moment_leaves_the_database_as_before_or_as_after)
{
	char directory[600];
	int rounds = kin_test_rounds(ROUNDS), killed = 0;

	snprintf(url, sizeof(url), "sqlite:///%s/app.db", kin_test_directory());
	snprintf(directory, sizeof(directory), "%s/migrations", kin_test_directory());
	write_project(directory);
	fill(directory);
	int64_t up = timed(directory, true), down = timed(directory, false);
	srand((unsigned)kin_test_seed("killed upgrades"));
	for (int i = 0; i < rounds; i++) {
		bool is_up = i % 2 == 0;
		killed += kill_one(directory, is_up, rand() % ((is_up ? up : down) + 2000));
		check_database(directory);
		CHECK(migrate(directory, is_up) == KIN_OK);
	}
	/* one killed between its commit and its unlock leaves a lock, which the next that has something to do takes over */
	CHECK(migrate(directory, true) == KIN_OK);
	check_sound();
	printf("  %d of %d were killed in time\n", killed, rounds);
	CHECK(killed > 0 || rounds < ROUNDS);
}
