/* build.c - an app is compiled when what it is made from has changed, and only then. */
#include "app/build.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "app/place.h"

static kin_arena arena;
static kin_error error;
static const char *include;

/* A compiler that notes each call as a line of `calls`: what it compiles, or "link". Someone may save a file while it runs. */
static const char counting_compiler[] =
	"#!/bin/sh\n"
	"case \" $* \" in *' --version '*) exec cc --version;; esac\n"
	"[ -z \"$KIN_TEST_SAVED\" ] || touch \"$KIN_TEST_SAVED\"\n"
	"case \" $* \" in *' -shared '*) echo link;; *) for w; do last=$w; done; basename \"$last\";; esac "
	">>\"$KIN_TEST_CALLS\"\n"
	"exec cc \"$@\"\n";

/* One that is as fast as a compiler can be. */
static const char instant_compiler[] =
	"#!/bin/sh\n"
	"while [ $# -gt 0 ]; do case $1 in -o) : >\"$2\";; -MF) echo 'app: app.c' >\"$2\";; esac; shift; done\n";

static void start(const char *compiler)
{
	const char *here = place_start();
	struct timespec long_ago[2] = { { .tv_sec = 1000000000 }, { .tv_sec = 1000000000 } };

	place_script("compiler", compiler);
	setenv("CC", kin_path_join(&arena, here, "compiler"), 1);
	setenv("KIN_TEST_CALLS", kin_path_join(&arena, here, "calls"), 1);
	include = kin_path_join(&arena, here, "include");
	place_file("include/kin.h", "int kin_header;\n");
	place_file("shop/app.c", "#include <kin.h>\n#include \"one.h\"\nint app = ONE;\n");
	place_file("shop/pets.c", "#include \"two.h\"\nint pets = TWO;\n");
	place_file("shop/one.h", "#define ONE 1\n");
	place_file("shop/two.h", "#define TWO 2\n");
	/* Files that are as old as the object look as if they had been saved while the compiler ran. */
	static const char *const files[] = { "include/kin.h", "shop/app.c", "shop/pets.c", "shop/one.h", "shop/two.h" };
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		CHECK(utimensat(AT_FDCWD, files[i], long_ago, 0) == 0);
}

static void finish(void)
{
	kin_error_clear(&error);
	kin_arena_done(&arena);
	unsetenv("CC");
}

static int build(const char **object)
{
	const char *directory = kin_path_absolute(&arena, "shop");

	kin_error_clear(&error);
	return kin_build_app(&arena, directory, include, true, object, &error);
}

/* Change a file, which is as good as old at once. */
static void save(const char *path, const char *text)
{
	struct timespec times[2] = { { .tv_sec = 1100000000 }, { .tv_sec = 1100000000 } };

	place_file(path, text);
	CHECK(utimensat(AT_FDCWD, path, times, 0) == 0);
}

/* What the compiler did during one build, sorted. */
static const char *calls_of_a_build(void)
{
	const char *object;
	char *text = NULL;

	unlink("calls");
	CHECK_MSG(build(&object) == KIN_OK, "%s", kin_error_text(&error));
	CHECK(kin_file_exists(object));
	if (kin_file_exists("calls"))
		CHECK(system("LC_ALL=C sort -o calls calls") == 0);
	return kin_file_read(&arena, "calls", &text, NULL, NULL) == KIN_OK ? text : "";
}

/* The messages of a build go to stderr: into a file here. */
static int build_saying(const char **said)
{
	const char *object = NULL;
	char *text = NULL;
	int saved = dup(STDERR_FILENO), file = open("said", O_WRONLY | O_CREAT | O_TRUNC, 0666);

	fflush(stderr);
	CHECK(dup2(file, STDERR_FILENO) >= 0);
	int rc = build(&object);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(file);
	CHECK(rc == KIN_OK || !object);
	*said = kin_file_read(&arena, "said", &text, NULL, NULL) == KIN_OK ? text : "";
	return rc;
}

TEST(what_has_not_changed_is_not_compiled_again)
{
	start(counting_compiler);
	CHECK_TEXT(calls_of_a_build(), "app.c\nlink\npets.c\n");
	CHECK_TEXT(calls_of_a_build(), "");
	finish();
}

TEST(a_changed_source_is_compiled_and_no_other)
{
	start(counting_compiler);
	calls_of_a_build();
	save("shop/pets.c", "int pets = 3;\n");
	CHECK_TEXT(calls_of_a_build(), "link\npets.c\n");
	CHECK_TEXT(calls_of_a_build(), "");
	finish();
}

TEST(a_changed_header_compiles_those_that_include_it)
{
	start(counting_compiler);
	calls_of_a_build();
	save("shop/one.h", "#define ONE 11\n");
	CHECK_TEXT(calls_of_a_build(), "app.c\nlink\n");
	save("shop/two.h", "#define TWO 22\n");
	CHECK_TEXT(calls_of_a_build(), "link\npets.c\n");
	save("include/kin.h", "int kin_other_header;\n");
	CHECK_TEXT(calls_of_a_build(), "app.c\nlink\n");
	finish();
}

