/* Revision files. */
#include "fixture.h"

#include "migrate/folder.h"
#include "migrate/script.h"

static const char plain[] =
	"-- revision: 1a2b3c4d5e6f\n"
	"-- revises: 000000000001, 000000000002\n"
	"-- message: create owners, pets tables\n"
	"-- date: 2026-11-22 13:45:00\n"
	"\n"
	"-- upgrade\n"
	"CREATE TABLE owners (\n    id BIGINT NOT NULL,\n    CONSTRAINT pk_owners PRIMARY KEY (id)\n);\n"
	"-- only: postgresql\nGRANT SELECT ON owners TO reader;\n-- end\n"
	"INSERT INTO owners (id) VALUES (1);\n"
	"\n"
	"-- downgrade\n"
	"DROP TABLE owners;\n";

typedef struct reading {
	kin_arena  arena;
	kin_error  error;
	kin_script script;
	int        rc;
} reading;

static void read_text(reading *r, const char *text)
{
	*r = (reading){ 0 };
	r->rc = kin_script_parse(&r->arena, "versions/x.sql", text, strlen(text), &r->script, &r->error);
}

static void finish(reading *r)
{
	kin_arena_done(&r->arena);
	kin_error_clear(&r->error);
}

static const char *sentence(const char *text)
{
	static char copy[500];
	reading r;
	read_text(&r, text);
	CHECK_MSG(r.rc < 0, "it was read: %s", text);
	snprintf(copy, sizeof(copy), "%s", kin_error_text(&r.error));
	finish(&r);
	return copy;
}

static uint64_t checksum(const char *text)
{
	reading r;
	read_text(&r, text);
	OK(&r, r.rc);
	uint64_t sum = r.script.checksum;
	finish(&r);
	return sum;
}

TEST(a_file_is_read_and_written_the_same)
{
	reading r;
	kin_text out;
	read_text(&r, plain);
	OK(&r, r.rc);
	CHECK_TEXT(r.script.id, "1a2b3c4d5e6f");
	CHECK_INT(r.script.parent_count, 2);
	CHECK_TEXT(r.script.parents[1], "000000000002");
	CHECK_TEXT(r.script.message, "create owners, pets tables");
	CHECK_INT(r.script.up_count, 3);
	CHECK_TEXT(r.script.up[1].only, "postgresql");
	kin_text_init(&out);
	kin_script_show(&out, &r.script);
	CHECK_TEXT(out.data, plain);
	kin_text_done(&out);
	finish(&r);
}

TEST(lines_of_windows_are_read) { CHECK(checksum("-- revision: a\r\n-- revises:\r\n-- upgrade\r\nDROP TABLE t;\r\n-- downgrade\r\n") ==
	                                checksum("-- revision: a\n-- revises:\n-- upgrade\nDROP TABLE t;\n-- downgrade\n")); }

TEST(comments_layout_and_message_are_not_part_of_the_checksum)
{
	CHECK(checksum("-- revision: a\n-- message: x\n-- upgrade\nDROP TABLE t;\n-- downgrade\n") ==
	      checksum("-- revision: a\n-- message: y\n-- upgrade\n\n-- out with it\nDROP   TABLE\n\tt;\n\n-- downgrade\nDROP TABLE u;\n"));
}

TEST(statements_strings_and_parents_are_part_of_the_checksum)
{
	uint64_t sum = checksum("-- revision: a\n-- upgrade\nUPDATE t SET a = 'x  y';\n-- downgrade\n");
	CHECK(sum != checksum("-- revision: a\n-- upgrade\nUPDATE t SET a = 'x y';\n-- downgrade\n"));
	CHECK(sum != checksum("-- revision: a\n-- upgrade\nUPDATE t SET b = 'x  y';\n-- downgrade\n"));
	CHECK(sum != checksum("-- revision: a\n-- revises: b\n-- upgrade\nUPDATE t SET a = 'x  y';\n-- downgrade\n"));
	CHECK(sum != checksum("-- revision: a\n-- upgrade\n-- only: sqlite\nUPDATE t SET a = 'x  y';\n-- end\n-- downgrade\n"));
}

TEST(a_file_without_an_id_is_refused) { CHECK_HAS(sentence("-- upgrade\n-- downgrade\n"), "versions/x.sql:1: no line '-- revision: ID'"); }
TEST(a_file_cut_in_its_header_is_refused) { CHECK_HAS(sentence("-- revision: a\n-- rev"), "x.sql:2: no line '-- upgrade'"); }
TEST(a_file_cut_before_its_downgrade_is_refused)
{
	CHECK_HAS(sentence("-- revision: a\n-- upgrade\nDROP TABLE t;\n"), "cut short");
}
TEST(a_file_cut_in_a_statement_is_refused)
{
	CHECK_HAS(sentence("-- revision: a\n-- upgrade\nDROP TABLE t;\n-- downgrade\nCREATE TABLE t (a INT"), "versions/x.sql");
	CHECK_HAS(sentence("-- revision: a\n-- upgrade\nDROP TABLE t;\n-- downgrade\nDROP TABLE pets"), "no semicolon");
}
TEST(unknown_ddl_is_refused_with_its_line)
{
	CHECK_HAS(sentence("-- revision: a\n-- upgrade\n\nVACUUM everything;\n-- downgrade\n"), "versions/x.sql:4:1: expected ");
}
TEST(a_statement_in_the_header_is_refused) { CHECK_HAS(sentence("-- revision: a\nDROP TABLE t;\n"), "x.sql:2: a statement before"); }
TEST(a_section_twice_is_refused) { CHECK_HAS(sentence("-- revision: a\n-- upgrade\n-- upgrade\n"), "x.sql:3: this section is there twice"); }

TEST(a_change_without_a_downgrade_is_marked)
{
	reading r;
	read_text(&r, "-- revision: a\n-- upgrade\nDROP TABLE t;\n-- downgrade\n");
	CHECK(r.rc == KIN_OK && r.script.down_missing);
	finish(&r);
	read_text(&r, "-- revision: a\n-- upgrade\nUPDATE t SET a = 1;\n-- downgrade\n");
	CHECK(r.rc == KIN_OK && !r.script.down_missing);
	finish(&r);
}

TEST(slugs_are_short_lower_case_words)
{
	kin_arena arena = { 0 };
	CHECK_TEXT(kin_script_slug(&arena, "create owners, pets tables", 0), "create_owners_pets_tables");
	CHECK_TEXT(kin_script_slug(&arena, "  Hello -- World! ", 0), "hello_world");
	CHECK_TEXT(kin_script_slug(&arena, "../../etc/passwd", 0), "etc_passwd");
	CHECK_TEXT(kin_script_slug(&arena, "one two three four", 9), "one_two");
	CHECK_TEXT(kin_script_slug(&arena, "abcdefghij", 4), "abcd");
	CHECK_TEXT(kin_script_slug(&arena, "\xc3\xa4\xc3\xb6", 0), "");
	kin_arena_done(&arena);
}

TEST(ids_are_twelve_hex_digits_and_differ)
{
	kin_arena arena = { 0 };
	char *a = kin_script_new_id(&arena), *b = kin_script_new_id(&arena);
	CHECK_INT(strlen(a), 12);
	CHECK_INT(strspn(a, "0123456789abcdef"), 12);
	CHECK(strcmp(a, b) != 0);
	kin_arena_done(&arena);
}

FUSED(reading_a_file_survives_a_failing_allocation)
{
	reading r;
	read_text(&r, plain);
	int rc = r.rc;
	finish(&r);
	return rc;
}
