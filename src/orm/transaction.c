/* transaction.c - flush, commit, rollback, savepoints.
 *
 * A transaction begins with the first statement and ends here; between transactions a session has no connection. */
#include "orm/hook.h"
#include "orm/sandbox.h"
#include "orm/session_expunge.h"
#include "orm/unit.h"

int kin_flush(kin_session *session)
{
	int rc = kin_session_ok(session);

	return rc < 0 ? rc : kin_session_flush(session);
}

enum { MOST_FLUSHES = 100 };

/* Hooks that are called after a flush may have left something for another one. */
static int flush_all(kin_session *session)
{
	int rc = KIN_OK;

	for (int n = 0; n < MOST_FLUSHES; n++) {
		session->stirred = false;
		if ((rc = kin_session_flush(session)) < 0 || !session->stirred)
			return rc;
	}
	return kin_session_fail(session, KIN_EINVAL, NULL, 0,
	                        "after %d flushes there is still something to write: a hook changes something after each", MOST_FLUSHES);
}

/* The database did not commit: what was flushed is gone. */
static int fail_commit(kin_session *session, int rc)
{
	session->needs_rollback = true;
	kin_session_undo(session);
	return rc;
}

static int call_if(kin_session *session, kin_session_event event)
{
	return session->events & (int)event ? kin_hook_call(session, event, false) : KIN_OK;
}

static int release_savepoint(kin_session *session)
{
	int rc = kin_connection_release(session->connection, session->base + session->depth, &session->error);

	if (rc < 0)
		return rc;
	kin_unit_unmark(session->unit);
	session->depth--;
	return session->depth < session->floor ? kin_begin_nested(session) : KIN_OK;
}

int kin_commit(kin_session *session)
{
	int rc = kin_session_ok(session);

	if (rc < 0 || (rc = kin_hook_outside(session, "kin_commit")) < 0)
		return rc;
	if (session->depth == 0 && kin_session_streams(session))
		return kin_session_fail(session, KIN_EINVAL, NULL, 0,
		                        "kin_commit: a kin_stream() is open, which would end with the transaction; commit after its loop, "
		                        "or write through another session");
	if (session->depth == 0 && session->in_function)
		return kin_session_fail(session, KIN_EINVAL, NULL, 0,
		                        "kin_commit inside kin_transaction, which commits by itself when its function has returned 0; half of "
		                        "it could not be run again");
	if (session->depth <= session->floor && (rc = call_if(session, KIN_BEFORE_COMMIT)) < 0)
		return rc;
	if ((rc = flush_all(session)) < 0)
		return rc;
	if (session->depth > 0)
		return release_savepoint(session);
	if (session->in_transaction) {
		rc = session->sandbox ? kin_sandbox_commit(session) : kin_connection_commit(session->connection, &session->error);
		if (rc < 0)
			return fail_commit(session, rc);
		kin_session_let_go(session);
	}
	kin_unit_commit(session);
	kin_expunge_sweep(session);
	if (session->expires && (rc = kin_expire_all(session)) < 0)
		return rc;
	return call_if(session, KIN_AFTER_COMMIT);
}

/* Back to the innermost savepoint, which is gone then. false: the whole transaction is. */
static bool return_to_savepoint(kin_session *session)
{
	int number = session->base + session->depth;

	if (session->depth == 0 || !session->connection || session->undone || !kin_connection_in_transaction(session->connection))
		return false;
	return kin_connection_rollback_to(session->connection, number, NULL) == KIN_OK &&
	       kin_connection_release(session->connection, number, NULL) == KIN_OK;
}

/* Who asked for a part to be undone has to know that the rest is undone as well, or it would be committed without. */
static void tell_of_the_rest(kin_session *session, int why)
{
	kin_session_fail(session, why < 0 ? why : KIN_ECONNECTION, NULL, 0,
	                 "the whole transaction is undone, not only what came after kin_begin_nested(): the connection, or the database, "
	                 "gave it up; kin_rollback() begins a new one");
}

