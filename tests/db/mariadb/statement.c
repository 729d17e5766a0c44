/* Tests of db/mariadb/statement.c, bind.c, run.c and error.c: what is MariaDB's own about statements. */
#include "db/mariadb/driver.h"

#include <math.h>

#include "base/clock.h"
#include "db/mariadb/server.h"

/* What a statement with one placeholder says of a value. */
static int bind_failure(kin_connection *c, const char *text, kin_value value, kin_error *error)
{
	kin_sql sql = sql_once(text);

	return kin_connection_execute(c, &sql, &value, 1, NULL, error);
}

static void check_refused(kin_connection *c, const char *text, kin_value value, int code, const char *says, const char *name)
{
	kin_error error = { 0 };
	int rc = bind_failure(c, text, value, &error);

	CHECK_MSG(rc == code, "%s: %s: %s", text, kin_errname(rc), kin_error_text(&error));
	CHECK_HAS(kin_error_text(&error), says);
	if (name)
		CHECK_TEXT(error.name, name);
	kin_error_clear(&error);
}

TEST(a_value_that_does_not_fit_its_column_is_refused)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);

	run(c, "create table t (i smallint, v varchar(3), e enum('a', 'b'), d date, n numeric(3, 1), u int unsigned, k varchar(3) not null default 'x')");
	check_refused(c, "insert into t (i) values (?)", kin_value_int32(70000), KIN_ERANGE, "Out of range value for column 'i'", "i");
	check_refused(c, "insert into t (u) values (?)", kin_value_int32(-1), KIN_ERANGE, "Out of range value for column 'u'", "u");
	check_refused(c, "insert into t (n) values (?)", kin_value_int32(1000), KIN_ERANGE, "Out of range value for column 'n'", "n");
	check_refused(c, "insert into t (v) values (?)", kin_value_text("abcd"), KIN_ELENGTH, "Data too long for column 'v'", "v");
	check_refused(c, "insert into t (e) values (?)", kin_value_text("c"), KIN_EVALUE, "Data truncated for column 'e'", "e");
	check_refused(c, "insert into t (i) values (?)", kin_value_text("many"), KIN_EVALUE, "Incorrect integer value: 'many'", "i");
	check_refused(c, "insert into t (d) values (?)", kin_value_text("2026-02-30"), KIN_EVALUE, "2026-02-30", NULL);
	check_refused(c, "insert into t (k) values (?)", kin_value_null(NULL), KIN_ENOTNULL, "t.k must not be NULL", "t.k");
	check_refused(c, "select ?", kin_value_double(NAN), KIN_ERANGE, "is no number that MariaDB holds", NULL);
	CHECK_INT(number(c, "select count(*) from t"), 0);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_character_that_a_column_cannot_keep_is_an_error_with_a_remedy)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);

	run(c, "create table t (v varchar(3) character set latin1)");
	check_refused(c, "insert into t values (?)", kin_value_text("漢"), KIN_EVALUE, "CONVERT TO CHARACTER SET utf8mb4 changes that", NULL);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(an_unsigned_number_above_the_signed_ones_comes_back)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_value value;

	run(c, "create table t (a bigint unsigned)");
	CHECK_INT(bind_failure(c, "insert into t values (?)", kin_value_uint64(UINT64_MAX), NULL), KIN_OK);
	kin_statement *statement = first_row(c, "select a from t where a = 18446744073709551615");
	CHECK_INT(kin_statement_value(statement, 0, KIN_KIND_UINT64, &value, NULL), KIN_OK);
	CHECK((uint64_t)value.as.integer == UINT64_MAX);
	kin_statement_close(statement);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_statement_that_fails_behind_another_says_so_at_its_own_step)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_error error = { 0 };
	kin_statement *statement = first_row(c, "select exp(703 + 3 * seq) from seq_1_to_9");

	CHECK_INT(number(c, "select 5"), 5);
	CHECK_INT(kin_statement_step(statement, &error), 1);
	CHECK_INT(kin_statement_step(statement, &error), KIN_ERANGE);
	CHECK_TEXT(error.sql, "select exp(703 + 3 * seq) from seq_1_to_9");
	CHECK_INT(kin_statement_step(statement, &error), 0);
	kin_statement_close(statement);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_run_may_have_triggers_and_procedures)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);

	run(c, "create table t (a integer); create trigger g before insert on t for each row begin set new.a = new.a + 1; set new.a = new.a * 2; end;"
	       "create procedure p() begin select 1; insert into t values (2); select 2; end; insert into t values (1); call p()");
	CHECK_INT(number(c, "select sum(a) from t"), 4 + 6);
	CHECK_INT(failure(c, "call p()", NULL), KIN_OK);
	CHECK_INT(number(c, "select count(*) from t"), 3);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(what_cannot_be_prepared_is_run_anyway)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);

	run(c, "create table t (a integer)");
	CHECK_INT(failure(c, "create trigger g before insert on t for each row set new.a = 5", NULL), KIN_OK);
	CHECK_INT(failure(c, "lock tables t write", NULL), KIN_OK);
	CHECK_INT(failure(c, "unlock tables", NULL), KIN_OK);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(ddl_ends_a_transaction_and_says_so_even_when_it_fails)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);

	run(c, "create table t (a integer)");
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "create table u (a integer)");
	CHECK(!kin_connection_in_transaction(c));
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	CHECK_INT(failure(c, "create table u (a integer)", NULL), KIN_EEXISTS);
	CHECK(!kin_connection_in_transaction(c));
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	CHECK_INT(failure(c, "select * from nowhere", NULL), KIN_ENOTABLE);
	CHECK(kin_connection_in_transaction(c));
	CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	kin_db_release(db, c);
	kin_db_close(db);
}

