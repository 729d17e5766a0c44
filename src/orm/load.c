/* load.c - one object by its key, and the columns of objects that are there, loaded again. */
#include "orm/load.h"

#include "orm/expire.h"
#include "orm/hook.h"
#include "orm/inherit.h"
#include "orm/load_rows.h"
#include "orm/plan_form.h"

int kin_load_row_by_key(kin_session *session, const kin_mapping *mapping, const kin_value *keys, void **ret_object)
{
	const kin_load_options options = { .alone = true, .most = 1 };
	kin_loaded loaded = { 0 };
	kin_plan *plan;
	int rc = kin_session_ready(session);

	if (rc < 0)
		return rc;
	if (!(plan = kin_plan_of_key(session, mapping)))
		return session->error.code;
	rc = kin_load_rows(session, &plan->fetch, &plan->fetch.ask, keys, &options, &loaded);
	if (rc == KIN_OK && plan->fetch.later_count > 0)
		rc = kin_load_laters(session, &plan->fetch, keys, loaded.objects.items, loaded.objects.count);
	if (rc == KIN_OK)
		*ret_object = loaded.objects.count > 0 ? loaded.objects.items[0] : NULL;
	if (rc == KIN_OK && loaded.objects.count == 0 && session->expired > 0)
		rc = kin_expire_gone(session, mapping, keys);
	kin_loaded_done(&loaded);
	return rc;
}

int kin_load_by_key(kin_session *session, const kin_mapping *mapping, const kin_value *keys, void **ret_object)
{
	const kin_identity *identity = kin_load_identity(session, mapping);
	void *found = identity ? kin_identity_find(identity, keys) : NULL;

	if (!found || !kin_mapping_has(mapping, found) || kin_expire_is(session, found))
		return kin_load_row_by_key(session, mapping, keys, ret_object);
	*ret_object = found;
	return KIN_OK;
}

/* ---- loading again ---- */

/* The row is read aside, so that a value that does not fit leaves the object as it was. */
static int overwrite(kin_session *session, kin_statement *statement, void *object, void *aside, const uint64_t *set)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	int rc = kin_statement_read(statement, mapping->cells, mapping->attribute_count, aside, &session->arena, &session->error);

	if (rc < 0)
		return kin_load_explain(session, statement, mapping, NULL);
	if (kin_unit_remember(session, object, KIN_UNDO_CHANGE) < 0)
		return kin_session_nomem(session);
	kin_unit_take_row(object, aside, set);
	if (!set)
		kin_expire_clear(session, object);
	return KIN_OK;
}

static bool was_assigned(const void *object, const kin_relation *relation)
{
	const kin_tracked *tracked = kin_instance_of(object)->tracked;

	return tracked && (((tracked->assigned >> relation->index) & 1) ||
	                   memcmp(kin_member(object, relation->offset), tracked->snapshot + relation->offset, sizeof(void *)) != 0);
}

/* Relationships whose key is another one now. */
static void unload_changed(void *object, const void *row, const kin_mapping *mapping)
{
	const kin_tracked *tracked = kin_instance_of(object)->tracked;
	const void *known = tracked ? (const void *)tracked->snapshot : object;

	for (size_t i = 0; i < mapping->keyed_count; i++) {
		const kin_relation *relation = mapping->keyed[i];
		bool same = true;
		for (size_t j = 0; j < relation->pair_count; j++)
			same = same && kin_attribute_equal(relation->pairs[j].local, known, row);
		if (!same && !was_assigned(object, relation))
			kin_instance_unload(object, relation);
	}
}

/* What this transaction wrote may show in the row. */
static int remember(kin_session *session, void *object)
{
	if (session->unit->log.count == 0 && !session->unit->blind)
		return KIN_OK;
	return kin_unit_remember(session, object, KIN_UNDO_CHANGE) < 0 ? kin_session_nomem(session) : KIN_OK;
}

int kin_load_again(kin_session *session, kin_statement *statement, const kin_part *part, void *object)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	void *row = kin_mem_zalloc(mapping->size);
	int rc;

	if (!row)
		return kin_session_nomem(session);
	const kin_form *form = part->forms ? kin_load_form_of(part, mapping) : NULL;
	const kin_mould *mould = form ? &form->mould : &part->mould;
	const uint64_t *brings = form ? form->brings : part->brings;
	rc = kin_statement_read(statement, mould->cells, mould->count, row, &session->arena, &session->error);
	if (rc == KIN_OK && (rc = remember(session, object)) == KIN_OK) {
		unload_changed(object, row, mapping);
		kin_unit_take_row(object, row, brings);
		if (!brings) /* else it is asked for again */
			kin_expire_clear(session, object);
	}
	kin_mem_free(row);
	return rc;
}

int kin_load_gone(kin_session *session, const void *object)
{
	kin_text shown;

	kin_text_init(&shown);
	kin_instance_show(&shown, object);
	int rc = kin_text_ok(&shown)
	         ? kin_session_fail(session, KIN_ESTALE, NULL, 0, "%s is no longer in the database: someone else has deleted it",
	                            shown.data)
	         : kin_session_nomem(session);
	kin_text_done(&shown);
	return rc;
}