static int stay_above_floor(kin_session *session)
{
	if (session->error.code == 0 && session->depth < session->floor)
		kin_begin_nested(session);
	return session->error.code;
}

/* After the transaction: objects that were loaded from what a bulk statement wrote are loaded again. */
static void reload_all(kin_session *session)
{
	kin_unit *unit = session->unit;

	if (unit->doubtful.count > 0 && kin_unit_reload(session) == KIN_OK)
		unit->doubtful.count = 0;
	unit->blind = false;
	kin_session_undo(session);
	kin_session_let_go(session);
}

int kin_rollback(kin_session *session)
{
	if (!session)
		return KIN_ENOMEM;
	if (kin_hook_outside(session, "kin_rollback") < 0)
		return session->error.code;
	int why = session->error.code;
	kin_error_clear(&session->error);
	bool failed = session->needs_rollback;
	session->needs_rollback = false;
	if (session->closed)
		return KIN_OK;
	if (return_to_savepoint(session)) {
		session->depth--;
		kin_unit_undo(session);
		kin_unit_reload(session);
		return stay_above_floor(session);
	}
	bool more = session->depth > session->floor, began = session->in_transaction || failed;
	kin_session_end_streams(session, false);
	kin_session_undo(session);
	kin_session_let_go(session);
	for (; session->depth > 0; session->depth--)
		kin_unit_undo(session);
	kin_unit_undo(session);
	reload_all(session);
	kin_expunge_sweep(session);
	if (began)
		call_if(session, KIN_AFTER_ROLLBACK);
	if (more && session->error.code == 0)
		tell_of_the_rest(session, why);
	return stay_above_floor(session);
}

int kin_begin_nested(kin_session *session)
{
	int rc = kin_session_ok(session);

	if (rc < 0 || (rc = kin_hook_outside(session, "kin_begin_nested")) < 0)
		return rc;
	if ((rc = flush_all(session)) < 0 || (rc = kin_session_begin(session, KIN_BEGIN_WRITE)) < 0)
		return rc;
	if (kin_unit_mark(session->unit) < 0)
		return kin_session_nomem(session);
	if ((rc = kin_connection_savepoint(session->connection, session->base + session->depth + 1, &session->error)) < 0) {
		kin_unit_unmark(session->unit);
		return rc;
	}
	session->depth++;
	return KIN_OK;
}

int kin_session_sandbox(kin_session *session)
{
	int rc = kin_begin_nested(session);

	if (rc == KIN_OK)
		session->floor = session->depth;
	return rc;
}

static void forget_objects(kin_session *session, kin_unit *unit)
{
	for (size_t i = 0; i < session->mapping_count; i++) {
		kin_identity_free(session->identities[i]);
		session->identities[i] = NULL;
		session->singles[i] = NULL;
	}
	kin_unit_free(session->unit);
	session->unit = unit;
	session->expired = 0;
	kin_arena_done(&session->objects);
	kin_arena_done(&session->arena);
	kin_arena_init(&session->objects);
	kin_arena_init(&session->arena);
}

int kin_reset(kin_session *session)
{
	kin_unit *unit;
	int rc = KIN_OK;

	if (!session)
		return KIN_ENOMEM;
	if (session->closed)
		return kin_session_ok(session);
	if (kin_hook_outside(session, "kin_reset") < 0)
		return session->error.code;
	if (session->in_function)
		return kin_session_fail(session, KIN_EINVAL, NULL, 0, "kin_reset inside of kin_transaction, which has objects to undo");
	if (!(unit = kin_unit_new()))
		return kin_session_nomem(session);
	kin_session_end_streams(session, true);
	while (session->depth > session->floor)
		kin_rollback(session);
	kin_rollback(session);
	kin_error_clear(&session->error);
	forget_objects(session, unit);
	for (int i = 0; i < session->depth && rc == KIN_OK; i++)
		rc = kin_unit_mark(unit);
	return rc < 0 ? kin_session_nomem(session) : KIN_OK;
}
