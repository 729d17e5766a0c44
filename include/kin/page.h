/* page.h - a page of a query's objects, and what a reader needs to get to the others.
 *
 *     Pet_page page = kin_paginate(session, Pet, 3, 20, "species = ? order by name with owner", "Dog");
 *
 *     kin_each(Pet, pet, page.items)
 *             …
 *     if (page.has_next)
 *             printf("%lld to %lld of %lld, next: page %lld\n", page.first, page.last, page.total, page.next_num);
 *
 * The text is that of kin_all(), with an `order by`: without one pages would overlap, and `kin check` says so. Rows that it does not tell apart
 * are sorted by the primary key as well, which is added. LIMIT and OFFSET are the page's.
 *
 * A page behind the last one is empty, with .total and .pages as they are, which is no error. A page or a number of objects below 1 is
 * KIN_EQUERY. The database counts and skips what lies before a page: far into a large table page by page is better walked by the
 * key of the last object ("id > ? order by id limit ?"), or with kin_stream(). */
#ifndef KIN_PAGE_H
#define KIN_PAGE_H

#include <kin/query.h>

KIN_BEGIN_DECLS

/* A page of any model, as the functions see it; every Model_page has this shape. */
typedef struct kin_page {
	kin_list items;
	KIN_PAGE_MEMBERS_;
} kin_page;

/* The functions under the macros. */
KIN_API kin_page kin_site_paginate(kin_session *session, kin_site *site, int64_t page, int64_t per_page, const kin_value *values);
KIN_API kin_page kin_query_page(kin_query *query, const kin_model *model, int64_t page, int64_t per_page);

/**
 * The numbers to be shown as links: the first two, two before the page to four behind it, the last two. Begins at 0, and gives the number that
 * comes after `number`; 0: there are no more. Where one is left out the next is more than one higher:
 *
 *     for (int64_t before = 0, n; (n = kin_page_after(page.page, page.pages, before)); before = n)
 *             printf(n > before + 1 ? " … %lld" : " %lld", n);
 */
KIN_API int64_t kin_page_after(int64_t page, int64_t pages, int64_t number);

KIN_END_DECLS

#ifndef __cplusplus

/* A kin_page as the model's own page. */
#define KIN_PAGE_(Model, from) KIN_PAGE_NUMBERED_(__COUNTER__, Model, from)
#define KIN_PAGE_NUMBERED_(number, Model, from) KIN_PAGE_AT_(KIN_JOIN(kin_page_, number), Model, from)
#define KIN_PAGE_AT_(name, Model, from) \
	__extension__ ({ \
		kin_page name = (from); \
		(Model##_page){ \
			.items = { (const Model *const *)name.items.items, name.items.count }, \
			.page = name.page, .per_page = name.per_page, .total = name.total, .pages = name.pages, .first = name.first, \
			.last = name.last, .prev_num = name.prev_num, .next_num = name.next_num, .has_prev = name.has_prev, \
			.has_next = name.has_next, \
		}; \
	})

#define KIN_PAGINATE_(number, ...) KIN_PAGINATE_AT_(KIN_JOIN(kin_site_, number), KIN_JOIN(kin_kinds_, number), __VA_ARGS__)
#define KIN_PAGINATE_AT_(site, kinds, session, Model, page, per_page, ...) \
	__extension__ ({ \
		KIN_SITE_(site, kinds, KIN_VERB_PAGINATE, .model = &Model##_model, __VA_ARGS__); \
		kin_site_paginate((session), &site, (page), (per_page), \
		                  __extension__ (const kin_value[]){ KIN_VALUES_OF_(KIN_ARGUMENT, "" __VA_ARGS__) }); \
	})

/**
 * A page of objects, as a Model_page: kin_paginate(session, Pet, 1, 20, "species = ? order by name", "Dog"). Its list lives as long as the
 * session.
 *
 * SQL: … ORDER BY name, id LIMIT 20 OFFSET 0; then, where the objects of the page do not tell how many there are, SELECT count(*).
 */
#define kin_paginate(session, Model, page, per_page, ...) \
	KIN_PAGE_(Model, KIN_PAGINATE_(__COUNTER__, session, Model, page, per_page, __VA_ARGS__))

/** The same of a query that is built at run time, which has a kin_order_by(), and neither kin_limit() nor kin_offset(). */
#define kin_query_paginate(query, Model, page, per_page) KIN_PAGE_(Model, kin_query_page((query), &Model##_model, (page), (per_page)))

#endif /* __cplusplus */

#endif
