/* run.c - texts of several statements, without values: DDL and revisions.
 *
 * They go to the server one by one. Sent as one text they would be a transaction, and CREATE INDEX CONCURRENTLY would fail. */
#include <stdio.h>

#include "base/mem.h"
#include "db/postgresql/driver.h"
#include "db/trace.h"

int kin_pg_check_commit(kin_pg_effect effect, const PGresult *result, kin_error *error)
{
	if (effect != KIN_PG_COMMITS || strcmp(PQcmdStatus((PGresult *)result), "ROLLBACK") != 0)
		return KIN_OK;
	return kin_error_set(error, KIN_EDB, "nothing was saved: a statement of this transaction had failed, so PostgreSQL "
	                                     "rolled it back at the COMMIT");
}

/* Behind a pooler there is no setting that outlasts a transaction. */
int kin_pg_check_writable(const kin_pg_connection *connection, kin_error *error)
{
	if (!connection->config->pgbouncer || !connection->config->read_only)
		return KIN_OK;
	return kin_error_set(error, KIN_EREADONLY, "the database was opened read-only");
}

/* What its end says. */
static int judge(kin_pg_connection *c, const char *sql, const PGresult *result, bool alone, kin_error *error)
{
	kin_pg_effect effect = kin_pg_effect_of(sql);
	int rc;

	switch (PQresultStatus(result)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
	case PGRES_EMPTY_QUERY:
		rc = kin_pg_check_commit(effect, result, error);
		break;
	case PGRES_COPY_IN:
	case PGRES_COPY_OUT:
	case PGRES_COPY_BOTH:
		rc = kin_error_set(error, KIN_EINVAL, "COPY between the server and the program cannot be said as a statement");
		break;
	default:
		if (PQstatus(c->handle) == CONNECTION_OK)
			return kin_pg_error(c, result, sql, error);
		return kin_pg_error_lost(c, effect == KIN_PG_WRITES && !alone ? KIN_PG_READS : effect, sql, error);
	}
	if (rc < 0)
		kin_error_note_sql(error, sql);
	return rc;
}

/* PQexec() would leave a COPY open. */
static int run_one(kin_pg_connection *c, const char *sql, kin_error *error)
{
	int64_t start = kin_trace_start(&c->base);
	bool alone = !c->in_transaction;
	PGresult *result = NULL;

	if (alone && kin_pg_effect_of(sql) == KIN_PG_WRITES && kin_pg_check_writable(c, error) < 0)
		return KIN_EREADONLY;
	kin_pg_begin_work(c);
	c->unnamed = NULL;
	c->epoch += kin_pg_ends(sql);
	c->base.trips++;
	if (PQsendQuery(c->handle, sql))
		result = PQgetResult(c->handle);
	int rc = judge(c, sql, result, alone, error);
	kin_pg_end_copy(c, PQresultStatus(result));
	PQclear(result);
	kin_pg_drain(c);
	kin_trace_end(&c->base, start, sql, rc);
	return rc;
}

int kin_pg_run(kin_connection *connection, const char *sql, kin_error *error)
{
	kin_pg_connection *c = kin_pg_of(connection);
	int rc = kin_pg_make_way(c, error);

	for (size_t length; rc == KIN_OK;) {
		const char *start = kin_pg_split(sql, &length, &sql);
		char *text;
		if (length == 0)
			break;
		if (!(text = kin_mem_alloc(length + 1)))
			return kin_error_nomem(error);
		memcpy(text, start, length);
		text[length] = '\0';
		rc = run_one(c, text, error);
		kin_mem_free(text);
	}
	return rc;
}

/* Undone with the transaction. */
int kin_pg_limit(kin_connection *connection, int milliseconds, bool *ret_lasts, kin_error *error)
{
	char text[64];

	*ret_lasts = false;
	snprintf(text, sizeof(text), "SET LOCAL statement_timeout = %d", milliseconds);
	return run_one(kin_pg_of(connection), text, error);
}
