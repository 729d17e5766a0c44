/* plan_select.c - the SELECTs of a plan, from the query's core and what is wanted with it.
 *
 *     core      SELECT … FROM owners WHERE …                    sources, conditions, order, limit
 *     joined    … LEFT OUTER JOIN pets AS pets_1 ON owners.id = pets_1.owner_id
 *     limited   … FROM (core with its LIMIT) AS anon_1 LEFT OUTER JOIN …     so that LIMIT counts owners, not rows
 *     subquery  SELECT pets.…, anon_1.id FROM (SELECT owners.id FROM owners WHERE …) AS anon_1 JOIN pets ON …
 *     selectin  SELECT pets.… FROM pets WHERE pets.owner_id IN (?)
 *     through   SELECT tags.…, pet_tags_1.pet_id FROM tags JOIN pet_tags AS pet_tags_1 ON … WHERE pet_tags_1.pet_id IN (?)
 *     all       SELECT pets.… FROM pets                          for many parents that were asked for without a condition
 *
 * Trees are shared between the statements of a plan: they are not changed once they are made. */
#include "orm/defer.h"
#include "orm/inherit.h"
#include "orm/plan.h"
#include "orm/plan_form.h"

#define anon kin_resolve_anon

typedef struct build {
	const kin_core *core;
	kin_arena      *arena;
	kin_resolver   *aliases; /* of this statement */
	kin_sql_select *select;
	kin_fetch      *fetch;
	const kin_want *first;   /* its first part */
	const kin_want **later;  /* wants that take a statement of their own; .fetch->laters[i] is for later[i] */
} build;

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

/* A statement whose lists are its own; what hangs in them is shared. */
static kin_sql_select *copy_select(kin_arena *arena, const kin_sql_select *from)
{
	kin_sql_select *copy = kin_arena_copy(arena, from, sizeof(*from));

	if (copy)
		copy->output_capacity = copy->source_capacity = copy->order_capacity = 0;
	return copy;
}

static kin_sql_select *copy_without_outputs(kin_arena *arena, const kin_sql_select *from)
{
	kin_sql_select *copy = copy_select(arena, from);

	if (copy) {
		copy->outputs = NULL;
		copy->output_count = 0;
	}
	return copy;
}

static bool is_limited(const kin_sql_select *select)
{
	return select->limit || select->offset;
}

static void drop_order(kin_sql_select *select)
{
	if (!is_limited(select))
		select->order_count = 0;
	select->lock = KIN_LOCK_NONE;
}

static int add_column(kin_arena *arena, kin_sql_select *select, const char *alias, const kin_attribute *attribute)
{
	return kin_sql_add_output(arena, select, kin_resolve_column(arena, alias, attribute), NULL) ? KIN_OK : KIN_ENOMEM;
}

static bool sorts_by(const kin_sql_select *select, const kin_attribute *a)
{
	for (size_t i = 0; i < select->order_count; i++) {
		const kin_expr *by = select->orders[i].expr;
		if (by->kind == KIN_EXPR_COLUMN && strcmp(by->text, a->column) == 0)
			return true;
	}
	return false;
}

/* Those that come, and those that it is sorted by. */
static int add_brought(kin_arena *arena, kin_sql_select *select, const kin_want *want)
{
	const kin_mapping *mapping = want->mapping;
	const uint64_t *left_out = kin_want_left_out(want);
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < mapping->attribute_count; i++)
		if (!left_out || !kin_set_has(left_out, i) || sorts_by(select, &mapping->attributes[i]))
			rc = add_column(arena, select, mapping->table, &mapping->attributes[i]);
	return rc;
}

static int add_columns(kin_arena *arena, kin_sql_select *select, const kin_mapping *mapping)
{
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < mapping->attribute_count; i++)
		rc = add_column(arena, select, mapping->table, &mapping->attributes[i]);
	return rc;
}

static size_t count_wants(const kin_want *want)
{
	size_t count = 1;

	for (const kin_want *w = want->first; w; w = w->next)
		count += count_wants(w);
	return count;
}

