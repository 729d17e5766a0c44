/* loader_selectin.c - loads a relationship for many objects by their keys, a statement for each 500.
 *
 *     SELECT pets.… FROM pets WHERE pets.owner_id IN (?, …)
 *     SELECT owners.… FROM owners WHERE owners.id IN (?, …)      only those that the session does not have yet
 *     SELECT parts.… FROM parts WHERE (parts.order_id, parts.line_no) IN ((?, ?), …)      a key of several columns; SQLite: IN (VALUES …)
 *
 * For many objects of a query without a condition loader_all.c does it.
 */
#include "orm/expire.h"
#include "orm/load_finder.h"
#include "value/member.h"

#include <stdlib.h>

enum { CHUNK = 500 };

typedef kin_vec(kin_value) values_vec;

/* Keys to ask for: of each pair of the relationship its values, all as many as each other. */
typedef struct key_list {
	const kin_relation *relation;
	values_vec          columns[];
} key_list;

static key_list *new_keys(kin_session *session, const kin_relation *relation)
{
	key_list *keys = kin_mem_zalloc(sizeof(*keys) + relation->pair_count * sizeof(keys->columns[0]));

	if (!keys)
		kin_session_nomem(session);
	else
		keys->relation = relation;
	return keys;
}

static void free_keys(key_list *keys)
{
	for (size_t i = 0; keys && i < keys->relation->pair_count; i++)
		kin_vec_done(&keys->columns[i]);
	kin_mem_free(keys);
}

static int push_key(kin_session *session, key_list *keys, const kin_value *values)
{
	for (size_t i = 0; i < keys->relation->pair_count; i++)
		if (!kin_vec_push(&keys->columns[i], values[i]))
			return kin_session_nomem(session);
	return KIN_OK;
}

/* Keys in a statement. Of several columns each value is a placeholder, of which dqlite takes few; plans round up to powers of two. */
size_t kin_load_chunk(const kin_session *session, size_t others, size_t columns)
{
	size_t most = (kin_db_dialect_of(session->db)->max_params - others) / columns, chunk = 1;

	if (columns == 1 || most >= CHUNK)
		return CHUNK;
	while (2 * chunk <= most)
		chunk *= 2;
	return chunk;
}

/* A statement for each chunk of keys. */
static int load_keys(kin_session *session, kin_fetch *fetch, const kin_value *values, const key_list *keys, const kin_load_options *options,
                     kin_loaded *loaded)
{
	size_t pairs = keys->relation->pair_count, count = keys->columns[0].count, chunk = kin_load_chunk(session, fetch->base, pairs);
	kin_value all[fetch->base + pairs], *arrays = all + fetch->base;
	int rc = KIN_OK;

	if (fetch->base > 0)
		memcpy(all, values, fetch->base * sizeof(*all));
	for (size_t at = 0; rc == KIN_OK && at < count; at += chunk) {
		size_t left = count - at;
		for (size_t i = 0; i < pairs; i++)
			arrays[i] = kin_value_array(keys->columns[i].items + at, left < chunk ? left : chunk, KIN_KIND_COUNT);
		rc = kin_load_rows(session, fetch, &fetch->ask, all, options, loaded);
	}
	return rc;
}

/* ---- the other side holds the key ---- */

static int parents_keys(kin_session *session, void *const *objects, size_t count, key_list *keys)
{
	const kin_relation *relation = keys->relation;
	kin_value values[relation->pair_count];

	for (size_t i = 0; i < count; i++)
		if (!kin_load_is_known(objects[i], relation) && kin_load_local_values(objects[i], relation, values) && push_key(session, keys, values) < 0)
			return session->error.code;
	return KIN_OK;
}

static int load_children(kin_session *session, kin_fetch *fetch, const kin_value *values, void *const *objects, size_t count)
{
	const kin_relation *relation = fetch->relation;
	kin_loaded loaded = { 0 };
	kin_load_links links = { 0 };
	key_list *keys = NULL;
	kin_finder finder;
	kin_parents parents = { .relation = relation, .columns = fetch->link, .finder = &finder };
	kin_load_options options = { .parents = &parents, .links = &links };
	int rc;

	if (kin_load_wants_all(fetch, count))
		return kin_load_all_children(session, fetch, objects, count);
	if ((rc = kin_finder_init(&finder, session, relation, true)) < 0)
		return rc;
	if (!(keys = new_keys(session, relation)))
		rc = KIN_ENOMEM;
	if (rc == KIN_OK && (rc = kin_finder_add_parents(&finder, session, relation, objects, count)) == KIN_OK &&
	    (rc = parents_keys(session, objects, count, keys)) == KIN_OK)
		rc = load_keys(session, fetch, values, keys, &options, &loaded);
	if (rc == KIN_OK)
		rc = kin_load_collect(session, relation, links.items, links.count, fetch->collects);
	if (rc == KIN_OK)
		kin_load_rest(fetch, objects, count);
	free_keys(keys);
	kin_vec_done(&links);
	kin_loaded_done(&loaded);
	kin_finder_done(&finder);
	return rc;
}

/* ---- this side holds the key ---- */

/* Set what `finder` knows, but for what has expired. With `all`, what it does not know is NULL. */
static void set_targets(const kin_session *session, const kin_relation *relation, void *const *objects, size_t count, kin_finder *finder, bool all)
{
	kin_value values[relation->pair_count];

	for (size_t i = 0; i < count; i++) {
		if (kin_load_is_known(objects[i], relation))
			continue;
		bool any = kin_load_local_values(objects[i], relation, values);
		void *target = any ? kin_finder_find(finder, values) : NULL;
		if (target && !all && kin_expire_is(session, target))
			continue;
		if (target || !any || all)
			kin_instance_set_one(objects[i], relation, target);
	}
}

