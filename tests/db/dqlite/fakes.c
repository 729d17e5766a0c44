/* Servers that answer nonsense, stop in the middle, or say nothing: each comes out as an error, and nothing is read that is not there. */
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/dqlite/cluster.h"

static int connect_failure(const pretender *p, const char *options, kin_error *error)
{
	kin_db *db = open_with((kin_db_options){ .url = fake_url(p, options) });
	kin_connection *c;
	int rc = kin_db_acquire(db, &c, error);

	if (rc == KIN_OK)
		kin_db_release(db, c);
	kin_db_close(db);
	return rc;
}

static void check_failure(pretend_fn *serve, const char *options, const char *says)
{
	kin_error error = { 0 };
	pretender p;

	pretend(&p, serve, NULL);
	CHECK_INT(connect_failure(&p, options, &error), KIN_ECANTOPEN);
	CHECK_HAS(kin_error_text(&error), says);
	kin_error_clear(&error);
	pretend_no_more(&p);
}

static void say_http(int socket, void *context)
{
	static const char hello[] = "HTTP/1.1 400 Bad Request\r\n\r\n";

	(void)context;
	send(socket, hello, sizeof(hello) - 1, MSG_NOSIGNAL);
}

static void say_nothing(int socket, void *context)
{
	char byte;

	(void)context;
	while (recv(socket, &byte, 1, 0) > 0)
		;
}

static void hang_up(int socket, void *context)
{
	(void)socket, (void)context;
}

static void know_no_leader(int socket, void *context)
{
	kin_text body;
	char version[8];

	(void)context;
	kin_text_init(&body);
	if (recv(socket, version, sizeof(version), MSG_WAITALL) == 8 && fake_request(socket) >= 0 && fake_request(socket) >= 0) {
		kin_frame_put_u64(&body, 15000);
		fake_send(socket, KIN_ANSWER_WELCOME, &body);
		kin_frame_put_text(&body, "", 0);
		fake_send(socket, KIN_ANSWER_NODE, &body);
	}
	kin_text_done(&body);
}

TEST(what_is_no_node_is_told_apart)
{
	check_failure(say_http, "", "it is no node of dqlite");
	check_failure(hang_up, "", "can be reached: 127.0.0.1:"); /* closed or reset, as it happens */
	check_failure(say_nothing, "?connect_timeout=1", "no answer");
	check_failure(know_no_leader, "?connect_timeout=1", "had no leader for 1 s: ");
}

TEST(nobody_is_there)
{
	kin_error error = { 0 };
	pretender p;

	pretend(&p, hang_up, NULL);
	pretend_no_more(&p);
	CHECK_INT(connect_failure(&p, "", &error), KIN_ECANTOPEN);
	CHECK_HAS(kin_error_text(&error), "Connection refused");
	CHECK_HAS(kin_error_text(&error), "no node of the dqlite cluster at 127.0.0.1:");
	kin_error_clear(&error);
}

/* ---- answers to statements ---- */

/* What it answers to the query, in so many bytes: then it hangs up. */
typedef struct script {
	pretender p;
	kin_text  answer;
	size_t    length;
} script;

static void put_header(kin_text *out, int type, size_t words)
{
	kin_frame_put_u32(out, (uint32_t)words);
	kin_frame_put_u32(out, (uint32_t)type);
}

static void put_number_and_text(kin_text *out, int64_t n, const char *text)
{
	kin_frame_put_u64(out, KIN_WIRE_INTEGER | KIN_WIRE_TEXT << 4 | KIN_WIRE_NULL << 8);
	kin_frame_put_u64(out, (uint64_t)n);
	kin_frame_put_text(out, text, strlen(text));
	kin_frame_put_u64(out, 0);
}

