/* flush_rekey.c - a primary key was changed: the object is found under the new one, and what points at it follows.
 *
 *     UPDATE countries SET code = ? WHERE code = ?
 *
 * The rows of foreign keys that say ON UPDATE CASCADE have been changed by the database, those of others where .passive_updates is false are now
 * (flush_push.c); the objects that stand for them are brought in step,
 * without SQL: one pass over the objects of each model that has such a key, however many keys were changed. A child whose own key has
 * its parent's in it is found under another one then too, and its children follow it. */
#include "orm/collection.h"
#include "orm/flush.h"
#include "orm/load_finder.h"

#include <string.h>

typedef kin_vec(void *) objects;

int kin_flush_move(kin_flusher *flush, kin_tracked *tracked)
{
	kin_session *session = flush->session;
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(tracked->object));
	kin_identity *identity = kin_session_identity(session, mapping);
	void *now = kin_arena_copy(flush->arena, tracked->object, mapping->size);
	kin_moved_key moved = { .object = tracked->object, .former = kin_arena_copy(flush->arena, tracked->snapshot, mapping->size) };

	if (!identity || !now || !moved.former || !kin_vec_push(&flush->moved, moved))
		return kin_session_nomem(session);
	memcpy(tracked->object, tracked->snapshot, mapping->size);
	kin_identity_remove(identity, tracked->object);
	memcpy(tracked->object, now, mapping->size);
	return kin_identity_add(identity, tracked->object) ? KIN_OK : kin_session_nomem(session);
}

/* ---- children ---- */

static const void *saved_of(const void *object)
{
	const kin_tracked *tracked = kin_instance_of(object)->tracked;

	return tracked ? (const void *)tracked->snapshot : object;
}

static void values_of(const void *image, const kin_foreign *key, bool pointed, kin_value *ret_values)
{
	for (size_t i = 0; i < key->count; i++)
		ret_values[i] = kin_attribute_value(pointed ? key->pairs[i].remote : key->pairs[i].local, image);
}

/* The former keys of the objects from `from` to `to` that the key may point at. */
static int note_parents(kin_flusher *flush, const kin_foreign *key, size_t from, size_t to, kin_finder *finder)
{
	kin_value values[key->count];
	int rc = 0;

	for (size_t i = from; i < to && rc >= 0; i++) {
		const kin_moved_key *moved = &flush->moved.items[i];
		if (kin_instance_mapping(kin_instance_of(moved->object)) != key->target)
			continue;
		values_of(moved->former, key, true, values);
		rc = kin_finder_note(finder, flush->session, values, kin_member(moved->object, 0));
	}
	return rc < 0 ? rc : KIN_OK;
}

/* Into the struct, unless the program has set it meanwhile, and into what the database is known to have. */
static int copy_key(kin_flusher *flush, void *child, const kin_foreign *key, const void *parent)
{
	kin_session *session = flush->session;
	kin_tracked *tracked = kin_instance_of(child)->tracked;

	for (size_t i = 0; i < key->count; i++) {
		const kin_attribute *local = key->pairs[i].local;
		kin_value value = kin_attribute_value(key->pairs[i].remote, parent);
		bool untouched = !tracked || kin_attribute_equal(local, child, tracked->snapshot);
		char *saved = tracked ? tracked->snapshot + local->offset : kin_member(child, local->offset);
		int rc = kin_domain_set(saved, local->kind, local->domain, &value, &session->arena, &session->error);
		if (rc < 0)
			return rc;
		if (tracked && untouched)
			memcpy(kin_member(child, local->offset), saved, local->size);
	}
	return KIN_OK;
}

static bool has_own_key_in(const kin_foreign *key)
{
	for (size_t i = 0; i < key->count; i++)
		if (key->pairs[i].local->primary_key)
			return true;
	return false;
}

static int follow(kin_flusher *flush, void *child, const kin_foreign *key, const void *parent)
{
	kin_session *session = flush->session;
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(child));
	kin_identity *identity = has_own_key_in(key) ? kin_session_identity(session, mapping) : NULL;
	kin_moved_key moved = { .object = child };
	int rc;

	if (kin_unit_remember(session, child, KIN_UNDO_CHANGE) < 0)
		return kin_session_nomem(session);
	if (!identity)
		return copy_key(flush, child, key, parent);
	if (!(moved.former = kin_arena_copy(flush->arena, saved_of(child), mapping->size)) || !kin_vec_push(&flush->moved, moved))
		return kin_session_nomem(session);
	kin_identity_remove(identity, child);
	rc = copy_key(flush, child, key, parent);
	return kin_identity_add(identity, child) || rc < 0 ? rc : kin_session_nomem(session);
}

/* The objects of the key's model whose rows the database has changed: found first, for the identity map must not change while it is walked. */
static int follow_all(kin_flusher *flush, const kin_foreign *key, kin_identity *identity, kin_finder *finder)
{
	kin_value values[key->count];
	objects children = { 0 };
	size_t at = 0;
	void *child;
	int rc = KIN_OK;

	while (rc == KIN_OK && (child = kin_identity_next(identity, &at))) {
		values_of(saved_of(child), key, false, values);
		bool found = kin_finder_find(finder, values);
		if (kin_finder_failed(finder) || (found && !kin_vec_push(&children, child)))
			rc = kin_session_nomem(flush->session);
	}
	for (size_t i = 0; i < children.count && rc == KIN_OK; i++) {
		values_of(saved_of(children.items[i]), key, false, values);
		const void *parent = kin_finder_find(finder, values);
		rc = parent ? follow(flush, children.items[i], key, parent) : kin_session_nomem(flush->session);
	}
	kin_vec_done(&children);
	return rc;
}

static bool is_pointed_at(const kin_flusher *flush, const kin_foreign *key, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (kin_instance_mapping(kin_instance_of(flush->moved.items[i].object)) == key->target)
			return key->pushed || (key->on_update && strcmp(key->on_update, "CASCADE") == 0);
	return false;
}

static int follow_key(kin_flusher *flush, const kin_foreign *key, size_t from, size_t to)
{
	kin_identity *identity = kin_load_identity(flush->session, key->mapping);
	kin_finder finder;
	int rc = KIN_OK;

	if (!is_pointed_at(flush, key, from, to))
		return KIN_OK;
	if (key->pushed && !key->inherited)
		rc = kin_flush_push(flush, key, from, to);
	if (!identity || rc < 0)
		return rc;
	kin_finder_init_set(&finder, key->count);
	rc = note_parents(flush, key, from, to, &finder);
	if (rc == KIN_OK)
		rc = follow_all(flush, key, identity, &finder);
	kin_finder_done(&finder);
	return rc;
}

int kin_flush_rekey(kin_flusher *flush)
{
	const kin_registry *registry = flush->session->registry;
	size_t mappings = kin_registry_count(registry);
	int rc = KIN_OK;

	for (size_t from = 0, to; from < flush->moved.count && rc == KIN_OK; from = to) {
		to = flush->moved.count;
		for (size_t id = 0; id < mappings && rc == KIN_OK; id++) {
			const kin_mapping *mapping = kin_registry_mapping(registry, id);
			for (size_t i = 0; i < mapping->foreign_count && rc == KIN_OK; i++)
				rc = follow_key(flush, &mapping->foreigns[i], from, to);
		}
	}
	return rc;
}
