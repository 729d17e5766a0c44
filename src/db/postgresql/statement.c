/* statement.c - prepared statements of PostgreSQL, run on a connection that can do one thing at a time.
 *
 * A statement is described when it is prepared, so that values can be sent as the types which the server expects, and read as
 * what it sends. One that is kept has a name on the server; the others share the unnamed statement, and are
 * prepared again when another has taken its place. Behind pgbouncer the next transaction may be on another connection of the server:
 * nothing is kept there, and each run brings its text along.
 *
 * Rows come whole: who runs a statement keeps what it brings, and libpq takes a third longer for rows one by one. A streamed statement's
 * come one by one, so that a result of any size needs little memory here; in a transaction by a cursor, see cursor.c. When another
 * statement is run before the last of those has been read, the rest is put aside, see kin_pg_make_way(). */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "db/postgresql/driver.h"

/* ---- preparing ---- */

/* Send text and the question what it means; one round trip. */
static bool send_prepare(kin_pg_connection *c, const kin_pg_statement *s)
{
	return PQenterPipelineMode(c->handle) && PQsendPrepare(c->handle, s->name, s->base.text, 0, NULL) &&
	       PQsendDescribePrepared(c->handle, s->name) && PQpipelineSync(c->handle);
}

/* The results of send_prepare(): the first failure, or the description. Ends behind the pipeline's end. */
static PGresult *receive_description(kin_pg_connection *c)
{
	PGresult *kept = NULL;

	while (PQstatus(c->handle) == CONNECTION_OK) {
		PGresult *result = PQgetResult(c->handle);
		ExecStatusType status = PQresultStatus(result);
		bool failed = kept && PQresultStatus(kept) != PGRES_COMMAND_OK;
		if (status == PGRES_PIPELINE_SYNC) {
			PQclear(result);
			break;
		}
		if (result && !failed && status != PGRES_PIPELINE_ABORTED) {
			PQclear(kept);
			kept = result;
		} else {
			PQclear(result);
		}
	}
	return kept;
}

static int describe(kin_pg_connection *c, kin_pg_statement *s, kin_error *error)
{
	PGresult *description = NULL;
	int rc = KIN_OK;

	kin_pg_begin_work(c);
	c->base.trips++;
	if (!*s->name)
		c->unnamed = NULL;
	if (send_prepare(c, s))
		description = receive_description(c);
	if (PQstatus(c->handle) != CONNECTION_OK || !PQexitPipelineMode(c->handle))
		rc = kin_pg_error_lost(c, KIN_PG_READS, NULL, error);
	else if (PQresultStatus(description) != PGRES_COMMAND_OK)
		rc = kin_pg_error(c, description, NULL, error);
	if (rc == KIN_OK && !*s->name)
		c->unnamed = s;
	kin_pg_end_work(c);
	if (rc < 0) {
		PQclear(description);
		return rc;
	}
	PQclear(s->description);
	s->description = description;
	return KIN_OK;
}

/* Room for the values, once their number is known. */
static int make_room(kin_pg_statement *s, kin_error *error)
{
	size_t n = (size_t)PQnparams(s->description);
	size_t each = sizeof(*s->values) + sizeof(*s->types) + sizeof(*s->lengths) + sizeof(*s->formats) + sizeof(*s->scratch);

	if (n > 0 && n != s->parameter_count) {
		kin_mem_free(s->values);
		if (!(s->values = kin_mem_zalloc(n * each)))
			return kin_error_nomem(error);
		s->types = (Oid *)(s->values + n);
		s->lengths = (int *)(s->types + n);
		s->formats = s->lengths + n;
		s->scratch = (char(*)[KIN_PG_SCRATCH])(s->formats + n);
	}
	s->parameter_count = n;
	for (size_t i = 0; i < n; i++)
		s->types[i] = PQparamtype(s->description, (int)i);
	return KIN_OK;
}

static int know_columns(kin_pg_connection *c, kin_pg_statement *s, kin_error *error)
{
	size_t n = (size_t)PQnfields(s->description);

	kin_mem_free(s->column_types);
	s->column_types = NULL;
	if (n > 0 && !(s->column_types = kin_mem_alloc(n * sizeof(*s->column_types))))
		return kin_error_nomem(error);
	for (size_t i = 0; i < n; i++)
		s->column_types[i] = PQftype(s->description, (int)i);
	kin_pg_begin_work(c);
	int rc = kin_pg_types_known(c, s->description, &s->binary, error);
	kin_pg_end_work(c);
	return rc;
}

