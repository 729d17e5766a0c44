/* session_object.c - kin_new() and kin_edit(): objects that a program may write to. */
#include <kin/query.h>

#include "orm/collection.h"
#include "orm/defer.h"
#include "orm/expire.h"
#include "orm/inherit.h"

/* Bytes that copies of the strings take; a string's NUL is copied with it. */
static size_t pointed_size(const void *values, const kin_attribute *attribute)
{
	const void *pointer = kin_attribute_pointed(attribute, values);

	if (!pointer)
		return 0;
	if (attribute->kind == KIN_KIND_BYTES)
		return ((const kin_bytes *)kin_member(values, attribute->offset))->size;
	return strlen(pointer) + 1;
}

/* Copy strings and bytes behind the object, which has room for them. */
static void copy_pointed(void *object, const kin_mapping *mapping, char *room)
{
	for (size_t i = 0; i < mapping->pointed_count; i++) {
		const kin_attribute *attribute = mapping->pointed[i];
		const void **member = kin_member(object, attribute->offset); /* .data is a kin_bytes' first member */
		size_t size = pointed_size(object, attribute);
		if (!kin_attribute_pointed(attribute, object))
			continue;
		if (size > 0)
			memcpy(room, *member, size);
		*member = room;
		room += size;
	}
}

/* The lists do not know the object yet. */
static void clear_relations(kin_tracked *tracked, const kin_mapping *mapping)
{
	for (size_t i = 0; i < mapping->relation_count; i++) {
		const kin_relation *relation = mapping->relations[i];
		memset(tracked->snapshot + relation->offset, 0, relation->to_many ? sizeof(kin_list) : sizeof(void *));
	}
}

static bool give(kin_session *session, void *object, const kin_relation *relation, void *item)
{
	return kin_collection_put(session, object, relation, item) == KIN_OK &&
	       kin_collection_adopt(session, object, relation, item) == KIN_OK;
}

static bool link(kin_session *session, void *object, const kin_relation *relation, void *item)
{
	return kin_collection_has_linked(object, relation, item) || kin_collection_link(session, object, relation, item) == KIN_OK;
}

/* The items of a list that kin_new() was given belong to the new object. */
static int adopt_list(kin_session *session, void *object, const kin_relation *relation)
{
	kin_list given = *(const kin_list *)kin_member(object, relation->offset);
	int rc = KIN_OK;

	if (given.count == 0)
		return KIN_OK;
	kin_instance_put_list(object, relation, NULL, 0);
	for (size_t i = 0; i < given.count && rc == KIN_OK; i++) {
		if ((rc = kin_session_check_is(session, given.items[i], relation->target, relation->name)) < 0)
			break;
		void *item = kin_instance_object(kin_instance_of(given.items[i]));
		if (relation->link ? !link(session, object, relation, item) : !give(session, object, relation, item))
			rc = kin_session_nomem(session);
	}
	return rc;
}

static int adopt_lists(kin_session *session, void *object, const kin_mapping *mapping)
{
	int rc = KIN_OK;

	for (size_t i = 0; i < mapping->relation_count && rc == KIN_OK; i++)
		if (mapping->relations[i]->to_many && !mapping->relations[i]->viewonly)
			rc = adopt_list(session, object, mapping->relations[i]);
	return rc;
}

void *kin_session_new_object(kin_session *session, kin_model *model, const void *values)
{
	const kin_mapping *mapping = session ? kin_session_mapping(session, model) : NULL;
	kin_batch *batch = mapping ? kin_session_single(session, mapping) : NULL;
	size_t extra = 0;

	if (!batch) {
		if (mapping && kin_session_ok(session) == KIN_OK)
			kin_session_nomem(session);
		return NULL;
	}
	for (size_t i = 0; i < mapping->pointed_count; i++)
		extra += pointed_size(values, mapping->pointed[i]);
	void *object = kin_instance_new(session, batch, KIN_TRANSIENT, extra);
	if (!object) {
		kin_session_nomem(session);
		return NULL;
	}
	memcpy(object, values, mapping->size);
	if (extra > 0)
		copy_pointed(object, mapping, kin_arena_alloc(&session->objects, extra));
	kin_instance_of(object)->loaded = (uint32_t)(((uint64_t)1 << mapping->relation_count) - 1);
	if (mapping->lineage && kin_discriminator_set(session, mapping, object) < 0) {
		kin_instance_release(session, object);
		return NULL;
	}
	kin_tracked *tracked = kin_unit_track(session, object);
	if (!tracked) {
		kin_instance_release(session, object);
		kin_session_nomem(session);
		return NULL;
	}
	clear_relations(tracked, mapping);
	return adopt_lists(session, object, mapping) < 0 ? NULL : object;
}

/* After an error what is written goes nowhere: into a copy that is never saved, so that the lines up to the check do no harm. NULL when
 * memory is out, and in a closed session. */
static void *spare(kin_session *session, const kin_mapping *mapping, const void *object)
{
	kin_batch *batch = session->closed ? NULL : kin_session_single(session, mapping);
	void *copy = batch ? kin_instance_new(session, batch, KIN_DETACHED, 0) : NULL;

	if (copy && kin_instance_valid(object) && kin_mapping_is(kin_instance_mapping(kin_instance_of(object)), mapping)) {
		memcpy(copy, object, mapping->size);
		kin_instance_of(copy)->loaded = kin_instance_of(object)->loaded;
		for (size_t i = 0; i < mapping->pointed_count; i++)
			if (kin_defer_lacks(copy, mapping->pointed[i]))
				memset(kin_member(copy, mapping->pointed[i]->offset), 0, mapping->pointed[i]->size);
	}
	return copy;
}

/* NULL: it can be edited. */
static const char *why_not(const kin_instance *instance, const kin_mapping *mapping)
{
	if (instance->state == KIN_DETACHED)
		return " that is detached, as those of kin_stream() are: kin_get() gives one that can be changed";
	if (instance->state == KIN_DELETED)
		return " that is deleted: make a new one with kin_new(), or kin_rollback()";
	return kin_mapping_is(kin_instance_mapping(instance), mapping) ? NULL : ", which is another model";
}

void *kin_session_edit(kin_session *session, kin_model *model, const void *object, const char *file, int line)
{
	const kin_mapping *mapping;

	if (!session)
		return NULL;
	if (kin_session_ok(session) < 0) {
		mapping = model->mapping;
		return mapping && mapping->registry == session->registry ? spare(session, mapping, object) : NULL;
	}
	if (!(mapping = kin_session_mapping(session, model)))
		return NULL;
	if (kin_session_check(session, object, "kin_edit") < 0) {
		session->error.file = file;
		session->error.line = line;
		return spare(session, mapping, object);
	}
	kin_instance *instance = kin_instance_of(object);
	const char *why = why_not(instance, mapping);
	if (why) {
		kin_session_fail(session, KIN_EINVAL, file, line, "kin_edit of an object of %s%s", kin_instance_mapping(instance)->name, why);
		return spare(session, mapping, object);
	}
	void *same = kin_instance_object(instance);
	if (kin_expire_load(session, same) < 0 || kin_defer_load_all(session, same) < 0)
		return spare(session, mapping, object);
	if (kin_unit_edit(session, same) < 0) {
		kin_session_nomem(session);
		return spare(session, mapping, object);
	}
	return same;
}
