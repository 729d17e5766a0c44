/* Tests of sql/ddl_type.c: what databases call their types. */
#include "harness/harness.h"
#include "sql/ddl.h"

static kin_type read_type(kin_arena *arena, const char *text)
{
	kin_type type = { 0 };

	CHECK_INT(kin_ddl_parse_type(arena, text, &type), KIN_OK);
	return type;
}

static void check_portable(const char *text, const char *expected)
{
	kin_arena arena = { 0 };
	kin_type type = read_type(&arena, text);
	kin_text out;

	kin_text_init(&out);
	kin_ddl_type(NULL, &out, &type);
	CHECK_TEXT(out.data, expected);
	kin_text_done(&out);
	kin_arena_done(&arena);
}

TEST(every_database_s_words_become_portable_ones)
{
	static const char *const cases[][2] = {
		{ "bool", "BOOLEAN" }, { "TINYINT(1)", "BOOLEAN" }, { "tinyint(4)", "SMALLINT" }, { "int2", "SMALLINT" },
		{ "INT", "INTEGER" }, { "int(11)", "INTEGER" }, { "MEDIUMINT", "INTEGER" }, { "int4", "INTEGER" },
		{ "bigint(20)", "BIGINT" }, { "int8", "BIGINT" }, { "float4", "REAL" }, { "float", "REAL" },
		{ "float(53)", "DOUBLE PRECISION" }, { "double", "DOUBLE PRECISION" }, { "double\tprecision", "DOUBLE PRECISION" },
		{ "decimal", "NUMERIC" }, { "DEC(5)", "NUMERIC(5)" }, { "numeric ( 10 , 2 )", "NUMERIC(10, 2)" },
		{ "character(3)", "CHAR(3)" }, { "char", "CHAR" }, { "character varying", "VARCHAR" },
		{ "character varying(80)", "VARCHAR(80)" }, { "NVARCHAR(160)", "VARCHAR(160)" }, { "longtext", "TEXT" },
		{ "clob", "TEXT" }, { "bytea", "BLOB" }, { "longblob", "BLOB" }, { "date", "DATE" },
		{ "time(6) without time zone", "TIME" }, { "datetime(6)", "TIMESTAMP" },
		{ "timestamp without time zone", "TIMESTAMP" }, { "timestamp(3) with time zone", "TIMESTAMPTZ" },
		{ "timestamptz", "TIMESTAMPTZ" }, { "uuid", "UUID" }, { "jsonb", "JSON" }, { "enum('a','b''c')", "ENUM('a', 'b''c')" },
		{ "enum mood ('a')", "ENUM mood ('a')" }, { "enum \"order\"('a')", "ENUM \"order\" ('a')" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		check_portable(cases[i][0], cases[i][1]);
}

TEST(what_is_not_known_is_kept_as_written)
{
	static const char *const cases[] = {
		"tsvector", "int unsigned", "integer[]", "varchar(max)", "geometry(Point, 4326)", "enum()", "enum('a'",
		"varchar(80", "numeric(1, 2, 3)", "varchar(99999999999)", "set('a')", "",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		kin_arena arena = { 0 };
		kin_type type = read_type(&arena, cases[i]);
		CHECK_INT(type.name, KIN_TYPE_OTHER);
		CHECK_TEXT(type.text, cases[i]);
		check_portable(cases[i], cases[i]);
		kin_arena_done(&arena);
	}
	check_portable("  citext\n", "citext");
}

TEST(a_written_type_is_read_back_by_the_same_database)
{
	static const kin_type types[] = {
		{ .name = KIN_TYPE_BOOLEAN }, { .name = KIN_TYPE_SMALLINT }, { .name = KIN_TYPE_INTEGER }, { .name = KIN_TYPE_BIGINT },
		{ .name = KIN_TYPE_REAL }, { .name = KIN_TYPE_DOUBLE }, { .name = KIN_TYPE_NUMERIC, .scale = -1 },
		{ .name = KIN_TYPE_NUMERIC, .precision = 10, .scale = 2 }, { .name = KIN_TYPE_CHAR, .length = 3 },
		{ .name = KIN_TYPE_VARCHAR, .length = 80 }, { .name = KIN_TYPE_VARCHAR }, { .name = KIN_TYPE_TEXT },
		{ .name = KIN_TYPE_BLOB }, { .name = KIN_TYPE_DATE }, { .name = KIN_TYPE_TIME }, { .name = KIN_TYPE_TIMESTAMP },
		{ .name = KIN_TYPE_TIMESTAMPTZ }, { .name = KIN_TYPE_UUID }, { .name = KIN_TYPE_JSON },
	};
	kin_text text, again;

	kin_text_init(&text);
	kin_text_init(&again);
	for (int id = 0; id < KIN_DIALECT_COUNT; id++)
		for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
			kin_arena arena = { 0 };
			const kin_dialect *dialect = kin_dialect_get((kin_dialect_id)id);
			kin_text_clear(&text);
			kin_text_clear(&again);
			kin_ddl_type(dialect, &text, &types[i]);
			kin_type back = read_type(&arena, text.data);
			kin_ddl_type(dialect, &again, &back);
			CHECK_TEXT(again.data, text.data);
			kin_arena_done(&arena);
		}
	kin_text_done(&text);
	kin_text_done(&again);
}

FUSED(reading_a_type_survives_running_out_of_memory)
{
	kin_arena arena = { 0 };
	kin_type type;
	int rc = kin_ddl_parse_type(&arena, "enum mood ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')", &type);

	if (rc == KIN_OK)
		rc = kin_ddl_parse_type(&arena, "character varying (80)", &type);
	kin_arena_done(&arena);
	return rc;
}
