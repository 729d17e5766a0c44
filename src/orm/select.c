/* select.c - kin_select(), kin_sql(): rows that are no objects, put into the program's own structs. */
#include "base/vec.h"
#include "orm/select_object.h"

typedef kin_vec(const void *) row_list;

/* While rows come. */
typedef struct fetching {
	kin_session      *session;
	kin_statement    *statement;
	const kin_mould  *mould;
	kin_row_objects  *objects; /* NULL: no member is one */
	row_list          rows;
	size_t            most; /* 0: all */
} fetching;

static int take_row(void *context)
{
	fetching *f = context;
	void *row = kin_statement_make(f->statement, f->mould, &f->session->arena, &f->session->error);

	if (!row)
		return kin_error_context(&f->session->error, "row %zu", f->rows.count + 1);
	if (!kin_vec_push(&f->rows, row))
		return kin_session_nomem(f->session);
	if (f->objects && kin_row_objects_note(f->objects, f->statement, row) < 0)
		return f->session->error.code;
	return f->most > 0 && f->rows.count == f->most ? 1 : KIN_OK;
}

static int take_rows(fetching *f, bool each)
{
	int rc;

	if (each)
		return kin_statement_each(f->statement, take_row, f, &f->session->error);
	while ((rc = kin_statement_step(f->statement, &f->session->error)) > 0)
		if ((rc = take_row(f)) != KIN_OK)
			break;
	return rc < 0 ? rc : KIN_OK;
}

static int give_list(fetching *f, kin_list *ret_list)
{
	const void **items = NULL;

	if (f->rows.count > 0 && !(items = kin_arena_copy(&f->session->arena, f->rows.items, f->rows.count * sizeof(*items))))
		return kin_session_nomem(f->session);
	*ret_list = (kin_list){ .items = items, .count = f->rows.count };
	return KIN_OK;
}

static int select_rows(kin_session *session, kin_site *site, const kin_value *values, size_t most, kin_list *ret_list)
{
	fetching f = { .session = session, .most = most };
	kin_row_objects objects;
	kin_cursor cursor = { 0 };
	kin_plan *plan;
	bool each = false;
	int rc;

	if ((rc = kin_session_ready(session)) < 0)
		return rc;
	if (!(plan = kin_plan_of_site(session, site)))
		return session->error.code;
	if ((rc = kin_query_open_all(session, &plan->fetch.ask, values, &cursor, &each)) < 0)
		return rc;
	f.statement = cursor.statement;
	f.mould = &plan->row_mould;
	if (plan->row_object_count > 0)
		kin_row_objects_init(f.objects = &objects, session, plan);
	rc = take_rows(&f, each);
	kin_query_close(&cursor);
	if (rc == KIN_OK && f.objects)
		rc = kin_row_objects_load(f.objects);
	if (rc == KIN_OK)
		rc = give_list(&f, ret_list);
	if (f.objects)
		kin_row_objects_done(f.objects);
	kin_vec_done(&f.rows);
	return rc;
}

kin_list kin_site_select(kin_session *session, kin_site *site, const kin_value *values)
{
	kin_list list = { 0 };

	if (session && select_rows(session, site, values, 0, &list) < 0)
		kin_query_note(session, site);
	return list;
}

const void *kin_site_select_first(kin_session *session, kin_site *site, const kin_value *values)
{
	kin_list list = { 0 };

	if (session && select_rows(session, site, values, 1, &list) < 0)
		kin_query_note(session, site);
	return list.count > 0 ? list.items[0] : NULL;
}
