/* loader_all.c - loads a collection for all objects of a model, when they are many, by one scan of all children.
 *
 *     SELECT pets.… FROM pets
 *
 * Where a query has no condition and no limit its objects are all there are, and so are their children: a subquery joined, or
 * keys by the thousand, would find the same rows through an index, one by one, which takes SQLite three times as long. Children
 * whose parent the query did not bring are passed over before they become objects. With few parents the loaders' usual
 * statements are as fast, and stay. */
#include "orm/load_finder.h"

enum { MANY = 2000 };

bool kin_load_wants_all(const kin_fetch *fetch, size_t count)
{
	return fetch->all.select && count > MANY;
}

static void mark(void *const *objects, size_t count)
{
	for (size_t i = 0; i < count; i++)
		kin_instance_of(objects[i])->flags |= KIN_INSTANCE_MARK;
}

static void unmark(void *const *objects, size_t count)
{
	for (size_t i = 0; i < count; i++)
		kin_instance_of(objects[i])->flags &= (uint8_t)~KIN_INSTANCE_MARK;
}

/* Parents whose key is no integer are found in the identity map, which may have more of them than the query brought, or get more when
 * they are the children too. */
int kin_load_all_children(kin_session *session, kin_fetch *fetch, void *const *objects, size_t count)
{
	const kin_relation *relation = fetch->relation;
	kin_load_links links = { 0 };
	kin_loaded loaded = { 0 };
	kin_finder finder;
	int rc = kin_finder_init(&finder, session, relation, true);

	if (rc < 0)
		return rc;
	kin_parents parents = {
		.relation = relation, .columns = &fetch->all_link, .finder = &finder,
		.marked = !finder.integer && (kin_identity_count(finder.identity) != count || relation->target->identity == relation->mapping->identity),
	};
	kin_load_options options = { .parents = &parents, .links = &links };
	if (parents.marked)
		mark(objects, count);
	if ((rc = kin_finder_add_parents(&finder, session, relation, objects, count)) == KIN_OK)
		rc = kin_load_rows(session, fetch, &fetch->all, NULL, &options, &loaded);
	if (parents.marked)
		unmark(objects, count);
	if (rc == KIN_OK)
		rc = kin_load_collect(session, relation, links.items, links.count, false);
	if (rc == KIN_OK)
		kin_load_nothing(relation, objects, count);
	kin_vec_done(&links);
	kin_loaded_done(&loaded);
	kin_finder_done(&finder);
	return rc;
}
