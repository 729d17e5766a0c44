/* repeat.c - one statement for many objects, sent as arrays.
 *
 * MariaDB takes the values of many rows with one EXECUTE, and gives the rows of all their RETURNINGs as one result. A parcel of
 * them takes a few megabytes, if the server accepts as much at once.
 *
 * It says how many rows all of them changed, not each. That is enough where each changed one. If not, what was done is undone to a
 * savepoint, and done again by halves, until it is clear which object it was; an error is found the same way. */
#include <stdio.h>

#include "base/mem.h"
#include "db/mariadb/driver.h"
#include "db/trace.h"

enum {
	ACCEPTED = 900 * 1024,    /* bytes that every server accepts at once */
	LARGEST = 6 * 1024 * 1024, /* that are sent at once if it accepts them */
};

typedef struct batch {
	kin_maria_connection *c;
	kin_maria_statement  *s;
	const kin_repeat     *repeat;
	kin_repeat_take      *take;
	void                 *context;
	kin_fault            *fault;
	kin_error            *error;
	size_t                from;       /* of the parcel that is being sent */
	size_t                to;
	int                   bound;      /* what binding its values failed with */
	char                 *indicators; /* of each placeholder */
} batch;

/* ---- one object ---- */

static size_t find_cell(kin_statement *statement, const kin_cell *cells, size_t count, const void *object)
{
	kin_error ignored = { 0 };
	size_t i = 0;

	while (i < count && kin_maria_bind_cells(statement, &cells[i], 1, object, 0, &ignored) == KIN_OK)
		i++;
	kin_error_clear(&ignored);
	return i < count ? i : SIZE_MAX;
}

static int bind(batch *b, size_t i)
{
	const kin_repeat *r = b->repeat;
	kin_statement *statement = &b->s->base;
	int rc = KIN_OK;

	if (r->cell_count > 0)
		rc = kin_maria_bind_cells(statement, r->cells, r->cell_count, r->objects[i], 0, b->error);
	if (rc < 0) {
		b->fault->cell = find_cell(statement, r->cells, r->cell_count, r->objects[i]);
	} else if (r->key_count > 0) {
		rc = kin_maria_bind_cells(statement, r->key_cells, r->key_count, r->keys[i], 0, b->error);
		size_t cell = rc < 0 ? find_cell(statement, r->key_cells, r->key_count, r->keys[i]) : SIZE_MAX;
		if (cell < r->key_count)
			b->fault->cell = r->cell_count + cell;
	}
	if (rc < 0)
		b->fault->object = i;
	return rc;
}

static int returned_nothing(batch *b)
{
	return kin_error_set(b->error, KIN_EDB, "the database returned nothing of a new row of '%s'", b->repeat->change->table);
}

static int give(batch *b, size_t i)
{
	int rc = b->take(b->context, b->fault->repeat, i, &b->s->base);

	if (rc < 0)
		b->fault->object = i;
	return rc;
}

static int run_one(batch *b, size_t i)
{
	int rc = bind(b, i);

	if (rc < 0)
		return rc;
	b->s->base.state = KIN_STATEMENT_RUNNING;
	rc = kin_maria_step(&b->s->base, b->error);
	if (rc == 0 && b->repeat->change->returned_count > 0)
		rc = returned_nothing(b);
	if (rc < 0)
		b->fault->object = i;
	else
		rc = give(b, i);
	kin_statement_reset(&b->s->base);
	return rc;
}

/* ---- a parcel of them ---- */

/* The handle's callback: the next row's values. What a NULL would have been is known from its cell. */
static my_bool bind_row(void *data, MYSQL_BIND *binds, unsigned int row)
{
	kin_maria_statement *s = data;
	batch *b = s->batch;

	if ((b->bound = bind(b, b->from + row)) < 0)
		return 1;
	for (size_t i = 0; i < s->parameter_count; i++) {
		bool null = s->binds[i].buffer_type == MYSQL_TYPE_NULL;
		b->indicators[i] = null ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
		binds[i].u.indicator = &b->indicators[i];
		binds[i].buffer = s->binds[i].buffer;
		binds[i].buffer_length = s->binds[i].buffer_length;
	}
	return 0;
}

static int bind_types(batch *b)
{
	const kin_repeat *r = b->repeat;

	for (size_t i = 0; i < r->cell_count; i++)
		kin_maria_bind_type(&r->cells[i], &b->s->binds[r->cells[i].column]);
	for (size_t i = 0; i < r->key_count; i++)
		kin_maria_bind_type(&r->key_cells[i], &b->s->binds[r->key_cells[i].column]);
	return kin_maria_bind_all(b->s, b->error);
}

