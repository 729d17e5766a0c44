/* page.c - kin_paginate(): a page of objects, and how many there are. */
#include <kin/page.h>

#include "orm/query.h"

static int check(kin_session *session, int64_t page, int64_t per_page)
{
	if (page < 1)
		return kin_session_fail(session, KIN_EQUERY, NULL, 0, "there is no page %lld: they are numbered from 1", (long long)page);
	if (per_page < 1)
		return kin_session_fail(session, KIN_EQUERY, NULL, 0, "a page of %lld objects: it has one at least", (long long)per_page);
	if (page - 1 > INT64_MAX / per_page - 1)
		return kin_session_fail(session, KIN_EQUERY, NULL, 0, "page %lld of %lld objects each begins behind the last row that can be counted",
		                        (long long)page, (long long)per_page);
	return KIN_OK;
}

/* A page that is not full, and not behind the last, is the last. */
static bool is_last(const kin_page *page)
{
	return page->items.count < (uint64_t)page->per_page && (page->items.count > 0 || page->page == 1);
}

static void number(kin_page *page, int64_t offset)
{
	int64_t count = (int64_t)page->items.count;

	page->total = page->total < offset + count && count > 0 ? offset + count : page->total;
	page->pages = page->total / page->per_page + (page->total % page->per_page > 0);
	page->first = count > 0 ? offset + 1 : 0;
	page->last = count > 0 ? offset + count : 0;
	page->has_prev = page->page > 1;
	page->has_next = page->page < page->pages;
	page->prev_num = page->page - 1;
	page->next_num = page->has_next ? page->page + 1 : 0;
}

/* `values` has room for two more behind the arguments. */
static int load(kin_session *session, kin_plan *plan, kin_value *values, kin_page *page)
{
	int64_t offset = (page->page - 1) * page->per_page;
	int rc;

	values[plan->argument_count] = kin_value_int64(page->per_page);
	values[plan->argument_count + 1] = kin_value_int64(offset);
	if ((rc = kin_query_list_of(session, plan, values, &page->items)) < 0)
		return rc;
	if (is_last(page))
		page->total = offset + (int64_t)page->items.count;
	else if ((rc = kin_query_integer(session, &plan->total, values, &page->total)) < 0)
		return rc;
	number(page, offset);
	return KIN_OK;
}

int kin_query_page_of(kin_session *session, kin_plan *plan, const kin_value *arguments, kin_page *page)
{
	kin_value values[plan->argument_count + 2];
	int rc = check(session, page->page, page->per_page);

	if (plan->argument_count > 0)
		memcpy(values, arguments, plan->argument_count * sizeof(*values));
	return rc < 0 ? rc : load(session, plan, values, page);
}

static int paginate(kin_session *session, kin_site *site, const kin_value *values, kin_page *page)
{
	kin_plan *plan;
	int rc = kin_session_ready(session);

	if (rc < 0)
		return rc;
	if (!(plan = kin_plan_of_site(session, site)))
		return session->error.code;
	return kin_query_page_of(session, plan, values, page);
}

kin_page kin_site_paginate(kin_session *session, kin_site *site, int64_t page, int64_t per_page, const kin_value *values)
{
	kin_page asked = { .page = page, .per_page = per_page };

	if (session && paginate(session, site, values, &asked) == KIN_OK)
		return asked;
	if (session)
		kin_query_note(session, site);
	return (kin_page){ .page = page, .per_page = per_page, .total = -1 };
}

int64_t kin_page_after(int64_t page, int64_t pages, int64_t number)
{
	enum { EDGE = 2, BEFORE = 2, BEHIND = 4 };
	int64_t next = number + 1;

	page = page > pages ? pages : page;
	if (next > EDGE && next < page - BEFORE)
		next = page - BEFORE;
	if (next > EDGE && next > page + BEHIND && next <= pages - EDGE)
		next = pages - EDGE + 1;
	return next > pages ? 0 : next;
}
