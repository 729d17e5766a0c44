/* Upgrades and downgrades of a database, its history and its lock. */
#include "fixture.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "migrate/drift.h"
#include "migrate/run.h"

/* A project with three revisions, and a database file beside it. */
typedef struct project {
	fixture    f;
	kin_folder folder;
	char      *directory;
	char       said[4000];
} project;

static void write_revision(project *p, const char *id, const char *parent, const char *message, const char *up, const char *down)
{
	write_file(p->directory, kin_arena_printf(&p->f.arena, "versions/%s.sql", id),
	           kin_arena_printf(&p->f.arena,
	                            "-- revision: %s\n-- revises: %s\n-- message: %s\n-- date: d\n\n-- upgrade\n%s\n-- downgrade\n%s\n", id,
	                            parent, message, up, down));
}

static void read_folder(project *p)
{
	OK(&p->f, kin_folder_read(&p->f.arena, p->directory, &p->folder, &p->f.error));
}

static void begin(project *p)
{
	char url[600];

	memset(p, 0, sizeof(*p));
	snprintf(url, sizeof(url), "sqlite:///%s/app.db", kin_test_directory());
	fixture_open(&p->f, url);
	p->directory = kin_path_join(&p->f.arena, kin_test_directory(), "migrations");
	write_revision(p, "a1", "", "create owners", "CREATE TABLE owners (id INTEGER NOT NULL, name VARCHAR(20), PRIMARY KEY (id));",
	               "DROP TABLE owners;");
	write_revision(p, "b2", "a1", "",
	               "CREATE TABLE pets (id INTEGER NOT NULL, owner_id INTEGER, PRIMARY KEY (id), CONSTRAINT fk FOREIGN KEY "
	               "(owner_id) REFERENCES owners (id) ON DELETE CASCADE);\nCREATE INDEX ix_pets ON pets (owner_id);",
	               "DROP TABLE pets;");
	write_revision(p, "c3", "b2", "names are needed",
	               "UPDATE owners SET name = 'none' WHERE name IS NULL;\nALTER TABLE owners ALTER COLUMN name SET NOT NULL;",
	               "ALTER TABLE owners ALTER COLUMN name DROP NOT NULL;");
	read_folder(p);
}

static void end(project *p)
{
	fixture_close(&p->f);
}

static void say(void *context, const kin_script *script, const char *text)
{
	project *p = context;
	(void)script;
	strncat(p->said, text, sizeof(p->said) - strlen(p->said) - 2);
	strcat(p->said, "\n");
}

static int up(project *p, const char *target)
{
	kin_run_options options = { .starting = say, .context = p };

	p->said[0] = '\0';
	return kin_run_upgrade(p->f.connection, &p->folder, target, &options, &p->f.error);
}

static int down(project *p, const char *target)
{
	kin_run_options options = { .starting = say, .context = p };

	p->said[0] = '\0';
	return kin_run_downgrade(p->f.connection, &p->folder, target, &options, &p->f.error);
}

static const char *history(project *p)
{
	return fixture_text(&p->f, "SELECT coalesce(group_concat(id, ' '), '') FROM (SELECT id FROM kin_revision ORDER BY position)");
}

TEST(an_upgrade_runs_each_revision_and_says_so)
{
	project p;
	begin(&p);
	OK(&p.f, up(&p, "head"));
	CHECK_TEXT(p.said, "Running upgrade  -> a1, create owners\nRunning upgrade a1 -> b2\nRunning upgrade b2 -> c3, names are needed\n");
	CHECK_TEXT(history(&p), "a1 b2 c3");
	OK(&p.f, up(&p, "head"));
	CHECK_TEXT(p.said, "");
	end(&p);
}

TEST(nothing_is_written_when_there_is_nothing_to_do)
{
	project p;
	begin(&p);
	OK(&p.f, up(&p, "base"));
	CHECK_INT(fixture_number(&p.f, "SELECT count(*) FROM sqlite_schema"), 0);
	end(&p);
}

