/* Migrations that only PostgreSQL has: indexes made while others write. */
#include "fixture.h"

#include "base/file.h"
#include "db/postgresql/server.h"
#include "migrate/diff.h"
#include "migrate/drift.h"
#include "migrate/execute.h"
#include "migrate/rehearse.h"
#include "migrate/run.h"

typedef struct project {
	fixture    f;
	kin_folder folder;
	char      *directory;
} project;

static void write_revision(project *p, const char *id, const char *parent, const char *up, const char *down)
{
	write_file(p->directory, kin_arena_printf(&p->f.arena, "versions/%s.sql", id),
	           kin_arena_printf(&p->f.arena, "-- revision: %s\n-- revises: %s\n-- message: \n-- date: d\n\n-- upgrade\n%s\n-- downgrade\n%s\n",
	                            id, parent, up, down));
}

static void begin(project *p)
{
	memset(p, 0, sizeof(*p));
	kin_db_close(open_server(""));
	fixture_open(&p->f, server_url());
	p->directory = kin_path_join(&p->f.arena, kin_test_directory(), "migrations");
	write_revision(p, "a1", "", "CREATE TABLE pets (id INTEGER NOT NULL, name VARCHAR(20), PRIMARY KEY (id));", "DROP TABLE pets;");
}

static int upgrade(project *p)
{
	OK(&p->f, kin_folder_read(&p->f.arena, p->directory, &p->folder, &p->f.error));
	return kin_run_upgrade(p->f.connection, &p->folder, "head", NULL, &p->f.error);
}

static int64_t valid_indexes(project *p)
{
	return fixture_number(&p->f, "select count(*) from pg_index where indrelid = 'pets'::regclass and indisvalid and not indisprimary");
}

TEST(an_index_is_made_and_dropped_concurrently)
{
	project p;

	begin(&p);
	write_revision(&p, "b2", "a1", "CREATE INDEX CONCURRENTLY ix_pets ON pets (name DESC);", "DROP INDEX CONCURRENTLY ix_pets ON pets;");
	OK(&p.f, upgrade(&p));
	CHECK_INT(valid_indexes(&p), 1);
	OK(&p.f, kin_run_downgrade(p.f.connection, &p.folder, "a1", NULL, &p.f.error));
	CHECK_INT(valid_indexes(&p), 0);
	fixture_close(&p.f);
}

/* A rehearsal is a transaction that is rolled back. */
TEST(indexes_made_concurrently_are_rehearsed_without_the_word)
{
	kin_rehearse result = { 0 };
	project p;

	begin(&p);
	write_revision(&p, "b2", "a1", "CREATE INDEX CONCURRENTLY ix_pets ON pets (name DESC);", "DROP INDEX CONCURRENTLY ix_pets ON pets;");
	write_revision(&p, "c3", "b2", "-- only: postgresql\nCREATE UNIQUE INDEX /* all */ concurrently iy ON pets (lower(name));\n-- end",
	               "-- only: postgresql\nDROP INDEX CONCURRENTLY iy;\n-- end");
	OK(&p.f, kin_folder_read(&p.f.arena, p.directory, &p.folder, &p.f.error));
	OK(&p.f, kin_connection_begin(p.f.connection, KIN_BEGIN_WRITE, &p.f.error));
	OK(&p.f, kin_rehearse_run(p.f.connection, &p.f.arena, &p.folder, "head", NULL, &result, &p.f.error));
	CHECK_INT(valid_indexes(&p), 2);
	OK(&p.f, kin_connection_rollback(p.f.connection, &p.f.error));
	CHECK_INT(result.count, 10);
	CHECK(!result.lost && !result.unsteady);
	CHECK_INT(fixture_number(&p.f, "select count(*) from pg_class where relname = 'pets'"), 0);
	fixture_close(&p.f);
}

