/* commands.c - what kin's own commands say without an app. */
#include "cli/commands.h"

#include <stdlib.h>
#include <unistd.h>

#include "app/line.h"
#include "base/file.h"
#include "cli/db_task.h"
#include "harness/harness.h"

static int kin_itself(const void *context, int argc, char **argv)
{
	(void)context;
	return kin_cli_main("kin", argc, argv, NULL);
}

static line run_kin(const char *words)
{
	return line_run_main(kin_itself, NULL, words);
}

static void fails(const char *words, int status, const char *part)
{
	line l = run_kin(words);

	CHECK_HAS(l.err, part);
	CHECK_INT(l.status, status);
}

static void help_of(const char *path, const kin_command *command)
{
	char words[200];

	snprintf(words, sizeof(words), "%s --help", path);
	line l = run_kin(words);
	CHECK_MSG(l.status == 0, "%s: %d", words, l.status);
	CHECK_TEXT(l.err, "");
	CHECK_HAS(l.out, command->summary);
	for (const kin_command *const *c = command->commands; c && *c; c++) {
		snprintf(words, sizeof(words), "%s %s", path, (*c)->name);
		help_of(words, *c);
	}
}

TEST(every_command_has_help)
{
	line_start();
	help_of("kin db", &kin_db_command);
	help_of("kin check", &kin_check_command);
	help_of("kin new", &kin_new_command);
	help_of("kin fake", &kin_fake_command);
	help_of("kin install", &kin_install_command);
	help_of("kin env", &kin_env_command);
	help_of("kin run", &kin_run_command);
	help_of("kin build", &kin_build_command);
	CHECK_HAS(run_kin("kin --help").out, "\n  db           Migrations");
}

/* Where the text of the option begins in its line. */
static long text_column(const char *help, const char *option, const char *text)
{
	const char *at = strstr(help, option), *begin = at;
	const char *found = at ? strstr(at, text) : NULL;

	while (begin && begin > help && begin[-1] != '\n')
		begin--;
	return found ? found - begin : -1;
}

TEST(the_texts_of_options_stand_behind_the_longest_of_them)
{
	line_start();
	const char *help = run_kin("kin db upgrade --help").out;
	long column = text_column(help, "--statement-timeout SECONDS", "Give up");
	CHECK_INT(column, strlen("      --statement-timeout SECONDS "));
	CHECK_INT(text_column(help, "--sql", "Print the SQL"), column);
	CHECK_INT(text_column(help, "-h, --help", "Show this"), column);
	help = run_kin("kin db current --help").out;
	CHECK_INT(text_column(help, "-h, --help", "Show this"), 29);
}

TEST(the_version_is_told)
{
	line_start();
	CHECK_TEXT(run_kin("kin --version").out, "kin " KIN_VERSION "\n");
	CHECK_TEXT(run_kin("kin -V").out, "kin " KIN_VERSION "\n");
}

TEST(where_there_is_no_app_commands_that_need_one_say_so)
{
	static const char *const lines[] = {
		"kin check", "kin db init", "kin db upgrade", "kin db current", "kin db history", "kin db check", "kin db heads",
		"kin db revision -m x", "kin db stamp", "kin env", "kin run ls", "kin install",
	};

	line_start();
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		fails(lines[i], 1, "error: no app here: there is no app.c in this directory");
}

TEST(fake_data_is_the_seeds)
{
	line_start();
	line l = run_kin("kin fake name --seed 1");
	char first[100];
	snprintf(first, sizeof(first), "%s", l.out);
	CHECK_TEXT(run_kin("kin fake name --seed 1").out, first);
	CHECK_INT(l.status, 0);
	CHECK_TEXT(run_kin("kin fake word -r 0").out, "");
	CHECK_HAS(run_kin("kin fake integer -r 3 -s ,").out, ",");
}

TEST(fake_data_of_every_kind_is_listed)
{
	line_start();
	CHECK_HAS(run_kin("kin fake").out, "\nzipcode ");
}

TEST(what_cannot_be_faked_is_told)
{
	line_start();
	fails("kin fake nmae", 2, "there is no fake 'nmae'; did you mean 'name'?");
	fails("kin fake zzz", 2, "there is no fake 'zzz'; `kin fake` lists them");
	fails("kin fake name -r -1", 2, "--repeat takes a number up to 100000000, not '-1'");
	fails("kin fake name -r 1e3", 2, "--repeat takes a number up to 100000000, not '1e3'");
	fails("kin fake name --seed 99999999999999999999999", 2, "--seed takes a number, not '99999999999999999999999'");
	fails("kin fake name --seed=", 2, "--seed takes a number, not ''");
	fails("kin fake name -l de", 2, "there is no locale 'de' yet; there is en_US");
	fails("kin fake name name", 2, "'name' is one argument too many");
}

TEST(a_new_app_has_its_first_files)
{
	line_start();
	line l = run_kin("kin new my/garden");

	CHECK_INT(l.status, 0);
	CHECK_HAS(l.out, "Creating my/garden/server/app.c ... done\n");
	CHECK_HAS(l.out, "Next: cd my/garden && ");
	CHECK(kin_file_exists("my/garden/server/models.c") && kin_file_exists("my/garden/kin.ini"));
	fails("kin new my/garden", 1, "my/garden exists already; nothing was changed");
}

TEST(the_directory_of_a_new_app_may_end_with_a_slash)
{
	line_start();
	CHECK_INT(run_kin("kin new garden/").status, 0);
	CHECK(kin_file_exists("garden/server/app.c"));
}

TEST(a_new_app_needs_a_name)
{
	line_start();
	fails("kin new", 2, "NAME is missing");
	fails("kin new 1st", 2, "'1st' cannot be an app's name: use letters, digits and _");
	fails("kin new my-app", 2, "'my-app' cannot be an app's name");
	fails("kin new /", 2, "cannot be an app's name");
	CHECK(!kin_file_exists("1st") && !kin_file_exists("my-app"));
}

static void write_text(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");
	CHECK(out && fputs(text, out) >= 0 && fclose(out) == 0);
}

TEST(packages_that_are_wrong_are_told_with_their_line)
{
	line_start();
	write_text("app.c", "");
	write_text("kin.ini", "[packages]\ngcc = *\nGCC;rm = *\n");
	fails("kin install", 1, "kin.ini:3: 'GCC;rm' is no package name");
	write_text("kin.ini", "[kin]\n");
	CHECK_HAS(run_kin("kin install").out, "kin.ini declares no [packages]; nothing to do");
	CHECK(!kin_file_exists("kin.lock"));
}

TEST(a_program_that_cannot_be_run_is_told)
{
	line_start();
	write_text("app.c", "");
	fails("kin run kin-no-such-program -x", 1, "cannot run kin-no-such-program: No such file or directory");
	unsetenv("KIN_APP");
	unsetenv("KIN_ENV");
	fails("kin run", 2, "COMMAND [ARGUMENT …] is missing");
}

TEST(an_environment_in_an_environment_is_refused)
{
	line_start();
	setenv("KIN_ENV", "/somewhere", 1);
	fails("kin env", 1, "this is the environment of /somewhere already; leave it with `exit`");
	unsetenv("KIN_ENV");
}
