/* db_source.c - where a schema comes from: a database, a file, revisions, the models. */
#include "cli/db_source.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/db_models.h"
#include "migrate/apply.h"

static int open_url(kin_cli *cli, kin_db_source *source)
{
	char *message = NULL;

	source->kind = KIN_DB_SOURCE_URL;
	source->db = kin_db_open(&(kin_db_options){ .url = source->words, .read_only = true }, &message);
	if (!source->db) {
		kin_error_set(&cli->error, KIN_EUSAGE, "%s", message ? message : "memory ran out");
		free(message);
		return cli->error.code;
	}
	source->dialect = kin_db_dialect_of(source->db);
	return KIN_OK;
}

/* "migrations@1a2b": the directory, and the revision behind the last @. */
static int open_revisions(kin_cli *cli, kin_db_source *source)
{
	const char *at = strrchr(source->words, '@');
	const char *path = at ? kin_arena_strndup(&cli->arena, source->words, (size_t)(at - source->words)) : source->words;

	if (!path)
		return kin_error_nomem(&cli->error);
	if (!kin_file_is_directory(path) && strcmp(path, "migrations") != 0)
		return KIN_ENOTFOUND;
	source->kind = KIN_DB_SOURCE_REVISIONS;
	source->path = kin_file_is_directory(path) ? path : NULL;
	source->revision = at ? at + 1 : NULL;
	return KIN_OK;
}

int kin_db_source_open(kin_cli *cli, const char *words, kin_db_source *ret_source)
{
	kin_db_source source = { .words = words, .kind = KIN_DB_SOURCE_APP };
	int rc = KIN_OK;

	if (strstr(words, "://"))
		rc = open_url(cli, &source);
	else if (strcmp(words, "app") != 0 && (rc = open_revisions(cli, &source)) == KIN_ENOTFOUND) {
		source.kind = KIN_DB_SOURCE_FILE;
		source.path = words;
		rc = kin_file_exists(words) ? KIN_OK
		                            : kin_error_set(&cli->error, KIN_EUSAGE,
		                                            "'%s' is no file here; a schema is " KIN_DB_SOURCE_USAGE, words);
	}
	if (rc == KIN_OK)
		*ret_source = source;
	return rc;
}

void kin_db_source_done(kin_db_source *source)
{
	kin_db_close(source->db);
	source->db = NULL;
}

static int read_database(kin_cli *cli, const kin_db_source *source, kin_schema *ret_schema)
{
	kin_connection *connection;
	int rc = kin_db_acquire(source->db, &connection, &cli->error);

	if (rc < 0)
		return rc;
	rc = kin_connection_reflect(connection, &cli->arena, ret_schema, &cli->error);
	kin_db_release(source->db, connection);
	return rc;
}

static int read_file(kin_cli *cli, const kin_db_source *source, const kin_dialect *dialect, kin_schema *ret_schema)
{
	kin_schema schema = { .arena = &cli->arena };
	char *text;
	size_t size;
	int rc = kin_file_read(&cli->arena, source->path, &text, &size, &cli->error);

	if (rc == KIN_OK)
		rc = kin_apply_script(&schema, dialect, text, source->path, &cli->error);
	if (rc == KIN_OK)
		*ret_schema = schema;
	return rc;
}

static int read_revisions(kin_cli *cli, const kin_db_source *source, const kin_dialect *dialect, kin_schema *ret_schema)
{
	kin_revision_links named = { 0 };
	kin_folder folder;
	kin_db_task task;
	bool *set = NULL;
	int rc;

	if (!source->path && (rc = kin_db_task_app(&task, cli)) < 0)
		return rc;
	if ((rc = kin_folder_read(&cli->arena, source->path ? source->path : task.directory, &folder, &cli->error)) < 0)
		return rc;
	if (source->revision) {
		if (!(set = kin_arena_zalloc(&cli->arena, folder.graph.count + 1)))
			return kin_error_nomem(&cli->error);
		if ((rc = kin_revision_find(&cli->arena, &folder.graph, source->revision, NULL, &named, &cli->error)) < 0)
			return rc;
		kin_revision_ancestors(&folder.graph, &named, set);
	}
	return kin_folder_replay(&cli->arena, &folder, dialect, set, ret_schema, &cli->error);
}

int kin_db_source_schema(kin_cli *cli, const kin_db_source *source, const kin_dialect *dialect, kin_schema *ret_schema)
{
	int rc = KIN_OK;

	switch (source->kind) {
	case KIN_DB_SOURCE_URL:
		return read_database(cli, source, ret_schema);
	case KIN_DB_SOURCE_FILE:
		return read_file(cli, source, dialect, ret_schema);
	case KIN_DB_SOURCE_REVISIONS:
		return read_revisions(cli, source, dialect, ret_schema);
	case KIN_DB_SOURCE_APP:
		rc = kin_cli_app(cli);
	}
	return rc < 0 ? rc : kin_db_models_schema(cli, ret_schema);
}
