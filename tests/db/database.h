/* database.h - databases for the tests of this layer: opened, or the test fails. */
#ifndef KIN_TEST_DATABASE_H
#define KIN_TEST_DATABASE_H

#include <stdlib.h>

#include "db/connection.h"
#include "harness/harness.h"

static inline kin_db *open_with(kin_db_options options)
{
	char *message = NULL;
	kin_db *db = kin_db_open(&options, &message);

	CHECK_MSG(db, "%s: %s", options.url, message);
	return db;
}

static inline kin_db *open_memory(void)
{
	return open_with((kin_db_options){ .url = "sqlite://" });
}

/* A file in the test's directory. */
static inline kin_db *open_file(const char *name)
{
	char url[600];

	snprintf(url, sizeof(url), "sqlite:///%s", name);
	return open_with((kin_db_options){ .url = url, .directory = kin_test_directory() });
}

static inline kin_connection *acquire(kin_db *db)
{
	kin_connection *connection = NULL;
	kin_error error = { 0 };

	CHECK_MSG(kin_db_acquire(db, &connection, &error) == KIN_OK, "%s", kin_error_text(&error));
	return connection;
}

static inline void run(kin_connection *connection, const char *sql)
{
	kin_error error = { 0 };

	CHECK_MSG(kin_connection_run(connection, sql, &error) == KIN_OK, "%s: %s", sql, kin_error_text(&error));
}

static inline kin_sql sql_once(const char *text)
{
	return (kin_sql){ .text = text, .length = strlen(text), .id = 0 };
}

static inline kin_sql sql_kept(const char *text)
{
	return (kin_sql){ .text = text, .length = strlen(text), .id = kin_sql_id() };
}

static inline kin_statement *prepare(kin_connection *connection, kin_sql sql)
{
	kin_statement *statement = NULL;
	kin_error error = { 0 };

	CHECK_MSG(kin_statement_open(connection, &sql, &statement, &error) == KIN_OK, "%s: %s", sql.text, kin_error_text(&error));
	return statement;
}

/* A prepared SELECT on its first row. */
static inline kin_statement *first_row(kin_connection *connection, const char *text)
{
	kin_statement *statement = prepare(connection, sql_once(text));
	kin_error error = { 0 };

	CHECK_MSG(kin_statement_step(statement, &error) == 1, "%s: %s", text, kin_error_text(&error));
	return statement;
}

static inline int64_t number(kin_connection *connection, const char *text)
{
	kin_statement *statement = first_row(connection, text);
	bool null;
	int64_t n = kin_statement_int64(statement, 0, &null);

	kin_statement_close(statement);
	return n;
}

/* What running the statement fails with; `error` is the caller's to clear. */
static inline int failure(kin_connection *connection, const char *text, kin_error *error)
{
	kin_sql sql = sql_once(text);

	return kin_connection_execute(connection, &sql, NULL, 0, NULL, error);
}

#endif
