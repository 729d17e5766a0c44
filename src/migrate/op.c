/* op.c - one change: its reverse, and what people are told about it. */
#include "migrate/op.h"

#include "migrate/apply.h"
#include "migrate/normal.h"

kin_ddl *kin_op_add(kin_changes *changes, kin_ddl_kind kind, const char *table_name)
{
	if (changes->count == changes->capacity) {
		size_t capacity = changes->capacity ? 2 * changes->capacity : 8;
		kin_ddl *items = kin_arena_alloc(changes->arena, capacity * sizeof(*items));
		if (!items)
			return NULL;
		if (changes->count > 0)
			memcpy(items, changes->items, changes->count * sizeof(*items));
		changes->items = items;
		changes->capacity = capacity;
	}
	kin_ddl *item = &changes->items[changes->count++];
	*item = (kin_ddl){ .kind = kind, .table_name = table_name };
	return item;
}

bool kin_op_is_for(const kin_ddl *ddl, const kin_dialect *dialect)
{
	return !ddl->only || (dialect && kin_dialect_is(dialect, ddl->only));
}

bool kin_op_loses(const kin_ddl *ddl)
{
	return ddl->kind == KIN_DDL_DROP_TABLE || ddl->kind == KIN_DDL_DROP_COLUMN;
}

/* A copy of a small part, so that the schema may change under it. Its strings and arrays are never written to again. */
#define COPY(out, part) kin_arena_copy((out)->arena, (part), sizeof(*(part)))

static int add_copy(kin_changes *out, kin_ddl_kind kind, const char *table, void *copy, kin_ddl **ret)
{
	if (!copy || !(*ret = kin_op_add(out, kind, table)))
		return KIN_ENOMEM;
	return KIN_OK;
}

static int add_foreign(kin_changes *out, const char *table, const kin_foreign_schema *foreign)
{
	kin_foreign_schema *copy = COPY(out, foreign);
	kin_ddl *item;
	int rc = add_copy(out, KIN_DDL_ADD_FOREIGN, table, copy, &item);

	if (rc == KIN_OK)
		item->foreign = copy;
	return rc;
}

static int add_key(kin_changes *out, kin_ddl_kind kind, const char *table, const kin_key_schema *key)
{
	kin_key_schema *copy = COPY(out, key);
	kin_ddl *item;
	int rc = add_copy(out, kind, table, copy, &item);

	if (rc == KIN_OK)
		item->key = copy;
	return rc;
}

static int add_check(kin_changes *out, const char *table, const kin_check_schema *check)
{
	kin_check_schema *copy = COPY(out, check);
	kin_ddl *item;
	int rc = add_copy(out, KIN_DDL_ADD_CHECK, table, copy, &item);

	if (rc == KIN_OK)
		item->check = copy;
	return rc;
}

static int add_index(kin_changes *out, const char *table, const kin_index_schema *index)
{
	kin_index_schema *copy = COPY(out, index);
	kin_ddl *item;
	int rc = add_copy(out, KIN_DDL_CREATE_INDEX, table, copy, &item);

	if (rc == KIN_OK)
		item->index = copy;
	return rc;
}

static int add_column(kin_changes *out, kin_ddl_kind kind, const char *table, const kin_column_schema *column)
{
	kin_column_schema *copy = COPY(out, column);
	kin_ddl *item;
	int rc = add_copy(out, kind, table, copy, &item);

	if (rc == KIN_OK) {
		item->column = copy;
		item->name = copy->name;
	}
	return rc;
}

static int add_object(kin_changes *out, const kin_object_schema *object)
{
	kin_object_schema *copy = COPY(out, object);
	kin_ddl *item;
	int rc = add_copy(out, KIN_DDL_CREATE_OBJECT, object->table, copy, &item);

	if (rc == KIN_OK) {
		item->object = copy;
		item->name = copy->name;
	}
	return rc;
}

