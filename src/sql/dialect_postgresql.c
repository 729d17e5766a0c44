/* dialect_postgresql.c - the SQL of PostgreSQL.
 *
 * The list has what pg_get_keywords() calls reserved, with or without an exception for functions and types. */
#include "sql/dialect.h"

static const char *const reserved[] = {
	"ALL", "ANALYSE", "ANALYZE", "AND", "ANY", "ARRAY", "AS", "ASC", "ASYMMETRIC", "AUTHORIZATION",
	"BINARY", "BOTH", "CASE", "CAST", "CHECK", "COLLATE", "COLLATION", "COLUMN", "CONCURRENTLY",
	"CONSTRAINT", "CREATE", "CROSS", "CURRENT_CATALOG", "CURRENT_DATE", "CURRENT_ROLE",
	"CURRENT_SCHEMA", "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURRENT_USER", "DEFAULT", "DEFERRABLE",
	"DESC", "DISTINCT", "DO", "ELSE", "END", "EXCEPT", "FALSE", "FETCH", "FOR", "FOREIGN", "FREEZE",
	"FROM", "FULL", "GRANT", "GROUP", "HAVING", "ILIKE", "IN", "INITIALLY", "INNER", "INTERSECT",
	"INTO", "IS", "ISNULL", "JOIN", "LATERAL", "LEADING", "LEFT", "LIKE", "LIMIT", "LOCALTIME",
	"LOCALTIMESTAMP", "NATURAL", "NOT", "NOTNULL", "NULL", "OFFSET", "ON", "ONLY", "OR", "ORDER",
	"OUTER", "OVERLAPS", "PLACING", "PRIMARY", "REFERENCES", "RETURNING", "RIGHT", "SELECT",
	"SESSION_USER", "SIMILAR", "SOME", "SYMMETRIC", "SYSTEM_USER", "TABLE", "TABLESAMPLE", "THEN",
	"TO", "TRAILING", "TRUE", "UNION", "UNIQUE", "USER", "USING", "VARIADIC", "VERBOSE", "WHEN",
	"WHERE", "WINDOW", "WITH", NULL,
};

const kin_dialect kin_dialect_postgresql = {
	.id                      = KIN_POSTGRESQL,
	.name                    = "postgresql",
	.quote                   = '"',
	.numbered_params         = true,
	.returning_insert        = true,
	.returning_update        = true,
	.boolean_words           = true,
	.transactional_ddl       = true,
	.right_to_add_constraint = true,
	.max_params              = 65535,
	.max_name                = 63,
	.reserved                = reserved,
	.reserved_count          = sizeof(reserved) / sizeof(*reserved) - 1,
};
