/* Migrations where the database commits every DDL statement by itself: killed behind any statement they go on, repair tells, and nobody
 * is waited for without end. */
#include "fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "db/mariadb/server.h"
#include "migrate/diff.h"
#include "migrate/drift.h"
#include "migrate/execute.h"
#include "migrate/rehearse.h"
#include "migrate/repair.h"
#include "migrate/run.h"

typedef struct project {
	fixture    f;
	kin_folder folder;
	char      *directory;
} project;

static void write_revision(project *p, const char *id, const char *parent, const char *up, const char *down)
{
	write_file(p->directory, kin_arena_printf(&p->f.arena, "versions/%s.sql", id),
	           kin_arena_printf(&p->f.arena, "-- revision: %s\n-- revises: %s\n-- message: \n-- date: d\n\n-- upgrade\n%s\n-- downgrade\n%s\n",
	                            id, parent, up, down));
}

static void open_project(project *p)
{
	memset(p, 0, sizeof(*p));
	fixture_open(&p->f, server_url());
	p->directory = kin_path_join(&p->f.arena, kin_test_directory(), "migrations");
}

static void read_folder(project *p)
{
	OK(&p->f, kin_folder_read(&p->f.arena, p->directory, &p->folder, &p->f.error));
}

/* An empty database, brought to a1: two tables with rows. */
static void begin(project *p)
{
	kin_db_close(open_server(""));
	open_project(p);
	write_revision(p, "a1", "",
	               "CREATE TABLE owners (id INTEGER NOT NULL, PRIMARY KEY (id));\n"
	               "CREATE TABLE pets (id INTEGER NOT NULL, name VARCHAR(40), owner_id INTEGER, kind ENUM('dog', 'cat') DEFAULT 'dog', "
	               "PRIMARY KEY (id), CONSTRAINT fk FOREIGN KEY (owner_id) REFERENCES owners (id) ON DELETE CASCADE);\n"
	               "INSERT INTO owners (id) VALUES (1);\nINSERT INTO pets (id, name, owner_id) VALUES (1, 'rex', 1), (2, NULL, 1);\n",
	               "DROP TABLE pets;\nDROP TABLE owners;\n");
	read_folder(p);
	OK(&p->f, kin_run_upgrade(p->f.connection, &p->folder, "a1", NULL, &p->f.error));
}

/* What is done is seen in the rows, too: each statement that changes them adds to them. */
static void write_second(project *p)
{
	write_revision(p, "b2", "a1",
	               "UPDATE pets SET name = concat(coalesce(name, ''), '!');\nALTER TABLE pets ALTER COLUMN name SET NOT NULL;\n"
	               "ALTER TABLE owners ADD COLUMN name VARCHAR(10);\nCREATE TABLE toys (id INTEGER NOT NULL, PRIMARY KEY (id));\n"
	               "INSERT INTO toys (id) VALUES (7);\nCREATE INDEX ix_name ON pets (name);\nALTER TABLE pets RENAME COLUMN owner_id TO keeper;\n"
	               "ALTER TABLE pets ALTER COLUMN kind RENAME VALUE 'dog' TO 'hound';\n"
	               "UPDATE owners SET name = concat(coalesce(name, ''), 'x');\n",
	               "ALTER TABLE pets RENAME COLUMN keeper TO owner_id;\nDROP INDEX ix_name ON pets;\nDROP TABLE toys;\n"
	               "ALTER TABLE pets ALTER COLUMN kind RENAME VALUE 'hound' TO 'dog';\n"
	               "ALTER TABLE owners DROP COLUMN name;\nUPDATE pets SET name = concat(name, '?');\n"
	               "ALTER TABLE pets ALTER COLUMN name DROP NOT NULL;\n");
}

static int64_t countdown;

static void kill_at_zero(void *context, const kin_trace_event *event)
{
	(void)context;
	(void)event;
	if (countdown-- == 0)
		raise(SIGKILL);
}

static int migrate(bool up, kin_trace_fn *trace)
{
	project p;

	open_project(&p);
	int rc = kin_folder_read(&p.f.arena, p.directory, &p.folder, &p.f.error);
	kin_db_trace(p.f.db, trace, NULL);
	if (rc == KIN_OK)
		rc = up ? kin_run_upgrade(p.f.connection, &p.folder, "head", NULL, &p.f.error)
		        : kin_run_downgrade(p.f.connection, &p.folder, "a1", NULL, &p.f.error);
	if (rc < 0)
		fprintf(stderr, "%s\n", kin_error_text(&p.f.error));
	fixture_close(&p.f);
	return rc;
}