typedef struct crossing {
	kin_db *db;
	int     rc;
} crossing;

static void *update_second_then_first(void *context)
{
	crossing *x = context;
	kin_connection *c = acquire(x->db);

	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "update t set b = 2 where a = 2");
	x->rc = failure(c, "update t set b = 2 where a = 1", NULL);
	if (x->rc == KIN_OK)
		kin_connection_commit(c, NULL);
	kin_db_release(x->db, c);
	return NULL;
}

TEST(a_deadlock_ends_the_whole_transaction)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	crossing other = { .db = db };
	kin_error error = { 0 };
	pthread_t thread;

	run(c, "create table t (a integer primary key, b integer); insert into t values (1, 0), (2, 0), (3, 0)");
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "update t set b = 1 where a = 1");
	CHECK(pthread_create(&thread, NULL, update_second_then_first, &other) == 0);
	for (int tries = 0; tries < 400 && number(c, "select count(*) from information_schema.innodb_trx where trx_state = 'LOCK WAIT'") == 0; tries++)
		kin_clock_sleep(5000);
	int rc = failure(c, "update t set b = 1 where a = 2", &error);
	if (rc < 0) {
		CHECK(!kin_connection_in_transaction(c));
		CHECK_HAS(kin_error_text(&error), "another transaction was in the way; roll back and try the transaction again");
		CHECK_INT(kin_connection_commit(c, &error), KIN_EDB);
		CHECK_HAS(kin_error_text(&error), "there is no transaction to commit");
	} else {
		CHECK_INT(kin_connection_commit(c, NULL), KIN_OK);
	}
	pthread_join(thread, NULL);
	CHECK((rc == KIN_ESERIALIZE) != (other.rc == KIN_ESERIALIZE));
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_lock_that_is_held_leaves_the_transaction_open)
{
	kin_db *db = open_server("");
	kin_db *impatient = open_server("&timeout=1");
	kin_connection *c = acquire(db), *other = acquire(impatient);

	run(c, "create table t (a integer primary key, b integer); insert into t values (1, 0), (2, 0)");
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "update t set b = 1 where a = 1");
	CHECK_INT(kin_connection_begin(other, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(other, "update t set b = 1 where a = 2");
	CHECK_INT(failure(other, "update t set b = 1 where a = 1", NULL), KIN_EBUSY);
	CHECK(kin_connection_in_transaction(other));
	CHECK_INT(kin_connection_commit(other, NULL), KIN_OK);
	CHECK_INT(kin_connection_commit(c, NULL), KIN_OK);
	CHECK_INT(number(c, "select sum(b) from t"), 2);
	kin_db_release(impatient, other);
	kin_db_release(db, c);
	kin_db_close(impatient);
	kin_db_close(db);
}

TEST(what_was_read_is_not_written_over)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db), *other = acquire(db);
	kin_error error = { 0 };

	run(c, "create table t (a integer primary key, b integer); insert into t values (1, 0)");
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	CHECK_INT(number(c, "select b from t"), 0);
	run(other, "update t set b = 5");
	CHECK_INT(failure(c, "update t set b = 1", &error), KIN_ESERIALIZE);
	CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	CHECK_INT(number(c, "select b from t"), 5);
	kin_error_clear(&error);
	kin_db_release(db, other);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_stream_leaves_the_connection_free_and_needs_no_memory)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	kin_statement *statement = prepare(c, sql_once("select seq, repeat('x', 100) from seq_1_to_20000"));
	int64_t sum = 0;
	bool null;
	int rc;

	kin_statement_stream(statement);
	while ((rc = kin_statement_step(statement, NULL)) == 1) {
		sum += kin_statement_int64(statement, 0, &null);
		if (sum % 1000 == 0)
			CHECK_INT(number(c, "select 7"), 7);
		CHECK(!((kin_maria_statement *)statement)->aside.chunk);
	}
	CHECK_INT(rc, 0);
	CHECK_INT(sum, INT64_C(200010000));
	kin_statement_close(statement);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_stream_may_be_short_or_left_early)
{
	static const char *const texts[] = { "select 1 from seq_1_to_1", "select 1 from seq_1_to_1 where seq = 2", "select seq from seq_1_to_5000",
	                                     "select 1 union select 2", "show tables", "explain select 1" };
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		kin_sql sql = sql_kept(texts[i]);
		for (int round = 0; round < 3; round++) {
			kin_statement *statement = prepare(c, sql);
			if (round < 2)
				kin_statement_stream(statement);
			kin_error error = { 0 };
			int rc = kin_statement_step(statement, &error);
			CHECK_MSG(rc == 0 || rc == 1, "%s: %s", texts[i], kin_error_text(&error));
			CHECK_INT(number(c, "select 7"), 7);
			if (rc == 1)
				CHECK(kin_statement_step(statement, NULL) >= 0);
			kin_statement_close(statement);
		}
	}
	kin_db_release(db, c);
	kin_db_close(db);
}

