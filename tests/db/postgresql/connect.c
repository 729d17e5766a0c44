/* Tests of db/postgresql/config.c and connect.c: URLs, and servers that do not let one in. */
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/postgresql/server.h"

static void check_url(const char *url, const char *sentence)
{
	char *message = NULL;
	kin_db *db = kin_db_open(&(kin_db_options){ .url = url }, &message);

	CHECK_MSG(!db, "%s was accepted", url);
	CHECK_HAS(message, sentence);
	CHECK_MSG(!strstr(message, "secret"), "the password is in: %s", message);
	free(message);
}

TEST(options_of_urls_are_checked)
{
	check_url("postgresql://u:secret@h/d?sslmod=require", "'sslmod' in the database URL is no option of postgresql: did you mean sslmode;");
	check_url("postgresql://u:secret@h/d?timeout=x", "timeout=x in the database URL: expected a number of milliseconds");
	check_url("postgresql://u:secret@h/d?connect_timeout=-1", "connect_timeout=-1 in the database URL: expected a number of seconds");
	check_url("postgresql://u:secret@h/d?client_encoding=LATIN1", "it is UTF8 always");
}

static void check_fails(const char *url, int code, const char *sentence)
{
	kin_error error = { 0 };
	int rc = connect_failure(url, &error);

	CHECK_MSG(rc == code, "%s: %s: %s", url, kin_errname(rc), kin_error_text(&error));
	CHECK_HAS(kin_error_text(&error), sentence);
	CHECK_MSG(!strstr(kin_error_text(&error), "secret"), "the password is in: %s", kin_error_text(&error));
	CHECK_MSG(!strchr(kin_error_text(&error), '\n'), "more than a line: %s", kin_error_text(&error));
	kin_error_clear(&error);
}

static const char *with(const char *user, const char *database)
{
	static char url[600];

	snprintf(url, sizeof(url), "postgresql://%s@/%s?host=%s", user, database, server_directory());
	return url;
}

TEST(the_right_password_opens)
{
	kin_error error = { 0 };
	int rc = connect_failure(with("guarded:p%40ss%3Aw%2Frd", "kin"), &error);

	CHECK_MSG(rc == KIN_OK, "%s", kin_error_text(&error));
}

TEST(who_may_not_in_is_told_why)
{
	check_fails(with("guarded:secret", "kin"), KIN_EAUTH, "does not let user guarded in: password authentication failed");
	check_fails(with("guarded", "kin"), KIN_EAUTH, "wants a password of user guarded, and the database URL has none");
	check_fails(with("nobody_here:secret", "kin"), KIN_EAUTH, "role \"nobody_here\" does not exist");
	check_fails(with("refused", "kin"), KIN_EAUTH, "rejects connection");
}

TEST(a_database_that_is_missing_can_be_made)
{
	check_fails(with("kin", "nothing"), KIN_ECANTOPEN, "has no database nothing; `createdb nothing`, or CREATE DATABASE, makes it");
}

TEST(servers_that_are_not_there)
{
	check_fails("postgresql://u:secret@127.0.0.1:1/d", KIN_ECANTOPEN, "cannot connect to the PostgreSQL server at 127.0.0.1:1: ");
	check_fails("postgresql://u:secret@nowhere.invalid/d", KIN_ECANTOPEN, "nowhere.invalid");
	check_fails("postgresql://u:secret@/d?host=/nowhere/at/all", KIN_ECANTOPEN, "No such file or directory");
	check_fails("postgresql://u:secret@%2Fnowhere:5433/d", KIN_ECANTOPEN, "/nowhere/.s.PGSQL.5433");
}

TEST(of_several_hosts_the_first_that_answers_is_taken)
{
	char url[600];

	snprintf(url, sizeof(url), "postgresql://kin@/kin?host=/nowhere,%s", server_directory());
	kin_db *db = open_with((kin_db_options){ .url = url });
	kin_connection *c = acquire(db);
	CHECK_INT(number(c, "select 1"), 1);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(the_search_path_is_where_tables_are_made_and_found)
{
	kin_db *plain = open_server("");
	kin_connection *c = acquire(plain);
	kin_arena arena = { 0 };
	kin_schema schema;

	run(c, "drop schema if exists \"My Shop\" cascade; create schema \"My Shop\"; create table elsewhere (a integer)");
	kin_db *db = open_server("&search_path=%22My%20Shop%22,public");
	kin_connection *d = acquire(db);
	run(d, "create table pets (a integer)");
	CHECK_INT(number(c, "select count(*) from \"My Shop\".pets"), 0);
	CHECK_INT(number(d, "select count(*) from elsewhere"), 0);
	CHECK_INT(kin_connection_reflect(d, &arena, &schema, NULL), KIN_OK);
	CHECK_INT(schema.table_count, 1);
	CHECK_TEXT(schema.tables[0]->name, "pets");
	kin_arena_done(&arena);
	kin_db_release(db, d);
	kin_db_close(db);
	run(c, "drop schema \"My Shop\" cascade");
	kin_db_release(plain, c);
	kin_db_close(plain);
}

TEST(libpqs_options_go_through)
{
	kin_db *db = open_server("&application_name=the%20app&options=-c%20work_mem%3D5MB");
	kin_connection *c = acquire(db);

	CHECK_INT(number(c, "select count(*) from pg_settings where name = 'application_name' and setting = 'the app'"), 1);
	CHECK_INT(number(c, "select count(*) from pg_settings where name = 'work_mem' and setting = '5120'"), 1);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_session_has_the_settings_that_kin_counts_on)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);

	CHECK_INT(number(c, "select count(*) from pg_settings where (name, setting) in (('TimeZone', 'UTC'), ('client_encoding', 'UTF8'),"
	                    " ('standard_conforming_strings', 'on'), ('lock_timeout', '5000'))"), 4);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_database_that_was_opened_read_only_is_not_written)
{
	kin_db *db = open_with((kin_db_options){ .url = server_url(), .read_only = true });
	kin_connection *c = acquire(db);
	kin_error error = { 0 };

	CHECK_INT(failure(c, "create table t (a int)", &error), KIN_EREADONLY);
	CHECK_TEXT(kin_error_text(&error), "the database was opened read-only");
	kin_error_clear(&error);
	kin_db_release(db, c);
	kin_db_close(db);
}

