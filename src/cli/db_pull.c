/* db_pull.c - `kin db pull`: an existing database as models, or as a file of portable DDL. */
#include "cli/db_pull.h"

#include <string.h>

#include "base/file.h"
#include "cli/db_source.h"
#include "migrate/fold.h"
#include "orm/registry.h"

static int read_database(kin_cli *cli, kin_pull *pull, const kin_db_source *source, kin_schema *schema)
{
	kin_connection *connection;
	int rc = kin_db_acquire(source->db, &connection, &cli->error);

	if (rc < 0)
		return rc;
	if ((rc = kin_connection_reflect(connection, &cli->arena, schema, &cli->error)) == KIN_OK)
		rc = kin_pull_find_unseen(pull, connection);
	kin_db_release(source->db, connection);
	return rc;
}

static int write_text(kin_cli *cli, const char *path, const kin_text *text)
{
	bool force = kin_cli_option(cli, "force") != NULL;
	int rc = !kin_text_ok(text) ? kin_error_nomem(&cli->error)
	       : force              ? kin_file_write(path, text->data, text->length, &cli->error)
	                            : kin_file_create(path, text->data, text->length, &cli->error);

	if (rc == KIN_EEXISTS)
		return kin_error_set(&cli->error, KIN_EEXISTS, "%s exists already; --force replaces it, --output DIR writes elsewhere", path);
	if (rc == KIN_OK)
		printf("Generating %s ... done\n", path);
	return rc;
}

/* Both files or none, as far as one can see beforehand. */
static int write_models(kin_cli *cli, kin_pull *pull)
{
	const char *directory = kin_cli_option(cli, "output");
	const char *header = kin_path_join(&cli->arena, directory ? directory : ".", "models.h");
	const char *source = kin_path_join(&cli->arena, directory ? directory : ".", "models.c");
	kin_text h, c;
	int rc = directory ? kin_file_make_directory(directory, &cli->error) : KIN_OK;

	kin_text_init(&h);
	kin_text_init(&c);
	if (!header || !source)
		rc = kin_error_nomem(&cli->error);
	if (rc == KIN_OK && (rc = kin_pull_plan(pull)) == KIN_OK) {
		kin_pull_show_header(pull, &h);
		kin_pull_show_source(pull, &c);
		/* A source that is in the way is told before the header is there. */
		bool refused = !kin_cli_option(cli, "force") && kin_file_exists(source);
		if (refused || (rc = write_text(cli, header, &h)) == KIN_OK)
			rc = write_text(cli, source, &c);
	}
	kin_text_done(&h);
	kin_text_done(&c);
	return rc;
}

static int write_schema(kin_cli *cli, kin_pull *pull)
{
	const char *path = kin_cli_option(cli, "output");
	kin_text text;

	kin_text_init(&text);
	int rc = kin_pull_show_schema(pull, &text);
	if (rc == KIN_OK && path)
		rc = write_text(cli, path, &text);
	else if (rc == KIN_OK && kin_text_ok(&text))
		fputs(text.data, stdout);
	else if (rc == KIN_OK)
		rc = kin_error_nomem(&cli->error);
	kin_text_done(&text);
	return rc;
}

static int run(kin_cli *cli)
{
	kin_schema schema = { 0 };
	kin_pull pull = { .arena = &cli->arena, .schema = &schema, .error = &cli->error,
	                  .naming = kin_registry_naming(kin_registry_default()) };
	kin_db_source source;
	int rc;

	if (!strstr(cli->argv[0], "://"))
		return kin_cli_usage(cli, "'%s' is no URL of a database", cli->argv[0]);
	if ((rc = kin_db_source_open(cli, cli->argv[0], &source)) < 0)
		return kin_cli_fail(cli);
	pull.dialect = source.dialect;
	pull.source = kin_db_url(source.db);
	rc = read_database(cli, &pull, &source, &schema);
	if (rc == KIN_OK && kin_fold_enums(&schema, source.dialect) < 0)
		rc = kin_error_nomem(&cli->error);
	if (rc == KIN_OK)
		rc = kin_cli_option(cli, "schema") ? write_schema(cli, &pull) : write_models(cli, &pull);
	fflush(stdout);
	for (size_t i = 0; rc == KIN_OK && i < pull.losses.count; i++)
		fprintf(stderr, "note: %s\n", pull.losses.items[i]);
	kin_pull_done(&pull);
	kin_db_source_done(&source);
	return rc < 0 ? kin_cli_fail(cli) : 0;
}

static const kin_option options[] = {
	{ "schema", 0, NULL, "A file of portable DDL instead of models, on stdout or where --output says" },
	{ "output", 'o', "PATH", "The models' directory (default: here), or the file of --schema" },
	{ "force", 'f', NULL, "Replace files that are there" },
	{ NULL, 0, NULL, NULL },
};

const kin_command kin_db_pull_command = {
	.name = "pull",
	.usage = "URL",
	.summary = "Write models for a database that is there",
	.details = "Writes models.h and models.c. What models cannot say is told, and stands in the files' first lines;\n"
	           "the schema they give is the database's all the same, as far as kin knows it.\n\n"
	           "  kin db pull sqlite:///shop.db -o server\n"
	           "  kin db pull postgresql://db/shop --schema -o schema.sql",
	.options = options,
	.max_arguments = 1,
	.min_arguments = 1,
	.run = run,
};
