/* run_step.c - a revision carried out step by step, each written down, so that it goes on where a crash or a failure left it.
 *
 * A step that can be in a transaction is written down in the same one. One that the database commits by itself is written down before
 * and after; when only the first was written, the schema tells whether it was carried out: it is compared with what it has to
 * be before the step and after it. */
#include "migrate/apply.h"
#include "migrate/concurrent.h"
#include "migrate/diff.h"
#include "migrate/journal.h"
#include "migrate/replay.h"
#include "migrate/run_part.h"

typedef struct stepping {
	kin_run_work      *work;
	kin_connection    *connection;
	const kin_dialect *dialect;
	const kin_script  *script;
	kin_journal_steps  steps;
	kin_journal        journal;
	kin_arena         *arena;
	kin_error         *error;
} stepping;

static int write_down(stepping *s, bool begun, kin_error *error)
{
	int rc = kin_journal_checksum(&s->steps, s->journal.done, &s->journal.checksum, error);

	s->journal.begun = begun;
	return rc < 0 ? rc : kin_journal_write(s->connection, &s->journal, error);
}

static int write_done(kin_connection *connection, void *argument, kin_error *error)
{
	stepping *s = argument;

	(void)connection;
	s->journal.done++;
	int rc = write_down(s, false, error);
	if (rc < 0)
		s->journal.done--;
	return rc;
}

/* The step is the last: the revision is whole. */
static int finish(kin_connection *connection, void *argument, kin_error *error)
{
	stepping *s = argument;
	int rc = s->journal.up ? kin_history_add(connection, s->script->id, s->script->checksum, error)
	                       : kin_history_remove(connection, s->script->id, error);

	return rc < 0 ? rc : kin_journal_remove(connection, s->script->id, error);
}

/* A function is called outside of a transaction where the revision wants none, so that it can commit as it goes. */
static bool is_call(const stepping *s, size_t step)
{
	return s->script->untransacted && s->steps.items[kin_journal_first(&s->steps, step)].kind == KIN_DDL_CALL;
}

static bool is_apart(const stepping *s, size_t step)
{
	bool commits = s->work->options->ddl_commits || !s->dialect->transactional_ddl;
	size_t first = kin_journal_first(&s->steps, step);

	return is_call(s, step) || kin_journal_is_apart(s->dialect, &s->steps, step, commits) ||
	       kin_concurrent_any(s->dialect, s->steps.items + first, s->steps.ends[step] - first);
}

static int run_step(stepping *s, size_t step)
{
	size_t first = kin_journal_first(&s->steps, step), count = s->steps.ends[step] - first;
	const kin_run_options *o = s->work->options;
	kin_execute_options options = { .progress = o->progress, .call = o->call, .context = o->context, .file = s->script->path };
	bool apart = is_apart(s, step);
	int rc = apart ? write_down(s, true, s->error) : KIN_OK;

	if (rc < 0)
		return rc;
	if (is_call(s, step))
		rc = kin_execute_changes(s->connection, s->steps.items + first, count, &options, s->error);
	else
		rc = kin_execute_transaction(s->connection, s->steps.items + first, count, &options, apart ? NULL : write_done, s, s->error);
	if (rc < 0 && apart) /* it said no: nothing was done */
		write_down(s, false, NULL);
	return rc == KIN_OK && apart ? write_done(s->connection, s, s->error) : rc;
}

/* What became of a step of which only the beginning is written down. */

/* The schema that the files make before the step, and after it. */
static int schemas_around(stepping *s, size_t step, kin_schema *before, kin_schema *after)
{
	size_t i = 0, first = kin_journal_first(&s->steps, step);
	int rc = kin_folder_replay(s->arena, s->work->folder, s->dialect, s->work->applied, before, s->error);

	for (; rc == KIN_OK && i < first; i++)
		rc = kin_apply_ddl(before, &s->steps.items[i], s->error);
	if (rc == KIN_OK && kin_schema_copy(before, s->arena, after) < 0)
		rc = kin_error_nomem(s->error);
	for (; rc == KIN_OK && i < s->steps.ends[step]; i++)
		rc = kin_apply_ddl(after, &s->steps.items[i], s->error);
	return rc;
}

static int count_differences(stepping *s, const kin_schema *wanted, const kin_schema *database, size_t *ret_count)
{
	kin_changes changes = { .arena = s->arena };
	kin_diff_options options = { .objects = true };
	int rc = kin_diff_schemas(&changes, s->dialect, wanted, database, &options, s->error);

	*ret_count = changes.count;
	return rc;
}