static void hold_table(fixture *holder)
{
	fixture_open(holder, server_url());
	OK(holder, kin_connection_begin(holder->connection, KIN_BEGIN_WRITE, &holder->error));
	fixture_run(holder, "LOCK TABLE pets IN ACCESS EXCLUSIVE MODE");
}

TEST(a_lock_is_not_waited_for_without_end)
{
	kin_run_options options = { .lock_timeout = 300 };
	project p;
	fixture holder;

	begin(&p);
	OK(&p.f, upgrade(&p));
	write_revision(&p, "b2", "a1", "ALTER TABLE pets ADD COLUMN age INTEGER;", "ALTER TABLE pets DROP COLUMN age;");
	OK(&p.f, kin_folder_read(&p.f.arena, p.directory, &p.folder, &p.f.error));
	hold_table(&holder);
	CHECK_INT(kin_run_upgrade(p.f.connection, &p.folder, "head", &options, &p.f.error), KIN_EBUSY);
	CHECK_HAS(kin_error_text(&p.f.error), "b2.sql:7: ");
	CHECK_INT(fixture_number(&p.f, "SELECT (setting = reset_val)::int FROM pg_settings WHERE name = 'lock_timeout'"), 1);
	OK(&holder, kin_connection_rollback(holder.connection, &holder.error));
	OK(&p.f, kin_run_upgrade(p.f.connection, &p.folder, "head", &options, &p.f.error));
	fixture_close(&holder);
	fixture_close(&p.f);
}

TEST(a_statement_that_takes_too_long_is_given_up)
{
	kin_run_options options = { .statement_timeout = 300 };
	project p;

	begin(&p);
	OK(&p.f, upgrade(&p));
	write_revision(&p, "b2", "a1", "-- only: postgresql\nSELECT pg_sleep(20);\n-- end", "");
	OK(&p.f, kin_folder_read(&p.f.arena, p.directory, &p.folder, &p.f.error));
	CHECK(kin_run_upgrade(p.f.connection, &p.folder, "head", &options, &p.f.error) < 0);
	CHECK_HAS(kin_error_text(&p.f.error), "b2.sql:8: ");
	CHECK_INT(fixture_number(&p.f, "SELECT (setting = reset_val)::int FROM pg_settings WHERE name = 'statement_timeout'"), 1);
	CHECK_INT(fixture_number(&p.f, "SELECT count(*) FROM kin_revision"), 1);
	fixture_close(&p.f);
}

TEST(a_word_that_is_not_understood_is_told_with_its_column)
{
	project p;

	begin(&p);
	OK(&p.f, upgrade(&p));
	write_revision(&p, "b2", "a1", "INSERT INTO pets (id)\n  VALUEZ (1);", "");
	CHECK_INT(upgrade(&p), KIN_ESYNTAX);
	CHECK_HAS(kin_error_text(&p.f.error), "b2.sql:8:3: PostgreSQL does not understand the SQL: ");
	fixture_close(&p.f);
}

TEST(what_a_block_for_postgresql_says_concurrently_is_outside_a_transaction_too)
{
	project p;

	begin(&p);
	write_revision(&p, "b2", "a1",
	               "-- only: postgresql\ncreate unique index concurrently if not exists \"The ix\" on public.pets using btree (lower(name));\n"
	               "-- end\n-- only: sqlite\nDROP TABLE nothing;\n-- end",
	               "-- only: postgresql\ndrop index concurrently if exists \"The ix\";\n-- end");
	OK(&p.f, upgrade(&p));
	CHECK_INT(valid_indexes(&p), 1);
	OK(&p.f, kin_run_downgrade(p.f.connection, &p.folder, "a1", NULL, &p.f.error));
	CHECK_INT(valid_indexes(&p), 0);
	fixture_close(&p.f);
}

