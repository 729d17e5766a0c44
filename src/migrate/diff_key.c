/* diff_key.c - foreign keys, which match by what they say; those that say the same under another name are renamed. */
#include "migrate/diff_table.h"
#include "migrate/normal.h"

/* The target's columns; where they are not given, its primary key. */
static void target_of(const kin_schema *schema, const kin_foreign_schema *f, const char *const **ret_names, size_t *ret_count)
{
	const kin_table_schema *table = f->target_column_count == 0 ? kin_schema_table(schema, f->target) : NULL;

	*ret_names = table ? table->primary_key.columns : f->target_columns;
	*ret_count = table ? table->primary_key.column_count : f->target_column_count;
}

static bool same_columns(const kin_diff *diff, const kin_foreign_schema *a, const kin_foreign_schema *b)
{
	const char *const *a_names, *const *b_names;
	size_t a_count, b_count;

	target_of(diff->from, a, &a_names, &a_count);
	target_of(diff->to, b, &b_names, &b_count);
	return kin_normal_same(a->target, b->target) &&
	       kin_normal_same_names(a->columns, a->column_count, b->columns, b->column_count) &&
	       kin_normal_same_names(a_names, a_count, b_names, b_count);
}

/* MariaDB checks all keys at once. */
static bool same_moment(const kin_diff *diff, const kin_foreign_schema *a, const kin_foreign_schema *b)
{
	if (diff->dialect && diff->dialect->id == KIN_MARIADB)
		return true;
	return a->deferrable == b->deferrable && a->initially_deferred == b->initially_deferred;
}

static bool same_foreign(const kin_diff *diff, const kin_foreign_schema *a, const kin_foreign_schema *b)
{
	const kin_dialect *d = diff->dialect;

	return same_columns(diff, a, b) && same_moment(diff, a, b) &&
	       kin_normal_same(kin_normal_action(d, a->on_delete), kin_normal_action(d, b->on_delete)) &&
	       kin_normal_same(kin_normal_action(d, a->on_update), kin_normal_action(d, b->on_update));
}

/* Each matches one at most, first one of the same name. */
static void match(const kin_diff *diff, const kin_table_schema *from, const kin_table_schema *to, size_t *matches, bool *taken)
{
	for (int named = 1; named >= 0; named--)
		for (size_t i = 0; i < to->foreign_count; i++)
			for (size_t j = 0; j < from->foreign_count && matches[i] == 0; j++) {
				const kin_foreign_schema *a = &from->foreigns[j], *b = &to->foreigns[i];
				if (taken[j] || (named && !kin_normal_same(a->name, b->name)) || !same_foreign(diff, a, b))
					continue;
				matches[i] = j + 1;
				taken[j] = true;
			}
}

static int rename_foreigns(kin_diff *diff, kin_table_schema *from, const kin_table_schema *to, const size_t *matches)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < to->foreign_count; i++) {
		const char *name = matches[i] ? from->foreigns[matches[i] - 1].name : NULL, *new_name = to->foreigns[i].name;
		bool done;
		if (name && new_name && !kin_normal_same(name, new_name))
			rc = kin_diff_rename(diff, KIN_DDL_RENAME_CONSTRAINT, from, name, new_name, &done);
	}
	return rc;
}

static int change(kin_diff *diff, kin_ddl_kind kind, const char *table, kin_foreign_schema *foreign)
{
	kin_ddl *item = kin_diff_add(diff, kind, table);

	if (!item)
		return kin_error_nomem(diff->error);
	item->foreign = foreign;
	return KIN_OK;
}

int kin_diff_foreigns(kin_diff *diff, kin_table_schema *from, const kin_table_schema *to)
{
	kin_arena *arena = diff->out->arena;
	size_t *matches = kin_arena_zalloc(arena, (to->foreign_count + 1) * sizeof(*matches));
	bool *taken = kin_arena_zalloc(arena, from->foreign_count + 1);
	int rc;

	if (!matches || !taken)
		return kin_error_nomem(diff->error);
	match(diff, from, to, matches, taken);
	rc = rename_foreigns(diff, from, to, matches);
	for (size_t i = 0; rc == KIN_OK && i < from->foreign_count; i++)
		if (!taken[i])
			rc = change(diff, KIN_DDL_DROP_FOREIGN, to->name, &from->foreigns[i]);
	for (size_t i = 0; rc == KIN_OK && i < to->foreign_count; i++)
		if (matches[i] == 0)
			rc = change(diff, KIN_DDL_ADD_FOREIGN, to->name, &to->foreigns[i]);
	return rc;
}
