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

int kin_siblings_find(kin_session *session, kin_batch *batch)
{
	const kin_identity *identity = session->identities[batch->mapping->identity];
	kin_vec(const void *) found = { 0 };
	size_t at = 0;
	const void *object;

	if (batch->items)
		return KIN_OK;
	while ((object = kin_identity_next(identity, &at)))
		if (kin_instance_of(object)->batch == batch && !kin_vec_push(&found, object)) {
			kin_vec_done(&found);
			return kin_session_nomem(session);
		}
	size_t count = found.count;
	const void **items = kin_arena_adopt(&session->arena, found.items, count * sizeof(*items));
	if (!items) {
		kin_vec_done(&found);
		return kin_session_nomem(session);
	}
	batch->items = items;
	batch->count = count;
	return KIN_OK;
}

void kin_siblings_part(kin_batch *batch)
{
	batch->items = NULL;
	batch->count = 0;
	batch->parted = true;
}
