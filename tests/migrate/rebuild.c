/* Table rebuilds: what they keep, and what they refuse. */
#include "fixture.h"

#include "migrate/execute.h"

/* Run portable changes in a transaction. */
static int change(fixture *f, const char *ddl)
{
	kin_ddl *items = NULL;
	size_t count = 0;

	OK(f, kin_ddl_parse(&f->arena, ddl, 1, &items, &count, &f->error));
	for (size_t i = 0; i < count; i++)
		items[i].line = 0;
	return kin_execute_transaction(f->connection, items, count, NULL, NULL, NULL, &f->error);
}

static void begin(fixture *f, const char *sql)
{
	fixture_open(f, NULL);
	fixture_run(f, sql);
}

static const char *table_sql(fixture *f, const char *name)
{
	return fixture_text(f, kin_arena_printf(&f->arena, "SELECT sql FROM sqlite_schema WHERE name = '%s'", name));
}

TEST(autoincrement_and_its_number_are_kept)
{
	fixture f;
	begin(&f, "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT); INSERT INTO t (x) VALUES ('a'), ('b'), ('c');"
	          "DELETE FROM t WHERE id = 3");
	OK(&f, change(&f, "ALTER TABLE t ALTER COLUMN x SET NOT NULL;"));
	CHECK_HAS(table_sql(&f, "t"), "AUTOINCREMENT");
	fixture_run(&f, "INSERT INTO t (x) VALUES ('d')");
	CHECK_INT(fixture_number(&f, "SELECT max(id) FROM t"), 4);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sqlite_sequence"), 1);
	fixture_close(&f);
}

TEST(row_numbers_are_kept_without_an_integer_key)
{
	fixture f;
	begin(&f, "CREATE TABLE t (x TEXT); INSERT INTO t (rowid, x) VALUES (5, 'a'), (9, 'b')");
	OK(&f, change(&f, "ALTER TABLE t ALTER COLUMN x SET NOT NULL;"));
	CHECK_INT(fixture_number(&f, "SELECT sum(rowid) FROM t"), 14);
	fixture_close(&f);
}

TEST(strict_without_rowid_and_collations_are_kept)
{
	fixture f;
	begin(&f, "CREATE TABLE t (k TEXT COLLATE NOCASE PRIMARY KEY, x INTEGER, y ANY) STRICT, WITHOUT ROWID;"
	          "INSERT INTO t VALUES ('a', 1, 'z')");
	OK(&f, change(&f, "ALTER TABLE t ALTER COLUMN x SET NOT NULL;"));
	CHECK_HAS(table_sql(&f, "t"), "STRICT");
	CHECK_HAS(table_sql(&f, "t"), "WITHOUT ROWID");
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM t WHERE k = 'A'"), 1);
	CHECK_HAS(table_sql(&f, "t"), "ANY");
	fixture_close(&f);
}

TEST(generated_columns_are_kept_and_never_inserted)
{
	fixture f;
	begin(&f, "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT, v TEXT AS (x || '!') VIRTUAL, s TEXT AS (upper(x)) STORED);"
	          "INSERT INTO t (x) VALUES ('a')");
	OK(&f, change(&f, "ALTER TABLE t ALTER COLUMN x SET NOT NULL;"));
	CHECK_TEXT(fixture_text(&f, "SELECT v || s FROM t"), "a!A");
	fixture_close(&f);
}

TEST(indexes_of_every_kind_are_kept)
{
	fixture f;
	begin(&f, "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT, y INT);"
	          "CREATE INDEX i1 ON t (x COLLATE NOCASE DESC, y); CREATE UNIQUE INDEX i2 ON t (lower(x)); "
	          "CREATE INDEX i3 ON t (y) WHERE x IS NOT NULL; INSERT INTO t (x) VALUES ('a')");
	OK(&f, change(&f, "ALTER TABLE t ALTER COLUMN x SET NOT NULL;"));
	CHECK_HAS(table_sql(&f, "i1"), "COLLATE");
	CHECK_HAS(table_sql(&f, "i1"), "DESC, y");
	CHECK_HAS(table_sql(&f, "i2"), "UNIQUE");
	CHECK_HAS(table_sql(&f, "i2"), "lower(x)");
	CHECK_HAS(table_sql(&f, "i3"), "WHERE x IS NOT NULL");
	fixture_close(&f);
}

