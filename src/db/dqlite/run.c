/* run.c - running a statement: what is tried again, and what is not.
 *
 * A node never waits for a lock: it says that the database is locked, and is asked again until the time for that is over. Where a
 * transaction has read, waiting cannot help, for what it has read is out of date by then.
 *
 * A node that is gone, or no longer the leader, takes the transaction with it. Without one, what was not done, or only read, is asked
 * of the new leader; what may have been written is reported as not known. So is a COMMIT without an answer. */
#include <sqlite3.h>

#include "base/clock.h"
#include "base/mem.h"
#include "db/dqlite/driver.h"

enum {
	FIRST_PAUSE = 500, /* microseconds */
	LONGEST_PAUSE = 6000,
	MOST_LOSSES = 20,  /* of a node, in one run */
};

/* ---- trying again ---- */

typedef struct patience {
	int64_t start;    /* of waiting for the lock. 0: it was not waited for */
	int64_t waited;   /* milliseconds; -1: waiting could not help */
	int64_t pause;
	int     losses;
} patience;

static bool is_busy(const kin_dqlite_connection *c)
{
	return (c->code & 0xff) == SQLITE_BUSY;
}

/* A checkpoint is over in a moment, whoever has read what. */
static bool may_wait(const kin_dqlite_connection *c)
{
	return c->code == SQLITE_BUSY && (!c->in_transaction || !c->touched || strstr(c->message.data, "checkpoint"));
}

/* Pauses are as long as chance has it, so that those who wait do not come all at once. Whether to ask again. */
static bool wait_for_lock(kin_dqlite_connection *c, patience *p, bool *ret_interrupted)
{
	int64_t now = kin_clock_steady(), left;

	if (!may_wait(c)) {
		p->waited = -1;
		return false;
	}
	if (p->start == 0)
		p->start = now, p->pause = FIRST_PAUSE;
	p->waited = (now - p->start) / 1000;
	left = p->start + INT64_C(1000) * c->config->busy_timeout - now;
	if (left <= 0)
		return false;
	int64_t pause = p->pause / 2 + (int64_t)(kin_clock_random() % (uint64_t)p->pause);
	p->pause = 2 * p->pause < LONGEST_PAUSE ? 2 * p->pause : LONGEST_PAUSE;
	*ret_interrupted = kin_link_pause(&c->link, pause < left ? pause : left) == KIN_LINK_INTERRUPTED;
	return !*ret_interrupted;
}

static bool is_read_only(const kin_dqlite_statement *s, kin_dqlite_try *try)
{
	return try == kin_dqlite_learn || s->verb.effect == KIN_VERB_READS;
}

/* An error may have ended the transaction (RAISE(ROLLBACK), a full disk). Another BEGIN tells: it fails inside of one. */
void kin_dqlite_see_transaction(kin_dqlite_connection *c)
{
	static const char begin[] = "BEGIN", rollback[] = "ROLLBACK";

	kin_dqlite_put_sql(c, KIN_ASK_EXEC_SQL, begin, sizeof(begin) - 1);
	if (kin_dqlite_ask(c, 1) != KIN_DQLITE_ANSWERED)
		return;
	kin_dqlite_put_sql(c, KIN_ASK_EXEC_SQL, rollback, sizeof(rollback) - 1);
	if (kin_dqlite_ask(c, 1) != KIN_DQLITE_ANSWERED)
		kin_dqlite_drop(c);
	c->in_transaction = false;
}

int kin_dqlite_refused(kin_dqlite_connection *c, const kin_dqlite_statement *s, int64_t waited, kin_error *error)
{
	int code = c->code, rc = kin_dqlite_error(c, waited, s->base.text, error);

	if (code == SQLITE_ERROR && s->verb.turn == KIN_VERB_ENDS)
		c->in_transaction = false; /* there was none */
	else if (c->in_transaction && code != SQLITE_ERROR && code != SQLITE_BUSY)
		kin_dqlite_see_transaction(c);
	return rc;
}

/* Where to go on with a node that is gone. */
static int lost(kin_dqlite_connection *c, const kin_dqlite_statement *s, kin_dqlite_try *try, bool had_transaction, patience *p,
                kin_error *error)
{
	bool again = !had_transaction && !c->personal && (!c->perhaps || is_read_only(s, try)) && p->losses++ < MOST_LOSSES;
	kin_verb_effect effect = !c->perhaps || is_read_only(s, try) ? KIN_VERB_READS : s->verb.effect;

	if (again)
		return kin_dqlite_seek(c, KIN_ECONNECTION, error);
	if (effect == KIN_VERB_WRITES && had_transaction)
		effect = KIN_VERB_READS;
	return kin_dqlite_error_lost(c, effect, had_transaction, s->base.text, error);
}