/* Two batches, of two rows and of one. */
static void write_rows(kin_text *out)
{
	for (int batch = 0; batch < 2; batch++) {
		size_t start = out->length;
		put_header(out, KIN_ANSWER_ROWS, 0);
		kin_frame_put_u64(out, 3);
		kin_frame_put_text(out, "n", 1);
		kin_frame_put_text(out, "text", 4);
		kin_frame_put_text(out, "z", 1);
		put_number_and_text(out, 1, "one");
		if (batch == 0)
			put_number_and_text(out, -2, "a text of more than one word");
		kin_frame_put_u64(out, batch == 0 ? KIN_FRAME_MORE : KIN_FRAME_DONE);
		kin_frame_end(out, start);
		out->data[start + 4] = KIN_ANSWER_ROWS;
	}
}

/* PRAGMA is prepared, not described. */
static void play(int socket, void *context)
{
	const script *s = context;
	kin_text body;

	kin_text_init(&body);
	if (fake_welcome(socket, s->p.port) && fake_request(socket) == KIN_ASK_PREPARE) {
		kin_frame_put_u64(&body, 0);
		kin_frame_put_u64(&body, 0);
		fake_send(socket, KIN_ANSWER_STATEMENT, &body);
		if (fake_request(socket) == KIN_ASK_QUERY)
			send(socket, s->answer.data, s->length, MSG_NOSIGNAL);
		shutdown(socket, SHUT_WR);
		fake_request(socket);
	}
	kin_text_done(&body);
}

/* Read it all, in a transaction that is none, so that nothing is tried again. Returns what it ends with. */
static int read_all(kin_db *db, int *ret_rows, kin_error *error)
{
	kin_connection *c = acquire(db);
	kin_statement *statement = prepare(c, sql_once("pragma table_info(t)"));
	kin_value value;
	bool null;
	int rc;

	*ret_rows = 0;
	kin_dqlite_of(c)->in_transaction = true;
	while ((rc = kin_statement_step(statement, error)) == 1) {
		for (size_t i = 0; i < kin_statement_columns(statement); i++) {
			CHECK_INT(kin_statement_value(statement, i, KIN_KIND_NULL, &value, NULL), KIN_OK);
			kin_statement_int64(statement, i, &null);
			if (value.kind == KIN_KIND_TEXT)
				CHECK_INT(strlen(value.as.data), value.size);
		}
		++*ret_rows;
	}
	kin_statement_close(statement);
	kin_dqlite_drop(kin_dqlite_of(c));
	kin_db_release(db, c);
	return rc;
}

static int play_once(script *s, int *ret_rows, kin_error *error)
{
	kin_db *db = open_with((kin_db_options){ .url = fake_url(&s->p, "?response_timeout=5") });
	int rc = read_all(db, ret_rows, error);

	kin_db_close(db);
	return rc;
}

TEST(a_result_that_stops_anywhere_is_an_error)
{
	script s = { 0 };
	int rows;

	kin_text_init(&s.answer);
	write_rows(&s.answer);
	pretend(&s.p, play, &s);
	s.length = s.answer.length;
	CHECK_INT(play_once(&s, &rows, NULL), 0);
	CHECK_INT(rows, 3);
	for (s.length = 0; s.length < s.answer.length; s.length++) {
		kin_error error = { 0 };
		int rc = play_once(&s, &rows, &error);
		CHECK_MSG(rc == KIN_ECONNECTION, "after %zu bytes: %s: %s", s.length, kin_errname(rc), kin_error_text(&error));
		CHECK_HAS(kin_error_text(&error), "with it the transaction");
		kin_error_clear(&error);
	}
	pretend_no_more(&s.p);
	kin_text_done(&s.answer);
}

/* Some bytes are others. The header mostly stays, or nothing would be read at all. */
static void spoil(kin_text *answer)
{
	for (int i = 1 + rand() % 4; i > 0; i--) {
		size_t at = (size_t)rand() % answer->length;
		if (at < KIN_FRAME_HEADER && rand() % 4)
			at += KIN_FRAME_HEADER;
		answer->data[at] = (char)(rand() % 2 ? rand() : rand() % 16);
	}
}

