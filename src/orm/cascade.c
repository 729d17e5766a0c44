/* cascade.c - what follows an object into the session, and out of the database.
 *
 * Save-update goes from what is new along relationships that are loaded, and stops at what the session has already: so a walk
 * visits each new object once. Delete loads what it needs to see. */
#include "orm/cascade.h"

#include "orm/collection.h"
#include "orm/load.h"
#include "value/member.h"

typedef kin_vec(void *) stack;

static int target_of(kin_session *session, const void *object, const kin_relation *relation, const void *target)
{
	kin_text text;

	if (kin_instance_valid(target) && kin_session_of(target) == session &&
	    kin_mapping_is(kin_instance_mapping(kin_instance_of(target)), relation->target))
		return KIN_OK;
	kin_text_init(&text);
	kin_text_addf(&text, "%s.%s of ", relation->mapping->name, relation->name);
	kin_instance_show(&text, object);
	int rc = kin_text_ok(&text) ? kin_session_check_is(session, target, relation->target, text.data) : kin_session_nomem(session);
	kin_text_done(&text);
	return rc;
}

static int make_pending(kin_session *session, void *object)
{
	kin_instance *instance = kin_instance_of(object);
	kin_tracked *tracked = instance->tracked ? instance->tracked : kin_unit_track(session, object);

	if (!tracked)
		return kin_session_nomem(session);
	instance->state = KIN_PENDING;
	kin_unit_list(session, tracked);
	return KIN_OK;
}

/* One object at the other end. */
static int reach(kin_session *session, const void *object, const kin_relation *relation, const void *target, stack *todo)
{
	int rc;

	if (!target)
		return KIN_OK;
	if ((rc = target_of(session, object, relation, target)) < 0)
		return rc;
	kin_instance *instance = kin_instance_of(target);
	if (instance->state != KIN_TRANSIENT || !(relation->cascade & KIN_CASCADE_SAVE_UPDATE))
		return KIN_OK;
	if (!kin_vec_push(todo, kin_instance_object(instance)))
		return kin_session_nomem(session);
	return make_pending(session, kin_instance_object(instance));
}

static int walk_relation(kin_session *session, const void *object, const kin_relation *relation, stack *todo)
{
	int rc = KIN_OK;

	if (!relation->to_many)
		return reach(session, object, relation, kin_collection_one(object, relation), todo);
	kin_list list = kin_collection_list(object, relation);
	for (size_t i = 0; i < list.count && rc == KIN_OK; i++)
		rc = reach(session, object, relation, list.items[i], todo);
	return rc;
}

static int walk(kin_session *session, const void *object, stack *todo)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	int rc = KIN_OK;

	for (size_t i = 0; i < mapping->relation_count && rc == KIN_OK; i++)
		rc = walk_relation(session, object, mapping->relations[i], todo);
	return rc;
}

static int walk_all(kin_session *session, stack *todo)
{
	int rc = KIN_OK;

	while (todo->count > 0 && rc == KIN_OK)
		rc = walk(session, todo->items[--todo->count], todo);
	return rc;
}

int kin_cascade_save(kin_session *session, void *object)
{
	stack todo = { 0 };
	int rc = KIN_OK;

	if (kin_instance_of(object)->state == KIN_TRANSIENT)
		rc = make_pending(session, object);
	if (rc == KIN_OK)
		rc = walk(session, object, &todo);
	if (rc == KIN_OK)
		rc = walk_all(session, &todo);
	kin_vec_done(&todo);
	return rc;
}

int kin_cascade_save_along(kin_session *session, const void *object, const kin_relation *relation, const void *target)
{
	stack todo = { 0 };
	int rc = reach(session, object, relation, target, &todo);

	if (rc == KIN_OK)
		rc = walk_all(session, &todo);
	kin_vec_done(&todo);
	return rc;
}

int kin_cascade_mark(kin_session *session, void *child)
{
	kin_instance *instance = kin_instance_of(child);

	if (instance->state == KIN_PENDING) {
		if (kin_collection_leave(session, child) < 0)
			return kin_session_nomem(session);
		instance->state = KIN_TRANSIENT;
		kin_unit_unlist(session, instance->tracked);
		return KIN_OK;
	}
	if (instance->state != KIN_PERSISTENT)
		return KIN_OK;
	if (kin_unit_edit(session, child) < 0)
		return kin_session_nomem(session);
	instance->tracked->flags |= KIN_TRACKED_DELETE;
	return KIN_OK;
}

/* Whether the program set the child's key by hand. */
static bool key_was_set(const kin_tracked *tracked, const kin_relation *relation)
{
	for (size_t i = 0; i < relation->pair_count; i++) {
		const kin_attribute *key = relation->pairs[i].remote;
		if (!kin_attribute_equal(key, tracked->object, tracked->snapshot))
			return true;
	}
	return false;
}

