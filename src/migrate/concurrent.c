/* concurrent.c - indexes that PostgreSQL makes and drops while others write to the table. */
#include "migrate/concurrent.h"

#include "sql/lex.h"

/* What a change is about. */
typedef struct subject {
	bool        creates;
	const char *name;  /* as SQL has it, with its quotes */
	const char *table; /* of the one that is created, likewise */
} subject;

static bool take(kin_lex *lex, kin_token *token, const char *word)
{
	if (!kin_token_is(token, word))
		return false;
	*token = kin_lex_next(lex);
	return true;
}

/* A name, perhaps with its schema, as it is written. */
static const char *take_name(kin_lex *lex, kin_token *token, kin_arena *arena)
{
	const char *from = token->start, *to;

	do {
		if (!kin_token_is_name(token))
			return NULL;
		to = token->start + token->length;
		*token = kin_lex_next(lex);
		if (!kin_token_is_punct(token, "."))
			break;
		*token = kin_lex_next(lex);
	} while (true);
	return kin_arena_strndup(arena, from, (size_t)(to - from));
}

/* `arena` NULL: only whether it is one, and where the word is that says so.
 * CREATE [UNIQUE] INDEX CONCURRENTLY [IF NOT EXISTS] i ON [ONLY] t …; DROP INDEX CONCURRENTLY [IF EXISTS] i. */
static bool is_concurrent(const char *sql, kin_arena *arena, subject *ret, kin_token *ret_word)
{
	kin_lex lex;

	kin_lex_init(&lex, sql, strlen(sql), 1);
	kin_token token = kin_lex_next(&lex);
	bool creates = take(&lex, &token, "CREATE");
	if (!creates && !take(&lex, &token, "DROP"))
		return false;
	if (creates)
		take(&lex, &token, "UNIQUE");
	if (!take(&lex, &token, "INDEX"))
		return false;
	*ret_word = token;
	if (!take(&lex, &token, "CONCURRENTLY"))
		return false;
	if (!arena)
		return true;
	if (take(&lex, &token, "IF")) {
		take(&lex, &token, "NOT");
		take(&lex, &token, "EXISTS");
	}
	*ret = (subject){ .creates = creates, .name = take_name(&lex, &token, arena) };
	if (creates && take(&lex, &token, "ON")) {
		take(&lex, &token, "ONLY");
		ret->table = take_name(&lex, &token, arena);
	}
	return true;
}

static bool is_one(const kin_ddl *item)
{
	kin_token word;

	return item->concurrently || (item->kind == KIN_DDL_SQL && item->only && is_concurrent(item->sql, NULL, NULL, &word));
}

bool kin_concurrent_any(const kin_dialect *dialect, const kin_ddl *items, size_t count)
{
	for (size_t i = 0; dialect->id == KIN_POSTGRESQL && i < count; i++)
		if (kin_op_is_for(&items[i], dialect) && is_one(&items[i]))
			return true;
	return false;
}

/* ---- running one ---- */

/* Whether the index is there, of this table, and whether it is whole. */
static int look(kin_connection *connection, const subject *i, bool *ret_there, bool *ret_valid, kin_error *error)
{
	static const char text[] =
		"SELECT i.indisvalid::int::bigint FROM pg_catalog.pg_index i WHERE i.indexrelid = pg_catalog.to_regclass($1)"
		" AND ($2::text IS NULL OR i.indrelid = pg_catalog.to_regclass($2))";
	const kin_sql sql = { .text = text, .length = strlen(text) };
	kin_value name = kin_value_text(i->name), table = i->table ? kin_value_text(i->table) : kin_value_null(NULL);
	kin_statement *statement = NULL;
	bool null;
	int rc;

	if ((rc = kin_statement_open(connection, &sql, &statement, error)) == KIN_OK &&
	    (rc = kin_statement_bind(statement, 0, &name, error)) == KIN_OK &&
	    (rc = kin_statement_bind(statement, 1, &table, error)) == KIN_OK)
		rc = kin_statement_step(statement, error);
	*ret_there = rc > 0;
	*ret_valid = rc > 0 && kin_statement_int64(statement, 0, &null);
	kin_statement_close(statement);
	return rc < 0 ? rc : KIN_OK;
}

