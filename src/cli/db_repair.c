/* db_repair.c - `kin db repair`: explains what is in the way of migrating the database, and removes it. */
#include "cli/db_task.h"

#include "base/text.h"
#include "migrate/repair.h"

static void show_statement(const kin_ddl *item)
{
	kin_text text;

	kin_text_init(&text);
	kin_ddl_show(&text, item);
	printf("    %s\n", text.data);
	kin_text_done(&text);
}

static void explain_half(const kin_repair *repair)
{
	const kin_journal *j = repair->journal;
	const char *command = j->up ? "upgrade" : "downgrade";

	printf("Revision %s is half %s, since %s: %zu of its %zu steps are done.\n", j->revision, j->up ? "applied" : "undone", j->since,
	       j->done, repair->total);
	if (!repair->script) {
		puts("  There is no file for it here: get it back, then look again.");
		return;
	}
	if (!repair->next) {
		printf("  All that is left is to write it down: `kin db %s` does.\n", command);
		return;
	}
	printf("  %s:%d: %s\n", repair->script->path, repair->next->line,
	       j->begun ? "this was begun, and it is not written down whether it was carried out:" : "this comes next:");
	show_statement(repair->next);
	printf("  `kin db %s` goes on with it%s.\n", command,
	       j->begun ? ", if the schema tells what became of it. If it does not, say what did: --done or --retry" : "");
}

static void explain(const kin_repair *repair)
{
	if (repair->holder)
		printf("The lock is held by %s (host, pid, start), since %s. A process that is gone from this machine loses it to the\n"
		       "next that wants it; --break-lock takes it away by force.\n", repair->holder, repair->since ? repair->since : "?");
	if (repair->journal)
		explain_half(repair);
	if (!repair->holder && !repair->journal)
		puts("There is nothing to repair: no lock is held, and no revision is half applied.");
}

static int accept_edits(kin_db_task *task)
{
	size_t count = 0;
	int rc = kin_repair_accept(task->connection, &task->folder, &count, &task->cli->error);

	if (rc == KIN_OK)
		printf("%zu revision%s written down as the files are now.\n", count, count == 1 ? " is" : "s are");
	return rc;
}

static int act(kin_db_task *task)
{
	kin_cli *cli = task->cli;
	kin_repair repair;
	int rc = KIN_OK;

	if (kin_cli_option(cli, "break-lock") && (rc = kin_history_break_lock(task->connection, &cli->error)) == KIN_OK)
		puts("The lock is free.");
	if (rc == KIN_OK && (kin_cli_option(cli, "done") || kin_cli_option(cli, "retry")))
		rc = kin_repair_mark(task->connection, &task->folder, kin_cli_option(cli, "done") != NULL, &cli->error);
	if (rc == KIN_OK && kin_cli_option(cli, "accept-edits"))
		rc = accept_edits(task);
	if (rc == KIN_OK && (rc = kin_repair_look(task->connection, &cli->arena, &task->folder, &repair, &cli->error)) == KIN_OK)
		explain(&repair);
	return rc;
}

static int run(kin_cli *cli)
{
	kin_db_task task;

	if (kin_cli_option(cli, "done") && kin_cli_option(cli, "retry"))
		return kin_cli_usage(cli, "--done and --retry say opposite things");
	int rc = kin_db_task_connect(&task, cli);
	if (rc == KIN_OK)
		rc = act(&task);
	kin_db_task_done(&task);
	return rc < 0 ? kin_cli_fail(cli) : 0;
}

static const kin_option options[] = {
	{ "break-lock", 0, NULL, "Take the lock away from whoever has it" },
	{ "done", 0, NULL, "The statement that was begun was carried out" },
	{ "retry", 0, NULL, "It was not: run it again" },
	{ "accept-edits", 0, NULL, "Files edited since they were applied count as they are now" },
	KIN_DB_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

const kin_command kin_db_repair_command = {
	.name = "repair",
	.summary = "Explain what is in the way of migrating the database, and remove it",
	.details = "Without an option it looks, and changes nothing.",
	.options = options,
	.run = run,
};