/* Whether the child is this object's now: it may have been given to another one since the last flush, by assigning it, or by its key. */
static bool still_belongs(const void *object, const kin_relation *relation, const void *child)
{
	const kin_tracked *tracked = kin_instance_of(child)->tracked;
	const kin_relation *reverse = relation->reverse;

	if (!reverse || !tracked)
		return true;
	const void *now = *(const void *const *)kin_member(child, reverse->offset);
	const void *then = *(const void *const *)(const void *)(tracked->snapshot + reverse->offset);
	if (now != KIN_UNLOADED && (now != object || now != then || (tracked->assigned >> reverse->index) & 1))
		return now == object;
	return !key_was_set(tracked, relation); /* from this object's key: to another's, or none */
}

static int delete_child(kin_session *session, const void *object, const kin_relation *relation, const void *item)
{
	kin_instance *instance = kin_instance_of(item);
	void *child = kin_instance_object(instance);

	if (instance->state != KIN_PENDING && instance->state != KIN_PERSISTENT)
		return KIN_OK;
	if (!still_belongs(object, relation, child))
		return KIN_OK;
	if (relation->cascade & KIN_CASCADE_DELETE)
		return kin_cascade_mark(session, child);
	if (relation->holds_key || (instance->tracked && (instance->tracked->flags & KIN_TRACKED_DELETE)))
		return KIN_OK;
	return kin_collection_adopt(session, NULL, relation, child) < 0 ? kin_session_nomem(session) : KIN_OK;
}

/* A rule of the database's takes care of rows that are not loaded: ON DELETE CASCADE or SET NULL. */
static bool left_to_database(const kin_relation *relation)
{
	const char *rule = relation->foreign->on_delete;

	return !relation->holds_key && rule && strcmp(rule, "RESTRICT") != 0 && !(relation->cascade & KIN_CASCADE_DELETE);
}

/* What a loaded relationship shows, as a list. */
static kin_list shown(const void *object, const kin_relation *relation)
{
	if (relation->to_many)
		return kin_collection_list(object, relation);
	return (kin_list){ .items = kin_member(object, relation->offset), .count = kin_collection_one(object, relation) != NULL };
}

static int delete_children(kin_session *session, const void *object, const kin_relation *relation)
{
	kin_list list = shown(object, relation);
	int rc = KIN_OK;

	for (size_t i = 0; i < list.count && rc == KIN_OK; i++)
		rc = delete_child(session, object, relation, list.items[i]);
	return rc;
}

/* What was expunged is a row still: a list that shows it is loaded anew, after those in it that have no row yet have been seen to. */
static int forget_expunged(kin_session *session, const void *object, const kin_relation *relation)
{
	kin_list list = shown(object, relation);
	size_t i = 0;

	while (i < list.count && !(kin_instance_of(list.items[i])->flags & KIN_INSTANCE_EXPUNGED))
		i++;
	if (i == list.count)
		return KIN_OK;
	int rc = delete_children(session, object, relation);
	kin_instance_unload(kin_instance_object(kin_instance_of(object)), relation);
	return rc;
}

/* Lists that show an object are to lose it, and only its own list says which they are. Where nothing of the other side is loaded there are none. */
static bool is_listed_somewhere(const kin_session *session, const kin_relation *relation)
{
	size_t id = relation->target->identity;

	return relation->reverse && id < session->mapping_count && session->identities[id] &&
	       kin_identity_count(session->identities[id]) > 0;
}

/* Many-to-many: the rows of the table between are the flush's. */
static int delete_along_link(kin_session *session, const void *const *objects, size_t count, const kin_relation *relation)
{
	bool deletes = relation->cascade & KIN_CASCADE_DELETE;
	int rc = KIN_OK;

	if (deletes || is_listed_somewhere(session, relation))
		rc = kin_load_relation_of(session, objects, count, relation);
	for (size_t i = 0; deletes && i < count && rc == KIN_OK; i++) {
		kin_list list = kin_collection_list(objects[i], relation);
		for (size_t n = 0; n < list.count && rc == KIN_OK; n++)
			rc = kin_cascade_mark(session, kin_member(list.items[n], 0));
	}
	return rc;
}

static int delete_along(kin_session *session, const void *const *objects, size_t count, const kin_relation *relation)
{
	int rc = KIN_OK;

	if (relation->viewonly)
		return KIN_OK;
	if (relation->link)
		return delete_along_link(session, objects, count, relation);
	if ((relation->holds_key && !(relation->cascade & KIN_CASCADE_DELETE)) || relation->passive == KIN_PASSIVE_ALL)
		return KIN_OK;
	for (size_t i = 0; i < count && rc == KIN_OK; i++)
		rc = forget_expunged(session, objects[i], relation);
	if (rc == KIN_OK && !relation->passive && !left_to_database(relation))
		rc = kin_load_relation_of(session, objects, count, relation);
	for (size_t i = 0; i < count && rc == KIN_OK; i++)
		rc = delete_children(session, objects[i], relation);
	return rc;
}

int kin_cascade_delete(kin_session *session, const void *const *objects, size_t count)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(objects[0]));
	int rc = KIN_OK;

	for (size_t i = 0; i < mapping->relation_count && rc == KIN_OK; i++)
		rc = delete_along(session, objects, count, mapping->relations[i]);
	return rc;
}
