/* Tests of db/mariadb/config.c and connect.c: URLs, and servers that do not let one in. */
#include <unistd.h>

#include "base/clock.h"
#include "db/mariadb/server.h"

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
	check_url("mysql://u:secret@h/d?ssl_mod=required", "'ssl_mod' in the database URL is no option of mariadb: did you mean ssl_mode;");
	check_url("mysql://u:secret@h/d?local_infile=1", "'local_infile' in the database URL is no option of mariadb");
	check_url("mysql://u:secret@h/d?timeout=x", "timeout=x in the database URL: expected a number of milliseconds");
	check_url("mysql://u:secret@h/d?connect_timeout=-1", "connect_timeout=-1 in the database URL: expected a number of seconds");
	check_url("mysql://u:secret@h/d?charset=latin1", "charset=latin1 in the database URL: expected utf8mb4");
	check_url("mysql://u:secret@h/d?ssl_mode=maybe", "expected disabled, required or verify_identity");
	check_url("mysql://u:secret@h/d?ssl_mode=disabled&ssl_ca=x", "goes with no other option of TLS");
	check_url("mysql://u:secret@h/d?socket=here", "expected the path of a socket");
	check_url("mysql://u:secret@h/d?compress=maybe", "expected true or false");
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

	snprintf(url, sizeof(url), "mysql://%s@/%s?socket=%s", user, database, server_socket());
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
	check_fails(with("guarded:secret", "kin"), KIN_EAUTH, "does not let user guarded in: Access denied");
	check_fails(with("guarded", "kin"), KIN_EAUTH, "does not let user guarded in without a password, and the database URL has none");
	check_fails(with("nobody_here:secret", "kin"), KIN_EAUTH, "does not let user nobody_here in");
	check_fails(with("guarded:p%40ss%3Aw%2Frd", "mysql"), KIN_EAUTH, "to database 'mysql'");
}

TEST(a_database_that_is_missing_can_be_made)
{
	check_fails(with("kin", "nothing"), KIN_ECANTOPEN, "has no database nothing; CREATE DATABASE nothing CHARACTER SET utf8mb4 makes it");
}

TEST(servers_that_are_not_there)
{
	check_fails("mysql://u:secret@127.0.0.1:1/d", KIN_ECANTOPEN, "cannot connect to the MariaDB server at 127.0.0.1:1: ");
	check_fails("mysql://u:secret@nowhere.invalid/d", KIN_ECANTOPEN, "nowhere.invalid");
	check_fails("mysql://u:secret@/d?socket=/nowhere/at/all", KIN_ECANTOPEN, "/nowhere/at/all");
	check_fails("mysql://u:secret@/d?host=/nowhere/else", KIN_ECANTOPEN, "/nowhere/else");
}

/* A connection over TCP with these options is encrypted, or plain; or fails with that error. What a server without TLS says: fakes.c. */
static void check_tls(const char *user, const char *options, int code, const char *sentence)
{
	char url[900];
	relay r;

	relay_start(&r);
	snprintf(url, sizeof(url), "mariadb://%s@127.0.0.1:%d/kin%s", user, r.p.port, options);
	if (code < 0) {
		check_fails(url, code, sentence);
	} else {
		kin_db *db = open_with((kin_db_options){ .url = url });
		kin_connection *c = acquire(db);
		CHECK_INT(number(c, "select length(variable_value) > 0 from information_schema.session_status where variable_name = 'ssl_cipher'"),
		          strcmp(sentence, "encrypted") == 0);
		kin_db_release(db, c);
		kin_db_close(db);
	}
	relay_stop(&r);
}

static const char *verified_by(const char *ca)
{
	static char options[700];

	snprintf(options, sizeof(options), "?ssl_mode=verify_identity&ssl_ca=%.*s/%s", (int)(strrchr(server_socket(), '/') - server_socket()),
	         server_socket(), ca);
	return options;
}

TEST(tls_is_spoken_where_it_is_asked_for)
{
	check_tls("kin", "?ssl_mode=required", KIN_OK, "encrypted");
	check_tls("sealed", "?ssl_mode=required", KIN_OK, "encrypted");
	check_tls("kin", "", KIN_OK, "plain");
	check_tls("kin", "?ssl_mode=disabled", KIN_OK, "plain");
	check_tls("sealed", "?ssl_mode=disabled", KIN_EAUTH, "does not let user sealed in");
}

TEST(a_certificate_is_verified)
{
	check_tls("kin", verified_by("ca.pem"), KIN_OK, "encrypted");
	check_tls("kin", verified_by("other.pem"), KIN_ECANTOPEN, "certificate");
}