static int learn(kin_pg_connection *c, kin_pg_statement *s, kin_error *error)
{
	int rc = describe(c, s, error);

	if (rc == KIN_OK && (rc = make_room(s, error)) == KIN_OK)
		rc = know_columns(c, s, error);
	return rc;
}

static void deallocate(kin_pg_connection *c, const char *name)
{
	char text[64];

	snprintf(text, sizeof(text), "DEALLOCATE %s", name);
	c->unnamed = NULL; /* a text without values takes its place */
	c->base.trips++;
	PQclear(PQexec(c->handle, text));
}

/* On the server only: what is left of a statement that could not be finished here, or is to be prepared again. */
static void forget(kin_pg_connection *c, kin_pg_statement *s)
{
	if (!*s->name || !s->description)
		return;
	if (!s->forgotten)
		deallocate(c, s->name);
	if (kin_pg_arrays_are_prepared(s) && !s->forgotten)
		deallocate(c, kin_pg_arrays_name(s));
	kin_pg_arrays_note(s, false);
}

/* BEGIN, COMMIT and their like are sent as they are: there is nothing to learn about them. */
static int describe_nothing(kin_pg_connection *c, kin_pg_statement *s, kin_error *error)
{
	*s->name = '\0';
	s->description = PQmakeEmptyPGresult(c->handle, PGRES_COMMAND_OK);
	return s->description ? KIN_OK : kin_error_nomem(error);
}

static kin_pg_statement *new_statement(const kin_sql *sql)
{
	kin_pg_statement *s = kin_mem_zalloc(sizeof(*s) + sql->length + 1);

	if (!s)
		return NULL;
	char *text = memcpy(s + 1, sql->text, sql->length);
	s->base.text = text;
	s->length = sql->length;
	s->effect = kin_pg_effect_of(text);
	s->ends = kin_pg_ends(text);
	s->controls = kin_pg_controls(text);
	return s;
}

static int check_text(const kin_pg_statement *s, kin_error *error)
{
	size_t length;
	const char *rest;

	if (strlen(s->base.text) != s->length)
		return kin_error_set(error, KIN_ESYNTAX, "there is a NUL character in the SQL");
	kin_pg_split(s->base.text, &length, &rest);
	return length > 0 ? KIN_OK : kin_error_set(error, KIN_ESYNTAX, "there is no statement in the SQL");
}

int kin_pg_prepare(kin_connection *connection, const kin_sql *sql, kin_statement **ret_statement, kin_error *error)
{
	kin_pg_connection *c = kin_pg_of(connection);
	kin_pg_statement *s = new_statement(sql);
	int rc;

	if (!s)
		return kin_error_nomem(error);
	s->base.connection = connection;
	if (sql->id && !connection->kept[sql->id] && !c->config->pgbouncer)
		snprintf(s->name, sizeof(s->name), "kin_%u", sql->id);
	if ((rc = check_text(s, error)) == KIN_OK && s->controls)
		rc = describe_nothing(c, s, error);
	else if (rc == KIN_OK && (rc = kin_pg_make_way(c, error)) == KIN_OK)
		rc = learn(c, s, error);
	if (rc < 0) {
		if (rc != KIN_ENOMEM)
			kin_error_note_sql(error, s->base.text);
		forget(c, s);
		kin_pg_finalise(&s->base);
		return rc;
	}
	*ret_statement = &s->base;
	return KIN_OK;
}

/* ---- rows ---- */

int64_t kin_pg_changed(const PGresult *result)
{
	static const char *const changes[] = { "INSERT ", "UPDATE ", "DELETE ", "MERGE " };
	char *tag = PQcmdStatus((PGresult *)result);

	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++)
		if (strncmp(tag, changes[i], strlen(changes[i])) == 0)
			return strtoll(PQcmdTuples((PGresult *)result), NULL, 10);
	return 0;
}