TEST(a_downgrade_goes_back_and_up_again_with_every_row_kept)
{
	project p;
	begin(&p);
	OK(&p.f, up(&p, "b2"));
	fixture_run(&p.f, "INSERT INTO owners VALUES (1, 'Ann'), (2, NULL); INSERT INTO pets VALUES (7, 1), (8, 2)");
	OK(&p.f, up(&p, "+1"));
	CHECK_TEXT(fixture_text(&p.f, "SELECT group_concat(name) FROM owners"), "Ann,none");
	CHECK_INT(fixture_number(&p.f, "SELECT count(*) FROM pets"), 2);
	OK(&p.f, down(&p, "-1"));
	CHECK_TEXT(p.said, "Running downgrade c3 -> b2, names are needed\n");
	CHECK_INT(fixture_number(&p.f, "SELECT count(*) FROM owners"), 2);
	CHECK_INT(fixture_number(&p.f, "SELECT count(*) FROM pets"), 2);
	OK(&p.f, down(&p, "base"));
	CHECK_TEXT(history(&p), "");
	CHECK_INT(fixture_number(&p.f, "SELECT count(*) FROM sqlite_schema WHERE name IN ('owners', 'pets')"), 0);
	end(&p);
}

TEST(a_revision_that_fails_leaves_those_before_it)
{
	project p;
	begin(&p);
	write_revision(&p, "d4", "c3", "",
	               "ALTER TABLE pets ADD COLUMN name VARCHAR(9);\nINSERT INTO pets (id) VALUES (1), (1);", "ALTER TABLE pets DROP COLUMN name;");
	read_folder(&p);
	CHECK(up(&p, "head") == KIN_EUNIQUE);
	CHECK_HAS(kin_error_text(&p.f.error), "revision d4: ");
	CHECK_HAS(kin_error_text(&p.f.error), "d4.sql:8: ");
	CHECK_TEXT(history(&p), "a1 b2 c3");
	CHECK(!kin_schema_column(kin_schema_table(fixture_reflect(&p.f), "pets"), "name"));
	CHECK_INT(fixture_number(&p.f, "SELECT count(*) FROM kin_lock"), 0);
	CHECK_INT(fixture_number(&p.f, "PRAGMA foreign_keys"), 1);
	end(&p);
}

TEST(files_are_looked_at_before_anything_runs)
{
	project p;
	begin(&p);
	write_revision(&p, "d4", "c3", "", "ALTER TABLE pets DROP COLUMN nothing;", "");
	read_folder(&p);
	CHECK(up(&p, "head") == KIN_EREVISION);
	CHECK_HAS(kin_error_text(&p.f.error), "d4.sql:7: revision d4: pets has no column 'nothing'");
	CHECK_INT(fixture_number(&p.f, "SELECT count(*) FROM sqlite_schema"), 0);
	end(&p);
}

TEST(a_foreign_key_that_points_nowhere_is_refused_before_anything_runs)
{
	project p;
	begin(&p);
	write_revision(&p, "d4", "c3", "",
	               "ALTER TABLE owners ADD COLUMN age INTEGER;\nCREATE TABLE toys (id INTEGER NOT NULL, pet_id INTEGER, PRIMARY KEY (id),\n"
	               "  CONSTRAINT fk_toys FOREIGN KEY (pet_id) REFERENCES pest (id));", "DROP TABLE toys;\nALTER TABLE owners DROP COLUMN age;");
	read_folder(&p);
	CHECK(up(&p, "head") == KIN_EREVISION);
	CHECK_HAS(kin_error_text(&p.f.error), "d4.sql:8: revision d4: table toys: foreign key fk_toys points at a table that is not there: pest");
	CHECK_INT(fixture_number(&p.f, "SELECT count(*) FROM sqlite_schema"), 0);
	end(&p);
}

TEST(what_others_point_at_is_not_dropped)
{
	project p;
	begin(&p);
	write_revision(&p, "d4", "c3", "", "DROP TABLE owners;", "");
	read_folder(&p);
	CHECK(up(&p, "head") == KIN_EREVISION);
	CHECK_HAS(kin_error_text(&p.f.error), "d4.sql:7: revision d4: table pets: foreign key fk points at a table that is not there: owners");
	end(&p);
}

TEST(a_misspelt_type_is_refused_with_its_place)
{
	project p;
	begin(&p);
	write_revision(&p, "d4", "c3", "", "ALTER TABLE pets ADD COLUMN colour VARCAHR(20);", "ALTER TABLE pets DROP COLUMN colour;");
	CHECK(kin_folder_read(&p.f.arena, p.directory, &p.folder, &p.f.error) == KIN_ESYNTAX);
	CHECK_HAS(kin_error_text(&p.f.error), "d4.sql:7:36: there is no type VARCAHR; did you mean VARCHAR?");
	end(&p);
}

