/* command.c - command lines are understood, or it is said what is wrong with them. */
#include "app/command.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/line.h"
#include "base/text.h"
#include "harness/harness.h"

/* Shows what it was given: -m, --directory, --head …, -v, then the arguments. */
static int show(kin_cli *cli)
{
	size_t count;
	const char **heads = kin_cli_option_all(cli, "head", &count);

	if (!heads)
		return 1;
	for (size_t i = 0; i < count; i++)
		printf("head=%s ", heads[i]);
	if (kin_cli_option(cli, "message"))
		printf("message=%s ", kin_cli_option(cli, "message"));
	if (kin_cli_option(cli, "verbose"))
		printf("verbose ");
	if (cli->app_options.app)
		printf("app=%s ", cli->app_options.app);
	if (cli->app_options.database)
		printf("database=%s ", cli->app_options.database);
	if (cli->app_options.echo)
		printf("echo ");
	for (int i = 0; i < cli->argc; i++)
		printf("%s ", cli->argv[i]);
	printf("first=%s", kin_cli_argument(cli, 0, "none"));
	return 0;
}

static int fail(kin_cli *cli)
{
	kin_error_set(&cli->error, KIN_EIO, "the disk is on fire");
	kin_error_note_sql(&cli->error, "SELECT 1");
	return kin_cli_fail(cli);
}

static const kin_option options[] = {
	{ "message", 'm', "TEXT", "A message" },
	{ "head", 0, "REV", "A head" },
	{ "header", 0, NULL, "A header" },
	{ "verbose", 'v', NULL, "More" },
	{ NULL, 0, NULL, NULL },
};
static const kin_command show_command = {
	.name = "show", .usage = "[A] [B]", .summary = "Shows its arguments", .options = options, .max_arguments = 2,
	.run = show,
};
static const kin_command words_command = {
	.name = "words", .usage = "WORD …", .summary = "Takes words as they are", .min_arguments = 1, .max_arguments = 100,
	.verbatim = true, .options = options, .run = show,
};
static const kin_command fail_command = { .name = "fail", .summary = "Fails", .run = fail };
static const kin_command *const group_commands[] = { &show_command, NULL };
static const kin_command group_command = { .name = "group", .summary = "Has commands", .commands = group_commands };
static const kin_command *const commands[] = { &show_command, &words_command, &fail_command, &group_command, NULL };
static const kin_command root = { .name = "tool", .summary = "A tool", .commands = commands };

static void said(const char *words, const char *out)
{
	line l = line_run(&root, words);

	CHECK_TEXT(l.err, "");
	CHECK_TEXT(l.out, out);
	CHECK_INT(l.status, 0);
}

static void misunderstood(const char *words, const char *err)
{
	line l = line_run(&root, words);

	CHECK_TEXT(l.err, err);
	CHECK_TEXT(l.out, "");
	CHECK_INT(l.status, 2);
}

TEST(arguments_are_what_is_left)
{
	line_start();
	said("tool show", "first=none");
	said("tool show a", "a first=a");
	said("tool show a b", "a b first=a");
	said("tool group show a", "a first=a");
}

TEST(options_stand_anywhere)
{
	line_start();
	said("tool show -m hello a", "message=hello a first=a");
	said("tool show a -m hello", "message=hello a first=a");
	said("tool show a --message hello b", "message=hello a b first=a");
	said("tool show --message=hello -v", "message=hello verbose first=none");
	said("tool show -vmhello", "message=hello verbose first=none");
	said("tool show -vm hello", "message=hello verbose first=none");
}

TEST(an_option_may_be_shortened)
{
	line_start();
	said("tool show --mess hello", "message=hello first=none");
	said("tool show --head x", "head=x first=none");
}

TEST(the_last_value_of_an_option_counts_or_all_of_them)
{
	line_start();
	said("tool show -m a -m b", "message=b first=none");
	said("tool show --head a --head b", "head=a head=b first=none");
}

TEST(options_of_all_commands_stand_before_and_behind_the_command)
{
	line_start();
	said("tool --app shop show", "app=shop first=none");
	said("tool show --app shop", "app=shop first=none");
	said("tool group --echo show --database sqlite:///a.db", "database=sqlite:///a.db echo first=none");
}

TEST(a_number_of_steps_back_is_an_argument)
{
	line_start();
	said("tool show -1", "-1 first=-1");
	said("tool show -v -12", "verbose -12 first=-12");
	said("tool show -1 -v", "verbose -1 first=-1");
	said("tool show -3:", "-3: first=-3:");
}