static bool is_rows(ExecStatusType status)
{
#ifdef LIBPQ_HAS_CHUNK_MODE
	if (status == PGRES_TUPLES_CHUNK)
		return true;
#endif
	return status == PGRES_SINGLE_TUPLE;
}

/* COPY … FROM STDIN and TO STDOUT: neither is spoken here, and both have to be ended politely. */
void kin_pg_end_copy(kin_pg_connection *connection, ExecStatusType status)
{
	char *row = NULL;

	if (status == PGRES_COPY_IN)
		PQputCopyEnd(connection->handle, "kin sends no rows this way");
	while (status == PGRES_COPY_OUT && PQgetCopyData(connection->handle, &row, 0) > 0)
		PQfreemem(row);
}

/* Read what is left of a run, so that the connection is free. */
void kin_pg_drain(kin_pg_connection *connection)
{
	kin_pg_statement *s = connection->running;
	PGresult *result;

	while ((result = PQgetResult(connection->handle))) {
		ExecStatusType status = PQresultStatus(result);
		if (s && (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK))
			s->base.changed = kin_pg_changed(result);
		PQclear(result);
		kin_pg_end_copy(connection, status);
		if (PQstatus(connection->handle) != CONNECTION_OK && !is_rows(status))
			break;
	}
	connection->running = NULL;
	kin_pg_end_work(connection);
}

/* Append a result's rows to those put aside. */
static bool put_aside(PGresult *aside, const PGresult *rows)
{
	int base = PQntuples(aside);

	for (int row = 0; row < PQntuples(rows); row++)
		for (int column = 0; column < PQnfields(rows); column++) {
			bool null = PQgetisnull(rows, row, column);
			char *value = null ? NULL : PQgetvalue(rows, row, column);
			if (!PQsetvalue(aside, base + row, column, value, null ? -1 : PQgetlength(rows, row, column)))
				return false;
		}
	return true;
}

/* The statement that is running goes on with rows in memory. If it fails on the way, its own next step says so. */
int kin_pg_make_way(kin_pg_connection *connection, kin_error *error)
{
	kin_pg_statement *s = connection->running;
	PGresult *aside, *result;
	bool ok = true;

	if (!s)
		return KIN_OK;
	if (!(aside = PQcopyResult(s->rows, PG_COPYRES_ATTRS | PG_COPYRES_TUPLES)))
		return kin_error_nomem(error);
	while (ok && !s->end && (result = PQgetResult(connection->handle))) {
		if (!is_rows(PQresultStatus(result))) {
			s->end = result;
			continue;
		}
		ok = put_aside(aside, result);
		PQclear(result);
	}
	kin_pg_drain(connection);
	s->incomplete = !ok;
	PQclear(s->rows);
	s->rows = aside;
	s->row_count = PQntuples(aside);
	return ok ? KIN_OK : kin_error_nomem(error);
}

static void forget_rows(kin_pg_statement *s)
{
	if (s->end != s->rows)
		PQclear(s->end);
	PQclear(s->rows);
	s->rows = s->end = NULL;
	s->row = s->row_count = 0;
	s->sent = s->incomplete = false;
}

/* ---- running ---- */

int kin_pg_prepare_again(kin_pg_connection *c, kin_pg_statement *s, kin_error *error)
{
	int rc;

	if (s->stale)
		forget(c, s);
	if ((rc = describe(c, s, error)) < 0)
		return rc;
	s->stale = s->forgotten = false;
	bool same = (size_t)PQnparams(s->description) == s->parameter_count;
	for (size_t i = 0; same && i < s->parameter_count; i++)
		same = s->types[i] == PQparamtype(s->description, (int)i);
	if ((rc = make_room(s, error)) < 0)
		return rc;
	rc = know_columns(c, s, error);
	if (rc == KIN_OK && !same)
		rc = kin_error_set(error, KIN_ESERIALIZE, "the table has other types than when this statement was prepared; try again");
	return rc;
}

static int lost(kin_pg_connection *c, const kin_pg_statement *s, kin_error *error)
{
	kin_pg_effect effect = s->effect == KIN_PG_WRITES && !s->alone ? KIN_PG_READS : s->effect;

	return kin_pg_error_lost(c, effect, s->base.text, error);
}

