/* rename.c - which removed table or column may be an added one under a new name. */
#include "migrate/rename.h"

#include <stdlib.h>

#include "base/text.h"
#include "base/vec.h"
#include "migrate/diff.h"
#include "migrate/normal.h"

enum { ENOUGH = 50 };

typedef kin_vec(kin_rename) renames;

/* 0 … 100: how much of two names is the same. */
static int name_likeness(const char *a, const char *b)
{
	int longest = (int)(strlen(a) > strlen(b) ? strlen(a) : strlen(b));

	return longest == 0 ? 0 : 100 - 100 * kin_text_distance(a, b) / longest;
}

/* A column keeps its type when it is renamed, or it is not a rename. Its name, its place and whether it may be NULL say the rest. */
static int column_likeness(kin_arena *arena, const kin_column_schema *a, const kin_column_schema *b, bool same_place)
{
	if (!kin_normal_same_type(arena, NULL, &a->type, &b->type) || (a->computed_sql == NULL) != (b->computed_sql == NULL))
		return 0;
	int likeness = 30 + name_likeness(a->name, b->name) / 3;
	return likeness + (same_place ? 20 : 0) + (a->not_null == b->not_null ? 10 : 0);
}

/* Tables are alike as far as their columns are. */
static int table_likeness(kin_arena *arena, const kin_table_schema *a, const kin_table_schema *b)
{
	size_t same = 0, count = a->column_count, most = b->column_count > count ? b->column_count : count;

	if (count == 0)
		return 0;
	for (size_t i = 0; i < count; i++) {
		const kin_column_schema *other = kin_schema_column(b, a->columns[i].name);
		same += other && kin_normal_same_type(arena, NULL, &a->columns[i].type, &other->type);
	}
	return (int)(80 * same / most) + name_likeness(a->name, b->name) / 5;
}

static int propose(renames *out, const char *table, const char *from, const char *to, int likeness)
{
	kin_rename item = { .table = table, .from = from, .to = to, .likeness = likeness };

	return likeness < ENOUGH || kin_vec_push(out, item) ? KIN_OK : KIN_ENOMEM;
}

static int guess_columns(kin_arena *arena, renames *out, const kin_table_schema *from, const kin_table_schema *to)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < from->column_count; i++) {
		if (kin_schema_column(to, from->columns[i].name))
			continue;
		for (size_t j = 0; rc == KIN_OK && j < to->column_count; j++)
			if (!kin_schema_column(from, to->columns[j].name))
				rc = propose(out, from->name, from->columns[i].name, to->columns[j].name,
				             column_likeness(arena, &from->columns[i], &to->columns[j], i == j));
	}
	return rc;
}

static int guess_all(kin_arena *arena, renames *out, const kin_schema *from, const kin_schema *to)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < from->table_count; i++) {
		const kin_table_schema *old = from->tables[i], *same = kin_schema_table(to, old->name);
		if (same) {
			rc = guess_columns(arena, out, old, same);
			continue;
		}
		for (size_t j = 0; rc == KIN_OK && !kin_diff_ignores(old->name) && j < to->table_count; j++)
			if (!kin_schema_table(from, to->tables[j]->name))
				rc = propose(out, NULL, old->name, to->tables[j]->name, table_likeness(arena, old, to->tables[j]));
	}
	return rc;
}

static int best_first(const void *a, const void *b)
{
	return ((const kin_rename *)b)->likeness - ((const kin_rename *)a)->likeness;
}

static bool clashes(const kin_rename *a, const kin_rename *b)
{
	return kin_normal_same(a->table, b->table) && (strcmp(a->from, b->from) == 0 || strcmp(a->to, b->to) == 0);
}

/* Keep the best proposal for each name. */
static size_t choose(renames *all)
{
	size_t kept = 0;

	if (all->count > 0)
		qsort(all->items, all->count, sizeof(*all->items), best_first);
	for (size_t i = 0; i < all->count; i++) {
		bool clash = false;
		for (size_t j = 0; j < kept && !clash; j++)
			clash = clashes(&all->items[i], &all->items[j]);
		if (!clash)
			all->items[kept++] = all->items[i];
	}
	return kept;
}

int kin_rename_guess(kin_arena *arena, const kin_schema *from, const kin_schema *to, kin_rename **ret_items,
                     size_t *ret_count, kin_error *error)
{
	renames all = { 0 };
	kin_rename *items = NULL;
	int rc = guess_all(arena, &all, from, to);

	if (rc == KIN_OK) {
		all.count = choose(&all);
		items = kin_arena_alloc(arena, (all.count + 1) * sizeof(*items));
	}
	if (!items || arena->failed) {
		kin_vec_done(&all);
		return kin_error_nomem(error);
	}
	if (all.count > 0)
		memcpy(items, all.items, all.count * sizeof(*items));
	*ret_items = items;
	*ret_count = all.count;
	kin_vec_done(&all);
	return KIN_OK;
}

bool kin_rename_still_drops(const kin_rename *guess, const kin_ddl *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const kin_ddl *c = &items[i];
		if (!guess->table && c->kind == KIN_DDL_DROP_TABLE && strcmp(c->table_name, guess->from) == 0)
			return true;
		if (guess->table && c->kind == KIN_DDL_DROP_COLUMN && strcmp(c->table_name, guess->table) == 0 &&
		    strcmp(c->name, guess->from) == 0)
			return true;
	}
	return false;
}

int kin_rename_parse(kin_arena *arena, const char *text, kin_rename *ret_rename, kin_error *error)
{
	const char *colon = strchr(text, ':'), *dot = strchr(text, '.');
	kin_rename rename = { .likeness = 100 };

	if (!colon || colon == text || !colon[1] || strchr(colon + 1, ':'))
		return kin_error_set(error, KIN_EINVAL, "rename '%s': expected old:new or table.old:new", text);
	if (dot && dot > colon)
		return kin_error_set(error, KIN_EINVAL, "rename '%s': a table is not renamed to a column", text);
	const char *to_dot = strchr(colon + 1, '.');
	if (dot && (dot == text || dot + 1 == colon))
		return kin_error_set(error, KIN_EINVAL, "rename '%s': expected table.old:new", text);
	if (dot)
		rename.table = kin_arena_strndup(arena, text, (size_t)(dot - text));
	rename.from = kin_arena_strndup(arena, dot ? dot + 1 : text, (size_t)(colon - (dot ? dot + 1 : text)));
	rename.to = kin_arena_strdup(arena, to_dot ? to_dot + 1 : colon + 1);
	if (arena->failed)
		return kin_error_nomem(error);
	*ret_rename = rename;
	return KIN_OK;
}