static void set_size(kin_maria_statement *s, unsigned int size)
{
	mysql_stmt_attr_set(s->handle, STMT_ATTR_ARRAY_SIZE, &size);
	mysql_stmt_attr_set(s->handle, STMT_ATTR_CB_PARAM, size > 0 ? (const void *)(uintptr_t)bind_row : NULL);
}

static int failed(batch *b)
{
	return kin_maria_error_sent(b->c, b->s->handle, KIN_MARIA_WRITES, b->s->alone, b->s->base.text, b->error);
}

static int send(batch *b)
{
	unsigned long no_cursor = CURSOR_TYPE_NO_CURSOR;
	int rc = bind_types(b);

	if (rc < 0)
		return rc;
	mysql_stmt_attr_set(b->s->handle, STMT_ATTR_CURSOR_TYPE, &no_cursor);
	set_size(b->s, (unsigned int)(b->to - b->from));
	b->bound = KIN_OK;
	b->c->base.trips++;
	if (mysql_stmt_execute(b->s->handle) != 0)
		rc = b->bound < 0 ? b->bound : failed(b);
	set_size(b->s, 0);
	return rc;
}

/* The rows of the parcel's RETURNINGs, one for each object. They are read to their end first, where an error may be. */
static int give_rows(batch *b)
{
	int rc = kin_maria_gather(b->c, b->s, b->error);

	for (size_t i = b->from; rc == KIN_OK && i < b->to; i++) {
		b->s->base.state = KIN_STATEMENT_RUNNING;
		rc = kin_maria_step(&b->s->base, b->error);
		if (rc == 0)
			return returned_nothing(b);
		if (rc > 0)
			rc = give(b, i);
	}
	return rc;
}

static int give_all(batch *b)
{
	int rc = KIN_OK;

	for (size_t i = b->from; rc == KIN_OK && i < b->to; i++)
		rc = give(b, i);
	return rc;
}

/* *ret_changed: how many rows all of them changed. */
static int run_parcel(batch *b, int64_t *ret_changed)
{
	int rc = kin_maria_make_way(b->c, b->error);

	if (rc < 0)
		return rc;
	b->s->alone = !b->c->in_transaction;
	kin_maria_begin_work(b->c);
	b->s->base.state = KIN_STATEMENT_RUNNING;
	rc = send(b);
	*ret_changed = (int64_t)(b->to - b->from);
	if (rc == KIN_OK && mysql_stmt_field_count(b->s->handle) > 0)
		rc = give_rows(b);
	else if (rc == KIN_OK)
		*ret_changed = (int64_t)mysql_stmt_affected_rows(b->s->handle);
	kin_maria_end_work(b->c);
	kin_statement_reset(&b->s->base);
	b->s->base.changed = 1;
	return rc;
}

/* ---- which of them it was ---- */

static int say(batch *b, const char *words, size_t depth)
{
	char text[64];

	snprintf(text, sizeof(text), "%s kin_repeat_%zu", words, depth);
	return kin_maria_say(b->c, text, strlen(text), NULL, b->error);
}

static int run_range(batch *b, size_t from, size_t to, size_t depth);

static int run_halves(batch *b, size_t from, size_t to, size_t depth)
{
	size_t middle = from + (to - from) / 2;
	int rc = run_range(b, from, middle, depth + 1);

	return rc < 0 ? rc : run_range(b, middle, to, depth + 1);
}

/* Several objects in a transaction, of which none has been reported yet. An INSERT that fails has done nothing, and needs no
 * savepoint: only what may be done in part. */
static int run_range(batch *b, size_t from, size_t to, size_t depth)
{
	bool insert = b->repeat->change->change == KIN_CHANGE_INSERT;
	int64_t changed = 0;
	int rc = KIN_OK;

	if (to - from == 1)
		return run_one(b, from);
	if (!insert && (rc = say(b, "SAVEPOINT", depth)) < 0)
		return rc;
	b->from = from, b->to = to;
	rc = run_parcel(b, &changed);
	bool known = rc < 0 && (b->fault->object != SIZE_MAX || !kin_maria_is_about_a_row(rc) || !b->c->in_transaction);
	if (known)
		return rc;
	if (rc == KIN_OK && (changed == (int64_t)(to - from) || b->repeat->change->upsert))
		return b->repeat->change->returned_count > 0 ? KIN_OK : give_all(b);
	if (!insert && (rc = say(b, "ROLLBACK TO SAVEPOINT", depth)) < 0)
		return rc;
	return run_halves(b, from, to, depth);
}

