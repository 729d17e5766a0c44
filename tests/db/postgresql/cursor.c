/* Tests of db/postgresql/cursor.c: streams, which need little memory and let other statements in between. */
#include <malloc.h>

#include "db/postgresql/driver.h"

#include "db/postgresql/server.h"

static kin_statement *stream(kin_connection *c, const char *text)
{
	kin_statement *statement = prepare(c, sql_once(text));

	kin_statement_stream(statement);
	return statement;
}

static int64_t next(kin_statement *statement)
{
	kin_error error = { 0 };
	bool null;

	CHECK_MSG(kin_statement_step(statement, &error) == 1, "%s: %s", statement->text, kin_error_text(&error));
	return kin_statement_int64(statement, 0, &null);
}

static size_t memory_used(void)
{
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
#else
	return 0;
#endif
}

TEST(a_million_rows_in_two_streams_with_lookups_in_between_need_no_memory)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	size_t before, most = 0;

	run(c, "begin");
	kin_statement *a = stream(c, "select n, repeat('x', 50) from generate_series(1, 1000000) n");
	kin_statement *b = stream(c, "select n from generate_series(1, 300000) n");
	CHECK_INT(next(a), 1);
	before = memory_used();
	for (int64_t n = 2; n <= 1000000; n++) {
		CHECK_INT(next(a), n);
		if (n <= 300001)
			CHECK_INT(next(b), n - 1);
		if (n % 10000 == 0) {
			CHECK_INT(number(c, "select 7"), 7);
			size_t now = memory_used();
			most = now > most ? now : most;
		}
	}
	CHECK_INT(kin_statement_step(a, NULL), 0);
	CHECK_INT(kin_statement_step(b, NULL), 0);
	CHECK_MSG(most < before + 2000000, "%zu bytes, then %zu", before, most);
	kin_statement_close(a);
	kin_statement_close(b);
	run(c, "commit");
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_stream_takes_values_and_gives_every_type)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_value n = kin_value_int32(3), text;
	bool null;

	run(c, "create type mood as enum ('sad', 'happy'); begin");
	kin_statement *s = stream(c, "select n, 'happy'::mood, '127.0.0.1'::inet from generate_series($1::int, 1, -1) n");
	for (int round = 0; round < 2; round++) {
		CHECK_INT(kin_statement_bind(s, 0, &n, NULL), KIN_OK);
		for (int64_t i = 3; i > 0; i--) {
			CHECK_INT(kin_statement_step(s, NULL), 1);
			CHECK_INT(kin_statement_int64(s, 0, &null), i);
			CHECK_INT(kin_statement_value(s, 1, KIN_KIND_TEXT, &text, NULL), KIN_OK);
			CHECK_TEXT(text.as.data, "happy");
			CHECK_INT(kin_statement_value(s, 2, KIN_KIND_TEXT, &text, NULL), KIN_OK);
			CHECK_TEXT(text.as.data, "127.0.0.1");
		}
		CHECK_INT(kin_statement_step(s, NULL), 0);
		CHECK_INT(kin_statement_step(s, NULL), 0);
		kin_statement_reset(s);
		kin_statement_stream(s);
	}
	kin_statement_close(s);
	run(c, "rollback");
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(rows_are_asked_for_by_their_size)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_pg_statement *s;

	run(c, "begin");
	kin_statement *big = stream(c, "select n, repeat('x', 100000) from generate_series(1, 300) n");
	kin_statement *small = stream(c, "select n from generate_series(1, 20000) n");
	for (int64_t n = 1; n <= 200; n++) {
		CHECK_INT(next(big), n);
		CHECK_INT(next(small), n);
	}
	s = kin_pg_statement_of(big);
	CHECK(s->asked_for >= 1 && s->asked_for < 4);
	s = kin_pg_statement_of(small);
	CHECK(s->asked_for > 1000);
	kin_statement_close(big);
	kin_statement_close(small);
	CHECK_INT(number(c, "select count(*) from pg_cursors where name like 'kin%'"), 0);
	run(c, "rollback");
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_stream_takes_a_round_trip_for_many_rows)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);

	run(c, "begin");
	kin_statement *s = stream(c, "select n from generate_series(1, 100000) n");
	uint64_t before = kin_connection_trips(c);
	for (int64_t n = 1; n <= 100000; n++)
		CHECK_INT(next(s), n);
	CHECK_INT(kin_statement_step(s, NULL), 0);
	kin_statement_close(s);
	CHECK_MSG(kin_connection_trips(c) - before < 40, "%d", (int)(kin_connection_trips(c) - before));
	run(c, "rollback");
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_stream_outside_a_transaction_has_no_cursor)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_statement *s = stream(c, "select n from generate_series(1, 500) n");

	for (int64_t n = 1; n <= 500; n++) {
		CHECK_INT(next(s), n);
		if (n == 100)
			CHECK_INT(number(c, "select 7"), 7);
	}
	CHECK_INT(kin_statement_step(s, NULL), 0);
	kin_statement_close(s);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_stream_that_cannot_begin_says_why)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	run(c, "begin");
	kin_statement *s = stream(c, "select 1 / (n - 100) from generate_series(1, 500) n");
	CHECK_INT(next(s), 0);
	int rc;
	while ((rc = kin_statement_step(s, &error)) == 1)
		;
	CHECK_INT(rc, KIN_EDB);
	CHECK_HAS(kin_error_text(&error), "division by zero");
	CHECK_HAS(error.sql, "select 1 / (n - 100)");
	kin_statement_close(s);
	run(c, "rollback");
	s = stream(c, "select 1 from generate_series(1, 500) n");
	run(c, "begin");
	CHECK_INT(failure(c, "select 1 / 0", NULL), KIN_EDB);
	CHECK_INT(kin_statement_step(s, &error), KIN_EDB);
	CHECK_HAS(kin_error_text(&error), "roll back");
	kin_statement_close(s);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_stream_ends_with_the_savepoint_it_began_in)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	run(c, "begin");
	kin_statement *before = stream(c, "select n from generate_series(1, 1000) n");
	CHECK_INT(next(before), 1);
	CHECK_INT(kin_connection_savepoint(c, 1, NULL), KIN_OK);
	kin_statement *inside = stream(c, "select n from generate_series(1, 1000) n");
	kin_statement *left = stream(c, "select n from generate_series(1, 1000) n");
	CHECK_INT(next(inside), 1);
	CHECK_INT(next(left), 1);
	CHECK_INT(kin_connection_rollback_to(c, 1, NULL), KIN_OK);
	kin_statement_close(left);
	for (int64_t n = 2; n <= 1000; n++)
		CHECK_INT(next(before), n);
	int rc;
	while ((rc = kin_statement_step(inside, &error)) == 1)
		;
	CHECK_INT(rc, KIN_EINVAL);
	CHECK_HAS(kin_error_text(&error), "savepoint");
	kin_statement_close(before);
	kin_statement_close(inside);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

FUSED(memory_may_run_out_in_a_stream)
{
	kin_sql sql = sql_once("select n, 'text'::text from generate_series(1, 200) n");
	kin_error error = { 0 };
	kin_statement *s = NULL;
	kin_connection *c = NULL;
	kin_db *db = kin_db_open(&(kin_db_options){ .url = server_url() }, NULL);
	int rc = db ? kin_db_acquire(db, &c, &error) : KIN_ENOMEM;

	if (rc == KIN_OK && (rc = kin_connection_begin(c, KIN_BEGIN_READ, &error)) == KIN_OK)
		rc = kin_statement_open(c, &sql, &s, &error);
	if (rc == KIN_OK) {
		kin_statement_stream(s);
		while ((rc = kin_statement_step(s, &error)) == 1)
			;
	}
	kin_statement_close(s);
	kin_db_release(db, c);
	kin_db_close(db);
	kin_error_clear(&error);
	return rc;
}
