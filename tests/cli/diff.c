/* `kin db diff`: two schemas, wherever they are, and what must change. */
#include "cli/commands.h"

#include "app/line.h"
#include "base/file.h"
#include "harness/harness.h"

static int kin_itself(const void *context, int argc, char **argv)
{
	(void)context;
	return kin_cli_main("kin", argc, argv, NULL);
}

static line diff(const char *words)
{
	char all[300];

	snprintf(all, sizeof(all), "kin db diff %s", words);
	return line_run_main(kin_itself, NULL, all);
}

static void write_text(const char *path, const char *text)
{
	kin_error error = { 0 };

	CHECK_INT(kin_file_write(path, text, strlen(text), &error), KIN_OK);
}

static void start(void)
{
	line_start();
	write_text("a.sql", "CREATE TABLE t (id BIGINT NOT NULL, nm VARCHAR(10), CONSTRAINT pk_t PRIMARY KEY (id));");
	write_text("b.sql", "CREATE TABLE t (id BIGINT NOT NULL, name VARCHAR(10), CONSTRAINT pk_t PRIMARY KEY (id));\n"
	                    "CREATE VIEW v AS SELECT id FROM t;\n");
}

TEST(files_that_say_the_same_do_not_differ)
{
	start();
	line l = diff("a.sql a.sql");
	CHECK_INT(l.status, 0);
	CHECK_TEXT(l.out, "");
	CHECK_TEXT(diff("a.sql a.sql --json").out, "[]\n");
}

TEST(each_difference_is_a_line)
{
	start();
	line l = diff("a.sql b.sql");
	CHECK_INT(l.status, 1);
	CHECK_TEXT(l.out, "Detected added column 't.name'\nDetected removed column 't.nm'\nDetected added view 'v'\n");
	CHECK_TEXT(l.err, "note: t.nm may have been renamed to name: --rename t.nm:name\n");
}

TEST(differences_are_a_json_list_for_programs)
{
	start();
	line l = diff("a.sql b.sql --json --rename t.nm:name");
	CHECK_TEXT(l.out,
	           "[{\"op\": \"rename_column\", \"table\": \"t\", \"old\": \"nm\", \"new\": \"name\", "
	           "\"sql\": \"ALTER TABLE t RENAME COLUMN nm TO name\"},\n"
	           " {\"op\": \"add_view\", \"name\": \"v\", \"sql\": \"CREATE VIEW v AS SELECT id FROM t\"}]\n");
	CHECK_TEXT(l.err, "");
	CHECK_INT(l.status, 1);
}

TEST(differences_are_a_script_for_a_database)
{
	start();
	CHECK_TEXT(diff("b.sql a.sql --rename t.name:nm --sql sqlite").out, "ALTER TABLE t RENAME COLUMN name TO nm;\nDROP VIEW v;\n");
	CHECK_TEXT(diff("b.sql a.sql --rename t.name:nm --sql sqlite:///x.db").out,
	           "ALTER TABLE t RENAME COLUMN name TO nm;\nDROP VIEW v;\n");
	CHECK(!kin_file_exists("x.db"));
}

TEST(revisions_are_a_schema_too)
{
	start();
	kin_error error = { 0 };
	CHECK_INT(kin_file_make_directory("moves/versions", &error), KIN_OK);
	write_text("moves/migrations.ini", "");
	write_text("moves/versions/aaaa_first.sql", "-- revision: aaaa\n-- revises:\n\n-- upgrade\nCREATE TABLE t (id BIGINT NOT NULL, nm "
	           "VARCHAR(10), CONSTRAINT pk_t PRIMARY KEY (id));\n\n-- downgrade\nDROP TABLE t;\n");
	write_text("moves/versions/bbbb_second.sql", "-- revision: bbbb\n-- revises: aaaa\n\n-- upgrade\nALTER TABLE t DROP COLUMN nm;\n\n"
	           "-- downgrade\nALTER TABLE t ADD COLUMN nm VARCHAR(10);\n");
	CHECK_INT(diff("a.sql moves@aaaa").status, 0);
	CHECK_TEXT(diff("a.sql moves").out, "Detected removed column 't.nm'\n");
	CHECK_HAS(diff("a.sql moves@zz").err, "Can't locate revision identified by 'zz'");
	CHECK_TEXT(diff("moves moves@base").out, "Detected removed table 't'\n");
}

TEST(a_schema_that_is_not_there_is_told)
{
	start();
	line l = diff("a.sql nothing.sql");
	CHECK_INT(l.status, 2);
	CHECK_HAS(l.err, "'nothing.sql' is no file here; a schema is a database's URL, a file of DDL, migrations, migrations@REVISION, or app");
	l = diff("a.sql sqlite:///nothing.db");
	CHECK_INT(l.status, 1);
	CHECK_HAS(l.err, "there is no such file");
	CHECK(!kin_file_exists("nothing.db"));
	CHECK_INT(diff("a.sql").status, 2);
	CHECK_HAS(diff("a.sql b.sql --sql oracle").err, "--sql takes sqlite, postgresql, mariadb or a URL, not 'oracle'");
	CHECK_HAS(diff("a.sql b.sql --json --sql sqlite").err, "take one");
}

TEST(a_damaged_schema_is_told_with_its_line)
{
	start();
	write_text("c.sql", "CREATE TABLE a (x INTEGER);\nCREATE TABEL b (x INTEGER);\n");
	CHECK_HAS(diff("a.sql c.sql").err, "c.sql: 2:");
	write_text("c.sql", "CREATE TABLE a (x INTEGER);\nDROP TABLE b;\n");
	CHECK_HAS(diff("a.sql c.sql").err, "c.sql:2: there is no table 'b'");
}
