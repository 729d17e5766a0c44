/* reflect.c - reads a PostgreSQL database's schema from its catalogue.
 *
 * One query per kind of thing, each for all tables at once, in the order of tables. A thing of several columns, a key or an index,
 * is a row per column. What kin cannot say it leaves alone, as if it were not there: partitioned, inheriting and foreign tables, what
 * belongs to an extension, exclusion constraints, materialized views; indexes other than B-trees, and those with an operator class or an
 * order of NULLs that is not the usual one; keys for which NULLs are equal, that include columns, or that are about periods. */
#include <stdlib.h>

#include "db/enums.h"
#include "db/postgresql/driver.h"
#include "db/postgresql/expression.h"
#include "db/reflection.h"
#include "sql/ddl.h"

/* What kin calls a table: those of the schema that new tables go to by their names alone. */
#define TABLE_NAME(table, schema) \
	"CASE WHEN " schema ".nspname = pg_catalog.current_schema() THEN " table ".relname::text" \
	" ELSE " schema ".nspname || '.' || " table ".relname END"

/* Tables that are reflected, as t; n is the schema that new tables go to, and those of ?schemas=…: config.c. */
#define TABLES \
	" FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace" \
	" AND (n.nspname = pg_catalog.current_schema() OR" \
	" n.nspname = ANY (pg_catalog.string_to_array(pg_catalog.current_setting('kin.schemas', true), ',')))"
#define ARE_TABLES \
	" t.relkind IN ('r', 'p') AND NOT t.relispartition" \
	" AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_inherits h WHERE h.inhrelid = t.oid)" \
	" AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend e WHERE e.objid = t.oid" \
	" AND e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.deptype = 'e')"

#define SELECT_TABLES \
	"SELECT " TABLE_NAME("t", "n") ", pg_catalog.obj_description(t.oid, 'pg_class')," \
	" 'WITH (' || pg_catalog.array_to_string(t.reloptions, ', ') || ')'" \
	TABLES " WHERE" ARE_TABLES " ORDER BY t.oid"

#define SELECT_COLUMNS \
	"SELECT " TABLE_NAME("t", "n") ", a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull::int::text," \
	" (a.attidentity <> '' OR pg_catalog.pg_get_serial_sequence(pg_catalog.quote_ident(n.nspname) || '.' ||" \
	" pg_catalog.quote_ident(t.relname), a.attname) IS NOT NULL)::int::text, a.attgenerated::text," \
	" pg_catalog.pg_get_expr(d.adbin, d.adrelid, true)," \
	" (SELECT c.collname::text FROM pg_catalog.pg_collation c WHERE c.oid = a.attcollation AND a.attcollation <> y.typcollation)," \
	" pg_catalog.col_description(t.oid, a.attnum), CASE WHEN y.typtype = 'e' AND pg_catalog.pg_type_is_visible(y.oid) THEN y.typname::text END," \
	" a.attidentity::text, s.seqstart::text, s.seqincrement::text" \
	TABLES \
	" JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped" \
	" JOIN pg_catalog.pg_type y ON y.oid = a.atttypid" \
	" LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum" \
	" LEFT JOIN pg_catalog.pg_sequence s ON a.attidentity <> '' AND s.seqrelid = pg_catalog.pg_get_serial_sequence(" \
	"pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.relname), a.attname)::pg_catalog.regclass" \
	" WHERE" ARE_TABLES " ORDER BY t.oid, a.attnum"

#define SELECT_LABELS \
	"SELECT y.typname::text, l.enumlabel::text" \
	" FROM pg_catalog.pg_enum l JOIN pg_catalog.pg_type y ON y.oid = l.enumtypid WHERE pg_catalog.pg_type_is_visible(y.oid)" \
	" ORDER BY y.oid, l.enumsortorder"

/* Fields of i and k that older servers do not have. */
#define NULLS_ARE_EQUAL "COALESCE((pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false)"
#define IS_PERIOD       "COALESCE((pg_catalog.to_jsonb(k) ->> 'conperiod')::boolean, false)"

