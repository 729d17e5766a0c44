#include "base/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "harness/harness.h"

static const char *in_directory(kin_arena *arena, const char *name)
{
	return kin_path_join(arena, kin_test_directory(), name);
}

static const char *content(kin_arena *arena, const char *path)
{
	char *data = NULL;

	return kin_file_read(arena, path, &data, NULL, NULL) == KIN_OK ? data : NULL;
}

static size_t count_files(kin_arena *arena)
{
	char **names;
	size_t count = 0;

	CHECK_INT(kin_file_list(arena, kin_test_directory(), NULL, &names, &count, NULL), KIN_OK);
	return count;
}

TEST(what_was_written_is_read)
{
	kin_arena arena = { 0 };
	const char *path = in_directory(&arena, "a.txt");
	char *data;
	size_t size;

	CHECK_INT(kin_file_write(path, "one\0two", 7, NULL), KIN_OK);
	CHECK_INT(kin_file_read(&arena, path, &data, &size, NULL), KIN_OK);
	CHECK_INT(size, 7);
	CHECK(memcmp(data, "one\0two", 8) == 0);
	kin_arena_done(&arena);
}

TEST(an_empty_file_is_read_as_an_empty_text)
{
	kin_arena arena = { 0 };
	const char *path = in_directory(&arena, "empty");

	CHECK_INT(kin_file_write(path, "", 0, NULL), KIN_OK);
	CHECK_TEXT(content(&arena, path), "");
	kin_arena_done(&arena);
}

TEST(a_file_whose_size_is_not_known_is_read_whole)
{
	kin_arena arena = { 0 };
	char *data;
	size_t size;

	if (kin_file_exists("/proc/self/status")) {
		CHECK_INT(kin_file_read(&arena, "/proc/self/status", &data, &size, NULL), KIN_OK);
		CHECK_HAS(data, "Name:");
		CHECK_INT(strlen(data), size);
	}
	kin_arena_done(&arena);
}

TEST(a_missing_file_is_named_with_the_reason)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	char *data = NULL;

	CHECK_INT(kin_file_read(&arena, "no/such/file", &data, NULL, &error), KIN_ENOTFOUND);
	CHECK_TEXT(kin_error_text(&error), "cannot read no/such/file: No such file or directory");
	CHECK(!data);
	CHECK_INT(kin_file_read(&arena, kin_test_directory(), &data, NULL, &error), KIN_EIO);
	CHECK_HAS(kin_error_text(&error), "Is a directory");
	CHECK_INT(kin_file_remove("no/such/file", &error), KIN_ENOTFOUND);
	kin_error_clear(&error);
	kin_arena_done(&arena);
}

TEST(writing_replaces_and_leaves_no_other_file)
{
	kin_arena arena = { 0 };
	const char *path = in_directory(&arena, "a.txt");

	CHECK_INT(kin_file_write(path, "old", 3, NULL), KIN_OK);
	CHECK_INT(kin_file_write(path, "new!", 4, NULL), KIN_OK);
	CHECK_TEXT(content(&arena, path), "new!");
	CHECK_INT(count_files(&arena), 1);
	kin_arena_done(&arena);
}

TEST(writing_keeps_permissions_and_links)
{
	kin_arena arena = { 0 };
	const char *path = in_directory(&arena, "a.sh"), *alias = in_directory(&arena, "b.sh");
	struct stat status;

	CHECK_INT(kin_file_write(path, "old", 3, NULL), KIN_OK);
	CHECK(chmod(path, 0750) == 0 && symlink("a.sh", alias) == 0);
	CHECK_INT(kin_file_write(alias, "new", 3, NULL), KIN_OK);
	CHECK_TEXT(content(&arena, path), "new");
	CHECK(lstat(alias, &status) == 0 && S_ISLNK(status.st_mode));
	CHECK(stat(path, &status) == 0);
	CHECK_INT(status.st_mode & 0777, 0750);
	kin_arena_done(&arena);
}

TEST(a_failed_write_leaves_what_was_there)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	const char *directory = in_directory(&arena, "d"), *inside = in_directory(&arena, "d/f");

	CHECK_INT(kin_file_write(in_directory(&arena, "no/a.txt"), "x", 1, &error), KIN_EIO);
	CHECK_HAS(kin_error_text(&error), "no/a.txt: No such file or directory");
	CHECK_INT(kin_file_make_directory(directory, NULL), KIN_OK);
	CHECK_INT(kin_file_write(inside, "kept", 4, NULL), KIN_OK);
	CHECK_INT(kin_file_write(directory, "x", 1, &error), KIN_EIO);
	CHECK_HAS(kin_error_text(&error), "cannot write");
	CHECK_TEXT(content(&arena, inside), "kept");
	CHECK_INT(count_files(&arena), 1);
	kin_error_clear(&error);
	kin_arena_done(&arena);
}

