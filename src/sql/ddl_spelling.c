/* ddl_spelling.c - names of types that are no type's but look like a slip of the fingers. */
#include "sql/ddl_spelling.h"

#include <string.h>

#include "base/text.h"

/* What people write, as the first word of a type. */
static const char *const portable[] = {
	"BOOLEAN", "BOOL", "SMALLINT", "INTEGER", "INT", "BIGINT", "REAL", "FLOAT", "DOUBLE", "NUMERIC", "DECIMAL", "CHAR",
	"CHARACTER", "VARCHAR", "TEXT", "BLOB", "DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "DATETIME", "UUID", "JSON", "ENUM",
};

/* Types of one database or the other: they are meant, whatever they look like. */
static const char *const known[] = {
	"BIGSERIAL", "BINARY", "BIT", "BOX", "BPCHAR", "BYTEA", "CIDR", "CIRCLE", "CITEXT", "CLOB", "DATEMULTIRANGE", "DATERANGE",
	"DEC", "FIXED", "FLOAT4", "FLOAT8", "GEOGRAPHY", "GEOMETRY", "HSTORE", "INET", "INET4", "INET6", "INT1", "INT2", "INT3",
	"INT4", "INT4RANGE", "INT8", "INT8RANGE", "INTERVAL", "JSONB", "JSONPATH", "LINE", "LINESTRING", "LONG", "LONGBLOB",
	"LONGTEXT", "LSEG", "LTREE", "MACADDR", "MACADDR8", "MEDIUMBLOB", "MEDIUMINT", "MEDIUMTEXT", "MONEY", "NAME", "NATIONAL",
	"NCHAR", "NCLOB", "NUMBER", "NUMRANGE", "NVARCHAR", "OID", "PATH", "POINT", "POLYGON", "REGCLASS", "SERIAL", "SERIAL4",
	"SERIAL8", "SET", "SIGNED", "SMALLSERIAL", "STRING", "TIMETZ", "TINYBLOB", "TINYINT", "TINYTEXT", "TSQUERY", "TSRANGE",
	"TSTZRANGE", "TSVECTOR", "UNSIGNED", "VARBINARY", "VARBIT", "VARCHAR2", "VARYING", "VECTOR", "XID", "XML", "YEAR",
};

/* One letter of a short word, two of a longer one. */
static int most(const char *word)
{
	return strlen(word) < 6 ? 1 : 2;
}

const char *kin_ddl_spelling_meant(const char *word)
{
	const char *nearest = NULL;
	int best = most(word) + 1;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (kin_text_distance(word, known[i]) == 0)
			return NULL;
	for (size_t i = 0; i < sizeof(portable) / sizeof(*portable); i++) {
		int distance = kin_text_distance(word, portable[i]);
		if (distance == 0)
			return NULL;
		if (distance < best) {
			best = distance;
			nearest = portable[i];
		}
	}
	return nearest;
}