static bool joins_collection(const kin_want *want)
{
	for (const kin_want *w = want->first; w; w = w->next)
		if (w->how == KIN_JOINED && (w->relation->to_many || joins_collection(w)))
			return true;
	return false;
}

/* ---- what a row brings ---- */

static int add_relation_order(kin_arena *arena, kin_sql_select *select, const kin_relation *relation, const char *alias)
{
	for (size_t i = 0; i < relation->order_count; i++) {
		const kin_relation_order *o = &relation->orders[i];
		if (!kin_sql_add_order(arena, select, kin_resolve_column(arena, alias, o->attribute), o->descending))
			return KIN_ENOMEM;
	}
	return KIN_OK;
}

static bool comes(const kin_part *part, size_t attribute)
{
	return !part->brings || kin_set_has(part->brings, attribute);
}

/* Cells and places of the attributes that come, one after the other. */
static int place_columns(kin_arena *arena, kin_part *part)
{
	const kin_mapping *mapping = part->mapping;
	uint16_t column = part->column;
	size_t count = 0;

	part->cells = kin_arena_copy(arena, mapping->cells, mapping->attribute_count * sizeof(*part->cells));
	part->places = kin_arena_zalloc(arena, mapping->attribute_count * sizeof(*part->places));
	for (size_t i = 0; part->cells && part->places && i < mapping->attribute_count; i++) {
		if (!comes(part, i))
			continue;
		part->places[i] = column;
		part->cells[count] = mapping->cells[i];
		part->cells[count++].column = column++;
	}
	part->mould.cells = part->cells;
	part->mould.count = count;
	return part->cells && part->places ? KIN_OK : KIN_ENOMEM;
}

/* What a new object is copied from, and what it lacks. */
static int make_mould(kin_arena *arena, kin_part *part, const uint64_t *left_out)
{
	const kin_mapping *mapping = part->mapping;
	kin_instance *blank = kin_instance_blank(arena, mapping);

	part->mould = (kin_mould){ .blank = blank, .size = sizeof(*blank) + mapping->size, .head = sizeof(*blank) };
	if (!blank || !left_out)
		return blank ? place_columns(arena, part) : KIN_ENOMEM;
	if (!(part->brings = kin_arena_zalloc(arena, KIN_SET_WORDS(mapping) * sizeof(*part->brings))))
		return KIN_ENOMEM;
	blank->flags |= KIN_INSTANCE_LACKS;
	for (size_t i = 0; i < mapping->attribute_count; i++)
		if (kin_set_has(left_out, i))
			kin_defer_poison(kin_instance_object(blank), &mapping->attributes[i]);
		else
			kin_set_add(part->brings, i);
	return place_columns(arena, part);
}

/* Whether nothing above it would get lost by an inner join. */
static bool is_inner(const build *b, const kin_want *want)
{
	return want == b->first || (want->inner && want->how == KIN_JOINED && is_inner(b, want->parent));
}

/* The condition has joined it already: what is in the row is brought as well. */
static int use_join(build *b, const char *alias, bool inner)
{
	kin_sql_select *select = b->select;

	if (!inner)
		return KIN_OK;
	if (!(select->sources = kin_arena_copy(b->arena, select->sources, select->source_count * sizeof(*select->sources))))
		return KIN_ENOMEM;
	select->source_capacity = select->source_count;
	for (size_t i = 0; i < select->source_count; i++)
		if (strcmp(select->sources[i].alias ? select->sources[i].alias : "", alias) == 0)
			select->sources[i].join = KIN_JOIN_INNER;
	return KIN_OK;
}

static int add_join(build *b, const kin_want *want, const char *parent_alias, const char *alias, bool inner)
{
	const kin_relation *relation = want->relation;
	kin_join join = inner ? KIN_JOIN_INNER : KIN_JOIN_LEFT;

	kin_expr *on = alias ? kin_resolve_on(b->aliases, b->arena, b->select, join, relation, parent_alias, alias) : NULL;

	if (on && want->where)
		on = kin_expr_and(b->arena, on, want->where);
	return on && kin_resolve_source(b->arena, b->select, join, relation->target, alias, on, relation) ? KIN_OK : KIN_ENOMEM;
}

