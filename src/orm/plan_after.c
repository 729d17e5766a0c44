/* plan_after.c - the objects that come behind one, in the order of the query: pages by key.
 *
 *     ORDER BY age DESC, name, id     behind (5, 'Ben', 7):
 *     age <= 5 AND (age < 5 OR age = 5 AND (name > 'Ben' OR name = 'Ben' AND id > 7))
 *
 * The first comparison says nothing new: it is what an index over the first column is good for. Where a column may be NULL the text says which end
 * NULLs are at; then they are behind all values, or before them, and `= NULL` is IS NULL as everywhere. */
#include "orm/planning.h"
#include "orm/resolve_path.h"

/* The value of the last object for the n-th column of the order. */
static kin_expr *value_of(kin_planning *p, const kin_attribute *attribute, size_t n)
{
	const kin_slot slot = { .argument = (uint32_t)(p->resolver.argument_count + 1 + n), .attribute = attribute, .null_text = true };

	if (!kin_resolve_more_slot(&p->resolver, &slot))
		return NULL;
	return kin_expr_param(p->arena, (uint32_t)p->resolver.slot_count - 1);
}

/* column > value, where it is sorted upwards. Of a NULL it is unknown. */
static kin_expr *beyond(kin_planning *p, const kin_sql_order *order, kin_expr *value)
{
	return kin_expr_binary(p->arena, order->descending ? KIN_OP_LT : KIN_OP_GT, order->expr, value);
}

/* Whether NULLs stand first: all that is no NULL is behind NULL, and what is not before a value is behind it. */
static kin_expr *behind_nulls(kin_planning *p, const kin_sql_order *order, kin_expr *value)
{
	kin_arena *arena = p->arena;
	kin_expr *before = kin_expr_binary(arena, order->descending ? KIN_OP_GT : KIN_OP_LT, order->expr, value);
	kin_expr *surely = kin_expr_call(arena, "coalesce", (kin_expr *[]){ before, kin_expr_constant(arena, KIN_EXPR_FALSE) }, 2);
	kin_expr *other = kin_expr_binary(arena, KIN_OP_NE, order->expr, value);
	kin_expr *not_before = kin_expr_unary(arena, KIN_OP_NOT, surely);

	return kin_expr_binary(arena, KIN_OP_AND, other, not_before);
}

/* NULLs stand last: they are behind every value, but not behind NULL. */
static kin_expr *before_nulls(kin_planning *p, const kin_sql_order *order, kin_expr *value)
{
	kin_arena *arena = p->arena;
	kin_expr *differs = kin_expr_binary(arena, KIN_OP_NE, order->expr, value);

	if (differs)
		differs->null_safe = true;
	kin_expr *null = kin_expr_binary(arena, KIN_OP_AND, kin_expr_is_null(arena, order->expr, false), differs);
	return kin_expr_binary(arena, KIN_OP_OR, beyond(p, order, value), null);
}

static kin_expr *behind(kin_planning *p, const kin_sql_order *order, const kin_attribute *attribute, kin_expr *value)
{
	if (attribute->not_null)
		return beyond(p, order, value);
	return order->nulls == 1 ? behind_nulls(p, order, value) : before_nulls(p, order, value);
}

/* Behind the last object by the columns from the n-th on. NULL when memory is out. */
static kin_expr *behind_from(kin_planning *p, size_t n)
{
	const kin_attribute *attribute = p->plan->after[n];
	kin_expr *value = value_of(p, attribute, n), *here, *rest, *same;
	const kin_sql_order *order = &p->core.select->orders[n];

	here = value ? behind(p, order, attribute, value) : NULL;
	if (!here || n + 1 == p->plan->after_count)
		return here;
	rest = behind_from(p, n + 1);
	same = rest ? kin_expr_binary(p->arena, KIN_OP_EQ, order->expr, value) : NULL;
	here = kin_expr_binary(p->arena, KIN_OP_OR, here, same ? kin_expr_binary(p->arena, KIN_OP_AND, same, rest) : NULL);
	if (!here || n > 0 || !attribute->not_null)
		return here;
	same = kin_expr_binary(p->arena, order->descending ? KIN_OP_LE : KIN_OP_GE, order->expr, value);
	return kin_expr_binary(p->arena, KIN_OP_AND, same, here);
}

/* The statement with one more condition; where its LIMIT is in a derived table, there. NULL when memory is out. */
static kin_sql_select *with_condition(kin_arena *arena, const kin_sql_select *select, kin_expr *condition)
{
	kin_sql_select *copy = kin_arena_copy(arena, select, sizeof(*select));

	if (!copy)
		return NULL;
	copy->output_capacity = copy->source_capacity = copy->order_capacity = 0;
	if (!copy->sources[0].select)
		return (copy->where = kin_expr_and(arena, copy->where, condition)) ? copy : NULL;
	copy->sources = kin_arena_copy(arena, select->sources, select->source_count * sizeof(*copy->sources));
	return copy->sources && (copy->sources[0].select = with_condition(arena, copy->sources[0].select, condition)) ? copy : NULL;
}

/* ---- what can be sorted by ---- */

/* NULL: it is no column of the model's own table. */
static const kin_attribute *attribute_of(const kin_mapping *mapping, const kin_expr *expr)
{
	if (expr->kind != KIN_EXPR_COLUMN || !expr->table || strcmp(expr->table, mapping->table) != 0)
		return NULL;
	return kin_map_find(&mapping->by_column, expr->text);
}

static int take_column(kin_planning *p, const kin_sql_order *order)
{
	const kin_mapping *mapping = p->plan->mapping;
	const kin_attribute *attribute = attribute_of(mapping, order->expr);

	if (!attribute)
		return kin_planning_problem(p, "kin_all_after() goes on behind an object by the columns that it has: order by attributes of %s", mapping->name);
	if ((attribute->kind & ~KIN_KIND_NULLABLE) == KIN_KIND_CUSTOM)
		return kin_planning_problem(p, "kin_all_after() cannot go on by %s.%s, which is of a custom type", mapping->name, attribute->name);
	if (!attribute->not_null && order->nulls == 0)
		return kin_planning_problem(p, "%s.%s may be NULL, and databases sort that to different ends: say `%s%s nulls last`, or first", mapping->name,
		                            attribute->name, attribute->name, order->descending ? " desc" : "");
	p->plan->after[p->plan->after_count++] = attribute;
	return KIN_OK;
}

int kin_plan_after(kin_planning *p)
{
	kin_sql_select *select = p->core.select;
	const kin_slot limit = { .argument = (uint32_t)p->resolver.argument_count, .counts_rows = true };
	int rc = kin_plan_sort_by_key(p, "kin_all_after()");

	if (rc < 0 || p->failed)
		return rc;
	if (!(p->plan->after = kin_arena_alloc(p->arena, select->order_count * sizeof(*p->plan->after))) ||
	    !kin_resolve_more_slot(&p->resolver, &limit) ||
	    !(select->limit = kin_expr_param(p->arena, (uint32_t)p->resolver.slot_count - 1)))
		return KIN_ENOMEM;
	for (size_t i = 0; rc == KIN_OK && i < select->order_count; i++)
		rc = take_column(p, &select->orders[i]);
	return rc;
}

int kin_plan_behind(kin_planning *p)
{
	kin_plan *plan = p->plan;
	kin_expr *condition = behind_from(p, 0);

	if (!condition || !(plan->behind.select = with_condition(p->arena, plan->fetch.ask.select, condition)))
		return KIN_ENOMEM;
	return kin_plan_ask(&plan->behind, plan, p->resolver.slots, p->resolver.slot_count);
}
