/* session_relation.c - kin_load(), kin_append() and kin_remove(): relationships as a program uses them. */
#include <assert.h>
#include <inttypes.h>

#include "orm/cascade.h"
#include "orm/collection.h"
#include "orm/defer.h"
#include "orm/expire.h"
#include "orm/hook.h"
#include "orm/load.h"
#include "orm/manner.h"
#include "orm/stream.h"
#include "value/member.h"

/* What kin_load() gives where it can give nothing: NULL as a pointer, empty as a list. */
static const kin_list nothing;

static const kin_relation *relation_at(const void *object, size_t offset)
{
	const kin_relation *relation =
		kin_mapping_relation_at(kin_instance_mapping(kin_instance_of(object)), offset);

	assert(relation);
	return relation;
}

static int fail_detached(kin_session *session, const void *object, const kin_relation *relation)
{
	return kin_session_fail(session, KIN_EDETACHED, NULL, 0,
	                        "Parent instance <%s at 0x%" PRIxPTR "> is not bound to a session; "
	                        "lazy load of attribute '%s' cannot proceed",
	                        relation->mapping->name, (uintptr_t)object, relation->name);
}

/* 1: it is not loaded, and can be. 0: it is. */
static int can_load(kin_session *session, const void *object, const kin_relation *relation)
{
	if (kin_instance_is_loaded(kin_instance_of(object), relation))
		return 0;
	if (kin_state_of(object) == KIN_DETACHED || session->closed)
		return fail_detached(session, object, relation);
	int rc = kin_session_ok(session);
	if (rc == KIN_OK)
		rc = kin_expire_load(session, kin_instance_object(kin_instance_of(object)));
	return rc < 0 ? rc : 1;
}

/* Make the relationship's member right, as the model or the query says. */
static int load(kin_session *session, const void *object, const kin_relation *relation)
{
	const kin_instance *instance = kin_instance_of(object);
	void *same = kin_instance_object(instance);
	bool streamed = instance->flags & KIN_INSTANCE_STREAMED;
	int rc = streamed ? !kin_instance_is_loaded(instance, relation) : can_load(session, object, relation);

	if (rc > 0)
		rc = kin_manner_ask(session, same, relation);
	if (rc > 0)
		rc = streamed ? kin_stream_load_relation(session, same, relation) : kin_load_relation(session, same, relation);
	return rc;
}

/* For kin_append() and kin_remove(). */
static int load_list(kin_session *session, const void *object, const kin_relation *relation)
{
	void *same = kin_instance_object(kin_instance_of(object));
	int rc = can_load(session, object, relation);

	if (rc <= 0 || kin_manner_spares_list(object, relation))
		return rc < 0 ? rc : KIN_OK;
	if (kin_manner_of(kin_instance_of(object), relation) != KIN_NOLOAD && (rc = kin_manner_ask(session, same, relation)) <= 0)
		return rc;
	return kin_load_relation(session, same, relation);
}

/* What a relationship that is loaded leads to may have expired. */
static int renew(kin_session *session, const void *object, const kin_relation *relation)
{
	int rc = session->error.code;

	if (session->closed || kin_instance_of(object)->state == KIN_DETACHED || rc < 0)
		return rc;
	if (relation->to_many)
		return kin_expire_load_shown(session, object, relation);
	const void *target = kin_collection_one(object, relation);
	return target ? kin_expire_load(session, kin_member(target, 0)) : KIN_OK;
}

/* What is not lacking needs no session. */
static const void *load_column(kin_session *session, const void *object, size_t offset)
{
	const kin_attribute *a = kin_mapping_attribute_at(kin_instance_mapping(kin_instance_of(object)), offset);

	assert(a);
	if (!kin_defer_lacks(object, a))
		return kin_member(object, (uint32_t)offset);
	if (!session->closed && kin_session_ok(session) < 0)
		return &nothing;
	if (kin_defer_raises(object, a))
		return kin_manner_refuse_column(session, object, a), &nothing;
	return kin_defer_load(session, kin_member(object, 0), a) < 0 ? &nothing : kin_member(object, (uint32_t)offset);
}

