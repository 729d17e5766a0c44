/* bulk.c - UPDATE and DELETE of rows without loading them; objects that are loaded are brought in step.
 *
 * Which loaded objects are meant only the database can say, and only before the rows change: so where the session has objects of the
 * model, the keys of the rows are selected first, in the same transaction. */
#include "orm/bulk.h"
#include "orm/collection.h"
#include "orm/hook.h"
#include "orm/load.h"
#include "orm/load_rows.h"
#include "orm/rules.h"
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

/* ---- a foreign key that was written leads somewhere else ---- */

/* The owners that have the objects in their lists now. Where one has not, NULL. */
static int note_owners(kin_session *session, const kin_relation *relation, const kin_objects *objects, kin_objects *ret)
{
	for (size_t i = 0; i < objects->count; i++)
		if (!kin_vec_push(ret, kin_collection_parent(session, objects->items[i], relation)))
			return kin_session_nomem(session);
	return KIN_OK;
}

/* Each object's relationship is loaded anew, and it goes to the list of the owner that its key says. */
static int move_all(kin_session *session, const kin_relation *relation, const kin_objects *objects, void *const *former)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < objects->count; i++) {
		void *object = objects->items[i], *owner = kin_collection_keyed(session, object, relation);
		kin_instance_unload(object, relation);
		if (!relation->reverse || !former || owner == former[i])
			continue;
		if (former[i])
			rc = kin_collection_take(session, former[i], relation->reverse, object);
		if (owner && rc == KIN_OK)
			rc = kin_collection_put(session, owner, relation->reverse, object);
	}
	return rc < 0 ? kin_session_nomem(session) : KIN_OK;
}

/* Rows that the session does not know went to owners that it may know: their lists are loaded anew. */
static int unload_lists(kin_session *session, const kin_relation *relation)
{
	const kin_identity *identity = relation->reverse ? kin_load_identity(session, relation->target) : NULL;
	void *owner;

	for (size_t at = 0; identity && (owner = kin_identity_next(identity, &at));) {
		if (!kin_instance_is_loaded(kin_instance_of(owner), relation->reverse))
			continue;
		if (kin_unit_remember(session, owner, KIN_UNDO_CHANGE) < 0)
			return kin_session_nomem(session);
		kin_instance_unload(owner, relation->reverse);
	}
	return KIN_OK;
}

/* ---- the objects ---- */

/* Whether a column of the relationship's key was written. */
static bool is_assigned(const kin_relation *relation, const kin_attribute *const *assigned, size_t count)
{
	for (size_t a = 0; a < count; a++)
		for (size_t i = 0; i < relation->pair_count; i++)
			if (kin_attribute_is(assigned[a], relation->pairs[i].local))
				return true;
	return false;
}

int kin_bulk_follow(kin_session *session, const kin_mapping *mapping, const kin_attribute *const *assigned, size_t count,
                    const kin_objects *objects, bool all_known)
{
	kin_objects former = { 0 };
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < mapping->keyed_count; i++)
		if (is_assigned(mapping->keyed[i], assigned, count))
			rc = note_owners(session, mapping->keyed[i], objects, &former);
	if (rc == KIN_OK && objects->count > 0)
		rc = kin_load_columns_of(session, mapping, objects->items, objects->count);
	for (size_t i = 0, at = 0; rc == KIN_OK && i < mapping->keyed_count; i++) {
		const kin_relation *relation = mapping->keyed[i];
		if (!is_assigned(relation, assigned, count))
			continue;
		if (objects->count > 0)
			rc = move_all(session, relation, objects, former.items + at);
		at += objects->count;
		if (rc == KIN_OK && !all_known)
			rc = unload_lists(session, relation);
	}
	kin_vec_done(&former);
	return rc;
}

static int follow_delete(kin_session *session, const kin_objects *objects)
{
	int rc = kin_rules_follow(session, objects->items, objects->count);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < objects->count; i++)
		if (kin_collection_forget(session, objects->items[i]) < 0 || kin_unit_row_deleted(session, objects->items[i]) < 0)
			return kin_session_nomem(session);
	return KIN_OK;
}

static int follow_update(kin_session *session, const kin_plan *plan, const kin_bulk_moves *moves, const kin_objects *objects, bool all_known)
{
	int rc = moves->items.count > 0 ? kin_bulk_move_all(session, plan->mapping, moves) : KIN_OK;

	return rc < 0 ? rc : kin_bulk_follow(session, plan->mapping, plan->assigned, plan->assigned_count, objects, all_known);
}

