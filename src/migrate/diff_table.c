/* diff_table.c - one table compared with its later self: the order of the parts, the primary key, the comment. */
#include "migrate/diff_table.h"

#include "migrate/apply.h"
#include "migrate/normal.h"

/* One without a name is any. MariaDB calls all of them PRIMARY. */
static int rename_primary_key(kin_diff *diff, kin_table_schema *from, const kin_table_schema *to)
{
	const char *name = from->primary_key.name, *new_name = to->primary_key.name;
	bool done;

	if (!name || !new_name || kin_normal_same(name, new_name) || (diff->dialect && diff->dialect->id == KIN_MARIADB))
		return KIN_OK;
	return kin_diff_rename(diff, KIN_DDL_RENAME_CONSTRAINT, from, name, new_name, &done);
}

int kin_diff_primary_key(kin_diff *diff, kin_table_schema *from, const kin_table_schema *to)
{
	kin_key_schema *key;
	kin_ddl *item;

	if (kin_normal_same_names(from->primary_key.columns, from->primary_key.column_count, to->primary_key.columns,
	                          to->primary_key.column_count))
		return rename_primary_key(diff, from, to);
	if (from->primary_key.column_count > 0) {
		if (!(item = kin_diff_add(diff, KIN_DDL_DROP_PRIMARY_KEY, to->name)))
			return kin_error_nomem(diff->error);
		item->name = from->primary_key.name;
	}
	if (to->primary_key.column_count == 0)
		return KIN_OK;
	key = kin_arena_copy(diff->out->arena, &to->primary_key, sizeof(*key));
	if (!key || !(item = kin_diff_add(diff, KIN_DDL_ADD_PRIMARY_KEY, to->name)))
		return kin_error_nomem(diff->error);
	item->key = key;
	return KIN_OK;
}

static bool index_is_there(const kin_schema *schema, const char *name)
{
	for (size_t i = 0; i < schema->table_count; i++)
		for (size_t j = 0; j < schema->tables[i]->index_count; j++)
			if (kin_normal_same(schema->tables[i]->indexes[j].name, name))
				return true;
	return false;
}

static bool constraint_is_there(const kin_table_schema *table, const char *name)
{
	bool there = kin_normal_same(table->primary_key.name, name);

	for (size_t i = 0; i < table->unique_count; i++)
		there = there || kin_normal_same(table->uniques[i].name, name);
	for (size_t i = 0; i < table->foreign_count; i++)
		there = there || kin_normal_same(table->foreigns[i].name, name);
	for (size_t i = 0; i < table->check_count; i++)
		there = there || kin_normal_same(table->checks[i].name, name);
	return there;
}

int kin_diff_rename(kin_diff *diff, kin_ddl_kind kind, kin_table_schema *from, const char *name, const char *new_name, bool *ret_done)
{
	kin_ddl change = { .kind = kind, .table_name = from->name, .name = name, .new_name = new_name };

	*ret_done = kind == KIN_DDL_RENAME_INDEX ? !index_is_there(diff->from, new_name) : !constraint_is_there(from, new_name);
	return *ret_done ? kin_diff_change(diff, &change) : KIN_OK;
}

static int diff_comment(kin_diff *diff, const kin_table_schema *from, const kin_table_schema *to)
{
	const char *a = from->comment ? from->comment : "", *b = to->comment ? to->comment : "";
	kin_ddl *item;

	if ((diff->dialect && diff->dialect->id == KIN_SQLITE) || strcmp(a, b) == 0)
		return KIN_OK;
	if (!(item = kin_diff_add(diff, KIN_DDL_COMMENT_TABLE, to->name)))
		return kin_error_nomem(diff->error);
	item->sql = to->comment;
	return KIN_OK;
}

static bool has_option(const kin_table_schema *table, const char *option)
{
	return table->options && strcasestr(table->options, option) != NULL;
}

/* Those that change what a table can hold are SQLite's; engines and storage parameters are the database's business. */
static int diff_options(kin_diff *diff, const kin_table_schema *from, const kin_table_schema *to)
{
	kin_ddl *item;

	if (diff->dialect && diff->dialect->id != KIN_SQLITE)
		return KIN_OK;
	if (has_option(from, "STRICT") == has_option(to, "STRICT") && has_option(from, "WITHOUT ROWID") == has_option(to, "WITHOUT ROWID"))
		return KIN_OK;
	if (!(item = kin_diff_add(diff, KIN_DDL_SET_OPTIONS, to->name)))
		return kin_error_nomem(diff->error);
	item->sql = to->options;
	return KIN_OK;
}

