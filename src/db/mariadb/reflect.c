/* reflect.c - reads a MariaDB database's schema from its information_schema.
 *
 * One query per kind of thing, each for all tables at once. A thing of several columns, a key or an index, is a row per column.
 * A foreign key needs an index, and MariaDB makes one that is called like it, and leaves it behind when the key goes: such an index
 * is not the schema's. Nor are FULLTEXT and SPATIAL indexes and those of a part of a text, which kin cannot say. */
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "db/mariadb/driver.h"
#include "db/mariadb/expression.h"
#include "db/reflection.h"
#include "sql/ddl.h"

#define SELECT_TABLES \
	"SELECT table_name, NULLIF(table_comment, ''), IF(engine = 'InnoDB', NULL, CONCAT('ENGINE=', engine))" \
	" FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name"

#define SELECT_COLUMNS \
	"SELECT c.table_name, c.column_name, c.column_type, IF(c.is_nullable = 'YES', '0', '1'), c.extra, c.column_default," \
	" c.generation_expression, IF(c.collation_name = t.table_collation, NULL, c.collation_name), NULLIF(c.column_comment, '')" \
	" FROM information_schema.columns c JOIN information_schema.tables t" \
	" ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'" \
	" WHERE c.table_schema = DATABASE() ORDER BY c.table_name, c.ordinal_position"

#define SELECT_FOREIGNS \
	"SELECT k.table_name, k.constraint_name, '', CAST(k.ordinal_position AS CHAR), k.column_name," \
	" IF(k.referenced_table_schema = DATABASE(), k.referenced_table_name," \
	" CONCAT(k.referenced_table_schema, '.', k.referenced_table_name))," \
	" k.referenced_column_name, r.delete_rule, r.update_rule" \
	" FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r" \
	" ON r.constraint_schema = k.constraint_schema AND r.table_name = k.table_name AND r.constraint_name = k.constraint_name" \
	" WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL" \
	" ORDER BY k.table_name, k.constraint_name, k.ordinal_position"

#define SELECT_CHECKS \
	"SELECT table_name, constraint_name, check_clause FROM information_schema.check_constraints" \
	" WHERE constraint_schema = DATABASE() ORDER BY table_name, constraint_name"

#define SELECT_INDEXES \
	"SELECT s.table_name, s.index_name, IF(s.non_unique, '0', '1'), CAST(s.seq_in_index AS CHAR), s.column_name, s.collation" \
	" FROM information_schema.statistics s" \
	" WHERE s.table_schema = DATABASE() AND NOT EXISTS (SELECT 1 FROM information_schema.statistics p" \
	" WHERE p.table_schema = s.table_schema AND p.table_name = s.table_name AND p.index_name = s.index_name" \
	" AND (p.sub_part IS NOT NULL OR p.index_type NOT IN ('BTREE', 'HASH')))" \
	" ORDER BY s.table_name, s.index_name, s.seq_in_index"

#define SELECT_VIEWS \
	"SELECT 'view', table_name, NULL, CONCAT('CREATE VIEW `', REPLACE(table_name, '`', '``'), '` AS\n'," \
	" REPLACE(view_definition, CONCAT('`', REPLACE(DATABASE(), '`', '``'), '`.'), ''))" \
	" FROM information_schema.views WHERE table_schema = DATABASE() ORDER BY table_name"

#define SELECT_TRIGGERS \
	"SELECT 'trigger', trigger_name, event_object_table, CONCAT('CREATE TRIGGER `', REPLACE(trigger_name, '`', '``'), '` '," \
	" action_timing, ' ', event_manipulation, ' ON `', REPLACE(event_object_table, '`', '``'), '` FOR EACH ROW ', action_statement)" \
	" FROM information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY event_object_table, action_order, trigger_name"

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* ---- tables and columns ---- */

/* A NUMERIC without digits would have none behind the point: kin makes it as long as it can be. */
static void widen(kin_type *type)
{
	if (type->name == KIN_TYPE_NUMERIC && type->precision == 65 && type->scale == 30)
		*type = (kin_type){ .name = KIN_TYPE_NUMERIC, .scale = -1 };
}

