/* rules.c - ON DELETE CASCADE and SET NULL, followed in memory.
 *
 * Children in a loaded list are the cascades' (orm/cascade.c). This is for those that were loaded alone, or by a model that has no list. */
#include "orm/rules.h"

#include "orm/collection.h"
#include "orm/inherit.h"
#include "orm/load_rows.h"

typedef struct following {
	kin_session *session;
	kin_objects  gone; /* marked */
	size_t       given; /* so many of them are the caller's */
} following;

static bool is_rule(const kin_foreign *foreign, const char *rule)
{
	return foreign->on_delete && strcmp(foreign->on_delete, rule) == 0;
}

static bool is_gone(const void *object)
{
	return kin_instance_of(object)->flags & KIN_INSTANCE_MARK;
}

static bool add_gone(following *f, void *object)
{
	if (is_gone(object))
		return true;
	if (!kin_vec_push(&f->gone, object))
		return false;
	kin_instance_of(object)->flags |= KIN_INSTANCE_MARK;
	return true;
}

/* Whether the foreign key is over the target's primary key, in its order. */
static bool by_key(const kin_foreign *foreign)
{
	if (foreign->count != foreign->target->key_count)
		return false;
	for (size_t i = 0; i < foreign->count; i++)
		if (foreign->pairs[i].remote != foreign->target->keys[i])
			return false;
	return true;
}

static const void *image_of(const void *object)
{
	const kin_tracked *tracked = kin_instance_of(object)->tracked;

	return tracked ? tracked->snapshot : object;
}

static bool points_at_gone(const kin_identity *targets, const void *object, const kin_foreign *foreign)
{
	kin_value values[foreign->count];

	for (size_t i = 0; i < foreign->count; i++) {
		values[i] = kin_attribute_value(foreign->pairs[i].local, image_of(object));
		if (values[i].kind == KIN_KIND_NULL)
			return false;
	}
	const void *target = kin_identity_find(targets, values);
	return target && is_gone(target);
}

static int clear(kin_session *session, void *object, const kin_foreign *foreign)
{
	kin_tracked *tracked = kin_instance_of(object)->tracked;
	const kin_value null = kin_value_null(NULL);

	if (kin_unit_remember(session, object, KIN_UNDO_CHANGE) < 0)
		return kin_session_nomem(session);
	for (size_t i = 0; i < foreign->count; i++) {
		const kin_attribute *key = foreign->pairs[i].local;
		kin_domain_set(kin_member(object, key->offset), key->kind, key->domain, &null, NULL, NULL);
		if (tracked)
			memcpy(tracked->snapshot + key->offset, kin_member(object, key->offset), key->size);
	}
	if (foreign->relation)
		kin_instance_put_one(object, foreign->relation, NULL);
	return KIN_OK;
}

static int follow_key(following *f, const kin_identity *holders, const kin_foreign *foreign)
{
	const kin_identity *targets = kin_load_identity(f->session, foreign->target);
	void *object;
	int rc = KIN_OK;

	if (!targets || !by_key(foreign))
		return KIN_OK;
	for (size_t at = 0; rc == KIN_OK && (object = kin_identity_next(holders, &at));) {
		if (!kin_mapping_has(foreign->mapping, object) || is_gone(object) || !points_at_gone(targets, object, foreign))
			continue;
		if (is_rule(foreign, "SET NULL"))
			rc = clear(f->session, object, foreign);
		else if (!add_gone(f, object))
			rc = kin_session_nomem(f->session);
	}
	return rc;
}

/* A parent that says KIN_PASSIVE_ALL wants nobody told. */
static bool is_left_alone(const kin_foreign *foreign)
{
	const kin_mapping *target = foreign->target;

	for (size_t i = 0; i < target->relation_count; i++)
		if (target->relations[i]->foreign == foreign && target->relations[i]->passive == KIN_PASSIVE_ALL)
			return true;
	return false;
}

static bool has_any(const following *f, const kin_mapping *target)
{
	for (size_t i = 0; i < f->gone.count; i++)
		if (kin_mapping_is(kin_instance_mapping(kin_instance_of(f->gone.items[i])), target))
			return true;
	return false;
}

static int follow_keys(following *f, const kin_mapping *mapping)
{
	const kin_identity *holders = kin_load_identity(f->session, mapping);
	int rc = KIN_OK;

	for (size_t i = 0; holders && i < mapping->foreign_count && rc == KIN_OK; i++) {
		const kin_foreign *foreign = &mapping->foreigns[i];
		if (!foreign->inherited && (is_rule(foreign, "CASCADE") || is_rule(foreign, "SET NULL")) && !is_left_alone(foreign) &&
		    has_any(f, foreign->target))
			rc = follow_key(f, holders, foreign);
	}
	return rc;
}

/* Until nothing more is found: what goes may take others along. */
static int follow_all(following *f)
{
	size_t registered = kin_registry_count(f->session->registry), before;
	int rc = KIN_OK;

	do {
		before = f->gone.count;
		for (size_t id = 0; id < registered && rc == KIN_OK; id++)
			rc = follow_keys(f, kin_registry_mapping(f->session->registry, id));
	} while (rc == KIN_OK && f->gone.count > before);
	for (size_t i = f->given; i < f->gone.count && rc == KIN_OK; i++)
		if (kin_collection_forget(f->session, f->gone.items[i]) < 0 || kin_unit_row_deleted(f->session, f->gone.items[i]) < 0)
			rc = kin_session_nomem(f->session);
	return rc;
}

/* Whether a model has such a key at all. */
static bool has_rules(const kin_session *session)
{
	for (size_t id = 0; id < kin_registry_count(session->registry); id++) {
		const kin_mapping *mapping = kin_registry_mapping(session->registry, id);
		for (size_t i = 0; kin_load_identity(session, mapping) && i < mapping->foreign_count; i++)
			if (is_rule(&mapping->foreigns[i], "CASCADE") || is_rule(&mapping->foreigns[i], "SET NULL"))
				return true;
	}
	return false;
}

int kin_rules_follow(kin_session *session, void *const *gone, size_t count)
{
	following f = { .session = session };
	bool ok = true;
	int rc;

	if (count == 0 || !has_rules(session))
		return KIN_OK;
	for (size_t i = 0; ok && i < count; i++)
		ok = add_gone(&f, gone[i]);
	f.given = f.gone.count;
	rc = ok ? follow_all(&f) : kin_session_nomem(session);
	for (size_t i = 0; i < f.gone.count; i++)
		kin_instance_of(f.gone.items[i])->flags &= (uint8_t)~KIN_INSTANCE_MARK;
	kin_vec_done(&f.gone);
	return rc;
}
