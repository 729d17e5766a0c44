/* dependents.c - what MariaDB leaves behind, or stumbles over, when a column or a foreign key goes: there it is dropped by its name.
 *
 * An index over several columns would lose the one that is dropped and stay; a constraint over it, or a foreign key, is an error. The index that
 * a foreign key was given stays when it goes, for others to wonder about; and an index that a foreign key needs cannot go. */
#include "migrate/dependents.h"

#include "migrate/apply.h"
#include "migrate/normal.h"

static bool begins_with(const kin_foreign_schema *longer, const kin_foreign_schema *shorter)
{
	for (size_t i = 0; i < shorter->column_count; i++)
		if (i == longer->column_count || !kin_normal_same(longer->columns[i], shorter->columns[i]))
			return false;
	return true;
}

/* What the index of a foreign key is called, if one was made for it. */
static const char *index_name(const kin_foreign_schema *foreign)
{
	return foreign->name ? foreign->name : foreign->columns[0];
}

static bool is_called(const kin_key_schema *key, const char *name)
{
	return kin_normal_same(key->name ? key->name : key->columns[0], name);
}

/* Whether an index of that name was made for this foreign key, and is of no use to another one. */
static bool has_own_index(const kin_table_schema *table, const kin_foreign_schema *foreign)
{
	for (size_t i = 0; i < table->index_count; i++)
		if (kin_normal_same(table->indexes[i].name, index_name(foreign)))
			return false;
	for (size_t i = 0; i < table->unique_count; i++)
		if (is_called(&table->uniques[i], index_name(foreign)))
			return false;
	for (size_t i = 0; i < table->foreign_count; i++)
		if (&table->foreigns[i] != foreign && (begins_with(&table->foreigns[i], foreign) || begins_with(foreign, &table->foreigns[i])))
			return false;
	return true;
}

static bool is_same_foreign(const kin_foreign_schema *a, const kin_foreign_schema *b)
{
	if (a->name || b->name)
		return kin_normal_same(a->name, b->name);
	return a->column_count == b->column_count && begins_with(a, b);
}

static bool of_foreign(kin_arena *arena, const kin_table_schema *table, kin_ddl *item)
{
	for (size_t i = 0; i < table->foreign_count; i++)
		if (is_same_foreign(&table->foreigns[i], item->foreign) && has_own_index(table, &table->foreigns[i])) {
			if (!(item->index = kin_arena_zalloc(arena, sizeof(*item->index))))
				return false;
			item->index->name = index_name(&table->foreigns[i]);
		}
	return true;
}

static void add_foreign(kin_schema *schema, kin_table_schema *found, const kin_table_schema *table, const kin_foreign_schema *foreign)
{
	kin_foreign_schema *copy = kin_schema_add_foreign(schema, found);
	kin_index_schema *index = copy && has_own_index(table, foreign) ? kin_schema_add_index(schema, found) : NULL;

	if (copy)
		*copy = *foreign;
	if (index)
		index->name = index_name(foreign);
}

/* A table of those parts of another that a column's going concerns. */
static bool of_column(kin_arena *arena, const kin_table_schema *table, kin_ddl *item)
{
	kin_schema schema = { .arena = arena };
	kin_table_schema *found = kin_schema_add_table(&schema, table->name);
	kin_key_schema *key;
	kin_check_schema *check;
	kin_index_schema *index;

	for (size_t i = 0; found && i < table->unique_count; i++)
		if (table->uniques[i].column_count > 1 && kin_normal_has_name(table->uniques[i].columns, table->uniques[i].column_count, item->name) &&
		    (key = kin_schema_add_unique(&schema, found)))
			*key = table->uniques[i];
	for (size_t i = 0; found && i < table->foreign_count; i++)
		if (kin_normal_has_name(table->foreigns[i].columns, table->foreigns[i].column_count, item->name))
			add_foreign(&schema, found, table, &table->foreigns[i]);
	for (size_t i = 0; found && i < table->check_count; i++)
		if (table->checks[i].name && kin_normal_mentions(table->checks[i].sql, item->name) && (check = kin_schema_add_check(&schema, found)))
			*check = table->checks[i];
	for (size_t i = 0; found && i < table->index_count; i++)
		if (table->indexes[i].part_count > 1 && kin_normal_index_uses(&table->indexes[i], item->name) &&
		    (index = kin_schema_add_index(&schema, found)))
			*index = table->indexes[i];
	item->table = found;
	return !arena->failed;
}

/* Whether a foreign key's rows are found by the index, which begins with its columns. */
static bool serves(const kin_index_schema *index, const kin_foreign_schema *foreign)
{
	for (size_t i = 0; i < foreign->column_count; i++)
		if (i == index->part_count || !kin_normal_same(index->parts[i].column, foreign->columns[i]))
			return false;
	return true;
}

static bool key_serves(const kin_key_schema *key, const kin_foreign_schema *foreign)
{
	for (size_t i = 0; i < foreign->column_count; i++)
		if (i == key->column_count || !kin_normal_same(key->columns[i], foreign->columns[i]))
			return false;
	return true;
}

static bool is_served_by_others(const kin_table_schema *table, const kin_foreign_schema *foreign, const kin_index_schema *index)
{
	for (size_t i = 0; i < table->index_count; i++)
		if (&table->indexes[i] != index && serves(&table->indexes[i], foreign))
			return true;
	for (size_t i = 0; i < table->unique_count; i++)
		if (key_serves(&table->uniques[i], foreign))
			return true;
	return key_serves(&table->primary_key, foreign);
}

/* An index that a foreign key cannot do without gives its place to one of the foreign key's own, in the same statement. */
static bool of_index(kin_arena *arena, const kin_table_schema *table, kin_ddl *item)
{
	const kin_index_schema *index = NULL;

	for (size_t i = 0; i < table->index_count; i++)
		if (kin_normal_same(table->indexes[i].name, item->name))
			index = &table->indexes[i];
	for (size_t i = 0; index && i < table->foreign_count; i++)
		if (serves(index, &table->foreigns[i]) && !is_served_by_others(table, &table->foreigns[i], index)) {
			item->foreign = kin_arena_copy(arena, &table->foreigns[i], sizeof(*item->foreign));
			return item->foreign != NULL;
		}
	return true;
}

bool kin_dependents_find(kin_arena *arena, const kin_schema *schema, kin_ddl *item)
{
	const kin_table_schema *table = kin_apply_table(schema, item);

	if (table && item->kind == KIN_DDL_DROP_FOREIGN)
		return of_foreign(arena, table, item);
	if (table && item->kind == KIN_DDL_DROP_COLUMN)
		return of_column(arena, table, item);
	if (table && item->kind == KIN_DDL_DROP_INDEX)
		return of_index(arena, table, item);
	return true;
}