static void fetch_by_row(kin_pg_connection *c)
{
#ifdef LIBPQ_HAS_CHUNK_MODE
	enum { ROWS = 256 };
	PQsetChunkedRowsMode(c->handle, ROWS);
#else
	PQsetSingleRowMode(c->handle);
#endif
}

static bool send_run(kin_pg_connection *c, kin_pg_statement *s)
{
	int count = (int)s->parameter_count;

	c->base.trips++;
	if (!s->controls && !c->config->pgbouncer)
		return PQsendQueryPrepared(c->handle, s->name, count, s->values, s->lengths, s->formats, s->binary);
	c->unnamed = NULL;
	if (c->config->begin && strcmp(s->base.text, "BEGIN") == 0)
		return PQsendQuery(c->handle, c->config->begin);
	return PQsendQueryParams(c->handle, s->base.text, count, s->types, s->values, s->lengths, s->formats, s->binary);
}

/* A COMMIT is not given to a connection that is known to be gone: then it is certain that nothing was saved. */
static int send(kin_pg_connection *c, kin_pg_statement *s, kin_error *error)
{
	int rc;

	if (s->effect == KIN_PG_COMMITS && !kin_pg_alive(&c->base))
		return kin_pg_error_lost(c, KIN_PG_READS, s->base.text, error);
	if ((rc = kin_pg_make_way(c, error)) < 0)
		return rc;
	bool elsewhere = !*s->name && c->unnamed != s && !c->config->pgbouncer;
	if (!s->controls && (s->stale || elsewhere) && (rc = kin_pg_prepare_again(c, s, error)) < 0)
		return rc;
	s->alone = !c->in_transaction;
	if (s->alone && s->effect == KIN_PG_WRITES && (rc = kin_pg_check_writable(c, error)) < 0)
		return rc;
	c->epoch += s->ends;
	kin_pg_begin_work(c);
	if (!send_run(c, s)) {
		rc = PQstatus(c->handle) == CONNECTION_OK ? kin_pg_error(c, NULL, s->base.text, error)
		                                          : kin_pg_error_lost(c, KIN_PG_READS, s->base.text, error);
		kin_pg_end_work(c);
		return rc;
	}
	if (s->streamed && PQnfields(s->description) > 0)
		fetch_by_row(c);
	c->running = s;
	s->sent = true;
	return KIN_OK;
}

bool kin_pg_is_out_of_date(const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *function = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);

	if (!state)
		return false;
	return strcmp(state, "26000") == 0 ||
	       (strcmp(state, "0A000") == 0 && function && strcmp(function, "RevalidateCachedQuery") == 0);
}

static void note_out_of_date(kin_pg_statement *s, const PGresult *result)
{
	s->stale = true;
	s->forgotten = strcmp(PQresultErrorField(result, PG_DIAG_SQLSTATE), "26000") == 0;
}

int kin_pg_out_of_date(kin_pg_statement *s, const PGresult *result, kin_error *error)
{
	note_out_of_date(s, result);
	kin_error_set(error, KIN_ESERIALIZE,
	              "the tables have changed since this statement was prepared; roll back and try the transaction again");
	kin_error_note_sql(error, s->base.text);
	return KIN_ESERIALIZE;
}

/* What the result that ended a run says. */
static int end(kin_pg_connection *c, kin_pg_statement *s, kin_error *error)
{
	ExecStatusType status = PQresultStatus(s->end);
	int rc;

	s->base.state = KIN_STATEMENT_ENDED;
	if (s->incomplete)
		return kin_error_nomem(error);
	switch (status) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
		s->base.changed = kin_pg_changed(s->end);
		rc = kin_pg_check_commit(s->effect, s->end, error);
		break;
	case PGRES_COPY_IN:
	case PGRES_COPY_OUT:
	case PGRES_COPY_BOTH:
		rc = kin_error_set(error, KIN_EINVAL, "COPY between the server and the program cannot be said as a statement");
		break;
	default:
		if (PQstatus(c->handle) != CONNECTION_OK)
			return lost(c, s, error);
		if (kin_pg_is_out_of_date(s->end))
			return kin_pg_out_of_date(s, s->end, error);
		return kin_pg_error(c, s->end, s->base.text, error);
	}
	if (rc < 0)
		kin_error_note_sql(error, s->base.text);
	return rc;
}

