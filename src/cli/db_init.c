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

static int run(kin_cli *cli)
{
	kin_db_task task;

	if (kin_db_task_app(&task, cli) < 0 ||
	    kin_folder_init(task.directory, made, NULL, &cli->error) < 0)
		return kin_cli_fail(cli);
	puts("Next: `kin db revision --autogenerate -m \"…\"` writes the first revision from the models.");
	return 0;
}

static const kin_option options[] = { KIN_DB_OPTIONS, { NULL, 0, NULL, NULL } };

const kin_command kin_db_init_command = {
	.name = "init",
	.summary = "Make the migrations directory",
	.options = options,
	.run = run,
};
