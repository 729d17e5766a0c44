/* ddl_write.c - writes tables and their parts, portable or for a database. */
#include "sql/ddl_write.h"

#include <strings.h>

#include "sql/ddl_expression.h"

static bool is(const kin_dialect *dialect, kin_dialect_id id)
{
	return dialect && dialect->id == id;
}

/* Whether the dialect would quote it: tried out at the end of the text. */
static bool needs_quotes(const kin_dialect *dialect, kin_text *out, const char *name)
{
	size_t start = out->length;
	bool quoted;

	kin_dialect_name(dialect, out, name);
	quoted = out->data[start] == dialect->quote;
	kin_text_cut(out, start);
	return quoted;
}

void kin_ddl_write_name(const kin_dialect *dialect, kin_text *out, const char *name)
{
	if (dialect) {
		kin_dialect_name(dialect, out, name);
		return;
	}
	for (int id = 0; id < KIN_DIALECT_COUNT; id++)
		if (needs_quotes(kin_dialect_get((kin_dialect_id)id), out, name)) {
			kin_text_add_quoted(out, name, '"');
			return;
		}
	kin_text_add(out, name);
}

void kin_ddl_write_table(const kin_dialect *dialect, kin_text *out, const char *name)
{
	if (dialect)
		kin_dialect_table(dialect, out, name);
	else
		kin_ddl_write_name(NULL, out, name);
}

void kin_ddl_write_names(const kin_dialect *dialect, kin_text *out, const char *const *names, size_t count)
{
	kin_text_add_char(out, '(');
	for (size_t i = 0; i < count; i++) {
		kin_text_add(out, i > 0 ? ", " : "");
		kin_ddl_write_name(dialect, out, names[i]);
	}
	kin_text_add_char(out, ')');
}

void kin_ddl_write_constraint(const kin_dialect *dialect, kin_text *out, const char *name)
{
	if (!name)
		return;
	kin_text_add(out, "CONSTRAINT ");
	kin_ddl_write_name(dialect, out, name);
	kin_text_add_char(out, ' ');
}

/* The part of a key's extra behind the columns, which the others than SQLite need not read. */
static const char *behind_columns(const char *extra)
{
	const char *end = extra && *extra == '(' ? strrchr(extra, ')') : NULL;

	return end ? end + 1 : extra;
}

void kin_ddl_write_key(const kin_dialect *dialect, kin_text *out, const char *kind, const kin_key_schema *key)
{
	bool list = key->extra && *key->extra == '(' && (!dialect || dialect->id == KIN_SQLITE);
	const char *extra = behind_columns(key->extra);

	kin_text_addf(out, "%s ", kind);
	if (list)
		kin_text_add_n(out, key->extra, (size_t)(extra - key->extra));
	else
		kin_ddl_write_names(dialect, out, key->columns, key->column_count);
	if (!extra || !*extra)
		return;
	/* ON CONFLICT is SQLite's; DEFERRABLE keys are PostgreSQL's */
	if (!dialect || (strcasestr(extra, "CONFLICT") ? is(dialect, KIN_SQLITE) : is(dialect, KIN_POSTGRESQL))) {
		kin_text_add(out, *extra == ' ' ? "" : " ");
		kin_text_add(out, extra);
	}
}

