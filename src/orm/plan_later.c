/* plan_later.c - what is loaded after a query's rows, for the objects that they brought: which statement asks for it.
 *
 *     subquery  SELECT pets.…, anon_1.id FROM (the query, for its keys) AS anon_1 JOIN pets ON …      plan_subquery.c
 *     selectin  SELECT pets.… FROM pets WHERE pets.owner_id IN (?)                                    plan_selectin.c
 *     all       SELECT pets.… FROM pets                          for many parents that were asked for without a condition
 *     limited   the first so many of each list                                                        plan_rank.c */
#include "orm/plan_select.h"

bool kin_plan_needs_values(const kin_want *want)
{
	bool needs = kin_want_is_part(want) || want->order_count > 0;

	for (const kin_want *w = want->first; w && !needs; w = w->next)
		needs = w->how == KIN_JOINED && kin_plan_needs_values(w);
	return needs;
}

int kin_plan_begin_aliases(kin_resolver *aliases, const kin_core *core, const kin_want *want)
{
	int rc = kin_resolve_begin(aliases, &core->plan->arena, want->mapping, NULL, NULL, 0);

	if (rc == KIN_OK && core->resolver)
		aliases->unfiltered = core->resolver->unfiltered;
	if (rc == KIN_OK && core->resolver && kin_plan_needs_values(want))
		aliases->aliases = core->resolver->aliases;
	return rc;
}

/* All parents are loaded, so all children are wanted, and each says whose it is. */
static bool wants_all(const kin_core *core, const kin_want *want, const kin_fetch *fetch)
{
	const kin_sql_select *parents = core->select;
	const kin_relation *r = want->relation;

	return parents && !parents->where && !kin_plan_is_limited(parents) && parents->source_count == 1 && !want->parent->relation &&
	       r->mapping->integer_key && !r->holds_key && !r->link && r->pair_count == 1 && r->pairs[0].local == r->mapping->keys[0] &&
	       !fetch->collects && !kin_plan_needs_values(want) && !r->where;
}

int kin_plan_all(const kin_core *core, const kin_want *want, kin_fetch *fetch, const kin_sql_select *select, size_t sources)
{
	kin_arena *arena = &core->plan->arena;
	kin_sql_select *all;

	if (!wants_all(core, want, fetch))
		return KIN_OK;
	if (!(all = kin_plan_copy(arena, select)) ||
	    !(all->sources = kin_arena_copy(arena, select->sources + sources, (select->source_count - sources) * sizeof(*all->sources))))
		return KIN_ENOMEM;
	all->source_count -= sources;
	all->sources[0].join = KIN_JOIN_FROM;
	all->sources[0].on = NULL;
	fetch->all.select = all;
	fetch->all_link = fetch->parts[0].places[want->relation->pairs[0].remote->index];
	return kin_plan_ask(&fetch->all, core->plan, NULL, 0);
}

/* A subquery must bring each row once. A to-one step brings its target once per parent, unless it is the first step, where DISTINCT
 * helps; then the keys are asked for instead, with the same result. So does a many-to-many step with what lies behind it. */
static bool can_be_subquery(const kin_core *core, const kin_want *want)
{
	if (!core->select)
		return false;
	for (; want->parent->relation; want = want->parent)
		if (want->relation->holds_key || want->parent->relation->link)
			return false;
	return !(want->relation->holds_key && kin_plan_is_limited(core->select));
}

int kin_plan_later(const kin_core *core, const kin_want *want, kin_fetch *fetch)
{
	if (want->how == KIN_SUBQUERY && can_be_subquery(core, want))
		return kin_plan_subquery(core, want, fetch);
	int rc = kin_plan_select_in(core, want, fetch);
	if (want->how == KIN_IMMEDIATE)
		fetch->how = KIN_IMMEDIATE;
	return rc;
}
