/* statement.c - prepared statements: the connection's table of them, and running one.
 *
 * Invariant: connection->kept[id] is the statement that was prepared first for that id, until the connection
 * ends. While it is open, others with its id are prepared for one use. */
#include "db/connection.h"

#include "base/mem.h"
#include "db/bound.h"
#include "db/db.h"

static bool make_room(kin_connection *connection, uint32_t id)
{
	size_t count = connection->kept_count ? connection->kept_count : 32;

	if (id < connection->kept_count)
		return true;
	while (count <= id)
		count *= 2;
	kin_statement **kept = kin_mem_resize(connection->kept, count * sizeof(*kept));
	if (!kept)
		return false;
	memset(kept + connection->kept_count, 0, (count - connection->kept_count) * sizeof(*kept));
	connection->kept = kept;
	connection->kept_count = count;
	return true;
}

static __attribute__((noinline)) int prepare(kin_connection *connection, const kin_sql *sql,
                                             kin_statement **ret_statement, kin_error *error)
{
	kin_statement *statement;

	if (sql->id && !make_room(connection, sql->id))
		return kin_error_nomem(error);
	int rc = connection->driver->prepare(connection, sql, &statement, error);
	if (rc < 0)
		return kin_connection_judge(connection, rc);
	statement->driver = connection->driver;
	statement->connection = connection;
	if (sql->id && !connection->kept[sql->id]) {
		statement->id = sql->id;
		connection->kept[sql->id] = statement;
	}
	*ret_statement = statement;
	return KIN_OK;
}

int kin_statement_open(kin_connection *connection, const kin_sql *sql, kin_statement **ret_statement, kin_error *error)
{
	kin_statement *statement = sql->id < connection->kept_count ? connection->kept[sql->id] : NULL;

	if (__builtin_expect(!statement || statement->open, 0)) {
		int rc = prepare(connection, sql, &statement, error);
		if (rc < 0)
			return rc;
	}
	statement->open = true;
	statement->noted = kin_trace_wants_values(connection);
	connection->open++;
	__atomic_store_n(&connection->last, statement->id ? statement->text : NULL, __ATOMIC_RELEASE);
	*ret_statement = statement;
	return KIN_OK;
}

void kin_statement_reset(kin_statement *statement)
{
	if (statement->state != KIN_STATEMENT_READY)
		statement->driver->reset(statement);
	statement->state = KIN_STATEMENT_READY;
}

void kin_statement_free(kin_statement *statement)
{
	kin_bound_free(statement);
	statement->driver->finalise(statement);
}

void kin_statement_close(kin_statement *statement)
{
	if (!statement)
		return;
	statement->open = false;
	statement->connection->open--;
	if (statement->id)
		kin_statement_reset(statement);
	else
		kin_statement_free(statement);
}

int kin_statement_bind(kin_statement *statement, size_t index, const kin_value *value, kin_error *error)
{
	if (__builtin_expect(statement->noted, 0))
		kin_bound_value(statement, index, value);
	return statement->driver->bind(statement, index, value, error);
}

int kin_statement_bind_cells(kin_statement *statement, const kin_cell *cells, size_t count, const void *object,
                             size_t first, kin_error *error)
{
	if (__builtin_expect(statement->noted, 0))
		kin_bound_cells(statement, cells, count, object, first);
	return statement->driver->bind_cells(statement, cells, count, object, first, error);
}

/* With `take` the driver walks. */
static inline int next_row(kin_statement *statement, kin_statement_take *take, void *context, kin_error *error)
{
	return take ? statement->driver->walk(statement, take, context, error) : statement->driver->step(statement, error);
}

/* A run's first step is the one that is traced; a step past the end is not a new run. */
static __attribute__((noinline)) int first_step(kin_statement *statement, kin_statement_take *take, void *context, kin_error *error)
{
	int64_t start;
	int rc;

	if (statement->state == KIN_STATEMENT_ENDED)
		return 0;
	start = kin_trace_start(statement->connection);
	statement->state = KIN_STATEMENT_RUNNING;
	rc = next_row(statement, take, context, error);
	kin_trace_end_statement(statement, start, rc < 0 ? rc : KIN_OK);
	return kin_connection_judge(statement->connection, rc);
}