TEST(triggers_and_views_are_kept_and_still_work)
{
	fixture f;
	begin(&f, "CREATE TABLE log (n INT); CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT);"
	          "CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.id); END;"
	          "CREATE VIEW v AS SELECT id, x FROM t; INSERT INTO t (x) VALUES ('a')");
	OK(&f, change(&f, "ALTER TABLE t ALTER COLUMN x SET NOT NULL;"));
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM log"), 1);
	fixture_run(&f, "INSERT INTO t (x) VALUES ('b')");
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM log"), 2);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM v"), 2);
	fixture_close(&f);
}

TEST(a_view_that_would_break_is_named_and_nothing_is_changed)
{
	fixture f;
	begin(&f, "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT, y INT CHECK (y > 0)); CREATE VIEW v AS SELECT y FROM t");
	CHECK(change(&f, "ALTER TABLE t DROP COLUMN y;") == KIN_EREVISION);
	CHECK_HAS(kin_error_text(&f.error), "the view 'v' does not fit t any more");
	CHECK(kin_schema_column(kin_schema_table(fixture_reflect(&f), "t"), "y") != NULL);
	fixture_close(&f);
}

TEST(a_trigger_that_would_break_is_named)
{
	fixture f;
	begin(&f, "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT, y INT CHECK (y > 0));"
	          "CREATE TRIGGER tr AFTER UPDATE ON t BEGIN DELETE FROM t WHERE y = new.y; END");
	CHECK(change(&f, "ALTER TABLE t DROP COLUMN y;") == KIN_EREVISION);
	CHECK_HAS(kin_error_text(&f.error), "the trigger 'tr'");
	fixture_close(&f);
}

TEST(child_rows_stay_when_their_parents_table_is_rebuilt)
{
	fixture f;
	begin(&f, "CREATE TABLE p (id INTEGER PRIMARY KEY, x TEXT); CREATE TABLE c (p_id INTEGER REFERENCES p ON DELETE CASCADE);"
	          "INSERT INTO p VALUES (1, 'a'); INSERT INTO c VALUES (1)");
	OK(&f, change(&f, "ALTER TABLE p ALTER COLUMN x SET NOT NULL;"));
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM c"), 1);
	CHECK_HAS(table_sql(&f, "c"), "REFERENCES p ");
	fixture_run(&f, "DELETE FROM p");
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM c"), 0);
	fixture_close(&f);
}

TEST(a_foreign_key_that_rows_break_is_refused_with_the_rows)
{
	fixture f;
	begin(&f, "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER);"
	          "INSERT INTO c VALUES (7, 3)");
	CHECK(change(&f, "ALTER TABLE c ADD CONSTRAINT fk FOREIGN KEY (p_id) REFERENCES p (id);") == KIN_EFOREIGN);
	CHECK_HAS(kin_error_text(&f.error), "1 more rows would point at nothing afterwards (c row 7 -> p)");
	CHECK_INT(kin_schema_table(fixture_reflect(&f), "c")->foreign_count, 0);
	fixture_close(&f);
}

TEST(rows_that_were_broken_before_do_not_stand_in_the_way)
{
	fixture f;
	begin(&f, "PRAGMA foreign_keys = OFF; CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p_id INTEGER REFERENCES p);"
	          "INSERT INTO c VALUES (3); CREATE TABLE t (x TEXT); PRAGMA foreign_keys = ON");
	OK(&f, change(&f, "ALTER TABLE t ALTER COLUMN x SET NOT NULL;"));
	fixture_close(&f);
}

TEST(not_null_with_null_rows_names_them)
{
	fixture f;
	begin(&f, "CREATE TABLE pets (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO pets VALUES (1, NULL), (2, 'a'), (5, NULL)");
	CHECK(change(&f, "ALTER TABLE pets ALTER COLUMN name SET NOT NULL;") == KIN_ENOTNULL);
	CHECK_HAS(kin_error_text(&f.error), "pets.name cannot be NOT NULL: 2 rows have NULL there (id 1, id 5); fill them first: UPDATE pets");
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sqlite_schema"), 1);
	fixture_close(&f);
}

