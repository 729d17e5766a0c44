/* repeat.c - one statement for many objects, in a pipeline: all is sent, and one answer waited for.
 *
 * New rows go as arrays (arrays.c), some thousand with a statement. UPDATE and DELETE are sent for each object: what they change is
 * known of each, and rows are locked in the order in which they come, as two programs must that do not want a deadlock.
 *
 * While it sends it reads what has come, for neither side can go on when the buffers between them are full of what the other one
 * should read. So little is in memory here at any time, however many objects there are.
 *
 * A statement for many rows does not say which one it failed for. So it stands behind a savepoint, to which it is taken back
 * then, and its rows are sent one by one. */
#include <errno.h>
#include <poll.h>

#include "base/mem.h"
#include "db/postgresql/driver.h"
#include "db/trace.h"

enum {
	FEW = 8,              /* are sent one by one: a statement of its own is not worth it */
	MOST_ROWS = 8192,     /* in a statement */
	MOST_BYTES = 1 << 20, /* in a statement, but for its last row */
	PUMP_ROWS = 64,       /* sent before what has come is looked at */
	PUMP_BYTES = 1 << 15,
};

typedef enum kind { SAVEPOINT, BACK, RELEASE, PREPARE, ARRAYS, ROWS } kind;

static const char *const savepoints[] = {
	[SAVEPOINT] = "SAVEPOINT kin_repeat",
	[BACK]      = "ROLLBACK TO SAVEPOINT kin_repeat",
	[RELEASE]   = "RELEASE SAVEPOINT kin_repeat",
};

/* What has been sent, and the objects it is for: .count results for ROWS, one for the others. */
typedef struct step {
	kind   what;
	size_t repeat, first, count;
} step;

/* A repeat's statement. */
typedef struct task {
	kin_pg_statement *s;
	bool              mine;   /* to be closed with this one */
	bool              arrays; /* it can be said so */
	bool              begun;
	int64_t           start;  /* of its trace */
} task;

typedef struct runner {
	kin_pg_connection *c;
	const kin_repeat  *repeats;
	size_t             count;
	kin_repeat_take   *take;
	void              *context;
	kin_fault         *fault;
	kin_error         *error;
	task              *tasks;
	bool               alone;    /* there is no transaction around it */
	size_t             repeat;   /* what is to be sent next */
	size_t             object;
	size_t             singly;   /* of that repeat the objects before this one go one by one: there was an error among them */
	bool               back;     /* the savepoint is to be gone back to first */
	size_t             rows;     /* sent since what has come was looked at */
	size_t             bytes;
	kin_vec(step)      steps;    /* sent and not done with */
	size_t             done;     /* of them */
	size_t             answered; /* of the first that is not done */
	PGresult          *early;    /* see hold_early() */
	PGresult          *failure;  /* the first. NULL: none */
	step               failed;
	bool               refused;  /* `take` did: .rc is its */
	int                rc;       /* what failed here */
} runner;

static bool has_failed(const runner *r)
{
	return r->rc < 0 || r->failure;
}

/* ---- what comes ---- */

static int take_one(runner *r, kin_pg_statement *s, size_t repeat, size_t object)
{
	int rc = r->take(r->context, repeat, object, &s->base);

	if (s->shown.chunk)
		kin_arena_clear(&s->shown);
	return rc;
}

static int fail_count(runner *r, size_t repeat, int count, size_t expected)
{
	return kin_error_set(r->error, KIN_EDB, "the database returned %d of %zu new rows of '%s', so that they cannot be told apart: a "
	                     "trigger leaves some out", count, expected, r->repeats[repeat].change->table);
}

/* The rows of a result: one of one object, or those of many. */
static int take_rows(runner *r, const step *at, size_t object, PGresult *result)
{
	kin_pg_statement *s = r->tasks[at->repeat].s;
	size_t count = at->what == ARRAYS ? at->count : 1;
	int rc = KIN_OK;

	s->rows = result;
	s->row_count = PQntuples(result);
	s->base.changed = at->what == ARRAYS ? 1 : kin_pg_changed(result);
	if (r->repeats[at->repeat].change->returned_count > 0 && (size_t)s->row_count != count)
		rc = fail_count(r, at->repeat, s->row_count, count);
	for (size_t i = 0; i < count && rc == KIN_OK; i++) {
		s->row = (int)i;
		rc = take_one(r, s, at->repeat, object + i);
	}
	s->rows = NULL;
	s->row = s->row_count = 0;
	return rc;
}