/* ---- servers that only pretend ---- */

/* What the client sends first, and then a text. */
typedef struct answer {
	const char *bytes;
	size_t      size;
} answer;

static void serve_answer(int socket, void *context)
{
	const answer *a = context;
	char ignored[1024];

	if (read(socket, ignored, sizeof(ignored)) > 0 && write(socket, a->bytes, a->size) == (ssize_t)a->size)
		shutdown(socket, SHUT_WR);
	while (read(socket, ignored, sizeof(ignored)) > 0)
		continue;
}

static void check_answer(const char *bytes, size_t size, const char *sentence)
{
	answer a = { bytes, size };
	fake f;

	fake_start(&f, serve_answer, &a);
	check_fails(fake_url(&f, ""), KIN_ECANTOPEN, sentence);
	fake_stop(&f);
}

#define CHECK_ANSWER(literal, sentence) check_answer((literal), sizeof(literal) - 1, (sentence))

TEST(a_server_that_is_something_else_is_refused)
{
	CHECK_ANSWER("HTTP/1.1 400 Bad Request\r\n\r\n", "is no PostgreSQL server but a web server");
}

TEST(a_server_that_says_nothing_is_refused)
{
	CHECK_ANSWER("", "server closed the connection unexpectedly");
}

TEST(a_server_that_stops_in_the_middle_of_a_packet_is_refused)
{
	CHECK_ANSWER("R\0\0\0\x08\0\0", "server closed the connection unexpectedly");
}

#define AUTHENTICATED "R\0\0\0\x08\0\0\0\0"
#define SETTINGS(version) \
	"S\0\0\0\x11" "TimeZone\0UTC\0" \
	"S\0\0\0\x23" "standard_conforming_strings\0on\0" \
	"S\0\0\0\x19" "client_encoding\0UTF8\0" \
	"S\0\0\0\x19" "server_version\0" version "\0"
#define READY "Z\0\0\0\x05I"

TEST(a_server_that_is_too_old_is_refused)
{
	CHECK_ANSWER(AUTHENTICATED SETTINGS("11.22") READY, "is PostgreSQL 11.22; kin needs 12 or newer");
}

/* Takes connections and never says anything. */
static void serve_silence(int socket, void *context)
{
	char ignored[1024];

	(void)context;
	while (read(socket, ignored, sizeof(ignored)) > 0)
		continue;
}

TEST(a_server_that_is_silent_is_not_waited_for_for_ever)
{
	fake f;
	int64_t start = kin_clock_steady();

	fake_start(&f, serve_silence, NULL);
	check_fails(fake_url(&f, "&connect_timeout=1"), KIN_ECANTOPEN, "no answer within 1 s");
	CHECK(kin_clock_steady() - start >= 1000000);
	fake_stop(&f);
}

TEST(of_several_hosts_a_silent_one_is_passed_over)
{
	char more[400];
	fake f;

	snprintf(more, sizeof(more), ",%s&connect_timeout=1", server_directory());
	fake_start(&f, serve_silence, NULL);
	kin_db *db = open_with((kin_db_options){ .url = fake_url(&f, more) });
	kin_connection *c = acquire(db);
	CHECK_INT(number(c, "select 1"), 1);
	kin_db_release(db, c);
	kin_db_close(db);
	fake_stop(&f);
}

static uint64_t trips_of(kin_connection *c, kin_sql sql)
{
	uint64_t before = kin_connection_trips(c);

	CHECK_INT(kin_connection_execute(c, &sql, NULL, 0, NULL, NULL), KIN_OK);
	return kin_connection_trips(c) - before;
}

TEST(a_new_connection_is_asked_nothing_and_a_statement_is_prepared_once)
{
	kin_db *db = open_server("&search_path=public");
	kin_connection *c = acquire(db);
	kin_sql kept = sql_kept("select 1");

	CHECK_INT(kin_connection_trips(c), 0);
	CHECK_INT(kin_connection_begin(c, KIN_BEGIN_READ, NULL), KIN_OK);
	CHECK_INT(kin_connection_trips(c), 1);
	CHECK_INT(trips_of(c, kept), 2);
	CHECK_INT(trips_of(c, kept), 1);
	CHECK_INT(kin_connection_commit(c, NULL), KIN_OK);
	CHECK_INT(kin_connection_trips(c), 5);
	kin_db_release(db, c);
	kin_db_close(db);
}
