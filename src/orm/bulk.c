/* bulk.c - UPDATE and DELETE of rows without loading them; objects that are loaded are brought in step.
 *
 * Which loaded objects are meant only the database can say, and only before the rows change: so where the session has objects of the
 * model, the keys of the rows are selected first, in the same transaction. */
#include "orm/load.h"
#include "orm/load_rows.h"
#include "orm/unit.h"
#include "value/kind.h"

static int take_row(kin_session *session, const kin_mapping *mapping, kin_statement *statement, const kin_identity *identity,
                    kin_objects *ret)
{
	kin_value keys[mapping->key_count];

	for (size_t i = 0; i < mapping->key_count; i++) {
		int rc = kin_statement_value(statement, i, mapping->keys[i]->kind & ~KIN_KIND_NULLABLE, &keys[i], &session->error);
		if (rc < 0)
			return rc;
	}
	void *object = kin_identity_find(identity, keys);
	return !object || kin_vec_push(ret, object) ? KIN_OK : kin_session_nomem(session);
}

/* The loaded objects whose rows fit. */
static int find_loaded(kin_session *session, kin_plan *plan, const kin_value *values, kin_objects *ret)
{
	const kin_identity *identity = kin_load_identity(session, plan->mapping);
	kin_cursor cursor = { 0 };
	int rc;

	if (!identity || kin_identity_count(identity) == 0)
		return KIN_OK;
	if ((rc = kin_query_open(session, &plan->keys, values, &cursor)) < 0)
		return rc;
	while ((rc = kin_statement_step(cursor.statement, &session->error)) > 0)
		if ((rc = take_row(session, plan->mapping, cursor.statement, identity, ret)) < 0)
			break;
	kin_query_close(&cursor);
	return rc;
}

/* A foreign key that was written leads somewhere else: its relationship is loaded anew. */
static void unload_written(const kin_plan *plan, void *const *objects, size_t count)
{
	for (size_t a = 0; a < plan->assigned_count; a++) {
		const kin_relation *relation = plan->assigned[a]->relation;
		for (size_t i = 0; relation && i < count; i++)
			kin_instance_unload(objects[i], relation);
	}
}

static int bring_in_step(kin_session *session, kin_plan *plan, const kin_objects *objects)
{
	int rc = KIN_OK;

	if (plan->verb == KIN_VERB_UPDATE) {
		rc = kin_load_columns_of(session, plan->mapping, objects->items, objects->count);
		if (rc == KIN_OK)
			unload_written(plan, objects->items, objects->count);
		return rc;
	}
	for (size_t i = 0; rc == KIN_OK && i < objects->count; i++)
		if (kin_unit_row_deleted(session, objects->items[i]) < 0)
			rc = kin_session_nomem(session);
	return rc;
}

static int run(kin_session *session, kin_site *site, const kin_value *values, int64_t *ret_changed)
{
	kin_objects objects = { 0 };
	kin_plan *plan;
	int rc = kin_session_begin(session, KIN_BEGIN_WRITE);

	if (rc < 0 || (rc = kin_session_ready(session)) < 0)
		return rc;
	if (!(plan = kin_plan_of_site(session, site)))
		return session->error.code;
	if ((rc = find_loaded(session, plan, values, &objects)) == KIN_OK &&
	    (rc = kin_query_run(session, &plan->fetch.ask, values, ret_changed)) == KIN_OK && objects.count > 0)
		rc = bring_in_step(session, plan, &objects);
	kin_vec_done(&objects);
	return rc;
}

int64_t kin_site_update(kin_session *session, kin_site *site, const kin_value *values)
{
	int64_t changed = -1;

	if (!session)
		return -1;
	if (run(session, site, values, &changed) < 0) {
		kin_query_note(session, site);
		return -1;
	}
	return changed;
}

int64_t kin_site_delete(kin_session *session, kin_site *site, const kin_value *values)
{
	return kin_site_update(session, site, values);
}
