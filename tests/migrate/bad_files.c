/* Revision files as they should not be, many of them, and databases that cannot take what is in them. */
#include "fixture.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "migrate/run.h"

typedef struct home {
	kin_arena   arena;
	kin_error   error;
	const char *directory;
	kin_folder  folder;
} home;

static void begin(home *h)
{
	*h = (home){ 0 };
	h->directory = kin_path_join(&h->arena, kin_test_directory(), "migrations");
}

static void end(home *h)
{
	kin_arena_done(&h->arena);
	kin_error_clear(&h->error);
}

static void put(home *h, const char *name, const char *text, size_t size)
{
	char *path = kin_arena_printf(&h->arena, "%s/versions/%s", h->directory, name);

	OK(h, kin_file_make_directory(kin_path_directory(&h->arena, path), &h->error));
	FILE *file = fopen(path, "w"); /* kin_file_write() waits for the disk */
	CHECK(file && fwrite(text, 1, size, file) == size && fclose(file) == 0);
}

static void add(home *h, const char *id, const char *parent, const char *up, const char *down)
{
	char *text = kin_arena_printf(&h->arena, "-- revision: %s\n-- revises: %s\n-- message: m\n-- date: d\n\n-- upgrade\n%s\n-- downgrade\n%s\n", id,
	                              parent, up, down);
	put(h, kin_arena_printf(&h->arena, "%s.sql", id), text, strlen(text));
}

static int read_all(home *h)
{
	return kin_folder_read(&h->arena, h->directory, &h->folder, &h->error);
}

/* Every beginning of a good file is read, or refused with its name; none crashes. */
TEST(a_file_cut_short_anywhere_is_refused_or_whole)
{
	static const char text[] = "-- revision: a\n-- revises:\n-- message: m\n\n-- upgrade\nCREATE TABLE t (x INTEGER, y VARCHAR(20) DEFAULT 'a');\n"
	                           "INSERT INTO t VALUES (1, 'b;c');\n\n-- downgrade\nDROP TABLE t;\n";
	size_t read = 0;
	home h;
	begin(&h);
	for (size_t length = 0; length < sizeof(text) - 1; length++) {
		put(&h, "a.sql", text, length);
		if (read_all(&h) == KIN_OK)
			read++;
		else
			CHECK_HAS(kin_error_text(&h.error), "a.sql:");
	}
	CHECK_MSG(read <= 3, "%zu beginnings were taken for whole", read); /* without the last line end, or the downgrade's statement */
	end(&h);
}

TEST(bytes_that_are_no_text_are_refused)
{
	char noise[4096];
	home h;
	begin(&h);
	srand((unsigned)kin_test_seed("noise"));
	for (int round = 0; round < 200; round++) {
		for (size_t i = 0; i < sizeof(noise); i++)
			noise[i] = (char)(rand() & 0xff);
		put(&h, "a.sql", noise, (size_t)rand() % sizeof(noise));
		CHECK(read_all(&h) < 0);
		CHECK_HAS(kin_error_text(&h.error), "a.sql:");
		kin_arena_clear(&h.arena);
		h.directory = kin_path_join(&h.arena, kin_test_directory(), "migrations");
	}
	end(&h);
}

TEST(a_file_of_ten_megabytes_is_read)
{
	const size_t size = (size_t)kin_test_rounds(100) * 100 * 1000;
	static const char head[] = "-- revision: a\n-- upgrade\nCREATE TABLE t (x INTEGER);\n", tail[] = "-- downgrade\nDROP TABLE t;\n";
	static const char line[] = "INSERT INTO t VALUES (1);\n";
	char *text = malloc(size + 200);
	size_t length = sizeof(head) - 1;
	home h;

	begin(&h);
	memcpy(text, head, length);
	for (; length < size; length += sizeof(line) - 1)
		memcpy(text + length, line, sizeof(line) - 1);
	memcpy(text + length, tail, sizeof(tail));
	put(&h, "a.sql", text, length + sizeof(tail) - 1);
	free(text);
	int64_t start = kin_clock_steady();
	OK(&h, read_all(&h));
	printf("  %.1f MB were read in %.0f ms\n", (double)size / 1e6, (double)(kin_clock_steady() - start) / 1000);
	CHECK(h.folder.scripts[0].up_count > size / sizeof(line));
	end(&h);
}

