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
 * KIN_EQUERY. The database counts and skips what lies before a page: far into a large table kin_all_after() is
 * better, which has no numbers of pages. */
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
KIN_API kin_list kin_site_after(kin_session *session, kin_site *site, const void *last, int64_t count, const kin_value *values);
KIN_API kin_list kin_query_list_after(kin_query *query, const kin_model *model, const void *last, int64_t count);
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

#define KIN_ALL_AFTER_(number, ...) KIN_ALL_AFTER_AT_(KIN_JOIN(kin_site_, number), KIN_JOIN(kin_kinds_, number), __VA_ARGS__)
#define KIN_ALL_AFTER_AT_(site, kinds, session, Model, last, count, ...) \
	__extension__ ({ \
		KIN_SITE_(site, kinds, KIN_VERB_AFTER, .model = &Model##_model, __VA_ARGS__); \
		const Model *KIN_JOIN(site, last_) = (last); \
		kin_site_after((session), &site, KIN_JOIN(site, last_), (count), \
		               __extension__ (const kin_value[]){ KIN_VALUES_OF_(KIN_ARGUMENT, "" __VA_ARGS__) }); \
	})

/**
 * The next objects behind one, in the order of the text: kin_all_after(session, Pet, last, 20, "species = ? order by age desc nulls last, name", "Dog"),
 * as a Pet_list. `last` is the last one that was shown, by kin_get() of the key in a link, say; NULL: the first ones. However far that is, the database
 * begins there, with an index over what is sorted by, and nothing is shown twice or left out when rows come and go before it.
 *
 * Sorted is by attributes of the model itself, each up or down, and then by the primary key, which is added. What may be NULL says `nulls first` or
 * `nulls last`, since databases differ.
 *
 * SQL: … WHERE species = ? AND age <= ? AND (age < ? OR age = ? AND (name > ? OR …)) ORDER BY age DESC, name, id LIMIT 20.
 */
#define kin_all_after(session, Model, last, count, ...) \
	KIN_LIST_(Model, KIN_ALL_AFTER_(__COUNTER__, session, Model, last, count, __VA_ARGS__))

/** The same of a query that is built at run time. */
#define kin_query_all_after(query, Model, last, count) \
	KIN_LIST_(Model, kin_query_list_after((query), &Model##_model, __extension__ ({ const Model *kin_last_ = (last); kin_last_; }), (count)))

/** kin_paginate() of a query that is built at run time, which has a kin_order_by(), and neither kin_limit() nor kin_offset(). */
#define kin_query_paginate(query, Model, page, per_page) KIN_PAGE_(Model, kin_query_page((query), &Model##_model, (page), (per_page)))

#endif /* __cplusplus */

#endif
