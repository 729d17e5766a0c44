/* sound.c - what cannot be right in a schema, whatever the database. */
#include "base/map.h"
#include "base/text.h"
#include "schema/schema.h"

typedef struct report {
	kin_text                lines;
	kin_map                 tables;
	kin_map                 columns; /* of the table that is looked at */
	const kin_table_schema *table;
	bool                    failed;  /* memory is out */
} report;

static void say(report *r, const char *format, ...) KIN_PRINTF(2, 3);

static void say(report *r, const char *format, ...)
{
	va_list arguments;

	if (r->lines.length > 0)
		kin_text_add_char(&r->lines, '\n');
	va_start(arguments, format);
	kin_text_addv(&r->lines, format, arguments);
	va_end(arguments);
}

/* Enter a name that must be new. */
static bool enter(report *r, kin_map *map, const char *name, const void *thing)
{
	union { const void *in; void *out; } pointer = { .in = thing };

	if (kin_map_find(map, name))
		return false;
	if (!kin_map_set(map, name, pointer.out))
		r->failed = true;
	return true;
}

static const char *or_unnamed(const char *name)
{
	return name ? name : "(unnamed)";
}

/* Each of the names is a column of the table, and none is there twice. */
static void names(report *r, const char *what, const char *name, const char *const *columns, size_t count)
{
	if (count == 0)
		say(r, "table %s: %s %s has no columns", r->table->name, what, or_unnamed(name));
	for (size_t i = 0; i < count; i++) {
		if (!kin_map_find(&r->columns, columns[i]))
			say(r, "table %s: %s %s is over a column that is not there: %s", r->table->name, what, or_unnamed(name),
			    columns[i]);
		for (size_t j = 0; j < i; j++)
			if (strcmp(columns[i], columns[j]) == 0)
				say(r, "table %s: %s %s has column %s twice", r->table->name, what, or_unnamed(name), columns[i]);
	}
}

static void columns(report *r)
{
	const kin_table_schema *table = r->table;

	if (table->column_count == 0)
		say(r, "table %s has no columns", table->name);
	for (size_t i = 0; i < table->column_count; i++) {
		const kin_column_schema *column = &table->columns[i];
		if (!*column->name)
			say(r, "table %s: a column has no name", table->name);
		if (!enter(r, &r->columns, column->name, column))
			say(r, "table %s has two columns named %s", table->name, column->name);
		if (column->computed_sql && column->default_sql)
			say(r, "table %s: column %s is computed and has a default too", table->name, column->name);
		if (column->type.name == KIN_TYPE_ENUM && column->type.label_count == 0)
			say(r, "table %s: column %s is an enum without labels", table->name, column->name);
	}
}

/* How many columns the foreign key points at; it may leave it to the target's primary key. */
static size_t target_width(const kin_foreign_schema *foreign, const kin_table_schema *target)
{
	return foreign->target_column_count > 0 ? foreign->target_column_count : target->primary_key.column_count;
}

static void foreign(report *r, const kin_foreign_schema *foreign)
{
	const kin_table_schema *target = kin_map_find(&r->tables, foreign->target);
	const char *table = r->table->name, *name = or_unnamed(foreign->name);

	names(r, "foreign key", foreign->name, foreign->columns, foreign->column_count);
	if (!target) {
		say(r, "table %s: foreign key %s points at a table that is not there: %s", table, name, foreign->target);
		return;
	}
	for (size_t i = 0; i < foreign->target_column_count; i++)
		if (!kin_schema_column(target, foreign->target_columns[i]))
			say(r, "table %s: foreign key %s points at a column that is not there: %s.%s", table, name,
			    foreign->target, foreign->target_columns[i]);
	if (target_width(foreign, target) == 0)
		say(r, "table %s: foreign key %s points at %s, which has no primary key", table, name, foreign->target);
	else if (target_width(foreign, target) != foreign->column_count)
		say(r, "table %s: foreign key %s has %zu columns and points at %zu", table, name, foreign->column_count,
		    target_width(foreign, target));
}

static void index_parts(report *r, const kin_index_schema *index)
{
	if (index->part_count == 0)
		say(r, "table %s: index %s has no columns", r->table->name, or_unnamed(index->name));
	for (size_t i = 0; i < index->part_count; i++)
		if (index->parts[i].column && !kin_map_find(&r->columns, index->parts[i].column))
			say(r, "table %s: index %s is over a column that is not there: %s", r->table->name,
			    or_unnamed(index->name), index->parts[i].column);
}

/* Named constraints and indexes have names of their own. */
static void named(report *r, kin_map *map, const char *what, const char *name)
{
	if (name && !enter(r, map, name, name))
		say(r, "table %s has two %s named %s", r->table->name, what, name);
}

static void constraint_names(report *r)
{
	const kin_table_schema *table = r->table;
	kin_map constraints = { 0 }, indexes = { 0 };

	named(r, &constraints, "constraints", table->primary_key.name);
	for (size_t i = 0; i < table->unique_count; i++)
		named(r, &constraints, "constraints", table->uniques[i].name);
	for (size_t i = 0; i < table->foreign_count; i++)
		named(r, &constraints, "constraints", table->foreigns[i].name);
	for (size_t i = 0; i < table->check_count; i++)
		named(r, &constraints, "constraints", table->checks[i].name);
	for (size_t i = 0; i < table->index_count; i++)
		named(r, &indexes, "indexes", table->indexes[i].name);
	kin_map_done(&constraints);
	kin_map_done(&indexes);
}

static void one_table(report *r, const kin_table_schema *table)
{
	r->table = table;
	r->columns = (kin_map){ 0 };
	columns(r);
	if (table->primary_key.column_count > 0)
		names(r, "primary key", table->primary_key.name, table->primary_key.columns, table->primary_key.column_count);
	for (size_t i = 0; i < table->unique_count; i++)
		names(r, "unique key", table->uniques[i].name, table->uniques[i].columns, table->uniques[i].column_count);
	for (size_t i = 0; i < table->foreign_count; i++)
		foreign(r, &table->foreigns[i]);
	for (size_t i = 0; i < table->index_count; i++)
		index_parts(r, &table->indexes[i]);
	if (table->distributed_by && !kin_map_find(&r->columns, table->distributed_by))
		say(r, "table %s is distributed by a column that is not there: %s", table->name, table->distributed_by);
	constraint_names(r);
	kin_map_done(&r->columns);
}

int kin_schema_sound(const kin_schema *schema, kin_error *error)
{
	report r = { 0 };
	int rc = KIN_OK;

	kin_text_init(&r.lines);
	for (size_t i = 0; i < schema->table_count; i++)
		if (!enter(&r, &r.tables, schema->tables[i]->name, schema->tables[i]))
			say(&r, "there are two tables named %s", schema->tables[i]->name);
	for (size_t i = 0; i < schema->table_count && !r.failed; i++)
		one_table(&r, schema->tables[i]);
	if (r.failed || !kin_text_ok(&r.lines))
		rc = kin_error_nomem(error);
	else if (r.lines.length > 0)
		rc = kin_error_set(error, KIN_EINVAL, "%s", r.lines.data);
	kin_text_done(&r.lines);
	kin_map_done(&r.tables);
	return rc;
}
