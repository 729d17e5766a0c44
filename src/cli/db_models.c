/* db_models.c - what the models have that the revisions do not. */
#include "cli/db_models.h"

#include "base/text.h"
#include "cli/db_source.h"
#include "migrate/apply.h"
#include "migrate/drift.h"
#include "orm/registry.h"

typedef struct ddl_work {
	kin_cli    *cli;
	kin_schema *schema;
} ddl_work;

/* A kin_table_sql() line. */
static int apply_ddl(void *context, const char *sql, const char *file, int line)
{
	ddl_work *work = context;
	const char *where = kin_arena_printf(&work->cli->arena, "%s:%d: kin_table_sql", file, line);

	if (!where)
		return kin_error_nomem(&work->cli->error);
	return kin_apply_script(work->schema, NULL, sql, where, &work->cli->error);
}

int kin_db_models_schema(kin_cli *cli, kin_schema *ret_schema)
{
	kin_registry *registry = kin_registry_default();
	int rc;

	if (!registry)
		return kin_error_nomem(&cli->error);
	if ((rc = kin_registry_configure(registry, &cli->error)) < 0)
		return rc;
	if (kin_registry_count(registry) == 0)
		return kin_error_set(&cli->error, KIN_EMAPPING,
		                     "the app has no models, so every table would be dropped; is a .c file with KIN_MODEL() missing "
		                     "from %s?", kin_app_directory(cli->app));
	if ((rc = kin_registry_schema(registry, &cli->arena, ret_schema, &cli->error)) < 0)
		return rc;
	return kin_registry_ddl(registry, apply_ddl, &(ddl_work){ .cli = cli, .schema = ret_schema });
}

int kin_db_models_wanted(kin_cli *cli, kin_schema *ret_schema)
{
	const char *file = kin_cli_option(cli, "from-schema");
	kin_db_source source = { .words = file, .kind = KIN_DB_SOURCE_FILE, .path = file };

	return file ? kin_db_source_schema(cli, &source, NULL, ret_schema) : kin_db_models_schema(cli, ret_schema);
}

/* A database that is not there is no obstacle: the files tell what it would be. */
static int check_database(kin_db_task *task)
{
	kin_cli *cli = task->cli;
	int rc = kin_db_task_acquire(task, &cli->error);

	if (rc == KIN_ECANTOPEN || rc == KIN_ECONNECTION) {
		fprintf(stderr, "note: %s; comparing the models with the revisions alone\n", kin_error_text(&cli->error));
		kin_error_clear(&cli->error);
		return KIN_OK;
	}
	return rc < 0 ? rc : kin_drift_check(task->connection, &task->folder, &cli->error);
}

int kin_db_models_changes(kin_db_task *task, const kin_generate_options *options, kin_changes *out,
                          kin_schema *ret_before)
{
	kin_cli *cli = task->cli;
	kin_schema models;
	int rc;

	if ((rc = kin_db_models_wanted(cli, &models)) < 0 ||
	    (rc = check_database(task)) < 0 ||
	    (rc = kin_folder_replay(&cli->arena, &task->folder, NULL, NULL, ret_before, &cli->error)) < 0)
		return rc;
	/* As portable types: the files serve every database, not the one that is at hand. */
	return kin_generate_changes(out, &task->folder, NULL, &models, options, &cli->error);
}

void kin_db_models_list(const kin_changes *changes, const kin_schema *before, const char *indent)
{
	kin_text line;

	kin_text_init(&line);
	for (size_t i = 0; i < changes->count; i++) {
		kin_text_clear(&line);
		kin_op_describe(&line, before, &changes->items[i]);
		printf("%s%s\n", indent, line.data);
	}
	kin_text_done(&line);
}