static void end_trace(runner *r, size_t repeat, int rc)
{
	if (r->tasks[repeat].begun)
		kin_trace_end_repeat(&r->c->base, r->tasks[repeat].start, &r->repeats[repeat], rc);
	r->tasks[repeat].begun = false;
}

/* libpq gives what comes first in a pipeline row by row, if the statement before the pipeline was read so. The row is what counts, and
 * its end has to be waited for. */
static bool hold_early(runner *r, PGresult **result)
{
	if (PQresultStatus(*result) == PGRES_SINGLE_TUPLE) {
		PQclear(r->early);
		r->early = *result;
		return true;
	}
	if (r->early && PQresultStatus(*result) == PGRES_TUPLES_OK) {
		PQclear(*result);
		*result = r->early;
		r->early = NULL;
	}
	return false;
}

static void receive(runner *r, PGresult *result)
{
	if (hold_early(r, &result))
		return;
	const step at = r->steps.items[r->done];
	ExecStatusType status = PQresultStatus(result);
	bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE;
	size_t object = at.first + r->answered;

	if (++r->answered == (at.what == ROWS ? at.count : 1)) {
		r->done++;
		r->answered = 0;
	}
	if (!good && at.what == PREPARE) {
		kin_pg_arrays_note(r->tasks[at.repeat].s, false);
		r->c->unnamed = NULL;
	}
	if (!good && status != PGRES_PIPELINE_ABORTED && !r->failure && !r->refused) {
		r->failure = result;
		r->failed = (step){ at.what, at.repeat, at.what == ROWS ? object : at.first, at.count };
		return;
	}
	if (good && at.what >= ARRAYS && !has_failed(r)) {
		r->rc = take_rows(r, &at, object, result);
		r->refused = r->rc < 0;
		if (r->rc == KIN_OK && object + (at.what == ARRAYS ? at.count : 1) == r->repeats[at.repeat].count)
			end_trace(r, at.repeat, KIN_OK);
	}
	PQclear(result);
}

static void receive_what_is_there(runner *r)
{
	PGconn *handle = r->c->handle;

	PQconsumeInput(handle);
	while (r->done < r->steps.count && PQstatus(handle) == CONNECTION_OK && !PQisBusy(handle)) {
		PGresult *result = PQgetResult(handle);
		if (result) /* NULL stands between two statements */
			receive(r, result);
	}
	if (r->done == r->steps.count)
		r->done = r->steps.count = 0;
}

/* Until all that was sent is on its way. */
static void pump(runner *r)
{
	PGconn *handle = r->c->handle;
	int left;

	r->rows = r->bytes = 0;
	while ((left = PQflush(handle)) > 0) {
		struct pollfd socket = { .fd = PQsocket(handle), .events = POLLIN | POLLOUT };
		if (poll(&socket, 1, -1) < 0 && errno != EINTR)
			break;
		if (socket.revents & ~POLLOUT)
			receive_what_is_there(r);
	}
	receive_what_is_there(r);
}

/* ---- what is sent ---- */

static int fail_send(runner *r, size_t repeat)
{
	kin_pg_connection *c = r->c;

	if (PQstatus(c->handle) != CONNECTION_OK)
		return KIN_ECONNECTION; /* whose sentence is made at the end */
	return kin_pg_error(c, NULL, r->repeats[repeat].sql.text, r->error);
}

/* Room first, so that what has been sent is always known. */
static bool add_step(runner *r, kind what, size_t first, size_t count)
{
	step next = { what, r->repeat, first, count };
	step *last = r->steps.count > r->done ? &r->steps.items[r->steps.count - 1] : NULL;

	if (last && what == ROWS && last->what == ROWS && last->repeat == r->repeat && last->first + last->count == first) {
		last->count++;
		return true;
	}
	if (!kin_vec_reserve(&r->steps, r->steps.count + 1) || !r->steps.items)
		return false;
	r->steps.items[r->steps.count++] = next;
	return true;
}

