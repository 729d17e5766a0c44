/* Changes applied to a schema, and what undoes them. */
#include "fixture.h"

#include "migrate/apply.h"
#include "migrate/diff.h"

static const char base[] =
	"CREATE TABLE owners (id INTEGER NOT NULL, CONSTRAINT pk_owners PRIMARY KEY (id));"
	"CREATE TABLE pets (id INTEGER NOT NULL, name VARCHAR(20), age INTEGER, owner_id INTEGER, CONSTRAINT pk_pets PRIMARY KEY (id), "
	"CONSTRAINT uq_name UNIQUE (name, age), CONSTRAINT ck_age CHECK (age > 0), CONSTRAINT fk_owner FOREIGN KEY (owner_id) REFERENCES "
	"owners (id) ON DELETE CASCADE);"
	"CREATE INDEX ix_age ON pets (age);"
	"CREATE VIEW v AS SELECT age FROM pets;";

/* The schema after the change, as the changes that would make it from the base; or the error. */
static const char *after(fixture *f, const char *change)
{
	kin_changes changes = { .arena = &f->arena };
	kin_schema *schema = fixture_schema(f, base);
	kin_ddl *items;
	size_t count;

	OK(f, kin_ddl_parse(&f->arena, change, 1, &items, &count, &f->error));
	for (size_t i = 0; i < count; i++)
		if (kin_apply_ddl(schema, &items[i], &f->error) < 0)
			return kin_arena_strdup(&f->arena, kin_error_text(&f->error));
	OK(f, kin_diff_schemas(&changes, NULL, fixture_schema(f, base), schema, NULL, &f->error));
	return changes_text(&f->arena, changes.items, changes.count);
}

static void refuses(const char *change, const char *sentence)
{
	fixture f = { 0 };
	CHECK_TEXT(after(&f, change), sentence);
	kin_error_clear(&f.error);
	kin_arena_done(&f.arena);
}

TEST(changes_that_do_not_fit_are_refused)
{
	refuses("CREATE TABLE pets (id INTEGER);", "there is a table 'pets' already");
	refuses("DROP TABLE dogs;", "there is no table 'dogs'");
	refuses("ALTER TABLE dogs ADD COLUMN x INTEGER;", "there is no table 'dogs'");
	refuses("ALTER TABLE pets RENAME TO owners;", "there is a table 'owners' already");
	refuses("ALTER TABLE pets ADD COLUMN name TEXT;", "pets has a column 'name' already");
	refuses("ALTER TABLE pets DROP COLUMN x;", "pets has no column 'x'");
	refuses("ALTER TABLE pets RENAME COLUMN x TO y;", "pets has no column 'x'");
	refuses("ALTER TABLE pets RENAME COLUMN name TO age;", "pets has a column 'age' already");
	refuses("ALTER TABLE pets ALTER COLUMN x SET NOT NULL;", "pets has no column 'x'");
	refuses("ALTER TABLE pets ADD CONSTRAINT pk PRIMARY KEY (id);", "pets has a primary key already");
	refuses("ALTER TABLE pets ADD CONSTRAINT uq_name UNIQUE (id);", "pets has a constraint 'uq_name' already");
	refuses("ALTER TABLE pets ADD CONSTRAINT u UNIQUE (x);", "pets has no column 'x'");
	refuses("ALTER TABLE pets ADD CONSTRAINT f FOREIGN KEY (age) REFERENCES dogs (id);", "pets would point at a table 'dogs' that is not there");
	refuses("ALTER TABLE pets DROP CONSTRAINT nothing;", "pets has no constraint 'nothing'");
	refuses("CREATE INDEX ix_age ON pets (name);", "there is an index 'ix_age' already");
	refuses("CREATE INDEX i ON pets (x);", "pets has no column 'x'");
	refuses("DROP INDEX i ON pets;", "pets has no index 'i'");
	refuses("DROP INDEX i;", "there is no index 'i', or not only one: say of which table, as DROP INDEX i ON …");
	refuses("ALTER TABLE pets RENAME CONSTRAINT x TO y;", "pets has no constraint 'x'");
	refuses("ALTER TABLE pets RENAME CONSTRAINT uq_name TO ck_age;", "pets has a constraint 'ck_age' already");
	refuses("ALTER TABLE pets RENAME INDEX x TO y;", "pets has no index 'x'");
	refuses("ALTER TABLE pets RENAME INDEX ix_age TO ix_age;", "there is an index 'ix_age' already");
	refuses("CREATE VIEW v AS SELECT 1;", "there is a view 'v' already");
	refuses("DROP VIEW w;", "there is no view 'w'");
	refuses("ALTER TABLE owners DROP COLUMN id;", "'id' is the only column of owners: drop the table instead");
}

