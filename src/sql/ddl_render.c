/* ddl_render.c - one change for a database, in its own words. */
#include <inttypes.h>
#include <strings.h>

#include "base/vec.h"
#include "sql/ddl_expression.h"
#include "sql/ddl_write.h"

/* What a rendering needs, so that it can be passed on in one piece. */
typedef struct rendering {
	const kin_dialect *dialect;
	kin_text          *out;
	const kin_ddl     *ddl;
	kin_error         *error;
} rendering;

static void add_name(const rendering *r, const char *before, const char *name)
{
	kin_text_add(r->out, before);
	kin_dialect_name(r->dialect, r->out, name);
}

static void add_table(const rendering *r, const char *before, const char *name)
{
	kin_text_add(r->out, before);
	kin_dialect_table(r->dialect, r->out, name);
}

/* What is in a table's schema, an index: with the schema, if the table's name has one. */
static void add_beside(const rendering *r, const char *before, const char *table, const char *name)
{
	kin_text_add(r->out, before);
	if (table && kin_dialect_schema(r->dialect, r->out, table))
		kin_text_add_char(r->out, '.');
	kin_dialect_name(r->dialect, r->out, name);
}

static void alter(const rendering *r, const char *what)
{
	add_table(r, "ALTER TABLE ", r->ddl->table_name);
	kin_text_add(r->out, what);
}

static void alter_clause(const rendering *r, const char *what)
{
	add_name(r, " ALTER COLUMN ", r->ddl->name);
	kin_text_add(r->out, what);
}

static void alter_column(const rendering *r, const char *what)
{
	alter(r, "");
	alter_clause(r, what);
}

static bool is_maria(const rendering *r)
{
	return r->dialect->id == KIN_MARIADB;
}

/* PostgreSQL's name for a constraint that nobody named: table_columns_suffix. */
static void usual_name(const rendering *r, const char *const *columns, size_t count, const char *suffix)
{
	kin_text name;

	kin_text_init(&name);
	kin_text_add(&name, kin_dialect_bare(r->dialect, r->ddl->table_name));
	for (size_t i = 0; i < count; i++)
		kin_text_addf(&name, "_%s", columns[i]);
	kin_text_addf(&name, "_%s", suffix);
	if (!kin_text_ok(&name))
		r->out->failed = true;
	kin_dialect_name(r->dialect, r->out, name.data);
	kin_text_done(&name);
}

static int create_index(const rendering *r)
{
	const kin_index_schema *index = r->ddl->index;
	const char *lacks = index->where ? "partial" : NULL;

	for (size_t i = 0; i < index->part_count; i++)
		if (!index->parts[i].column)
			lacks = "expression";
	if (is_maria(r) && lacks)
		return kin_error_set(r->error, KIN_EINVAL,
		                     "%s: MariaDB has no %s indexes: write it in `-- only:` blocks for the others", index->name,
		                     lacks);
	kin_ddl_write_index(r->dialect, r->out, r->ddl);
	return KIN_OK;
}

/* On PostgreSQL comments are statements of their own, after the table. */
static void comment_on(const rendering *r, const char *table, const char *column, const char *comment)
{
	add_table(r, column ? "COMMENT ON COLUMN " : "COMMENT ON TABLE ", table);
	if (column)
		add_name(r, ".", column);
	kin_text_add(r->out, " IS ");
	if (comment)
		kin_text_add_quoted(r->out, comment, '\'');
	else
		kin_text_add(r->out, "NULL");
}

/* One of Citus' functions, called with the table and perhaps a column. */
static void perform(const rendering *r, const char *function, const char *table, const char *column)
{
	kin_text name;

	kin_text_init(&name);
	kin_dialect_table(r->dialect, &name, table);
	kin_text_addf(r->out, "PERFORM %s(", function);
	kin_text_add_quoted(r->out, name.data, '\'');
	r->out->failed = r->out->failed || !kin_text_ok(&name);
	kin_text_done(&name);
	if (column) {
		kin_text_add(r->out, ", ");
		kin_text_add_quoted(r->out, column, '\'');
	}
	kin_text_add(r->out, "); ");
}

