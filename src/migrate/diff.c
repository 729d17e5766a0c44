/* diff.c - what must change for one schema to become another: which tables come and go, and in what order.
 *
 * Both schemas are copied. Renames, and foreign keys that must go before the table they point at, are applied to
 * the earlier copy as they are found; the rest is compared with what is left. */
#include "migrate/diff.h"

#include <stdlib.h>

#include "migrate/apply.h"
#include "migrate/diff_table.h"
#include "migrate/fold.h"
#include "migrate/normal.h"
#include "migrate/rename.h"

static const char *const ignored[] = { "kin_revision", "kin_lock", "kin_step", "kin_backfill", "alembic_version" };

bool kin_diff_ignores(const char *table)
{
	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		if (strcmp(table, ignored[i]) == 0)
			return true;
	return false;
}

kin_ddl *kin_diff_add(kin_diff *diff, kin_ddl_kind kind, const char *table)
{
	return kin_op_add(diff->out, kind, table);
}

int kin_diff_change(kin_diff *diff, const kin_ddl *change)
{
	kin_ddl *item = kin_op_add(diff->out, change->kind, change->table_name);

	if (!item)
		return kin_error_nomem(diff->error);
	*item = *change;
	return kin_apply_ddl(diff->from, change, diff->error);
}

/* Apply a change that somebody asked for; what does not fit is said of the words that asked. */
static int change_as_said(kin_diff *diff, const char *text, const kin_ddl *change)
{
	int rc = kin_diff_change(diff, change);

	if (rc != KIN_EREVISION)
		return rc;
	kin_error_context(diff->error, "rename %s", text);
	if (diff->error)
		diff->error->code = KIN_EINVAL;
	return KIN_EINVAL;
}

static int rename_table_or_column(kin_diff *diff, const char *text, const kin_rename *rename)
{
	const char *after = rename->table ? rename->table : rename->to;
	const kin_table_schema *table = kin_schema_table(diff->to, after);
	kin_ddl change = { .kind = rename->table ? KIN_DDL_RENAME_COLUMN : KIN_DDL_RENAME_TABLE,
		           .table_name = rename->table ? rename->table : rename->from, .name = rename->from, .new_name = rename->to };

	if (!rename->table && !table)
		return kin_error_set(diff->error, KIN_EINVAL, "rename %s: there is no model for a table '%s'", text, rename->to);
	if (rename->table && table && !kin_schema_column(table, rename->to))
		return kin_error_set(diff->error, KIN_EINVAL, "rename %s: %s has no new column '%s'", text, after, rename->to);
	return change_as_said(diff, text, &change);
}

/* Of one column, or of all that are of the type and have the label. */
static int rename_label(kin_diff *diff, const char *text, const kin_rename *rename)
{
	bool found = false;
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < diff->from->table_count; i++) {
		const kin_table_schema *table = diff->from->tables[i];
		for (size_t j = 0; rc == KIN_OK && j < table->column_count; j++) {
			const kin_column_schema *column = &table->columns[j];
			kin_ddl change = { .kind = KIN_DDL_RENAME_LABEL, .table_name = table->name, .name = column->name, .sql = rename->from,
				           .new_name = rename->to };
			if (rename->type ? column->type.name != KIN_TYPE_ENUM || !kin_normal_same(column->type.text, rename->type)
			                 : strcmp(table->name, rename->table) != 0 || strcmp(column->name, rename->column) != 0)
				continue;
			found = true;
			rc = change_as_said(diff, text, &change);
		}
	}
	return rc < 0 || found ? rc : kin_error_set(diff->error, KIN_EINVAL, "rename %s: there is no such enum", text);
}