static int cannot_tell(stepping *s, size_t step)
{
	const kin_ddl *item = &s->steps.items[kin_journal_first(&s->steps, step)];

	return kin_error_set(s->error, KIN_EREVISION,
	                     "%s:%d: revision %s was interrupted in this statement, and the database does not tell whether it was carried "
	                     "out. Look, then say `kin db repair --done` if it was, or `kin db repair --retry`",
	                     s->script->path ? s->script->path : "-", item->line, s->script->id);
}

/* A label is renamed in several statements, which can all be run again; the last one takes the old label. */
static bool has_label(const kin_schema *database, const kin_ddl *item)
{
	const kin_table_schema *table = kin_schema_table(database, item->table_name);
	const kin_column_schema *column = table ? kin_schema_column(table, item->name) : NULL;

	for (size_t i = 0; column && i < column->type.label_count; i++)
		if (strcmp(column->type.labels[i], item->sql) == 0)
			return true;
	return false;
}

/* Other differences that the database may have from its files count on both sides, and so for nothing. */
static int settle_begun(stepping *s)
{
	kin_schema before = { 0 }, after = { 0 }, database = { 0 };
	size_t step = s->journal.done, from_before, from_after;
	const kin_ddl *item = &s->steps.items[step < s->steps.count ? kin_journal_first(&s->steps, step) : 0];
	int rc;

	if (step >= s->steps.count || !is_apart(s, step) || is_call(s, step) ||
	    kin_concurrent_any(s->dialect, item, 1))
		return KIN_OK; /* it can be done again */
	if ((rc = schemas_around(s, step, &before, &after)) < 0 ||
	    (rc = kin_connection_reflect(s->connection, s->arena, &database, s->error)) < 0 ||
	    (rc = count_differences(s, &before, &database, &from_before)) < 0 ||
	    (rc = count_differences(s, &after, &database, &from_after)) < 0)
		return rc;
	if (item->kind == KIN_DDL_RENAME_LABEL)
		return has_label(&database, item) ? KIN_OK : write_done(s->connection, s, s->error);
	if (from_before == from_after)
		return cannot_tell(s, step);
	return from_after < from_before ? write_done(s->connection, s, s->error) : KIN_OK;
}

static int statements_edited(stepping *s)
{
	return kin_error_set(s->error, KIN_EREVISION,
	                     "%s: revision %s is half applied, and the statements that are done were edited: undo that; those from the %zu. "
	                     "on may be corrected",
	                     s->script->path ? s->script->path : "-", s->script->id, s->journal.done + 1);
}

static int take_up(stepping *s)
{
	kin_journal *left = NULL;
	uint64_t checksum = 0;
	int rc = kin_journal_read(s->connection, s->arena, &left, s->error);

	if (rc < 0 || !left)
		return rc;
	s->journal = *left;
	if (left->done > s->steps.count)
		return statements_edited(s);
	if ((rc = kin_journal_checksum(&s->steps, left->done, &checksum, s->error)) < 0)
		return rc;
	if (checksum != left->checksum)
		return statements_edited(s);
	return left->begun ? settle_begun(s) : KIN_OK;
}

/* What was done before it failed. */
static int say_where(stepping *s, int rc)
{
	kin_error *e = s->error;
	kin_error told = { 0 };

	if (!e || rc == KIN_ENOMEM)
		return rc;
	kin_error_context(e, "revision %s", s->script->id);
	kin_error_set(&told, e->code, "%s\n  %zu of the %zu steps of revision %s are done and stay so; `kin db %s` goes on with the next, when what "
	              "is wrong was corrected, in its file or in the database", kin_error_text(e), s->journal.done, s->steps.count,
	              s->script->id, s->journal.up ? "upgrade" : "downgrade");
	if (told.code == e->code && told.text) {
		char *text = e->text;
		e->text = told.text;
		told.text = text;
	}
	kin_error_clear(&told);
	return rc;
}

static int all_steps(stepping *s)
{
	int rc = kin_journal_split(s->arena, s->dialect, s->script, s->journal.up, &s->steps, s->error);

	if (rc == KIN_OK)
		rc = kin_journal_create(s->connection, s->error);
	if (rc < 0 || (rc = take_up(s)) < 0)
		return rc;
	while (rc == KIN_OK && s->journal.done < s->steps.count)
		rc = run_step(s, s->journal.done);
	if (rc < 0)
		return say_where(s, rc);
	return kin_execute_transaction(s->connection, NULL, 0, NULL, finish, s, s->error);
}

int kin_run_steps(kin_run_work *w, const kin_script *script, bool up)
{
	kin_arena arena = { 0 };
	stepping s = { .work = w, .connection = w->connection, .dialect = kin_connection_dialect(w->connection), .script = script,
		       .journal = { .revision = script->id, .up = up }, .arena = &arena, .error = w->error };
	int rc = all_steps(&s);

	kin_arena_done(&arena);
	return rc;
}