static int add_part(build *b, const kin_want *want, size_t parent, const char *alias, const kin_node *node);

static int join_part(build *b, const kin_want *want, size_t parent, const char *parent_alias, const kin_node *parent_node)
{
	const kin_relation *relation = want->relation;
	const kin_node *node = parent_node ? kin_resolve_find_node(parent_node, relation) : NULL;
	const char *alias = node ? node->alias : want->where ? want->alias : kin_resolve_alias(b->aliases, relation->target->table);
	bool inner = is_inner(b, want);
	int rc = node ? use_join(b, alias, inner) : add_join(b, want, parent_alias, alias, inner);

	if (relation->to_many)
		b->fetch->collects = true;
	if (rc == KIN_OK)
		rc = add_relation_order(b->arena, b->select, relation, alias);
	return rc < 0 ? rc : add_part(b, want, parent, alias, node);
}

static int add_part(build *b, const kin_want *want, size_t parent, const char *alias, const kin_node *node)
{
	const kin_mapping *mapping = want->mapping;
	size_t number = b->fetch->part_count++, column = b->select->output_count;
	kin_part *part = &b->fetch->parts[number];
	int rc = KIN_OK;

	*part = (kin_part){
		.mapping = mapping, .relation = number == 0 ? NULL : want->relation, .parent = (uint16_t)parent,
		.column = (uint16_t)column, .some = number > 0 && want->where,
	};
	if (make_mould(b->arena, part, kin_want_left_out(want)) < 0)
		return KIN_ENOMEM;
	part->key = part->places[mapping->keys[0]->index];
	rc = kin_want_manner(b->core->plan, b->arena, want, &part->manner);
	for (size_t i = 0; rc == KIN_OK && i < mapping->attribute_count; i++)
		if (comes(part, i))
			rc = add_column(b->arena, b->select, alias, &mapping->attributes[i]);
	if (rc == KIN_OK && kin_plan_has_forms(mapping))
		rc = kin_plan_forms(b->arena, b->select, part, alias);
	for (const kin_want *w = want->first; rc == KIN_OK && w; w = w->next) {
		if (w->how == KIN_JOINED) {
			rc = join_part(b, w, number, alias, node);
		} else if (kin_lazy_comes_along(w->how)) {
			b->later[b->fetch->later_count] = w;
			b->fetch->laters[b->fetch->later_count++].part = (uint16_t)number;
		}
	}
	return rc;
}

static int plan_later(const kin_core *core, const kin_want *want, kin_fetch *fetch);

/* The columns of `want` and what is joined to it go into the select; the rest becomes fetches of their own. `node`: what the select has joined
 * already; NULL: nothing. */
static int bring(const kin_core *core, const kin_want *want, kin_fetch *fetch, kin_sql_select *select,
                 kin_resolver *aliases, const char *alias, const kin_node *node)
{
	size_t wants = count_wants(want);
	kin_arena *arena = &core->plan->arena;
	build b = {
		.core = core, .arena = arena, .aliases = aliases, .select = select, .fetch = fetch, .first = want,
		.later = kin_arena_alloc(arena, wants * sizeof(*b.later)),
	};
	int rc;

	fetch->mapping = want->mapping;
	fetch->parts = kin_arena_zalloc(arena, wants * sizeof(*fetch->parts));
	fetch->laters = kin_arena_zalloc(arena, wants * sizeof(*fetch->laters));
	if (!b.later || !fetch->parts || !fetch->laters)
		return KIN_ENOMEM;
	rc = add_part(&b, want, 0, alias, node);
	for (size_t i = 0; rc == KIN_OK && i < fetch->later_count; i++) {
		fetch->laters[i].fetch = kin_arena_zalloc(arena, sizeof(kin_fetch));
		rc = fetch->laters[i].fetch ? plan_later(core, b.later[i], fetch->laters[i].fetch) : KIN_ENOMEM;
	}
	return rc;
}

