/* select_object.c - loads the objects that are members of rows.
 *
 *     SELECT owners.… FROM owners WHERE owners.id IN (?, …)      only those that the session does not have yet, 500 for each statement
 *
 * Of a key of several columns each is loaded alone. */
#include "orm/select_object.h"

#include "orm/expire.h"
#include "orm/inherit.h"
#include "orm/load.h"
#include "orm/load_finder.h"

enum { CHUNK = 500 };

typedef kin_vec(kin_value) values_vec;

void kin_row_objects_init(kin_row_objects *objects, kin_session *session, const kin_plan *plan)
{
	*objects = (kin_row_objects){ .session = session, .plan = plan };
}

void kin_row_objects_done(kin_row_objects *objects)
{
	kin_vec_done(&objects->waiting);
	kin_arena_done(&objects->arena);
}

/* What the session has, as its row is. NULL: it is to be loaded. */
static void *find_known(const kin_session *session, const kin_mapping *mapping, const kin_value *keys)
{
	const kin_identity *identity = kin_load_identity(session, mapping);
	void *found = identity ? kin_identity_find(identity, keys) : NULL;

	return found && kin_mapping_has(mapping, found) && !kin_expire_is(session, found) ? found : NULL;
}

/* ---- while the rows come ---- */

/* 1: there is a key; 0: there is NULL in it. */
static int read_key(kin_row_objects *o, kin_statement *statement, const kin_row_object *object, kin_value *ret_keys)
{
	for (size_t i = 0; i < object->mapping->key_count; i++) {
		const kin_attribute *key = object->mapping->keys[i];
		int kind = key->domain ? KIN_KIND_TEXT : key->kind & ~KIN_KIND_NULLABLE;
		int rc = kin_statement_value(statement, object->column + i, kind, &ret_keys[i], &o->session->error);
		if (rc < 0)
			return rc;
		if (ret_keys[i].kind == KIN_KIND_NULL)
			return 0;
	}
	return 1;
}

/* Texts are the statement's until its next step. */
static kin_value *keep_key(kin_row_objects *o, const kin_value *keys, size_t count)
{
	kin_value *kept = kin_arena_copy(&o->arena, keys, count * sizeof(*keys));

	for (size_t i = 0; kept && i < count; i++)
		if ((kept[i].kind == KIN_KIND_TEXT || kept[i].kind == KIN_KIND_BYTES) &&
		    !(kept[i].as.data = kin_arena_strndup(&o->arena, keys[i].as.data, keys[i].size)))
			return NULL;
	return kept;
}

static int note_object(kin_row_objects *o, kin_statement *statement, const kin_row_object *object, void *row)
{
	size_t count = object->mapping->key_count;
	kin_row_waiting waiting = { .object = object, .member = (void **)(void *)((char *)row + object->offset) };
	kin_value keys[count];
	int rc = read_key(o, statement, object, keys);

	if (rc <= 0 || (*waiting.member = find_known(o->session, object->mapping, keys)))
		return rc < 0 ? rc : KIN_OK;
	if (!(waiting.keys = keep_key(o, keys, count)) || !kin_vec_push(&o->waiting, waiting))
		return kin_session_nomem(o->session);
	return KIN_OK;
}

int kin_row_objects_note(kin_row_objects *objects, kin_statement *statement, void *row)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < objects->plan->row_object_count; i++)
		rc = note_object(objects, statement, &objects->plan->row_objects[i], row);
	return rc;
}

/* ---- afterwards ---- */

/* Each key once. */
static int wanted_keys(kin_row_objects *o, const kin_row_object *object, values_vec *ret)
{
	kin_finder known;
	int rc = KIN_OK;

	kin_finder_init_set(&known, 1);
	for (size_t i = 0; rc >= 0 && i < o->waiting.count; i++) {
		const kin_row_waiting *w = &o->waiting.items[i];
		if (w->object == object && (rc = kin_finder_note(&known, o->session, w->keys, &known)) > 0 && !kin_vec_push(ret, w->keys[0]))
			rc = kin_session_nomem(o->session);
	}
	kin_finder_done(&known);
	return rc < 0 ? rc : KIN_OK;
}

static int load_some(kin_row_objects *o, const kin_row_object *object)
{
	values_vec keys = { 0 };
	kin_list list;
	int rc = wanted_keys(o, object, &keys);

	for (size_t at = 0; rc == KIN_OK && at < keys.count; at += CHUNK) {
		size_t left = keys.count - at;
		kin_value array = kin_value_array(keys.items + at, left < CHUNK ? left : CHUNK, KIN_KIND_COUNT);
		rc = kin_query_list_of(o->session, object->plan, &array, &list);
	}
	kin_vec_done(&keys);
	return rc;
}

static int find_object(kin_row_objects *o, const kin_row_waiting *w)
{
	*w->member = find_known(o->session, w->object->mapping, w->keys);
	return *w->member || w->object->plan ? KIN_OK : kin_load_row_by_key(o->session, w->object->mapping, w->keys, w->member);
}

int kin_row_objects_load(kin_row_objects *objects)
{
	const kin_plan *plan = objects->plan;
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < plan->row_object_count; i++)
		if (plan->row_objects[i].plan)
			rc = load_some(objects, &plan->row_objects[i]);
	for (size_t i = 0; rc == KIN_OK && i < objects->waiting.count; i++)
		rc = find_object(objects, &objects->waiting.items[i]);
	return rc;
}
