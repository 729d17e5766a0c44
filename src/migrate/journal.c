/* journal.c - how far a revision is that cannot be one transaction. */
#include "migrate/journal.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/map.h"
#include "migrate/execute_show.h"
#include "migrate/history.h"
#include "migrate/history_sql.h"
#include "sql/lex.h"

static const char create_table[] =
	"CREATE TABLE IF NOT EXISTS kin_step (revision VARCHAR(64) NOT NULL PRIMARY KEY, direction VARCHAR(4) NOT NULL, "
	"done INTEGER NOT NULL, begun INTEGER NOT NULL, checksum VARCHAR(16) NOT NULL, since VARCHAR(32) NOT NULL)";

static int read_row(kin_statement *statement, kin_arena *arena, kin_journal **ret_journal, kin_error *error)
{
	kin_journal *journal = kin_arena_zalloc(arena, sizeof(*journal));
	const char *direction, *checksum;
	bool null;
	int rc;

	if (!journal)
		return kin_error_nomem(error);
	if ((rc = kin_history_text(statement, 0, arena, &journal->revision, error)) < 0 ||
	    (rc = kin_history_text(statement, 1, arena, &direction, error)) < 0 ||
	    (rc = kin_history_text(statement, 4, arena, &checksum, error)) < 0 ||
	    (rc = kin_history_text(statement, 5, arena, &journal->since, error)) < 0)
		return rc;
	journal->up = strcmp(direction, "up") == 0;
	journal->done = (size_t)kin_statement_int64(statement, 2, &null);
	journal->begun = kin_statement_int64(statement, 3, &null) != 0;
	journal->checksum = strtoull(checksum, NULL, 16);
	*ret_journal = journal;
	return KIN_OK;
}

static int read_first(kin_connection *connection, kin_arena *arena, kin_journal **ret_journal, kin_error *error)
{
	static const char text[] = "SELECT revision, direction, done, begun, checksum, since FROM kin_step ORDER BY since, revision";
	kin_statement *statement = NULL;
	int rc = kin_statement_open(connection, &(kin_sql){ .text = text, .length = sizeof(text) - 1 }, &statement, error);

	if (rc == KIN_OK && (rc = kin_statement_step(statement, error)) > 0)
		rc = read_row(statement, arena, ret_journal, error);
	kin_statement_close(statement);
	return rc;
}

int kin_journal_read(kin_connection *connection, kin_arena *arena, kin_journal **ret_journal, kin_error *error)
{
	*ret_journal = NULL;
	int rc = read_first(connection, arena, ret_journal, NULL);

	if (rc == KIN_ENOMEM)
		return kin_error_nomem(error);
	if (rc < 0 && rc != KIN_ENOTABLE) /* once more, for the sentence */
		rc = read_first(connection, arena, ret_journal, error);
	return rc == KIN_ENOTABLE ? KIN_OK : rc;
}

int kin_journal_write(kin_connection *connection, const kin_journal *journal, kin_error *error)
{
	kin_arena arena = { 0 };
	char *sum = kin_arena_printf(&arena, "%016" PRIx64, journal->checksum), *now = kin_history_now(&arena);
	int64_t changed = 0;
	int rc = KIN_ENOMEM;

	if (sum && now) {
		kin_value values[] = { kin_value_int32((int32_t)journal->done), kin_value_int32(journal->begun), kin_value_text(sum),
			               kin_value_text(journal->revision) };
		kin_value row[] = { kin_value_text(journal->revision), kin_value_text(journal->up ? "up" : "down"),
			            kin_value_int32((int32_t)journal->done), kin_value_int32(journal->begun), kin_value_text(sum),
			            kin_value_text(now) };
		rc = kin_history_execute(connection, "UPDATE kin_step SET done = ?, begun = ?, checksum = ? WHERE revision = ?", values, 4,
		                         &changed, error);
		if (rc == KIN_OK && changed == 0)
			rc = kin_history_execute(connection, "INSERT INTO kin_step VALUES (?, ?, ?, ?, ?, ?)", row, 6, NULL, error);
	}
	kin_arena_done(&arena);
	return rc == KIN_ENOMEM ? kin_error_nomem(error) : rc;
}

int kin_journal_create(kin_connection *connection, kin_error *error)
{
	return kin_connection_run(connection, create_table, error);
}

int kin_journal_remove(kin_connection *connection, const char *revision, kin_error *error)
{
	kin_value value = kin_value_text(revision);

	return kin_history_execute(connection, "DELETE FROM kin_step WHERE revision = ?", &value, 1, NULL, error);
}

int kin_journal_split(kin_arena *arena, const kin_dialect *dialect, const kin_script *script, bool up,
                      kin_journal_steps *ret_steps, kin_error *error)
{
	const kin_ddl *items = up ? script->up : script->down;
	size_t count = up ? script->up_count : script->down_count;
	kin_journal_steps steps = { .items = kin_arena_alloc(arena, (count + 1) * sizeof(*steps.items)),
		                    .ends = kin_arena_alloc(arena, (count + 1) * sizeof(*steps.ends)) };

	if (!steps.items || !steps.ends)
		return kin_error_nomem(error);
	for (size_t i = 0; i < count; i++)
		if (kin_op_is_for(&items[i], dialect))
			steps.items[steps.item_count++] = items[i];
	for (size_t i = 0; i < steps.item_count; steps.ends[steps.count++] = i)
		i += kin_execute_group(dialect, steps.items + i, steps.item_count - i);
	*ret_steps = steps;
	return KIN_OK;
}

int kin_journal_checksum(const kin_journal_steps *steps, size_t count, uint64_t *ret_checksum, kin_error *error)
{
	kin_text text;

	kin_text_init(&text);
	for (size_t i = 0; i < kin_journal_first(steps, count); i++) {
		kin_ddl_show(&text, &steps->items[i]);
		kin_text_add(&text, ";\n");
	}
	int rc = kin_text_ok(&text) ? KIN_OK : kin_error_nomem(error);
	if (rc == KIN_OK)
		*ret_checksum = kin_hash(text.data, text.length);
	kin_text_done(&text);
	return rc;
}

/* PostgreSQL's statements that refuse to be in a transaction, beside those that concurrent.h knows. */
static bool is_vacuum(const char *sql)
{
	kin_lex lex;

	kin_lex_init(&lex, sql, strlen(sql), 1);
	kin_token token = kin_lex_next(&lex);
	return kin_token_is(&token, "VACUUM") || kin_token_is(&token, "REINDEX");
}

static bool is_apart(const kin_dialect *dialect, const kin_ddl *item, bool ddl_commits)
{
	if (item->kind == KIN_DDL_CALL)
		return false;
	if (item->kind == KIN_DDL_SQL && !item->only)
		return false;
	if (item->only && dialect->id == KIN_POSTGRESQL)
		return is_vacuum(item->sql);
	return ddl_commits;
}

bool kin_journal_is_apart(const kin_dialect *dialect, const kin_journal_steps *steps, size_t step, bool ddl_commits)
{
	for (size_t i = kin_journal_first(steps, step); i < steps->ends[step]; i++)
		if (is_apart(dialect, &steps->items[i], ddl_commits))
			return true;
	return false;
}