static bool is_update(const kin_plan *plan)
{
	return plan->verb == KIN_VERB_UPDATE || plan->verb == KIN_VERB_UPDATE_RETURNING;
}

/* In a transaction that writes, with what was changed before in the database; a hook of a flush may not delete. */
static int begin(kin_session *session, kin_site *site, kin_plan **ret_plan)
{
	int rc = kin_session_begin(session, KIN_BEGIN_WRITE);

	if (rc < 0 || (rc = kin_session_ready(session)) < 0)
		return rc;
	if (!(*ret_plan = kin_plan_of_site(session, site)))
		return session->error.code;
	if (is_update(*ret_plan))
		return KIN_OK;
	return kin_hook_unplanned(session, (*ret_plan)->verb == KIN_VERB_DELETE_RETURNING ? "kin_delete_returning" : "kin_delete_where");
}

static int run(kin_session *session, kin_site *site, const kin_value *values, int64_t *ret_changed)
{
	kin_objects objects = { 0 };
	kin_bulk_moves moves = { 0 };
	kin_plan *plan;
	int rc = begin(session, site, &plan);

	if (rc < 0)
		return rc;
	rc = plan->moves.select ? kin_bulk_find_moves(session, plan, values, &moves, &objects)
	                        : find_loaded(session, plan, values, &objects);
	if (rc == KIN_OK &&
	    (rc = kin_query_run(session, &plan->fetch.ask, values, ret_changed)) == KIN_OK && *ret_changed > 0) {
		bool all_known = (size_t)*ret_changed == objects.count;
		if (!all_known)
			session->unit->blind = true;
		rc = is_update(plan) ? follow_update(session, plan, &moves, &objects, all_known)
		                     : follow_delete(session, &objects);
	}
	kin_bulk_moves_done(&moves);
	kin_vec_done(&objects);
	return rc;
}

/* ---- with what was changed ---- */

/* MariaDB's UPDATE says nothing of its rows, and a statement only of one table's. */
static int change_locked(kin_session *session, kin_plan *plan, const kin_value *values, kin_loaded *loaded)
{
	int rc = kin_load_rows(session, &plan->fetch, &plan->locked, values, &(kin_load_options){ 0 }, loaded);

	if (rc == KIN_OK && loaded->objects.count > 0)
		rc = kin_query_run(session, &plan->change, values, NULL);
	return rc;
}

static int update_returning(kin_session *session, kin_plan *plan, const kin_value *values, kin_loaded *loaded)
{
	bool returns = !plan->silent && kin_connection_dialect(session->connection)->returning_update;
	int rc = returns ? kin_load_rows(session, &plan->fetch, &plan->change, values, &(kin_load_options){ 0 }, loaded)
	                 : change_locked(session, plan, values, loaded);

	if (rc < 0 || loaded->objects.count == 0 || (returns && loaded->news == loaded->objects.count))
		return rc;
	return kin_bulk_follow(session, plan->mapping, plan->assigned, plan->assigned_count, &loaded->objects, true);
}

static int delete_returning(kin_session *session, kin_plan *plan, const kin_value *values, kin_loaded *loaded)
{
	return plan->silent ? change_locked(session, plan, values, loaded)
	                    : kin_load_rows(session, &plan->fetch, &plan->change, values, &(kin_load_options){ 0 }, loaded);
}

static int run_returning(kin_session *session, kin_site *site, const kin_value *values, kin_list *ret_list)
{
	kin_loaded loaded = { 0 };
	kin_plan *plan;
	int rc = begin(session, site, &plan);

	if (rc < 0)
		return rc;
	session->unit->blind = true;
	rc = is_update(plan) ? update_returning(session, plan, values, &loaded) : delete_returning(session, plan, values, &loaded);
	if (rc == KIN_OK && (rc = kin_loaded_list(session, &loaded, ret_list)) == KIN_OK && !is_update(plan))
		rc = follow_delete(session, &loaded.objects);
	kin_loaded_done(&loaded);
	return rc;
}

kin_list kin_site_returning(kin_session *session, kin_site *site, const kin_value *values)
{
	kin_list list = { 0 };

	if (session && run_returning(session, site, values, &list) < 0) {
		kin_query_note(session, site);
		list = (kin_list){ 0 };
	}
	return list;
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
