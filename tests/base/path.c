#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "harness/harness.h"

TEST(paths_are_joined_with_one_slash)
{
	kin_arena arena = { 0 };

	CHECK_TEXT(kin_path_join(&arena, "a", "b"), "a/b");
	CHECK_TEXT(kin_path_join(&arena, "a/", "b"), "a/b");
	CHECK_TEXT(kin_path_join(&arena, "/", "b"), "/b");
	CHECK_TEXT(kin_path_join(&arena, "", "b"), "b");
	CHECK_TEXT(kin_path_join(&arena, "a", "/b"), "/b");
	kin_arena_done(&arena);
}

TEST(a_path_has_a_directory_and_a_name)
{
	kin_arena arena = { 0 };

	CHECK_TEXT(kin_path_directory(&arena, "a/b/c"), "a/b");
	CHECK_TEXT(kin_path_directory(&arena, "a//c"), "a");
	CHECK_TEXT(kin_path_directory(&arena, "/c"), "/");
	CHECK_TEXT(kin_path_directory(&arena, "c"), ".");
	CHECK_TEXT(kin_path_name("a/b/c"), "c");
	CHECK_TEXT(kin_path_name("c"), "c");
	CHECK_TEXT(kin_path_name("a/"), "");
	kin_arena_done(&arena);
}

TEST(an_absolute_path_has_no_links)
{
	kin_arena arena = { 0 };
	char *directory = kin_path_absolute(&arena, kin_test_directory());
	char *target = kin_path_join(&arena, directory, "target"), *alias = kin_path_join(&arena, directory, "alias");

	CHECK_INT(directory[0], '/');
	CHECK_INT(kin_file_make_directory(target, NULL), KIN_OK);
	CHECK(symlink("target", alias) == 0);
	CHECK_TEXT(kin_path_absolute(&arena, alias), target);
	CHECK_TEXT(kin_path_absolute(&arena, kin_path_join(&arena, alias, "../target")), target);
	kin_arena_done(&arena);
}

TEST(an_absolute_path_need_not_exist)
{
	kin_arena arena = { 0 };
	char *here = kin_path_absolute(&arena, ".");

	CHECK_TEXT(kin_path_absolute(&arena, ""), here);
	CHECK_TEXT(kin_path_absolute(&arena, "no_such/file"), kin_path_join(&arena, here, "no_such/file"));
	CHECK_TEXT(kin_path_absolute(&arena, "no_such/"), kin_path_join(&arena, here, "no_such"));
	CHECK_TEXT(kin_path_absolute(&arena, "/no_such"), "/no_such");
	kin_arena_done(&arena);
}

FUSED(paths_survive_failing_allocations)
{
	kin_arena arena = { 0 };
	char *path = kin_path_absolute(&arena, "no_such/file");

	path = path ? kin_path_directory(&arena, path) : NULL;
	path = path ? kin_path_join(&arena, path, "other") : NULL;
	kin_arena_done(&arena);
	return path ? KIN_OK : KIN_ENOMEM;
}
