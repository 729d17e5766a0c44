/* Tests of db/postgresql/statement.c, bind.c and run.c: what is PostgreSQL's own about statements. */
#include "db/postgresql/driver.h"

#include <math.h>

#include "db/postgresql/server.h"

/* A statement with one placeholder, that takes a value or says why not. */
static int bind_failure(kin_connection *c, const char *text, kin_value value, kin_error *error)
{
	kin_sql sql = sql_once(text);

	return kin_connection_execute(c, &sql, &value, 1, NULL, error);
}

TEST(a_number_that_does_not_fit_what_is_expected_is_refused_here)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	CHECK_INT(bind_failure(c, "select $1::smallint", kin_value_int32(70000), &error), KIN_ERANGE);
	CHECK_HAS(kin_error_text(&error), "the value for placeholder 1: 70000 is outside the range of smallint");
	CHECK_INT(bind_failure(c, "select $1::integer", kin_value_int64(INT64_C(1) << 40), &error), KIN_ERANGE);
	CHECK_INT(bind_failure(c, "select $1::boolean", kin_value_int32(2), &error), KIN_ERANGE);
	CHECK_INT(bind_failure(c, "select $1::real", kin_value_double(1e300), &error), KIN_ERANGE);
	CHECK_INT(bind_failure(c, "select $1::integer", kin_value_double(1.5), &error), KIN_EVALUE);
	CHECK_HAS(kin_error_text(&error), "1.5 is no integer, which is expected there");
	CHECK_INT(bind_failure(c, "select $1::integer", kin_value_double(2), &error), KIN_OK);
	CHECK_INT(bind_failure(c, "select $1::text", kin_value_text_n("a\0b", 3), &error), KIN_EVALUE);
	CHECK_HAS(kin_error_text(&error), "NUL character");
	CHECK_INT(bind_failure(c, "select $1::uuid", kin_value_text("no uuid"), &error), KIN_EVALUE);
	CHECK_HAS(kin_error_text(&error), "no uuid");
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(values_are_converted_to_what_is_expected)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_sql sql = sql_once("select $1::numeric = 0.1 and $2::numeric = 7 and $3::text = '5' and $4::date = date '2026-11-22'"
	                       " and $5::timestamptz = '2026-11-22 00:00:00Z' and $6::text = '2026-11-22' and $7::jsonb = '{\"a\": 1}'"
	                       " and $8::bytea = '\\x6162' and $9::numeric = 'NaN' and $10::real = 0.1::real and $11::inet = '127.0.0.1'");
	kin_value day = kin_value_date(kin_date_of(2026, 11, 22));
	kin_value values[] = {
		kin_value_double(0.1), kin_value_int64(7), kin_value_int32(5), kin_value_text("2026-11-22"), day, day,
		kin_value_text("{\"a\": 1}"), kin_value_text("ab"), kin_value_double(NAN), kin_value_float(0.1F), kin_value_text("127.0.0.1"),
	};
	kin_statement *statement = prepare(c, sql);
	kin_value same;

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		CHECK_INT(kin_statement_bind(statement, i, &values[i], NULL), KIN_OK);
	CHECK_INT(kin_statement_step(statement, NULL), 1);
	CHECK_INT(kin_statement_value(statement, 0, KIN_KIND_BOOL, &same, NULL), KIN_OK);
	CHECK(same.as.integer);
	kin_statement_close(statement);
	kin_db_release(db, c);
	kin_db_close(db);
}

/* What a text with one placeholder says of these values: its row is t or f. */
static bool holds(kin_connection *c, const char *text, const kin_value *items, size_t count)
{
	kin_sql sql = sql_once(text);
	kin_value array = kin_value_array(items, count, KIN_KIND_COUNT);
	kin_statement *s = NULL;
	kin_error error = { 0 };
	kin_value yes = kin_value_bool(false);

	if (kin_statement_open(c, &sql, &s, &error) == KIN_OK && kin_statement_bind(s, 0, &array, &error) == KIN_OK &&
	    kin_statement_step(s, &error) == 1)
		CHECK_INT(kin_statement_value(s, 0, KIN_KIND_BOOL, &yes, NULL), KIN_OK);
	CHECK_TEXT(kin_error_text(&error), "");
	kin_error_clear(&error);
	kin_statement_close(s);
	return yes.as.integer;
}

