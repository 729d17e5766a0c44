/* db_adopt.c - `kin db stamp --from-alembic`: takes over a database that Alembic has managed.
 *
 * What Alembic says the database is at becomes kin's revision of the same id. Where there are no revisions yet, that one is written first: with
 * the schema that the database has. */
#include "cli/db_adopt.h"

#include <string.h>

#include "migrate/ask.h"
#include "migrate/generate.h"

/* The one revision that Alembic has noted. */
static int read_version(kin_db_task *task, const char **ret_id)
{
	kin_cli *cli = task->cli;
	const char *id = NULL;
	int64_t count = 0;
	int rc = kin_ask_number(task->connection, "SELECT count(*) FROM alembic_version", &count, &cli->error);

	if (rc == KIN_ENOTABLE)
		return kin_error_set(&cli->error, KIN_ENOTABLE, "this database has no table alembic_version: Alembic has not managed it");
	if (rc == KIN_OK && count != 1)
		return kin_error_set(&cli->error, KIN_EREVISION, count == 0 ? "Alembic has noted no revision: its upgrade has not been run here"
		                                                            : "Alembic has noted %lld revisions: merge them there first",
		                     (long long)count);
	if (rc == KIN_OK)
		rc = kin_ask_text(task->connection, &cli->arena, "SELECT version_num FROM alembic_version", &id, &cli->error);
	if (rc == KIN_OK && (!id || !kin_script_is_id(id)))
		return kin_error_set(&cli->error, KIN_EREVISION, "Alembic's revision '%s' " KIN_SCRIPT_NO_ID, id ? id : "");
	*ret_id = id;
	return rc;
}

/* A first revision that makes the schema there is. */
static int write_first(kin_db_task *task, const char *id)
{
	kin_cli *cli = task->cli;
	kin_schema nothing = { .arena = &cli->arena }, schema = { 0 };
	kin_changes changes = { .arena = &cli->arena };
	kin_generate_options options = { .message = "adopted from Alembic", .id = id, .diff.objects = true };
	kin_script script;
	int rc;

	if ((rc = kin_connection_reflect(task->connection, &cli->arena, &schema, &cli->error)) < 0 ||
	    (rc = kin_diff_schemas(&changes, NULL, &nothing, &schema, &options.diff, &cli->error)) < 0 ||
	    (rc = kin_generate_script(&task->folder, &changes, &options, &script, &cli->error)) < 0 ||
	    (rc = kin_folder_write(&task->folder, &script, &cli->error)) < 0)
		return rc;
	printf("Generating %s ... done\n", script.path);
	return kin_folder_read(&cli->arena, task->directory, &task->folder, &cli->error);
}

int kin_db_adopt(kin_cli *cli)
{
	kin_db_task task;
	const char *id = NULL;
	int rc = kin_db_task_connect(&task, cli);

	if (rc == KIN_OK && (rc = read_version(&task, &id)) == KIN_OK && kin_revision_index(&task.folder.graph, id) == (size_t)-1)
		rc = task.folder.graph.count == 0
		         ? write_first(&task, id)
		         : kin_error_set(&cli->error, KIN_EREVISION,
		                         "Alembic is at %s, and there are revisions, but none of that id: `kin db stamp REVISION` says which one "
		                         "the database is at", id);
	if (rc == KIN_OK) {
		kin_run_options options = kin_db_task_run_options(&task);
		rc = kin_run_stamp(task.connection, &task.folder, id, false, &options, &cli->error);
	}
	kin_db_task_done(&task);
	return rc < 0 ? kin_cli_fail(cli) : 0;
}