/* A table has to stop being distributed by one column before it is by another. Where Citus is not, its functions are never looked up. */
static void distribute(const rendering *r, const char *table, const char *column, bool new_table)
{
	kin_text name;

	kin_text_add(r->out, "DO $kin$ BEGIN IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN ");
	if (!new_table) {
		kin_text_init(&name);
		kin_dialect_table(r->dialect, &name, table);
		kin_text_add(r->out, "IF EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = ");
		kin_text_add_quoted(r->out, name.data, '\'');
		r->out->failed = r->out->failed || !kin_text_ok(&name);
		kin_text_done(&name);
		kin_text_add(r->out, "::regclass) THEN ");
		perform(r, "undistribute_table", table, NULL);
		kin_text_add(r->out, "END IF; ");
	}
	if (column)
		perform(r, "create_distributed_table", table, column);
	kin_text_add(r->out, "END IF; END $kin$");
}

static void create_table(const rendering *r)
{
	const kin_table_schema *table = r->ddl->table;
	bool postgresql = r->dialect->id == KIN_POSTGRESQL;

	if (kin_dialect_bare(r->dialect, table->name) != table->name) {
		kin_text_add(r->out, "CREATE SCHEMA IF NOT EXISTS ");
		kin_dialect_schema(r->dialect, r->out, table->name);
		kin_text_add(r->out, ";\n");
	}
	for (size_t i = 0; i < table->column_count; i++)
		kin_ddl_write_enum(r->dialect, r->out, &table->columns[i].type);
	kin_ddl_table(r->dialect, r->out, table);
	if (postgresql && table->comment) {
		kin_text_add(r->out, ";\n");
		comment_on(r, table->name, NULL, table->comment);
	}
	for (size_t i = 0; postgresql && i < table->column_count; i++)
		if (table->columns[i].comment) {
			kin_text_add(r->out, ";\n");
			comment_on(r, table->name, table->columns[i].name, table->columns[i].comment);
		}
	if (postgresql && table->distributed_by) {
		kin_text_add(r->out, ";\n");
		distribute(r, table->name, table->distributed_by, true);
	}
}

/* MariaDB forgets the name of an inline REFERENCES: it gets a clause of its own. */
static void add_column_references(const rendering *r)
{
	const kin_foreign_schema *foreign = r->ddl->foreign;

	kin_text_add(r->out, is_maria(r) ? ", ADD " : " ");
	kin_ddl_write_constraint(r->dialect, r->out, foreign->name);
	if (is_maria(r))
		kin_ddl_write_foreign(r->dialect, r->out, foreign);
	else
		kin_ddl_write_references(r->dialect, r->out, foreign);
}

static void add_column(const rendering *r)
{
	const kin_column_schema *column = r->ddl->column;

	kin_ddl_write_enum(r->dialect, r->out, &column->type);
	alter(r, " ADD COLUMN ");
	kin_ddl_column(r->dialect, r->out, NULL, column);
	if (kin_ddl_write_needs_enum_check(r->dialect, &column->type)) {
		kin_text_add_char(r->out, ' ');
		kin_ddl_write_enum_check(r->dialect, r->out, r->ddl->table_name, column->name, &column->type);
	}
	if (r->ddl->key) {
		kin_text_add(r->out, is_maria(r) ? ", ADD " : " ");
		kin_ddl_write_constraint(r->dialect, r->out, r->ddl->key->name);
		kin_text_add(r->out, "UNIQUE");
		if (is_maria(r)) {
			kin_text_add_char(r->out, ' ');
			kin_ddl_write_names(r->dialect, r->out, &column->name, 1);
		}
	}
	if (r->ddl->check) {
		kin_text_add(r->out, is_maria(r) ? ", ADD " : " ");
		kin_ddl_write_constraint(r->dialect, r->out, r->ddl->check->name);
		kin_ddl_write_check(r->dialect, r->out, r->ddl->check);
	}
	if (r->ddl->foreign)
		add_column_references(r);
	if (column->comment && r->dialect->id == KIN_POSTGRESQL) {
		kin_text_add(r->out, ";\n");
		comment_on(r, r->ddl->table_name, column->name, column->comment);
	}
}

