/* Statements on a cluster: what would end a node or lose a value elsewhere, and what a node says of errors. */
#include "db/dqlite/cluster.h"

static kin_value one(kin_connection *c, const char *sql, kin_statement **ret_statement)
{
	kin_value value;

	*ret_statement = first_row(c, sql);
	CHECK_INT(kin_statement_value(*ret_statement, 0, KIN_KIND_NULL, &value, NULL), KIN_OK);
	return value;
}

static void check_null(kin_connection *c, const char *sql)
{
	kin_statement *statement;

	CHECK_INT(one(c, sql, &statement).kind, KIN_KIND_NULL);
	kin_statement_close(statement);
}

static void check_text(kin_connection *c, const char *sql, const char *expected)
{
	kin_statement *statement;
	kin_value value = one(c, sql, &statement);

	CHECK_INT(value.kind, KIN_KIND_TEXT);
	CHECK_TEXT(value.as.data, expected);
	kin_statement_close(statement);
}

TEST(null_stays_null_where_the_node_would_make_it_something_else)
{
	kin_db *db = open_cluster("");
	kin_connection *c = acquire(db);

	run(c, "create table t (b boolean, d date, m datetime, s timestamp); insert into t values (null, null, null, null)");
	check_null(c, "select b from t");
	check_null(c, "select d from t");
	check_null(c, "select m from t");
	check_null(c, "with x as (select s from t) select * from x");
	run(c, "update t set b = 0, d = ''");
	CHECK_INT(number(c, "select b from t"), 0);
	check_text(c, "select d from t", "");
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(values_that_are_not_as_declared_do_not_end_the_node)
{
	kin_db *db = open_cluster("");
	kin_connection *c = acquire(db);
	kin_statement *statement;

	run(c, "create table t (b boolean, d date); insert into t values ('maybe', 1.5)");
	check_text(c, "select b from t", "maybe");
	CHECK(one(c, "select d from t", &statement).as.real == 1.5);
	kin_statement_close(statement);
	run(c, "select * from t");
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(returning_outside_a_transaction_does_not_end_the_node)
{
	kin_db *db = open_cluster("");
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	run(c, "create table t (a integer primary key, b integer check (b > 0))");
	CHECK_INT(number(c, "insert into t (b) values (1), (2) returning a"), 1);
	CHECK(!kin_connection_in_transaction(c));
	CHECK_INT(number(c, "update t set b = 5 where a = 2 returning b"), 5);
	CHECK_INT(number(c, "with x as (select 7 as n) insert into t select n, n from x returning a"), 7);
	run(c, "delete from t where a = 7 returning *; insert into t (b) values (9) returning a");
	CHECK_INT(failure(c, "insert into t (b) values (-1) returning a", &error), KIN_ECHECK);
	CHECK(!kin_connection_in_transaction(c));
	CHECK_INT(failure(c, "insert into nowhere values (-1) returning a", &error), KIN_ENOTABLE);
	run(c, "insert into t (b) values (/* returning */ 3)");
	CHECK_INT(number(c, "select count(*) from t"), 4);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(statements_that_end_nodes_are_refused)
{
	static const char *const bad[] = {
		"pragma journal_mode = delete", "pragma wal_checkpoint", "pragma page_size = 512", "attach 'x' as y",
	};
	kin_db *db = open_cluster("");
	kin_connection *c = acquire(db);

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		kin_error error = { 0 };
		CHECK_INT(failure(c, bad[i], &error), KIN_EINVAL);
		CHECK_HAS(kin_error_text(&error), "not for dqlite");
		CHECK_TEXT(error.sql, bad[i]);
		CHECK_INT(kin_connection_run(c, bad[i], &error), KIN_EINVAL);
		kin_error_clear(&error);
	}
	CHECK_INT(number(c, "select 1"), 1);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(pragmas_that_set_and_pragmas_that_show)
{
	kin_db *db = open_cluster("");
	kin_connection *c = acquire(db);

	CHECK_INT(number(c, "pragma foreign_keys"), 1);
	run(c, "pragma foreign_keys = off");
	CHECK_INT(number(c, "pragma foreign_keys"), 0);
	run(c, "pragma user_version = 12; create table t (a, b)");
	CHECK_INT(number(c, "pragma user_version"), 12);
	CHECK_INT(number(c, "select count(*) from pragma_table_info('t')"), 2);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(what_a_protocol_cannot_carry_is_refused)
{
	kin_db *db = open_cluster("");
	kin_connection *c = acquire(db);
	kin_error error = { 0 };
	kin_sql sql = sql_once("select ?");
	kin_value text = kin_value_text_n("a\0b", 3);
	kin_text many;

	CHECK_INT(kin_connection_execute(c, &sql, &text, 1, NULL, &error), KIN_EVALUE);
	CHECK_HAS(kin_error_text(&error), "placeholder 1 is a text with a NUL character");
	kin_text_init(&many);
	kin_text_add(&many, "select 1");
	for (int i = 0; i < 256; i++)
		kin_text_add(&many, ", ?");
	CHECK_INT(failure(c, many.data, &error), KIN_EINVAL);
	CHECK_HAS(kin_error_text(&error), "the statement has 256 placeholders; dqlite takes 255 at most");
	kin_text_done(&many);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(columns_of_one_name_keep_it)
{
	kin_db *db = open_cluster("");
	kin_connection *c = acquire(db);
	kin_statement *statement = prepare(c, sql_once("select 1 as n, 2 as n, 3 as \"n:x\", 4 as n, count(*) limit 5;"));

	CHECK_INT(kin_statement_columns(statement), 5);
	CHECK_TEXT(kin_statement_column_name(statement, 0), "n");
	CHECK_TEXT(kin_statement_column_name(statement, 1), "n");
	CHECK_TEXT(kin_statement_column_name(statement, 2), "n:x");
	CHECK_TEXT(kin_statement_column_name(statement, 3), "n");
	CHECK_TEXT(kin_statement_column_name(statement, 4), "count(*)");
	kin_statement_close(statement);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(rows_keep_their_order)
{
	kin_db *db = open_cluster("");
	kin_connection *c = acquire(db);
	kin_statement *statement;
	bool null;

	run(c, "create table t (n integer); with recursive r (n) as (select 1 union all select n + 1 from r where n < 5000)"
	       " insert into t select n from r");
	statement = prepare(c, sql_once("select distinct n from t where n > 10 union select 5 order by n desc limit 4000 -- comment"));
	for (int i = 5000; i > 1000; i--) {
		CHECK_INT(kin_statement_step(statement, NULL), 1);
		CHECK_INT(kin_statement_int64(statement, 0, &null), i);
	}
	CHECK_INT(kin_statement_step(statement, NULL), 0);
	kin_statement_close(statement);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(an_error_that_ends_the_transaction_is_noticed)
{
	kin_db *db = open_cluster("");
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	run(c, "create table t (a integer unique on conflict rollback, b integer unique); insert into t values (1, 1)");
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	CHECK_INT(failure(c, "insert into t values (2, 1)", &error), KIN_EUNIQUE);
	CHECK(kin_connection_in_transaction(c));
	CHECK_INT(failure(c, "insert into t values (1, 2)", &error), KIN_EUNIQUE);
	CHECK(!kin_connection_in_transaction(c));
	CHECK_INT(number(c, "select count(*) from t"), 1);
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(who_has_read_cannot_write_over_what_others_wrote)
{
	kin_db *db = open_cluster("");
	kin_connection *c = acquire(db), *other = acquire(db);
	kin_error error = { 0 };

	run(c, "create table t (a integer)");
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_READ, NULL), KIN_OK);
	CHECK_INT(number(c, "select count(*) from t"), 0);
	run(other, "insert into t values (1)");
	CHECK_INT(failure(c, "insert into t values (2)", &error), KIN_ESERIALIZE);
	CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	kin_error_clear(&error);
	kin_db_release(db, other);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_savepoint_needs_a_transaction)
{
	kin_db *db = open_cluster("");
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	CHECK_INT(kin_connection_savepoint(c, 1, &error), KIN_EINVAL);
	CHECK_HAS(kin_error_text(&error), "none is open");
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_read_only_database_is_not_written)
{
	char *url = strdup(cluster_url(""));
	kin_db *db = open_with((kin_db_options){ .url = url });
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	run(c, "create table t (a)");
	kin_db_release(db, c);
	kin_db_close(db);
	db = open_with((kin_db_options){ .url = url, .read_only = true });
	c = acquire(db);
	CHECK_INT(number(c, "select count(*) from t"), 0);
	CHECK_INT(failure(c, "insert into t values (1)", &error), KIN_EREADONLY);
	CHECK_HAS(kin_error_text(&error), "was opened read-only");
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
	free(url);
}

/* ---- memory ---- */

static int write_some(kin_connection *c, kin_error *error)
{
	static const char sql[] = "insert into t (name) values (?)";
	kin_sql insert = { .text = sql, .length = sizeof(sql) - 1, .id = 0 };
	kin_value name = kin_value_text("Ben");
	int rc = kin_connection_begin(c, KIN_BEGIN_WRITE, error);

	if (rc == KIN_OK)
		rc = kin_connection_execute(c, &insert, &name, 1, NULL, error);
	if (rc == KIN_OK)
		rc = failure(c, "insert into t (name) values ('Rex') returning id", error);
	if (rc == KIN_OK)
		rc = kin_connection_commit(c, error);
	if (rc < 0 && kin_connection_in_transaction(c))
		CHECK_INT(kin_connection_rollback(c, NULL), KIN_OK);
	return rc;
}

static int read_some(kin_connection *c, kin_error *error)
{
	kin_sql sql = sql_once("with recursive r (n) as (select 1 union all select n + 1 from r where n < 2000) select n, 'text' from r");
	kin_statement *statement;
	int rc = kin_statement_open(c, &sql, &statement, error);

	if (rc < 0)
		return rc;
	rc = kin_statement_step(statement, error);
	if (rc == 1)
		rc = failure(c, "select name from t", error);
	while (rc >= 0 && (rc = kin_statement_step(statement, error)) == 1)
		;
	kin_statement_close(statement);
	return rc;
}

static int use_fused(kin_db *db, kin_error *error)
{
	kin_connection *c;
	int rc = kin_db_acquire(db, &c, error);

	if (rc < 0)
		return rc;
	if ((rc = kin_connection_run(c, "create table if not exists t (id integer primary key, name varchar(20))", error)) == KIN_OK &&
	    (rc = write_some(c, error)) == KIN_OK)
		rc = read_some(c, error);
	kin_db_release(db, c);
	return rc;
}

FUSED(memory_may_run_out_anywhere)
{
	static char *url;
	kin_error error = { 0 };

	if (!url)
		url = strdup(cluster_url(""));
	kin_db *db = kin_db_open(&(kin_db_options){ .url = url }, NULL);
	int rc = db ? use_fused(db, &error) : KIN_ENOMEM;
	kin_error_clear(&error);
	kin_db_close(db);
	return rc;
}

/* What is said of a node that is not there takes memory too. */
FUSED(memory_may_run_out_where_a_node_is_gone)
{
	static char *nodes;
	kin_error error = { 0 };
	kin_connection *c;
	char url[600];

	if (!nodes)
		nodes = strdup(cluster_url("") + strlen("dqlite://"));
	snprintf(url, sizeof(url), "dqlite://127.0.0.1:1,%s", nodes);
	kin_db *db = kin_db_open(&(kin_db_options){ .url = url }, NULL);
	int rc = db ? kin_db_acquire(db, &c, &error) : KIN_ENOMEM;
	if (rc == KIN_OK)
		kin_db_release(db, c);
	kin_error_clear(&error);
	kin_db_close(db);
	return rc;
}
