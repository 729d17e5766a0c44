/* statement.c - grows the lists of a SELECT, and walks its expressions. */
#include "sql/statement.h"

kin_sql_select *kin_sql_select_new(kin_arena *arena)
{
	return kin_arena_zalloc(arena, sizeof(kin_sql_select));
}

/* Room for one more item: the array, moved if it was full. A list that someone else made has capacity 0 and is
 * moved too. NULL when memory is out; then nothing has changed. */
static void *grown(kin_arena *arena, void *items, size_t count, size_t *capacity, size_t item_size)
{
	if (count < *capacity)
		return items;
	size_t larger = count < 4 ? 4 : count * 2;
	void *moved = kin_arena_alloc(arena, larger * item_size);
	if (!moved)
		return NULL;
	if (count > 0)
		memcpy(moved, items, count * item_size);
	*capacity = larger;
	return moved;
}

kin_sql_output *kin_sql_add_output(kin_arena *arena, kin_sql_select *select, kin_expr *expr, const char *alias)
{
	kin_sql_output *items;

	if (!select || !expr)
		return NULL;
	items = grown(arena, select->outputs, select->output_count, &select->output_capacity, sizeof(*items));
	if (!items)
		return NULL;
	select->outputs = items;
	items += select->output_count++;
	*items = (kin_sql_output){ .expr = expr, .alias = alias };
	return items;
}

kin_sql_source *kin_sql_add_source(kin_arena *arena, kin_sql_select *select, kin_join join,
                                   const char *table, const char *alias, kin_expr *on)
{
	bool needs_on = join == KIN_JOIN_INNER || join == KIN_JOIN_LEFT;
	kin_sql_source *items;

	if (!select || (needs_on && !on))
		return NULL;
	items = grown(arena, select->sources, select->source_count, &select->source_capacity, sizeof(*items));
	if (!items)
		return NULL;
	select->sources = items;
	items += select->source_count++;
	*items = (kin_sql_source){ .join = join, .table = table, .alias = alias, .on = on };
	return items;
}

kin_sql_order *kin_sql_add_order(kin_arena *arena, kin_sql_select *select, kin_expr *expr, bool descending)
{
	kin_sql_order *items;

	if (!select || !expr)
		return NULL;
	items = grown(arena, select->orders, select->order_count, &select->order_capacity, sizeof(*items));
	if (!items)
		return NULL;
	select->orders = items;
	items += select->order_count++;
	*items = (kin_sql_order){ .expr = expr, .descending = descending };
	return items;
}

static int walk_optional(kin_expr **expr, kin_expr_visit *fn, void *context)
{
	return *expr ? kin_expr_walk(expr, fn, context) : 0;
}

static int walk_source(kin_sql_source *source, kin_expr_visit *fn, void *context)
{
	int rc = source->select ? kin_sql_select_walk(source->select, fn, context) : 0;

	return rc == 0 ? walk_optional(&source->on, fn, context) : rc;
}

int kin_sql_select_walk(kin_sql_select *select, kin_expr_visit *fn, void *context)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < select->output_count; i++)
		rc = kin_expr_walk(&select->outputs[i].expr, fn, context);
	for (size_t i = 0; rc == 0 && i < select->source_count; i++)
		rc = walk_source(&select->sources[i], fn, context);
	if (rc == 0)
		rc = walk_optional(&select->where, fn, context);
	for (size_t i = 0; rc == 0 && i < select->group_count; i++)
		rc = kin_expr_walk(&select->groups[i], fn, context);
	if (rc == 0)
		rc = walk_optional(&select->having, fn, context);
	for (size_t i = 0; rc == 0 && i < select->order_count; i++)
		rc = kin_expr_walk(&select->orders[i].expr, fn, context);
	if (rc == 0)
		rc = walk_optional(&select->limit, fn, context);
	if (rc == 0)
		rc = walk_optional(&select->offset, fn, context);
	for (size_t i = 0; rc == 0 && i < select->cte_count; i++)
		rc = kin_sql_select_walk(select->ctes[i].select, fn, context);
	return rc == 0 && select->next ? kin_sql_select_walk(select->next, fn, context) : rc;
}
