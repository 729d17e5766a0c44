/* ddl_rebuild.c - which changes SQLite has no ALTER TABLE for, so that the table is made anew. */
#include <strings.h>

#include "sql/ddl.h"
#include "sql/ddl_expression.h"

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
