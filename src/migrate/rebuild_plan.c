/* rebuild_plan.c - the statements of one table rebuild, from the schema alone. */
#include "migrate/rebuild_plan.h"

#include <strings.h>

#include "migrate/apply.h"
#include "migrate/normal.h"
#include "migrate/rebuild_text.h"
#include "sql/ddl_write.h"

/* What a column of the changed table is filled with, followed through the changes. */
typedef struct source {
	const char *name;       /* the column's name so far */
	const char *expression; /* over the old table; NULL: new */
} source;

typedef struct sources {
	source *items;
	size_t  count;
} sources;

static const char *keep(kin_arena *arena, kin_text *text)
{
	const char *kept = kin_text_ok(text) ? kin_arena_strndup(arena, text->data, text->length) : NULL;

	kin_text_done(text);
	if (!kept)
		arena->failed = true;
	return kept;
}

static const char *quoted(kin_arena *arena, const char *name)
{
	kin_text text;

	kin_text_init(&text);
	kin_dialect_name(&kin_dialect_sqlite, &text, name);
	return keep(arena, &text);
}

static source *find_source(sources *all, const char *name)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->items[i].name, name) == 0)
			return &all->items[i];
	return NULL;
}

static const char *renamed_label(kin_arena *arena, const char *value, const kin_ddl *change)
{
	kin_text text;

	kin_text_init(&text);
	kin_ddl_write_label_case(&text, value, change->sql, change->new_name);
	return keep(arena, &text);
}

static void follow(kin_arena *arena, sources *all, const kin_ddl *change)
{
	source *s;

	if (change->kind == KIN_DDL_ADD_COLUMN) {
		all->items[all->count++] = (source){ .name = change->column->name };
		return;
	}
	if (!change->name || !(s = find_source(all, change->name)))
		return;
	if (change->kind == KIN_DDL_RENAME_COLUMN)
		s->name = change->new_name;
	else if (change->kind == KIN_DDL_DROP_COLUMN)
		*s = all->items[--all->count];
	else if (change->kind == KIN_DDL_SET_TYPE && change->sql)
		s->expression = change->sql;
	else if (change->kind == KIN_DDL_RENAME_LABEL && s->expression)
		s->expression = renamed_label(arena, s->expression, change);
}

static bool find_sources(kin_arena *arena, kin_rebuild_plan *plan, const kin_ddl *const *changes, size_t count)
{
	sources all = { .items = kin_arena_alloc(arena, (plan->before->column_count + count + 1) * sizeof(source)) };

	plan->sources = kin_arena_zalloc(arena, (plan->after->column_count + 1) * sizeof(*plan->sources));
	if (!all.items || !plan->sources)
		return false;
	for (size_t i = 0; i < plan->before->column_count; i++) {
		const char *name = plan->before->columns[i].name;
		all.items[all.count++] = (source){ .name = name, .expression = quoted(arena, name) };
	}
	for (size_t i = 0; i < count; i++)
		follow(arena, &all, changes[i]);
	for (size_t i = 0; i < plan->after->column_count; i++) {
		const source *s = find_source(&all, plan->after->columns[i].name);
		plan->sources[i] = s && !plan->after->columns[i].computed_sql ? s->expression : NULL;
	}
	return !arena->failed;
}

static bool has_option(const kin_table_schema *table, const char *option)
{
	return table->options && strcasestr(table->options, option) != NULL;
}

/* A name for the row number that no column hides; NULL if there is none, or no row number. */
static const char *row_number(const kin_table_schema *table)
{
	static const char *const names[] = { "rowid", "_rowid_", "oid" };

	for (size_t i = 0; i < 3 && !has_option(table, "WITHOUT ROWID"); i++) {
		bool hidden = false;
		for (size_t j = 0; j < table->column_count; j++)
			hidden = hidden || strcasecmp(table->columns[j].name, names[i]) == 0;
		if (!hidden)
			return names[i];
	}
	return NULL;
}

/* Row numbers are kept where both tables have plain ones; where a column is the row number it is copied as a column. */
static const char *kept_row_number(const kin_rebuild_plan *plan)
{
	const char *a = row_number(plan->before), *b = row_number(plan->after);

	for (size_t i = 0; i < plan->after->column_count; i++)
		if (plan->after->columns[i].autoincrement)
			return NULL;
	return a && b && strcmp(a, b) == 0 ? a : NULL;
}

static bool is_kept(const kin_rebuild_plan *plan, const char *name)
{
	const kin_column_schema *a = kin_schema_column(plan->before, name), *b = kin_schema_column(plan->after, name);

	return a && b && a->type.name == b->type.name && kin_normal_same(a->collation, b->collation) && !a->computed_sql && !b->computed_sql;
}

/* Without row numbers rows are in the order of their key. */
static bool find_key(kin_arena *arena, kin_rebuild_plan *plan)
{
	const kin_key_schema *a = &plan->before->primary_key, *b = &plan->after->primary_key;
	const char **names = kin_arena_alloc(arena, (a->column_count + 1) * sizeof(*names));

	if (!names || plan->row || a->extra || b->extra || a->column_count == 0 || !has_option(plan->after, "WITHOUT ROWID") ||
	    !kin_normal_same_names(a->columns, a->column_count, b->columns, b->column_count))
		return names != NULL;
	for (size_t i = 0; i < a->column_count; i++) {
		const char *name = quoted(arena, a->columns[i]);
		size_t at = 0;
		while (at + 1 < plan->after->column_count && strcmp(plan->after->columns[at].name, a->columns[i]) != 0)
			at++;
		if (!name || !is_kept(plan, a->columns[i]) || !plan->sources[at] || strcmp(plan->sources[at], name) != 0)
			return name != NULL;
		names[i] = name;
	}
	plan->key = names;
	plan->key_count = a->column_count;
	return true;
}

