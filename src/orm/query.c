/* query.c - kin_get, kin_first, kin_one, kin_all, kin_count, kin_exists: what a site of the program asks. */
#include "orm/query.h"

#include "orm/expire.h"
#include "orm/filter.h"
#include "orm/inherit.h"
#include "orm/load.h"
#include "orm/load_rows.h"

/* The site's plan, with the session ready for a statement. NULL: the error is noted. */
static kin_plan *prepare(kin_session *session, kin_site *site)
{
	kin_plan *plan = NULL;

	if (session && kin_session_ready(session) == KIN_OK)
		plan = kin_plan_of_site(session, site);
	if (!plan)
		kin_query_note(session, site);
	return plan;
}

/* The objects of a query, with everything that comes with them. */
static int load(kin_session *session, kin_plan *plan, const kin_value *values, const kin_load_options *options, kin_loaded *loaded)
{
	int rc = kin_load_rows(session, &plan->fetch, &plan->fetch.ask, values, options, loaded);

	return rc == KIN_OK && plan->fetch.later_count > 0
	       ? kin_load_laters(session, &plan->fetch, values, loaded->objects.items, loaded->objects.count) : rc;
}

/* ---- kin_get ---- */

static bool is_integer(const kin_value *value)
{
	return value->kind >= KIN_KIND_INT16 && value->kind <= KIN_KIND_INT64 && !value->overflow;
}

/* The whole of it when the object is there: nothing is parsed, nothing is sent. */
static inline void *find_loaded(const kin_session *session, const kin_site *site, const kin_value *values)
{
	const kin_mapping *mapping = site->model->mapping;

	if (!mapping || mapping->registry != session->registry || !mapping->integer_key || site->count != 1 || !is_integer(values))
		return NULL;
	const kin_identity *identity = kin_load_identity(session, mapping);
	void *object = identity ? kin_identity_find_integer(identity, values[0].as.integer) : NULL;
	return object && (!kin_mapping_has(mapping, object) || kin_expire_is(session, object)) ? NULL : object;
}

/* The first argument that cannot be a key was found when the plan was made; values are converted to the key's kinds. */
static const void *load_by_key(kin_session *session, kin_site *site, const kin_value *values)
{
	const kin_mapping *mapping = kin_session_mapping(session, site->model);
	kin_plan *plan = mapping ? kin_plan_of_site(session, site) : NULL;
	session->asked = (kin_place){ site->file, site->line };
	void *object = NULL;

	if (plan) {
		kin_value keys[mapping->key_count];
		int rc = KIN_OK;
		for (size_t i = 0; rc == KIN_OK && i < mapping->key_count; i++) {
			rc = kin_query_value(session, &plan->slots[i], &values[i], &keys[i]);
			if (rc == KIN_OK && keys[i].kind == KIN_KIND_NULL)
				return NULL;
		}
		if (rc == KIN_OK)
			rc = mapping->filter_count > 0 ? kin_filter_get(session, mapping, keys, &object)
			     : mapping->integer_key    ? kin_load_row_by_key(session, mapping, keys, &object)
			                               : kin_load_by_key(session, mapping, keys, &object);
		if (rc < 0)
			object = NULL;
	}
	kin_query_note(session, site);
	return object;
}

const void *kin_site_get(kin_session *session, kin_site *site, const kin_value *values)
{
	if (!session)
		return NULL;
	if (__builtin_expect(session->error.code < 0 || session->closed, 0)) {
		kin_session_ok(session); /* says it */
		kin_query_note(session, site);
		return NULL;
	}
	void *object = find_loaded(session, site, values);
	return object ? object : load_by_key(session, site, values);
}

/* ---- objects ---- */

const void *kin_site_first(kin_session *session, kin_site *site, const kin_value *values)
{
	kin_plan *plan = prepare(session, site);
	kin_loaded loaded = { 0 };
	const void *object = NULL;

	if (!plan)
		return NULL;
	int rc = load(session, plan, values, &(kin_load_options){ .alone = true, .most = 1 }, &loaded);
	if (rc == KIN_OK && loaded.objects.count > 0)
		object = loaded.objects.items[0];
	else if (rc < 0)
		kin_query_note(session, site);
	kin_loaded_done(&loaded);
	return object;
}

static int exactly_one(kin_session *session, const kin_site *site, size_t count)
{
	if (count == 0)
		return kin_session_fail(session, KIN_ENOTFOUND, site->file, site->line, "no %s fits, where one was required%s%s",
		                        site->model->name, *site->text ? ": " : "", site->text);
	if (count > 1)
		return kin_session_fail(session, KIN_EMULTIPLE, site->file, site->line, "several %s objects fit, where one was required%s%s",
		                        site->model->name, *site->text ? ": " : "", site->text);
	return KIN_OK;
}

const void *kin_site_one(kin_session *session, kin_site *site, const kin_value *values)
{
	kin_plan *plan = prepare(session, site);
	kin_loaded loaded = { 0 };
	const void *object = NULL;

	if (!plan)
		return NULL;
	int rc = load(session, plan, values, &(kin_load_options){ .alone = true }, &loaded);
	if (rc == KIN_OK)
		rc = exactly_one(session, site, loaded.objects.count);
	if (rc == KIN_OK)
		object = loaded.objects.items[0];
	else
		kin_query_note(session, site);
	kin_loaded_done(&loaded);
	return object;
}

int kin_query_list_of(kin_session *session, kin_plan *plan, const kin_value *values, kin_list *ret_list)
{
	kin_loaded loaded = { 0 };
	int rc = load(session, plan, values, &(kin_load_options){ 0 }, &loaded);

	if (rc == KIN_OK)
		rc = kin_loaded_list(session, &loaded, ret_list);
	kin_loaded_done(&loaded);
	return rc;
}

kin_list kin_site_all(kin_session *session, kin_site *site, const kin_value *values)
{
	kin_plan *plan = prepare(session, site);
	kin_list list = { 0 };

	if (plan && kin_query_list_of(session, plan, values, &list) < 0)
		kin_query_note(session, site);
	return list;
}

/* ---- numbers ---- */

int64_t kin_site_count(kin_session *session, kin_site *site, const kin_value *values)
{
	kin_plan *plan = prepare(session, site);
	int64_t count = -1;

	if (plan && kin_query_integer(session, &plan->fetch.ask, values, &count) < 0) {
		kin_query_note(session, site);
		count = -1;
	}
	return count;
}

bool kin_site_exists(kin_session *session, kin_site *site, const kin_value *values)
{
	kin_plan *plan = prepare(session, site);
	int64_t exists = 0;

	if (plan && kin_query_integer(session, &plan->fetch.ask, values, &exists) < 0) {
		kin_query_note(session, site);
		exists = 0;
	}
	return exists != 0;
}
