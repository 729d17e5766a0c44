/* recorded.c - the cases that were recorded from another tool: what it finds, we find, or something better that is written down here.
 *
 * The file lives beside the project, in ../shared/cases/autogenerate.json; without it there is nothing to compare with. */
#include "fixture.h"

#include <jansson.h>
#include <stdlib.h>
#include <strings.h>

#include "db/servers.h"
#include "migrate/diff.h"
#include "migrate/execute.h"
#include "schema/naming.h"

static const char path[] = "../shared/cases/autogenerate.json";

/* Where we differ on purpose: what we find instead, and why. */
typedef struct difference {
	const char *dialect; /* NULL: all */
	const char *id;
	const char *ours;
	const char *why;
} difference;

static const difference differences[] = {
	{ NULL, "model_one_full",
	  "add_table item\nremove_table extra\nadd_column address street\nadd_constraint address unique uq_email\n"
	  "remove_constraint order check ck_order_amount\nadd_column order user_id\nmodify_type order amount\n"
	  "modify_nullable order amount true\nadd_fk order (user_id) user\nadd_constraint order check ck_order_amount\n"
	  "modify_nullable user name false\nmodify_default user a1\nremove_index user pw_idx\nremove_column user pw\n",
	  "the check's expression has changed from amount >= 0 to amount > -1" },
	{ NULL, "type_numeric_drop_scale", "modify_type t1 x\n", "NUMERIC(10) has no digits after the point, NUMERIC(10, 5) has five" },
	{ "sqlite", "type_datetime_to_tz", "modify_type t1 x\n", "a moment in no zone and an instant are read differently, whatever SQLite keeps" },
	{ NULL, "computed_expr_changed_warns", "remove_column user foo\nadd_column user foo\n",
	  "a computed column is made anew, which loses nothing; a warning leaves the database wrong" },
	{ NULL, "naming_convention_model",
	  "add_table x4\nremove_constraint x3 unique db_x3_unique_q\nadd_constraint x3 unique token_x3r\n",
	  "names are what the schema says: the convention has been applied before it" },
	{ NULL, "check_via_naming_convention", "add_constraint t check x_positive\n",
	  "names are what the schema says: the convention has been applied before it" },
	{ "postgresql", "type_enum_value_added", "modify_type t1 x\n", "a label more is what the table can hold" },
	{ "postgresql", "check_unnamed_both_sides", "", "a check that nobody named is the same by what it says" },
	{ "mariadb", "check_unnamed_both_sides", "", "a check that nobody named is the same by what it says" },
	{ "mariadb", "remove_named_unique_index", "remove_constraint remove_idx unique xidx\n",
	  "a unique index and a unique constraint are one thing there; which it was made as only kin's own names say" },
	{ "postgresql", "identity_added", "modify_identity user id\n", "it is who makes the number, and no default" },
	{ NULL, "check_renamed_is_drop_add", "rename_constraint t ck_a ck_b\n", "only the name has changed" },
	{ NULL, "fk_rename_only_ignored", "rename_constraint user fk_old fk_new\n", "a name is part of the schema, and renaming it loses nothing" },
};

static const difference *find_difference(const char *dialect, const char *id)
{
	for (size_t i = 0; i < sizeof(differences) / sizeof(*differences); i++)
		if (strcmp(differences[i].id, id) == 0 && (!differences[i].dialect || strcmp(differences[i].dialect, dialect) == 0))
			return &differences[i];
	return NULL;
}

/* Reading schemas */

static const char *text(json_t *value) { return json_string_value(value); }
static json_t *at(json_t *array, size_t i) { return json_array_get(array, i); }

static const char **names_of(kin_arena *arena, json_t *array)
{
	const char **names = kin_arena_alloc(arena, (json_array_size(array) + 1) * sizeof(*names));

	for (size_t i = 0; i < json_array_size(array); i++)
		names[i] = text(at(array, i));
	return names;
}

