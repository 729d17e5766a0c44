/* cursor.c - rows that are walked while other statements run on the same connection.
 *
 * A connection does one thing at a time, and a result that is half read would have to be put into memory before the next statement.
 * So a streamed statement is a cursor of the server's: DECLARE and the first FETCH go in one round trip, each FETCH is read
 * to its end, and in between the connection is free. The number of rows to ask for follows their size, so that those at hand
 * take about a quarter of a megabyte.
 *
 * A cursor lives in its transaction. Outside of one the rows are walked as those of any statement. */
#include "base/text.h"
#include "db/postgresql/driver.h"

enum { FIRST_ROWS = 64, MOST_ROWS = 8192, BYTES = 256 * 1024 };

static int rows_to_ask_for(const kin_pg_statement *s)
{
	size_t each = s->row_count > 0 ? PQresultMemorySize(s->rows) / (size_t)s->row_count + 1 : BYTES / FIRST_ROWS;
	size_t rows = BYTES / each;

	return rows < 1 ? 1 : rows > MOST_ROWS ? MOST_ROWS : (int)rows;
}

static void write_fetch(kin_pg_statement *s, char *text, size_t size)
{
	s->asked_for = rows_to_ask_for(s);
	snprintf(text, size, "FETCH %d FROM kin_%u", s->asked_for, s->cursor);
}

static bool send_both(kin_pg_connection *c, const kin_pg_statement *s, const char *declare, const char *fetch)
{
	return PQsendQueryParams(c->handle, declare, (int)s->parameter_count, s->types, s->values, s->lengths, s->formats, 0) &&
	       PQsendQueryParams(c->handle, fetch, 0, NULL, NULL, NULL, NULL, s->binary) && PQpipelineSync(c->handle);
}

/* The results of a pipeline, up to its end: the first failure, or the last. */
static PGresult *receive(kin_pg_connection *c)
{
	PGresult *kept = NULL;
	bool failed = false;

	while (PQstatus(c->handle) == CONNECTION_OK) {
		PGresult *result = PQgetResult(c->handle);
		ExecStatusType status = PQresultStatus(result);
		if (status == PGRES_PIPELINE_SYNC) {
			PQclear(result);
			break;
		}
		if (!result || failed) {
			PQclear(result);
			continue;
		}
		PQclear(kept);
		kept = result;
		failed = status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK;
	}
	return kept;
}

/* One round trip: `declare` (NULL: it has been), and the next rows. A FETCH alone is no pipeline: libpq would still give what comes
 * first there row by row, after a statement that was read so. */
static PGresult *ask(kin_pg_connection *c, kin_pg_statement *s, const char *declare)
{
	PGresult *result = NULL;
	char text[64];

	c->unnamed = NULL;
	c->base.trips++;
	write_fetch(s, text, sizeof(text));
	if (!declare)
		return PQexecParams(c->handle, text, 0, NULL, NULL, NULL, NULL, s->binary);
	if (!PQenterPipelineMode(c->handle))
		return NULL;
	if (send_both(c, s, declare, text))
		result = receive(c);
	PQexitPipelineMode(c->handle);
	return result;
}

/* The description is of when the statement was prepared. */
bool kin_pg_is_as_described(const kin_pg_statement *s, const PGresult *rows)
{
	bool same = PQnfields(rows) == PQnfields(s->description);

	for (int i = 0; same && i < PQnfields(rows); i++)
		same = PQftype(rows, i) == s->column_types[i];
	return same;
}

static int fail(kin_pg_connection *c, kin_pg_statement *s, const PGresult *result, kin_error *error)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	if (PQstatus(c->handle) != CONNECTION_OK)
		return kin_pg_error_lost(c, KIN_PG_READS, s->base.text, error);
	if (!state || strcmp(state, "34000") != 0)
		return kin_pg_error(c, result, s->base.text, error);
	kin_error_set(error, KIN_EINVAL, "the rows were read in a savepoint that has been rolled back, and so they ended with it");
	kin_error_note_sql(error, s->base.text);
	return KIN_EINVAL;
}

/* What came takes the place of the rows that have been read. 1: there is a row. */
static int take(kin_pg_statement *s, PGresult *rows)
{
	PQclear(s->rows);
	s->rows = rows;
	s->row = 0;
	s->row_count = PQntuples(rows);
	if (s->row_count > 0)
		return 1;
	s->base.state = KIN_STATEMENT_ENDED;
	return 0;
}

static int fetch(kin_pg_connection *c, kin_pg_statement *s, const char *declare, kin_error *error)
{
	PGresult *result;
	int rc = kin_pg_make_way(c, error);

	if (rc < 0)
		return rc;
	kin_pg_begin_work(c);
	result = ask(c, s, declare);
	kin_pg_end_work(c);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		rc = fail(c, s, result, error);
	else if (!kin_pg_is_as_described(s, result))
		rc = kin_error_set(error, KIN_ESERIALIZE, "the table has other types than when this statement was prepared; try again");
	if (rc == KIN_OK)
		return take(s, result);
	PQclear(result);
	s->base.state = KIN_STATEMENT_ENDED;
	return rc;
}

int kin_pg_cursor_open(kin_pg_statement *s, kin_error *error)
{
	kin_pg_connection *c = kin_pg_of(s->base.connection);
	kin_text declare;
	int rc;

	kin_text_init(&declare);
	s->cursor = ++c->cursors;
	s->epoch = c->epoch;
	kin_text_addf(&declare, "DECLARE kin_%u NO SCROLL CURSOR FOR %s", s->cursor, s->base.text);
	rc = kin_text_ok(&declare) ? fetch(c, s, declare.data, error) : kin_error_nomem(error);
	kin_text_done(&declare);
	if (rc < 0)
		s->cursor = 0;
	s->sent = true;
	return rc;
}

int kin_pg_cursor_next(kin_pg_statement *s, kin_error *error)
{
	if (s->base.state == KIN_STATEMENT_ENDED)
		return 0;
	if (s->row_count == s->asked_for)
		return fetch(kin_pg_of(s->base.connection), s, NULL, error);
	s->base.state = KIN_STATEMENT_ENDED;
	return 0;
}

/* A transaction that has ended, or failed, took its cursors with it, or will; so may a savepoint have, and to close one that is not
 * there would fail the transaction. */
void kin_pg_cursor_close(kin_pg_statement *s)
{
	kin_pg_connection *c = kin_pg_of(s->base.connection);
	char text[32];

	s->streamed = false;
	if (s->cursor == 0)
		return;
	snprintf(text, sizeof(text), "CLOSE kin_%u", s->cursor);
	s->cursor = 0;
	if (s->epoch != c->epoch || PQtransactionStatus(c->handle) != PQTRANS_INTRANS || kin_pg_make_way(c, NULL) < 0)
		return;
	c->unnamed = NULL;
	c->base.trips++;
	kin_pg_begin_work(c);
	PQclear(PQexec(c->handle, text));
	kin_pg_end_work(c);
}

void kin_pg_stream(kin_statement *statement)
{
	kin_pg_statement_of(statement)->streamed = true;
}
