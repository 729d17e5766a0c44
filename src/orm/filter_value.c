/* filter_value.c - what a session's queries are filtered by: kin_filter_by(), and what kin_get() finds then. */
#include "orm/filter.h"

#include <kin/query.h>

#include "orm/expire.h"
#include "orm/inherit.h"
#include "orm/load.h"
#include "orm/load_rows.h"
#include "orm/query.h"

/* One of a session's values, in its arena. */
struct kin_filter_by {
	const char           *name;
	kin_value             value;
	struct kin_filter_by *next;
};

static struct kin_filter_by *find(const kin_session *session, const char *name)
{
	struct kin_filter_by *by = session->filter_by;

	while (by && by->name != name && strcmp(by->name, name) != 0)
		by = by->next;
	return by;
}

int kin_filter_value(kin_session *session, uint32_t param, kin_value *ret)
{
	const kin_mapping *mapping;
	const kin_filter *filter = kin_filter_of_param(session->registry, param, &mapping);
	const struct kin_filter_by *by = find(session, filter->name);

	if (!by)
		return kin_session_fail(session, KIN_EINVAL, NULL, 0, "%s is filtered by a value that this session has not: kin_filter_by(session, %s, …) "
		                        "gives it one, and a query that ends with `unfiltered %s` needs none (%s:%d)", mapping->name, filter->name,
		                        filter->name, filter->file, filter->line);
	return kin_query_value(session, &filter->slot, &by->value, ret);
}

int kin_filter_get(kin_session *session, const kin_mapping *mapping, const kin_value *keys, void **ret_object)
{
	const kin_load_options options = { .alone = true, .most = 1 };
	const kin_identity *identity = kin_load_identity(session, mapping);
	void *found = identity ? kin_identity_find(identity, keys) : NULL;
	kin_loaded loaded = { 0 };
	kin_plan *plan;
	int rc = KIN_OK;

	if (found && kin_mapping_has(mapping, found) && !kin_expire_is(session, found)) {
		*ret_object = found;
		return KIN_OK;
	}
	if ((rc = kin_session_ready(session)) < 0)
		return rc;
	if (!(plan = kin_plan_of_key(session, mapping)))
		return session->error.code;
	rc = kin_load_rows(session, plan->visible, &plan->visible->ask, keys, &options, &loaded);
	if (rc == KIN_OK && plan->visible->later_count > 0)
		rc = kin_load_laters(session, plan->visible, keys, loaded.objects.items, loaded.objects.count);
	if (rc == KIN_OK)
		*ret_object = loaded.objects.count > 0 ? loaded.objects.items[0] : NULL;
	kin_loaded_done(&loaded);
	return rc;
}

/* Texts and the like become the session's. false when memory is out. */
static bool keep(kin_session *session, const kin_value *from, kin_value *to)
{
	bool text = from->kind == KIN_KIND_TEXT || from->kind == KIN_KIND_JSON;

	*to = *from;
	if (text)
		to->as.data = kin_arena_strndup(&session->arena, from->as.data, from->size);
	else if (from->kind == KIN_KIND_BYTES)
		to->as.data = kin_arena_copy(&session->arena, from->as.data, from->size);
	return to->as.data || !(text || from->kind == KIN_KIND_BYTES);
}

static bool is_known(const kin_session *session, const char *name)
{
	for (size_t i = 0; i < kin_registry_count(session->registry); i++) {
		const kin_mapping *mapping = kin_registry_mapping(session->registry, i);
		for (size_t n = 0; n < mapping->filter_count; n++)
			if (mapping->filters[n].takes && strcmp(mapping->filters[n].name, name) == 0)
				return true;
	}
	return false;
}

int kin_session_filter_by(kin_session *session, const char *name, kin_value value)
{
	struct kin_filter_by *by;
	kin_value kept;
	int rc;

	if (!session)
		return KIN_EINVAL;
	if ((rc = kin_session_ok(session)) < 0)
		return rc;
	if (value.kind == KIN_KIND_NULL || value.kind >= KIN_KIND_ARRAY)
		return kin_session_fail(session, KIN_EINVAL, NULL, 0, "kin_filter_by(%s): the value is %s, and has to be a single one", name,
		                        value.kind == KIN_KIND_NULL ? "NULL" : value.kind == KIN_KIND_ARRAY ? "an array" : "an object");
	if (!is_known(session, name))
		return kin_session_fail(session, KIN_EINVAL, NULL, 0, "no model has a kin_filter(%s, …) that takes a value", name);
	if (!keep(session, &value, &kept))
		return kin_session_nomem(session);
	if (!(by = find(session, name))) {
		by = kin_arena_zalloc(&session->arena, sizeof(*by));
		if (!by || !(by->name = kin_arena_strdup(&session->arena, name)))
			return kin_session_nomem(session);
		by->next = session->filter_by;
		session->filter_by = by;
	}
	by->value = kept;
	return KIN_OK;
}
