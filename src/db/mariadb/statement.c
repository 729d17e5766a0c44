/* statement.c - prepared statements of MariaDB, run on a connection that can do one thing at a time.
 *
 * Rows come one by one while they are read, in the buffer of the client library: a callback notes where each value lies, and
 * read.c takes it from there. When another statement is run before the last row has been read, the rest is put aside: see
 * kin_maria_make_way(). A statement that says that it streams has its rows kept by the server instead, behind a cursor.
 *
 * What begins and ends a transaction is sent as a text, which saves the round trip of preparing it. */
#include <errmsg.h>
#include <mysqld_error.h>
#include <strings.h>

#include "base/mem.h"
#include "db/mariadb/driver.h"

enum { PREFETCH = 256 }; /* rows that a cursor gives at a time */

/* ---- preparing ---- */

static kin_maria_statement *new_statement(const kin_sql *sql)
{
	kin_maria_statement *s = kin_mem_zalloc(sizeof(*s) + sql->length + 1);

	if (!s)
		return NULL;
	s->base.text = memcpy(s + 1, sql->text, sql->length);
	s->effect = kin_maria_effect_of(s->base.text);
	return s;
}

static int check_text(kin_maria_statement *s, size_t length, kin_error *error)
{
	const char *rest;
	size_t more;

	if (strlen(s->base.text) != length)
		return kin_error_set(error, KIN_ESYNTAX, "there is a NUL character in the SQL");
	const char *start = kin_maria_split(s->base.text, &s->length, &rest);
	if (s->length == 0)
		return kin_error_set(error, KIN_ESYNTAX, "there is no statement in the SQL");
	s->length += (size_t)(start - s->base.text);
	kin_maria_split(rest, &more, &rest);
	return more == 0 ? KIN_OK
	                 : kin_error_set(error, KIN_EINVAL, "this has to be one statement, and after its ; there is another one");
}

/* Room for the values, once their number is known. */
static int make_room(kin_maria_statement *s, kin_error *error)
{
	size_t n = mysql_stmt_param_count(s->handle);

	if (n > 0 && n != s->parameter_count) {
		kin_mem_free(s->binds);
		if (!(s->binds = kin_mem_zalloc(n * (sizeof(*s->binds) + sizeof(*s->scratch)))))
			return kin_error_nomem(error);
		s->scratch = (kin_maria_scratch *)(s->binds + n);
		for (size_t i = 0; i < n; i++)
			s->binds[i].buffer_type = MYSQL_TYPE_NULL;
	}
	s->parameter_count = n;
	return KIN_OK;
}

/* The types that MariaDB has added since its protocol was made are told by a name. */
static bool is_named_text(const MYSQL_FIELD *field)
{
	MARIADB_CONST_STRING name = { NULL, 0 };

	if (mariadb_field_attr(&name, field, MARIADB_FIELD_ATTR_DATA_TYPE_NAME) != 0 || !name.str)
		return false;
	return (name.length == 4 && memcmp(name.str, "uuid", 4) == 0) || (name.length == 5 && memcmp(name.str, "inet", 4) == 0);
}

enum { BINARY = 63 }; /* the character set that is none */

int kin_maria_know_columns(kin_maria_statement *statement, kin_error *error)
{
	kin_maria_statement *s = statement;
	size_t n = mysql_stmt_field_count(s->handle);
	const MYSQL_FIELD *fields = n > 0 ? mariadb_stmt_fetch_fields(s->handle) : NULL;

	if (n != s->column_count) {
		kin_mem_free(s->columns);
		s->column_count = 0;
		if (!(s->columns = kin_mem_zalloc(n * (sizeof(*s->columns) + sizeof(*s->row)))))
			return kin_error_nomem(error);
		s->row = (kin_maria_datum *)(s->columns + n);
		s->column_count = n;
	}
	for (size_t i = 0; i < n; i++)
		s->columns[i] = (kin_maria_column){
			.type = fields[i].type,
			.is_unsigned = fields[i].flags & UNSIGNED_FLAG,
			.is_text = fields[i].charsetnr != BINARY || is_named_text(&fields[i]),
			.name = fields[i].name,
		};
	return KIN_OK;
}

