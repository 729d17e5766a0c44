/* run.c - bringing a database from one revision to another. */
#include "migrate/run.h"

#include "base/map.h"
#include "migrate/concurrent.h"
#include "migrate/replay.h"

typedef struct work {
	kin_connection        *connection;
	const kin_folder      *folder;
	const kin_run_options *options;
	kin_arena             *arena;
	bool                  *applied;
	kin_error             *error;
} work;

/* What the database has, against the files. */

static int unknown_revision(const kin_folder *folder, const char *id, kin_error *error)
{
	return kin_error_set(error, KIN_EREVISION,
	                     "Can't locate revision identified by '%s': the database has it, but %s has no file for it", id,
	                     folder->versions);
}

static int edited(const kin_script *script, const kin_history_row *row, kin_error *error)
{
	return kin_error_set(error, KIN_EREVISION,
	                     "%s: revision %s was edited after it was applied (%s): undo the edit, and make a new revision for the "
	                     "change",
	                     script->path, script->id, row->applied_at);
}

/* `lenient`: unknown and edited ones are passed over. */
static int read_applied(kin_connection *connection, kin_arena *arena, const kin_folder *folder, bool lenient,
                        bool **ret_applied, kin_error *error)
{
	bool *applied = kin_arena_zalloc(arena, folder->graph.count + 1);
	kin_history_row *rows;
	size_t count;
	int rc;

	if (!applied)
		return kin_error_nomem(error);
	if ((rc = kin_history_read(connection, arena, &rows, &count, error)) < 0)
		return rc;
	for (size_t i = 0; i < count; i++) {
		size_t at = kin_revision_index(&folder->graph, rows[i].id);
		if (at == (size_t)-1 && !lenient)
			return unknown_revision(folder, rows[i].id, error);
		if (at == (size_t)-1)
			continue;
		if (rows[i].checksum != 0 && rows[i].checksum != folder->scripts[at].checksum && !lenient)
			return edited(&folder->scripts[at], &rows[i], error);
		applied[at] = true;
	}
	*ret_applied = applied;
	return KIN_OK;
}

int kin_run_applied(kin_connection *connection, kin_arena *arena, const kin_folder *folder, bool **ret_applied,
                    kin_error *error)
{
	return read_applied(connection, arena, folder, false, ret_applied, error);
}

/* On paper first. */

static int rehearse(work *w, const kin_revision_links *path, bool up)
{
	bool *after = kin_arena_copy(w->arena, w->applied, w->folder->graph.count + 1);
	const kin_dialect *dialect = kin_connection_dialect(w->connection);
	kin_schema schema = { 0 };
	int rc;

	if (!after)
		return kin_error_nomem(w->error);
	for (size_t i = 0; i < path->count; i++) {
		const kin_script *script = &w->folder->scripts[path->items[i]];
		after[path->items[i]] = up;
		if (!up && script->down_missing)
			return kin_error_set(w->error, KIN_EREVISION, "%s: revision %s cannot be undone: its downgrade section is empty",
			                     script->path, script->id);
	}
	if ((rc = kin_folder_replay(w->arena, w->folder, dialect, up ? after : w->applied, &schema, w->error)) < 0 || up)
		return rc;
	for (size_t i = 0; rc == KIN_OK && i < path->count; i++)
		rc = kin_replay_script(&schema, dialect, &w->folder->scripts[path->items[i]], false, w->error);
	return rc;
}

/* For real. */

static void announce(work *w, const kin_script *script, bool up)
{
	kin_text text;

	if (!w->options->starting)
		return;
	kin_text_init(&text);
	kin_text_addf(&text, "Running %s ", up ? "upgrade" : "downgrade");
	if (!up)
		kin_text_addf(&text, "%s -> ", script->id);
	for (size_t i = 0; i < script->parent_count; i++)
		kin_text_addf(&text, "%s%s", i ? ", " : "", script->parents[i]);
	if (up)
		kin_text_addf(&text, " -> %s", script->id);
	if (*script->message)
		kin_text_addf(&text, ", %s", script->message);
	w->options->starting(w->options->context, script, text.data);
	kin_text_done(&text);
}

static int note_added(kin_connection *connection, void *argument, kin_error *error)
{
	const kin_script *script = argument;

	return kin_history_add(connection, script->id, script->checksum, error);
}

static int note_removed(kin_connection *connection, void *argument, kin_error *error)
{
	const kin_script *script = argument;

	return kin_history_remove(connection, script->id, error);
}

