/* db_rehearse.c - `kin db rehearse`: tries an upgrade out, up, down, and up again, on a copy or in a transaction that is undone. */
#include "cli/db_task.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/migration.h"
#include "base/text.h"
#include "migrate/ask.h"
#include "migrate/rehearse.h"

static void show_step(const kin_rehearse *r, size_t i)
{
	const kin_rehearse_step *s = &r->steps[i];
	const char *note = "";

	if (r->count == 3 * r->revisions + 1 && i == 2 * r->revisions)
		note = r->lost ? "not as before" : "as before";
	if (i == 3 * r->revisions && !r->lost)
		note = r->unsteady ? "not as the first time" : "as the first time";
	if (!s->script)
		printf("  %-14s %-5s %12s", "(before)", "", "");
	else
		printf("  %-14s %-5s %9.1f ms", s->script->id, s->up ? "up" : "down", (double)s->microseconds / 1000);
	printf(" %10lld  %016" PRIx64 "%s%s\n", (long long)s->data.rows, s->data.hash, *note ? "  " : "", note);
}

static int report(const kin_rehearse *r)
{
	if (r->revisions == 0) {
		puts("There is nothing to rehearse: the database has all of it.");
		return 0;
	}
	printf("  %-14s %-5s %12s %10s  %s\n", "revision", "", "time", "rows", "hash of the data");
	for (size_t i = 0; i < r->count; i++)
		show_step(r, i);
	if (r->irreversible)
		printf("\n%s cannot be undone (its downgrade section is empty), so it was not gone down.\n", r->irreversible->id);
	if (r->lost)
		puts("\nGoing down does not bring the data back: what an upgrade drops or changes is gone.");
	if (r->unsteady)
		puts("\nGoing up a second time gave other data than the first time.");
	return r->lost || r->unsteady ? 1 : 0;
}

/* The app's functions, which must not reach the database itself: their sessions are on the connection, or on the copy. */
static int call(void *context, kin_connection *connection, const char *name, kin_error *error)
{
	kin_db *copy = context;

	if (!copy)
		return kin_error_set(error, KIN_EREVISION, "CALL %s wants a session of its own, which would not be on what is rehearsed; it cannot be "
		                     "rehearsed on this database", name);
	return kin_migration_call(copy, connection, name, error);
}

static int call_on_connection(void *context, kin_connection *connection, const char *name, kin_error *error)
{
	return call(kin_connection_in_transaction(connection) ? context : NULL, connection, name, error);
}

static kin_run_options quiet(kin_db_task *task, kin_execute_call *fn, kin_db *db)
{
	kin_run_options options = kin_db_task_run_options(task);

	options.starting = NULL;
	options.progress = NULL;
	options.call = fn;
	options.context = db;
	return options;
}

/* Where DDL can be undone: in a transaction that is. */
static int in_transaction(kin_db_task *task, const char *target, kin_rehearse *ret_rehearse)
{
	kin_cli *cli = task->cli;
	kin_run_options options = quiet(task, call_on_connection, cli->app->db);
	int rc = kin_connection_begin(task->connection, KIN_BEGIN_WRITE, &cli->error);

	if (rc == KIN_OK)
		rc = kin_rehearse_run(task->connection, &cli->arena, &task->folder, target, &options, ret_rehearse, &cli->error);
	if (kin_connection_in_transaction(task->connection))
		kin_connection_rollback(task->connection, NULL);
	return rc;
}

static int on_database(kin_db_task *task, const char *url, const char *target, kin_rehearse *ret_rehearse)
{
	kin_cli *cli = task->cli;
	kin_connection *connection = NULL;
	char *message = NULL;
	kin_db *db = kin_db_open(&(kin_db_options){ .url = url }, &message);

	if (!db) {
		kin_error_set(&cli->error, KIN_EDB, "%s", message ? message : "out of memory");
		free(message);
		return cli->error.code;
	}
	kin_run_options options = quiet(task, call, db);
	int rc = kin_db_acquire(db, &connection, &cli->error);
	if (rc == KIN_OK) {
		rc = kin_rehearse_run(connection, &cli->arena, &task->folder, target, &options, ret_rehearse, &cli->error);
		kin_db_release(db, connection);
	}
	kin_db_close(db);
	return rc;
}

