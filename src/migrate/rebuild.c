/* rebuild.c - runs a table rebuild, as lang_altertable.html of SQLite's documentation has it in twelve steps.
 *
 * Steps 1, 2, 10 to 12 (foreign_keys, the transaction, the check) are the caller's. Step 3, remembering indexes and triggers, is the
 * plan's. Here: 4 create, 5 copy, 6 drop, 7 rename, 8 indexes and triggers, 9 views. Renaming happens with
 * legacy_alter_table on: else SQLite rewrites what points at the table, and refuses while a view does. */
#include "migrate/rebuild.h"

#include "migrate/apply.h"
#include "migrate/ask.h"
#include "migrate/fold.h"
#include "migrate/normal.h"
#include "migrate/rebuild_check.h"
#include "migrate/rebuild_plan.h"

enum { CHUNK = 10000 }; /* rows moved between two reports: some ten milliseconds */

typedef struct work {
	kin_connection   *connection;
	kin_rebuild_progress *progress; /* NULL: nobody wants to know */
	void             *context;
	kin_arena        *arena;
	kin_rebuild_plan  plan;
	kin_rebuild_check check;
	int64_t           rows;
	int64_t           sequence; /* AUTOINCREMENT's largest number so far; 0: none */
	kin_error        *error;
} work;

static int run(work *w, const char *sql)
{
	return !sql || w->arena->failed ? kin_error_nomem(w->error) : *sql ? kin_connection_run(w->connection, sql, w->error) : KIN_OK;
}

/* One number, unless memory ran out while the question was written. */
static int ask(work *w, const char *sql, int64_t *ret_number)
{
	if (!sql || w->arena->failed)
		return kin_error_nomem(w->error);
	return kin_ask_number(w->connection, sql, ret_number, w->error);
}

static int count_rows(work *w, const char *table, int64_t *ret_count)
{
	const char *sql = kin_arena_printf(w->arena, "SELECT count(*) FROM %s", kin_text_quoted(table, '"', w->arena));

	return ask(w, sql, ret_count);
}

static bool is_counted(const kin_table_schema *table)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (table->columns[i].strict_autoincrement)
			return true;
	return false;
}

static int remember_sequence(work *w)
{
	const char *sql = kin_arena_printf(w->arena, "SELECT seq FROM sqlite_sequence WHERE name = %s",
	                                   kin_text_quoted(w->plan.before->name, '\'', w->arena));

	if (!is_counted(w->plan.before) || !is_counted(w->plan.after))
		return KIN_OK;
	return ask(w, sql, &w->sequence);
}

static int restore_sequence(work *w)
{
	const char *name = kin_text_quoted(w->plan.after->name, '\'', w->arena);

	if (w->sequence == 0)
		return KIN_OK;
	int rc = run(w, kin_arena_printf(w->arena, "DELETE FROM sqlite_sequence WHERE name = %s", name));
	return rc < 0 ? rc : run(w, kin_arena_printf(w->arena, "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %lld)", name,
	                                             (long long)w->sequence));
}

static void report(work *w, int64_t done)
{
	if (w->progress)
		w->progress(w->context, w->plan.before->name, done, w->rows);
}

/* In the order of row numbers, so that whoever looks on sees them move. */
static int copy_chunks(work *w)
{
	const char *row = w->plan.row, *table = kin_text_quoted(w->plan.before->name, '"', w->arena);
	int64_t from = INT64_MIN, last = 0;
	int rc = KIN_OK;

	for (int64_t done = 0; rc == KIN_OK && done < w->rows; done += CHUNK) {
		report(w, done);
		rc = ask(w, kin_arena_printf(w->arena, "SELECT max(n) FROM (SELECT %s AS n FROM %s WHERE %s >= %lld ORDER BY 1 LIMIT %d)", row,
		                             table, row, (long long)from, CHUNK), &last);
		if (rc == KIN_OK)
			rc = run(w, kin_arena_printf(w->arena, "%s WHERE %s BETWEEN %lld AND %lld", w->plan.copy, row, (long long)from,
			                             (long long)last));
		from = last < INT64_MAX ? last + 1 : last;
	}
	return rc;
}

/* The columns of the key, each with something behind it. */
static const char *key_list(work *w, const char *after)
{
	kin_text text;

	kin_text_init(&text);
	for (size_t i = 0; i < w->plan.key_count; i++)
		kin_text_addf(&text, "%s%s%s", i ? ", " : "", w->plan.key[i], after);
	return kin_text_keep(&text, w->arena);
}

/* In the order of keys, each piece from where the last one has come to, which the new table knows: values never leave the database. */
static int copy_by_key(work *w)
{
	const char *names = key_list(w, ""), *backwards = key_list(w, " DESC"), *table = kin_text_quoted(w->plan.temporary, '"', w->arena);
	const char *more = kin_arena_printf(w->arena, " WHERE (%s) > (SELECT %s FROM %s ORDER BY %s LIMIT 1)", names, names, table, backwards);
	int rc = KIN_OK;

	for (int64_t done = 0; rc == KIN_OK && done < w->rows; done += CHUNK) {
		report(w, done);
		rc = run(w, kin_arena_printf(w->arena, "%s%s ORDER BY %s LIMIT %d", w->plan.copy, done > 0 ? more : "", names, CHUNK));
	}
	return rc;
}

