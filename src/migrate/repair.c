/* repair.c - what is in the way of migrating a database, and its removal. */
#include "migrate/repair.h"

#include <inttypes.h>

#include "migrate/ask.h"
#include "migrate/history.h"
#include "migrate/history_sql.h"

static int look_at_lock(kin_connection *connection, kin_arena *arena, kin_repair *repair, kin_error *error)
{
	int rc = kin_ask_text(connection, arena, "SELECT holder FROM kin_lock WHERE id = 1", &repair->holder, NULL);

	if (rc == KIN_ENOTABLE)
		return KIN_OK;
	if (rc == KIN_ENOMEM)
		return kin_error_nomem(error);
	return kin_ask_text(connection, arena, "SELECT since FROM kin_lock WHERE id = 1", &repair->since, error);
}

int kin_repair_look(kin_connection *connection, kin_arena *arena, const kin_folder *folder, kin_repair *ret_repair, kin_error *error)
{
	kin_repair repair = { 0 };
	kin_journal *journal = NULL;
	kin_journal_steps steps = { 0 };
	int rc;

	if ((rc = look_at_lock(connection, arena, &repair, error)) < 0 ||
	    (rc = kin_journal_read(connection, arena, &journal, error)) < 0)
		return rc;
	size_t at = journal ? kin_revision_index(&folder->graph, journal->revision) : (size_t)-1;
	if (at != (size_t)-1) {
		repair.script = &folder->scripts[at];
		if ((rc = kin_journal_split(arena, kin_connection_dialect(connection), repair.script, journal->up, &steps, error)) < 0)
			return rc;
		repair.total = steps.count;
		if (journal->done < steps.count)
			repair.next = &steps.items[kin_journal_first(&steps, journal->done)];
	}
	repair.journal = journal;
	*ret_repair = repair;
	return KIN_OK;
}

static int mark(kin_connection *connection, kin_arena *arena, const kin_folder *folder, bool done, kin_error *error)
{
	kin_repair repair;
	kin_journal_steps steps;
	int rc = kin_repair_look(connection, arena, folder, &repair, error);

	if (rc < 0)
		return rc;
	if (!repair.journal || !repair.journal->begun)
		return kin_error_set(error, KIN_EREVISION, "no statement was begun and not finished: there is nothing to settle");
	if (!repair.script)
		return kin_error_set(error, KIN_EREVISION, "revision %s has no file in %s", repair.journal->revision, folder->versions);
	kin_journal journal = *repair.journal;
	journal.begun = false;
	journal.done += done;
	if ((rc = kin_journal_split(arena, kin_connection_dialect(connection), repair.script, journal.up, &steps, error)) < 0 ||
	    (rc = kin_journal_checksum(&steps, journal.done, &journal.checksum, error)) < 0)
		return rc;
	return kin_journal_write(connection, &journal, error);
}

int kin_repair_mark(kin_connection *connection, const kin_folder *folder, bool done, kin_error *error)
{
	kin_arena arena = { 0 };
	int rc = mark(connection, &arena, folder, done, error);

	kin_arena_done(&arena);
	return rc;
}

static int accept_one(kin_connection *connection, kin_arena *arena, const kin_script *script, kin_error *error)
{
	char *sum = kin_arena_printf(arena, "%016" PRIx64, script->checksum);
	kin_value values[] = { kin_value_text(sum), kin_value_text(script->id) };

	if (!sum)
		return kin_error_nomem(error);
	return kin_history_execute(connection, "UPDATE kin_revision SET checksum = ? WHERE id = ?", values, 2, NULL, error);
}

int kin_repair_accept(kin_connection *connection, const kin_folder *folder, size_t *ret_count, kin_error *error)
{
	kin_arena arena = { 0 };
	kin_history_row *rows;
	size_t count = 0, accepted = 0;
	int rc = kin_history_read(connection, &arena, &rows, &count, error);

	for (size_t i = 0; rc == KIN_OK && i < count; i++) {
		size_t at = kin_revision_index(&folder->graph, rows[i].id);
		if (at == (size_t)-1 || rows[i].checksum == folder->scripts[at].checksum)
			continue;
		rc = accept_one(connection, &arena, &folder->scripts[at], error);
		accepted++;
	}
	kin_arena_done(&arena);
	if (rc == KIN_OK)
		*ret_count = accepted;
	return rc;
}
