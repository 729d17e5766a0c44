/* loader_immediate.c - loads a relationship of each object alone, right after the objects: as kin_load() would, before the program asks.
 *
 *     SELECT pets.… FROM pets WHERE pets.owner_id = ?             for each
 *
 * An object that the session has takes no statement. */
#include "orm/load_rows.h"

int kin_load_immediate(kin_session *session, kin_fetch *fetch, const kin_value *values, void *const *objects, size_t count)
{
	const kin_relation *relation = fetch->relation;
	kin_value all[fetch->base + relation->pair_count];
	int rc = KIN_OK;

	if (fetch->base > 0)
		memcpy(all, values, fetch->base * sizeof(*all));
	for (size_t i = 0; rc == KIN_OK && i < count; i++) {
		kin_loaded loaded = { 0 };
		if (kin_load_is_known(objects[i], relation) || kin_load_from_session(session, objects[i], relation, all + fetch->base))
			continue;
		rc = kin_load_one_of(session, fetch, objects[i], all, &loaded);
		kin_loaded_done(&loaded);
	}
	return rc;
}
