/* line.c - runs a command line, and keeps what it says. */
#include "app/line.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "harness/harness.h"

static kin_arena arena;

const char *line_start(void)
{
	const char *directory = kin_test_directory();

	unsetenv("KIN_APP");
	unsetenv("KIN_ENV");
	unsetenv("DATABASE_URL");
	CHECK(chdir(directory) == 0);
	return directory;
}

/* Send a stream into a file; the descriptor where it went before. */
static int redirect(FILE *stream, int file)
{
	fflush(stream);
	int saved = dup(fileno(stream));
	CHECK(saved >= 0 && dup2(file, fileno(stream)) >= 0);
	return saved;
}

static void restore(FILE *stream, int saved)
{
	fflush(stream);
	clearerr(stream);
	CHECK(dup2(saved, fileno(stream)) >= 0);
	close(saved);
}

static const char *content(FILE *file)
{
	kin_text text;
	char piece[1000];
	size_t n;

	kin_text_init(&text);
	rewind(file);
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		kin_text_add_n(&text, piece, n);
	fclose(file);
	const char *copy = kin_arena_strdup(&arena, text.data);
	kin_text_done(&text);
	return copy;
}

static int split(char *words, char **argv)
{
	int argc = 0;
	char *rest;

	for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		for (char *c = word; *c; c++)
			if (*c == '_')
				*c = ' ';
		argv[argc++] = word;
	}
	argv[argc] = NULL;
	return argc;
}

line line_run_main(line_main *run, const void *context, const char *words)
{
	char *argv[64];
	line l;

	kin_arena_done(&arena);
	int argc = split(kin_arena_strdup(&arena, words), argv);
	FILE *out = tmpfile(), *err = tmpfile();
	CHECK(out && err);
	int saved_out = redirect(stdout, fileno(out)), saved_err = redirect(stderr, fileno(err));
	l.status = run(context, argc, argv);
	restore(stdout, saved_out);
	restore(stderr, saved_err);
	l.out = content(out);
	l.err = content(err);
	return l;
}

static int run_root(const void *root, int argc, char **argv)
{
	return kin_command_main(root, argc, argv);
}

line line_run(const kin_command *root, const char *words)
{
	return line_run_main(run_root, root, words);
}

/* The last line's words and output are not a leak. */
__attribute__((destructor)) static void free_last(void)
{
	kin_arena_done(&arena);
}