TEST(a_file_that_was_put_back_costs_no_compile)
{
	start(counting_compiler);
	calls_of_a_build();
	save("shop/one.h", "#define ONE 11\n");
	calls_of_a_build();
	save("shop/one.h", "#define ONE 1\n");
	CHECK_TEXT(calls_of_a_build(), "");
	finish();
}

TEST(new_and_removed_sources_are_noticed)
{
	start(counting_compiler);
	calls_of_a_build();
	save("shop/more.c", "int more;\n");
	CHECK_TEXT(calls_of_a_build(), "link\nmore.c\n");
	CHECK(unlink("shop/more.c") == 0);
	CHECK_TEXT(calls_of_a_build(), "");
	finish();
}

TEST(a_removed_header_is_the_compilers_error)
{
	const char *said;

	start(counting_compiler);
	calls_of_a_build();
	CHECK(unlink("shop/two.h") == 0);
	CHECK_INT(build_saying(&said), KIN_EBUILD);
	CHECK_HAS(said, "two.h");
	finish();
}

TEST(another_compiler_makes_another_app)
{
	start(counting_compiler);
	calls_of_a_build();
	setenv("CC", kin_arena_printf(&arena, "%s -DOTHER", getenv("CC")), 1);
	CHECK_TEXT(calls_of_a_build(), "app.c\nlink\npets.c\n");
	finish();
}

TEST(a_file_saved_while_it_was_compiled_is_compiled_again)
{
	start(counting_compiler);
	setenv("KIN_TEST_SAVED", "shop/two.h", 1);
	calls_of_a_build();
	unsetenv("KIN_TEST_SAVED");
	save("shop/two.h", "#define TWO 2\n");
	CHECK_TEXT(calls_of_a_build(), "link\npets.c\n");
	CHECK_TEXT(calls_of_a_build(), "");
	finish();
}

TEST(names_with_blanks_and_signs_are_names)
{
	start(counting_compiler);
	place_file("my shop $1 #2/app.c", "#include \"a b.h\"\nint app;\n");
	place_file("my shop $1 #2/a b.h", "int a;\n");
	CHECK(rename("shop", "other") == 0 && rename("my shop $1 #2", "shop") == 0);
	save("shop/app.c", "#include \"a b.h\"\nint app;\n");
	save("shop/a b.h", "int a;\n");
	CHECK_TEXT(calls_of_a_build(), "app.c\nlink\n");
	CHECK_TEXT(calls_of_a_build(), "");
	save("shop/a b.h", "int b;\n");
	CHECK_TEXT(calls_of_a_build(), "app.c\nlink\n");
	finish();
}

TEST(the_compilers_own_messages_are_shown_for_every_source)
{
	const char *said;

	start(counting_compiler);
	save("shop/app.c", "int app = ;\n");
	save("shop/pets.c", "int pets = nothing;\n");
	CHECK_INT(build_saying(&said), KIN_EBUILD);
	CHECK_TEXT(kin_error_text(&error), "the app does not compile; the compiler's messages are above");
	CHECK_HAS(said, "shop/app.c:1:11: error: ");
	CHECK_HAS(said, "shop/pets.c:1:12: error: ");
	finish();
}

TEST(a_warning_is_shown_and_no_error)
{
	const char *said;

	start(counting_compiler);
	save("shop/pets.c", "static int pets;\n");
	CHECK_INT(build_saying(&said), KIN_OK);
	CHECK_HAS(said, "shop/pets.c:1:12: warning: ");
	finish();
}

TEST(what_an_object_may_not_lose_is_an_error)
{
	const char *said;

	start(counting_compiler);
	save("shop/pets.c", "int *change(const int *p);\nint *change(const int *p) { return p; }\n");
	CHECK_INT(build_saying(&said), KIN_EBUILD);
	CHECK_HAS(said, "const");
	finish();
}

TEST(what_does_not_link_is_the_linkers_error)
{
	const char *said;

	start(counting_compiler);
	save("shop/pets.c", "int app;\nint *twice = &app;\nint app = 3;\n");
	CHECK_INT(build_saying(&said), KIN_EBUILD);
	CHECK_TEXT(kin_error_text(&error), "the app does not link; the compiler's messages are above");
	CHECK_HAS(said, "multiple definition");
	finish();
}

TEST(after_a_failed_build_nothing_unfinished_is_left)
{
	const char *said;
	char **names;
	size_t count;

	start(counting_compiler);
	save("shop/app.c", "int app = ;\n");
	CHECK_INT(build_saying(&said), KIN_EBUILD);
	CHECK_INT(kin_file_list(&arena, "shop/.kin", NULL, &names, &count, NULL), KIN_OK);
	for (size_t i = 0; i < count; i++)
		CHECK_MSG(strncmp(names[i], "pets.c", 6) == 0, "%s was left", names[i]);
	finish();
}

