/* Tests of sql/ddl_show.c: what is shown is read back as the same. */
#include <stdlib.h>

#include "harness/harness.h"
#include "sql/ddl.h"
#include "sql/ddl_dump.h"

static uint64_t state;

static uint32_t number(uint32_t below)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % below;
}

static bool coin(void)
{
	return number(2) == 0;
}

#define PICK(list) ((list)[number(sizeof(list) / sizeof(*(list)))])

static const char *const names[] = {
	"id", "name", "order", "a b", "it's", "say \"hi\"", "back`tick", "[x]", "\xf0\x9f\x90\xb1", "Pets", "check", "primary", "to",
	"column", "-- end", "a;b", "x)", "1st", "generated", "on", "unique", "", "as", "constraint", "key", "identity", "$$", "type",
};
static const char *const expressions[] = {
	"a > 0", "upper('x;')", "15", "-1", "'it''s'", "(a) + (b)", "a IN ('x', ')')", "CURRENT_TIMESTAMP", "\"a b\" = `c`", "f(a, (b))",
};
static const char *const types[] = {
	"BOOLEAN", "SMALLINT", "INTEGER", "BIGINT", "REAL", "DOUBLE PRECISION", "NUMERIC", "NUMERIC(5)", "NUMERIC(10, 2)", "CHAR(3)",
	"VARCHAR", "VARCHAR(80)", "TEXT", "BLOB", "DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "UUID", "JSON", "ENUM('a', 'it''s')",
	"ENUM \"a b\" ('x')", "tsvector", "geometry(Point, 4326)", "",
};

static const char *name(void)
{
	return PICK(names);
}

static const char *maybe(const char *text)
{
	return coin() ? text : NULL;
}

static const char **some_names(kin_arena *arena, size_t *ret_count)
{
	const char *picked[5];

	*ret_count = 1 + number(5);
	for (size_t i = 0; i < *ret_count; i++)
		picked[i] = name();
	return kin_schema_names(arena, picked, *ret_count);
}

static void fill_column(kin_arena *arena, kin_column_schema *column)
{
	CHECK_INT(kin_ddl_parse_type(arena, PICK(types), &column->type), KIN_OK);
	column->autoincrement = number(5) == 0;
	column->strict_autoincrement = column->autoincrement && coin();
	column->not_null = column->autoincrement || coin();
	column->default_sql = maybe(PICK(expressions));
	column->collation = maybe(name());
	column->computed_sql = column->autoincrement ? NULL : maybe(PICK(expressions));
	column->computed_stored = column->computed_sql && coin();
	column->comment = maybe(name());
	column->extra = column->not_null && !column->autoincrement ? maybe("ON CONFLICT IGNORE") : NULL;
}

static void fill_key(kin_arena *arena, kin_key_schema *key)
{
	key->name = maybe(name());
	key->columns = some_names(arena, &key->column_count);
	key->extra = maybe("ON CONFLICT REPLACE");
}

static void fill_foreign(kin_arena *arena, kin_foreign_schema *foreign)
{
	static const char *const actions[] = { "CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", NULL };

	foreign->name = maybe(name());
	foreign->columns = some_names(arena, &foreign->column_count);
	foreign->target = name();
	if (coin())
		foreign->target_columns = some_names(arena, &foreign->target_column_count);
	foreign->on_delete = PICK(actions);
	foreign->on_update = PICK(actions);
	foreign->deferrable = coin();
	foreign->initially_deferred = foreign->deferrable && coin();
	foreign->match = maybe("FULL");
}

static void fill_index(kin_arena *arena, kin_index_schema *index)
{
	*index = (kin_index_schema){ .name = name(), .unique = coin(), .part_count = 1 + number(4), .where = maybe("a > ')'") };
	index->parts = kin_arena_zalloc(arena, index->part_count * sizeof(*index->parts));
	for (size_t i = 0; i < index->part_count; i++) {
		kin_index_part *part = &index->parts[i];
		part->column = maybe(name());
		part->expression = part->column ? NULL : PICK(expressions);
		part->descending = coin();
		part->collation = maybe(name());
	}
	if (coin())
		index->include = some_names(arena, &index->include_count);
}

static kin_ddl random_table(kin_schema *schema)
{
	static const char *const options[] = { NULL, "STRICT", "WITHOUT ROWID", "STRICT, WITHOUT ROWID", "ENGINE = InnoDB" };
	kin_table_schema *table = kin_schema_add_table(schema, name());

	table->schema = maybe(name());
	table->comment = maybe(name());
	table->options = PICK(options);
	table->distributed_by = maybe(name());
	for (uint32_t i = 1 + number(6); i > 0; i--)
		fill_column(schema->arena, kin_schema_add_column(schema, table, name()));
	if (coin())
		fill_key(schema->arena, &table->primary_key);
	for (uint32_t i = number(3); i > 0; i--)
		fill_key(schema->arena, kin_schema_add_unique(schema, table));
	for (uint32_t i = number(3); i > 0; i--)
		fill_foreign(schema->arena, kin_schema_add_foreign(schema, table));
	for (uint32_t i = number(3); i > 0; i--)
		*kin_schema_add_check(schema, table) = (kin_check_schema){ .name = maybe(name()), .sql = PICK(expressions) };
	return (kin_ddl){ .kind = KIN_DDL_CREATE_TABLE, .table_name = table->name, .table = table };
}