TEST(a_new_not_null_column_without_default_needs_an_empty_table)
{
	fixture f;
	begin(&f, "CREATE TABLE t (id INTEGER PRIMARY KEY)");
	OK(&f, change(&f, "ALTER TABLE t ADD COLUMN a INTEGER NOT NULL;"));
	fixture_run(&f, "INSERT INTO t VALUES (1, 1)");
	CHECK(change(&f, "ALTER TABLE t ADD COLUMN b INTEGER NOT NULL;") == KIN_ENOTNULL);
	CHECK_HAS(kin_error_text(&f.error), "t.b is NOT NULL and has no default, but the table has 1 row");
	fixture_close(&f);
}

TEST(values_that_do_not_convert_are_named)
{
	fixture f;
	begin(&f, "CREATE TABLE t (id INTEGER PRIMARY KEY, x VARCHAR(10)); INSERT INTO t VALUES (1, '10'), (2, 'ten')");
	CHECK(change(&f, "ALTER TABLE t ALTER COLUMN x TYPE INTEGER;") == KIN_EVALUE);
	CHECK_HAS(kin_error_text(&f.error), "t.x cannot become INTEGER: 1 row has a value that does not convert (id 2: 'ten')");
	CHECK_TEXT(fixture_text(&f, "SELECT group_concat(x) FROM t"), "10,ten");
	fixture_close(&f);
}

TEST(values_that_do_not_fit_a_shorter_column_are_named)
{
	fixture f;
	begin(&f, "CREATE TABLE t (id INTEGER PRIMARY KEY, x VARCHAR(10)); INSERT INTO t VALUES (1, 'abc'), (2, 'abcdef')");
	CHECK(change(&f, "ALTER TABLE t ALTER COLUMN x TYPE VARCHAR(4);") == KIN_ELENGTH);
	CHECK_HAS(kin_error_text(&f.error), "t.x cannot have 4 characters: 1 row has more (id 2: 6)");
	OK(&f, change(&f, "ALTER TABLE t ALTER COLUMN x TYPE VARCHAR(6);"));
	fixture_close(&f);
}

TEST(duplicates_are_named)
{
	fixture f;
	begin(&f, "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'a'), (3, NULL), (4, NULL)");
	CHECK(change(&f, "ALTER TABLE t ADD CONSTRAINT uq_x UNIQUE (x);") == KIN_EUNIQUE);
	CHECK_HAS(kin_error_text(&f.error), "t cannot have the unique key uq_x (x): ('a') 2 times; make them differ first");
	fixture_close(&f);
}

TEST(rows_that_break_a_check_are_named)
{
	fixture f;
	begin(&f, "CREATE TABLE t (id INTEGER PRIMARY KEY, y INT); INSERT INTO t VALUES (1, 3), (2, -3)");
	CHECK(change(&f, "ALTER TABLE t ADD CONSTRAINT ck_y CHECK (y > 0);") == KIN_ECHECK);
	CHECK_HAS(kin_error_text(&f.error), "t cannot have the check ck_y (y > 0): 1 row breaks it (id 2)");
	fixture_close(&f);
}

TEST(a_name_beside_a_rebuild_is_quoted)
{
	fixture f;
	begin(&f, "CREATE TABLE \"my order\" (id INTEGER PRIMARY KEY, \"group by\" TEXT); INSERT INTO \"my order\" VALUES (1, 'a')");
	OK(&f, change(&f, "ALTER TABLE \"my order\" ALTER COLUMN \"group by\" SET NOT NULL;"));
	CHECK_TEXT(fixture_text(&f, "SELECT \"group by\" FROM \"my order\""), "a");
	fixture_close(&f);
}

TEST(changes_of_one_table_share_one_rebuild)
{
	fixture f;
	begin(&f, "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT, y INT); INSERT INTO t VALUES (1, 'a', 2)");
	OK(&f, change(&f, "ALTER TABLE t ADD COLUMN z INTEGER; ALTER TABLE t ALTER COLUMN x SET NOT NULL; "
	                  "ALTER TABLE t ALTER COLUMN y TYPE BIGINT; CREATE INDEX ix ON t (z); ALTER TABLE t DROP COLUMN y;"));
	CHECK_TEXT(fixture_text(&f, "SELECT id || x || coalesce(z, '-') FROM t"), "1a-");
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sqlite_schema"), 2);
	fixture_close(&f);
}

