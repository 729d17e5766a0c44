/* plan_ask.c - what the statements of a plan are put together from.
 *
 * Trees are shared between the statements of a plan: they are not changed once they are made. A copy has lists of its own; what hangs in them is
 * shared. */
#include "orm/inherit.h"
#include "orm/plan_select.h"

int kin_plan_ask(kin_ask *ask, kin_plan *plan, const kin_slot *slots, size_t count)
{
	ask->plan = plan;
	ask->slots = slots;
	ask->slot_count = count;
	ask->simple = true;
	for (size_t i = 0; i < count; i++)
		if (slots[i].many || slots[i].null_text)
			ask->simple = false;
	return KIN_OK;
}

int kin_plan_ask_query(const kin_core *core, kin_ask *ask)
{
	return kin_plan_ask(ask, core->plan, core->resolver->slots, core->resolver->slot_count);
}

kin_sql_select *kin_plan_copy(kin_arena *arena, const kin_sql_select *from)
{
	kin_sql_select *copy = kin_arena_copy(arena, from, sizeof(*from));

	if (copy)
		copy->output_capacity = copy->source_capacity = copy->order_capacity = 0;
	return copy;
}

kin_sql_select *kin_plan_copy_bare(kin_arena *arena, const kin_sql_select *from)
{
	kin_sql_select *copy = kin_plan_copy(arena, from);

	if (copy) {
		copy->outputs = NULL;
		copy->output_count = 0;
	}
	return copy;
}

bool kin_plan_is_limited(const kin_sql_select *select)
{
	return select->limit || select->offset;
}

void kin_plan_drop_order(kin_sql_select *select)
{
	if (!kin_plan_is_limited(select))
		select->order_count = 0;
	select->lock = KIN_LOCK_NONE;
}

int kin_plan_add_column(kin_arena *arena, kin_sql_select *select, const char *alias, const kin_attribute *attribute)
{
	return kin_sql_add_output(arena, select, kin_resolve_column(arena, alias, attribute), NULL) ? KIN_OK : KIN_ENOMEM;
}

int kin_plan_add_columns(kin_arena *arena, kin_sql_select *select, const kin_mapping *mapping)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < mapping->attribute_count; i++)
		rc = kin_plan_add_column(arena, select, mapping->table, &mapping->attributes[i]);
	return rc;
}

static int add_own_order(kin_arena *arena, kin_sql_select *select, const kin_want *want)
{
	for (size_t i = 0; i < want->order_count; i++) {
		kin_sql_order *added = kin_sql_add_order(arena, select, want->orders[i].expr, want->orders[i].descending);
		if (!added)
			return KIN_ENOMEM;
		added->nulls = want->orders[i].nulls;
	}
	return KIN_OK;
}

int kin_plan_add_order(kin_arena *arena, kin_sql_select *select, const kin_want *want, const char *alias)
{
	const kin_relation *relation = want->relation;

	if (want->order_count > 0)
		return add_own_order(arena, select, want);
	for (size_t i = 0; i < relation->order_count; i++) {
		const kin_relation_order *o = &relation->orders[i];
		if (!kin_sql_add_order(arena, select, kin_resolve_column(arena, alias, o->attribute), o->descending))
			return KIN_ENOMEM;
	}
	return KIN_OK;
}

bool kin_plan_sorts_by(const kin_sql_select *select, const kin_attribute *attribute)
{
	for (size_t i = 0; i < select->order_count; i++) {
		const kin_expr *by = select->orders[i].expr;
		if (by->kind == KIN_EXPR_COLUMN && strcmp(by->text, attribute->column) == 0 && strcmp(by->table, attribute->mapping->table) == 0)
			return true;
	}
	return false;
}

int kin_plan_add_derived(kin_arena *arena, kin_sql_select *outer, kin_sql_select *inner)
{
	kin_sql_source *source = kin_sql_add_source(arena, outer, KIN_JOIN_FROM, NULL, kin_resolve_anon, NULL);

	if (!source)
		return KIN_ENOMEM;
	source->select = inner;
	return KIN_OK;
}
