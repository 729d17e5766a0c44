/* db_show.c - `kin db current`, `history`, `heads`, `branches` and `show`: what there is, and where the database stands. */
#include "cli/db_task.h"

#include <string.h>


static int check_heads(const kin_db_task *task, const bool *applied)
{
	const kin_revision_links *heads = &task->folder.graph.heads;

	for (size_t i = 0; i < heads->count; i++)
		if (!applied[heads->items[i]])
			return kin_error_set(&task->cli->error, KIN_EDIFFERENT, "Database is not on all head revisions; `kin db upgrade` brings it there");
	return KIN_OK;
}

static int current(kin_cli *cli)
{
	kin_db_task task;
	kin_revision_links found = { 0 };
	bool *applied;
	int rc = kin_db_task_connect(&task, cli);

	if (rc == KIN_OK)
		rc = kin_run_applied(task.connection, &cli->arena, &task.folder, &applied, &cli->error);
	if (rc == KIN_OK)
		rc = kin_revision_current(&cli->arena, &task.folder.graph, applied, &found, &cli->error);
	for (size_t i = 0; rc == KIN_OK && i < found.count; i++) {
		if (kin_cli_option(cli, "verbose"))
			printf("Current revision for %s:\n", kin_db_url(cli->app->db));
		kin_db_task_show(&task, found.items[i], kin_cli_option(cli, "verbose") != NULL);
	}
	if (rc == KIN_OK && kin_cli_option(cli, "check-heads"))
		rc = check_heads(&task, applied);
	kin_db_task_done(&task);
	return rc < 0 ? kin_cli_fail(cli) : 0;
}

/* "a1, b2 -> c3 (head), message"; a base comes from "<base>". */
static void show_step(const kin_db_task *task, size_t revision)
{
	const kin_script *script = &task->folder.scripts[revision];

	for (size_t i = 0; i < script->parent_count; i++)
		printf("%s%s", i ? ", " : "", script->parents[i]);
	printf("%s -> ", script->parent_count ? "" : "<base>");
	kin_db_task_show(task, revision, true);
}

static void show_list(const char *title, const char *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		printf("%s%s%s", i ? ", " : title, i ? "" : ": ", items[i]);
	if (count > 0)
		putchar('\n');
}

static int show_one(const kin_db_task *task, size_t revision, kin_error *error)
{
	const kin_script *script = &task->folder.scripts[revision];
	const char *text;
	size_t size;
	int rc = kin_folder_text(&task->folder, script, &text, &size, error);

	if (rc < 0)
		return rc;
	printf("Rev: ");
	kin_db_task_show(task, revision, false);
	printf("Parent: ");
	for (size_t i = 0; i < script->parent_count; i++)
		printf("%s%s", i ? ", " : "", script->parents[i]);
	puts(script->parent_count ? "" : "<base>");
	show_list("Depends on", script->depends, script->depend_count);
	show_list("Replaces", script->replaces, script->replace_count);
	printf("Path: %s\n\n", script->path);
	fwrite(text, 1, size, stdout);
	return KIN_OK;
}

/* Which revisions are applied, for names such as `current`; a database that is not there has none. */
static bool *applied_if_reachable(kin_db_task *task)
{
	kin_error ignored = { 0 };
	bool *applied = NULL;

	if (kin_db_task_acquire(task, &ignored) == KIN_OK)
		kin_run_applied(task->connection, &task->cli->arena, &task->folder, &applied, &ignored);
	kin_error_clear(&ignored);
	return applied;
}

static int history(kin_cli *cli)
{
	kin_db_task task;
	kin_revision_links path = { 0 };
	const char *range = kin_cli_option(cli, "rev-range");
	bool *applied = NULL, indicate = kin_cli_option(cli, "indicate-current") != NULL;
	int rc = kin_db_task_folder(&task, cli);

	if (rc == KIN_OK && (range || indicate))
		applied = applied_if_reachable(&task);
	if (rc == KIN_OK)
		rc = kin_revision_range(&cli->arena, &task.folder.graph, range, applied, &path, &cli->error);
	for (size_t i = 0; rc == KIN_OK && i < path.count; i++) {
		if (kin_cli_option(cli, "verbose")) {
			if ((rc = show_one(&task, path.items[i], &cli->error)) == KIN_OK)
				putchar('\n');
			continue;
		}
		if (indicate)
			fputs(applied && applied[path.items[i]] ? "* " : "  ", stdout);
		show_step(&task, path.items[i]);
	}
	kin_db_task_done(&task);
	return rc < 0 ? kin_cli_fail(cli) : 0;
}

