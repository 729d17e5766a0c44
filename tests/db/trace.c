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

/* What a database writes to stderr while `fn` uses it. Until the next call. */
static const char *written(const char *url, void (*fn)(kin_connection *c))
{
	static char text[4000];
	char path[600];
	kin_db *db = open_with((kin_db_options){ .url = url });
	kin_connection *c = acquire(db);

	snprintf(path, sizeof(path), "%s/stderr", kin_test_directory());
	int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600), saved = dup(2);
	CHECK(file >= 0 && saved >= 0);
	dup2(file, 2);
	fn(c);
	dup2(saved, 2);
	ssize_t length = pread(file, text, sizeof(text) - 1, 0);
	text[length > 0 ? length : 0] = '\0';
	close(file);
	close(saved);
	kin_db_release(db, c);
	kin_db_close(db);
	return text;
}

static void insert(kin_connection *c)
{
	const kin_value values[] = { kin_value_text("Ben"), kin_value_int32(3), kin_value_null(NULL) };
	const char *sql = "insert into a values (?, ?, ?)";

	run(c, "create table a (x, y, z)");
	kin_connection_at(c, (kin_place){ "app.c", 41 });
	CHECK_INT(kin_connection_execute(c, &(kin_sql){ .text = sql, .length = strlen(sql) }, values, 3, NULL, NULL), KIN_OK);
}

TEST(echo_shows_the_place_and_the_values)
{
	const char *text = written("sqlite://?echo=1", insert);

	CHECK_HAS(text, "create table a (x, y, z); -- ");
	CHECK_HAS(text, " ms, app.c:41, ['Ben', 3, NULL]\n");
}

TEST(values_can_be_hidden)
{
	const char *text = written("sqlite://?echo=on&hide_parameters=1", insert);

	CHECK_HAS(text, "insert into a values (?, ?, ?); -- ");
	CHECK_HAS(text, " ms, app.c:41\n");
	CHECK(strstr(text, "Ben") == NULL);
}

/* Longer than 20 ms on any machine. */
static int long_count(void)
{
	return kin_test_rounds(3000000);
}

static void take_long(kin_connection *c)
{
	const kin_value most = kin_value_int64(long_count());
	const char *sql = "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?) select count(*) from n";

	insert(c);
	CHECK_INT(kin_connection_execute(c, &(kin_sql){ .text = sql, .length = strlen(sql) }, &most, 1, NULL, NULL), KIN_OK);
}

TEST(what_is_slow_is_written_and_nothing_else)
{
	const char *text = written("sqlite://?slow=20", take_long);
	char place[64];

	snprintf(place, sizeof(place), " ms, app.c:41, [%d]\n", long_count());
	CHECK_HAS(text, "select count(*) from n; -- ");
	CHECK_HAS(text, place);
	CHECK(strchr(text, '\n') == text + strlen(text) - 1);
	CHECK_TEXT(written("sqlite://?slow=3600000", take_long), "");
}

static void note_values(void *context, const kin_trace_event *event)
{
	snprintf(context, 100, "%s", event->values ? event->values : "none");
}

TEST(a_listener_gets_values_if_it_wants_them)
{
	char last[100] = "";
	kin_db *db = open_with((kin_db_options){ .url = "sqlite://", .trace = note_values, .trace_context = last, .trace_values = true });
	kin_connection *c = acquire(db);

	insert(c);
	CHECK_TEXT(last, "'Ben', 3, NULL");
	kin_db_release(db, c);
	kin_db_close(db);
	db = open_with((kin_db_options){ .url = "sqlite://", .trace = note_values, .trace_context = last });
	c = acquire(db);
	insert(c);
	CHECK_TEXT(last, "none");
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(statements_are_counted_and_those_of_transactions_are_not)
{
	kin_db *db = open_memory();
	kin_connection *c = acquire(db);

	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_WRITE, NULL), KIN_OK);
	insert(c);
	CHECK_INT(kin_connection_savepoint(c, 1, NULL), KIN_OK);
	CHECK_INT(kin_connection_commit(c, NULL), KIN_OK);
	CHECK_INT(kin_connection_runs(c), 2);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_wrong_threshold_is_told)
{
	char *message = NULL;

	CHECK(kin_db_open(&(kin_db_options){ .url = "sqlite://?slow=often" }, &message) == NULL);
	CHECK_HAS(message, "slow=often in the database URL: expected a number of milliseconds; 0 is never");
	free(message);
	CHECK(kin_db_open(&(kin_db_options){ .url = "sqlite://", .slow = -1 }, &message) == NULL);
	CHECK_HAS(message, "slow cannot be negative");
	free(message);
}
