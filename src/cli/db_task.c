/* db_task.c - what the commands of `kin db` work on: the app, its revisions, its database. */
#include "cli/db_task.h"

#include <string.h>

#include "base/file.h"

int kin_db_task_app(kin_db_task *task, kin_cli *cli)
{
	const char *directory = kin_cli_option(cli, "directory");
	int rc = kin_cli_app(cli);

	*task = (kin_db_task){ .cli = cli };
	if (rc < 0)
		return rc;
	task->directory = directory ? kin_path_absolute(&cli->arena, directory) : cli->app->migrations;
	if (directory && !task->directory)
		task->directory = directory;
	return KIN_OK;
}

int kin_db_task_folder(kin_db_task *task, kin_cli *cli)
{
	int rc = kin_db_task_app(task, cli);

	return rc < 0 ? rc : kin_folder_read(&cli->arena, task->directory, &task->folder, &cli->error);
}

int kin_db_task_connect(kin_db_task *task, kin_cli *cli)
{
	int rc = kin_db_task_folder(task, cli);

	return rc < 0 ? rc : kin_db_acquire(cli->app->db, &task->connection, &cli->error);
}

void kin_db_task_done(kin_db_task *task)
{
	kin_ui_progress_end(&task->progress);
	if (task->connection)
		kin_db_release(task->cli->app->db, task->connection);
	task->connection = NULL;
}

static void starting(void *context, const kin_script *script, const char *text)
{
	kin_db_task *task = context;

	(void)script;
	kin_ui_progress_end(&task->progress);
	printf("%s\n", text);
	fflush(stdout);
}

static void progress(void *context, const char *table, int64_t done, int64_t total)
{
	kin_db_task *task = context;

	kin_ui_progress_show(&task->progress, table, done, total);
	if (done >= total)
		kin_ui_progress_end(&task->progress);
}

kin_run_options kin_db_task_run_options(kin_db_task *task)
{
	return (kin_run_options){ .starting = starting, .progress = progress, .context = task };
}

void kin_db_task_show(const kin_db_task *task, size_t revision, bool with_message)
{
	const kin_revision_graph *graph = &task->folder.graph;
	const kin_script *script = &task->folder.scripts[revision];

	printf("%s%s%s", script->id, kin_revision_is_head(graph, revision) ? " (head)" : "",
	       kin_revision_is_branch(graph, revision) ? " (branchpoint)" : "");
	if (kin_revision_is_merge(graph, revision))
		printf(" (mergepoint)");
	if (with_message && *script->message)
		printf(", %s", script->message);
	putchar('\n');
}
