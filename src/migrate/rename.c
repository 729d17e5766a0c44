/* rename.c - which removed table, column or label of an enum may be an added one under a new name. */
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

static int propose(renames *out, kin_rename item)
{
	return item.likeness < ENOUGH || kin_vec_push(out, item) ? KIN_OK : KIN_ENOMEM;
}

static bool has_label(const kin_type *type, const char *label)
{
	for (size_t i = 0; i < type->label_count; i++)
		if (strcmp(type->labels[i], label) == 0)
			return true;
	return false;
}

/* Where none came or went on the whole, one in the same place is likely it; else the names must be alike. */
static int label_likeness(const kin_type *a, size_t i, const kin_type *b, size_t j)
{
	bool same_place = i == j && a->label_count == b->label_count;
	int likeness = name_likeness(a->labels[i], b->labels[j]);

	return same_place ? 50 + likeness / 2 : likeness;
}

static int guess_labels(renames *out, const char *table, const kin_column_schema *from, const kin_column_schema *to)
{
	const kin_type *a = &from->type, *b = &to->type;
	bool of_type = a->text && kin_normal_same(a->text, b->text);
	kin_rename item = { .table = of_type ? NULL : table, .column = of_type ? NULL : from->name, .type = of_type ? a->text : NULL };
	int rc = KIN_OK;

	if (a->name != KIN_TYPE_ENUM || b->name != KIN_TYPE_ENUM)
		return KIN_OK;
	for (size_t i = 0; i < a->label_count; i++)
		for (size_t j = 0; rc == KIN_OK && !has_label(b, a->labels[i]) && j < b->label_count; j++) {
			item.from = a->labels[i];
			item.to = b->labels[j];
			item.likeness = has_label(a, item.to) ? 0 : label_likeness(a, i, b, j);
			rc = propose(out, item);
		}
	return rc;
}

static int guess_columns(kin_arena *arena, renames *out, const kin_table_schema *from, const kin_table_schema *to)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < from->column_count; i++) {
		const kin_column_schema *same = kin_schema_column(to, from->columns[i].name);
		if (same) {
			rc = guess_labels(out, from->name, &from->columns[i], same);
			continue;
		}
		for (size_t j = 0; rc == KIN_OK && j < to->column_count; j++)
			if (!kin_schema_column(from, to->columns[j].name))
				rc = propose(out, (kin_rename){ .table = from->name, .from = from->columns[i].name, .to = to->columns[j].name,
				             .likeness = column_likeness(arena, &from->columns[i], &to->columns[j], i == j) });
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
				rc = propose(out, (kin_rename){ .from = old->name, .to = to->tables[j]->name,
				             .likeness = table_likeness(arena, old, to->tables[j]) });
	}
	return rc;
}

static int best_first(const void *a, const void *b)
{
	return ((const kin_rename *)b)->likeness - ((const kin_rename *)a)->likeness;
}

static bool clashes(const kin_rename *a, const kin_rename *b)
{
	return kin_normal_same(a->table, b->table) && kin_normal_same(a->column, b->column) && kin_normal_same(a->type, b->type) &&
	       (strcmp(a->from, b->from) == 0 || strcmp(a->to, b->to) == 0);
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

/* Whether the change takes the label from a column of which the guess speaks. */
static bool drops_label(const kin_rename *guess, const kin_ddl *c)
{
	if (c->kind != KIN_DDL_SET_TYPE || c->column->type.name != KIN_TYPE_ENUM || has_label(&c->column->type, guess->from))
		return false;
	return guess->type ? kin_normal_same(c->column->type.text, guess->type)
	                   : strcmp(c->table_name, guess->table) == 0 && strcmp(c->name, guess->column) == 0;
}

static bool drops(const kin_rename *guess, const kin_ddl *c)
{
	if (guess->type || guess->column)
		return drops_label(guess, c);
	if (!guess->table)
		return c->kind == KIN_DDL_DROP_TABLE && strcmp(c->table_name, guess->from) == 0;
	return c->kind == KIN_DDL_DROP_COLUMN && strcmp(c->table_name, guess->table) == 0 && strcmp(c->name, guess->from) == 0;
}

bool kin_rename_still_drops(const kin_rename *guess, const kin_ddl *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (drops(guess, &items[i]))
			return true;
	return false;
}

char *kin_rename_old(kin_arena *arena, const kin_rename *r)
{
	const char *of = r->type ? r->type : r->table ? r->table : "", *column = r->column ? r->column : "";

	return kin_arena_printf(arena, "%s%s%s%s%s", of, *of ? "." : "", column, *column ? "." : "", r->from);
}

/* What is before the last dot, in the arena; NULL: there is no dot, or memory is out. */
static char *before_dot(kin_arena *arena, const char *text)
{
	const char *dot = strrchr(text, '.');

	return dot ? kin_arena_strndup(arena, text, (size_t)(dot - text)) : NULL;
}

static bool is_type(const kin_schema *schema, const char *name)
{
	for (size_t i = 0; i < schema->table_count; i++)
		for (size_t j = 0; j < schema->tables[i]->column_count; j++) {
			const kin_type *type = &schema->tables[i]->columns[j].type;
			if (type->name == KIN_TYPE_ENUM && kin_normal_same(type->text, name))
				return true;
		}
	return false;
}

/* The name on the left: of a table, of a column of the table before the last dot, or of a label. */
static bool read_old(kin_arena *arena, const kin_schema *from, char *old, kin_rename *r)
{
	char *of = before_dot(arena, old), *table = of ? before_dot(arena, of) : NULL;
	const kin_table_schema *found = table ? kin_schema_table(from, table) : NULL;

	r->from = old;
	if (!of || kin_schema_table(from, old))
		return !arena->failed;
	r->from = old + strlen(of) + 1;
	if (!*of || !*r->from)
		return false;
	if (found && !kin_schema_table(from, of) && kin_schema_column(found, of + strlen(table) + 1)) {
		r->table = table;
		r->column = of + strlen(table) + 1;
	} else if (!kin_schema_table(from, of) && is_type(from, of)) {
		r->type = of;
	} else {
		r->table = of;
	}
	return true;
}

int kin_rename_read(kin_arena *arena, const kin_schema *from, const char *text, kin_rename *ret_rename, kin_error *error)
{
	const char *colon = strchr(text, ':');
	kin_rename rename = { .likeness = 100 };

	if (!colon || colon == text || !colon[1] || strchr(colon + 1, ':'))
		return kin_error_set(error, KIN_EINVAL, "rename '%s': expected old:new, table.old:new or table.column.label:new", text);
	char *old = kin_arena_strndup(arena, text, (size_t)(colon - text)), *to = kin_arena_strdup(arena, colon + 1);
	if (!old || !to)
		return kin_error_nomem(error);
	bool right = read_old(arena, from, old, &rename);
	if (arena->failed)
		return kin_error_nomem(error);
	if (!right)
		return kin_error_set(error, KIN_EINVAL, "rename '%s': expected old:new, table.old:new or table.column.label:new", text);
	size_t before = (size_t)(rename.from - old);
	rename.to = before > 0 && strncmp(to, old, before) == 0 ? to + before : to;
	if (!rename.table && !rename.type && strchr(rename.to, '.') && !strchr(rename.from, '.'))
		return kin_error_set(error, KIN_EINVAL, "rename '%s': a table is not renamed to a column", text);
	*ret_rename = rename;
	return KIN_OK;
}
