/* ddl_parse_alter.c - ALTER TABLE t RENAME | ADD | DROP | ALTER | SET … */
#include "sql/ddl_parse.h"
#include "sql/ddl_table.h"

/* Behind ALTER TABLE t RENAME. */
static void alter_rename(kin_ddl_reader *r, kin_ddl *item)
{
	if (kin_ddl_read_take(r, "TO")) {
		item->kind = KIN_DDL_RENAME_TABLE;
		item->new_name = kin_ddl_read_name(r, "the table's new name");
		return;
	}
	if (kin_ddl_read_at(r, "CONSTRAINT") || kin_ddl_read_at(r, "INDEX")) {
		item->kind = kin_ddl_read_take(r, "INDEX") ? KIN_DDL_RENAME_INDEX : KIN_DDL_RENAME_CONSTRAINT;
		if (item->kind == KIN_DDL_RENAME_CONSTRAINT)
			kin_ddl_read_next(r);
		item->name = kin_ddl_read_name(r, "its name");
		kin_ddl_read_expect(r, "TO");
		item->new_name = kin_ddl_read_name(r, "its new name");
		return;
	}
	item->kind = KIN_DDL_RENAME_COLUMN;
	kin_ddl_read_take(r, "COLUMN");
	item->name = kin_ddl_read_name(r, "a column name, or TO");
	kin_ddl_read_expect(r, "TO");
	item->new_name = kin_ddl_read_name(r, "the column's new name");
}

/* The constraint that was read into `table`, as an item. */
static void take_constraint(kin_ddl *item, kin_table_schema *table)
{
	if (table->primary_key.column_count > 0) {
		item->kind = KIN_DDL_ADD_PRIMARY_KEY;
		item->key = &table->primary_key;
	} else if (table->unique_count > 0) {
		item->kind = KIN_DDL_ADD_UNIQUE;
		item->key = &table->uniques[0];
	} else if (table->foreign_count > 0) {
		item->kind = KIN_DDL_ADD_FOREIGN;
		item->foreign = &table->foreigns[0];
	} else if (table->check_count > 0) {
		item->kind = KIN_DDL_ADD_CHECK;
		item->check = &table->checks[0];
	}
}

/* The column that was read into `table`, as an item. */
static void take_column(kin_ddl_reader *r, kin_ddl *item, kin_table_schema *table, const kin_token *at)
{
	item->kind = KIN_DDL_ADD_COLUMN;
	if (r->rc < 0)
		return;
	if (table->primary_key.column_count > 0)
		kin_ddl_read_refuse(r, at, "a primary key is added by a statement of its own: ALTER TABLE … ADD PRIMARY KEY (…)");
	if (table->unique_count > 1 || table->foreign_count > 1 || table->check_count > 1)
		kin_ddl_read_refuse(r, at, "one UNIQUE, REFERENCES and CHECK go with a new column: add others by ALTER TABLE … ADD");
	item->column = &table->columns[0];
	item->name = item->column->name;
	item->key = table->unique_count > 0 ? &table->uniques[0] : NULL;
	item->foreign = table->foreign_count > 0 ? &table->foreigns[0] : NULL;
	item->check = table->check_count > 0 ? &table->checks[0] : NULL;
}

/* Behind ALTER TABLE t ADD. */
static void alter_add(kin_ddl_reader *r, kin_ddl *item)
{
	kin_token at = r->token;
	kin_table_schema *table;

	if (!KIN_DDL_MAKE(r, table))
		return;
	if (kin_ddl_table_at_constraint(r)) {
		kin_ddl_table_read_constraint(r, table);
		take_constraint(item, table);
	} else {
		kin_ddl_read_take(r, "COLUMN");
		kin_ddl_table_read_column(r, table);
		take_column(r, item, table, &at);
	}
}

static void drop_foreign(kin_ddl_reader *r, kin_ddl *item)
{
	item->kind = KIN_DDL_DROP_FOREIGN;
	if (!KIN_DDL_MAKE(r, item->foreign))
		return;
	item->foreign->columns = kin_ddl_read_names(r, "a column name", &item->foreign->column_count);
	kin_ddl_read_expect(r, "REFERENCES");
	kin_ddl_table_read_references(r, item->foreign);
}

/* Behind ALTER TABLE t DROP. */
static void alter_drop(kin_ddl_reader *r, kin_ddl *item)
{
	if (kin_ddl_read_take(r, "CONSTRAINT")) {
		item->kind = KIN_DDL_DROP_CONSTRAINT;
		item->name = kin_ddl_read_name(r, "the constraint's name");
	} else if (kin_ddl_read_take(r, "PRIMARY KEY")) {
		item->kind = KIN_DDL_DROP_PRIMARY_KEY;
	} else if (kin_ddl_read_take(r, "UNIQUE")) {
		item->kind = KIN_DDL_DROP_UNIQUE;
		if (KIN_DDL_MAKE(r, item->key))
			item->key->columns = kin_ddl_read_names(r, "a column name", &item->key->column_count);
	} else if (kin_ddl_read_take(r, "FOREIGN KEY")) {
		drop_foreign(r, item);
	} else if (kin_ddl_read_take(r, "CHECK")) {
		item->kind = KIN_DDL_DROP_CHECK;
		if (KIN_DDL_MAKE(r, item->check))
			item->check->sql = kin_ddl_read_parentheses(r);
	} else if (kin_ddl_read_take(r, "DISTRIBUTED BY")) {
		item->kind = KIN_DDL_SET_DISTRIBUTED;
	} else {
		item->kind = KIN_DDL_DROP_COLUMN;
		kin_ddl_read_take(r, "COLUMN");
		item->name = kin_ddl_read_name(r, "a column name");
	}
}