TEST(an_index_that_failed_is_found_and_made_anew)
{
	project p;

	begin(&p);
	OK(&p.f, upgrade(&p));
	fixture_run(&p.f, "insert into pets values (1, 'a'), (2, 'a')");
	write_revision(&p, "b2", "a1", "CREATE INDEX CONCURRENTLY ix_one ON pets (id, name);\nCREATE UNIQUE INDEX CONCURRENTLY ix_pets ON pets (name);",
	               "DROP INDEX CONCURRENTLY ix_pets ON pets;");
	CHECK_INT(upgrade(&p), KIN_EUNIQUE);
	CHECK_HAS(kin_error_text(&p.f.error), "b2.sql:8: the index ix_pets is not whole, and will be made anew");
	CHECK_INT(valid_indexes(&p), 1);
	CHECK_INT(fixture_number(&p.f, "select count(*) from pg_index where not indisvalid"), 1);
	CHECK_INT(fixture_number(&p.f, "select count(*) from kin_revision"), 1);
	fixture_run(&p.f, "delete from pets where id = 2");
	OK(&p.f, upgrade(&p));
	CHECK_INT(valid_indexes(&p), 2);
	CHECK_INT(fixture_number(&p.f, "select count(*) from pg_index where not indisvalid"), 0);
	CHECK_INT(fixture_number(&p.f, "select count(*) from kin_revision"), 2);
	CHECK_TEXT(fixture_text(&p.f, "show lock_timeout"), "5s");
	fixture_close(&p.f);
}

TEST(an_index_of_that_name_on_another_table_is_not_taken_for_it)
{
	project p;

	begin(&p);
	OK(&p.f, upgrade(&p));
	fixture_run(&p.f, "create table other (a integer); create index ix_pets on other (a)");
	write_revision(&p, "b2", "a1", "CREATE INDEX CONCURRENTLY ix_pets ON pets (name);", "");
	CHECK_INT(upgrade(&p), KIN_EEXISTS);
	fixture_close(&p.f);
}

TEST(nothing_else_stands_in_such_a_revision)
{
	project p;

	begin(&p);
	write_revision(&p, "b2", "a1", "ALTER TABLE pets ADD COLUMN age INTEGER;\nCREATE INDEX CONCURRENTLY ix_pets ON pets (age);", "");
	CHECK_INT(upgrade(&p), KIN_EREVISION);
	CHECK_HAS(kin_error_text(&p.f.error), "b2.sql:7: CONCURRENTLY runs outside a transaction, and so could not be undone with this: give it "
	                                      "a revision of its own");
	CHECK_INT(fixture_number(&p.f, "select count(*) from information_schema.columns where table_name = 'pets'"), 2);
	fixture_close(&p.f);
}

TEST(its_sql_is_shown_without_a_transaction)
{
	project p;
	kin_text out;

	begin(&p);
	write_revision(&p, "b2", "a1", "CREATE INDEX CONCURRENTLY ix_pets ON pets (name);", "");
	OK(&p.f, kin_folder_read(&p.f.arena, p.directory, &p.folder, &p.f.error));
	kin_text_init(&out);
	OK(&p.f, kin_run_show(&out, &kin_dialect_postgresql, &p.folder, "a1", "b2", false, &p.f.error));
	CHECK_HAS(out.data, "-- upgrade to b2\nCREATE INDEX CONCURRENTLY ix_pets ON pets (name);\nINSERT INTO kin_revision");
	kin_text_cut(&out, 0);
	OK(&p.f, kin_run_show(&out, &kin_dialect_sqlite, &p.folder, "a1", "b2", false, &p.f.error));
	CHECK_HAS(out.data, "BEGIN;\nCREATE INDEX ix_pets ON pets (name);\n");
	kin_text_done(&out);
	fixture_close(&p.f);
}

/* What changes between the database and a text, as the dialect sees it; and the changes are carried out. */
static const char *bring_to(fixture *f, const char *ddl)
{
	kin_changes changes = { .arena = &f->arena };
	kin_schema *now = fixture_reflect(f), *wanted = fixture_schema(f, ddl);

	OK(f, kin_diff_schemas(&changes, &kin_dialect_postgresql, now, wanted, NULL, &f->error));
	const char *text = changes_text(&f->arena, changes.items, changes.count);
	OK(f, kin_execute_transaction(f->connection, changes.items, changes.count, NULL, NULL, NULL, &f->error));
	return text;
}

