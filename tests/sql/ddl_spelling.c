/* Names of types that are slips of the fingers. */
#include "harness/harness.h"

#include "sql/ddl.h"
#include "sql/ddl_spelling.h"

static const char *problem(kin_arena *arena, kin_error *error, const char *text)
{
	kin_ddl *items = NULL;
	size_t count = 0;
	int rc = kin_ddl_parse(arena, text, 1, &items, &count, error);

	return rc < 0 ? kin_error_text(error) : "";
}

TEST(a_misspelt_type_is_refused_with_the_one_that_was_meant)
{
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	CHECK_HAS(problem(&arena, &error, "CREATE TABLE t (\n  a VARCAHR(20)\n)"),
	          "2:5: there is no type VARCAHR; did you mean VARCHAR?");
	CHECK_HAS(problem(&arena, &error, "ALTER TABLE t ADD COLUMN a intger NOT NULL"), "did you mean INTEGER?");
	CHECK_HAS(problem(&arena, &error, "ALTER TABLE t ALTER COLUMN a TYPE TIMESTMP"), "did you mean TIMESTAMP?");
	CHECK_TEXT(problem(&arena, &error, "CREATE TABLE t (a \"rate\", b mood, c INET, d INTERVAL, e integer[], f Year)"), "");
	kin_error_clear(&error);
	kin_arena_done(&arena);
}

TEST(types_of_a_database_are_not_misspelt)
{
	static const char *const words[] = { "inet", "money", "interval", "tsvector", "tinyint", "jsonb", "year", "serial", "xml" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		CHECK_MSG(!kin_ddl_spelling_meant(words[i]), "%s", words[i]);
}