static kin_ddl random_add_column(kin_schema *schema)
{
	kin_table_schema *table = kin_schema_add_table(schema, name());
	kin_ddl ddl = { .kind = KIN_DDL_ADD_COLUMN, .table_name = table->name };

	ddl.column = kin_schema_add_column(schema, table, name());
	ddl.name = ddl.column->name;
	fill_column(schema->arena, ddl.column);
	if (coin()) {
		ddl.key = kin_schema_add_unique(schema, table);
		*ddl.key = (kin_key_schema){ .name = maybe(name()), .columns = kin_schema_names(schema->arena, &ddl.name, 1),
			                         .column_count = 1 };
	}
	if (coin()) {
		ddl.foreign = kin_schema_add_foreign(schema, table);
		fill_foreign(schema->arena, ddl.foreign);
		ddl.foreign->columns = kin_schema_names(schema->arena, &ddl.name, 1);
		ddl.foreign->column_count = 1;
	}
	if (coin()) {
		ddl.check = kin_schema_add_check(schema, table);
		*ddl.check = (kin_check_schema){ .name = maybe(name()), .sql = PICK(expressions) };
	}
	return ddl;
}

/* One of the others, all fields of which fit in a line. */
static kin_ddl random_change(kin_schema *schema)
{
	kin_table_schema *table = kin_schema_add_table(schema, name());
	kin_ddl ddl = { .kind = (kin_ddl_kind)number(KIN_DDL_SET_DISTRIBUTED + 1), .table_name = table->name, .name = name() };

	switch (ddl.kind) {
	case KIN_DDL_RENAME_TABLE:
		ddl.name = NULL; /* fallthrough */
	case KIN_DDL_RENAME_COLUMN:
	case KIN_DDL_RENAME_CONSTRAINT:
	case KIN_DDL_RENAME_INDEX:
		ddl.new_name = name();
		return ddl;
	case KIN_DDL_SET_TYPE:
		ddl.column = kin_schema_add_column(schema, table, ddl.name);
		do
			CHECK_INT(kin_ddl_parse_type(schema->arena, PICK(types), &ddl.column->type), KIN_OK);
		while (ddl.column->type.name == KIN_TYPE_OTHER && !*ddl.column->type.text);
		ddl.column->collation = maybe(name());
		ddl.sql = maybe(PICK(expressions));
		return ddl;
	case KIN_DDL_SET_DEFAULT:
		ddl.sql = PICK(expressions);
		return ddl;
	case KIN_DDL_DROP_COLUMN:
	case KIN_DDL_SET_NOT_NULL:
	case KIN_DDL_DROP_NOT_NULL:
	case KIN_DDL_DROP_DEFAULT:
	case KIN_DDL_DROP_CONSTRAINT:
	case KIN_DDL_DROP_INDEX:
	case KIN_DDL_DROP_IDENTITY:
		return ddl;
	case KIN_DDL_SET_IDENTITY:
		ddl.column = kin_schema_add_column(schema, table, ddl.name);
		ddl.column->autoincrement = ddl.column->not_null = true;
		ddl.column->strict_autoincrement = coin();
		if (ddl.column->strict_autoincrement)
			return ddl;
		ddl.column->identity = coin() ? KIN_IDENTITY_ALWAYS : KIN_IDENTITY_BY_DEFAULT;
		ddl.column->identity_start = coin() ? number(9) - 4 : 0;
		ddl.column->identity_increment = coin() ? number(9) - 4 : 0;
		return ddl;
	case KIN_DDL_RENAME_LABEL:
		ddl.sql = name();
		ddl.new_name = name();
		return ddl;
	case KIN_DDL_SET_DISTRIBUTED:
		ddl.name = maybe(ddl.name);
		return ddl;
	case KIN_DDL_SET_OPTIONS:
		ddl.name = NULL;
		ddl.sql = coin() ? "STRICT, WITHOUT ROWID" : NULL;
		return ddl;
	case KIN_DDL_COMMENT_TABLE:
		ddl.name = NULL; /* fallthrough */
	case KIN_DDL_COMMENT_COLUMN:
		ddl.sql = maybe(name());
		return ddl;
	case KIN_DDL_ADD_PRIMARY_KEY:
	case KIN_DDL_ADD_UNIQUE:
		ddl.name = NULL;
		ddl.key = kin_schema_add_unique(schema, table);
		fill_key(schema->arena, ddl.key);
		return ddl;
	case KIN_DDL_ADD_FOREIGN:
	case KIN_DDL_DROP_FOREIGN:
		ddl.name = NULL;
		ddl.foreign = kin_schema_add_foreign(schema, table);
		fill_foreign(schema->arena, ddl.foreign);
		if (ddl.kind == KIN_DDL_DROP_FOREIGN)
			ddl.foreign->name = NULL;
		return ddl;
	case KIN_DDL_CREATE_INDEX:
		ddl.index = kin_schema_add_index(schema, table);
		fill_index(schema->arena, ddl.index);
		ddl.name = ddl.index->name;
		return ddl;
	case KIN_DDL_CALL:
		ddl.table_name = NULL;
		return ddl;
	default:
		return coin() ? random_table(schema) : random_add_column(schema);
	}
}

