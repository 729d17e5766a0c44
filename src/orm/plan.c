/* plan.c - makes a plan from the text of a query.
 *
 * Parse, resolve the names, then build the statements that the verb needs. Everything that is wrong with the text is found before the first of it
 * is reported. */
#include "orm/filter.h"
#include "orm/inherit.h"
#include "orm/plan_upsert.h"

static int add_condition(kin_planning *p, kin_expr *condition)
{
	int rc;

	if (!condition)
		return KIN_OK;
	if ((rc = kin_resolve_condition(&p->resolver, &condition)) < 0)
		return rc;
	p->core.select->where = kin_expr_and(p->arena, p->core.select->where, condition);
	return p->core.select->where ? KIN_OK : KIN_ENOMEM;
}

static int add_orders(kin_planning *p, const kin_sql_order *orders, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		kin_sql_order order = orders[i];
		int rc = kin_resolve_order(&p->resolver, &order);
		if (rc < 0)
			return rc;
		kin_sql_order *added = kin_sql_add_order(p->arena, p->core.select, order.expr, order.descending);
		if (!added)
			return KIN_ENOMEM;
		added->nulls = order.nulls;
	}
	return KIN_OK;
}

static int add_limits(kin_planning *p, kin_query_text *text)
{
	int rc = KIN_OK;

	if (text->limit && (rc = kin_resolve_rows(&p->resolver, &text->limit, "LIMIT")) < 0)
		return rc;
	if (text->offset)
		rc = kin_resolve_rows(&p->resolver, &text->offset, "OFFSET");
	p->core.select->limit = text->limit;
	p->core.select->offset = text->offset;
	return rc;
}

/* A whole query: condition, order by, limit, for update, with. */
static int add_query(kin_planning *p, kin_query_text *text)
{
	int rc;

	if (text->group_count > 0 || text->having)
		if ((rc = kin_planning_problem(p, "GROUP BY makes rows that are no objects of %s", p->plan->mapping->name)) < 0)
			return rc;
	if ((rc = add_condition(p, text->where)) < 0 ||
	    (rc = add_orders(p, text->orders, text->order_count)) < 0 ||
	    (rc = add_limits(p, text)) < 0)
		return rc;
	p->core.select->lock = text->lock;
	if (text->with_count > 0 && (p->spec->verb == KIN_VERB_COUNT || p->spec->verb == KIN_VERB_EXISTS))
		return kin_planning_problem(p, "kin_%s() makes no objects: there is nothing to load `with` them",
		                            p->spec->verb == KIN_VERB_COUNT ? "count" : "exists");
	return kin_want_named(&p->want, &p->resolver, text->withs, text->with_count);
}

/* UPDATE and DELETE take a condition and nothing else. */
static int add_only_condition(kin_planning *p, kin_query_text *text, const char *verb)
{
	int rc = KIN_OK;

	if (text->order_count > 0 || text->limit || text->offset || text->with_count > 0 || text->group_count > 0 ||
	    text->having || text->lock)
		rc = kin_planning_problem(p, "%s takes a condition only: no ORDER BY, LIMIT, WITH or the like", verb);
	return rc < 0 ? rc : add_condition(p, text->where);
}

/* ---- verbs ---- */

static int plan_get(kin_planning *p)
{
	const kin_mapping *mapping = p->plan->mapping;
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < mapping->key_count; i++) {
		kin_expr *is = kin_expr_binary(p->arena, KIN_OP_EQ,
		                               kin_expr_column(p->arena, mapping->table, mapping->keys[i]->column),
		                               kin_expr_param(p->arena, (uint32_t)i));
		if (!is || !(p->core.select->where = kin_expr_and(p->arena, p->core.select->where, is)))
			return KIN_ENOMEM;
		if (i < p->resolver.argument_count) {
			p->resolver.slots[i].attribute = mapping->keys[i];
			rc = kin_resolve_kind(&p->resolver, &p->resolver.slots[i], KIN_PROBLEM_NOWHERE);
		}
	}
	if (rc == KIN_OK && p->resolver.argument_count != mapping->key_count)
		rc = kin_planning_problem(p, "%s has a key of %zu attribute%s, but %zu value%s given", mapping->name, mapping->key_count,
		             mapping->key_count == 1 ? "" : "s", p->resolver.argument_count,
		             p->resolver.argument_count == 1 ? " is" : "s are");
	return rc;
}

/* The parents' query goes on while its objects' children are loaded: by their keys. */
static void load_by_keys(kin_want *want)
{
	if (want->how == KIN_SUBQUERY)
		want->how = KIN_SELECTIN;
	for (kin_want *w = want->first; w; w = w->next)
		load_by_keys(w);
}

