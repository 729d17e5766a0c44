/* Tests of servers that are not what the URL says: silent, broken, of another kind, too old. Each is told apart in bounded time, with its
 * own sentence, and without the password. */
#include "base/clock.h"
#include "db/mariadb/server.h"

enum { LONGEST = 8 /* seconds, on a machine that is busy */ };

static void check_url(const char *url, int code, const char *sentence)
{
	int64_t start = kin_clock_steady();
	kin_error error = { 0 };
	int rc = connect_failure(url, &error);

	CHECK_MSG(rc == code, "%s: %s: %s", url, kin_errname(rc), kin_error_text(&error));
	CHECK_HAS(kin_error_text(&error), sentence);
	CHECK_MSG(!strstr(kin_error_text(&error), "hunter2"), "the password is in: %s", kin_error_text(&error));
	CHECK_MSG(!strchr(kin_error_text(&error), '\n'), "more than a line: %s", kin_error_text(&error));
	CHECK_MSG(kin_clock_steady() - start < INT64_C(1000000) * LONGEST, "it took longer than %d s", LONGEST);
	kin_error_clear(&error);
}

static void check(lines l, const char *options, int code, const char *sentence)
{
	char url[200];
	pretender p;

	pretend(&p, pretend_lines, &l);
	snprintf(url, sizeof(url), "mariadb://ann:hunter2@127.0.0.1:%d/pets?connect_timeout=1%s", p.port, options);
	check_url(url, code, sentence);
	pretend_no_more(&p);
}

#define FIRST(literal) .first = (literal), .first_size = sizeof(literal) - 1
#define ANSWER(literal) .answer = (literal), .answer_size = sizeof(literal) - 1

/* What a server says first, without TLS: `size` is 68 and the version's length. What it says of who logs in: `size` is 9 and the message's. */
#define GREETING(size, version) \
	size "\0\0\0\x0a" version "\0\x01\0\0\0abcdefgh\0\xff\xf7\x2d\x02\0\xff\x81\x15\0\0\0\0\0\0\0\0\0\0abcdefghijkl\0mysql_native_password\0"
#define GREETING_TLS(size, version) \
	size "\0\0\0\x0a" version "\0\x01\0\0\0abcdefgh\0\xff\xff\x2d\x02\0\xff\x81\x15\0\0\0\0\0\0\0\0\0\0abcdefghijkl\0mysql_native_password\0"
#define MARIADB "5.5.5-10.11.19-MariaDB"
#define REFUSAL(size, number, state, message) size "\0\0\x02\xff" number "#" state message
#define LET_IN "\x07\0\0\x02\0\0\0\x02\0\0\0"

TEST(a_server_that_listens_and_is_silent)
{
	check((lines){ 0 }, "", KIN_ECANTOPEN, "if it is something else that listens there, check host and port in the database URL");
	check((lines){ FIRST(GREETING("\x5a", MARIADB)) }, "", KIN_ECANTOPEN, "cannot connect to the MariaDB server at 127.0.0.1:");
}

TEST(a_server_that_hangs_up)
{
	check((lines){ .end = true }, "", KIN_ECANTOPEN, "if it is something else that listens there");
	check((lines){ FIRST(GREETING("\x5a", MARIADB)), ANSWER(""), .end = true }, "", KIN_ECANTOPEN, "cannot connect to the MariaDB server");
}

TEST(a_server_that_says_garbage)
{
	check((lines){ FIRST("\x01\x02\xff\x00\xfe garbage"), .end = true }, "", KIN_ECANTOPEN, "if it is something else that listens there");
	check((lines){ FIRST("\xff\xff\xff\0 garbage") }, "", KIN_ECANTOPEN, "if it is something else that listens there");
	check((lines){ FIRST(GREETING("\x5a", MARIADB)), ANSWER("\x03\0\0\x02xyz"), .end = true }, "", KIN_ECANTOPEN, "cannot connect");
	check((lines){ FIRST(GREETING("\x5a", MARIADB)), ANSWER("\xff\xff\xff\x02garbage"), .end = true }, "", KIN_ECANTOPEN, "cannot connect");
}

TEST(a_server_of_another_kind)
{
	check((lines){ FIRST("SSH-2.0-OpenSSH_9.2\r\n"), .end = true }, "", KIN_ECANTOPEN, "is no MariaDB server but an SSH server; check host and port");
	check((lines){ FIRST("220 mail.example ESMTP\r\n") }, "", KIN_ECANTOPEN, "is no MariaDB server but a mail or FTP server");
	/* PostgreSQL and web servers wait to be spoken to first */
	check((lines){ ANSWER("N") }, "", KIN_ECANTOPEN, "is no MariaDB server but a PostgreSQL server: its URL begins with postgresql://");
	check((lines){ ANSWER("E\0\0\0\x0e" "SFATAL\0\0"), .end = true }, "", KIN_ECANTOPEN, "but a PostgreSQL server");
	check((lines){ ANSWER("HTTP/1.1 400 Bad Request\r\n\r\n"), .end = true }, "", KIN_ECANTOPEN, "is no MariaDB server but a web server");
}