/* Take it away, or give it. Between the two the keys change. What a database does not tell is not compared. */
static int diff_distribution(kin_diff *diff, const kin_table_schema *from, const kin_table_schema *to, bool give)
{
	kin_ddl *item;

	if (diff->from->hides_distribution || diff->to->hides_distribution || give != (to->distributed_by != NULL) ||
	    kin_normal_same(from->distributed_by, to->distributed_by))
		return KIN_OK;
	if (!(item = kin_diff_add(diff, KIN_DDL_SET_DISTRIBUTED, to->name)))
		return kin_error_nomem(diff->error);
	item->name = to->distributed_by;
	return KIN_OK;
}

static int drop_columns(kin_diff *diff, const kin_table_schema *from, const kin_table_schema *to)
{
	for (size_t i = 0; i < from->column_count; i++) {
		if (kin_schema_column(to, from->columns[i].name))
			continue;
		kin_ddl *item = kin_diff_add(diff, KIN_DDL_DROP_COLUMN, to->name);
		if (!item)
			return kin_error_nomem(diff->error);
		item->name = from->columns[i].name;
	}
	return KIN_OK;
}

/* Whether a change drops something that stands on the column. */
static bool drops_over(const kin_ddl *item, const char *column)
{
	switch (item->kind) {
	case KIN_DDL_DROP_INDEX:
		return item->index && kin_normal_index_uses(item->index, column);
	case KIN_DDL_DROP_UNIQUE:
		return item->key && kin_normal_has_name(item->key->columns, item->key->column_count, column);
	case KIN_DDL_DROP_FOREIGN:
		return kin_normal_has_name(item->foreign->columns, item->foreign->column_count, column);
	case KIN_DDL_DROP_CHECK:
		return kin_normal_mentions(item->check->sql, column);
	default:
		return false;
	}
}

static bool is_in_the_way(const kin_ddl *items, size_t count, const kin_ddl *item)
{
	for (size_t i = 0; i < count; i++)
		if (items[i].kind == KIN_DDL_SET_TYPE && drops_over(item, items[i].name))
			return true;
	return false;
}

/* Of a table's changes: what is dropped and stands on a column whose type changes goes before that. It may not fit the new type, and its
 * reverse not the old one. */
static int drop_first(kin_diff *diff, size_t start)
{
	size_t count = diff->out->count - start, n = 0;
	kin_ddl *items, *sorted;

	if (count == 0)
		return KIN_OK;
	items = diff->out->items + start;
	if (!(sorted = kin_arena_alloc(diff->out->arena, count * sizeof(*sorted))))
		return kin_error_nomem(diff->error);
	for (int way = 1; way >= 0; way--)
		for (size_t i = 0; i < count; i++)
			if (is_in_the_way(items, i, &items[i]) == (way == 1))
				sorted[n++] = items[i];
	memcpy(items, sorted, count * sizeof(*items));
	return KIN_OK;
}

int kin_diff_table(kin_diff *diff, kin_table_schema *from, const kin_table_schema *to)
{
	size_t start = diff->out->count;
	int rc = kin_diff_columns(diff, from, to);

	if (rc == KIN_OK)
		rc = diff_distribution(diff, from, to, false);
	if (rc == KIN_OK)
		rc = kin_diff_primary_key(diff, from, to);
	if (rc == KIN_OK)
		rc = kin_diff_identities(diff, from, to);
	if (rc == KIN_OK)
		rc = kin_diff_indexes(diff, from, to);
	if (rc == KIN_OK)
		rc = diff_distribution(diff, from, to, true);
	if (rc == KIN_OK)
		rc = kin_diff_foreigns(diff, from, to);
	if (rc == KIN_OK)
		rc = diff_comment(diff, from, to);
	if (rc == KIN_OK)
		rc = diff_options(diff, from, to);
	if (rc == KIN_OK)
		rc = kin_diff_checks(diff, from, to);
	if (rc == KIN_OK)
		rc = drop_columns(diff, from, to);
	return rc < 0 ? rc : drop_first(diff, start);
}