/* A stream reads a row for each object: what is joined to one comes with it; what else the query names, for some rows at a time. */
static void stream_wants(kin_want *want)
{
	kin_want **link = &want->first;

	while (*link) {
		kin_want *w = *link;
		bool in_row = w->how == KIN_JOINED && !w->relation->to_many, later = w->asked && kin_lazy_comes_along(w->how);
		if (!in_row && later) {
			w->how = w->how == KIN_IMMEDIATE ? KIN_IMMEDIATE : KIN_SELECTIN;
			load_by_keys(w);
		}
		if (in_row)
			stream_wants(w);
		if (in_row || later)
			link = &w->next;
		else
			*link = w->next;
	}
}

static int default_limit(kin_planning *p, int64_t rows)
{
	if (p->core.select->limit)
		return KIN_OK;
	p->core.select->limit = kin_expr_integer(p->arena, rows);
	return p->core.select->limit ? KIN_OK : KIN_ENOMEM;
}

/* kin_get() gives what the filters let through; what is loaded again, or merged, is there for sure. */
static int plan_visible(kin_planning *p)
{
	const kin_mapping *mapping = p->plan->mapping;
	kin_sql_select *select = kin_arena_copy(p->arena, p->core.select, sizeof(*select));
	kin_core core = p->core;

	if (mapping->filter_count == 0)
		return KIN_OK;
	p->plan->visible = kin_arena_zalloc(p->arena, sizeof(*p->plan->visible));
	if (!select || !p->plan->visible || !kin_filter_add(&p->resolver, mapping, mapping->table, &select->where))
		return KIN_ENOMEM;
	core.select = select;
	return kin_plan_select(&core, &p->want, p->plan->visible);
}

/* The statements, once the texts are understood. */
static int finish(kin_planning *p)
{
	kin_plan *plan = p->plan;
	kin_verb verb = p->spec->verb;
	int rc = KIN_OK;

	switch (verb) {
	case KIN_VERB_INSERT:
	case KIN_VERB_UPSERT:
		return KIN_OK;
	case KIN_VERB_COUNT:
		return kin_plan_count(&p->core, &plan->fetch.ask);
	case KIN_VERB_EXISTS:
		return kin_plan_exists(&p->core, &plan->fetch.ask);
	case KIN_VERB_UPDATE:
		return kin_plan_update(p);
	case KIN_VERB_DELETE:
	case KIN_VERB_DELETE_ALL:
		return kin_plan_delete(p);
	case KIN_VERB_UPDATE_RETURNING:
		return (rc = kin_plan_update(p)) < 0 ? rc : kin_plan_returning(p);
	case KIN_VERB_DELETE_RETURNING:
		return (rc = kin_plan_delete(p)) < 0 ? rc : kin_plan_returning(p);
	case KIN_VERB_GET:
		if ((rc = kin_plan_row(&p->core, &plan->row)) == KIN_OK)
			rc = kin_plan_rows(&p->core, &plan->rows);
		break;
	case KIN_VERB_FIRST:
		rc = default_limit(p, 1);
		break;
	case KIN_VERB_ONE:
		rc = default_limit(p, 2);
		break;
	case KIN_VERB_PAGINATE:
		rc = kin_plan_page(p);
		break;
	case KIN_VERB_AFTER:
		rc = kin_plan_after(p);
		break;
	default:
		break;
	}
	if (rc < 0 || p->failed || (rc = kin_want_usual(&p->want, p->arena)) < 0)
		return rc;
	if (verb == KIN_VERB_STREAM)
		stream_wants(&p->want);
	if (verb == KIN_VERB_GET && (rc = plan_visible(p)) < 0)
		return rc;
	if (verb == KIN_VERB_AFTER)
		load_by_keys(&p->want); /* a subquery would be that of the first ones */
	rc = kin_plan_select(&p->core, &p->want, &plan->fetch);
	return rc == KIN_OK && verb == KIN_VERB_AFTER ? kin_plan_behind(p) : rc;
}

/* ---- putting it together ---- */

/* Before any name is resolved: which filters do not hold. */
static int read_unfiltered(kin_planning *p, const kin_query_text *text)
{
	if (!text->unfiltered)
		return KIN_OK;
	p->resolver.unfiltered = text;
	return kin_filter_check(&p->resolver, text);
}

