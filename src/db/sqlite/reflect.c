/* reflect.c - reads an SQLite database's schema.
 *
 * SQLite keeps the CREATE statements themselves, and keeps them up to date when names change: reading
 * those gives all that its pragmas leave out (checks, names of constraints, collations, generated columns). */
#include "db/sqlite/reflect.h"

#include <strings.h>

#include "base/map.h"
#include "db/enums.h"
#include "sql/ddl.h"

#define SELECT_HIDDEN "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('virtual', 'shadow')"
#define SELECT_SCHEMA \
	"SELECT type, name, tbl_name, sql FROM main.sqlite_schema" \
	" WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'" \
	" ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 ELSE 2 END, rowid"

typedef struct reflection {
	kin_connection *connection;
	kin_statement  *statement;
	kin_error      *error;
	kin_schema      schema;
	kin_map         hidden; /* tables that are not the user's */
	kin_map         tables; /* by name; SQLite's names ignore letter case */
} reflection;

/* A column of the current row as text. */
static int text(reflection *r, size_t column, const char **ret_text)
{
	kin_value value;
	int rc = kin_statement_value(r->statement, column, KIN_KIND_TEXT, &value, r->error);

	if (rc == KIN_OK)
		*ret_text = value.as.data;
	return rc;
}

typedef int on_row(reflection *r);

static int each_row(reflection *r, const char *query, on_row *row)
{
	kin_sql sql = { .text = query, .length = strlen(query) };
	int rc = kin_statement_open(r->connection, &sql, &r->statement, r->error);

	if (rc < 0)
		return rc;
	while ((rc = kin_statement_step(r->statement, r->error)) > 0)
		if ((rc = row(r)) < 0)
			break;
	kin_statement_close(r->statement);
	return rc;
}

static int add_hidden(reflection *r)
{
	const char *name, *copy;
	int rc = text(r, 0, &name);

	if (rc != KIN_OK)
		return rc;
	if (!(copy = kin_arena_strdup(r->schema.arena, name)) || !kin_map_set(&r->hidden, copy, r))
		return kin_error_nomem(r->error);
	return KIN_OK;
}

static int parse(reflection *r, const char *what, const char *name, const char *sql, kin_ddl *ret_item)
{
	int rc = kin_ddl_parse_stored(r->schema.arena, sql, ret_item, r->error);

	return rc == KIN_ESYNTAX ? kin_error_context(r->error, "%s %s, as the database keeps it", what, name) : rc;
}

static int add_table(reflection *r, const char *name, const char *sql)
{
	kin_table_schema *table;
	kin_ddl item = { 0 };
	int rc;

	if (kin_map_find(&r->hidden, name))
		return KIN_OK;
	if ((rc = parse(r, "table", name, sql, &item)) < 0)
		return rc;
	if (!(table = kin_schema_add_table(&r->schema, name)))
		return kin_error_nomem(r->error);
	item.table->name = table->name;
	item.table->schema = NULL;
	*table = *item.table;
	if (!kin_map_set(&r->tables, table->name, table))
		return kin_error_nomem(r->error);
	return kin_enums_find(r->schema.arena, table) ? KIN_OK : kin_error_nomem(r->error);
}

static int add_index(reflection *r, const char *name, const char *table_name, const char *sql)
{
	kin_table_schema *table = kin_map_find(&r->tables, table_name);
	kin_index_schema *index;
	kin_ddl item = { 0 };
	int rc;

	if (!table)
		return KIN_OK;
	if ((rc = parse(r, "index", name, sql, &item)) < 0)
		return rc;
	if (!(index = kin_schema_add_index(&r->schema, table)))
		return kin_error_nomem(r->error);
	*index = *item.index;
	return KIN_OK;
}

static int add_object(reflection *r, const char *kind, const char *name, const char *table, const char *sql)
{
	kin_arena *arena = r->schema.arena;
	bool trigger = strcmp(kind, "trigger") == 0;
	kin_object_schema *object = kin_schema_add_object(&r->schema);

	if (!object)
		return kin_error_nomem(r->error);
	object->kind = trigger ? "trigger" : "view";
	object->name = kin_arena_strdup(arena, name);
	object->table = trigger ? kin_arena_strdup(arena, table) : NULL;
	object->sql = kin_arena_strdup(arena, sql);
	return object->name && object->sql && (object->table || !trigger) ? KIN_OK : kin_error_nomem(r->error);
}

static int add_row(reflection *r)
{
	const char *type, *name, *table, *sql;
	int rc;

	if ((rc = text(r, 0, &type)) != KIN_OK || (rc = text(r, 1, &name)) != KIN_OK ||
	    (rc = text(r, 2, &table)) != KIN_OK || (rc = text(r, 3, &sql)) != KIN_OK)
		return rc;
	if (strcmp(type, "table") == 0)
		return add_table(r, name, sql);
	if (strcmp(type, "index") == 0)
		return add_index(r, name, table, sql);
	return add_object(r, type, name, table, sql);
}

/* Give a column's name in a key the spelling that the column has. */
static void respell(const kin_table_schema *table, const char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < table->column_count; j++)
			if (strcasecmp(names[i], table->columns[j].name) == 0) {
				names[i] = table->columns[j].name;
				break;
			}
}

static void respell_table(const reflection *r, kin_table_schema *table)
{
	respell(table, table->primary_key.columns, table->primary_key.column_count);
	for (size_t i = 0; i < table->unique_count; i++)
		respell(table, table->uniques[i].columns, table->uniques[i].column_count);
	for (size_t i = 0; i < table->foreign_count; i++) {
		kin_foreign_schema *foreign = &table->foreigns[i];
		const kin_table_schema *target = kin_map_find(&r->tables, foreign->target);
		respell(table, foreign->columns, foreign->column_count);
		if (!target)
			continue;
		foreign->target = target->name;
		respell(target, foreign->target_columns, foreign->target_column_count);
	}
	for (size_t i = 0; i < table->index_count; i++)
		for (size_t j = 0; j < table->indexes[i].part_count; j++)
			if (table->indexes[i].parts[j].column)
				respell(table, &table->indexes[i].parts[j].column, 1);
}

int kin_sqlite_reflect(kin_connection *connection, kin_arena *arena, kin_schema *ret_schema, kin_error *error)
{
	reflection r = {
		.connection = connection, .error = error, .schema = { .arena = arena },
		.hidden = { .fold = true }, .tables = { .fold = true },
	};
	int rc;

	if ((rc = each_row(&r, SELECT_HIDDEN, add_hidden)) == KIN_OK)
		rc = each_row(&r, SELECT_SCHEMA, add_row);
	for (size_t i = 0; rc == KIN_OK && i < r.schema.table_count; i++)
		respell_table(&r, r.schema.tables[i]);
	if (rc == KIN_OK)
		*ret_schema = r.schema;
	kin_map_done(&r.hidden);
	kin_map_done(&r.tables);
	return rc;
}
