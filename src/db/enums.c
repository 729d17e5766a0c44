/* enums.c - finds the enums that a database keeps as text. */
#include "db/enums.h"

#include "sql/ddl.h"

/* The column that a check's name says it makes an enum of. NULL: none. *ret_ok is false when memory is out. */
static kin_column_schema *column_of(kin_arena *arena, const kin_table_schema *table, const char *name, bool *ret_ok)
{
	size_t prefix = strlen("ck__") + strlen(table->name), length = name ? strlen(name) : 0, suffix = strlen("_enum");
	char *column;

	if (length <= prefix + suffix || strcmp(name + length - suffix, "_enum") != 0)
		return NULL;
	column = kin_arena_strndup(arena, name + prefix, length - prefix - suffix);
	*ret_ok = column != NULL;
	return column ? kin_schema_column(table, column) : NULL;
}

static bool read_enum(kin_arena *arena, const kin_table_schema *table, const kin_check_schema *check, bool *ret_is)
{
	const char *labels = check->sql ? strchr(check->sql, '(') : NULL;
	bool ok = true;
	kin_column_schema *column = labels ? column_of(arena, table, check->name, &ok) : NULL;
	kin_type type = { 0 };

	*ret_is = false;
	if (!column || column->type.name != KIN_TYPE_VARCHAR)
		return ok;
	char *text = kin_arena_printf(arena, "ENUM %s", labels);
	if (!text || kin_ddl_parse_type(arena, text, &type) < 0)
		return false;
	*ret_is = type.name == KIN_TYPE_ENUM;
	if (*ret_is)
		column->type = type;
	return true;
}

bool kin_enums_find(kin_arena *arena, kin_table_schema *table)
{
	size_t kept = 0;

	for (size_t i = 0; i < table->check_count; i++) {
		bool is_enum;
		if (!read_enum(arena, table, &table->checks[i], &is_enum))
			return false;
		if (!is_enum)
			table->checks[kept++] = table->checks[i];
	}
	table->check_count = kept;
	return true;
}