TEST(a_spoiled_result_is_an_error_or_rows)
{
	int rounds = kin_test_rounds(600), rows, failures = 0;
	script s = { 0 };

	srand((unsigned)kin_test_seed("spoiled"));
	kin_text_init(&s.answer);
	pretend(&s.p, play, &s);
	for (int i = 0; i < rounds; i++) {
		kin_error error = { 0 };
		kin_text_clear(&s.answer);
		write_rows(&s.answer);
		spoil(&s.answer);
		s.length = s.answer.length;
		failures += play_once(&s, &rows, &error) < 0;
		CHECK((error.code < 0) == (kin_error_text(&error)[0] != '\0'));
		kin_error_clear(&error);
	}
	CHECK(failures > rounds / 10);
	pretend_no_more(&s.p);
	kin_text_done(&s.answer);
}

static void babble(int socket, void *context)
{
	char bytes[4096];
	size_t length = 8 * (size_t)(rand() % 64);

	(void)context;
	for (size_t i = 0; i < length; i++)
		bytes[i] = (char)(rand() % 3 ? 0 : rand() % 16);
	send(socket, bytes, length, MSG_NOSIGNAL);
}

TEST(random_bytes_are_no_leader)
{
	pretender p;

	srand((unsigned)kin_test_seed("babble"));
	pretend(&p, babble, NULL);
	for (int i = kin_test_rounds(200); i > 0; i--) {
		kin_error error = { 0 };
		CHECK(connect_failure(&p, "?connect_timeout=0", &error) < 0);
		CHECK(*kin_error_text(&error));
		kin_error_clear(&error);
	}
	pretend_no_more(&p);
}

/* A failed query has what was written of its rows in front of the failure. */
TEST(a_failure_is_found_behind_rows)
{
	script s = { 0 };
	kin_error error = { 0 };
	int rows;

	kin_text_init(&s.answer);
	size_t start = kin_frame_begin(&s.answer, 0);
	kin_frame_put_u64(&s.answer, 1);
	kin_frame_put_text(&s.answer, "a", 1);
	kin_frame_put_u64(&s.answer, 1);
	kin_frame_put_u64(&s.answer, 42);
	kin_frame_put_u64(&s.answer, 275);
	kin_frame_put_text(&s.answer, "CHECK constraint failed: ck", 27);
	kin_frame_end(&s.answer, start);
	s.length = s.answer.length;
	pretend(&s.p, play, &s);
	CHECK_INT(play_once(&s, &rows, &error), KIN_ECHECK);
	CHECK_TEXT(error.name, "ck");
	kin_error_clear(&error);
	pretend_no_more(&s.p);
	kin_text_done(&s.answer);
}

/* A node that leads, says so once more when it is asked, and then nothing. */
static void grow_silent(int socket, void *context)
{
	pretender *p = context;
	char address[32];
	kin_text body;

	kin_text_init(&body);
	if (fake_welcome(socket, p->port) && fake_request(socket) == KIN_ASK_LEADER) {
		kin_frame_put_u64(&body, 1);
		kin_frame_put_text(&body, address, (size_t)snprintf(address, sizeof(address), "127.0.0.1:%d", p->port));
		fake_send(socket, KIN_ANSWER_NODE, &body);
		while (fake_request(socket) >= 0)
			continue;
	}
	kin_text_done(&body);
}

TEST(a_node_that_says_no_more_is_noticed_before_it_is_used_again)
{
	pretender p;

	pretend(&p, grow_silent, &p);
	kin_db *db = open_with((kin_db_options){ .url = fake_url(&p, "?connect_timeout=1&pool_pre_ping=1") });
	kin_connection *c = acquire(db);
	uint64_t trips = kin_connection_trips(c);
	kin_db_release(db, c);
	c = acquire(db);
	CHECK_INT(kin_connection_trips(c), trips + 1);
	kin_db_release(db, c);
	int64_t start = kin_clock_steady();
	c = acquire(db); /* another one */
	CHECK(kin_clock_steady() - start >= 900000);
	CHECK_INT(kin_connection_trips(c), trips);
	kin_db_release(db, c);
	kin_db_close(db);
	pretend_no_more(&p);
}
