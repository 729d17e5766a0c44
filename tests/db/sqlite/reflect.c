/* Tests of db/sqlite/reflect.c: databases as others made them, and as their own text makes them again. */
#include "db/sqlite/reflect.h"

#include <stdlib.h>

#include "base/file.h"
#include "db/database.h"
#include "sql/ddl.h"

static kin_schema reflect(kin_connection *connection, kin_arena *arena)
{
	kin_schema schema = { 0 };
	kin_error error = { 0 };

	CHECK_MSG(kin_connection_reflect(connection, arena, &schema, &error) == KIN_OK, "%s", kin_error_text(&error));
	return schema;
}

/* The schema's tables and indexes as SQLite is told of them, statements behind each other. */
static void render(kin_text *out, const kin_schema *schema)
{
	kin_error error = { 0 };

	for (size_t i = 0; i < schema->table_count; i++) {
		kin_table_schema *table = schema->tables[i];
		kin_ddl create = { .kind = KIN_DDL_CREATE_TABLE, .table = table, .table_name = table->name };
		CHECK_MSG(kin_ddl_render(&kin_dialect_sqlite, out, &create, &error) == KIN_OK, "%s", kin_error_text(&error));
		kin_text_add(out, ";\n");
		for (size_t j = 0; j < table->index_count; j++) {
			kin_ddl_index(&kin_dialect_sqlite, out, table->name, &table->indexes[j]);
			kin_text_add(out, ";\n");
		}
	}
	for (size_t i = 0; i < schema->object_count; i++)
		kin_text_addf(out, "%s;\n", schema->objects[i].sql);
}

/* A database made from a schema looks like the schema. */
static void check_made_again(const kin_schema *schema)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_arena arena = { 0 };
	kin_text first, second;
	kin_schema again;

	kin_text_init(&first);
	kin_text_init(&second);
	render(&first, schema);
	run(c, first.data);
	again = reflect(c, &arena);
	render(&second, &again);
	CHECK_TEXT(second.data, first.data);
	kin_text_done(&first);
	kin_text_done(&second);
	kin_arena_done(&arena);
	kin_db_release(db, c);
	kin_db_close(db);
}

/* What SQLite looks like after this SQL, reflected and rendered. */
static void check_reflected(const char *sql, const char *expected)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_arena arena = { 0 };
	kin_schema schema;
	kin_text text;

	kin_text_init(&text);
	run(c, sql);
	schema = reflect(c, &arena);
	render(&text, &schema);
	CHECK_TEXT(text.data, expected);
	check_made_again(&schema);
	kin_text_done(&text);
	kin_arena_done(&arena);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(an_empty_database_has_an_empty_schema)
{
	check_reflected("create table t (a); drop table t", "");
}

TEST(integer_primary_key_is_a_key_that_the_database_makes)
{
	check_reflected("create table a (id integer primary key, x text);"
	                "create table b (\"Id\" INTEGER NOT NULL CONSTRAINT [the key] PRIMARY KEY AUTOINCREMENT);"
	                "create table c (id integer, primary key (ID));",
	                "CREATE TABLE a (\n    id INTEGER PRIMARY KEY,\n    x TEXT\n);\n"
	                "CREATE TABLE b (\n    \"Id\" INTEGER CONSTRAINT \"the key\" PRIMARY KEY AUTOINCREMENT\n);\n"
	                "CREATE TABLE c (\n    id INTEGER PRIMARY KEY\n);\n");
}

TEST(other_keys_stay_what_they_are)
{
	check_reflected("create table a (id int primary key);"
	                "create table b (id integer primary key) without rowid;"
	                "create table c (id integer primary key desc);"
	                "create table d (a integer, b integer, primary key (b, a));"
	                "create table e (name text primary key on conflict replace);",
	                "CREATE TABLE a (\n    id INT,\n    PRIMARY KEY (id)\n);\n"
	                "CREATE TABLE b (\n    id INTEGER,\n    PRIMARY KEY (id)\n) without rowid;\n"
	                "CREATE TABLE c (\n    id INT,\n    PRIMARY KEY (id)\n);\n"
	                "CREATE TABLE d (\n    a INTEGER,\n    b INTEGER,\n    PRIMARY KEY (b, a)\n);\n"
	                "CREATE TABLE e (\n    name TEXT,\n    PRIMARY KEY (name) on conflict replace\n);\n");
}

