/* backfill.c - many rows changed a batch at a time, going on behind the last one after a crash. */
#include <kin/backfill.h>

#include "base/text.h"
#include "orm/session_state.h"

enum { USUAL_BATCH = 1000 };

static const char create_table[] =
	"CREATE TABLE IF NOT EXISTS kin_backfill (name VARCHAR(128) NOT NULL PRIMARY KEY, last_key BIGINT NOT NULL, done BIGINT NOT NULL)";

typedef struct backfill {
	kin_session                *session;
	const kin_backfill_options *options;
	const char                 *name;
	const char                 *key;
	int64_t                     batch;
	int64_t                     last;  /* key behind which the next batch begins */
	bool                        begun; /* there is a row for it */
	int64_t                     done;  /* rows of batches, ever */
	int64_t                     total; /* rows of the table; 0: nobody wants to know */
} backfill;

/* The statement with ? for values as the database has them. */
static int statement(backfill *b, kin_text *out, const char *format, ...) KIN_PRINTF(3, 4);

static int statement(backfill *b, kin_text *out, const char *format, ...)
{
	bool numbered = kin_connection_dialect(b->session->connection)->numbered_params;
	va_list arguments;
	kin_text text;
	int n = 0;

	kin_text_init(&text);
	va_start(arguments, format);
	kin_text_addv(&text, format, arguments);
	va_end(arguments);
	kin_text_clear(out);
	for (const char *s = text.data; *s; s++)
		if (*s == '\1' && numbered)
			kin_text_addf(out, "$%d", ++n);
		else
			kin_text_add_char(out, *s == '\1' ? '?' : *s);
	bool ok = kin_text_ok(&text) && kin_text_ok(out);
	kin_text_done(&text);
	return ok ? KIN_OK : kin_session_nomem(b->session);
}

static int execute(backfill *b, const kin_text *sql, const kin_value *values, size_t count, int64_t *ret_changed)
{
	return kin_connection_execute(b->session->connection, &(kin_sql){ .text = sql->data, .length = sql->length }, values, count,
	                              ret_changed, &b->session->error);
}

/* The first `n` columns of the first row as numbers: 1, 0 without a row or with NULL, or an error. */
static int ask(backfill *b, const kin_text *sql, const kin_value *values, size_t count, int64_t *ret_numbers, size_t n)
{
	kin_error *error = &b->session->error;
	kin_statement *s = NULL;
	bool null = false, any_null = false;
	int rc = kin_statement_open(b->session->connection, &(kin_sql){ .text = sql->data, .length = sql->length }, &s, error);

	for (size_t i = 0; rc == KIN_OK && i < count; i++)
		rc = kin_statement_bind(s, i, &values[i], error);
	if (rc == KIN_OK)
		rc = kin_statement_step(s, error);
	for (size_t i = 0; rc > 0 && i < n; i++) {
		ret_numbers[i] = kin_statement_int64(s, i, &null);
		any_null |= null;
	}
	kin_statement_close(s);
	return rc > 0 && any_null ? 0 : rc;
}

/* MariaDB's CREATE TABLE ends the transaction. */
static int make_table(backfill *b)
{
	kin_connection *connection = b->session->connection;
	int rc = kin_connection_run(connection, create_table, &b->session->error);

	if (rc < 0 || kin_connection_dialect(connection)->transactional_ddl)
		return rc;
	return kin_connection_begin(connection, KIN_BEGIN_WRITE, &b->session->error);
}

static int take_up(backfill *b, kin_text *sql)
{
	kin_value name = kin_value_text(b->name);
	int64_t numbers[2] = { 0 };
	int rc;

	if ((rc = kin_session_begin(b->session, KIN_BEGIN_WRITE)) < 0 ||
	    (rc = make_table(b)) < 0 ||
	    (rc = statement(b, sql, "SELECT last_key, done FROM kin_backfill WHERE name = \1")) < 0 ||
	    (rc = ask(b, sql, &name, 1, numbers, 2)) < 0)
		return rc;
	b->begun = rc > 0;
	b->last = numbers[0];
	b->done = numbers[1];
	if (!b->options->progress)
		return KIN_OK;
	rc = statement(b, sql, "SELECT count(*) FROM %s", b->options->table);
	return rc < 0 ? rc : ask(b, sql, NULL, 0, &b->total, 1);
}

