/* diff_index.c - unique constraints and indexes, which share their order: removed ones by name, changed ones, added ones.
 *
 * Constraints match by name; where one side has no name, by their columns in any order. */
#include "migrate/diff_table.h"
#include "migrate/normal.h"

#include <stdlib.h>

/* A unique constraint or an index, of one table. */
typedef struct part {
	const char       *name;
	kin_key_schema   *key;   /* or */
	kin_index_schema *index;
	struct part      *match; /* what it is on the other side */
} part;

typedef struct parts {
	part  *items;
	size_t count;
} parts;

static int by_name(const void *a, const void *b)
{
	const part *one = a, *two = b;

	if (!one->name || !two->name)
		return (one->name == NULL) - (two->name == NULL);
	return strcmp(one->name, two->name);
}

static bool gather(kin_arena *arena, const kin_table_schema *table, parts *out)
{
	size_t count = table->unique_count + table->index_count;

	*out = (parts){ .items = kin_arena_zalloc(arena, (count + 1) * sizeof(part)) };
	if (!out->items)
		return false;
	for (size_t i = 0; i < table->unique_count; i++)
		out->items[out->count++] = (part){ .name = table->uniques[i].name, .key = &table->uniques[i] };
	for (size_t i = 0; i < table->index_count; i++)
		out->items[out->count++] = (part){ .name = table->indexes[i].name, .index = &table->indexes[i] };
	qsort(out->items, count, sizeof(part), by_name);
	return true;
}

static bool same_columns(const kin_key_schema *a, const kin_key_schema *b)
{
	return kin_normal_same_set(a->columns, a->column_count, b->columns, b->column_count);
}

static bool is_over(const kin_index_schema *index, const kin_key_schema *key)
{
	if (!index->unique || index->part_count != key->column_count)
		return false;
	for (size_t i = 0; i < index->part_count; i++)
		if (!kin_normal_same(index->parts[i].column, key->columns[i]) || index->parts[i].descending)
			return false;
	return true;
}

/* On MariaDB a unique constraint and a unique index are one thing, of which the database does not tell what it was made as. One that is
 * called like its first column may have been given no name. */
static bool same_in_fact(const kin_diff *diff, const part *a, const part *b)
{
	const part *key = a->key ? a : b, *index = a->key ? b : a;

	return diff->dialect && diff->dialect->id == KIN_MARIADB && is_over(index->index, key->key) &&
	       kin_normal_same(index->name, key->name ? key->name : key->key->columns[0]);
}

static bool matches(const kin_diff *diff, const part *a, const part *b)
{
	if ((a->key == NULL) != (b->key == NULL))
		return same_in_fact(diff, a, b);
	if (a->name && b->name)
		return strcmp(a->name, b->name) == 0;
	return a->key && same_columns(a->key, b->key);
}

static void match(const kin_diff *diff, parts *from, parts *to)
{
	for (size_t i = 0; i < to->count; i++)
		for (size_t j = 0; j < from->count && !to->items[i].match; j++)
			if (!from->items[j].match && matches(diff, &from->items[j], &to->items[i])) {
				to->items[i].match = &from->items[j];
				from->items[j].match = &to->items[i];
			}
}

static bool same_part(kin_arena *arena, const kin_index_part *a, const kin_index_part *b)
{
	return kin_normal_same(a->column, b->column) && a->descending == b->descending &&
	       kin_normal_same(a->collation, b->collation) &&
	       kin_normal_same(kin_normal_sql(arena, a->expression), kin_normal_sql(arena, b->expression));
}

static bool same_index(const kin_diff *diff, const kin_index_schema *a, const kin_index_schema *b)
{
	kin_arena *arena = diff->out->arena;
	bool include = !diff->dialect || diff->dialect->id == KIN_POSTGRESQL;

	if (a->unique != b->unique || a->part_count != b->part_count)
		return false;
	for (size_t i = 0; i < a->part_count; i++)
		if (!same_part(arena, &a->parts[i], &b->parts[i]))
			return false;
	if (include && !kin_normal_same_set(a->include, a->include_count, b->include, b->include_count))
		return false;
	return kin_normal_same(kin_normal_sql(arena, a->where), kin_normal_sql(arena, b->where));
}

