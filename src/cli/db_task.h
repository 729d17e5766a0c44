/* db_task.h - what the commands of `kin db` work on: the app, its revisions, its database. */
#ifndef KIN_CLI_DB_TASK_H
#define KIN_CLI_DB_TASK_H

#include "app/command.h"
#include "app/ui.h"
#include "db/connection.h"
#include "migrate/folder.h"
#include "migrate/run.h"

typedef struct kin_db_task {
	kin_cli        *cli;
	const char     *directory;  /* migrations */
	kin_folder      folder;
	kin_connection *connection; /* NULL: not asked for, or not to be had */
	kin_ui_progress progress;
	const char     *new_file;   /* the SQLite file that was not there before the connection; NULL: there was one, or it is no file */
} kin_db_task;

/* The options every one of them has. */
#define KIN_DB_OPTIONS { "directory", 'd', "DIR", "The revisions (default: migrations, beside the app)" }

/* The app and its folder's name. KIN_OK, or the error is in cli->error. */
int kin_db_task_app(kin_db_task *task, kin_cli *cli);
/* And the revisions, read. */
int kin_db_task_folder(kin_db_task *task, kin_cli *cli);
/* And a connection. */
int kin_db_task_connect(kin_db_task *task, kin_cli *cli);
/* Only the connection, for who has the folder, with an error of its own. */
int kin_db_task_acquire(kin_db_task *task, kin_error *error);
/* Give the connection back. An SQLite file in which nothing was made is removed again. */
void kin_db_task_done(kin_db_task *task);

/* What run.h calls while revisions run. */
kin_run_options kin_db_task_run_options(kin_db_task *task);

/* "1a2b3c (head), create pets" for a list of revisions. */
void kin_db_task_show(const kin_db_task *task, size_t revision, bool with_message);

extern const kin_command kin_db_list_templates_command, kin_db_lint_command, kin_db_rehearse_command,
	kin_db_squash_command, kin_db_repair_command, kin_db_verify_command;
extern const kin_command kin_db_init_command, kin_db_revision_command, kin_db_migrate_command;
extern const kin_command kin_db_merge_command, kin_db_edit_command;
extern const kin_command kin_db_upgrade_command, kin_db_downgrade_command, kin_db_stamp_command;
extern const kin_command kin_db_current_command, kin_db_history_command, kin_db_heads_command;
extern const kin_command kin_db_branches_command, kin_db_show_command, kin_db_check_command;
extern const kin_command kin_db_diff_command, kin_db_pull_command;

#endif