/* ALTER TABLE t MODIFY COLUMN …: all of the column, with one thing changed. */
static int modify(const rendering *r)
{
	kin_column_schema column;

	if (!r->ddl->column || (r->ddl->kind != KIN_DDL_SET_TYPE && !r->ddl->column->type.name && !r->ddl->column->type.text))
		return kin_error_set(r->error, KIN_EINVAL, "%s.%s: MariaDB must be told the whole column to change it",
		                     r->ddl->table_name, r->ddl->name);
	column = *r->ddl->column;
	column.name = r->ddl->name;
	if (r->ddl->kind == KIN_DDL_SET_NOT_NULL || r->ddl->kind == KIN_DDL_DROP_NOT_NULL)
		column.not_null = r->ddl->kind == KIN_DDL_SET_NOT_NULL;
	if (r->ddl->kind == KIN_DDL_COMMENT_COLUMN)
		column.comment = r->ddl->sql;
	alter(r, " MODIFY COLUMN ");
	kin_ddl_column(r->dialect, r->out, NULL, &column);
	return KIN_OK;
}

/* PostgreSQL cuts a text when it is cast to VARCHAR(8), and complains when it is only stored there. */
static kin_type without_length(const kin_type *type)
{
	bool text = type->name == KIN_TYPE_CHAR || type->name == KIN_TYPE_VARCHAR ||
	            (type->name == KIN_TYPE_ENUM && !type->text);

	return text ? (kin_type){ .name = KIN_TYPE_VARCHAR } : *type;
}

/* The check of an enum that is kept as text goes with its labels, and a default is not cast with its column. */
static void set_type_postgresql(const rendering *r)
{
	const kin_type *type = &r->ddl->column->type;
	bool check = kin_ddl_write_needs_enum_check(r->dialect, type);

	kin_ddl_write_enum(r->dialect, r->out, type);
	if (check || r->ddl->check) {
		alter(r, " DROP CONSTRAINT IF EXISTS ");
		kin_ddl_write_enum_check_name(r->dialect, r->out, r->ddl->table_name, r->ddl->name);
		kin_text_add(r->out, ";\n");
	}
	alter(r, "");
	if (r->ddl->column->default_sql)
		alter_clause(r, " DROP DEFAULT,");
	alter_clause(r, " TYPE ");
	kin_ddl_type(r->dialect, r->out, type);
	if (r->ddl->column->collation)
		add_name(r, " COLLATE ", r->ddl->column->collation);
	kin_text_add(r->out, " USING ");
	if (r->ddl->sql) {
		kin_ddl_expression_add(r->dialect, r->out, r->ddl->sql);
	} else {
		kin_type cast = without_length(type);
		kin_dialect_name(r->dialect, r->out, r->ddl->name);
		kin_text_add(r->out, "::");
		kin_ddl_type(r->dialect, r->out, &cast);
	}
	if (r->ddl->column->default_sql) {
		kin_text_add_char(r->out, ',');
		alter_clause(r, " SET DEFAULT ");
		kin_ddl_write_default(r->dialect, r->out, type, r->ddl->column->default_sql);
	}
	if (check) {
		kin_text_add(r->out, ";\n");
		alter(r, " ADD ");
		kin_ddl_write_enum_check(r->dialect, r->out, r->ddl->table_name, r->ddl->name, type);
	}
}

static int set_type(const rendering *r)
{
	kin_column_schema column;

	if (is_maria(r))
		return modify(r);
	if (r->ddl->column->type.name == KIN_TYPE_ENUM && r->ddl->column->type.text && !r->ddl->sql) {
		column = *r->ddl->column;
		column.name = r->ddl->name;
		if (r->ddl->check) {
			alter(r, " DROP CONSTRAINT IF EXISTS ");
			kin_ddl_write_enum_check_name(r->dialect, r->out, r->ddl->table_name, r->ddl->name);
			kin_text_add(r->out, ";\n");
		}
		kin_ddl_write_enum_change(r->out, r->ddl->table_name, &column);
	} else {
		set_type_postgresql(r);
	}
	return KIN_OK;
}

