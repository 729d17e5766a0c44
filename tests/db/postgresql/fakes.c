/* Tests of servers that are not what the URL says: silent, broken, of another kind, too old. Each is told apart in bounded time, with its
 * own sentence, and without the password. */
#include "base/clock.h"
#include "db/fake.h"
#include "db/postgresql/server.h"

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
	CHECK(kin_clock_steady() - start < INT64_C(1000000) * LONGEST);
	kin_error_clear(&error);
}

static void check(lines l, const char *options, int code, const char *sentence)
{
	char url[200];
	pretender p;

	pretend(&p, pretend_lines, &l);
	snprintf(url, sizeof(url), "postgresql://ann:hunter2@127.0.0.1:%d/pets?connect_timeout=1%s", p.port, options);
	check_url(url, code, sentence);
	pretend_no_more(&p);
}

#define BYTES(literal) (literal), sizeof(literal) - 1
#define FIRST(literal) .first = (literal), .first_size = sizeof(literal) - 1
#define ANSWER(literal) .answer = (literal), .answer_size = sizeof(literal) - 1
#define PLAIN "&sslmode=disable&gssencmode=disable"

TEST(a_server_that_listens_and_is_silent)
{
	check((lines){ 0 }, "", KIN_ECANTOPEN, "no answer within 1 s; ?connect_timeout=… in the URL changes how long to wait");
	check((lines){ 0 }, PLAIN, KIN_ECANTOPEN, "no answer within 1 s");
}

TEST(a_server_that_hangs_up_at_once)
{
	check((lines){ .end = true }, "", KIN_ECANTOPEN, "cannot connect to the PostgreSQL server at 127.0.0.1:");
	check((lines){ .end = true, ANSWER("") }, PLAIN, KIN_ECANTOPEN, "server closed the connection unexpectedly");
}

TEST(a_server_that_answers_garbage)
{
	check((lines){ ANSWER("\x01\x02\xff\x00\xfe garbage"), .end = true }, "", KIN_ECANTOPEN,
	      "is no PostgreSQL server but something else; check host and port in the database URL");
	check((lines){ ANSWER("\xff\xff\xff\xff\xff\xff") }, PLAIN, KIN_ECANTOPEN, "is no PostgreSQL server but something else");
	check((lines){ ANSWER("R\x7f\xff\xff\xff garbage"), .end = true }, PLAIN, KIN_ECANTOPEN, "cannot connect to the PostgreSQL server");
	check((lines){ ANSWER("R\x7f\xff\xff\xff garbage") }, PLAIN, KIN_ECANTOPEN, "cannot connect to the PostgreSQL server");
	check((lines){ ANSWER("R\0\0\0\x08\0\0\0\x7f"), .end = true }, PLAIN, KIN_ECANTOPEN, "cannot connect to the PostgreSQL server");
}

TEST(a_server_of_another_kind)
{
	check((lines){ ANSWER("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n"), .end = true }, "", KIN_ECANTOPEN,
	      "is no PostgreSQL server but a web server; check host and port in the database URL");
	check((lines){ FIRST("\x5d\0\0\0\x0a" "5.5.5-10.11.19-MariaDB-0+deb12u1\0abcdefgh12345678") }, "", KIN_ECANTOPEN,
	      "is no PostgreSQL server but a MariaDB or MySQL server: its URL begins with mariadb://;");
	check((lines){ FIRST("\x52\0\0\0\x0a" "8.0.36\0abc") }, PLAIN, KIN_ECANTOPEN, "cannot connect to the PostgreSQL server");
	check((lines){ FIRST("\x17\0\0\0\xff\x10\x04Too many connections") }, PLAIN, KIN_ECANTOPEN, "a MariaDB or MySQL server");
	check((lines){ FIRST("SSH-2.0-OpenSSH_9.2\r\n") }, "", KIN_ECANTOPEN, "is no PostgreSQL server but an SSH server;");
	check((lines){ ANSWER("-ERR unknown command\r\n") }, "", KIN_ECANTOPEN, "is no PostgreSQL server but a Redis server;");
	check((lines){ FIRST("220 mail.example ESMTP\r\n") }, "", KIN_ECANTOPEN, "is no PostgreSQL server but a mail or FTP server;");
}

