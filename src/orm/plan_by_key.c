/* plan_by_key.c - the rows of objects that are there, by their keys, to load them again, or one of their columns.
 *
 *     SELECT pets.… FROM pets WHERE pets.id = ?              SELECT pets.… FROM pets WHERE pets.id IN (?)
 *     SELECT pets.id, pets.photo FROM pets WHERE …           a column that did not come with them */
#include "orm/inherit.h"
#include "orm/plan_form.h"
#include "orm/plan_select.h"

int kin_plan_row(const kin_core *core, kin_ask *ask)
{
	kin_arena *arena = &core->plan->arena;

	ask->select = kin_plan_copy_bare(arena, core->select);
	if (!ask->select)
		return KIN_ENOMEM;
	kin_plan_ask_query(core, ask);
	return kin_plan_add_columns(arena, ask->select, core->plan->mapping);
}

/* An object with the columns that its model defers, and those of tables that are read apart. */
static int add_whole(kin_plan *plan, kin_sql_select *select)
{
	const kin_mapping *mapping = plan->mapping;
	const kin_forming forming = { .arena = &plan->arena, .select = select, .alias = mapping->table, .joins = true };
	kin_part *part = kin_arena_zalloc(&plan->arena, sizeof(*part));

	if (!part)
		return KIN_ENOMEM;
	part->mapping = mapping;
	plan->whole = part;
	if (kin_plan_mould(&plan->arena, part, NULL) < 0)
		return KIN_ENOMEM;
	return kin_plan_has_forms(mapping) ? kin_plan_forms(&forming, part) : KIN_OK;
}

int kin_plan_rows(const kin_core *core, kin_ask *ask)
{
	kin_arena *arena = &core->plan->arena;
	const kin_mapping *mapping = core->plan->mapping;
	kin_slot *slot = kin_arena_zalloc(arena, sizeof(*slot));
	kin_expr *param = kin_expr_param(arena, 0);
	kin_expr *in = kin_expr_in(arena, kin_expr_column(arena, mapping->table, mapping->keys[0]->column), &param, 1);

	ask->select = kin_plan_copy_bare(arena, core->select);
	if (!ask->select || !slot || !in)
		return KIN_ENOMEM;
	*slot = (kin_slot){ .attribute = mapping->keys[0], .many = true };
	ask->select->where = kin_expr_and(arena, core->rows, in);
	kin_plan_ask(ask, core->plan, slot, 1);
	if (!ask->select->where || kin_plan_add_columns(arena, ask->select, mapping) < 0)
		return KIN_ENOMEM;
	return mapping->deferred || mapping->lineage ? add_whole(core->plan, ask->select) : KIN_OK;
}

static bool add_output(kin_arena *arena, kin_sql_select *select, const char *table, const kin_attribute *attribute)
{
	return kin_sql_add_output(arena, select, kin_expr_column(arena, table, attribute->column), NULL);
}

/* The keys, and a column behind them, of the table that has it. */
static kin_sql_select *select_column(const kin_core *core, const kin_attribute *attribute, const char *table)
{
	kin_arena *arena = &core->plan->arena;
	const kin_mapping *mapping = attribute->mapping;
	kin_sql_select *select = kin_sql_select_new(arena);
	bool ok = select && kin_sql_add_source(arena, select, KIN_JOIN_FROM, table, NULL, NULL);

	for (size_t i = 0; ok && i < mapping->key_count; i++)
		ok = add_output(arena, select, table, mapping->keys[i]);
	for (const kin_attribute *a = attribute; ok && a; a = a->beside)
		ok = add_output(arena, select, table, a);
	return ok ? select : NULL;
}

int kin_plan_column(const kin_core *core, const kin_attribute *attribute, kin_ask *row, kin_ask *rows)
{
	kin_arena *arena = &core->plan->arena;
	const kin_mapping *mapping = attribute->mapping;
	kin_slot *slots = kin_arena_zalloc(arena, (mapping->key_count + 1) * sizeof(*slots));
	kin_expr *param = kin_expr_param(arena, 0);
	const char *table = kin_attribute_table(attribute);

	if (!slots || !(row->select = select_column(core, attribute, table)) || !(rows->select = select_column(core, attribute, table)))
		return KIN_ENOMEM;
	for (uint32_t i = 0; i < mapping->key_count; i++) {
		kin_expr *is = kin_expr_binary(arena, KIN_OP_EQ, kin_expr_column(arena, table, mapping->keys[i]->column), kin_expr_param(arena, i));
		slots[i] = (kin_slot){ .argument = i, .attribute = mapping->keys[i] };
		if (!is || !(row->select->where = kin_expr_and(arena, row->select->where, is)))
			return KIN_ENOMEM;
	}
	slots[mapping->key_count] = (kin_slot){ .attribute = mapping->keys[0], .many = true };
	rows->select->where = kin_expr_in(arena, kin_expr_column(arena, table, mapping->keys[0]->column), &param, 1);
	kin_plan_ask(row, core->plan, slots, mapping->key_count);
	kin_plan_ask(rows, core->plan, slots + mapping->key_count, 1);
	return param && rows->select->where ? KIN_OK : KIN_ENOMEM;
}
