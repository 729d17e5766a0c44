/* learn.c - has the node prepare a statement.
 *
 * In a row a node marks values of columns that are declared as BOOLEAN, DATE, DATETIME or TIMESTAMP, and what it does there is not
 * good enough: a NULL becomes 0 or "", and a value that is not of the marked kind ends the node. It knows of declarations only where a
 * column is named, not where it is computed with. So a SELECT is prepared as
 *
 *     WITH kin_rows(c0, c1, …) AS (SELECT …) SELECT +c0 AS "name", +c1 AS "other", … FROM kin_rows
 *
 * which SQLite flattens into the SELECT itself, in its order. The names come from asking for no rows of it first. */
#include "db/dqlite/driver.h"

#define BEFORE "SELECT * FROM ("
#define BEHIND "\n) LIMIT 0"

enum { MOST_PARAMETERS = 32766 }; /* of SQLite */

static void put_prepare(kin_dqlite_connection *c, const char *text, size_t length)
{
	kin_dqlite_put_sql(c, KIN_ASK_PREPARE, text, length);
}

static bool put_describe(kin_dqlite_connection *c, const kin_dqlite_statement *s)
{
	kin_text text;

	kin_text_init(&text);
	kin_text_add(&text, BEFORE);
	kin_text_add_n(&text, s->base.text, s->length);
	kin_text_add(&text, BEHIND);
	bool ok = kin_text_ok(&text);
	if (ok)
		kin_dqlite_put_sql(c, KIN_ASK_QUERY_SQL, text.data, text.length);
	kin_text_done(&text);
	return ok;
}

static bool wrap(kin_dqlite_statement *s)
{
	kin_text *out = &s->wrapped;

	kin_text_clear(out);
	kin_text_add(out, "WITH kin_rows(");
	for (size_t i = 0; i < s->column_count; i++)
		kin_text_addf(out, "%sc%zu", i > 0 ? ", " : "", i);
	kin_text_add(out, ") AS (");
	kin_text_add_n(out, s->base.text, s->length);
	kin_text_add(out, "\n) SELECT ");
	for (size_t i = 0; i < s->column_count; i++) {
		kin_text_addf(out, "%s+c%zu AS ", i > 0 ? ", " : "", i);
		kin_text_add_quoted(out, s->columns[i], '"');
	}
	kin_text_add(out, " FROM kin_rows");
	return kin_text_ok(out);
}

/* What the node has made of it. */
static kin_dqlite_end take_statement(kin_dqlite_connection *c, kin_dqlite_statement *s)
{
	if (c->frame.type != KIN_ANSWER_STATEMENT)
		return kin_dqlite_garbled(c);
	kin_frame_u32(&c->frame);
	uint32_t number = kin_frame_u32(&c->frame);
	uint64_t parameters = kin_frame_u64(&c->frame);
	if (c->frame.bad || (s->parameters && parameters != s->parameter_count) || parameters > MOST_PARAMETERS)
		return kin_dqlite_garbled(c);
	s->number = number;
	s->generation = c->generation;
	s->parameter_count = (size_t)parameters;
	return KIN_DQLITE_ANSWERED;
}

static kin_dqlite_end prepare_text(kin_dqlite_connection *c, kin_dqlite_statement *s, const char *text, size_t length)
{
	put_prepare(c, text, length);
	kin_dqlite_end end = kin_dqlite_ask(c, 1);
	return end == KIN_DQLITE_ANSWERED ? take_statement(c, s) : end;
}

/* The statement as it is, and the names of its columns, in one round trip. *ret_named: they are known. */
static kin_dqlite_end prepare_and_describe(kin_dqlite_connection *c, kin_dqlite_statement *s, bool *ret_named)
{
	kin_dqlite_end end, second;
	int names = KIN_EVALUE;

	*ret_named = false;
	put_prepare(c, s->base.text, s->length);
	if (!put_describe(c, s)) {
		kin_dqlite_unsend(c);
		return KIN_DQLITE_NOMEM;
	}
	end = kin_dqlite_ask(c, 2);
	if (end == KIN_DQLITE_ANSWERED)
		end = take_statement(c, s);
	if (end != KIN_DQLITE_ANSWERED && end != KIN_DQLITE_REFUSED)
		return end;
	int code = c->code;
	kin_text message = c->message; /* the second answer must not write over it */
	kin_text_init(&c->message);
	second = kin_dqlite_next(c);
	if (second == KIN_DQLITE_ANSWERED && c->frame.type == KIN_ANSWER_ROWS)
		names = kin_dqlite_rows_names(s, &c->frame, true);
	*ret_named = names == KIN_OK;
	bool settled = second == KIN_DQLITE_ANSWERED || second == KIN_DQLITE_REFUSED;
	if (settled) {
		kin_text_done(&c->message);
		c->message = message;
		c->code = code;
	} else {
		kin_text_done(&message);
	}
	return names == KIN_ENOMEM ? KIN_DQLITE_NOMEM : settled ? end : second;
}

/* The one that is not needed any more is forgotten along with the next request. */
static kin_dqlite_end replace(kin_dqlite_connection *c, kin_dqlite_statement *s)
{
	kin_dqlite_forget(c, s);
	return prepare_text(c, s, s->wrapped.data, s->wrapped.length);
}

kin_dqlite_end kin_dqlite_learn(kin_dqlite_connection *c, kin_dqlite_statement *s)
{
	kin_dqlite_end end;
	bool named;

	if (s->direct || (s->generation == c->generation && s->generation > 0))
		return KIN_DQLITE_ANSWERED;
	if (s->wrapped.length > 0)
		return prepare_text(c, s, s->wrapped.data, s->wrapped.length);
	if (!s->verb.select)
		return prepare_text(c, s, s->base.text, s->length);
	end = prepare_and_describe(c, s, &named);
	if (end != KIN_DQLITE_ANSWERED || !named)
		return end;
	if (!wrap(s)) {
		kin_dqlite_forget(c, s);
		return KIN_DQLITE_NOMEM;
	}
	return replace(c, s);
}