const void *kin_session_load(const void *object, size_t offset)
{
	kin_session *session = object ? kin_session_of(object) : NULL;

	if (!session)
		return &nothing;
	const kin_relation *relation = kin_mapping_relation_at(kin_instance_mapping(kin_instance_of(object)), offset);
	if (!relation)
		return load_column(session, object, offset);
	if (__builtin_expect(session->expired > 0, 0) && renew(session, object, relation) < 0)
		return &nothing;
	/* Assigned by the program: right, whether it was loaded before or not. */
	if (!relation->to_many && *(const void *const *)kin_member(object, relation->offset) != KIN_UNLOADED)
		return kin_member(object, relation->offset);
	if (kin_instance_shows_part(object, relation))
		return kin_member(object, relation->offset);
	if (relation->lazy == KIN_WRITE_ONLY && kin_state_of(object) == KIN_PERSISTENT)
		return kin_manner_ask(session, kin_instance_object(kin_instance_of(object)), relation), &nothing;
	if (load(session, object, relation) < 0 || !kin_instance_is_loaded(kin_instance_of(object), relation))
		return &nothing;
	return kin_member(object, relation->offset);
}

bool kin_session_is_loaded(const void *object, size_t offset)
{
	const kin_mapping *mapping = object && kin_session_of(object) ? kin_instance_mapping(kin_instance_of(object)) : NULL;
	const kin_relation *relation = mapping ? kin_mapping_relation_at(mapping, offset) : NULL;
	const kin_attribute *a = mapping && !relation ? kin_mapping_attribute_at(mapping, offset) : NULL;

	if (a)
		return !kin_defer_lacks(object, a);
	return relation && (kin_instance_is_loaded(kin_instance_of(object), relation) || kin_instance_shows_part(object, relation));
}

/* Whether an object was taken out of a list that deletes its orphans. */
static bool is_let_go(const kin_session *session, const void *object)
{
	const kin_tracked *tracked = kin_instance_of(object)->tracked;

	for (size_t i = 0; i < session->unit->let_go.count; i++)
		if (session->unit->let_go.items[i].item == object)
			return true;
	return tracked && (tracked->flags & KIN_TRACKED_ORPHAN);
}

/* Who goes from one list to another is not deleted on the way: there is no flush in between. */
static int load_list_for(kin_session *session, const void *object, const kin_relation *relation, const void *item)
{
	if (kin_instance_is_loaded(kin_instance_of(object), relation) || (!is_let_go(session, item) && !is_let_go(session, object)))
		return load_list(session, object, relation);
	kin_autoflush_hold hold = kin_session_hold(session);
	int rc = load_list(session, object, relation);
	kin_session_release(&hold);
	return rc;
}

static int check_item(kin_session *session, const kin_relation *relation, const void *item, const char *what)
{
	if (kin_state_of(item) != KIN_DETACHED && kin_state_of(item) != KIN_DELETED)
		return KIN_OK;
	return kin_session_fail(session, KIN_EINVAL, NULL, 0, "%s: the %s is %s", what, relation->target->name,
	                        kin_state_of(item) == KIN_DELETED ? "deleted" : "detached from its session");
}

/* Both objects are the session's, and the owner's list is loaded. */
static int prepare(const void *object, const kin_relation *relation, const void *item, const char *what)
{
	kin_session *session = kin_session_of(object);
	int rc;

	if (kin_session_ok(session) < 0 && session->error.code != KIN_EDETACHED)
		return session->error.code;
	if (kin_state_of(object) == KIN_DETACHED)
		return fail_detached(session, object, relation);
	if (relation->viewonly && kin_session_ok(session) == KIN_OK)
		return kin_session_fail(session, KIN_EINVAL, NULL, 0,
		                        "%s: %s.%s is .viewonly: change the relationship or the key that is written, and load it again", what,
		                        relation->mapping->name, relation->name);
	if ((rc = kin_session_ok(session)) < 0 || (rc = kin_session_check(session, item, what)) < 0 ||
	    (rc = kin_hook_unplanned(session, what)) < 0)
		return rc;
	if (!kin_mapping_is(kin_instance_mapping(kin_instance_of(item)), relation->target))
		return kin_session_fail(session, KIN_EINVAL, NULL, 0, "%s: %s.%s holds %s objects, not %s", what,
		                        relation->mapping->name, relation->name, relation->target->name,
		                        kin_instance_mapping(kin_instance_of(item))->name);
	if ((rc = check_item(session, relation, item, what)) < 0)
		return rc;
	return load_list_for(session, object, relation, item);
}

static bool same_key(const void *owner, const kin_relation *relation, const void *item)
{
	for (size_t i = 0; i < relation->pair_count; i++) {
		const kin_pair *pair = &relation->pairs[i];
		const void *mine = kin_member(owner, pair->local->offset);
		const void *its = kin_member(item, pair->remote->offset);
		if (kin_attribute_is_null(pair->local, owner) || kin_attribute_is_null(pair->remote, item) ||
		    !kin_domain_equal(mine, its, pair->local->kind & ~KIN_KIND_NULLABLE, pair->local->domain))
			return false;
	}
	return true;
}

