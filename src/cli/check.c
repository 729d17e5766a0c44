/* check.c - `kin check`: every query of the program, verified without running it and without a database. */
#include "cli/commands.h"
#include "cli/db_models.h"

#include "orm/site.h"
#include "schema/schema.h"

static void print_problem(void *context, const char *problem)
{
	(void)context;
	puts(problem);
}

/* The tables that the models describe are right in themselves. */
static int check_schema(kin_cli *cli, kin_registry *registry)
{
	kin_schema schema;
	int rc = kin_registry_count(registry) > 0 ? kin_db_models_schema(cli, &schema) : KIN_OK;

	return rc < 0 || kin_registry_count(registry) == 0 ? rc : kin_schema_sound(&schema, &cli->error);
}

static int run(kin_cli *cli)
{
	kin_registry *registry = kin_registry_default();
	size_t sites = 0, problems = 0;

	if (kin_cli_app(cli) < 0)
		return kin_cli_fail(cli);
	if (!registry)
		return kin_error_nomem(&cli->error), kin_cli_fail(cli);
	if (kin_registry_configure(registry, &cli->error) < 0 || check_schema(cli, registry) < 0 ||
	    kin_site_check_all(registry, print_problem, NULL, &sites, &problems, &cli->error) < 0)
		return kin_cli_fail(cli);
	fflush(stdout);
	if (problems > 0) {
		fprintf(stderr, "%zu problem%s in %zu quer%s\n", problems, problems == 1 ? "" : "s", sites,
		        sites == 1 ? "y" : "ies");
		return 1;
	}
	printf("%zu model%s and %zu quer%s: no problems\n", kin_registry_count(registry),
	       kin_registry_count(registry) == 1 ? "" : "s", sites, sites == 1 ? "y" : "ies");
	return 0;
}

const kin_command kin_check_command = {
	.name = "check",
	.summary = "Verify the models and every query of the program, without a database",
	.details = "Each problem is a line, file:line: sentence. Exit status 1 when there is one.",
	.run = run,
};