static int set_expressions(kin_reflection *r, kin_column_schema *column)
{
	bool computed = r->row[6] && *r->row[6];
	const char *sql = computed ? r->row[6] : r->row[5];

	if (!sql || column->autoincrement || (!computed && strcmp(sql, "NULL") == 0))
		return KIN_OK;
	if (!(sql = kin_maria_expression(r->schema.arena, &column->type, sql)))
		return kin_reflection_nomem(r);
	if (computed)
		column->computed_sql = sql;
	else
		column->default_sql = sql;
	column->computed_stored = computed && strstr(r->row[4], "STORED");
	return KIN_OK;
}

static int add_column(kin_reflection *r)
{
	kin_column_schema *column = r->table ? kin_schema_add_column(&r->schema, r->table, r->row[1]) : NULL;

	if (!r->table)
		return KIN_OK;
	if (!column || kin_ddl_parse_type(r->schema.arena, r->row[2], &column->type) < 0)
		return kin_reflection_nomem(r);
	widen(&column->type);
	column->not_null = kin_reflection_is_true(r->row[3]);
	column->autoincrement = strstr(r->row[4], "auto_increment") != NULL;
	column->collation = r->row[7];
	column->comment = r->row[8];
	return set_expressions(r, column);
}

/* ---- keys ---- */

/* RESTRICT and NO ACTION are the same here, and what there is without a word. */
static const char *action(const char *rule)
{
	return same(rule, "RESTRICT") || same(rule, "NO ACTION") ? NULL : rule;
}

static int add_foreign(kin_reflection *r)
{
	kin_table_schema *table = r->table;
	kin_foreign_schema *foreign = kin_reflection_is_first(r) ? kin_schema_add_foreign(&r->schema, table)
	                                              : &table->foreigns[table->foreign_count - 1];
	int rc;

	if (!foreign)
		return kin_reflection_nomem(r);
	foreign->name = r->row[1];
	foreign->target = r->row[5];
	foreign->on_delete = action(r->row[7]);
	foreign->on_update = action(r->row[8]);
	if ((rc = kin_reflection_add_name(r, &foreign->columns, &foreign->column_count, r->row[4])) < 0)
		return rc;
	return kin_reflection_add_name(r, &foreign->target_columns, &foreign->target_column_count, r->row[6]);
}

/* JSON is a text with a check, json_valid(`name`), that is called like its column. */
static bool is_json(kin_reflection *r)
{
	kin_column_schema *column = r->row[1] ? kin_schema_column(r->table, r->row[1]) : NULL;

	if (!column || column->type.name != KIN_TYPE_TEXT || strncasecmp(r->row[2], "json_valid(`", 12) != 0)
		return false;
	column->type = (kin_type){ .name = KIN_TYPE_JSON };
	column->collation = NULL;
	return true;
}

static int add_check(kin_reflection *r)
{
	kin_check_schema *check;

	if (!r->table || !r->row[2] || is_json(r))
		return KIN_OK;
	if (!(check = kin_schema_add_check(&r->schema, r->table)))
		return kin_reflection_nomem(r);
	check->name = r->row[1];
	return (check->sql = kin_maria_expression(r->schema.arena, NULL, r->row[2])) ? KIN_OK : kin_reflection_nomem(r);
}

/* ---- names that MariaDB makes up ---- */

/* "base", "base_2": what an unnamed key over a column is called. */
static bool is_numbered(const char *name, const char *base)
{
	size_t length = strlen(base);

	if (strncmp(name, base, length) != 0)
		return false;
	if (!name[length])
		return true;
	return name[length] == '_' && name[length + 1] && strspn(name + length + 1, "0123456789") == strlen(name + length + 1);
}

static bool is_unnamed_foreign(const kin_table_schema *table, const char *name)
{
	size_t length = strlen(table->name);

	return strncmp(name, table->name, length) == 0 && strncmp(name + length, "_ibfk_", 6) == 0 && isdigit((unsigned char)name[length + 6]);
}

static bool is_unnamed_check(const char *name)
{
	return strncmp(name, "CONSTRAINT_", 11) == 0 && isdigit((unsigned char)name[11]);
}

/* Of a column's own check, which is called like it. */
static bool is_column_check(const kin_table_schema *table, const char *name)
{
	return kin_schema_column(table, name) != NULL;
}