static bool replaced;

static void kill_when_replaced(void *context, const kin_trace_event *event)
{
	(void)context;
	if (replaced && strcmp(event->sql, "COMMIT") == 0)
		raise(SIGKILL);
	replaced = replaced || strncmp(event->sql, "REPLACE", 7) == 0;
}

static bool is_killed(bool up, kin_trace_fn *trace)
{
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(migrate(up, trace) == KIN_OK ? 0 : 1);
	CHECK(waitpid(child, &status, 0) == child);
	CHECK_MSG(WIFSIGNALED(status) || WEXITSTATUS(status) == 0, "the child failed by itself");
	return WIFSIGNALED(status);
}

static bool kill_behind(bool up, int64_t statements)
{
	countdown = statements;
	return is_killed(up, kill_at_zero);
}

/* Between files and database there is no difference, nothing is left half done, and every statement was carried out once. */
static void check_whole(bool up, int64_t killed_behind)
{
	project p;
	bool *applied;
	kin_changes changes = { 0 };
	kin_journal *left = NULL;

	open_project(&p);
	read_folder(&p);
	changes.arena = &p.f.arena;
	OK(&p.f, kin_run_applied(p.f.connection, &p.f.arena, &p.folder, &applied, &p.f.error));
	OK(&p.f, kin_drift_find(&changes, p.f.connection, &p.folder, applied, &p.f.error));
	CHECK_MSG(changes.count == 0 && applied[1] == up, "killed behind %lld: %s", (long long)killed_behind,
	          changes_text(&p.f.arena, changes.items, changes.count));
	CHECK_TEXT(fixture_text(&p.f, "SELECT group_concat(name ORDER BY id) FROM pets"), up ? "rex!,!" : "rex!?,!?");
	CHECK_TEXT(fixture_text(&p.f, "SELECT group_concat(kind) FROM pets"), up ? "hound,hound" : "dog,dog");
	if (up) {
		CHECK_TEXT(fixture_text(&p.f, "SELECT group_concat(name) FROM owners"), "x");
		CHECK_INT(fixture_number(&p.f, "SELECT count(*) FROM toys"), 1);
	}
	OK(&p.f, kin_journal_read(p.f.connection, &p.f.arena, &left, &p.f.error));
	CHECK(!left);
	fixture_close(&p.f);
}

/* Up and down again, killed behind one of its first statements, behind a later one, … until both come to their ends. Servers take their
 * time: KIN_SCALE=500 kills behind each. */
TEST(a_migration_killed_behind_any_statement_goes_on)
{
	int stride = 500 / kin_test_rounds(100);
	int64_t n = (int64_t)(kin_test_seed("killed steps on MariaDB") % (uint64_t)(stride > 0 ? stride : 1));
	bool killed = true;
	project p;

	begin(&p);
	write_second(&p);
	for (; killed; n += stride > 0 ? stride : 1) {
		/* InnoDB keeps room for columns that were dropped, until there is none */
		fixture_run(&p.f, "ALTER TABLE owners FORCE; UPDATE pets SET name = 'rex' WHERE id = 1; UPDATE pets SET name = NULL WHERE id = 2");
		killed = kill_behind(true, n);
		CHECK(migrate(true, NULL) == KIN_OK);
		check_whole(true, n);
		killed |= kill_behind(false, n);
		CHECK(migrate(false, NULL) == KIN_OK);
		check_whole(false, n);
	}
	CHECK(n > 20);
	fixture_close(&p.f);
}

/* SQL of the database's own, which nobody but people can tell the end of. */
static void kill_in_own_sql(project *p, kin_repair *ret_repair)
{
	begin(p);
	write_revision(p, "b2", "a1", "CREATE TABLE toys (id INTEGER NOT NULL, PRIMARY KEY (id));\n"
	                              "-- only: mariadb\nREPLACE INTO owners VALUES (2);\n-- end\nUPDATE pets SET name = 'z';\n", "");
	CHECK(is_killed(true, kill_when_replaced));
	read_folder(p);
	OK(&p->f, kin_repair_look(p->f.connection, &p->f.arena, &p->folder, ret_repair, &p->f.error));
	CHECK(ret_repair->journal && ret_repair->journal->begun);
	CHECK_INT(ret_repair->journal->done, 1);
	CHECK_INT(fixture_number(&p->f, "SELECT count(*) FROM owners"), 2);
}

