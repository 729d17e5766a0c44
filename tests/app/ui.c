/* ui.c - what goes to no terminal is plain. */
#include "app/ui.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/harness.h"

TEST(a_file_is_not_coloured)
{
	FILE *file = tmpfile();

	CHECK(file && !kin_ui_is_terminal(file));
	CHECK_TEXT(kin_ui_red(file), "");
	CHECK_TEXT(kin_ui_green(file), "");
	CHECK_TEXT(kin_ui_bold(file), "");
	CHECK_TEXT(kin_ui_plain(file), "");
	fclose(file);
}

/* A stream on a terminal that nobody sees. */
static FILE *terminal(int *other)
{
	int side = posix_openpt(O_RDWR | O_NOCTTY);

	CHECK(side >= 0 && grantpt(side) == 0 && unlockpt(side) == 0);
	*other = side;
	FILE *file = fopen(ptsname(side), "r+");
	CHECK(file);
	return file;
}

TEST(a_terminal_is_coloured_unless_it_or_its_user_says_no)
{
	int other;
	FILE *file = terminal(&other);

	unsetenv("NO_COLOR");
	setenv("TERM", "xterm", 1);
	CHECK_TEXT(kin_ui_red(file), "\033[31m");
	CHECK_TEXT(kin_ui_plain(file), "\033[0m");
	setenv("NO_COLOR", "1", 1);
	CHECK_TEXT(kin_ui_red(file), "");
	setenv("NO_COLOR", "", 1);
	CHECK_TEXT(kin_ui_red(file), "\033[31m");
	setenv("TERM", "dumb", 1);
	CHECK_TEXT(kin_ui_red(file), "");
	fclose(file);
	close(other);
}

TEST(progress_that_nobody_sees_is_not_drawn)
{
	kin_ui_progress progress = { .started = 1 };

	kin_ui_progress_show(&progress, "pets", 1, 2);
	CHECK(kin_ui_is_terminal(stderr) || !progress.visible);
	kin_ui_progress_end(&progress);
	CHECK_INT(progress.started, 0);
}

/* What a terminal shows of one call, with stderr on it. */
static const char *drawn(int64_t done, int64_t total)
{
	static char seen[500];
	kin_ui_progress progress = { .started = 1 };
	int other, saved = dup(STDERR_FILENO);
	FILE *file = terminal(&other);

	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	kin_ui_progress_show(&progress, "pets", done, total);
	fputc('\n', stderr);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	size_t n = 0;
	for (ssize_t more = 1; more > 0 && n < sizeof(seen) - 1 && !memchr(seen, '\n', n); n += (size_t)more) {
		more = read(other, seen + n, sizeof(seen) - 1 - n);
		CHECK(more > 0);
	}
	seen[n] = '\0';
	CHECK(progress.visible);
	fclose(file);
	close(other);
	return seen;
}

TEST(progress_is_a_bar_and_numbers)
{
	CHECK_HAS(drawn(1, 2), "  pets                     [###############...............]  50%  1/2 rows");
	CHECK_HAS(drawn(0, 0), "[##############################] 100%  0/0 rows");
	CHECK_HAS(drawn(3, 2), "[##############################] 100%  3/2 rows");
	CHECK_HAS(drawn(INT64_MAX / 2, INT64_MAX), "[###############...............]  50%");
}

TEST(nobody_to_ask_is_a_no)
{
	int saved = dup(STDIN_FILENO), nowhere = open("/dev/null", O_RDONLY);

	dup2(nowhere, STDIN_FILENO);
	CHECK(!kin_ui_confirm("really?"));
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(nowhere);
}
