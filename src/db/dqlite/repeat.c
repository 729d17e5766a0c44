/* repeat.c - one statement for many objects: requests go out without waiting for the answers to those before them.
 *
 * The first object goes alone, so that a lock is waited for as always. So do all of them outside a transaction, where each is one. A
 * statement that fails does not keep those behind it from being run; the transaction has to be rolled back anyway. */
#include "db/dqlite/driver.h"

enum { WINDOW = 512 }; /* requests on their way */

typedef struct run {
	kin_dqlite_connection *c;
	kin_dqlite_statement  *s;
	const kin_repeat      *repeat;
	kin_repeat_take       *take;
	void                  *context;
	kin_fault             *fault;
	kin_error             *error;
} run;

/* ---- binding ---- */

/* Which of the cells it is that cannot be bound. */
static int bind_cells(run *r, const kin_cell *cells, size_t count, const void *object, size_t first)
{
	int rc = KIN_OK;

	for (size_t i = 0; i < count && rc == KIN_OK; i++)
		if ((rc = kin_dqlite_bind_cells(&r->s->base, &cells[i], 1, object, 0, r->error)) < 0)
			r->fault->cell = first + i;
	return rc;
}

static int bind(run *r, size_t i)
{
	const kin_repeat *repeat = r->repeat;
	int rc = KIN_OK;

	if (repeat->cell_count > 0)
		rc = bind_cells(r, repeat->cells, repeat->cell_count, repeat->objects[i], 0);
	if (rc == KIN_OK && repeat->key_count > 0)
		rc = bind_cells(r, repeat->key_cells, repeat->key_count, repeat->keys[i], repeat->cell_count);
	if (rc < 0)
		r->fault->object = i;
	return rc;
}

/* ---- answers ---- */

static int tell(run *r, size_t i, int step)
{
	int rc;

	if (step == 0 && r->repeat->change->returned_count > 0)
		step = kin_error_set(r->error, KIN_EDB, "the database returned nothing of a new row of '%s'", r->repeat->change->table);
	rc = step < 0 ? step : r->take(r->context, r->fault->repeat, i, &r->s->base);
	if (rc < 0)
		r->fault->object = i;
	return rc;
}

static int answered(run *r, size_t i)
{
	kin_dqlite_statement *s = r->s;
	int step = 0, rc;

	s->base.state = KIN_STATEMENT_RUNNING;
	s->base.changed = r->c->changed;
	s->last_key = r->c->last_key;
	if (s->rows) {
		if ((step = kin_dqlite_rows_begin(r->c, s, r->error)) == KIN_OK)
			step = kin_dqlite_rows_next(r->c, s, r->error);
		s->base.changed = step > 0;
	}
	rc = tell(r, i, step);
	kin_dqlite_rows_end(r->c, s);
	s->base.state = KIN_STATEMENT_READY;
	return rc;
}

/* Take the answer to the run for an object. */
static int receive(run *r, size_t i)
{
	bool had_transaction = r->c->in_transaction;
	const char *sql = r->s->base.text;
	kin_dqlite_end end = kin_dqlite_next(r->c);

	if (end == KIN_DQLITE_ANSWERED)
		return answered(r, i);
	r->fault->object = i;
	switch (end) {
	case KIN_DQLITE_NOMEM:
		return kin_error_nomem(r->error);
	case KIN_DQLITE_GONE:
		return kin_dqlite_error_lost(r->c, KIN_VERB_READS, had_transaction, sql, r->error);
	case KIN_DQLITE_STOPPED:
		return kin_dqlite_error_stopped(r->c, KIN_VERB_READS, r->c->link.fd < 0, sql, r->error);
	default:
		return kin_dqlite_error(r->c, 0, sql, r->error);
	}
}

/* Forget the answers that are still to come, and see what is left of the transaction. */
static void wind_up(kin_dqlite_connection *c)
{
	kin_dqlite_unsend(c);
	while (c->awaited > 0 && c->link.fd >= 0)
		kin_dqlite_next(c);
	c->running = NULL;
	if (c->in_transaction)
		kin_dqlite_see_transaction(c);
}

/* ---- all of them ---- */

static int send(run *r, size_t *queued)
{
	bool had_transaction = r->c->in_transaction;
	size_t requests = *queued;

	*queued = 0;
	switch (kin_dqlite_send(r->c, requests)) {
	case KIN_DQLITE_ANSWERED:
		return KIN_OK;
	case KIN_DQLITE_NOMEM:
		return kin_error_nomem(r->error);
	case KIN_DQLITE_STOPPED:
		return kin_dqlite_error_stopped(r->c, KIN_VERB_READS, had_transaction, r->s->base.text, r->error);
	default:
		return kin_dqlite_error_lost(r->c, KIN_VERB_READS, had_transaction, r->s->base.text, r->error);
	}
}

/* Half a window is sent at a time, so that there is always something for the node to do. */
static int run_behind_each_other(run *r, size_t from)
{
	size_t next = from, heard = from, count = r->repeat->count, queued = 0;
	int rc = KIN_OK;

	r->c->base.trips++;
	while (rc == KIN_OK && heard < count) {
		while (rc == KIN_OK && next < count && next - heard < WINDOW && (rc = bind(r, next)) == KIN_OK) {
			kin_dqlite_put_run(r->c, r->s);
			next++, queued++;
		}
		if (rc == KIN_OK && queued > 0)
			rc = send(r, &queued);
		for (size_t stop = next == count ? next : heard + (next - heard) / 2 + 1; rc == KIN_OK && heard < stop; heard++)
			rc = receive(r, heard);
	}
	if (rc < 0)
		wind_up(r->c);
	return rc;
}

static int run_alone(run *r, size_t i)
{
	int rc = bind(r, i);

	if (rc < 0)
		return rc;
	r->s->base.state = KIN_STATEMENT_RUNNING;
	rc = tell(r, i, kin_dqlite_step(&r->s->base, r->error));
	kin_statement_reset(&r->s->base);
	return rc;
}

static int run_all(run *r)
{
	int rc = KIN_OK;
	size_t alone = r->c->in_transaction ? 1 : r->repeat->count, i;

	for (i = 0; i < alone && i < r->repeat->count && rc == KIN_OK; i++)
		rc = run_alone(r, i);
	if (rc < 0 || i == r->repeat->count)
		return rc;
	kin_dqlite_begin_work(r->c);
	rc = run_behind_each_other(r, i);
	kin_dqlite_end_work(r->c);
	return rc;
}

static int run_repeat(run *r)
{
	kin_statement *statement;
	int rc = kin_statement_open(&r->c->base, &r->repeat->sql, &statement, r->error);

	if (rc < 0)
		return rc;
	r->s = kin_dqlite_statement_of(statement);
	int64_t start = kin_trace_start(&r->c->base);
	rc = run_all(r);
	kin_trace_end_repeat(&r->c->base, start, r->repeat, rc);
	kin_statement_close(statement);
	return rc;
}

int kin_dqlite_repeat(kin_connection *connection, const kin_repeat *repeats, size_t count, kin_repeat_take *take, void *context,
                      kin_fault *ret_fault, kin_error *error)
{
	run r = { .c = kin_dqlite_of(connection), .take = take, .context = context, .fault = ret_fault, .error = error };
	int rc = KIN_OK;

	for (size_t i = 0; i < count && rc == KIN_OK; i++) {
		r.repeat = &repeats[i];
		ret_fault->repeat = i;
		rc = run_repeat(&r);
	}
	return rc;
}
