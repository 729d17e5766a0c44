/* ini_file.c - kin.ini is read line by line, and what is wrong in it has its line. */
#include "app/ini_file.h"

#include "app/place.h"

static char seen[2000];
static kin_error error;

static int note(void *context, const char *section, const char *name, const char *value, kin_error *e)
{
	size_t length = strlen(seen);

	(void)context;
	snprintf(seen + length, sizeof(seen) - length, "%s.%s=%s;", section, name, value);
	return strcmp(name, "bad") == 0 ? kin_error_set(e, KIN_ECONFIG, "'%s' is bad", value) : KIN_OK;
}

static int read_text(const char *text)
{
	place_start();
	place_file("kin.ini", text);
	seen[0] = '\0';
	kin_error_clear(&error);
	return kin_ini_file_read("kin.ini", note, NULL, &error);
}

static void refused(const char *text, const char *sentence)
{
	CHECK_INT(read_text(text), KIN_ECONFIG);
	CHECK_TEXT(kin_error_text(&error), sentence);
	kin_error_clear(&error);
}

TEST(values_are_given_with_their_section)
{
	CHECK_INT(read_text("[a]\nb = c\n d=e\n\n; no\n# no\n[f]\ng = h ; no\n"), KIN_OK);
	CHECK_HAS(seen, "a.b=c;");
	CHECK_HAS(seen, "f.g=h;");
	CHECK(!strstr(seen, "no"));
}

TEST(an_empty_file_has_no_values)
{
	CHECK_INT(read_text(""), KIN_OK);
	CHECK_TEXT(seen, "");
}

TEST(the_last_line_needs_no_end)
{
	CHECK_INT(read_text("[a]\nb = c"), KIN_OK);
	CHECK_TEXT(seen, "a.b=c;");
}

TEST(a_line_that_is_nothing_is_told)
{
	refused("[a]\nb = c\nwhat\n", "kin.ini:3: expected `[section]` or `name = value`");
	refused("[a\nb = c\n", "kin.ini:1: expected `[section]` or `name = value`");
}

TEST(a_value_before_any_section_is_told)
{
	refused("database = x\n", "kin.ini:1: 'database' stands in no section; put [kin] above it");
}

TEST(a_value_that_is_refused_is_told_with_its_line)
{
	refused("[a]\n; one\nbad = 1\nbad = 2\n", "kin.ini:3: '1' is bad");
}

TEST(of_two_errors_the_first_is_told)
{
	refused("[a]\nwhat\nbad = 1\n", "kin.ini:2: expected `[section]` or `name = value`");
}

TEST(a_line_that_is_too_long_is_not_cut)
{
	char text[1000];

	snprintf(text, sizeof(text), "[a]\nb = %0300d\n", 1);
	CHECK_INT(read_text(text), KIN_ECONFIG);
	CHECK_HAS(kin_error_text(&error), "kin.ini:2: the line is longer than ");
	CHECK_TEXT(seen, "");
	kin_error_clear(&error);
}

TEST(a_comment_may_be_long)
{
	char text[1000];

	snprintf(text, sizeof(text), "[a]\n  ; %0300d = x\nbad = 1\n", 1);
	refused(text, "kin.ini:3: '1' is bad");
}

TEST(a_file_that_is_not_there_is_not_found)
{
	place_start();
	CHECK_INT(kin_ini_file_read("kin.ini", note, NULL, NULL), KIN_ENOTFOUND);
}

FUSED(reading_survives_failing_allocations)
{
	static long n;
	kin_fuse_set(-1);
	place_start();
	place_file("kin.ini", "[a]\nb = c\n");
	kin_fuse_set(n++);
	int rc = kin_ini_file_read("kin.ini", note, NULL, &error);
	kin_error_clear(&error);
	return rc;
}
