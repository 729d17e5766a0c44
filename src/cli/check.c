/* check.c - `kin check`: every query of the program, verified without running it and, unless hints are asked for, without a database. */
#include "cli/commands.h"
#include "cli/db_models.h"

#include <string.h>

#include "base/text.h"
#include "orm/hint.h"
#include "schema/schema.h"

typedef struct checking {
	kin_cli *cli;
	bool     json;
	bool     hints;  /* what is reported now is hints */
	kin_text list;   /* of JSON objects */
	size_t   sites, problems, hint_count;
} checking;

/* ---- findings ---- */

static void add_member(kin_text *out, const char *name, const char *value)
{
	if (!value)
		return;
	kin_text_addf(out, ", \"%s\": ", name);
	kin_text_add_json(out, value, strlen(value));
}

static void add_object(checking *c, const kin_finding *f)
{
	kin_text *out = &c->list;

	kin_text_addf(out, "%s\n  {\"kind\": \"%s\"", out->length > 1 ? "," : "", c->hints ? "hint" : "problem");
	add_member(out, "file", f->file);
	if (f->file)
		kin_text_addf(out, ", \"line\": %d", f->line);
	add_member(out, "text", f->sentence);
	add_member(out, "table", f->table);
	add_member(out, "index", f->index);
	kin_text_add_char(out, '}');
}

static void print_finding(void *context, const kin_finding *f)
{
	checking *c = context;
	const char *hint = c->hints ? "hint: " : "";

	if (c->json)
		add_object(c, f);
	else if (f->file)
		printf("%s:%d: %s%s\n", f->file, f->line, hint, f->sentence);
	else
		printf("%s%s\n", hint, f->sentence);
}

/* ---- the checks ---- */

/* The tables that the models describe are right in themselves. */
static int check_schema(kin_cli *cli, kin_registry *registry)
{
	kin_schema schema;
	int rc = kin_registry_count(registry) > 0 ? kin_db_models_schema(cli, &schema) : KIN_OK;

	return rc < 0 || kin_registry_count(registry) == 0 ? rc : kin_schema_sound(&schema, &cli->error);
}

static int check_sites(checking *c, kin_registry *registry)
{
	kin_cli *cli = c->cli;
	int rc = kin_registry_configure(registry, &cli->error);

	if (rc < 0 || (rc = check_schema(cli, registry)) < 0 ||
	    (rc = kin_site_check_all(registry, print_finding, c, &c->sites, &c->problems, &cli->error)) < 0)
		return rc;
	if (!kin_cli_option(cli, "hints") && !cli->app_options.database)
		return KIN_OK;
	c->hints = true;
	return kin_hint_all(registry, kin_app_db(cli->app), print_finding, c, &c->hint_count, &cli->error);
}

/* ---- what is said at the end ---- */

static const char *plural(size_t count, const char *one, const char *many)
{
	return count == 1 ? one : many;
}

static void print_end(const checking *c, size_t models)
{
	fflush(stdout);
	if (c->problems > 0)
		fprintf(stderr, "%zu problem%s in %zu quer%s\n", c->problems, plural(c->problems, "", "s"), c->sites, plural(c->sites, "y", "ies"));
	if (c->problems > 0 || c->json)
		return;
	printf("%zu model%s and %zu quer%s: no problems", models, plural(models, "", "s"), c->sites, plural(c->sites, "y", "ies"));
	if (c->hints)
		printf(", %zu hint%s", c->hint_count, plural(c->hint_count, "", "s"));
	putchar('\n');
}

static int print_json(checking *c)
{
	kin_text_add(&c->list, c->list.length > 1 ? "\n]\n" : "]\n");
	if (!kin_text_ok(&c->list))
		return kin_error_nomem(&c->cli->error);
	fputs(c->list.data, stdout);
	return KIN_OK;
}

static int run(kin_cli *cli)
{
	checking c = { .cli = cli, .json = kin_cli_option(cli, "json") };
	kin_registry *registry = kin_registry_default();
	bool strict = kin_cli_option(cli, "strict");
	int rc = kin_cli_app(cli);

	if (rc < 0)
		return kin_cli_fail(cli);
	kin_text_init(&c.list);
	kin_text_add(&c.list, "[");
	rc = registry ? check_sites(&c, registry) : kin_error_nomem(&cli->error);
	if (rc == KIN_OK && c.json)
		rc = print_json(&c);
	kin_text_done(&c.list);
	if (rc < 0)
		return kin_cli_fail(cli);
	print_end(&c, kin_registry_count(registry));
	return c.problems > 0 || (strict && c.hint_count > 0);
}

static const kin_option options[] = {
	{ "hints", 0, NULL, "Ask the database, too, where an index is missing, and which of the models' none needs" },
	{ "json", 0, NULL, "As a JSON list" },
	{ "strict", 0, NULL, "Exit status 1 for hints, too" },
	{ NULL, 0, NULL, NULL },
};

const kin_command kin_check_command = {
	.name = "check",
	.summary = "Verify the models and every query of the program, without a database",
	.details = "Each problem is a line, file:line: sentence. Exit status 1 when there is one.\n\n"
	           "With --hints, or a --database, that database says how it would go about each query (EXPLAIN; none is run): tables that\n"
	           "are read whole for want of an index, and indexes that no query uses. What it says depends on what is in the tables, so\n"
	           "these are hints: ask one that is filled as the real one is.",
	.options = options,
	.run = run,
};
