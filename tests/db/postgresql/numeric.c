/* Tests of db/postgresql/numeric.c: numerics as the server sends them, against what it shows itself. */
#include "db/postgresql/numeric.h"

#include "db/postgresql/server.h"

/* The number as text that is made here, and by the server. */
static void check_shown(kin_connection *c, const char *number)
{
	char sql[512];
	kin_value ours, theirs;

	snprintf(sql, sizeof(sql), "select (%s)::numeric, (%s)::numeric::text", number, number);
	kin_statement *statement = first_row(c, sql);
	CHECK_INT(kin_statement_value(statement, 0, KIN_KIND_TEXT, &ours, NULL), KIN_OK);
	CHECK_INT(kin_statement_value(statement, 1, KIN_KIND_TEXT, &theirs, NULL), KIN_OK);
	CHECK_TEXT(ours.as.data, theirs.as.data);
	kin_statement_close(statement);
}

TEST(numerics_are_shown_as_the_server_shows_them)
{
	static const char *const numbers[] = {
		"0", "0.00", "1", "-1", "9999", "10000", "10001", "123456789012345678901234567890", "0.1", "-0.0001", "0.00001", "12.50",
		"100000000.000000001", "1e100", "-1e-100", "'NaN'", "3.1400", "0.99999999", "1e4::numeric(10,2)",
	};
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		check_shown(c, numbers[i]);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(random_numerics_are_shown_as_the_server_shows_them)
{
	uint64_t seed = kin_test_seed("numerics"), state = seed;
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	char number[128];

	printf("seed %llu\n", (unsigned long long)seed);
	for (int i = 0; i < 300; i++) {
		state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		snprintf(number, sizeof(number), "'%s%llu'::numeric * (10::numeric ^ %d)", state >> 63 ? "-" : "",
		         (unsigned long long)(state >> (8 + state % 50)), (int)(state >> 40 & 63) - 32);
		check_shown(c, number);
	}
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(bytes_that_are_no_numeric_are_not_read)
{
	kin_arena arena = { 0 };
	bool damaged;

	CHECK(!kin_pg_numeric(&arena, "\0\1\0", 3, &damaged) && damaged);
	CHECK(!kin_pg_numeric(&arena, "\0\5\0\0\0\0\0\0\0\1", 10, &damaged) && damaged);
	CHECK(!kin_pg_numeric(&arena, "\0\0\0\0\x12\x34\0\0", 8, &damaged) && damaged);
	CHECK_TEXT(kin_pg_numeric(&arena, "\0\0\0\0\0\0\0\2", 8, &damaged), "0.00");
	kin_arena_done(&arena);
}
