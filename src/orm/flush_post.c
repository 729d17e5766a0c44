/* flush_post.c - .post_update: of rows that need each other's keys one is written without, and gets its key when the other one is there.
 *
 *     INSERT INTO owners (name, favourite_id) VALUES (?, ?)      NULL
 *     INSERT INTO pets (name, owner_id) VALUES (?, ?)
 *     UPDATE owners SET favourite_id = ? WHERE id = ?
 *
 * and when both are deleted
 *
 *     UPDATE owners SET favourite_id = ? WHERE id = ?            NULL
 *     DELETE FROM pets WHERE id = ?
 *     DELETE FROM owners WHERE id = ?
 *
 * Only rows that are in a circle pay for it: all others are planned in an order that needs no second statement. */
#include "orm/collection.h"
#include "orm/outbox.h"

static const kin_mapping *mapping_of(const kin_tracked *tracked)
{
	return kin_instance_mapping(kin_instance_of(tracked->object));
}

/* Whether it had a row before this flush. */
static bool was_there(const kin_tracked *tracked)
{
	return !(tracked->flags & KIN_TRACKED_INSERTED) && kin_instance_of(tracked->object)->state != KIN_PENDING;
}

static const kin_attribute *key_of(const kin_relation *relation, size_t i)
{
	return relation->holds_key ? relation->pairs[i].local : relation->pairs[i].remote;
}

static void set_null(void *object, const kin_attribute *key)
{
	const kin_value null = kin_value_null(NULL);

	kin_domain_set(kin_member(object, key->offset), key->kind, key->domain, &null, NULL, NULL);
}

/* ---- writing ---- */

static bool is_put_off(const kin_flusher *flush, const kin_tracked *tracked, const kin_relation *relation)
{
	for (size_t i = flush->late.count; i > 0 && flush->late.items[i - 1].tracked == tracked; i--)
		if (flush->late.items[i - 1].relation == relation)
			return true;
	return false;
}

int kin_flush_put_off(kin_flusher *flush, kin_tracked *tracked, const kin_relation *relation, const void *target)
{
	const kin_late_key late = { .tracked = tracked, .relation = relation, .target = target };

	if (!kin_instance_valid(target) || kin_instance_of(target)->state != KIN_PENDING)
		return 0;
	for (size_t i = 0; i < relation->pair_count; i++) {
		const kin_attribute *key = key_of(relation, i);
		if (!relation->pairs[i].cleared)
			continue;
		if (was_there(tracked))
			memcpy(kin_member(tracked->object, key->offset), tracked->snapshot + key->offset, key->size);
		else
			set_null(tracked->object, key);
	}
	if (is_put_off(flush, tracked, relation) || kin_vec_push(&flush->late, late))
		return 1;
	return kin_session_nomem(flush->session);
}

/* The row as it is in the database now: what is changed in the object from here on is another UPDATE. NULL when memory is out. */
static kin_tracked *row_of(kin_flusher *flush, const kin_tracked *tracked)
{
	const kin_mapping *mapping = mapping_of(tracked);
	kin_tracked *row = kin_arena_zalloc(flush->arena, sizeof(*row) + mapping->size);

	if (!row) {
		kin_session_nomem(flush->session);
		return NULL;
	}
	row->object = tracked->object;
	row->flags = KIN_TRACKED_LINK;
	memcpy(row->snapshot, tracked->object, mapping->size);
	return row;
}

/* A row that has not been written in this flush counts its version, and has its on-update values, now. */
static int fill_untouched(kin_flusher *flush, kin_tracked *row, const kin_tracked *tracked)
{
	const kin_mapping *mapping = mapping_of(tracked);
	uint64_t *set = kin_arena_alloc(flush->arena, (KIN_SET_WORDS(mapping) + 1) * sizeof(*set));

	if (!set)
		return kin_session_nomem(flush->session);
	if (kin_unit_changed(tracked, mapping, set))
		for (size_t i = 0; i < mapping->attribute_count; i++)
			if (kin_set_has(set, i) && kin_attribute_equal(&mapping->attributes[i], row->object, row->snapshot))
				return KIN_OK; /* it has been: with this */
	kin_unit_changed(row, mapping, set);
	return kin_flush_fill_changed(flush, row, set);
}