TEST(tables_of_another_schema_are_made_changed_and_found_unchanged)
{
	static const char first[] =
		"CREATE TABLE owners (id BIGINT GENERATED BY DEFAULT AS IDENTITY, PRIMARY KEY (id));"
		"CREATE TABLE \"shop.pets\" (id BIGINT GENERATED BY DEFAULT AS IDENTITY, name VARCHAR(20) COMMENT 'its name', owner_id BIGINT,"
		" PRIMARY KEY (id), UNIQUE (name), CONSTRAINT fk_o FOREIGN KEY (owner_id) REFERENCES owners (id), CHECK (name <> '')) COMMENT 'all';"
		"CREATE TABLE \"shop.visits\" (pet_id BIGINT, FOREIGN KEY (pet_id) REFERENCES \"shop.pets\" (id));"
		"CREATE INDEX ix_shop_pets_name ON \"shop.pets\" (name);";
	static const char second[] =
		"CREATE TABLE owners (id BIGINT GENERATED BY DEFAULT AS IDENTITY, PRIMARY KEY (id));"
		"CREATE TABLE \"shop.pets\" (id BIGINT GENERATED BY DEFAULT AS IDENTITY, name VARCHAR(30) NOT NULL, age INTEGER, owner_id BIGINT,"
		" PRIMARY KEY (id), CONSTRAINT fk_o FOREIGN KEY (owner_id) REFERENCES owners (id) ON DELETE CASCADE);"
		"CREATE INDEX ix_shop_pets_age ON \"shop.pets\" (age);";
	char url[600];
	fixture f;

	kin_db_close(open_server(""));
	snprintf(url, sizeof(url), "%s&schemas=shop", server_url());
	fixture_open(&f, url);
	fixture_run(&f, "drop schema if exists shop cascade; drop schema if exists unseen cascade; create schema unseen; create table unseen.t (a int)");
	CHECK_HAS(bring_to(&f, first), "CREATE TABLE \"shop.pets\"");
	CHECK_INT(fixture_number(&f, "select count(*) from pg_tables where schemaname = 'shop'"), 2);
	CHECK_TEXT(bring_to(&f, first), "");
	CHECK_HAS(bring_to(&f, second), "DROP TABLE \"shop.visits\"");
	CHECK_TEXT(bring_to(&f, second), "");
	CHECK_INT(fixture_number(&f, "select count(*) from pg_indexes where indexname = 'ix_shop_pets_age'"), 1);
	fixture_run(&f, "drop schema shop cascade; drop schema unseen cascade");
	fixture_close(&f);
}

TEST(numbers_and_enums_of_tables_of_another_schema_change)
{
	char url[600];
	fixture f;

	kin_db_close(open_server(""));
	snprintf(url, sizeof(url), "%s&schemas=shop", server_url());
	fixture_open(&f, url);
	fixture_run(&f, "drop schema if exists shop cascade; drop type if exists mood");
	bring_to(&f, "CREATE TABLE \"shop.pets\" (id BIGINT NOT NULL, mood ENUM mood ('sad'), PRIMARY KEY (id));");
	fixture_run(&f, "INSERT INTO shop.pets VALUES (7, 'sad')");
	static const char second[] =
		"CREATE TABLE \"shop.pets\" (id BIGINT GENERATED BY DEFAULT AS IDENTITY, mood ENUM mood ('glad', 'sad'), PRIMARY KEY (id));";
	CHECK_HAS(bring_to(&f, second), "AS IDENTITY");
	CHECK_TEXT(bring_to(&f, second), "");
	fixture_run(&f, "INSERT INTO shop.pets (mood) VALUES ('glad')");
	CHECK_INT(fixture_number(&f, "SELECT max(id) FROM shop.pets"), 8);
	fixture_run(&f, "drop schema shop cascade; drop type mood");
	fixture_close(&f);
}