/* ---- all of them ---- */

static size_t size_of(const kin_repeat *r, size_t i)
{
	size_t size = r->cell_count > 0 ? kin_maria_bind_size(r->cells, r->cell_count, r->objects[i]) : 0;

	return size + (r->key_count > 0 ? kin_maria_bind_size(r->key_cells, r->key_count, r->keys[i]) : 0);
}

/* What the server says that it accepts, asked once. */
static int know_packet(batch *b, size_t *ret_packet)
{
	const kin_sql sql = { .text = "SELECT @@max_allowed_packet", .length = strlen("SELECT @@max_allowed_packet") };
	kin_statement *statement;
	bool null;
	int rc;

	*ret_packet = __atomic_load_n(&b->c->config->packet, __ATOMIC_RELAXED);
	if (*ret_packet > 0)
		return KIN_OK;
	if ((rc = kin_statement_open(&b->c->base, &sql, &statement, b->error)) < 0)
		return rc;
	if ((rc = kin_maria_step(statement, b->error)) == 1)
		*ret_packet = (size_t)kin_maria_integer(statement, 0, &null);
	kin_statement_close(statement);
	__atomic_store_n(&b->c->config->packet, *ret_packet, __ATOMIC_RELAXED);
	return rc < 0 ? rc : KIN_OK;
}

/* Objects that are sent together. The server is asked how many may be only if it is not clear anyway. */
static int find_parcel(batch *b, size_t from, size_t *ret_to)
{
	const kin_repeat *r = b->repeat;
	size_t most = ACCEPTED, size = 0, to = from, packet;
	int rc;

	for (; to < r->count; to++) {
		size_t more = size_of(r, to);
		if (size + more > ACCEPTED && most == ACCEPTED) {
			if ((rc = know_packet(b, &packet)) < 0)
				return rc;
			packet -= packet / 16;
			most = packet < LARGEST ? packet : LARGEST;
		}
		if (to > from && size + more > most)
			break;
		size += more;
	}
	*ret_to = to;
	return KIN_OK;
}

static bool can_take_arrays(kin_maria_connection *c)
{
	unsigned long extended = 0;

	mariadb_get_infov(c->handle, MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES, &extended);
	return extended & (MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32);
}

/* Outside a transaction nothing could be undone. */
static bool uses_parcels(const batch *b)
{
	bool undone = b->c->in_transaction || b->repeat->change->change == KIN_CHANGE_INSERT;

	return b->s->handle && b->s->parameter_count > 0 && b->repeat->count > 1 && undone && can_take_arrays(b->c);
}

static int run_all(batch *b)
{
	bool parcels = uses_parcels(b);
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < b->repeat->count;) {
		size_t to = i + 1;
		if (parcels)
			rc = find_parcel(b, i, &to);
		if (rc == KIN_OK)
			rc = run_range(b, i, to, 0);
		i = to;
	}
	return rc;
}

static int run_repeat(batch *b)
{
	kin_statement *statement;
	int rc = kin_statement_open(&b->c->base, &b->repeat->sql, &statement, b->error);

	if (rc < 0)
		return rc;
	int64_t start = kin_trace_start(&b->c->base);
	b->s = kin_maria_statement_of(statement);
	b->s->batch = b;
	if (!(b->indicators = kin_mem_zalloc(b->s->parameter_count + 1)))
		rc = kin_error_nomem(b->error);
	else
		rc = run_all(b);
	kin_trace_end_repeat(&b->c->base, start, b->repeat, rc);
	kin_mem_free(b->indicators);
	b->s->batch = NULL;
	kin_statement_close(statement);
	return rc;
}

int kin_maria_repeat(kin_connection *connection, const kin_repeat *repeats, size_t count, kin_repeat_take *take, void *context,
                     kin_fault *ret_fault, kin_error *error)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < count; i++) {
		batch b = {
			.c = kin_maria_of(connection), .repeat = &repeats[i], .take = take, .context = context, .fault = ret_fault, .error = error,
		};
		ret_fault->repeat = i;
		rc = run_repeat(&b);
	}
	return rc;
}