TEST(a_server_that_stops_in_the_middle_of_a_packet)
{
	check((lines){ FIRST("\x5a\0\0\0\x0a" "5.5.5-10.11"), .end = true }, "", KIN_ECANTOPEN, "cannot connect to the MariaDB server");
	check((lines){ FIRST("\x5a\0\0\0\x0a" "5.5.5-10.11") }, "", KIN_ECANTOPEN, "cannot connect to the MariaDB server");
	check((lines){ FIRST(GREETING("\x5a", MARIADB)), ANSWER("\x07\0\0\x02\0\0"), .end = true }, "", KIN_ECANTOPEN, "cannot connect");
	check((lines){ FIRST(GREETING("\x5a", MARIADB)), ANSWER("\x07\0\0\x02\0\0") }, "", KIN_ECANTOPEN, "cannot connect");
}

TEST(a_server_that_goes_once_it_has_let_one_in)
{
	check((lines){ FIRST(GREETING("\x5a", MARIADB)), ANSWER(LET_IN), .end = true }, "", KIN_ECONNECTION,
	      "does not take the settings that kin needs");
}

TEST(a_server_that_is_too_old_or_of_mysql)
{
	check((lines){ FIRST(GREETING("\x52", "5.5.68-MariaDB")), ANSWER(LET_IN) }, "", KIN_ECANTOPEN, "is MariaDB 5.5; kin needs 10.5 or newer");
	check((lines){ FIRST(GREETING("\x59", "5.5.5-10.4.34-MariaDB")), ANSWER(LET_IN) }, "", KIN_ECANTOPEN, "is MariaDB 10.4; kin needs 10.5");
	check((lines){ FIRST(GREETING("\x4a", "8.0.36")), ANSWER(LET_IN) }, "", KIN_ECANTOPEN, "is MySQL 8.0.36, not MariaDB");
}

TEST(a_server_without_the_tls_that_the_url_asks_for)
{
	check((lines){ FIRST(GREETING("\x5a", MARIADB)), ANSWER(LET_IN) }, "&ssl_mode=required", KIN_ECANTOPEN, "does not speak TLS, which the database URL asks for");
	check((lines){ FIRST(GREETING_TLS("\x5a", MARIADB)), ANSWER("no TLS at all"), .end = true }, "&ssl_mode=required", KIN_ECANTOPEN, "TLS");
}

TEST(a_server_that_wants_the_tls_that_the_url_does_not_ask_for)
{
	check((lines){ FIRST(GREETING("\x5a", MARIADB)), ANSWER(REFUSAL("\x26", "\x57\x0c", "08004", "insecure transport prohibited")) }, "",
	      KIN_EAUTH, "lets nobody in without TLS: let the database URL ask for it, ?ssl_mode=required: insecure transport prohibited");
}

TEST(a_server_that_lets_nobody_in)
{
	check((lines){ FIRST(GREETING("\x5a", MARIADB)), ANSWER(REFUSAL("\x20", "\x15\x04", "28000", "Access denied for ann@x")) }, "", KIN_EAUTH,
	      "does not let user ann in: Access denied for ann@x; check user and password in the database URL");
	check((lines){ FIRST(GREETING("\x5a", MARIADB)), ANSWER(REFUSAL("\x1e", "\x19\x04", "42000", "Unknown database pets")) }, "",
	      KIN_ECANTOPEN, "has no database pets; CREATE DATABASE pets CHARACTER SET utf8mb4 makes it");
	check((lines){ FIRST("\x22\0\0\0\xff\x6a\x04" "Host 10.0.0.9 is not allowed to"), .end = true }, "", KIN_EAUTH, "Host 10.0.0.9 is not allowed to");
}

TEST(a_server_with_no_connection_left)
{
	check((lines){ FIRST("\x17\0\0\0\xff\x10\x04" "Too many connections"), .end = true }, "", KIN_ETOOMANY,
	      "has no connection left: Too many connections");
}

TEST(a_port_where_nobody_listens)
{
	lines nothing = { 0 };
	char url[100];
	pretender p;

	pretend(&p, pretend_lines, &nothing);
	pretend_no_more(&p);
	snprintf(url, sizeof(url), "mariadb://ann:hunter2@127.0.0.1:%d/pets", p.port);
	check_url(url, KIN_ECANTOPEN, "cannot connect to the MariaDB server at 127.0.0.1:");
}

TEST(a_server_that_says_no_more_is_noticed_before_it_is_used_again)
{
	int64_t start;
	relay r;
	char url[200];
	kin_error error = { 0 };

	relay_start(&r);
	snprintf(url, sizeof(url), "mariadb://kin@127.0.0.1:%d/kin?connect_timeout=1&pool_pre_ping=1", r.p.port);
	kin_db *db = open_with((kin_db_options){ .url = url });
	kin_connection *c = acquire(db);
	kin_db_release(db, c);
	c = acquire(db);
	CHECK_INT(kin_connection_trips(c), 3); /* two to connect, and one to be asked */
	CHECK_INT(number(c, "select 1"), 1);
	kin_db_release(db, c);
	__atomic_store_n(&r.mute, true, __ATOMIC_RELEASE);
	start = kin_clock_steady();
	kin_db_acquire(db, &c, &error);
	CHECK(kin_clock_steady() - start >= 900000);
	CHECK(kin_clock_steady() - start < INT64_C(1000000) * LONGEST);
	if (error.code == KIN_OK)
		kin_db_release(db, c);
	kin_error_clear(&error);
	kin_db_close(db);
	relay_stop(&r);
}
