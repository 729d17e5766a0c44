/* builder.c - queries that are built at run time.
 *
 * The parts are kept as texts and planned together when the query is asked; the conditions are literals of the program, and everything
 * else is names of the models or numbers, so nothing can be injected. A plan is made for each asking and freed with it. */
#include <kin/page.h>

#include "base/mem.h"
#include "orm/query.h"

/* In the session's arena; the lists' items too, so that nobody frees a query. */
struct kin_query {
	kin_session     *session;
	kin_model       *model;
	kin_plan_source *wheres;
	size_t           where_count;
	const char     **orders;
	size_t           order_count;
	kin_plan_source *withs;
	size_t           with_count;
	kin_value       *values;       /* of the conditions, */
	size_t           value_count;
	kin_value       *with_values;  /* and of what comes along */
	size_t           with_value_count;
	int64_t          limit;
	int64_t          offset;
	const char      *unfiltered; /* NULL: all filters hold */
	bool             limited;
	bool             skips;
};

kin_query *kin_query_new_of(kin_session *session, kin_model *model)
{
	kin_query *query;

	if (!session || kin_session_ok(session) < 0)
		return NULL;
	query = kin_arena_zalloc(&session->arena, sizeof(*query));
	if (!query) {
		kin_session_nomem(session);
		return NULL;
	}
	query->session = session;
	query->model = model;
	return query;
}

static bool usable(const kin_query *query)
{
	return query && kin_session_ok(query->session) == KIN_OK;
}

/* `items` with `more` places behind the `count` that are used. NULL, noted, when memory is out. */
static void *grown(kin_query *query, const void *items, size_t count, size_t more, size_t size)
{
	void *bigger = kin_arena_alloc(&query->session->arena, (count + more) * size + 1);

	if (!bigger)
		kin_session_nomem(query->session);
	else if (count > 0)
		memcpy(bigger, items, count * size);
	return bigger;
}

/* The values stay, as long as the query: text and bytes are copied, arrays with all that they point at. */
static bool keep_value(kin_query *query, const kin_value *from, kin_value *to)
{
	kin_arena *arena = &query->session->arena;

	*to = *from;
	if (from->kind == KIN_KIND_TEXT || from->kind == KIN_KIND_JSON)
		to->as.data = kin_arena_strndup(arena, from->as.data, from->size);
	else if (from->kind == KIN_KIND_BYTES)
		to->as.data = kin_arena_copy(arena, from->as.data, from->size);
	if (to->as.data || (from->kind != KIN_KIND_TEXT && from->kind != KIN_KIND_JSON && from->kind != KIN_KIND_BYTES))
		return true;
	kin_session_nomem(query->session);
	return false;
}

/* A text with its values, which are appended. */
static void add_source(kin_query *query, kin_plan_source **sources, size_t *source_count, kin_value **list, size_t *value_count,
                       const kin_plan_source *source, const kin_value *values)
{
	kin_plan_source *more = grown(query, *sources, *source_count, 1, sizeof(*more));
	kin_value *all = grown(query, *list, *value_count, source->count, sizeof(*all));
	uint8_t *kinds = kin_arena_alloc(&query->session->arena, source->count + 1);

	if (!more || !all || !kinds) {
		kin_session_nomem(query->session);
		return;
	}
	for (size_t i = 0; i < source->count; i++) {
		kinds[i] = values[i].kind;
		if (!keep_value(query, &values[i], &all[*value_count + i]))
			return;
	}
	more[*source_count] = *source;
	more[(*source_count)++].kinds = kinds;
	*sources = more;
	*list = all;
	*value_count += source->count;
}

void kin_query_where(kin_query *query, const char *condition, const kin_value *values, size_t count)
{
	if (usable(query))
		add_source(query, &query->wheres, &query->where_count, &query->values, &query->value_count,
		           &(kin_plan_source){ .text = condition, .count = count }, values);
}

void kin_query_with(kin_query *query, const char *relationships, const kin_value *values, size_t count)
{
	if (usable(query))
		add_source(query, &query->withs, &query->with_count, &query->with_values, &query->with_value_count,
		           &(kin_plan_source){ .text = relationships, .count = count }, values);
}

static const char *keep_text(kin_query *query, const char *text)
{
	const char *copy = kin_arena_strdup(&query->session->arena, text ? text : "");

	if (!copy)
		kin_session_nomem(query->session);
	return copy;
}

void kin_order_by(kin_query *query, const char *attributes)
{
	const char *text = usable(query) ? keep_text(query, attributes) : NULL;
	const char **all = text ? grown(query, query->orders, query->order_count, 1, sizeof(*all)) : NULL;

	if (!all)
		return;
	all[query->order_count++] = text;
	query->orders = all;
}

void kin_with(kin_query *query, const char *relationships)
{
	const char *text = usable(query) ? keep_text(query, relationships) : NULL;

	if (text)
		add_source(query, &query->withs, &query->with_count, &query->with_values, &query->with_value_count,
		           &(kin_plan_source){ .text = text, .names = true }, NULL);
}