TEST(a_renamed_column_goes_on_in_views_and_triggers)
{
	fixture f;
	begin(&f, "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); CREATE VIEW v AS SELECT x FROM t; INSERT INTO t VALUES (1, 'a')");
	OK(&f, change(&f, "ALTER TABLE t RENAME COLUMN x TO name; ALTER TABLE t ALTER COLUMN name SET NOT NULL;"));
	CHECK_TEXT(fixture_text(&f, "SELECT * FROM v"), "a");
	fixture_close(&f);
}

TEST(an_int_key_does_not_become_a_row_number)
{
	fixture f;
	begin(&f, "CREATE TABLE t (id INT PRIMARY KEY, x MONEY, y TEXT); INSERT INTO t VALUES (NULL, 'a', 'b')");
	OK(&f, change(&f, "ALTER TABLE t ALTER COLUMN y SET NOT NULL;"));
	CHECK_HAS(table_sql(&f, "t"), "MONEY");
	CHECK_INT(fixture_number(&f, "SELECT id IS NULL FROM t"), 1);
	fixture_close(&f);
}

static void progress(void *context, const char *table, int64_t done, int64_t total)
{
	snprintf(context, 100, "%s %lld/%lld", table, (long long)done, (long long)total);
}

TEST(a_primary_key_is_renamed_where_the_table_says_its_name)
{
	fixture f;
	begin(&f, "CREATE TABLE t (k TEXT NOT NULL, CONSTRAINT pk_s PRIMARY KEY (k)); CREATE TABLE u (id INTEGER PRIMARY KEY, x TEXT UNIQUE);"
	          "INSERT INTO t VALUES ('a')");
	OK(&f, change(&f, "ALTER TABLE t RENAME CONSTRAINT pk_s TO pk_t;"));
	CHECK_TEXT(table_sql(&f, "t"), "CREATE TABLE \"t\" (k TEXT NOT NULL,\n    CONSTRAINT pk_t PRIMARY KEY (k)\n)");
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM t"), 1);
	OK(&f, change(&f, "ALTER TABLE u RENAME CONSTRAINT pk_s TO pk_t;")); /* SQLite makes the number, and keeps no name */
	CHECK_TEXT(table_sql(&f, "u"), "CREATE TABLE u (id INTEGER PRIMARY KEY, x TEXT UNIQUE)");
	fixture_close(&f);
}

TEST(a_label_is_renamed_in_the_rows_and_the_default_too)
{
	fixture f;
	begin(&f, "CREATE TABLE t (id INTEGER PRIMARY KEY, kind VARCHAR(3) DEFAULT 'dog' NOT NULL,"
	          " CONSTRAINT ck_t_kind_enum CHECK (kind IN ('dog', 'cat'))); INSERT INTO t (kind) VALUES ('dog'), ('cat'), ('dog')");
	OK(&f, change(&f, "ALTER TABLE t ALTER COLUMN kind RENAME VALUE 'dog' TO 'it''s a dog';"));
	CHECK_HAS(table_sql(&f, "t"), "kind VARCHAR(10)");
	CHECK_HAS(table_sql(&f, "t"), "CHECK (kind IN ('it''s a dog', 'cat'))");
	fixture_run(&f, "INSERT INTO t DEFAULT VALUES");
	CHECK_TEXT(fixture_text(&f, "SELECT group_concat(kind) FROM t"), "it's a dog,cat,it's a dog,it's a dog");
	OK(&f, change(&f, "ALTER TABLE t ALTER COLUMN kind RENAME VALUE 'it''s a dog' TO 'dog'; ALTER TABLE t ALTER COLUMN kind RENAME VALUE 'dog' TO 'wolf';"));
	CHECK_TEXT(fixture_text(&f, "SELECT group_concat(kind) FROM t"), "wolf,cat,wolf,wolf");
	fixture_close(&f);
}