TEST(labels_are_renamed_in_rows_and_defaults_of_native_enums_and_of_texts)
{
	static const char *const renames[] = { "mood.sad:it's blue", "a.kind.dog:hound" };
	static const char first[] = "CREATE TABLE a (mood ENUM mood ('sad', 'glad') DEFAULT 'sad', kind ENUM ('dog', 'cat') DEFAULT 'dog' NOT NULL);"
	                            "CREATE TABLE b (mood ENUM mood ('sad', 'glad'));";
	static const char second[] = "CREATE TABLE a (mood ENUM mood ('it''s blue', 'glad') DEFAULT 'it''s blue',"
	                             " kind ENUM ('hound', 'cat') DEFAULT 'hound' NOT NULL); CREATE TABLE b (mood ENUM mood ('it''s blue', 'glad'));";
	kin_diff_options options = { .renames = renames, .rename_count = 2 };
	kin_changes changes, back;
	fixture f;

	kin_db_close(open_server(""));
	fixture_open(&f, server_url());
	changes = back = (kin_changes){ .arena = &f.arena };
	bring_to(&f, first);
	fixture_run(&f, "INSERT INTO a VALUES ('sad', 'dog'), ('glad', 'cat'); INSERT INTO b VALUES ('sad')");
	kin_schema *from = fixture_schema(&f, first), *to = fixture_schema(&f, second);
	OK(&f, kin_diff_schemas(&changes, NULL, from, to, &options, &f.error));
	CHECK_INT(changes.count, 3);
	OK(&f, kin_op_reverse_all(&back, from, changes.items, changes.count, &f.error));
	OK(&f, kin_execute_transaction(f.connection, changes.items, changes.count, NULL, NULL, NULL, &f.error));
	CHECK_TEXT(bring_to(&f, second), "");
	fixture_run(&f, "INSERT INTO a DEFAULT VALUES");
	CHECK_TEXT(fixture_text(&f, "SELECT string_agg(mood || ' ' || kind, ',' ORDER BY a.ctid) || (SELECT mood FROM b) FROM a"),
	           "it's blue hound,glad cat,it's blue houndit's blue");
	OK(&f, kin_execute_transaction(f.connection, back.items, back.count, NULL, NULL, NULL, &f.error));
	CHECK_TEXT(bring_to(&f, first), "");
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM a WHERE kind = 'dog' AND mood = 'sad'"), 2);
	fixture_run(&f, "DROP TABLE a; DROP TABLE b; DROP TYPE mood");
	fixture_close(&f);
}

TEST(options_of_identities_are_read_and_changed)
{
	static const char first[] = "CREATE TABLE t (id BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 100 INCREMENT BY 10), PRIMARY KEY (id));";
	static const char second[] = "CREATE TABLE t (id BIGINT GENERATED BY DEFAULT AS IDENTITY (START WITH 50 INCREMENT BY 5), PRIMARY KEY (id));";
	fixture f;

	kin_db_close(open_server(""));
	fixture_open(&f, server_url());
	bring_to(&f, first);
	CHECK_TEXT(bring_to(&f, first), "");
	fixture_run(&f, "INSERT INTO t DEFAULT VALUES; INSERT INTO t DEFAULT VALUES");
	CHECK(kin_connection_run(f.connection, "INSERT INTO t VALUES (7)", NULL) < 0);
	CHECK_TEXT(bring_to(&f, second), "ALTER TABLE t ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (START WITH 50 INCREMENT BY 5)\n");
	CHECK_TEXT(bring_to(&f, second), "");
	fixture_run(&f, "INSERT INTO t VALUES (7); INSERT INTO t DEFAULT VALUES; INSERT INTO t DEFAULT VALUES");
	CHECK_TEXT(fixture_text(&f, "SELECT string_agg(id::text, ' ' ORDER BY id) FROM t"), "7 100 110 111 116");
	CHECK_TEXT(bring_to(&f, "CREATE TABLE t (id BIGINT GENERATED BY DEFAULT AS IDENTITY, PRIMARY KEY (id));"), ""); /* says nothing of them */
	fixture_run(&f, "DROP TABLE t");
	fixture_close(&f);
}

