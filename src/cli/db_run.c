/* db_run.c - `kin db upgrade`, `downgrade` and `stamp`: bring the database to a revision. */
#include "cli/db_adopt.h"
#include "cli/db_lint.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "migrate/drift.h"

typedef int run_fn(kin_connection *connection, const kin_folder *folder, const char *target,
                   const kin_run_options *options, kin_error *error);

/* "2.5" as milliseconds; where nothing is said, what was said before stays. */
static int read_seconds(kin_cli *cli, const char *option, int64_t *ret_milliseconds)
{
	const char *text = kin_cli_option(cli, option);
	char *end;

	if (!text)
		return KIN_OK;
	double seconds = strtod(text, &end);
	if (end == text || *end || !(seconds > 0 && seconds < 1e6))
		return kin_error_set(&cli->error, KIN_EUSAGE, "--%s: '%s' is no number of seconds", option, text);
	*ret_milliseconds = (int64_t)(seconds * 1000);
	return KIN_OK;
}

static int read_timeouts(kin_cli *cli, kin_run_options *options)
{
	int rc = read_seconds(cli, "lock-timeout", &options->lock_timeout);

	return rc < 0 ? rc : read_seconds(cli, "statement-timeout", &options->statement_timeout);
}

/* On a terminal, what `kin db lint` would say of it comes first; tables without rows have nothing to fear. */
static int warn(kin_db_task *task, const char *target)
{
	kin_cli *cli = task->cli;
	kin_lint_findings findings = { .arena = &cli->arena };
	kin_lint_options options = { .connection = task->connection };
	kin_revision_links path = { 0 };
	bool *applied;
	int rc;

	if (!kin_ui_is_terminal(stdout) || !kin_ui_is_terminal(stdin) || kin_cli_option(cli, "yes"))
		return KIN_OK;
	if ((rc = kin_run_applied(task->connection, &cli->arena, &task->folder, &applied, &cli->error)) < 0 ||
	    (rc = kin_revision_upgrade(&cli->arena, &task->folder.graph, target, applied, &path, &cli->error)) < 0 || path.count == 0 ||
	    (rc = kin_lint_revisions(&findings, &task->folder, kin_connection_dialect(task->connection), &path, &options, &cli->error)) < 0)
		return rc;
	return kin_db_lint_ask(task, &findings) ? KIN_OK : cli->error.code;
}

static int run_to(kin_cli *cli, run_fn *fn, const char *target)
{
	kin_db_task task;
	int rc = kin_db_task_connect(&task, cli);

	if (rc == KIN_OK) {
		kin_run_options options = kin_db_task_run_options(&task);
		if ((rc = read_timeouts(cli, &options)) == KIN_OK && fn == kin_run_upgrade)
			rc = warn(&task, target);
		if (rc == KIN_OK)
			rc = fn(task.connection, &task.folder, target, &options, &cli->error);
	}
	kin_db_task_done(&task);
	return rc < 0 ? kin_cli_fail(cli) : 0;
}

/* --dialect, or the database's. */
static int choose_dialect(kin_cli *cli, const kin_dialect **ret_dialect)
{
	const char *name = kin_cli_option(cli, "dialect");

	*ret_dialect = name ? kin_dialect_find(name) : kin_db_dialect_of(cli->app->db);
	if (!*ret_dialect)
		return kin_error_set(&cli->error, KIN_EUSAGE, "there is no dialect '%s'; there are sqlite, postgresql and mariadb", name);
	return KIN_OK;
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
	const kin_dialect *dialect;
	int rc = choose_dialect(cli, &dialect);
	if (kin_cli_option(cli, "tag"))
		kin_text_addf(out, "-- tag: %s\n\n", kin_cli_option(cli, "tag"));
	return rc < 0 ? rc : kin_run_show(out, dialect, &task->folder, from, target, down, &cli->error);
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

/* The statements that would be sent, for FROM:TO or TO. */
static int stamp_sql(kin_cli *cli, const char *words)
{
	const kin_dialect *dialect;
	kin_db_task task;
	kin_text out;
	int rc = kin_db_task_folder(&task, cli);

	kin_text_init(&out);
	if (rc == KIN_OK && (rc = choose_dialect(cli, &dialect)) == KIN_OK)
		rc = kin_run_show_stamp(&out, dialect, &task.folder, words, kin_cli_option(cli, "purge") != NULL, &cli->error);
	if (rc == KIN_OK)
		fputs(out.data, stdout);
	kin_text_done(&out);
	kin_db_task_done(&task);
	return rc < 0 ? kin_cli_fail(cli) : 0;
}

static int stamp(kin_cli *cli)
{
	const char *targets = kin_cli_argument(cli, 0, "heads");

	if (kin_cli_option(cli, "from-alembic"))
		return kin_db_adopt(cli);
	for (int i = 1; i < cli->argc && targets; i++)
		targets = kin_arena_printf(&cli->arena, "%s %s", targets, cli->argv[i]);
	if (!targets)
		return kin_error_nomem(&cli->error), kin_cli_fail(cli);
	if (kin_cli_option(cli, "sql"))
		return stamp_sql(cli, targets);
	return run_to(cli, kin_cli_option(cli, "purge") ? stamp_purge : stamp_keep, targets);
}

#define SQL_OPTIONS \
	{ "sql", 0, NULL, "Print the SQL instead of running it; the argument may be FROM:TO" }, \
	{ "dialect", 0, "NAME", "With --sql: for sqlite, postgresql or mariadb (default: as the database is)" }, \
	{ "tag", 0, "WORD", "For the app's KIN_MIGRATION functions: kin_migration_tag()" }

static const kin_option run_options[] = {
	SQL_OPTIONS,
	{ "yes", 'y', NULL, "Do not ask, whatever `kin db lint` would say" },
	{ "lock-timeout", 0, "SECONDS", "Wait so long for another migration, and for each lock (default: kin.ini, migrations.ini, 10)" },
	{ "statement-timeout", 0, "SECONDS", "Give up a statement that takes longer (servers; default: none)" },
	KIN_DB_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const kin_option stamp_options[] = {
	SQL_OPTIONS,
	{ "purge", 0, NULL, "Forget what the database has first, revisions without a file too" },
	{ "from-alembic", 0, NULL, "Where Alembic says it is; the first revision is then made of what is there" },
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
	.usage = "[REVISION …]",
	.summary = "Write down that the database is at REVISION, running nothing",
	.options = stamp_options,
	.max_arguments = 64,
	.run = stamp,
};
