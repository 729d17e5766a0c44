/* retry.c - transactions that are run again when something was in their way.
 *
 * What may be run again: what the database has certainly not saved, for a reason that passes. So not after KIN_EUNKNOWN, when
 * a COMMIT was sent and nothing came back; and not after errors of the program, which would be the same again.
 *
 * A transaction of this kind begins as one that writes, so that on SQLite it waits for its turn: one that had begun to
 * read could not go on to write after another one has written.
 *
 * The pauses double, from 5 ms to 1 s, and each is of a random length from half of that to the whole: those who met once would meet
 * again otherwise. For a server that is away they end at 0.2 s: to knock costs it nothing, and who sleeps longer may miss that it was there. */
#include "base/clock.h"
#include "orm/hook.h"
#include "orm/unit.h"

enum { ATTEMPTS = 10, MILLISECONDS = 30000, FIRST_PAUSE = 5000, LONGEST_PAUSE = 1000000, LONGEST_AWAY = 200000 /* microseconds */ };

typedef struct retry {
	kin_session        *session;
	kin_transaction_fn *fn;
	void               *context;
	kin_begin_options   begin;
	int                 most;
	int                 runs;
	int                 pauses;
	int64_t             start;
	int64_t             deadline;
} retry;

static bool is_changed(const kin_session *session)
{
	for (const kin_tracked *t = session->unit->first; t; t = t->next)
		if (kin_is_modified(t->object))
			return true;
	return session->wrote;
}

/* What was read before is no part of it: its end does not matter, so long as there is one. */
static int end_reading(kin_session *session)
{
	if (!session->in_transaction)
		return KIN_OK;
	int rc = kin_commit(session);

	if (rc < 0 && rc != KIN_EINVAL && rc != KIN_ENOMEM)
		rc = kin_rollback(session);
	return rc;
}

static int make_way(kin_session *session)
{
	if (session->depth > 0)
		return kin_session_fail(session, KIN_EINVAL, NULL, 0,
		                        "kin_transaction: a kin_begin_nested() is open, and only a whole transaction can be run again; end "
		                        "it first");
	if (is_changed(session))
		return kin_session_fail(session, KIN_EINVAL, NULL, 0,
		                        "kin_transaction: the session has changes already, which would be lost if the transaction were run "
		                        "again; kin_commit() or kin_rollback() them first, or make them in its function");
	return end_reading(session);
}

static int commit(kin_session *session)
{
	if (session->depth > 0)
		return kin_session_fail(session, KIN_EINVAL, NULL, 0,
		                        "kin_transaction: its function returned with a kin_begin_nested() open; kin_commit() or "
		                        "kin_rollback() ends that");
	session->in_function = false;
	int rc = kin_commit(session);
	session->in_function = true;
	return rc;
}

/* The session's error is why, whatever the function makes of it. */
static int attempt(retry *r)
{
	kin_session *session = r->session;

	r->runs++;
	int rc = r->fn(session, r->context);
	if (rc == 0 && session->error.code == 0)
		rc = commit(session);
	return session->error.code < 0 ? session->error.code : rc;
}

static bool passes(const kin_session *session, int code)
{
	switch (code) {
	case KIN_ESERIALIZE:
	case KIN_ECONNECTION:
	case KIN_EBUSY:
	case KIN_ETOOMANY:
		return true;
	case KIN_ECANTOPEN:
		return kin_db_may_return(session->db);
	default:
		return false;
	}
}

/* Wait before it is run again. False: it is too late for that. */
static bool wait_longer(retry *r, int code)
{
	bool away = code == KIN_ECONNECTION || code == KIN_ECANTOPEN;
	int64_t pause = INT64_C(1) * FIRST_PAUSE << (r->pauses < 8 ? r->pauses : 8), longest = away ? LONGEST_AWAY : LONGEST_PAUSE;

	pause = pause < longest ? pause : longest;
	pause = pause / 2 + (int64_t)(kin_clock_random() % (uint64_t)(pause / 2));
	if (kin_clock_steady() + pause > r->deadline)
		return false;
	r->pauses++;
	kin_clock_sleep(pause);
	return true;
}

static void roll_back(kin_session *session)
{
	while (session->depth > 0)
		kin_rollback(session);
	kin_rollback(session);
}

/* Everything is as it was before, and the error stays to be read, until kin_rollback(). */
static int give_up(retry *r, int rc)
{
	kin_session *session = r->session;
	kin_error why = { 0 };

	kin_error_move(&why, &session->error);
	roll_back(session);
	kin_error_move(&session->error, &why);
	if (session->error.code < 0 && r->pauses > 0 && passes(session, session->error.code))
		kin_error_context(&session->error, "kin_transaction gave up after %d attempt%s in %.1f s", r->runs, r->runs == 1 ? "" : "s",
		                  (double)(kin_clock_steady() - r->start) / 1e6);
	return rc;
}

/* For writing, unless it was said otherwise. */
static int begin(kin_session *session, const kin_begin_options *options)
{
	int rc = kin_session_ok(session);

	if (rc == KIN_OK && session->reads)
		rc = kin_session_begin(session, KIN_BEGIN_WRITE); /* which is refused */
	return rc < 0 || session->in_transaction ? rc : kin_session_begin_as(session, options);
}

/* No connection is no attempt: the function is not run for that. */
static int run_until_it_is_saved(retry *r)
{
	kin_session *session = r->session;

	for (;;) {
		int rc = begin(session, &r->begin);
		bool ran = rc == KIN_OK;
		if (ran)
			rc = attempt(r);
		if (rc == KIN_OK)
			return KIN_OK;
		if (!passes(session, rc) || (ran && r->runs >= r->most) || !wait_longer(r, rc))
			return give_up(r, rc);
		roll_back(session);
	}
}

/* Inside another one: a part of it, which can be undone for itself, but is run again with the whole only. */
static int run_part(kin_session *session, kin_transaction_fn *fn, void *context)
{
	int depth = session->depth, rc = kin_begin_nested(session);

	if (rc < 0)
		return rc;
	rc = fn(session, context);
	if (session->error.code < 0)
		return session->error.code;
	if (rc == 0)
		return kin_commit(session);
	while (session->depth > depth)
		kin_rollback(session);
	return rc;
}

int kin_transaction(kin_session *session, kin_transaction_fn *fn, void *context)
{
	return kin_transaction_with(session, fn, context, &(kin_transaction_options){ 0 });
}

int kin_transaction_with(kin_session *session, kin_transaction_fn *fn, void *context, const kin_transaction_options *options)
{
	int64_t start = kin_clock_steady();
	int milliseconds = options->milliseconds > 0 ? options->milliseconds : MILLISECONDS;
	retry r = {
		.session = session, .fn = fn, .context = context,
		.most = options->attempts > 0 ? options->attempts : ATTEMPTS,
		.start = start, .deadline = start + INT64_C(1000) * milliseconds,
	};
	int rc = kin_session_ok(session);

	if (rc < 0 || (rc = kin_hook_outside(session, "kin_transaction")) < 0)
		return rc;
	if (!fn)
		return kin_session_fail(session, KIN_EINVAL, NULL, 0, "kin_transaction: there is no function");
	r.begin = options->begin;
	r.begin.write |= !r.begin.read_only && !session->usual.read_only;
	if (session->in_function || session->floor > 0)
		return run_part(session, fn, context);
	if ((rc = make_way(session)) == KIN_OK) {
		session->in_function = true;
		rc = run_until_it_is_saved(&r);
		session->in_function = false;
	}
	if (options->ret_attempts)
		*options->ret_attempts = r.runs;
	return rc;
}