TEST(a_table_that_a_block_partitions_is_no_drift)
{
	project p;

	begin(&p);
	OK(&p.f, upgrade(&p));
	write_revision(&p, "b2", "a1",
	               "CREATE TABLE ev (id BIGINT NOT NULL, day DATE NOT NULL, CONSTRAINT pk_ev PRIMARY KEY (id, day));\n"
	               "-- only: postgresql\nDROP TABLE ev;\n"
	               "CREATE TABLE ev (id BIGINT NOT NULL, day DATE NOT NULL, CONSTRAINT pk_ev PRIMARY KEY (id, day)) PARTITION BY RANGE (day);\n"
	               "CREATE TABLE ev_2026 PARTITION OF ev FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');\n-- end", "DROP TABLE ev;");
	write_revision(&p, "c3", "b2", "ALTER TABLE ev ADD COLUMN x INTEGER;\nCREATE INDEX ix ON ev (x);", "ALTER TABLE ev DROP COLUMN x;");
	OK(&p.f, upgrade(&p));
	OK(&p.f, kin_drift_check(p.f.connection, &p.folder, &p.f.error));
	CHECK_INT(fixture_number(&p.f, "SELECT count(*) FROM pg_attribute WHERE attrelid = 'ev_2026'::regclass AND attname = 'x'"), 1);
	OK(&p.f, kin_run_downgrade(p.f.connection, &p.folder, "a1", NULL, &p.f.error));
	fixture_close(&p.f);
}

TEST(types_change_under_foreign_keys_and_views)
{
	static const char first[] = "CREATE TABLE b (id VARCHAR(9) NOT NULL, PRIMARY KEY (id)); CREATE TABLE a (b_id VARCHAR(9), CONSTRAINT fk FOREIGN KEY (b_id) REFERENCES b (id));"
	                            "CREATE VIEW v AS SELECT b_id FROM a; CREATE VIEW w AS SELECT * FROM v;";
	static const char second[] = "CREATE TABLE b (id INTEGER NOT NULL, PRIMARY KEY (id)); CREATE TABLE a (b_id INTEGER, CONSTRAINT fk FOREIGN KEY (b_id) REFERENCES b (id));";
	kin_changes changes, back;
	fixture f;

	kin_db_close(open_server(""));
	fixture_open(&f, server_url());
	changes = back = (kin_changes){ .arena = &f.arena };
	kin_schema *from = fixture_schema(&f, first), *to = fixture_schema(&f, second);
	OK(&f, create_schema(f.connection, &f.arena, from, &f.error));
	fixture_run(&f, "INSERT INTO b VALUES ('7'); INSERT INTO a VALUES ('7')");
	OK(&f, kin_diff_schemas(&changes, NULL, from, to, NULL, &f.error));
	OK(&f, kin_op_reverse_all(&back, from, changes.items, changes.count, &f.error));
	OK(&f, kin_execute_transaction(f.connection, changes.items, changes.count, NULL, NULL, NULL, &f.error));
	CHECK_INT(fixture_number(&f, "SELECT b_id + 1 FROM w"), 8);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM pg_constraint WHERE conname = 'fk'"), 1);
	OK(&f, kin_execute_transaction(f.connection, back.items, back.count, NULL, NULL, NULL, &f.error));
	CHECK_TEXT(fixture_text(&f, "SELECT b_id || '!' FROM w"), "7!");
	fixture_run(&f, "DROP TABLE a, b CASCADE");
	fixture_close(&f);
}