static int stopped(kin_dqlite_connection *c, const kin_dqlite_statement *s, kin_dqlite_try *try, bool had_transaction, kin_error *error)
{
	kin_verb_effect effect = !c->perhaps || is_read_only(s, try) ? KIN_VERB_READS : s->verb.effect;

	if (effect == KIN_VERB_WRITES && had_transaction)
		effect = KIN_VERB_READS;
	return kin_dqlite_error_stopped(c, effect, had_transaction && c->link.fd < 0, s->base.text, error);
}

int kin_dqlite_insist(kin_dqlite_connection *c, kin_dqlite_statement *s, kin_dqlite_try *try, kin_error *error)
{
	patience p = { .waited = -1 };
	bool interrupted = false;
	int rc = KIN_OK;

	if (c->link.fd < 0)
		rc = kin_dqlite_seek(c, KIN_ECONNECTION, error);
	while (rc == KIN_OK) {
		bool had_transaction = c->in_transaction;
		switch (try(c, s)) {
		case KIN_DQLITE_ANSWERED:
			return KIN_OK;
		case KIN_DQLITE_NOMEM:
			return kin_error_nomem(error);
		case KIN_DQLITE_STOPPED:
			return stopped(c, s, try, had_transaction, error);
		case KIN_DQLITE_GONE:
			if (s->verb.turn == KIN_VERB_ROLLS_BACK && had_transaction)
				return KIN_OK; /* that is what became of the transaction */
			rc = lost(c, s, try, had_transaction, &p, error);
			break;
		case KIN_DQLITE_REFUSED:
			if (is_busy(c) && wait_for_lock(c, &p, &interrupted))
				break;
			rc = interrupted ? kin_dqlite_error_stopped(c, KIN_VERB_READS, false, s->base.text, error)
			                 : kin_dqlite_refused(c, s, p.waited, error);
		}
	}
	return rc;
}

/* ---- one try ---- */

void kin_dqlite_put_run(kin_dqlite_connection *c, const kin_dqlite_statement *s)
{
	size_t start;

	if (s->direct) {
		kin_dqlite_put_sql(c, s->rows ? KIN_ASK_QUERY_SQL : KIN_ASK_EXEC_SQL, s->base.text, s->length);
		return;
	}
	start = kin_frame_begin(&c->link.out, s->rows ? KIN_ASK_QUERY : KIN_ASK_EXEC);
	kin_frame_put_u32(&c->link.out, 0);
	kin_frame_put_u32(&c->link.out, s->number);
	kin_dqlite_put_parameters(s, &c->link.out);
	kin_frame_end(&c->link.out, start);
}

/* Whether the node says that it was asked the wrong way: for rows of what has none, or to run what has some. */
static bool was_wrong_way(const kin_dqlite_connection *c, const kin_dqlite_statement *s)
{
	return s->rows ? c->code == SQLITE_ERROR && strcmp(c->message.data, "not an error") == 0 : c->code == SQLITE_ROW;
}

/* Whether the columns of the tables have changed since it was prepared. */
static bool is_out_of_date(const kin_dqlite_connection *c, const kin_dqlite_statement *s)
{
	return s->wrapped.length > 0 && c->code == SQLITE_ERROR && strncmp(c->message.data, "table kin_rows has ", 19) == 0;
}

static kin_dqlite_end try_once(kin_dqlite_connection *c, kin_dqlite_statement *s)
{
	kin_dqlite_end end;

	for (int round = 0;; round++) {
		if ((end = kin_dqlite_learn(c, s)) != KIN_DQLITE_ANSWERED)
			return end;
		kin_dqlite_put_run(c, s);
		if ((end = kin_dqlite_ask(c, 1)) != KIN_DQLITE_REFUSED || round == 2)
			return end;
		if (is_out_of_date(c, s)) {
			kin_dqlite_forget(c, s);
			kin_text_clear(&s->wrapped);
		} else if (was_wrong_way(c, s)) {
			s->rows = !s->rows;
		} else {
			return end;
		}
	}
}

/* ---- a run ---- */