TEST(triggers_of_one_name_are_told_apart_by_their_tables)
{
	static const char both[] = "CREATE TRIGGER tr BEFORE INSERT ON owners FOR EACH ROW EXECUTE FUNCTION f();\n"
	                           "CREATE TRIGGER tr BEFORE INSERT ON pets FOR EACH ROW EXECUTE FUNCTION f();\n";
	fixture f = { 0 };
	kin_schema *from = fixture_schema(&f, kin_arena_printf(&f.arena, "%s%s", base, both)), *to = fixture_schema(&f, base);
	kin_changes changes = { .arena = &f.arena }, back = { .arena = &f.arena };

	OK(&f, kin_diff_schemas(&changes, NULL, from, from, &(kin_diff_options){ .objects = true }, &f.error));
	CHECK_INT(changes.count, 0);
	OK(&f, kin_diff_schemas(&changes, NULL, from, to, &(kin_diff_options){ .objects = true }, &f.error));
	CHECK_TEXT(changes_text(&f.arena, changes.items, changes.count), "DROP TRIGGER tr ON pets\nDROP TRIGGER tr ON owners\n");
	OK(&f, kin_op_reverse_all(&back, from, changes.items, changes.count, &f.error));
	CHECK_TEXT(changes_text(&f.arena, back.items, back.count),
	           "CREATE TRIGGER tr BEFORE INSERT ON owners FOR EACH ROW EXECUTE FUNCTION f()\n"
	           "CREATE TRIGGER tr BEFORE INSERT ON pets FOR EACH ROW EXECUTE FUNCTION f()\n");
	kin_arena_done(&f.arena);
}

TEST(two_tables_may_have_an_index_of_one_name)
{
	fixture f = { 0 };
	CHECK_TEXT(after(&f, "CREATE INDEX ix_age ON owners (id);"), "CREATE INDEX ix_age ON owners (id)\n");
	kin_arena_done(&f.arena);
}

TEST(what_stands_on_a_dropped_column_goes_with_it)
{
	fixture f = { 0 };
	CHECK_TEXT(after(&f, "ALTER TABLE pets DROP COLUMN age;"),
	           "DROP INDEX ix_age ON pets\nALTER TABLE pets DROP CONSTRAINT uq_name\nALTER TABLE pets DROP CONSTRAINT ck_age\n"
	           "ALTER TABLE pets DROP COLUMN age\n");
	kin_arena_done(&f.arena);
}

TEST(an_index_is_dropped_from_the_table_that_has_it)
{
	fixture f;

	fixture_open(&f, NULL);
	CHECK(!strstr(after(&f, "DROP INDEX ix_age;"), "CREATE INDEX ix_age"));
	fixture_close(&f);
}

TEST(a_renamed_table_is_followed_by_what_points_at_it)
{
	fixture f = { 0 };
	kin_schema *schema = fixture_schema(&f, base);
	kin_ddl change = { .kind = KIN_DDL_RENAME_TABLE, .table_name = "owners", .new_name = "people" };
	OK(&f, kin_apply_ddl(schema, &change, &f.error));
	CHECK_TEXT(kin_schema_table(schema, "pets")->foreigns[0].target, "people");
	kin_arena_done(&f.arena);
}