TEST(a_number_may_be_the_value_of_an_option)
{
	line_start();
	said("tool show -m -1", "message=-1 first=none");
	said("tool show --message -1 x", "message=-1 x first=x");
	said("tool show --mess -1", "message=-1 first=none");
	said("tool show -vm -1", "message=-1 verbose first=none");
	said("tool show --head -3: -2", "head=-3: -2 first=-2");
	said("tool show -v -1", "verbose -1 first=-1");
	said("tool show -mx -1", "message=x -1 first=-1");
}

TEST(behind_two_dashes_all_words_are_arguments)
{
	line_start();
	said("tool show -- -v", "-v first=-v");
	said("tool show -- --help -1", "--help -1 first=--help");
	said("tool show -m -- a", "message=-- a first=a");
	said("tool show - ", "- first=-");
	said("tool show -- --", "-- first=--");
}

TEST(a_command_may_take_its_words_as_they_are)
{
	line_start();
	said("tool words ls -l -1 --help", "ls -l -1 --help first=ls");
	said("tool words -m x ls -1", "message=x ls -1 first=ls");
	said("tool words -- ls -- -1", "ls -- -1 first=ls");
}

TEST(a_value_that_is_missing_is_told)
{
	line_start();
	misunderstood("tool show --message", "error: tool show: --message needs a value\nSee `tool show --help`.\n");
	misunderstood("tool show -vm", "error: tool show: -vm needs a value\nSee `tool show --help`.\n");
	misunderstood("tool --app", "error: tool: --app needs a value\nSee `tool --help`.\n");
}

TEST(a_value_too_many_is_told)
{
	line_start();
	misunderstood("tool show --verbose=yes", "error: tool show: --verbose takes no value\nSee `tool show --help`.\n");
	misunderstood("tool show --header=yes", "error: tool show: --header takes no value\nSee `tool show --help`.\n");
	misunderstood("tool show --verb=yes", "error: tool show: --verbose takes no value\nSee `tool show --help`.\n");
}

TEST(an_unknown_option_is_told_with_what_may_have_been_meant)
{
	line_start();
	misunderstood("tool show --mesage x",
	              "error: tool show: there is no option --mesage; did you mean --message?\nSee `tool show --help`.\n");
	misunderstood("tool show --mesage=x",
	              "error: tool show: there is no option --mesage; did you mean --message?\nSee `tool show --help`.\n");
	misunderstood("tool show --zzz", "error: tool show: there is no option --zzz\nSee `tool show --help`.\n");
	misunderstood("tool --databse x show",
	              "error: tool: there is no option --databse; did you mean --database?\nSee `tool --help`.\n");
	misunderstood("tool show a -x b", "error: tool show: there is no option -x\nSee `tool show --help`.\n");
	misunderstood("tool show -vx", "error: tool show: there is no option -x\nSee `tool show --help`.\n");
	misunderstood("tool show -xv", "error: tool show: there is no option -x\nSee `tool show --help`.\n");
	misunderstood("tool show -\xc3\xa9",
	              "error: tool show: there is no option with the byte 195\nSee `tool show --help`.\n");
}

TEST(an_option_that_may_be_either_is_told)
{
	line_start();
	misunderstood("tool show --he", "error: tool show: --he may be --head or --header\nSee `tool show --help`.\n");
}

TEST(too_many_and_too_few_arguments_are_told)
{
	line_start();
	misunderstood("tool show a b c", "error: tool show: 'c' is one argument too many\nSee `tool show --help`.\n");
	misunderstood("tool words", "error: tool words: WORD … is missing\nSee `tool words --help`.\n");
	misunderstood("tool fail x", "error: tool fail: 'x' is one argument too many\nSee `tool fail --help`.\n");
}

TEST(an_unknown_command_is_told_with_what_may_have_been_meant)
{
	line_start();
	misunderstood("tool group shwo",
	              "error: tool group: there is no command 'shwo'; did you mean 'show'?\nSee `tool group --help`.\n");
	misunderstood("tool group zzzzzz", "error: tool group: there is no command 'zzzzzz'\nSee `tool group --help`.\n");
	misunderstood("tool shwo", "(no app here, so only kin's own commands are known)\n"
	                           "error: tool: there is no command 'shwo'; did you mean 'show'?\nSee `tool --help`.\n");
	misunderstood("tool _", "(no app here, so only kin's own commands are known)\n"
	                        "error: tool: there is no command ' '\nSee `tool --help`.\n");
}

TEST(a_group_without_a_command_shows_its_help_and_fails)
{
	line_start();
	line l = line_run(&root, "tool group");

	CHECK_INT(l.status, 2);
	CHECK_HAS(l.out, "Usage: tool group [OPTIONS] COMMAND [ARGUMENTS]\n\nHas commands\n");
	CHECK_HAS(l.out, "\nCommands:\n  show         Shows its arguments\n");
	CHECK_INT(line_run(&root, "tool").status, 2);
}