static int read_site_text(kin_planning *p)
{
	const kin_plan_source *source = &p->spec->wheres[0];
	bool update = p->spec->verb == KIN_VERB_UPDATE || p->spec->verb == KIN_VERB_UPDATE_RETURNING;
	int rc;

	p->current = source->text;
	if ((rc = kin_planning_parse(p, source->text, update ? KIN_QUERY_UPDATE : KIN_QUERY_SELECT, &p->text)) < 0)
		return rc;
	if ((rc = kin_planning_count(p, p->text.param_count, source->count)) < 0 || (rc = read_unfiltered(p, &p->text)) < 0)
		return rc;
	switch (p->spec->verb) {
	case KIN_VERB_UPDATE:
	case KIN_VERB_UPDATE_RETURNING:
		if ((rc = kin_plan_assignments(p, &p->text)) < 0)
			return rc;
		return add_only_condition(p, &p->text, "kin_update");
	case KIN_VERB_DELETE:
	case KIN_VERB_DELETE_RETURNING:
		if (!p->text.where && (rc = kin_planning_problem(p, "kin_delete_where needs a condition; kin_delete_all() deletes every %s",
		                                    p->plan->mapping->name)) < 0)
			return rc;
		return add_only_condition(p, &p->text, "kin_delete_where");
	case KIN_VERB_DELETE_ALL:
		return add_only_condition(p, &p->text, "kin_delete_all");
	default:
		return add_query(p, &p->text);
	}
}

/* Further conditions of a query that is built at run time. */
static int read_condition(kin_planning *p, const kin_plan_source *source, bool first)
{
	kin_query_text text = { 0 };
	int rc;

	p->current = source->text;
	if ((rc = kin_planning_parse(p, source->text, KIN_QUERY_SELECT, &text)) < 0 ||
	    (rc = kin_planning_count(p, text.param_count, source->count)) < 0)
		return rc;
	if (text.unfiltered)
		return kin_planning_problem(p, "kin_where takes a condition: kin_unfiltered() says which filters do not hold");
	if (!first && (rc = kin_resolve_arguments(&p->resolver, source->kinds, source->count)) < 0)
		return rc;
	if ((rc = add_only_condition(p, &text, "kin_where")) < 0)
		return rc;
	return kin_planning_problems(p);
}

/* The text of an order may come from anywhere, so it is held to names. */
static int read_order(kin_planning *p, const char *order)
{
	kin_query_text text = { 0 };
	int rc;

	p->current = order;
	if ((rc = kin_planning_parse(p, order, KIN_QUERY_ORDER_ONLY, &text)) < 0)
		return rc;
	for (size_t i = 0; i < text.order_count; i++)
		if (text.orders[i].expr->kind != KIN_EXPR_PATH)
			return kin_resolve_problem(&p->resolver, text.orders[i].expr->at, "kin_order_by takes attributes, as in \"name desc, id\"");
	return add_orders(p, text.orders, text.order_count);
}

/* What kin_with() takes: text that the program need not have written. */
static bool is_of_names(const kin_with_item *item)
{
	bool names = !item->where && (!item->limit || item->limit->kind == KIN_EXPR_INTEGER);

	for (size_t i = 0; names && i < item->order_count; i++)
		names = item->orders[i].expr->kind == KIN_EXPR_PATH;
	return names;
}

static int read_with(kin_planning *p, const kin_plan_source *with)
{
	kin_query_text text = { 0 };
	int rc;

	p->current = with->text;
	if ((rc = kin_planning_parse(p, with->text, KIN_QUERY_WITH_ONLY, &text)) < 0)
		return rc;
	for (size_t i = 0; with->names && i < text.with_count; i++)
		if (!is_of_names(&text.withs[i]))
			return kin_resolve_problem(&p->resolver, text.withs[i].at, "kin_with takes names only; kin_with_where takes a condition on what comes "
			                           "along, and its values");
	if ((rc = kin_planning_count(p, text.param_count, with->count)) < 0 ||
	    (rc = kin_resolve_arguments(&p->resolver, with->kinds, with->count)) < 0)
		return rc;
	return kin_want_named(&p->want, &p->resolver, text.withs, text.with_count);
}

