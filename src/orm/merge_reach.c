/* merge_reach.c - which objects kin_merge() is about: the one given, and what it reaches. */
#include "orm/collection.h"
#include "orm/merge.h"

static uint32_t *slot_of(const kin_merging *m, const void *source)
{
	size_t at = (size_t)kin_hash(&source, sizeof(source)) & (m->capacity - 1);

	while (m->slots[at] && m->copies.items[m->slots[at] - 1].source != source)
		at = (at + 1) & (m->capacity - 1);
	return &m->slots[at];
}

static bool grow(kin_merging *m)
{
	size_t capacity = m->capacity ? 2 * m->capacity : 16;
	uint32_t *slots = kin_mem_zalloc(capacity * sizeof(*slots));

	if (!slots)
		return false;
	kin_mem_free(m->slots);
	m->slots = slots;
	m->capacity = capacity;
	for (size_t i = 0; i < m->copies.count; i++)
		*slot_of(m, m->copies.items[i].source) = (uint32_t)(i + 1);
	return true;
}

void *kin_merge_own_of(const kin_merging *m, const void *source)
{
	const kin_merge_copy *copies = m->copies.items;

	return copies ? copies[*slot_of(m, source) - 1].own : NULL;
}

static int reach(kin_merging *m, const void *source)
{
	if (!source)
		return KIN_OK;
	if (2 * m->copies.count >= m->capacity && !grow(m))
		return kin_session_nomem(m->session);
	uint32_t *slot = slot_of(m, source);
	if (*slot)
		return KIN_OK;
	if (!kin_vec_push(&m->copies, (kin_merge_copy){ .source = source }))
		return kin_session_nomem(m->session);
	*slot = (uint32_t)m->copies.count;
	return KIN_OK;
}

bool kin_merge_is_own(const kin_merging *m, const void *source)
{
	const kin_instance *instance = kin_instance_of(source);

	return instance->batch->session == m->session && (instance->state == KIN_PENDING || instance->state == KIN_PERSISTENT);
}

bool kin_merge_is_given(const void *source, const kin_relation *relation)
{
	if (!(relation->cascade & KIN_CASCADE_MERGE) || !kin_load_is_known(source, relation))
		return false;
	if (kin_merge_has_row(source))
		return true;
	return relation->to_many ? kin_collection_list(source, relation).count > 0 : kin_collection_one(source, relation) != NULL;
}

static int reach_along(kin_merging *m, const void *source)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(source));
	int rc = KIN_OK;

	for (size_t i = 0; i < mapping->relation_count && rc == KIN_OK; i++) {
		const kin_relation *relation = mapping->relations[i];
		if (!kin_merge_is_given(source, relation))
			continue;
		if (!relation->to_many)
			rc = reach(m, kin_collection_one(source, relation));
		kin_list list = relation->to_many ? kin_collection_list(source, relation) : (kin_list){ 0 };
		for (size_t n = 0; n < list.count && rc == KIN_OK; n++)
			rc = reach(m, list.items[n]);
	}
	return rc;
}

int kin_merge_reach(kin_merging *m, const void *object)
{
	int rc = reach(m, object);

	for (size_t i = 0; i < m->copies.count && rc == KIN_OK; i++)
		if (!kin_merge_is_own(m, m->copies.items[i].source))
			rc = reach_along(m, m->copies.items[i].source);
	return rc;
}