static kin_type type_of(kin_arena *arena, const char *name)
{
	kin_type type = { 0 };

	if (strcmp(name, "DATETIME") == 0)
		return (kin_type){ .name = KIN_TYPE_TIMESTAMP };
	if (strcmp(name, "DATETIME_TZ") == 0)
		return (kin_type){ .name = KIN_TYPE_TIMESTAMPTZ };
	if (strncmp(name, "ENUM(", 5) == 0) {
		char *labels = kin_arena_strndup(arena, name + 5, strcspn(name + 5, ";)")), *save = NULL;
		const char **items = kin_arena_alloc(arena, 16 * sizeof(*items));
		type.name = KIN_TYPE_ENUM;
		for (char *label = strtok_r(labels, ",", &save); label; label = strtok_r(NULL, ",", &save))
			items[type.label_count++] = label;
		type.labels = items;
		return type;
	}
	CHECK(kin_ddl_parse_type(arena, name, &type) == KIN_OK);
	return type;
}

static const char *quoted(kin_arena *arena, const char *literal)
{
	return kin_arena_printf(arena, "'%s'", literal);
}

/* unique and index flags together are one unique index. */
static void add_flags(kin_schema *schema, kin_table_schema *table, const char *column, bool unique, bool index)
{
	const char **names = kin_schema_names(schema->arena, &column, 1);

	if (unique && !index) {
		kin_key_schema *key = kin_schema_add_unique(schema, table);
		key->columns = names;
		key->column_count = 1;
	}
	if (index) {
		kin_index_schema *ix = kin_schema_add_index(schema, table);
		ix->name = kin_naming_index(NULL, schema->arena, table->name, names, 1);
		ix->unique = unique;
		ix->parts = kin_arena_zalloc(schema->arena, sizeof(*ix->parts));
		ix->parts->column = names[0];
		ix->part_count = 1;
	}
}

static void add_column(kin_schema *schema, kin_table_schema *table, json_t *from, const char **key, size_t *key_count)
{
	json_t *o = at(from, 2), *computed = json_object_get(o, "computed");
	kin_column_schema *column = kin_schema_add_column(schema, table, text(at(from, 0)));
	bool pk = json_is_true(json_object_get(o, "pk"));

	column->type = type_of(schema->arena, text(at(from, 1)));
	column->not_null = pk || json_is_false(json_object_get(o, "null"));
	if (pk)
		key[(*key_count)++] = column->name;
	column->autoincrement = json_object_get(o, "identity") || (pk && column->type.name == KIN_TYPE_INTEGER && !json_is_false(json_object_get(o, "autoincrement")));
	if (json_object_get(o, "default_lit"))
		column->default_sql = quoted(schema->arena, text(json_object_get(o, "default_lit")));
	if (json_object_get(o, "default_sql"))
		column->default_sql = text(json_object_get(o, "default_sql"));
	column->comment = text(json_object_get(o, "comment"));
	if (computed) {
		column->computed_sql = text(json_object_get(computed, "sql"));
		column->computed_stored = json_is_true(json_object_get(computed, "persisted"));
	}
	add_flags(schema, table, column->name, json_is_true(json_object_get(o, "unique")),
	          json_is_true(json_object_get(o, "index")));
}

static void add_columns(kin_schema *schema, kin_table_schema *table, json_t *columns)
{
	const char *key[8];
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(columns); i++)
		add_column(schema, table, at(columns, i), key, &count);
	if (count == 0)
		return;
	table->primary_key.columns = kin_schema_names(schema->arena, key, count);
	table->primary_key.column_count = count;
	for (size_t i = 0; count > 1 && i < table->column_count; i++)
		table->columns[i].autoincrement = false;
}

static void add_index(kin_schema *schema, kin_table_schema *table, json_t *from)
{
	kin_index_schema *index = kin_schema_add_index(schema, table);
	json_t *parts = at(from, 1), *options = at(from, 2);

	index->name = text(at(from, 0));
	index->unique = json_is_true(json_object_get(options, "unique"));
	index->where = text(json_object_get(options, "where"));
	index->part_count = json_array_size(parts);
	index->parts = kin_arena_zalloc(schema->arena, index->part_count * sizeof(*index->parts));
	for (size_t i = 0; i < index->part_count; i++) {
		json_t *part = at(parts, i);
		const char *sort = text(json_object_get(part, "sort"));
		index->parts[i].column = json_is_string(part) ? text(part) : text(json_object_get(part, "col"));
		index->parts[i].expression = text(json_object_get(part, "expr"));
		index->parts[i].descending = sort && strcasecmp(sort, "desc") == 0;
	}
}