static void drop_step(runner *r)
{
	step *last = &r->steps.items[r->steps.count - 1];

	if (last->what == ROWS && last->count > 1)
		last->count--;
	else
		r->steps.count--;
}

static int send_savepoint(runner *r, kind what)
{
	if (!add_step(r, what, r->object, 1))
		return kin_error_nomem(r->error);
	r->c->unnamed = NULL;
	if (PQsendQueryParams(r->c->handle, savepoints[what], 0, NULL, NULL, NULL, NULL, 0))
		return KIN_OK;
	drop_step(r);
	return fail_send(r, r->repeat);
}

/* Which of the cells it is that cannot be bound. */
static size_t find_cell(kin_pg_statement *s, const kin_cell *cells, size_t count, const void *object)
{
	kin_error ignored = { 0 };
	size_t i = 0;

	while (i < count && kin_pg_bind_cells(&s->base, &cells[i], 1, object, 0, &ignored) == KIN_OK)
		i++;
	kin_error_clear(&ignored);
	return i < count ? i : SIZE_MAX;
}

static int bind(runner *r)
{
	const kin_repeat *repeat = &r->repeats[r->repeat];
	kin_pg_statement *s = r->tasks[r->repeat].s;
	kin_fault fault = { r->repeat, r->object, SIZE_MAX };
	int rc = KIN_OK;

	if (repeat->cell_count > 0 &&
	    (rc = kin_pg_bind_cells(&s->base, repeat->cells, repeat->cell_count, repeat->objects[r->object], 0, r->error)) < 0)
		fault.cell = find_cell(s, repeat->cells, repeat->cell_count, repeat->objects[r->object]);
	else if (repeat->key_count > 0 &&
	         (rc = kin_pg_bind_cells(&s->base, repeat->key_cells, repeat->key_count, repeat->keys[r->object], 0, r->error)) < 0)
		fault.cell = repeat->cell_count;
	if (rc < 0)
		*r->fault = fault;
	return rc;
}

/* The unnamed statement may be another one by now. */
static int prepare_unnamed(runner *r, kin_pg_statement *s)
{
	if (*s->name || r->c->unnamed == s)
		return KIN_OK;
	if (!add_step(r, PREPARE, r->object, 1))
		return kin_error_nomem(r->error);
	r->c->unnamed = s;
	if (PQsendPrepare(r->c->handle, "", s->base.text, 0, NULL))
		return KIN_OK;
	drop_step(r);
	return fail_send(r, r->repeat);
}

static int send_row(runner *r)
{
	kin_pg_statement *s = r->tasks[r->repeat].s;
	int rc = bind(r);

	if (rc < 0 || (rc = prepare_unnamed(r, s)) < 0)
		return rc;
	if (!add_step(r, ROWS, r->object, 1))
		return kin_error_nomem(r->error);
	if (!PQsendQueryPrepared(r->c->handle, s->name, (int)s->parameter_count, s->values, s->lengths, s->formats, s->binary)) {
		drop_step(r);
		return fail_send(r, r->repeat);
	}
	for (size_t i = 0; i < s->parameter_count; i++)
		r->bytes += (size_t)s->lengths[i];
	kin_arena_clear(&s->texts);
	r->object++;
	if (++r->rows >= PUMP_ROWS || r->bytes >= PUMP_BYTES)
		pump(r);
	return KIN_OK;
}

/* 0: there are values that arrays do not take. */
static int gather_rows(runner *r, kin_pg_statement *s)
{
	size_t end = r->object + MOST_ROWS, bytes = 0;
	int rc;

	kin_pg_arrays_clear(s);
	for (; r->object < r->repeats[r->repeat].count && r->object < end && bytes < MOST_BYTES; r->object++) {
		if ((rc = bind(r)) < 0)
			return rc;
		rc = kin_pg_arrays_add(s, &bytes);
		kin_arena_clear(&s->texts);
		if (rc < 0)
			return rc == KIN_ENOMEM ? kin_error_nomem(r->error) : 0;
	}
	return 1;
}

