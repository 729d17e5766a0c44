/* plan_part.c - what a row of a statement brings: the columns of an object, and of those that are joined to it.
 *
 *     SELECT owners.id, owners.name, pets_1.id, … FROM owners LEFT OUTER JOIN pets AS pets_1 ON owners.id = pets_1.owner_id
 *            part 0                  part 1
 *
 * What is not joined is a statement of its own, asked later: plan_later.c. */
#include "orm/defer.h"
#include "orm/inherit.h"
#include "orm/plan_form.h"
#include "orm/plan_rank.h"

typedef struct build {
	const kin_core *core;
	kin_arena      *arena;
	kin_resolver   *aliases; /* of this statement */
	kin_sql_select *select;
	kin_fetch      *fetch;
	const kin_want *first;   /* its first part */
	const kin_want **later;  /* wants that take a statement of their own; .fetch->laters[i] is for later[i] */
} build;

static size_t count_wants(const kin_want *want)
{
	size_t count = 1;

	for (const kin_want *w = want->first; w; w = w->next)
		count += count_wants(w);
	return count;
}

/* ---- an object ---- */

static bool comes(const kin_part *part, size_t attribute)
{
	return !part->brings || kin_set_has(part->brings, attribute);
}

/* Cells and places of the attributes that come, one after the other. The key always does. */
static int place_columns(kin_arena *arena, kin_part *part)
{
	const kin_mapping *mapping = part->mapping;
	uint16_t column = part->column;
	size_t count = 0;

	part->cells = kin_arena_copy(arena, mapping->cells, mapping->attribute_count * sizeof(*part->cells));
	part->places = kin_arena_zalloc(arena, mapping->attribute_count * sizeof(*part->places));
	if (!part->cells || !part->places)
		return KIN_ENOMEM;
	for (size_t i = 0; i < mapping->attribute_count; i++) {
		if (!comes(part, i))
			continue;
		part->places[i] = column;
		part->cells[count] = mapping->cells[i];
		part->cells[count++].column = column++;
	}
	part->key = part->places[mapping->keys[0]->index];
	part->mould.cells = part->cells;
	part->mould.count = count;
	return KIN_OK;
}

int kin_plan_mould(kin_arena *arena, kin_part *part, const uint64_t *left_out)
{
	const kin_mapping *mapping = part->mapping;
	kin_instance *blank = kin_instance_blank(arena, mapping);

	part->mould = (kin_mould){ .blank = blank, .size = sizeof(*blank) + mapping->size, .head = sizeof(*blank) };
	if (!blank || !left_out)
		return blank ? place_columns(arena, part) : KIN_ENOMEM;
	if (!(part->brings = kin_arena_zalloc(arena, KIN_SET_WORDS(mapping) * sizeof(*part->brings))))
		return KIN_ENOMEM;
	blank->flags |= KIN_INSTANCE_LACKS;
	part->lacks = true;
	for (size_t i = 0; i < mapping->attribute_count; i++)
		if (kin_set_has(left_out, i))
			kin_defer_poison(kin_instance_object(blank), &mapping->attributes[i]);
		else
			kin_set_add(part->brings, i);
	return place_columns(arena, part);
}

/* ---- what is joined to it ---- */

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

	if (want->limit)
		return kin_plan_join_ranked(b->aliases, b->arena, b->select, join, want, parent_alias, alias);
	kin_expr *on = alias ? kin_resolve_on(b->aliases, b->arena, b->select, join, relation, parent_alias, alias) : NULL;

	if (on && want->where)
		on = kin_expr_and(b->arena, on, want->where);
	return on && kin_resolve_source(b->aliases, b->select, join, relation->target, alias, on, relation) ? KIN_OK : KIN_ENOMEM;
}

static int add_part(build *b, const kin_want *want, size_t parent, const char *alias, const kin_node *node);

static int join_part(build *b, const kin_want *want, size_t parent, const char *parent_alias, const kin_node *parent_node)
{
	const kin_relation *relation = want->relation;
	const kin_node *node = parent_node && !want->where ? kin_resolve_find_node(parent_node, relation) : NULL;
	const char *alias = node ? node->alias : want->alias ? want->alias : kin_resolve_alias(b->aliases, relation->target->table);
	bool inner = is_inner(b, want);
	int rc = node ? use_join(b, alias, inner) : add_join(b, want, parent_alias, alias, inner);

	if (relation->to_many)
		b->fetch->collects = true;
	if (rc == KIN_OK)
		rc = kin_plan_order_list(b->arena, b->select, want, alias);
	return rc < 0 ? rc : add_part(b, want, parent, alias, node);
}

bool kin_plan_is_locked(const kin_core *core, const kin_fetch *fetch)
{
	return !fetch->relation && core->select && core->select->lock;
}

/* What the row may be where models inherit from the part's. */
static int add_forms(build *b, const kin_want *want, kin_part *part, const char *alias)
{
	const kin_forming forming = {
		.arena = b->arena, .select = b->select, .want = want, .alias = alias, .joins = kin_plan_is_locked(b->core, b->fetch),
	};
	int rc = kin_plan_forms(&forming, part);

	if (rc == KIN_OK)
		rc = kin_plan_aparts(b->core->plan, &forming, part);
	b->fetch->apart |= part->apart_count > 0;
	return rc;
}

static int add_part(build *b, const kin_want *want, size_t parent, const char *alias, const kin_node *node)
{
	const kin_mapping *mapping = want->mapping;
	size_t number = b->fetch->part_count++, column = b->select->output_count;
	kin_part *part = &b->fetch->parts[number];
	int rc = KIN_OK;

	*part = (kin_part){
		.mapping = mapping, .relation = number == 0 ? NULL : want->relation, .parent = (uint16_t)parent,
		.column = (uint16_t)column, .some = number > 0 && kin_want_is_part(want),
	};
	if (kin_plan_mould(b->arena, part, kin_want_left_out(want)) < 0)
		return KIN_ENOMEM;
	rc = kin_want_manner(b->core->plan, b->arena, want, &part->manner);
	for (size_t i = 0; rc == KIN_OK && i < mapping->attribute_count; i++)
		if (comes(part, i))
			rc = kin_plan_add_column(b->arena, b->select, alias, &mapping->attributes[i]);
	if (rc == KIN_OK && kin_plan_has_forms(mapping))
		rc = add_forms(b, want, part, alias);
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

int kin_plan_bring(const kin_core *core, const kin_want *want, kin_fetch *fetch, kin_sql_select *select, kin_resolver *aliases,
                   const char *alias, const kin_node *node)
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
		rc = fetch->laters[i].fetch ? kin_plan_later(core, b.later[i], fetch->laters[i].fetch) : KIN_ENOMEM;
	}
	return rc;
}
