/* history.c - which revisions a database has, written down in it. The lock is in lock.c. */
#include "migrate/history.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/vec.h"
#include "migrate/history_sql.h"

const char kin_history_tables[] =
	"CREATE TABLE IF NOT EXISTS kin_revision (id VARCHAR(64) NOT NULL PRIMARY KEY, position INTEGER NOT NULL UNIQUE, "
	"checksum VARCHAR(16) NOT NULL, applied_at VARCHAR(32) NOT NULL);\n"
	"CREATE TABLE IF NOT EXISTS kin_lock (id INTEGER NOT NULL PRIMARY KEY, holder VARCHAR(255) NOT NULL, "
	"since VARCHAR(32) NOT NULL)";

char *kin_history_now(kin_arena *arena)
{
	time_t now = (time_t)(kin_clock_now() / 1000000);
	struct tm tm;

	gmtime_r(&now, &tm);
	return kin_arena_printf(arena, "%04d-%02d-%02d %02d:%02d:%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
	                        tm.tm_hour, tm.tm_min, tm.tm_sec);
}

int kin_history_execute(kin_connection *connection, const char *text, const kin_value *values, size_t count,
                        int64_t *ret_changed, kin_error *error)
{
	bool numbered = kin_connection_dialect(connection)->numbered_params;
	kin_text sql;
	int n = 0;

	kin_text_init(&sql);
	for (const char *s = text; *s; s++)
		if (*s == '?' && numbered)
			kin_text_addf(&sql, "$%d", ++n);
		else
			kin_text_add_char(&sql, *s);
	int rc = kin_text_ok(&sql) ? kin_connection_execute(connection, &(kin_sql){ .text = sql.data, .length = sql.length },
	                                                    values, count, ret_changed, error)
	                           : kin_error_nomem(error);
	kin_text_done(&sql);
	return rc;
}

int kin_history_create(kin_connection *connection, kin_error *error)
{
	return kin_connection_run(connection, kin_history_tables, error);
}

int kin_history_text(kin_statement *statement, size_t column, kin_arena *arena, const char **ret_text, kin_error *error)
{
	kin_value value;
	int rc = kin_statement_value(statement, column, KIN_KIND_TEXT, &value, error);

	if (rc < 0)
		return rc;
	*ret_text = kin_arena_strndup(arena, value.as.data, value.size);
	return *ret_text ? KIN_OK : kin_error_nomem(error);
}

static int read_row(kin_statement *statement, kin_arena *arena, kin_history_row *row, kin_error *error)
{
	const char *checksum;
	int rc;

	if ((rc = kin_history_text(statement, 0, arena, &row->id, error)) < 0 ||
	    (rc = kin_history_text(statement, 1, arena, &checksum, error)) < 0 ||
	    (rc = kin_history_text(statement, 2, arena, &row->applied_at, error)) < 0)
		return rc;
	row->checksum = strtoull(checksum, NULL, 16);
	return KIN_OK;
}

static int read_rows(kin_statement *statement, kin_arena *arena, kin_history_row **ret_rows, size_t *ret_count, kin_error *error)
{
	kin_vec(kin_history_row) rows = { 0 };
	kin_history_row row;
	int rc;

	while ((rc = kin_statement_step(statement, error)) > 0)
		if ((rc = read_row(statement, arena, &row, error)) < 0 || (!kin_vec_push(&rows, row) && (rc = KIN_ENOMEM)))
			break;
	if (rc == KIN_OK) {
		kin_history_row *own = kin_arena_alloc(arena, (rows.count + 1) * sizeof(*own));
		if (own && rows.count > 0)
			memcpy(own, rows.items, rows.count * sizeof(*own));
		*ret_rows = own;
		*ret_count = rows.count;
		rc = own ? KIN_OK : KIN_ENOMEM;
	}
	kin_vec_done(&rows);
	return rc == KIN_ENOMEM ? kin_error_nomem(error) : rc;
}

static int read_all(kin_connection *connection, kin_arena *arena, kin_history_row **ret_rows, size_t *ret_count, kin_error *error)
{
	static const char text[] = "SELECT id, checksum, applied_at FROM kin_revision ORDER BY position, id";
	kin_statement *statement = NULL;
	int rc = kin_statement_open(connection, &(kin_sql){ .text = text, .length = sizeof(text) - 1 }, &statement, error);

	if (rc == KIN_OK)
		rc = read_rows(statement, arena, ret_rows, ret_count, error);
	kin_statement_close(statement);
	return rc;
}

/* That there is no table yet is no error, and nobody needs its sentence; any other failure is asked for once more with one. */
int kin_history_read(kin_connection *connection, kin_arena *arena, kin_history_row **ret_rows, size_t *ret_count,
                     kin_error *error)
{
	int rc = read_all(connection, arena, ret_rows, ret_count, NULL);

	if (rc == KIN_ENOMEM)
		return kin_error_nomem(error);
	if (rc < 0 && rc != KIN_ENOTABLE)
		rc = read_all(connection, arena, ret_rows, ret_count, error);
	if (rc != KIN_ENOTABLE)
		return rc;
	*ret_rows = NULL;
	*ret_count = 0;
	return KIN_OK;
}

int kin_history_add(kin_connection *connection, const char *id, uint64_t checksum, kin_error *error)
{
	kin_arena arena = { 0 };
	char *sum = kin_arena_printf(&arena, "%016" PRIx64, checksum), *now = kin_history_now(&arena);
	int rc = KIN_ENOMEM;

	if (sum && now) {
		kin_value values[] = { kin_value_text(id), kin_value_text(sum), kin_value_text(now) };
		rc = kin_history_execute(connection,
		                         "INSERT INTO kin_revision (id, position, checksum, applied_at) "
		                         "SELECT ?, coalesce(max(position), 0) + 1, ?, ? FROM kin_revision",
		                         values, 3, NULL, error);
	}
	kin_arena_done(&arena);
	return rc == KIN_ENOMEM ? kin_error_nomem(error) : rc;
}

int kin_history_remove(kin_connection *connection, const char *id, kin_error *error)
{
	kin_value value = kin_value_text(id);
	int64_t changed = 0;
	int rc = kin_history_execute(connection, "DELETE FROM kin_revision WHERE id = ?", &value, 1, &changed, error);

	if (rc == KIN_OK && changed == 0)
		return kin_error_set(error, KIN_EREVISION, "the database does not have revision %s any more", id);
	return rc;
}

int kin_history_clear(kin_connection *connection, kin_error *error)
{
	return kin_history_execute(connection, "DELETE FROM kin_revision", NULL, 0, NULL, error);
}
