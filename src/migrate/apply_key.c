/* apply_key.c - keys, checks and indexes added to a schema and dropped from it. */
#include "migrate/apply_part.h"
#include "migrate/normal.h"

static int find_index(const kin_table_schema *table, const char *name)
{
	for (size_t i = 0; i < table->index_count; i++)
		if (table->indexes[i].name && strcmp(table->indexes[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* By name; else, where one of the two has none or no such name is there, by its columns. */
static int find_unique(const kin_table_schema *table, const kin_key_schema *like)
{
	for (size_t i = 0; i < table->unique_count; i++)
		if (like->name && kin_normal_same(table->uniques[i].name, like->name))
			return (int)i;
	for (size_t i = 0; like->column_count > 0 && i < table->unique_count; i++)
		if (kin_normal_same_set(table->uniques[i].columns, table->uniques[i].column_count, like->columns, like->column_count))
			return (int)i;
	return -1;
}

static int find_foreign(const kin_table_schema *table, const kin_foreign_schema *like)
{
	for (size_t i = 0; i < table->foreign_count; i++)
		if (like->name && kin_normal_same(table->foreigns[i].name, like->name))
			return (int)i;
	for (size_t i = 0; like->column_count > 0 && i < table->foreign_count; i++) {
		const kin_foreign_schema *f = &table->foreigns[i];
		if (kin_normal_same_names(f->columns, f->column_count, like->columns, like->column_count) &&
		    (!like->target || kin_normal_same(f->target, like->target)))
			return (int)i;
	}
	return -1;
}

static int find_check(kin_arena *arena, const kin_table_schema *table, const kin_check_schema *like)
{
	const char *sql = kin_normal_sql(arena, like->sql);

	for (size_t i = 0; i < table->check_count; i++)
		if (like->name && kin_normal_same(table->checks[i].name, like->name))
			return (int)i;
	for (size_t i = 0; sql && i < table->check_count; i++)
		if (kin_normal_same(sql, kin_normal_sql(arena, table->checks[i].sql)))
			return (int)i;
	return -1;
}

static int need_columns(const kin_table_schema *table, const char *const *names, size_t count, kin_error *error)
{
	for (size_t i = 0; i < count; i++)
		if (kin_apply_find_column(table, names[i]) == -1)
			return kin_error_set(error, KIN_EREVISION, "%s has no column '%s'", table->name, names[i]);
	return KIN_OK;
}

/* Whether the name is taken by a constraint of the table. */
static bool name_is_taken(const kin_table_schema *table, const char *name)
{
	if (!name)
		return false;
	if (kin_normal_same(table->primary_key.name, name))
		return true;
	for (size_t i = 0; i < table->unique_count; i++)
		if (kin_normal_same(table->uniques[i].name, name))
			return true;
	for (size_t i = 0; i < table->foreign_count; i++)
		if (kin_normal_same(table->foreigns[i].name, name))
			return true;
	for (size_t i = 0; i < table->check_count; i++)
		if (kin_normal_same(table->checks[i].name, name))
			return true;
	return false;
}

static int need_free_name(const kin_table_schema *table, const char *name, kin_error *error)
{
	if (name_is_taken(table, name))
		return kin_error_set(error, KIN_EREVISION, "%s has a constraint '%s' already", table->name, name);
	return KIN_OK;
}

kin_table_schema *kin_apply_find_index(const kin_schema *schema, const char *name)
{
	kin_table_schema *found = NULL;

	for (size_t i = 0; i < schema->table_count; i++) {
		if (find_index(schema->tables[i], name) == -1)
			continue;
		if (found)
			return NULL;
		found = schema->tables[i];
	}
	return found;
}

static int add_primary_key(kin_schema *schema, kin_table_schema *table, const kin_key_schema *key, kin_error *error)
{
	kin_table_schema parts = { .name = table->name, .primary_key = *key };
	int rc = need_columns(table, key->columns, key->column_count, error);

	if (rc < 0)
		return rc;
	if (table->primary_key.column_count > 0)
		return kin_error_set(error, KIN_EREVISION, "%s has a primary key already", table->name);
	kin_table_schema *own = kin_apply_own(schema, &parts);
	if (!own)
		return kin_error_nomem(error);
	table->primary_key = own->primary_key;
	for (size_t i = 0; i < key->column_count; i++)
		table->columns[kin_apply_find_column(table, key->columns[i])].not_null = true;
	return KIN_OK;
}

static int drop_primary_key(kin_table_schema *table, kin_error *error)
{
	if (table->primary_key.column_count == 0)
		return kin_error_set(error, KIN_EREVISION, "%s has no primary key", table->name);
	table->primary_key = (kin_key_schema){ 0 };
	return KIN_OK;
}

static int add_unique(kin_schema *schema, kin_table_schema *table, kin_key_schema *key, kin_error *error)
{
	kin_table_schema parts = { .name = table->name, .uniques = key, .unique_count = 1 };
	int rc = need_columns(table, key->columns, key->column_count, error);

	if (rc < 0 || (rc = need_free_name(table, key->name, error)) < 0)
		return rc;
	kin_table_schema *own = kin_apply_own(schema, &parts);
	kin_key_schema *added = own ? kin_schema_add_unique(schema, table) : NULL;
	if (!added)
		return kin_error_nomem(error);
	*added = own->uniques[0];
	return KIN_OK;
}

static int add_foreign(kin_schema *schema, kin_table_schema *table, kin_foreign_schema *foreign, kin_error *error)
{
	kin_table_schema parts = { .name = table->name, .foreigns = foreign, .foreign_count = 1 };
	kin_table_schema *target = kin_schema_table(schema, foreign->target);
	int rc = need_columns(table, foreign->columns, foreign->column_count, error);

	if (rc < 0 || (rc = need_free_name(table, foreign->name, error)) < 0)
		return rc;
	if (!target)
		return kin_error_set(error, KIN_EREVISION, "%s would point at a table '%s' that is not there", table->name,
		                     foreign->target);
	if ((rc = need_columns(target, foreign->target_columns, foreign->target_column_count, error)) < 0)
		return rc;
	kin_table_schema *own = kin_apply_own(schema, &parts);
	kin_foreign_schema *added = own ? kin_schema_add_foreign(schema, table) : NULL;
	if (!added)
		return kin_error_nomem(error);
	*added = own->foreigns[0];
	return KIN_OK;
}

static int add_check(kin_schema *schema, kin_table_schema *table, kin_check_schema *check, kin_error *error)
{
	kin_table_schema parts = { .name = table->name, .checks = check, .check_count = 1 };
	int rc = need_free_name(table, check->name, error);

	if (rc < 0)
		return rc;
	kin_table_schema *own = kin_apply_own(schema, &parts);
	kin_check_schema *added = own ? kin_schema_add_check(schema, table) : NULL;
	if (!added)
		return kin_error_nomem(error);
	*added = own->checks[0];
	return KIN_OK;
}

static int create_index(kin_schema *schema, kin_table_schema *table, kin_index_schema *index, kin_error *error)
{
	kin_table_schema parts = { .name = table->name, .indexes = index, .index_count = 1 };
	int rc;

	for (size_t i = 0; i < index->part_count; i++)
		if (index->parts[i].column && (rc = need_columns(table, &index->parts[i].column, 1, error)) < 0)
			return rc;
	if (index->name && find_index(table, index->name) != -1) /* on MariaDB another table may have one of the name */
		return kin_error_set(error, KIN_EREVISION, "there is an index '%s' already", index->name);
	kin_table_schema *own = kin_apply_own(schema, &parts);
	kin_index_schema *added = own ? kin_schema_add_index(schema, table) : NULL;
	if (!added)
		return kin_error_nomem(error);
	*added = own->indexes[0];
	return KIN_OK;
}

static int no_constraint(const kin_table_schema *table, const char *what, const char *name, kin_error *error)
{
	if (name)
		return kin_error_set(error, KIN_EREVISION, "%s has no %s '%s'", table->name, what, name);
	return kin_error_set(error, KIN_EREVISION, "%s has no such %s", table->name, what);
}

static int drop_unique(kin_table_schema *table, const kin_key_schema *key, kin_error *error)
{
	int i = find_unique(table, key);

	if (i == -1)
		return no_constraint(table, "unique constraint", key->name, error);
	KIN_APPLY_REMOVE(table->uniques, table->unique_count, (size_t)i);
	return KIN_OK;
}

static int drop_foreign(kin_table_schema *table, const kin_foreign_schema *foreign, kin_error *error)
{
	int i = find_foreign(table, foreign);

	if (i == -1)
		return no_constraint(table, "foreign key", foreign->name, error);
	KIN_APPLY_REMOVE(table->foreigns, table->foreign_count, (size_t)i);
	return KIN_OK;
}

static int drop_check(kin_schema *schema, kin_table_schema *table, const kin_check_schema *check, kin_error *error)
{
	int i = find_check(schema->arena, table, check);

	if (schema->arena->failed)
		return kin_error_nomem(error);
	if (i == -1)
		return no_constraint(table, "check constraint", check->name, error);
	KIN_APPLY_REMOVE(table->checks, table->check_count, (size_t)i);
	return KIN_OK;
}

static int drop_constraint(kin_schema *schema, kin_table_schema *table, const char *name, kin_error *error)
{
	if (kin_normal_same(table->primary_key.name, name))
		return drop_primary_key(table, error);
	if (!name_is_taken(table, name))
		return no_constraint(table, "constraint", name, error);
	if (find_unique(table, &(kin_key_schema){ .name = name }) != -1)
		return drop_unique(table, &(kin_key_schema){ .name = name }, error);
	if (find_foreign(table, &(kin_foreign_schema){ .name = name }) != -1)
		return drop_foreign(table, &(kin_foreign_schema){ .name = name }, error);
	return drop_check(schema, table, &(kin_check_schema){ .name = name }, error);
}

static int drop_index(kin_table_schema *table, const char *name, kin_error *error)
{
	int i = find_index(table, name);

	if (i == -1)
		return no_constraint(table, "index", name, error);
	KIN_APPLY_REMOVE(table->indexes, table->index_count, (size_t)i);
	return KIN_OK;
}

/* The place of the constraint's name; NULL: there is none of that name. */
static const char **constraint_name(kin_table_schema *table, const char *name)
{
	if (kin_normal_same(table->primary_key.name, name))
		return &table->primary_key.name;
	for (size_t i = 0; i < table->unique_count; i++)
		if (kin_normal_same(table->uniques[i].name, name))
			return &table->uniques[i].name;
	for (size_t i = 0; i < table->foreign_count; i++)
		if (kin_normal_same(table->foreigns[i].name, name))
			return &table->foreigns[i].name;
	for (size_t i = 0; i < table->check_count; i++)
		if (kin_normal_same(table->checks[i].name, name))
			return &table->checks[i].name;
	return NULL;
}

bool kin_apply_renames_unnamed(const kin_table_schema *table, const kin_ddl *ddl)
{
	return ddl->kind == KIN_DDL_RENAME_CONSTRAINT && table->primary_key.column_count > 0 && !table->primary_key.name &&
	       !name_is_taken(table, ddl->name);
}

static int rename_constraint(kin_schema *schema, kin_table_schema *table, const kin_ddl *ddl, kin_error *error)
{
	const char **where = constraint_name(table, ddl->name);
	int rc;

	if (!where)
		return no_constraint(table, "constraint", ddl->name, error);
	if (!kin_normal_same(ddl->name, ddl->new_name) && (rc = need_free_name(table, ddl->new_name, error)) < 0)
		return rc;
	return kin_apply_text(schema, where, ddl->new_name, error);
}

static int rename_index(kin_schema *schema, kin_table_schema *table, const kin_ddl *ddl, kin_error *error)
{
	int i = find_index(table, ddl->name);

	if (i == -1)
		return no_constraint(table, "index", ddl->name, error);
	if (find_index(table, ddl->new_name) != -1)
		return kin_error_set(error, KIN_EREVISION, "there is an index '%s' already", ddl->new_name);
	return kin_apply_text(schema, &table->indexes[i].name, ddl->new_name, error);
}

int kin_apply_key(kin_schema *schema, kin_table_schema *table, const kin_ddl *ddl, kin_error *error)
{
	switch (ddl->kind) {
	case KIN_DDL_ADD_PRIMARY_KEY:
		return add_primary_key(schema, table, ddl->key, error);
	case KIN_DDL_DROP_PRIMARY_KEY:
		return drop_primary_key(table, error);
	case KIN_DDL_ADD_UNIQUE:
		return add_unique(schema, table, ddl->key, error);
	case KIN_DDL_DROP_UNIQUE:
		return drop_unique(table, ddl->key, error);
	case KIN_DDL_ADD_FOREIGN:
		return add_foreign(schema, table, ddl->foreign, error);
	case KIN_DDL_DROP_FOREIGN:
		return drop_foreign(table, ddl->foreign, error);
	case KIN_DDL_ADD_CHECK:
		return add_check(schema, table, ddl->check, error);
	case KIN_DDL_DROP_CHECK:
		return drop_check(schema, table, ddl->check, error);
	case KIN_DDL_DROP_CONSTRAINT:
		return drop_constraint(schema, table, ddl->name, error);
	case KIN_DDL_RENAME_CONSTRAINT:
		return rename_constraint(schema, table, ddl, error);
	case KIN_DDL_RENAME_INDEX:
		return rename_index(schema, table, ddl, error);
	case KIN_DDL_CREATE_INDEX:
		return create_index(schema, table, ddl->index, error);
	default:
		return drop_index(table, ddl->name, error);
	}
}
