/* plan_change.c - UPDATE and DELETE: what is assigned, which rows are meant, and what of them comes back.
 *
 *     UPDATE pets SET species = ? WHERE pets.owner_id = ?
 *     SELECT pets.id FROM pets WHERE pets.owner_id = ?          before it, where the session has objects of the model: which of them are meant
 *     DELETE FROM pets WHERE pets.id IN (SELECT pets.id FROM pets JOIN owners …)          a condition that walks a relationship */
#include "orm/inherit.h"
#include "orm/planning.h"

static bool mentions_other(const kin_expr *value, const char *table)
{
	if (value->kind == KIN_EXPR_COLUMN)
		return value->table && strcmp(value->table, table) != 0;
	for (size_t i = 0; value->items && i < value->count; i++)
		if (mentions_other(value->items[i], table))
			return true;
	return false;
}

/* Of a model that is kept in several tables, the one that has what is assigned, and what that is made of. */
static int choose_table(kin_planning *p, kin_sql_update *update)
{
	const kin_mapping *mapping = p->plan->mapping;
	const kin_attribute *first = kin_map_find(&mapping->by_column, update->assignments[0].column);

	update->table = mapping->lineage->tables[first->level];
	for (size_t i = 0; i < update->assignment_count; i++) {
		const kin_attribute *other = kin_map_find(&mapping->by_column, update->assignments[i].column);
		const kin_expr *value = update->assignments[i].value;
		if (other->primary_key)
			return kin_planning_problem(p, "%s.%s is the key of rows in several tables: it cannot be assigned here", mapping->name, other->name);
		if (other->level != first->level)
			return kin_planning_problem(p, "%s.%s is in '%s', and %s.%s in '%s': one kin_update() for each", mapping->name, first->name,
			                            update->table, mapping->name, other->name, mapping->lineage->tables[other->level]);
		if (mentions_other(value, update->table))
			return kin_planning_problem(p, "%s.%s is in '%s': columns of other tables cannot be a part of its value", mapping->name, other->name,
			                            update->table);
	}
	return KIN_OK;
}

int kin_plan_assignments(kin_planning *p, const kin_query_text *text)
{
	kin_sql_update *update = kin_arena_zalloc(p->arena, sizeof(*update));
	size_t room = 0, added;
	int rc = KIN_OK;

	for (size_t i = 0; i < p->plan->mapping->relation_count; i++)
		if (p->plan->mapping->relations[i]->pair_count > room)
			room = p->plan->mapping->relations[i]->pair_count;
	room = (room + 1) * text->assignment_count;
	if (!update || !(update->assignments = kin_arena_zalloc(p->arena, (room + 1) * sizeof(*update->assignments))))
		return KIN_ENOMEM;
	update->table = p->plan->mapping->table;
	p->plan->fetch.ask.update = update;
	p->resolver.no_paths = true;
	for (size_t i = 0; rc == KIN_OK && i < text->assignment_count; i++) {
		rc = kin_resolve_assignment(&p->resolver, &text->assignments[i], text->assignment_at ? text->assignment_at[i] : 0,
		                            update->assignments + update->assignment_count, &added);
		update->assignment_count += added;
	}
	p->resolver.no_paths = false;
	return rc == KIN_OK && kin_mapping_is_joined(p->plan->mapping) && !p->resolver.problems ? choose_table(p, update) : rc;
}

/* The rows of a path through a joined table are named by their keys, and so are those of a model that is kept in several. */
static int condition(kin_planning *p, const char *table, kin_expr **ret)
{
	const kin_mapping *mapping = p->plan->mapping;
	kin_expr **keys = kin_arena_alloc(p->arena, mapping->key_count * sizeof(*keys));
	kin_expr *operand;

	*ret = p->core.select->where;
	if (!p->resolver.joined && !kin_mapping_is_joined(mapping))
		return KIN_OK;
	for (size_t i = 0; keys && i < mapping->key_count; i++)
		if (!(keys[i] = kin_expr_column(p->arena, table, mapping->keys[i]->column)))
			return KIN_ENOMEM;
	if (!keys)
		return KIN_ENOMEM;
	operand = mapping->key_count == 1 ? keys[0] : kin_expr_row(p->arena, keys, mapping->key_count);
	*ret = operand ? kin_expr_in(p->arena, operand, NULL, 0) : NULL;
	if (!*ret)
		return KIN_ENOMEM;
	(*ret)->select = p->plan->keys.select;
	return KIN_OK;
}