static int prepare_handle(kin_maria_connection *c, kin_maria_statement *s, kin_error *error)
{
	int rc;

	if (!(s->handle = mysql_stmt_init(c->handle)))
		return kin_error_nomem(error);
	mysql_stmt_attr_set(s->handle, STMT_ATTR_CB_USER_DATA, s);
	mysql_stmt_attr_set(s->handle, STMT_ATTR_CB_RESULT, (const void *)(uintptr_t)kin_maria_take_value);
	kin_maria_begin_work(c);
	c->base.trips++;
	if (mysql_stmt_prepare(s->handle, s->base.text, s->length) == 0) {
		if ((rc = make_room(s, error)) == KIN_OK)
			rc = kin_maria_know_columns(s, error);
	} else if (mysql_stmt_errno(s->handle) == ER_UNSUPPORTED_PS) {
		mysql_stmt_close(s->handle);
		s->handle = NULL;
		rc = KIN_OK;
	} else {
		rc = kin_maria_error_sent(c, s->handle, KIN_MARIA_READS, false, NULL, error);
	}
	kin_maria_end_work(c);
	return rc;
}

int kin_maria_prepare(kin_connection *connection, const kin_sql *sql, kin_statement **ret_statement, kin_error *error)
{
	kin_maria_connection *c = kin_maria_of(connection);
	kin_maria_statement *s = new_statement(sql);
	int rc;

	if (!s)
		return kin_error_nomem(error);
	s->base.connection = connection;
	if ((rc = check_text(s, sql->length, error)) == KIN_OK && (rc = kin_maria_make_way(c, error)) == KIN_OK &&
	    !kin_maria_is_transaction(s->base.text))
		rc = prepare_handle(c, s, error);
	if (rc < 0) {
		if (rc != KIN_ENOMEM)
			kin_error_note_sql(error, s->base.text);
		kin_maria_finalise(&s->base);
		return rc;
	}
	*ret_statement = &s->base;
	return KIN_OK;
}

/* ---- the end of a run ---- */

static bool in_transaction(const kin_maria_connection *c)
{
	return c->handle->server_status & SERVER_STATUS_IN_TRANS;
}

/* All that the server sends for this run has come. A procedure may have more to say than its rows. */
static void end_run(kin_maria_connection *c, kin_maria_statement *s)
{
	bool called = false;

	while (!c->lost && mysql_stmt_more_results(s->handle) && mysql_stmt_next_result(s->handle) == 0) {
		called = true;
		if (mysql_stmt_field_count(s->handle) > 0)
			mysql_stmt_free_result(s->handle);
	}
	if (called)
		c->in_transaction = in_transaction(c);
	if (c->running == s)
		c->running = NULL;
	if (s->effect == KIN_MARIA_WRITES)
		s->base.changed = s->rows;
	kin_maria_end_work(c);
}

static int fetch(kin_maria_connection *c, kin_maria_statement *s, kin_error *error)
{
	int code;

	if (s->streams) {
		kin_maria_begin_work(c);
		c->base.trips += s->rows % PREFETCH == 0;
	}
	code = mysql_stmt_fetch(s->handle);
	if (s->streams)
		kin_maria_end_work(c);
	if (code == 0) {
		s->rows++;
		return 1;
	}
	int rc = code == MYSQL_NO_DATA ? KIN_OK
	                               : kin_maria_error_sent(c, s->handle, s->effect, s->alone, s->base.text, error);
	end_run(c, s);
	return rc;
}

/* ---- making way ---- */

static kin_maria_row *copy_row(kin_maria_statement *s)
{
	size_t size = sizeof(kin_maria_row) + s->column_count * sizeof(kin_maria_datum), bytes = 0;

	for (size_t i = 0; i < s->column_count; i++)
		bytes += s->row[i].length;
	kin_maria_row *row = kin_arena_alloc(&s->aside, size + bytes);
	if (!row)
		return NULL;
	row->next = NULL;
	unsigned char *at = (unsigned char *)row + size;
	for (size_t i = 0; i < s->column_count; i++) {
		kin_maria_datum from = s->row[i];
		row->values[i] = (kin_maria_datum){ from.data ? at : NULL, from.length };
		if (from.data)
			memcpy(at, from.data, from.length);
		at += from.length;
	}
	return row;
}