void kin_ddl_write_references(const kin_dialect *dialect, kin_text *out, const kin_foreign_schema *foreign)
{
	bool maria = is(dialect, KIN_MARIADB);

	kin_text_add(out, "REFERENCES ");
	kin_ddl_write_table(dialect, out, foreign->target);
	if (foreign->target_column_count > 0) {
		kin_text_add_char(out, ' ');
		kin_ddl_write_names(dialect, out, foreign->target_columns, foreign->target_column_count);
	}
	if (foreign->match && !maria)
		kin_text_addf(out, " MATCH %s", foreign->match);
	if (foreign->on_delete)
		kin_text_addf(out, " ON DELETE %s", foreign->on_delete);
	if (foreign->on_update)
		kin_text_addf(out, " ON UPDATE %s", foreign->on_update);
	if (foreign->deferrable && !maria)
		kin_text_add(out, foreign->initially_deferred ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE");
}

void kin_ddl_write_foreign(const kin_dialect *dialect, kin_text *out, const kin_foreign_schema *foreign)
{
	kin_text_add(out, "FOREIGN KEY ");
	kin_ddl_write_names(dialect, out, foreign->columns, foreign->column_count);
	kin_text_add_char(out, ' ');
	kin_ddl_write_references(dialect, out, foreign);
}

void kin_ddl_write_check(const kin_dialect *dialect, kin_text *out, const kin_check_schema *check)
{
	kin_text_add(out, "CHECK (");
	kin_ddl_expression_add(dialect, out, check->sql);
	kin_text_add_char(out, ')');
}

/* 0 and 1 are no booleans for PostgreSQL. */
static const char *boolean_word(const kin_dialect *dialect, const kin_type *type, const char *sql)
{
	if (!type || type->name != KIN_TYPE_BOOLEAN || !is(dialect, KIN_POSTGRESQL))
		return NULL;
	return strcmp(sql, "0") == 0 ? "FALSE" : strcmp(sql, "1") == 0 ? "TRUE" : NULL;
}

void kin_ddl_write_default(const kin_dialect *dialect, kin_text *out, const kin_type *type, const char *sql)
{
	const char *word = boolean_word(dialect, type, sql);
	bool bare = kin_ddl_expression_is_constant(sql);
	bool moment = type && (type->name == KIN_TYPE_TIMESTAMP || type->name == KIN_TYPE_TIMESTAMPTZ);

	if (word) {
		kin_text_add(out, word);
	} else if (is(dialect, KIN_MARIADB) && moment && strcasecmp(sql, "CURRENT_TIMESTAMP") == 0) {
		kin_text_add(out, "CURRENT_TIMESTAMP(6)"); /* without the 6 its microseconds are 0 */
	} else {
		kin_text_add(out, bare ? "" : "(");
		kin_ddl_expression_add(dialect, out, sql);
		kin_text_add(out, bare ? "" : ")");
	}
}

void kin_ddl_write_enum(const kin_dialect *dialect, kin_text *out, const kin_type *type)
{
	if (type->name != KIN_TYPE_ENUM || !type->text || !is(dialect, KIN_POSTGRESQL))
		return;
	/* PostgreSQL has no CREATE TYPE IF NOT EXISTS, and a type may be used by several tables */
	kin_text_add(out, "DO $kin$ BEGIN CREATE TYPE ");
	kin_dialect_name(dialect, out, type->text);
	kin_text_add(out, " AS ENUM (");
	for (size_t i = 0; i < type->label_count; i++) {
		kin_text_add(out, i > 0 ? ", " : "");
		kin_text_add_quoted(out, type->labels[i], '\'');
	}
	kin_text_add(out, "); EXCEPTION WHEN duplicate_object THEN NULL; END $kin$;\n");
}

bool kin_ddl_write_needs_enum_check(const kin_dialect *dialect, const kin_type *type)
{
	return type->name == KIN_TYPE_ENUM && (is(dialect, KIN_SQLITE) || (is(dialect, KIN_POSTGRESQL) && !type->text));
}

void kin_ddl_write_enum_check_name(const kin_dialect *dialect, kin_text *out, const char *table, const char *column)
{
	kin_text name;

	kin_text_init(&name);
	kin_text_addf(&name, "ck_%s_%s_enum", table, column);
	if (!kin_text_ok(&name))
		out->failed = true;
	kin_ddl_write_name(dialect, out, name.data);
	kin_text_done(&name);
}

void kin_ddl_write_enum_check(const kin_dialect *dialect, kin_text *out, const char *table, const char *column,
                              const kin_type *type)
{
	kin_text_add(out, "CONSTRAINT ");
	kin_ddl_write_enum_check_name(dialect, out, table, column);
	kin_text_add(out, " CHECK (");
	kin_ddl_write_name(dialect, out, column);
	kin_text_add(out, " IN (");
	for (size_t i = 0; i < type->label_count; i++) {
		kin_text_add(out, i > 0 ? ", " : "");
		kin_text_add_quoted(out, type->labels[i], '\'');
	}
	kin_text_add(out, "))");
}

static bool is_key(const kin_table_schema *table, const kin_column_schema *column)
{
	return table && table->primary_key.column_count == 1 && strcmp(table->primary_key.columns[0], column->name) == 0;
}

/* Whether the primary key has the name that it would have anyhow, or none. */
static bool has_usual_name(const kin_table_schema *table)
{
	const char *name = table->primary_key.name;

	return !name || (strncmp(name, "pk_", 3) == 0 && strcmp(name + 3, table->name) == 0);
}

/* Whether the column's own text says that it is the primary key. SQLite's row id is written so by everyone. */
static bool key_is_inline(const kin_dialect *dialect, const kin_table_schema *table, const kin_column_schema *column)
{
	const char *extra = table ? table->primary_key.extra : NULL;

	if (!dialect || !column->autoincrement || !is_key(table, column))
		return false;
	if (dialect->id == KIN_SQLITE)
		return column->strict_autoincrement || !extra || *extra != '(';
	return dialect->id == KIN_MARIADB || !table->primary_key.name;
}

static void write_inline_key(const kin_dialect *dialect, kin_text *out, const kin_table_schema *table,
                             const kin_column_schema *column)
{
	const char *extra = behind_columns(table->primary_key.extra);
	bool sqlite = dialect->id == KIN_SQLITE;

	kin_text_add_char(out, ' ');
	if (sqlite && !has_usual_name(table))
		kin_ddl_write_constraint(dialect, out, table->primary_key.name);
	kin_text_add(out, "PRIMARY KEY");
	if (sqlite && extra && *extra)
		kin_text_addf(out, " %s", extra);
	if (sqlite && column->strict_autoincrement)
		kin_text_add(out, " AUTOINCREMENT");
}

/* What SQLite calls the type of a key's column: INTEGER makes it the row id, and INT does not. */
static const char *sqlite_key_type(const kin_table_schema *table, const kin_column_schema *column)
{
	bool integer = column->type.name == KIN_TYPE_SMALLINT || column->type.name == KIN_TYPE_INTEGER ||
	               column->type.name == KIN_TYPE_BIGINT;

	if (column->autoincrement && integer && (!table || is_key(table, column)))
		return "INTEGER";
	if (column->type.name != KIN_TYPE_INTEGER || !is_key(table, column))
		return NULL;
	return table->options && strcasestr(table->options, "ROWID") ? NULL : "INT";
}

static void write_type(const kin_dialect *dialect, kin_text *out, const kin_table_schema *table,
                       const kin_column_schema *column)
{
	const char *key_type = is(dialect, KIN_SQLITE) ? sqlite_key_type(table, column) : NULL;

	if (!key_type && column->type.name == KIN_TYPE_OTHER && (!column->type.text || !*column->type.text))
		return;
	kin_text_add_char(out, ' ');
	if (key_type)
		kin_text_add(out, key_type);
	else
		kin_ddl_type(dialect, out, &column->type);
}

static void write_computed(const kin_dialect *dialect, kin_text *out, const kin_column_schema *column)
{
	if (!column->computed_sql)
		return;
	kin_text_add(out, " GENERATED ALWAYS AS (");
	kin_ddl_expression_add(dialect, out, column->computed_sql);
	/* PostgreSQL 17 and before have no other */
	kin_text_add(out, column->computed_stored || is(dialect, KIN_POSTGRESQL) ? ") STORED" : ") VIRTUAL");
}

/* That the database makes the number, and that there is one. */
static void write_not_null(const kin_dialect *dialect, kin_text *out, const kin_column_schema *column, bool inline_key)
{
	bool maria = is(dialect, KIN_MARIADB);

	if (column->autoincrement && !dialect && column->strict_autoincrement)
		kin_text_add(out, " AUTOINCREMENT");
	else if (column->autoincrement && (!dialect || is(dialect, KIN_POSTGRESQL)))
		kin_ddl_write_identity(out, column);
	else if (column->autoincrement && maria)
		kin_text_add(out, " NOT NULL AUTO_INCREMENT");
	else if (column->not_null && !(inline_key && is(dialect, KIN_SQLITE)) && !(maria && column->computed_sql))
		kin_text_add(out, " NOT NULL"); /* MariaDB: not for computed ones */
	else if (maria && !column->computed_sql && column->type.name == KIN_TYPE_OTHER)
		kin_text_add(out, " NULL"); /* TIMESTAMP is NOT NULL otherwise */
	if (column->not_null && column->extra && (!dialect || dialect->id == KIN_SQLITE))
		kin_text_addf(out, " %s", column->extra);
}

void kin_ddl_column(const kin_dialect *dialect, kin_text *out, const kin_table_schema *table, const kin_column_schema *column)
{
	bool inline_key = key_is_inline(dialect, table, column);

	kin_ddl_write_name(dialect, out, column->name);
	write_type(dialect, out, table, column);
	if (column->collation) {
		kin_text_add(out, " COLLATE ");
		kin_ddl_write_name(dialect, out, column->collation);
	}
	write_computed(dialect, out, column);
	write_not_null(dialect, out, column, inline_key);
	if (column->default_sql) {
		kin_text_add(out, " DEFAULT ");
		kin_ddl_write_default(dialect, out, &column->type, column->default_sql);
	}
	if (inline_key)
		write_inline_key(dialect, out, table, column);
	if (column->comment && (!dialect || dialect->id == KIN_MARIADB)) {
		kin_text_add(out, " COMMENT ");
		kin_text_add_quoted(out, column->comment, '\'');
	}
}

static void next_line(kin_text *out, bool *first)
{
	kin_text_add(out, *first ? "\n    " : ",\n    ");
	*first = false;
}

static void write_constraints(const kin_dialect *dialect, kin_text *out, const kin_table_schema *table, bool *first,
                              bool primary)
{
	if (primary && table->primary_key.column_count > 0) {
		next_line(out, first);
		kin_ddl_write_constraint(dialect, out, table->primary_key.name);
		kin_ddl_write_key(dialect, out, "PRIMARY KEY", &table->primary_key);
	}
	for (size_t i = 0; i < table->unique_count; i++) {
		next_line(out, first);
		kin_ddl_write_constraint(dialect, out, table->uniques[i].name);
		kin_ddl_write_key(dialect, out, "UNIQUE", &table->uniques[i]);
	}
	for (size_t i = 0; i < table->foreign_count; i++) {
		next_line(out, first);
		kin_ddl_write_constraint(dialect, out, table->foreigns[i].name);
		kin_ddl_write_foreign(dialect, out, &table->foreigns[i]);
	}
	for (size_t i = 0; i < table->check_count; i++) {
		next_line(out, first);
		kin_ddl_write_constraint(dialect, out, table->checks[i].name);
		kin_ddl_write_check(dialect, out, &table->checks[i]);
	}
	for (size_t i = 0; i < table->column_count; i++)
		if (kin_ddl_write_needs_enum_check(dialect, &table->columns[i].type)) {
			next_line(out, first);
			kin_ddl_write_enum_check(dialect, out, table->name, table->columns[i].name, &table->columns[i].type);
		}
}

/* Which database a table's options are for: each has its own words. */
static kin_dialect_id options_of(const char *options)
{
	if (strncasecmp(options, "STRICT", 6) == 0 || strncasecmp(options, "WITHOUT ROWID", 13) == 0)
		return KIN_SQLITE;
	if (strncasecmp(options, "WITH", 4) == 0 || strncasecmp(options, "TABLESPACE", 10) == 0)
		return KIN_POSTGRESQL;
	return KIN_MARIADB;
}

static void write_options(const kin_dialect *dialect, kin_text *out, const kin_table_schema *table)
{
	if (table->comment && (!dialect || dialect->id == KIN_MARIADB)) {
		kin_text_add(out, " COMMENT ");
		kin_text_add_quoted(out, table->comment, '\'');
	}
	if (table->distributed_by && !dialect) {
		kin_text_add(out, " DISTRIBUTED BY ");
		kin_ddl_write_names(NULL, out, &table->distributed_by, 1);
	}
	if (table->options && (!dialect || dialect->id == options_of(table->options)))
		kin_text_addf(out, " %s", table->options);
}

void kin_ddl_table(const kin_dialect *dialect, kin_text *out, const kin_table_schema *table)
{
	bool first = true, primary = true;

	kin_text_add(out, "CREATE TABLE ");
	if (table->schema) {
		kin_ddl_write_name(dialect, out, table->schema);
		kin_text_add_char(out, '.');
	}
	kin_ddl_write_table(dialect, out, table->name);
	kin_text_add(out, " (");
	for (size_t i = 0; i < table->column_count; i++) {
		next_line(out, &first);
		kin_ddl_column(dialect, out, table, &table->columns[i]);
		primary = primary && !key_is_inline(dialect, table, &table->columns[i]);
	}
	write_constraints(dialect, out, table, &first, primary);
	kin_text_add(out, "\n)");
	write_options(dialect, out, table);
}

static void write_part(const kin_dialect *dialect, kin_text *out, const kin_index_part *part)
{
	if (part->column) {
		kin_ddl_write_name(dialect, out, part->column);
	} else {
		kin_text_add_char(out, '(');
		kin_ddl_expression_add(dialect, out, part->expression);
		kin_text_add_char(out, ')');
	}
	if (part->collation) {
		kin_text_add(out, " COLLATE ");
		kin_ddl_write_name(dialect, out, part->collation);
	}
	if (part->descending)
		kin_text_add(out, " DESC");
}

void kin_ddl_write_index(const kin_dialect *dialect, kin_text *out, const kin_ddl *ddl)
{
	const kin_index_schema *index = ddl->index;

	kin_text_add(out, index->unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
	if (ddl->concurrently && (!dialect || dialect->id == KIN_POSTGRESQL))
		kin_text_add(out, "CONCURRENTLY ");
	kin_ddl_write_name(dialect, out, index->name);
	kin_text_add(out, " ON ");
	kin_ddl_write_table(dialect, out, ddl->table_name);
	kin_text_add(out, " (");
	for (size_t i = 0; i < index->part_count; i++) {
		kin_text_add(out, i > 0 ? ", " : "");
		write_part(dialect, out, &index->parts[i]);
	}
	kin_text_add_char(out, ')');
	if (index->include_count > 0 && (!dialect || dialect->id == KIN_POSTGRESQL)) {
		kin_text_add(out, " INCLUDE ");
		kin_ddl_write_names(dialect, out, index->include, index->include_count);
	}
	if (index->where) {
		kin_text_add(out, " WHERE ");
		kin_ddl_expression_add(dialect, out, index->where);
	}
}

void kin_ddl_index(const kin_dialect *dialect, kin_text *out, const char *table, const kin_index_schema *index)
{
	kin_index_schema copy = *index;

	kin_ddl_write_index(dialect, out, &(kin_ddl){ .kind = KIN_DDL_CREATE_INDEX, .table_name = table, .index = &copy });
}