TEST(a_server_that_stops_in_the_middle_of_a_packet)
{
	check((lines){ ANSWER("R\0\0\0\x08\0\0"), .end = true }, PLAIN, KIN_ECANTOPEN, "server closed the connection unexpectedly");
	check((lines){ ANSWER("R\0\0\0\x08\0\0") }, PLAIN, KIN_ECANTOPEN, "no answer within 1 s");
	check((lines){ ANSWER("R\0\0\0\x08\0\0\0\0S\0\0\0\x19" "client_enc"), .end = true }, PLAIN, KIN_ECANTOPEN,
	      "server closed the connection unexpectedly");
}

TEST(a_server_that_trickles)
{
	check((lines){ ANSWER("R\0\0\0\x08\0\0\0\0S\0\0\0\x19" "client_encoding\0UTF8\0"), .pause = 100 }, PLAIN, KIN_ECANTOPEN,
	      "no answer within 1 s");
}

TEST(a_server_without_the_tls_that_the_url_asks_for)
{
	check((lines){ ANSWER("N") }, "&gssencmode=disable&sslmode=require", KIN_ECANTOPEN,
	      "offers no TLS, and sslmode in the database URL insists on it; set ssl = on there, or ?sslmode=prefer");
	check((lines){ ANSWER("S garbage"), .end = true }, "&gssencmode=disable&sslmode=require", KIN_ECANTOPEN, "cannot connect");
}

/* An error message of the protocol: its length is to be the bytes behind the first one. */
#define REFUSAL(length, state, text) "E\0\0\0" length "SFATAL\0VFATAL\0C" state "\0M" text "\0\0"

TEST(a_server_that_wants_the_tls_that_the_url_forbids)
{
	check((lines){ ANSWER(REFUSAL("\x3e", "28000", "no entry for host x, no encryption")), .end = true }, PLAIN, KIN_EAUTH,
	      "no entry for host x, no encryption; check user and password in the database URL, or let it use TLS, ?sslmode=require");
}

TEST(a_server_with_no_connection_left)
{
	check((lines){ ANSWER(REFUSAL("\x37", "53300", "sorry, too many clients now")), .end = true }, PLAIN, KIN_ETOOMANY,
	      "has no connection left: sorry, too many clients now; let programs keep fewer (pool_size, max_overflow), raise "
	      "max_connections there, or put pgbouncer in front of it");
}

TEST(a_server_that_is_starting)
{
	check((lines){ ANSWER(REFUSAL("\x38", "57P03", "the database is starting up.")), .end = true }, PLAIN, KIN_ECANTOPEN,
	      "is not ready: the database is starting up.; try again in a moment");
}

#define LET_IN "R\0\0\0\x08\0\0\0\0"
#define READY  "Z\0\0\0\x05I"
#define SETTINGS(zone_length, zone, encoding_length, encoding, version) \
	"S\0\0\0" zone_length "TimeZone\0" zone "\0" \
	"S\0\0\0\x23" "standard_conforming_strings\0on\0" \
	"S\0\0\0" encoding_length "client_encoding\0" encoding "\0" \
	"S\0\0\0\x19" "server_version\0" version "\0"

TEST(a_server_that_is_too_old_by_tcp)
{
	check((lines){ ANSWER(LET_IN SETTINGS("\x11", "UTC", "\x19", "UTF8", "9.6.1") READY) }, PLAIN, KIN_ECANTOPEN,
	      "is PostgreSQL 9.6; kin needs 12 or newer");
}

TEST(a_server_that_insists_on_another_time_zone_or_encoding)
{
	check((lines){ ANSWER(LET_IN SETTINGS("\x1b", "Europe/Berlin", "\x19", "UTF8", "15.01") READY) }, PLAIN, KIN_ECANTOPEN,
	      "is Europe/Berlin, and kin needs UTC: a pooler in between, or a setting of the role, has changed it");
	check((lines){ ANSWER(LET_IN SETTINGS("\x11", "UTC", "\x1b", "LATIN1", "15.01") READY) }, PLAIN, KIN_ECANTOPEN,
	      "the client_encoding of the connection to 127.0.0.1:");
}

TEST(a_port_where_nobody_listens)
{
	lines nothing = { 0 };
	char url[100];
	pretender p;

	pretend(&p, pretend_lines, &nothing);
	pretend_no_more(&p);
	snprintf(url, sizeof(url), "postgresql://ann:hunter2@127.0.0.1:%d/pets", p.port);
	check_url(url, KIN_ECANTOPEN, "Connection refused");
}
