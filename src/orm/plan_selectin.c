/* plan_selectin.c - what is loaded for objects that are there by the keys that lead to it.
 *
 *     one       SELECT pets.… FROM pets WHERE pets.owner_id = ?
 *     many      SELECT pets.… FROM pets WHERE pets.owner_id IN (?)
 *     through   SELECT tags.…, pet_tags_1.pet_id FROM tags JOIN pet_tags AS pet_tags_1 ON … WHERE pet_tags_1.pet_id IN (?) */
#include "orm/inherit.h"
#include "orm/plan_rank.h"

/* A row leads to its parent by these columns: the foreign key among the object's own, or that of the table between, behind them. */
static int link_own(kin_arena *arena, kin_sql_select *select, kin_fetch *fetch, const char *holder)
{
	const kin_relation *r = fetch->relation;

	if (r->holds_key)
		return KIN_OK; /* the parent has the key */
	fetch->link = kin_arena_alloc(arena, r->pair_count * sizeof(*fetch->link));
	for (size_t i = 0; fetch->link && i < r->pair_count; i++) {
		fetch->link[i] = r->link ? (uint16_t)select->output_count : fetch->parts[0].places[r->pairs[i].remote->index];
		if (r->link && kin_plan_add_column(arena, select, holder, r->pairs[i].remote) < 0)
			return KIN_ENOMEM;
	}
	return fetch->link ? KIN_OK : KIN_ENOMEM;
}

const char *kin_plan_holder(kin_arena *arena, kin_sql_select *select, kin_resolver *aliases, const kin_relation *r)
{
	const char *alias = r->link ? kin_resolve_alias(aliases, r->link->table) : r->target->table;

	if (r->link && (!alias || !kin_sql_add_source(arena, select, KIN_JOIN_INNER, r->link->table, alias,
	                                              kin_resolve_join(arena, r->far, r->target->table, alias))))
		return NULL;
	return alias;
}

/* Slots of a relationship's own, behind those of the query where a condition needs these. *ret_first: how many are in front. */
static kin_slot *own_slots(const kin_core *core, const kin_want *want, uint32_t *ret_first)
{
	uint32_t first = kin_plan_needs_values(want) ? (uint32_t)core->resolver->slot_count : 0;
	kin_slot *slots = kin_arena_zalloc(&core->plan->arena, (first + want->relation->pair_count) * sizeof(*slots));

	if (slots && first > 0)
		memcpy(slots, core->resolver->slots, first * sizeof(*slots));
	*ret_first = first;
	return slots;
}

static kin_expr *and_where(kin_arena *arena, kin_expr *condition, const kin_want *want)
{
	return condition && want->where ? kin_expr_and(arena, condition, want->where) : condition;
}

/* What a view's .where says; of a many-to-many one the join with its targets has it. */
static kin_expr *view_where(kin_arena *arena, const kin_relation *relation, const char *holder, kin_expr *where)
{
	return relation->link ? where : kin_resolve_where(arena, relation, holder, where);
}

/* pets.owner_id = ? [AND …], a slot for each pair */
static int ask_for_one(const kin_core *core, const kin_want *want, kin_fetch *fetch, kin_sql_select *select, const char *holder)
{
	const kin_relation *r = fetch->relation;
	kin_arena *arena = &core->plan->arena;
	uint32_t first;
	kin_slot *slots = own_slots(core, want, &first);
	kin_expr *where = select->where;

	if (!slots)
		return KIN_ENOMEM;
	for (uint32_t i = 0; i < r->pair_count; i++) {
		kin_expr *is = kin_expr_binary(arena, KIN_OP_EQ, kin_resolve_column(arena, holder, r->pairs[i].remote),
		                               kin_expr_param(arena, first + i));
		slots[first + i] = (kin_slot){ .argument = fetch->base + i, .attribute = r->pairs[i].remote };
		if (!is || !(where = kin_expr_and(arena, where, is)))
			return KIN_ENOMEM;
	}
	where = view_where(arena, r, holder, where);
	if (!where || !(select->where = and_where(arena, where, want)))
		return KIN_ENOMEM;
	return kin_plan_ask(&fetch->one, core->plan, slots, first + r->pair_count);
}

