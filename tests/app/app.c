/* app.c - an app registers itself and its commands. */
#include "app/app.h"

#include "app/place.h"

static int nothing(kin_app *app, int argc, char **argv)
{
	(void)app, (void)argc, (void)argv;
	return 0;
}

static int open_app(const kin_app_options *options, kin_error *error)
{
	kin_app *app = NULL;
	int rc = kin_app_open(options, &app, error);

	CHECK(rc == KIN_OK || !app);
	kin_app_close(app);
	return rc;
}

TEST(commands_are_in_the_order_of_their_names)
{
	static kin_app_command b = { .name = "b", .run = nothing }, c = { .name = "c", .run = nothing },
	                       a = { .name = "a", .run = nothing };

	kin_app_register_command(&b);
	kin_app_register_command(&c);
	kin_app_register_command(&a);
	CHECK(kin_app_commands() == &a && a.next == &b && b.next == &c && !c.next);
	CHECK(kin_app_find_command("b") == &b);
	CHECK(!kin_app_find_command("d"));
	CHECK(!kin_app_find_command("B"));
}

TEST(a_program_without_an_app_is_told_how_to_have_one)
{
	kin_error error = { 0 };

	place_start();
	kin_app_set_builtin(true);
	CHECK_INT(open_app(&(kin_app_options){ 0 }, &error), KIN_ECONFIG);
	CHECK_TEXT(kin_error_text(&error), "this program has no KIN_APP(name, .database = \"…\")");
	kin_app_set_builtin(false);
	kin_error_clear(&error);
}

TEST(a_shared_object_that_is_none_does_not_load)
{
	kin_error error = { 0 };

	place_start();
	place_file("app.so", "this is no object");
	CHECK_INT(open_app(&(kin_app_options){ .app = "app.so" }, &error), KIN_EBUILD);
	CHECK_HAS(kin_error_text(&error), "the app does not load: ");
	CHECK_HAS(kin_error_text(&error), "app.so");
	kin_error_clear(&error);
}

TEST(a_program_is_its_own_app)
{
	static const kin_app_info info = { .name = "mine", .database = "sqlite:///mine.db" };
	kin_error error = { 0 };
	kin_app *app;

	place_start();
	kin_app_set_builtin(true);
	kin_app_register(&info);
	CHECK_INT(kin_app_open(&(kin_app_options){ 0 }, &app, &error), KIN_OK);
	CHECK_TEXT(kin_app_name(app), "mine");
	CHECK_TEXT(app->url, "sqlite:///mine.db");
	CHECK_TEXT(app->url_source, "KIN_APP()");
	CHECK_TEXT(kin_path_name(app->migrations), "migrations");
	CHECK_TEXT(kin_db_dialect(kin_app_db(app)), "sqlite");
	CHECK(kin_file_is_directory(kin_app_directory(app)));
	kin_app_close(app);
}

/* After the one before it: the app is registered. */
TEST(the_command_line_comes_before_the_environment)
{
	kin_error error = { 0 };
	kin_app *app;

	place_start();
	setenv("DATABASE_URL", "sqlite:///environment.db", 1);
	CHECK_INT(kin_app_open(&(kin_app_options){ 0 }, &app, &error), KIN_OK);
	CHECK_TEXT(app->url_source, "DATABASE_URL");
	kin_app_close(app);
	CHECK_INT(kin_app_open(&(kin_app_options){ .database = "sqlite:///line.db" }, &app, &error), KIN_OK);
	CHECK_TEXT(app->url, "sqlite:///line.db");
	CHECK_TEXT(app->url_source, "--database");
	kin_app_close(app);
	unsetenv("DATABASE_URL");
}

TEST(a_url_that_is_wrong_is_told_with_who_said_it)
{
	kin_error error = { 0 };

	place_start();
	setenv("DATABASE_URL", "oracle://ben:secret@host/db", 1);
	CHECK_INT(open_app(&(kin_app_options){ 0 }, &error), KIN_ECONFIG);
	CHECK_HAS(kin_error_text(&error), "oracle");
	CHECK_HAS(kin_error_text(&error), "(from DATABASE_URL)");
	CHECK(!strstr(kin_error_text(&error), "secret"));
	kin_error_clear(&error);
	unsetenv("DATABASE_URL");
}

FUSED(opening_survives_failing_allocations)
{
	kin_error error = { 0 };
	kin_app *app;
	static long n;

	kin_fuse_set(-1);
	place_start();
	kin_fuse_set(n++);
	int rc = kin_app_open(&(kin_app_options){ 0 }, &app, &error);
	if (rc == KIN_OK)
		kin_app_close(app);
	kin_error_clear(&error);
	return rc;
}