#define SELECT_KEYS \
	"SELECT " TABLE_NAME("t", "n") ", k.conname::text, k.contype::text, x.place::text, a.attname::text, " TABLE_NAME("f", "fn") "," \
	" b.attname::text, k.confdeltype::text, k.confupdtype::text, k.confmatchtype::text," \
	" (k.condeferrable::int + k.condeferred::int)::text" \
	TABLES \
	" JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid AND k.contype IN ('p', 'u', 'f') AND k.conparentid = 0" \
	" CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey))" \
	" WITH ORDINALITY AS x (own, target, place)" \
	" JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.own" \
	" LEFT JOIN pg_catalog.pg_class f ON f.oid = k.confrelid" \
	" LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace" \
	" LEFT JOIN pg_catalog.pg_attribute b ON b.attrelid = f.oid AND b.attnum = x.target" \
	" WHERE" ARE_TABLES " AND NOT (k.contype = 'u' AND EXISTS (SELECT 1 FROM pg_catalog.pg_index i WHERE i.indexrelid = k.conindid" \
	" AND (i.indnatts > i.indnkeyatts OR " NULLS_ARE_EQUAL " OR " IS_PERIOD ")))" \
	" ORDER BY t.oid, k.oid, x.place"

#define SELECT_CHECKS \
	"SELECT " TABLE_NAME("t", "n") ", k.conname::text, pg_catalog.pg_get_expr(k.conbin, k.conrelid, true)" \
	TABLES " JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid AND k.contype = 'c'" \
	" WHERE" ARE_TABLES " ORDER BY t.oid, k.oid"

#define SELECT_INDEXES \
	"SELECT " TABLE_NAME("t", "n") ", o.relname::text, i.indisunique::int::text, x.place::text, a.attname::text," \
	" pg_catalog.pg_get_indexdef(i.indexrelid, x.place, true), (x.place > i.indnkeyatts)::int::text," \
	" CASE WHEN x.place <= i.indnkeyatts THEN (i.indoption[x.place - 1] & 1)::text ELSE '0' END," \
	" CASE WHEN x.place <= i.indnkeyatts THEN (SELECT c.collname::text FROM pg_catalog.pg_collation c" \
	" WHERE c.oid = i.indcollation[x.place - 1] AND c.oid <> COALESCE(NULLIF(a.attcollation, 0), 100)) END," \
	" pg_catalog.pg_get_expr(i.indpred, i.indrelid, true)" \
	TABLES \
	" JOIN pg_catalog.pg_index i ON i.indrelid = t.oid AND i.indisvalid" \
	" JOIN pg_catalog.pg_class o ON o.oid = i.indexrelid" \
	" JOIN pg_catalog.pg_am m ON m.oid = o.relam AND m.amname = 'btree'" \
	" CROSS JOIN LATERAL pg_catalog.generate_series(1, i.indnatts::int) AS x (place)" \
	" LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[x.place - 1] AND a.attnum > 0" \
	" WHERE" ARE_TABLES " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid" \
	" AND k.contype IN ('p', 'u', 'x')) AND NOT " NULLS_ARE_EQUAL \
	" AND NOT EXISTS (SELECT 1 FROM pg_catalog.unnest(i.indoption::int[]) AS u (bits) WHERE u.bits IN (1, 2))" \
	" AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_opclass p WHERE p.oid = ANY (i.indclass) AND NOT p.opcdefault)" \
	" ORDER BY t.oid, i.indexrelid, x.place"

#define SELECT_VIEWS \
	"SELECT 'view', " TABLE_NAME("t", "n") ", NULL, 'CREATE VIEW ' || CASE WHEN n.nspname <> pg_catalog.current_schema()" \
	" THEN pg_catalog.quote_ident(n.nspname) || '.' ELSE '' END || pg_catalog.quote_ident(t.relname) || E' AS\\n' ||" \
	" pg_catalog.rtrim(pg_catalog.pg_get_viewdef(t.oid, true), ';')" \
	TABLES " WHERE t.relkind = 'v' AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend e WHERE e.objid = t.oid" \
	" AND e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.deptype = 'e') ORDER BY t.oid"

#define SELECT_TRIGGERS \
	"SELECT 'trigger', g.tgname::text, " TABLE_NAME("t", "n") ", pg_catalog.pg_get_triggerdef(g.oid, true)" \
	TABLES " JOIN pg_catalog.pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal" \
	" WHERE" ARE_TABLES " ORDER BY t.oid, g.oid"

/* A column of type "char". */
static char letter(const kin_reflection *r, size_t column)
{
	return r->row[column] ? *r->row[column] : '\0';
}

static const char *expression(kin_reflection *r, const char *sql)
{
	return kin_pg_expression(r->schema.arena, r->table, sql);
}

/* ---- tables and columns ---- */