TEST(what_nobody_can_tell_is_asked)
{
	project p;
	kin_repair repair = { 0 };

	kill_in_own_sql(&p, &repair);
	CHECK_HAS(repair.next->sql, "REPLACE INTO owners");
	CHECK_INT(repair.total, 3);
	CHECK_INT(kin_run_upgrade(p.f.connection, &p.folder, "head", NULL, &p.f.error), KIN_EREVISION);
	CHECK_HAS(kin_error_text(&p.f.error), "the database does not tell whether it was carried out");
	OK(&p.f, kin_repair_mark(p.f.connection, &p.folder, true, &p.f.error));
	fixture_run(&p.f, "DELETE FROM owners WHERE id = 2");
	OK(&p.f, kin_run_upgrade(p.f.connection, &p.folder, "head", NULL, &p.f.error));
	CHECK_INT(fixture_number(&p.f, "SELECT count(*) FROM owners"), 1);
	CHECK_TEXT(fixture_text(&p.f, "SELECT group_concat(name) FROM pets"), "z,z");
	fixture_close(&p.f);
}

TEST(what_is_to_be_run_again_is)
{
	project p;
	kin_repair repair = { 0 };

	kill_in_own_sql(&p, &repair);
	OK(&p.f, kin_repair_mark(p.f.connection, &p.folder, false, &p.f.error));
	fixture_run(&p.f, "DELETE FROM owners WHERE id = 2");
	OK(&p.f, kin_run_upgrade(p.f.connection, &p.folder, "head", NULL, &p.f.error));
	CHECK_INT(fixture_number(&p.f, "SELECT count(*) FROM owners"), 2);
	fixture_close(&p.f);
}

/* Somebody has the table, and does not let go. */
static void hold_table(fixture *holder)
{
	fixture_open(holder, server_url());
	fixture_run(holder, "BEGIN; SELECT count(*) FROM pets; UPDATE pets SET name = 'held' WHERE id = 1");
}

TEST(a_label_is_renamed_in_the_rows)
{
	project p;

	begin(&p);
	write_revision(&p, "b2", "a1", "ALTER TABLE pets ADD COLUMN sort ENUM ('dog', 'cat') DEFAULT 'dog' NOT NULL;\nUPDATE pets SET sort = 'cat' WHERE id = 2;",
	               "ALTER TABLE pets DROP COLUMN sort;");
	write_revision(&p, "c3", "b2", "ALTER TABLE pets ALTER COLUMN sort RENAME VALUE 'dog' TO 'it''s a dog';",
	               "ALTER TABLE pets ALTER COLUMN sort RENAME VALUE 'it''s a dog' TO 'dog';");
	read_folder(&p);
	OK(&p.f, kin_run_upgrade(p.f.connection, &p.folder, "head", NULL, &p.f.error));
	CHECK_TEXT(fixture_text(&p.f, "SELECT group_concat(sort ORDER BY id) FROM pets"), "it's a dog,cat");
	fixture_run(&p.f, "INSERT INTO pets (id, name) VALUES (3, 'x')");
	CHECK_TEXT(fixture_text(&p.f, "SELECT sort FROM pets WHERE id = 3"), "it's a dog");
	OK(&p.f, kin_run_downgrade(p.f.connection, &p.folder, "b2", NULL, &p.f.error));
	CHECK_TEXT(fixture_text(&p.f, "SELECT group_concat(sort ORDER BY id) FROM pets"), "dog,cat,dog");
	fixture_close(&p.f);
}

