/* loader_subquery.c - loads a relationship for all objects of a query by one more SELECT that joins the query itself.
 *
 *     SELECT pets.…, anon_1.id FROM (SELECT owners.id FROM owners WHERE …) AS anon_1 JOIN pets ON anon_1.id = pets.owner_id
 *
 * For many objects of a query without a condition loader_all.c does it.
 */
#include "orm/load_finder.h"

static bool any_unknown(const kin_relation *relation, void *const *objects, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!kin_load_is_known(objects[i], relation))
			return true;
	return false;
}

/* The rows say whose they are. */
static int load_children(kin_session *session, kin_fetch *fetch, const kin_value *values, void *const *objects, size_t count)
{
	const kin_relation *relation = fetch->relation;
	kin_loaded loaded = { 0 };
	kin_load_links links = { 0 };
	kin_finder finder;
	kin_parents parents = { .relation = relation, .columns = fetch->link, .finder = &finder };
	kin_load_options options = { .parents = &parents, .links = &links };
	int rc;

	if (kin_load_wants_all(fetch, count))
		return kin_load_all_children(session, fetch, objects, count);
	if ((rc = kin_finder_init(&finder, session, relation, true)) < 0)
		return rc;
	if ((rc = kin_finder_add_parents(&finder, session, relation, objects, count)) == KIN_OK)
		rc = kin_load_rows(session, fetch, &fetch->ask, values, &options, &loaded);
	if (rc == KIN_OK)
		rc = kin_load_collect(session, relation, links.items, links.count, fetch->collects);
	if (rc == KIN_OK)
		kin_load_rest(fetch, objects, count);
	kin_vec_done(&links);
	kin_loaded_done(&loaded);
	kin_finder_done(&finder);
	return rc;
}

int kin_load_subquery(kin_session *session, kin_fetch *fetch, const kin_value *values, void *const *objects, size_t count)
{
	kin_loaded loaded = { 0 };
	int rc;

	if (!any_unknown(fetch->relation, objects, count))
		return KIN_OK;
	if (!fetch->relation->holds_key)
		return load_children(session, fetch, values, objects, count);
	rc = kin_load_rows(session, fetch, &fetch->ask, values, &(kin_load_options){ 0 }, &loaded);
	if (rc == KIN_OK)
		rc = kin_load_targets(session, fetch, objects, count, &loaded);
	kin_loaded_done(&loaded);
	return rc;
}