static const char *copy_statement(kin_arena *arena, const kin_rebuild_plan *plan)
{
	const char *row = kept_row_number(plan), *comma = "";
	kin_text names, values;

	kin_text_init(&names);
	kin_text_init(&values);
	if (row) {
		kin_text_add(&names, row);
		kin_text_add(&values, row);
		comma = ", ";
	}
	for (size_t i = 0; i < plan->after->column_count; i++) {
		if (!plan->sources[i])
			continue;
		kin_text_add(&names, comma);
		kin_dialect_name(&kin_dialect_sqlite, &names, plan->after->columns[i].name);
		kin_text_addf(&values, "%s%s", comma, plan->sources[i]);
		comma = ", ";
	}
	const char *sql = NULL;
	if (kin_text_ok(&names) && kin_text_ok(&values) && names.length > 0)
		sql = kin_arena_printf(arena, "INSERT INTO %s (%s) SELECT %s FROM %s", quoted(arena, plan->temporary), names.data,
		                       values.data, quoted(arena, plan->before->name));
	else if (kin_text_ok(&names) && kin_text_ok(&values))
		sql = kin_arena_strdup(arena, "");
	else
		arena->failed = true;
	kin_text_done(&names);
	kin_text_done(&values);
	return sql;
}

/* The table's text under the other name. It is written with its own name first, which names of constraints depend on. */
static const char *create_statement(kin_arena *arena, const kin_rebuild_plan *plan)
{
	static const char create[] = "CREATE TABLE ";
	kin_text text, name;
	const char *sql = NULL;

	kin_text_init(&text);
	kin_text_init(&name);
	kin_ddl_table(&kin_dialect_sqlite, &text, plan->after);
	kin_dialect_name(&kin_dialect_sqlite, &name, plan->after->name);
	if (kin_text_ok(&text) && kin_text_ok(&name))
		sql = kin_arena_printf(arena, "%s%s%s", create, quoted(arena, plan->temporary),
		                       text.data + sizeof(create) - 1 + name.length);
	else
		arena->failed = true;
	kin_text_done(&text);
	kin_text_done(&name);
	return sql;
}

static bool add_restored(kin_arena *arena, const kin_schema *schema, kin_rebuild_plan *plan)
{
	size_t most = plan->after->index_count + schema->object_count + 1;

	if (!(plan->restore = kin_arena_alloc(arena, most * sizeof(*plan->restore))))
		return false;
	for (size_t i = 0; i < plan->after->index_count; i++) {
		kin_text text;
		kin_text_init(&text);
		kin_ddl_index(&kin_dialect_sqlite, &text, plan->after->name, &plan->after->indexes[i]);
		plan->restore[plan->restore_count++] = keep(arena, &text);
	}
	for (size_t i = 0; i < plan->schema.object_count; i++)
		if (plan->schema.objects[i].table && strcmp(plan->schema.objects[i].table, plan->after->name) == 0)
			plan->restore[plan->restore_count++] = plan->schema.objects[i].sql;
	return !arena->failed;
}

static const char *free_name(kin_arena *arena, const kin_schema *schema, const char *table)
{
	const char *name = kin_arena_printf(arena, "kin_new_%s", table);

	while (name && kin_schema_table(schema, name))
		name = kin_arena_printf(arena, "%s_", name);
	return name;
}

int kin_rebuild_plan_make(kin_arena *arena, const kin_schema *schema, const char *table, const char *text,
                          const kin_ddl *const *changes, size_t count, kin_rebuild_plan *ret_plan, kin_error *error)
{
	kin_rebuild_plan plan = { .before = kin_schema_table(schema, table) };
	int rc;

	if (!plan.before)
		return kin_error_set(error, KIN_EREVISION, "there is no table '%s'", table);
	if (kin_schema_copy(schema, arena, &plan.schema) < 0)
		return kin_error_nomem(error);
	for (size_t i = 0; i < count; i++)
		if ((rc = kin_apply_ddl(&plan.schema, changes[i], error)) < 0)
			return rc;
	plan.after = kin_schema_table(&plan.schema, table);
	if (!(plan.temporary = free_name(arena, schema, table)) || !find_sources(arena, &plan, changes, count) ||
	    !add_restored(arena, schema, &plan))
		return kin_error_nomem(error);
	if (text)
		plan.create = kin_rebuild_text(arena, text, quoted(arena, plan.temporary), plan.before, plan.after);
	if (!plan.create)
		plan.create = create_statement(arena, &plan);
	plan.copy = copy_statement(arena, &plan);
	plan.row = row_number(plan.before);
	if (!find_key(arena, &plan))
		return kin_error_nomem(error);
	plan.drop = kin_arena_printf(arena, "DROP TABLE %s", quoted(arena, table));
	plan.rename = kin_arena_printf(arena, "ALTER TABLE %s RENAME TO %s", quoted(arena, plan.temporary), quoted(arena, table));
	if (arena->failed)
		return kin_error_nomem(error);
	*ret_plan = plan;
	return KIN_OK;
}