static void add_foreign(kin_schema *schema, kin_table_schema *table, json_t *from)
{
	kin_foreign_schema *foreign = kin_schema_add_foreign(schema, table);
	json_t *options = at(from, 4);
	const char *initially = text(json_object_get(options, "initially"));

	foreign->name = text(at(from, 0));
	foreign->columns = names_of(schema->arena, at(from, 1));
	foreign->column_count = json_array_size(at(from, 1));
	foreign->target = text(at(from, 2));
	foreign->target_columns = names_of(schema->arena, at(from, 3));
	foreign->target_column_count = json_array_size(at(from, 3));
	foreign->on_delete = text(json_object_get(options, "ondelete"));
	foreign->on_update = text(json_object_get(options, "onupdate"));
	foreign->initially_deferred = initially && strcasecmp(initially, "deferred") == 0;
	foreign->deferrable = foreign->initially_deferred || json_is_true(json_object_get(options, "deferrable"));
}

static kin_schema *schema_from(kin_arena *arena, json_t *tables)
{
	kin_schema *schema = kin_arena_zalloc(arena, sizeof(*schema));

	schema->arena = arena;
	for (size_t i = 0; i < json_array_size(tables); i++) {
		json_t *from = at(tables, i), *part;
		kin_table_schema *table = kin_schema_add_table(schema, text(json_object_get(from, "name")));
		size_t j;
		table->comment = text(json_object_get(from, "comment"));
		add_columns(schema, table, json_object_get(from, "columns"));
		json_array_foreach(json_object_get(from, "uniques"), j, part) {
			kin_key_schema *key = kin_schema_add_unique(schema, table);
			key->name = text(at(part, 0));
			key->columns = names_of(arena, at(part, 1));
			key->column_count = json_array_size(at(part, 1));
		}
		json_array_foreach(json_object_get(from, "indexes"), j, part)
			add_index(schema, table, part);
		json_array_foreach(json_object_get(from, "fks"), j, part)
			add_foreign(schema, table, part);
		json_array_foreach(json_object_get(from, "checks"), j, part) {
			kin_check_schema *check = kin_schema_add_check(schema, table);
			check->name = text(at(part, 0));
			check->sql = text(at(part, 1));
		}
	}
	return schema;
}

/* Operations as lines */

static void add_line(kin_text *out, const char *op, const char *table, const char *rest)
{
	kin_text_addf(out, "%s %s%s%s\n", op, table, rest && *rest ? " " : "", rest ? rest : "");
}

static const char *show_foreign(kin_arena *arena, const kin_foreign_schema *f)
{
	kin_text names;

	kin_text_init(&names);
	for (size_t i = 0; i < f->column_count; i++)
		kin_text_addf(&names, "%s%s", i ? "," : "", f->columns[i]);
	const char *line = kin_arena_printf(arena, "(%s) %s", names.data, f->target);
	kin_text_done(&names);
	return line;
}

