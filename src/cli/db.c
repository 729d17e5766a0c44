/* db.c - `kin db`: migrations. */
#include "cli/commands.h"
#include "cli/db_task.h"

static const kin_command *const commands[] = {
	&kin_db_init_command, &kin_db_revision_command, &kin_db_migrate_command, &kin_db_edit_command,
	&kin_db_merge_command,
	&kin_db_upgrade_command, &kin_db_downgrade_command, &kin_db_current_command, &kin_db_history_command,
	&kin_db_heads_command, &kin_db_branches_command, &kin_db_show_command, &kin_db_stamp_command,
	&kin_db_check_command, &kin_db_list_templates_command,
	&kin_db_lint_command, &kin_db_rehearse_command, &kin_db_squash_command, &kin_db_repair_command,
	&kin_db_verify_command, &kin_db_diff_command, &kin_db_pull_command, NULL,
};

const kin_command kin_db_command = {
	.name = "db",
	.summary = "Migrations: revisions of the database's schema, made from the models",
	.details = "  kin db init                                   once\n"
	           "  kin db revision --autogenerate -m \"…\"         when the models have changed\n"
	           "  kin db upgrade                                bring the database up to date",
	.commands = commands,
};