TEST(types_change_under_foreign_keys)
{
	static const char second[] =
		"CREATE TABLE owners (id BIGINT NOT NULL, PRIMARY KEY (id)); CREATE TABLE pets (id INTEGER NOT NULL, name VARCHAR(40), owner_id BIGINT,"
		" kind ENUM('dog', 'cat') DEFAULT 'dog', PRIMARY KEY (id), CONSTRAINT fk FOREIGN KEY (owner_id) REFERENCES owners (id) ON DELETE CASCADE);"
		"CREATE INDEX fk ON pets (owner_id);";
	kin_changes changes;
	project p;

	begin(&p);
	changes = (kin_changes){ .arena = &p.f.arena };
	OK(&p.f, kin_diff_schemas(&changes, &kin_dialect_mariadb, fixture_reflect(&p.f), fixture_schema(&p.f, second), NULL, &p.f.error));
	OK(&p.f, kin_execute_transaction(p.f.connection, changes.items, changes.count, NULL, NULL, NULL, &p.f.error));
	fixture_run(&p.f, "INSERT INTO owners VALUES (10000000000); INSERT INTO pets (id, owner_id) VALUES (9, 10000000000)");
	CHECK(kin_connection_run(p.f.connection, "INSERT INTO pets (id, owner_id) VALUES (10, 7)", NULL) == KIN_EFOREIGN);
	fixture_close(&p.f);
}

TEST(a_word_that_is_not_understood_is_told_with_its_column)
{
	project p;

	begin(&p);
	write_revision(&p, "b2", "a1", "INSERT INTO pets (id)\n  VALUEZ (1);", "");
	read_folder(&p);
	CHECK_INT(kin_run_upgrade(p.f.connection, &p.folder, "head", NULL, &p.f.error), KIN_ESYNTAX);
	CHECK_HAS(kin_error_text(&p.f.error), "b2.sql:8:3: MariaDB does not understand the SQL");
	fixture_close(&p.f);
}

TEST(a_primary_key_has_no_name_to_change)
{
	kin_text sql;
	project p;

	begin(&p);
	write_revision(&p, "b2", "a1", "ALTER TABLE pets DROP PRIMARY KEY;\nALTER TABLE pets ADD CONSTRAINT pk_animals PRIMARY KEY (id);",
	               "ALTER TABLE pets DROP PRIMARY KEY;\nALTER TABLE pets ADD PRIMARY KEY (id);");
	write_revision(&p, "c3", "b2", "ALTER TABLE pets RENAME CONSTRAINT pk_animals TO pk_pets;", "ALTER TABLE pets RENAME CONSTRAINT pk_pets TO pk_animals;");
	read_folder(&p);
	OK(&p.f, kin_run_upgrade(p.f.connection, &p.folder, "head", NULL, &p.f.error));
	OK(&p.f, kin_run_downgrade(p.f.connection, &p.folder, "b2", NULL, &p.f.error));
	kin_text_init(&sql);
	OK(&p.f, kin_run_show(&sql, &kin_dialect_mariadb, &p.folder, "b2", "head", false, &p.f.error));
	CHECK(!strstr(sql.data, "ALTER TABLE"));
	kin_text_done(&sql);
	fixture_close(&p.f);
}

TEST(a_lock_is_not_waited_for_without_end)
{
	kin_run_options options = { .lock_timeout = 1000 };
	project p;
	fixture holder;

	begin(&p);
	write_second(&p);
	read_folder(&p);
	hold_table(&holder);
	CHECK_INT(kin_run_upgrade(p.f.connection, &p.folder, "head", &options, &p.f.error), KIN_EBUSY);
	CHECK_HAS(kin_error_text(&p.f.error), "b2.sql:7: ");
	CHECK_INT(fixture_number(&p.f, "SELECT @@lock_wait_timeout = @@global.lock_wait_timeout"), 1);
	fixture_run(&holder, "ROLLBACK");
	OK(&p.f, kin_run_upgrade(p.f.connection, &p.folder, "head", &options, &p.f.error));
	fixture_close(&holder);
	fixture_close(&p.f);
	check_whole(true, -1);
}

TEST(a_statement_that_takes_too_long_is_given_up)
{
	kin_run_options options = { .statement_timeout = 1000 };
	project p;

	begin(&p);
	write_revision(&p, "b2", "a1", "UPDATE pets SET name = concat(name, sleep(20));", "");
	read_folder(&p);
	CHECK(kin_run_upgrade(p.f.connection, &p.folder, "head", &options, &p.f.error) < 0);
	CHECK_HAS(kin_error_text(&p.f.error), "b2.sql:7: ");
	CHECK_INT(fixture_number(&p.f, "SELECT @@max_statement_time = @@global.max_statement_time"), 1);
	CHECK_INT(fixture_number(&p.f, "SELECT count(*) FROM kin_revision"), 1);
	fixture_close(&p.f);
}