static void show_ours(kin_arena *arena, kin_text *out, const kin_ddl *d)
{
	const char *t = d->table_name;

	switch (d->kind) {
	case KIN_DDL_CREATE_TABLE: add_line(out, "add_table", d->table->name, NULL); break;
	case KIN_DDL_DROP_TABLE: add_line(out, "remove_table", t, NULL); break;
	case KIN_DDL_ADD_COLUMN: add_line(out, "add_column", t, d->column->name); break;
	case KIN_DDL_DROP_COLUMN: add_line(out, "remove_column", t, d->name); break;
	case KIN_DDL_SET_TYPE: add_line(out, "modify_type", t, d->name); break;
	case KIN_DDL_SET_NOT_NULL: add_line(out, "modify_nullable", t, kin_arena_printf(arena, "%s false", d->name)); break;
	case KIN_DDL_DROP_NOT_NULL: add_line(out, "modify_nullable", t, kin_arena_printf(arena, "%s true", d->name)); break;
	case KIN_DDL_SET_DEFAULT:
	case KIN_DDL_DROP_DEFAULT: add_line(out, "modify_default", t, d->name); break;
	case KIN_DDL_CREATE_INDEX: add_line(out, "add_index", t, d->index->name); break;
	case KIN_DDL_DROP_INDEX: add_line(out, "remove_index", t, d->name); break;
	case KIN_DDL_ADD_UNIQUE:
		add_line(out, "add_constraint", t, kin_arena_printf(arena, "unique %s", d->key->name ? d->key->name : "-"));
		break;
	case KIN_DDL_DROP_UNIQUE:
		add_line(out, "remove_constraint", t, kin_arena_printf(arena, "unique %s", d->key->name ? d->key->name : "-"));
		break;
	case KIN_DDL_ADD_CHECK:
		add_line(out, "add_constraint", t, kin_arena_printf(arena, "check %s", d->check->name ? d->check->name : "-"));
		break;
	case KIN_DDL_DROP_CHECK:
		add_line(out, "remove_constraint", t, kin_arena_printf(arena, "check %s", d->check->name ? d->check->name : "-"));
		break;
	case KIN_DDL_ADD_FOREIGN: add_line(out, "add_fk", t, show_foreign(arena, d->foreign)); break;
	case KIN_DDL_DROP_FOREIGN: add_line(out, "remove_fk", t, show_foreign(arena, d->foreign)); break;
	case KIN_DDL_RENAME_CONSTRAINT:
	case KIN_DDL_RENAME_INDEX:
		add_line(out, kin_op_name(NULL, d), t, kin_arena_printf(arena, "%s %s", d->name, d->new_name));
		break;
	case KIN_DDL_COMMENT_TABLE: add_line(out, kin_op_name(NULL, d), t, NULL); break;
	case KIN_DDL_COMMENT_COLUMN:
	case KIN_DDL_SET_IDENTITY:
	case KIN_DDL_DROP_IDENTITY: add_line(out, kin_op_name(NULL, d), t, d->name); break;
	default: add_line(out, "other", t ? t : "-", NULL);
	}
}

static void show_theirs(kin_arena *arena, kin_text *out, json_t *op)
{
	const char *kind = text(at(op, 0)), *table = text(at(op, 1)), *rest = text(at(op, 2));

	if (strcmp(kind, "modify_nullable") == 0)
		rest = kin_arena_printf(arena, "%s %s", rest, json_is_true(at(op, 3)) ? "true" : "false");
	else if (strstr(kind, "constraint"))
		rest = kin_arena_printf(arena, "%s %s", rest, text(at(op, 3)) ? text(at(op, 3)) : "-");
	else if (strstr(kind, "_fk")) {
		kin_foreign_schema f = { .columns = names_of(arena, at(op, 3)), .column_count = json_array_size(at(op, 3)),
			                 .target = text(at(op, 4)) };
		rest = show_foreign(arena, &f);
	}
	add_line(out, kind, table, rest);
}

