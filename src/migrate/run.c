/* run.c - bringing a database from one revision to another. */
#include "base/map.h"
#include "migrate/journal.h"
#include "migrate/replay.h"
#include "migrate/run_part.h"
#include "migrate/timeout.h"

typedef kin_run_work work;

/* On paper first. */

static int check_calls(work *w, const kin_script *script, bool up)
{
	const kin_ddl *items = up ? script->up : script->down;
	size_t count = up ? script->up_count : script->down_count;

	for (size_t i = 0; w->options->known && i < count; i++) {
		int rc = items[i].kind == KIN_DDL_CALL ? w->options->known(w->options->context, items[i].name, w->error) : KIN_OK;
		if (rc < 0)
			return rc == KIN_ENOMEM ? rc : kin_error_context(w->error, "%s:%d", script->path ? script->path : "-", items[i].line);
	}
	return KIN_OK;
}

static int rehearse(work *w, const kin_revision_links *path, bool up)
{
	bool *after = kin_arena_copy(w->arena, w->applied, w->folder->graph.count + 1);
	const kin_dialect *dialect = kin_connection_dialect(w->connection);
	kin_schema schema = { 0 };
	int rc = KIN_OK;

	if (!after)
		return kin_error_nomem(w->error);
	for (size_t i = 0; i < path->count; i++) {
		const kin_script *script = &w->folder->scripts[path->items[i]];
		after[path->items[i]] = up;
		if (!up && script->down_missing)
			return kin_error_set(w->error, KIN_EREVISION, "%s: revision %s cannot be undone: its downgrade section is empty",
			                     script->path, script->id);
		if ((rc = check_calls(w, script, up)) < 0)
			return rc;
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

static bool is_stepwise(const work *w, const kin_script *script)
{
	return script->untransacted || w->options->ddl_commits || !kin_connection_dialect(w->connection)->transactional_ddl;
}

/* What else people want to know of a failure: what of it is in the database now. */
static void say_where(work *w, const kin_script *script, bool up, const kin_revision_links *path, size_t at)
{
	const char *last = at > 0 ? w->folder->graph.items[path->items[at - 1]].id : NULL;
	kin_error *e = w->error;
	kin_error told = { 0 };

	if (!e || e->code == KIN_ENOMEM)
		return;
	kin_error_set(&told, e->code, "%s\n  nothing of revision %s was %s%s%s%s", kin_error_text(e), script->id, up ? "applied" : "undone",
	              last ? "; " : "", last ? last : "", last ? up ? " and what is before it stays applied" : " stays undone" : "");
	if (told.code == e->code && told.text) {
		char *text = e->text;
		e->text = told.text;
		told.text = text;
	}
	kin_error_clear(&told);
}

int kin_run_script(work *w, kin_script *script, bool up)
{
	kin_execute_options options = { .progress = w->options->progress, .call = w->options->call,
		                        .context = w->options->context, .file = script->path };

	if (is_stepwise(w, script))
		return kin_run_steps(w, script, up);
	int rc = kin_execute_transaction(w->connection, up ? script->up : script->down, up ? script->up_count : script->down_count,
	                                 &options, up ? note_added : note_removed, script, w->error);
	if (rc < 0 && rc != KIN_ENOMEM)
		kin_error_context(w->error, "revision %s", script->id);
	return rc;
}

static int run_announced(work *w, kin_script *script, bool up, const kin_revision_links *path, size_t at)
{
	announce(w, script, up);
	int rc = kin_run_script(w, script, up);
	if (rc < 0 && !is_stepwise(w, script))
		say_where(w, script, up, path, at);
	return rc;
}

typedef int path_fn(kin_arena *arena, const kin_revision_graph *graph, const char *target, const bool *applied,
                    kin_revision_links *ret_path, kin_error *error);

/* A revision that is half applied comes first, and nothing else can be done before it is whole. */
static int put_half_first(work *w, bool up, kin_revision_links *path)
{
	kin_journal *journal = NULL;
	int rc = kin_journal_read(w->connection, w->arena, &journal, w->error);

	if (rc < 0 || !journal)
		return rc;
	for (size_t i = 0; journal->up == up && i < path->count; i++)
		if (strcmp(w->folder->graph.items[path->items[i]].id, journal->revision) == 0) {
			size_t half = path->items[i];
			memmove(path->items + 1, path->items, i * sizeof(*path->items));
			path->items[0] = half;
			return KIN_OK;
		}
	return kin_error_set(w->error, KIN_EREVISION,
	                     "revision %s is half %s (%zu of its statements are done, since %s): `kin db %s` goes on with it; `kin db repair` "
	                     "says what else there is",
	                     journal->revision, journal->up ? "applied" : "undone", journal->done, journal->since,
	                     journal->up ? "upgrade" : "downgrade");
}

static int find_path(work *w, const char *target, bool up, kin_revision_links *ret_path)
{
	path_fn *find = up ? kin_revision_upgrade : kin_revision_downgrade;
	int rc = kin_run_read_applied(w, false);

	if (rc == KIN_OK)
		rc = find(w->arena, &w->folder->graph, target, w->applied, ret_path, w->error);
	return rc < 0 ? rc : put_half_first(w, up, ret_path);
}

static int64_t lock_timeout(const work *w)
{
	return w->options->lock_timeout ? w->options->lock_timeout : (int64_t)w->folder->lock_timeout * 1000;
}

int kin_run_lock(work *w)
{
	return kin_history_lock(w->connection, lock_timeout(w), w->error);
}

/* On servers the wait for each lock is limited even where nobody asked for it: whoever waits for a table makes all wait behind it. */
static int set_timeouts(work *w)
{
	const kin_run_options *o = w->options;
	bool server = kin_connection_dialect(w->connection)->id != KIN_SQLITE;

	return kin_timeout_set(w->connection, server || o->lock_timeout ? lock_timeout(w) : 0,
	                       o->statement_timeout ? o->statement_timeout : (int64_t)w->folder->statement_timeout * 1000, w->error);
}

/* A lock that is left behind would stop the next migration of this process: try twice. */
int kin_run_unlock(work *w, int rc)
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
	bool relative = strpbrk(target, "+-") != NULL;
	kin_revision_links planned = path;
	if ((rc = kin_run_lock(w)) < 0)
		return rc;
	if ((rc = find_path(w, target, up, &path)) == KIN_OK && relative &&
	    (path.count != planned.count || memcmp(path.items, planned.items, path.count * sizeof(*path.items)) != 0))
		rc = kin_error_set(w->error, KIN_EBUSY, "another process has changed the database's revision meanwhile; look again");
	if (rc == KIN_OK)
		rc = rehearse(w, &path, up);
	if (rc == KIN_OK)
		rc = kin_run_settle_replaced(w);
	if (rc == KIN_OK)
		rc = set_timeouts(w);
	for (size_t i = 0; rc == KIN_OK && i < path.count; i++)
		rc = run_announced(w, &w->folder->scripts[path.items[i]], up, &path, i);
	kin_timeout_reset(w->connection);
	return kin_run_unlock(w, rc);
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