static int run_script(work *w, kin_script *script, bool up)
{
	kin_execute_options options = { .progress = w->options->progress, .call = w->options->call,
		                        .context = w->options->context, .file = script->path };

	announce(w, script, up);
	int rc = kin_execute_transaction(w->connection, up ? script->up : script->down, up ? script->up_count : script->down_count,
	                                 &options, up ? note_added : note_removed, script, w->error);
	if (rc < 0 && rc != KIN_ENOMEM)
		kin_error_context(w->error, "revision %s", script->id);
	return rc;
}

typedef int path_fn(kin_arena *arena, const kin_revision_graph *graph, const char *target, const bool *applied,
                    kin_revision_links *ret_path, kin_error *error);

static int find_path(work *w, const char *target, bool up, kin_revision_links *ret_path)
{
	path_fn *find = up ? kin_revision_upgrade : kin_revision_downgrade;
	int rc = kin_run_applied(w->connection, w->arena, w->folder, &w->applied, w->error);

	return rc < 0 ? rc : find(w->arena, &w->folder->graph, target, w->applied, ret_path, w->error);
}

static int lock(work *w)
{
	int64_t timeout = w->options->lock_timeout ? w->options->lock_timeout : (int64_t)w->folder->lock_timeout * 1000;

	return kin_history_lock(w->connection, timeout, w->error);
}

/* A lock that is left behind would stop the next migration of this process: try twice. */
static int unlock(work *w, int rc)
{
	int unlocked = kin_history_unlock(w->connection, rc < 0 ? NULL : w->error);

	if (unlocked < 0)
		kin_history_unlock(w->connection, NULL);
	return rc < 0 ? rc : unlocked;
}

/* Nothing is locked or written when there is nothing to do. What there is to do is looked at again under the lock, as
 * another process may have done it meanwhile. */
static int go(work *w, const char *target, bool up)
{
	kin_revision_links path = { 0 };
	int rc;

	if ((rc = find_path(w, target, up, &path)) < 0 || path.count == 0 || (rc = rehearse(w, &path, up)) < 0)
		return rc;
	bool relative = strchr("+-", *target) != NULL;
	kin_revision_links planned = path;
	if ((rc = lock(w)) < 0)
		return rc;
	if ((rc = find_path(w, target, up, &path)) == KIN_OK && relative &&
	    (path.count != planned.count || memcmp(path.items, planned.items, path.count * sizeof(*path.items)) != 0))
		rc = kin_error_set(w->error, KIN_EBUSY, "another process has changed the database's revision meanwhile; look again");
	if (rc == KIN_OK)
		rc = rehearse(w, &path, up);
	for (size_t i = 0; rc == KIN_OK && i < path.count; i++)
		rc = run_script(w, &w->folder->scripts[path.items[i]], up);
	return unlock(w, rc);
}

static int run(kin_connection *connection, const kin_folder *folder, const char *target, const kin_run_options *options,
               bool up, kin_error *error)
{
	static const kin_run_options usual;
	kin_arena arena = { 0 };
	work w = { .connection = connection, .folder = folder, .options = options ? options : &usual, .arena = &arena,
		   .error = error };
	int rc = go(&w, target ? target : "", up);

	kin_arena_done(&arena);
	return rc;
}

int kin_run_upgrade(kin_connection *connection, const kin_folder *folder, const char *target, const kin_run_options *options,
                    kin_error *error)
{
	return run(connection, folder, target, options, true, error);
}

int kin_run_downgrade(kin_connection *connection, const kin_folder *folder, const char *target, const kin_run_options *options,
                      kin_error *error)
{
	return run(connection, folder, target, options, false, error);
}

/* Stamping */

typedef struct stamp {
	const kin_folder *folder;
	const bool       *wanted;
	const bool       *applied;
	bool              purge;
} stamp;

static int write_stamp(kin_connection *connection, const stamp *s, kin_error *error)
{
	int rc = s->purge ? kin_history_clear(connection, error) : KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < s->folder->graph.count; i++) {
		bool has = s->applied[i] && !s->purge;
		const kin_script *script = &s->folder->scripts[i];
		if (has && !s->wanted[i])
			rc = kin_history_remove(connection, script->id, error);
		else if (!has && s->wanted[i])
			rc = kin_history_add(connection, script->id, script->checksum, error);
	}
	return rc;
}