TEST(an_array_is_written_as_the_type_that_is_expected)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	const kin_value numbers[] = { kin_value_int64(-1), kin_value_null(NULL), kin_value_int64(70000) };
	const kin_value texts[] = { kin_value_null(NULL), kin_value_text("a\"b\\,{}"), kin_value_text("NULL") };
	const kin_value days[] = { kin_value_date((kin_date){ 0 }) };
	const kin_value moods[] = { kin_value_null(NULL), kin_value_text("so \"so\"") };

	run(c, "create type array_mood as enum ('so \"so\"', 'well')");
	CHECK(holds(c, "select $1 = '{-1,NULL,70000}'::bigint[]", numbers, 3));
	CHECK(holds(c, "select $1 = '{-1,NULL,70000}'::integer[]", numbers, 3));
	CHECK(holds(c, "select $1 = '{-1,NULL,70000}'::numeric[]", numbers, 3));
	CHECK(holds(c, "select $1 = '{-1,NULL,70000}'::double precision[]", numbers, 3));
	CHECK(holds(c, "select $1 = array[NULL, 'a\"b\\,{}', 'NULL']", texts, 3));
	CHECK(holds(c, "select $1 = '{1970-01-01}'::date[]", days, 1));
	CHECK(holds(c, "select $1 = '{1970-01-01}'::timestamp[]", days, 1));
	CHECK(holds(c, "select $1 = array[NULL, 'so \"so\"']::array_mood[]", moods, 2));
	CHECK(holds(c, "select $1 = '{}'::bigint[]", numbers, 0));
	CHECK(holds(c, "select 'well'::array_mood <> all ($1)", moods + 1, 1));
	run(c, "drop type array_mood");
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(an_array_that_cannot_be_one_is_refused)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	const kin_value numbers[] = { kin_value_int64(1), kin_value_int64(70000) };
	const kin_value mixed[] = { kin_value_uuid((kin_uuid){ { 1 } }), kin_value_text("00000000-0000-0000-0000-000000000000") };
	kin_error error = { 0 };

	CHECK_INT(bind_failure(c, "select 1 = any ($1::smallint[])", kin_value_array(numbers, 2, KIN_KIND_COUNT), &error), KIN_ERANGE);
	CHECK_HAS(kin_error_text(&error), "70000 is outside the range of smallint");
	CHECK_INT(bind_failure(c, "select $1::bigint", kin_value_array(numbers, 2, KIN_KIND_COUNT), &error), KIN_EINVAL);
	CHECK_HAS(kin_error_text(&error), "is an array, where one value is expected");
	CHECK_INT(bind_failure(c, "select $1::uuid[]", kin_value_array(mixed, 2, KIN_KIND_COUNT), &error), KIN_EVALUE);
	CHECK_HAS(kin_error_text(&error), "not all of one kind");
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(unnamed_statements_take_turns)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_statement *a = prepare(c, sql_once("select 'a' || $1::text")), *b = prepare(c, sql_once("select 'b' || $1::text"));
	kin_value x = kin_value_text("x"), value;

	for (int round = 0; round < 3; round++) {
		kin_statement *each[] = { a, b };
		for (int i = 0; i < 2; i++) {
			kin_statement_reset(each[i]);
			CHECK_INT(kin_statement_bind(each[i], 0, &x, NULL), KIN_OK);
			CHECK_INT(kin_statement_step(each[i], NULL), 1);
			CHECK_INT(kin_statement_value(each[i], 0, KIN_KIND_TEXT, &value, NULL), KIN_OK);
			CHECK_TEXT(value.as.data, i == 0 ? "ax" : "bx");
		}
		run(c, "select 1");
	}
	kin_statement_close(a);
	kin_statement_close(b);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_statement_that_fails_behind_another_says_so_at_its_own_step)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_error error = { 0 };
	kin_statement *statement = prepare(c, sql_once("select 1 / (3 - g) from generate_series(1, 5) g"));

	kin_statement_stream(statement);
	CHECK_INT(kin_statement_step(statement, &error), 1);
	CHECK_INT(number(c, "select 5"), 5);
	CHECK_INT(kin_statement_step(statement, &error), 1);
	CHECK_INT(kin_statement_step(statement, &error), KIN_EDB);
	CHECK_HAS(kin_error_text(&error), "division by zero");
	CHECK_TEXT(error.sql, "select 1 / (3 - g) from generate_series(1, 5) g");
	CHECK_INT(kin_statement_step(statement, &error), 0);
	kin_statement_close(statement);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_statement_that_is_out_of_date_in_a_transaction_is_to_be_tried_again)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_sql sql = sql_kept("select * from t");
	kin_error error = { 0 };

	run(c, "create table t (a integer)");
	CHECK_INT(kin_connection_execute(c, &sql, NULL, 0, NULL, &error), KIN_OK);
	run(c, "alter table t add column b text");
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_READ, NULL), KIN_OK);
	CHECK_INT(kin_connection_execute(c, &sql, NULL, 0, NULL, &error), KIN_ESERIALIZE);
	CHECK_HAS(kin_error_text(&error), "the tables have changed since this statement was prepared");
	CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_READ, NULL), KIN_OK);
	CHECK_INT(kin_connection_execute(c, &sql, NULL, 0, NULL, &error), KIN_OK);
	CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(prepared_statements_that_the_server_forgot_are_prepared_again)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_sql sql = sql_kept("select 1");

	CHECK_INT(kin_connection_execute(c, &sql, NULL, 0, NULL, NULL), KIN_OK);
	run(c, "deallocate all");
	CHECK_INT(kin_connection_execute(c, &sql, NULL, 0, NULL, NULL), KIN_OK);
	run(c, "deallocate all; begin");
	CHECK_INT(kin_connection_execute(c, &sql, NULL, 0, NULL, NULL), KIN_ESERIALIZE);
	run(c, "rollback; begin; select 1");
	CHECK_INT(kin_connection_execute(c, &sql, NULL, 0, NULL, NULL), KIN_OK);
	run(c, "rollback");
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(nothing_runs_in_a_transaction_that_has_failed_and_its_commit_saves_nothing)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	run(c, "create table t (a integer)");
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "insert into t values (1)");
	CHECK_INT(failure(c, "select 1 / 0", &error), KIN_EDB);
	CHECK_INT(failure(c, "select 1", &error), KIN_EDB);
	CHECK_HAS(kin_error_text(&error), "an earlier statement of this transaction failed");
	CHECK(kin_connection_in_transaction(c));
	CHECK_INT(kin_connection_commit(c, &error), KIN_EDB);
	CHECK_HAS(kin_error_text(&error), "nothing was saved");
	CHECK(!kin_connection_in_transaction(c));
	CHECK_INT(number(c, "select count(*) from t"), 0);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_run_is_no_transaction)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);

	run(c, "create table t (a integer); create index concurrently i on t (a); vacuum t;"
	       "create function f() returns int language plpgsql as $$ begin insert into t values (1); return 2; end $$;"
	       "do $x$ begin perform f(); end; $x$");
	CHECK_INT(number(c, "select count(*) from t"), 1);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(copy_is_refused_and_does_not_hang)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	run(c, "create table t (a integer)");
	CHECK_INT(kin_connection_run(c, "copy t from stdin", &error), KIN_EINVAL);
	CHECK_INT(kin_connection_run(c, "copy (select 1) to stdout", &error), KIN_EINVAL);
	CHECK_INT(failure(c, "copy t from stdin", &error), KIN_EINVAL);
	CHECK_INT(failure(c, "copy (select 1) to stdout", &error), KIN_EINVAL);
	CHECK_HAS(kin_error_text(&error), "COPY");
	CHECK_INT(number(c, "select 1"), 1);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_statement_that_runs_cannot_be_bound_again)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_statement *statement = prepare(c, sql_once("select $1::int from generate_series(1, 3)"));
	kin_value one = kin_value_int32(1);
	kin_error error = { 0 };

	CHECK_INT(kin_statement_bind(statement, 0, &one, NULL), KIN_OK);
	CHECK_INT(kin_statement_step(statement, NULL), 1);
	CHECK_INT(kin_statement_bind(statement, 0, &one, &error), KIN_EINVAL);
	kin_statement_reset(statement);
	CHECK_INT(kin_statement_bind(statement, 1, &one, &error), KIN_EINVAL);
	kin_statement_close(statement);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

