/* plan_select.c - the SELECT of a query's objects, and of what is joined to them.
 *
 *     core      SELECT … FROM owners WHERE …                    sources, conditions, order, limit
 *     joined    … LEFT OUTER JOIN pets AS pets_1 ON owners.id = pets_1.owner_id
 *     limited   … FROM (core with its LIMIT) AS anon_1 LEFT OUTER JOIN …     so that LIMIT counts owners, not rows */
#include "orm/defer.h"
#include "orm/inherit.h"
#include "orm/plan_form.h"
#include "orm/plan_select.h"

static bool joins_collection(const kin_want *want)
{
	for (const kin_want *w = want->first; w; w = w->next)
		if (w->how == KIN_JOINED && (w->relation->to_many || joins_collection(w)))
			return true;
	return false;
}

/* Those that come, and those that it is sorted by. */
static int add_brought(kin_arena *arena, kin_sql_select *select, const kin_want *want)
{
	const kin_mapping *mapping = want->mapping;
	const uint64_t *left_out = kin_want_left_out(want);
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < mapping->attribute_count; i++)
		if (!left_out || !kin_set_has(left_out, i) || kin_plan_sorts_by(select, &mapping->attributes[i]))
			rc = kin_plan_add_column(arena, select, mapping->table, &mapping->attributes[i]);
	return rc;
}

/* What the query sorts by, outside: a column of the model is there under its name; anything else is given one. */
static int lift_order(kin_arena *arena, kin_sql_select *inner, kin_sql_select *outer, const char *table)
{
	for (size_t i = 0; i < inner->order_count; i++) {
		kin_sql_order *o = &inner->orders[i];
		const char *name = o->expr->text;
		if (o->expr->kind != KIN_EXPR_COLUMN || strcmp(o->expr->table, table) != 0) {
			name = kin_arena_printf(arena, "order_%zu", i + 1);
			if (!name || !kin_sql_add_output(arena, inner, o->expr, name))
				return KIN_ENOMEM;
		}
		kin_sql_order *lifted = kin_sql_add_order(arena, outer, kin_expr_column(arena, kin_resolve_anon, name), o->descending);
		if (!lifted)
			return KIN_ENOMEM;
		lifted->nulls = o->nulls;
	}
	return KIN_OK;
}

/* What an inner join leaves out is not counted by the limit. */
static int leave_out(const kin_core *core, const kin_want *want, kin_sql_select *select, const char *near)
{
	kin_arena *arena = &core->plan->arena;
	int rc = KIN_OK;

	for (const kin_want *w = want->first; w && rc == KIN_OK; w = w->next) {
		if (w->how != KIN_JOINED || !w->inner)
			continue;
		const char *far = w->alias ? w->alias : kin_resolve_alias(core->resolver, w->mapping->table);
		kin_expr *on = far ? kin_resolve_join(arena, w->relation, near, far) : NULL;
		if (on && w->where)
			on = kin_expr_and(arena, on, w->where);
		if (!on || !kin_resolve_source(core->resolver, select, KIN_JOIN_INNER, w->mapping, far, on, w->relation))
			return KIN_ENOMEM;
		rc = leave_out(core, w, select, far);
	}
	return rc;
}

static int wrap(const kin_core *core, const kin_want *want, kin_fetch *fetch)
{
	kin_arena *arena = &core->plan->arena;
	const kin_mapping *mapping = want->mapping;
	kin_sql_select *inner = kin_plan_copy_bare(arena, core->select), *outer = kin_sql_select_new(arena);
	int rc = inner && outer ? kin_plan_add_derived(arena, outer, inner) : KIN_ENOMEM;

	if (rc == KIN_OK)
		rc = add_brought(arena, inner, want);
	if (rc == KIN_OK && kin_plan_has_forms(mapping))
		rc = kin_plan_form_columns(&(kin_forming){ .arena = arena, .select = inner, .want = want, .joins = kin_plan_is_locked(core, fetch) }, mapping);
	if (rc == KIN_OK)
		rc = leave_out(core, want, inner, mapping->table);
	if (rc < 0 || (rc = lift_order(arena, inner, outer, mapping->table)) < 0)
		return rc;
	fetch->ask.select = outer;
	return kin_plan_bring(core, want, fetch, outer, core->resolver, kin_resolve_anon, NULL);
}

int kin_plan_select(const kin_core *core, const kin_want *want, kin_fetch *fetch)
{
	kin_sql_select *select;

	kin_plan_ask_query(core, &fetch->ask);
	if (kin_plan_is_limited(core->select) && joins_collection(want))
		return wrap(core, want, fetch);
	select = kin_plan_copy_bare(&core->plan->arena, core->select);
	if (!select)
		return KIN_ENOMEM;
	fetch->ask.select = select;
	return kin_plan_bring(core, want, fetch, select, core->resolver, want->mapping->table, core->resolver->root);
}
