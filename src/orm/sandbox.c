/* sandbox.c - kin_sandbox_open(): transactions of all sessions are parts of one, which is undone at the end.
 *
 * There is one connection, with a transaction that is never committed. A session's transaction is a savepoint in it, and the connection belongs to
 * one thread at a time: others wait until its sessions are out of theirs. Sessions of the thread may be in it together; their savepoints
 * lie one upon the other, in the order in which they began:
 *
 *     BEGIN; SAVEPOINT kin_1000; … SAVEPOINT kin_2000; … RELEASE SAVEPOINT kin_2000; RELEASE SAVEPOINT kin_1000; … ROLLBACK
 *
 * Who commits while another one lies upon it leaves its savepoint where it is, for to release it would take the other's along. */
#include "orm/sandbox.h"

#include <errno.h>
#include <time.h>

enum { ROOM = 1000, PATIENCE = 30 /* seconds */ };

struct kin_sandbox {
	kin_db         *db;
	pthread_mutex_t mutex;
	pthread_cond_t  left;
	kin_connection *connection; /* NULL: nobody has begun yet */
	kin_session    *top;        /* who is in a transaction, and began last */
	pthread_t       owner;      /* their thread */
};

/* ---- opening ---- */

int kin_sandbox_open(kin_db *db)
{
	kin_shared *shared = db ? kin_session_hook_shared(db) : NULL;
	struct kin_sandbox *sandbox, *none = NULL;

	if (!shared)
		return db ? KIN_ENOMEM : KIN_EINVAL;
	if (!(sandbox = kin_mem_zalloc(sizeof(*sandbox))))
		return KIN_ENOMEM;
	sandbox->db = db;
	pthread_mutex_init(&sandbox->mutex, NULL);
	pthread_cond_init(&sandbox->left, NULL);
	if (__atomic_compare_exchange_n(&shared->sandbox, &none, sandbox, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return KIN_OK;
	pthread_cond_destroy(&sandbox->left);
	pthread_mutex_destroy(&sandbox->mutex);
	kin_mem_free(sandbox);
	return KIN_EINVAL;
}

int kin_sandbox_close(kin_db *db)
{
	kin_shared *shared = db ? (kin_shared *)kin_db_above(db) : NULL;
	struct kin_sandbox *sandbox = shared ? __atomic_load_n(&shared->sandbox, __ATOMIC_ACQUIRE) : NULL;

	if (!sandbox)
		return db ? KIN_OK : KIN_EINVAL;
	pthread_mutex_lock(&sandbox->mutex);
	bool used = sandbox->top != NULL;
	if (!used)
		__atomic_store_n(&shared->sandbox, NULL, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&sandbox->mutex);
	if (used)
		return KIN_EBUSY;
	kin_db_release(db, sandbox->connection); /* which rolls back */
	pthread_cond_destroy(&sandbox->left);
	pthread_mutex_destroy(&sandbox->mutex);
	kin_mem_free(sandbox);
	return KIN_OK;
}

/* ---- who is in it ---- */

static int fail_busy(kin_session *session, const kin_place *by)
{
	return kin_session_fail(session, KIN_ETOOMANY, NULL, 0,
	                        "the sandbox has one connection, which a session of another thread, made at %s:%d, has had for %d s; it is to commit, "
	                        "roll back or close before", by->file ? by->file : "a place that is not known", by->line, PATIENCE);
}

static int enter(struct kin_sandbox *sandbox, kin_session *session)
{
	struct timespec deadline;
	kin_place by = { 0 };
	int rc = 0;

	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += PATIENCE;
	pthread_mutex_lock(&sandbox->mutex);
	while (rc != ETIMEDOUT && sandbox->top && !pthread_equal(sandbox->owner, pthread_self())) {
		by = sandbox->top->place;
		rc = pthread_cond_timedwait(&sandbox->left, &sandbox->mutex, &deadline);
	}
	if (rc != ETIMEDOUT) {
		session->sandbox = sandbox;
		session->below = sandbox->top;
		session->base = sandbox->top ? sandbox->top->base + ROOM : ROOM;
		session->undone = false;
		sandbox->top = session;
		sandbox->owner = pthread_self();
	}
	pthread_mutex_unlock(&sandbox->mutex);
	return rc == ETIMEDOUT ? fail_busy(session, &by) : KIN_OK;
}

void kin_sandbox_leave(kin_session *session)
{
	struct kin_sandbox *sandbox = session->sandbox;
	kin_session **at = &sandbox->top;

	pthread_mutex_lock(&sandbox->mutex);
	while (*at != session)
		at = &(*at)->below;
	*at = session->below;
	if (!sandbox->top)
		pthread_cond_broadcast(&sandbox->left);
	pthread_mutex_unlock(&sandbox->mutex);
	session->sandbox = NULL;
	session->below = NULL;
	session->base = 0;
	session->undone = false;
}

/* ---- transactions ---- */

/* A connection with the transaction that is never committed; a new one, where the database has given up the last. */
static int make_ready(struct kin_sandbox *sandbox, kin_session *session)
{
	kin_connection *former = sandbox->connection;

	if (former && kin_connection_in_transaction(former))
		return KIN_OK;
	sandbox->connection = NULL;
	kin_db_release(sandbox->db, former);
	return kin_db_begin(sandbox->db, KIN_BEGIN_WRITE, &session->place, &sandbox->connection, &session->error);
}

int kin_sandbox_begin(struct kin_sandbox *sandbox, kin_session *session)
{
	int rc = enter(sandbox, session);

	if (rc < 0)
		return rc;
	if ((rc = make_ready(sandbox, session)) == KIN_OK)
		rc = kin_connection_savepoint(sandbox->connection, session->base, &session->error);
	if (rc < 0)
		kin_sandbox_leave(session);
	else
		session->connection = sandbox->connection;
	return rc;
}

int kin_sandbox_commit(kin_session *session)
{
	if (session->sandbox->top != session)
		return KIN_OK;
	return kin_connection_release(session->connection, session->base, &session->error);
}

static void lose(kin_session *session, const kin_session *why)
{
	kin_session_end_streams(session, false);
	session->undone = session->needs_rollback = true;
	kin_session_fail(session, KIN_EINVAL, NULL, 0,
	                 "what this session did is undone: in a sandbox its transaction was a part of that of the session made at %s:%d, which began "
	                 "before and was rolled back", why->place.file ? why->place.file : "a place that is not known", why->place.line);
}

void kin_sandbox_rollback(kin_session *session)
{
	kin_connection *connection = session->connection;

	if (session->undone)
		return;
	for (kin_session *above = session->sandbox->top; above != session; above = above->below)
		lose(above, session);
	session->undone = true;
	if (kin_connection_in_transaction(connection) && kin_connection_rollback_to(connection, session->base, NULL) == KIN_OK)
		kin_connection_release(connection, session->base, NULL);
}