TEST(a_renamed_column_is_renamed_wherever_it_is_named)
{
	fixture f = { 0 };
	kin_schema *schema = fixture_schema(&f, base);
	kin_ddl change = { .kind = KIN_DDL_RENAME_COLUMN, .table_name = "pets", .name = "age", .new_name = "years" };
	OK(&f, kin_apply_ddl(schema, &change, &f.error));
	kin_table_schema *pets = kin_schema_table(schema, "pets");
	CHECK_TEXT(pets->uniques[0].columns[1], "years");
	CHECK_TEXT(pets->checks[0].sql, "years > 0");
	CHECK_TEXT(pets->indexes[0].parts[0].column, "years");
	CHECK_HAS(schema->objects[0].sql, "SELECT years FROM pets");
	kin_arena_done(&f.arena);
}

/* A change and its reverse leave the schema as it was. */
static void there_and_back(const char *change)
{
	kin_diff_options options = { .objects = true };
	fixture f = { 0 };
	kin_changes back = { .arena = &f.arena }, left = { .arena = &f.arena };
	kin_schema *before = fixture_schema(&f, base), *now = fixture_schema(&f, base);
	kin_ddl *items;
	size_t count;

	OK(&f, kin_ddl_parse(&f.arena, change, 1, &items, &count, &f.error));
	OK(&f, kin_op_reverse_all(&back, before, items, count, &f.error));
	for (size_t i = 0; i < count; i++)
		OK(&f, kin_apply_ddl(now, &items[i], &f.error));
	for (size_t i = 0; i < back.count; i++)
		OK(&f, kin_apply_ddl(now, &back.items[i], &f.error));
	OK(&f, kin_diff_schemas(&left, NULL, now, before, &options, &f.error));
	CHECK_MSG(left.count == 0, "%s undone by\n%sleaves\n%s", change, changes_text(&f.arena, back.items, back.count),
	          changes_text(&f.arena, left.items, left.count));
	kin_arena_done(&f.arena);
}

TEST(every_change_has_its_reverse)
{
	static const char *const changes[] = {
		"CREATE TABLE t (a INTEGER);", "DROP VIEW v; DROP TABLE pets;", "ALTER TABLE pets RENAME TO animals;", "ALTER TABLE pets ADD COLUMN x INTEGER;",
		"ALTER TABLE pets DROP COLUMN age;", "ALTER TABLE pets DROP COLUMN owner_id;", "ALTER TABLE pets RENAME COLUMN name TO nm;",
		"ALTER TABLE pets ALTER COLUMN name TYPE TEXT;", "ALTER TABLE pets ALTER COLUMN name SET NOT NULL;",
		"ALTER TABLE pets ALTER COLUMN name SET DEFAULT 'x';", "ALTER TABLE pets DROP PRIMARY KEY;", "ALTER TABLE pets DROP CONSTRAINT uq_name;",
		"ALTER TABLE pets DROP CONSTRAINT ck_age;", "ALTER TABLE pets DROP CONSTRAINT fk_owner;", "ALTER TABLE pets DROP CONSTRAINT pk_pets;",
		"ALTER TABLE pets ADD CONSTRAINT u UNIQUE (id, name);", "ALTER TABLE pets ADD CHECK (id > 0);",
		"ALTER TABLE owners ADD COLUMN pet_id INTEGER; ALTER TABLE owners ADD FOREIGN KEY (pet_id) REFERENCES pets (id);",
		"CREATE INDEX i ON pets (name);", "DROP INDEX ix_age ON pets;", "COMMENT ON TABLE pets IS 'x';", "COMMENT ON COLUMN pets.age IS 'y';",
		"ALTER TABLE pets RENAME CONSTRAINT ck_age TO ck; ALTER TABLE pets RENAME CONSTRAINT uq_name TO uq;",
		"ALTER TABLE pets RENAME CONSTRAINT fk_owner TO fk;", "ALTER TABLE pets RENAME INDEX ix_age TO ix;",
		"ALTER TABLE owners ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY;", "ALTER TABLE pets ALTER COLUMN age ADD AUTOINCREMENT;",
		"ALTER TABLE pets ADD COLUMN kind ENUM ('dog', 'cat') DEFAULT 'dog'; ALTER TABLE pets ALTER COLUMN kind RENAME VALUE 'dog' TO 'hound';",
		"ALTER TABLE pets SET OPTIONS 'WITHOUT ROWID';", "ALTER TABLE pets ALTER COLUMN name TYPE TEXT COLLATE nocase;",
		"CREATE VIEW w AS SELECT 1 AS one;", "DROP VIEW v;",
		"ALTER TABLE pets RENAME COLUMN age TO years; ALTER TABLE pets ALTER COLUMN years SET NOT NULL; ALTER TABLE pets RENAME TO animals;",
	};

	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++)
		there_and_back(changes[i]);
}

