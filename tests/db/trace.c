/* Tests of db/trace.c. */
#include <fcntl.h>
#include <unistd.h>

#include "db/database.h"

typedef struct log {
	char text[1000];
	int  last_rc;
} log;

static void note(void *context, const kin_trace_event *event)
{
	log *l = context;
	size_t length = strlen(l->text);

	CHECK(event->microseconds >= 0);
	snprintf(l->text + length, sizeof(l->text) - length, "%s|", event->sql);
	l->last_rc = event->rc;
}

TEST(every_statement_is_reported_once_when_it_runs)
{
	log l = { "", 0 };
	kin_db *db = open_with((kin_db_options){ .url = "sqlite://", .trace = note, .trace_context = &l });
	kin_connection *c = acquire(db);
	kin_sql both = sql_kept("select 1 union all select 2");

	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	run(c, "create table a (x); drop table a");
	CHECK_INT(kin_connection_savepoint(c, 1, NULL), KIN_OK);
	kin_statement *s = prepare(c, both);
	for (int i = 0; i < 4; i++)
		kin_statement_step(s, NULL);
	kin_statement_close(s);
	CHECK_INT(kin_connection_commit(c, NULL), KIN_OK);
	CHECK_TEXT(l.text, "BEGIN IMMEDIATE|create table a (x);|drop table a|SAVEPOINT kin_1|select 1 union all select 2|COMMIT|");
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_failing_statement_is_reported_with_its_error)
{
	log l = { "", 0 };
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);

	run(c, "create table a (x not null)");
	kin_db_trace(db, note, &l);
	CHECK_INT(failure(c, "insert into a values (null)", NULL), KIN_ENOTNULL);
	CHECK_TEXT(l.text, "insert into a values (null)|");
	CHECK_INT(l.last_rc, KIN_ENOTNULL);
	kin_db_trace(db, NULL, NULL);
	run(c, "drop table a");
	CHECK_TEXT(l.text, "insert into a values (null)|");
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(echo_writes_statements_to_stderr)
{
	char path[600], text[200] = "";
	kin_db *db = open_with((kin_db_options){ .url = "sqlite://", .echo = true });
	kin_connection *c = acquire(db);

	snprintf(path, sizeof(path), "%s/stderr", kin_test_directory());
	int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600), saved = dup(2);
	CHECK(file >= 0 && saved >= 0);
	dup2(file, 2);
	int64_t n = number(c, "select 42");
	run(c, "create table a (x);");
	dup2(saved, 2);
	CHECK_INT(n, 42);
	CHECK(pread(file, text, sizeof(text) - 1, 0) > 0);
	CHECK_HAS(text, "select 42; -- ");
	CHECK_HAS(text, " ms\ncreate table a (x); -- ");
	close(file);
	close(saved);
	kin_db_release(db, c);
	kin_db_close(db);
}