/* Where the key itself is assigned. A plain value is told by the arguments. */
static int add_moves(kin_planning *p, const kin_sql_update *update)
{
	kin_plan *plan = p->plan;
	bool moves = false;
	int rc;

	for (size_t i = 0; i < plan->assigned_count; i++)
		moves = moves || plan->assigned[i]->primary_key;
	if (!moves)
		return KIN_OK;
	rc = kin_plan_keys(&p->core, &plan->moves);
	for (size_t i = 0; i < plan->assigned_count && rc == KIN_OK; i++)
		if (plan->assigned[i]->primary_key && update->assignments[i].value->kind != KIN_EXPR_PARAM &&
		    !kin_sql_add_output(p->arena, plan->moves.select, update->assignments[i].value, NULL))
			rc = KIN_ENOMEM;
	return rc;
}

int kin_plan_update(kin_planning *p)
{
	kin_plan *plan = p->plan;
	kin_sql_update *update = plan->fetch.ask.update;
	int rc = kin_plan_keys(&p->core, &plan->keys);

	plan->assigned = kin_arena_alloc(p->arena, (update->assignment_count + 1) * sizeof(*plan->assigned));
	if (!plan->assigned)
		return KIN_ENOMEM;
	for (size_t i = 0; i < update->assignment_count; i++)
		plan->assigned[plan->assigned_count++] = kin_map_find(&plan->mapping->by_column, update->assignments[i].column);
	kin_plan_ask_query(&p->core, &plan->fetch.ask);
	if (rc == KIN_OK)
		rc = add_moves(p, update);
	return rc < 0 ? rc : condition(p, update->table, &update->where);
}

int kin_plan_delete(kin_planning *p)
{
	kin_plan *plan = p->plan;
	kin_sql_delete *remove = kin_arena_zalloc(p->arena, sizeof(*remove));
	int rc = kin_plan_keys(&p->core, &plan->keys);

	if (!remove)
		return KIN_ENOMEM;
	remove->table = plan->mapping->table;
	plan->fetch.ask.remove = remove;
	kin_plan_ask_query(&p->core, &plan->fetch.ask);
	return rc < 0 ? rc : condition(p, remove->table, &remove->where);
}

int kin_plan_returning(kin_planning *p)
{
	kin_plan *plan = p->plan;
	kin_want want = { .mapping = plan->mapping };
	kin_ask change = plan->fetch.ask;
	int rc;

	for (size_t i = 0; i < plan->assigned_count; i++)
		if (plan->assigned[i]->primary_key)
			return kin_planning_problem(p, "kin_update_returning cannot change %s.%s, by which objects are known; kin_update can",
			                            plan->mapping->name, plan->assigned[i]->name);
	plan->fetch.ask = (kin_ask){ 0 };
	if ((rc = kin_plan_select(&p->core, &want, &plan->fetch)) < 0)
		return rc;
	const kin_sql_select *select = plan->fetch.ask.select;
	const char **columns = kin_arena_alloc(p->arena, select->output_count * sizeof(*columns));
	kin_sql_select *locked = kin_arena_copy(p->arena, select, sizeof(*select));
	if (!columns || !locked)
		return KIN_ENOMEM;
	for (size_t i = 0; i < select->output_count; i++) {
		plan->silent |= strcmp(select->outputs[i].expr->table, plan->mapping->table) != 0;
		columns[i] = select->outputs[i].expr->text;
	}
	plan->silent |= kin_mapping_is_joined(plan->mapping);
	if (change.update && !plan->silent) {
		change.update->returning = columns;
		change.update->returning_count = select->output_count;
	} else if (!plan->silent) {
		change.remove->returning = columns;
		change.remove->returning_count = select->output_count;
	}
	locked->lock = KIN_LOCK_UPDATE;
	plan->change = change;
	plan->locked = plan->fetch.ask;
	plan->locked.select = locked;
	return KIN_OK;
}