static int send_step(runner *r, kind what, size_t first, kin_pg_statement *s)
{
	int rc;

	if (!add_step(r, what, first, r->object - first))
		return kin_error_nomem(r->error);
	if ((rc = what == PREPARE ? kin_pg_arrays_prepare(r->c, s) : kin_pg_arrays_send(r->c, s)) == KIN_OK)
		return KIN_OK;
	drop_step(r);
	return rc == KIN_ENOMEM ? kin_error_nomem(r->error) : fail_send(r, r->repeat);
}

static int send_arrays(runner *r)
{
	kin_pg_statement *s = r->tasks[r->repeat].s;
	size_t first = r->object;
	int rc = gather_rows(r, s);

	if (rc == 0) {
		r->tasks[r->repeat].arrays = false;
		r->object = first;
	}
	if (rc <= 0 || (rc = send_savepoint(r, SAVEPOINT)) < 0)
		return rc;
	if (!kin_pg_arrays_are_prepared(s) && (rc = send_step(r, PREPARE, first, s)) < 0)
		return rc;
	if ((rc = send_step(r, ARRAYS, first, s)) < 0 || (rc = send_savepoint(r, RELEASE)) < 0)
		return rc;
	pump(r);
	return KIN_OK;
}

static int send_objects(runner *r)
{
	const kin_repeat *repeat = &r->repeats[r->repeat];
	task *t = &r->tasks[r->repeat];
	int rc = KIN_OK;

	if (!t->begun)
		t->start = kin_trace_start(&r->c->base);
	t->begun = true;
	while (rc == KIN_OK && r->object < repeat->count && !has_failed(r))
		rc = t->arrays && r->object >= r->singly ? send_arrays(r) : send_row(r);
	return rc;
}

static int send_all(runner *r)
{
	int rc = KIN_OK;

	if (r->back && ((rc = send_savepoint(r, BACK)) < 0 || (rc = send_savepoint(r, RELEASE)) < 0))
		return rc;
	r->back = false;
	while (r->repeat < r->count && !has_failed(r)) {
		if ((rc = send_objects(r)) < 0)
			return rc;
		if (r->object < r->repeats[r->repeat].count)
			break;
		r->repeat++;
		r->object = r->singly = 0;
	}
	return rc;
}

/* ---- from one end of a pipeline to the other ---- */

/* Up to the pipeline's end. False: the connection is of no use any more. */
static bool receive_all(runner *r)
{
	PGconn *handle = r->c->handle;
	PGresult *result = NULL;

	if (!PQpipelineSync(handle))
		return false;
	pump(r);
	PQsetnonblocking(handle, 0);
	while (PQstatus(handle) == CONNECTION_OK && PQresultStatus(result) != PGRES_PIPELINE_SYNC) {
		result = PQgetResult(handle);
		if (result && r->done < r->steps.count) {
			receive(r, result);
			result = NULL;
		} else if (PQresultStatus(result) != PGRES_PIPELINE_SYNC) {
			PQclear(result);
			result = NULL;
		}
	}
	PQclear(result);
	return PQstatus(handle) == CONNECTION_OK && PQexitPipelineMode(handle);
}

/* Whether it says of some row that it cannot be written: which one, comes out when they are sent one by one. */
static bool is_about_a_row(const runner *r)
{
	static const char *const classes[] = { "22", "23", "44", "P0", "42", "0A" };
	const char *state = PQresultErrorField(r->failure, PG_DIAG_SQLSTATE);

	if ((r->failed.what != ARRAYS && r->failed.what != PREPARE) || !state || kin_pg_is_out_of_date(r->failure))
		return false;
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (strncmp(state, classes[i], 2) == 0)
			return *r->tasks[r->failed.repeat].s->name != '\0';
	return false;
}

static void go_back(runner *r)
{
	r->repeat = r->failed.repeat;
	r->object = r->failed.first;
	r->singly = r->failed.first + r->failed.count;
	r->back = true;
	if (r->failed.what == PREPARE)
		r->tasks[r->repeat].arrays = false;
	r->rc = KIN_OK;
	kin_error_clear(r->error);
}

