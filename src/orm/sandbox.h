/* sandbox.h - a test's: transactions of all sessions are parts of one, which is undone at the end. */
#ifndef KIN_ORM_SANDBOX_H
#define KIN_ORM_SANDBOX_H

#include "orm/session_state.h"
#include "orm/shared.h"

/* The open one of a database; NULL: there is none. */
static inline struct kin_sandbox *kin_sandbox_of(kin_db *db)
{
	const kin_shared *shared = (const kin_shared *)kin_db_above(db);

	return shared ? __atomic_load_n(&shared->sandbox, __ATOMIC_ACQUIRE) : NULL;
}

/* A session's transaction begins there: it gets the connection and a savepoint. KIN_OK or the session's error. */
int kin_sandbox_begin(struct kin_sandbox *sandbox, kin_session *session);
/* It is committed: what it did stays in the sandbox. KIN_OK or the error. */
int kin_sandbox_commit(kin_session *session);
/* What it did, and what sessions did that began after it, is undone; those are in an error that says so. */
void kin_sandbox_rollback(kin_session *session);
/* After that: others may have the connection. */
void kin_sandbox_leave(kin_session *session);

#endif
