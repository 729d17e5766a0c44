/* ddl_render.c - one change for a database, in its own words: which file has them. */
#include "sql/ddl_render.h"

static void drop_object(const kin_rendering *r)
{
	kin_render_name(r, strcmp(r->ddl->object->kind, "view") == 0 ? "DROP VIEW " : "DROP TRIGGER ", r->ddl->object->name);
	if (r->dialect->id == KIN_POSTGRESQL && r->ddl->object->table)
		kin_render_table(r, " ON ", r->ddl->object->table);
}

static int render(const kin_rendering *r)
{
	const kin_ddl *ddl = r->ddl;

	switch (ddl->kind) {
	case KIN_DDL_CREATE_TABLE:     kin_render_create_table(r); break;
	case KIN_DDL_DROP_TABLE:       kin_render_table(r, "DROP TABLE ", ddl->table_name); break;
	case KIN_DDL_RENAME_TABLE:
		kin_render_alter(r, "");
		kin_render_name(r, " RENAME TO ", kin_dialect_bare(r->dialect, ddl->new_name));
		break;
	case KIN_DDL_ADD_COLUMN:       kin_render_add_column(r); break;
	case KIN_DDL_DROP_COLUMN:      kin_render_drop_column(r); break;
	case KIN_DDL_RENAME_COLUMN:
		kin_render_alter(r, "");
		kin_render_name(r, " RENAME COLUMN ", ddl->name);
		kin_render_name(r, " TO ", ddl->new_name);
		break;
	case KIN_DDL_SET_TYPE:         return kin_render_set_type(r);
	case KIN_DDL_SET_NOT_NULL:     return kin_render_set_not_null(r, " SET NOT NULL");
	case KIN_DDL_DROP_NOT_NULL:    return kin_render_set_not_null(r, " DROP NOT NULL");
	case KIN_DDL_SET_DEFAULT:
		kin_render_alter_column(r, " SET DEFAULT ");
		kin_ddl_write_default(r->dialect, r->out, ddl->column ? &ddl->column->type : NULL, ddl->sql);
		break;
	case KIN_DDL_DROP_DEFAULT:     kin_render_alter_column(r, " DROP DEFAULT"); break;
	case KIN_DDL_ADD_PRIMARY_KEY:  kin_render_add_key(r, "PRIMARY KEY"); break;
	case KIN_DDL_DROP_PRIMARY_KEY: kin_render_drop_primary_key(r); break;
	case KIN_DDL_ADD_UNIQUE:       kin_render_add_key(r, "UNIQUE"); break;
	case KIN_DDL_DROP_UNIQUE:      kin_render_drop_unique(r); break;
	case KIN_DDL_ADD_FOREIGN:      kin_render_add_foreign(r); break;
	case KIN_DDL_DROP_FOREIGN:     kin_render_drop_foreign(r); break;
	case KIN_DDL_ADD_CHECK:        kin_render_add_check(r); break;
	case KIN_DDL_DROP_CHECK:       return kin_render_drop_check(r);
	case KIN_DDL_DROP_CONSTRAINT:  kin_render_alter(r, ""); kin_render_name(r, " DROP CONSTRAINT ", ddl->name); break;
	case KIN_DDL_CREATE_INDEX:     return kin_render_create_index(r);
	case KIN_DDL_DROP_INDEX:       return kin_render_drop_index(r);
	case KIN_DDL_COMMENT_TABLE:
	case KIN_DDL_COMMENT_COLUMN:   return kin_render_comment(r);
	case KIN_DDL_CREATE_OBJECT:    kin_text_add(r->out, ddl->object->sql); break;
	case KIN_DDL_DROP_OBJECT:      drop_object(r); break;
	case KIN_DDL_SQL:              kin_text_add(r->out, ddl->sql); break;
	case KIN_DDL_CALL:
		return kin_error_set(r->error, KIN_EINVAL, "CALL %s: it is a function of the app, not SQL", ddl->name);
	case KIN_DDL_RENAME_CONSTRAINT: return kin_render_rename_constraint(r);
	case KIN_DDL_RENAME_INDEX:     return kin_render_rename_index(r);
	case KIN_DDL_SET_IDENTITY:
	case KIN_DDL_DROP_IDENTITY:    return kin_render_identity(r);
	case KIN_DDL_RENAME_LABEL:     return kin_render_rename_label(r);
	case KIN_DDL_SET_OPTIONS:      break; /* SQLite's, where the table is made anew */
	case KIN_DDL_SET_DISTRIBUTED:
		if (r->dialect->id == KIN_POSTGRESQL)
			kin_render_distribute(r, ddl->table_name, ddl->name, false);
		break;
	}
	return KIN_OK;
}

int kin_ddl_render(const kin_dialect *dialect, kin_text *out, const kin_ddl *ddl, kin_error *error)
{
	kin_rendering r = { .dialect = dialect, .out = out, .ddl = ddl, .error = error };
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