static void mark(const kin_loaded *loaded, bool on)
{
	for (size_t i = 0; i < loaded->objects.count; i++) {
		kin_instance *instance = kin_instance_of(loaded->objects.items[i]);
		instance->flags = (uint8_t)(on ? instance->flags | KIN_INSTANCE_MARK : instance->flags & ~KIN_INSTANCE_MARK);
	}
}

/* Of a condition: set what was loaded now, whatever else the session has, and NULL where nothing can be. */
static void set_fitting(const kin_relation *relation, void *const *objects, size_t count, kin_finder *finder, const kin_loaded *loaded)
{
	kin_value values[relation->pair_count];

	mark(loaded, true);
	for (size_t i = 0; i < count; i++) {
		if (kin_load_is_known(objects[i], relation))
			continue;
		bool any = kin_load_local_values(objects[i], relation, values);
		void *target = any ? kin_finder_find(finder, values) : NULL;
		if (!any || (target && kin_instance_of(target)->flags & KIN_INSTANCE_MARK))
			kin_instance_set_one(objects[i], relation, target);
	}
	mark(loaded, false);
}

int kin_load_targets(kin_session *session, const kin_fetch *fetch, void *const *objects, size_t count, const kin_loaded *loaded)
{
	const kin_relation *relation = fetch->relation;
	kin_finder finder;
	int rc = kin_finder_init(&finder, session, relation, false);

	if (rc < 0)
		return rc;
	for (size_t i = 0; rc == KIN_OK && i < loaded->objects.count; i++)
		rc = kin_finder_add(&finder, session, loaded->objects.items[i]);
	if (rc == KIN_OK && fetch->some)
		set_fitting(relation, objects, count, &finder, loaded);
	else if (rc == KIN_OK)
		set_targets(session, relation, objects, count, &finder, true);
	kin_finder_done(&finder);
	return rc;
}

static int compare(const void *a, const void *b)
{
	const kin_value *x = a, *y = b;

	if (x->kind == KIN_KIND_TEXT || x->kind == KIN_KIND_BYTES) {
		size_t size = x->size < y->size ? x->size : y->size;
		int order = memcmp(x->as.data, y->as.data, size);
		return order != 0 ? order : (x->size > y->size) - (x->size < y->size);
	}
	if (x->as.integer != y->as.integer)
		return x->as.integer > y->as.integer ? 1 : -1;
	return (x->more.high > y->more.high) - (x->more.high < y->more.high); /* of a uuid: any order will do */
}

static void make_unique(values_vec *keys)
{
	size_t kept = 0;

	if (keys->count == 0)
		return;
	qsort(keys->items, keys->count, sizeof(*keys->items), compare);
	for (size_t i = 1; i < keys->count; i++)
		if (compare(&keys->items[kept], &keys->items[i]) != 0)
			keys->items[++kept] = keys->items[i];
	keys->count = kept + 1;
}

static int push_unknown(kin_session *session, void *const *objects, size_t count, key_list *keys, kin_finder *known)
{
	const kin_relation *relation = keys->relation;
	kin_value values[relation->pair_count];
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < count; i++) {
		if (kin_load_is_known(objects[i], relation) || !kin_load_local_values(objects[i], relation, values))
			continue;
		if (!known || (rc = kin_finder_note(known, session, values, known)) > 0)
			rc = push_key(session, keys, values);
	}
	return rc;
}

/* Each once. Keys of one column are sorted, so that the database's pages are visited in order. */
static int targets_keys(kin_session *session, void *const *objects, size_t count, key_list *keys)
{
	kin_finder known;
	int rc;

	if (keys->relation->pair_count == 1) {
		rc = push_unknown(session, objects, count, keys, NULL);
		make_unique(&keys->columns[0]);
		return rc;
	}
	kin_finder_init_set(&known, keys->relation->pair_count);
	rc = push_unknown(session, objects, count, keys, &known);
	kin_finder_done(&known);
	return rc;
}

/* Those that the session has. */
static int give_known(kin_session *session, const kin_relation *relation, void *const *objects, size_t count)
{
	kin_finder finder;
	int rc = kin_finder_init(&finder, session, relation, false);

	if (rc < 0)
		return rc;
	set_targets(session, relation, objects, count, &finder, false);
	kin_finder_done(&finder);
	return KIN_OK;
}

static int load_targets(kin_session *session, kin_fetch *fetch, const kin_value *values, void *const *objects, size_t count)
{
	const kin_relation *relation = fetch->relation;
	const kin_load_options options = { 0 };
	kin_loaded loaded = { 0 };
	key_list *keys = NULL;
	int rc = fetch->some ? KIN_OK : give_known(session, relation, objects, count);

	if (rc < 0)
		return rc;
	if (!(keys = new_keys(session, relation)))
		return KIN_ENOMEM;
	if ((rc = targets_keys(session, objects, count, keys)) == KIN_OK)
		rc = load_keys(session, fetch, values, keys, &options, &loaded);
	if (rc == KIN_OK)
		rc = kin_load_targets(session, fetch, objects, count, &loaded);
	free_keys(keys);
	kin_loaded_done(&loaded);
	return rc;
}

int kin_load_selectin(kin_session *session, kin_fetch *fetch, const kin_value *values, void *const *objects, size_t count)
{
	return fetch->relation->holds_key ? load_targets(session, fetch, values, objects, count)
	                                  : load_children(session, fetch, values, objects, count);
}
