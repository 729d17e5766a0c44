/* diff_check.c - checks: by name and expression; where one side has no name, by the expression alone. */
#include "migrate/diff_table.h"
#include "migrate/normal.h"

static bool same_check(kin_arena *arena, const kin_check_schema *a, const kin_check_schema *b)
{
	if (a->name && b->name && strcmp(a->name, b->name) != 0)
		return false;
	return kin_normal_same(kin_normal_sql(arena, a->sql), kin_normal_sql(arena, b->sql));
}

/* Each matches one at most: two equal unnamed checks are two. */
static bool take(kin_arena *arena, const kin_table_schema *table, const kin_check_schema *like, bool *taken)
{
	for (size_t i = 0; i < table->check_count; i++)
		if (!taken[i] && same_check(arena, &table->checks[i], like))
			return taken[i] = true;
	return false;
}

static int change(kin_diff *diff, kin_ddl_kind kind, const char *table, kin_check_schema *check)
{
	kin_ddl *item = kin_diff_add(diff, kind, table);

	if (!item)
		return kin_error_nomem(diff->error);
	item->check = check;
	return KIN_OK;
}

/* A check that is the same under another name. */
static int rename_checks(kin_diff *diff, kin_table_schema *from, const kin_table_schema *to, bool *taken, bool *kept)
{
	kin_arena *arena = diff->out->arena;
	int rc = KIN_OK;

	for (size_t i = 0; i < to->check_count; i++)
		for (size_t j = 0; rc == KIN_OK && j < from->check_count && !kept[i]; j++) {
			const kin_check_schema *a = &from->checks[j], *b = &to->checks[i];
			bool done = false;
			if (taken[j] || !a->name || !b->name ||
			    !kin_normal_same(kin_normal_sql(arena, a->sql), kin_normal_sql(arena, b->sql)))
				continue;
			rc = kin_diff_rename(diff, KIN_DDL_RENAME_CONSTRAINT, from, a->name, b->name, &done);
			taken[j] = kept[i] = done;
		}
	return rc;
}

int kin_diff_checks(kin_diff *diff, kin_table_schema *from, const kin_table_schema *to)
{
	kin_arena *arena = diff->out->arena;
	bool *taken = kin_arena_zalloc(arena, from->check_count + 1), *kept = kin_arena_zalloc(arena, to->check_count + 1);
	int rc;

	if (!taken || !kept)
		return kin_error_nomem(diff->error);
	for (size_t i = 0; i < to->check_count; i++)
		kept[i] = take(arena, from, &to->checks[i], taken);
	rc = rename_checks(diff, from, to, taken, kept);
	for (size_t i = 0; rc == KIN_OK && i < from->check_count; i++)
		if (!taken[i])
			rc = change(diff, KIN_DDL_DROP_CHECK, to->name, &from->checks[i]);
	for (size_t i = 0; rc == KIN_OK && i < to->check_count; i++)
		if (!kept[i])
			rc = change(diff, KIN_DDL_ADD_CHECK, to->name, &to->checks[i]);
	return rc;
}
