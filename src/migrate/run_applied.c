/* run_applied.c - which revisions a database has, against the files. */
#include "base/map.h"
#include "migrate/run_part.h"

static const size_t NONE = (size_t)-1;

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

/* Squashed revisions: the ids that the files say were replaced, each with its revision (1-based). */
static bool map_replaced(const kin_folder *folder, kin_map *ids)
{
	for (size_t i = 0; i < folder->graph.count; i++)
		for (size_t j = 0; j < folder->scripts[i].replace_count; j++)
			if (!kin_map_set(ids, folder->scripts[i].replaces[j], (void *)(i + 1)))
				return false;
	return true;
}

static void list_rows(kin_text *out, const kin_script *script, const kin_history_row *rows, size_t count, bool there)
{
	size_t listed = 0;

	for (size_t j = 0; j < script->replace_count; j++) {
		bool found = false;
		for (size_t i = 0; i < count && !found; i++)
			found = strcmp(rows[i].id, script->replaces[j]) == 0;
		if (found == there)
			kin_text_addf(out, "%s%s", listed++ ? ", " : "", script->replaces[j]);
	}
}

static int in_the_middle(const kin_folder *folder, const kin_script *script, const kin_history_row *rows, size_t count,
                         kin_error *error)
{
	kin_text has, lacks;

	kin_text_init(&has);
	kin_text_init(&lacks);
	list_rows(&has, script, rows, count, true);
	list_rows(&lacks, script, rows, count, false);
	int rc = kin_error_set(error, KIN_EREVISION,
	                       "the database is in the middle of what revision %s was squashed from: it has %s, and not %s. "
	                       "`kin db upgrade --directory %s/squashed/%s` brings it to their end, then go on as usual",
	                       script->id, has.data, lacks.data, folder->directory, script->id);
	kin_text_done(&has);
	kin_text_done(&lacks);
	return rc;
}

/* All of those that a revision replaces are there, or none. */
static int settle(kin_run_work *w, const size_t *counts, const kin_history_row *rows, size_t count, bool lenient)
{
	for (size_t i = 0; i < w->folder->graph.count; i++) {
		const kin_script *script = &w->folder->scripts[i];
		if (counts[i] == 0)
			continue;
		if (counts[i] < script->replace_count && !lenient)
			return in_the_middle(w->folder, script, rows, count, w->error);
		w->replaced[i] = counts[i] == script->replace_count;
		w->applied[i] = w->applied[i] || w->replaced[i];
	}
	return KIN_OK;
}

static int take_rows(kin_run_work *w, const kin_map *ids, const kin_history_row *rows, size_t count, size_t *counts, bool lenient)
{
	for (size_t i = 0; i < count; i++) {
		size_t at = kin_revision_index(&w->folder->graph, rows[i].id);
		size_t by = at == NONE ? (size_t)kin_map_find(ids, rows[i].id) : 0;
		if (by > 0)
			counts[by - 1]++;
		else if (at == NONE && !lenient)
			return unknown_revision(w->folder, rows[i].id, w->error);
		if (at == NONE)
			continue;
		if (rows[i].checksum != 0 && rows[i].checksum != w->folder->scripts[at].checksum && !lenient)
			return edited(&w->folder->scripts[at], &rows[i], w->error);
		w->applied[at] = true;
	}
	return settle(w, counts, rows, count, lenient);
}

int kin_run_read_applied(kin_run_work *w, bool lenient)
{
	size_t n = w->folder->graph.count + 1, *counts = kin_arena_zalloc(w->arena, n * sizeof(*counts));
	kin_history_row *rows;
	kin_map ids = { 0 };
	size_t count;
	int rc = KIN_ENOMEM;

	w->applied = kin_arena_zalloc(w->arena, n);
	w->replaced = kin_arena_zalloc(w->arena, n);
	if (!counts || !w->applied || !w->replaced || !map_replaced(w->folder, &ids))
		rc = kin_error_nomem(w->error);
	else if ((rc = kin_history_read(w->connection, w->arena, &rows, &count, w->error)) == KIN_OK)
		rc = take_rows(w, &ids, rows, count, counts, lenient);
	kin_map_done(&ids);
	return rc;
}

int kin_run_applied(kin_connection *connection, kin_arena *arena, const kin_folder *folder, bool **ret_applied, kin_error *error)
{
	kin_run_work w = { .connection = connection, .arena = arena, .folder = folder, .error = error };
	int rc = kin_run_read_applied(&w, false);

	if (rc == KIN_OK)
		*ret_applied = w.applied;
	return rc;
}

static int replace_rows(kin_connection *connection, void *argument, kin_error *error)
{
	kin_run_work *w = argument;
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < w->folder->graph.count; i++) {
		const kin_script *script = &w->folder->scripts[i];
		for (size_t j = 0; rc == KIN_OK && w->replaced[i] && j < script->replace_count; j++)
			rc = kin_history_remove(connection, script->replaces[j], error);
		if (rc == KIN_OK && w->replaced[i])
			rc = kin_history_add(connection, script->id, script->checksum, error);
	}
	return rc;
}

int kin_run_settle_replaced(kin_run_work *w)
{
	for (size_t i = 0; i < w->folder->graph.count; i++)
		if (w->replaced[i])
			return kin_execute_transaction(w->connection, NULL, 0, NULL, replace_rows, w, w->error);
	return KIN_OK;
}