static int add_table(kin_changes *out, const kin_schema *before, const kin_table_schema *table)
{
	kin_table_schema *copy = kin_arena_zalloc(out->arena, sizeof(*copy));
	kin_ddl *item;
	int rc;

	if (!copy || kin_table_copy(table, out->arena, copy) < 0 || !(item = kin_op_add(out, KIN_DDL_CREATE_TABLE, copy->name)))
		return KIN_ENOMEM;
	item->table = copy;
	item->name = copy->name;
	for (size_t i = 0; i < copy->index_count; i++)
		if ((rc = add_index(out, copy->name, &copy->indexes[i])) < 0)
			return rc;
	for (size_t i = 0; i < before->object_count; i++)
		if (before->objects[i].table && strcmp(before->objects[i].table, table->name) == 0 &&
		    (rc = add_object(out, &before->objects[i])) < 0)
			return rc;
	return KIN_OK;
}

/* A dropped column comes back with what was dropped along with it. */
static int restore_column(kin_changes *out, const kin_table_schema *table, const kin_column_schema *column)
{
	int rc = add_column(out, KIN_DDL_ADD_COLUMN, table->name, column);

	if (rc == KIN_OK && kin_normal_has_name(table->primary_key.columns, table->primary_key.column_count, column->name))
		rc = add_key(out, KIN_DDL_ADD_PRIMARY_KEY, table->name, &table->primary_key);
	for (size_t i = 0; rc == KIN_OK && i < table->unique_count; i++)
		if (kin_normal_has_name(table->uniques[i].columns, table->uniques[i].column_count, column->name))
			rc = add_key(out, KIN_DDL_ADD_UNIQUE, table->name, &table->uniques[i]);
	for (size_t i = 0; rc == KIN_OK && i < table->foreign_count; i++)
		if (kin_normal_has_name(table->foreigns[i].columns, table->foreigns[i].column_count, column->name))
			rc = add_foreign(out, table->name, &table->foreigns[i]);
	for (size_t i = 0; rc == KIN_OK && i < table->check_count; i++)
		if (kin_normal_mentions(table->checks[i].sql, column->name))
			rc = add_check(out, table->name, &table->checks[i]);
	for (size_t i = 0; rc == KIN_OK && i < table->index_count; i++)
		if (kin_normal_index_uses(&table->indexes[i], column->name))
			rc = add_index(out, table->name, &table->indexes[i]);
	return rc;
}

static const kin_index_schema *find_index(const kin_table_schema *table, const char *name)
{
	for (size_t i = 0; i < table->index_count; i++)
		if (kin_normal_same(table->indexes[i].name, name))
			return &table->indexes[i];
	return NULL;
}

static int restore_unique(kin_changes *out, const kin_table_schema *table, const kin_key_schema *like)
{
	for (size_t i = 0; i < table->unique_count; i++) {
		const kin_key_schema *key = &table->uniques[i];
		if (like->name && key->name ? kin_normal_same(like->name, key->name)
		                            : kin_normal_same_set(like->columns, like->column_count, key->columns, key->column_count))
			return add_key(out, KIN_DDL_ADD_UNIQUE, table->name, key);
	}
	return KIN_OK;
}

static int restore_foreign(kin_changes *out, const kin_table_schema *table, const kin_foreign_schema *like)
{
	for (size_t i = 0; i < table->foreign_count; i++) {
		const kin_foreign_schema *foreign = &table->foreigns[i];
		if (like->name && foreign->name
		        ? kin_normal_same(like->name, foreign->name)
		        : kin_normal_same_names(like->columns, like->column_count, foreign->columns, foreign->column_count) &&
		              kin_normal_same(like->target, foreign->target))
			return add_foreign(out, table->name, foreign);
	}
	return KIN_OK;
}

static int restore_check(kin_changes *out, const kin_table_schema *table, const kin_check_schema *like)
{
	for (size_t i = 0; i < table->check_count; i++) {
		const kin_check_schema *check = &table->checks[i];
		if (like->name && check->name
		        ? kin_normal_same(like->name, check->name)
		        : kin_normal_same(kin_normal_sql(out->arena, like->sql), kin_normal_sql(out->arena, check->sql)))
			return add_check(out, table->name, check);
	}
	return KIN_OK;
}

