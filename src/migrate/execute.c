/* execute.c - changes carried out in a database, with the table rebuilds they need.
 *
 * On SQLite consecutive changes of one table are a group. A group that ALTER TABLE can do is done so; else the table is
 * rebuilt once for all of it. DROP COLUMN is tried, as only SQLite knows whether something is in its way. */
#include "migrate/execute.h"

#include "migrate/apply.h"
#include "migrate/ask.h"
#include "migrate/concurrent.h"
#include "migrate/execute_show.h"
#include "migrate/locate.h"
#include "migrate/normal.h"
#include "migrate/rebuild_empty.h"

enum { SAVEPOINT_NUMBER = 9000 }; /* far from those of sessions */

/* SQLite's foreign_keys, which are off while a table is rebuilt. To look at all rows takes long where there are many tables, so it is done
 * only where something could have broken one. */
typedef struct keys {
	bool    off;     /* they were on, and have been turned off */
	bool    counted; /* .broken is known */
	int64_t broken;  /* how many rows point at nothing, before */
} keys;

static const char broken_keys[] = "SELECT count(*) FROM pragma_foreign_key_check";

typedef struct work {
	kin_connection            *connection;
	const kin_dialect         *dialect;
	const kin_execute_options *options;
	kin_arena                 *arena;
	kin_schema                *schema; /* what the database is now, for dialects that need it; else NULL */
	keys                      *keys;   /* NULL: the caller sees to them */
	kin_error                 *error;
} work;

/* "file:12: " in front of what went wrong, or "file:12:5: " where the word is known. */
static int at_line(work *w, const kin_ddl *item, int rc)
{
	int line, column;

	if (rc == KIN_ESYNTAX && item->line > 0 && w->options->file && w->error &&
	    kin_locate_near(item, kin_error_text(w->error), &line, &column)) {
		kin_error_context(w->error, "%s:%d:%d", w->options->file, line, column);
		return rc;
	}
	if (rc < 0 && rc != KIN_ENOMEM && item->line > 0 && w->options->file)
		kin_error_context(w->error, "%s:%d", w->options->file, item->line);
	else if (rc < 0 && rc != KIN_ENOMEM && item->line > 0)
		kin_error_context(w->error, "line %d", item->line);
	return rc;
}

static int run_call(work *w, const kin_ddl *item)
{
	if (!w->options->call)
		return kin_error_set(w->error, KIN_EREVISION, "CALL %s: there is no function of that name here", item->name);
	return w->options->call(w->options->context, w->connection, item->name, w->error);
}

/* SQLite makes an index anew to rename it; only for that must it be asked what it has. */
static int complete_index(work *w, kin_ddl *item)
{
	kin_schema schema = { 0 };
	int rc = kin_connection_reflect(w->connection, w->arena, &schema, w->error);

	return rc < 0 ? rc : kin_execute_complete(w->arena, w->dialect, &schema, item, w->error);
}

static int run_one(work *w, const kin_ddl *item)
{
	kin_ddl whole = *item;
	kin_text sql;
	int rc;

	if (item->kind == KIN_DDL_CALL)
		return at_line(w, item, run_call(w, item));
	if (w->schema && (rc = kin_execute_complete(w->arena, w->dialect, w->schema, &whole, w->error)) < 0)
		return at_line(w, item, rc);
	if (!w->schema && item->kind == KIN_DDL_RENAME_INDEX && (rc = complete_index(w, &whole)) < 0)
		return at_line(w, item, rc);
	kin_text_init(&sql);
	rc = kin_ddl_render(w->dialect, &sql, &whole, w->error);
	if (rc == KIN_OK && !kin_text_ok(&sql))
		rc = kin_error_nomem(w->error);
	if (rc == KIN_OK && sql.length > 0)
		rc = kin_connection_run(w->connection, sql.data, w->error);
	kin_text_done(&sql);
	return at_line(w, item, rc);
}

static bool is_grouped(const kin_ddl *item)
{
	switch (item->kind) {
	case KIN_DDL_CREATE_TABLE:
	case KIN_DDL_DROP_TABLE:
	case KIN_DDL_RENAME_TABLE:
	case KIN_DDL_RENAME_COLUMN: /* ALTER TABLE does it, in views and triggers too */
	case KIN_DDL_CREATE_OBJECT:
	case KIN_DDL_DROP_OBJECT:
	case KIN_DDL_SQL:
	case KIN_DDL_CALL:
		return false;
	default:
		return true;
	}
}

/* A DROP INDEX may leave the table out. */
static bool is_of_same_table(const kin_ddl *a, const kin_ddl *b)
{
	return a->table_name && b->table_name && strcmp(a->table_name, b->table_name) == 0;
}

size_t kin_execute_group(const kin_dialect *dialect, const kin_ddl *items, size_t count)
{
	size_t n = 1;

	if (dialect->id != KIN_SQLITE || !is_grouped(&items[0]))
		return 1;
	while (n < count && is_grouped(&items[n]) && is_of_same_table(&items[n], &items[0]))
		n++;
	return n;
}

