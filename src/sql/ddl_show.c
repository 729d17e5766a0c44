/* ddl_show.c - the portable text of one change, which kin_ddl_parse() reads back as the same. */
#include "sql/ddl_expression.h"
#include "sql/ddl_write.h"

static void name(kin_text *out, const char *before, const char *name)
{
	kin_text_add(out, before);
	kin_ddl_write_name(NULL, out, name);
}

static void alter(kin_text *out, const kin_ddl *ddl, const char *what)
{
	name(out, "ALTER TABLE ", ddl->table_name);
	kin_text_add(out, what);
}

static void alter_column(kin_text *out, const kin_ddl *ddl, const char *what)
{
	alter(out, ddl, " ALTER COLUMN ");
	kin_ddl_write_name(NULL, out, ddl->name);
	kin_text_add(out, what);
}

static void add_column(kin_text *out, const kin_ddl *ddl)
{
	alter(out, ddl, " ADD COLUMN ");
	kin_ddl_column(NULL, out, NULL, ddl->column);
	if (ddl->key) {
		kin_text_add_char(out, ' ');
		kin_ddl_write_constraint(NULL, out, ddl->key->name);
		kin_text_add(out, "UNIQUE");
		if (ddl->key->extra)
			kin_text_addf(out, " %s", ddl->key->extra);
	}
	if (ddl->foreign) {
		kin_text_add_char(out, ' ');
		kin_ddl_write_constraint(NULL, out, ddl->foreign->name);
		kin_ddl_write_references(NULL, out, ddl->foreign);
	}
	if (ddl->check) {
		kin_text_add_char(out, ' ');
		kin_ddl_write_constraint(NULL, out, ddl->check->name);
		kin_ddl_write_check(NULL, out, ddl->check);
	}
}

static void set_type(kin_text *out, const kin_ddl *ddl)
{
	alter_column(out, ddl, " TYPE ");
	kin_ddl_type(NULL, out, &ddl->column->type);
	if (ddl->column->collation)
		name(out, " COLLATE ", ddl->column->collation);
	if (ddl->sql) {
		kin_text_add(out, " USING ");
		kin_ddl_expression_add(NULL, out, ddl->sql);
	}
}

static void rename_part(kin_text *out, const kin_ddl *ddl, const char *what)
{
	alter(out, ddl, what);
	kin_ddl_write_name(NULL, out, ddl->name);
	name(out, " TO ", ddl->new_name);
}

static void set_options(kin_text *out, const kin_ddl *ddl)
{
	alter(out, ddl, " SET OPTIONS ");
	kin_text_add_quoted(out, ddl->sql ? ddl->sql : "", '\'');
}

static void set_distributed(kin_text *out, const kin_ddl *ddl)
{
	alter(out, ddl, ddl->name ? " SET DISTRIBUTED BY " : " DROP DISTRIBUTED BY");
	if (ddl->name)
		kin_ddl_write_names(NULL, out, &ddl->name, 1);
}

static void set_default(kin_text *out, const kin_ddl *ddl)
{
	alter_column(out, ddl, " SET DEFAULT ");
	kin_ddl_write_default(NULL, out, NULL, ddl->sql);
}

static void add_key(kin_text *out, const kin_ddl *ddl, const char *kind)
{
	alter(out, ddl, " ADD ");
	kin_ddl_write_constraint(NULL, out, ddl->key->name);
	kin_ddl_write_key(NULL, out, kind, ddl->key);
}

static void add_foreign(kin_text *out, const kin_ddl *ddl)
{
	alter(out, ddl, " ADD ");
	kin_ddl_write_constraint(NULL, out, ddl->foreign->name);
	kin_ddl_write_foreign(NULL, out, ddl->foreign);
}

static void add_check(kin_text *out, const kin_ddl *ddl)
{
	alter(out, ddl, " ADD ");
	kin_ddl_write_constraint(NULL, out, ddl->check->name);
	kin_ddl_write_check(NULL, out, ddl->check);
}

static void drop_named(kin_text *out, const kin_ddl *ddl, const char *constraint)
{
	alter(out, ddl, " DROP CONSTRAINT ");
	kin_ddl_write_name(NULL, out, constraint);
}

static void drop_unique(kin_text *out, const kin_ddl *ddl)
{
	if (ddl->key->name) {
		drop_named(out, ddl, ddl->key->name);
		return;
	}
	alter(out, ddl, " DROP UNIQUE ");
	kin_ddl_write_names(NULL, out, ddl->key->columns, ddl->key->column_count);
}

static void drop_foreign(kin_text *out, const kin_ddl *ddl)
{
	if (ddl->foreign->name) {
		drop_named(out, ddl, ddl->foreign->name);
		return;
	}
	alter(out, ddl, " DROP ");
	kin_ddl_write_foreign(NULL, out, ddl->foreign);
}

static void drop_check(kin_text *out, const kin_ddl *ddl)
{
	if (ddl->check->name) {
		drop_named(out, ddl, ddl->check->name);
		return;
	}
	alter(out, ddl, " DROP ");
	kin_ddl_write_check(NULL, out, ddl->check);
}

static void drop_index(kin_text *out, const kin_ddl *ddl)
{
	name(out, ddl->concurrently ? "DROP INDEX CONCURRENTLY " : "DROP INDEX ", ddl->name);
	if (ddl->table_name)
		name(out, " ON ", ddl->table_name);
}

