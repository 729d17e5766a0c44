/* native.c - kin_sql(), kin_sql_run(): the database's own SQL, with values that are bound and rows that go into the program's structs.
 *
 * Which column goes to which member is known when the first row is there, and kept in the plan. */
#include "base/mem.h"
#include "base/vec.h"
#include "orm/query.h"
#include "orm/row.h"
#include "sql/placeholder.h"

struct kin_native {
	kin_sql   sql;
	size_t    placeholders;
	kin_mould mould;   /* .cells NULL: no row was there yet */
	size_t    columns; /* of that row */
};

/* ---- the text ---- */

static struct kin_native *make(kin_plan *plan, const kin_dialect *dialect, const kin_site *site)
{
	struct kin_native *native = kin_arena_zalloc(&plan->arena, sizeof(*native));
	kin_text text;
	char *kept = NULL;

	kin_text_init(&text);
	if (native)
		native->placeholders = kin_placeholder_write(&text, dialect, site->text);
	if (native && kin_text_ok(&text))
		kept = kin_arena_strndup(&plan->arena, text.data, text.length);
	if (kept)
		native->sql = (kin_sql){ .text = kept, .length = text.length, .id = kin_sql_id() };
	kin_text_done(&text);
	return kept ? native : NULL;
}

static struct kin_native *native_of(kin_session *session, kin_plan *plan, const kin_site *site)
{
	const kin_dialect *dialect = kin_connection_dialect(session->connection);
	struct kin_native *native;

	pthread_mutex_lock(&plan->lock);
	native = plan->native[dialect->id];
	if (!native)
		native = plan->native[dialect->id] = make(plan, dialect, site);
	pthread_mutex_unlock(&plan->lock);
	if (!native)
		kin_session_nomem(session);
	return native;
}

static int open_native(kin_session *session, kin_site *site, const kin_value *values, kin_plan **ret_plan,
                       struct kin_native **ret_native, kin_statement **ret_statement)
{
	kin_plan *plan;
	int rc = kin_session_ready(session);

	if (rc < 0)
		return rc;
	if (!(plan = kin_plan_of_site(session, site)) || !(*ret_native = native_of(session, plan, site)))
		return session->error.code;
	*ret_plan = plan;
	if ((*ret_native)->placeholders != site->count)
		return kin_session_fail(session, KIN_EQUERY, site->file, site->line, "the text has %zu `?`, but %u value%s given",
		                        (*ret_native)->placeholders, site->count, site->count == 1 ? " is" : "s are");
	if ((rc = kin_statement_open(session->connection, &(*ret_native)->sql, ret_statement, &session->error)) < 0)
		return rc;
	for (size_t i = 0; rc == KIN_OK && i < site->count; i++) {
		if (values[i].kind >= KIN_KIND_ARRAY)
			rc = kin_session_fail(session, KIN_EQUERY, site->file, site->line, "argument %zu is %s: the database's own SQL takes single values",
			                      i + 1, values[i].kind == KIN_KIND_ARRAY ? "an array" : "an object");
		else
			rc = kin_statement_bind(*ret_statement, i, &values[i], &session->error);
	}
	if (rc < 0)
		kin_statement_close(*ret_statement);
	return rc;
}

/* ---- rows ---- */

static size_t find_column(const kin_statement *statement, const char *name)
{
	size_t count = kin_statement_columns(statement), i = 0;

	while (i < count && strcmp(kin_statement_column_name(statement, i), name) != 0)
		i++;
	return i;
}

static int make_cells(kin_session *session, kin_plan *plan, struct kin_native *native, const kin_site *site, const kin_statement *statement)
{
	const kin_row *row = site->row;
	kin_cell *cells = kin_arena_zalloc(&plan->arena, row->count * sizeof(*cells));
	void *blank = kin_arena_zalloc(&plan->arena, row->size);

	if (!cells || !blank)
		return kin_session_nomem(session);
	native->columns = kin_statement_columns(statement);
	for (size_t i = 0; i < row->count; i++) {
		const kin_row_member *member = &row->members[i];
		size_t column = find_column(statement, member->name);
		if (column == native->columns)
			return kin_session_fail(session, KIN_EQUERY, site->file, site->line, "no column is called '%s': %s.%s would be empty; say `AS %s`",
			                        member->name, row->name, member->name, member->name);
		if (!kin_row_cell(&plan->arena, member, NULL, column, &cells[i]))
			return plan->arena.failed ? kin_session_nomem(session)
			                          : kin_session_fail(session, KIN_EQUERY, site->file, site->line, "%s.%s is of a type that only an attribute fills: "
			                                             "kin_select() knows them", row->name, member->name);
	}
	native->mould = (kin_mould){ .blank = blank, .size = row->size, .cells = cells, .count = row->count };
	return KIN_OK;
}

/* The columns of a `SELECT *` may be others than the last time. */
static int know_cells(kin_session *session, kin_plan *plan, struct kin_native *native, const kin_site *site, const kin_statement *statement,
                      kin_mould *ret_mould)
{
	int rc = KIN_OK;

	pthread_mutex_lock(&plan->lock);
	if (!native->mould.cells || native->columns != kin_statement_columns(statement))
		rc = make_cells(session, plan, native, site, statement);
	*ret_mould = native->mould;
	pthread_mutex_unlock(&plan->lock);
	return rc;
}

static int read_rows(kin_session *session, kin_plan *plan, struct kin_native *native, kin_site *site, kin_statement *statement,
                     kin_list *ret_list)
{
	kin_vec(const void *) rows = { 0 };
	kin_mould mould = { 0 };
	const void *row, **items = NULL;
	int rc;

	while ((rc = kin_statement_step(statement, &session->error)) > 0) {
		if (rows.count == 0 && (rc = know_cells(session, plan, native, site, statement, &mould)) < 0)
			break;
		if (!(row = kin_statement_make(statement, &mould, &session->arena, &session->error)))
			rc = kin_error_context(&session->error, "row %zu", rows.count + 1);
		else if (!kin_vec_push(&rows, row))
			rc = kin_session_nomem(session);
		if (rc < 0)
			break;
	}
	if (rc == KIN_OK && rows.count > 0 && !(items = kin_arena_copy(&session->arena, rows.items, rows.count * sizeof(*items))))
		rc = kin_session_nomem(session);
	if (rc == KIN_OK)
		*ret_list = (kin_list){ .items = items, .count = rows.count };
	kin_vec_done(&rows);
	return rc;
}

kin_list kin_site_sql(kin_session *session, kin_site *site, const kin_value *values)
{
	struct kin_native *native;
	kin_statement *statement = NULL;
	kin_list list = { 0 };
	kin_plan *plan;

	if (!session)
		return list;
	if (open_native(session, site, values, &plan, &native, &statement) == KIN_OK) {
		read_rows(session, plan, native, site, statement, &list);
		kin_statement_close(statement);
	}
	kin_query_note(session, site);
	return list;
}

int64_t kin_site_sql_run(kin_session *session, kin_site *site, const kin_value *values)
{
	struct kin_native *native;
	kin_statement *statement = NULL;
	int64_t changed = -1;
	kin_plan *plan;
	int rc;

	if (!session || kin_session_ok(session) < 0 || kin_session_begin(session, KIN_BEGIN_WRITE) < 0 ||
	    open_native(session, site, values, &plan, &native, &statement) < 0) {
		kin_query_note(session, site);
		return -1;
	}
	while ((rc = kin_statement_step(statement, &session->error)) > 0)
		;
	if (rc == KIN_OK)
		changed = kin_statement_changed(statement);
	kin_statement_close(statement);
	kin_query_note(session, site);
	return changed;
}