/* pets.owner_id IN (?), or of a key of several columns (parts.order_id, parts.line_no) IN ((?, ?)); a slot for each */
static int ask_for_many(const kin_core *core, const kin_want *want, kin_fetch *fetch, kin_sql_select *select, const char *holder)
{
	const kin_relation *r = fetch->relation;
	kin_arena *arena = &core->plan->arena;
	uint32_t first;
	kin_slot *slots = own_slots(core, want, &first);
	kin_expr *columns[r->pair_count], *params[r->pair_count], *in;

	for (uint32_t i = 0; slots && i < r->pair_count; i++) {
		columns[i] = kin_resolve_column(arena, holder, r->pairs[i].remote);
		params[i] = kin_expr_param(arena, first + i);
		slots[first + i] = (kin_slot){
			.argument = fetch->base + i, .attribute = r->pairs[i].remote, .many = true, .in_row = r->pair_count > 1,
		};
		if (!columns[i] || !params[i])
			return KIN_ENOMEM;
	}
	in = slots ? kin_resolve_in(arena, columns, params, r->pair_count) : NULL;
	in = in ? and_where(arena, view_where(arena, r, holder, in), want) : NULL;
	if (!in || !(select->where = kin_expr_and(arena, select->where, in)))
		return KIN_ENOMEM;
	return kin_plan_ask(&fetch->ask, core->plan, slots, first + r->pair_count);
}

/* The two statements, for some parents and for one, of which each asks a subquery for the first of their lists. */
static int ask_ranked(const kin_core *core, const kin_want *want, kin_fetch *fetch, kin_resolver *aliases, const char *holder)
{
	kin_arena *arena = &core->plan->arena;
	const char *many_holder, *one_holder;
	kin_sql_select *many = kin_plan_rank(arena, aliases, want, &many_holder), *one = many ? kin_plan_rank(arena, aliases, want, &one_holder) : NULL;

	fetch->one.select = one ? kin_plan_copy(arena, fetch->ask.select) : NULL;
	if (!fetch->one.select || ask_for_many(core, want, fetch, many, many_holder) < 0 || ask_for_one(core, want, fetch, one, one_holder) < 0 ||
	    kin_plan_use_rank(arena, fetch->ask.select, holder, want, many, many_holder) < 0)
		return KIN_ENOMEM;
	return kin_plan_use_rank(arena, fetch->one.select, holder, want, one, one_holder);
}

int kin_plan_select_in(const kin_core *core, const kin_want *want, kin_fetch *fetch)
{
	const kin_relation *r = want->relation;
	kin_arena *arena = &core->plan->arena;
	bool begun = want->select && !want->limit;
	kin_sql_select *select = begun ? want->select : kin_sql_select_new(arena);
	const char *holder;
	kin_resolver aliases;
	int rc;

	fetch->relation = r;
	fetch->how = KIN_SELECTIN;
	fetch->ask.select = select;
	fetch->some = kin_want_is_part(want);
	fetch->base = kin_plan_needs_values(want) ? (uint32_t)core->resolver->argument_count : 0;
	if (!select || kin_plan_begin_aliases(&aliases, core, want) < 0 ||
	    (!begun && !kin_resolve_source(&aliases, select, KIN_JOIN_FROM, r->target, NULL, NULL, NULL)) ||
	    !(holder = kin_plan_holder(arena, select, &aliases, r)))
		return KIN_ENOMEM;
	if ((!want->limit && (rc = kin_plan_add_order(arena, select, want, r->target->table)) < 0) ||
	    (rc = kin_plan_bring(core, want, fetch, select, &aliases, r->target->table, NULL)) < 0 ||
	    (rc = link_own(arena, select, fetch, holder)) < 0 ||
	    (rc = kin_plan_all(core, want, fetch, select, 0)) < 0)
		return rc;
	if (want->limit)
		return ask_ranked(core, want, fetch, &aliases, holder);
	if (!(fetch->one.select = kin_plan_copy(arena, select)) || ask_for_many(core, want, fetch, select, holder) < 0)
		return KIN_ENOMEM;
	return ask_for_one(core, want, fetch, fetch->one.select, holder);
}