static int restore_constraint(kin_changes *out, const kin_table_schema *table, const char *name)
{
	if (kin_normal_same(table->primary_key.name, name))
		return add_key(out, KIN_DDL_ADD_PRIMARY_KEY, table->name, &table->primary_key);
	for (size_t i = 0; i < table->unique_count; i++)
		if (kin_normal_same(table->uniques[i].name, name))
			return add_key(out, KIN_DDL_ADD_UNIQUE, table->name, &table->uniques[i]);
	for (size_t i = 0; i < table->foreign_count; i++)
		if (kin_normal_same(table->foreigns[i].name, name))
			return add_foreign(out, table->name, &table->foreigns[i]);
	for (size_t i = 0; i < table->check_count; i++)
		if (kin_normal_same(table->checks[i].name, name))
			return add_check(out, table->name, &table->checks[i]);
	return KIN_OK;
}

/* A change of the other kind that names what `ddl` added. */
static kin_ddl *opposite(kin_changes *out, kin_ddl_kind kind, const kin_ddl *ddl)
{
	kin_ddl *item = kin_op_add(out, kind, ddl->table_name);

	if (item) {
		item->name = ddl->name;
		item->key = ddl->key;
		item->foreign = ddl->foreign;
		item->check = ddl->check;
		item->index = ddl->index;
		item->object = ddl->object;
	}
	return item;
}

static int reverse_rename(kin_changes *out, const kin_ddl *ddl)
{
	bool of_table = ddl->kind == KIN_DDL_RENAME_TABLE;
	kin_ddl *item = kin_op_add(out, ddl->kind, of_table ? ddl->new_name : ddl->table_name);

	if (!item)
		return KIN_ENOMEM;
	item->name = ddl->new_name;
	item->new_name = of_table ? ddl->table_name : ddl->name;
	return KIN_OK;
}

static int reverse_label(kin_changes *out, const kin_ddl *ddl)
{
	kin_ddl *item = kin_op_add(out, KIN_DDL_RENAME_LABEL, ddl->table_name);

	if (!item)
		return KIN_ENOMEM;
	item->name = ddl->name;
	item->sql = ddl->new_name;
	item->new_name = ddl->sql;
	return KIN_OK;
}

static int reverse_default(kin_changes *out, const kin_table_schema *table, const kin_column_schema *column)
{
	kin_ddl_kind kind = column->default_sql ? KIN_DDL_SET_DEFAULT : KIN_DDL_DROP_DEFAULT;
	kin_ddl *item = kin_op_add(out, kind, table->name);

	if (!item)
		return KIN_ENOMEM;
	item->name = column->name;
	item->sql = column->default_sql;
	return KIN_OK;
}

static int reverse_null(kin_changes *out, const kin_table_schema *table, const kin_column_schema *column)
{
	kin_ddl_kind kind = column->not_null ? KIN_DDL_SET_NOT_NULL : KIN_DDL_DROP_NOT_NULL;
	kin_ddl *item = kin_op_add(out, kind, table->name);

	if (!item)
		return KIN_ENOMEM;
	item->name = column->name;
	return KIN_OK;
}

static int reverse_identity(kin_changes *out, const kin_table_schema *table, const kin_column_schema *column)
{
	kin_ddl *item;
	int rc;

	if (column->autoincrement)
		return add_column(out, KIN_DDL_SET_IDENTITY, table->name, column);
	if (!(item = kin_op_add(out, KIN_DDL_DROP_IDENTITY, table->name)))
		return KIN_ENOMEM;
	item->name = column->name;
	rc = column->not_null ? KIN_OK : reverse_null(out, table, column);
	return rc == KIN_OK && column->default_sql ? reverse_default(out, table, column) : rc;
}

static int reverse_distribution(kin_changes *out, const kin_ddl *ddl, const kin_table_schema *table)
{
	kin_ddl *item = kin_op_add(out, KIN_DDL_SET_DISTRIBUTED, ddl->table_name);

	if (!item)
		return KIN_ENOMEM;
	item->name = table ? table->distributed_by : NULL;
	return KIN_OK;
}

static int reverse_comment(kin_changes *out, const kin_ddl *ddl, const char *comment)
{
	kin_ddl *item = kin_op_add(out, ddl->kind, ddl->table_name);

	if (!item)
		return KIN_ENOMEM;
	item->name = ddl->name;
	item->sql = comment;
	return KIN_OK;
}