static void check_round_trip(const kin_ddl *ddl)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_text shown, before, after;
	kin_ddl *items;
	size_t count;

	kin_text_init(&shown);
	kin_text_init(&before);
	kin_text_init(&after);
	kin_ddl_show(&shown, ddl);
	CHECK_MSG(kin_ddl_parse(&arena, shown.data, 1, &items, &count, &error) == KIN_OK, "%s\nin: %s", kin_error_text(&error),
	          shown.data);
	CHECK_INT(count, 1);
	dump_ddl(&before, ddl);
	dump_ddl(&after, &items[0]);
	CHECK_TEXT(after.data, before.data);
	kin_text_done(&shown);
	kin_text_done(&before);
	kin_text_done(&after);
	kin_arena_done(&arena);
}

TEST(random_changes_are_read_back_as_they_were_shown)
{
	state = kin_test_seed("random changes");
	for (int i = 0; i < kin_test_rounds(3000); i++) {
		kin_arena arena = { 0 };
		kin_schema schema = { .arena = &arena };
		kin_ddl ddl = random_change(&schema);
		check_round_trip(&ddl);
		kin_arena_done(&arena);
	}
}

static void check_shown(const char *text, const char *expected)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_text shown;
	kin_ddl *items;
	size_t count;

	kin_text_init(&shown);
	CHECK_MSG(kin_ddl_parse(&arena, text, 1, &items, &count, &error) == KIN_OK, "%s", kin_error_text(&error));
	kin_ddl_show(&shown, &items[0]);
	CHECK_TEXT(shown.data, expected);
	check_round_trip(&items[0]);
	kin_text_done(&shown);
	kin_arena_done(&arena);
}

TEST(a_table_has_a_line_for_each_column_and_constraint)
{
	check_shown("create table pets (id bigint generated by default as identity, name varchar(80) default 'x' not null,"
	            " \"order\" int unique, owner_id bigint references owners (id) on delete cascade,"
	            " constraint pk_pets primary key (id), constraint ck_pets_name check ((name <> '')))",
	            "CREATE TABLE pets (\n"
	            "    id BIGINT GENERATED BY DEFAULT AS IDENTITY,\n"
	            "    name VARCHAR(80) NOT NULL DEFAULT 'x',\n"
	            "    \"order\" INTEGER,\n"
	            "    owner_id BIGINT,\n"
	            "    CONSTRAINT pk_pets PRIMARY KEY (id),\n"
	            "    UNIQUE (\"order\"),\n"
	            "    FOREIGN KEY (owner_id) REFERENCES owners (id) ON DELETE CASCADE,\n"
	            "    CONSTRAINT ck_pets_name CHECK (name <> '')\n"
	            ")");
}

TEST(a_change_is_one_line)
{
	check_shown("alter table pets drop column \"order\"", "ALTER TABLE pets DROP COLUMN \"order\"");
	check_shown("alter table pets drop check ((a > 0))", "ALTER TABLE pets DROP CHECK (a > 0)");
	check_shown("alter table a add b int default (1+1) not null", "ALTER TABLE a ADD COLUMN b INTEGER NOT NULL DEFAULT (1+1)");
	check_shown("create unique index i on t(lower(a) desc) where (b)", "CREATE UNIQUE INDEX i ON t ((lower(a)) DESC) WHERE b");
	check_shown("drop trigger t on x", "DROP TRIGGER t ON x");
	check_shown("drop view v", "DROP VIEW v");
}

static kin_ddl fused_ddl;

static int show_fused(void)
{
	kin_text out;
	int rc;

	kin_text_init(&out);
	kin_ddl_show(&out, &fused_ddl);
	rc = kin_text_ok(&out) ? KIN_OK : KIN_ENOMEM;
	kin_text_done(&out);
	return rc;
}

TEST(showing_survives_running_out_of_memory)
{
	kin_arena arena = { 0 };
	kin_schema schema = { .arena = &arena };

	state = 7;
	fused_ddl = random_table(&schema);
	kin_test_fuse(__FILE__, __LINE__, show_fused);
	kin_arena_done(&arena);
}
