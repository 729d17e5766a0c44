/* find.c - the app is found where it was named, here, or in server/. */
#include "app/find.h"

#include "app/place.h"

static kin_error error;
static kin_arena arena;

static int find(const char *named, kin_app_place *place)
{
	kin_error_clear(&error);
	return kin_app_find(&arena, named, place, &error);
}

static void found(const char *named, const char *directory, const char *object)
{
	kin_app_place place;
	const char *here = kin_test_directory();

	CHECK_INT(find(named, &place), KIN_OK);
	CHECK_TEXT(place.directory, kin_path_absolute(&arena, kin_path_join(&arena, here, directory)));
	CHECK_TEXT(place.object, object ? kin_path_absolute(&arena, kin_path_join(&arena, here, object)) : NULL);
	kin_arena_done(&arena);
}

static void refused(const char *named, const char *sentence)
{
	kin_app_place place = { 0 };

	CHECK_INT(find(named, &place), KIN_ENOTFOUND);
	CHECK_TEXT(kin_error_text(&error), sentence);
	CHECK(!place.directory && !place.object);
	kin_error_clear(&error);
	kin_arena_done(&arena);
}

TEST(the_app_is_here)
{
	place_start();
	place_file("app.c", "");
	place_file("server/app.c", "");
	found(NULL, ".", NULL);
}

TEST(the_app_is_in_server)
{
	place_start();
	place_file("server/app.c", "");
	found(NULL, "server", NULL);
}

TEST(a_directory_or_the_one_above_its_server_is_named)
{
	place_start();
	place_file("shop/server/app.c", "");
	found("shop", "shop/server", NULL);
	found("shop/", "shop/server", NULL);
	found("shop/server", "shop/server", NULL);
}

TEST(a_shared_object_is_taken_as_it_is)
{
	place_start();
	place_file("build/app.so", "");
	found("build/app.so", "build", "build/app.so");
}

TEST(the_environment_names_it_where_the_command_line_does_not)
{
	place_start();
	place_file("app.c", "");
	place_file("a/app.c", "");
	place_file("b/app.c", "");
	setenv("KIN_APP", "a", 1);
	found(NULL, "a", NULL);
	found("b", "b", NULL);
	setenv("KIN_APP", "", 1);
	found(NULL, ".", NULL);
}

TEST(where_there_is_no_app_the_ways_to_name_one_are_told)
{
	place_start();
	refused(NULL, "no app here: there is no app.c in this directory, nor in server/. Go to the app's directory, name it with "
	              "--app DIR or KIN_APP, or make one with `kin new NAME`");
}

TEST(who_named_the_wrong_place_is_told)
{
	place_start();
	place_file("empty/readme", "");
	refused("nowhere", "--app says nowhere, but there is no such directory");
	refused("empty", "--app says empty, but there is no app.c in it, nor in its server/");
	refused("empty/readme", "--app says empty/readme, which is neither a directory nor a shared object, *.so; a program that `kin build` made has kin's "
	        "commands itself: empty/readme check");
	refused("gone.so", "--app says gone.so, but there is no such file");
	setenv("KIN_APP", "nowhere", 1);
	refused(NULL, "KIN_APP says nowhere, but there is no such directory");
}

FUSED(finding_survives_failing_allocations)
{
	static long n;
	kin_app_place place;

	kin_fuse_set(-1);
	place_start();
	place_file("shop/server/app.c", "");
	kin_fuse_set(n++);
	int rc = find("shop", &place);
	kin_error_clear(&error);
	kin_arena_done(&arena);
	return rc;
}

FUSED(finding_here_survives_failing_allocations)
{
	static long n;
	kin_app_place place;

	kin_fuse_set(-1);
	place_start();
	place_file("server/app.c", "");
	kin_fuse_set(n++);
	int rc = find(NULL, &place);
	kin_error_clear(&error);
	kin_arena_done(&arena);
	return rc;
}