/* Changes of one column, which is there in the schema before. */
static int reverse_column(kin_changes *out, const kin_table_schema *table, const kin_column_schema *column, const kin_ddl *ddl)
{
	switch (ddl->kind) {
	case KIN_DDL_DROP_COLUMN:
		return restore_column(out, table, column);
	case KIN_DDL_SET_TYPE:
		return add_column(out, KIN_DDL_SET_TYPE, table->name, column);
	case KIN_DDL_SET_NOT_NULL:
	case KIN_DDL_DROP_NOT_NULL:
		return reverse_null(out, table, column);
	case KIN_DDL_SET_DEFAULT:
	case KIN_DDL_DROP_DEFAULT:
		return reverse_default(out, table, column);
	case KIN_DDL_SET_IDENTITY:
	case KIN_DDL_DROP_IDENTITY:
		return reverse_identity(out, table, column);
	default:
		return reverse_comment(out, ddl, column->comment);
	}
}

/* Changes of a table's keys, checks and indexes. */
static int reverse_part(kin_changes *out, const kin_table_schema *table, const kin_ddl *ddl)
{
	const kin_index_schema *index;

	switch (ddl->kind) {
	case KIN_DDL_ADD_PRIMARY_KEY:
		return opposite(out, KIN_DDL_DROP_PRIMARY_KEY, ddl) ? KIN_OK : KIN_ENOMEM;
	case KIN_DDL_DROP_PRIMARY_KEY:
		return add_key(out, KIN_DDL_ADD_PRIMARY_KEY, table->name, &table->primary_key);
	case KIN_DDL_ADD_UNIQUE:
		return opposite(out, KIN_DDL_DROP_UNIQUE, ddl) ? KIN_OK : KIN_ENOMEM;
	case KIN_DDL_DROP_UNIQUE:
		return restore_unique(out, table, ddl->key);
	case KIN_DDL_ADD_FOREIGN:
		return opposite(out, KIN_DDL_DROP_FOREIGN, ddl) ? KIN_OK : KIN_ENOMEM;
	case KIN_DDL_DROP_FOREIGN:
		return restore_foreign(out, table, ddl->foreign);
	case KIN_DDL_ADD_CHECK:
		return opposite(out, KIN_DDL_DROP_CHECK, ddl) ? KIN_OK : KIN_ENOMEM;
	case KIN_DDL_DROP_CHECK:
		return restore_check(out, table, ddl->check);
	case KIN_DDL_DROP_CONSTRAINT:
		return restore_constraint(out, table, ddl->name);
	case KIN_DDL_DROP_INDEX:
		index = find_index(table, ddl->name);
		return index ? add_index(out, table->name, index) : KIN_OK;
	default:
		return KIN_OK;
	}
}

static int reverse_new_index(kin_changes *out, const kin_ddl *ddl)
{
	kin_ddl *item = kin_op_add(out, KIN_DDL_DROP_INDEX, ddl->table_name);

	if (!item)
		return KIN_ENOMEM;
	item->name = ddl->index->name;
	item->concurrently = ddl->concurrently;
	return KIN_OK;
}

static int reverse_dropped_object(kin_changes *out, const kin_schema *before, const kin_ddl *ddl)
{
	for (size_t i = 0; i < before->object_count; i++)
		if (kin_normal_same_object(&before->objects[i], ddl->object))
			return add_object(out, &before->objects[i]);
	return KIN_OK;
}

