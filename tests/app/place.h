/* place.h - a directory to put an app in, and an environment that says nothing of another. */
#ifndef KIN_TEST_APP_PLACE_H
#define KIN_TEST_APP_PLACE_H

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "harness/harness.h"

/* The test's directory, empty, which is the working directory from now on. */
static inline const char *place_start(void)
{
	const char *directory = kin_test_directory();

	unsetenv("KIN_APP");
	unsetenv("DATABASE_URL");
	unsetenv("CC");
	CHECK(chdir(directory) == 0);
	return directory;
}

static inline void place_file(const char *path, const char *text)
{
	kin_arena arena = { 0 };

	CHECK_INT(kin_file_make_directory(kin_path_directory(&arena, path), NULL), KIN_OK);
	kin_arena_done(&arena);
	FILE *out = fopen(path, "w");
	CHECK(out && fputs(text, out) >= 0 && fclose(out) == 0);
}

/* A program: a script of the shell. */
static inline void place_script(const char *path, const char *text)
{
	place_file(path, text);
	CHECK(chmod(path, 0755) == 0);
}

#endif
