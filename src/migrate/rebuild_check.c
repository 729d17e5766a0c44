/* rebuild_check.c - whether a changed table can hold its rows, told with the rows that it cannot.
 *
 * What is asked is asked of the rows as they will be: a subquery over the old table with the new columns' names. */
#include "migrate/rebuild_check.h"

#include "migrate/ask.h"
#include "migrate/normal.h"

enum { SHOWN = 5 };

static const char *quoted(kin_rebuild_check *c, const char *name)
{
	return kin_text_quoted(name, '"', c->arena);
}

/* "id 3" for people, as an SQL expression over a table with the old or new names. */
static const char *row_label(kin_rebuild_check *c, const kin_table_schema *table)
{
	kin_text text;

	if (table->primary_key.column_count == 0)
		return "'row ' || rowid";
	kin_text_init(&text);
	for (size_t i = 0; i < table->primary_key.column_count; i++) {
		kin_text_addf(&text, "%s'%s%s ' || quote(", i ? " || " : "", i ? ", " : "", table->primary_key.columns[i]);
		kin_text_add_quoted(&text, table->primary_key.columns[i], '"');
		kin_text_add_char(&text, ')');
	}
	return kin_text_keep(&text, c->arena);
}

/* The rows to come: (SELECT label AS "kin row", expression AS "column", … FROM old). */
static const char *rows_to_come(kin_rebuild_check *c)
{
	const kin_table_schema *after = c->plan->after;
	kin_text text;

	kin_text_init(&text);
	kin_text_addf(&text, "(SELECT %s AS \"kin row\"", row_label(c, c->plan->before));
	for (size_t i = 0; i < after->column_count; i++) {
		const kin_column_schema *column = &after->columns[i];
		if (column->computed_sql)
			continue;
		kin_text_addf(&text, ", %s AS ",
		              c->plan->sources[i] ? c->plan->sources[i] : column->default_sql ? column->default_sql : "NULL");
		kin_text_add_quoted(&text, column->name, '"');
	}
	kin_text_addf(&text, " FROM %s)", quoted(c, c->plan->before->name));
	return kin_text_keep(&text, c->arena);
}

/* How many rows of `from` meet the condition, and a few of them by name. */
static int find_rows(kin_rebuild_check *c, const char *from, const char *condition, const char *label, int64_t *ret_count,
                     kin_text *out)
{
	const char *count = kin_arena_printf(c->arena, "SELECT count(*) FROM %s WHERE %s", from, condition);
	const char *list = kin_arena_printf(c->arena, "SELECT %s FROM %s WHERE %s LIMIT %d", label, from, condition, SHOWN);

	if (!count || !list || c->arena->failed)
		return kin_error_nomem(c->error);
	int rc = kin_ask_number(c->connection, count, ret_count, c->error);
	if (rc < 0 || *ret_count == 0)
		return rc;
	if ((rc = kin_ask_list(c->connection, list, out, c->error)) == KIN_OK && *ret_count > SHOWN)
		kin_text_add(out, ", …");
	return rc;
}

static const char *rows_word(int64_t count)
{
	return count == 1 ? "row" : "rows";
}

static bool was_not_null(const kin_rebuild_check *c, const char *name)
{
	const kin_column_schema *old = kin_schema_column(c->plan->before, name);

	return old && old->not_null;
}

static int check_null(kin_rebuild_check *c, const char *from, const kin_column_schema *column, bool is_new)
{
	const char *table = c->plan->after->name;
	int64_t count = 0;
	kin_text rows;
	int rc;

	if (is_new && !column->default_sql && c->rows > 0)
		return kin_error_set(c->error, KIN_ENOTNULL,
		                     "%s.%s is NOT NULL and has no default, but the table has %lld %s: give it a DEFAULT, or add it "
		                     "without NOT NULL, fill it, and set NOT NULL then",
		                     table, column->name, (long long)c->rows, rows_word(c->rows));
	kin_text_init(&rows);
	rc = find_rows(c, from, kin_arena_printf(c->arena, "%s IS NULL", quoted(c, column->name)), "\"kin row\"", &count, &rows);
	if (rc == KIN_OK && count > 0)
		rc = kin_error_set(c->error, KIN_ENOTNULL,
		                   "%s.%s cannot be NOT NULL: %lld %s NULL there (%s); fill them first: UPDATE %s SET %s = … WHERE %s "
		                   "IS NULL",
		                   table, column->name, (long long)count, count == 1 ? "row has" : "rows have", rows.data, table,
		                   column->name, column->name);
	kin_text_done(&rows);
	return rc;
}