TEST(help_lists_what_there_is)
{
	line_start();
	said("tool show --help",
	     "Usage: tool show [OPTIONS] [A] [B]\n\nShows its arguments\n\nOptions:\n"
	     "  -m, --message TEXT         A message\n"
	     "      --head REV             A head\n"
	     "      --header               A header\n"
	     "  -v, --verbose              More\n"
	     "      --app DIR              The app: its directory, or its shared object (default: here, or server/)\n"
	     "      --database URL         The database, before any other setting\n"
	     "      --echo                 Print every statement that is sent\n"
	     "  -h, --help                 Show this\n");
	CHECK_HAS(line_run(&root, "tool fail -h").out, "Usage: tool fail [OPTIONS]\n");
	CHECK_INT(line_run(&root, "tool -h").status, 0);
}

TEST(help_is_shown_whatever_else_is_said)
{
	line_start();
	CHECK_INT(line_run(&root, "tool show a b c d --help").status, 0);
	CHECK_INT(line_run(&root, "tool words --help").status, 0);
}

TEST(what_fails_is_told_with_its_sql)
{
	line_start();
	line l = line_run(&root, "tool fail");

	CHECK_INT(l.status, 1);
	CHECK_TEXT(l.err, "error: the disk is on fire\n  SQL: SELECT 1\n");
}

TEST(output_that_cannot_be_written_is_a_failure)
{
	char *argv[] = { "tool", "show", NULL };
	int saved, full = open("/dev/full", O_WRONLY);

	line_start();
	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	CHECK(full >= 0 && dup2(full, STDOUT_FILENO) >= 0);
	int status = kin_command_main(&root, 2, argv);
	clearerr(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	close(full);
	CHECK_INT(status, 1);
}

TEST(a_program_without_a_name_is_run)
{
	line_start();
	CHECK_INT(line_run(&root, "").status, 2);
}

static int echo_words(kin_app *app, int argc, char **argv)
{
	(void)app;
	for (int i = 0; i < argc; i++)
		printf("%s,", argv[i]);
	return argc > 1 ? atoi(argv[1]) : 0;
}

TEST(the_apps_own_commands_get_their_words_as_they_are)
{
	static const kin_app_info info = { .name = "mine", .database = "sqlite:///:memory:" };
	static kin_app_command command = { .name = "echo", .summary = "Says its words", .run = echo_words };
	line l;

	line_start();
	kin_app_set_builtin(true);
	kin_app_register(&info);
	if (!kin_app_find_command("echo"))
		kin_app_register_command(&command);
	said("tool echo", "echo,");
	l = line_run(&root, "tool echo 3 -1 --echo -- -m x");
	CHECK_TEXT(l.out, "echo,3,-1,--echo,--,-m,x,");
	CHECK_INT(l.status, 3);
	said("tool echo --help", "Usage: tool echo [ARGUMENTS]\n\nSays its words\n");
	CHECK_HAS(line_run(&root, "tool --help").out, "Commands of mine:\n  echo         Says its words\n");
	misunderstood("tool ehco", "error: tool: there is no command 'ehco'; did you mean 'echo'?\nSee `tool --help`.\n");
	kin_app_set_builtin(false);
}

TEST(no_command_line_harms)
{
	static const char *const words[] = {
		"show", "group", "words", "fail", "--", "-", "-v", "-m", "-1", "--head", "--head=", "--=", "-x", "--he", "a", "--help",
		"--app", "--app=nowhere", "-vm", "--echo=1",
	};
	enum { WORDS = sizeof(words) / sizeof(words[0]) };
	char text[200];

	line_start();
	for (size_t i = 0; i < WORDS * WORDS * WORDS; i++) {
		snprintf(text, sizeof(text), "tool %s %s %s", words[i % WORDS], words[i / WORDS % WORDS],
		         words[i / WORDS / WORDS]);
		int status = line_run(&root, text).status;
		CHECK_MSG(status >= 0 && status <= 2, "%s: %d", text, status);
	}
}

FUSED(a_command_line_survives_failing_allocations)
{
	char *argv[] = { "tool", "group", "show", "-m", "-1", "--head", "a", "-2", NULL };
	int saved = dup(STDERR_FILENO), nowhere = open("/dev/null", O_WRONLY);

	/* Nothing but the status says how it ended: 1 is the failed allocation. */
	dup2(nowhere, STDERR_FILENO);
	int status = kin_command_main(&root, 8, argv);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(nowhere);
	return status == 0 ? KIN_OK : status == 1 ? KIN_ENOMEM : KIN_EUSAGE;
}
