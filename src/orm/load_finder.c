/* load_finder.c - finds an object by the values of some of its members. */
#include "orm/load_finder.h"

#include "orm/inherit.h"
#include "value/member.h"
#include "value/show.h"

static bool are_keys(const kin_finder *finder)
{
	if (finder->count != finder->mapping->key_count)
		return false;
	for (size_t i = 0; i < finder->count; i++)
		if (finder->attributes[i] != finder->mapping->keys[i])
			return false;
	return true;
}

int kin_finder_init(kin_finder *finder, kin_session *session, const kin_relation *relation, bool local)
{
	*finder = (kin_finder){ .mapping = local ? relation->mapping : relation->target, .count = relation->pair_count };
	finder->attributes = kin_arena_alloc(&finder->arena, finder->count * sizeof(*finder->attributes));
	if (!finder->attributes)
		return kin_session_nomem(session);
	for (size_t i = 0; i < finder->count; i++)
		finder->attributes[i] = local ? relation->pairs[i].local : relation->pairs[i].remote;
	if (!are_keys(finder) || (!local && relation->where)) /* the session may have one that does not fulfil it */
		return KIN_OK;
	finder->integer = finder->mapping->integer_key;
	finder->identity = kin_session_identity(session, finder->mapping);
	if (finder->identity)
		return KIN_OK;
	kin_finder_done(finder);
	return kin_session_nomem(session);
}

void kin_finder_done(kin_finder *finder)
{
	kin_identity_free(finder->sparse);
	kin_map_done(&finder->others);
	kin_arena_done(&finder->arena);
}

/* Numbers are equal whatever their C types are; so are the texts of them. NULL: a value is NULL, or memory is out. */
static char *text_of(kin_arena *arena, const kin_value *values, size_t count)
{
	char *made = NULL;
	kin_text text;

	kin_text_init(&text);
	for (size_t i = 0; i < count; i++) {
		if (values[i].kind == KIN_KIND_NULL)
			goto out;
		if (values[i].kind == KIN_KIND_TEXT || values[i].kind == KIN_KIND_BYTES) {
			for (size_t n = 0; n < values[i].size; n++)
				kin_text_addf(&text, "%02x", ((const unsigned char *)values[i].as.data)[n]);
		} else {
			kin_show_value(&text, &values[i]);
		}
		kin_text_add_char(&text, '|');
	}
	if (kin_text_ok(&text))
		made = kin_arena_strndup(arena, text.data, text.length);
	if (!made)
		arena->failed = true;
out:
	kin_text_done(&text);
	return made;
}

int kin_finder_add(kin_finder *finder, kin_session *session, void *object)
{
	kin_value values[finder->count];

	if (finder->identity)
		return KIN_OK;
	for (size_t i = 0; i < finder->count; i++) {
		values[i] = kin_attribute_value(finder->attributes[i], object);
		if (values[i].kind == KIN_KIND_NULL)
			return KIN_OK;
	}
	char *key = text_of(&finder->arena, values, finder->count);
	if (!key || !kin_map_set(&finder->others, key, object))
		return kin_session_nomem(session);
	return KIN_OK;
}

/* ---- parents with an integer key ---- */

static int64_t key_of(const kin_finder *finder, const void *object)
{
	return *(const int64_t *)kin_member(object, finder->mapping->key_offset);
}

static bool is_wanted(const kin_relation *relation, const void *object)
{
	return kin_mapping_has(relation->mapping, object) && !kin_load_is_known(object, relation);
}

/* Room for all keys from the least to the greatest; false: that would be too much. */
static bool make_dense(kin_finder *finder, void *const *objects, size_t count)
{
	int64_t least = key_of(finder, objects[0]), greatest = least;

	for (size_t i = 1; i < count; i++) {
		int64_t key = key_of(finder, objects[i]);
		least = key < least ? key : least;
		greatest = key > greatest ? key : greatest;
	}
	uint64_t span = (uint64_t)greatest - (uint64_t)least;
	if (span >= 4 * (uint64_t)count || !(finder->dense = kin_arena_zalloc(&finder->arena, ((size_t)span + 1) * sizeof(*finder->dense))))
		return false;
	finder->first = least;
	finder->span = (size_t)span + 1;
	return true;
}

static bool make_sparse(kin_finder *finder, size_t count)
{
	return !finder->arena.failed && (finder->sparse = kin_identity_new(finder->mapping)) && kin_identity_reserve(finder->sparse, count);
}

/* An object may come twice. */
static bool add_parent(kin_finder *finder, void *object)
{
	int64_t key = key_of(finder, object);
	void **slot = finder->dense ? &finder->dense[(uint64_t)key - (uint64_t)finder->first] : kin_identity_slot(finder->sparse, key);

	if (slot)
		*slot = object;
	return slot;
}

static int add_others(kin_finder *finder, kin_session *session, const kin_relation *relation, void *const *objects, size_t count)
{
	int rc = KIN_OK;

	for (size_t i = 0; i < count && rc == KIN_OK; i++)
		if (is_wanted(relation, objects[i]))
			rc = kin_finder_add(finder, session, objects[i]);
	return rc;
}

int kin_finder_add_parents(kin_finder *finder, kin_session *session, const kin_relation *relation, void *const *objects, size_t count)
{
	if (!finder->integer)
		return add_others(finder, session, relation, objects, count);
	finder->parents = true;
	if (count == 0)
		return KIN_OK;
	if (!make_dense(finder, objects, count) && !make_sparse(finder, count))
		return kin_session_nomem(session);
	for (size_t i = 0; i < count; i++)
		if (is_wanted(relation, objects[i]) && !add_parent(finder, objects[i]))
			return kin_session_nomem(session);
	return KIN_OK;
}

int kin_finder_note(kin_finder *finder, kin_session *session, const kin_value *values, void *thing)
{
	char *key;

	for (size_t i = 0; i < finder->count; i++)
		if (values[i].kind == KIN_KIND_NULL)
			return 0;
	if (!(key = text_of(&finder->arena, values, finder->count)))
		return kin_session_nomem(session);
	if (kin_map_find(&finder->others, key))
		return 0;
	return kin_map_set(&finder->others, key, thing) ? 1 : kin_session_nomem(session);
}

void *kin_finder_find(kin_finder *finder, const kin_value *values)
{
	char *key;

	for (size_t i = 0; i < finder->count; i++)
		if (values[i].kind == KIN_KIND_NULL)
			return NULL;
	if (finder->identity) {
		void *found = finder->integer ? kin_identity_find_integer(finder->identity, values[0].as.integer)
		                              : kin_identity_find(finder->identity, values);
		return found && kin_mapping_has(finder->mapping, found) ? found : NULL;
	}
	key = text_of(&finder->arena, values, finder->count);
	return key ? kin_map_find(&finder->others, key) : NULL;
}
