/* run_stamp.c - writing down that a database is at a revision, running nothing. */
#include "migrate/journal.h"
#include "migrate/run_part.h"

typedef struct stamp {
	const kin_run_work *work;
	const bool         *wanted;
	bool                purge;
} stamp;

static int write_stamp(kin_connection *connection, void *argument, kin_error *error)
{
	const stamp *s = argument;
	const kin_folder *folder = s->work->folder;
	int rc = s->purge ? kin_history_clear(connection, error) : KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < folder->graph.count; i++) {
		bool has = s->work->applied[i] && !s->purge;
		const kin_script *script = &folder->scripts[i];
		if (has && !s->wanted[i])
			rc = kin_history_remove(connection, script->id, error);
		else if (!has && s->wanted[i])
			rc = kin_history_add(connection, script->id, script->checksum, error);
	}
	return rc;
}

/* Several targets, with blanks between them. No name at all is refused, as everywhere. */
static int find_wanted(kin_run_work *w, const char *targets, bool *wanted)
{
	char *save = NULL, *copy = kin_arena_strdup(w->arena, targets);

	if (!copy)
		return kin_error_nomem(w->error);
	char *target = strtok_r(copy, " ", &save);
	for (bool first = true; first || target; first = false, target = strtok_r(NULL, " ", &save)) {
		kin_revision_links place = { 0 };
		int rc = kin_revision_find(w->arena, &w->folder->graph, target, w->applied, &place, w->error);
		if (rc < 0)
			return rc;
		kin_revision_ancestors(&w->folder->graph, &place, wanted);
	}
	return KIN_OK;
}

static int half_applied(kin_run_work *w)
{
	kin_journal *journal = NULL;
	int rc = kin_journal_read(w->connection, w->arena, &journal, w->error);

	if (rc < 0 || !journal)
		return rc;
	return kin_error_set(w->error, KIN_EREVISION, "revision %s is half %s; `kin db repair` says what there is to do about it",
	                     journal->revision, journal->up ? "applied" : "undone");
}

static int stamp_all(kin_run_work *w, const char *target, bool purge)
{
	bool *wanted = kin_arena_zalloc(w->arena, w->folder->graph.count + 1);
	int rc;

	if (!wanted)
		return kin_error_nomem(w->error);
	if ((rc = kin_run_read_applied(w, purge)) < 0 || (rc = find_wanted(w, target, wanted)) < 0 || (rc = half_applied(w)) < 0 ||
	    (rc = kin_run_lock(w)) < 0)
		return rc;
	rc = kin_run_read_applied(w, purge);
	if (rc == KIN_OK && !purge)
		rc = kin_run_settle_replaced(w);
	stamp s = { .work = w, .wanted = wanted, .purge = purge };
	if (rc == KIN_OK)
		rc = kin_execute_transaction(w->connection, NULL, 0, NULL, write_stamp, &s, w->error);
	return kin_run_unlock(w, rc);
}

int kin_run_stamp(kin_connection *connection, const kin_folder *folder, const char *target, bool purge,
                  const kin_run_options *options, kin_error *error)
{
	static const kin_run_options usual;
	kin_arena arena = { 0 };
	kin_run_work w = { .connection = connection, .folder = folder, .options = options ? options : &usual, .arena = &arena,
		           .error = error };
	int rc = stamp_all(&w, target ? target : "heads", purge);

	kin_arena_done(&arena);
	return rc;
}