TEST(a_file_edited_after_it_was_applied_is_noticed)
{
	project p;
	begin(&p);
	OK(&p.f, up(&p, "a1"));
	write_revision(&p, "a1", "", "create owners", "CREATE TABLE owners (id INTEGER NOT NULL, PRIMARY KEY (id));", "DROP TABLE owners;");
	read_folder(&p);
	CHECK(up(&p, "head") == KIN_EREVISION);
	CHECK_HAS(kin_error_text(&p.f.error), "a1.sql: revision a1 was edited after it was applied");
	end(&p);
}

TEST(an_applied_revision_without_a_file_is_noticed)
{
	project p;
	begin(&p);
	OK(&p.f, up(&p, "a1"));
	fixture_run(&p.f, "INSERT INTO kin_revision VALUES ('zz', 9, '0', '')");
	CHECK(up(&p, "head") == KIN_EREVISION);
	CHECK_HAS(kin_error_text(&p.f.error), "Can't locate revision identified by 'zz'");
	end(&p);
}

TEST(a_revision_without_a_downgrade_cannot_be_undone)
{
	project p;
	begin(&p);
	write_revision(&p, "d4", "c3", "", "DROP TABLE pets;", "");
	read_folder(&p);
	OK(&p.f, up(&p, "head"));
	CHECK(down(&p, "a1") == KIN_EREVISION);
	CHECK_HAS(kin_error_text(&p.f.error), "cannot be undone");
	CHECK_TEXT(history(&p), "a1 b2 c3 d4");
	end(&p);
}

TEST(an_index_is_dropped_without_saying_of_which_table)
{
	project p;

	begin(&p);
	write_revision(&p, "d4", "c3", "m", "CREATE INDEX ix_name ON owners (name);\nCREATE INDEX ix_pair ON owners (name, id);",
	               "DROP INDEX ix_name;\nDROP INDEX ix_pair;");
	read_folder(&p);
	OK(&p.f, up(&p, "heads"));
	OK(&p.f, down(&p, "-1"));
	CHECK_TEXT(fixture_text(&p.f, "SELECT coalesce(group_concat(name), '') FROM sqlite_master WHERE name IN ('ix_name', 'ix_pair')"), "");
	write_revision(&p, "e5", "d4", "m", "DROP INDEX ix_x;", "");
	read_folder(&p);
	CHECK_INT(up(&p, "heads"), KIN_EREVISION);
	CHECK_HAS(kin_error_text(&p.f.error), "versions/e5.sql:7: revision e5: there is no index 'ix_x'");
	end(&p);
}

TEST(a_stamp_writes_the_history_and_runs_nothing)
{
	project p;
	begin(&p);
	OK(&p.f, kin_run_stamp(p.f.connection, &p.folder, "b2", false, NULL, &p.f.error));
	CHECK_TEXT(history(&p), "a1 b2");
	CHECK(!kin_schema_table(fixture_reflect(&p.f), "owners"));
	OK(&p.f, kin_run_stamp(p.f.connection, &p.folder, "base", false, NULL, &p.f.error));
	CHECK_TEXT(history(&p), "");
	CHECK_INT(kin_run_stamp(p.f.connection, &p.folder, "", false, NULL, &p.f.error), KIN_EREVISION);
	CHECK_TEXT(history(&p), "");
	end(&p);
}

TEST(a_stamp_that_purges_forgets_what_is_unknown)
{
	project p;
	begin(&p);
	OK(&p.f, kin_history_create(p.f.connection, &p.f.error));
	OK(&p.f, kin_history_add(p.f.connection, "zz", 1, &p.f.error));
	CHECK(kin_run_stamp(p.f.connection, &p.folder, "a1", false, NULL, &p.f.error) == KIN_EREVISION);
	OK(&p.f, kin_run_stamp(p.f.connection, &p.folder, "a1", true, NULL, &p.f.error));
	CHECK_TEXT(history(&p), "a1");
	end(&p);
}

TEST(branches_are_run_in_any_order_and_merged)
{
	project p;
	begin(&p);
	write_revision(&p, "b9", "a1", "", "CREATE TABLE toys (id INTEGER);", "DROP TABLE toys;");
	write_revision(&p, "m1", "b9, c3", "", "", "");
	read_folder(&p);
	OK(&p.f, up(&p, "b9"));
	CHECK_TEXT(history(&p), "a1 b9");
	OK(&p.f, up(&p, "head"));
	CHECK_TEXT(history(&p), "a1 b9 b2 c3 m1");
	CHECK_HAS(p.said, "Running upgrade b9, c3 -> m1");
	OK(&p.f, down(&p, "b2"));
	CHECK_TEXT(history(&p), "a1 b9 b2");
	end(&p);
}

