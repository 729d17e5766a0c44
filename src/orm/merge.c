/* merge.c - kin_merge(): the state of objects of elsewhere goes onto the session's own.
 *
 * What the object's loaded relationships reach by KIN_CASCADE_MERGE is known before anything is sent. So the keys that the session has not are asked for
 * model by model, and the collections that are to become like the given ones are loaded relationship by relationship:
 *
 *     SELECT pets.… FROM pets WHERE pets.id IN (?, …)            per model, and 500 keys
 *     SELECT pets.… FROM pets WHERE pets.owner_id IN (?, …)      per collection, and 500 owners */
#include <kin/query.h>

#include "orm/defer.h"
#include "orm/cascade.h"
#include "orm/collection.h"
#include "orm/expire.h"
#include "orm/hook.h"
#include "orm/inherit.h"
#include "orm/load.h"
#include "orm/merge.h"

/* ---- the session's own ---- */

/* Whether the object has a key that a row can have. */
static bool read_key(const void *source, const kin_mapping *mapping, kin_value *keys)
{
	for (size_t i = 0; i < mapping->key_count; i++) {
		keys[i] = kin_attribute_value(mapping->keys[i], source);
		if (keys[i].kind == KIN_KIND_NULL)
			return false;
	}
	return !mapping->integer_key || keys[0].as.integer != 0;
}

/* In the session already. One that has expired is to come with its row. */
static bool find_known(kin_merging *m, kin_merge_copy *c, bool expired)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(c->source));
	const kin_identity *identity = kin_load_identity(m->session, mapping);
	kin_value keys[mapping->key_count];

	if (kin_merge_is_own(m, c->source))
		c->own = kin_member(c->source, 0);
	else if (identity && read_key(c->source, mapping, keys))
		c->own = kin_identity_find(identity, keys);
	if (c->own && !kin_mapping_has(mapping, c->own)) /* another model's: its row is not one to be loaded */
		c->own = NULL;
	if (c->own && !expired && kin_expire_is(m->session, c->own))
		c->own = NULL;
	return c->own != NULL;
}

static size_t count_unknown(kin_merging *m)
{
	size_t count = 0;

	for (size_t i = 0; i < m->copies.count; i++) {
		const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(m->copies.items[i].source));
		kin_value keys[mapping->key_count];
		if (!find_known(m, &m->copies.items[i], false))
			count += read_key(m->copies.items[i].source, mapping, keys);
	}
	return count;
}

/* The rows of one model. A key of several columns has no portable IN: a statement for each. */
static int load_mapping(kin_merging *m, const kin_mapping *mapping)
{
	kin_plan *plan = kin_plan_of_key(m->session, mapping);
	const kin_load_options options = { 0 };
	kin_vec(kin_value) wanted = { 0 };
	kin_value keys[mapping->key_count];
	kin_loaded loaded = { 0 };
	int rc = KIN_OK;

	if (!plan)
		return m->session->error.code;
	for (size_t i = 0; i < m->copies.count && rc == KIN_OK; i++) {
		kin_merge_copy *c = &m->copies.items[i];
		if (c->own || kin_instance_mapping(kin_instance_of(c->source)) != mapping || !read_key(c->source, mapping, keys))
			continue;
		if (mapping->key_count > 1)
			rc = kin_load_row_by_key(m->session, mapping, keys, &c->own);
		else if (!kin_vec_push(&wanted, keys[0]))
			rc = kin_session_nomem(m->session);
	}
	for (size_t at = 0; at < wanted.count && rc == KIN_OK; at += 500) {
		size_t left = wanted.count - at;
		kin_value array = kin_value_array(wanted.items + at, left < 500 ? left : 500, KIN_KIND_COUNT);
		kin_fetch alone = plan->fetch; /* the objects, without what comes with them */
		alone.parts = plan->whole ? plan->whole : alone.parts;
		alone.part_count = 1;
		alone.later_count = 0;
		alone.apart = false;
		alone.collects = false;
		rc = kin_load_rows(m->session, &alone, &plan->rows, &array, &options, &loaded);
	}
	kin_vec_done(&wanted);
	kin_loaded_done(&loaded);
	return rc;
}

/* What has not come has no row. */
static int find_loaded(kin_merging *m, kin_merge_copy *c)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(c->source));
	kin_value keys[mapping->key_count];

	if (c->own || !find_known(m, c, true) || !kin_expire_is(m->session, c->own))
		return KIN_OK;
	c->own = NULL;
	return read_key(c->source, mapping, keys) ? kin_expire_gone(m->session, mapping, keys) : KIN_OK;
}

