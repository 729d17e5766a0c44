/* replica.c - how far the write-ahead log goes. */
#include <inttypes.h>
#include <stdio.h>

#include "db/postgresql/driver.h"

/* Two hexadecimal numbers, "16/B374D848". */
static bool to_number(const char *text, uint64_t *ret)
{
	uint32_t high, low;

	if (sscanf(text, "%" SCNx32 "/%" SCNx32, &high, &low) != 2)
		return false;
	*ret = (uint64_t)high << 32 | low;
	return true;
}

/* The insert position of a primary is behind what it has committed, flushed or not. */
int kin_pg_position(kin_connection *connection, uint64_t *ret_position, kin_error *error)
{
	static const char text[] =
		"SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()"
		" ELSE pg_catalog.pg_current_wal_insert_lsn() END";
	kin_pg_connection *c = kin_pg_of(connection);
	int rc = kin_pg_make_way(c, error);

	if (rc < 0)
		return rc;
	kin_pg_begin_work(c);
	c->unnamed = NULL;
	connection->trips++;
	PGresult *result = PQexec(c->handle, text);
	kin_pg_end_work(c);
	if (PQstatus(c->handle) != CONNECTION_OK)
		rc = kin_pg_error_lost(c, KIN_PG_READS, text, error);
	else if (PQresultStatus(result) != PGRES_TUPLES_OK)
		rc = kin_pg_error(c, result, text, error);
	else if (!to_number(PQgetvalue(result, 0, 0), ret_position))
		rc = kin_error_set(error, KIN_EDB, "the server does not say how far its write-ahead log goes");
	PQclear(result);
	return rc;
}
