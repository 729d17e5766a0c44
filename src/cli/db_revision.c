/* db_revision.c - `kin db revision`, `migrate` and `merge`: write a new revision. */
#include "cli/db_models.h"

#include <stdlib.h>
#include <string.h>

#include "app/process.h"
#include "base/text.h"
#include "migrate/rename.h"

typedef struct names {
	const char **items;
	size_t       count;
} names;

static bool add_name(kin_cli *cli, names *n, const char *name)
{
	const char **items = kin_arena_alloc(&cli->arena, (n->count + 1) * sizeof(*items));

	if (!items || !name)
		return false;
	if (n->count)
		memcpy(items, n->items, n->count * sizeof(*items));
	items[n->count++] = name;
	n->items = items;
	return true;
}

/* Dropping one thing and adding another that looks like it may be a rename, which would lose what is in it: ask, or stop. */
static int settle_renames(kin_db_task *task, const kin_schema *before, const kin_changes *changes, names *renames)
{
	kin_cli *cli = task->cli;
	kin_rename *guesses;
	kin_schema models;
	size_t count;
	int rc;

	if ((rc = kin_db_models_wanted(cli, &models)) < 0 ||
	    (rc = kin_rename_guess(&cli->arena, before, &models, &guesses, &count, &cli->error)) < 0)
		return rc;
	for (size_t i = 0; i < count; i++) {
		const kin_rename *g = &guesses[i];
		if (!kin_rename_still_drops(g, changes->items, changes->count))
			continue;
		const char *old = kin_rename_old(&cli->arena, g);
		const char *what = kin_arena_printf(&cli->arena, "%s:%s", old ? old : "", g->to);
		if (!old || !what)
			return kin_error_nomem(&cli->error);
		if (kin_cli_option(cli, "no-input") || !kin_ui_is_terminal(stdin) || !kin_ui_is_terminal(stderr))
			return kin_error_set(&cli->error, KIN_EDIFFERENT,
			                     "%s may have been renamed to %s. Say --rename %s, or --no-rename to drop the one "
			                     "with all it holds and add the other", old, g->to, what);
		const char *question = kin_arena_printf(&cli->arena, "Was %s renamed to %s?", old, g->to);
		if (question && kin_ui_confirm(question) && !add_name(cli, renames, what))
			return kin_error_nomem(&cli->error);
	}
	return KIN_OK;
}

/* The difference, asked for renames; then again with those. */
static int find_changes(kin_db_task *task, kin_generate_options *options, kin_changes *changes)
{
	kin_cli *cli = task->cli;
	kin_schema before;
	names renames = { (const char **)(uintptr_t)options->diff.renames, options->diff.rename_count };
	size_t said = renames.count;
	int rc = kin_db_models_changes(task, options, changes, &before);

	if (rc == KIN_OK && !kin_cli_option(cli, "no-rename"))
		rc = settle_renames(task, &before, changes, &renames);
	if (rc == KIN_OK && renames.count > said) {
		kin_schema models;
		options->diff.renames = renames.items;
		options->diff.rename_count = renames.count;
		changes->count = 0;
		if ((rc = kin_db_models_wanted(cli, &models)) == KIN_OK)
			rc = kin_generate_changes(changes, &task->folder, NULL, &models, options, &cli->error);
	}
	if (rc == KIN_OK)
		kin_db_models_list(changes, &before, "");
	return rc;
}

/* --sql: the file's text, and no file. */
static int print_script(kin_db_task *task, const kin_script *script)
{
	kin_text text;

	kin_text_init(&text);
	kin_script_show(&text, script);
	int rc = kin_text_ok(&text) ? KIN_OK : kin_error_nomem(&task->cli->error);
	if (rc == KIN_OK)
		fputs(text.data, stdout);
	kin_text_done(&text);
	return rc;
}

static int write_script(kin_db_task *task, kin_script *script)
{
	if (kin_cli_option(task->cli, "sql"))
		return print_script(task, script);

	int rc = kin_folder_write(&task->folder, script, &task->cli->error);

	if (rc == KIN_OK)
		printf("Generating %s ... done\n", script->path);
	return rc;
}

static int wrong_id(kin_cli *cli, const char *id)
{
	return kin_cli_usage(cli, "'%s' " KIN_SCRIPT_NO_ID, id);
}

