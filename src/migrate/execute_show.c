/* execute_show.c - the SQL of changes, shown rather than run. */
#include "migrate/execute_show.h"

#include "migrate/apply.h"
#include "migrate/dependents.h"
#include "migrate/execute.h"
#include "migrate/rebuild_plan.h"

static bool says_column_anew(kin_ddl_kind kind)
{
	return kind == KIN_DDL_SET_TYPE || kind == KIN_DDL_SET_NOT_NULL || kind == KIN_DDL_DROP_NOT_NULL ||
	       kind == KIN_DDL_COMMENT_COLUMN || kind == KIN_DDL_RENAME_LABEL || kind == KIN_DDL_SET_IDENTITY || kind == KIN_DDL_DROP_IDENTITY;
}

static bool is_named(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* Which kind of constraint a name stands for, as MariaDB drops each kind in its own way. */
static bool find_constraint(kin_arena *arena, const kin_table_schema *table, kin_ddl *item)
{
	for (size_t i = 0; i < table->unique_count; i++)
		if (is_named(table->uniques[i].name, item->name)) {
			item->kind = KIN_DDL_DROP_UNIQUE;
			return (item->key = kin_arena_copy(arena, &table->uniques[i], sizeof(*item->key))) != NULL;
		}
	for (size_t i = 0; i < table->foreign_count; i++)
		if (is_named(table->foreigns[i].name, item->name)) {
			item->kind = KIN_DDL_DROP_FOREIGN;
			return (item->foreign = kin_arena_copy(arena, &table->foreigns[i], sizeof(*item->foreign))) != NULL;
		}
	for (size_t i = 0; i < table->check_count; i++)
		if (is_named(table->checks[i].name, item->name)) {
			item->kind = KIN_DDL_DROP_CHECK;
			return (item->check = kin_arena_copy(arena, &table->checks[i], sizeof(*item->check))) != NULL;
		}
	if (is_named(table->primary_key.name, item->name))
		item->kind = KIN_DDL_DROP_PRIMARY_KEY;
	return true;
}

/* All of a constraint or index that is renamed. */
static bool complete_rename(kin_arena *arena, const kin_table_schema *table, kin_ddl *item)
{
	kin_ddl found = { .kind = KIN_DDL_DROP_CONSTRAINT, .name = item->name };

	for (size_t i = 0; item->kind == KIN_DDL_RENAME_INDEX && i < table->index_count; i++)
		if (is_named(table->indexes[i].name, item->name))
			return (item->index = kin_arena_copy(arena, &table->indexes[i], sizeof(*item->index))) != NULL;
	if (item->kind != KIN_DDL_RENAME_CONSTRAINT || !find_constraint(arena, table, &found))
		return !arena->failed;
	item->key = found.key;
	item->foreign = found.foreign;
	item->check = found.check;
	return true;
}

/* An enum that was kept as text has a check, which goes with it. */
static bool complete_type(kin_arena *arena, const kin_table_schema *table, kin_ddl *item)
{
	const kin_column_schema *column = kin_schema_column(table, item->name);

	if (!column || column->type.name != KIN_TYPE_ENUM || column->type.text)
		return true;
	return (item->check = kin_arena_zalloc(arena, sizeof(*item->check))) != NULL;
}

/* What a change leaves unsaid about the thing that it drops. */
static bool complete_drop(kin_arena *arena, const kin_schema *schema, kin_ddl *item)
{
	const kin_table_schema *table = kin_apply_table(schema, item);

	if (!table)
		return true;
	if (item->kind == KIN_DDL_DROP_INDEX)
		item->table_name = table->name;
	if (item->kind == KIN_DDL_SET_TYPE)
		return complete_type(arena, table, item);
	if (item->kind == KIN_DDL_RENAME_CONSTRAINT || item->kind == KIN_DDL_RENAME_INDEX)
		return complete_rename(arena, table, item);
	if (item->kind == KIN_DDL_DROP_CONSTRAINT && !find_constraint(arena, table, item))
		return false;
	if (item->kind == KIN_DDL_DROP_PRIMARY_KEY)
		return (item->key = kin_arena_copy(arena, &table->primary_key, sizeof(*item->key))) != NULL;
	return true;
}

/* A primary key's new name. Where it has none, PostgreSQL knows it by the name that it made up, and the others by none. */
static bool renames_unnamed(const kin_dialect *dialect, kin_schema *schema, kin_ddl *item)
{
	const kin_table_schema *table = kin_apply_table(schema, item);
	bool unnamed = table && kin_apply_renames_unnamed(table, item);

	if (table && item->kind == KIN_DDL_RENAME_CONSTRAINT && dialect->id == KIN_MARIADB)
		unnamed = unnamed || is_named(table->primary_key.name, item->name);
	if (unnamed && dialect->id != KIN_POSTGRESQL)
		*item = (kin_ddl){ .kind = KIN_DDL_SQL, .sql = "", .line = item->line };
	return unnamed;
}

/* MariaDB renames a label in three statements. After the first the enum has both, the new one at its end: as if nothing was done. */
static void forget_label(const kin_dialect *dialect, kin_schema *schema, const kin_ddl *item)
{
	const kin_table_schema *table = dialect->id == KIN_MARIADB && item->kind == KIN_DDL_RENAME_LABEL ? kin_apply_table(schema, item) : NULL;
	kin_column_schema *column = table ? kin_schema_column(table, item->name) : NULL;
	kin_type *type = column ? &column->type : NULL;

	if (!type || type->label_count < 2 || strcmp(type->labels[type->label_count - 1], item->new_name) != 0)
		return;
	for (size_t i = 0; i + 1 < type->label_count; i++)
		if (strcmp(type->labels[i], item->sql) == 0) {
			type->label_count--;
			return;
		}
}

int kin_execute_complete(kin_arena *arena, const kin_dialect *dialect, kin_schema *schema, kin_ddl *item, kin_error *error)
{
	if (renames_unnamed(dialect, schema, item))
		return KIN_OK;
	forget_label(dialect, schema, item);
	if (!complete_drop(arena, schema, item) || (dialect->id == KIN_MARIADB && !kin_dependents_find(arena, schema, item)))
		return kin_error_nomem(error);
	int rc = kin_apply_ddl(schema, item, error);

	if (rc < 0 || !says_column_anew(item->kind))
		return rc;
	const kin_table_schema *table = kin_schema_table(schema, item->table_name);
	const kin_column_schema *column = table ? kin_schema_column(table, item->name) : NULL;
	if (column && !(item->column = kin_arena_copy(arena, column, sizeof(*column))))
		return kin_error_nomem(error);
	return KIN_OK;
}

static void add_statement(kin_text *out, const char *sql)
{
	if (*sql)
		kin_text_addf(out, "%s;\n", sql);
}

static int show_rebuild(kin_text *out, kin_arena *arena, kin_schema *schema, const kin_ddl *items, size_t count, kin_error *error)
{
	const kin_ddl **changes = kin_arena_alloc(arena, count * sizeof(*changes));
	kin_rebuild_plan plan;
	int rc;

	if (!changes)
		return kin_error_nomem(error);
	for (size_t i = 0; i < count; i++)
		changes[i] = &items[i];
	if ((rc = kin_rebuild_plan_make(arena, schema, items[0].table_name, NULL, changes, count, &plan, error)) < 0)
		return rc;
	add_statement(out, plan.create);
	add_statement(out, plan.copy);
	add_statement(out, plan.drop);
	add_statement(out, "PRAGMA legacy_alter_table = ON");
	add_statement(out, plan.rename);
	add_statement(out, "PRAGMA legacy_alter_table = OFF");
	for (size_t i = 0; i < plan.restore_count; i++)
		add_statement(out, plan.restore[i]);
	for (size_t i = 0; rc == KIN_OK && i < count; i++)
		rc = kin_apply_ddl(schema, &items[i], error);
	return rc;
}

static int show_each(kin_text *out, kin_arena *arena, const kin_dialect *dialect, kin_schema *schema, const kin_ddl *items,
                     size_t count, kin_error *error)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < count; i++) {
		kin_ddl whole = items[i];
		size_t before = out->length;
		if (items[i].kind == KIN_DDL_CALL) {
			kin_text_addf(out, "-- CALL %s runs a function of the app\n", items[i].name);
			continue;
		}
		if ((rc = kin_execute_complete(arena, dialect, schema, &whole, error)) == KIN_OK)
			rc = kin_ddl_render(dialect, out, &whole, error);
		if (rc == KIN_OK && out->length > before)
			kin_text_add(out, ";\n");
	}
	return rc;
}

int kin_execute_show(kin_text *out, const kin_dialect *dialect, kin_schema *schema, const kin_ddl *items, size_t count,
                     kin_error *error)
{
	kin_arena *arena = schema->arena;
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < count;) {
		if (!kin_op_is_for(&items[i], dialect)) {
			i++;
			continue;
		}
		size_t n = kin_execute_group(dialect, items + i, count - i);
		rc = kin_execute_needs_rebuild(dialect, items + i, n)
		         ? show_rebuild(out, arena, schema, items + i, n, error)
		         : show_each(out, arena, dialect, schema, items + i, n, error);
		i += n;
	}
	return rc == KIN_OK && !kin_text_ok(out) ? kin_error_nomem(error) : rc;
}