TEST(a_primary_key_is_renamed_also_from_the_name_that_the_database_made_up)
{
	static const char called[] = "CREATE TABLE t (k INTEGER NOT NULL, CONSTRAINT pk_t PRIMARY KEY (k));";
	kin_ddl *items;
	size_t count;
	fixture f;

	kin_db_close(open_server(""));
	fixture_open(&f, server_url());
	fixture_run(&f, "CREATE TABLE t (k INTEGER, CONSTRAINT pk_s PRIMARY KEY (k))");
	CHECK_TEXT(bring_to(&f, called), "ALTER TABLE t RENAME CONSTRAINT pk_s TO pk_t\n");
	CHECK_TEXT(bring_to(&f, called), "");
	fixture_run(&f, "ALTER TABLE t RENAME CONSTRAINT pk_t TO t_pkey");
	OK(&f, kin_ddl_parse(&f.arena, "ALTER TABLE t RENAME CONSTRAINT t_pkey TO pk_u", 1, &items, &count, &f.error));
	OK(&f, kin_execute_transaction(f.connection, items, count, NULL, NULL, NULL, &f.error));
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM pg_constraint WHERE conname = 'pk_u'"), 1);
	fixture_run(&f, "DROP TABLE t");
	fixture_close(&f);
}

TEST(what_does_not_fit_a_new_type_is_gone_before_it_and_comes_after)
{
	static const char first[] =
		"CREATE TABLE t (id BIGINT NOT NULL, a VARCHAR(20) DEFAULT 'x', b VARCHAR DEFAULT 'y', c VARCHAR(9) DEFAULT '1', "
		"len INTEGER GENERATED ALWAYS AS (length(c)) STORED, two BIGINT GENERATED ALWAYS AS (id * 2) STORED, PRIMARY KEY (id), "
		"CONSTRAINT ck_a CHECK (lower(a) <> 'no'), CONSTRAINT ck_b CHECK (length(b) > 0));"
		"CREATE INDEX ix_a ON t ((lower(a)));"
		"CREATE INDEX ix_b ON t (b) WHERE b LIKE 'a%';";
	static const char second[] =
		"CREATE TABLE t (id BIGINT NOT NULL, a INTEGER DEFAULT 7, b INTEGER, c VARCHAR(30) DEFAULT '1', "
		"len INTEGER GENERATED ALWAYS AS (length(c)) STORED, two BIGINT GENERATED ALWAYS AS (id * 2) STORED, "
		"ten INTEGER GENERATED ALWAYS AS (a * 10) STORED, PRIMARY KEY (id), CONSTRAINT ck_a CHECK (a > 0));"
		"CREATE INDEX ix_a ON t ((abs(a)));"
		"CREATE INDEX ix_b ON t (b) WHERE b > 3;";
	kin_changes changes, back;
	fixture f;

	kin_db_close(open_server(""));
	fixture_open(&f, server_url());
	changes = (kin_changes){ .arena = &f.arena };
	back = (kin_changes){ .arena = &f.arena };
	kin_schema *from = fixture_schema(&f, first), *to = fixture_schema(&f, second);
	bring_to(&f, first);
	fixture_run(&f, "INSERT INTO t VALUES (1, '12', '13', '14')");
	OK(&f, kin_diff_schemas(&changes, NULL, from, to, NULL, &f.error));
	OK(&f, kin_op_reverse_all(&back, from, changes.items, changes.count, &f.error));
	OK(&f, kin_execute_transaction(f.connection, changes.items, changes.count, NULL, NULL, NULL, &f.error));
	CHECK_TEXT(bring_to(&f, second), "");
	CHECK_INT(fixture_number(&f, "SELECT a + b + ten + len + two FROM t"), 12 + 13 + 120 + 2 + 2);
	OK(&f, kin_execute_transaction(f.connection, back.items, back.count, NULL, NULL, NULL, &f.error));
	CHECK_TEXT(bring_to(&f, first), "");
	CHECK_TEXT(fixture_text(&f, "SELECT a || b || c || len FROM t"), "1213142");
	fixture_run(&f, "DROP TABLE t");
	fixture_close(&f);
}
