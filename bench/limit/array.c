/* array.c - the virtual table of array.h: read-only, one pass, no constraints. */
#include "array.h"

#include <stdlib.h>

typedef struct table {
	sqlite3_vtab base;
	const array *contents;
} table;

typedef struct cursor {
	sqlite3_vtab_cursor base;
	size_t row;
} cursor;

static const array *contents_of(sqlite3_vtab_cursor *c)
{
	return ((table *)c->pVtab)->contents;
}

static int connect_table(sqlite3 *db, void *contents, int argc, const char *const *argv, sqlite3_vtab **ret_table,
                         char **ret_error)
{
	table *t;
	int rc = sqlite3_declare_vtab(db, "create table array (id integer primary key, name text)");

	(void)argc, (void)argv, (void)ret_error;
	if (rc != SQLITE_OK)
		return rc;
	if (!(t = calloc(1, sizeof(*t))))
		return SQLITE_NOMEM;
	t->contents = contents;
	*ret_table = &t->base;
	return SQLITE_OK;
}

static int disconnect_table(sqlite3_vtab *t)
{
	free(t);
	return SQLITE_OK;
}

/* Cheap as a whole, and of no help for a single key: so it becomes the outer loop. */
static int best_index(sqlite3_vtab *t, sqlite3_index_info *info)
{
	info->estimatedRows = (sqlite3_int64)((table *)t)->contents->count;
	info->estimatedCost = (double)info->estimatedRows;
	return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *t, sqlite3_vtab_cursor **ret_cursor)
{
	cursor *c = calloc(1, sizeof(*c));

	(void)t;
	if (!c)
		return SQLITE_NOMEM;
	*ret_cursor = &c->base;
	return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *c)
{
	free(c);
	return SQLITE_OK;
}

static int rewind_cursor(sqlite3_vtab_cursor *c, int index, const char *text, int argc, sqlite3_value **argv)
{
	(void)index, (void)text, (void)argc, (void)argv;
	((cursor *)c)->row = 0;
	return SQLITE_OK;
}

static int next_row(sqlite3_vtab_cursor *c)
{
	((cursor *)c)->row++;
	return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *c)
{
	return ((cursor *)c)->row >= contents_of(c)->count;
}

static int read_column(sqlite3_vtab_cursor *c, sqlite3_context *context, int column)
{
	const array_row *row = &contents_of(c)->rows[((cursor *)c)->row];

	if (column == 0)
		sqlite3_result_int64(context, row->id);
	else
		sqlite3_result_text(context, row->name, -1, SQLITE_STATIC);
	return SQLITE_OK;
}

static int read_rowid(sqlite3_vtab_cursor *c, sqlite3_int64 *ret_rowid)
{
	*ret_rowid = contents_of(c)->rows[((cursor *)c)->row].id;
	return SQLITE_OK;
}

static const sqlite3_module module = {
	.xConnect = connect_table, .xDisconnect = disconnect_table, .xBestIndex = best_index,
	.xOpen = open_cursor, .xClose = close_cursor, .xFilter = rewind_cursor, .xNext = next_row, .xEof = at_end,
	.xColumn = read_column, .xRowid = read_rowid,
};

int array_register(sqlite3 *db, array *contents)
{
	return sqlite3_create_module_v2(db, "array", &module, contents, NULL);
}
