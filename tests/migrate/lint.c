/* What revisions are said to lock, rewrite, break or lose. */
#include "fixture.h"

#include "migrate/lint.h"

typedef struct book {
	kin_arena   arena;
	kin_error   error;
	const char *directory;
	kin_folder  folder;
} book;

/* A table of pets, and a revision behind it with these statements. */
static void open_book(book *b, const char *header, const char *up, const char *down)
{
	*b = (book){ 0 };
	b->directory = kin_arena_printf(&b->arena, "%s/migrations", kin_test_directory());
	write_file(b->directory, "versions/a1.sql",
	           "-- revision: a1\n-- upgrade\nCREATE TABLE owners (id INTEGER NOT NULL, name VARCHAR(20), PRIMARY KEY (id));\n"
	           "CREATE TABLE pets (id INTEGER NOT NULL, name VARCHAR(20), age INTEGER, owner_id INTEGER, PRIMARY KEY (id));\n"
	           "CREATE INDEX ix ON pets (name);\n-- downgrade\nDROP TABLE pets;\nDROP TABLE owners;\n");
	write_file(b->directory, "versions/b2.sql", kin_arena_printf(&b->arena, "-- revision: b2\n-- revises: a1\n%s-- upgrade\n%s\n-- downgrade\n%s\n",
	                                                             header, up, down));
	OK(b, kin_folder_read(&b->arena, b->directory, &b->folder, &b->error));
}

static void close_book(book *b)
{
	kin_arena_done(&b->arena);
	kin_error_clear(&b->error);
}

/* "drop-column:4 (reason) …": the rules with their lines. */
static const char *found(book *b, const kin_dialect *dialect, kin_connection *connection)
{
	kin_lint_findings findings = { .arena = &b->arena };
	kin_lint_options options = { .connection = connection };
	size_t second = 1;
	const char *text = "";
	int rc = kin_lint_revisions(&findings, &b->folder, dialect, &(kin_revision_links){ .items = &second, .count = 1 }, &options, &b->error);

	if (rc < 0)
		return kin_error_text(&b->error);
	for (size_t i = 0; i < findings.count; i++) {
		const kin_lint_finding *f = &findings.items[i];
		text = kin_arena_printf(&b->arena, "%s%s%s:%d%s%s%s", text, i ? " " : "", f->rule->id, f->line, f->reason ? " (" : "",
		                        f->reason ? f->reason : "", f->reason ? ")" : "");
	}
	return text;
}

static void check_lint(const char *up, const char *sqlite, const char *postgresql, const char *mariadb)
{
	book b;

	open_book(&b, "", up, "DROP TABLE owners;");
	CHECK_TEXT(found(&b, &kin_dialect_sqlite, NULL), sqlite);
	CHECK_TEXT(found(&b, &kin_dialect_postgresql, NULL), postgresql);
	CHECK_TEXT(found(&b, &kin_dialect_mariadb, NULL), mariadb);
	close_book(&b);
}

TEST(what_is_lost_is_found)
{
	check_lint("ALTER TABLE pets DROP COLUMN age;\nDROP TABLE owners;", "drop-column:4 drop-table:5", "drop-column:4 drop-table:5",
	           "drop-column:4 drop-table:5");
	check_lint("ALTER TABLE pets ALTER COLUMN name TYPE VARCHAR(10);", "narrow-type:4 rebuild:4", "narrow-type:4 change-type:4",
	           "narrow-type:4 change-type:4");
	check_lint("ALTER TABLE pets ALTER COLUMN age TYPE SMALLINT;", "narrow-type:4 rebuild:4", "narrow-type:4 change-type:4",
	           "narrow-type:4 change-type:4");
}

TEST(what_is_made_larger_is_not_lost)
{
	check_lint("ALTER TABLE pets ALTER COLUMN name TYPE VARCHAR(100);", "rebuild:4", "", "change-type:4");
	check_lint("ALTER TABLE pets ALTER COLUMN age TYPE BIGINT;", "rebuild:4", "change-type:4", "change-type:4");
}

TEST(what_breaks_programs_is_found)
{
	check_lint("ALTER TABLE pets RENAME TO animals;\nALTER TABLE animals RENAME COLUMN age TO years;", "rename-table:4 rename-column:5",
	           "rename-table:4 rename-column:5", "rename-table:4 rename-column:5");
}