static bool has_length(const kin_type *type)
{
	return (type->name == KIN_TYPE_VARCHAR || type->name == KIN_TYPE_CHAR) && type->length > 0;
}

static bool is_shorter(const kin_type *now, const kin_type *was)
{
	return has_length(now) && !(has_length(was) && was->length <= now->length);
}

static int check_length(kin_rebuild_check *c, const char *from, const kin_column_schema *column)
{
	const char *name = quoted(c, column->name);
	int64_t count = 0;
	kin_text rows;

	kin_text_init(&rows);
	int rc = find_rows(c, from, kin_arena_printf(c->arena, "length(%s) > %d", name, column->type.length),
	                   kin_arena_printf(c->arena, "\"kin row\" || ': ' || length(%s)", name), &count, &rows);
	if (rc == KIN_OK && count > 0)
		rc = kin_error_set(c->error, KIN_ELENGTH, "%s.%s cannot have %d characters: %lld %s more (%s); shorten them first",
		                   c->plan->after->name, column->name, column->type.length, (long long)count,
		                   count == 1 ? "row has" : "rows have", rows.data);
	kin_text_done(&rows);
	return rc;
}

static int check_column(kin_rebuild_check *c, const char *from, size_t i)
{
	const kin_column_schema *column = &c->plan->after->columns[i];
	const kin_column_schema *old = kin_schema_column(c->plan->before, column->name);
	bool is_new = !c->plan->sources[i];
	int rc = KIN_OK;

	if (column->computed_sql || column->autoincrement)
		return KIN_OK;
	if (column->not_null && !was_not_null(c, column->name) && !column->extra)
		rc = check_null(c, from, column, is_new);
	if (rc == KIN_OK && !is_new && is_shorter(&column->type, old ? &old->type : &(kin_type){ 0 }))
		rc = check_length(c, from, column);
	return rc;
}

static bool had_unique(const kin_table_schema *before, const char *const *columns, size_t count)
{
	if (kin_normal_same_set(before->primary_key.columns, before->primary_key.column_count, columns, count))
		return true;
	for (size_t i = 0; i < before->unique_count; i++)
		if (kin_normal_same_set(before->uniques[i].columns, before->uniques[i].column_count, columns, count))
			return true;
	return false;
}

/* Values that stand several times where they must stand once. Computed columns are not looked at: the database will. */
static int check_unique(kin_rebuild_check *c, const char *from, const char *name, const char *const *columns, size_t count)
{
	kin_text names, values, present, list;
	bool computed = false;
	int rc = KIN_OK;

	for (size_t i = 0; i < count; i++) {
		const kin_column_schema *column = kin_schema_column(c->plan->after, columns[i]);
		computed = computed || !column || column->computed_sql;
	}
	if (computed || had_unique(c->plan->before, columns, count))
		return KIN_OK;
	kin_text_init(&names);
	kin_text_init(&values);
	kin_text_init(&present);
	kin_text_init(&list);
	for (size_t i = 0; i < count; i++) {
		const char *q = quoted(c, columns[i]);
		kin_text_add(&names, i ? ", " : "");
		kin_dialect_name(&kin_dialect_sqlite, &names, columns[i]);
		kin_text_addf(&values, "%squote(%s)", i ? " || ', ' || " : "", q ? q : "");
		kin_text_addf(&present, "%s%s IS NOT NULL", i ? " AND " : "", q ? q : "");
	}
	const char *sql = kin_arena_printf(c->arena,
	                                   "SELECT '(' || %s || ') ' || count(*) || ' times' FROM %s WHERE %s GROUP BY %s "
	                                   "HAVING count(*) > 1 LIMIT %d",
	                                   values.data, from, present.data, names.data, SHOWN);
	if (!sql || c->arena->failed || !kin_text_ok(&names) || !kin_text_ok(&values) || !kin_text_ok(&present))
		rc = kin_error_nomem(c->error);
	if (rc == KIN_OK)
		rc = kin_ask_list(c->connection, sql, &list, c->error);
	if (rc == KIN_OK && list.length > 0)
		rc = kin_error_set(c->error, KIN_EUNIQUE, "%s cannot have the unique key %s%s(%s): %s; make them differ first",
		                   c->plan->after->name, name ? name : "", name ? " " : "", names.data, list.data);
	kin_text_done(&names);
	kin_text_done(&values);
	kin_text_done(&present);
	kin_text_done(&list);
	return rc;
}

