/* plan_page.c - a query for a page of objects: what it counts, and which rows it takes.
 *
 * Rows that the order does not tell apart may come in any, and another one for the next page. So the primary key sorts them. */
#include "orm/planning.h"
#include "orm/resolve_path.h"

int kin_plan_sort_by_key(kin_planning *p, const char *who)
{
	const kin_mapping *mapping = p->plan->mapping;
	kin_sql_select *select = p->core.select;

	if (select->order_count == 0)
		return kin_planning_problem(p, "%s needs an order, without which it overlaps with others: say `order by %s`, or what it is sorted by", who,
		                            mapping->keys[0]->name);
	if (select->limit || select->offset)
		return kin_planning_problem(p, "%s says itself which rows it has: no LIMIT or OFFSET", who);
	for (size_t i = 0; i < mapping->key_count; i++)
		if (!kin_plan_sorts_by(select, mapping->keys[i]) &&
		    !kin_sql_add_order(p->arena, select, kin_expr_column(p->arena, mapping->table, mapping->keys[i]->column), false))
			return KIN_ENOMEM;
	return KIN_OK;
}

/* The value that comes so far behind the arguments. */
static kin_expr *value_behind(kin_planning *p, uint32_t place)
{
	const kin_slot slot = { .argument = (uint32_t)p->resolver.argument_count + place, .counts_rows = true };

	if (!kin_resolve_more_slot(&p->resolver, &slot))
		return NULL;
	return kin_expr_param(p->arena, (uint32_t)p->resolver.slot_count - 1);
}

int kin_plan_page(kin_planning *p)
{
	kin_sql_select *select = p->core.select;
	kin_expr *limit, *offset;
	int rc = kin_plan_sort_by_key(p, "a page");

	if (rc < 0 || p->failed)
		return rc;
	if (!(limit = value_behind(p, 0)) || !(offset = value_behind(p, 1)))
		return KIN_ENOMEM;
	if ((rc = kin_plan_count(&p->core, &p->plan->total)) < 0)
		return rc;
	select->limit = limit;
	select->offset = offset;
	return KIN_OK;
}