TEST(the_database_tools_way_to_write_a_key_is_read)
{
	check_reflected("create table t (\"id\" INTEGER, \"b\" TEXT UNIQUE, PRIMARY KEY(\"id\" AUTOINCREMENT))",
	                "CREATE TABLE t (\n    id INTEGER PRIMARY KEY AUTOINCREMENT,\n    b TEXT,\n    UNIQUE (b)\n);\n");
}

TEST(everything_that_a_table_can_say_is_kept)
{
	check_reflected(
		"create table owners (a text, b text collate nocase, primary key (a, b));\n"
		"create table /* all */ t (\n"
		"  [a col] varchar ( 80 ) not null on conflict ignore default 'it''s', -- a comment\n"
		"  `b` decimal(10,2) default -1.5 check (b > 0 and b in (1, 2)),\n"
		"  \"c\" constraint u unique on conflict replace collate nocase,\n"
		"  'd' double  precision generated always as ((b * 2)) virtual, d2 float default (abs(-1)),\n"
		"  e unsigned big int as (b + 1) stored,\n"
		"  f datetime default current_timestamp references t2 on delete set null on update cascade deferrable initially deferred,\n"
		"  g blob default x'0ff0', h bool default true, i text default \"quoted\",\n"
		"  constraint ck check (((\"c\" <> ')'))) foreign key ([a col], b) references owners (a, b) match full not deferrable\n"
		"  unique (c collate binary desc, g)\n"
		");"
		"create table t2 (a1 integer primary key)",
		"CREATE TABLE owners (\n"
		"    a TEXT,\n"
		"    b TEXT COLLATE nocase,\n"
		"    PRIMARY KEY (a, b)\n"
		");\n"
		"CREATE TABLE t (\n"
		"    \"a col\" VARCHAR(80) NOT NULL on conflict ignore DEFAULT 'it''s',\n"
		"    b NUMERIC(10, 2) DEFAULT -1.5,\n"
		"    c COLLATE nocase,\n"
		"    d DOUBLE PRECISION GENERATED ALWAYS AS (b * 2) VIRTUAL,\n"
		"    d2 DOUBLE PRECISION DEFAULT (abs(-1)),\n"
		"    e unsigned big int GENERATED ALWAYS AS (b + 1) STORED,\n"
		"    f TIMESTAMP DEFAULT current_timestamp,\n"
		"    g BLOB DEFAULT x'0ff0',\n"
		"    h BOOLEAN DEFAULT true,\n"
		"    i TEXT DEFAULT \"quoted\",\n"
		"    CONSTRAINT u UNIQUE (c) on conflict replace,\n"
		"    UNIQUE (c collate binary desc, g),\n"
		"    FOREIGN KEY (f) REFERENCES t2 ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,\n"
		"    FOREIGN KEY (\"a col\", b) REFERENCES owners (a, b) MATCH full,\n"
		"    CHECK (b > 0 and b in (1, 2)),\n"
		"    CONSTRAINT ck CHECK (\"c\" <> ')')\n"
		");\n"
		"CREATE TABLE t2 (\n"
		"    a1 INTEGER PRIMARY KEY\n"
		");\n");
}

TEST(hexadecimal_numbers_are_read)
{
	check_reflected("create table t (a int default 0xFF check ((a & 0x0f) > 0))",
	                "CREATE TABLE t (\n    a INTEGER DEFAULT 0xFF,\n    CHECK ((a & 0x0f) > 0)\n);\n");
}

TEST(strict_tables_stay_strict)
{
	check_reflected("create table t (a int primary key, b any, c integer not null) STRICT, WITHOUT ROWID",
	                "CREATE TABLE t (\n    a INTEGER,\n    b any,\n    c INTEGER NOT NULL,\n    PRIMARY KEY (a)\n)"
	                " STRICT, WITHOUT ROWID;\n");
}

TEST(names_in_keys_are_spelled_as_what_they_name)
{
	check_reflected("create table Owners (Id integer primary key);"
	                "create table pets (OwnerId integer references OWNERS (ID), unique (ownerid));"
	                "create index ix on PETS (OWNERID)",
	                "CREATE TABLE \"Owners\" (\n    \"Id\" INTEGER PRIMARY KEY\n);\n"
	                "CREATE TABLE pets (\n    \"OwnerId\" INTEGER,\n    UNIQUE (\"OwnerId\"),\n"
	                "    FOREIGN KEY (\"OwnerId\") REFERENCES \"Owners\" (\"Id\")\n);\n"
	                "CREATE INDEX ix ON pets (\"OwnerId\");\n");
}