/* A text with a check: its rows are written anew, with the type, as the other label may be longer. */
static void rename_label_text(const rendering *r)
{
	kin_check_schema had_check = { 0 };
	kin_ddl change = *r->ddl;
	rendering changing = *r;
	kin_text name, value;

	kin_text_init(&name);
	kin_text_init(&value);
	kin_dialect_name(r->dialect, &name, r->ddl->name);
	kin_ddl_write_label_case(&value, name.data, r->ddl->sql, r->ddl->new_name);
	r->out->failed = r->out->failed || !kin_text_ok(&name) || !kin_text_ok(&value);
	change.kind = KIN_DDL_SET_TYPE;
	change.sql = value.data;
	change.check = &had_check;
	changing.ddl = &change;
	if (!r->out->failed)
		set_type_postgresql(&changing);
	kin_text_done(&name);
	kin_text_done(&value);
}

static void modify_labels(const rendering *r, const char *const *labels, size_t count)
{
	kin_column_schema column = *r->ddl->column;

	column.name = r->ddl->name;
	column.type.labels = labels;
	column.type.label_count = count;
	alter(r, " MODIFY COLUMN ");
	kin_ddl_column(r->dialect, r->out, NULL, &column);
}

/* MariaDB: both labels, the rows, and the new label alone. What stands here may be run again wherever it was interrupted. */
static void rename_label_maria(const rendering *r)
{
	const kin_type *type = &r->ddl->column->type;
	kin_vec(const char *) both = { 0 };

	for (size_t i = 0; i < type->label_count; i++) {
		const char *label = type->labels[i];
		r->out->failed = r->out->failed || !kin_vec_push(&both, strcmp(label, r->ddl->new_name) == 0 ? r->ddl->sql : label);
	}
	r->out->failed = r->out->failed || !kin_vec_push(&both, r->ddl->new_name);
	if (!r->out->failed) {
		modify_labels(r, both.items, both.count);
		add_table(r, ";\nUPDATE ", r->ddl->table_name);
		add_name(r, " SET ", r->ddl->name);
		kin_text_add(r->out, " = ");
		kin_text_add_quoted(r->out, r->ddl->new_name, '\'');
		add_name(r, " WHERE ", r->ddl->name);
		kin_text_add(r->out, " = ");
		kin_text_add_quoted(r->out, r->ddl->sql, '\'');
		kin_text_add(r->out, ";\n");
		modify_labels(r, type->labels, type->label_count);
	}
	kin_vec_done(&both);
}

static int rename_label(const rendering *r)
{
	const kin_column_schema *column = r->ddl->column;

	if (!column)
		return kin_error_set(r->error, KIN_EINVAL, "%s.%s: %s must be told the whole column to rename a label of it", r->ddl->table_name,
		                     r->ddl->name, r->dialect->name);
	if (is_maria(r))
		rename_label_maria(r);
	else if (column->type.text)
		kin_ddl_write_label_change(r->out, column->type.text, r->ddl->sql, r->ddl->new_name);
	else
		rename_label_text(r);
	return KIN_OK;
}

static int set_not_null(const rendering *r, const char *words)
{
	if (is_maria(r))
		return modify(r);
	alter_column(r, words);
	return KIN_OK;
}

static void add_key(const rendering *r, const char *kind)
{
	alter(r, " ADD ");
	kin_ddl_write_constraint(r->dialect, r->out, r->ddl->key->name);
	kin_ddl_write_key(r->dialect, r->out, kind, r->ddl->key);
}

static void drop_primary_key(const rendering *r)
{
	if (is_maria(r)) {
		alter(r, " DROP PRIMARY KEY");
		return;
	}
	alter(r, " DROP CONSTRAINT ");
	if (r->ddl->key && r->ddl->key->name)
		kin_dialect_name(r->dialect, r->out, r->ddl->key->name);
	else
		usual_name(r, NULL, 0, "pkey");
}

static void drop_unique(const rendering *r)
{
	const kin_key_schema *key = r->ddl->key;

	if (is_maria(r) && !key->name) {
		kin_ddl_write_drop_unnamed_unique(r->out, r->ddl->table_name, key);
		return;
	}
	alter(r, is_maria(r) ? " DROP INDEX " : " DROP CONSTRAINT ");
	if (key->name)
		kin_dialect_name(r->dialect, r->out, key->name);
	else
		usual_name(r, key->columns, key->column_count, "key");
}

