/* loader_selectin.c - loads a relationship for many objects by their keys, a statement for each 500.
 *
 *     SELECT pets.… FROM pets WHERE pets.owner_id IN (?, …)
 *     SELECT owners.… FROM owners WHERE owners.id IN (?, …)      only those that the session does not have yet
 *
 * For many objects of a query without a condition loader_all.c does it.
 */
#include "orm/expire.h"
#include "orm/load_finder.h"
#include "value/member.h"

#include <stdlib.h>

enum { CHUNK = 500 };

typedef kin_vec(kin_value) values_vec;

static kin_value local_value(const void *object, const kin_relation *relation, size_t pair)
{
	const kin_attribute *local = relation->pairs[pair].local;

	return kin_attribute_value(local, object);
}

/* ---- chunks of keys ---- */

static int load_chunk(kin_session *session, kin_fetch *fetch, const kin_value *keys, size_t count,
                      const kin_load_options *options, kin_loaded *loaded)
{
	kin_value array = kin_value_array(keys, count, KIN_KIND_COUNT);

	return kin_load_rows(session, fetch, &fetch->ask, &array, options, loaded);
}

static int load_keys(kin_session *session, kin_fetch *fetch, const values_vec *keys, const kin_load_options *options, kin_loaded *loaded)
{
	int rc = KIN_OK;

	for (size_t at = 0; rc == KIN_OK && at < keys->count; at += CHUNK) {
		size_t left = keys->count - at;
		rc = load_chunk(session, fetch, keys->items + at, left < CHUNK ? left : CHUNK, options, loaded);
	}
	return rc;
}

/* A key of several columns has no portable IN: a statement for each object. */
static int load_singly(kin_session *session, kin_fetch *fetch, void *const *objects, size_t count,
                       const kin_load_options *options, kin_loaded *loaded)
{
	const kin_relation *relation = fetch->relation;
	kin_value values[relation->pair_count];
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < count; i++) {
		bool null = kin_load_is_known(objects[i], relation);
		for (size_t n = 0; n < relation->pair_count; n++) {
			values[n] = local_value(objects[i], relation, n);
			null = null || values[n].kind == KIN_KIND_NULL;
		}
		if (!null)
			rc = kin_load_rows(session, fetch, &fetch->one, values, options, loaded);
	}
	return rc;
}

/* ---- the other side holds the key ---- */

static int parents_keys(kin_session *session, const kin_relation *relation, void *const *objects, size_t count,
                        kin_finder *finder, values_vec *keys)
{
	for (size_t i = 0; i < count; i++) {
		if (kin_load_is_known(objects[i], relation))
			continue;
		int rc = kin_finder_add(finder, session, objects[i]);
		if (rc < 0)
			return rc;
		kin_value key = local_value(objects[i], relation, 0);
		if (key.kind != KIN_KIND_NULL && !kin_vec_push(keys, key))
			return kin_session_nomem(session);
	}
	return KIN_OK;
}

static int load_children(kin_session *session, kin_fetch *fetch, void *const *objects, size_t count)
{
	const kin_relation *relation = fetch->relation;
	kin_loaded loaded = { 0 };
	kin_load_links links = { 0 };
	values_vec keys = { 0 };
	kin_finder finder;
	kin_parents parents = { .relation = relation, .columns = fetch->link, .finder = &finder };
	kin_load_options options = { .parents = &parents, .links = &links };
	int rc;

	if (kin_load_wants_all(fetch, count))
		return kin_load_all_children(session, fetch, objects, count);
	if ((rc = kin_finder_init(&finder, session, relation, true)) < 0)
		return rc;
	rc = parents_keys(session, relation, objects, count, &finder, &keys);
	if (rc == KIN_OK)
		rc = relation->pair_count == 1 ? load_keys(session, fetch, &keys, &options, &loaded)
		                               : load_singly(session, fetch, objects, count, &options, &loaded);
	if (rc == KIN_OK)
		rc = kin_load_collect(session, relation, links.items, links.count, fetch->collects);
	if (rc == KIN_OK)
		kin_load_nothing(relation, objects, count);
	kin_vec_done(&keys);
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
		bool null = false;
		if (kin_load_is_known(objects[i], relation))
			continue;
		for (size_t n = 0; n < relation->pair_count; n++) {
			values[n] = local_value(objects[i], relation, n);
			null = null || values[n].kind == KIN_KIND_NULL;
		}
		void *target = null ? NULL : kin_finder_find(finder, values);
		if (target && !all && kin_expire_is(session, target))
			continue;
		if (target || null || all)
			kin_instance_set_one(objects[i], relation, target);
	}
}

int kin_load_targets(kin_session *session, const kin_relation *relation, void *const *objects, size_t count, const kin_loaded *loaded)
{
	kin_finder finder;
	int rc = kin_finder_init(&finder, session, relation, false);

	if (rc < 0)
		return rc;
	for (size_t i = 0; rc == KIN_OK && i < loaded->objects.count; i++)
		rc = kin_finder_add(&finder, session, loaded->objects.items[i]);
	if (rc == KIN_OK)
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

static int targets_keys(kin_session *session, const kin_relation *relation, void *const *objects, size_t count, values_vec *keys)
{
	for (size_t i = 0; i < count; i++)
		if (!kin_load_is_known(objects[i], relation) && !kin_vec_push(keys, local_value(objects[i], relation, 0)))
			return kin_session_nomem(session);
	make_unique(keys);
	return KIN_OK;
}

static int load_targets(kin_session *session, kin_fetch *fetch, void *const *objects, size_t count)
{
	const kin_relation *relation = fetch->relation;
	const kin_load_options options = { 0 };
	kin_loaded loaded = { 0 };
	values_vec keys = { 0 };
	kin_finder finder;
	int rc = kin_finder_init(&finder, session, relation, false);

	if (rc < 0)
		return rc;
	set_targets(session, relation, objects, count, &finder, false);
	kin_finder_done(&finder);
	if (relation->pair_count > 1)
		rc = load_singly(session, fetch, objects, count, &options, &loaded);
	else if ((rc = targets_keys(session, relation, objects, count, &keys)) == KIN_OK)
		rc = load_keys(session, fetch, &keys, &options, &loaded);
	if (rc == KIN_OK)
		rc = kin_load_targets(session, relation, objects, count, &loaded);
	kin_vec_done(&keys);
	kin_loaded_done(&loaded);
	return rc;
}

int kin_load_selectin(kin_session *session, kin_fetch *fetch, void *const *objects, size_t count)
{
	return fetch->relation->holds_key ? load_targets(session, fetch, objects, count)
	                                  : load_children(session, fetch, objects, count);
}