static int drop(kin_connection *connection, const subject *i, kin_error *error)
{
	kin_text sql;

	kin_text_init(&sql);
	kin_text_addf(&sql, "DROP INDEX CONCURRENTLY %s", i->name);
	int rc = kin_text_ok(&sql) ? kin_connection_run(connection, sql.data, error) : kin_error_nomem(error);
	kin_text_done(&sql);
	return rc;
}

static int create(kin_connection *connection, const subject *i, const char *sql, kin_error *error)
{
	bool there, valid;
	int rc = look(connection, i, &there, &valid, error);

	if (rc < 0 || valid)
		return rc;
	if (there && (rc = drop(connection, i, error)) < 0)
		return rc;
	rc = kin_connection_run(connection, sql, error);
	if (rc < 0 && rc != KIN_ENOMEM)
		kin_error_context(error, "the index %s is not whole, and will be made anew when this revision is run again", i->name);
	return rc;
}

static int run_sql(kin_connection *connection, kin_arena *arena, const char *sql, kin_error *error)
{
	bool there, valid;
	subject i = { 0 };
	kin_token word;
	int rc;

	if (!is_concurrent(sql, arena, &i, &word) || arena->failed || !i.name)
		return arena->failed ? kin_error_nomem(error) : kin_connection_run(connection, sql, error);
	if (i.creates)
		return create(connection, &i, sql, error);
	rc = look(connection, &i, &there, &valid, error);
	return rc < 0 || !there ? rc : kin_connection_run(connection, sql, error);
}

/* In a transaction that is open already, as when an upgrade is rehearsed, PostgreSQL refuses the word, which would change nothing of what the
 * index will be. */
static int run_inside(kin_connection *connection, const char *sql, kin_error *error)
{
	kin_token word = { 0 };
	kin_text plain;

	kin_text_init(&plain);
	if (is_concurrent(sql, NULL, NULL, &word)) {
		kin_text_add_n(&plain, sql, word.at);
		kin_text_add(&plain, sql + word.at + word.length);
	} else {
		kin_text_add(&plain, sql);
	}
	int rc = kin_text_ok(&plain) ? kin_connection_run(connection, plain.data, error) : kin_error_nomem(error);
	kin_text_done(&plain);
	return rc;
}

static int run_text(kin_connection *connection, kin_arena *arena, const char *sql, kin_error *error)
{
	return kin_connection_in_transaction(connection) ? run_inside(connection, sql, error) : run_sql(connection, arena, sql, error);
}

static int run_one(kin_connection *connection, kin_arena *arena, const kin_ddl *item, kin_error *error)
{
	kin_text sql;

	if (item->kind == KIN_DDL_SQL)
		return run_text(connection, arena, item->sql, error);
	kin_text_init(&sql);
	int rc = kin_ddl_render(kin_connection_dialect(connection), &sql, item, error);
	if (rc == KIN_OK)
		rc = run_text(connection, arena, sql.data, error);
	kin_text_done(&sql);
	return rc;
}

/* ---- all of them ---- */

static int check_alone(const kin_dialect *dialect, const kin_ddl *items, size_t count, const char *file, kin_error *error)
{
	for (size_t i = 0; i < count; i++)
		if (kin_op_is_for(&items[i], dialect) && !is_one(&items[i]))
			return kin_error_set(error, KIN_EREVISION,
			                     "%s:%d: CONCURRENTLY runs outside a transaction, and so could not be undone with this: give it a "
			                     "revision of its own", file ? file : "line", items[i].line);
	return KIN_OK;
}

/* It waits for all transactions that are open, which may take longer than a lock should. */
int kin_concurrent_run(kin_connection *connection, const kin_ddl *items, size_t count, const kin_execute_options *options,
                       kin_error *error)
{
	const kin_dialect *dialect = kin_connection_dialect(connection);
	kin_arena arena = { 0 };
	int rc = check_alone(dialect, items, count, options->file, error);

	if (rc == KIN_OK)
		rc = kin_connection_run(connection, "SET lock_timeout = 0", error);
	if (rc < 0)
		return rc;
	for (size_t i = 0; rc == KIN_OK && i < count; i++)
		if (kin_op_is_for(&items[i], dialect) && (rc = run_one(connection, &arena, &items[i], error)) < 0 && rc != KIN_ENOMEM)
			kin_error_context(error, "%s:%d", options->file ? options->file : "line", items[i].line);
	kin_connection_run(connection, "RESET lock_timeout", NULL);
	kin_arena_done(&arena);
	return rc;
}