TEST(a_file_of_ten_megabytes_without_a_line_end_is_refused)
{
	enum { SIZE = 10 * 1000 * 1000 };
	char *text = malloc(SIZE);
	home h;

	begin(&h);
	memset(text, 'x', SIZE);
	put(&h, "a.sql", text, SIZE);
	free(text);
	CHECK(read_all(&h) == KIN_EREVISION);
	CHECK_HAS(kin_error_text(&h.error), "a.sql:1: a statement before the line '-- upgrade'");
	end(&h);
}

TEST(a_syntax_error_in_the_middle_says_where_and_nothing_is_run)
{
	fixture f;
	home h;
	begin(&h);
	fixture_open(&f, NULL);
	add(&h, "a", "", "CREATE TABLE t (x INTEGER);\nCREATE TABLE u (x INTEGER,\n  y INTEGER NOT);\nCREATE TABLE v (x INTEGER);", "");
	CHECK(read_all(&h) == KIN_ESYNTAX);
	CHECK_HAS(kin_error_text(&h.error), "a.sql:9:13: ");
	fixture_close(&f);
	end(&h);
}

/* What only the database finds: the statement's line, and what is in the database then. */
TEST(an_error_of_the_database_in_the_middle_says_what_was_applied)
{
	fixture f;
	home h;
	begin(&h);
	fixture_open(&f, NULL);
	add(&h, "a", "", "CREATE TABLE t (x INTEGER);", "DROP TABLE t;");
	add(&h, "b", "a", "CREATE TABLE u (x INTEGER);\nINSERT INTO t (nothing) VALUES (1);\nCREATE TABLE v (x INTEGER);", "DROP TABLE u;");
	OK(&h, read_all(&h));
	CHECK(kin_run_upgrade(f.connection, &h.folder, "head", NULL, &f.error) < 0);
	CHECK_HAS(kin_error_text(&f.error), "b.sql:8:16: ");
	CHECK_HAS(kin_error_text(&f.error), "nothing of revision b was applied; a and what is before it stays applied");
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sqlite_schema WHERE name IN ('t', 'u', 'v')"), 1);
	fixture_close(&f);
	end(&h);
}

TEST(a_database_that_cannot_be_written_is_told)
{
	fixture f;
	home h;
	begin(&h);
	add(&h, "a", "", "CREATE TABLE t (x INTEGER);", "DROP TABLE t;");
	OK(&h, read_all(&h));
	fixture_open(&f, kin_arena_printf(&h.arena, "sqlite:///%s/app.db", kin_test_directory()));
	fixture_run(&f, "CREATE TABLE other (x INTEGER)");
	fixture_close(&f);
	fixture_open(&f, kin_arena_printf(&h.arena, "sqlite:///%s/app.db?mode=ro", kin_test_directory()));
	CHECK(kin_run_upgrade(f.connection, &h.folder, "head", NULL, &f.error) == KIN_EREADONLY);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sqlite_schema"), 1);
	fixture_close(&f);
	end(&h);
}

/* A disk that is full: no file may grow. The revision is undone, and one day goes on. */
TEST(a_full_disk_in_the_middle_undoes_the_revision)
{
	fixture f;
	home h;
	begin(&h);
	add(&h, "a", "", "CREATE TABLE t (x INTEGER);", "DROP TABLE t;");
	add(&h, "b", "a",
	    "CREATE TABLE big (x TEXT);\nINSERT INTO big WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
	    "SELECT hex(zeroblob(500)) FROM n;", "DROP TABLE big;");
	OK(&h, read_all(&h));
	fixture_open(&f, kin_arena_printf(&h.arena, "sqlite:///%s/app.db", kin_test_directory()));
	OK(&f, kin_run_upgrade(f.connection, &h.folder, "a", NULL, &f.error));
	fixture_run(&f, "PRAGMA max_page_count = 40");
	CHECK(kin_run_upgrade(f.connection, &h.folder, "head", NULL, &f.error) == KIN_EFULL);
	CHECK_HAS(kin_error_text(&f.error), "nothing of revision b was applied");
	CHECK_TEXT(fixture_text(&f, "SELECT group_concat(id) FROM kin_revision"), "a");
	CHECK_TEXT(fixture_text(&f, "PRAGMA integrity_check"), "ok");
	fixture_run(&f, "PRAGMA max_page_count = 100000");
	OK(&f, kin_run_upgrade(f.connection, &h.folder, "head", NULL, &f.error));
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM big"), 2000);
	fixture_close(&f);
	end(&h);
}