static void comment(kin_text *out, const kin_ddl *ddl)
{
	bool column = ddl->kind == KIN_DDL_COMMENT_COLUMN;

	name(out, column ? "COMMENT ON COLUMN " : "COMMENT ON TABLE ", ddl->table_name);
	if (column)
		name(out, ".", ddl->name);
	kin_text_add(out, " IS ");
	if (ddl->sql)
		kin_text_add_quoted(out, ddl->sql, '\'');
	else
		kin_text_add(out, "NULL");
}

static void rename_label(kin_text *out, const kin_ddl *ddl)
{
	alter_column(out, ddl, " RENAME VALUE ");
	kin_text_add_quoted(out, ddl->sql, '\'');
	kin_text_add(out, " TO ");
	kin_text_add_quoted(out, ddl->new_name, '\'');
}

static void drop_object(kin_text *out, const kin_ddl *ddl)
{
	name(out, strcmp(ddl->object->kind, "view") == 0 ? "DROP VIEW " : "DROP TRIGGER ", ddl->object->name);
	if (ddl->object->table)
		name(out, " ON ", ddl->object->table);
}

void kin_ddl_show(kin_text *out, const kin_ddl *ddl)
{
	switch (ddl->kind) {
	case KIN_DDL_CREATE_TABLE:     kin_ddl_table(NULL, out, ddl->table); break;
	case KIN_DDL_DROP_TABLE:       name(out, "DROP TABLE ", ddl->table_name); break;
	case KIN_DDL_RENAME_TABLE:     alter(out, ddl, ""); name(out, " RENAME TO ", ddl->new_name); break;
	case KIN_DDL_ADD_COLUMN:       add_column(out, ddl); break;
	case KIN_DDL_DROP_COLUMN:      alter(out, ddl, ""); name(out, " DROP COLUMN ", ddl->name); break;
	case KIN_DDL_RENAME_COLUMN:
		alter(out, ddl, "");
		name(out, " RENAME COLUMN ", ddl->name);
		name(out, " TO ", ddl->new_name);
		break;
	case KIN_DDL_SET_TYPE:         set_type(out, ddl); break;
	case KIN_DDL_SET_NOT_NULL:     alter_column(out, ddl, " SET NOT NULL"); break;
	case KIN_DDL_DROP_NOT_NULL:    alter_column(out, ddl, " DROP NOT NULL"); break;
	case KIN_DDL_SET_DEFAULT:      set_default(out, ddl); break;
	case KIN_DDL_DROP_DEFAULT:     alter_column(out, ddl, " DROP DEFAULT"); break;
	case KIN_DDL_ADD_PRIMARY_KEY:  add_key(out, ddl, "PRIMARY KEY"); break;
	case KIN_DDL_DROP_PRIMARY_KEY: alter(out, ddl, " DROP PRIMARY KEY"); break;
	case KIN_DDL_ADD_UNIQUE:       add_key(out, ddl, "UNIQUE"); break;
	case KIN_DDL_DROP_UNIQUE:      drop_unique(out, ddl); break;
	case KIN_DDL_ADD_FOREIGN:      add_foreign(out, ddl); break;
	case KIN_DDL_DROP_FOREIGN:     drop_foreign(out, ddl); break;
	case KIN_DDL_ADD_CHECK:        add_check(out, ddl); break;
	case KIN_DDL_DROP_CHECK:       drop_check(out, ddl); break;
	case KIN_DDL_DROP_CONSTRAINT:  drop_named(out, ddl, ddl->name); break;
	case KIN_DDL_CREATE_INDEX:     kin_ddl_write_index(NULL, out, ddl); break;
	case KIN_DDL_DROP_INDEX:       drop_index(out, ddl); break;
	case KIN_DDL_COMMENT_TABLE:
	case KIN_DDL_COMMENT_COLUMN:   comment(out, ddl); break;
	case KIN_DDL_CREATE_OBJECT:    kin_text_add(out, ddl->object->sql); break;
	case KIN_DDL_DROP_OBJECT:      drop_object(out, ddl); break;
	case KIN_DDL_SQL:              kin_text_add(out, ddl->sql); break;
	case KIN_DDL_CALL:             name(out, "CALL ", ddl->name); break;
	case KIN_DDL_RENAME_CONSTRAINT: rename_part(out, ddl, " RENAME CONSTRAINT "); break;
	case KIN_DDL_RENAME_INDEX:     rename_part(out, ddl, " RENAME INDEX "); break;
	case KIN_DDL_SET_IDENTITY:
		alter_column(out, ddl, ddl->column->strict_autoincrement ? " ADD AUTOINCREMENT" : " ADD");
		if (!ddl->column->strict_autoincrement)
			kin_ddl_write_identity(out, ddl->column);
		break;
	case KIN_DDL_DROP_IDENTITY:    alter_column(out, ddl, " DROP IDENTITY"); break;
	case KIN_DDL_RENAME_LABEL:     rename_label(out, ddl); break;
	case KIN_DDL_SET_OPTIONS:      set_options(out, ddl); break;
	case KIN_DDL_SET_DISTRIBUTED:  set_distributed(out, ddl); break;
	}
}