/* A real copy, beside the temporary files. */
static int on_copy(kin_db_task *task, const char *target, kin_rehearse *ret_rehearse)
{
	kin_cli *cli = task->cli;
	const char *temporary = getenv("TMPDIR");
	char *directory = kin_arena_printf(&cli->arena, "%s/kin-rehearse.XXXXXX", temporary && *temporary ? temporary : "/tmp");
	kin_text sql;
	int rc;

	if (!directory)
		return kin_error_nomem(&cli->error);
	if (!mkdtemp(directory))
		return kin_error_set(&cli->error, KIN_EIO, "cannot make a directory for the copy: %s", directory);
	const char *path = kin_arena_printf(&cli->arena, "%s/copy.db", directory);
	const char *url = kin_arena_printf(&cli->arena, "sqlite:////%s", path ? path + 1 : "");
	kin_text_init(&sql);
	kin_text_add(&sql, "VACUUM INTO ");
	kin_text_add_quoted(&sql, path ? path : "", '\'');
	rc = path && url && kin_text_ok(&sql) ? kin_connection_run(task->connection, sql.data, &cli->error) : kin_error_nomem(&cli->error);
	kin_text_done(&sql);
	if (rc == KIN_OK)
		rc = on_database(task, url, target, ret_rehearse);
	static const char *const left[] = { "", "-journal", "-wal", "-shm" };
	for (size_t i = 0; path && i < sizeof(left) / sizeof(*left); i++) {
		const char *file = kin_arena_printf(&cli->arena, "%s%s", path, left[i]);
		if (file)
			unlink(file);
	}
	rmdir(directory);
	return rc;
}

/* Where DDL commits by itself: a scratch database on the same server, with the schema as the revisions make it, and the rows. */

static int copy_rows(kin_db_task *task, const char *from)
{
	kin_cli *cli = task->cli;
	const kin_dialect *dialect = kin_connection_dialect(task->connection);
	kin_schema schema = { 0 };
	kin_text sql;
	int rc = kin_connection_reflect(task->connection, &cli->arena, &schema, &cli->error);

	kin_text_init(&sql);
	for (size_t i = 0; rc == KIN_OK && i < schema.table_count; i++) {
		const kin_table_schema *table = schema.tables[i];
		kin_text names;
		if (strncmp(table->name, "kin_", 4) == 0)
			continue;
		kin_text_init(&names);
		for (size_t j = 0; j < table->column_count; j++)
			if (!table->columns[j].computed_sql) {
				kin_text_add(&names, names.length ? ", " : "");
				kin_dialect_name(dialect, &names, table->columns[j].name);
			}
		kin_text_clear(&sql);
		kin_text_add(&sql, "INSERT INTO ");
		kin_dialect_name(dialect, &sql, table->name);
		kin_text_addf(&sql, " (%s) SELECT %s FROM ", names.data, names.data);
		kin_dialect_name(dialect, &sql, from);
		kin_text_add_char(&sql, '.');
		kin_dialect_name(dialect, &sql, table->name);
		rc = kin_text_ok(&sql) && kin_text_ok(&names) ? kin_connection_run(task->connection, sql.data, &cli->error)
		                                              : kin_error_nomem(&cli->error);
		kin_text_done(&names);
	}
	kin_text_done(&sql);
	return rc;
}

/* To where the database is, with the revisions that it has. */
static int build_up(kin_db_task *task, const bool *applied, const kin_run_options *options)
{
	kin_cli *cli = task->cli;
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < task->folder.graph.count; i++)
		if (applied[i])
			rc = kin_run_upgrade(task->connection, &task->folder, task->folder.graph.items[i].id, options, &cli->error);
	return rc;
}

