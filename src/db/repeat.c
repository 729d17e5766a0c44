/* repeat.c - one statement for many objects: the driver's way, or one by one. */
#include "db/db.h"

bool kin_connection_repeats(const kin_connection *connection)
{
	return connection->driver->repeat != NULL;
}

uint64_t kin_connection_trips(const kin_connection *connection)
{
	return connection->trips;
}

static int no_take(void *context, size_t repeat, size_t object, kin_statement *done)
{
	(void)context, (void)repeat, (void)object, (void)done;
	return KIN_OK;
}

/* Which of the cells it is that cannot be bound. */
static size_t find_cell(kin_statement *statement, const kin_cell *cells, size_t count, const void *object)
{
	kin_error ignored = { 0 };
	size_t i = 0;

	while (i < count && kin_statement_bind_cells(statement, &cells[i], 1, object, 0, &ignored) == KIN_OK)
		i++;
	kin_error_clear(&ignored);
	return i < count ? i : SIZE_MAX;
}

static int bind(kin_statement *statement, const kin_repeat *repeat, size_t i, kin_fault *fault, kin_error *error)
{
	int rc = KIN_OK;

	if (repeat->cell_count > 0 &&
	    (rc = kin_statement_bind_cells(statement, repeat->cells, repeat->cell_count, repeat->objects[i], 0, error)) < 0) {
		fault->cell = find_cell(statement, repeat->cells, repeat->cell_count, repeat->objects[i]);
		return rc;
	}
	if (repeat->key_count > 0 &&
	    (rc = kin_statement_bind_cells(statement, repeat->key_cells, repeat->key_count, repeat->keys[i], 0, error)) < 0) {
		size_t cell = find_cell(statement, repeat->key_cells, repeat->key_count, repeat->keys[i]);
		fault->cell = cell < repeat->key_count ? repeat->cell_count + cell : SIZE_MAX;
	}
	return rc;
}

typedef struct run {
	const kin_repeat *repeats;
	kin_repeat_take  *take;
	void             *context;
	kin_fault        *fault;
	kin_error        *error;
} run;

static int run_once(const run *r, kin_statement *statement)
{
	const kin_repeat *repeat = &r->repeats[r->fault->repeat];
	int rc = bind(statement, repeat, r->fault->object, r->fault, r->error);

	if (rc == KIN_OK)
		rc = kin_statement_step(statement, r->error);
	if (rc == 0 && repeat->change->returned_count > 0)
		rc = kin_error_set(r->error, KIN_EDB, "the database returned nothing of a new row of '%s'", repeat->change->table);
	if (rc < 0)
		return rc;
	rc = r->take(r->context, r->fault->repeat, r->fault->object, statement);
	kin_statement_reset(statement);
	return rc;
}

static int run_one_by_one(kin_connection *connection, const run *r)
{
	const kin_repeat *repeat = &r->repeats[r->fault->repeat];
	kin_statement *statement;
	int rc = kin_statement_open(connection, &repeat->sql, &statement, r->error);

	if (rc < 0)
		return rc;
	for (r->fault->object = 0; r->fault->object < repeat->count; r->fault->object++)
		if ((rc = run_once(r, statement)) < 0)
			break;
	kin_statement_close(statement);
	return rc;
}

int kin_connection_repeat(kin_connection *connection, const kin_repeat *repeats, size_t count, kin_repeat_take *take,
                          void *context, kin_fault *ret_fault, kin_error *error)
{
	kin_fault fault = { SIZE_MAX, SIZE_MAX, SIZE_MAX };
	run r = { repeats, take ? take : no_take, context, &fault, error };
	int rc = KIN_OK;

	if (connection->driver->repeat) {
		rc = connection->driver->repeat(connection, repeats, count, r.take, context, &fault, error);
	} else {
		for (fault.repeat = 0; fault.repeat < count; fault.repeat++)
			if ((rc = run_one_by_one(connection, &r)) < 0)
				break;
	}
	if (rc < 0 && ret_fault)
		*ret_fault = fault;
	return kin_connection_judge(connection, rc);
}