/* The options that may be said several times. */
static int read_lists(kin_cli *cli, kin_generate_options *options)
{
	options->parents = kin_cli_option_all(cli, "head", &options->parent_count);
	options->labels = kin_cli_option_all(cli, "branch-label", &options->label_count);
	options->depends = kin_cli_option_all(cli, "depends-on", &options->depend_count);
	options->diff.renames = kin_cli_option_all(cli, "rename", &options->diff.rename_count);
	return cli->arena.failed ? kin_error_nomem(&cli->error) : KIN_OK;
}

static int write_revision(kin_cli *cli, bool autogenerate)
{
	kin_db_task task;
	kin_changes changes = { .arena = &cli->arena };
	kin_script script;
	kin_generate_options options = {
		.message = kin_cli_option(cli, "message"), .id = kin_cli_option(cli, "rev-id"),
		.splice = kin_cli_option(cli, "splice") != NULL, .diff.objects = kin_cli_option(cli, "from-schema") != NULL,
	};

	if (options.id && !kin_script_is_id(options.id))
		return wrong_id(cli, options.id);
	int rc = kin_db_task_folder(&task, cli);
	if (rc == KIN_OK)
		rc = read_lists(cli, &options);
	if (rc == KIN_OK && autogenerate) {
		rc = find_changes(&task, &options, &changes);
		if (rc == KIN_OK && changes.count == 0) {
			puts("No changes in schema detected.");
			kin_db_task_done(&task);
			return 0;
		}
	}
	if (rc == KIN_OK)
		rc = kin_generate_script(&task.folder, &changes, &options, &script, &cli->error);
	if (rc == KIN_OK)
		rc = write_script(&task, &script);
	kin_db_task_done(&task);
	return rc < 0 ? kin_cli_fail(cli) : 0;
}

static int revision(kin_cli *cli)
{
	return write_revision(cli, kin_cli_option(cli, "autogenerate") != NULL);
}

static int migrate(kin_cli *cli)
{
	return write_revision(cli, true);
}

static int merge(kin_cli *cli)
{
	kin_db_task task;
	kin_script script;
	kin_generate_options options = {
		.message = kin_cli_option(cli, "message"), .id = kin_cli_option(cli, "rev-id"),
		.splice = kin_cli_option(cli, "splice") != NULL,
	};
	static const char *const all[] = { "heads" };

	if (options.id && !kin_script_is_id(options.id))
		return wrong_id(cli, options.id);
	int rc = kin_db_task_folder(&task, cli);
	if (rc == KIN_OK)
		rc = read_lists(cli, &options);
	options.parents = cli->argc > 0 ? (const char *const *)cli->argv : all;
	options.parent_count = cli->argc > 0 ? (size_t)cli->argc : 1;
	if (rc == KIN_OK && (rc = kin_generate_empty(&task.folder, &options, &script, &cli->error)) == KIN_OK && script.parent_count < 2)
		rc = kin_error_set(&cli->error, KIN_EREVISION, "there is nothing to merge: %s", script.parent_count == 0 ? "there are no revisions"
		                   : "there is one head");
	if (rc == KIN_OK)
		rc = kin_generate_check_merge(&task.folder, &script, &cli->error);
	if (rc == KIN_OK)
		rc = write_script(&task, &script);
	kin_db_task_done(&task);
	return rc < 0 ? kin_cli_fail(cli) : 0;
}

/* $VISUAL, or $EDITOR, which may have options of its own. */
static int open_editor(kin_cli *cli, const char *path)
{
	const char *editor = getenv("VISUAL"), *words[16];
	size_t n = 0;

	if (!editor || !*editor)
		editor = getenv("EDITOR");
	char *save = NULL, *copy = kin_arena_strdup(&cli->arena, editor && *editor ? editor : "vi");
	if (!copy)
		return kin_error_nomem(&cli->error);
	for (char *word = strtok_r(copy, " ", &save); word && n < 14; word = strtok_r(NULL, " ", &save))
		words[n++] = word;
	words[n++] = path;
	words[n] = NULL;
	int status = kin_process_run(words, NULL);
	if (status == KIN_PROCESS_MISSING || status == 127)
		return kin_error_set(&cli->error, KIN_ENOTFOUND, "there is no editor '%s'; set EDITOR to one that there is", words[0]);
	return status == 0 ? KIN_OK : kin_error_set(&cli->error, KIN_EIO, "the editor '%s' ended with status %d", words[0], status);
}