static void drop_foreign(const rendering *r)
{
	const kin_foreign_schema *foreign = r->ddl->foreign;

	if (is_maria(r) && !foreign->name) {
		kin_ddl_write_drop_unnamed_foreign(r->out, r->ddl->table_name, foreign);
		if (r->ddl->index) {
			kin_text_add(r->out, ";\n");
			alter(r, "");
			add_name(r, " DROP INDEX IF EXISTS ", r->ddl->index->name);
		}
		return;
	}
	alter(r, is_maria(r) ? " DROP FOREIGN KEY " : " DROP CONSTRAINT ");
	if (foreign->name)
		kin_dialect_name(r->dialect, r->out, foreign->name);
	else
		usual_name(r, foreign->columns, foreign->column_count, "fkey");
	if (is_maria(r) && r->ddl->index)
		add_name(r, ", DROP INDEX IF EXISTS ", r->ddl->index->name);
}

/* What has no name has to be looked for first. */
static void drop_unnamed_dependents(const rendering *r, const kin_table_schema *with)
{
	for (size_t i = 0; i < with->foreign_count; i++)
		if (!with->foreigns[i].name) {
			kin_ddl_write_drop_unnamed_foreign(r->out, r->ddl->table_name, &with->foreigns[i]);
			kin_text_add(r->out, ";\n");
		}
	for (size_t i = 0; i < with->unique_count; i++)
		if (!with->uniques[i].name) {
			kin_ddl_write_drop_unnamed_unique(r->out, r->ddl->table_name, &with->uniques[i]);
			kin_text_add(r->out, ";\n");
		}
}

static void drop_dependents(const rendering *r, const kin_table_schema *with)
{
	for (size_t i = 0; i < with->foreign_count; i++)
		if (with->foreigns[i].name) {
			add_name(r, " DROP FOREIGN KEY ", with->foreigns[i].name);
			kin_text_add_char(r->out, ',');
		}
	for (size_t i = 0; i < with->unique_count; i++)
		if (with->uniques[i].name) {
			add_name(r, " DROP INDEX ", with->uniques[i].name);
			kin_text_add_char(r->out, ',');
		}
	for (size_t i = 0; i < with->check_count; i++) {
		add_name(r, " DROP CONSTRAINT ", with->checks[i].name);
		kin_text_add_char(r->out, ',');
	}
	for (size_t i = 0; i < with->index_count; i++) {
		add_name(r, " DROP INDEX IF EXISTS ", with->indexes[i].name);
		kin_text_add_char(r->out, ',');
	}
}

static void drop_column(const rendering *r)
{
	const kin_table_schema *with = is_maria(r) ? r->ddl->table : NULL;

	if (with)
		drop_unnamed_dependents(r, with);
	alter(r, "");
	if (with)
		drop_dependents(r, with);
	add_name(r, " DROP COLUMN ", r->ddl->name);
}

static int drop_check(const rendering *r)
{
	if (!r->ddl->check->name)
		return kin_error_set(r->error, KIN_EINVAL, "%s: this check has no name, and %s made one up: drop it by the name that it has there",
		                     r->ddl->table_name, r->dialect->name);
	alter(r, "");
	add_name(r, " DROP CONSTRAINT ", r->ddl->check->name);
	return KIN_OK;
}

/* One that a foreign key cannot do without: by one that is called like the foreign key, and may have been left behind before. */
static void replace_index(const rendering *r)
{
	const kin_foreign_schema *foreign = r->ddl->foreign;
	const char *name = foreign->name ? foreign->name : foreign->columns[0];

	alter(r, "");
	add_name(r, " DROP INDEX ", r->ddl->name);
	if (strcmp(name, r->ddl->name) != 0)
		add_name(r, ", DROP INDEX IF EXISTS ", name);
	add_name(r, ", ADD INDEX ", name);
	kin_text_add_char(r->out, ' ');
	kin_ddl_write_names(r->dialect, r->out, foreign->columns, foreign->column_count);
}