/* ---- the query itself ---- */

/* What the query sorts by, outside: a column of the model is there under its name; anything else is given one. */
static int lift_order(kin_arena *arena, kin_sql_select *inner, kin_sql_select *outer, const char *table)
{
	for (size_t i = 0; i < inner->order_count; i++) {
		kin_sql_order *o = &inner->orders[i];
		const char *name = o->expr->text;
		if (o->expr->kind != KIN_EXPR_COLUMN || strcmp(o->expr->table, table) != 0) {
			name = kin_arena_printf(arena, "order_%zu", i + 1);
			if (!name || !kin_sql_add_output(arena, inner, o->expr, name))
				return KIN_ENOMEM;
		}
		kin_sql_order *lifted = kin_sql_add_order(arena, outer, kin_expr_column(arena, anon, name), o->descending);
		if (!lifted)
			return KIN_ENOMEM;
		lifted->nulls = o->nulls;
	}
	return KIN_OK;
}

static int add_anon(kin_arena *arena, kin_sql_select *outer, kin_sql_select *inner)
{
	kin_sql_source *source = kin_sql_add_source(arena, outer, KIN_JOIN_FROM, NULL, anon, NULL);

	if (!source)
		return KIN_ENOMEM;
	source->select = inner;
	return KIN_OK;
}

/* What an inner join leaves out is not counted by the limit. */
static int leave_out(const kin_core *core, const kin_want *want, kin_sql_select *select, const char *near)
{
	kin_arena *arena = &core->plan->arena;
	int rc = KIN_OK;

	for (const kin_want *w = want->first; w && rc == KIN_OK; w = w->next) {
		if (w->how != KIN_JOINED || !w->inner)
			continue;
		const char *far = kin_resolve_alias(core->resolver, w->mapping->table);
		if (!far || !kin_resolve_source(arena, select, KIN_JOIN_INNER, w->mapping, far, kin_resolve_join(arena, w->relation, near, far),
		                                w->relation))
			return KIN_ENOMEM;
		rc = leave_out(core, w, select, far);
	}
	return rc;
}

static int wrap(const kin_core *core, const kin_want *want, kin_fetch *fetch)
{
	kin_arena *arena = &core->plan->arena;
	const kin_mapping *mapping = want->mapping;
	kin_sql_select *inner = copy_without_outputs(arena, core->select), *outer = kin_sql_select_new(arena);
	int rc = inner && outer ? add_anon(arena, outer, inner) : KIN_ENOMEM;

	if (rc == KIN_OK)
		rc = add_brought(arena, inner, want);
	if (rc == KIN_OK && kin_plan_has_forms(mapping))
		rc = kin_plan_form_columns(arena, inner, mapping, true);
	if (rc == KIN_OK)
		rc = leave_out(core, want, inner, mapping->table);
	if (rc < 0 || (rc = lift_order(arena, inner, outer, mapping->table)) < 0)
		return rc;
	fetch->ask.select = outer;
	return bring(core, want, fetch, outer, core->resolver, anon, NULL);
}

int kin_plan_select(const kin_core *core, const kin_want *want, kin_fetch *fetch)
{
	kin_sql_select *select;

	kin_plan_ask(&fetch->ask, core->plan, core->resolver->slots, core->resolver->slot_count);
	if (is_limited(core->select) && joins_collection(want))
		return wrap(core, want, fetch);
	select = copy_without_outputs(&core->plan->arena, core->select);
	if (!select)
		return KIN_ENOMEM;
	fetch->ask.select = select;
	return bring(core, want, fetch, select, core->resolver, want->mapping->table, core->resolver->root);
}

int kin_plan_count(const kin_core *core, kin_ask *ask)
{
	kin_arena *arena = &core->plan->arena;
	kin_sql_select *select = copy_without_outputs(arena, core->select);
	kin_expr *star = kin_expr_constant(arena, KIN_EXPR_STAR);

	if (!select)
		return KIN_ENOMEM;
	drop_order(select);
	if (is_limited(select)) {
		kin_sql_select *outer = kin_sql_select_new(arena);
		if (!outer || add_anon(arena, outer, select) < 0)
			return KIN_ENOMEM;
		select = outer;
	}
	ask->select = select;
	kin_plan_ask(ask, core->plan, core->resolver->slots, core->resolver->slot_count);
	return kin_sql_add_output(arena, select, kin_expr_call(arena, "count", &star, 1), NULL) ? KIN_OK : KIN_ENOMEM;
}