TEST(a_missing_compiler_is_told)
{
	const char *said;

	start(counting_compiler);
	setenv("CC", "kin-no-such-compiler -O2", 1);
	CHECK_INT(build_saying(&said), KIN_EBUILD);
	CHECK_TEXT(kin_error_text(&error), "there is no C compiler 'kin-no-such-compiler -O2'; install one (Debian: apt-get install "
	                                   "gcc) or set CC");
	finish();
}

TEST(a_compiler_that_was_killed_is_told)
{
	const char *said;

	start("#!/bin/sh\nkill -9 $$\n");
	CHECK_INT(build_saying(&said), KIN_EBUILD);
	CHECK_HAS(kin_error_text(&error), "was killed by signal 9");
	finish();
}

TEST(a_compiler_of_blanks_is_none)
{
	place_start();
	setenv("CC", "  ", 1);
	CHECK_TEXT(kin_build_compiler(), "cc");
	setenv("CC", "clang", 1);
	CHECK_TEXT(kin_build_compiler(), "clang");
	unsetenv("CC");
	CHECK_TEXT(kin_build_compiler(), "cc");
}

TEST(builds_at_the_same_time_do_not_harm_each_other)
{
	enum { BUILDERS = 6 };
	pid_t builders[BUILDERS];
	int status;

	start(counting_compiler);
	for (int i = 0; i < BUILDERS; i++) {
		if ((builders[i] = fork()) == 0) {
			const char *object = NULL;
			/* A child of the test runner must not run its ends. */
			_exit(build(&object) == KIN_OK && kin_file_exists(object) ? 0 : 1);
		}
	}
	for (int i = 0; i < BUILDERS; i++)
		CHECK(waitpid(builders[i], &status, 0) == builders[i] && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK_TEXT(calls_of_a_build(), "");
	finish();
}

TEST(old_objects_go_and_young_ones_stay)
{
	struct timespec long_ago[2] = { { .tv_sec = 1000000000 }, { .tv_sec = 1000000000 } };

	start(counting_compiler);
	place_file("shop/.kin/app-0000.so", "");
	place_file("shop/.kin/app-1111.so", "");
	place_file("shop/.kin/gone.c.d", "");
	place_file("shop/.kin/shell-history", "");
	CHECK(utimensat(AT_FDCWD, "shop/.kin/app-0000.so", long_ago, 0) == 0);
	CHECK(utimensat(AT_FDCWD, "shop/.kin/gone.c.d", long_ago, 0) == 0);
	CHECK(utimensat(AT_FDCWD, "shop/.kin/shell-history", long_ago, 0) == 0);
	calls_of_a_build();
	CHECK(!kin_file_exists("shop/.kin/app-0000.so"));
	CHECK(kin_file_exists("shop/.kin/app-1111.so"));
	CHECK(!kin_file_exists("shop/.kin/gone.c.d"));
	CHECK(kin_file_exists("shop/.kin/shell-history"));
	CHECK_TEXT(calls_of_a_build(), "");
	finish();
}

TEST(a_damaged_dependency_file_costs_a_compile)
{
	start(counting_compiler);
	calls_of_a_build();
	place_file("shop/.kin/pets.c.d", "\x01\x02 no rule");
	CHECK_TEXT(calls_of_a_build(), "link\npets.c\n");
	CHECK_TEXT(calls_of_a_build(), "");
	finish();
}

TEST(a_directory_without_sources_is_told)
{
	const char *object;

	start(counting_compiler);
	CHECK(rename("shop", "other") == 0 && mkdir("shop", 0777) == 0);
	CHECK_INT(build(&object), KIN_EBUILD);
	CHECK_HAS(kin_error_text(&error), "there is no .c file in ");
	finish();
}

FUSED(building_survives_failing_allocations)
{
	static long n;
	const char *object;

	kin_fuse_set(-1);
	start(instant_compiler);
	CHECK(system("rm -rf shop/.kin") == 0);
	const char *directory = kin_path_absolute(&arena, "shop");
	kin_fuse_set(n++);
	int rc = kin_build_app(&arena, directory, include, true, &object, &error);
	finish();
	return rc;
}

FUSED(finding_nothing_to_build_survives_failing_allocations)
{
	static long n;
	const char *object;

	kin_fuse_set(-1);
	start(instant_compiler);
	CHECK_INT(build(&object), KIN_OK);
	const char *directory = kin_path_absolute(&arena, "shop");
	kin_fuse_set(n++);
	int rc = kin_build_app(&arena, directory, include, true, &object, &error);
	finish();
	return rc;
}