/* Labels are few, and types with them fewer: a list that grows by one is copied as a whole. */
static int add_label(kin_reflection *r)
{
	kin_arena *arena = r->schema.arena;
	kin_type *type = kin_map_find(&r->enums, r->row[0]);
	const char **labels;

	if (!type) {
		if (!(type = kin_arena_zalloc(arena, sizeof(*type))) || !kin_map_set(&r->enums, r->row[0], type))
			return kin_reflection_nomem(r);
		type->name = KIN_TYPE_ENUM;
		type->text = r->row[0];
	}
	if ((type->label_count & (type->label_count - 1)) == 0) {
		size_t room = type->label_count ? 2 * type->label_count : 1;
		if (!(labels = kin_arena_alloc(arena, room * sizeof(*labels))))
			return kin_reflection_nomem(r);
		if (type->label_count > 0)
			memcpy(labels, type->labels, type->label_count * sizeof(*labels));
		type->labels = labels;
	}
	((const char **)(uintptr_t)type->labels)[type->label_count++] = r->row[1];
	return KIN_OK;
}

static int read_type(kin_reflection *r, kin_type *type)
{
	const kin_type *as_enum = r->row[9] ? kin_map_find(&r->enums, r->row[9]) : NULL;

	if (as_enum) {
		*type = *as_enum;
		return KIN_OK;
	}
	return kin_ddl_parse_type(r->schema.arena, r->row[2], type) < 0 ? kin_reflection_nomem(r) : KIN_OK;
}

/* The usual start and step are as if nobody had said them. */
static void read_identity(const kin_reflection *r, kin_column_schema *column)
{
	int64_t start = r->row[11] ? strtoll(r->row[11], NULL, 10) : 1, by = r->row[12] ? strtoll(r->row[12], NULL, 10) : 1;

	column->identity = letter(r, 10) == 'a' ? KIN_IDENTITY_ALWAYS : letter(r, 10) == 'd' ? KIN_IDENTITY_BY_DEFAULT : KIN_IDENTITY_ANY;
	column->identity_start = start == 1 ? 0 : start;
	column->identity_increment = by == 1 ? 0 : by;
}

static int add_column(kin_reflection *r)
{
	kin_column_schema *column = kin_schema_add_column(&r->schema, r->table, r->row[1]);
	const char *sql;
	int rc;

	if (!column)
		return kin_reflection_nomem(r);
	if ((rc = read_type(r, &column->type)) < 0)
		return rc;
	column->not_null = kin_reflection_is_true(r->row[3]);
	column->autoincrement = kin_reflection_is_true(r->row[4]);
	read_identity(r, column);
	column->collation = r->row[7];
	column->comment = r->row[8];
	if (!(sql = expression(r, r->row[6])))
		return r->row[6] ? kin_reflection_nomem(r) : KIN_OK;
	if (letter(r, 5)) {
		column->computed_sql = sql;
		column->computed_stored = letter(r, 5) == 's';
	} else if (!column->autoincrement) { /* a serial's nextval() is how it makes the number */
		column->default_sql = sql;
	}
	return KIN_OK;
}

/* ---- keys ---- */

static const char *action(char code)
{
	switch (code) {
	case 'r': return "RESTRICT";
	case 'c': return "CASCADE";
	case 'n': return "SET NULL";
	case 'd': return "SET DEFAULT";
	default:  return NULL;
	}
}

static int add_foreign(kin_reflection *r, bool is_first)
{
	kin_table_schema *table = r->table;
	kin_foreign_schema *foreign = is_first ? kin_schema_add_foreign(&r->schema, table) : &table->foreigns[table->foreign_count - 1];
	int rc;

	if (!foreign)
		return kin_reflection_nomem(r);
	if (is_first) {
		foreign->name = r->row[1];
		foreign->target = r->row[5];
		foreign->on_delete = action(letter(r, 7));
		foreign->on_update = action(letter(r, 8));
		foreign->match = letter(r, 9) == 'f' ? "FULL" : NULL;
		foreign->deferrable = kin_reflection_is_true(r->row[10]);
		foreign->initially_deferred = letter(r, 10) == '2';
	}
	if ((rc = kin_reflection_add_name(r, &foreign->columns, &foreign->column_count, r->row[4])) < 0)
		return rc;
	return kin_reflection_add_name(r, &foreign->target_columns, &foreign->target_column_count, r->row[6]);
}

static int add_key(kin_reflection *r)
{
	kin_table_schema *table = r->table;
	bool is_first = kin_reflection_is_first(r);
	kin_key_schema *key = &table->primary_key;

	if (letter(r, 2) == 'f')
		return add_foreign(r, is_first);
	if (letter(r, 2) == 'u')
		key = is_first ? kin_schema_add_unique(&r->schema, table) : &table->uniques[table->unique_count - 1];
	if (!key)
		return kin_reflection_nomem(r);
	key->name = r->row[1];
	if (kin_reflection_is_true(r->row[10]))
		key->extra = letter(r, 10) == '2' ? "DEFERRABLE INITIALLY DEFERRED" : "DEFERRABLE";
	return kin_reflection_add_name(r, &key->columns, &key->column_count, r->row[4]);
}