static void forget_names(kin_table_schema *table)
{
	for (size_t i = 0; i < table->unique_count; i++)
		if (is_numbered(table->uniques[i].name, table->uniques[i].columns[0]))
			table->uniques[i].name = NULL;
	for (size_t i = 0; i < table->foreign_count; i++)
		if (is_unnamed_foreign(table, table->foreigns[i].name))
			table->foreigns[i].name = NULL;
	for (size_t i = 0; i < table->check_count; i++)
		if (is_unnamed_check(table->checks[i].name) || is_column_check(table, table->checks[i].name))
			table->checks[i].name = NULL;
}

/* ---- indexes and objects ---- */

/* Whether an index is over just these columns. */
static bool is_over(const kin_index_schema *index, const char *const *columns, size_t count)
{
	if (index->part_count != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!same(index->parts[i].column, columns[i]))
			return false;
	return true;
}

/* fk_pets_owner_id_owners is kin's name for a foreign key; what is called so and is none was left behind by one. */
static bool is_foreigns(const kin_table_schema *table, const kin_index_schema *index)
{
	size_t length = strlen(table->name);

	if (index->unique)
		return false;
	for (size_t i = 0; i < table->foreign_count; i++) {
		const kin_foreign_schema *f = &table->foreigns[i];
		if (is_over(index, f->columns, f->column_count) && (same(index->name, f->name) || is_numbered(index->name, f->columns[0])))
			return true;
	}
	return strncmp(index->name, "fk_", 3) == 0 && strncmp(index->name + 3, table->name, length) == 0 && index->name[3 + length] == '_';
}

static void drop_foreigns_indexes(kin_table_schema *table)
{
	size_t kept = 0;

	for (size_t i = 0; i < table->index_count; i++)
		if (!is_foreigns(table, &table->indexes[i]))
			table->indexes[kept++] = table->indexes[i];
	table->index_count = kept;
}

/* A unique constraint and a unique index are one thing here: which it was, kin's names for indexes say. */
static bool is_index(const kin_reflection *r)
{
	return !kin_reflection_is_true(r->row[2]) || strncmp(r->row[1], "ix_", 3) == 0;
}

static int add_index(kin_reflection *r)
{
	kin_table_schema *table = r->table;
	kin_key_schema *key;

	if (!table)
		return KIN_OK;
	if (is_index(r)) {
		kin_index_schema *index = kin_reflection_is_first(r) ? kin_schema_add_index(&r->schema, table) : &table->indexes[table->index_count - 1];
		if (!index)
			return kin_reflection_nomem(r);
		index->name = r->row[1];
		index->unique = kin_reflection_is_true(r->row[2]);
		return kin_reflection_add_part(r, index, &(kin_index_part){ .column = r->row[4], .descending = same(r->row[5], "D") });
	}
	if (same(r->row[1], "PRIMARY")) {
		key = &table->primary_key;
	} else {
		key = kin_reflection_is_first(r) ? kin_schema_add_unique(&r->schema, table) : &table->uniques[table->unique_count - 1];
		if (!key)
			return kin_reflection_nomem(r);
		key->name = r->row[1];
	}
	return kin_reflection_add_name(r, &key->columns, &key->column_count, r->row[4]);
}

static int read_all(kin_reflection *r)
{
	static const kin_reflection_step steps[] = {
		{ SELECT_TABLES, kin_reflection_add_table },   { SELECT_COLUMNS, add_column }, { SELECT_FOREIGNS, add_foreign }, { SELECT_CHECKS, add_check },
		{ SELECT_INDEXES, add_index }, { SELECT_VIEWS, kin_reflection_add_object },   { SELECT_TRIGGERS, kin_reflection_add_object },
	};
	int rc = kin_reflection_ask(r, steps, sizeof(steps) / sizeof(*steps));

	for (size_t i = 0; rc == KIN_OK && i < r->schema.table_count; i++) {
		drop_foreigns_indexes(r->schema.tables[i]);
		forget_names(r->schema.tables[i]);
	}
	return rc;
}

int kin_maria_reflect(kin_connection *connection, kin_arena *arena, kin_schema *ret_schema, kin_error *error)
{
	kin_reflection r = { .connection = connection, .error = error, .schema = { .arena = arena } };

	return kin_reflection_end(&r, read_all(&r), ret_schema);
}