/* Everything is named as it was, so what is inside is renamed before what is around it: labels, columns, tables. */
static int apply_renames(kin_diff *diff, const kin_diff_options *options)
{
	kin_rename *renames = kin_arena_alloc(diff->out->arena, (options->rename_count + 1) * sizeof(*renames));
	int rc = renames ? KIN_OK : kin_error_nomem(diff->error);

	for (size_t i = 0; rc == KIN_OK && i < options->rename_count; i++)
		rc = kin_rename_read(diff->out->arena, diff->from, options->renames[i], &renames[i], diff->error);
	for (int depth = 2; depth >= 0; depth--)
		for (size_t i = 0; rc == KIN_OK && i < options->rename_count; i++) {
			const kin_rename *r = &renames[i];
			int of = r->type || r->column ? 2 : r->table ? 1 : 0;
			if (of == depth)
				rc = depth == 2 ? rename_label(diff, options->renames[i], r) : rename_table_or_column(diff, options->renames[i], r);
		}
	return rc;
}

static bool is_removed(const kin_diff *diff, const char *table)
{
	return kin_schema_table(diff->from, table) && !kin_schema_table(diff->to, table);
}

/* The keys of tables that stay, which point at tables that go. */
static int drop_early_keys(kin_diff *diff)
{
	for (size_t i = 0; i < diff->from->table_count; i++) {
		kin_table_schema *table = diff->from->tables[i];
		if (kin_diff_ignores(table->name) || is_removed(diff, table->name))
			continue;
		for (size_t j = table->foreign_count; j > 0; j--) {
			kin_foreign_schema *own = kin_arena_copy(diff->out->arena, &table->foreigns[j - 1], sizeof(*own));
			if (!own)
				return kin_error_nomem(diff->error);
			kin_ddl change = { .kind = KIN_DDL_DROP_FOREIGN, .table_name = table->name, .foreign = own };
			int rc = is_removed(diff, own->target) ? kin_diff_change(diff, &change) : KIN_OK;
			if (rc < 0)
				return rc;
		}
	}
	return KIN_OK;
}

static int add_indexes(kin_diff *diff, kin_table_schema *table)
{
	for (size_t i = 0; i < table->index_count; i++) {
		kin_ddl *item = kin_diff_add(diff, KIN_DDL_CREATE_INDEX, table->name);
		if (!item)
			return kin_error_nomem(diff->error);
		item->index = &table->indexes[i];
	}
	return KIN_OK;
}

static bool is_late(const kin_schema_order *order, size_t table, size_t foreign)
{
	for (size_t i = 0; i < order->late_count; i++)
		if (order->late[i].table == table && order->late[i].foreign == foreign)
			return true;
	return false;
}

/* The table without the keys that close a circle. */
static kin_table_schema *without_late(kin_diff *diff, const kin_schema_order *order, size_t at)
{
	kin_table_schema *table = diff->to->tables[at];
	kin_table_schema *copy = kin_arena_copy(diff->out->arena, table, sizeof(*copy));
	size_t kept = 0;

	if (!copy || order->late_count == 0 || table->foreign_count == 0)
		return copy;
	if (!(copy->foreigns = kin_arena_alloc(diff->out->arena, table->foreign_count * sizeof(*copy->foreigns))))
		return NULL;
	for (size_t i = 0; i < table->foreign_count; i++)
		if (!is_late(order, at, i))
			copy->foreigns[kept++] = table->foreigns[i];
	copy->foreign_count = kept;
	return copy;
}

static int add_tables(kin_diff *diff)
{
	kin_schema_order order;
	int rc = kin_schema_sorted(diff->to, diff->out->arena, &order, diff->error);

	for (size_t i = 0; rc == KIN_OK && i < diff->to->table_count; i++) {
		kin_table_schema *table = diff->to->tables[order.tables[i]];
		if (kin_diff_ignores(table->name) || kin_schema_table(diff->from, table->name))
			continue;
		kin_ddl *item = kin_diff_add(diff, KIN_DDL_CREATE_TABLE, table->name);
		if (!item || !(item->table = without_late(diff, &order, order.tables[i])))
			return kin_error_nomem(diff->error);
		rc = add_indexes(diff, table);
	}
	for (size_t i = 0; rc == KIN_OK && i < order.late_count; i++) {
		kin_table_schema *table = diff->to->tables[order.late[i].table];
		if (kin_diff_ignores(table->name) || kin_schema_table(diff->from, table->name))
			continue;
		kin_ddl *item = kin_diff_add(diff, KIN_DDL_ADD_FOREIGN, table->name);
		if (!item)
			return kin_error_nomem(diff->error);
		item->foreign = &table->foreigns[order.late[i].foreign];
	}
	return rc;
}

