/* Comparing schemas: what is a change, and what only looks like one. */
#include "fixture.h"

#include "migrate/diff.h"
#include "migrate/rename.h"

static void same(const char *a, const char *b)
{
	fixture f = { 0 };
	CHECK_TEXT(fixture_diff(&f, NULL, a, b), "");
	CHECK_TEXT(fixture_diff(&f, &kin_dialect_sqlite, a, b), "");
	kin_arena_done(&f.arena);
}

static void differ(const char *a, const char *b, const char *expected)
{
	fixture f = { 0 };
	CHECK_TEXT(fixture_diff(&f, NULL, a, b), expected);
	kin_arena_done(&f.arena);
}

TEST(case_blanks_and_brackets_make_no_difference)
{
	same("CREATE TABLE t (x INTEGER DEFAULT (15), CHECK ((x > 0)));", "CREATE TABLE t (x INTEGER DEFAULT 15, CHECK (X>0));");
	same("CREATE TABLE t (x INTEGER DEFAULT '15');", "CREATE TABLE t (x INTEGER DEFAULT 15);");
	same("CREATE TABLE t (x TIMESTAMP DEFAULT current_timestamp);", "CREATE TABLE t (x TIMESTAMP DEFAULT CURRENT_TIMESTAMP);");
	same("CREATE TABLE t (x BOOLEAN DEFAULT TRUE);", "CREATE TABLE t (x BOOLEAN DEFAULT 1);");
	same("CREATE TABLE t (x INTEGER DEFAULT NULL);", "CREATE TABLE t (x INTEGER);");
}

TEST(strings_keep_their_case)
{
	differ("CREATE TABLE t (x VARCHAR(9) DEFAULT 'A');", "CREATE TABLE t (x VARCHAR(9) DEFAULT 'a');",
	       "ALTER TABLE t ALTER COLUMN x SET DEFAULT 'a'\n");
}

TEST(an_unnamed_unique_key_is_any_with_its_columns)
{
	same("CREATE TABLE t (a INTEGER, b INTEGER, CONSTRAINT uq UNIQUE (a, b));", "CREATE TABLE t (a INTEGER, b INTEGER, UNIQUE (b, a));");
}

TEST(a_foreign_key_is_what_it_says_not_its_name)
{
	same("CREATE TABLE p (id INTEGER NOT NULL, PRIMARY KEY (id)); CREATE TABLE t (a INTEGER, CONSTRAINT f1 FOREIGN KEY (a) REFERENCES p (id));",
	     "CREATE TABLE p (id INTEGER NOT NULL, PRIMARY KEY (id)); CREATE TABLE t (a INTEGER, CONSTRAINT f2 FOREIGN KEY (a) REFERENCES p "
	     "ON DELETE NO ACTION);");
}

TEST(indexes_are_compared_by_all_they_say)
{
	static const char table[] = "CREATE TABLE t (a INTEGER, b INTEGER); ";
	fixture f = { 0 };
	const char *base = kin_arena_printf(&f.arena, "%sCREATE INDEX i ON t (a);", table);
	static const char *const others[] = { "CREATE UNIQUE INDEX i ON t (a);", "CREATE INDEX i ON t (a DESC);", "CREATE INDEX i ON t (a, b);",
		                              "CREATE INDEX i ON t ((abs(a)));", "CREATE INDEX i ON t (a) WHERE b > 0;" };
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		CHECK_HAS(fixture_diff(&f, NULL, base, kin_arena_printf(&f.arena, "%s%s", table, others[i])), "DROP INDEX i ON t\nCREATE ");
	kin_arena_done(&f.arena);
}

TEST(bookkeeping_is_not_seen)
{
	same("CREATE TABLE kin_revision (id INTEGER); CREATE TABLE kin_lock (id INTEGER); CREATE TABLE alembic_version (v INTEGER);",
	     "CREATE TABLE alembic_version (w INTEGER);");
}

static const char pets[] = "CREATE TABLE pets (id INTEGER NOT NULL, nm VARCHAR(20), PRIMARY KEY (id));";
static const char animals[] = "CREATE TABLE animals (id INTEGER NOT NULL, name VARCHAR(20), PRIMARY KEY (id));";