int kin_plan_exists(const kin_core *core, kin_ask *ask)
{
	kin_arena *arena = &core->plan->arena;
	kin_sql_select *select = copy_without_outputs(arena, core->select);

	ask->select = kin_sql_select_new(arena);
	if (!select || !ask->select)
		return KIN_ENOMEM;
	drop_order(select);
	kin_plan_ask(ask, core->plan, core->resolver->slots, core->resolver->slot_count);
	return kin_sql_add_output(arena, ask->select, kin_expr_exists(arena, select, false), NULL) ? KIN_OK : KIN_ENOMEM;
}

int kin_plan_keys(const kin_core *core, kin_ask *ask)
{
	kin_arena *arena = &core->plan->arena;
	const kin_mapping *mapping = core->plan->mapping;
	int rc = KIN_OK;

	ask->select = copy_without_outputs(arena, core->select);
	if (!ask->select)
		return KIN_ENOMEM;
	kin_plan_ask(ask, core->plan, core->resolver->slots, core->resolver->slot_count);
	for (size_t i = 0; rc == KIN_OK && i < mapping->key_count; i++)
		rc = add_column(arena, ask->select, mapping->table, mapping->keys[i]);
	return rc;
}

int kin_plan_row(const kin_core *core, kin_ask *ask)
{
	kin_arena *arena = &core->plan->arena;

	ask->select = copy_without_outputs(arena, core->select);
	if (!ask->select)
		return KIN_ENOMEM;
	kin_plan_ask(ask, core->plan, core->resolver->slots, core->resolver->slot_count);
	return add_columns(arena, ask->select, core->plan->mapping);
}

/* An object with the columns that its model defers. */
static int add_whole(kin_plan *plan)
{
	kin_part *part = kin_arena_zalloc(&plan->arena, sizeof(*part));

	if (!part)
		return KIN_ENOMEM;
	part->mapping = plan->mapping;
	if (make_mould(&plan->arena, part, NULL) < 0)
		return KIN_ENOMEM;
	part->key = part->places[plan->mapping->keys[0]->index];
	plan->whole = part;
	return KIN_OK;
}

int kin_plan_rows(const kin_core *core, kin_ask *ask)
{
	kin_arena *arena = &core->plan->arena;
	const kin_mapping *mapping = core->plan->mapping;
	kin_slot *slot = kin_arena_zalloc(arena, sizeof(*slot));
	kin_expr *param = kin_expr_param(arena, 0);
	kin_expr *in = kin_expr_in(arena, kin_expr_column(arena, mapping->table, mapping->keys[0]->column), &param, 1);

	ask->select = copy_without_outputs(arena, core->select);
	if (!ask->select || !slot || !in)
		return KIN_ENOMEM;
	*slot = (kin_slot){ .attribute = mapping->keys[0], .many = true };
	ask->select->where = kin_expr_and(arena, core->rows, in);
	kin_plan_ask(ask, core->plan, slot, 1);
	if (!ask->select->where || add_columns(arena, ask->select, mapping) < 0 || (mapping->deferred && add_whole(core->plan) < 0))
		return KIN_ENOMEM;
	return kin_plan_has_forms(mapping) ? kin_plan_form_columns(arena, ask->select, mapping, false) : KIN_OK;
}

/* The keys, and a column behind them. */
static kin_sql_select *select_column(const kin_core *core, const kin_attribute *attribute)
{
	kin_arena *arena = &core->plan->arena;
	const kin_mapping *mapping = attribute->mapping;
	kin_sql_select *select = kin_sql_select_new(arena);
	int rc = select && kin_sql_add_source(arena, select, KIN_JOIN_FROM, mapping->table, NULL, NULL) ? KIN_OK : KIN_ENOMEM;

	for (size_t i = 0; rc == KIN_OK && i < mapping->key_count; i++)
		rc = add_column(arena, select, mapping->table, mapping->keys[i]);
	return rc == KIN_OK && add_column(arena, select, mapping->table, attribute) == KIN_OK ? select : NULL;
}

