/* db_squash.c - `kin db squash`: several revisions become one. */
#include "cli/db_task.h"

#include <string.h>

#include "migrate/squash.h"

static bool read_data(const char *word, kin_squash_data *ret_data)
{
	if (word && strcmp(word, "keep") == 0)
		*ret_data = KIN_SQUASH_KEEP;
	else if (word && strcmp(word, "drop") == 0)
		*ret_data = KIN_SQUASH_DROP;
	else if (word)
		return false;
	return true;
}

static int run(kin_cli *cli)
{
	kin_db_task task;
	kin_script script;
	kin_revision_links old;
	kin_squash_options options = { .range = cli->argv[0], .message = kin_cli_option(cli, "message"),
		                       .id = kin_cli_option(cli, "rev-id") };

	if (!read_data(kin_cli_option(cli, "data"), &options.data))
		return kin_cli_usage(cli, "--data is keep or drop, not '%s'", kin_cli_option(cli, "data"));
	if (options.id && !kin_script_is_id(options.id))
		return kin_cli_usage(cli, "'%s' " KIN_SCRIPT_NO_ID, options.id);
	int rc = kin_db_task_folder(&task, cli);
	if (rc == KIN_OK)
		rc = kin_squash_make(&task.folder, &options, &script, &old, &cli->error);
	if (rc == KIN_OK)
		rc = kin_squash_write(&task.folder, &script, &old, &cli->error);
	if (rc == KIN_OK) {
		printf("Generating %s ... done\n", script.path);
		printf("%zu revisions are now %s. A database that has all of them has it. For one that is in the middle they are kept:\n"
		       "  kin db upgrade --directory %s/squashed/%s\n", old.count, script.id, task.directory, script.id);
	}
	kin_db_task_done(&task);
	return rc < 0 ? kin_cli_fail(cli) : 0;
}

static const kin_option options[] = {
	{ "message", 'm', "TEXT", "What it does, in a few words" },
	{ "rev-id", 0, "ID", "Its id (default: twelve random hex digits)" },
	{ "data", 0, "keep|drop", "With statements that change data: keep all as they are, or leave those out" },
	KIN_DB_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

const kin_command kin_db_squash_command = {
	.name = "squash",
	.usage = "FROM:TO",
	.summary = "Make one revision of several, both ends included, that gives the same schema",
	.details = "Both are replayed on paper and compared before anything is written. What followed the old revisions follows the\n"
	           "new one, and no other file is touched.",
	.options = options,
	.max_arguments = 1,
	.min_arguments = 1,
	.run = run,
};