static int in_scratch(kin_db_task *task, const char *target, kin_rehearse *ret_rehearse)
{
	kin_cli *cli = task->cli;
	kin_run_options options = quiet(task, call_on_connection, cli->app->db);
	const char *own = NULL, *scratch = kin_arena_printf(&cli->arena, "kin_rehearse_%ld", (long)getpid());
	bool *applied = NULL;
	int rc;

	if (!scratch)
		return kin_error_nomem(&cli->error);
	if ((rc = kin_ask_text(task->connection, &cli->arena, "SELECT DATABASE()", &own, &cli->error)) < 0 ||
	    (rc = kin_run_applied(task->connection, &cli->arena, &task->folder, &applied, &cli->error)) < 0 ||
	    (rc = kin_connection_run(task->connection, kin_arena_printf(&cli->arena, "CREATE DATABASE `%s`", scratch), &cli->error)) < 0)
		return rc;
	if ((rc = kin_connection_run(task->connection, kin_arena_printf(&cli->arena, "USE `%s`", scratch), &cli->error)) == KIN_OK &&
	    (rc = build_up(task, applied, &options)) == KIN_OK &&
	    (rc = kin_connection_run(task->connection, "SET FOREIGN_KEY_CHECKS = 0", &cli->error)) == KIN_OK &&
	    (rc = copy_rows(task, own)) == KIN_OK &&
	    (rc = kin_connection_run(task->connection, "SET FOREIGN_KEY_CHECKS = 1", &cli->error)) == KIN_OK)
		rc = kin_rehearse_run(task->connection, &cli->arena, &task->folder, target, &options, ret_rehearse, &cli->error);
	kin_connection_run(task->connection, kin_arena_printf(&cli->arena, "USE `%s`", own), NULL);
	kin_connection_run(task->connection, kin_arena_printf(&cli->arena, "DROP DATABASE `%s`", scratch), NULL);
	return rc;
}

/* Its nodes could only write a copy beside themselves, and tables that are rebuilt need one. */
static int refuse_cluster(kin_cli *cli)
{
	return kin_error_set(&cli->error, KIN_EUNSUPPORTED,
	                     "dqlite gives no copy of itself to rehearse on: try it on SQLite, which speaks the same SQL, with rows like yours: "
	                     "DATABASE_URL=sqlite:///copy.db kin db rehearse; an upgrade that fails on dqlite leaves nothing half done");
}

static int rehearse(kin_db_task *task, const char *target, kin_rehearse *ret_rehearse)
{
	const kin_dialect *dialect = kin_connection_dialect(task->connection);

	if (strncmp(kin_db_url(task->cli->app->db), "dqlite:", 7) == 0)
		return refuse_cluster(task->cli);
	if (dialect->id == KIN_SQLITE)
		return on_copy(task, target, ret_rehearse);
	return dialect->transactional_ddl ? in_transaction(task, target, ret_rehearse) : in_scratch(task, target, ret_rehearse);
}

static int run(kin_cli *cli)
{
	const char *target = kin_cli_argument(cli, 0, "heads");
	kin_rehearse result = { 0 };
	kin_db_task task;
	int rc = kin_db_task_connect(&task, cli);

	if (rc == KIN_OK)
		rc = rehearse(&task, target, &result);
	kin_db_task_done(&task);
	return rc < 0 ? kin_cli_fail(cli) : report(&result);
}

static const kin_option options[] = {
	{ "tag", 0, "WORD", "For the app's KIN_MIGRATION functions: kin_migration_tag()" },
	KIN_DB_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

const kin_command kin_db_rehearse_command = {
	.name = "rehearse",
	.usage = "[REVISION]",
	.summary = "Try an upgrade out, up, down, and up again, without changing the database",
	.details = "SQLite: on a copy of the file. PostgreSQL: in a transaction that is rolled back, with the locks that it takes until\n"
	           "then. MariaDB: in a scratch database with a copy of the rows. Not on dqlite. Exit status 0: going down brought the data back, and\n"
	           "going up again gave the same. 1: it did not.",
	.options = options,
	.max_arguments = 1,
	.run = run,
};