TEST(indexes_keep_expressions_orders_and_conditions)
{
	check_reflected("create table t (a text, b integer);"
	                "create unique index i on t (lower(a) collate nocase desc, (b + 1), b asc, \"a\" collate rtrim) where b > 1",
	                "CREATE TABLE t (\n    a TEXT,\n    b INTEGER\n);\n"
	                "CREATE UNIQUE INDEX i ON t ((lower(a)) COLLATE nocase DESC, (b + 1), b, a COLLATE rtrim) WHERE b > 1;\n");
}

TEST(tables_made_from_a_query_and_renamed_ones_are_read)
{
	check_reflected("create table a as select 1 as x, 'y' as y; alter table a rename to \"odd one\";"
	                "alter table \"odd one\" add column z varchar(3) not null default '';"
	                "alter table \"odd one\" rename column x to \"the x\"",
	                "CREATE TABLE \"odd one\" (\n    \"the x\",\n    y,\n    z VARCHAR(3) NOT NULL DEFAULT ''\n);\n");
}

TEST(virtual_tables_and_what_is_behind_them_are_left_out)
{
	check_reflected("create virtual table words using fts5(word); create table t (a); insert into t values (1)",
	                "CREATE TABLE t (\n    a\n);\n");
}

TEST(views_and_triggers_are_kept_as_text)
{
	check_reflected("create table t (a integer);"
	                "create view v as select a from t;"
	                "create trigger tr after insert on T begin update t set a = case when a then 1 else 2 end; delete from t; end",
	                "CREATE TABLE t (\n    a INTEGER\n);\n"
	                "CREATE VIEW v as select a from t;\n"
	                "CREATE TRIGGER tr after insert on T begin update t set a = case when a then 1 else 2 end;"
	                " delete from t; end;\n");
}

TEST(an_enum_comes_back_as_one)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_schema schema;
	kin_ddl *items;
	kin_text text;
	size_t count;

	kin_text_init(&text);
	CHECK_INT(kin_ddl_parse(&arena, "create table t (mood enum('sad', 'it''s ok') not null, check (mood <> 'x'));"
	                                "alter table t add column b enum('b')", 1, &items, &count, &error), KIN_OK);
	for (size_t i = 0; i < count; i++) {
		CHECK_INT(kin_ddl_render(&kin_dialect_sqlite, &text, &items[i], &error), KIN_OK);
		kin_text_add(&text, ";\n");
	}
	run(c, text.data);
	schema = reflect(c, &arena);
	CHECK_INT(schema.tables[0]->check_count, 1);
	CHECK_INT(schema.tables[0]->columns[0].type.name, KIN_TYPE_ENUM);
	CHECK_TEXT(schema.tables[0]->columns[0].type.labels[1], "it's ok");
	CHECK_INT(schema.tables[0]->columns[1].type.name, KIN_TYPE_ENUM);
	kin_text_done(&text);
	kin_arena_done(&arena);
	kin_db_release(db, c);
	kin_db_close(db);
}

/* 1: kin_ddl_needs_rebuild() says that SQLite can do it, and it does; 0: neither; -1: they disagree. */
static int added_natively(const char *column)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_ddl *items;
	size_t count;
	bool said, done;

	run(c, "pragma foreign_keys = on; create table o (id integer primary key); insert into o values (1);"
	       "create table t (b integer); insert into t values (1)");
	char *sql = kin_arena_printf(&arena, "ALTER TABLE t ADD COLUMN %s", column);
	CHECK_MSG(kin_ddl_parse(&arena, sql, 1, &items, &count, &error) == KIN_OK, "%s", kin_error_text(&error));
	said = !kin_ddl_needs_rebuild(&kin_dialect_sqlite, &items[0]);
	done = kin_connection_run(c, sql, &error) == KIN_OK;
	kin_error_clear(&error);
	kin_arena_done(&arena);
	kin_db_release(db, c);
	kin_db_close(db);
	return said != done ? -1 : done;
}

TEST(what_sqlite_cannot_add_to_a_table_is_known)
{
	CHECK_INT(added_natively("a integer"), 1);
	CHECK_INT(added_natively("a integer NOT NULL DEFAULT 0"), 1);
	CHECK_INT(added_natively("a text DEFAULT 'x' CHECK (a <> '')"), 1);
	CHECK_INT(added_natively("a integer REFERENCES o (id)"), 1);
	CHECK_INT(added_natively("a integer GENERATED ALWAYS AS (b + 1) VIRTUAL"), 1);
	CHECK_INT(added_natively("a integer GENERATED ALWAYS AS (b + 1) VIRTUAL NOT NULL"), 1);
	CHECK_INT(added_natively("a integer GENERATED ALWAYS AS (b + 1) STORED"), 0);
	CHECK_INT(added_natively("a integer NOT NULL"), 0);
	CHECK_INT(added_natively("a integer UNIQUE"), 0);
	CHECK_INT(added_natively("a text DEFAULT CURRENT_TIMESTAMP"), 0);
	CHECK_INT(added_natively("a integer DEFAULT (abs(-1))"), 0);
	CHECK_INT(added_natively("a integer DEFAULT 1 REFERENCES o (id)"), 0);
}