static int write_down(backfill *b, kin_text *sql)
{
	kin_value values[] = { kin_value_int64(b->last), kin_value_int64(b->done), kin_value_text(b->name) };
	int rc = b->begun ? statement(b, sql, "UPDATE kin_backfill SET last_key = \1, done = \1 WHERE name = \1")
	                  : statement(b, sql, "INSERT INTO kin_backfill (last_key, done, name) VALUES (\1, \1, \1)");

	b->begun = true;
	return rc < 0 ? rc : execute(b, sql, values, 3, NULL);
}

/* 1: a batch was done, 0: there are no more rows. */
static int one_batch(backfill *b, kin_text *sql)
{
	const kin_backfill_options *o = b->options;
	kin_value from[] = { kin_value_int64(b->last) };
	int64_t found[2] = { 0 };
	int rc;

	if ((rc = kin_session_begin(b->session, KIN_BEGIN_WRITE)) < 0)
		return rc;
	if (b->begun)
		rc = statement(b, sql, "SELECT max(k), count(k) FROM (SELECT %s AS k FROM %s WHERE %s > \1 ORDER BY %s LIMIT %lld) AS kin_batch",
		               b->key, o->table, b->key, b->key, (long long)b->batch);
	else
		rc = statement(b, sql, "SELECT max(k), count(k) FROM (SELECT %s AS k FROM %s ORDER BY %s LIMIT %lld) AS kin_batch", b->key,
		               o->table, b->key, (long long)b->batch);
	if (rc < 0 || (rc = ask(b, sql, from, b->begun, found, 2)) <= 0)
		return rc;
	kin_value between[] = { kin_value_int64(found[0]), kin_value_int64(b->last) };
	rc = statement(b, sql, "UPDATE %s SET %s WHERE %s <= \1%s%s%s%s%s%s", o->table, o->set, b->key, b->begun ? " AND " : "",
	               b->begun ? b->key : "", b->begun ? " > \1" : "", o->where ? " AND (" : "", o->where ? o->where : "",
	               o->where ? ")" : "");
	if (rc < 0 || (rc = execute(b, sql, between, b->begun ? 2 : 1, NULL)) < 0)
		return rc;
	b->last = found[0];
	b->done += found[1];
	return (rc = write_down(b, sql)) < 0 || (rc = kin_commit(b->session)) < 0 ? rc : 1;
}

/* All rows were visited: the next of this name begins at the first. */
static int forget(backfill *b, kin_text *sql)
{
	kin_value name = kin_value_text(b->name);
	int rc;

	if ((rc = kin_session_begin(b->session, KIN_BEGIN_WRITE)) < 0 ||
	    (rc = statement(b, sql, "DELETE FROM kin_backfill WHERE name = \1")) < 0 || (rc = execute(b, sql, &name, 1, NULL)) < 0)
		return rc;
	return kin_commit(b->session);
}

static int all_batches(backfill *b, kin_text *sql)
{
	int rc = take_up(b, sql);

	if (rc < 0 || (rc = kin_commit(b->session)) < 0)
		return rc;
	while ((rc = one_batch(b, sql)) > 0)
		if (b->options->progress)
			b->options->progress(b->options->context, b->name, b->done, b->total > b->done ? b->total : b->done);
	if (rc == KIN_OK)
		rc = forget(b, sql);
	if (b->options->progress)
		b->options->progress(b->options->context, b->name, b->done, b->done);
	return rc;
}

int64_t kin_backfill(kin_session *session, const kin_backfill_options *options)
{
	backfill b = { .session = session, .options = options, .name = options->name ? options->name : options->table,
		       .key = options->key ? options->key : "id", .batch = options->batch > 0 ? options->batch : USUAL_BATCH };
	int rc = kin_session_ok(session);
	kin_text sql;

	if (rc < 0)
		return rc;
	if (!options->table || !options->set)
		return kin_session_fail(session, KIN_EINVAL, NULL, 0, "kin_backfill: .table and .set are needed");
	if ((rc = kin_commit(session)) < 0)
		return rc;
	kin_text_init(&sql);
	rc = all_batches(&b, &sql);
	kin_text_done(&sql);
	return rc < 0 ? rc : b.done;
}