static void show_row(kin_maria_statement *s, const kin_maria_row *row)
{
	memcpy(s->row, row->values, s->column_count * sizeof(*s->row));
}

/* Read the rows that are left. 0 at their end; or what it failed with. */
static int put_aside(kin_maria_connection *c, kin_maria_statement *s)
{
	kin_maria_row **end = &s->rest;
	int rc;

	while ((rc = fetch(c, s, &s->failure)) > 0) {
		if (!(*end = copy_row(s))) {
			s->incomplete = true;
			mysql_stmt_free_result(s->handle);
			end_run(c, s);
			return KIN_OK;
		}
		end = &(*end)->next;
	}
	return rc;
}

int kin_maria_gather(kin_maria_connection *connection, kin_maria_statement *statement, kin_error *error)
{
	int rc = kin_maria_know_columns(statement, error);

	if (rc < 0) {
		mysql_stmt_free_result(statement->handle);
		return rc;
	}
	statement->sent = true;
	statement->rows = 0;
	rc = put_aside(connection, statement);
	if (statement->incomplete)
		return kin_error_nomem(error);
	return rc < 0 ? kin_error_move(error, &statement->failure) : KIN_OK;
}

/* The statement that is running goes on with rows in memory. If it failed on the way, its own next step says so. */
int kin_maria_make_way(kin_maria_connection *connection, kin_error *error)
{
	kin_maria_statement *s = connection->running;
	kin_maria_row *current;

	if (!s)
		return KIN_OK;
	if (!(current = copy_row(s)))
		return kin_error_nomem(error);
	s->end = put_aside(connection, s);
	show_row(s, current);
	return s->incomplete ? kin_error_nomem(error) : KIN_OK;
}

/* The next of the rows that were put aside, or what comes behind them. */
static int next_aside(kin_maria_statement *s, kin_error *error)
{
	if (s->rest) {
		show_row(s, s->rest);
		s->rest = s->rest->next;
		return 1;
	}
	if (s->incomplete)
		return kin_error_nomem(error);
	return s->end < 0 ? kin_error_move(error, &s->failure) : KIN_OK;
}

/* ---- running ---- */

int kin_maria_bind_all(kin_maria_statement *statement, kin_error *error)
{
	if (statement->parameter_count > 0 && mysql_stmt_bind_param(statement->handle, statement->binds) != 0)
		return kin_error_nomem(error);
	return KIN_OK;
}

/* For what the client library cannot do with a handle: read columns that are others than when it was prepared, as a table has
 * changed; do without a cursor. */
static int prepare_again(kin_maria_connection *c, kin_maria_statement *s, kin_error *error)
{
	mysql_stmt_close(s->handle);
	s->handle = NULL;
	s->streamed = false;
	return prepare_handle(c, s, error);
}

static int out_of_date(const kin_maria_statement *s, kin_error *error)
{
	kin_error_set(error, KIN_ESERIALIZE,
	              "the tables have changed since this statement was prepared; roll back and try the transaction again");
	kin_error_note_sql(error, s->base.text);
	return KIN_ESERIALIZE;
}

static int execute(kin_maria_connection *c, kin_maria_statement *s, kin_error *error)
{
	unsigned long cursor = s->streams ? CURSOR_TYPE_READ_ONLY : CURSOR_TYPE_NO_CURSOR, prefetch = PREFETCH;
	int rc = kin_maria_bind_all(s, error);

	if (rc < 0)
		return rc;
	mysql_stmt_attr_set(s->handle, STMT_ATTR_CURSOR_TYPE, &cursor);
	mysql_stmt_attr_set(s->handle, STMT_ATTR_PREFETCH_ROWS, &prefetch);
	c->base.trips++;
	if (mysql_stmt_execute(s->handle) == 0)
		return KIN_OK;
	if (mysql_stmt_errno(s->handle) == CR_NEW_STMT_METADATA)
		return s->effect == KIN_MARIA_READS ? 1 : out_of_date(s, error);
	return kin_maria_error_sent(c, s->handle, s->effect, s->alone, s->base.text, error);
}

