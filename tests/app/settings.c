/* settings.c - the environment comes before .env, which comes before kin.ini. */
#include "app/settings.h"

#include "app/place.h"

static kin_error error;
static kin_arena arena;
static kin_settings settings;

static int load(void)
{
	kin_error_clear(&error);
	settings = (kin_settings){ 0 };
	return kin_settings_load(&arena, kin_path_absolute(&arena, "shop/server"), &settings, &error);
}

static void start(void)
{
	place_start();
	unsetenv("GREETING");
	place_file("shop/server/app.c", "");
}

static void finish(void)
{
	kin_error_clear(&error);
	kin_arena_done(&arena);
	unsetenv("GREETING");
	unsetenv("DATABASE_URL");
}

static void line_is(const char *text, const char *name, const char *value)
{
	char line[200];
	const char *got_name = "unset", *got_value = NULL;

	snprintf(line, sizeof(line), "%s", text);
	CHECK_INT(kin_settings_env_line(line, &got_name, &got_value), KIN_OK);
	CHECK_TEXT(got_name, name);
	if (name)
		CHECK_TEXT(got_value, value);
}

static void line_is_wrong(const char *text)
{
	char line[200];
	const char *name, *value;

	snprintf(line, sizeof(line), "%s", text);
	CHECK_INT(kin_settings_env_line(line, &name, &value), KIN_ECONFIG);
}

TEST(an_env_line_is_a_name_and_a_value)
{
	line_is("A=b", "A", "b");
	line_is("  A = b c ", "A", "b c");
	line_is("export A=b", "A", "b");
	line_is("A_1=", "A_1", "");
	line_is("_a=b=c", "_a", "b=c");
	line_is("A=b\r", "A", "b");
}

TEST(an_env_line_may_be_empty_or_a_comment)
{
	line_is("", NULL, NULL);
	line_is("   \t", NULL, NULL);
	line_is("# A=b", NULL, NULL);
	line_is("A=b # so", "A", "b");
	line_is("A=b#c", "A", "b#c");
	line_is("A=\"b\" # so", "A", "b");
}

TEST(quotes_in_an_env_line_keep_what_is_in_them)
{
	line_is("A=\" b # c \"", "A", " b # c ");
	line_is("A='b\\n'", "A", "b\\n");
	line_is("A=\"b\\n\\t\\\"\\\\c\"", "A", "b\n\t\"\\c");
	line_is("A=''", "A", "");
	line_is("A=\"it's\"", "A", "it's");
}

TEST(an_env_line_that_is_neither_is_an_error)
{
	line_is_wrong("A");
	line_is_wrong("=b");
	line_is_wrong("1A=b");
	line_is_wrong("A B=c");
	line_is_wrong("A=\"b");
	line_is_wrong("A='b' c");
	line_is_wrong("A=\"b\\");
}

TEST(without_any_setting_nothing_is_said)
{
	start();
	CHECK_INT(load(), KIN_OK);
	CHECK(!settings.database && !settings.database_source && !settings.migrations);
	finish();
}

TEST(each_place_comes_before_the_next)
{
	start();
	place_file("shop/kin.ini", "[kin]\ndatabase = sqlite:///above.db\nmigrations = above\n");
	CHECK_INT(load(), KIN_OK);
	CHECK_TEXT(settings.database, "sqlite:///above.db");
	CHECK_HAS(settings.database_source, "shop/kin.ini");

	place_file("shop/server/kin.ini", "[kin]\ndatabase = sqlite:///beside.db\n");
	CHECK_INT(load(), KIN_OK);
	CHECK_TEXT(settings.database, "sqlite:///beside.db");
	CHECK_TEXT(settings.migrations, "above");

	place_file("shop/.env", "DATABASE_URL=sqlite:///env_above.db\n");
	CHECK_INT(load(), KIN_OK);
	CHECK_TEXT(settings.database, "sqlite:///env_above.db");
	unsetenv("DATABASE_URL");

	place_file("shop/server/.env", "DATABASE_URL=sqlite:///env_beside.db\n");
	CHECK_INT(load(), KIN_OK);
	CHECK_TEXT(settings.database, "sqlite:///env_beside.db");
	CHECK_HAS(settings.database_source, "shop/server/.env");

	setenv("DATABASE_URL", "sqlite:///environment.db", 1);
	CHECK_INT(load(), KIN_OK);
	CHECK_TEXT(settings.database, "sqlite:///environment.db");
	CHECK_TEXT(settings.database_source, "DATABASE_URL");
	finish();
}

TEST(an_empty_url_in_the_environment_says_nothing)
{
	start();
	setenv("DATABASE_URL", "", 1);
	place_file("shop/.env", "DATABASE_URL=sqlite:///env.db\n");
	CHECK_INT(load(), KIN_OK);
	CHECK_TEXT(settings.database, "sqlite:///env.db");
	finish();
}

TEST(what_env_says_becomes_the_environment_where_that_is_silent)
{
	start();
	place_file("shop/.env", "GREETING=\"from .env\"\nKIN_TEST_OTHER=1\n");
	CHECK_INT(load(), KIN_OK);
	CHECK_TEXT(getenv("GREETING"), "from .env");
	setenv("GREETING", "mine", 1);
	CHECK_INT(load(), KIN_OK);
	CHECK_TEXT(getenv("GREETING"), "mine");
	unsetenv("KIN_TEST_OTHER");
	finish();
}

TEST(a_mark_of_the_byte_order_is_passed_over)
{
	start();
	place_file("shop/.env", "\xef\xbb\xbf" "GREETING=hello\r\n");
	CHECK_INT(load(), KIN_OK);
	CHECK_TEXT(getenv("GREETING"), "hello");
	finish();
}

TEST(a_wrong_line_of_env_is_told_but_not_shown)
{
	start();
	place_file("shop/.env", "# one\nA=1\nDATABASE_URL postgresql://ben:secret@host/db\n");
	CHECK_INT(load(), KIN_ECONFIG);
	CHECK_HAS(kin_error_text(&error), "shop/.env:3: expected NAME=value");
	CHECK(!strstr(kin_error_text(&error), "secret"));
	unsetenv("A");
	finish();
}

TEST(a_setting_that_there_is_not_is_told_with_its_line)
{
	start();
	place_file("shop/kin.ini", "; one\n[kin]\ndatabse = sqlite:///app.db\n");
	CHECK_INT(load(), KIN_ECONFIG);
	CHECK_HAS(kin_error_text(&error),
	          "shop/kin.ini:3: [kin] has no setting 'databse'; it has 'database', 'migrations', 'lock_timeout' and 'statement_timeout'");
	finish();
}

TEST(a_setting_in_another_section_of_kin_ini_is_an_error)
{
	start();
	place_file("shop/kin.ini", "[packages]\ngcc = *\n[database]\nurl = sqlite:///app.db\n");
	CHECK_INT(load(), KIN_ECONFIG);
	CHECK_HAS(kin_error_text(&error),
	          "shop/kin.ini:4: 'url' is in [database]; settings are in [kin], and the rest in [packages]");
	finish();
}

FUSED(loading_survives_failing_allocations)
{
	kin_fuse_set(-1);
	start();
	place_file("shop/.env", "GREETING=hello\nDATABASE_URL=sqlite:///env.db\n");
	place_file("shop/kin.ini", "[kin]\ndatabase = sqlite:///app.db\nmigrations = m\n");
	const char *directory = kin_path_absolute(&arena, "shop/server");
	static long n;
	kin_fuse_set(n++);
	int rc = kin_settings_load(&arena, directory, &settings, &error);
	finish();
	return rc;
}
