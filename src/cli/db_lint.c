/* db_lint.c - `kin db lint`: what revisions will lock, rewrite, break or lose; and the same before an upgrade. */
#include "cli/db_lint.h"

#include <string.h>

#include "migrate/lint.h"

static const char *colour(kin_lint_severity severity)
{
	return severity == KIN_LINT_DANGER ? kin_ui_red(stdout) : severity == KIN_LINT_WARNING ? kin_ui_bold(stdout) : kin_ui_plain(stdout);
}

static void show_finding(const kin_lint_finding *f)
{
	printf("%s:%d: %s%s%s %s: %s\n", f->script->path, f->line, colour(f->rule->severity), kin_lint_severity_name(f->rule->severity),
	       kin_ui_plain(stdout), f->rule->id, f->what);
	printf("    safe: %s\n", f->rule->safe);
}

/* A line for each rule that found something. */
static void show_summary(const kin_lint_findings *findings)
{
	printf("\n  %-8s  %-22s %8s %8s\n", "severity", "rule", "findings", "allowed");
	for (const kin_lint_rule *r = kin_lint_rules; r->id; r++) {
		size_t found = 0, allowed = 0;
		for (size_t i = 0; i < findings->count; i++) {
			found += findings->items[i].rule == r;
			allowed += findings->items[i].rule == r && findings->items[i].reason;
		}
		if (found > 0)
			printf("  %-8s  %-22s %8zu %8zu\n", kin_lint_severity_name(r->severity), r->id, found - allowed, allowed);
	}
}

static void show_all(const kin_lint_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		if (!findings->items[i].reason)
			show_finding(&findings->items[i]);
	if (findings->count > 0)
		show_summary(findings);
	if (kin_lint_count(findings, KIN_LINT_NOTE) > 0)
		puts("\nWhat is meant is acknowledged above its statement: -- lint: allow RULE reason");
}

bool kin_db_lint_ask(kin_db_task *task, const kin_lint_findings *findings)
{
	kin_cli *cli = task->cli;

	if (kin_lint_count(findings, KIN_LINT_NOTE) == 0)
		return true;
	show_all(findings);
	putchar('\n');
	fflush(stdout);
	if (kin_lint_count(findings, KIN_LINT_DANGER) == 0 || kin_ui_confirm("Go on all the same?"))
		return true;
	kin_error_set(&cli->error, KIN_EINTERRUPT, "stopped before anything was changed; --yes does not ask");
	return false;
}

/* Those that a range names; else those that the database has not; without a database all. */
static int choose(kin_db_task *task, kin_revision_links *ret_path)
{
	kin_cli *cli = task->cli;
	const char *range = kin_cli_option(cli, "rev-range");
	kin_error ignored = { 0 };
	bool *applied = NULL;

	if (kin_db_task_acquire(task, &ignored) == KIN_OK &&
	    kin_run_applied(task->connection, &cli->arena, &task->folder, &applied, &ignored) < 0)
		applied = NULL;
	kin_error_clear(&ignored);
	if (range || kin_cli_option(cli, "all") || !applied)
		return kin_revision_range(&cli->arena, &task->folder.graph, range, applied, ret_path, &cli->error);
	return kin_revision_upgrade(&cli->arena, &task->folder.graph, "heads", applied, ret_path, &cli->error);
}

static int choose_dialect(kin_cli *cli, const kin_dialect **ret_dialect)
{
	const char *name = kin_cli_option(cli, "dialect");

	*ret_dialect = name ? kin_dialect_find(name) : kin_db_dialect_of(cli->app->db);
	if (!*ret_dialect)
		return kin_error_set(&cli->error, KIN_EUSAGE, "there is no dialect '%s'; there are sqlite, postgresql and mariadb", name);
	return KIN_OK;
}

static int list_rules(kin_cli *cli)
{
	(void)cli;
	for (const kin_lint_rule *r = kin_lint_rules; r->id; r++) {
		printf("%-22s %-8s", r->id, kin_lint_severity_name(r->severity));
		for (int id = 0; id < KIN_DIALECT_COUNT; id++)
			if (r->dialects & 1U << id)
				printf(" %s", kin_dialect_get((kin_dialect_id)id)->name);
		printf("\n    safe: %s\n", r->safe);
	}
	return 0;
}

static int run(kin_cli *cli)
{
	kin_db_task task;
	kin_lint_findings findings = { .arena = &cli->arena };
	kin_revision_links path = { 0 };
	const kin_dialect *dialect = NULL;

	if (kin_cli_option(cli, "list-rules"))
		return list_rules(cli);
	int rc = kin_db_task_folder(&task, cli);
	if (rc == KIN_OK && (rc = choose_dialect(cli, &dialect)) == KIN_OK)
		rc = choose(&task, &path);
	if (rc == KIN_OK)
		rc = kin_lint_revisions(&findings, &task.folder, dialect, &path, NULL, &cli->error);
	kin_db_task_done(&task);
	if (rc < 0)
		return kin_cli_fail(cli);
	show_all(&findings);
	if (findings.count == 0)
		printf("Nothing was found in %zu revision%s.\n", path.count, path.count == 1 ? "" : "s");
	return kin_lint_count(&findings, KIN_LINT_WARNING) > 0 ? 1 : 0;
}

static const kin_option options[] = {
	{ "rev-range", 'r', "FROM:TO", "Only these (default: what the database has not; without a database, all)" },
	{ "all", 0, NULL, "All revisions" },
	{ "dialect", 0, "NAME", "As for sqlite, postgresql or mariadb (default: as the database is)" },
	{ "list-rules", 0, NULL, "List the rules, each with the safe way" },
	KIN_DB_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

const kin_command kin_db_lint_command = {
	.name = "lint",
	.summary = "What revisions will lock, rewrite, break or lose, and how to write them so that they do not",
	.details = "Exit status 0: nothing but notes. 1: something is to be changed, or acknowledged in the file:\n\n"
	           "  -- lint: allow drop-column nobody has read it since May",
	.options = options,
	.run = run,
};