static int write_late(kin_flusher *flush, const kin_late_key *late)
{
	const kin_mapping *mapping = mapping_of(late->tracked);
	kin_tracked *row = row_of(flush, late->tracked);
	int rc = row ? kin_flush_copy_keys(flush, row, late->relation, late->target) : flush->session->error.code;

	if (rc == KIN_OK && mapping->has_fills && was_there(late->tracked))
		rc = fill_untouched(flush, row, late->tracked);
	if (rc == KIN_OK)
		rc = kin_flush_update_rows(flush, mapping, &row, 1);
	if (rc == KIN_OK && mapping->has_computed && (!flush->outbox || (rc = kin_outbox_send(flush->outbox)) == KIN_OK))
		rc = kin_flush_reread(flush, mapping, &row, 1);
	return rc;
}

int kin_flush_late_keys(kin_flusher *flush)
{
	int rc = flush->outbox ? kin_outbox_send(flush->outbox) : KIN_OK;

	for (size_t i = 0; i < flush->late.count && rc == KIN_OK; i++)
		rc = write_late(flush, &flush->late.items[i]);
	return rc;
}

/* ---- deleting ---- */

/* A row that loses a key before it is deleted; the object keeps its own. NULL when memory is out. */
static kin_tracked *doomed_row(kin_flusher *flush, const kin_tracked *tracked)
{
	const kin_mapping *mapping = mapping_of(tracked);
	kin_instance *instance = kin_arena_zalloc(flush->arena, sizeof(*instance) + mapping->size);
	kin_tracked *row = kin_arena_zalloc(flush->arena, sizeof(*row) + mapping->size);

	if (!instance || !row) {
		kin_session_nomem(flush->session);
		return NULL;
	}
	*instance = *kin_instance_of(tracked->object);
	instance->tracked = row;
	row->object = kin_instance_object(instance);
	row->flags = KIN_TRACKED_LINK;
	memcpy(row->snapshot, tracked->snapshot, mapping->size);
	memcpy(row->object, tracked->snapshot, mapping->size);
	return row;
}

/* Whether what the key points at is deleted before the row. */
static bool stands_in_the_way(const kin_flusher *flush, const kin_tracked *tracked, const kin_foreign *key)
{
	const void *target = key->post_update ? kin_collection_pointed(flush->session, tracked->snapshot, key) : NULL;
	const kin_tracked *other = target ? kin_instance_of(target)->tracked : NULL;

	if (other == tracked)
		return flush->dialect == KIN_MARIADB; /* which has a row stand in its own way */
	return other && (other->flags & KIN_TRACKED_IN_DELETES) && other->node < tracked->node;
}

static int loosen_row(kin_flusher *flush, const kin_tracked *tracked)
{
	const kin_mapping *mapping = mapping_of(tracked);
	kin_tracked *row = NULL;

	for (size_t i = 0; i < mapping->foreign_count; i++) {
		const kin_foreign *key = &mapping->foreigns[i];
		if (!stands_in_the_way(flush, tracked, key))
			continue;
		if (!row && !(row = doomed_row(flush, tracked)))
			return flush->session->error.code;
		for (size_t n = 0; n < key->count; n++)
			if (!key->pairs[n].local->not_null)
				set_null(row->object, key->pairs[n].local);
	}
	return row ? kin_flush_update_rows(flush, mapping, &row, 1) : KIN_OK;
}

int kin_flush_loosen(kin_flusher *flush, const kin_uow *uow)
{
	uint32_t place = 0;
	int rc = KIN_OK;

	for (size_t i = 0; i < uow->delete_plan.count; i++)
		for (size_t n = 0; n < uow->delete_plan.items[i].count; n++)
			uow->delete_plan.items[i].items[n]->node = place++;
	for (size_t i = 0; i < uow->delete_plan.count && rc == KIN_OK; i++)
		for (size_t n = 0; n < uow->delete_plan.items[i].count && rc == KIN_OK; n++)
			rc = loosen_row(flush, uow->delete_plan.items[i].items[n]);
	return rc;
}
