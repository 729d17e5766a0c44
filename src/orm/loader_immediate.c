/* loader_immediate.c - loads a relationship of each object alone, right after the objects: as kin_load() would, before the program asks.
 *
 *     SELECT pets.… FROM pets WHERE pets.owner_id = ?             for each
 *
 * An object that the session has takes no statement. */
#include "orm/load_rows.h"

/* Whether it takes no statement. A condition is the database's to decide. */
static bool is_settled(kin_session *session, const kin_fetch *fetch, void *object, kin_value *ret_values)
{
	if (kin_load_is_known(object, fetch->relation))
		return true;
	if (!fetch->some)
		return kin_load_from_session(session, object, fetch->relation, ret_values);
	if (kin_load_local_values(object, fetch->relation, ret_values))
		return false;
	kin_load_nothing(fetch->relation, &object, 1);
	return true;
}

int kin_load_immediate(kin_session *session, kin_fetch *fetch, const kin_value *values, void *const *objects, size_t count)
{
	const kin_relation *relation = fetch->relation;
	kin_value all[fetch->base + relation->pair_count];
	int rc = KIN_OK;

	if (fetch->base > 0)
		memcpy(all, values, fetch->base * sizeof(*all));
	for (size_t i = 0; rc == KIN_OK && i < count; i++) {
		kin_loaded loaded = { 0 };
		if (is_settled(session, fetch, objects[i], all + fetch->base))
			continue;
		rc = kin_load_one_of(session, fetch, objects[i], all, &loaded);
		kin_loaded_done(&loaded);
	}
	return rc;
}