static int drop_index(const rendering *r)
{
	if (is_maria(r) && !r->ddl->table_name)
		return kin_error_set(r->error, KIN_EINVAL, "DROP INDEX %s: MariaDB must be told the table: DROP INDEX %s ON …",
		                     r->ddl->name, r->ddl->name);
	if (is_maria(r) && r->ddl->foreign) {
		replace_index(r);
		return KIN_OK;
	}
	bool concurrently = r->ddl->concurrently && r->dialect->id == KIN_POSTGRESQL;
	add_beside(r, concurrently ? "DROP INDEX CONCURRENTLY " : "DROP INDEX ", r->ddl->table_name, r->ddl->name);
	if (is_maria(r))
		add_name(r, " ON ", r->ddl->table_name);
	return KIN_OK;
}

static int comment(const rendering *r)
{
	bool column = r->ddl->kind == KIN_DDL_COMMENT_COLUMN;

	if (r->dialect->id == KIN_SQLITE)
		return KIN_OK;
	if (r->dialect->id == KIN_POSTGRESQL)
		comment_on(r, r->ddl->table_name, column ? r->ddl->name : NULL, r->ddl->sql);
	else if (column)
		return modify(r);
	else {
		alter(r, " COMMENT = ");
		kin_text_add_quoted(r->out, r->ddl->sql ? r->ddl->sql : "", '\'');
	}
	return KIN_OK;
}

static void drop_object(const rendering *r)
{
	add_name(r, strcmp(r->ddl->object->kind, "view") == 0 ? "DROP VIEW " : "DROP TRIGGER ", r->ddl->object->name);
	if (r->dialect->id == KIN_POSTGRESQL && r->ddl->object->table)
		add_table(r, " ON ", r->ddl->object->table);
}

/* It may be one already, of which only the options change, or a serial. The next number is one more than the largest, or where it starts. */
static void set_identity(const rendering *r)
{
	int64_t start = r->ddl->column->identity_start;
	kin_text table;

	alter_column(r, " DROP IDENTITY IF EXISTS;\n");
	alter_column(r, " DROP DEFAULT,");
	alter_clause(r, " SET NOT NULL,");
	alter_clause(r, " ADD");
	kin_ddl_write_identity(r->out, r->ddl->column);
	if (r->ddl->column->identity_increment < 0) /* downwards there is no next one */
		return;
	kin_text_add(r->out, ";\nDO $kin$ BEGIN PERFORM setval(pg_get_serial_sequence(");
	kin_text_init(&table);
	kin_dialect_table(r->dialect, &table, r->ddl->table_name);
	kin_text_add_quoted(r->out, table.data, '\'');
	kin_text_add(r->out, ", ");
	kin_text_add_quoted(r->out, r->ddl->name, '\'');
	kin_text_addf(r->out, "), (SELECT %sCOALESCE(MAX(", start > 1 ? "GREATEST(" : "");
	kin_dialect_name(r->dialect, r->out, r->ddl->name);
	kin_text_add(r->out, "), 0) + 1");
	if (start > 1)
		kin_text_addf(r->out, ", %" PRId64 ")", start);
	kin_text_addf(r->out, " FROM %s), false); END $kin$", table.data);
	r->out->failed = r->out->failed || !kin_text_ok(&table);
	kin_text_done(&table);
}

/* A serial's number is a default. */
static void drop_identity(const rendering *r)
{
	alter_column(r, " DROP IDENTITY IF EXISTS;\n");
	alter_column(r, " DROP DEFAULT");
}

static int change_identity(const rendering *r)
{
	if (is_maria(r))
		return modify(r);
	if (r->ddl->kind == KIN_DDL_SET_IDENTITY)
		set_identity(r);
	else
		drop_identity(r);
	return KIN_OK;
}

/* MariaDB has no words for it: what it is, is dropped and added. */
static int rename_constraint(const rendering *r)
{
	const kin_ddl *ddl = r->ddl;

	if (!is_maria(r) || ddl->key) {
		alter(r, is_maria(r) ? " RENAME INDEX " : " RENAME CONSTRAINT ");
		kin_dialect_name(r->dialect, r->out, ddl->name);
		add_name(r, " TO ", ddl->new_name);
		return KIN_OK;
	}
	if (!ddl->foreign && !ddl->check)
		return kin_error_set(r->error, KIN_EINVAL, "%s: MariaDB must be told what constraint %s is to rename it", ddl->table_name,
		                     ddl->name);
	alter(r, ddl->foreign ? " DROP FOREIGN KEY " : " DROP CONSTRAINT ");
	kin_dialect_name(r->dialect, r->out, ddl->name);
	kin_text_add(r->out, ", ADD ");
	kin_ddl_write_constraint(r->dialect, r->out, ddl->new_name);
	if (ddl->foreign)
		kin_ddl_write_foreign(r->dialect, r->out, ddl->foreign);
	else
		kin_ddl_write_check(r->dialect, r->out, ddl->check);
	return KIN_OK;
}