TEST(progress_is_told)
{
	fixture f;
	char told[100] = "";
	begin(&f, "CREATE TABLE t (x TEXT); INSERT INTO t VALUES ('a'), ('b')");
	kin_ddl item = { .kind = KIN_DDL_SET_NOT_NULL, .table_name = "t", .name = "x" };
	kin_execute_options options = { .progress = progress, .context = told };
	OK(&f, kin_execute_transaction(f.connection, &item, 1, &options, NULL, NULL, &f.error));
	CHECK_TEXT(told, "t 2/2");
	fixture_close(&f);
}

/* The table's text after a change. */
static void rewrites(const char *table, const char *change_, const char *expected)
{
	fixture f;
	begin(&f, table);
	OK(&f, change(&f, change_));
	CHECK_TEXT(table_sql(&f, "t"), expected);
	fixture_close(&f);
}

static const char remarked[] =
	"CREATE TABLE t ( -- animals\n"
	"  id INTEGER PRIMARY KEY, -- the number\n"
	"  /* what it is\n     called */\n"
	"  Name  varchar( 20 ) /* short */ DEFAULT 'x' CHECK (Name <> ''), -- not empty\n"
	"  age INT -- in years\n"
	"  , [x y] MONEY REFERENCES t(id)   -- odd\n"
	"  , UNIQUE (Name,age) -- together\n"
	")";

TEST(what_is_not_changed_of_a_table_stays_to_the_letter)
{
	rewrites(remarked, "ALTER TABLE t ALTER COLUMN age SET NOT NULL;",
	         "CREATE TABLE \"t\" ( -- animals\n"
	         "  id INTEGER PRIMARY KEY, -- the number\n"
	         "  /* what it is\n     called */\n"
	         "  Name  varchar( 20 ) /* short */ DEFAULT 'x' CHECK (Name <> ''), -- not empty\n"
	         "  age INTEGER NOT NULL, -- in years\n"
	         "   [x y] MONEY REFERENCES t(id),   -- odd\n"
	         "   UNIQUE (Name,age) -- together\n"
	         ")");
}

TEST(what_is_changed_of_a_table_keeps_its_comments)
{
	rewrites(remarked, "ALTER TABLE t ALTER COLUMN Name SET NOT NULL; ALTER TABLE t ADD CONSTRAINT c CHECK (age > 0);",
	         "CREATE TABLE \"t\" ( -- animals\n"
	         "  id INTEGER PRIMARY KEY, -- the number\n"
	         "  /* what it is\n     called */\n"
	         "  /* short */\n    \"Name\" VARCHAR(20) NOT NULL DEFAULT 'x', -- not empty\n"
	         "  age INT, -- in years\n"
	         "   [x y] MONEY REFERENCES t(id),   -- odd\n"
	         "   UNIQUE (Name,age), -- together\n"
	         "    CHECK (Name <> ''),\n"
	         "    CONSTRAINT c CHECK (age > 0)\n"
	         ")");
}

TEST(what_is_gone_takes_its_comments_along)
{
	rewrites(remarked, "ALTER TABLE t DROP UNIQUE (Name, age); ALTER TABLE t DROP COLUMN \"x y\"; ALTER TABLE t DROP COLUMN Name; "
	         "ALTER TABLE t ADD COLUMN z TEXT DEFAULT (upper('z'));",
	         "CREATE TABLE \"t\" ( -- animals\n"
	         "  id INTEGER PRIMARY KEY, -- the number\n"
	         "  age INT, -- in years\n"
	         "    z TEXT DEFAULT (upper('z'))\n"
	         ")");
}

TEST(a_comment_at_the_end_of_a_line_does_not_swallow_the_rest)
{
	rewrites("CREATE TABLE t (a INT, -- one\n b INT NOT NULL -- two\n, c INT)", "ALTER TABLE t ALTER COLUMN a SET NOT NULL; ALTER TABLE t DROP COLUMN c;",
	         "CREATE TABLE \"t\" (a INTEGER NOT NULL, -- one\n b INT NOT NULL -- two\n\n)");
	rewrites("CREATE TABLE t (a INT CHECK(a>0) CHECK(a<9),b INT,--x\nc INT)STRICT", "ALTER TABLE t DROP CHECK (a < 9); ALTER TABLE t DROP COLUMN c;",
	         "CREATE TABLE \"t\" (a INTEGER,b INT,--x\n    CHECK (a>0)\n)STRICT");
}