/* What else a key says: DEFERRABLE is PostgreSQL's, ON CONFLICT SQLite's. */
static bool same_extra(const kin_diff *diff, const kin_key_schema *a, const kin_key_schema *b)
{
	if (diff->dialect && diff->dialect->id == KIN_MARIADB)
		return true;
	return kin_normal_same(kin_normal_sql(diff->out->arena, a->extra), kin_normal_sql(diff->out->arena, b->extra));
}

static bool changed(const kin_diff *diff, const part *from, const part *to)
{
	if ((from->key == NULL) != (to->key == NULL))
		return false;
	if (from->key)
		return !same_columns(from->key, to->key) || !same_extra(diff, from->key, to->key);
	return !same_index(diff, from->index, to->index);
}

static int drop(kin_diff *diff, const char *table, const part *p)
{
	kin_ddl *item = kin_diff_add(diff, p->key ? KIN_DDL_DROP_UNIQUE : KIN_DDL_DROP_INDEX, table);

	if (!item)
		return kin_error_nomem(diff->error);
	item->name = p->name;
	item->key = p->key;
	item->index = p->index;
	return KIN_OK;
}

static int add(kin_diff *diff, const char *table, const part *p)
{
	kin_ddl *item = kin_diff_add(diff, p->key ? KIN_DDL_ADD_UNIQUE : KIN_DDL_CREATE_INDEX, table);

	if (!item)
		return kin_error_nomem(diff->error);
	item->key = p->key;
	item->index = p->index;
	return KIN_OK;
}

static bool same_but_for_name(const kin_diff *diff, const part *a, const part *b)
{
	return (a->key == NULL) == (b->key == NULL) && a->name && b->name && !changed(diff, a, b);
}

/* What is left on both sides and differs in its name alone. */
static int rename_parts(kin_diff *diff, kin_table_schema *from, parts *before, parts *after)
{
	int rc = KIN_OK;

	for (size_t i = 0; i < after->count; i++)
		for (size_t j = 0; rc == KIN_OK && j < before->count && !after->items[i].match; j++) {
			part *a = &before->items[j], *b = &after->items[i];
			bool done = false;
			if (a->match || !same_but_for_name(diff, a, b))
				continue;
			rc = kin_diff_rename(diff, a->key ? KIN_DDL_RENAME_CONSTRAINT : KIN_DDL_RENAME_INDEX, from, a->name, b->name, &done);
			if (done) {
				a->match = b;
				b->match = a;
			}
		}
	return rc;
}

int kin_diff_indexes(kin_diff *diff, kin_table_schema *from, const kin_table_schema *to)
{
	parts before, after;
	int rc;

	if (!gather(diff->out->arena, from, &before) || !gather(diff->out->arena, to, &after))
		return kin_error_nomem(diff->error);
	match(diff, &before, &after);
	rc = rename_parts(diff, from, &before, &after);
	for (size_t i = 0; rc == KIN_OK && i < before.count; i++)
		if (!before.items[i].match)
			rc = drop(diff, to->name, &before.items[i]);
	for (size_t i = 0; rc == KIN_OK && i < after.count; i++) {
		const part *old = after.items[i].match;
		if (!old || !changed(diff, old, &after.items[i]))
			continue;
		if ((rc = drop(diff, to->name, old)) == KIN_OK)
			rc = add(diff, to->name, &after.items[i]);
	}
	for (size_t i = 0; rc == KIN_OK && i < after.count; i++)
		if (!after.items[i].match)
			rc = add(diff, to->name, &after.items[i]);
	return rc;
}