/* What a flush of so many new objects sends. */
typedef struct owner { int64_t id; const char *name; } owner;
typedef struct pet { int64_t id, owner_id; const char *name; } pet;

static int take_key(void *context, size_t repeat, size_t object, kin_statement *done)
{
	int64_t *const *ids = context;
	bool null;

	(void)repeat;
	*ids[object] = kin_statement_int64(done, 0, &null);
	return null ? KIN_EDB : KIN_OK;
}

TEST(a_thousand_owners_with_ten_thousand_pets_take_few_round_trips)
{
	enum { OWNERS = 1000, PETS = 10000 };
	static const char *const owner_columns[] = { "name" }, *const pet_columns[] = { "name", "owner_id" }, *const returned[] = { "id" };
	static const kin_cell owner_cells[] = { { .offset = offsetof(owner, name), .column = 0, .kind = KIN_KIND_TEXT } };
	static const kin_cell pet_cells[] = {
		{ .offset = offsetof(pet, name), .column = 0, .kind = KIN_KIND_TEXT },
		{ .offset = offsetof(pet, owner_id), .column = 1, .kind = KIN_KIND_INT64 },
	};
	const kin_row_change new_owner = { .change = KIN_CHANGE_INSERT, .table = "owners", .columns = owner_columns, .column_count = 1,
	                                   .returned = returned, .returned_count = 1 };
	const kin_row_change new_pet = { .change = KIN_CHANGE_INSERT, .table = "pets", .columns = pet_columns, .column_count = 2,
	                                 .returned = returned, .returned_count = 1 };
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);
	owner *owners = calloc(OWNERS, sizeof(*owners));
	pet *pets = calloc(PETS, sizeof(*pets));
	const void **at = calloc(PETS, sizeof(*at));
	int64_t **ids = calloc(PETS, sizeof(*ids));
	kin_error error = { 0 };

	run(c, "create table owners (id bigint auto_increment primary key, name varchar(40));"
	       "create table pets (id bigint auto_increment primary key, name varchar(40), owner_id bigint, foreign key (owner_id) references owners (id))");
	uint64_t before = kin_connection_trips(c);
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	for (size_t i = 0; i < OWNERS; i++) {
		owners[i].name = "an owner of some length";
		at[i] = &owners[i], ids[i] = &owners[i].id;
	}
	kin_repeat first = { .sql = sql_kept("insert into owners (name) values (?) returning id"), .change = &new_owner,
	                     .cells = owner_cells, .cell_count = 1, .objects = at, .count = OWNERS };
	CHECK_MSG(kin_connection_repeat(c, &first, 1, take_key, ids, NULL, &error) == KIN_OK, "%s", kin_error_text(&error));
	for (size_t i = 0; i < PETS; i++) {
		pets[i] = (pet){ .name = "a pet of some length", .owner_id = owners[i / 10].id };
		at[i] = &pets[i], ids[i] = &pets[i].id;
	}
	kin_repeat second = { .sql = sql_kept("insert into pets (name, owner_id) values (?, ?) returning id"), .change = &new_pet,
	                      .cells = pet_cells, .cell_count = 2, .objects = at, .count = PETS };
	CHECK_MSG(kin_connection_repeat(c, &second, 1, take_key, ids, NULL, &error) == KIN_OK, "%s", kin_error_text(&error));
	CHECK_INT(kin_connection_commit(c, NULL), KIN_OK);
	fprintf(stderr, "%d round trips\n", (int)(kin_connection_trips(c) - before));
	CHECK(kin_connection_trips(c) - before <= 8);
	CHECK_INT(number(c, "select count(distinct p.id) from pets p join owners o on o.id = p.owner_id"), PETS);
	free(owners);
	free(pets);
	free(at);
	free(ids);
	kin_db_release(db, c);
	kin_db_close(db);
}

static int check_fused(kin_db *db, kin_error *error)
{
	kin_sql sql = sql_once("select ?, 12.5, 'a', cast('b6ad5b6a-3c2f-4a11-9f55-9b1f6d3a2c10' as uuid), cast('x' as binary)"
	                       " from seq_1_to_3");
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
