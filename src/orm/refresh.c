/* refresh.c - an object, or some of its members, are loaded again at once. */
#include <assert.h>

#include "orm/expire.h"
#include "orm/hook.h"
#include "orm/load.h"
#include "orm/mapping_sql.h"
#include "orm/revert.h"

static int check(kin_session *session, const void *object)
{
	int rc = kin_session_ok(session);

	if (rc < 0 || (rc = kin_session_check(session, object, "kin_refresh")) < 0 ||
	    (rc = kin_hook_unplanned(session, "kin_refresh")) < 0)
		return rc;
	return kin_instance_of(object)->state == KIN_PERSISTENT
	       ? KIN_OK : kin_session_refuse(session, "kin_refresh", object, "has no row in this session");
}

int kin_refresh(kin_session *session, const void *object)
{
	int rc = check(session, object);
	uint32_t left = 0;

	if (rc < 0)
		return rc;
	void *same = kin_member(object, 0);
	if ((rc = kin_expire_along(session, same)) < 0 || (rc = kin_revert(session, same, &left)) < 0 ||
	    (rc = kin_load_columns(session, same, NULL)) < 0)
		return rc;
	kin_instance_unload_all(same);
	return kin_revert_join(session, same, left);
}

/* ---- some members ---- */

/* The column's former value comes back, so that the row's is taken. */
static void revert_column(void *object, const kin_attribute *a)
{
	const kin_tracked *tracked = kin_instance_of(object)->tracked;

	if (tracked)
		memcpy(kin_member(object, a->offset), tracked->snapshot + a->offset, a->size);
}

static int refresh_columns(kin_session *session, void *object, const size_t *offsets, size_t count)
{
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	uint64_t set[KIN_SET_WORDS(mapping)];
	bool any = false;

	memset(set, 0, sizeof(set));
	for (size_t i = 0; i < count; i++) {
		const kin_attribute *a = kin_mapping_attribute_at(mapping, offsets[i]);
		if (!a)
			continue;
		revert_column(object, a);
		kin_set_add(set, a->index);
		any = true;
	}
	return any ? kin_load_columns(session, object, set) : KIN_OK;
}

static int refresh_relation(kin_session *session, void *object, const kin_relation *relation)
{
	int rc = kin_revert_relation(session, object, relation);

	if (rc < 0)
		return rc;
	kin_instance_unload(object, relation);
	return kin_load_relation(session, object, relation);
}

int kin_session_refresh_members(kin_session *session, const void *object, const size_t *offsets, size_t count)
{
	int rc = check(session, object);

	if (rc < 0)
		return rc;
	void *same = kin_member(object, 0);
	const kin_mapping *mapping = kin_instance_mapping(kin_instance_of(object));
	if ((rc = kin_expire_load(session, same)) == KIN_OK)
		rc = refresh_columns(session, same, offsets, count);
	for (size_t i = 0; rc == KIN_OK && i < count; i++) {
		const kin_relation *relation = kin_mapping_relation_at(mapping, offsets[i]);
		assert(relation || kin_mapping_attribute_at(mapping, offsets[i]));
		if (relation)
			rc = refresh_relation(session, same, relation);
	}
	return rc;
}
