/* type.c - which types can be read in binary.
 *
 * The server sends a row either all in binary or all as text. Types that somebody made are numbers that mean nothing: of those
 * the server is asked, once per connection, whether their binary form is plain text, as that of enums is. */
#include <stdlib.h>

#include "db/postgresql/driver.h"
#include "db/postgresql/oid.h"

static bool is_own(Oid oid)
{
	switch (oid) {
	case KIN_PG_BOOL:
	case KIN_PG_BYTEA:
	case KIN_PG_CHAR:
	case KIN_PG_NAME:
	case KIN_PG_INT8:
	case KIN_PG_INT2:
	case KIN_PG_INT4:
	case KIN_PG_TEXT:
	case KIN_PG_OID:
	case KIN_PG_JSON:
	case KIN_PG_FLOAT4:
	case KIN_PG_FLOAT8:
	case KIN_PG_UNKNOWN:
	case KIN_PG_BPCHAR:
	case KIN_PG_VARCHAR:
	case KIN_PG_DATE:
	case KIN_PG_TIME:
	case KIN_PG_TIMESTAMP:
	case KIN_PG_TIMESTAMPTZ:
	case KIN_PG_NUMERIC:
	case KIN_PG_VOID:
	case KIN_PG_UUID:
	case KIN_PG_JSONB:
		return true;
	default:
		return false;
	}
}

static int ask(kin_pg_connection *c, kin_pg_type *type, kin_error *error)
{
	char number[16];
	const char *value = number;

	snprintf(number, sizeof(number), "%u", type->oid);
	c->unnamed = NULL;
	c->base.trips++;
	PGresult *result = PQexecParams(c->handle,
	                                "SELECT typtype = 'e' OR typcategory = 'S', typarray::bigint, CASE WHEN typcategory = 'A' THEN typelem::bigint "
	                                "ELSE 0 END FROM pg_catalog.pg_type WHERE oid = $1",
	                                1, NULL, &value, NULL, NULL, 0);
	int rc = PQresultStatus(result) == PGRES_TUPLES_OK ? KIN_OK : kin_pg_error(c, result, NULL, error);
	if (rc == KIN_OK && PQntuples(result) == 1) {
		type->text = *PQgetvalue(result, 0, 0) == 't';
		type->array = (Oid)strtoul(PQgetvalue(result, 0, 1), NULL, 10);
		type->element = (Oid)strtoul(PQgetvalue(result, 0, 2), NULL, 10);
	}
	PQclear(result);
	return rc;
}

static int look_up(kin_pg_connection *c, Oid oid, kin_pg_type *ret_type, kin_error *error)
{
	kin_pg_type type = { .oid = oid };
	int rc;

	for (size_t i = 0; i < c->types.count; i++)
		if (c->types.items[i].oid == oid) {
			*ret_type = c->types.items[i];
			return KIN_OK;
		}
	if ((rc = ask(c, &type, error)) < 0)
		return rc;
	*ret_type = type;
	return kin_vec_push(&c->types, type) ? KIN_OK : kin_error_nomem(error);
}

int kin_pg_array_type(kin_pg_connection *connection, Oid oid, Oid *ret_array, kin_error *error)
{
	kin_pg_type type;
	int rc = look_up(connection, oid, &type, error);

	if (rc == KIN_OK)
		*ret_array = type.array;
	return rc;
}

int kin_pg_element_type(kin_pg_connection *connection, Oid array, Oid *ret_element, kin_error *error)
{
	kin_pg_type type;
	int rc = kin_pg_make_way(connection, error);

	if (rc == KIN_OK && (rc = look_up(connection, array, &type, error)) == KIN_OK)
		*ret_element = type.element;
	return rc;
}

int kin_pg_types_known(kin_pg_connection *connection, const PGresult *description, bool *ret_known, kin_error *error)
{
	bool all = true;
	int rc = KIN_OK;

	for (int i = 0; rc == KIN_OK && all && i < PQnfields(description); i++) {
		kin_pg_type type = { .text = true };
		Oid oid = PQftype(description, i);
		if (!is_own(oid) && (rc = look_up(connection, oid, &type, error)) == KIN_OK)
			all = type.text;
	}
	*ret_known = all;
	return rc;
}
