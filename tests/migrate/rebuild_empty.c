/* Columns for tables without rows, where there are many tables. */
#include "fixture.h"

#include "migrate/execute.h"

static void list(void *context, const kin_trace_event *event)
{
	kin_text_addf(context, "%s\n", event->sql);
}

static void begin(fixture *f, const char *sql)
{
	fixture_open(f, NULL);
	for (int i = 0; i < 100; i++)
		fixture_run(f, kin_arena_printf(&f->arena, "CREATE TABLE other%d (id INTEGER PRIMARY KEY)", i));
	fixture_run(f, sql);
}

static int change(fixture *f, const char *ddl, kin_error *error)
{
	kin_ddl *items = NULL;
	size_t count = 0;
	int rc = kin_ddl_parse(&f->arena, ddl, 1, &items, &count, error);

	return rc < 0 ? rc : kin_execute_transaction(f->connection, items, count, NULL, NULL, NULL, error);
}

/* Whether the change of table t was an ALTER TABLE; and what its text is then. */
static bool alters(const char *table, const char *ddl, const char *expected)
{
	kin_text said;
	fixture f;

	begin(&f, table);
	kin_text_init(&said);
	kin_db_trace(f.db, list, &said);
	OK(&f, change(&f, ddl, &f.error));
	kin_db_trace(f.db, NULL, NULL);
	bool altered = strstr(said.data, "ALTER TABLE") != NULL;
	CHECK(altered == (strstr(said.data, "DROP TABLE") == NULL));
	kin_text_done(&said);
	if (expected)
		CHECK_TEXT(fixture_text(&f, "SELECT sql FROM sqlite_schema WHERE name = 't'"), expected);
	fixture_close(&f);
	return altered;
}

TEST(an_empty_table_among_many_is_made_anew_with_its_comments)
{
	CHECK(!alters("CREATE TABLE t ( -- animals\n  id INTEGER PRIMARY KEY, -- the number\n  x TEXT,\n  UNIQUE (x)\n)",
	              "ALTER TABLE t ADD COLUMN y VARCHAR(9) DEFAULT 'a' NOT NULL; ALTER TABLE t ADD COLUMN z BIGINT;",
	              "CREATE TABLE \"t\" ( -- animals\n  id INTEGER PRIMARY KEY, -- the number\n  x TEXT,\n"
	              "    y VARCHAR(9) NOT NULL DEFAULT 'a',\n    z BIGINT,\n  UNIQUE (x)\n)"));
}

TEST(what_says_more_than_a_column_comes_too)
{
	CHECK(!alters("CREATE TABLE t (a INTEGER)", "ALTER TABLE t ADD COLUMN o INTEGER REFERENCES other1 (id) ON DELETE CASCADE;", NULL));
	CHECK(!alters("CREATE TABLE t (a INTEGER)", "ALTER TABLE t ADD COLUMN kind ENUM('dog', 'cat');", NULL));
	CHECK(!alters("CREATE TABLE t (a INTEGER)", "ALTER TABLE t ADD COLUMN b INTEGER GENERATED ALWAYS AS (a + 1) VIRTUAL;", NULL));
}

TEST(a_table_that_has_more_than_its_text_is_altered)
{
	static const char add[] = "ALTER TABLE t ADD COLUMN b INTEGER;";

	CHECK(alters("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)", add, NULL));
	CHECK(alters("CREATE TABLE t (a INTEGER); CREATE INDEX i ON t (a)", add, NULL));
	CHECK(alters("CREATE TABLE t (a INTEGER); CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END", add, NULL));
	CHECK(alters("CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)", add, NULL));
	CHECK(alters("CREATE TABLE t (a INTEGER)", "ALTER TABLE t ADD COLUMN b INTEGER; ALTER TABLE t DROP COLUMN a;", NULL));
}

TEST(a_table_among_few_is_altered)
{
	kin_text said;
	fixture f;

	fixture_open(&f, NULL);
	fixture_run(&f, "CREATE TABLE t (a INTEGER)");
	kin_text_init(&said);
	kin_db_trace(f.db, list, &said);
	OK(&f, change(&f, "ALTER TABLE t ADD COLUMN b INTEGER;", &f.error));
	kin_db_trace(f.db, NULL, NULL);
	CHECK_HAS(said.data, "ALTER TABLE t ADD COLUMN b INTEGER");
	kin_text_done(&said);
	fixture_close(&f);
}

TEST(who_points_at_the_table_and_looks_at_it_still_does)
{
	fixture f;

	begin(&f, "CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE TABLE child (t_id INTEGER REFERENCES t (id) ON DELETE CASCADE); CREATE VIEW v AS SELECT * FROM t;"
	          "INSERT INTO child VALUES (NULL)");
	OK(&f, change(&f, "ALTER TABLE t ADD COLUMN b INTEGER;", &f.error));
	fixture_run(&f, "INSERT INTO t VALUES (1, 2); INSERT INTO child VALUES (1); DELETE FROM t");
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM child"), 1);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM pragma_table_info('v')"), 2);
	CHECK_INT(fixture_number(&f, "PRAGMA foreign_keys"), 1);
	fixture_close(&f);
}

TEST(what_sqlite_refuses_has_the_words_of_alter_table)
{
	fixture f;

	begin(&f, "CREATE TABLE t (a INTEGER)");
	CHECK(change(&f, "ALTER TABLE t ADD COLUMN b INTEGER GENERATED ALWAYS AS (nothing + 1) VIRTUAL;", &f.error) < 0);
	CHECK_HAS(kin_error_text(&f.error), "nothing");
	CHECK_TEXT(fixture_text(&f, "SELECT sql FROM sqlite_schema WHERE name = 't'"), "CREATE TABLE t (a INTEGER)");
	fixture_close(&f);
}

static fixture opened;

static int add_column(void)
{
	kin_arena kept = opened.arena;
	kin_error error = { 0 };

	opened.arena = (kin_arena){ 0 };
	int rc = change(&opened, "ALTER TABLE t ADD COLUMN b ENUM('x', 'y');", &error);
	kin_arena_done(&opened.arena);
	opened.arena = kept;
	kin_error_clear(&error);
	return rc;
}

TEST(adding_columns_to_an_empty_table_survives_a_failing_allocation)
{
	begin(&opened, "CREATE TABLE t (a INTEGER)");
	kin_test_fuse(__FILE__, __LINE__, add_column);
	CHECK_INT(fixture_number(&opened, "SELECT count(*) FROM pragma_table_info('t')"), 2);
	fixture_close(&opened);
}