TEST(creating_does_not_replace)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	const char *path = in_directory(&arena, "a.txt");

	CHECK_INT(kin_file_create(path, "first", 5, NULL), KIN_OK);
	CHECK_INT(kin_file_create(path, "second", 6, &error), KIN_EEXISTS);
	CHECK_HAS(kin_error_text(&error), "a.txt: File exists");
	CHECK_TEXT(content(&arena, path), "first");
	CHECK_INT(count_files(&arena), 1);
	CHECK_INT(kin_file_remove(path, NULL), KIN_OK);
	CHECK(!kin_file_exists(path));
	kin_error_clear(&error);
	kin_arena_done(&arena);
}

TEST(a_new_file_has_the_usual_permissions)
{
	kin_arena arena = { 0 };
	const char *path = in_directory(&arena, "a.txt");
	mode_t mask = umask(022);
	struct stat status;

	CHECK_INT(kin_file_create(path, "", 0, NULL), KIN_OK);
	CHECK(stat(path, &status) == 0);
	umask(mask);
	CHECK_INT(status.st_mode & 0777, 0644);
	kin_arena_done(&arena);
}

TEST(directories_are_made_with_their_parents)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	const char *deep = in_directory(&arena, "a/b/c"), *file = in_directory(&arena, "a/f");

	CHECK_INT(kin_file_make_directory(deep, NULL), KIN_OK);
	CHECK(kin_file_is_directory(deep));
	CHECK_INT(kin_file_make_directory(deep, NULL), KIN_OK);
	CHECK_INT(kin_file_make_directory(in_directory(&arena, "a/x/"), NULL), KIN_OK);
	CHECK_INT(kin_file_write(file, "", 0, NULL), KIN_OK);
	CHECK(kin_file_exists(file) && !kin_file_is_directory(file));
	CHECK_INT(kin_file_make_directory(in_directory(&arena, "a/f/g"), &error), KIN_EIO);
	CHECK_HAS(kin_error_text(&error), "a/f");
	kin_error_clear(&error);
	kin_arena_done(&arena);
}

TEST(a_directory_is_listed_in_order)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	char **names;
	size_t count;

	CHECK_INT(kin_file_write(in_directory(&arena, "b.sql"), "", 0, NULL), KIN_OK);
	CHECK_INT(kin_file_write(in_directory(&arena, "a.sql"), "", 0, NULL), KIN_OK);
	CHECK_INT(kin_file_write(in_directory(&arena, "c.txt"), "", 0, NULL), KIN_OK);
	CHECK_INT(kin_file_list(&arena, kin_test_directory(), ".sql", &names, &count, NULL), KIN_OK);
	CHECK_INT(count, 2);
	CHECK_TEXT(names[0], "a.sql");
	CHECK_TEXT(names[1], "b.sql");
	CHECK_INT(kin_file_list(&arena, kin_test_directory(), ".c", &names, &count, NULL), KIN_OK);
	CHECK_INT(count, 0);
	CHECK_INT(kin_file_list(&arena, "no/such/directory", NULL, &names, &count, &error), KIN_ENOTFOUND);
	CHECK_HAS(kin_error_text(&error), "cannot list no/such/directory");
	kin_error_clear(&error);
	kin_arena_done(&arena);
}

TEST(a_files_time_is_known)
{
	kin_arena arena = { 0 };
	const char *path = in_directory(&arena, "a");

	CHECK_INT(kin_file_time(path), 0);
	CHECK_INT(kin_file_write(path, "", 0, NULL), KIN_OK);
	CHECK(kin_file_time(path) > INT64_C(1704067200000000000));
	kin_arena_done(&arena);
}

FUSED(files_survive_failing_allocations)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	char path[600], deep[620], *data, **names;
	size_t size, count;

	snprintf(path, sizeof(path), "%s/a.txt", kin_test_directory());
	snprintf(deep, sizeof(deep), "%s/d/e", kin_test_directory());
	unlink(path);
	int rc = kin_file_create(path, "first", 5, &error);
	if (rc == KIN_OK)
		rc = kin_file_write(path, "second", 6, &error);
	if (rc == KIN_OK)
		rc = kin_file_read(&arena, path, &data, &size, &error);
	if (rc == KIN_OK)
		rc = kin_file_make_directory(deep, &error);
	if (rc == KIN_OK)
		rc = kin_file_list(&arena, kin_test_directory(), NULL, &names, &count, &error);
	if (rc == KIN_OK)
		CHECK_INT(count, 2);
	CHECK_INT(error.code, rc);
	kin_error_clear(&error);
	kin_arena_done(&arena);
	return rc;
}
