/* db_diff.c - `kin db diff`: what must change for one schema to become another. */
#include "cli/db_source.h"

#include <string.h>

#include "base/text.h"
#include "migrate/apply.h"
#include "migrate/diff.h"
#include "migrate/rename.h"

typedef struct task {
	kin_cli           *cli;
	kin_db_source      from, to;
	const kin_dialect *dialect; /* in whose words the schemas are compared; NULL: portably */
	const kin_dialect *script;  /* --sql */
	kin_schema         before, after;
	kin_changes        changes;
} task;

/* The dialect that --sql names, or that its URL is for. */
static int find_script(task *t, const char *words)
{
	kin_db_source source;
	int rc;

	if (!strstr(words, "://")) {
		if (!(t->script = kin_dialect_find(words)))
			return kin_error_set(&t->cli->error, KIN_EUSAGE, "--sql takes sqlite, postgresql, mariadb or a URL, not '%s'", words);
		return KIN_OK;
	}
	if ((rc = kin_db_source_open(t->cli, words, &source)) < 0)
		return rc;
	t->script = source.dialect;
	kin_db_source_done(&source);
	return KIN_OK;
}

/* Two databases of different kinds are compared portably. */
static const kin_dialect *dialect_of(const task *t)
{
	const kin_dialect *a = t->from.dialect, *b = t->to.dialect;

	if (a && b && a != b)
		return NULL;
	return a ? a : b ? b : t->script;
}

static int open_sources(task *t)
{
	const char *sql = kin_cli_option(t->cli, "sql");
	int rc = kin_db_source_open(t->cli, t->cli->argv[0], &t->from);

	if (rc == KIN_OK)
		rc = kin_db_source_open(t->cli, t->cli->argv[1], &t->to);
	if (rc == KIN_OK && sql)
		rc = find_script(t, sql);
	t->dialect = dialect_of(t);
	return rc;
}

static int compare(task *t)
{
	kin_cli *cli = t->cli;
	bool models = t->from.kind == KIN_DB_SOURCE_APP || t->to.kind == KIN_DB_SOURCE_APP;
	kin_diff_options options = { .objects = !models };
	int rc;

	if (!(options.renames = kin_cli_option_all(cli, "rename", &options.rename_count)))
		return kin_error_nomem(&cli->error);
	if ((rc = kin_db_source_schema(cli, &t->from, t->dialect, &t->before)) < 0 ||
	    (rc = kin_db_source_schema(cli, &t->to, t->dialect, &t->after)) < 0)
		return rc;
	return kin_diff_schemas(&t->changes, t->dialect, &t->before, &t->after, &options, &cli->error);
}

/* Each change as a line, told with the schema that it meets. */
static int describe(task *t, kin_text *out, bool json)
{
	kin_schema now = { 0 };
	int rc = KIN_OK;

	if (kin_schema_copy(&t->before, &t->cli->arena, &now) < 0)
		return kin_error_nomem(&t->cli->error);
	kin_text_add(out, json ? "[" : "");
	for (size_t i = 0; rc == KIN_OK && i < t->changes.count; i++) {
		const kin_ddl *change = &t->changes.items[i];
		if (json) {
			kin_text_add(out, i > 0 ? ",\n " : "");
			kin_op_json(out, &now, change);
		} else {
			kin_op_describe(out, &now, change);
			kin_text_add_char(out, '\n');
		}
		rc = kin_apply_ddl(&now, change, &t->cli->error);
	}
	kin_text_add(out, json ? "]\n" : "");
	return rc;
}

static int write_script(task *t, kin_text *out)
{
	kin_schema now = { 0 };

	if (kin_schema_copy(&t->before, &t->cli->arena, &now) < 0)
		return kin_error_nomem(&t->cli->error);
	return kin_execute_show(out, t->script, &now, t->changes.items, t->changes.count, &t->cli->error);
}

/* Dropping one thing and adding another may be a rename that was not said. */
static int hint_renames(task *t)
{
	kin_rename *guesses;
	size_t count;
	int rc = kin_rename_guess(&t->cli->arena, &t->before, &t->after, &guesses, &count, &t->cli->error);

	for (size_t i = 0; rc == KIN_OK && i < count; i++) {
		const kin_rename *g = &guesses[i];
		const char *old = kin_rename_old(&t->cli->arena, g);
		if (!old)
			rc = kin_error_nomem(&t->cli->error);
		else if (kin_rename_still_drops(g, t->changes.items, t->changes.count))
			fprintf(stderr, "note: %s may have been renamed to %s: --rename %s:%s\n", old, g->to, old, g->to);
	}
	return rc;
}

static int print(task *t)
{
	kin_text out;
	int rc;

	kin_text_init(&out);
	rc = t->script ? write_script(t, &out) : describe(t, &out, kin_cli_option(t->cli, "json") != NULL);
	if (rc == KIN_OK && !kin_text_ok(&out))
		rc = kin_error_nomem(&t->cli->error);
	if (rc == KIN_OK)
		fputs(out.data, stdout);
	kin_text_done(&out);
	return rc;
}

static int run(kin_cli *cli)
{
	task t = { .cli = cli, .changes = { .arena = &cli->arena } };
	int rc;

	if (kin_cli_option(cli, "json") && kin_cli_option(cli, "sql"))
		return kin_cli_usage(cli, "--json and --sql are two ways to print: take one");
	rc = open_sources(&t);
	if (rc == KIN_OK)
		rc = compare(&t);
	if (rc == KIN_OK)
		rc = print(&t);
	if (rc == KIN_OK)
		rc = hint_renames(&t);
	kin_db_source_done(&t.from);
	kin_db_source_done(&t.to);
	if (rc < 0)
		return kin_cli_fail(cli);
	return t.changes.count > 0 ? 1 : 0;
}

static const kin_option options[] = {
	{ "json", 0, NULL, "As a JSON list of operations" },
	{ "sql", 0, "DIALECT", "As the SQL that makes FROM like TO: sqlite, postgresql, mariadb, or a URL" },
	{ "rename", 0, "OLD:NEW", "What was renamed: a table, table.column, table.column.label or enum.label (may be said several times)" },
	KIN_DB_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

const kin_command kin_db_diff_command = {
	.name = "diff",
	.usage = "FROM TO",
	.summary = "What must change for one schema to become another",
	.details = "FROM and TO are each " KIN_DB_SOURCE_USAGE ".\n"
	           "Exit status 0: no difference. 1: there are some.\n\n"
	           "  kin db diff sqlite:///app.db app              the database and the models\n"
	           "  kin db diff migrations@1a2b migrations --json\n"
	           "  kin db diff schema.sql postgresql://db/shop --sql postgresql",
	.options = options,
	.max_arguments = 2,
	.min_arguments = 2,
	.run = run,
};