int kin_plan_column(const kin_core *core, const kin_attribute *attribute, kin_ask *row, kin_ask *rows)
{
	kin_arena *arena = &core->plan->arena;
	const kin_mapping *mapping = attribute->mapping;
	kin_slot *slots = kin_arena_zalloc(arena, (mapping->key_count + 1) * sizeof(*slots));
	kin_expr *param = kin_expr_param(arena, 0);

	if (!slots || !(row->select = select_column(core, attribute)) || !(rows->select = select_column(core, attribute)))
		return KIN_ENOMEM;
	for (uint32_t i = 0; i < mapping->key_count; i++) {
		kin_expr *is = kin_expr_binary(arena, KIN_OP_EQ, kin_expr_column(arena, mapping->table, mapping->keys[i]->column), kin_expr_param(arena, i));
		slots[i] = (kin_slot){ .argument = i, .attribute = mapping->keys[i] };
		if (!is || !(row->select->where = kin_expr_and(arena, row->select->where, is)))
			return KIN_ENOMEM;
	}
	slots[mapping->key_count] = (kin_slot){ .attribute = mapping->keys[0], .many = true };
	rows->select->where = kin_expr_in(arena, kin_expr_column(arena, mapping->table, mapping->keys[0]->column), &param, 1);
	kin_plan_ask(row, core->plan, slots, mapping->key_count);
	kin_plan_ask(rows, core->plan, slots + mapping->key_count, 1);
	return param && rows->select->where ? KIN_OK : KIN_ENOMEM;
}

/* ---- what is loaded afterwards, for objects that are there ---- */

/* A row leads to its parent by these columns: the foreign key among the object's own, or that of the table between, behind them. */
static int link_own(kin_arena *arena, kin_sql_select *select, kin_fetch *fetch, const char *holder)
{
	const kin_relation *r = fetch->relation;

	if (r->holds_key)
		return KIN_OK; /* the parent has the key */
	fetch->link = kin_arena_alloc(arena, r->pair_count * sizeof(*fetch->link));
	for (size_t i = 0; fetch->link && i < r->pair_count; i++) {
		fetch->link[i] = r->link ? (uint16_t)select->output_count : fetch->parts[0].places[r->pairs[i].remote->index];
		if (r->link && add_column(arena, select, holder, r->pairs[i].remote) < 0)
			return KIN_ENOMEM;
	}
	return fetch->link ? KIN_OK : KIN_ENOMEM;
}

/* The alias of the table that has the foreign key, or is pointed at: the target's, or that of the table between, which is joined. NULL when
 * memory is out. */
static const char *join_holder(kin_arena *arena, kin_sql_select *select, kin_resolver *aliases, const kin_relation *r)
{
	const char *alias = r->link ? kin_resolve_alias(aliases, r->link->table) : r->target->table;

	if (r->link && (!alias || !kin_sql_add_source(arena, select, KIN_JOIN_INNER, r->link->table, alias,
	                                              kin_resolve_join(arena, r->far, r->target->table, alias))))
		return NULL;
	return alias;
}

/* Whether a condition of the query's is in the statement that loads it. */
static bool needs_values(const kin_want *want)
{
	bool needs = want->where;

	for (const kin_want *w = want->first; w && !needs; w = w->next)
		needs = w->how == KIN_JOINED && needs_values(w);
	return needs;
}

