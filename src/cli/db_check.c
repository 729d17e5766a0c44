/* db_check.c - `kin db check`: whether a revision is missing for what the models say. */
#include "cli/db_models.h"

static int report(const kin_schema *before, const kin_changes *changes, kin_cli *cli)
{
	kin_db_models_list(changes, before, "  ");
	kin_error_set(&cli->error, KIN_EDIFFERENT,
	              "New upgrade operations detected. `kin db revision --autogenerate -m \"…\"` writes a revision with them");
	return kin_cli_fail(cli);
}

static int run(kin_cli *cli)
{
	kin_db_task task;
	kin_schema before;
	kin_changes changes = { .arena = &cli->arena };
	int rc = kin_db_task_folder(&task, cli);

	if (rc == KIN_OK)
		rc = kin_db_models_changes(&task, &(kin_generate_options){ 0 }, &changes, &before);
	kin_db_task_done(&task);
	if (rc < 0)
		return kin_cli_fail(cli);
	if (changes.count > 0)
		return report(&before, &changes, cli);
	puts("No new upgrade operations detected.");
	return 0;
}

static const kin_option options[] = { KIN_DB_OPTIONS, { NULL, 0, NULL, NULL } };

const kin_command kin_db_check_command = {
	.name = "check",
	.summary = "Whether the revisions give what the models say, and the database is what they gave",
	.details = "Exit status 0: they do. 1: a revision is missing, or someone changed the database by hand.",
	.options = options,
	.run = run,
};
