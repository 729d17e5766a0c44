/* main.c - all of the commands, and the program that any app becomes with kin_main(). */
#include "cli/commands.h"

#include <locale.h>

#include "base/file.h"

enum { MOST_COMMANDS = 32 };

static const kin_command *const built_in[] = {
	&kin_new_command, &kin_db_command, &kin_check_command, &kin_build_command, &kin_fake_command,
	&kin_install_command, &kin_env_command, &kin_run_command, NULL,
};

static const kin_option options[] = {
	{ "version", 'V', NULL, "Print the version" },
	{ NULL, 0, NULL, NULL },
};

int kin_cli_main(const char *name, int argc, char **argv, const kin_command *const *more)
{
	const kin_command *all[MOST_COMMANDS + 1];
	size_t n = 0;

	for (const kin_command *const *c = built_in; *c; c++)
		all[n++] = *c;
	for (; more && *more && n < MOST_COMMANDS; more++)
		all[n++] = *more;
	all[n] = NULL;

	const kin_command root = {
		.name = name,
		.summary = "kin ties C structs to database tables.",
		.details = "The app is the directory with app.c, here or in server/. Its own commands (KIN_COMMAND) are\n"
		           "commands here too: `kin seed`. `kin COMMAND --help` says more of each.",
		.options = options,
		.commands = all,
	};
	setlocale(LC_CTYPE, "");
	return kin_command_main(&root, argc, argv);
}

int kin_main(int argc, char **argv)
{
	kin_app_set_builtin(true);
	return kin_cli_main(argc > 0 ? kin_path_name(argv[0]) : "kin", argc, argv, NULL);
}