/* What the failure is, if it is one. */
static int judge(runner *r, bool lost)
{
	kin_pg_connection *c = r->c;
	size_t at = r->failure ? r->failed.repeat : r->repeat < r->count ? r->repeat : r->count - 1;

	if (lost) {
		c->ended = true;
		*r->fault = (kin_fault){ SIZE_MAX, SIZE_MAX, SIZE_MAX };
		return r->refused ? r->rc : kin_pg_error_lost(c, r->alone ? KIN_PG_WRITES : KIN_PG_READS, r->repeats[at].sql.text, r->error);
	}
	if (!r->failure)
		return r->rc;
	if (is_about_a_row(r)) {
		go_back(r);
		return KIN_OK;
	}
	kin_error_clear(r->error);
	*r->fault = (kin_fault){ at, r->failed.what == ROWS ? r->failed.first : SIZE_MAX, SIZE_MAX };
	if (kin_pg_is_out_of_date(r->failure))
		return kin_pg_out_of_date(r->tasks[at].s, r->failure, r->error);
	return kin_pg_error(c, r->failure, r->repeats[at].sql.text, r->error);
}

static int run_pipeline(runner *r)
{
	kin_pg_connection *c = r->c;
	bool lost = true;
	int rc;

	r->steps.count = r->done = r->answered = 0;
	if (r->alone && c->config->pgbouncer)
		c->unnamed = NULL; /* it was on another connection of the server */
	kin_pg_begin_work(c);
	c->base.trips++;
	if (PQenterPipelineMode(c->handle) && PQsetnonblocking(c->handle, 1) == 0) {
		rc = send_all(r);
		if (rc < 0 && !r->refused)
			r->rc = rc;
		lost = !receive_all(r);
	}
	rc = judge(r, lost);
	PQclear(r->failure);
	PQclear(r->early);
	r->failure = r->early = NULL;
	kin_pg_end_work(c);
	return rc;
}

/* ---- statements ---- */

static int open_statement(runner *r, size_t at)
{
	const kin_repeat *repeat = &r->repeats[at];
	kin_connection *connection = &r->c->base;
	task *t = &r->tasks[at];
	kin_statement *kept = repeat->sql.id < connection->kept_count ? connection->kept[repeat->sql.id] : NULL;
	int rc = KIN_OK;

	if (kept && kin_pg_statement_of(kept)->repeating) {
		t->s = kin_pg_statement_of(kept);
	} else {
		if ((rc = kin_statement_open(connection, &repeat->sql, &kept, r->error)) < 0)
			return rc;
		t->s = kin_pg_statement_of(kept);
		t->s->repeating = t->mine = true;
		if (t->s->stale)
			rc = kin_pg_prepare_again(r->c, t->s, r->error);
	}
	if (rc == KIN_OK && !r->alone && repeat->count >= FEW)
		rc = kin_pg_arrays_make(r->c, t->s, repeat->change, &t->arrays, r->error);
	return rc;
}

static void close_statements(runner *r)
{
	for (size_t i = 0; i < r->count; i++) {
		if (!r->tasks[i].mine)
			continue;
		if (r->tasks[i].s->arrays)
			kin_pg_arrays_free_values(r->tasks[i].s);
		r->tasks[i].s->repeating = false;
		kin_statement_close(&r->tasks[i].s->base);
	}
}

static bool is_all_sent(const runner *r)
{
	return r->repeat >= r->count;
}

int kin_pg_repeat(kin_connection *connection, const kin_repeat *repeats, size_t count, kin_repeat_take *take, void *context,
                  kin_fault *ret_fault, kin_error *error)
{
	kin_pg_connection *c = kin_pg_of(connection);
	runner r = { .c = c, .repeats = repeats, .count = count, .take = take, .context = context, .fault = ret_fault, .error = error,
	             .alone = !c->in_transaction };
	int rc;

	if (count == 0)
		return KIN_OK;
	if (!(r.tasks = kin_mem_zalloc(count * sizeof(*r.tasks))))
		return kin_error_nomem(error);
	rc = kin_pg_make_way(c, error);
	for (size_t i = 0; i < count && rc == KIN_OK; i++)
		rc = open_statement(&r, i);
	while (rc == KIN_OK && !is_all_sent(&r))
		rc = run_pipeline(&r);
	if (rc < 0 && ret_fault->repeat != SIZE_MAX)
		end_trace(&r, ret_fault->repeat, rc);
	close_statements(&r);
	kin_vec_done(&r.steps);
	kin_mem_free(r.tasks);
	return rc;
}
