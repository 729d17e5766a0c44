/* diff_aside.c - what stands on a column whose type changes, in other tables too: it goes before all changes and comes back after them.
 *
 * PostgreSQL changes no type under a view, nor one half of a foreign key to a type that the other half cannot be compared with; MariaDB
 * changes no column of a foreign key at all. SQLite, where tables are made anew, minds neither. */
#include "migrate/diff_table.h"
#include "migrate/normal.h"

static bool is_retyped(kin_diff *diff, const char *table, const char *column)
{
	const kin_table_schema *from = kin_schema_table(diff->from, table), *to = kin_schema_table(diff->to, table);
	const kin_column_schema *a = from ? kin_schema_column(from, column) : NULL, *b = to ? kin_schema_column(to, column) : NULL;

	return a && b && kin_diff_retyped(diff, from, a, to, b);
}

static bool any_retyped(kin_diff *diff, const char *table, const char *const *columns, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_retyped(diff, table, columns[i]))
			return true;
	return false;
}

/* Where the key names no columns of its target, they are the target's primary key in this schema. */
static bool is_over_retyped(kin_diff *diff, const kin_schema *schema, const kin_table_schema *table, const kin_foreign_schema *key)
{
	const kin_table_schema *target = key->target_column_count == 0 ? kin_schema_table(schema, key->target) : NULL;

	return any_retyped(diff, table->name, key->columns, key->column_count) ||
	       (target ? any_retyped(diff, key->target, target->primary_key.columns, target->primary_key.column_count)
	               : any_retyped(diff, key->target, key->target_columns, key->target_column_count));
}

static int drop_keys(kin_diff *diff)
{
	int rc = KIN_OK;

	for (size_t i = 0; i < diff->from->table_count; i++) {
		kin_table_schema *table = diff->from->tables[i];
		for (size_t j = table->foreign_count; rc == KIN_OK && j > 0 && kin_schema_table(diff->to, table->name); j--) {
			kin_foreign_schema *own = kin_arena_copy(diff->out->arena, &table->foreigns[j - 1], sizeof(*own));
			if (!own)
				return kin_error_nomem(diff->error);
			if (is_over_retyped(diff, diff->from, table, own))
				rc = kin_diff_change(diff, &(kin_ddl){ .kind = KIN_DDL_DROP_FOREIGN, .table_name = table->name, .foreign = own });
		}
	}
	return rc;
}

/* Take them out of the later schema, so that nobody else adds them. */
static int take_keys(kin_diff *diff, kin_changes *late)
{
	for (size_t i = 0; i < diff->to->table_count; i++) {
		kin_table_schema *table = diff->to->tables[i];
		size_t kept = 0;
		for (size_t j = 0; j < table->foreign_count; j++) {
			kin_foreign_schema *key = &table->foreigns[j];
			if (!is_over_retyped(diff, diff->to, table, key)) {
				table->foreigns[kept++] = *key;
				continue;
			}
			kin_foreign_schema *own = kin_arena_copy(diff->out->arena, key, sizeof(*own));
			kin_ddl *item = own ? kin_op_add(late, KIN_DDL_ADD_FOREIGN, table->name) : NULL;
			if (!item)
				return kin_error_nomem(diff->error);
			item->foreign = own;
		}
		table->foreign_count = kept;
	}
	return KIN_OK;
}

int kin_diff_keys_aside(kin_diff *diff, kin_changes *late)
{
	if (diff->dialect && diff->dialect->id == KIN_SQLITE)
		return KIN_OK;
	int rc = drop_keys(diff);

	return rc < 0 ? rc : take_keys(diff, late);
}

/* Views */

static bool is_over_retyped_table(kin_diff *diff, const kin_object_schema *view)
{
	for (size_t i = 0; i < diff->to->table_count; i++) {
		const kin_table_schema *table = diff->to->tables[i];
		if (!kin_normal_mentions(view->sql, kin_dialect_bare(&kin_dialect_postgresql, table->name)))
			continue;
		for (size_t j = 0; j < table->column_count; j++)
			if (is_retyped(diff, table->name, table->columns[j].name) &&
			    (strchr(view->sql, '*') || kin_normal_mentions(view->sql, table->columns[j].name)))
				return true;
	}
	return false;
}

static bool is_over_view_aside(const kin_schema *schema, const bool *aside, const kin_object_schema *view)
{
	for (size_t i = 0; i < schema->object_count; i++)
		if (aside[i] && &schema->objects[i] != view && kin_normal_mentions(view->sql, schema->objects[i].name))
			return true;
	return false;
}

/* A view over such a view goes with it, and a trigger of one. */
bool *kin_diff_views_aside(kin_diff *diff)
{
	const kin_schema *from = diff->from;
	bool *aside = kin_arena_zalloc(diff->out->arena, from->object_count + 1), more = aside != NULL;
	bool server = !diff->dialect || diff->dialect->id == KIN_POSTGRESQL;

	while (more && server) {
		more = false;
		for (size_t i = 0; i < from->object_count; i++) {
			const kin_object_schema *object = &from->objects[i];
			bool view = strcmp(object->kind, "view") == 0;
			if (aside[i] || !((view && is_over_retyped_table(diff, object)) || is_over_view_aside(from, aside, object)))
				continue;
			aside[i] = more = true;
		}
	}
	return aside;
}