static int drop_indexes(kin_diff *diff, const kin_table_schema *table)
{
	for (size_t i = 0; i < table->index_count; i++) {
		kin_ddl *item = kin_diff_add(diff, KIN_DDL_DROP_INDEX, table->name);
		if (!item)
			return kin_error_nomem(diff->error);
		item->name = table->indexes[i].name;
	}
	return KIN_OK;
}

static int drop_tables(kin_diff *diff)
{
	kin_schema_order order;
	int rc = kin_schema_sorted(diff->from, diff->out->arena, &order, diff->error);

	for (size_t i = 0; rc == KIN_OK && i < order.late_count; i++) {
		kin_table_schema *table = diff->from->tables[order.late[i].table];
		if (kin_diff_ignores(table->name) || !is_removed(diff, table->name))
			continue;
		kin_ddl *item = kin_diff_add(diff, KIN_DDL_DROP_FOREIGN, table->name);
		if (!item)
			return kin_error_nomem(diff->error);
		item->foreign = &table->foreigns[order.late[i].foreign];
	}
	for (size_t i = diff->from->table_count; rc == KIN_OK && i > 0; i--) {
		kin_table_schema *table = diff->from->tables[order.tables[i - 1]];
		if (kin_diff_ignores(table->name) || !is_removed(diff, table->name))
			continue;
		if ((rc = drop_indexes(diff, table)) < 0)
			return rc;
		if (!kin_diff_add(diff, KIN_DDL_DROP_TABLE, table->name))
			return kin_error_nomem(diff->error);
	}
	return rc;
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(kin_table_schema *const *)a)->name, (*(kin_table_schema *const *)b)->name);
}

static int change_tables(kin_diff *diff)
{
	size_t count = diff->to->table_count;
	kin_table_schema **tables = kin_arena_copy(diff->out->arena, diff->to->tables, count * sizeof(*tables));
	int rc = KIN_OK;

	if (count == 0)
		return KIN_OK;
	if (!tables)
		return kin_error_nomem(diff->error);
	qsort(tables, count, sizeof(*tables), by_name);
	for (size_t i = 0; rc == KIN_OK && i < count; i++) {
		kin_table_schema *from = kin_schema_table(diff->from, tables[i]->name);
		if (from && !kin_diff_ignores(from->name))
			rc = kin_diff_table(diff, from, tables[i]);
	}
	return rc;
}

/* Views and triggers */

static const kin_object_schema *find_object(const kin_schema *schema, const kin_object_schema *like)
{
	for (size_t i = 0; i < schema->object_count; i++)
		if (kin_normal_same_object(&schema->objects[i], like))
			return &schema->objects[i];
	return NULL;
}

static bool same_object(kin_arena *arena, const kin_object_schema *a, const kin_object_schema *b)
{
	return b && kin_normal_same(kin_normal_sql(arena, a->sql), kin_normal_sql(arena, b->sql));
}

static int add_object(kin_diff *diff, kin_ddl_kind kind, kin_object_schema *object)
{
	kin_ddl *item = kin_diff_add(diff, kind, object->table);

	if (!item)
		return kin_error_nomem(diff->error);
	item->object = object;
	item->name = object->name;
	return KIN_OK;
}

/* Which of the earlier objects go, and which of the later ones come: those that the other schema has not, or has otherwise. Those aside go and
 * come as they are. */