static int check_fused(kin_db *db, kin_error *error)
{
	kin_sql sql = sql_once("select $1::jsonb, 12.5::numeric, 'a'::text, 'b6ad5b6a-3c2f-4a11-9f55-9b1f6d3a2c10'::uuid, '\\x00'::bytea"
	                       " from generate_series(1, 3)");
	struct { const char *texts[4]; kin_bytes bytes; } row;
	static const kin_cell cells[] = {
		{ .offset = 0, .column = 0, .kind = KIN_KIND_TEXT }, { .offset = 8, .column = 1, .kind = KIN_KIND_TEXT },
		{ .offset = 16, .column = 2, .kind = KIN_KIND_TEXT }, { .offset = 24, .column = 3, .kind = KIN_KIND_TEXT },
		{ .offset = 32, .column = 4, .kind = KIN_KIND_BYTES },
	};
	kin_value json = kin_value_text("{}");
	kin_statement *statement = NULL;
	kin_connection *c = NULL;
	kin_arena arena = { 0 };
	int rc = kin_db_acquire(db, &c, error);

	if (rc == KIN_OK && (rc = kin_connection_begin(c, KIN_BEGIN_READ, error)) == KIN_OK &&
	    (rc = kin_statement_open(c, &sql, &statement, error)) == KIN_OK &&
	    (rc = kin_statement_bind(statement, 0, &json, error)) == KIN_OK && (rc = kin_statement_step(statement, error)) == 1 &&
	    (rc = kin_statement_read(statement, cells, 5, &row, &arena, error)) == KIN_OK &&
	    (rc = kin_connection_savepoint(c, 1, error)) == KIN_OK && (rc = kin_statement_step(statement, error)) == 1)
		rc = kin_connection_run(c, "select 1; select 2", error);
	kin_statement_close(statement);
	kin_db_release(db, c);
	kin_arena_done(&arena);
	return rc;
}

FUSED(memory_may_run_out_anywhere)
{
	char *message = NULL;
	kin_error error = { 0 };
	kin_db *db = kin_db_open(&(kin_db_options){ .url = server_url() }, &message);
	int rc = db ? check_fused(db, &error) : KIN_ENOMEM;

	free(message);
	kin_error_clear(&error);
	kin_db_close(db);
	return rc;
}

FUSED(memory_may_run_out_while_a_schema_is_read)
{
	static kin_db *db;
	kin_arena arena = { 0 };
	kin_error error = { 0 };
	kin_connection *c = NULL;
	kin_schema schema;

	if (!db)
		db = kin_db_open(&(kin_db_options){ .url = server_url() }, NULL);
	int rc = db ? kin_db_acquire(db, &c, &error) : KIN_ENOMEM;
	if (rc == KIN_OK) {
		rc = kin_connection_reflect(c, &arena, &schema, &error);
		kin_db_release(db, c);
	}
	if (rc == KIN_OK) {
		kin_db_close(db);
		db = NULL;
	}
	kin_error_clear(&error);
	kin_arena_done(&arena);
	return rc;
}