/* Slots of a relationship's own, behind those of the query where a condition needs these. *ret_first: how many are in front. */
static kin_slot *own_slots(const kin_core *core, const kin_want *want, uint32_t *ret_first)
{
	uint32_t first = needs_values(want) ? (uint32_t)core->resolver->slot_count : 0;
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

/* pets.owner_id = ? [AND …], a slot for each pair. `rows`: which of the table's are the target's at all; NULL: all */
static int ask_for_one(const kin_core *core, const kin_want *want, kin_fetch *fetch, const char *holder, kin_expr *rows)
{
	const kin_relation *r = fetch->relation;
	kin_arena *arena = &core->plan->arena;
	uint32_t first;
	kin_slot *slots = own_slots(core, want, &first);
	kin_expr *where = rows;

	fetch->one.select = copy_select(arena, fetch->ask.select);
	if (!slots || !fetch->one.select)
		return KIN_ENOMEM;
	for (uint32_t i = 0; i < r->pair_count; i++) {
		kin_expr *is = kin_expr_binary(arena, KIN_OP_EQ, kin_resolve_column(arena, holder, r->pairs[i].remote),
		                               kin_expr_param(arena, first + i));
		slots[first + i] = (kin_slot){ .argument = fetch->base + i, .attribute = r->pairs[i].remote };
		if (!is || !(where = kin_expr_and(arena, where, is)))
			return KIN_ENOMEM;
	}
	where = view_where(arena, r, holder, where);
	if (!where || !(fetch->one.select->where = and_where(arena, where, want)))
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

/* All parents are loaded, so all children are wanted, and each says whose it is. */
static bool wants_all(const kin_core *core, const kin_want *want, const kin_fetch *fetch)
{
	const kin_sql_select *parents = core->select;
	const kin_relation *r = want->relation;

	return parents && !parents->where && !is_limited(parents) && parents->source_count == 1 && !want->parent->relation &&
	       r->mapping->integer_key && !r->holds_key && !r->link && r->pair_count == 1 && r->pairs[0].local == r->mapping->keys[0] &&
	       !fetch->collects && !want->where && !r->where;
}

/* `select` is made already, and is the statement for some: without its first `sources` and without a condition it is that for all. */
static int ask_for_all(const kin_core *core, const kin_want *want, kin_fetch *fetch, const kin_sql_select *select, size_t sources)
{
	kin_arena *arena = &core->plan->arena;
	kin_sql_select *all;

	if (!wants_all(core, want, fetch))
		return KIN_OK;
	if (!(all = copy_select(arena, select)) ||
	    !(all->sources = kin_arena_copy(arena, select->sources + sources, (select->source_count - sources) * sizeof(*all->sources))))
		return KIN_ENOMEM;
	all->source_count -= sources;
	all->sources[0].join = KIN_JOIN_FROM;
	all->sources[0].on = NULL;
	fetch->all.select = all;
	fetch->all_link = fetch->parts[0].places[want->relation->pairs[0].remote->index];
	return kin_plan_ask(&fetch->all, core->plan, NULL, 0);
}

/* Those of a statement of its own. Where a condition has taken some, the others come after them. */
static int begin_aliases(kin_resolver *aliases, const kin_core *core, const kin_want *want)
{
	int rc = kin_resolve_begin(aliases, &core->plan->arena, want->mapping, NULL, NULL, 0);

	if (rc == KIN_OK && needs_values(want))
		aliases->aliases = core->resolver->aliases;
	return rc;
}

int kin_plan_select_in(const kin_core *core, const kin_want *want, kin_fetch *fetch)
{
	const kin_relation *r = want->relation;
	kin_arena *arena = &core->plan->arena;
	kin_sql_select *select = want->where ? want->select : kin_sql_select_new(arena);
	const char *holder;
	kin_resolver aliases;
	kin_expr *rows;
	int rc;

	fetch->relation = r;
	fetch->how = KIN_SELECTIN;
	fetch->ask.select = select;
	fetch->some = want->where;
	fetch->base = needs_values(want) ? (uint32_t)core->resolver->argument_count : 0;
	if (!select || begin_aliases(&aliases, core, want) < 0 ||
	    (!want->where && !kin_resolve_source(arena, select, KIN_JOIN_FROM, r->target, NULL, NULL, NULL)) ||
	    !(holder = join_holder(arena, select, &aliases, r)))
		return KIN_ENOMEM;
	rows = select->where;
	if ((rc = add_relation_order(arena, select, r, r->target->table)) < 0 ||
	    (rc = bring(core, want, fetch, select, &aliases, r->target->table, NULL)) < 0 ||
	    (rc = link_own(arena, select, fetch, holder)) < 0 ||
	    (rc = ask_for_all(core, want, fetch, select, 0)) < 0 ||
	    (rc = ask_for_many(core, want, fetch, select, holder)) < 0)
		return rc;
	return ask_for_one(core, want, fetch, holder, rows);
}

/* The way from the query's model to what is wanted, joined step by step, the first step from anon_1. `near` and `far` are the
 * last step's two sides; the target itself goes by its table's own name. */
static int join_way(kin_arena *arena, kin_sql_select *select, kin_resolver *aliases, const kin_want *want, bool last,
                    const char **ret_near, const char **ret_far)
{
	const char *near = anon, *far, *before;
	int rc;

	if (want->parent->relation &&
	    (rc = join_way(arena, select, aliases, want->parent, false, &before, &near)) < 0)
		return rc;
	far = last ? want->mapping->table : kin_resolve_alias(aliases, want->mapping->table);
	if (!far || !kin_resolve_source(arena, select, KIN_JOIN_INNER, want->mapping, far,
	                                kin_resolve_on(aliases, arena, select, KIN_JOIN_INNER, want->relation, near, far), want->relation))
		return KIN_ENOMEM;
	*ret_near = near;
	*ret_far = far;
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
		if (add_column(arena, select, parent_alias, r->pairs[i].local) < 0)
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
	for (size_t i = kin_mapping_level_count(want->mapping); want->where && i < want->select->source_count; i++) {
		const kin_sql_source *s = &want->select->sources[i];
		if (!kin_sql_add_source(arena, select, s->join, s->table, s->alias, s->on))
			return KIN_ENOMEM;
	}
	return KIN_OK;
}

static int plan_subquery(const kin_core *core, const kin_want *want, kin_fetch *fetch)
{
	kin_arena *arena = &core->plan->arena;
	const kin_relation *first = first_step(want)->relation;
	kin_sql_select *inner = copy_without_outputs(arena, core->select), *select = kin_sql_select_new(arena);
	const char *near, *alias;
	kin_resolver aliases;
	int rc = KIN_OK;

	fetch->relation = want->relation;
	fetch->how = KIN_SUBQUERY;
	fetch->ask.select = select;
	fetch->some = want->where;
	if (!inner || !select || begin_aliases(&aliases, core, want) < 0)
		return KIN_ENOMEM;
	select->where = want->where;
	drop_order(inner);
	inner->distinct = first->holds_key && !is_limited(inner);
	for (size_t i = 0; rc == KIN_OK && i < first->pair_count; i++)
		rc = add_column(arena, inner, core->plan->mapping->table, first->pairs[i].local);
	if (rc < 0 || (rc = add_anon(arena, select, inner)) < 0 ||
	    (rc = join_way(arena, select, &aliases, want, true, &near, &alias)) < 0 || (rc = add_joins(arena, select, want)) < 0 ||
	    (rc = add_relation_order(arena, select, want->relation, alias)) < 0 ||
	    (rc = bring(core, want, fetch, select, &aliases, alias, NULL)) < 0 ||
	    (rc = ask_for_all(core, want, fetch, select, 1)) < 0)
		return rc;
	kin_plan_ask(&fetch->ask, core->plan, core->resolver->slots, core->resolver->slot_count);
	return link_parent(arena, select, fetch, near);
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
	return !(want->relation->holds_key && is_limited(core->select));
}

static int plan_later(const kin_core *core, const kin_want *want, kin_fetch *fetch)
{
	if (want->how == KIN_SUBQUERY && can_be_subquery(core, want))
		return plan_subquery(core, want, fetch);
	int rc = kin_plan_select_in(core, want, fetch);
	if (want->how == KIN_IMMEDIATE)
		fetch->how = KIN_IMMEDIATE;
	return rc;
}
