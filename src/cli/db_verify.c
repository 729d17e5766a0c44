/* db_verify.c - `kin db verify`: models, revisions and database compared, each with the next; and which of them moved. */
#include "cli/db_models.h"

#include "base/text.h"
#include "migrate/drift.h"

typedef struct verify {
	kin_db_task *task;
	kin_schema   files;    /* after all revisions */
	kin_changes  to_models; /* from the files to the models */
	kin_changes  drift;    /* from what the database should be to what it is */
	bool        *applied;  /* NULL: there is no database */
	size_t       behind;   /* revisions it has not */
} verify;

static int compare_models(verify *v)
{
	kin_cli *cli = v->task->cli;
	kin_schema models;
	int rc;

	v->to_models.arena = &cli->arena;
	if ((rc = kin_db_models_schema(cli, &models)) < 0 ||
	    (rc = kin_folder_replay(&cli->arena, &v->task->folder, NULL, NULL, &v->files, &cli->error)) < 0)
		return rc;
	return kin_diff_schemas(&v->to_models, NULL, &v->files, &models, NULL, &cli->error);
}

static int compare_database(verify *v)
{
	kin_cli *cli = v->task->cli;
	int rc = kin_db_task_acquire(v->task, &cli->error);

	v->drift.arena = &cli->arena;
	if (rc == KIN_OK)
		rc = kin_run_applied(v->task->connection, &cli->arena, &v->task->folder, &v->applied, &cli->error);
	for (size_t i = 0; rc == KIN_OK && i < v->task->folder.graph.count; i++)
		v->behind += !v->applied[i];
	return rc < 0 ? rc : kin_drift_find(&v->drift, v->task->connection, &v->task->folder, v->applied, &cli->error);
}

static void row(const char *name, const char *mark, size_t n, const char *what)
{
	const char *colour = n == 0 ? kin_ui_green(stdout) : kin_ui_red(stdout);

	printf("  %-22s %s%s%s", name, colour, n == 0 ? "ok" : mark, kin_ui_plain(stdout));
	if (n > 0)
		printf("  %zu %s%s", n, what, n == 1 ? "" : "s");
	putchar('\n');
}

/* Whether the database was changed by hand as the models were. */
static bool hand_is_model(const verify *v)
{
	kin_text a, b;
	bool same = v->drift.count > 0 && v->drift.count == v->to_models.count && v->behind == 0;

	kin_text_init(&a);
	kin_text_init(&b);
	for (size_t i = 0; same && i < v->drift.count; i++) {
		kin_ddl_show(&a, &v->drift.items[i]);
		kin_ddl_show(&b, &v->to_models.items[i]);
	}
	same = same && kin_text_ok(&a) && kin_text_ok(&b) && strcmp(a.data, b.data) == 0;
	kin_text_done(&a);
	kin_text_done(&b);
	return same;
}

static void conclude(const verify *v)
{
	if (hand_is_model(v)) {
		puts("\nThe models and the database moved the same way, past the revisions: write a revision, and `kin db stamp` it.");
		return;
	}
	if (v->to_models.count > 0)
		puts("\nThe models moved: `kin db revision --autogenerate -m \"…\"` writes what they have and the revisions do not.");
	if (v->behind > 0)
		puts("\nThe revisions are ahead of the database: `kin db upgrade` brings it there.");
	if (v->drift.count > 0)
		puts("\nThe database moved: it was changed by hand. Undo that there, or bring it into the models and a revision.");
}

static int report(const verify *v)
{
	bool same = v->to_models.count == 0 && v->drift.count == 0 && v->behind == 0;

	row("models - revisions", "differ", v->to_models.count, "difference");
	kin_db_models_list(&v->to_models, &v->files, "      ");
	row("revisions - database", "differ", v->drift.count, "difference");
	kin_db_models_list(&v->drift, NULL, "      ");
	row("applied", "behind", v->behind, "revision");
	conclude(v);
	return same ? 0 : 1;
}

static int run(kin_cli *cli)
{
	kin_db_task task;
	verify v = { .task = &task };
	int rc = kin_db_task_folder(&task, cli);

	if (rc == KIN_OK)
		rc = compare_models(&v);
	if (rc == KIN_OK)
		rc = compare_database(&v);
	kin_db_task_done(&task);
	return rc < 0 ? kin_cli_fail(cli) : report(&v);
}

static const kin_option options[] = { KIN_DB_OPTIONS, { NULL, 0, NULL, NULL } };

const kin_command kin_db_verify_command = {
	.name = "verify",
	.summary = "Compare models, revisions and database, and say which of them moved",
	.details = "Exit status 0: all three are the same. 1: they differ.",
	.options = options,
	.run = run,
};