TEST(a_label_that_programs_still_write_is_found)
{
	check_lint("ALTER TABLE pets ADD COLUMN kind ENUM('dog', 'cat');\nALTER TABLE pets ALTER COLUMN kind RENAME VALUE 'dog' TO 'hound';",
	           "rename-label:5 rebuild:5", "rename-label:5 change-type:5", "rename-label:5 change-type:5");
	check_lint("ALTER TABLE pets ADD COLUMN kind ENUM kind ('dog', 'cat');\nALTER TABLE pets ALTER COLUMN kind RENAME VALUE 'dog' TO 'hound';",
	           "rename-label:5 rebuild:5", "rename-label:5", "rename-label:5 change-type:5");
}

TEST(what_fails_on_rows_is_found)
{
	check_lint("ALTER TABLE pets ADD COLUMN colour VARCHAR(9) NOT NULL;", "add-required:4 rebuild:4", "add-required:4", "add-required:4");
	check_lint("ALTER TABLE pets ADD COLUMN colour VARCHAR(9) NOT NULL DEFAULT 'red';", "", "", "");
	check_lint("ALTER TABLE pets ALTER COLUMN age SET NOT NULL;", "set-not-null:4 rebuild:4", "set-not-null:4 not-null-scan:4", "set-not-null:4");
	check_lint("UPDATE pets SET age = 0 WHERE age IS NULL;\nALTER TABLE pets ALTER COLUMN age SET NOT NULL;", "rebuild:5", "not-null-scan:5", "");
	check_lint("ALTER TABLE pets ADD CONSTRAINT uq UNIQUE (name);", "unique:4 rebuild:4", "unique:4 unique-lock:4", "unique:4");
}

TEST(locks_of_servers_are_found)
{
	check_lint("CREATE INDEX i ON pets (age);", "", "index-lock:4", "");
	check_lint("CREATE INDEX CONCURRENTLY i ON pets (age);", "", "", "");
	check_lint("ALTER TABLE pets ADD CONSTRAINT fk FOREIGN KEY (owner_id) REFERENCES owners (id);", "rebuild:4 foreign-without-index:4",
	           "foreign-lock:4 foreign-without-index:4", "foreign-lock:4");
	check_lint("ALTER TABLE pets ADD CONSTRAINT c CHECK (age > 0);", "rebuild:4", "check-lock:4", "check-lock:4");
}

TEST(what_citus_refuses_is_found)
{
	check_lint("ALTER TABLE pets SET DISTRIBUTED BY (id);", "", "", "");
	check_lint("ALTER TABLE pets SET DISTRIBUTED BY (owner_id);", "", "unique-across-nodes:4", "");
	check_lint("ALTER TABLE pets SET DISTRIBUTED BY (id);\nALTER TABLE pets SET DISTRIBUTED BY (owner_id);", "",
	           "change-distribution:5 unique-across-nodes:5", "");
	check_lint("ALTER TABLE pets SET DISTRIBUTED BY (id);\nCREATE UNIQUE INDEX CONCURRENTLY u ON pets (name);", "unique:5",
	           "unique:5 unique-across-nodes:5", "unique:5");
	check_lint("ALTER TABLE pets SET DISTRIBUTED BY (id);\nALTER TABLE pets ALTER COLUMN id TYPE BIGINT;", "rebuild:5",
	           "change-type:5 change-distribution:5", "change-type:5");
	check_lint("CREATE TABLE visits (shop INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (id)) DISTRIBUTED BY (shop);", "",
	           "unique-across-nodes:4", "");
}

TEST(data_is_looked_at)
{
	check_lint("UPDATE pets SET age = 1;\nDELETE FROM owners;", "write-all:4 write-all:5", "write-all:4 write-all:5", "write-all:4 write-all:5");
	check_lint("ALTER TABLE pets ADD COLUMN x INTEGER;\nUPDATE pets SET x = 1 WHERE x IS NULL;", "", "data-with-ddl:5", "");
}

