/* ask.c - one request and its answer.
 *
 * A node takes requests one after the other, and reads the next one only when it has answered; so several can be sent at once, and
 * their answers come in order. FINALIZE goes along with the next request, and nobody waits for what is said to it.
 *
 * A node that is no longer the leader says so, or that it knows no database; then what it was asked has not been done. When it
 * lost that place while the others were to agree, it may have been done nevertheless. */
#include <sqlite3.h>

#include "base/clock.h"
#include "db/dqlite/driver.h"

enum {
	NOT_LEADER = SQLITE_IOERR | 40 << 8,
	LEADERSHIP_LOST = SQLITE_IOERR | 41 << 8,
	GRACE = 250000, /* microseconds for an interrupted node to end what it does */
};

static const uint64_t most = UINT64_C(2) << 30; /* bytes of an answer: SQLite's largest row */

static int64_t deadline_of(const kin_dqlite_connection *c)
{
	int timeout = c->config->response_timeout;

	return timeout > 0 ? kin_clock_steady() + INT64_C(1000) * timeout : KIN_LINK_EVER;
}

void kin_dqlite_drop(kin_dqlite_connection *c)
{
	kin_link_close(&c->link);
	c->in_transaction = c->touched = false;
	c->owed = c->awaited = 0;
	if (c->running) {
		c->running->lost = true;
		c->running = NULL;
	}
}

static kin_dqlite_end gone(kin_dqlite_connection *c, bool perhaps)
{
	kin_dqlite_drop(c);
	c->perhaps = perhaps;
	return KIN_DQLITE_GONE;
}

static kin_dqlite_end say_gone(kin_dqlite_connection *c, bool perhaps, const char *why)
{
	kin_text_clear(&c->message);
	kin_text_add(&c->message, why);
	return gone(c, perhaps);
}

/* The node answers no more, in one way or another. */
static kin_dqlite_end broken(kin_dqlite_connection *c, kin_link_end end)
{
	switch (end) {
	case KIN_LINK_NOMEM:
		gone(c, true);
		return KIN_DQLITE_NOMEM;
	case KIN_LINK_CLOSED:
		return say_gone(c, true, c->link.problem);
	case KIN_LINK_SILENT:
		kin_text_clear(&c->message);
		kin_text_addf(&c->message, "no answer within %d s", c->config->response_timeout / 1000);
		return gone(c, true);
	default:
		return say_gone(c, true, "what it sent is no message of dqlite");
	}
}

kin_dqlite_end kin_dqlite_garbled(kin_dqlite_connection *c)
{
	return broken(c, KIN_LINK_GARBLED);
}

/* ---- answers ---- */

static bool ends_rows(const kin_frame *frame)
{
	kin_frame last = { .next = frame->end - KIN_FRAME_WORD, .end = frame->end };

	return frame->end - frame->next < KIN_FRAME_WORD || kin_frame_u64(&last) != KIN_FRAME_MORE;
}

static bool has_zero(const char *word)
{
	return memchr(word, '\0', KIN_FRAME_WORD) != NULL;
}

/* A failed query leaves what was written of its rows in front of the failure. So that is looked for from the end on: a code, which is
 * small, and a text, which has no NUL but in its last word. */
static void skip_to_failure(kin_frame *frame)
{
	static const ptrdiff_t shortest = (ptrdiff_t)2 * KIN_FRAME_WORD;
	const char *code = frame->end - frame->next < shortest ? frame->next : frame->end - shortest;

	while (code > frame->next && !has_zero(code))
		code -= KIN_FRAME_WORD;
	if (code > frame->next)
		frame->next = code;
}

static kin_dqlite_end failure(kin_dqlite_connection *c)
{
	size_t length;

	skip_to_failure(&c->frame);
	uint64_t code = kin_frame_u64(&c->frame);
	const char *message = kin_frame_text(&c->frame, &length);
	if (c->frame.bad)
		return broken(c, KIN_LINK_GARBLED);
	c->code = code <= INT32_MAX ? (int)code : SQLITE_ERROR;
	kin_text_clear(&c->message);
	kin_text_add_n(&c->message, message, length);
	if (c->code == NOT_LEADER || (c->code == SQLITE_NOTFOUND && strstr(message, "no database")))
		return gone(c, false);
	if (c->code == LEADERSHIP_LOST || (c->code & 0xff) == SQLITE_IOERR || c->code == SQLITE_ABORT)
		return gone(c, true);
	return kin_text_ok(&c->message) ? KIN_DQLITE_REFUSED : KIN_DQLITE_NOMEM;
}