/* SQLite makes it anew, which needs no new table. */
static int rename_index(const rendering *r)
{
	const kin_ddl *ddl = r->ddl;
	kin_index_schema index;

	if (r->dialect->id != KIN_SQLITE) {
		if (is_maria(r)) {
			alter(r, "");
			add_name(r, " RENAME INDEX ", ddl->name);
		} else {
			add_beside(r, "ALTER INDEX ", ddl->table_name, ddl->name);
		}
		add_name(r, is_maria(r) ? " TO " : " RENAME TO ", ddl->new_name);
		return KIN_OK;
	}
	if (!ddl->index)
		return kin_error_set(r->error, KIN_EINVAL, "%s: SQLite must be told the whole index %s to rename it", ddl->table_name, ddl->name);
	index = *ddl->index;
	index.name = ddl->new_name;
	add_name(r, "DROP INDEX ", ddl->name);
	kin_text_add(r->out, ";\n");
	kin_ddl_index(r->dialect, r->out, ddl->table_name, &index);
	return KIN_OK;
}

static int render(const rendering *r)
{
	const kin_ddl *ddl = r->ddl;

	switch (ddl->kind) {
	case KIN_DDL_CREATE_TABLE:     create_table(r); break;
	case KIN_DDL_DROP_TABLE:       add_table(r, "DROP TABLE ", ddl->table_name); break;
	case KIN_DDL_RENAME_TABLE:     alter(r, ""); add_name(r, " RENAME TO ", kin_dialect_bare(r->dialect, ddl->new_name)); break;
	case KIN_DDL_ADD_COLUMN:       add_column(r); break;
	case KIN_DDL_DROP_COLUMN:      drop_column(r); break;
	case KIN_DDL_RENAME_COLUMN:
		alter(r, "");
		add_name(r, " RENAME COLUMN ", ddl->name);
		add_name(r, " TO ", ddl->new_name);
		break;
	case KIN_DDL_SET_TYPE:         return set_type(r);
	case KIN_DDL_SET_NOT_NULL:     return set_not_null(r, " SET NOT NULL");
	case KIN_DDL_DROP_NOT_NULL:    return set_not_null(r, " DROP NOT NULL");
	case KIN_DDL_SET_DEFAULT:
		alter_column(r, " SET DEFAULT ");
		kin_ddl_write_default(r->dialect, r->out, ddl->column ? &ddl->column->type : NULL, ddl->sql);
		break;
	case KIN_DDL_DROP_DEFAULT:     alter_column(r, " DROP DEFAULT"); break;
	case KIN_DDL_ADD_PRIMARY_KEY:  add_key(r, "PRIMARY KEY"); break;
	case KIN_DDL_DROP_PRIMARY_KEY: drop_primary_key(r); break;
	case KIN_DDL_ADD_UNIQUE:       add_key(r, "UNIQUE"); break;
	case KIN_DDL_DROP_UNIQUE:      drop_unique(r); break;
	case KIN_DDL_ADD_FOREIGN:
		alter(r, " ADD ");
		kin_ddl_write_constraint(r->dialect, r->out, ddl->foreign->name);
		kin_ddl_write_foreign(r->dialect, r->out, ddl->foreign);
		break;
	case KIN_DDL_DROP_FOREIGN:     drop_foreign(r); break;
	case KIN_DDL_ADD_CHECK:
		alter(r, " ADD ");
		kin_ddl_write_constraint(r->dialect, r->out, ddl->check->name);
		kin_ddl_write_check(r->dialect, r->out, ddl->check);
		break;
	case KIN_DDL_DROP_CHECK:       return drop_check(r);
	case KIN_DDL_DROP_CONSTRAINT:  alter(r, ""); add_name(r, " DROP CONSTRAINT ", ddl->name); break;
	case KIN_DDL_CREATE_INDEX:     return create_index(r);
	case KIN_DDL_DROP_INDEX:       return drop_index(r);
	case KIN_DDL_COMMENT_TABLE:
	case KIN_DDL_COMMENT_COLUMN:   return comment(r);
	case KIN_DDL_CREATE_OBJECT:    kin_text_add(r->out, ddl->object->sql); break;
	case KIN_DDL_DROP_OBJECT:      drop_object(r); break;
	case KIN_DDL_SQL:              kin_text_add(r->out, ddl->sql); break;
	case KIN_DDL_CALL:
		return kin_error_set(r->error, KIN_EINVAL, "CALL %s: it is a function of the app, not SQL", ddl->name);
	case KIN_DDL_RENAME_CONSTRAINT: return rename_constraint(r);
	case KIN_DDL_RENAME_INDEX:     return rename_index(r);
	case KIN_DDL_SET_IDENTITY:
	case KIN_DDL_DROP_IDENTITY:    return change_identity(r);
	case KIN_DDL_RENAME_LABEL:     return rename_label(r);
	case KIN_DDL_SET_OPTIONS:      break; /* SQLite's, where the table is made anew */
	case KIN_DDL_SET_DISTRIBUTED:
		if (r->dialect->id == KIN_POSTGRESQL)
			distribute(r, ddl->table_name, ddl->name, false);
		break;
	}
	return KIN_OK;
}

