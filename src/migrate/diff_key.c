/* diff_key.c - foreign keys, which match by what they say, whatever they are called. */
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

static bool same_foreign(const kin_diff *diff, const kin_foreign_schema *a, const kin_foreign_schema *b)
{
	const kin_dialect *d = diff->dialect;

	return same_columns(diff, a, b) && a->deferrable == b->deferrable && a->initially_deferred == b->initially_deferred &&
	       kin_normal_same(kin_normal_action(d, a->on_delete), kin_normal_action(d, b->on_delete)) &&
	       kin_normal_same(kin_normal_action(d, a->on_update), kin_normal_action(d, b->on_update));
}

static bool has(const kin_diff *diff, const kin_table_schema *table, const kin_foreign_schema *like, bool like_is_old)
{
	for (size_t i = 0; i < table->foreign_count; i++) {
		const kin_foreign_schema *f = &table->foreigns[i];
		if (like_is_old ? same_foreign(diff, like, f) : same_foreign(diff, f, like))
			return true;
	}
	return false;
}

static int change(kin_diff *diff, kin_ddl_kind kind, const char *table, kin_foreign_schema *foreign)
{
	kin_ddl *item = kin_diff_add(diff, kind, table);

	if (!item)
		return kin_error_nomem(diff->error);
	item->foreign = foreign;
	return KIN_OK;
}

int kin_diff_foreigns(kin_diff *diff, const kin_table_schema *from, const kin_table_schema *to)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < from->foreign_count; i++)
		if (!has(diff, to, &from->foreigns[i], true))
			rc = change(diff, KIN_DDL_DROP_FOREIGN, to->name, &from->foreigns[i]);
	for (size_t i = 0; rc == KIN_OK && i < to->foreign_count; i++)
		if (!has(diff, from, &to->foreigns[i], false))
			rc = change(diff, KIN_DDL_ADD_FOREIGN, to->name, &to->foreigns[i]);
	return rc;
}