TEST(nobody_waits_for_a_new_table)
{
	check_lint("CREATE TABLE toys (id INTEGER NOT NULL, n INTEGER, PRIMARY KEY (id));\nCREATE INDEX i ON toys (n);\n"
	           "ALTER TABLE toys ADD CONSTRAINT c CHECK (n > 0);", "", "", "");
	check_lint("CREATE TABLE toys (n INTEGER);", "no-primary-key:4", "no-primary-key:4", "no-primary-key:4");
}

TEST(what_cannot_be_undone_is_found)
{
	book b;
	open_book(&b, "", "ALTER TABLE pets ADD COLUMN x INTEGER;", "");
	CHECK_TEXT(found(&b, &kin_dialect_sqlite, NULL), "irreversible:4");
	close_book(&b);
}

TEST(an_empty_table_has_nothing_to_fear)
{
	fixture f;
	book b;
	fixture_open(&f, NULL);
	fixture_run(&f, "CREATE TABLE owners (id INTEGER); CREATE TABLE pets (id INTEGER, age INTEGER)");
	open_book(&b, "", "ALTER TABLE pets DROP COLUMN age;", "ALTER TABLE pets ADD COLUMN age INTEGER;");
	CHECK_TEXT(found(&b, &kin_dialect_sqlite, f.connection), "");
	fixture_run(&f, "INSERT INTO pets VALUES (1, 2)");
	CHECK_TEXT(found(&b, &kin_dialect_sqlite, f.connection), "drop-column:4");
	close_book(&b);
	fixture_close(&f);
}

TEST(a_finding_is_acknowledged_above_its_statement_behind_it_or_in_the_header)
{
	book b;
	open_book(&b, "", "-- lint: allow drop-column nobody reads it\nALTER TABLE pets DROP COLUMN age;\n"
	                  "ALTER TABLE pets DROP COLUMN name; -- lint: allow drop-column nor this\nALTER TABLE owners DROP COLUMN name;", "DROP TABLE pets;");
	CHECK_TEXT(found(&b, &kin_dialect_sqlite, NULL), "drop-column:5 (nobody reads it) drop-column:6 (nor this) drop-column:7");
	close_book(&b);
	open_book(&b, "-- lint: allow drop-column none are read\n", "ALTER TABLE pets DROP COLUMN age;\nALTER TABLE owners DROP COLUMN name;",
	          "DROP TABLE pets;");
	CHECK_TEXT(found(&b, &kin_dialect_sqlite, NULL), "drop-column:5 (none are read) drop-column:6 (none are read)");
	close_book(&b);
}

TEST(an_acknowledgement_needs_a_rule_and_a_reason)
{
	book b;
	open_book(&b, "", "-- lint: allow drop-colum it is old\nALTER TABLE pets DROP COLUMN age;", "DROP TABLE pets;");
	CHECK_HAS(found(&b, &kin_dialect_sqlite, NULL), "b2.sql:4: there is no rule 'drop-colum'; did you mean 'drop-column'?");
	close_book(&b);
	open_book(&b, "", "-- lint: allow drop-column\nALTER TABLE pets DROP COLUMN age;", "DROP TABLE pets;");
	CHECK_HAS(found(&b, &kin_dialect_sqlite, NULL), "b2.sql:4: '-- lint: allow RULE reason': say why it is right here");
	close_book(&b);
}

static char directory[600];

static int look_once(void)
{
	size_t second = 1;
	book b = { 0 };
	kin_lint_findings findings = { .arena = &b.arena };
	int rc = kin_folder_read(&b.arena, directory, &b.folder, &b.error);

	if (rc == KIN_OK)
		rc = kin_lint_revisions(&findings, &b.folder, &kin_dialect_postgresql, &(kin_revision_links){ .items = &second, .count = 1 },
		                        &(kin_lint_options){ 0 }, &b.error);
	close_book(&b);
	return rc;
}

TEST(looking_survives_a_failing_allocation)
{
	book b;

	open_book(&b, "", "ALTER TABLE pets DROP COLUMN age;\nALTER TABLE pets ALTER COLUMN name TYPE VARCHAR(3);\n"
	                  "CREATE UNIQUE INDEX u ON pets (name);\n-- lint: allow drop-table nobody has any\nDROP TABLE owners;", "");
	snprintf(directory, sizeof(directory), "%s", b.directory);
	close_book(&b);
	kin_test_fuse(__FILE__, __LINE__, look_once);
}
