/* rows.c - reading what a node sends in batches of a few kilobytes.
 *
 * A batch begins with the names of the columns; each row with four bits per value that say its type; and after the rows a word says
 * whether that was all. While batches are on their way the connection can do nothing else: when another statement is run
 * before the last row has been read, the rest is put aside, in memory. */
#include "base/mem.h"
#include "db/dqlite/driver.h"

enum { MOST_COLUMNS = 32767 }; /* of SQLite */

static int damaged(kin_dqlite_connection *c, kin_dqlite_statement *s, kin_error *error)
{
	bool had_transaction = c->in_transaction;

	kin_dqlite_garbled(c);
	s->base.state = KIN_STATEMENT_ENDED;
	return kin_dqlite_error_lost(c, KIN_VERB_READS, had_transaction, s->base.text, error);
}

/* ---- names ---- */

/* One piece of memory: the names' addresses, the values of a row, the names themselves. */
static bool make_columns(kin_dqlite_statement *s, size_t count, size_t bytes)
{
	kin_mem_free(s->columns);
	s->column_count = 0;
	if (!(s->columns = kin_mem_zalloc(count * (sizeof(*s->columns) + sizeof(*s->row)) + bytes)))
		return false;
	s->row = (kin_dqlite_datum *)(s->columns + count);
	return true;
}

/* "id:1" is a second "id". */
static const char *plain_name(const kin_dqlite_statement *s, const char *name, size_t *length)
{
	size_t stem = *length;

	while (stem > 0 && name[stem - 1] >= '0' && name[stem - 1] <= '9')
		stem--;
	if (stem == 0 || stem == *length || name[stem - 1] != ':')
		return name;
	stem--;
	for (size_t i = 0; i < s->column_count; i++)
		if (strlen(s->columns[i]) == stem && memcmp(s->columns[i], name, stem) == 0) {
			*length = stem;
			break;
		}
	return name;
}

/* Behind the names. false: they are not as long as they should be. */
static bool skip_texts(kin_frame *frame, uint64_t count)
{
	size_t length;

	while (!frame->bad && count-- > 0)
		kin_frame_text(frame, &length);
	return !frame->bad;
}

int kin_dqlite_rows_names(kin_dqlite_statement *s, kin_frame *frame, bool fold)
{
	uint64_t count = kin_frame_u64(frame);
	kin_frame names = *frame;

	if (count == 0 || count > MOST_COLUMNS || !skip_texts(frame, count))
		return KIN_EVALUE;
	if (!make_columns(s, (size_t)count, (size_t)(frame->next - names.next)))
		return KIN_ENOMEM;
	char *to = (char *)(s->row + count);
	while (s->column_count < count) {
		size_t length;
		const char *name = kin_frame_text(&names, &length);
		if (fold)
			name = plain_name(s, name, &length);
		s->columns[s->column_count++] = memcpy(to, name, length);
		to += length;
		*to++ = '\0';
	}
	return KIN_OK;
}

/* The names of a further batch, which are those of the first. */
static bool skip_names(const kin_dqlite_statement *s, kin_frame *frame)
{
	return kin_frame_u64(frame) == s->column_count && skip_texts(frame, s->column_count);
}

/* ---- batches ---- */

static bool keep(kin_dqlite_statement *s, const char *body, size_t size)
{
	kin_text_clear(&s->body);
	kin_text_add_n(&s->body, body, size);
	s->batch = (kin_frame){ .next = s->body.data, .end = s->body.data + s->body.length, .type = KIN_ANSWER_ROWS };
	return kin_text_ok(&s->body);
}

static bool has_more(const kin_frame *frame)
{
	kin_frame last = { .next = frame->end - KIN_FRAME_WORD, .end = frame->end };

	return frame->end - frame->next >= KIN_FRAME_WORD && kin_frame_u64(&last) == KIN_FRAME_MORE;
}

int kin_dqlite_rows_begin(kin_dqlite_connection *c, kin_dqlite_statement *s, kin_error *error)
{
	int rc;

	if (c->frame.type != KIN_ANSWER_ROWS)
		return damaged(c, s, error);
	if (has_more(&c->frame))
		c->running = s;
	if (!keep(s, c->frame.next, (size_t)(c->frame.end - c->frame.next)))
		return kin_error_nomem(error);
	s->row_count = 0;
	if (s->column_count > 0 && s->wrapped.length > 0)
		rc = skip_names(s, &s->batch) ? KIN_OK : KIN_EVALUE;
	else
		rc = kin_dqlite_rows_names(s, &s->batch, false);
	if (rc == KIN_OK)
		return KIN_OK;
	return rc == KIN_ENOMEM ? kin_error_nomem(error) : damaged(c, s, error);
}

/* What ended the batches instead of another one. */
static int failed(kin_dqlite_connection *c, kin_dqlite_statement *s, kin_dqlite_end end, bool had_transaction, kin_error *error)
{
	const char *sql = s->base.text;

	s->base.state = KIN_STATEMENT_ENDED;
	switch (end) {
	case KIN_DQLITE_NOMEM:
		return kin_error_nomem(error);
	case KIN_DQLITE_GONE:
		return kin_dqlite_error_lost(c, KIN_VERB_READS, had_transaction, sql, error);
	case KIN_DQLITE_STOPPED:
		return kin_dqlite_error_stopped(c, KIN_VERB_READS, had_transaction, sql, error);
	default:
		return kin_dqlite_error(c, -1, sql, error);
	}
}

