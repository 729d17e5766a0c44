/* after.c - kin_all_after(): the objects that come behind one. */
#include <kin/page.h>

#include "orm/defer.h"
#include "orm/inherit.h"
#include "orm/load_rows.h"
#include "orm/query.h"

static int check(kin_session *session, const kin_plan *plan, const void *last, int64_t count)
{
	if (count < 1)
		return kin_session_fail(session, KIN_EQUERY, NULL, 0, "kin_all_after() of %lld objects: it has one at least", (long long)count);
	if (!last)
		return KIN_OK;
	if (!kin_instance_valid(last) || !kin_mapping_is(kin_instance_mapping(kin_instance_of(last)), plan->mapping))
		return kin_session_fail(session, KIN_EINVAL, NULL, 0, "kin_all_after() goes on behind an object of %s that kin made", plan->mapping->name);
	for (size_t i = 0; i < plan->after_count; i++)
		if (kin_defer_lacks(last, plan->after[i]))
			return kin_session_fail(session, KIN_EINVAL, NULL, 0, "kin_all_after() goes on by %s.%s, which that object was loaded without",
			                        plan->mapping->name, plan->after[i]->name);
	return KIN_OK;
}

int kin_query_after_of(kin_session *session, kin_plan *plan, const void *last, int64_t count, const kin_value *arguments, kin_list *ret_list)
{
	kin_value values[plan->argument_count + 1 + plan->after_count];
	kin_loaded loaded = { 0 };
	int rc = check(session, plan, last, count);

	if (rc < 0)
		return rc;
	if (plan->argument_count > 0)
		memcpy(values, arguments, plan->argument_count * sizeof(*values));
	values[plan->argument_count] = kin_value_int64(count);
	for (size_t i = 0; last && i < plan->after_count; i++)
		values[plan->argument_count + 1 + i] = kin_attribute_value(plan->after[i], last);
	rc = kin_load_rows(session, &plan->fetch, last ? &plan->behind : &plan->fetch.ask, values, &(kin_load_options){ 0 }, &loaded);
	if (rc == KIN_OK && plan->fetch.later_count > 0)
		rc = kin_load_laters(session, &plan->fetch, values, loaded.objects.items, loaded.objects.count);
	if (rc == KIN_OK)
		rc = kin_loaded_list(session, &loaded, ret_list);
	kin_loaded_done(&loaded);
	return rc;
}

kin_list kin_site_after(kin_session *session, kin_site *site, const void *last, int64_t count, const kin_value *values)
{
	kin_list list = { 0 };
	kin_plan *plan = session && kin_session_ready(session) == KIN_OK ? kin_plan_of_site(session, site) : NULL;

	if (session && (!plan || kin_query_after_of(session, plan, last, count, values, &list) < 0))
		kin_query_note(session, site);
	return list;
}