static int copy_rows(work *w)
{
	bool chunks = w->progress && w->rows > CHUNK && *w->plan.copy;

	if (chunks && w->plan.row)
		return copy_chunks(w);
	return chunks && w->plan.key ? copy_by_key(w) : run(w, w->plan.copy);
}

static int move_rows(work *w)
{
	int64_t moved = 0;
	int rc = run(w, w->plan.create);

	if (rc == KIN_OK && (rc = copy_rows(w)) < 0)
		return kin_error_context(w->error, "moving the rows of %s", w->plan.before->name);
	if (rc == KIN_OK)
		rc = count_rows(w, w->plan.temporary, &moved);
	if (rc == KIN_OK && moved != w->rows)
		rc = kin_error_set(w->error, KIN_EUNIQUE,
		                   "%s has %lld rows, of which %lld would be left: an ON CONFLICT clause throws rows away",
		                   w->plan.before->name, (long long)w->rows, (long long)moved);
	return rc == KIN_OK ? kin_rebuild_check_moved(&w->check) : rc;
}

/* The setting is left as it was, whatever happens. */
static int swap(work *w)
{
	int64_t legacy = 0;
	int rc = run(w, w->plan.drop);

	if (rc == KIN_OK)
		rc = kin_ask_number(w->connection, "PRAGMA legacy_alter_table", &legacy, w->error);
	if (rc < 0)
		return rc;
	if (!legacy && (rc = run(w, "PRAGMA legacy_alter_table = ON")) < 0)
		return rc;
	rc = run(w, w->plan.rename);
	if (!legacy)
		kin_connection_run(w->connection, "PRAGMA legacy_alter_table = OFF", rc < 0 ? NULL : w->error);
	return rc;
}

static int restore(work *w)
{
	int rc = restore_sequence(w);

	for (size_t i = 0; rc == KIN_OK && i < w->plan.restore_count; i++)
		rc = run(w, w->plan.restore[i]);
	return rc;
}

static int all_steps(work *w, const char *table)
{
	int rc = count_rows(w, table, &w->rows);

	w->check = (kin_rebuild_check){ .connection = w->connection, .arena = w->arena, .plan = &w->plan, .rows = w->rows,
		                        .error = w->error };
	if (rc < 0)
		return rc;
	report(w, 0);
	if ((rc = kin_rebuild_check_rows(&w->check)) < 0 || (rc = remember_sequence(w)) < 0 || (rc = move_rows(w)) < 0 ||
	    (rc = swap(w)) < 0 || (rc = restore(w)) < 0 || (rc = kin_rebuild_check_objects(&w->check)) < 0)
		return rc;
	report(w, w->rows);
	return KIN_OK;
}

/* The CREATE TABLE that made it. */
static int find_text(work *w, const char *table, const char **ret_text)
{
	const char *sql = kin_arena_printf(w->arena, "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = %s",
	                                   kin_text_quoted(table, '\'', w->arena));

	if (!sql || w->arena->failed)
		return kin_error_nomem(w->error);
	return kin_ask_text(w->connection, w->arena, sql, ret_text, w->error);
}

/* Take out what changes nothing here; what is left. */
static size_t drop_unnamed(const kin_schema *schema, const char *table, const kin_ddl **changes, size_t count)
{
	const kin_table_schema *is = kin_schema_table(schema, table);
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (!is || !kin_apply_renames_unnamed(is, changes[i]))
			changes[kept++] = changes[i];
	return kept;
}

int kin_rebuild_table(kin_connection *connection, const char *table, const kin_ddl *const *changes, size_t count,
                      kin_rebuild_progress *progress, void *context, kin_error *error)
{
	kin_arena arena = { 0 };
	kin_schema schema = { 0 };
	const kin_ddl **own = kin_arena_copy(&arena, changes, count * sizeof(*own));
	work w = { .connection = connection, .progress = progress, .context = context, .arena = &arena, .error = error };
	const char *text = NULL;
	int rc = own ? kin_connection_reflect(connection, &arena, &schema, error) : kin_error_nomem(error);

	if (rc == KIN_OK && kin_fold_enums(&schema, kin_connection_dialect(connection)) < 0)
		rc = kin_error_nomem(error);
	if (rc == KIN_OK && (count = drop_unnamed(&schema, table, own, count)) > 0) {
		rc = find_text(&w, table, &text);
		if (rc == KIN_OK)
			rc = kin_rebuild_plan_make(&arena, &schema, table, text, own, count, &w.plan, error);
		if (rc == KIN_OK)
			rc = all_steps(&w, table);
	}
	kin_arena_done(&arena);
	return rc;
}
