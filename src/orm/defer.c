/* defer.c - columns that objects were loaded without are loaded when they are asked for.
 *
 *     SELECT pets.id, pets.photo FROM pets WHERE pets.id = ?             the first of a list that is asked
 *     SELECT pets.id, pets.photo FROM pets WHERE pets.id IN (?, …)       from the second one on, with up to 500 siblings
 *
 * Those of a group come together. */
#include "orm/defer.h"

#include <inttypes.h>

#include "base/mem.h"
#include "orm/expire.h"
#include "orm/load.h"
#include "orm/load_rows.h"
#include "orm/plan_form.h"
#include "orm/query.h"
#include "orm/siblings.h"
#include "orm/stream.h"

void kin_defer_poison(void *object, const kin_attribute *attribute)
{
	void *member = kin_member(object, attribute->offset), *poison = KIN_UNLOADED;

	memset(member, 1, attribute->size); /* of a kin_nullable(): it is present */
	memcpy(member, &poison, sizeof(poison));
	if (attribute->kind == KIN_KIND_BYTES)
		((kin_bytes *)member)->size = KIN_UNLOADED_COUNT;
}

/* It is what the database has: both in the object and in what a flush compares it with. */
static void take(void *object, const void *row, const kin_attribute *a)
{
	kin_tracked *tracked = kin_instance_of(object)->tracked;

	if (!kin_defer_lacks(object, a))
		return;
	memcpy(kin_member(object, a->offset), kin_member(row, a->offset), a->size);
	if (tracked && kin_defer_lacks(tracked->snapshot, a))
		memcpy(tracked->snapshot + a->offset, kin_member(row, a->offset), a->size);
}

static bool lacks_any(const void *object)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	bool lacks = false;

	for (size_t i = 0; !lacks && i < mapping->pointed_count; i++)
		lacks = kin_defer_lacks(object, mapping->pointed[i]);
	return lacks;
}

int kin_defer_fill(kin_session *session, kin_statement *statement, const kin_part *part, void *object)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	const kin_form *form = part->forms ? kin_load_form_of(part, mapping) : NULL;
	const kin_mould *mould = form ? &form->mould : &part->mould;
	const uint64_t *brings = form ? form->brings : part->brings;
	void *row = lacks_any(object) ? kin_mem_zalloc(mapping->size) : NULL;
	int rc = KIN_OK;

	if (!row)
		return lacks_any(object) ? kin_session_nomem(session) : KIN_OK;
	rc = kin_statement_read(statement, mould->cells, mould->count, row, &session->arena, &session->error);
	for (size_t i = 0; rc == KIN_OK && i < mapping->pointed_count; i++)
		if (!brings || kin_set_has(brings, mapping->pointed[i]->index))
			take(object, row, mapping->pointed[i]);
	kin_mem_free(row);
	return rc < 0 ? kin_load_explain(session, statement, part->mapping, part->places) : KIN_OK;
}

/* ---- a column, or a group ---- */

/* What an object's row is for: those that have the row's key, or the one that is asked for, which the session does not know. */
typedef struct reading {
	kin_session         *session;
	const kin_attribute *first; /* of the group */
	void                *alone; /* NULL: those of the session */
	void                *aside; /* where the row is put first */
} reading;

static int find_object(const reading *r, kin_statement *statement, void **ret_object)
{
	const kin_mapping *mapping = r->first->mapping;
	const kin_identity *identity = kin_load_identity(r->session, mapping);
	kin_value keys[mapping->key_count];
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < mapping->key_count; i++)
		rc = kin_statement_value(statement, i, mapping->keys[i]->domain ? KIN_KIND_TEXT : mapping->keys[i]->kind & ~KIN_KIND_NULLABLE, &keys[i],
		                         &r->session->error);
	*ret_object = rc == KIN_OK && identity ? kin_identity_find(identity, keys) : NULL;
	return rc;
}

/* Its rows are the keys, and the columns behind them. */
static int read_row(const reading *r, kin_statement *statement)
{
	kin_session *session = r->session;
	uint16_t column = (uint16_t)r->first->mapping->key_count;
	void *object = r->alone;
	int rc = object ? KIN_OK : find_object(r, statement, &object);

	for (const kin_attribute *a = r->first; rc == KIN_OK && object && a; a = a->beside) {
		kin_cell cell = a->mapping->cells[a->index];
		cell.column = column++;
		if ((rc = kin_statement_read(statement, &cell, 1, r->aside, &session->arena, &session->error)) == KIN_OK)
			take(object, r->aside, a);
	}
	return rc;
}

