/* env.c - `kin env` and `kin run`: a shell, or one command, in the app's environment.
 *
 * That is: .env loaded, KIN_APP naming the app, and kin itself first on PATH. */
#include "cli/commands.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/find.h"
#include "app/settings.h"
#include "base/file.h"

static int set_path(kin_cli *cli)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char *path = getenv("PATH");

	if (n <= 0)
		return KIN_OK;
	self[n] = '\0';
	const char *bin = kin_path_directory(&cli->arena, self);
	const char *all = bin ? kin_arena_printf(&cli->arena, "%s:%s", bin, path ? path : "/usr/bin:/bin") : NULL;
	if (!all || setenv("PATH", all, 1) != 0)
		return kin_error_nomem(&cli->error);
	return KIN_OK;
}

static int enter(kin_cli *cli)
{
	kin_app_place place;
	kin_settings settings;
	int rc;

	if ((rc = kin_app_find(&cli->arena, cli->app_options.app, &place, &cli->error)) < 0 ||
	    (rc = kin_settings_load(&cli->arena, place.directory, &settings, &cli->error)) < 0 ||
	    (rc = set_path(cli)) < 0)
		return rc;
	if (setenv("KIN_APP", place.object ? place.object : place.directory, 1) != 0 ||
	    setenv("KIN_ENV", place.directory, 1) != 0)
		return kin_error_nomem(&cli->error);
	return KIN_OK;
}

static int become(kin_cli *cli, char **argv)
{
	fflush(stdout);
	execvp(argv[0], argv);
	kin_error_set(&cli->error, KIN_EIO, "cannot run %s: %s", argv[0], strerror(errno));
	return kin_cli_fail(cli);
}

static int env(kin_cli *cli)
{
	const char *shell = getenv("SHELL"), *already = getenv("KIN_ENV");

	if (already && *already) {
		kin_error_set(&cli->error, KIN_EEXISTS, "this is the environment of %s already; leave it with `exit`", already);
		return kin_cli_fail(cli);
	}
	if (enter(cli) < 0)
		return kin_cli_fail(cli);
	if (isatty(STDIN_FILENO))
		printf("The environment of %s; leave it with `exit`.\n", getenv("KIN_ENV"));
	char *argv[] = { kin_arena_strdup(&cli->arena, shell && *shell ? shell : "/bin/sh"), NULL };
	return become(cli, argv);
}

static int run(kin_cli *cli)
{
	return enter(cli) < 0 ? kin_cli_fail(cli) : become(cli, cli->argv);
}

const kin_command kin_env_command = {
	.name = "env",
	.summary = "A shell with .env loaded, KIN_APP set and kin on PATH",
	.run = env,
};

const kin_command kin_run_command = {
	.name = "run",
	.usage = "COMMAND [ARGUMENT …]",
	.summary = "One command in that environment",
	.min_arguments = 1,
	.max_arguments = INT_MAX,
	.verbatim = true,
	.run = run,
};