static void set_type(kin_ddl_reader *r, kin_ddl *item)
{
	item->kind = KIN_DDL_SET_TYPE;
	if (!KIN_DDL_MAKE(r, item->column))
		return;
	item->column->name = item->name;
	if (kin_ddl_parse_at_end(r))
		kin_ddl_read_wanted(r, "a type");
	kin_ddl_table_read_type(r, &item->column->type);
	if (kin_ddl_read_take(r, "COLLATE"))
		item->column->collation = kin_ddl_read_name(r, "a collation");
	if (kin_ddl_read_take(r, "USING")) {
		size_t from = r->token.at;
		while (!kin_ddl_parse_at_end(r))
			kin_ddl_read_skip(r);
		item->sql = kin_ddl_read_expression_since(r, from);
	}
}

/* Behind ALTER COLUMN a RENAME. */
static void rename_label(kin_ddl_reader *r, kin_ddl *item)
{
	item->kind = KIN_DDL_RENAME_LABEL;
	kin_ddl_read_expect(r, "VALUE");
	item->sql = kin_ddl_read_string(r);
	kin_ddl_read_expect(r, "TO");
	item->new_name = kin_ddl_read_string(r);
}

/* Behind ALTER COLUMN a ADD. */
static void set_identity(kin_ddl_reader *r, kin_ddl *item)
{
	item->kind = KIN_DDL_SET_IDENTITY;
	if (!KIN_DDL_MAKE(r, item->column))
		return;
	item->column->name = item->name;
	item->column->autoincrement = item->column->not_null = true;
	item->column->strict_autoincrement = kin_ddl_read_take(r, "AUTOINCREMENT");
	if (!item->column->strict_autoincrement && !kin_ddl_table_read_identity(r, item->column))
		kin_ddl_read_wanted(r, "GENERATED BY DEFAULT AS IDENTITY, GENERATED ALWAYS AS IDENTITY or AUTOINCREMENT");
}

/* Behind ALTER TABLE t SET. */
static void set_options(kin_ddl_reader *r, kin_ddl *item)
{
	const char *options;

	if (kin_ddl_read_at(r, "DISTRIBUTED")) {
		item->kind = KIN_DDL_SET_DISTRIBUTED;
		item->name = kin_ddl_table_read_distributed(r);
		return;
	}
	item->kind = KIN_DDL_SET_OPTIONS;
	kin_ddl_read_expect(r, "OPTIONS");
	options = kin_ddl_read_string(r);
	item->sql = options && *options ? options : NULL;
}

/* Behind ALTER TABLE t ALTER. */
static void alter_column(kin_ddl_reader *r, kin_ddl *item)
{
	kin_ddl_read_take(r, "COLUMN");
	item->name = kin_ddl_read_name(r, "a column name");
	if (kin_ddl_read_take(r, "TYPE") || kin_ddl_read_take(r, "SET DATA TYPE")) {
		set_type(r, item);
	} else if (kin_ddl_read_take(r, "SET NOT NULL")) {
		item->kind = KIN_DDL_SET_NOT_NULL;
	} else if (kin_ddl_read_take(r, "DROP NOT NULL")) {
		item->kind = KIN_DDL_DROP_NOT_NULL;
	} else if (kin_ddl_read_take(r, "SET DEFAULT")) {
		item->kind = KIN_DDL_SET_DEFAULT;
		item->sql = kin_ddl_table_read_default(r);
	} else if (kin_ddl_read_take(r, "DROP DEFAULT")) {
		item->kind = KIN_DDL_DROP_DEFAULT;
	} else if (kin_ddl_read_take(r, "DROP IDENTITY")) {
		item->kind = KIN_DDL_DROP_IDENTITY;
	} else if (kin_ddl_read_take(r, "RENAME")) {
		rename_label(r, item);
	} else if (kin_ddl_read_take(r, "ADD")) {
		set_identity(r, item);
	} else {
		kin_ddl_read_wanted(r, "TYPE, SET NOT NULL, DROP NOT NULL, SET DEFAULT, DROP DEFAULT, RENAME VALUE, ADD … IDENTITY or DROP IDENTITY");
	}
}

void kin_ddl_parse_alter(kin_ddl_reader *r, kin_ddl *item)
{
	kin_ddl_read_expect(r, "ALTER TABLE");
	item->table_name = kin_ddl_read_name(r, "a table's name");
	if (kin_ddl_read_take(r, "RENAME"))
		alter_rename(r, item);
	else if (kin_ddl_read_take(r, "ADD"))
		alter_add(r, item);
	else if (kin_ddl_read_take(r, "DROP"))
		alter_drop(r, item);
	else if (kin_ddl_read_take(r, "ALTER"))
		alter_column(r, item);
	else if (kin_ddl_read_take(r, "SET"))
		set_options(r, item);
	else
		kin_ddl_read_wanted(r, "RENAME, ADD, DROP, ALTER, SET OPTIONS or SET DISTRIBUTED BY");
}
