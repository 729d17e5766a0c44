/* dialect_sqlite.c - the SQL of SQLite.
 *
 * Most keywords of SQLite are names wherever they make sense as one; the list has those that 3.40 refuses as the
 * name of a column, table, alias or index somewhere. */
#include "sql/dialect.h"

static const char *const reserved[] = {
	"ADD", "ALL", "ALTER", "AND", "AS", "AUTOINCREMENT", "BETWEEN", "CASE", "CAST", "CHECK",
	"COLLATE", "COMMIT", "CONSTRAINT", "CREATE", "CURRENT_DATE", "CURRENT_TIME",
	"CURRENT_TIMESTAMP", "DEFAULT", "DEFERRABLE", "DELETE", "DISTINCT", "DROP", "ELSE", "ESCAPE",
	"EXCEPT", "EXISTS", "FALSE", "FOREIGN", "FROM", "GROUP", "HAVING", "IF", "IN", "INDEX",
	"INSERT", "INTERSECT", "INTO", "IS", "ISNULL", "JOIN", "LIMIT", "NOT", "NOTHING", "NOTNULL",
	"NULL", "ON", "OR", "ORDER", "PRIMARY", "RAISE", "REFERENCES", "RETURNING", "SELECT", "SET",
	"TABLE", "THEN", "TO", "TRANSACTION", "TRUE", "UNION", "UNIQUE", "UPDATE", "USING", "VALUES",
	"WHEN", "WHERE", NULL,
};

#define SQLITE \
	.id                = KIN_SQLITE, \
	.name              = "sqlite", \
	.quote             = '"', \
	.returning_insert  = true, \
	.returning_update  = true, \
	.null_safe_is      = true, \
	.transactional_ddl = true, \
	.max_name          = 255, /* there is no limit; files and people have one */ \
	.reserved          = reserved, \
	.reserved_count    = sizeof(reserved) / sizeof(*reserved) - 1

const kin_dialect kin_dialect_sqlite = { SQLITE, .max_params = 32766 };
const kin_dialect kin_dialect_dqlite = { SQLITE, .max_params = 255 }; /* a byte of the protocol counts them */