typedef struct seen {
	int64_t calls, last, total;
	bool    forward;
} seen;

static void look_on(void *context, const char *table, int64_t done, int64_t total)
{
	seen *s = context;

	CHECK_TEXT(table, "t");
	s->forward = s->forward && done >= s->last;
	s->calls++;
	s->last = done;
	s->total = total;
}

static int change_seen(fixture *f, const char *ddl, seen *s)
{
	kin_execute_options options = { .progress = look_on, .context = s };
	kin_ddl *items = NULL;
	size_t count = 0;

	OK(f, kin_ddl_parse(&f->arena, ddl, 1, &items, &count, &f->error));
	return kin_execute_transaction(f->connection, items, count, &options, NULL, NULL, &f->error);
}

#define MANY "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000) SELECT i FROM n"

TEST(who_looks_on_sees_many_rows_move)
{
	fixture f;
	seen s = { .forward = true };
	begin(&f, "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT);"
	          "INSERT INTO t (id) " MANY "; UPDATE t SET x = 'x' || id; UPDATE t SET id = -9223372036854775808 WHERE id = 1;"
	          "UPDATE t SET id = 9223372036854775807 WHERE id = 2; UPDATE t SET id = id - 30000 WHERE id BETWEEN 100 AND 200");
	const char *before = fixture_text(&f, "SELECT sum(length(x)) || ' ' || min(id) || ' ' || max(id) || ' ' || count(DISTINCT x) FROM t");
	OK(&f, change_seen(&f, "ALTER TABLE t ALTER COLUMN x SET NOT NULL;", &s));
	CHECK_TEXT(fixture_text(&f, "SELECT sum(length(x)) || ' ' || min(id) || ' ' || max(id) || ' ' || count(DISTINCT x) FROM t"), before);
	CHECK(s.forward);
	CHECK_INT(s.calls, 5); /* 0, 0, 10,000, 20,000, 25,000 */
	CHECK_INT(s.last, 25000);
	CHECK_INT(s.total, 25000);
	fixture_close(&f);
}

TEST(who_looks_on_sees_rows_without_row_numbers_move)
{
	fixture f;
	seen s = { .forward = true };
	begin(&f, "CREATE TABLE t (k TEXT COLLATE NOCASE, \"n o\" INT, x TEXT, PRIMARY KEY (k, \"n o\")) WITHOUT ROWID;"
	          "INSERT INTO t (k, \"n o\") SELECT CASE WHEN i % 2 THEN 'a' ELSE 'B' END || i % 7, i FROM (" MANY ");"
	          "INSERT INTO t VALUES ('it''s' || char(0) || 'x', 1.5, 'x'), ('it''s' || char(0) || 'x', 2.5, 'x'); UPDATE t SET x = 'x'");
	OK(&f, change_seen(&f, "ALTER TABLE t ALTER COLUMN x SET NOT NULL;", &s));
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM t WHERE x = 'x'"), 25002);
	CHECK_INT(s.calls, 5); /* 0, 0, 10,000, 20,000, 25,002 */
	CHECK(s.forward);
	fixture_close(&f);
}

TEST(many_rows_whose_key_changes_move_at_once)
{
	static const char *const changes[] = {
		"ALTER TABLE t ALTER COLUMN id TYPE VARCHAR(9);", "ALTER TABLE t ALTER COLUMN id TYPE INTEGER USING -id;",
		"ALTER TABLE t SET OPTIONS '';", "ALTER TABLE t DROP PRIMARY KEY; ALTER TABLE t ADD PRIMARY KEY (x, id);",
	};

	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		fixture f;
		seen s = { .forward = true };
		begin(&f, "CREATE TABLE t (id INTEGER, x TEXT NOT NULL, PRIMARY KEY (id)) WITHOUT ROWID; INSERT INTO t SELECT i, 'x' FROM (" MANY ")");
		OK(&f, change_seen(&f, changes[i], &s));
		CHECK_INT(fixture_number(&f, "SELECT count(*) FROM t WHERE x = 'x'"), 25000);
		CHECK_INT(s.calls, 2);
		fixture_close(&f);
	}
}