/* ---- schemas that nobody here wrote ---- */

typedef struct counts {
	size_t tables, indexes, foreigns, views, triggers;
} counts;

static counts count_all(const kin_schema *schema)
{
	counts n = { .tables = schema->table_count };

	for (size_t i = 0; i < schema->table_count; i++) {
		n.indexes += schema->tables[i]->index_count;
		n.foreigns += schema->tables[i]->foreign_count;
	}
	for (size_t i = 0; i < schema->object_count; i++)
		*(strcmp(schema->objects[i].kind, "view") == 0 ? &n.views : &n.triggers) += 1;
	return n;
}

/* Foreign keys as SQLite itself counts them. */
static size_t count_foreigns(kin_connection *connection)
{
	return (size_t)number(connection, "select count(*) from sqlite_schema m, pragma_foreign_key_list(m.name) f"
	                                  " where m.type = 'table' and f.seq = 0");
}

static size_t count_columns(kin_connection *connection)
{
	return (size_t)number(connection, "select count(*) from sqlite_schema m, pragma_table_xinfo(m.name)"
	                                  " where m.type = 'table' and m.name not like 'sqlite#_%' escape '#'");
}

static void check_corpus(const char *path, counts expected)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	char *file = kin_path_join(&arena, "../shared/corpus", path), *sql, *start;
	size_t size, columns = 0;
	kin_schema schema;
	kin_connection *c;
	kin_db *db;
	counts n;

	if (!kin_file_exists(file)) {
		printf("skipped: there is no %s\n", file);
		kin_arena_done(&arena);
		return;
	}
	db = open_memory();
	c = acquire(db);
	CHECK_MSG(kin_file_read(&arena, file, &sql, &size, &error) == KIN_OK, "%s", kin_error_text(&error));
	start = strncmp(sql, "\xef\xbb\xbf", 3) == 0 ? sql + 3 : sql;
	run(c, start);
	schema = reflect(c, &arena);
	n = count_all(&schema);
	CHECK_INT(n.tables, expected.tables);
	CHECK_INT(n.indexes, expected.indexes);
	CHECK_INT(n.foreigns, expected.foreigns);
	CHECK_INT(n.foreigns, count_foreigns(c));
	CHECK_INT(n.views, expected.views);
	CHECK_INT(n.triggers, expected.triggers);
	for (size_t i = 0; i < schema.table_count; i++)
		columns += schema.tables[i]->column_count;
	CHECK_INT(columns, count_columns(c));
	check_made_again(&schema);
	kin_arena_done(&arena);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(chinook_is_read)
{
	check_corpus("chinook/Chinook_Sqlite.sql", (counts){ .tables = 11, .foreigns = 11, .indexes = 11 });
}

TEST(sakila_is_read)
{
	check_corpus("sakila/sqlite-sakila-schema.sql",
	             (counts){ .tables = 16, .foreigns = 22, .indexes = 24, .views = 5, .triggers = 30 });
}

TEST(northwind_is_read)
{
	check_corpus("northwind/sqlite-create.sql", (counts){ .tables = 13, .foreigns = 13, .views = 16 });
}

/* ---- failures ---- */

static kin_db *fused_db;
static kin_connection *fused_connection;

static int reflect_fused(void)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_schema schema;
	int rc = kin_sqlite_reflect(fused_connection, &arena, &schema, &error);

	kin_error_clear(&error);
	kin_arena_done(&arena);
	return rc;
}

TEST(running_out_of_memory_is_survived_anywhere)
{
	fused_db = open_memory();
	fused_connection = acquire(fused_db);
	run(fused_connection, "create table o (id integer primary key, name text not null unique);"
	                      "create table p (id integer primary key, o integer references o (id), m varchar(1)"
	                      " constraint ck_p_m_enum check (m in ('a', 'b')), check (o > 0));"
	                      "create index i on p (o, lower(m)) where o > 1;"
	                      "create view v as select * from p;"
	                      "create trigger t after insert on p begin delete from o; end;");
	kin_test_fuse(__FILE__, __LINE__, reflect_fused);
	kin_db_release(fused_db, fused_connection);
	kin_db_close(fused_db);
}