int kin_statement_step(kin_statement *statement, kin_error *error)
{
	if (__builtin_expect(statement->state != KIN_STATEMENT_RUNNING, 0))
		return first_step(statement, NULL, NULL, error);
	return kin_connection_judge(statement->connection, statement->driver->step(statement, error));
}

int kin_statement_walk(kin_statement *statement, kin_statement_take *take, void *context, kin_error *error)
{
	int rc;

	if (!statement->walked) {
		rc = kin_statement_step(statement, error);
		return rc > 0 && (rc = take(context)) >= 0 ? 1 : rc;
	}
	if (__builtin_expect(statement->state != KIN_STATEMENT_RUNNING, 0))
		return first_step(statement, take, context, error);
	return kin_connection_judge(statement->connection, statement->driver->walk(statement, take, context, error));
}

static int step_each(kin_statement *statement, kin_statement_take *take, void *context, kin_error *error)
{
	int rc;

	while ((rc = kin_statement_step(statement, error)) > 0)
		if ((rc = take(context)) != KIN_OK)
			return rc < 0 ? rc : KIN_OK;
	return rc;
}

int kin_statement_each(kin_statement *statement, kin_statement_take *take, void *context, kin_error *error)
{
	int64_t start;
	int rc;

	if (!statement->each)
		return step_each(statement, take, context, error);
	start = kin_trace_start(statement->connection);
	statement->state = KIN_STATEMENT_RUNNING;
	rc = statement->driver->each(statement, take, context, error);
	kin_trace_end_statement(statement, start, rc);
	return kin_connection_judge(statement->connection, rc);
}

void kin_statement_stream(kin_statement *statement)
{
	if (statement->driver->stream)
		statement->driver->stream(statement);
}

size_t kin_statement_columns(const kin_statement *statement)
{
	return statement->driver->columns(statement);
}

const char *kin_statement_column_name(const kin_statement *statement, size_t column)
{
	return statement->driver->column_name(statement, column);
}

int kin_statement_value(kin_statement *statement, size_t column, int kind, kin_value *ret_value, kin_error *error)
{
	return statement->driver->value(statement, column, kind, ret_value, error);
}

int64_t kin_statement_int64(kin_statement *statement, size_t column, bool *ret_null)
{
	return statement->driver->integer(statement, column, ret_null);
}

int kin_statement_read(kin_statement *statement, const kin_cell *cells, size_t count, void *object,
                       kin_arena *arena, kin_error *error)
{
	return statement->driver->read(statement, cells, count, object, arena, error);
}

size_t kin_statement_read_size(kin_statement *statement, const kin_cell *cells, size_t count)
{
	return statement->driver->read_size(statement, cells, count);
}

int64_t kin_statement_last_key(const kin_statement *statement)
{
	return statement->driver->last_key(statement);
}

/* The texts are asked for first, so that they come to lie in the same chunk. */
static __attribute__((noinline)) void *make_slowly(kin_statement *statement, const kin_mould *mould, kin_arena *arena, kin_error *error)
{
	size_t texts = statement->driver->read_size(statement, mould->cells, mould->count);
	bool room = kin_arena_room(arena, KIN_ARENA_ROUND(mould->size) + texts);
	char *piece = room ? kin_arena_copy(arena, mould->blank, mould->size) : NULL;

	if (!piece) {
		kin_error_nomem(error);
		return NULL;
	}
	return statement->driver->read(statement, mould->cells, mould->count, piece + mould->head, arena, error) < 0 ? NULL : piece;
}

void *kin_statement_make(kin_statement *statement, const kin_mould *mould, kin_arena *arena, kin_error *error)
{
	void *piece = statement->driver->make ? statement->driver->make(statement, mould, arena) : NULL;

	return __builtin_expect(piece != NULL, 1) ? piece : make_slowly(statement, mould, arena, error);
}

int kin_statement_borrow(kin_statement *statement, const kin_cell *cells, size_t count, void *object,
                         kin_arena *arena, kin_error *error)
{
	const kin_driver *driver = statement->driver;

	return (driver->borrow ? driver->borrow : driver->read)(statement, cells, count, object, arena, error);
}

int64_t kin_statement_changed(const kin_statement *statement)
{
	return statement->changed;
}