static void take_rows(kin_pg_statement *s, PGresult *rows)
{
	PQclear(s->rows);
	s->rows = rows;
	s->row = 0;
	s->row_count = PQntuples(rows);
}

/* The next row or rows from the server: 1; or 0. What ended the run is kept, and may be all of its rows. */
static int receive(kin_pg_connection *c, kin_pg_statement *s)
{
	PGresult *result = PQgetResult(c->handle);

	if (is_rows(PQresultStatus(result))) {
		take_rows(s, result);
		return 1;
	}
	s->end = result;
	kin_pg_end_copy(c, PQresultStatus(result));
	kin_pg_drain(c);
	if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) == 0)
		return 0;
	take_rows(s, result);
	return 1;
}

/* Without a prepared statement the server does not know that what it sends is not what was described. */
static bool has_changed(kin_pg_connection *c, const kin_pg_statement *s, int rc)
{
	if (rc == 0)
		return kin_pg_is_out_of_date(s->end);
	return rc == 1 && c->config->pgbouncer && !kin_pg_is_as_described(s, s->rows);
}

static int send_and_receive(kin_pg_connection *c, kin_pg_statement *s, kin_error *error)
{
	int rc = send(c, s, error);

	return rc == KIN_OK ? receive(c, s) : rc;
}

static int send_again(kin_pg_connection *c, kin_pg_statement *s, kin_error *error)
{
	if (s->end && s->end != s->rows)
		note_out_of_date(s, s->end);
	s->stale = true;
	kin_pg_drain(c);
	forget_rows(s);
	return send_and_receive(c, s, error);
}

static int rows_have_changed(kin_pg_connection *c, kin_pg_statement *s, kin_error *error)
{
	kin_pg_drain(c);
	forget_rows(s);
	s->stale = true;
	kin_error_set(error, KIN_ESERIALIZE,
	              "the tables have changed since this statement was described; roll back and try the transaction again");
	kin_error_note_sql(error, s->base.text);
	return KIN_ESERIALIZE;
}

static int first(kin_pg_connection *c, kin_pg_statement *s, kin_error *error)
{
	int rc = send_and_receive(c, s, error);

	if (s->alone && has_changed(c, s, rc))
		rc = send_again(c, s, error);
	if (rc == 1 && has_changed(c, s, rc))
		rc = rows_have_changed(c, s, error);
	if (rc == 0)
		rc = end(c, s, error);
	if (rc < 0)
		s->base.state = KIN_STATEMENT_ENDED;
	return rc;
}

int kin_pg_step(kin_statement *statement, kin_error *error)
{
	kin_pg_statement *s = kin_pg_statement_of(statement);
	kin_pg_connection *c = kin_pg_of(statement->connection);

	if (!s->sent)
		return s->streamed && c->in_transaction ? kin_pg_cursor_open(s, error) : first(c, s, error);
	if (s->shown.chunk)
		kin_arena_clear(&s->shown);
	if (++s->row < s->row_count)
		return 1;
	if (s->cursor)
		return kin_pg_cursor_next(s, error);
	if (c->running == s && receive(c, s) == 1)
		return 1;
	return statement->state == KIN_STATEMENT_ENDED ? 0 : end(c, s, error);
}

void kin_pg_reset(kin_statement *statement)
{
	kin_pg_statement *s = kin_pg_statement_of(statement);
	kin_pg_connection *c = kin_pg_of(statement->connection);

	if (c->running == s)
		kin_pg_drain(c);
	kin_pg_cursor_close(s);
	forget_rows(s);
	kin_arena_clear(&s->texts);
	kin_arena_clear(&s->shown);
}

void kin_pg_finalise(kin_statement *statement)
{
	kin_pg_statement *s = kin_pg_statement_of(statement);
	kin_pg_connection *c = kin_pg_of(statement->connection);

	kin_pg_reset(statement);
	if (c->unnamed == s)
		c->unnamed = NULL;
	PQclear(s->description);
	kin_arena_done(&s->texts);
	kin_arena_done(&s->shown);
	kin_pg_arrays_free(s->arrays);
	kin_mem_free(s->column_types);
	kin_mem_free(s->values);
	kin_mem_free(s);
}