static int read_built(kin_planning *p)
{
	const kin_plan_spec *spec = p->spec;
	int rc = KIN_OK;

	if (spec->unfiltered) {
		p->current = spec->unfiltered;
		if ((rc = kin_planning_parse(p, spec->unfiltered, KIN_QUERY_SELECT, &p->text)) == KIN_OK &&
		    (rc = read_unfiltered(p, &p->text)) == KIN_OK)
			rc = kin_planning_problems(p);
	}
	for (size_t i = 0; rc == KIN_OK && i < spec->where_count; i++)
		rc = read_condition(p, &spec->wheres[i], i == 0);
	for (size_t i = 0; rc == KIN_OK && i < spec->order_count; i++)
		if ((rc = read_order(p, spec->orders[i])) == KIN_OK)
			rc = kin_planning_problems(p);
	for (size_t i = 0; rc == KIN_OK && i < spec->with_count; i++)
		if ((rc = read_with(p, &spec->withs[i])) == KIN_OK)
			rc = kin_planning_problems(p);
	if (rc == KIN_OK && spec->limit && !(p->core.select->limit = kin_expr_integer(p->arena, *spec->limit)))
		return KIN_ENOMEM;
	if (rc == KIN_OK && spec->offset && !(p->core.select->offset = kin_expr_integer(p->arena, *spec->offset)))
		return KIN_ENOMEM;
	return rc;
}

static int begin(kin_planning *p)
{
	const kin_plan_source *first = p->spec->where_count > 0 ? &p->spec->wheres[0] : NULL;
	kin_sql_select *select = kin_sql_select_new(p->arena);
	const kin_mapping *mapping = p->plan->mapping;

	static const kin_query_text all = { .unfiltered = true }; /* until the text has said which filters hold */

	if (!select || kin_resolve_begin(&p->resolver, p->arena, mapping, select, first ? first->kinds : NULL, first ? first->count : 0) < 0)
		return KIN_ENOMEM;
	p->resolver.unfiltered = &all;
	if (!kin_resolve_source(&p->resolver, select, KIN_JOIN_FROM, mapping, NULL, NULL, NULL))
		return KIN_ENOMEM;
	p->resolver.unfiltered = NULL;
	p->core = (kin_core){ .plan = p->plan, .resolver = &p->resolver, .select = select, .rows = select->where };
	p->want = (kin_want){ .mapping = mapping, .streamed = p->spec->verb == KIN_VERB_STREAM };
	p->current = first ? first->text : "";
	return KIN_OK;
}

/* The model's own filters, behind what the query says. */
static int add_filters(kin_planning *p)
{
	kin_verb verb = p->spec->verb;

	if (verb == KIN_VERB_GET || verb == KIN_VERB_INSERT || verb == KIN_VERB_UPSERT)
		return KIN_OK;
	return kin_filter_add(&p->resolver, p->plan->mapping, p->plan->mapping->table, &p->core.select->where) ? KIN_OK : KIN_ENOMEM;
}

static int work(kin_planning *p)
{
	const kin_plan_spec *spec = p->spec;
	int rc = begin(p);

	if (rc < 0)
		return rc;
	if (spec->verb == KIN_VERB_GET)
		rc = plan_get(p);
	else if (spec->verb == KIN_VERB_UPSERT)
		rc = kin_plan_upsert(p);
	else if (spec->verb == KIN_VERB_INSERT)
		rc = KIN_OK;
	else if (spec->once)
		rc = read_built(p);
	else
		rc = read_site_text(p);
	if (rc < 0 || (rc = kin_planning_problems(p)) < 0)
		return rc;
	if (!p->failed && ((rc = add_filters(p)) < 0 || (rc = finish(p)) < 0))
		return rc;
	if (p->failed)
		return KIN_EQUERY;
	p->plan->slots = p->resolver.slots;
	p->plan->slot_count = p->resolver.slot_count;
	p->plan->argument_count = p->resolver.argument_count;
	return KIN_OK;
}

static void mark_once(kin_fetch *fetch, bool once)
{
	fetch->ask.once = fetch->one.once = fetch->all.once = once;
	for (size_t i = 0; i < fetch->later_count; i++)
		mark_once(fetch->laters[i].fetch, once);
}

int kin_plan_new(const kin_plan_spec *spec, kin_plan **ret_plan, kin_plan_report *report, void *context, kin_error *error)
{
	kin_plan *plan = kin_plan_empty(spec->mapping, spec->verb);
	kin_planning p = { .plan = plan, .spec = spec, .report = report, .context = context, .error = error };
	int rc;

	if (!plan)
		return kin_error_nomem(error);
	p.arena = &plan->arena;
	plan->place = spec->place;
	rc = work(&p);
	if (rc < 0) {
		if (rc == KIN_ENOMEM)
			kin_error_nomem(error);
		kin_plan_free(plan);
		return rc;
	}
	mark_once(&plan->fetch, spec->once);
	*ret_plan = plan;
	return KIN_OK;
}