/* Whether the owner's list has the item, as far as can be told without looking through it. */
static bool has_item(kin_session *session, const void *owner, const kin_relation *relation, const void *item)
{
	const kin_tracked *tracked = kin_instance_of(item)->tracked;

	if (relation->link)
		return kin_collection_has_linked(owner, relation, item);
	if (relation->reverse)
		return kin_collection_parent(session, item, relation->reverse) == owner;
	for (const kin_link *link = tracked ? tracked->links : NULL; link; link = link->next)
		if (link->relation == relation)
			return link->parent == owner;
	return kin_instance_of(item)->state == KIN_PERSISTENT && kin_instance_of(owner)->state == KIN_PERSISTENT &&
	       same_key(owner, relation, item);
}

static int append_linked(kin_session *session, void *owner, const kin_relation *relation, void *item, bool there)
{
	kin_state state = kin_state_of(owner);

	if (!there && kin_collection_link(session, owner, relation, item) < 0)
		return kin_session_nomem(session);
	return state == KIN_PENDING || state == KIN_PERSISTENT ? kin_cascade_save_along(session, owner, relation, item) : KIN_OK;
}

int kin_session_append(const void *object, size_t offset, const void *item)
{
	kin_session *session = object ? kin_session_of(object) : NULL;
	const kin_relation *relation = session ? relation_at(object, offset) : NULL;
	int rc;

	if (!relation)
		return KIN_EINVAL;
	if ((rc = prepare(object, relation, item, "kin_append")) < 0 || (rc = check_item(session, relation, item, "kin_append")) < 0)
		return rc; /* loading the list may have deleted it, by a flush */
	void *owner = kin_instance_object(kin_instance_of(object));
	void *child = kin_instance_object(kin_instance_of(item));
	kin_tracked *tracked = kin_instance_of(child)->tracked;
	bool there = has_item(session, owner, relation, child);
	if (relation->link)
		return append_linked(session, owner, relation, child, there);
	if (tracked)
		tracked->flags &= (uint8_t)~KIN_TRACKED_ORPHAN;
	if (kin_collection_adopt(session, owner, relation, child) < 0 ||
	    (!there && kin_collection_put(session, owner, relation, child) < 0))
		return kin_session_nomem(session);
	kin_state state = kin_state_of(owner);
	if (state == KIN_PENDING || state == KIN_PERSISTENT)
		return kin_cascade_save_along(session, owner, relation, child);
	return KIN_OK;
}

static bool note_let_go(kin_session *session, const void *owner, const kin_relation *relation, const void *item)
{
	const kin_let_go let_go = { .relation = relation, .owner = owner, .item = item };

	if (!relation || !(relation->cascade & KIN_CASCADE_DELETE_ORPHAN) || kin_state_of(item) == KIN_TRANSIENT)
		return true;
	return kin_vec_push(&session->unit->let_go, let_go);
}

static int remove_linked(kin_session *session, void *owner, const kin_relation *relation, void *item)
{
	if (!note_let_go(session, owner, relation, item) || !note_let_go(session, item, relation->reverse, owner) ||
	    kin_collection_unlink(session, owner, relation, item) < 0)
		return kin_session_nomem(session);
	return KIN_OK;
}

int kin_session_remove(const void *object, size_t offset, const void *item)
{
	kin_session *session = object ? kin_session_of(object) : NULL;
	const kin_relation *relation = session ? relation_at(object, offset) : NULL;
	int rc;

	if (!relation)
		return KIN_EINVAL;
	if ((rc = prepare(object, relation, item, "kin_remove")) < 0)
		return rc;
	void *owner = kin_instance_object(kin_instance_of(object));
	void *child = kin_instance_object(kin_instance_of(item));
	if (kin_state_of(child) == KIN_DELETED || !has_item(session, owner, relation, child))
		return KIN_OK;
	if (relation->link)
		return remove_linked(session, owner, relation, child);
	/* Where the item has a member for its owner, leaving that one takes it out of the list. */
	if (kin_collection_adopt(session, NULL, relation, child) < 0 ||
	    (!relation->reverse && kin_collection_take(session, owner, relation, child) < 0))
		return kin_session_nomem(session);
	if (relation->cascade & KIN_CASCADE_DELETE_ORPHAN)
		kin_instance_of(child)->tracked->flags |= KIN_TRACKED_ORPHAN;
	return KIN_OK;
}
