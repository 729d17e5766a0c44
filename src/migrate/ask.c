/* ask.c - small questions to a database: one number, one text. */
#include "migrate/ask.h"

/* Open and go to the first row: 1, 0 without one, or an error. The statement is the caller's to close. */
static int first(kin_connection *connection, const char *text, kin_statement **ret_statement, kin_error *error)
{
	kin_sql sql = { .text = text, .length = strlen(text) };
	int rc = kin_statement_open(connection, &sql, ret_statement, error);

	return rc < 0 ? rc : kin_statement_step(*ret_statement, error);
}

int kin_ask_number(kin_connection *connection, const char *sql, int64_t *ret_number, kin_error *error)
{
	kin_statement *statement = NULL;
	int rc = first(connection, sql, &statement, error);
	bool null = true;

	int64_t number = rc > 0 ? kin_statement_int64(statement, 0, &null) : 0;
	kin_statement_close(statement);
	if (rc < 0)
		return rc;
	*ret_number = null ? 0 : number;
	return KIN_OK;
}

static int text_of(kin_statement *statement, kin_value *ret_value, kin_error *error)
{
	return kin_statement_value(statement, 0, KIN_KIND_TEXT | KIN_KIND_NULLABLE, ret_value, error);
}

int kin_ask_text(kin_connection *connection, kin_arena *arena, const char *sql, const char **ret_text, kin_error *error)
{
	kin_statement *statement = NULL;
	kin_value value = { 0 };
	char *text = NULL;
	int rc = first(connection, sql, &statement, error);

	if (rc > 0 && (rc = text_of(statement, &value, error)) == KIN_OK && value.kind == KIN_KIND_TEXT) {
		text = kin_arena_strndup(arena, value.as.data, value.size);
		rc = text ? KIN_OK : kin_error_nomem(error);
	}
	kin_statement_close(statement);
	if (rc == KIN_OK)
		*ret_text = text;
	return rc;
}

int kin_ask_list(kin_connection *connection, const char *sql, kin_text *out, kin_error *error)
{
	kin_statement *statement = NULL;
	int rc = first(connection, sql, &statement, error), got;
	size_t begin = out->length;

	for (got = rc; got > 0; got = rc < 0 ? rc : kin_statement_step(statement, error)) {
		kin_value value = { 0 };
		if ((rc = text_of(statement, &value, error)) == KIN_OK && value.kind == KIN_KIND_TEXT) {
			if (out->length > begin)
				kin_text_add(out, ", ");
			kin_text_add_n(out, value.as.data, value.size);
		}
	}
	kin_statement_close(statement);
	if (got < 0)
		return got;
	return kin_text_ok(out) ? KIN_OK : kin_error_nomem(error);
}
