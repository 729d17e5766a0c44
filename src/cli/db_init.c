/* db_init.c - `kin db init`: makes the folder that holds the revisions. */
#include "cli/db_task.h"

#include <string.h>

static void made(void *context, const char *path)
{
	size_t length = strlen(path);
	bool is_directory = length > 0 && path[length - 1] == '/';

	(void)context;
	printf("%s %.*s ... done\n", is_directory ? "Creating directory" : "Generating",
	       (int)(is_directory ? length - 1 : length), path);
}

static const char generic[] = "generic";

static int run(kin_cli *cli)
{
	const char *template = kin_cli_option(cli, "template");
	kin_db_task task;

	if (template && strcmp(template, generic) != 0)
		return kin_cli_usage(cli, "there is no template '%s'; `kin db list-templates` lists them", template);

	if (kin_db_task_app(&task, cli) < 0 ||
	    kin_folder_init(task.directory, made, NULL, &cli->error) < 0)
		return kin_cli_fail(cli);
	puts("Next: `kin db revision --autogenerate -m \"…\"` writes the first revision from the models.");
	return 0;
}

static int list_templates(kin_cli *cli)
{
	(void)cli;
	printf("Available templates:\n\n%s - one directory of revisions in portable SQL, for every database\n", generic);
	return 0;
}

static const kin_option options[] = {
	{ "template", 't', "NAME", "What to make it from: generic" },
	KIN_DB_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

const kin_command kin_db_init_command = {
	.name = "init",
	.summary = "Make the migrations directory",
	.options = options,
	.run = run,
};

const kin_command kin_db_list_templates_command = {
	.name = "list-templates",
	.summary = "List what a migrations directory can be made from",
	.run = list_templates,
};
