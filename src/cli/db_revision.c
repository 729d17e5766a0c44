/* db_revision.c - `kin db revision`, `migrate` and `merge`: write a new revision. */
#include "cli/db_models.h"

#include <string.h>

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

static const char *rename_text(kin_cli *cli, const kin_rename *g)
{
	return g->table ? kin_arena_printf(&cli->arena, "%s.%s:%s", g->table, g->from, g->to)
	                : kin_arena_printf(&cli->arena, "%s:%s", g->from, g->to);
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
		const char *what = rename_text(cli, g), *table = g->table ? g->table : "", *dot = g->table ? "." : "";
		if (!what)
			return kin_error_nomem(&cli->error);
		if (kin_cli_option(cli, "no-input") || !kin_ui_is_terminal(stdin) || !kin_ui_is_terminal(stderr))
			return kin_error_set(&cli->error, KIN_EDIFFERENT,
			                     "%s%s%s may have been renamed to %s. Say --rename %s, or --no-rename to drop the one "
			                     "with all it holds and add the other", table, dot, g->from, g->to, what);
		const char *question = kin_arena_printf(&cli->arena, "Was %s%s%s renamed to %s?", table, dot, g->from, g->to);
		if (question && kin_ui_confirm(question) && !add_name(cli, renames, what))
			return kin_error_nomem(&cli->error);
	}
	return KIN_OK;
}

static void describe(const kin_schema *before, const kin_changes *changes)
{
	kin_text line;

	kin_text_init(&line);
	for (size_t i = 0; i < changes->count; i++) {
		kin_text_clear(&line);
		kin_op_describe(&line, before, &changes->items[i]);
		puts(line.data);
	}
	kin_text_done(&line);
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
		describe(&before, changes);
	return rc;
}

static int write_script(kin_db_task *task, kin_script *script)
{
	int rc = kin_folder_write(&task->folder, script, &task->cli->error);

	if (rc == KIN_OK)
		printf("Generating %s ... done\n", script->path);
	return rc;
}

static int wrong_id(kin_cli *cli, const char *id)
{
	return kin_cli_usage(cli, "'%s' " KIN_SCRIPT_NO_ID, id);
}

static int write_revision(kin_cli *cli, bool autogenerate)
{
	kin_db_task task;
	kin_changes changes = { .arena = &cli->arena };
	kin_script script;
	kin_generate_options options = {
		.message = kin_cli_option(cli, "message"), .id = kin_cli_option(cli, "rev-id"),
		.diff.objects = kin_cli_option(cli, "from-schema") != NULL,
	};

	if (options.id && !kin_script_is_id(options.id))
		return wrong_id(cli, options.id);
	int rc = kin_db_task_folder(&task, cli);
	if (rc == KIN_OK && !((options.parents = kin_cli_option_all(cli, "head", &options.parent_count)) &&
	                      (options.diff.renames = kin_cli_option_all(cli, "rename", &options.diff.rename_count))))
		rc = kin_error_nomem(&cli->error);
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
	};
	static const char *const all[] = { "heads" };

	if (options.id && !kin_script_is_id(options.id))
		return wrong_id(cli, options.id);
	int rc = kin_db_task_folder(&task, cli);
	options.parents = cli->argc > 0 ? (const char *const *)cli->argv : all;
	options.parent_count = cli->argc > 0 ? (size_t)cli->argc : 1;
	if (rc == KIN_OK)
		rc = kin_generate_empty(&task.folder, &options, &script, &cli->error);
	if (rc == KIN_OK)
		rc = write_script(&task, &script);
	kin_db_task_done(&task);
	return rc < 0 ? kin_cli_fail(cli) : 0;
}

#define MESSAGE { "message", 'm', "TEXT", "What it does, in a few words" }
#define REVISION_ID { "rev-id", 0, "ID", "Its id (default: twelve random hex digits)" }
#define AUTOGENERATE_OPTIONS \
	{ "rename", 0, "OLD:NEW", "A table or table.column that was renamed (may be said several times)" }, \
	{ "no-input", 0, NULL, "Do not ask: stop where something may have been renamed" }, \
	{ "no-rename", 0, NULL, "What looks like a rename is a drop and an add" }, \
	{ "from-schema", 0, "FILE", "Compare with a file of portable DDL, not with the models" }, \
	{ "head", 0, "REV", "The revision it follows (default: the head)" }

static const kin_option revision_options[] = {
	MESSAGE,
	{ "autogenerate", 0, NULL, "Fill it with what the models have and the revisions do not" },
	AUTOGENERATE_OPTIONS, REVISION_ID, KIN_DB_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const kin_option migrate_options[] = {
	MESSAGE, AUTOGENERATE_OPTIONS, REVISION_ID, KIN_DB_OPTIONS, { NULL, 0, NULL, NULL },
};

static const kin_option merge_options[] = { MESSAGE, REVISION_ID, KIN_DB_OPTIONS, { NULL, 0, NULL, NULL } };

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
	.options = merge_options,
	.max_arguments = 64,
	.run = merge,
};