static int called;
static int call(void *context, kin_connection *connection, const char *name, kin_error *error)
{
	(void)context;
	called++;
	CHECK_TEXT(name, "fill");
	return kin_connection_run(connection, "INSERT INTO owners VALUES (5, 'x')", error);
}

TEST(a_call_runs_a_function_of_the_app_inside_the_transaction)
{
	project p;
	begin(&p);
	write_revision(&p, "d4", "c3", "", "CALL fill;\nINSERT INTO owners VALUES (6, 'y');", "");
	read_folder(&p);
	called = 0;
	OK(&p.f, kin_run_upgrade(p.f.connection, &p.folder, "head", &(kin_run_options){ .call = call }, &p.f.error));
	CHECK_INT(called, 1);
	CHECK_INT(fixture_number(&p.f, "SELECT count(*) FROM owners"), 2);
	end(&p);
}

TEST(without_the_function_a_call_is_an_error)
{
	project p;
	begin(&p);
	write_revision(&p, "d4", "c3", "", "CALL fill;", "");
	read_folder(&p);
	CHECK(up(&p, "head") == KIN_EREVISION);
	CHECK_HAS(kin_error_text(&p.f.error), "CALL fill: there is no function");
	end(&p);
}

TEST(a_held_lock_names_its_holder)
{
	project p;
	begin(&p);
	OK(&p.f, kin_history_create(p.f.connection, &p.f.error));
	fixture_run(&p.f, "INSERT INTO kin_lock VALUES (1, 'elsewhere 12 34', '2026-11-22 10:00:00')");
	CHECK(kin_run_upgrade(p.f.connection, &p.folder, "head", &(kin_run_options){ .lock_timeout = 50 }, &p.f.error) == KIN_EBUSY);
	CHECK_HAS(kin_error_text(&p.f.error), "elsewhere 12 34");
	CHECK_INT(fixture_number(&p.f, "SELECT count(*) FROM sqlite_schema WHERE name = 'owners'"), 0);
	OK(&p.f, kin_history_break_lock(p.f.connection, &p.f.error));
	OK(&p.f, up(&p, "head"));
	end(&p);
}

TEST(the_lock_of_a_process_that_died_is_taken_over)
{
	project p;
	char host[256] = "";
	begin(&p);
	OK(&p.f, kin_history_create(p.f.connection, &p.f.error));
	pid_t child = fork();
	if (child == 0)
		_exit(0);
	waitpid(child, NULL, 0);
	gethostname(host, sizeof(host) - 1);
	fixture_run(&p.f, kin_arena_printf(&p.f.arena, "INSERT INTO kin_lock VALUES (1, '%s %ld 1', '')", host, (long)child));
	OK(&p.f, up(&p, "head"));
	CHECK_INT(fixture_number(&p.f, "SELECT count(*) FROM kin_lock"), 0);
	end(&p);
}

TEST(a_process_with_the_number_of_a_dead_one_does_not_hold_its_lock)
{
	project p;
	char host[256] = "";
	begin(&p);
	OK(&p.f, kin_history_create(p.f.connection, &p.f.error));
	gethostname(host, sizeof(host) - 1);
	fixture_run(&p.f, kin_arena_printf(&p.f.arena, "INSERT INTO kin_lock VALUES (1, '%s %ld 1', '')", host, (long)getpid()));
	OK(&p.f, up(&p, "head"));
	end(&p);
}

TEST(two_processes_upgrade_once)
{
	project p;
	pid_t children[4];
	int status, good = 0;
	begin(&p);
	for (int i = 0; i < 4; i++) {
		if ((children[i] = fork()) != 0)
			continue;
		fixture other;
		char url[600];
		snprintf(url, sizeof(url), "sqlite:///%s/app.db?timeout=60000", kin_test_directory()); /* valgrind takes its time */
		int rc = fixture_try_open(&other, url);
		if (rc == KIN_OK)
			rc = kin_run_upgrade(other.connection, &p.folder, "head", &(kin_run_options){ .lock_timeout = 60000 }, &other.error);
		if (rc < 0)
			fprintf(stderr, "%s\n", kin_error_text(&other.error));
		_exit(rc == KIN_OK ? 0 : 1);
	}
	for (int i = 0; i < 4; i++) {
		waitpid(children[i], &status, 0);
		good += WIFEXITED(status) && WEXITSTATUS(status) == 0;
	}
	CHECK_INT(good, 4);
	CHECK_TEXT(history(&p), "a1 b2 c3");
	end(&p);
}