bool kin_execute_needs_rebuild(const kin_dialect *dialect, const kin_ddl *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_grouped(&items[i]) && kin_ddl_needs_rebuild(dialect, &items[i]))
			return true;
	return false;
}

static bool may_be_refused(const kin_ddl *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (items[i].kind == KIN_DDL_DROP_COLUMN || items[i].kind == KIN_DDL_ADD_COLUMN)
			return true;
	return false;
}

static int count_broken(kin_connection *connection, keys *k, kin_error *error)
{
	if (!k || !k->off || k->counted)
		return KIN_OK;
	k->counted = true;
	return kin_ask_number(connection, broken_keys, &k->broken, error);
}

static int rebuild(work *w, const kin_ddl *items, size_t count)
{
	const kin_ddl **changes = kin_arena_alloc(w->arena, count * sizeof(*changes));
	int rc = count_broken(w->connection, w->keys, w->error);

	if (!changes)
		return kin_error_nomem(w->error);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < count; i++)
		changes[i] = &items[i];
	return at_line(w, &items[0], kin_rebuild_table(w->connection, items[0].table_name, changes, count, w->options->progress,
	                                               w->options->context, w->error));
}

static int run_each(work *w, const kin_ddl *items, size_t count)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < count; i++)
		rc = run_one(w, &items[i]);
	return rc;
}

static bool is_refusal(int rc)
{
	return rc == KIN_ESYNTAX || rc == KIN_EDB || rc == KIN_ENOTABLE || rc == KIN_ENOTNULL;
}

/* Native first; where SQLite will not, undo and rebuild. The sentence of a refusal is not wanted; that of another failure is had by
 * failing again. */
static int try_each(work *w, const kin_ddl *items, size_t count)
{
	work quiet = *w;
	int rc = kin_connection_savepoint(w->connection, SAVEPOINT_NUMBER, w->error);

	if (rc < 0)
		return rc;
	quiet.error = NULL;
	if ((rc = run_each(&quiet, items, count)) == KIN_ENOMEM)
		return kin_error_nomem(w->error);
	if (rc < 0) {
		bool refused = is_refusal(rc);
		if ((rc = kin_connection_rollback_to(w->connection, SAVEPOINT_NUMBER, w->error)) == KIN_OK)
			rc = refused ? rebuild(w, items, count) : run_each(w, items, count);
	}
	return rc < 0 ? rc : kin_connection_release(w->connection, SAVEPOINT_NUMBER, w->error);
}

/* Columns alone, of a table that may be empty. A missing table is for ALTER TABLE to name. */
static int add_columns(work *w, const kin_ddl *items, size_t count)
{
	bool done = false;
	int rc = KIN_OK;

	for (size_t i = 0; i < count; i++)
		if (items[i].kind != KIN_DDL_ADD_COLUMN)
			return try_each(w, items, count);
	if ((rc = kin_rebuild_empty(w->connection, items, count, &done, NULL)) == KIN_ENOMEM)
		return kin_error_nomem(w->error);
	return rc == KIN_OK && done ? KIN_OK : try_each(w, items, count);
}

static int run_group(work *w, const kin_ddl *items, size_t count)
{
	if (w->dialect->id != KIN_SQLITE || !is_grouped(&items[0]))
		return run_each(w, items, count);
	if (kin_execute_needs_rebuild(w->dialect, items, count))
		return rebuild(w, items, count);
	return may_be_refused(items, count) ? add_columns(w, items, count) : run_each(w, items, count);
}

/* Those for this dialect. */
static int select_items(kin_arena *arena, const kin_dialect *dialect, const kin_ddl *items, size_t count, kin_ddl **ret_items,
                        size_t *ret_count, kin_error *error)
{
	kin_ddl *own = kin_arena_alloc(arena, (count + 1) * sizeof(*own));
	size_t n = 0;

	if (!own)
		return kin_error_nomem(error);
	for (size_t i = 0; i < count; i++)
		if (kin_op_is_for(&items[i], dialect))
			own[n++] = items[i];
	*ret_items = own;
	*ret_count = n;
	return KIN_OK;
}

static int run_changes(kin_connection *connection, const kin_ddl *items, size_t count, const kin_execute_options *options, keys *k,
                       kin_error *error)
{
	static const kin_execute_options usual;
	const kin_dialect *dialect = kin_connection_dialect(connection);
	kin_arena arena = { 0 };
	kin_schema schema = { 0 };
	work w = { .connection = connection, .dialect = dialect, .options = options ? options : &usual, .arena = &arena,
		   .keys = k, .error = error };
	kin_ddl *own = NULL;
	size_t own_count = 0;
	int rc = select_items(&arena, dialect, items, count, &own, &own_count, error);

	if (rc == KIN_OK && dialect->id != KIN_SQLITE) {
		w.schema = &schema;
		rc = kin_connection_reflect(connection, &arena, &schema, error);
	}
	for (size_t i = 0; rc == KIN_OK && i < own_count;) {
		size_t n = kin_execute_group(dialect, own + i, own_count - i);
		rc = run_group(&w, own + i, n);
		i += n;
	}
	kin_arena_done(&arena);
	return rc;
}