TEST(of_several_hosts_the_first_that_answers_is_taken)
{
	char url[200];
	relay r;

	relay_start(&r);
	snprintf(url, sizeof(url), "mysql://kin@127.0.0.1:1,[::1]:1,127.0.0.1:%d/kin", r.p.port);
	kin_db *db = open_with((kin_db_options){ .url = url });
	kin_connection *c = acquire(db);
	CHECK_INT(number(c, "select 1"), 1);
	kin_db_release(db, c);
	kin_db_close(db);
	relay_stop(&r);
}

TEST(a_session_has_the_settings_that_kin_counts_on)
{
	kin_db *db = open_server("");
	kin_connection *c = acquire(db);

	CHECK_INT(number(c, "select @@time_zone = '+00:00' and @@character_set_client = 'utf8mb4' and @@character_set_results = 'utf8mb4'"), 1);
	CHECK_INT(number(c, "select find_in_set('STRICT_ALL_TABLES', @@sql_mode) > 0 and find_in_set('NO_ENGINE_SUBSTITUTION', @@sql_mode) > 0"), 1);
	CHECK_INT(number(c, "select @@default_storage_engine = 'InnoDB' and @@autocommit and @@innodb_lock_wait_timeout = 5"), 1);
	CHECK_INT(number(c, "select '\\n' = 'n' or length('\\') <> 1 or 'a' || 'b' <> 'ab'"), 0);
	kin_db_release(db, c);
	kin_db_close(db);
}

TEST(a_session_begins_with_one_statement)
{
	kin_db *db = open_server("&timeout=1");
	kin_connection *c = acquire(db);

	CHECK_INT(kin_connection_trips(c), 2); /* to be let in, and the settings */
	CHECK_INT(number(c, "select @@innodb_lock_wait_timeout"), 1);
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

static void check_pretended(lines l, const char *options, const char *sentence)
{
	pretender p;
	char url[200];

	pretend(&p, pretend_lines, &l);
	snprintf(url, sizeof(url), "mysql://u:secret@127.0.0.1:%d/d%s", p.port, options);
	check_fails(url, KIN_ECANTOPEN, sentence);
	pretend_no_more(&p);
}

#define CHECK_GREETING(literal, sentence) \
	check_pretended((lines){ .first = (literal), .first_size = sizeof(literal) - 1, .end = 1 }, "", (sentence))

TEST(a_server_that_is_something_else_is_refused)
{
	CHECK_GREETING("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "is no MariaDB server but an SSH server");
	CHECK_GREETING("\x0c\0\0\0\x09" "3.20.0\0abc", "cannot connect to the MariaDB server at 127.0.0.1:");
}

TEST(a_server_that_hangs_up_is_refused)
{
	check_pretended((lines){ .end = 1 }, "", "handshake");
}

TEST(a_server_that_stops_in_the_middle_of_a_packet_is_refused)
{
	CHECK_GREETING("\x4a\0\0\0\x0a" "10.11", "handshake");
}

/* A greeting of a version, and that the client is let in. */
#define GREETING(size, version) \
	size "\0\0\0\x0a" version "\0\x01\0\0\0abcdefgh\0\xff\xf7\x2d\x02\0\xff\x81\x15\0\0\0\0\0\0\0\0\0\0abcdefghijkl\0mysql_native_password\0"
#define LET_IN "\x07\0\0\x02\0\0\0\x02\0\0\0"

#define CHECK_VERSION(size, version, sentence) \
	check_pretended((lines){ .first = GREETING(size, version), .first_size = sizeof(GREETING(size, version)) - 1, \
	                         .answer = LET_IN, .answer_size = sizeof(LET_IN) - 1 }, "", (sentence))

TEST(a_server_that_is_too_old_is_refused)
{
	CHECK_VERSION("\x58", "5.5.5-10.4.9-MariaDB", "is MariaDB 10.4; kin needs 10.5 or newer");
}

TEST(a_server_of_mysql_is_refused)
{
	CHECK_VERSION("\x4a", "8.0.36", "is MySQL 8.0.36, not MariaDB; kin needs MariaDB 10.5 or newer");
}

TEST(a_server_that_is_silent_is_not_waited_for_for_ever)
{
	int64_t start = kin_clock_steady();

	check_pretended((lines){ .end = 0 }, "?connect_timeout=1", "cannot connect");
	CHECK(kin_clock_steady() - start >= 900000);
}
