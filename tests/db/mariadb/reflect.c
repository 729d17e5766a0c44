/* Tests of db/mariadb/reflect.c: what only MariaDB has, and what is left alone. */
#include "db/connection.h"

#include "db/mariadb/server.h"
#include "sql/ddl.h"

static void check_reflected(const char *sql, const char *expected)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_schema schema = { 0 };
	kin_text found;

	kin_text_init(&found);
	run(c, sql);
	CHECK_MSG(kin_connection_reflect(c, &arena, &schema, &error) == KIN_OK, "%s", kin_error_text(&error));
	for (size_t i = 0; i < schema.table_count; i++) {
		kin_table_schema *table = schema.tables[i];
		kin_ddl_show(&found, &(kin_ddl){ .kind = KIN_DDL_CREATE_TABLE, .table_name = table->name, .table = table });
		kin_text_add(&found, ";\n");
		for (size_t j = 0; j < table->index_count; j++) {
			kin_ddl_index(NULL, &found, table->name, &table->indexes[j]);
			kin_text_add(&found, ";\n");
		}
	}
	for (size_t i = 0; i < schema.object_count; i++)
		kin_text_addf(&found, "%s;\n", schema.objects[i].sql);
	CHECK_TEXT(found.data, expected);
	kin_text_done(&found);
	kin_arena_done(&arena);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(types_that_kin_has_no_word_for_are_kept)
{
	check_reflected("create table t (s set('a', 'b'), y year, u int unsigned, p point, b bit(3), i inet6, m mediumint, x mediumtext, f float, d double)",
	                "CREATE TABLE t (\n    s set('a','b'),\n    y year(4),\n    u int(10) unsigned,\n    p point,\n    b bit(3),\n    i inet6,\n"
	                "    m INTEGER,\n    x TEXT,\n    f REAL,\n    d DOUBLE PRECISION\n);\n");
}

TEST(an_alias_of_json_is_json)
{
	check_reflected("create table t (j json not null, k longtext check (json_valid(k)), l longtext check (l <> ''))",
	                "CREATE TABLE t (\n    j JSON NOT NULL,\n    k JSON,\n    l TEXT,\n    CHECK (l <> '')\n);\n");
}

TEST(the_index_of_a_foreign_key_is_not_the_schemas)
{
	check_reflected("create table t (a int primary key);"
	                "create table u (x int, y int, z int, constraint fk_u_x_t foreign key (x) references t (a), foreign key (y) references t (a),"
	                " constraint fk_u_z_t foreign key (z) references t (a)); alter table u drop foreign key fk_u_z_t; create index ix_u_y on u (y)",
	                "CREATE TABLE t (\n    a INTEGER NOT NULL,\n    PRIMARY KEY (a)\n);\n"
	                "CREATE TABLE u (\n    x INTEGER,\n    y INTEGER,\n    z INTEGER,\n    CONSTRAINT fk_u_x_t FOREIGN KEY (x) REFERENCES t (a),\n"
	                "    FOREIGN KEY (y) REFERENCES t (a)\n);\nCREATE INDEX ix_u_y ON u (y);\n");
}

TEST(comments_and_collations_are_read)
{
	check_reflected("create table t (a varchar(5) collate utf8mb4_bin comment 'a''s \\', b varchar(5)) comment 'the \\ table'",
	                "CREATE TABLE t (\n    a VARCHAR(5) COLLATE utf8mb4_bin COMMENT 'a''s \\',\n    b VARCHAR(5)\n) COMMENT 'the \\ table';\n");
}

TEST(generated_columns_and_defaults_are_as_they_were_written)
{
	check_reflected("create table t (a varchar(9) default (concat('x', 'it''s')), b int generated always as (length(a)) virtual,"
	                " c varchar(20) as (a || 'y') stored, d datetime(6) default current_timestamp(6), e numeric(65, 30))",
	                "CREATE TABLE t (\n    a VARCHAR(9) DEFAULT (concat('x', 'it''s')),\n    b INTEGER GENERATED ALWAYS AS (octet_length(a)) VIRTUAL,\n"
	                "    c VARCHAR(20) GENERATED ALWAYS AS (concat(a, 'y')) STORED,\n    d TIMESTAMP DEFAULT CURRENT_TIMESTAMP,\n    e NUMERIC\n);\n");
}

TEST(views_and_triggers_are_kept_as_text)
{
	check_reflected("create table t (a integer); create view v as select a from t where a > 0;"
	                "create trigger g before insert on t for each row set new.a = 1",
	                "CREATE TABLE t (\n    a INTEGER\n);\n"
	                "CREATE VIEW `v` AS\nselect `t`.`a` AS `a` from `t` where `t`.`a` > 0;\n"
	                "CREATE TRIGGER `g` BEFORE INSERT ON `t` FOR EACH ROW set new.a = 1;\n");
}

TEST(what_kin_cannot_say_is_left_alone)
{
	check_reflected("create table t (a text, b varchar(20), c point not null, fulltext (a), spatial index (c), index (b(5))); create sequence s;"
	                "create table m (a int) engine = memory",
	                "CREATE TABLE m (\n    a INTEGER\n) ENGINE=MEMORY;\n"
	                "CREATE TABLE t (\n    a TEXT,\n    b VARCHAR(20),\n    c point NOT NULL\n);\n");
}