static int plan_objects(kin_diff *diff, const bool *aside, bool compare, bool *gone, bool *come)
{
	const kin_schema *from = diff->from, *to = diff->to;
	kin_arena *arena = diff->out->arena;

	for (size_t i = 0; i < from->object_count; i++)
		gone[i] = aside[i] || (compare && !same_object(arena, &from->objects[i], find_object(to, &from->objects[i])));
	for (size_t i = 0; compare && i < to->object_count; i++) {
		const kin_object_schema *was = find_object(from, &to->objects[i]);
		come[i] = !same_object(arena, &to->objects[i], was) || gone[was - from->objects];
	}
	return arena->failed ? kin_error_nomem(diff->error) : KIN_OK;
}

/* In reverse order, as they may stand on each other. */
static int drop_objects(kin_diff *diff, const kin_schema *has, const bool *gone)
{
	int rc = KIN_OK;

	for (size_t i = has->object_count; rc == KIN_OK && i > 0; i--)
		if (gone[i - 1])
			rc = add_object(diff, KIN_DDL_DROP_OBJECT, &has->objects[i - 1]);
	return rc;
}

static int create_objects(kin_diff *diff, const kin_schema *has, const bool *come)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < has->object_count; i++)
		if (come[i])
			rc = add_object(diff, KIN_DDL_CREATE_OBJECT, &has->objects[i]);
	return rc;
}

static int add_late(kin_diff *diff, const kin_changes *late)
{
	for (size_t i = 0; i < late->count; i++) {
		kin_ddl *item = kin_diff_add(diff, late->items[i].kind, late->items[i].table_name);
		if (!item)
			return kin_error_nomem(diff->error);
		*item = late->items[i];
	}
	return KIN_OK;
}

/* Tables and what they have, with the keys that stand in the way of a new type around it. */
static int all_tables(kin_diff *diff)
{
	kin_changes late = { .arena = diff->out->arena };
	int rc = drop_early_keys(diff);

	if (rc == KIN_OK)
		rc = kin_diff_keys_aside(diff, &late);
	if (rc == KIN_OK)
		rc = add_tables(diff);
	if (rc == KIN_OK)
		rc = drop_tables(diff);
	if (rc == KIN_OK)
		rc = change_tables(diff);
	return rc < 0 ? rc : add_late(diff, &late);
}

int kin_diff_schemas(kin_changes *out, const kin_dialect *dialect, const kin_schema *from, const kin_schema *to,
                     const kin_diff_options *options, kin_error *error)
{
	kin_schema *copy = kin_arena_zalloc(out->arena, sizeof(*copy));
	kin_schema *later = kin_arena_zalloc(out->arena, sizeof(*later));
	kin_diff diff = { .out = out, .dialect = dialect, .from = copy, .to = later, .error = error };
	bool objects = options && options->objects, *aside, *gone, *come;
	int rc = KIN_OK;

	if (!copy || !later || kin_schema_copy(from, out->arena, copy) < 0 || kin_schema_copy(to, out->arena, later) < 0 ||
	    kin_fold_enums(copy, dialect) < 0 || kin_fold_enums(later, dialect) < 0)
		return kin_error_nomem(error);
	if (options)
		rc = apply_renames(&diff, options);
	if (rc < 0)
		return rc;
	gone = kin_arena_zalloc(out->arena, copy->object_count + 1);
	come = kin_arena_zalloc(out->arena, later->object_count + 1);
	if (!(aside = kin_diff_views_aside(&diff)) || !gone || !come)
		return kin_error_nomem(error);
	if ((rc = plan_objects(&diff, aside, objects, gone, come)) == KIN_OK && (rc = drop_objects(&diff, copy, gone)) == KIN_OK &&
	    (rc = all_tables(&diff)) == KIN_OK)
		rc = objects ? create_objects(&diff, later, come) : create_objects(&diff, copy, gone);
	if (rc == KIN_OK && out->arena->failed)
		rc = kin_error_nomem(error);
	return rc;
}