static int stamp_last(kin_connection *connection, void *argument, kin_error *error)
{
	return write_stamp(connection, argument, error);
}

static int stamp_all(work *w, const char *target, bool purge)
{
	bool *wanted = kin_arena_zalloc(w->arena, w->folder->graph.count + 1);
	kin_revision_links place = { 0 };
	int rc;

	if (!wanted)
		return kin_error_nomem(w->error);
	if ((rc = read_applied(w->connection, w->arena, w->folder, purge, &w->applied, w->error)) < 0 ||
	    (rc = kin_revision_find(w->arena, &w->folder->graph, target, w->applied, &place, w->error)) < 0 || (rc = lock(w)) < 0)
		return rc;
	kin_revision_ancestors(&w->folder->graph, &place, wanted);
	rc = read_applied(w->connection, w->arena, w->folder, purge, &w->applied, w->error);
	stamp s = { .folder = w->folder, .wanted = wanted, .applied = w->applied, .purge = purge };
	if (rc == KIN_OK)
		rc = kin_execute_transaction(w->connection, NULL, 0, NULL, stamp_last, &s, w->error);
	return unlock(w, rc);
}

int kin_run_stamp(kin_connection *connection, const kin_folder *folder, const char *target, bool purge,
                  const kin_run_options *options, kin_error *error)
{
	static const kin_run_options usual;
	kin_arena arena = { 0 };
	work w = { .connection = connection, .folder = folder, .options = options ? options : &usual, .arena = &arena,
		   .error = error };
	int rc = stamp_all(&w, target ? target : "", purge);

	kin_arena_done(&arena);
	return rc;
}

/* Showing the SQL */

static int show_script(kin_text *out, const kin_dialect *dialect, kin_schema *schema, const kin_script *script, bool up,
                       kin_error *error)
{
	const kin_ddl *items = up ? script->up : script->down;
	size_t count = up ? script->up_count : script->down_count;
	bool transaction = dialect->transactional_ddl && !kin_concurrent_any(dialect, items, count);

	kin_text_addf(out, "-- %s %s%s%s\n", up ? "upgrade to" : "downgrade from", script->id, *script->message ? ", " : "",
	              script->message);
	if (transaction)
		kin_text_add(out, "BEGIN;\n");
	int rc = kin_execute_show(out, dialect, schema, items, count, error);
	if (up)
		kin_text_addf(out,
		              "INSERT INTO kin_revision (id, position, checksum, applied_at) SELECT '%s', coalesce(max(position), 0) + 1, "
		              "'%016llx', CURRENT_TIMESTAMP FROM kin_revision;\n",
		              script->id, (unsigned long long)script->checksum);
	else
		kin_text_addf(out, "DELETE FROM kin_revision WHERE id = '%s';\n", script->id);
	if (transaction)
		kin_text_add(out, "COMMIT;\n");
	kin_text_add_char(out, '\n');
	return rc;
}

static int show_path(kin_text *out, kin_arena *arena, const kin_dialect *dialect, const kin_folder *folder, const char *from,
                     const char *to, bool down, kin_error *error)
{
	const kin_revision_graph *graph = &folder->graph;
	bool *applied = kin_arena_zalloc(arena, graph->count + 1);
	kin_revision_links place = { 0 }, path = { 0 };
	kin_schema schema = { 0 };
	int rc;

	if (!applied)
		return kin_error_nomem(error);
	if (from && (rc = kin_revision_find(arena, graph, from, NULL, &place, error)) < 0)
		return rc;
	kin_revision_ancestors(graph, &place, applied);
	rc = down ? kin_revision_downgrade(arena, graph, to, applied, &path, error)
	          : kin_revision_upgrade(arena, graph, to, applied, &path, error);
	if (rc < 0 || (rc = kin_folder_replay(arena, folder, dialect, applied, &schema, error)) < 0)
		return rc;
	for (size_t i = 0; rc == KIN_OK && i < path.count; i++)
		rc = show_script(out, dialect, &schema, &folder->scripts[path.items[i]], !down, error);
	return rc == KIN_OK && !kin_text_ok(out) ? kin_error_nomem(error) : rc;
}

int kin_run_show(kin_text *out, const kin_dialect *dialect, const kin_folder *folder, const char *from, const char *to,
                 bool down, kin_error *error)
{
	kin_arena arena = { 0 };
	int rc = show_path(out, &arena, dialect, folder, from, to, down, error);

	kin_arena_done(&arena);
	return rc;
}