TEST(odd_names_of_columns_go_through)
{
	fixture f;
	home h;
	begin(&h);
	fixture_open(&f, NULL);
	add(&h, "a", "", "CREATE TABLE \"select\" (\"order\" INTEGER NOT NULL, \"a \"\"b\" INTEGER, \"it's\" INTEGER, \"\xf0\x9f\x90\xb6\" INTEGER, PRIMARY KEY (\"order\"));",
	    "DROP TABLE \"select\";");
	add(&h, "b", "a", "ALTER TABLE \"select\" ALTER COLUMN \"a \"\"b\" SET NOT NULL;\nALTER TABLE \"select\" DROP COLUMN \"\xf0\x9f\x90\xb6\";",
	    "ALTER TABLE \"select\" ADD COLUMN \"\xf0\x9f\x90\xb6\" INTEGER;\nALTER TABLE \"select\" ALTER COLUMN \"a \"\"b\" DROP NOT NULL;");
	OK(&h, read_all(&h));
	OK(&f, kin_run_upgrade(f.connection, &h.folder, "a", NULL, &f.error));
	fixture_run(&f, "INSERT INTO \"select\" VALUES (1, 2, 3, 4)");
	OK(&f, kin_run_upgrade(f.connection, &h.folder, "head", NULL, &f.error));
	OK(&f, kin_run_downgrade(f.connection, &h.folder, "a", NULL, &f.error));
	CHECK_INT(fixture_number(&f, "SELECT \"order\" + \"a \"\"b\" + \"it's\" FROM \"select\""), 6);
	fixture_close(&f);
	end(&h);
}

static double since(int64_t start)
{
	return (double)(kin_clock_steady() - start) / 1000;
}

/* Of ten: a new table, two columns, two indexes, and the rest rows. */
static void write_one(home *h, const char *id, const char *parent, int i)
{
	int table = i - i % 10;

	if (i % 10 == 0)
		add(h, id, parent, kin_arena_printf(&h->arena, "CREATE TABLE t%d (id INTEGER NOT NULL, x INTEGER, PRIMARY KEY (id));", table),
		    kin_arena_printf(&h->arena, "DROP TABLE t%d;", table));
	else if (i % 10 < 3)
		add(h, id, parent, kin_arena_printf(&h->arena, "ALTER TABLE t%d ADD COLUMN c%d INTEGER;", table, i),
		    kin_arena_printf(&h->arena, "ALTER TABLE t%d DROP COLUMN c%d;", table, i));
	else if (i % 10 < 5)
		add(h, id, parent, kin_arena_printf(&h->arena, "CREATE INDEX ix%d ON t%d (x);", i, table),
		    kin_arena_printf(&h->arena, "DROP INDEX ix%d ON t%d;", i, table));
	else
		add(h, id, parent, kin_arena_printf(&h->arena, "INSERT INTO t%d (id, x) VALUES (%d, %d);", table, i, i), "");
}

TEST(two_thousand_revisions_are_no_burden)
{
	const int count = kin_test_rounds(20) * 100;
	kin_schema schema = { 0 };
	bool *applied;
	fixture f;
	home h;
	int64_t start;

	begin(&h);
	fixture_open(&f, NULL);
	for (int i = 0; i < count; i++) {
		char id[16], parent[16] = "";
		snprintf(id, sizeof(id), "r%04d", i);
		if (i > 0)
			snprintf(parent, sizeof(parent), "r%04d", i - 1);
		write_one(&h, id, parent, i);
	}
	start = kin_clock_steady();
	OK(&h, read_all(&h));
	double reading = since(start);
	start = kin_clock_steady();
	OK(&h, kin_folder_replay(&h.arena, &h.folder, NULL, NULL, &schema, &h.error));
	double replaying = since(start);
	start = kin_clock_steady();
	OK(&f, kin_run_upgrade(f.connection, &h.folder, "heads", NULL, &f.error));
	double upgrading = since(start);
	start = kin_clock_steady();
	OK(&f, kin_run_applied(f.connection, &h.arena, &h.folder, &applied, &f.error));
	double looking = since(start);
	printf("  %d revisions: read %.0f ms, replayed %.0f ms, applied %.0f ms, looked up %.0f ms\n", count, reading, replaying, upgrading,
	       looking);
	CHECK_INT(schema.table_count, count / 10);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM kin_revision"), count);
	CHECK(applied[count - 1]);
	fixture_close(&f);
	end(&h);
}
