/* build.c - `kin build`: the app, kin and the revisions as one executable. */
#include "cli/commands.h"

#include <string.h>

#include "app/build_program.h"
#include "db/url.h"

/* --driver, or that of the app's database; "none" is none. */
static int choose_drivers(kin_cli *cli, const char **ret_drivers)
{
	const char *said = kin_cli_option(cli, "driver");
	kin_url url = { 0 };

	if (said) {
		*ret_drivers = strcmp(said, "none") == 0 ? NULL : said;
		return KIN_OK;
	}
	int rc = kin_url_parse(&cli->arena, cli->app->url, cli->app->directory, &url, &cli->error);
	if (rc == KIN_OK)
		*ret_drivers = kin_build_program_driver(url.scheme);
	return rc;
}

static int run(kin_cli *cli)
{
	const char *output = kin_cli_option(cli, "output"), *drivers = NULL;
	int rc = kin_cli_app(cli);

	if (rc == KIN_OK && !cli->app->include)
		rc = kin_error_set(&cli->error, KIN_EBUILD, "%s is built already: link what it is made from with libkin.a, and call kin_main()",
		                   cli->app->object ? cli->app->object : "this program");
	if (rc == KIN_OK)
		rc = choose_drivers(cli, &drivers);
	if (rc == KIN_OK) {
		const kin_build_program_options options = {
			.directory = cli->app->directory, .include = cli->app->include, .output = output ? output : kin_app_name(cli->app),
			.migrations = cli->app->migrations, .drivers = drivers, .is_static = kin_cli_option(cli, "static") != NULL,
		};
		if ((rc = kin_build_program(&cli->arena, &options, &cli->error)) == KIN_OK)
			printf("Built %s\n", options.output);
	}
	return rc < 0 ? kin_cli_fail(cli) : 0;
}

static const kin_option options[] = {
	{ "output", 'o', "FILE", "The program (default: the app's name, here)" },
	{ "driver", 0, "NAME,…", "Link these in: postgresql, mariadb, dqlite, or none (default: that of the app's database)" },
	{ "static", 0, NULL, "With the archives of SQLite and inih, so that they need not be where it runs; not with the drivers of servers" },
	{ NULL, 0, NULL, NULL },
};

const kin_command kin_build_command = {
	.name = "build",
	.summary = "Make one executable of the app, kin and the revisions",
	.details = "It has the app's commands and kin's, but for the shell, and needs neither a compiler nor the sources where it\n"
	           "runs: ./petshop db upgrade. A relative sqlite:/// path is relative to the working directory there.",
	.options = options,
	.run = run,
};