/* Whether another revision depends on it, so that to have that one is to have this. */
static bool is_depended_on(const kin_revision_graph *graph, size_t revision)
{
	for (size_t i = revision + 1; i < graph->count; i++)
		for (size_t j = 0; j < graph->depends[i].count; j++)
			if (graph->depends[i].items[j] == revision)
				return true;
	return false;
}

static int heads(kin_cli *cli)
{
	kin_db_task task;

	if (kin_db_task_folder(&task, cli) < 0)
		return kin_cli_fail(cli);
	const kin_revision_graph *graph = &task.folder.graph;
	for (size_t i = 0; i < graph->heads.count; i++) {
		size_t head = graph->heads.items[i];
		if (!kin_cli_option(cli, "resolve-dependencies") || !is_depended_on(graph, head))
			kin_db_task_show(&task, head, kin_cli_option(cli, "verbose") != NULL);
	}
	return 0;
}

static int branches(kin_cli *cli)
{
	kin_db_task task;

	if (kin_db_task_folder(&task, cli) < 0)
		return kin_cli_fail(cli);
	const kin_revision_graph *graph = &task.folder.graph;
	for (size_t i = 0; i < graph->count; i++) {
		if (!kin_revision_is_branch(graph, i))
			continue;
		kin_db_task_show(&task, i, true);
		for (size_t c = 0; c < graph->children[i].count; c++) {
			printf("    -> ");
			kin_db_task_show(&task, graph->children[i].items[c], true);
		}
	}
	return 0;
}

static int show(kin_cli *cli)
{
	kin_db_task task;
	kin_revision_links found;
	const char *name = kin_cli_argument(cli, 0, "heads");
	int rc = kin_db_task_folder(&task, cli);

	if (rc == KIN_OK)
		rc = kin_revision_find(&cli->arena, &task.folder.graph, name, applied_if_reachable(&task), &found, &cli->error);
	for (size_t i = 0; rc == KIN_OK && i < found.count; i++)
		rc = show_one(&task, found.items[i], &cli->error);
	kin_db_task_done(&task);
	return rc < 0 ? kin_cli_fail(cli) : 0;
}

static const kin_option verbose_options[] = {
	{ "verbose", 'v', NULL, "More of each" },
	KIN_DB_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const kin_option current_options[] = {
	{ "verbose", 'v', NULL, "More of each" },
	{ "check-heads", 'c', NULL, "Exit with 1 unless the database has all heads" },
	KIN_DB_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const kin_option heads_options[] = {
	{ "verbose", 'v', NULL, "More of each" },
	{ "resolve-dependencies", 0, NULL, "Without those that another revision depends on" },
	KIN_DB_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const kin_option history_options[] = {
	{ "rev-range", 'r', "FROM:TO", "Only these; ids, base, head, current, -N: or :+N" },
	{ "indicate-current", 'i', NULL, "Mark with * what the database has" },
	{ "verbose", 'v', NULL, "With each revision's file" },
	KIN_DB_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const kin_option plain_options[] = { KIN_DB_OPTIONS, { NULL, 0, NULL, NULL } };

const kin_command kin_db_current_command = {
	.name = "current",
	.summary = "Show the revision the database is at",
	.options = current_options,
	.run = current,
};

const kin_command kin_db_history_command = {
	.name = "history",
	.summary = "List the revisions, newest first",
	.options = history_options,
	.run = history,
};

const kin_command kin_db_heads_command = {
	.name = "heads",
	.summary = "List the revisions that nothing follows",
	.options = heads_options,
	.run = heads,
};

const kin_command kin_db_branches_command = {
	.name = "branches",
	.summary = "List the revisions that several follow",
	.options = verbose_options,
	.run = branches,
};

const kin_command kin_db_show_command = {
	.name = "show",
	.usage = "[REVISION]",
	.summary = "Show a revision's file (default: heads)",
	.options = plain_options,
	.max_arguments = 1,
	.run = show,
};