static int find_all(kin_merging *m)
{
	kin_session *session = m->session;
	int rc = KIN_OK;

	if (count_unknown(m) > 0 && (rc = kin_session_ready(session)) == KIN_OK && count_unknown(m) > 0)
		for (size_t id = 0; id < kin_registry_count(session->registry) && rc == KIN_OK; id++)
			rc = load_mapping(m, kin_registry_mapping(session->registry, id));
	for (size_t i = 0; i < m->copies.count && rc == KIN_OK; i++)
		rc = find_loaded(m, &m->copies.items[i]);
	return rc;
}

/* What the lists and has_one members hold so far: it is what changes. */
static int load_relation(kin_merging *m, const kin_relation *relation)
{
	kin_objects owners = { 0 };
	int rc = KIN_OK;

	for (size_t i = 0; i < m->copies.count && rc == KIN_OK; i++) {
		const kin_merge_copy *c = &m->copies.items[i];
		if (c->own && c->own != c->source && kin_mapping_is(kin_instance_mapping(kin_instance_of(c->source)), relation->mapping) &&
		    kin_merge_is_given(c->source, relation) && !kin_vec_push(&owners, c->own))
			rc = kin_session_nomem(m->session);
	}
	if (rc == KIN_OK && owners.count > 0)
		rc = kin_load_relation_of(m->session, (const void *const *)owners.items, owners.count, relation);
	kin_vec_done(&owners);
	return rc;
}

static int load_relations(kin_merging *m)
{
	size_t registered = kin_registry_count(m->session->registry);
	int rc = KIN_OK;

	for (size_t id = 0; id < registered; id++) {
		const kin_mapping *mapping = kin_registry_mapping(m->session->registry, id);
		for (size_t i = 0; i < mapping->relation_count && rc == KIN_OK; i++)
			if (mapping->relations[i]->mapping == mapping && !mapping->relations[i]->holds_key &&
			    (mapping->relations[i]->cascade & KIN_CASCADE_MERGE))
				rc = load_relation(m, mapping->relations[i]);
	}
	return rc;
}

/* ---- columns ---- */

/* Whether an object that is given says what the column's value is. */
static bool follows_object(const void *source, const kin_mapping *mapping, const kin_attribute *a)
{
	for (size_t i = 0; i < mapping->keyed_count; i++) {
		const kin_relation *relation = mapping->keyed[i];
		if (!kin_merge_is_given(source, relation) || !kin_collection_one(source, relation))
			continue;
		for (size_t n = 0; n < relation->pair_count; n++)
			if (kin_attribute_is(relation->pairs[n].local, a) && !a->primary_key && a != mapping->distributed)
				return true;
	}
	return false;
}

static bool is_copied(const void *source, const kin_mapping *mapping, const kin_attribute *a)
{
	return a != mapping->version && !a->computed && !kin_defer_lacks(source, a) && !follows_object(source, mapping, a);
}

/* The session has an object with its key, and of another model that inherits from the same. */
static int check_kind(kin_merging *m, const void *source, const kin_mapping *mapping)
{
	const kin_identity *identity = mapping->lineage ? kin_load_identity(m->session, mapping) : NULL;
	kin_value keys[mapping->key_count];
	const void *other = identity && read_key(source, mapping, keys) ? kin_identity_find(identity, keys) : NULL;
	kin_text text;

	if (!other)
		return KIN_OK;
	kin_text_init(&text);
	kin_instance_show(&text, other);
	int rc = kin_text_ok(&text)
	         ? kin_session_fail(m->session, KIN_EINVAL, NULL, 0, "kin_merge: %s has that key and is %s, and what was given is %s: an object does not "
	                            "become one of another model", text.data, kin_instance_mapping(kin_instance_of(other))->name, mapping->name)
	         : kin_session_nomem(m->session);
	kin_text_done(&text);
	return rc;
}

static int make_new(kin_merging *m, kin_merge_copy *c)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(c->source));
	int rc = check_kind(m, c->source, mapping);
	void *values = rc == KIN_OK ? kin_mem_zalloc(mapping->size) : NULL;

	if (rc < 0)
		return rc;
	if (!values)
		return kin_session_nomem(m->session);
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		const kin_attribute *a = &mapping->attributes[i];
		if (is_copied(c->source, mapping, a))
			memcpy(kin_member(values, a->offset), kin_member(c->source, a->offset), a->size);
	}
	c->own = kin_session_new_object(m->session, (kin_model *)(uintptr_t)mapping->model, values);
	c->is_new = true;
	kin_mem_free(values);
	return c->own ? kin_cascade_save(m->session, c->own) : m->session->error.code;
}

static int64_t version_of(const void *object, const kin_attribute *version)
{
	return kin_attribute_value(version, object).as.integer;
}

