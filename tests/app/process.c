/* process.c - programs are run, several at a time, and their ends are told. */
#include "app/process.h"

#include "app/place.h"

static int run(const char *command, const char *output)
{
	return kin_process_run((const char *[]){ "sh", "-c", command, NULL }, output);
}

TEST(the_exit_status_is_returned)
{
	place_start();
	CHECK_INT(run("exit 0", NULL), 0);
	CHECK_INT(run("exit 7", NULL), 7);
}

TEST(a_signal_is_told_from_an_exit)
{
	place_start();
	CHECK_INT(run("kill -9 $$", NULL), 128 + 9);
}

TEST(a_program_that_is_not_there_is_missing)
{
	CHECK_INT(kin_process_run((const char *[]){ "kin-no-such-program", NULL }, NULL), KIN_PROCESS_MISSING);
}

TEST(what_it_says_goes_into_a_file)
{
	kin_arena arena = { 0 };
	char *text = NULL;

	place_start();
	CHECK_INT(run("echo one; echo two >&2", "said"), 0);
	CHECK_INT(kin_file_read(&arena, "said", &text, NULL, NULL), KIN_OK);
	CHECK_TEXT(text, "one\ntwo\n");
	kin_arena_done(&arena);
}

TEST(an_output_that_cannot_be_written_is_as_no_program)
{
	place_start();
	CHECK_INT(run("true", "no/such/directory/said"), KIN_PROCESS_MISSING);
}

TEST(all_are_run_and_each_has_its_own_status)
{
	enum { MANY = 20 };
	kin_process many[MANY];
	char commands[MANY][20];
	const char *argv[MANY][4];

	place_start();
	for (int i = 0; i < MANY; i++) {
		snprintf(commands[i], sizeof(commands[i]), "exit %d", i);
		memcpy(argv[i], (const char *[]){ "sh", "-c", commands[i], NULL }, sizeof(argv[i]));
		many[i] = (kin_process){ .argv = argv[i] };
	}
	kin_process_run_all(many, MANY);
	for (int i = 0; i < MANY; i++)
		CHECK_INT(many[i].status, i);
}
