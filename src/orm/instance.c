/* instance.c - objects: a hidden header, the struct, and what the header says of its relationships.
 *
 * A relationship that is set by a load is the same before and after for an object that is tracked: its snapshot is brought along,
 * so that only what the program changes counts as a change. */
#include "orm/instance.h"

#include <inttypes.h>

#include <kin/query.h>

#include "orm/defer.h"
#include "orm/session_state.h"
#include "orm/unit.h"
#include "value/member.h"
#include "value/show.h"

static void store_poison(void *base, const kin_relation *relation);

kin_instance *kin_instance_blank(kin_arena *arena, const kin_mapping *mapping)
{
	kin_instance *instance = kin_arena_zalloc(arena, sizeof(*instance) + mapping->size);

	if (!instance)
		return NULL;
	instance->state = KIN_PERSISTENT;
	instance->magic = KIN_INSTANCE_MAGIC;
	for (size_t i = 0; i < mapping->relation_count; i++)
		store_poison(kin_instance_object(instance), mapping->relations[i]);
	return instance;
}

void *kin_instance_new(kin_session *session, kin_batch *batch, kin_state state, size_t extra)
{
	size_t size = sizeof(kin_instance) + batch->mapping->size;
	kin_instance *instance;

	if (!kin_arena_room(&session->objects, KIN_ARENA_ROUND(size) + extra))
		return NULL;
	instance = kin_arena_zalloc(&session->objects, size);
	if (!instance)
		return NULL;
	kin_arena_keep(instance);
	instance->batch = batch;
	instance->state = (uint8_t)state;
	instance->magic = KIN_INSTANCE_MAGIC;
	return kin_instance_object(instance);
}

void kin_instance_release(kin_session *session, void *object)
{
	kin_instance *instance = kin_instance_of(object);

	session->expired -= (instance->flags & KIN_INSTANCE_EXPIRED) != 0;
	instance->magic = 0;
	kin_arena_release(&session->objects, instance);
}

static void store_one(void *base, const kin_relation *relation, const void *target)
{
	*(const void **)kin_member(base, relation->offset) = target;
}

static void store_list(void *base, const kin_relation *relation, const void *const *items, size_t count)
{
	*(kin_list *)kin_member(base, relation->offset) = (kin_list){ .items = items, .count = count };
}

static void store_poison(void *base, const kin_relation *relation)
{
	if (relation->to_many)
		store_list(base, relation, (const void *const *)KIN_UNLOADED, KIN_UNLOADED_COUNT);
	else
		store_one(base, relation, KIN_UNLOADED);
}

static void note_loaded(kin_instance *instance, const kin_relation *relation, bool loaded)
{
	uint32_t bit = (uint32_t)1 << relation->index;

	instance->loaded = loaded ? instance->loaded | bit : instance->loaded & ~bit;
	if (instance->tracked) {
		uint32_t before = instance->tracked->loaded;
		instance->tracked->loaded = loaded ? before | bit : before & ~bit;
		instance->tracked->assigned &= ~bit;
	}
}

void kin_instance_unload(void *object, const kin_relation *relation)
{
	kin_instance *instance = kin_instance_of(object);

	store_poison(object, relation);
	if (instance->tracked)
		store_poison(instance->tracked->snapshot, relation);
	note_loaded(instance, relation, false);
}

void kin_instance_set_part(void *object, const kin_relation *relation)
{
	note_loaded(kin_instance_of(object), relation, false);
}

void kin_instance_unload_all(void *object)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));

	for (size_t i = 0; i < mapping->relation_count; i++)
		kin_instance_unload(object, mapping->relations[i]);
}

void kin_instance_put_one(void *object, const kin_relation *relation, const void *target)
{
	kin_instance *instance = kin_instance_of(object);

	store_one(object, relation, target);
	if (instance->tracked)
		store_one(instance->tracked->snapshot, relation, target);
	note_loaded(instance, relation, true);
}

void kin_instance_put_list(void *object, const kin_relation *relation, const void *const *items, size_t count)
{
	kin_instance *instance = kin_instance_of(object);

	store_list(object, relation, items, count);
	if (instance->tracked)
		store_list(instance->tracked->snapshot, relation, items, count);
	note_loaded(instance, relation, true);
}

/* What is loaded after this transaction has written may show what it wrote: a rollback unloads it again. */
static void remember(void *object)
{
	const kin_instance *instance = kin_instance_of(object);
	kin_session *session = instance->batch->session;

	if ((session->unit->log.count > 0 || session->unit->blind) && !(instance->flags & KIN_INSTANCE_STREAMED) && kin_unit_remember(session, object, KIN_UNDO_CHANGE) < 0)
		kin_session_nomem(session);
}

void kin_instance_set_one(void *object, const kin_relation *relation, const void *target)
{
	remember(object);
	kin_instance_put_one(object, relation, target);
}

void kin_instance_set_list(void *object, const kin_relation *relation, const void *const *items, size_t count)
{
	remember(object);
	kin_instance_put_list(object, relation, items, count);
}

kin_value kin_instance_key(const void *object, size_t index)
{
	const kin_attribute *key = kin_instance_mapping(kin_instance_of(object))->keys[index];

	return kin_attribute_value(key, object);
}

static void show_keys(kin_text *out, const void *object, const kin_mapping *mapping)
{
	for (size_t i = 0; i < mapping->key_count; i++) {
		kin_value key = kin_instance_key(object, i);
		kin_text_add(out, i > 0 ? ", " : " ");
		kin_show_value(out, &key);
	}
}

static void show_parts(kin_text *out, const void *object, const kin_mapping *mapping)
{
	for (size_t i = 0; i < mapping->repr_count; i++) {
		const kin_repr_part *part = &mapping->repr[i];
		kin_text_add(out, part->text);
		if (!part->attribute)
			return;
		if (kin_defer_lacks(object, part->attribute)) {
			kin_text_add(out, "…");
			continue;
		}
		kin_value value = kin_attribute_value(part->attribute, object);
		kin_show_value(out, &value);
	}
}

void kin_instance_show(kin_text *out, const void *object)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	kin_state state = kin_state_of(object);

	if (mapping->repr) {
		show_parts(out, object, mapping);
		return;
	}
	kin_text_addf(out, "<%s", mapping->name);
	if (state == KIN_TRANSIENT || state == KIN_PENDING)
		kin_text_addf(out, " (%s 0x%" PRIxPTR ")", state == KIN_PENDING ? "pending" : "transient",
		              (uintptr_t)object);
	else
		show_keys(out, object, mapping);
	kin_text_add(out, ">");
}