int kin_execute_changes(kin_connection *connection, const kin_ddl *items, size_t count, const kin_execute_options *options,
                        kin_error *error)
{
	return run_changes(connection, items, count, options, NULL, error);
}

/* The transaction around it. */

static int keys_off(kin_connection *connection, const kin_ddl *items, size_t count, keys *k, kin_error *error)
{
	const kin_dialect *dialect = kin_connection_dialect(connection);
	int64_t on = 0;
	int rc;

	if (dialect->id != KIN_SQLITE || !(kin_execute_needs_rebuild(dialect, items, count) || may_be_refused(items, count)))
		return KIN_OK;
	if ((rc = kin_ask_number(connection, "PRAGMA foreign_keys", &on, error)) < 0 || !on)
		return rc;
	if ((rc = kin_connection_run(connection, "PRAGMA foreign_keys = OFF", error)) == KIN_OK)
		k->off = true;
	return rc;
}

/* With the keys off nobody looks at what data statements write. */
static bool writes_rows(const kin_ddl *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (items[i].kind == KIN_DDL_SQL || items[i].kind == KIN_DDL_CALL || items[i].kind == KIN_DDL_DROP_TABLE)
			return true;
	return false;
}

static void keys_on(kin_connection *connection, const keys *k)
{
	if (k->off)
		kin_connection_run(connection, "PRAGMA foreign_keys = ON", NULL);
}

/* Rows that were broken before do not stand in the way of a change that breaks none. */
static int check_keys(kin_connection *connection, const keys *k, kin_error *error)
{
	int64_t broken = 0;
	kin_text rows;
	int rc;

	if (!k->counted)
		return KIN_OK;
	if ((rc = kin_ask_number(connection, broken_keys, &broken, error)) < 0 || broken <= k->broken)
		return rc;
	kin_text_init(&rows);
	rc = kin_ask_list(connection,
	                  "SELECT \"table\" || coalesce(' row ' || rowid, '') || ' -> ' || parent FROM pragma_foreign_key_check LIMIT 5",
	                  &rows, error);
	if (rc == KIN_OK)
		rc = kin_error_set(error, KIN_EFOREIGN,
		                   "%lld more rows would point at nothing afterwards (%s); correct or delete them first",
		                   (long long)(broken - k->broken), rows.data);
	kin_text_done(&rows);
	return rc;
}

/* What cannot be in a transaction comes before it. */
static int run_outside(kin_connection *connection, const kin_ddl *items, size_t *count, const kin_execute_options *options,
                       kin_error *error)
{
	static const kin_execute_options usual;
	int rc;

	if (!kin_concurrent_any(kin_connection_dialect(connection), items, *count))
		return KIN_OK;
	if ((rc = kin_concurrent_run(connection, items, *count, options ? options : &usual, error)) == KIN_OK)
		*count = 0;
	return rc;
}

/* A transaction of their own; inside of one that is open, a savepoint. */

static int begin(kin_connection *connection, bool inside, kin_error *error)
{
	return inside ? kin_connection_savepoint(connection, SAVEPOINT_NUMBER + 1, error)
	              : kin_connection_begin(connection, KIN_BEGIN_WRITE, error);
}

/* Where DDL ends a transaction, it has saved it. */
static int commit(kin_connection *connection, bool inside, kin_error *error)
{
	if (!kin_connection_dialect(connection)->transactional_ddl && !kin_connection_in_transaction(connection))
		return KIN_OK;
	return inside ? kin_connection_release(connection, SAVEPOINT_NUMBER + 1, error) : kin_connection_commit(connection, error);
}

static void undo(kin_connection *connection, bool inside)
{
	if (inside && kin_connection_in_transaction(connection)) {
		kin_connection_rollback_to(connection, SAVEPOINT_NUMBER + 1, NULL);
		kin_connection_release(connection, SAVEPOINT_NUMBER + 1, NULL);
	} else if (kin_connection_in_transaction(connection)) {
		kin_connection_rollback(connection, NULL);
	}
}

int kin_execute_transaction(kin_connection *connection, const kin_ddl *items, size_t count, const kin_execute_options *options,
                            int (*last)(kin_connection *connection, void *argument, kin_error *error), void *argument,
                            kin_error *error)
{
	bool inside = kin_connection_in_transaction(connection);
	keys k = { 0 };
	int rc = run_outside(connection, items, &count, options, error);

	if (rc == KIN_OK)
		rc = keys_off(connection, items, count, &k, error);
	if (rc == KIN_OK && (rc = begin(connection, inside, error)) == KIN_OK) {
		if (writes_rows(items, count))
			rc = count_broken(connection, &k, error);
		if (rc == KIN_OK)
			rc = run_changes(connection, items, count, options, &k, error);
		if (rc == KIN_OK)
			rc = check_keys(connection, &k, error);
		if (rc == KIN_OK && last)
			rc = last(connection, argument, error);
		if (rc == KIN_OK)
			rc = commit(connection, inside, error);
		if (rc < 0)
			undo(connection, inside);
	}
	keys_on(connection, &k);
	return rc;
}
