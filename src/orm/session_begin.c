/* session_begin.c - a session's transactions begin: by themselves, with the first statement, or when the program says so. */
#include "orm/hook.h"
#include "orm/sandbox.h"
#include "orm/session_state.h"
#include "orm/unit.h"

/* A transaction that a hook does not want is none. */
static int call_after_begin(kin_session *session)
{
	int rc = kin_hook_call(session, KIN_AFTER_BEGIN, true);

	if (rc < 0) {
		kin_session_undo(session);
		kin_session_let_go(session);
	}
	return rc;
}

/* What the log says of what comes next. */
static void take_place(kin_session *session)
{
	kin_connection_at(session->connection, session->asked.file ? session->asked : session->place);
	session->asked.file = NULL;
}

/* One that can be written to also where it will not be, if all are of some kind. */
static int take_connection(kin_session *session, kin_begin mode, const kin_begin_options *options)
{
	struct kin_sandbox *sandbox = kin_sandbox_of(session->db);

	if (__builtin_expect(sandbox != NULL, 0))
		return kin_sandbox_begin(sandbox, session);
	if (session->reads)
		return kin_db_begin_read(session->db, options, &session->place, &session->connection, &session->error);
	return kin_db_begin_as(session->db, mode, options, &session->place, &session->connection, &session->error);
}

int kin_session_open_transaction(kin_session *session, kin_begin mode, const kin_begin_options *options)
{
	int rc;

	if (options && options->write)
		mode = KIN_BEGIN_WRITE;
	if ((rc = take_connection(session, mode, options)) < 0)
		return rc;
	session->in_transaction = true;
	session->wrote = mode == KIN_BEGIN_WRITE;
	session->only_reads = options && options->read_only;
	session->runs = kin_connection_runs(session->connection);
	take_place(session);
	return session->events & KIN_AFTER_BEGIN ? call_after_begin(session) : KIN_OK;
}

static int refuse_to_write(kin_session *session)
{
	return kin_session_fail(session, KIN_EREADONLY, NULL, 0, session->reads
	                        ? "this session only reads, as kin_session_new_read() says; write in one of kin_session_new()"
	                        : "this transaction only reads, as kin_begin() was told with .read_only = true; kin_commit() ends it");
}

int kin_session_begin(kin_session *session, kin_begin mode)
{
	int rc = kin_session_ok(session);

	if (rc < 0)
		return rc;
	if (mode == KIN_BEGIN_WRITE && (session->reads || session->only_reads || (!session->in_transaction && session->usual.read_only)))
		return refuse_to_write(session);
	if (!session->in_transaction)
		return kin_session_open_transaction(session, mode, session->special ? &session->usual : NULL);
	session->wrote |= mode == KIN_BEGIN_WRITE;
	take_place(session);
	return KIN_OK;
}

int kin_session_ready(kin_session *session)
{
	int rc = kin_session_ok(session);

	if (rc < 0)
		return rc;
	if (session->autoflush && !session->flushing && session->unit->count > 0 && (rc = kin_session_flush(session)) < 0) {
		kin_error_add(&session->error, " (raised by the flush before this query; kin_no_autoflush() { … } around it holds that back)");
		return rc;
	}
	return kin_session_begin(session, KIN_BEGIN_READ);
}

/* ---- said by the program ---- */

static int check(kin_session *session, const char *what, const kin_begin_options *options)
{
	if (options->isolation > KIN_SERIALIZABLE || options->timeout < 0)
		return kin_session_fail(session, KIN_EINVAL, NULL, 0, options->timeout < 0 ? "%s: .timeout is %d milliseconds"
		                        : "%s: .isolation is %d, and none of KIN_READ_UNCOMMITTED, KIN_READ_COMMITTED, KIN_REPEATABLE_READ, "
		                          "KIN_SERIALIZABLE", what, options->timeout < 0 ? options->timeout : (int)options->isolation);
	if (options->write && (options->read_only || session->reads))
		return kin_session_fail(session, KIN_EINVAL, NULL, 0, "%s: .write in %s", what,
		                        options->read_only ? "one that is .read_only" : "a session that only reads, of kin_session_new_read()");
	return KIN_OK;
}

kin_begin_options kin_session_options(const kin_session *session, const kin_begin_options *options)
{
	const kin_begin_options *usual = &session->usual;

	return (kin_begin_options){
		.isolation = options->isolation ? options->isolation : usual->isolation,
		.read_only = options->read_only || (usual->read_only && !options->write),
		.deferrable = options->deferrable || usual->deferrable,
		.write = options->write || (usual->write && !options->read_only),
		.timeout = options->timeout ? options->timeout : usual->timeout,
	};
}

int kin_session_begin_as(kin_session *session, const kin_begin_options *options)
{
	int rc = kin_session_ok(session);

	if (rc < 0 || (rc = kin_hook_outside(session, "kin_begin")) < 0 || (rc = check(session, "kin_begin", options)) < 0)
		return rc;
	if (session->in_transaction)
		return kin_session_fail(session, KIN_EINVAL, NULL, 0,
		                        "kin_begin: a transaction is open already, since the session's first query or kin_begin(); kin_commit() or "
		                        "kin_rollback() ends it, and kin_begin_nested() opens a savepoint in it");
	kin_begin_options all = kin_session_options(session, options);
	return kin_session_open_transaction(session, KIN_BEGIN_READ, &all);
}

int kin_session_begins_as(kin_session *session, const kin_begin_options *options)
{
	int rc = kin_session_ok(session);

	if (rc < 0 || (rc = check(session, "kin_session_begins", options)) < 0)
		return rc;
	session->usual = *options;
	session->special = options->isolation || options->read_only || options->deferrable || options->write || options->timeout;
	return KIN_OK;
}
