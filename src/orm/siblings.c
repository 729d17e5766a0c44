/* siblings.c - the objects that came with one statement, for what is better loaded for all of them.
 *
 * The objects of a query stand in its list. Others, children of many parents and what was joined, are in many lists or in none: they are
 * looked for in the identity map, once, when a second one of them is asked for something; loading them costs nothing for that. */
#include "orm/siblings.h"

#include "base/vec.h"

bool kin_siblings_may_be(const kin_session *session, const kin_batch *batch)
{
	uint16_t id = batch->mapping->id;

	return batch->items || (!batch->parted && !(id < session->mapping_count && session->singles[id] == batch));
}

/* A statement over models that inherit makes batches beside each other, one for each. */
static kin_load_batch *first_of(kin_batch *batch)
{
	kin_load_batch *own = (kin_load_batch *)(void *)batch;

	return own->first ? own->first : own;
}

static bool is_among(const kin_load_batch *first, const kin_batch *batch)
{
	while (first && &first->batch != batch)
		first = first->beside;
	return first;
}

kin_load_batch *kin_siblings_keeper(kin_load_batch *batch, const kin_mapping *mapping)
{
	kin_load_batch *at = batch;

	if (!batch->batch.mapping->lineage)
		return batch;
	for (at = first_of(&batch->batch); mapping && !kin_mapping_is(at->batch.mapping, mapping);)
		at = at->beside;
	return at;
}

int kin_siblings_find(kin_session *session, kin_batch *batch)
{
	const kin_identity *identity = session->identities[batch->mapping->identity];
	kin_load_batch *first = first_of(batch);
	kin_vec(const void *) found = { 0 };
	size_t at = 0;
	const void *object;

	if (batch->items)
		return KIN_OK;
	while ((object = kin_identity_next(identity, &at)))
		if (is_among(first, kin_instance_of(object)->batch) && !kin_vec_push(&found, object)) {
			kin_vec_done(&found);
			return kin_session_nomem(session);
		}
	size_t count = found.count;
	const void **items = kin_arena_adopt(&session->arena, found.items, count * sizeof(*items));
	if (!items) {
		kin_vec_done(&found);
		return kin_session_nomem(session);
	}
	for (; first; first = first->beside) {
		first->batch.items = items;
		first->batch.count = count;
	}
	return KIN_OK;
}

static void part(kin_batch *batch)
{
	batch->items = NULL;
	batch->count = 0;
	batch->parted = true;
}

void kin_siblings_part(kin_session *session, kin_batch *batch)
{
	if (!kin_siblings_may_be(session, batch)) {
		part(batch);
		return;
	}
	for (kin_load_batch *at = first_of(batch); at; at = at->beside)
		part(&at->batch);
}