TEST(the_sql_of_an_upgrade_is_shown_without_a_database)
{
	project p;
	kin_text out;
	begin(&p);
	kin_text_init(&out);
	OK(&p.f, kin_run_show(&out, &kin_dialect_postgresql, &p.folder, "a1", "b2", false, &p.f.error));
	CHECK_HAS(out.data, "-- upgrade to b2\nBEGIN;\nCREATE TABLE pets (");
	CHECK_HAS(out.data, "INSERT INTO kin_revision");
	CHECK(!strstr(out.data, "CREATE TABLE owners"));
	kin_text_done(&out);
	end(&p);
}

TEST(a_script_for_mariadb_says_what_its_texts_mean)
{
	project p;
	kin_text out;

	begin(&p);
	kin_text_init(&out);
	OK(&p.f, kin_run_show(&out, &kin_dialect_mariadb, &p.folder, "a1", "b2", false, &p.f.error));
	CHECK(strncmp(out.data, "SET sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT');\n", 76) == 0);
	kin_text_done(&out);
	end(&p);
}

TEST(a_database_behind_is_not_up_to_date)
{
	project p;
	begin(&p);
	OK(&p.f, up(&p, "b2"));
	CHECK(kin_drift_check(p.f.connection, &p.folder, &p.f.error) == KIN_EREVISION);
	CHECK_TEXT(kin_error_text(&p.f.error), "Target database is not up to date.");
	OK(&p.f, up(&p, "head"));
	OK(&p.f, kin_drift_check(p.f.connection, &p.folder, &p.f.error));
	end(&p);
}

TEST(what_was_changed_by_hand_is_told)
{
	project p;
	begin(&p);
	OK(&p.f, up(&p, "head"));
	fixture_run(&p.f, "ALTER TABLE pets ADD COLUMN color TEXT; CREATE TABLE extra (x INTEGER); CREATE VIEW v AS SELECT 1 AS one");
	CHECK(kin_drift_check(p.f.connection, &p.folder, &p.f.error) == KIN_EDIFFERENT);
	CHECK_HAS(kin_error_text(&p.f.error), "the database was changed by hand");
	CHECK_HAS(kin_error_text(&p.f.error), "\n  added column 'pets.color'");
	CHECK_HAS(kin_error_text(&p.f.error), "\n  added table 'extra'");
	CHECK_HAS(kin_error_text(&p.f.error), "\n  added view 'v'");
	end(&p);
}

TEST(what_a_block_for_one_database_made_is_no_drift)
{
	project p;
	begin(&p);
	write_revision(&p, "d4", "c3", "",
	               "-- only: sqlite\nCREATE VIEW v AS SELECT id FROM pets;\n-- end\n-- only: postgresql\nGRANT SELECT ON pets TO x;\n-- end",
	               "-- only: sqlite\nDROP VIEW v;\n-- end");
	read_folder(&p);
	OK(&p.f, up(&p, "head"));
	OK(&p.f, kin_drift_check(p.f.connection, &p.folder, &p.f.error));
	OK(&p.f, down(&p, "-1"));
	end(&p);
}

FUSED(an_upgrade_survives_a_failing_allocation)
{
	static const char up_text[] = "CREATE TABLE t (id INTEGER NOT NULL, x VARCHAR(9), PRIMARY KEY (id));\nCREATE INDEX ix ON t (x);\n"
	                              "INSERT INTO t VALUES (1, 'a');\nALTER TABLE t ALTER COLUMN x SET NOT NULL;\n";
	kin_script script = { .id = "a", .message = "", .date = "", .path = "a.sql" };
	kin_folder folder = { .versions = "versions" };
	fixture f = { 0 };
	int rc = fixture_try_open(&f, NULL);

	folder.arena = &f.arena;
	folder.scripts = &script;
	folder.lock_timeout = 1;
	if (rc == KIN_OK)
		rc = kin_ddl_parse(&f.arena, up_text, 1, &script.up, &script.up_count, &f.error);
	if (rc == KIN_OK)
		rc = kin_revision_build(&f.arena, &(kin_revision){ .id = "a" }, 1, &folder.graph, &f.error);
	if (rc == KIN_OK)
		rc = kin_run_upgrade(f.connection, &folder, "head", NULL, &f.error);
	fixture_close(&f);
	return rc;
}