/* What SQLite refuses in ALTER TABLE … ADD COLUMN. */
static bool sqlite_can_add(const kin_ddl *ddl)
{
	const kin_column_schema *column = ddl->column;
	const char *value = column->default_sql;

	if (ddl->key || column->autoincrement || (column->computed_sql && column->computed_stored))
		return false;
	if (value && (!kin_ddl_expression_is_constant(value) || strncasecmp(value, "CURRENT_", 8) == 0))
		return false;
	if (column->not_null && !value && !column->computed_sql)
		return false;
	return !ddl->foreign || !value;
}

bool kin_ddl_needs_rebuild(const kin_dialect *dialect, const kin_ddl *ddl)
{
	if (dialect->id != KIN_SQLITE || ddl->only)
		return false;
	switch (ddl->kind) {
	case KIN_DDL_ADD_COLUMN:
		return !sqlite_can_add(ddl);
	case KIN_DDL_SET_TYPE:
	case KIN_DDL_SET_NOT_NULL:
	case KIN_DDL_DROP_NOT_NULL:
	case KIN_DDL_SET_DEFAULT:
	case KIN_DDL_DROP_DEFAULT:
	case KIN_DDL_ADD_PRIMARY_KEY:
	case KIN_DDL_DROP_PRIMARY_KEY:
	case KIN_DDL_ADD_UNIQUE:
	case KIN_DDL_DROP_UNIQUE:
	case KIN_DDL_ADD_FOREIGN:
	case KIN_DDL_DROP_FOREIGN:
	case KIN_DDL_ADD_CHECK:
	case KIN_DDL_DROP_CHECK:
	case KIN_DDL_DROP_CONSTRAINT:
	case KIN_DDL_RENAME_CONSTRAINT:
	case KIN_DDL_SET_IDENTITY:
	case KIN_DDL_DROP_IDENTITY:
	case KIN_DDL_RENAME_LABEL:
	case KIN_DDL_SET_OPTIONS:
		return true;
	default:
		return false;
	}
}

int kin_ddl_render(const kin_dialect *dialect, kin_text *out, const kin_ddl *ddl, kin_error *error)
{
	rendering r = { .dialect = dialect, .out = out, .ddl = ddl, .error = error };
	size_t start = out->length;
	int rc;

	if (ddl->only && !kin_dialect_is(dialect, ddl->only))
		return KIN_OK;
	if (kin_ddl_needs_rebuild(dialect, ddl))
		return kin_error_set(error, KIN_EINVAL, "SQLite cannot do this to table %s as it is: it must be made anew",
		                     ddl->table_name);
	rc = render(&r);
	if (!kin_text_ok(out))
		return kin_error_nomem(error);
	if (rc < 0)
		kin_text_cut(out, start);
	return rc;
}