static int renamed(fixture *f, const char *const *names, size_t count, const char **ret_text)
{
	kin_changes changes = { .arena = &f->arena };
	kin_diff_options options = { .renames = names, .rename_count = count };
	int rc = kin_diff_schemas(&changes, NULL, fixture_schema(f, pets), fixture_schema(f, animals), &options, &f->error);

	*ret_text = rc < 0 ? kin_error_text(&f->error) : changes_text(&f->arena, changes.items, changes.count);
	return rc;
}

TEST(a_rename_is_never_guessed)
{
	fixture f = { 0 };
	const char *text;
	OK(&f, renamed(&f, NULL, 0, &text));
	CHECK_HAS(text, "CREATE TABLE animals");
	CHECK_HAS(text, "DROP TABLE pets");
	kin_arena_done(&f.arena);
}

TEST(a_rename_that_is_said_keeps_the_data)
{
	static const char *const names[] = { "pets:animals", "pets.nm:name" };
	fixture f = { 0 };
	const char *text;
	OK(&f, renamed(&f, names, 2, &text));
	CHECK_TEXT(text, "ALTER TABLE pets RENAME COLUMN nm TO name\nALTER TABLE pets RENAME TO animals\n");
	kin_arena_done(&f.arena);
}

TEST(a_rename_of_nothing_is_refused)
{
	static const char *const wrong[] = { "dogs:animals", "pets:cats", "pets.x:name", "pets", ":a", "a:", "a:b:c", "pets:a.b" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		fixture f = { 0 };
		const char *text;
		CHECK_MSG(renamed(&f, &wrong[i], 1, &text) == KIN_EINVAL, "%s was taken", wrong[i]);
		CHECK_HAS(text, "rename");
		kin_error_clear(&f.error);
		kin_arena_done(&f.arena);
	}
}

TEST(likely_renames_are_proposed_best_first)
{
	fixture f = { 0 };
	kin_rename *items;
	size_t count;
	kin_schema *from = fixture_schema(&f, "CREATE TABLE t (id INTEGER, nm VARCHAR(20), age INTEGER);");
	kin_schema *to = fixture_schema(&f, "CREATE TABLE t (id INTEGER, name VARCHAR(20), born DATE);");
	OK(&f, kin_rename_guess(&f.arena, from, to, &items, &count, &f.error));
	CHECK_INT(count, 1);
	CHECK_TEXT(items[0].table, "t");
	CHECK_TEXT(items[0].from, "nm");
	CHECK_TEXT(items[0].to, "name");
	from = fixture_schema(&f, "CREATE TABLE pets (id INTEGER, name VARCHAR(20));");
	to = fixture_schema(&f, "CREATE TABLE animals (id INTEGER, name VARCHAR(20));");
	OK(&f, kin_rename_guess(&f.arena, from, to, &items, &count, &f.error));
	CHECK_INT(count, 1);
	CHECK_TEXT(items[0].to, "animals");
	kin_arena_done(&f.arena);
}

FUSED(comparing_survives_a_failing_allocation)
{
	static const char a[] = "CREATE TABLE p (id INTEGER NOT NULL, PRIMARY KEY (id)); CREATE TABLE t (a INTEGER, b VARCHAR(9), CONSTRAINT uq "
	                        "UNIQUE (a), CHECK (a > 0)); CREATE INDEX i ON t (b);";
	static const char b[] = "CREATE TABLE q (id INTEGER NOT NULL, PRIMARY KEY (id)); CREATE TABLE t (a BIGINT, c VARCHAR(9) DEFAULT 'x', "
	                        "CONSTRAINT fk FOREIGN KEY (a) REFERENCES q (id), CHECK (a > 1)); CREATE INDEX i ON t (c);";
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_changes changes = { .arena = &arena }, back = { .arena = &arena };
	kin_schema from, to;
	int rc = schema_of(&arena, a, &from, &error);

	if (rc == KIN_OK)
		rc = schema_of(&arena, b, &to, &error);
	if (rc == KIN_OK)
		rc = kin_diff_schemas(&changes, &kin_dialect_sqlite, &from, &to, NULL, &error);
	if (rc == KIN_OK)
		rc = kin_op_reverse_all(&back, &from, changes.items, changes.count, &error);
	kin_arena_done(&arena);
	kin_error_clear(&error);
	return rc;
}