static kin_dqlite_end result(kin_dqlite_connection *c)
{
	c->last_key = (int64_t)kin_frame_u64(&c->frame);
	c->changed = (int64_t)kin_frame_u64(&c->frame);
	return c->frame.bad ? broken(c, KIN_LINK_GARBLED) : KIN_DQLITE_ANSWERED;
}

/* ---- an interrupted one ---- */

/* Take all that is still to come, and see whether what was asked has been done after all. */
static kin_link_end wind_up(kin_dqlite_connection *c, bool *ret_done)
{
	int64_t deadline = kin_clock_steady() + GRACE;
	size_t start = kin_frame_begin(&c->link.out, KIN_ASK_INTERRUPT);
	kin_link_end end;

	kin_frame_put_u64(&c->link.out, 0);
	kin_frame_end(&c->link.out, start);
	end = kin_link_send(&c->link, deadline);
	for (size_t left = c->owed + c->awaited + 1; end == KIN_LINK_OK && left > 0;) {
		kin_link_calm(&c->link);
		if ((end = kin_link_receive(&c->link, most, deadline, &c->frame)) == KIN_LINK_INTERRUPTED)
			end = KIN_LINK_OK;
		else if (end == KIN_LINK_OK && (c->frame.type != KIN_ANSWER_ROWS || ends_rows(&c->frame)))
			left--;
		if (end == KIN_LINK_OK && c->frame.type == KIN_ANSWER_RESULT)
			*ret_done = result(c) == KIN_DQLITE_ANSWERED;
	}
	return end;
}

static kin_dqlite_end stop(kin_dqlite_connection *c)
{
	bool done = false;

	kin_link_calm(&c->link);
	if (wind_up(c, &done) != KIN_LINK_OK) {
		say_gone(c, true, "");
		return KIN_DQLITE_STOPPED;
	}
	c->owed = c->awaited = 0;
	c->running = NULL;
	c->perhaps = false;
	c->frame.type = KIN_ANSWER_RESULT;
	return done ? KIN_DQLITE_ANSWERED : KIN_DQLITE_STOPPED;
}

/* ---- asking ---- */

kin_dqlite_end kin_dqlite_next(kin_dqlite_connection *c)
{
	kin_link_end end;

	do {
		end = kin_link_receive(&c->link, most, deadline_of(c), &c->frame);
		if (end == KIN_LINK_INTERRUPTED)
			return stop(c);
		if (end != KIN_LINK_OK)
			return broken(c, end);
	} while (c->owed > 0 && c->owed-- > 0);
	if (c->frame.type != KIN_ANSWER_ROWS || ends_rows(&c->frame))
		c->awaited -= c->awaited > 0;
	if (c->frame.type == KIN_ANSWER_FAILURE)
		return failure(c);
	return c->frame.type == KIN_ANSWER_RESULT ? result(c) : KIN_DQLITE_ANSWERED;
}

void kin_dqlite_unsend(kin_dqlite_connection *c)
{
	kin_text_clear(&c->link.out);
	c->owed = 0;
}

/* A connection that is known to be gone is not asked: then it is certain that nothing was done. */
kin_dqlite_end kin_dqlite_send(kin_dqlite_connection *c, size_t answers)
{
	kin_link_end end;

	c->perhaps = false;
	if (!kin_text_ok(&c->link.out)) {
		kin_dqlite_unsend(c);
		return KIN_DQLITE_NOMEM;
	}
	if (c->awaited == 0 && !kin_link_quiet(&c->link))
		return say_gone(c, false, "it closed the connection");
	c->awaited += answers;
	end = kin_link_send(&c->link, deadline_of(c));
	if (end == KIN_LINK_INTERRUPTED) { /* half a request may be out */
		say_gone(c, true, "");
		return KIN_DQLITE_STOPPED;
	}
	return end == KIN_LINK_OK ? KIN_DQLITE_ANSWERED : broken(c, end);
}

kin_dqlite_end kin_dqlite_ask(kin_dqlite_connection *c, size_t answers)
{
	kin_dqlite_end end = kin_dqlite_send(c, answers);

	c->base.trips++;
	return end == KIN_DQLITE_ANSWERED ? kin_dqlite_next(c) : end;
}

void kin_dqlite_put_sql(kin_dqlite_connection *c, kin_frame_request request, const char *sql, size_t length)
{
	size_t start = kin_frame_begin(&c->link.out, request);

	kin_frame_put_u64(&c->link.out, 0);
	kin_frame_put_text(&c->link.out, sql, length);
	kin_frame_end(&c->link.out, start);
}
