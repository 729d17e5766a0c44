/* ddl_unnamed.c - dropping, on MariaDB, what nobody named. The name that it made up depends on what else was there: it is asked for it.
 *
 * Two statements: the first looks and keeps the second in a variable. Where nothing is found the second is one that fails and says why. */
#include <string.h>

#include "sql/ddl_write.h"

/* Where its names are, and in which order a key's columns. */
static const char unique_query[] =
	"index_name AS name, group_concat(column_name ORDER BY seq_in_index) AS columns FROM information_schema.statistics"
	" WHERE non_unique = 0 AND index_name <> 'PRIMARY'";
static const char foreign_query[] =
	"constraint_name AS name, group_concat(column_name ORDER BY ordinal_position) AS columns FROM information_schema.key_column_usage"
	" WHERE referenced_table_name IS NOT NULL";

/* 'ALTER TABLE t DROP INDEX ', a string with names in it. */
static void add_change(kin_text *out, const char *table, const char *kind)
{
	kin_text change;

	kin_text_init(&change);
	kin_text_add(&change, "ALTER TABLE ");
	kin_dialect_table(&kin_dialect_mariadb, &change, table);
	kin_text_addf(&change, " DROP %s ", kind);
	kin_text_add_quoted(out, change.data, '\'');
	out->failed = out->failed || !kin_text_ok(&change);
	kin_text_done(&change);
}

static void add_columns(kin_text *out, const char *const *columns, size_t count)
{
	kin_text list;

	kin_text_init(&list);
	for (size_t i = 0; i < count; i++)
		kin_text_addf(&list, "%s%s", i > 0 ? "," : "", columns[i]);
	kin_text_add_quoted(out, list.data, '\'');
	out->failed = out->failed || !kin_text_ok(&list);
	kin_text_done(&list);
}

/* One that is called as MariaDB calls them goes before others over the same columns. */
static void drop(kin_text *out, const char *query, const char *kind, const char *table, const char *const *columns, size_t count)
{
	kin_text_add(out, "SET @kin_drop = (SELECT concat(");
	add_change(out, table, kind);
	kin_text_addf(out, ", '`', name, '`') FROM (SELECT %s AND table_schema = database() AND table_name = ", query);
	kin_text_add_quoted(out, table, '\'');
	kin_text_add(out, " GROUP BY name) AS found WHERE columns = ");
	add_columns(out, columns, count);
	kin_text_add(out, " ORDER BY name NOT REGEXP '_[0-9]+$' AND name <> ");
	kin_text_add_quoted(out, columns[0], '\'');
	kin_text_add(out, ", name LIMIT 1);\nEXECUTE IMMEDIATE coalesce(@kin_drop, concat(");
	add_change(out, table, kind);
	kin_text_add(out, ", '`none over ', ");
	add_columns(out, columns, count);
	kin_text_add(out, ", '`'))");
}

void kin_ddl_write_drop_unnamed_unique(kin_text *out, const char *table, const kin_key_schema *key)
{
	drop(out, unique_query, "INDEX", table, key->columns, key->column_count);
}

void kin_ddl_write_drop_unnamed_foreign(kin_text *out, const char *table, const kin_foreign_schema *foreign)
{
	drop(out, foreign_query, "FOREIGN KEY", table, foreign->columns, foreign->column_count);
}
