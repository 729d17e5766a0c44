/* oid.h - the numbers of PostgreSQL's own types, which never change (src/include/catalog/pg_type.dat there), and its epoch. */
#ifndef KIN_DB_POSTGRESQL_OID_H
#define KIN_DB_POSTGRESQL_OID_H

#include <stdint.h>

enum kin_pg_oid {
	KIN_PG_BOOL = 16,
	KIN_PG_BYTEA = 17,
	KIN_PG_CHAR = 18, /* "char", one byte */
	KIN_PG_NAME = 19,
	KIN_PG_INT8 = 20,
	KIN_PG_INT2 = 21,
	KIN_PG_INT4 = 23,
	KIN_PG_TEXT = 25,
	KIN_PG_OID = 26,
	KIN_PG_JSON = 114,
	KIN_PG_FLOAT4 = 700,
	KIN_PG_FLOAT8 = 701,
	KIN_PG_UNKNOWN = 705,
	KIN_PG_BPCHAR = 1042,
	KIN_PG_VARCHAR = 1043,
	KIN_PG_DATE = 1082,
	KIN_PG_TIME = 1083,
	KIN_PG_TIMESTAMP = 1114,
	KIN_PG_TIMESTAMPTZ = 1184,
	KIN_PG_NUMERIC = 1700,
	KIN_PG_VOID = 2278,
	KIN_PG_UUID = 2950,
	KIN_PG_JSONB = 3802,
};

/* PostgreSQL counts days and microseconds from 2000-01-01. */
#define KIN_PG_EPOCH_DAYS 10957
#define KIN_PG_DAY_US     INT64_C(86400000000)
#define KIN_PG_EPOCH_US   (KIN_PG_EPOCH_DAYS * KIN_PG_DAY_US)

#endif