int kin_op_reverse(kin_changes *out, const kin_schema *before, const kin_ddl *ddl, kin_error *error)
{
	const kin_table_schema *table = ddl->table_name ? kin_schema_table(before, ddl->table_name) : NULL;
	const kin_column_schema *column = table && ddl->name ? kin_schema_column(table, ddl->name) : NULL;
	const char *name;
	int rc;

	switch (ddl->kind) {
	case KIN_DDL_SQL:
	case KIN_DDL_CALL:
		return KIN_OK;
	case KIN_DDL_CREATE_TABLE:
		rc = kin_op_add(out, KIN_DDL_DROP_TABLE, ddl->table->name) ? KIN_OK : KIN_ENOMEM;
		break;
	case KIN_DDL_RENAME_TABLE:
	case KIN_DDL_RENAME_COLUMN:
	case KIN_DDL_RENAME_CONSTRAINT:
	case KIN_DDL_RENAME_INDEX:
		rc = reverse_rename(out, ddl);
		break;
	case KIN_DDL_RENAME_LABEL:
		rc = reverse_label(out, ddl);
		break;
	case KIN_DDL_CREATE_OBJECT:
		rc = opposite(out, KIN_DDL_DROP_OBJECT, ddl) ? KIN_OK : KIN_ENOMEM;
		break;
	case KIN_DDL_DROP_OBJECT:
		rc = reverse_dropped_object(out, before, ddl);
		break;
	case KIN_DDL_CREATE_INDEX:
		rc = reverse_new_index(out, ddl);
		break;
	case KIN_DDL_ADD_COLUMN:
		name = ddl->column->name;
		kin_ddl *item = kin_op_add(out, KIN_DDL_DROP_COLUMN, ddl->table_name);
		rc = item ? KIN_OK : KIN_ENOMEM;
		if (item)
			item->name = name;
		break;
	case KIN_DDL_DROP_TABLE:
		if (!table)
			return kin_error_set(error, KIN_EREVISION, "there is no table '%s'", ddl->table_name);
		rc = add_table(out, before, table);
		break;
	case KIN_DDL_COMMENT_TABLE:
		rc = reverse_comment(out, ddl, table ? table->comment : NULL);
		break;
	case KIN_DDL_SET_OPTIONS:
		rc = reverse_comment(out, ddl, table ? table->options : NULL);
		break;
	case KIN_DDL_SET_DISTRIBUTED:
		rc = reverse_distribution(out, ddl, table);
		break;
	case KIN_DDL_DROP_COLUMN:
	case KIN_DDL_SET_TYPE:
	case KIN_DDL_SET_NOT_NULL:
	case KIN_DDL_DROP_NOT_NULL:
	case KIN_DDL_SET_DEFAULT:
	case KIN_DDL_DROP_DEFAULT:
	case KIN_DDL_COMMENT_COLUMN:
	case KIN_DDL_SET_IDENTITY:
	case KIN_DDL_DROP_IDENTITY:
		if (!column)
			return kin_error_set(error, KIN_EREVISION, "%s has no column '%s'", ddl->table_name, ddl->name);
		rc = reverse_column(out, table, column, ddl);
		break;
	default:
		if (!table)
			return kin_error_set(error, KIN_EREVISION, "there is no table '%s'", ddl->table_name);
		rc = reverse_part(out, table, ddl);
	}
	return rc < 0 ? kin_error_nomem(error) : KIN_OK;
}

/* It goes with its table. */
static bool is_index_of_new_table(const kin_schema *before, const kin_ddl *item)
{
	return item->kind == KIN_DDL_CREATE_INDEX && !kin_schema_table(before, item->table_name);
}

int kin_op_reverse_all(kin_changes *out, const kin_schema *before, const kin_ddl *items, size_t count, kin_error *error)
{
	kin_changes parts = { .arena = out->arena };
	size_t *ends = kin_arena_alloc(out->arena, (count + 1) * sizeof(*ends));
	kin_schema now = { 0 };
	int rc;

	if (!ends || kin_schema_copy(before, out->arena, &now) < 0)
		return kin_error_nomem(error);
	for (size_t i = 0; i < count; i++) {
		if (!is_index_of_new_table(before, &items[i]) && (rc = kin_op_reverse(&parts, &now, &items[i], error)) < 0)
			return rc;
		if ((rc = kin_apply_ddl(&now, &items[i], error)) < 0)
			return rc;
		ends[i] = parts.count;
	}
	for (size_t i = count; i > 0; i--)
		for (size_t j = i > 1 ? ends[i - 2] : 0; j < ends[i - 1]; j++) {
			kin_ddl *item = kin_op_add(out, parts.items[j].kind, parts.items[j].table_name);
			if (!item)
				return kin_error_nomem(error);
			*item = parts.items[j];
			item->only = items[i - 1].only;
		}
	return KIN_OK;
}
