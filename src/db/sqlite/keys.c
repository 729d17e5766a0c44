/* keys.c - whether the keys of new rows follow from the last one's.
 *
 * SQLite gives a row that comes without a key the table's largest one plus one. So the rows of a statement are numbered without a
 * gap, and sqlite3_last_insert_rowid() says the keys of all of them; RETURNING would cost a third more. That holds
 * where the key is the rowid itself, no trigger inserts on the way, and the largest number is far off: behind it SQLite
 * tries numbers at random.
 *
 * A table is looked at once. A statement that asks for its largest key is kept: before running it SQLite sees whether the schema
 * has changed, temporary triggers included, and then prepares it again and counts that; so the table is looked at again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/sqlite/driver.h"

typedef struct table {
	sqlite3_stmt *largest; /* NULL: its keys cannot be told */
	int           prepared; /* how often SQLite had prepared it again when the table was looked at */
	const char   *column;   /* behind the name */
	char          name[];
} table;

typedef enum numbering { NO_TABLE, NOT_NUMBERED, NUMBERED } numbering;

/* A numbering. The key is the rowid if it is the whole primary key, an INTEGER, and needs no index of its own. */
#define LOOK \
	"SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM main.sqlite_schema WHERE name = ?1 COLLATE NOCASE) THEN 0" \
	" WHEN EXISTS (SELECT 1 FROM main.sqlite_schema" \
	"  WHERE type = 'table' AND rootpage > 0 AND name = ?1 COLLATE NOCASE)" \
	" AND NOT EXISTS (SELECT 1 FROM main.sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE)" \
	" AND NOT EXISTS (SELECT 1 FROM temp.sqlite_schema WHERE tbl_name = ?1 COLLATE NOCASE)" \
	" AND (SELECT count(*) = 1 AND max(name = ?2 COLLATE NOCASE AND type = 'INTEGER' COLLATE NOCASE)" \
	"  FROM pragma_table_info(?1, 'main') WHERE pk > 0)" \
	" AND NOT EXISTS (SELECT 1 FROM pragma_index_list(?1, 'main') WHERE origin = 'pk')" \
	" THEN 2 ELSE 1 END"

static int look(kin_sqlite_connection *c, const char *name, const char *column, numbering *ret_numbering)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(c->handle, LOOK, -1, &statement, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
	if (code == SQLITE_OK)
		code = sqlite3_bind_text(statement, 2, column, -1, SQLITE_STATIC);
	if (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		*ret_numbering = (numbering)sqlite3_column_int(statement, 0);
		code = sqlite3_step(statement);
	}
	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int prepare_largest(kin_sqlite_connection *c, const char *name, const char *column, sqlite3_stmt **ret_largest)
{
	char *sql = sqlite3_mprintf("SELECT max(\"%w\") FROM main.\"%w\"", column, name);
	int code = sql ? sqlite3_prepare_v3(c->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, ret_largest, NULL) : SQLITE_NOMEM;

	sqlite3_free(sql);
	return code;
}

static int prepared_again(sqlite3_stmt *largest)
{
	return sqlite3_stmt_status(largest, SQLITE_STMTSTATUS_REPREPARE, 0);
}

static int remember(kin_sqlite_connection *c, const char *name, const char *column, table **ret_table)
{
	size_t size = strlen(name) + 1, column_size = strlen(column) + 1;
	table *t = kin_mem_zalloc(sizeof(*t) + size + column_size);

	if (!t)
		return SQLITE_NOMEM;
	memcpy(t->name, name, size);
	t->column = memcpy(t->name + size, column, column_size);
	if (!kin_map_set(&c->tables, t->name, t)) {
		kin_mem_free(t);
		return SQLITE_NOMEM;
	}
	*ret_table = t;
	return SQLITE_OK;
}

/* *ret_table is NULL for a table that is not there. */
static int find(kin_sqlite_connection *c, const char *name, const char *column, table **ret_table)
{
	sqlite3_stmt *largest = NULL;
	numbering found = NO_TABLE;
	int code;

	if ((*ret_table = kin_map_find(&c->tables, name)))
		return SQLITE_OK;
	code = look(c, name, column, &found);
	if (code != SQLITE_OK || found == NO_TABLE)
		return code;
	if (found == NUMBERED)
		code = prepare_largest(c, name, column, &largest);
	if (code == SQLITE_OK)
		code = remember(c, name, column, ret_table);
	if (code == SQLITE_OK)
		(*ret_table)->largest = largest;
	else
		sqlite3_finalize(largest);
	return code;
}

/* An empty table's largest key is 0. */
static int find_largest(const table *t, int64_t *ret_key)
{
	int code = sqlite3_step(t->largest);

	if (code == SQLITE_ROW) {
		*ret_key = sqlite3_column_int64(t->largest, 0);
		code = SQLITE_OK;
	}
	int end = sqlite3_reset(t->largest);
	return code == SQLITE_OK ? end : code;
}

static void forget_statement(table *t)
{
	sqlite3_finalize(t->largest);
	t->largest = NULL;
}

/* The schema has changed: is the table what it was? If not, its keys come back by RETURNING from now on. */
static int look_again(kin_sqlite_connection *c, table *t)
{
	numbering found = NO_TABLE;
	int code = look(c, t->name, t->column, &found);

	if (code != SQLITE_OK)
		return code;
	t->prepared = prepared_again(t->largest);
	if (found != NUMBERED)
		forget_statement(t);
	return SQLITE_OK;
}

static int ask(kin_sqlite_connection *c, const char *name, const char *column, size_t rows, bool *ret_numbers)
{
	table *t;
	int64_t key = 0;
	int code = find(c, name, column, &t);

	*ret_numbers = false;
	if (code != SQLITE_OK || !t || !t->largest || strcmp(t->column, column) != 0)
		return code;
	if ((code = find_largest(t, &key)) != SQLITE_OK)
		return code;
	if (prepared_again(t->largest) != t->prepared && (code = look_again(c, t)) != SQLITE_OK)
		return code;
	*ret_numbers = t->largest && key < INT64_MAX - (int64_t)rows;
	return SQLITE_OK;
}

int kin_sqlite_numbers(kin_connection *connection, const char *name, const char *column, size_t rows, kin_error *error)
{
	kin_sqlite_connection *c = (kin_sqlite_connection *)connection;
	bool numbers;
	int code = ask(c, name, column, rows, &numbers);

	if (code == SQLITE_OK)
		return numbers;
	if (code == SQLITE_ERROR)
		return 0; /* there is no such table or column: the INSERT says it better */
	return kin_sqlite_error(c, code, NULL, error);
}

int64_t kin_sqlite_last_key(const kin_statement *statement)
{
	return sqlite3_last_insert_rowid(((const kin_sqlite_connection *)statement->connection)->handle);
}

void kin_sqlite_forget_tables(kin_sqlite_connection *c)
{
	for (size_t i = 0; i < c->tables.capacity; i++) {
		if (!c->tables.entries[i].key)
			continue;
		forget_statement(c->tables.entries[i].value);
		kin_mem_free(c->tables.entries[i].value);
	}
	kin_map_done(&c->tables);
}
