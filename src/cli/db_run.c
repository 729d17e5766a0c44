/* db_run.c - `kin db upgrade`, `downgrade` and `stamp`: bring the database to a revision. */
#include "cli/db_task.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "migrate/drift.h"

typedef int run_fn(kin_connection *connection, const kin_folder *folder, const char *target,
                   const kin_run_options *options, kin_error *error);

static int run_to(kin_cli *cli, run_fn *fn, const char *target)
{
	kin_db_task task;
	int rc = kin_db_task_connect(&task, cli);

	if (rc == KIN_OK) {
		kin_run_options options = kin_db_task_run_options(&task);
		rc = fn(task.connection, &task.folder, target, &options, &cli->error);
	}
	kin_db_task_done(&task);
	return rc < 0 ? kin_cli_fail(cli) : 0;
}

/* FROM:TO, or TO: the SQL that would be sent, for a database that is not at hand. Without FROM, up is from the beginning and
 * down from the heads. */
static int write_sql(kin_db_task *task, kin_text *out, const char *words, bool down)
{
	kin_cli *cli = task->cli;
	char *copy = kin_arena_strdup(&cli->arena, words), *colon = copy ? strrchr(copy, ':') : NULL;
	const char *from = down ? "heads" : NULL, *target = copy;

	if (!copy)
		return kin_error_nomem(&cli->error);
	if (colon) {
		*colon = '\0';
		from = copy;
		target = colon + 1;
	}
	return kin_run_show(out, kin_db_dialect_of(cli->app->db), &task->folder, from, target, down, &cli->error);
}

static int show_sql(kin_cli *cli, const char *words, bool down)
{
	kin_db_task task;
	kin_text out;
	int rc = kin_db_task_folder(&task, cli);

	kin_text_init(&out);
	if (rc == KIN_OK && (rc = write_sql(&task, &out, words, down)) == KIN_OK && !kin_text_ok(&out))
		rc = kin_error_nomem(&cli->error);
	if (rc == KIN_OK)
		fputs(out.data, stdout);
	kin_text_done(&out);
	kin_db_task_done(&task);
	return rc < 0 ? kin_cli_fail(cli) : 0;
}

static int upgrade(kin_cli *cli)
{
	const char *target = kin_cli_argument(cli, 0, "heads");

	return kin_cli_option(cli, "sql") ? show_sql(cli, target, false) : run_to(cli, kin_run_upgrade, target);
}

static int downgrade(kin_cli *cli)
{
	const char *target = kin_cli_argument(cli, 0, "-1");

	return kin_cli_option(cli, "sql") ? show_sql(cli, target, true) : run_to(cli, kin_run_downgrade, target);
}

static int stamp_keep(kin_connection *connection, const kin_folder *folder, const char *target,
                      const kin_run_options *options, kin_error *error)
{
	return kin_run_stamp(connection, folder, target, false, options, error);
}

static int stamp_purge(kin_connection *connection, const kin_folder *folder, const char *target,
                       const kin_run_options *options, kin_error *error)
{
	return kin_run_stamp(connection, folder, target, true, options, error);
}

static int stamp(kin_cli *cli)
{
	return run_to(cli, kin_cli_option(cli, "purge") ? stamp_purge : stamp_keep, kin_cli_argument(cli, 0, "heads"));
}

static const kin_option run_options[] = {
	{ "sql", 0, NULL, "Print the SQL instead of running it; the argument may be FROM:TO" },
	KIN_DB_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const kin_option stamp_options[] = {
	{ "purge", 0, NULL, "Forget what the database has first, revisions without a file too" },
	KIN_DB_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

const kin_command kin_db_upgrade_command = {
	.name = "upgrade",
	.usage = "[REVISION | +N]",
	.summary = "Apply the revisions up to REVISION (default: heads)",
	.details = "Each revision is a transaction of its own: after a failure or a crash the database is at the\n"
	           "last revision that was finished.\n\n"
	           "  kin db upgrade            all of them\n"
	           "  kin db upgrade +1         the next one\n"
	           "  kin db upgrade 1a2b       up to the revision whose id begins with 1a2b",
	.options = run_options,
	.max_arguments = 1,
	.run = upgrade,
};

const kin_command kin_db_downgrade_command = {
	.name = "downgrade",
	.usage = "[REVISION | -N | base]",
	.summary = "Undo revisions down to REVISION (default: -1)",
	.details = "  kin db downgrade          the last one\n"
	           "  kin db downgrade -2       the last two\n"
	           "  kin db downgrade base     all of them",
	.options = run_options,
	.max_arguments = 1,
	.run = downgrade,
};

const kin_command kin_db_stamp_command = {
	.name = "stamp",
	.usage = "[REVISION]",
	.summary = "Write down that the database is at REVISION, running nothing",
	.options = stamp_options,
	.max_arguments = 1,
	.run = stamp,
};