/* Whether the database had the revision that was edited; one that cannot be reached does not say. */
static bool is_applied(kin_db_task *task, size_t revision)
{
	kin_error ignored = { 0 };
	kin_history_row *rows;
	size_t count = 0;
	bool found = false;

	if (kin_db_task_acquire(task, &ignored) == KIN_OK &&
	    kin_history_read(task->connection, &task->cli->arena, &rows, &count, &ignored) == KIN_OK)
		for (size_t i = 0; i < count && !found; i++)
			found = strcmp(rows[i].id, task->folder.graph.items[revision].id) == 0;
	kin_error_clear(&ignored);
	return found;
}

static int edit(kin_cli *cli)
{
	kin_db_task task;
	kin_script script;
	size_t revision = 0;
	int rc = kin_db_task_folder(&task, cli);

	if (rc == KIN_OK)
		rc = kin_revision_find_one(&cli->arena, &task.folder.graph, kin_cli_argument(cli, 0, "head"), NULL, &revision, &cli->error);
	if (rc == KIN_OK && is_applied(&task, revision))
		fprintf(stderr, "note: the database has revision %s already: what is changed in its statements will be refused\n",
		        task.folder.graph.items[revision].id);
	if (rc == KIN_OK)
		rc = open_editor(cli, task.folder.scripts[revision].path);
	if (rc == KIN_OK)
		rc = kin_script_read(&cli->arena, task.folder.scripts[revision].path, &script, &cli->error);
	kin_db_task_done(&task);
	return rc < 0 ? kin_cli_fail(cli) : 0;
}

#define MESSAGE { "message", 'm', "TEXT", "What it does, in a few words" }
#define REVISION_ID { "rev-id", 0, "ID", "Its id (default: twelve random hex digits)" }
#define AUTOGENERATE_OPTIONS \
	{ "rename", 0, "OLD:NEW", "What was renamed: a table, table.column, table.column.label or enum.label (may be said several times)" }, \
	{ "no-input", 0, NULL, "Do not ask: stop where something may have been renamed" }, \
	{ "no-rename", 0, NULL, "What looks like a rename is a drop and an add" }, \
	{ "from-schema", 0, "FILE", "Compare with a file of portable DDL, not with the models" }

#define PLACE_OPTIONS \
	{ "head", 0, "REV", "The revision it follows: an id, LABEL@head, base (default: the head)" }, \
	{ "splice", 0, NULL, "That revision need not be a head: this one begins a branch there" }, \
	{ "branch-label", 0, "LABEL", "A name for the branch that it begins" }, \
	{ "depends-on", 0, "REV", "A revision of another branch that must be applied before (may be said several times)" }, \
	{ "sql", 0, NULL, "Print the file instead of writing it" }

static const kin_option revision_options[] = {
	MESSAGE,
	{ "autogenerate", 0, NULL, "Fill it with what the models have and the revisions do not" },
	AUTOGENERATE_OPTIONS, PLACE_OPTIONS, REVISION_ID, KIN_DB_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const kin_option migrate_options[] = {
	MESSAGE, AUTOGENERATE_OPTIONS, PLACE_OPTIONS, REVISION_ID, KIN_DB_OPTIONS, { NULL, 0, NULL, NULL },
};

static const kin_option merge_options[] = {
	MESSAGE,
	{ "splice", 0, NULL, "The revisions need not be heads" },
	{ "branch-label", 0, "LABEL", "A name for the branch that it begins" },
	{ "sql", 0, NULL, "Print the file instead of writing it" },
	REVISION_ID, KIN_DB_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const kin_option edit_options[] = { KIN_DB_OPTIONS, { NULL, 0, NULL, NULL } };

const kin_command kin_db_revision_command = {
	.name = "revision",
	.summary = "Write a new revision, empty or from the models",
	.details = "  kin db revision --autogenerate -m \"create owners, pets tables\"\n"
	           "  kin db revision -m \"fill in the species\"",
	.options = revision_options,
	.run = revision,
};

const kin_command kin_db_migrate_command = {
	.name = "migrate",
	.summary = "Write a new revision from the models (revision --autogenerate)",
	.options = migrate_options,
	.run = migrate,
};

const kin_command kin_db_merge_command = {
	.name = "merge",
	.usage = "[REVISION …]",
	.summary = "Write a revision that joins several heads (default: all of them)",
	.details = "Nobody's file is touched. What the heads change is applied on paper in one order and in the other first: if\n"
	           "that makes a difference, or does not work, nothing is written.",
	.options = merge_options,
	.max_arguments = 64,
	.run = merge,
};

const kin_command kin_db_edit_command = {
	.name = "edit",
	.usage = "[REVISION]",
	.summary = "Open a revision's file in $EDITOR (default: head), and check it afterwards",
	.options = edit_options,
	.max_arguments = 1,
	.run = edit,
};