TEST(a_rehearsal_sees_what_is_lost)
{
	project p;
	kin_rehearse result = { 0 };

	begin(&p);
	write_revision(&p, "b2", "a1", "ALTER TABLE pets DROP COLUMN name;", "ALTER TABLE pets ADD COLUMN name VARCHAR(40);");
	read_folder(&p);
	OK(&p.f, kin_rehearse_run(p.f.connection, &p.f.arena, &p.folder, "head", NULL, &result, &p.f.error));
	CHECK(result.lost);
	CHECK_INT(result.count, 4);
	CHECK_INT(result.steps[0].data.rows, 3);
	fixture_close(&p.f);
}

/* MariaDB alone would shrink the index, and refuse the rest. */
TEST(an_index_that_a_foreign_key_needs_leaves_one_behind)
{
	project p;
	bool *applied;
	kin_changes changes = { 0 };

	begin(&p);
	write_revision(&p, "b2", "a1",
	               "CREATE TABLE cats (id INTEGER NOT NULL, pet_id INTEGER, PRIMARY KEY (id), CONSTRAINT fk_cats_pet_id_pets FOREIGN KEY (pet_id) REFERENCES "
	               "pets (id));\nCREATE INDEX ix_cats_pet_id ON cats (pet_id);\n",
	               "DROP INDEX ix_cats_pet_id ON cats;\nDROP TABLE cats;\n");
	write_revision(&p, "c3", "b2", "DROP INDEX ix_cats_pet_id ON cats;\n", "CREATE INDEX ix_cats_pet_id ON cats (pet_id);\n");
	read_folder(&p);
	OK(&p.f, kin_run_upgrade(p.f.connection, &p.folder, "head", NULL, &p.f.error));
	changes.arena = &p.f.arena;
	OK(&p.f, kin_run_applied(p.f.connection, &p.f.arena, &p.folder, &applied, &p.f.error));
	OK(&p.f, kin_drift_find(&changes, p.f.connection, &p.folder, applied, &p.f.error));
	CHECK_MSG(changes.count == 0, "%s", changes_text(&p.f.arena, changes.items, changes.count));
	OK(&p.f, kin_run_downgrade(p.f.connection, &p.folder, "a1", NULL, &p.f.error));
	fixture_close(&p.f);
}

TEST(what_stands_on_a_dropped_column_goes_with_it)
{
	project p;
	bool *applied;
	kin_changes changes = { 0 };

	begin(&p);
	write_revision(&p, "b2", "a1",
	               "CREATE TABLE towns (id INTEGER NOT NULL, x INTEGER NOT NULL, PRIMARY KEY (id), CONSTRAINT uq UNIQUE (id, x));\n"
	               "CREATE TABLE cats (id INTEGER NOT NULL, name VARCHAR(20), a INTEGER, b INTEGER, PRIMARY KEY (id), UNIQUE (name, b),\n"
	               "CONSTRAINT uq_b UNIQUE (b, id), CONSTRAINT ck CHECK (a > 0 OR b > 0), CONSTRAINT fk_t FOREIGN KEY (a, b) REFERENCES towns (id, x),\n"
	               "FOREIGN KEY (b, a) REFERENCES towns (id, x));\n"
	               "CREATE INDEX ix_b ON cats (b, name);\nALTER TABLE cats DROP COLUMN b;\n", "");
	read_folder(&p);
	OK(&p.f, kin_run_upgrade(p.f.connection, &p.folder, "head", NULL, &p.f.error));
	changes.arena = &p.f.arena;
	OK(&p.f, kin_run_applied(p.f.connection, &p.f.arena, &p.folder, &applied, &p.f.error));
	OK(&p.f, kin_drift_find(&changes, p.f.connection, &p.folder, applied, &p.f.error));
	CHECK_MSG(changes.count == 0, "%s", changes_text(&p.f.arena, changes.items, changes.count));
	CHECK_INT(fixture_number(&p.f, "SELECT count(*) FROM information_schema.statistics WHERE table_name = 'cats'"), 1);
	fixture_close(&p.f);
}