static int read_rows(kin_session *session, kin_ask *ask, const kin_value *values, const kin_attribute *a, void *alone)
{
	reading r = { .session = session, .first = a->leader ? a->leader : a, .alone = alone, .aside = kin_mem_zalloc(a->mapping->size) };
	kin_cursor cursor = { 0 };
	int rc = r.aside ? kin_query_open(session, ask, values, &cursor) : kin_session_nomem(session);

	while (rc >= 0 && (rc = kin_statement_step(cursor.statement, &session->error)) > 0)
		if ((rc = read_row(&r, cursor.statement)) < 0)
			break;
	kin_query_close(&cursor);
	kin_mem_free(r.aside);
	return rc;
}

int kin_defer_load_alone(kin_session *session, void *object, const kin_attribute *attribute)
{
	kin_plan *plan = kin_plan_of_column(session, attribute);
	kin_value keys[attribute->mapping->key_count];

	if (!plan)
		return session->error.code;
	for (size_t i = 0; i < attribute->mapping->key_count; i++)
		keys[i] = kin_instance_key(object, i);
	return read_rows(session, &plan->row, keys, attribute, object);
}

static int load_singly(kin_session *session, kin_plan *plan, void *const *objects, size_t count, const kin_attribute *a)
{
	kin_value keys[a->mapping->key_count];
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < count; i++) {
		for (size_t n = 0; n < a->mapping->key_count; n++)
			keys[n] = kin_instance_key(objects[i], n);
		rc = read_rows(session, &plan->row, keys, a, NULL);
	}
	return rc;
}

static int load_together(kin_session *session, kin_plan *plan, void *const *objects, size_t count, const kin_attribute *a)
{
	kin_value keys[KIN_SIBLINGS];

	if (count == 1 || a->mapping->key_count > 1)
		return load_singly(session, plan, objects, count, a);
	for (size_t i = 0; i < count; i++)
		keys[i] = kin_instance_key(objects[i], 0);
	kin_value array = kin_value_array(keys, count, KIN_KIND_COUNT);
	return read_rows(session, &plan->rows, &array, a, NULL);
}

static bool wants_load(const kin_session *session, const void *object, const void *what)
{
	const kin_instance *instance = kin_instance_of(object);
	const kin_attribute *a = what;

	(void)session;
	return instance->state == KIN_PERSISTENT && kin_mapping_is(kin_instance_mapping(instance), a->mapping) && kin_defer_lacks(object, a);
}

/* The object, and from the second one on that is asked its siblings. */
static int with_siblings(kin_session *session, void *object, const kin_attribute *a, kin_siblings *ret)
{
	kin_load_batch *batch = (kin_load_batch *)(void *)kin_instance_of(object)->batch;
	uint64_t bit = (uint64_t)1 << (a->index % 64);
	bool together = kin_siblings_may_be(session, &batch->batch);

	if (together)
		batch = kin_siblings_keeper(batch, a->mapping);
	if (together && batch->asked_columns & bit)
		return kin_siblings_gather(session, object, wants_load, a, &batch->columns_to, ret);
	if (together) {
		batch->asked_columns |= bit;
		batch->columns_to = 0;
	}
	ret->items[0] = object;
	ret->count = 1;
	return KIN_OK;
}

int kin_defer_load(kin_session *session, void *object, const kin_attribute *attribute)
{
	const kin_instance *instance = kin_instance_of(object);
	kin_siblings siblings;
	kin_plan *plan;
	int rc;

	if (!kin_defer_lacks(object, attribute))
		return KIN_OK;
	if (instance->flags & KIN_INSTANCE_STREAMED)
		return kin_stream_load_column(session, object, attribute);
	if (instance->state == KIN_DETACHED || session->closed)
		return kin_session_fail(session, KIN_EDETACHED, NULL, 0, "Parent instance <%s at 0x%" PRIxPTR "> is not bound to a session; deferred "
		                        "load of attribute '%s' cannot proceed", kin_instance_mapping(instance)->name, (uintptr_t)object, attribute->name);
	attribute = kin_attribute_origin(attribute);
	if ((rc = kin_session_begin(session, KIN_BEGIN_READ)) < 0)
		return rc;
	if (!(plan = kin_plan_of_column(session, attribute)))
		return session->error.code;
	if ((rc = with_siblings(session, object, attribute, &siblings)) == KIN_OK)
		rc = load_together(session, plan, siblings.items, siblings.count, attribute);
	return rc == KIN_OK && kin_defer_lacks(object, attribute) ? kin_load_gone(session, object) : rc;
}

int kin_defer_load_all(kin_session *session, void *object)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	int rc = KIN_OK;

	for (size_t i = 0; session->defers && rc == KIN_OK && i < mapping->pointed_count; i++)
		if (kin_instance_of(object)->flags & KIN_INSTANCE_LACKS && !kin_defer_raises(object, mapping->pointed[i]))
			rc = kin_defer_load(session, object, mapping->pointed[i]);
	return rc;
}