void kin_unfiltered(kin_query *query, const char *filters)
{
	if (!query || !usable(query))
		return;
	query->unfiltered = kin_arena_printf(&query->session->arena, "unfiltered %s", filters ? filters : "");
	if (!query->unfiltered)
		kin_session_nomem(query->session);
}

static bool is_count(kin_query *query, int64_t rows, const char *what)
{
	if (!usable(query))
		return false;
	if (rows >= 0)
		return true;
	kin_session_fail(query->session, KIN_EQUERY, NULL, 0, "%s of %lld rows: it cannot be negative", what, (long long)rows);
	return false;
}

void kin_limit(kin_query *query, int64_t rows)
{
	if (is_count(query, rows, "a limit")) {
		query->limit = rows;
		query->limited = true;
	}
}

void kin_offset(kin_query *query, int64_t rows)
{
	if (is_count(query, rows, "an offset")) {
		query->offset = rows;
		query->skips = true;
	}
}

/* ---- asking ---- */

static int plan_query(kin_query *query, kin_verb verb, kin_plan **ret_plan)
{
	kin_session *session = query->session;
	kin_plan_spec spec = {
		.verb = verb, .wheres = query->wheres, .where_count = query->where_count, .orders = query->orders,
		.order_count = query->order_count, .withs = query->withs, .with_count = query->with_count,
		.limit = query->limited ? &query->limit : NULL, .offset = query->skips ? &query->offset : NULL, .once = true,
		.unfiltered = query->unfiltered,
	};
	int rc = kin_session_ready(session);

	if (rc < 0)
		return rc;
	if (!(spec.mapping = kin_session_mapping(session, query->model)))
		return session->error.code;
	return kin_plan_new(&spec, ret_plan, NULL, NULL, &session->error);
}

/* All values, in the order of the plan's texts. NULL when memory is out. */
static const kin_value *all_values(kin_query *query)
{
	kin_value *all;

	if (query->with_value_count == 0)
		return query->values;
	if ((all = grown(query, query->values, query->value_count, query->with_value_count, sizeof(*all))))
		memcpy(all + query->value_count, query->with_values, query->with_value_count * sizeof(*all));
	return all;
}

/* A plan, and the values for it. */
static int begin(kin_query *query, kin_verb verb, kin_plan **ret_plan, const kin_value **ret_values)
{
	int rc = plan_query(query, verb, ret_plan);

	if (rc < 0)
		return rc;
	*ret_values = all_values(query);
	return *ret_values || query->value_count + query->with_value_count == 0 ? KIN_OK : KIN_ENOMEM;
}

static bool is_over(kin_query *query, const kin_model *model)
{
	if (query->model == model)
		return true;
	kin_session_fail(query->session, KIN_EINVAL, NULL, 0, "the query is over %s: its objects cannot be taken for %s", query->model->name,
	                 model->name);
	return false;
}

static kin_list ask_list(kin_query *query, const kin_model *model, kin_verb verb)
{
	const kin_value *values = NULL;
	kin_plan *plan = NULL;
	kin_list list = { 0 };

	if (usable(query) && is_over(query, model) && begin(query, verb, &plan, &values) == KIN_OK)
		kin_query_list_of(query->session, plan, values, &list);
	kin_plan_free(plan);
	return list;
}

kin_list kin_query_list(kin_query *query, const kin_model *model)
{
	return ask_list(query, model, KIN_VERB_ALL);
}

const void *kin_query_get_first(kin_query *query, const kin_model *model)
{
	kin_list list = ask_list(query, model, KIN_VERB_FIRST);

	return list.count > 0 ? list.items[0] : NULL;
}

kin_page kin_query_page(kin_query *query, const kin_model *model, int64_t page, int64_t per_page)
{
	kin_page asked = { .page = page, .per_page = per_page };
	const kin_value *values = NULL;
	kin_plan *plan = NULL;

	if (!usable(query) || !is_over(query, model) || begin(query, KIN_VERB_PAGINATE, &plan, &values) < 0 ||
	    kin_query_page_of(query->session, plan, values, &asked) < 0)
		asked = (kin_page){ .page = page, .per_page = per_page, .total = -1 };
	kin_plan_free(plan);
	return asked;
}

kin_list kin_query_list_after(kin_query *query, const kin_model *model, const void *last, int64_t count)
{
	kin_plan *plan = NULL;
	kin_list list = { 0 };

	if (usable(query) && is_over(query, model) && plan_query(query, KIN_VERB_AFTER, &plan) == KIN_OK)
		kin_query_after_of(query->session, plan, last, count, query->values, &list);
	kin_plan_free(plan);
	return list;
}

int64_t kin_query_count(kin_query *query)
{
	const kin_value *values = NULL;
	kin_plan *plan = NULL;
	int64_t count = -1;

	if (usable(query) && begin(query, KIN_VERB_COUNT, &plan, &values) == KIN_OK &&
	    kin_query_integer(query->session, &plan->fetch.ask, values, &count) < 0)
		count = -1;
	kin_plan_free(plan);
	return count;
}
