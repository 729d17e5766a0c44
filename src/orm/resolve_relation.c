/* resolve_relation.c - relationships as values: owner = ?, owner is null, owner in (?).
 *
 * They become comparisons of the columns that say which object is meant, with the members of the object that is given. */
#include "orm/inherit.h"
#include "orm/resolve_path.h"

/* The columns that say which object a relationship leads to: the foreign key on this side; else the other side's key. */
static size_t reference_count(const kin_path_end *found)
{
	return found->relation->holds_key ? found->relation->pair_count : found->relation->target->key_count;
}

/* Whether NULL in the i-th column says that there is no object. */
static bool tells(const kin_path_end *found, size_t i)
{
	const kin_relation *r = found->relation;

	return !r->holds_key || r->pairs[i].cleared || !r->pairs[i].local->not_null;
}

static const kin_attribute *reference_column(const kin_path_end *found, size_t i)
{
	return found->relation->holds_key ? found->relation->pairs[i].local : found->relation->target->keys[i];
}

static const kin_attribute *reference_member(const kin_path_end *found, size_t i)
{
	return found->relation->holds_key ? found->relation->pairs[i].remote : found->relation->target->keys[i];
}

static bool ends_with_relation(kin_resolver *resolver, const kin_expr *expr, kin_path_end *found, int *rc)
{
	*rc = KIN_OK;
	if (expr->kind != KIN_EXPR_PATH || (resolver->no_paths && expr->count > 1))
		return false;
	*rc = kin_resolve_walk(resolver, expr, found);
	return *rc == KIN_OK && found->relation && !found->collection;
}

kin_slot *kin_resolve_more_slot(kin_resolver *resolver, const kin_slot *like)
{
	kin_slot copy = *like;

	if (resolver->slot_count == resolver->slot_capacity) {
		kin_slot *more = kin_arena_alloc(resolver->arena, 2 * resolver->slot_capacity * sizeof(*more));
		if (!more)
			return NULL;
		memcpy(more, resolver->slots, resolver->slot_count * sizeof(*more));
		resolver->slots = more;
		resolver->slot_capacity *= 2;
	}
	kin_slot *slot = &resolver->slots[resolver->slot_count++];
	*slot = copy;
	return slot;
}

kin_expr *kin_resolve_object(kin_resolver *resolver, const kin_path_end *found, kin_expr *argument, size_t i, const kin_slot *pattern)
{
	kin_slot *slot = kin_resolve_slot(resolver, argument);

	if (!slot)
		return kin_expr_param(resolver->arena, 0);
	if (i > 0 && !(slot = kin_resolve_more_slot(resolver, slot)))
		return NULL;
	slot->relation = found->relation;
	slot->member = reference_member(found, i);
	slot->attribute = reference_column(found, i);
	slot->null_text = pattern->null_text;
	slot->many = pattern->many;
	slot->in_row = pattern->in_row;
	slot->assigned = pattern->assigned;
	if (i == 0 && kin_resolve_kind(resolver, slot, argument->at) < 0)
		return NULL;
	return kin_expr_param(resolver->arena, (uint32_t)(slot - resolver->slots));
}

static kin_expr *reference(kin_resolver *resolver, const kin_path_end *found, size_t i)
{
	return kin_resolve_column(resolver->arena, found->node->alias, reference_column(found, i));
}

static kin_expr *or_else(kin_arena *arena, kin_expr *left, kin_expr *right)
{
	return left ? kin_expr_binary(arena, KIN_OP_OR, left, right) : right;
}

/* `all` ANDed to, or for "not so" ORed with, one column's part. */
static int add_part(kin_resolver *resolver, kin_expr **all, kin_expr *one, bool any)
{
	if (!one)
		return KIN_ENOMEM;
	*all = any ? or_else(resolver->arena, *all, one) : kin_expr_and(resolver->arena, *all, one);
	return *all ? KIN_OK : KIN_ENOMEM;
}

/* What a condition says of the relationship it says of the column. */
static kin_expr *written(kin_expr *column, const kin_attribute *attribute)
{
	if (column)
		column->origin = attribute;
	return column;
}

static int relation_is_null(kin_resolver *resolver, kin_expr **expr, const kin_path_end *found)
{
	kin_expr *all = NULL;
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < reference_count(found); i++)
		if (tells(found, i))
			rc = add_part(resolver, &all,
			              kin_expr_is_null(resolver->arena, written(reference(resolver, found, i), reference_column(found, i)), (*expr)->negated),
			              !(*expr)->negated);
	*expr = all;
	return rc;
}

static int relation_equals(kin_resolver *resolver, kin_expr **expr, const kin_path_end *found, kin_expr *argument)
{
	const kin_slot pattern = { .null_text = true };
	kin_expr *all = NULL;
	bool told = false;
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < reference_count(found); i++) {
		kin_expr *one = kin_expr_binary(resolver->arena, (kin_op)(*expr)->op, reference(resolver, found, i),
		                                kin_resolve_object(resolver, found, argument, i, &pattern));
		if (one)
			one->null_drops = told || !tells(found, i);
		told = told || tells(found, i);
		rc = add_part(resolver, &all, one, (*expr)->op == KIN_OP_NE);
	}
	*expr = all;
	return rc;
}

kin_expr *kin_resolve_in(kin_arena *arena, kin_expr *const *columns, kin_expr *const *params, size_t count)
{
	kin_expr *operand = count == 1 ? columns[0] : kin_expr_row(arena, columns, count);
	kin_expr *item = count == 1 ? params[0] : kin_expr_row(arena, params, count);

	return kin_expr_in(arena, operand, &item, 1);
}

static int relation_in(kin_resolver *resolver, kin_expr **expr, const kin_path_end *found)
{
	size_t count = reference_count(found);
	const kin_slot pattern = { .many = true, .in_row = count > 1 };
	kin_expr *columns[count], *params[count];
	kin_expr *in;

	for (size_t i = 0; i < count; i++)
		if (!(columns[i] = reference(resolver, found, i)) ||
		    !(params[i] = kin_resolve_object(resolver, found, (*expr)->items[1], i, &pattern)))
			return KIN_ENOMEM;
	if (!(in = kin_resolve_in(resolver->arena, columns, params, count)))
		return KIN_ENOMEM;
	in->negated = (*expr)->negated;
	*expr = in;
	return KIN_OK;
}

int kin_resolve_relation(kin_resolver *resolver, kin_expr **expr)
{
	kin_expr *e = *expr;
	kin_path_end found;
	int rc;

	if (e->kind == KIN_EXPR_IS_NULL && ends_with_relation(resolver, e->items[0], &found, &rc))
		return relation_is_null(resolver, expr, &found) < 0 ? KIN_ENOMEM : 1;
	if (kin_resolve_is_equality(e) && ends_with_relation(resolver, e->items[0], &found, &rc) && e->items[1]->kind == KIN_EXPR_PARAM)
		return relation_equals(resolver, expr, &found, e->items[1]) < 0 ? KIN_ENOMEM : 1;
	if (kin_resolve_is_equality(e) && ends_with_relation(resolver, e->items[1], &found, &rc) && e->items[0]->kind == KIN_EXPR_PARAM)
		return relation_equals(resolver, expr, &found, e->items[0]) < 0 ? KIN_ENOMEM : 1;
	if (e->kind == KIN_EXPR_IN && e->count == 2 && e->items[1]->kind == KIN_EXPR_PARAM &&
	    ends_with_relation(resolver, e->items[0], &found, &rc))
		return relation_in(resolver, expr, &found) < 0 ? KIN_ENOMEM : 1;
	return 0;
}
