/* Tests of migrate/dependents.c: what goes with a column or a foreign key on MariaDB. */
#include "fixture.h"

#include "migrate/execute.h"

static const char cats[] =
	"CREATE TABLE towns (id INTEGER NOT NULL, x INTEGER NOT NULL, PRIMARY KEY (id), CONSTRAINT uq UNIQUE (id, x));"
	"CREATE TABLE cats (id INTEGER NOT NULL, name VARCHAR(20), a INTEGER, b INTEGER, PRIMARY KEY (id), CONSTRAINT uq_b UNIQUE (b, id),"
	" CONSTRAINT ck CHECK (a > 0 OR b > 0), CONSTRAINT fk_t FOREIGN KEY (a, b) REFERENCES towns (id, x),"
	" CONSTRAINT fk_a FOREIGN KEY (a) REFERENCES towns (id));"
	"CREATE INDEX ix_b ON cats (b, name); CREATE INDEX ix_a ON cats (a); CREATE INDEX ix_name ON cats (name);";

/* What MariaDB is told for a change. */
static int show(const char *change, const char *expected)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_schema schema;
	kin_ddl *items = NULL;
	size_t count = 0;
	kin_text out;
	int rc = schema_of(&arena, cats, &schema, &error);

	kin_text_init(&out);
	if (rc == KIN_OK)
		rc = kin_ddl_parse(&arena, change, 1, &items, &count, &error);
	if (rc == KIN_OK)
		rc = kin_execute_show(&out, &kin_dialect_mariadb, &schema, items, count, &error);
	if (rc == KIN_OK)
		CHECK_TEXT(out.data, expected);
	kin_text_done(&out);
	kin_error_clear(&error);
	kin_arena_done(&arena);
	return rc;
}

FUSED(what_stands_on_a_column_is_dropped_with_it)
{
	return show("ALTER TABLE cats DROP COLUMN b",
	            "ALTER TABLE cats DROP FOREIGN KEY fk_t, DROP INDEX uq_b, DROP CONSTRAINT ck, DROP INDEX IF EXISTS ix_b, DROP COLUMN b;\n");
}

FUSED(the_index_of_a_foreign_key_goes_with_the_last_that_uses_it)
{
	int rc = show("ALTER TABLE cats DROP CONSTRAINT fk_t", "ALTER TABLE cats DROP FOREIGN KEY fk_t;\n");

	if (rc < 0)
		return rc;
	return show("ALTER TABLE cats DROP CONSTRAINT fk_t; ALTER TABLE cats DROP CONSTRAINT fk_a",
	            "ALTER TABLE cats DROP FOREIGN KEY fk_t;\nALTER TABLE cats DROP FOREIGN KEY fk_a, DROP INDEX IF EXISTS fk_a;\n");
}

TEST(a_column_that_nothing_stands_on_goes_alone)
{
	CHECK_INT(show("ALTER TABLE towns ADD COLUMN y INTEGER; ALTER TABLE towns DROP COLUMN y",
	               "ALTER TABLE towns ADD COLUMN y INTEGER;\nALTER TABLE towns DROP COLUMN y;\n"), KIN_OK);
}
