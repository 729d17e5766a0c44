/* statement.c - prepared statements of a cluster: each is known to one node, and prepared again when another has become the leader. */
#include "base/mem.h"
#include "db/dqlite/driver.h"

static kin_dqlite_statement *new_statement(kin_dqlite_connection *c, const char *text, size_t length)
{
	kin_dqlite_statement *s = kin_mem_zalloc(sizeof(*s) + length + 1);

	if (!s)
		return NULL;
	s->base.text = memcpy(s + 1, text, length);
	s->base.connection = &c->base;
	kin_text_init(&s->wrapped);
	kin_text_init(&s->body);
	kin_text_init(&s->aside);
	return s;
}

/* Only the first statement of the text counts; there must not be another. */
static int check_text(kin_dqlite_statement *s, size_t length, kin_error *error)
{
	const char *rest, *start = kin_verb_split(s->base.text, &s->length, &rest);
	size_t second;

	if (strlen(s->base.text) != length)
		return kin_error_set(error, KIN_ESYNTAX, "there is a NUL character in the SQL");
	if (s->length == 0)
		return kin_error_set(error, KIN_ESYNTAX, "there is no statement in the SQL");
	kin_verb_split(rest, &second, &rest);
	if (second > 0)
		return kin_error_set(error, KIN_EINVAL, "this has to be one statement, and after its ; there is another one");
	s->length += (size_t)(start - s->base.text);
	s->verb = kin_verb_of(s->base.text, s->length);
	s->direct = s->verb.plain;
	return s->verb.refused ? kin_error_set(error, KIN_EINVAL, "%s", s->verb.refused) : KIN_OK;
}

/* Room for the values, once their number is known. */
static int make_room(kin_dqlite_statement *s, kin_error *error)
{
	size_t n = s->parameter_count, most = kin_dialect_dqlite.max_params;

	if (n > most)
		return kin_error_set(error, KIN_EINVAL, "the statement has %zu placeholders; dqlite takes %zu at most", n, most);
	if (n > 0 && !(s->parameters = kin_mem_zalloc(n * sizeof(*s->parameters))))
		return kin_error_nomem(error);
	return KIN_OK;
}

static int begin(kin_dqlite_connection *c, kin_dqlite_statement *s, size_t length, kin_error *error)
{
	int rc = check_text(s, length, error);

	if (rc < 0 || s->direct)
		return rc;
	if ((rc = kin_dqlite_rows_make_way(c, error)) < 0)
		return rc;
	kin_dqlite_begin_work(c);
	rc = kin_dqlite_insist(c, s, kin_dqlite_learn, error);
	kin_dqlite_end_work(c);
	return rc == KIN_OK ? make_room(s, error) : rc;
}

static int finish(kin_dqlite_statement *s, int rc, kin_dqlite_statement **ret_statement, kin_error *error)
{
	if (rc == KIN_OK) {
		*ret_statement = s;
		return KIN_OK;
	}
	if (rc != KIN_ENOMEM)
		kin_error_note_sql(error, s->base.text);
	kin_dqlite_finalise(&s->base);
	return rc;
}

int kin_dqlite_prepare(kin_connection *connection, const kin_sql *sql, kin_statement **ret_statement, kin_error *error)
{
	kin_dqlite_connection *c = kin_dqlite_of(connection);
	kin_dqlite_statement *s = new_statement(c, sql->text, sql->length);
	int rc = s ? finish(s, begin(c, s, sql->length, error), &s, error) : kin_error_nomem(error);

	if (rc == KIN_OK)
		*ret_statement = &s->base;
	return rc;
}

int kin_dqlite_prepare_once(kin_dqlite_connection *c, const char *text, size_t length, kin_dqlite_statement **ret_statement,
                            kin_error *error)
{
	kin_dqlite_statement *s = new_statement(c, text, length);
	int rc;

	if (!s)
		return kin_error_nomem(error);
	rc = check_text(s, length, error);
	s->direct = !s->verb.select;
	if (rc == KIN_OK && !s->direct)
		rc = begin(c, s, length, error);
	return finish(s, rc, ret_statement, error);
}

/* Along with the next request; nobody waits for what the node says to it. */
void kin_dqlite_forget(kin_dqlite_connection *c, kin_dqlite_statement *s)
{
	if (!s->direct && s->generation == c->generation && s->generation > 0 && c->link.fd >= 0) {
		size_t start = kin_frame_begin(&c->link.out, KIN_ASK_FINALIZE);
		kin_frame_put_u32(&c->link.out, 0);
		kin_frame_put_u32(&c->link.out, s->number);
		kin_frame_end(&c->link.out, start);
		c->owed++;
	}
	s->generation = 0;
}

void kin_dqlite_reset(kin_statement *statement)
{
	kin_dqlite_statement *s = kin_dqlite_statement_of(statement);

	kin_dqlite_rows_end(kin_dqlite_of(statement->connection), s);
	s->sent = s->lost = false;
	kin_arena_clear(&s->texts);
}

void kin_dqlite_finalise(kin_statement *statement)
{
	kin_dqlite_statement *s = kin_dqlite_statement_of(statement);
	kin_dqlite_connection *c = kin_dqlite_of(statement->connection);

	kin_dqlite_reset(statement);
	kin_dqlite_forget(c, s);
	kin_text_done(&s->wrapped);
	kin_text_done(&s->body);
	kin_text_done(&s->aside);
	kin_arena_done(&s->texts);
	kin_mem_free(s->columns);
	kin_mem_free(s->parameters);
	kin_mem_free(s);
}