static int check_version(kin_merging *m, const kin_merge_copy *c, const kin_mapping *mapping)
{
	const kin_attribute *version = mapping->version;
	int64_t given = version ? version_of(c->source, version) : 0;
	kin_text text;

	if (given == 0 || given == version_of(c->own, version))
		return KIN_OK;
	kin_text_init(&text);
	kin_instance_show(&text, c->own);
	int rc = kin_text_ok(&text)
	         ? kin_session_fail(m->session, KIN_ESTALE, NULL, 0,
	                            "kin_merge: %s has the %s %lld, and what was given has %lld: someone else has changed it meanwhile; load it again, or "
	                            "give it with 0 to write over that", text.data, version->name, (long long)version_of(c->own, version), (long long)given)
	         : kin_session_nomem(m->session);
	kin_text_done(&text);
	return rc;
}

static int copy_member(kin_session *session, void *own, const void *source, const kin_attribute *a)
{
	const void *from = kin_attribute_pointed(a, source);

	memcpy(kin_member(own, a->offset), kin_member(source, a->offset), a->size);
	if (!from)
		return KIN_OK;
	size_t size = a->kind == KIN_KIND_BYTES ? ((const kin_bytes *)kin_member(source, a->offset))->size : strlen(from) + 1;
	const void *piece = kin_arena_copy(&session->arena, from, size);
	memcpy(kin_member(own, a->offset), &piece, sizeof(piece));
	return piece ? KIN_OK : kin_session_nomem(session);
}

static bool is_pointed(const kin_mapping *mapping, const kin_attribute *a)
{
	for (size_t i = 0; i < mapping->pointed_count; i++)
		if (mapping->pointed[i] == a)
			return true;
	return false;
}

static int copy_columns(kin_merging *m, const kin_merge_copy *c)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(c->source));
	int rc = check_version(m, c, mapping);

	if (rc == KIN_OK)
		rc = kin_defer_load_all(m->session, c->own);
	if (rc == KIN_OK && kin_unit_edit(m->session, c->own) < 0)
		rc = kin_session_nomem(m->session);
	for (size_t i = 0; i < mapping->attribute_count && rc == KIN_OK; i++) {
		const kin_attribute *a = &mapping->attributes[i];
		if (!is_copied(c->source, mapping, a) || kin_attribute_equal(a, c->own, c->source))
			continue;
		if (is_pointed(mapping, a))
			rc = copy_member(m->session, c->own, c->source, a);
		else
			memcpy(kin_member(c->own, a->offset), kin_member(c->source, a->offset), a->size);
	}
	return rc;
}

static int copy_all(kin_merging *m)
{
	int rc = KIN_OK;

	for (size_t i = 0; i < m->copies.count && rc == KIN_OK; i++) {
		kin_merge_copy *c = &m->copies.items[i];
		if (!c->own)
			rc = make_new(m, c);
		else if (c->own != c->source)
			rc = copy_columns(m, c);
	}
	return rc;
}

/* ---- all of it ---- */

static int check(kin_session *session, kin_model *model, const void *object)
{
	const kin_mapping *mapping;
	int rc = kin_session_ok(session);

	if (rc < 0 || (rc = kin_session_made(session, object, "kin_merge")) < 0 || (rc = kin_hook_unplanned(session, "kin_merge")) < 0)
		return rc;
	if (!(mapping = kin_session_mapping(session, model)))
		return session->error.code;
	if (!kin_mapping_is(kin_instance_mapping(kin_instance_of(object)), mapping))
		return kin_session_fail(session, KIN_EINVAL, NULL, 0, "kin_merge of an object of %s, which is another model than %s",
		                        kin_instance_mapping(kin_instance_of(object))->name, model->name);
	if (kin_instance_of(object)->batch->session == session && kin_instance_of(object)->state == KIN_DELETED)
		return kin_session_refuse(session, "kin_merge", object, "is deleted; make a new one with kin_new(), or kin_rollback()");
	return KIN_OK;
}

/* Nothing is flushed half-way: what is new lacks its relationships. */
static int merge(kin_merging *m, const void *object)
{
	int rc = kin_merge_reach(m, object);

	if (rc == KIN_OK)
		rc = find_all(m);
	kin_autoflush_hold hold = kin_session_hold(m->session);
	if (rc == KIN_OK)
		rc = load_relations(m);
	if (rc == KIN_OK)
		rc = copy_all(m);
	if (rc == KIN_OK)
		rc = kin_merge_relate(m);
	kin_session_release(&hold);
	return rc;
}

void *kin_session_merge(kin_session *session, kin_model *model, const void *object, const char *file, int line)
{
	kin_merging m = { .session = session };

	if (!session)
		return NULL;
	const void *own = check(session, model, object) == KIN_OK && merge(&m, object) == KIN_OK ? kin_merge_own_of(&m, object) : object;
	kin_vec_done(&m.copies);
	kin_mem_free(m.slots);
	if (session->error.code < 0 && !session->error.file) {
		session->error.file = file;
		session->error.line = line;
	}
	return kin_session_edit(session, model, own, file, line);
}