static bool had_check(kin_rebuild_check *c, const kin_check_schema *check)
{
	const char *sql = kin_normal_sql(c->arena, check->sql);

	for (size_t i = 0; i < c->plan->before->check_count; i++)
		if (kin_normal_same(sql, kin_normal_sql(c->arena, c->plan->before->checks[i].sql)))
			return true;
	return false;
}

static bool mentions_computed(const kin_table_schema *table, const char *sql)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (table->columns[i].computed_sql && kin_normal_mentions(sql, table->columns[i].name))
			return true;
	return false;
}

static int check_check(kin_rebuild_check *c, const char *from, const kin_check_schema *check)
{
	int64_t count = 0;
	kin_text rows;

	if (had_check(c, check) || mentions_computed(c->plan->after, check->sql))
		return KIN_OK;
	kin_text_init(&rows);
	int rc = find_rows(c, from, kin_arena_printf(c->arena, "NOT (%s)", check->sql), "\"kin row\"", &count, &rows);
	if (rc == KIN_OK && count > 0)
		rc = kin_error_set(c->error, KIN_ECHECK, "%s cannot have the check %s%s(%s): %lld %s it (%s); correct them first",
		                   c->plan->after->name, check->name ? check->name : "", check->name ? " " : "", check->sql,
		                   (long long)count, count == 1 ? "row breaks" : "rows break", rows.data);
	kin_text_done(&rows);
	return rc;
}

static int check_keys(kin_rebuild_check *c, const char *from)
{
	const kin_table_schema *after = c->plan->after;
	int rc = KIN_OK;

	if (after->primary_key.column_count > 0)
		rc = check_unique(c, from, after->primary_key.name, after->primary_key.columns, after->primary_key.column_count);
	for (size_t i = 0; rc == KIN_OK && i < after->unique_count; i++)
		rc = check_unique(c, from, after->uniques[i].name, after->uniques[i].columns, after->uniques[i].column_count);
	return rc;
}

int kin_rebuild_check_rows(kin_rebuild_check *c)
{
	const char *from = rows_to_come(c);
	int rc = KIN_OK;

	if (!from || c->arena->failed)
		return kin_error_nomem(c->error);
	if (c->rows == 0)
		return KIN_OK;
	for (size_t i = 0; rc == KIN_OK && i < c->plan->after->column_count; i++)
		rc = check_column(c, from, i);
	if (rc == KIN_OK)
		rc = check_keys(c, from);
	for (size_t i = 0; rc == KIN_OK && i < c->plan->after->check_count; i++)
		rc = check_check(c, from, &c->plan->after->checks[i]);
	return rc;
}

/* What a value may be in a column of this type; NULL: anything. Dates are text in SQLite. */
static const char *allowed(const kin_type *type)
{
	switch (type->name) {
	case KIN_TYPE_BOOLEAN:
	case KIN_TYPE_SMALLINT:
	case KIN_TYPE_INTEGER:
	case KIN_TYPE_BIGINT:
		return "'integer', 'null'";
	case KIN_TYPE_REAL:
	case KIN_TYPE_DOUBLE:
	case KIN_TYPE_NUMERIC:
		return "'integer', 'real', 'null'";
	default:
		return NULL;
	}
}