TEST(a_reverse_of_data_is_nothing)
{
	fixture f = { 0 };
	kin_changes back = { .arena = &f.arena };
	kin_ddl *items;
	size_t count;
	OK(&f, kin_ddl_parse(&f.arena, "UPDATE pets SET age = 1;", 1, &items, &count, &f.error));
	OK(&f, kin_op_reverse_all(&back, fixture_schema(&f, base), items, count, &f.error));
	CHECK_INT(back.count, 0);
	kin_arena_done(&f.arena);
}

static const char *line_of(fixture *f, const char *change)
{
	kin_ddl *items;
	size_t count;
	kin_text line;

	OK(f, kin_ddl_parse(&f->arena, change, 1, &items, &count, &f->error));
	kin_text_init(&line);
	kin_op_describe(&line, fixture_schema(f, base), &items[0]);
	const char *kept = kin_arena_strdup(&f->arena, line.data);
	kin_text_done(&line);
	return kept;
}

TEST(changes_are_described_as_people_know_them)
{
	fixture f = { 0 };
	CHECK_TEXT(line_of(&f, "ALTER TABLE pets ADD COLUMN x INTEGER;"), "Detected added column 'pets.x'");
	CHECK_TEXT(line_of(&f, "ALTER TABLE pets DROP COLUMN age;"), "Detected removed column 'pets.age'");
	CHECK_TEXT(line_of(&f, "ALTER TABLE pets ALTER COLUMN name TYPE VARCHAR(50);"),
	           "Detected type change from VARCHAR(20) to VARCHAR(50) on 'pets.name'");
	CHECK_TEXT(line_of(&f, "ALTER TABLE pets ALTER COLUMN name SET NOT NULL;"), "Detected NOT NULL on column 'pets.name'");
	CHECK_TEXT(line_of(&f, "ALTER TABLE pets ALTER COLUMN name DROP NOT NULL;"), "Detected NULL on column 'pets.name'");
	CHECK_TEXT(line_of(&f, "DROP INDEX ix_age ON pets;"), "Detected removed index 'ix_age' on 'pets'");
	CHECK_TEXT(line_of(&f, "CREATE UNIQUE INDEX i ON pets (name, age);"), "Detected added unique index 'i' on 'pets' (name, age)");
	CHECK_TEXT(line_of(&f, "ALTER TABLE pets ADD CONSTRAINT f FOREIGN KEY (age) REFERENCES owners (id);"),
	           "Detected added foreign key (age) to owners(id) on table 'pets'");
	CHECK_TEXT(line_of(&f, "ALTER TABLE pets RENAME CONSTRAINT ck_age TO ck;"), "Detected renamed constraint 'ck_age' to 'ck' on 'pets'");
	CHECK_TEXT(line_of(&f, "ALTER TABLE pets RENAME INDEX ix_age TO ix;"), "Detected renamed index 'ix_age' to 'ix' on 'pets'");
	CHECK_TEXT(line_of(&f, "ALTER TABLE pets ALTER COLUMN id DROP IDENTITY;"),
	           "Detected that numbers of column 'pets.id' are not made by the database");
	CHECK_TEXT(line_of(&f, "ALTER TABLE pets SET OPTIONS 'STRICT';"), "Detected options STRICT of table 'pets'");
	CHECK_TEXT(line_of(&f, "DROP TABLE pets;"), "Detected removed table 'pets'");
	kin_arena_done(&f.arena);
}