/* 1: it had a row; 0: it has none. */
static int load_columns(kin_session *session, void *object, const uint64_t *set)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	void *aside = kin_mem_zalloc(mapping->size);
	kin_cursor cursor = { 0 };
	kin_value keys[mapping->key_count];
	kin_plan *plan;
	int rc, found = 0;

	if (!aside)
		return kin_session_nomem(session);
	for (size_t i = 0; i < mapping->key_count; i++)
		keys[i] = kin_instance_key(object, i);
	rc = kin_session_begin(session, KIN_BEGIN_READ);
	if (rc == KIN_OK && !(plan = kin_plan_of_key(session, mapping)))
		rc = session->error.code;
	if (rc == KIN_OK)
		rc = kin_query_open(session, &plan->row, keys, &cursor);
	if (rc == KIN_OK && (rc = found = kin_statement_step(cursor.statement, &session->error)) > 0)
		rc = overwrite(session, cursor.statement, object, aside, set);
	kin_query_close(&cursor);
	kin_mem_free(aside);
	return rc < 0 ? rc : found;
}

int kin_load_columns(kin_session *session, void *object, const uint64_t *set)
{
	int rc = load_columns(session, object, set);

	if (rc <= 0)
		return rc == 0 ? kin_load_gone(session, object) : rc;
	return kin_mapping_hears(kin_instance_mapping(kin_instance_of(object)), KIN_EVENT_refresh)
	       ? kin_hook_run(session, object, KIN_EVENT_refresh) : KIN_OK;
}

static int overwrite_all(kin_session *session, const kin_mapping *mapping, kin_statement *statement, void *aside)
{
	const kin_attribute *key = mapping->keys[0];
	kin_identity *identity = kin_session_identity(session, mapping);
	kin_value value;
	int rc;

	if (!identity)
		return kin_session_nomem(session);
	while ((rc = kin_statement_step(statement, &session->error)) > 0) {
		rc = kin_statement_value(statement, key->index, key->kind & ~KIN_KIND_NULLABLE, &value, &session->error);
		void *object = rc == KIN_OK ? kin_identity_find(identity, &value) : NULL;
		if (object)
			rc = overwrite(session, statement, object, aside, NULL);
		if (rc < 0)
			return rc;
	}
	return rc;
}

/* All of them are of the mapping itself. */
static int load_columns_of(kin_session *session, const kin_mapping *mapping, void *const *objects, size_t count)
{
	kin_vec(kin_value) keys = { 0 };
	kin_cursor cursor = { 0 };
	kin_plan *plan = kin_plan_of_key(session, mapping);
	void *aside = kin_mem_zalloc(mapping->size);
	int rc = plan ? KIN_OK : session->error.code;

	if (rc == KIN_OK && !aside)
		rc = kin_session_nomem(session);
	for (size_t i = 0; rc == KIN_OK && i < count; i++)
		if (mapping->key_count > 1)
			rc = (rc = load_columns(session, objects[i], NULL)) < 0 ? rc : KIN_OK;
		else if (!kin_vec_push(&keys, kin_instance_key(objects[i], 0)))
			rc = kin_session_nomem(session);
	for (size_t at = 0; rc == KIN_OK && at < keys.count; at += 500) {
		size_t left = keys.count - at;
		kin_value array = kin_value_array(keys.items + at, left < 500 ? left : 500, KIN_KIND_COUNT);
		if ((rc = kin_query_open(session, &plan->rows, &array, &cursor)) == KIN_OK)
			rc = overwrite_all(session, mapping, cursor.statement, aside);
		kin_query_close(&cursor);
	}
	kin_vec_done(&keys);
	kin_mem_free(aside);
	for (size_t i = 0; rc == KIN_OK && kin_mapping_hears(mapping, KIN_EVENT_refresh) && i < count; i++)
		rc = kin_hook_run(session, objects[i], KIN_EVENT_refresh);
	return rc;
}

int kin_load_columns_of(kin_session *session, const kin_mapping *mapping, void *const *objects, size_t count)
{
	const kin_lineage *lineage = kin_mapping_root(mapping)->lineage;
	kin_objects some = { 0 };
	int rc = KIN_OK;

	if (!lineage)
		return load_columns_of(session, mapping, objects, count);
	for (size_t i = 0; rc == KIN_OK && i < lineage->heir_count; i++) {
		some.count = 0;
		for (size_t n = 0; rc == KIN_OK && n < count; n++)
			if (kin_instance_mapping(kin_instance_of(objects[n])) == lineage->heirs[i] && !kin_vec_push(&some, objects[n]))
				rc = kin_session_nomem(session);
		if (rc == KIN_OK && some.count > 0)
			rc = load_columns_of(session, lineage->heirs[i], some.items, some.count);
	}
	kin_vec_done(&some);
	return rc;
}