/* The next batch from the node, in .frame. */
static kin_dqlite_end receive(kin_dqlite_connection *c)
{
	kin_dqlite_statement *s = c->running;
	kin_dqlite_end end;

	kin_dqlite_begin_work(c);
	end = kin_dqlite_next(c);
	kin_dqlite_end_work(c);
	if (end == KIN_DQLITE_ANSWERED && c->frame.type != KIN_ANSWER_ROWS)
		end = kin_dqlite_garbled(c);
	if (end != KIN_DQLITE_ANSWERED || !has_more(&c->frame))
		c->running = NULL;
	if (end == KIN_DQLITE_GONE)
		s->lost = true;
	return end;
}

static int take_aside(kin_dqlite_statement *s, kin_error *error)
{
	kin_frame left = { .next = s->aside.data + s->taken, .end = s->aside.data + s->aside.length };
	size_t size;
	const char *body = kin_frame_bytes(&left, &size);

	s->taken = (size_t)(left.next - s->aside.data);
	return keep(s, body, size) ? KIN_OK : kin_error_nomem(error);
}

static int next_batch(kin_dqlite_connection *c, kin_dqlite_statement *s, kin_error *error)
{
	bool had_transaction = c->in_transaction;
	int rc = KIN_OK;

	if (s->taken < s->aside.length) {
		rc = take_aside(s, error);
	} else if (c->running == s) {
		kin_dqlite_end end = receive(c);
		if (end != KIN_DQLITE_ANSWERED)
			return failed(c, s, end, had_transaction, error);
		if (!keep(s, c->frame.next, (size_t)(c->frame.end - c->frame.next)))
			rc = kin_error_nomem(error);
	} else {
		s->base.state = KIN_STATEMENT_ENDED;
		return kin_dqlite_error_lost(c, KIN_VERB_READS, s->lost, s->base.text, error);
	}
	if (rc == KIN_OK && !skip_names(s, &s->batch))
		rc = damaged(c, s, error);
	return rc;
}

int kin_dqlite_rows_make_way(kin_dqlite_connection *c, kin_error *error)
{
	kin_dqlite_statement *s = c->running;
	bool had_transaction = c->in_transaction;

	while (c->running) {
		kin_dqlite_end end = receive(c);
		if (end != KIN_DQLITE_ANSWERED)
			return failed(c, s, end, had_transaction, error);
		kin_frame_put_bytes(&s->aside, c->frame.next, (size_t)(c->frame.end - c->frame.next));
		if (kin_text_ok(&s->aside))
			continue;
		s->lost = true;
		kin_dqlite_rows_drain(c);
		return kin_error_nomem(error);
	}
	return KIN_OK;
}

/* Read what is left of what the node sends, and drop it. */
void kin_dqlite_rows_drain(kin_dqlite_connection *c)
{
	while (c->running)
		receive(c);
}

void kin_dqlite_rows_end(kin_dqlite_connection *c, kin_dqlite_statement *s)
{
	if (c->running == s)
		kin_dqlite_rows_drain(c);
	kin_text_clear(&s->aside);
	kin_text_clear(&s->body);
	s->batch = (kin_frame){ 0 };
	s->taken = 0;
}

/* ---- rows ---- */

static void take_number(kin_frame *frame, kin_dqlite_datum *datum)
{
	uint64_t bits = kin_frame_u64(frame);

	datum->integer = (int64_t)bits;
	memcpy(&datum->real, &bits, sizeof(datum->real));
}

/* The last three types come where columns are named by other statements than SELECT. */
static void take_datum(kin_frame *frame, int type, kin_dqlite_datum *datum)
{
	datum->type = type;
	switch (type) {
	case KIN_WIRE_INTEGER:
	case KIN_WIRE_REAL:
	case KIN_WIRE_NULL:
		take_number(frame, datum);
		break;
	case KIN_WIRE_UNIXTIME:
	case KIN_WIRE_BOOLEAN:
		datum->type = KIN_WIRE_INTEGER;
		take_number(frame, datum);
		break;
	case KIN_WIRE_TEXT:
	case KIN_WIRE_ISO8601:
		datum->data = kin_frame_text(frame, &datum->size);
		datum->type = type == KIN_WIRE_ISO8601 && datum->size == 0 ? KIN_WIRE_NULL : KIN_WIRE_TEXT;
		break;
	case KIN_WIRE_BYTES:
		datum->data = kin_frame_bytes(frame, &datum->size);
		break;
	default:
		frame->bad = true;
	}
}

static bool take_row(kin_dqlite_statement *s)
{
	const char *types = kin_frame_skip(&s->batch, (s->column_count + 1) / 2);

	for (size_t i = 0; types && i < s->column_count && !s->batch.bad; i++)
		take_datum(&s->batch, (unsigned char)types[i / 2] >> 4 * (i % 2) & 15, &s->row[i]);
	return !s->batch.bad;
}

int kin_dqlite_rows_next(kin_dqlite_connection *c, kin_dqlite_statement *s, kin_error *error)
{
	int rc;

	for (;;) {
		uint64_t mark = kin_frame_peek(&s->batch);
		if (s->batch.bad)
			return damaged(c, s, error);
		if (mark == KIN_FRAME_DONE) {
			s->base.state = KIN_STATEMENT_ENDED;
			return 0;
		}
		if (mark != KIN_FRAME_MORE)
			break;
		if ((rc = next_batch(c, s, error)) < 0) {
			s->base.state = KIN_STATEMENT_ENDED;
			return rc;
		}
	}
	if (!take_row(s))
		return damaged(c, s, error);
	s->row_count++;
	return 1;
}