static void note_turn(kin_dqlite_connection *c, const kin_verb *verb)
{
	c->touched = c->in_transaction && verb->turn == KIN_VERB_STAYS;
	if (verb->turn == KIN_VERB_BEGINS)
		c->in_transaction = true;
	else if (verb->turn != KIN_VERB_STAYS)
		c->in_transaction = false;
	c->personal |= verb->personal;
}

static int took(kin_dqlite_connection *c, kin_dqlite_statement *s, kin_error *error)
{
	note_turn(c, &s->verb);
	if (s->rows && c->link.fd >= 0)
		return kin_dqlite_rows_begin(c, s, error);
	s->base.state = KIN_STATEMENT_ENDED;
	s->base.changed = s->verb.counts ? c->changed : 0;
	s->last_key = c->last_key;
	return KIN_OK;
}

static int run_once(kin_dqlite_connection *c, kin_dqlite_statement *s, kin_error *error)
{
	int rc = kin_dqlite_insist(c, s, try_once, error);

	return rc == KIN_OK ? took(c, s, error) : rc;
}

/* BEGIN, COMMIT, ROLLBACK, as the driver's own. */
static int run_own(kin_dqlite_connection *c, const char *sql, kin_error *error)
{
	kin_dqlite_statement *s;
	int rc = kin_dqlite_prepare_once(c, sql, strlen(sql), &s, error);

	if (rc < 0)
		return rc;
	rc = run_once(c, s, error);
	kin_dqlite_finalise(&s->base);
	return rc;
}

/* RETURNING outside a transaction would end the node. All rows are here before the first one is shown. */
static int run_in_transaction(kin_dqlite_connection *c, kin_dqlite_statement *s, kin_error *error)
{
	int rc = run_own(c, "BEGIN IMMEDIATE", error);

	if (rc < 0)
		return rc;
	if ((rc = run_once(c, s, error)) == KIN_OK && (rc = kin_dqlite_rows_make_way(c, error)) == KIN_OK)
		rc = run_own(c, "COMMIT", error);
	if (rc < 0 && c->in_transaction && run_own(c, "ROLLBACK", NULL) < 0)
		kin_dqlite_drop(c);
	return rc;
}

static int first(kin_dqlite_connection *c, kin_dqlite_statement *s, kin_error *error)
{
	int rc = kin_dqlite_rows_make_way(c, error);

	if (rc < 0)
		return rc;
	if (s->verb.savepoint && !c->in_transaction) {
		rc = kin_error_set(error, KIN_EINVAL, "a savepoint is for transactions, and none is open");
		kin_error_note_sql(error, s->base.text);
		return rc;
	}
	s->sent = true;
	s->rows = s->verb.rows;
	kin_dqlite_begin_work(c);
	rc = (s->verb.returning && !c->in_transaction ? run_in_transaction : run_once)(c, s, error);
	kin_dqlite_end_work(c);
	return rc;
}

/* With RETURNING each row that was changed is one that comes back. */
int kin_dqlite_step(kin_statement *statement, kin_error *error)
{
	kin_dqlite_statement *s = kin_dqlite_statement_of(statement);
	kin_dqlite_connection *c = kin_dqlite_of(statement->connection);
	int rc;

	if (!s->sent) {
		statement->changed = 0;
		if ((rc = first(c, s, error)) < 0) {
			statement->state = KIN_STATEMENT_ENDED;
			return rc;
		}
	}
	if (statement->state == KIN_STATEMENT_ENDED)
		return 0;
	if ((rc = kin_dqlite_rows_next(c, s, error)) == 0 && s->verb.counts)
		statement->changed = s->row_count;
	return rc;
}

/* ---- texts of several statements ---- */

static int run_one(kin_dqlite_connection *c, const char *sql, size_t length, kin_error *error)
{
	kin_dqlite_statement *s;
	int rc = kin_dqlite_prepare_once(c, sql, length, &s, error);

	if (rc < 0)
		return rc;
	int64_t start = kin_trace_start(&c->base);
	s->base.state = KIN_STATEMENT_RUNNING;
	do
		rc = kin_dqlite_step(&s->base, error);
	while (rc > 0);
	kin_trace_end(&c->base, start, s->base.text, rc);
	kin_dqlite_finalise(&s->base);
	return rc;
}

int kin_dqlite_run(kin_connection *connection, const char *sql, kin_error *error)
{
	int rc = KIN_OK;

	for (size_t length; rc == KIN_OK;) {
		const char *start = kin_verb_split(sql, &length, &sql);
		if (length == 0)
			break;
		rc = run_one(kin_dqlite_of(connection), start, length, error);
	}
	return rc;
}