/* Whether there will be rows: 1. */
static int send(kin_maria_connection *c, kin_maria_statement *s, kin_error *error)
{
	int rc = kin_maria_make_way(c, error);

	if (rc < 0)
		return rc;
	s->sent = true;
	if (!s->handle)
		return kin_maria_say(c, s->base.text, s->length, &s->base.changed, error);
	if (s->streamed && !s->streams && (rc = prepare_again(c, s, error)) < 0)
		return rc;
	s->alone = !c->in_transaction;
	s->streamed = s->streams;
	kin_maria_begin_work(c);
	rc = execute(c, s, error);
	if (rc == 1 && (rc = prepare_again(c, s, error)) == KIN_OK) {
		kin_maria_begin_work(c);
		rc = execute(c, s, error);
	}
	if (rc == KIN_OK && (rc = kin_maria_know_columns(s, error)) < 0)
		mysql_stmt_free_result(s->handle);
	if (rc == KIN_OK && s->column_count > 0) {
		if (s->streams)
			kin_maria_end_work(c);
		else
			c->running = s;
		return 1;
	}
	if (rc == KIN_OK) {
		s->rows = (int64_t)mysql_stmt_affected_rows(s->handle);
		c->in_transaction = in_transaction(c);
	}
	end_run(c, s);
	return rc;
}

static int first(kin_maria_connection *c, kin_maria_statement *s, kin_error *error)
{
	int rc;

	s->rows = 0;
	s->base.changed = 0;
	rc = send(c, s, error);
	return rc > 0 ? fetch(c, s, error) : rc;
}

int kin_maria_step(kin_statement *statement, kin_error *error)
{
	kin_maria_statement *s = kin_maria_statement_of(statement);
	kin_maria_connection *c = kin_maria_of(statement->connection);
	int rc;

	if (statement->state == KIN_STATEMENT_ENDED)
		return 0;
	if (s->shown.chunk)
		kin_arena_clear(&s->shown);
	if (!s->sent)
		rc = first(c, s, error);
	else if (c->running == s || s->streams)
		rc = fetch(c, s, error);
	else
		rc = next_aside(s, error);
	if (rc <= 0)
		statement->state = KIN_STATEMENT_ENDED;
	return rc;
}

/* Its rows wait on the server. */
void kin_maria_stream(kin_statement *statement)
{
	kin_maria_statement *s = kin_maria_statement_of(statement);

	s->streams = s->handle && !s->sent && kin_maria_is_query(s->base.text);
}

void kin_maria_reset(kin_statement *statement)
{
	kin_maria_statement *s = kin_maria_statement_of(statement);
	kin_maria_connection *c = kin_maria_of(statement->connection);

	if (c->running == s) {
		mysql_stmt_free_result(s->handle);
		end_run(c, s);
	} else if (s->streams && s->sent && statement->state == KIN_STATEMENT_RUNNING && kin_maria_make_way(c, NULL) == KIN_OK) {
		c->base.trips++;
		mysql_stmt_reset(s->handle);
	}
	s->sent = s->incomplete = s->streams = false;
	s->rest = NULL;
	kin_error_clear(&s->failure);
	kin_arena_clear(&s->aside);
	kin_arena_clear(&s->shown);
	kin_arena_clear(&s->texts);
}

/* To close a handle the client library reads what is on its way, whoever it is for. */
void kin_maria_finalise(kin_statement *statement)
{
	kin_maria_statement *s = kin_maria_statement_of(statement);
	kin_maria_connection *c = kin_maria_of(statement->connection);

	kin_maria_reset(statement);
	kin_maria_make_way(c, NULL);
	if (s->handle)
		mysql_stmt_close(s->handle);
	kin_arena_done(&s->aside);
	kin_arena_done(&s->shown);
	kin_arena_done(&s->texts);
	kin_mem_free(s->columns);
	kin_mem_free(s->binds);
	kin_mem_free(s);
}