static int add_check(kin_reflection *r)
{
	kin_check_schema *check = kin_schema_add_check(&r->schema, r->table);

	if (!check)
		return kin_reflection_nomem(r);
	check->name = r->row[1];
	return (check->sql = expression(r, r->row[2])) ? KIN_OK : kin_reflection_nomem(r);
}

/* Names that PostgreSQL gives to keys that have none: table_pkey, table_a_b_key, table_a_b_fkey. */
static bool is_usual(kin_reflection *r, const kin_table_schema *table, const char *name, const char *const *columns, size_t count,
                     const char *suffix)
{
	kin_text usual;

	kin_text_init(&usual);
	kin_text_add(&usual, kin_dialect_bare(&kin_dialect_postgresql, table->name));
	for (size_t i = 0; i < count; i++)
		kin_text_addf(&usual, "_%s", columns[i]);
	kin_text_addf(&usual, "_%s", suffix);
	bool same = name && strcmp(usual.data, name) == 0;
	if (!kin_text_ok(&usual))
		r->schema.arena->failed = true;
	kin_text_done(&usual);
	return same;
}

static void forget_usual_names(kin_reflection *r, kin_table_schema *table)
{
	if (is_usual(r, table, table->primary_key.name, NULL, 0, "pkey"))
		table->primary_key.name = NULL;
	for (size_t i = 0; i < table->unique_count; i++) {
		kin_key_schema *key = &table->uniques[i];
		if (is_usual(r, table, key->name, key->columns, key->column_count, "key"))
			key->name = NULL;
	}
	for (size_t i = 0; i < table->foreign_count; i++) {
		kin_foreign_schema *foreign = &table->foreigns[i];
		if (is_usual(r, table, foreign->name, foreign->columns, foreign->column_count, "fkey"))
			foreign->name = NULL;
	}
}

/* ---- indexes and objects ---- */

static kin_index_schema *new_index(kin_reflection *r)
{
	kin_index_schema *index = kin_schema_add_index(&r->schema, r->table);

	if (!index)
		return NULL;
	index->name = r->row[1];
	index->unique = kin_reflection_is_true(r->row[2]);
	index->where = expression(r, r->row[9]);
	return index->where || !r->row[9] ? index : NULL;
}

static int add_index(kin_reflection *r)
{
	kin_table_schema *table = r->table;
	bool is_first = kin_reflection_is_first(r);
	kin_index_schema *index = is_first ? new_index(r) : &table->indexes[table->index_count - 1];

	if (!index)
		return kin_reflection_nomem(r);
	if (kin_reflection_is_true(r->row[6]))
		return kin_reflection_add_name(r, &index->include, &index->include_count, r->row[4]);
	kin_index_part part = {
		.column = r->row[4], .descending = kin_reflection_is_true(r->row[7]), .collation = r->row[8],
		.expression = r->row[4] ? NULL : expression(r, r->row[5]),
	};
	return part.column || part.expression ? kin_reflection_add_part(r, index, &part) : kin_reflection_nomem(r);
}

static int read_all(kin_reflection *r)
{
	static const kin_reflection_step steps[] = {
		{ SELECT_TABLES, kin_reflection_add_table }, { SELECT_LABELS, add_label },   { SELECT_COLUMNS, add_column },
		{ SELECT_KEYS, add_key },     { SELECT_CHECKS, add_check },   { SELECT_INDEXES, add_index },
		{ SELECT_VIEWS, kin_reflection_add_object }, { SELECT_TRIGGERS, kin_reflection_add_object },
	};
	int rc = kin_reflection_ask(r, steps, sizeof(steps) / sizeof(*steps));

	for (size_t i = 0; rc == KIN_OK && i < r->schema.table_count; i++) {
		forget_usual_names(r, r->schema.tables[i]);
		if (!kin_enums_find(r->schema.arena, r->schema.tables[i]) || r->schema.arena->failed)
			rc = kin_reflection_nomem(r);
	}
	return rc;
}

int kin_pg_reflect(kin_connection *connection, kin_arena *arena, kin_schema *ret_schema, kin_error *error)
{
	kin_reflection r = { .connection = connection, .error = error, .schema = { .arena = arena } };

	return kin_reflection_end(&r, read_all(&r), ret_schema);
}
