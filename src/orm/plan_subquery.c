/* plan_subquery.c - what is loaded for a query's objects by asking the query again, for their keys alone.
 *
 *     SELECT pets.…, anon_1.id FROM (SELECT owners.id FROM owners WHERE …) AS anon_1 JOIN pets ON … */
#include "orm/inherit.h"
#include "orm/plan_rank.h"

/* The way from the query's model to what is wanted, joined step by step, the first step from anon_1. `near` and `far` are the
 * last step's two sides; the target itself goes by its table's own name. */
static int join_way(kin_arena *arena, kin_sql_select *select, kin_resolver *aliases, const kin_want *want, bool last,
                    const char **ret_near, const char **ret_far)
{
	const char *near = kin_resolve_anon, *far, *before;
	int rc;

	if (want->parent->relation &&
	    (rc = join_way(arena, select, aliases, want->parent, false, &before, &near)) < 0)
		return rc;
	far = last ? want->mapping->table : kin_resolve_alias(aliases, want->mapping->table);
	*ret_near = near;
	*ret_far = far;
	if (far && last && want->limit)
		return kin_plan_join_ranked(aliases, arena, select, KIN_JOIN_INNER, want, near, far);
	if (!far || !kin_resolve_source(aliases, select, KIN_JOIN_INNER, want->mapping, far,
	                                kin_resolve_on(aliases, arena, select, KIN_JOIN_INNER, want->relation, near, far), want->relation))
		return KIN_ENOMEM;
	return KIN_OK;
}

/* Behind the object's columns: its parent's. */
static int link_parent(kin_arena *arena, kin_sql_select *select, kin_fetch *fetch, const char *parent_alias)
{
	const kin_relation *r = fetch->relation;

	if (r->holds_key)
		return KIN_OK;
	fetch->link = kin_arena_alloc(arena, r->pair_count * sizeof(*fetch->link));
	for (size_t i = 0; fetch->link && i < r->pair_count; i++) {
		fetch->link[i] = (uint16_t)select->output_count;
		if (kin_plan_add_column(arena, select, parent_alias, r->pairs[i].local) < 0)
			return KIN_ENOMEM;
	}
	return fetch->link ? KIN_OK : KIN_ENOMEM;
}

static const kin_want *first_step(const kin_want *want)
{
	while (want->parent->relation)
		want = want->parent;
	return want;
}

/* What the condition's paths have joined to the target. */
static int add_joins(kin_arena *arena, kin_sql_select *select, const kin_want *want)
{
	for (size_t i = kin_mapping_level_count(want->mapping); want->select && !want->limit && i < want->select->source_count; i++) {
		const kin_sql_source *s = &want->select->sources[i];
		if (!kin_sql_add_source(arena, select, s->join, s->table, s->alias, s->on))
			return KIN_ENOMEM;
	}
	return KIN_OK;
}

int kin_plan_subquery(const kin_core *core, const kin_want *want, kin_fetch *fetch)
{
	kin_arena *arena = &core->plan->arena;
	const kin_relation *first = first_step(want)->relation;
	kin_sql_select *inner = kin_plan_copy_bare(arena, core->select), *select = kin_sql_select_new(arena);
	const char *near, *alias;
	kin_resolver aliases;
	int rc = KIN_OK;

	fetch->relation = want->relation;
	fetch->how = KIN_SUBQUERY;
	fetch->ask.select = select;
	fetch->some = kin_want_is_part(want);
	if (!inner || !select || kin_plan_begin_aliases(&aliases, core, want) < 0)
		return KIN_ENOMEM;
	select->where = want->limit ? NULL : want->where;
	kin_plan_drop_order(inner);
	inner->distinct = first->holds_key && !kin_plan_is_limited(inner);
	for (size_t i = 0; rc == KIN_OK && i < first->pair_count; i++)
		rc = kin_plan_add_column(arena, inner, core->plan->mapping->table, first->pairs[i].local);
	if (rc < 0 || (rc = kin_plan_add_derived(arena, select, inner)) < 0 ||
	    (rc = join_way(arena, select, &aliases, want, true, &near, &alias)) < 0 || (rc = add_joins(arena, select, want)) < 0 ||
	    (rc = kin_plan_order_list(arena, select, want, alias)) < 0 ||
	    (rc = kin_plan_bring(core, want, fetch, select, &aliases, alias, NULL)) < 0 ||
	    (rc = kin_plan_all(core, want, fetch, select, 1)) < 0)
		return rc;
	kin_plan_ask_query(core, &fetch->ask);
	return link_parent(arena, select, fetch, near);
}