int kin_rebuild_check_moved(kin_rebuild_check *c)
{
	const kin_table_schema *after = c->plan->after;
	const char *from = quoted(c, c->plan->temporary), *label = row_label(c, after);
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < after->column_count; i++) {
		const kin_column_schema *column = &after->columns[i], *old = kin_schema_column(c->plan->before, column->name);
		const char *kinds = allowed(&column->type), *name = quoted(c, column->name);
		int64_t count = 0;
		kin_text rows, type;
		if (!kinds || !c->plan->sources[i] || (old && old->type.name == column->type.name))
			continue;
		kin_text_init(&rows);
		kin_text_init(&type);
		kin_ddl_type(NULL, &type, &column->type);
		rc = find_rows(c, from, kin_arena_printf(c->arena, "typeof(%s) NOT IN (%s)", name, kinds),
		               kin_arena_printf(c->arena, "%s || ': ' || quote(%s)", label, name), &count, &rows);
		if (rc == KIN_OK && count > 0)
			rc = kin_error_set(c->error, KIN_EVALUE,
			                   "%s.%s cannot become %s: %lld %s a value that does not convert (%s); correct them first",
			                   after->name, column->name, type.data, (long long)count,
			                   count == 1 ? "row has" : "rows have", rows.data);
		kin_text_done(&rows);
		kin_text_done(&type);
	}
	return rc;
}

/* Let the database compile a statement that it does not run. */
static int compile(kin_rebuild_check *c, const kin_object_schema *object, const char *text)
{
	kin_sql sql = { .text = text, .length = text ? strlen(text) : 0 };
	kin_statement *statement = NULL;
	int rc = text && !c->arena->failed ? kin_statement_open(c->connection, &sql, &statement, c->error)
	                                   : kin_error_nomem(c->error);

	kin_statement_close(statement);
	if (rc == KIN_OK || rc == KIN_ENOMEM)
		return rc;
	kin_error_context(c->error, "the %s '%s' does not fit %s any more: drop it in this revision before the change, and create "
	                  "it anew after it", object->kind, object->name, c->plan->after->name);
	if (c->error)
		c->error->code = KIN_EREVISION;
	return KIN_EREVISION;
}

static const char *update_all(kin_rebuild_check *c, const kin_table_schema *table)
{
	const char *comma = "";
	kin_text text;

	kin_text_init(&text);
	kin_text_addf(&text, "EXPLAIN UPDATE %s SET ", quoted(c, table->name));
	for (size_t i = 0; i < table->column_count; i++) {
		const char *name = quoted(c, table->columns[i].name);
		if (table->columns[i].computed_sql || !name)
			continue;
		kin_text_addf(&text, "%s%s = %s", comma, name, name);
		comma = ", ";
	}
	return kin_text_keep(&text, c->arena);
}

/* A trigger is compiled when something fires it. */
static int check_trigger(kin_rebuild_check *c, const kin_object_schema *trigger)
{
	const kin_table_schema *table = kin_schema_table(&c->plan->schema, trigger->table);
	int rc;

	if (!table) /* of a view */
		return KIN_OK;
	const char *name = quoted(c, table->name);
	if ((rc = compile(c, trigger, kin_arena_printf(c->arena, "EXPLAIN DELETE FROM %s", name))) < 0 ||
	    (rc = compile(c, trigger, kin_arena_printf(c->arena, "EXPLAIN INSERT INTO %s DEFAULT VALUES", name))) < 0)
		return rc;
	return compile(c, trigger, update_all(c, table));
}

int kin_rebuild_check_objects(kin_rebuild_check *c)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < c->plan->schema.object_count; i++) {
		const kin_object_schema *object = &c->plan->schema.objects[i];
		if (!kin_normal_mentions(object->sql, c->plan->after->name))
			continue;
		if (strcmp(object->kind, "trigger") == 0 && object->table)
			rc = check_trigger(c, object);
		else if (strcmp(object->kind, "view") == 0)
			rc = compile(c, object, kin_arena_printf(c->arena, "SELECT 1 FROM %s LIMIT 0", quoted(c, object->name)));
	}
	return rc;
}