static json_t *for_dialect(json_t *expect, const char *dialect)
{
	const char *key;
	json_t *value;

	json_object_foreach(expect, key, value)
		if (strcmp(key, "all") == 0 || strstr(key, dialect))
			return value;
	return NULL;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lines in the order of the alphabet, where a case does not say which order is right. */
static const char *sorted(kin_arena *arena, const char *lines)
{
	char *copy = kin_arena_strdup(arena, lines), *save = NULL, *items[64];
	size_t count = 0;
	const char *result = "";

	for (char *line = strtok_r(copy, "\n", &save); line && count < 64; line = strtok_r(NULL, "\n", &save))
		items[count++] = line;
	qsort(items, count, sizeof(*items), by_text);
	for (size_t i = 0; i < count; i++)
		result = kin_arena_printf(arena, "%s%s\n", result, items[i]);
	return result;
}

static void check_found(fixture *f, const kin_dialect *dialect, json_t *one, const kin_changes *changes)
{
	const char *id = text(json_object_get(one, "id"));
	const difference *other = find_difference(dialect->name, id);
	kin_text ours, theirs;

	kin_text_init(&ours);
	kin_text_init(&theirs);
	for (size_t i = 0; i < changes->count; i++)
		show_ours(&f->arena, &ours, &changes->items[i]);
	json_t *expected = for_dialect(json_object_get(one, "expect"), dialect->name);
	for (size_t i = 0; i < json_array_size(expected); i++)
		show_theirs(&f->arena, &theirs, at(expected, i));
	const char *a = ours.data, *b = other ? other->ours : theirs.data;
	if (json_object_get(one, "compare"))
		a = sorted(&f->arena, a), b = sorted(&f->arena, b);
	CHECK_MSG(strcmp(a, b) == 0, "%s on %s: found\n%s--- not\n%s%s%s", id, dialect->name, a, b, other ? "because " : "", other ? other->why : "");
	if (other)
		CHECK_MSG(strcmp(other->ours, theirs.data) != 0, "%s: no difference any more", id);
	kin_text_done(&ours);
	kin_text_done(&theirs);
}

static void check_autogenerate(const char *url, json_t *one)
{
	const char *id = text(json_object_get(one, "id"));
	fixture f;
	fixture_open_emptied(&f, url);
	const kin_dialect *dialect = kin_connection_dialect(f.connection);
	kin_schema *before = schema_from(&f.arena, json_object_get(one, "before"));
	kin_schema *after = schema_from(&f.arena, json_object_get(one, "after"));
	kin_changes changes = { .arena = &f.arena }, left = { .arena = &f.arena }, none = { .arena = &f.arena };

	OK(&f, create_schema(f.connection, &f.arena, before, &f.error));
	if (kin_schema_table(before, "alembic_version"))
		fixture_run(&f, "CREATE TABLE alembic_version (version_num VARCHAR(32))");
	OK(&f, kin_diff_schemas(&none, dialect, fixture_reflect(&f), before, NULL, &f.error));
	CHECK_MSG(none.count == 0, "%s on %s: created, and then differs by\n%s", id, dialect->name,
	          changes_text(&f.arena, none.items, none.count));
	OK(&f, kin_diff_schemas(&changes, dialect, fixture_reflect(&f), after, NULL, &f.error));
	check_found(&f, dialect, one, &changes);
	if (kin_execute_transaction(f.connection, changes.items, changes.count, NULL, NULL, NULL, &f.error) < 0)
		CHECK_MSG(false, "%s on %s: %s\n%s", id, dialect->name, kin_error_text(&f.error), f.error.sql ? f.error.sql : "");
	OK(&f, kin_diff_schemas(&left, dialect, fixture_reflect(&f), after, NULL, &f.error));
	CHECK_MSG(left.count == 0, "%s on %s: applied, and then differs by\n%s", id, dialect->name,
	          changes_text(&f.arena, left.items, left.count));
	fixture_close(&f);
}

/* SQLite's batches: the changes, the rows before, and what must be there after. */

static void insert_rows(fixture *f, json_t *rows)
{
	const char *table;
	json_t *list, *row, *value;
	size_t i, j;

	json_object_foreach(rows, table, list)
		json_array_foreach(list, i, row) {
			kin_text sql;
			kin_text_init(&sql);
			kin_text_addf(&sql, "INSERT INTO \"%s\" VALUES (", table);
			json_array_foreach(row, j, value) {
				kin_text_add(&sql, j ? ", " : "");
				if (json_is_null(value))
					kin_text_add(&sql, "NULL");
				else if (json_is_integer(value))
					kin_text_addf(&sql, "%lld", (long long)json_integer_value(value));
				else
					kin_text_add_quoted(&sql, text(value), '\'');
			}
			kin_text_add(&sql, ")");
			fixture_run(f, sql.data);
			kin_text_done(&sql);
		}
}

static kin_ddl batch_change(kin_arena *arena, json_t *op)
{
	const char *kind = text(at(op, 0)), *table = text(at(op, 1)), *name = text(at(op, 2));
	kin_schema schema = { .arena = arena };
	kin_table_schema *holder = kin_schema_add_table(&schema, table);
	kin_ddl change = { .table_name = table, .name = name };

	if (strcmp(kind, "add_column") == 0) {
		json_t *column = json_array();
		const char *key[1];
		size_t count = 0;
		for (size_t i = 2; i < 5; i++)
			json_array_append(column, at(op, i));
		add_column(&schema, holder, column, key, &count);
		json_decref(column); /* its items are the case's */
		change.kind = KIN_DDL_ADD_COLUMN;
		change.column = &holder->columns[0];
	} else if (strcmp(kind, "drop_column") == 0) {
		change.kind = KIN_DDL_DROP_COLUMN;
	} else if (strcmp(kind, "alter_type") == 0) {
		change.kind = KIN_DDL_SET_TYPE;
		change.column = kin_schema_add_column(&schema, holder, name);
		change.column->type = type_of(arena, text(at(op, 3)));
	} else if (strcmp(kind, "alter_nullable") == 0) {
		change.kind = json_is_true(at(op, 3)) ? KIN_DDL_DROP_NOT_NULL : KIN_DDL_SET_NOT_NULL;
	} else if (strcmp(kind, "rename_column") == 0) {
		change.kind = KIN_DDL_RENAME_COLUMN;
		change.new_name = text(at(op, 3));
	} else if (strcmp(kind, "add_unique") == 0) {
		change.kind = KIN_DDL_ADD_UNIQUE;
		change.key = kin_schema_add_unique(&schema, holder);
		*change.key = (kin_key_schema){ .name = name, .columns = names_of(arena, at(op, 3)),
			                        .column_count = json_array_size(at(op, 3)) };
	} else if (strcmp(kind, "add_check") == 0) {
		change.kind = KIN_DDL_ADD_CHECK;
		change.check = kin_schema_add_check(&schema, holder);
		*change.check = (kin_check_schema){ .name = name, .sql = text(at(op, 3)) };
	} else if (strcmp(kind, "drop_constraint") == 0) {
		change.kind = KIN_DDL_DROP_CONSTRAINT;
	} else {
		kin_test_fail(__FILE__, __LINE__, "unknown batch change %s", kind);
	}
	return change;
}

static const char *table_rows(fixture *f, const kin_table_schema *table)
{
	kin_text sql;

	kin_text_init(&sql);
	kin_text_add(&sql, "SELECT coalesce(group_concat(r, char(10)), '') FROM (SELECT ");
	for (size_t i = 0; i < table->column_count; i++)
		kin_text_addf(&sql, "%squote(\"%s\")", i ? " || '|' || " : "", table->columns[i].name);
	kin_text_addf(&sql, " AS r FROM \"%s\" ORDER BY 1)", table->name);
	const char *rows = fixture_text(f, sql.data);
	kin_text_done(&sql);
	return rows;
}

/* What the case records as rows, in the same form; columns by the order the case has them. */
static const char *expected_rows(fixture *f, json_t *rows)
{
	const char *all[64], *joined = "";
	size_t i, j, count = 0;
	json_t *row, *value;

	json_array_foreach(rows, i, row) {
		const char *line = "";
		json_array_foreach(row, j, value)
			line = json_is_null(value)      ? kin_arena_printf(&f->arena, "%s%sNULL", line, j ? "|" : "")
			       : json_is_integer(value) ? kin_arena_printf(&f->arena, "%s%s%lld", line, j ? "|" : "",
				                                           (long long)json_integer_value(value))
			                                : kin_arena_printf(&f->arena, "%s%s'%s'", line, j ? "|" : "", text(value));
		all[count++] = line;
	}
	qsort(all, count, sizeof(*all), by_text);
	for (i = 0; i < count; i++)
		joined = kin_arena_printf(&f->arena, "%s%s%s", joined, i ? "\n" : "", all[i]);
	return joined;
}

/* Where the recorded tool fails, loses rows, or can put columns where SQL cannot: what we leave instead. */
typedef struct batch_difference {
	const char *id;
	int         rc;      /* what the change returns */
	const char *table;   /* whose rows are then … */
	const char *rows;    /* NULL: as recorded */
	const char *why;
} batch_difference;

static const batch_difference batch_differences[] = {
	{ "add_column_insert_after", KIN_OK, "t", "1|'a'|5|NULL\n2|'12'|9|NULL", "a new column is the last one, as in SQL" },
	{ "partial_reordering", KIN_OK, "t", "1|'a'|5\n2|'12'|9", "the order of columns is kept" },
	{ "set_not_null_with_null_rows", KIN_ENOTNULL, "t", "1|NULL|5", "refused before anything is made; no table is left over" },
	{ "drop_indexed_column", KIN_OK, "t", "1|'a'\n2|'12'", "the index goes with its column, instead of a failure halfway" },
	{ "cascade_child_rows_lost_when_enforcement_on", KIN_OK, "ch", "1|1", "no child row is lost" },
};

static const batch_difference *find_batch_difference(const char *id)
{
	for (size_t i = 0; i < sizeof(batch_differences) / sizeof(*batch_differences); i++)
		if (strcmp(batch_differences[i].id, id) == 0)
			return &batch_differences[i];
	return NULL;
}

static void check_rows(fixture *f, const char *id, const kin_schema *now, json_t *expect, const batch_difference *other)
{
	const char *name;
	json_t *rows;

	if (other && other->rows) {
		const char *actual = table_rows(f, kin_schema_table(now, other->table));
		CHECK_MSG(strcmp(actual, other->rows) == 0, "%s: %s has\n%s\nnot\n%s\n(%s)", id, other->table, actual, other->rows,
		          other->why);
		return;
	}
	json_object_foreach(json_object_get(expect, "rows"), name, rows) {
		kin_table_schema *table = kin_schema_table(now, name);
		CHECK_MSG(table != NULL, "%s: table %s is gone", id, name);
		const char *actual = table_rows(f, table), *expected = expected_rows(f, rows);
		CHECK_MSG(strcmp(actual, expected) == 0, "%s: %s has\n%s\nnot\n%s", id, name, actual, expected);
	}
}

/* Every column, key and check that the case records is there. */
static void check_after(fixture *f, const char *id, const kin_schema *now, json_t *after)
{
	const char *name;
	json_t *from, *part;
	size_t i;

	json_object_foreach(after, name, from) {
		kin_table_schema *table = kin_schema_table(now, name);
		CHECK_MSG(table != NULL, "%s: table %s is gone", id, name);
		CHECK_MSG(table->column_count == json_array_size(json_object_get(from, "columns")), "%s: %s has %zu columns", id, name,
		          table->column_count);
		json_array_foreach(json_object_get(from, "columns"), i, part)
			CHECK_MSG(kin_schema_column(table, text(at(part, 0))) != NULL, "%s: no column %s", id, text(at(part, 0)));
		CHECK_MSG(table->foreign_count == json_array_size(json_object_get(from, "fks")), "%s: foreign keys of %s", id, name);
		CHECK_MSG(table->check_count == json_array_size(json_object_get(from, "checks")), "%s: checks of %s", id, name);
		CHECK_MSG(table->unique_count == json_array_size(json_object_get(from, "uniques")), "%s: unique keys of %s", id, name);
	}
	(void)f;
}

static void check_batch(json_t *one)
{
	const char *id = text(json_object_get(one, "id"));
	const batch_difference *other = find_batch_difference(id);
	json_t *batch = json_object_get(one, "batch"), *expect = json_object_get(one, "expect");
	fixture f;
	fixture_open(&f, NULL);
	kin_ddl *changes = kin_arena_zalloc(&f.arena, 16 * sizeof(*changes));

	OK(&f, create_schema(f.connection, &f.arena, schema_from(&f.arena, json_object_get(one, "before")), &f.error));
	insert_rows(&f, json_object_get(one, "rows"));
	bool trigger = json_is_true(json_object_get(json_object_get(one, "opts"), "trigger"));
	if (trigger)
		fixture_run(&f, "CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET y = y + 1 WHERE id = new.id; END");
	for (size_t i = 0; i < json_array_size(batch); i++)
		changes[i] = batch_change(&f.arena, at(batch, i));
	int rc = kin_execute_transaction(f.connection, changes, json_array_size(batch), NULL, NULL, NULL, &f.error);
	CHECK_MSG(rc == (other ? other->rc : KIN_OK), "%s: %s: %s", id, kin_errname(rc), kin_error_text(&f.error));
	kin_schema *now = fixture_reflect(&f);
	check_rows(&f, id, now, expect, other);
	if (!other || other->rc == KIN_OK) {
		if (!json_object_get(expect, "error"))
			check_after(&f, id, now, json_object_get(expect, "after"));
		CHECK_MSG(!trigger || now->object_count == 1, "%s: the trigger is gone", id);
	}
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'kin_new%'"), 0);
	CHECK_INT(fixture_number(&f, "PRAGMA foreign_keys"), 1);
	fixture_close(&f);
}

/* Tables that no tool has made: a column is dropped by a rebuild, and every other word of them is kept. */

static const char *without_blanks(kin_arena *arena, const char *sql)
{
	char *out = kin_arena_strdup(arena, sql), *to = out;

	for (const char *s = sql; *s; s++)
		if (*s != ' ' && *s != '\n' && *s != '"')
			*to++ = *s;
	*to = '\0';
	return out;
}

typedef struct fidelity {
	const char *id;
	const char *sql; /* of t afterwards, blanks and quotes aside */
} fidelity;

static const fidelity fidelities[] = {
	{ "collate", "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT COLLATE NOCASE)" },
	{ "partial_index", "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)" },
	{ "on_conflict_clause", "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT NOT NULL ON CONFLICT IGNORE)" },
	{ "fk_inline_cascade", "CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER REFERENCES p (id) ON DELETE CASCADE)" },
	{ "default_expression", "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT DEFAULT (upper('a')))" },
	{ "named_check", "CREATE TABLE t (id INTEGER PRIMARY KEY, x INT, CONSTRAINT c CHECK (x > 0))" },
	{ "implicit_notnull_pk_text", "CREATE TABLE t (id TEXT PRIMARY KEY, x TEXT)" },
};

static void check_fidelity(json_t *one)
{
	const char *id = text(json_object_get(one, "id")), *expected = NULL;
	kin_error error = { 0 };
	fixture f;
	size_t i;
	json_t *sql;

	for (i = 0; i < sizeof(fidelities) / sizeof(*fidelities); i++)
		if (strcmp(fidelities[i].id, id) == 0)
			expected = fidelities[i].sql;
	CHECK_MSG(expected != NULL, "no expectation for %s", id);
	fixture_open(&f, NULL);
	json_array_foreach(json_object_get(one, "ddl"), i, sql)
		fixture_run(&f, text(sql));
	kin_ddl drop = { .kind = KIN_DDL_DROP_COLUMN, .table_name = "t", .name = "y" };
	const kin_ddl *changes[] = { &drop };
	OK(&f, kin_rebuild_table(f.connection, "t", changes, 1, NULL, NULL, &f.error));
	const char *actual = without_blanks(&f.arena, fixture_text(&f, "SELECT sql FROM sqlite_schema WHERE name = 't'"));
	CHECK_MSG(strcasecmp(actual, without_blanks(&f.arena, expected)) == 0, "%s: %s", id, actual);
	if (strcmp(id, "partial_index") == 0)
		CHECK_HAS(fixture_text(&f, "SELECT sql FROM sqlite_schema WHERE name = 'i1'"), "WHERE x IS NOT NULL");
	kin_error_clear(&error);
	fixture_close(&f);
}

static json_t *load_cases(void)
{
	json_error_t error;
	FILE *in = fopen(path, "r");
	json_t *all = in ? json_loadf(in, 0, &error) : NULL;

	if (!in)
		printf("  %s is not there: nothing to compare with\n", path);
	else
		fclose(in);
	return all;
}

static void each(const char *part, void (*check)(json_t *one))
{
	json_t *all = load_cases(), *one;
	size_t i, count = 0;

	json_array_foreach(json_object_get(all, part), i, one) {
		check(one);
		count++;
	}
	if (all)
		printf("  %zu cases of %s\n", count, part);
	json_decref(all);
}

static const char *checked_url, *checked_dialect;

/* What a case expects of a database, where it has something to say of it. */
static void check_on_url(json_t *one)
{
	if (for_dialect(json_object_get(one, "expect"), checked_dialect))
		check_autogenerate(checked_url, one);
}

TEST(what_was_recorded_of_autogenerate_is_found)
{
	checked_url = NULL;
	checked_dialect = "sqlite";
	each("autogenerate", check_on_url);
}

static void check_on_server(const char *url)
{
	if (with_sanitizer() && strncmp(url, "postgresql", 10) != 0)
		return;
	checked_url = url;
	checked_dialect = strncmp(url, "dqlite", 6) == 0 ? "sqlite" : strncmp(url, "mariadb", 7) == 0 ? "mariadb" : "postgresql";
	each("autogenerate", check_on_url);
}

TEST(what_was_recorded_of_autogenerate_is_found_on_servers) { each_server(NULL, check_on_server); }

TEST(what_was_recorded_of_batches_is_done_and_loses_nothing) { each("sqlite_batch", check_batch); }
TEST(what_was_recorded_of_foreign_tables_is_kept) { each("sqlite_recreate_fidelity", check_fidelity); }
