/* rehearse.c - an upgrade tried out: up, down, and up again, with what it does to the data. */
#include "migrate/rehearse.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/map.h"
#include "migrate/journal.h"
#include "migrate/run_part.h"

/* The data */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const kin_column_schema *)a)->name, ((const kin_column_schema *)b)->name);
}

/* SELECT CAST(a AS TEXT), … FROM t: as text all databases give any value, and columns in the order of their names. */
static void write_select(kin_text *sql, const kin_dialect *dialect, const kin_table_schema *table, const kin_column_schema *columns)
{
	kin_text_add(sql, "SELECT ");
	for (size_t i = 0; i < table->column_count; i++) {
		kin_text_add(sql, i ? ", CAST(" : "CAST(");
		kin_dialect_name(dialect, sql, columns[i].name);
		kin_text_add(sql, dialect->id == KIN_MARIADB ? " AS CHAR)" : " AS TEXT)");
	}
	kin_text_add(sql, " FROM ");
	kin_dialect_name(dialect, sql, table->name);
}

/* Every bit of the one changes all of the other (Vigna's splitmix64): so that sums of rows tell which values stood in one row. */
static uint64_t mixed(uint64_t n)
{
	n = (n ^ (n >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	n = (n ^ (n >> 27)) * UINT64_C(0x94d049bb133111eb);
	return n ^ (n >> 31);
}

/* Rows in any order: their hashes are added. The columns' names count, so that a value moved to another column is noticed. */
static int read_rows(kin_statement *statement, const char *table, const kin_column_schema *columns, size_t count,
                     kin_rehearse_data *data, kin_error *error)
{
	int rc;

	while ((rc = kin_statement_step(statement, error)) > 0) {
		uint64_t row = kin_hash(table, strlen(table));
		for (size_t i = 0; i < count; i++) {
			kin_value value = { 0 };
			if ((rc = kin_statement_value(statement, i, KIN_KIND_TEXT | KIN_KIND_NULLABLE, &value, error)) < 0)
				return rc;
			row = row * 31 + kin_hash(columns[i].name, strlen(columns[i].name));
			row = row * 31 + (value.kind == KIN_KIND_TEXT ? kin_hash(value.as.data, value.size) : 7);
		}
		data->rows++;
		data->hash += mixed(row);
	}
	return rc;
}

static int read_table(kin_connection *connection, kin_arena *arena, const kin_table_schema *table, kin_rehearse_data *data,
                      kin_error *error)
{
	kin_column_schema *columns = kin_arena_copy(arena, table->columns, table->column_count * sizeof(*columns));
	kin_statement *statement = NULL;
	kin_text sql;
	int rc;

	if (!columns)
		return kin_error_nomem(error);
	qsort(columns, table->column_count, sizeof(*columns), by_name);
	kin_text_init(&sql);
	write_select(&sql, kin_connection_dialect(connection), table, columns);
	rc = kin_text_ok(&sql) ? kin_statement_open(connection, &(kin_sql){ .text = sql.data, .length = sql.length }, &statement, error)
	                       : kin_error_nomem(error);
	if (rc == KIN_OK)
		rc = read_rows(statement, table->name, columns, table->column_count, data, error);
	kin_statement_close(statement);
	kin_text_done(&sql);
	return rc;
}

int kin_rehearse_read(kin_connection *connection, kin_rehearse_data *ret_data, kin_error *error)
{
	kin_rehearse_data data = { 0 };
	kin_arena arena = { 0 };
	kin_schema schema = { 0 };
	int rc = kin_connection_reflect(connection, &arena, &schema, error);

	for (size_t i = 0; rc == KIN_OK && i < schema.table_count; i++)
		if (strncmp(schema.tables[i]->name, "kin_", 4) != 0)
			rc = read_table(connection, &arena, schema.tables[i], &data, error);
	kin_arena_done(&arena);
	if (rc == KIN_OK)
		*ret_data = data;
	return rc;
}

/* The rehearsal */

typedef struct rehearsing {
	kin_run_work       work;
	kin_revision_links path;
	kin_rehearse      *result;
} rehearsing;

static int run_one(rehearsing *r, size_t revision, bool up)
{
	kin_script *script = &r->work.folder->scripts[revision];
	int64_t start = kin_clock_steady();
	int rc = kin_run_script(&r->work, script, up);
	kin_rehearse_step *step = &r->result->steps[r->result->count];

	*step = (kin_rehearse_step){ .script = script, .up = up, .microseconds = kin_clock_steady() - start };
	if (rc < 0 || (rc = kin_rehearse_read(r->work.connection, &step->data, r->work.error)) < 0)
		return rc;
	r->work.applied[revision] = up;
	r->result->count++;
	return KIN_OK;
}

static int run_all(rehearsing *r, bool up)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < r->path.count; i++)
		rc = run_one(r, r->path.items[up ? i : r->path.count - 1 - i], up);
	return rc;
}

static bool same(const kin_rehearse_data *a, const kin_rehearse_data *b)
{
	return a->rows == b->rows && a->hash == b->hash;
}

static int prepare(rehearsing *r, const char *target)
{
	kin_run_work *w = &r->work;
	int rc;

	if ((rc = kin_history_create(w->connection, w->error)) < 0 || (rc = kin_journal_create(w->connection, w->error)) < 0 ||
	    (rc = kin_run_read_applied(w, false)) < 0 || (rc = kin_run_settle_replaced(w)) < 0 ||
	    (rc = kin_revision_upgrade(w->arena, &w->folder->graph, target, w->applied, &r->path, w->error)) < 0)
		return rc;
	r->result->revisions = r->path.count;
	r->result->steps = kin_arena_zalloc(w->arena, (3 * r->path.count + 1) * sizeof(*r->result->steps));
	if (!r->result->steps)
		return kin_error_nomem(w->error);
	for (size_t i = 0; i < r->path.count; i++)
		if (w->folder->scripts[r->path.items[i]].down_missing)
			r->result->irreversible = &w->folder->scripts[r->path.items[i]];
	r->result->count = 1;
	return kin_rehearse_read(w->connection, &r->result->steps[0].data, w->error);
}

int kin_rehearse_run(kin_connection *connection, kin_arena *arena, const kin_folder *folder, const char *target,
                     const kin_run_options *options, kin_rehearse *ret_rehearse, kin_error *error)
{
	static const kin_run_options usual;
	kin_rehearse result = { 0 };
	rehearsing r = { .work = { .connection = connection, .folder = folder, .options = options ? options : &usual, .arena = arena,
		                   .error = error },
		         .result = &result };
	int rc = prepare(&r, target);
	size_t n = r.path.count;

	if (rc == KIN_OK)
		rc = run_all(&r, true);
	if (rc == KIN_OK && n > 0 && !result.irreversible && (rc = run_all(&r, false)) == KIN_OK && (rc = run_all(&r, true)) == KIN_OK) {
		result.lost = !same(&result.steps[0].data, &result.steps[2 * n].data);
		result.unsteady = !result.lost && !same(&result.steps[n].data, &result.steps[3 * n].data);
	}
	if (rc == KIN_OK)
		*ret_rehearse = result;
	return rc;
}
