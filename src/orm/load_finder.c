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
