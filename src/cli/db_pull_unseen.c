/* db_pull_unseen.c - what a database has that a schema has no place for, as sentences. */
#include "cli/db_pull.h"

#include <string.h>

#define USER_SCHEMA "n.nspname = pg_catalog.current_schema()"
#define NOT_OF_EXTENSION(table, object) \
	" AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend e WHERE e.objid = " object " AND e.classid = 'pg_catalog." table \
	"'::pg_catalog.regclass AND e.deptype = 'e')"

static const char *const queries[KIN_DIALECT_COUNT][8] = {
	[KIN_SQLITE] = {
		"SELECT 'virtual table ' || name FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual' ORDER BY 1",
	},
	[KIN_POSTGRESQL] = {
		"SELECT 'function ' || p.proname FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE " USER_SCHEMA
		NOT_OF_EXTENSION("pg_proc", "p.oid") " ORDER BY 1",
		"SELECT CASE c.relkind WHEN 'm' THEN 'materialized view ' WHEN 'f' THEN 'foreign table ' WHEN 'p' THEN "
		"'partitioned table, which is taken for a plain one: ' ELSE 'sequence ' END || c.relname"
		" FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE " USER_SCHEMA
		" AND (c.relkind = 'p' AND NOT c.relispartition OR c.relkind IN ('m', 'f', 'S') AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d"
		" WHERE d.objid = c.oid AND d.deptype IN ('a', 'i', 'e'))) ORDER BY 1",
		"SELECT 'partition ' || c.relname FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid"
		" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE " USER_SCHEMA " AND c.relkind IN ('r', 'p') ORDER BY 1",
		"SELECT CASE t.typtype WHEN 'd' THEN 'domain ' ELSE 'type ' END || t.typname FROM pg_catalog.pg_type t"
		" JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid WHERE " USER_SCHEMA
		" AND (t.typtype IN ('d', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')) ORDER BY 1",
		"SELECT 'index ' || i.relname || ', which is ' || m.amname FROM pg_catalog.pg_class i JOIN pg_catalog.pg_namespace n"
		" ON n.oid = i.relnamespace JOIN pg_catalog.pg_am m ON m.oid = i.relam WHERE i.relkind = 'i' AND m.amname <> 'btree' AND "
		USER_SCHEMA " ORDER BY 1",
		"SELECT 'exclusion constraint ' || k.conname FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n"
		" ON n.oid = k.connamespace WHERE k.contype = 'x' AND " USER_SCHEMA " ORDER BY 1",
		"SELECT 'extension ' || extname FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql' ORDER BY 1",
	},
	[KIN_MARIADB] = {
		"SELECT CONCAT(LOWER(routine_type), ' ', routine_name) FROM information_schema.routines WHERE routine_schema = DATABASE() ORDER BY 1",
		"SELECT CONCAT('event ', event_name) FROM information_schema.events WHERE event_schema = DATABASE() ORDER BY 1",
		"SELECT CONCAT('index ', index_name, ' of ', table_name, ', which is ', index_type) FROM information_schema.statistics"
		" WHERE table_schema = DATABASE() AND seq_in_index = 1 AND index_type <> 'BTREE' ORDER BY 1",
		"SELECT DISTINCT CONCAT('index ', index_name, ' of ', table_name, ', over a part of a text') FROM information_schema.statistics"
		" WHERE table_schema = DATABASE() AND sub_part IS NOT NULL AND index_type = 'BTREE' ORDER BY 1",
		"SELECT CONCAT('ON UPDATE of ', table_name, '.', column_name) FROM information_schema.columns WHERE table_schema = DATABASE()"
		" AND extra LIKE '%on update%' ORDER BY 1",
		"SELECT DISTINCT CONCAT('partitions of ', table_name) FROM information_schema.partitions WHERE table_schema = DATABASE()"
		" AND partition_name IS NOT NULL ORDER BY 1",
	},
};

static int each(kin_pull *pull, kin_connection *connection, const char *query)
{
	kin_sql sql = { .text = query, .length = strlen(query) };
	kin_statement *statement = NULL;
	kin_value value;
	int rc = kin_statement_open(connection, &sql, &statement, pull->error), got = 0;

	while (rc == KIN_OK && (got = kin_statement_step(statement, pull->error)) > 0)
		if ((rc = kin_statement_value(statement, 0, KIN_KIND_TEXT, &value, pull->error)) == KIN_OK)
			kin_pull_lose(pull, "not taken over: %.*s", (int)value.size, (const char *)value.as.data);
	kin_statement_close(statement);
	return rc < 0 ? rc : got;
}

int kin_pull_find_unseen(kin_pull *pull, kin_connection *connection)
{
	const char *const *all = queries[kin_connection_dialect(connection)->id];
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < sizeof(queries[0]) / sizeof(*queries[0]) && all[i]; i++)
		rc = each(pull, connection, all[i]);
	return rc == KIN_OK && pull->arena->failed ? kin_error_nomem(pull->error) : rc;
}
