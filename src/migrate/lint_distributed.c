/* lint_distributed.c - what Citus refuses of tables that it distributes, or does with all of their rows. */
#include "migrate/lint_rules.h"
#include "migrate/normal.h"

static bool has_column(const char *const *columns, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(columns[i], name) == 0)
			return true;
	return false;
}

static bool index_has(const kin_index_schema *index, const char *name)
{
	for (size_t i = 0; i < index->part_count; i++)
		if (index->parts[i].column && strcmp(index->parts[i].column, name) == 0)
			return true;
	return false;
}

/* The column that the statement's table is distributed by before it; NULL: not, or no such table. */
static const char *distribution_of(const kin_lint_view *v, const kin_ddl *item)
{
	const kin_table_schema *table = item->table_name ? kin_schema_table(v->before, item->table_name) : NULL;

	return table ? table->distributed_by : NULL;
}

bool kin_lint_distributed_changes(const kin_lint_view *v, const kin_ddl *item, kin_text *what)
{
	const char *by = distribution_of(v, item);
	bool of_column = item->kind == KIN_DDL_SET_TYPE || item->kind == KIN_DDL_RENAME_COLUMN || item->kind == KIN_DDL_DROP_COLUMN;

	if (!by)
		return false;
	if (item->kind == KIN_DDL_SET_DISTRIBUTED && !kin_normal_same(by, item->name))
		kin_text_addf(what, "all rows of %s move to other nodes, and nobody writes meanwhile", item->table_name);
	else if (of_column && kin_normal_same(by, item->name))
		kin_text_addf(what, "Citus refuses to change %s.%s, which the table is distributed by", item->table_name, by);
	else
		return false;
	return true;
}

/* A key or unique index of a new table, or one that gets distributed, that its column is not in. */
static bool table_key_without(const kin_table_schema *table, const char *by)
{
	const kin_key_schema *primary = &table->primary_key;

	if (primary->column_count > 0 && !has_column(primary->columns, primary->column_count, by))
		return true;
	for (size_t i = 0; i < table->unique_count; i++)
		if (!has_column(table->uniques[i].columns, table->uniques[i].column_count, by))
			return true;
	for (size_t i = 0; i < table->index_count; i++)
		if (table->indexes[i].unique && !index_has(&table->indexes[i], by))
			return true;
	return false;
}

bool kin_lint_distributed_unique(const kin_lint_view *v, const kin_ddl *item, kin_text *what)
{
	const kin_table_schema *before = item->table_name ? kin_schema_table(v->before, item->table_name) : NULL;
	const char *by = item->kind == KIN_DDL_CREATE_TABLE      ? item->table->distributed_by
	                 : item->kind == KIN_DDL_SET_DISTRIBUTED ? item->name
	                                                         : distribution_of(v, item);
	bool found;

	if (!by)
		return false;
	switch (item->kind) {
	case KIN_DDL_CREATE_TABLE:
		found = table_key_without(item->table, by);
		break;
	case KIN_DDL_SET_DISTRIBUTED:
		found = before && table_key_without(before, by);
		break;
	case KIN_DDL_CREATE_INDEX:
		found = item->index->unique && !index_has(item->index, by);
		break;
	case KIN_DDL_ADD_PRIMARY_KEY:
	case KIN_DDL_ADD_UNIQUE:
		found = !has_column(item->key->columns, item->key->column_count, by);
		break;
	case KIN_DDL_ADD_COLUMN:
		found = item->key != NULL;
		break;
	default:
		return false;
	}
	if (found)
		kin_text_addf(what, "Citus refuses a unique key of %s without %s, which the table is distributed by", item->table_name, by);
	return found;
}
