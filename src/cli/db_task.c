/* db_task.c - what the commands of `kin db` work on: the app, its revisions, its database. */
#include "cli/db_task.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/migration.h"
#include "base/file.h"
#include "db/url.h"

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

/* The revisions that `kin build` put into this program. */
static int read_built_in(kin_db_task *task)
{
	kin_cli *cli = task->cli;
	size_t count = 0;

	while (kin_app_files()[count].name)
		count++;
	kin_folder_file *files = kin_arena_alloc(&cli->arena, (count + 1) * sizeof(*files));
	if (!files)
		return kin_error_nomem(&cli->error);
	for (size_t i = 0; i < count; i++)
		files[i] = (kin_folder_file){ .name = kin_app_files()[i].name, .data = kin_app_files()[i].data, .size = kin_app_files()[i].size };
	task->directory = "(built in)";
	return kin_folder_read_files(&cli->arena, task->directory, files, count, &task->folder, &cli->error);
}

int kin_db_task_folder(kin_db_task *task, kin_cli *cli)
{
	int rc = kin_db_task_app(task, cli);

	if (rc < 0)
		return rc;
	if (kin_app_files() && !kin_cli_option(cli, "directory"))
		return read_built_in(task);
	return kin_folder_read(&cli->arena, task->directory, &task->folder, &cli->error);
}

/* The file that connecting is about to make; NULL if there is one, or memory is out. */
static const char *missing_file(kin_cli *cli)
{
	kin_error ignored = { 0 };
	kin_url url = { 0 };
	int rc = kin_url_parse(&cli->arena, cli->app->url, cli->app->directory, &url, &ignored);

	kin_error_clear(&ignored);
	if (rc < 0 || strcmp(kin_db_dialect(cli->app->db), "sqlite") != 0 || !url.database || strcmp(url.database, ":memory:") == 0)
		return NULL;
	return kin_file_exists(url.database) ? NULL : url.database;
}

int kin_db_task_acquire(kin_db_task *task, kin_error *error)
{
	const char *missing = missing_file(task->cli);
	int rc = kin_db_acquire(task->cli->app->db, &task->connection, error);

	if (missing)
		task->new_file = missing;
	return rc;
}

/* SQLite makes a file of no bytes when it is opened, whatever is asked of it then. */
static void remove_empty(const char *path)
{
	struct stat status;

	if (path && stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0)
		unlink(path);
}

int kin_db_task_connect(kin_db_task *task, kin_cli *cli)
{
	int rc = kin_db_task_folder(task, cli);

	return rc < 0 ? rc : kin_db_task_acquire(task, &cli->error);
}

void kin_db_task_done(kin_db_task *task)
{
	kin_ui_progress_end(&task->progress);
	if (task->connection)
		kin_db_release(task->cli->app->db, task->connection);
	task->connection = NULL;
	remove_empty(task->new_file);
	task->new_file = NULL;
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

static int call(void *context, kin_connection *connection, const char *name, kin_error *error)
{
	kin_db_task *task = context;

	return kin_migration_call(task->cli->app->db, connection, name, error);
}

static int known(void *context, const char *name, kin_error *error)
{
	(void)context;
	return kin_migration_known(name, error);
}

kin_run_options kin_db_task_run_options(kin_db_task *task)
{
	kin_migration_set_tag(kin_cli_option(task->cli, "tag"));
	return (kin_run_options){ .starting = starting, .progress = progress, .call = call, .known = known, .context = task,
		                  .lock_timeout = task->cli->app->lock_timeout,
		                  .statement_timeout = task->cli->app->statement_timeout };
}

void kin_db_task_show(const kin_db_task *task, size_t revision, bool with_message)
{
	const kin_revision_graph *graph = &task->folder.graph;
	const kin_script *script = &task->folder.scripts[revision];

	printf("%s%s%s", kin_ui_bold(stdout), script->id, kin_ui_plain(stdout));
	for (size_t i = 0; i < script->label_count; i++)
		printf("%s%s%s", i ? ", " : " (", script->labels[i], i + 1 < script->label_count ? "" : ")");
	if (kin_revision_is_head(graph, revision))
		printf(" %s(head)%s", kin_ui_green(stdout), kin_ui_plain(stdout));
	if (kin_revision_is_branch(graph, revision))
		printf(" (branchpoint)");
	if (kin_revision_is_merge(graph, revision))
		printf(" (mergepoint)");
	if (with_message && *script->message)
		printf(", %s", script->message);
	putchar('\n');
}
