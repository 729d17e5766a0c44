/* rebuild_empty.c - columns for a table without rows, in a database of many tables.
 *
 * After each ALTER TABLE SQLite reads all of its schema anew, which makes a long history of revisions quadratic in its tables: most of the
 * time that a new database takes, as in tests. DROP TABLE and CREATE TABLE concern only one. So a plain table, without rows, indexes and
 * triggers, is made anew with its old text and the new columns in it. */
#include "migrate/rebuild_empty.h"

#include "db/enums.h"
#include "migrate/apply.h"
#include "migrate/ask.h"
#include "migrate/fold.h"
#include "migrate/normal.h"
#include "migrate/rebuild_text.h"

enum {
	MANY = 100, /* tables and indexes: below that, ALTER TABLE takes no longer */
	SAVEPOINT_NUMBER = 9002,
};

typedef struct work {
	kin_connection *connection;
	kin_arena      *arena;
	const char     *name;   /* quoted */
	kin_error      *error;
} work;

/* The text of the table, if it is such a one; else NULL. */
static int find_text(work *w, const char *table, const char **ret_text)
{
	const char *sql = kin_arena_printf(w->arena,
		"SELECT t.sql FROM main.sqlite_schema AS t WHERE t.type = 'table' AND t.name = %s"
		" AND (SELECT count(*) FROM main.sqlite_schema) >= %d"
		" AND NOT EXISTS (SELECT 1 FROM main.sqlite_schema WHERE tbl_name = t.name AND type <> 'table' AND sql IS NOT NULL)"
		" AND NOT EXISTS (SELECT 1 FROM main.%s)", kin_text_quoted(table, '\'', w->arena), MANY, w->name);

	if (!sql || w->arena->failed)
		return kin_error_nomem(w->error);
	return kin_ask_text(w->connection, w->arena, sql, ret_text, w->error);
}

/* The CREATE TABLE with the new columns; NULL where that cannot be said. */
static int change_text(work *w, const char *text, const kin_ddl *changes, size_t count, const char **ret_text)
{
	kin_schema before = { .arena = w->arena }, after = { 0 };
	kin_error ignored = { 0 };
	kin_ddl item = { 0 };
	int rc = kin_ddl_parse_stored(w->arena, text, &item, &ignored);

	*ret_text = NULL;
	if (rc == KIN_OK && item.kind == KIN_DDL_CREATE_TABLE) {
		before.tables = &item.table;
		before.table_count = 1;
		if (!kin_enums_find(w->arena, item.table) || kin_fold_enums(&before, &kin_dialect_sqlite) < 0)
			rc = KIN_ENOMEM;
		if (rc == KIN_OK)
			rc = kin_schema_copy(&before, w->arena, &after);
		for (size_t i = 0; rc == KIN_OK && i < count; i++)
			rc = kin_apply_ddl(&after, &changes[i], &ignored);
		if (rc == KIN_OK)
			*ret_text = kin_rebuild_text(w->arena, text, w->name, item.table, after.tables[0]);
	}
	kin_error_clear(&ignored);
	return rc == KIN_ENOMEM || w->arena->failed ? kin_error_nomem(w->error) : KIN_OK;
}

/* What SQLite refuses here, it may not refuse ALTER TABLE, or say more of. */
static int replace(work *w, const char *create, bool *ret_done)
{
	const char *drop = kin_arena_printf(w->arena, "DROP TABLE main.%s", w->name);
	int rc = drop ? kin_connection_savepoint(w->connection, SAVEPOINT_NUMBER, w->error) : kin_error_nomem(w->error);

	if (rc < 0)
		return rc;
	if ((rc = kin_connection_run(w->connection, drop, NULL)) == KIN_OK)
		rc = kin_connection_run(w->connection, create, NULL);
	*ret_done = rc == KIN_OK;
	if (rc < 0) {
		bool nomem = rc == KIN_ENOMEM;
		rc = kin_connection_rollback_to(w->connection, SAVEPOINT_NUMBER, w->error);
		if (nomem)
			return kin_error_nomem(w->error);
	}
	return rc < 0 ? rc : kin_connection_release(w->connection, SAVEPOINT_NUMBER, w->error);
}

int kin_rebuild_empty(kin_connection *connection, const kin_ddl *changes, size_t count, bool *ret_done, kin_error *error)
{
	kin_arena arena = { 0 };
	work w = { .connection = connection, .arena = &arena, .name = kin_text_quoted(changes[0].table_name, '"', &arena), .error = error };
	const char *text = NULL, *create = NULL;
	int rc = arena.failed ? kin_error_nomem(error) : find_text(&w, changes[0].table_name, &text);

	*ret_done = false;
	if (rc == KIN_OK && text && !kin_normal_mentions(text, "AUTOINCREMENT"))
		rc = change_text(&w, text, changes, count, &create);
	if (rc == KIN_OK && create)
		rc = replace(&w, create, ret_done);
	kin_arena_done(&arena);
	return rc;
}
