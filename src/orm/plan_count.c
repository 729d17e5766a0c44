/* plan_count.c - what is asked of a query's rows without bringing them: how many there are, whether there are any, and their keys.
 *
 *     SELECT count(*) FROM owners WHERE …
 *     SELECT count(*) FROM (SELECT owners.id FROM owners WHERE … LIMIT 10) AS anon_1
 *     SELECT EXISTS (SELECT owners.id FROM owners WHERE …)
 *     SELECT owners.id FROM owners WHERE … */
#include "orm/inherit.h"
#include "orm/plan_select.h"

int kin_plan_count(const kin_core *core, kin_ask *ask)
{
	kin_arena *arena = &core->plan->arena;
	kin_sql_select *select = kin_plan_copy_bare(arena, core->select);
	kin_expr *star = kin_expr_constant(arena, KIN_EXPR_STAR);

	if (!select)
		return KIN_ENOMEM;
	kin_plan_drop_order(select);
	if (kin_plan_is_limited(select)) {
		kin_sql_select *outer = kin_sql_select_new(arena);
		if (!outer || kin_plan_add_derived(arena, outer, select) < 0)
			return KIN_ENOMEM;
		select = outer;
	}
	ask->select = select;
	kin_plan_ask_query(core, ask);
	return kin_sql_add_output(arena, select, kin_expr_call(arena, "count", &star, 1), NULL) ? KIN_OK : KIN_ENOMEM;
}

int kin_plan_exists(const kin_core *core, kin_ask *ask)
{
	kin_arena *arena = &core->plan->arena;
	kin_sql_select *select = kin_plan_copy_bare(arena, core->select);

	ask->select = kin_sql_select_new(arena);
	if (!select || !ask->select)
		return KIN_ENOMEM;
	kin_plan_drop_order(select);
	kin_plan_ask_query(core, ask);
	return kin_sql_add_output(arena, ask->select, kin_expr_exists(arena, select, false), NULL) ? KIN_OK : KIN_ENOMEM;
}

int kin_plan_keys(const kin_core *core, kin_ask *ask)
{
	kin_arena *arena = &core->plan->arena;
	const kin_mapping *mapping = core->plan->mapping;
	int rc = KIN_OK;

	ask->select = kin_plan_copy_bare(arena, core->select);
	if (!ask->select)
		return KIN_ENOMEM;
	kin_plan_ask_query(core, ask);
	for (size_t i = 0; rc == KIN_OK && i < mapping->key_count; i++)
		rc = kin_plan_add_column(arena, ask->select, mapping->table, mapping->keys[i]);
	return rc;
}
