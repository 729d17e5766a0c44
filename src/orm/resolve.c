/* resolve.c - the names in a query's text become columns of tables and their aliases.
 *
 * A condition is taken apart at AND, OR and NOT; what remains is a comparison. A comparison with a path through a collection is put
 * into an EXISTS for that step, inside which the step is an ordinary place to look names up in; then it is looked at again. */
#include "orm/resolve.h"

#include <assert.h>

int kin_resolve_arguments(kin_resolver *resolver, const uint8_t *kinds, size_t count)
{
	size_t total = resolver->argument_count + count;
	uint8_t *all = kin_arena_alloc(resolver->arena, total + 1);
	kin_slot *slots = kin_arena_zalloc(resolver->arena, (total + 1) * sizeof(*slots));

	if (!all || !slots)
		return KIN_ENOMEM;
	assert(resolver->slot_count == resolver->argument_count || count == 0);
	if (resolver->argument_count > 0) {
		memcpy(all, resolver->kinds, resolver->argument_count);
		memcpy(slots, resolver->slots, resolver->slot_count * sizeof(*slots));
	}
	if (count > 0)
		memcpy(all + resolver->argument_count, kinds, count);
	for (size_t i = resolver->argument_count; i < total; i++)
		slots[i].argument = (uint32_t)i;
	resolver->first_argument = (uint32_t)resolver->argument_count;
	resolver->kinds = all;
	resolver->slots = slots;
	resolver->argument_count = resolver->slot_count = total;
	resolver->slot_capacity = total + 1;
	return KIN_OK;
}

int kin_resolve_begin(kin_resolver *resolver, kin_arena *arena, const kin_mapping *mapping, kin_sql_select *select,
                      const uint8_t *kinds, size_t count)
{
	*resolver = (kin_resolver){ .arena = arena, .root = kin_arena_zalloc(arena, sizeof(*resolver->root)) };
	resolver->last_problem = &resolver->problems;
	if (!resolver->root)
		return KIN_ENOMEM;
	resolver->root->mapping = mapping;
	resolver->root->alias = mapping->table;
	resolver->root->select = select;
	return kin_resolve_arguments(resolver, kinds, count);
}

const char *kin_resolve_alias(kin_resolver *resolver, const char *table)
{
	kin_alias_count *c = resolver->aliases;

	while (c && strcmp(c->table, table) != 0)
		c = c->next;
	if (!c) {
		c = kin_arena_zalloc(resolver->arena, sizeof(*c));
		if (!c)
			return NULL;
		*c = (kin_alias_count){ .table = table, .next = resolver->aliases };
		resolver->aliases = c;
	}
	return kin_arena_printf(resolver->arena, "%s_%u", table, ++c->count);
}

kin_expr *kin_resolve_join(kin_arena *arena, const kin_relation *relation, const char *near, const char *far)
{
	kin_expr *all = NULL;

	for (size_t i = 0; i < relation->pair_count; i++) {
		kin_expr *one = kin_expr_binary(arena, KIN_OP_EQ,
		                                kin_expr_column(arena, near, relation->pairs[i].local->column),
		                                kin_expr_column(arena, far, relation->pairs[i].remote->column));
		if (!one || !(all = kin_expr_and(arena, all, one)))
			return NULL;
	}
	return all;
}

/* ---- problems ---- */

int kin_resolve_problem(kin_resolver *resolver, uint32_t at, const char *format, ...)
{
	kin_problem *problem = kin_arena_zalloc(resolver->arena, sizeof(*problem));
	va_list arguments;

	if (!problem)
		return KIN_ENOMEM;
	va_start(arguments, format);
	problem->sentence = kin_arena_vprintf(resolver->arena, format, arguments);
	va_end(arguments);
	if (!problem->sentence)
		return KIN_ENOMEM;
	problem->at = at;
	*resolver->last_problem = problem;
	resolver->last_problem = &problem->next;
	return KIN_OK;
}

int kin_resolve_unknown(kin_resolver *resolver, const kin_mapping *mapping, const char *name, uint32_t at, bool relations_only)
{
	size_t attributes = relations_only ? 0 : mapping->attribute_count, count = 0;
	const char **names = kin_arena_alloc(resolver->arena, (attributes + mapping->relation_count + 1) * sizeof(*names));
	const char *what = relations_only ? "relationship" : "attribute";

	if (!names)
		return KIN_ENOMEM;
	for (size_t i = 0; i < attributes; i++)
		names[count++] = mapping->attributes[i].name;
	for (size_t i = 0; i < mapping->relation_count; i++)
		names[count++] = mapping->relations[i].name;
	if (relations_only && kin_mapping_attribute(mapping, name))
		return kin_resolve_problem(resolver, at, "%s.%s is a column, not a relationship", mapping->name, name);
	const char *near = kin_text_nearest(name, names, count);
	if (near)
		return kin_resolve_problem(resolver, at, "%s has no %s '%s'; did you mean '%s'?", mapping->name, what, name, near);
	return kin_resolve_problem(resolver, at, "%s has no %s '%s'", mapping->name, what, name);
}

/* ---- paths ---- */

static kin_node *find_node(const kin_node *parent, const kin_relation *relation)
{
	kin_node *n = parent->first;

	while (n && n->relation != relation)
		n = n->next;
	return n;
}

static kin_node *add_node(kin_resolver *resolver, kin_node *parent, const kin_relation *relation, kin_sql_select *select)
{
	kin_node *n = kin_arena_zalloc(resolver->arena, sizeof(*n));

	if (!n)
		return NULL;
	*n = (kin_node){
		.mapping = relation->target, .relation = relation, .parent = parent, .select = select,
		.alias = kin_resolve_alias(resolver, relation->target->table), .next = parent->first,
	};
	if (!n->alias)
		return NULL;
	parent->first = n;
	return n;
}

static void remove_node(const kin_node *node)
{
	kin_node **link = &node->parent->first;

	while (*link != node)
		link = &(*link)->next;
	*link = node->next;
}

/* The databases turn it into an inner join themselves where a condition leaves NULL out. */
static kin_node *join_node(kin_resolver *resolver, kin_node *parent, const kin_relation *relation)
{
	kin_node *n = find_node(parent, relation);

	if (n)
		return n;
	n = add_node(resolver, parent, relation, parent->select);
	if (!n || !kin_sql_add_source(resolver->arena, n->select, KIN_JOIN_LEFT, relation->target->table, n->alias,
	                              kin_resolve_join(resolver->arena, relation, parent->alias, n->alias)))
		return NULL;
	if (n->select == resolver->root->select)
		resolver->joined = true;
	return n;
}

/* Where a path leads. */
typedef struct end {
	kin_node            *node;
	const kin_attribute *attribute; /* of the node; or */
	const kin_relation  *relation;  /* of the node: the path ends with a relationship */
	kin_node            *parent;    /* the path goes through a collection for which no EXISTS is open: */
	const kin_relation  *collection; /* this one, of `parent` */
	bool                 unknown;
	size_t               failed_at; /* which name is unknown */
} end;

/* KIN_OK or KIN_ENOMEM. Joins what must be joined. */
static int walk(kin_resolver *resolver, const kin_expr *path, end *ret)
{
	kin_node *n = resolver->root;

	*ret = (end){ .node = n };
	for (size_t i = 0; i < path->count; i++) {
		bool last = i + 1 == path->count;
		const kin_relation *relation = kin_mapping_relation(n->mapping, path->names[i]);
		ret->node = n;
		if (!relation) {
			ret->attribute = last ? kin_mapping_attribute(n->mapping, path->names[i]) : NULL;
			ret->unknown = !ret->attribute;
			ret->failed_at = i;
			return KIN_OK;
		}
		if (relation->to_many && !find_node(n, relation)) {
			ret->parent = n;
			ret->collection = relation;
			ret->relation = last ? relation : NULL;
			return KIN_OK;
		}
		if (last && relation->holds_key) {
			ret->relation = relation;
			return KIN_OK;
		}
		n = relation->to_many ? find_node(n, relation) : join_node(resolver, n, relation);
		if (!n)
			return KIN_ENOMEM;
		if (last) {
			ret->relation = relation;
			ret->node = n;
		}
	}
	return KIN_OK;
}

static const char *path_text(kin_resolver *resolver, const kin_expr *path)
{
	const char *text = path->names[0];

	for (size_t i = 1; text && i < path->count; i++)
		text = kin_arena_printf(resolver->arena, "%s.%s", text, path->names[i]);
	return text ? text : "";
}

/* What cannot be resolved is replaced, so that it is reported once; the statement is not used. */
static int give_up(kin_resolver *resolver, kin_expr **expr)
{
	*expr = kin_expr_constant(resolver->arena, KIN_EXPR_NULL);
	return *expr ? KIN_OK : KIN_ENOMEM;
}

static int unknown_name(kin_resolver *resolver, const kin_expr *path, const end *found)
{
	const kin_mapping *mapping = found->node->mapping;
	const char *name = path->names[found->failed_at];
	bool last = found->failed_at + 1 == path->count;

	return kin_resolve_unknown(resolver, mapping, name, path->at, !last);
}

/* ---- values ---- */

static bool is_comparison(const kin_expr *expr)
{
	if (expr->kind == KIN_EXPR_BINARY)
		return expr->op >= KIN_OP_EQ && expr->op <= KIN_OP_GE;
	return expr->kind == KIN_EXPR_LIKE || expr->kind == KIN_EXPR_BETWEEN || expr->kind == KIN_EXPR_IN;
}

static bool is_equality(const kin_expr *expr)
{
	return expr->kind == KIN_EXPR_BINARY && (expr->op == KIN_OP_EQ || expr->op == KIN_OP_NE);
}

static int resolve_path(kin_resolver *resolver, kin_expr **expr, const kin_attribute **ret_attribute)
{
	const kin_expr *path = *expr;
	end found;
	int rc;

	if (resolver->no_paths && path->count > 1) {
		rc = kin_resolve_problem(resolver, path->at, "'%s' walks a relationship: only %s's own attributes can stand here",
		                         path_text(resolver, path), resolver->root->mapping->name);
		return rc < 0 ? rc : give_up(resolver, expr);
	}
	if ((rc = walk(resolver, path, &found)) < 0)
		return rc;
	if (found.attribute) {
		kin_expr *column = kin_expr_column(resolver->arena, found.node->alias, found.attribute->column);
		if (!column)
			return KIN_ENOMEM;
		column->at = path->at;
		*expr = column;
		if (ret_attribute)
			*ret_attribute = found.attribute;
		return KIN_OK;
	}
	if (found.unknown)
		rc = unknown_name(resolver, path, &found);
	else if (found.collection)
		rc = kin_resolve_problem(resolver, path->at, "%s.%s is a collection: it has no one value here",
		                         found.parent->mapping->name, found.collection->name);
	else
		rc = kin_resolve_problem(resolver, path->at, "%s.%s is a relationship: name one of its attributes, as in %s.%s",
		                         found.relation->mapping->name, found.relation->name, path_text(resolver, path),
		                         found.relation->target->attributes[0].name);
	return rc < 0 ? rc : give_up(resolver, expr);
}

static kin_slot *slot_of(kin_resolver *resolver, kin_expr *param)
{
	uint32_t index = param->index + resolver->first_argument;

	return index < resolver->argument_count ? &resolver->slots[index] : NULL;
}

/* Placeholders are numbered over all of a query's texts. */
static int resolve_param(kin_resolver *resolver, kin_expr **expr, const kin_attribute *attribute, const kin_expr *parent)
{
	kin_slot *slot = slot_of(resolver, *expr);
	kin_expr *param = kin_expr_param(resolver->arena, (*expr)->index + resolver->first_argument);

	if (!param)
		return KIN_ENOMEM;
	param->at = (*expr)->at;
	*expr = param;
	if (!slot)
		return KIN_OK; /* too few values: said once, for the whole text */
	slot->attribute = attribute;
	slot->null_text = parent && is_equality(parent);
	slot->many = parent && parent->kind == KIN_EXPR_IN && parent->count == 2;
	return kin_resolve_kind(resolver, slot, param->at);
}

/* An expression's value: paths become columns, and the arguments beside a column are checked against it. */
static int resolve_value(kin_resolver *resolver, kin_expr **expr, const kin_expr *parent)
{
	const kin_attribute *attribute = NULL;
	kin_expr *e = *expr;
	int rc = KIN_OK;

	if (e->kind == KIN_EXPR_PATH)
		return resolve_path(resolver, expr, NULL);
	if (e->kind == KIN_EXPR_PARAM)
		return resolve_param(resolver, expr, NULL, parent);
	for (size_t i = 0; rc == KIN_OK && e->items && i < e->count; i++) {
		const kin_attribute *one = NULL;
		if (e->items[i]->kind == KIN_EXPR_PATH)
			rc = resolve_path(resolver, &e->items[i], &one);
		if (!attribute)
			attribute = one;
	}
	if (!is_comparison(e))
		attribute = NULL;
	for (size_t i = 0; rc == KIN_OK && e->items && i < e->count; i++)
		if (e->items[i]->kind == KIN_EXPR_PARAM)
			rc = resolve_param(resolver, &e->items[i], attribute, e);
		else if (e->items[i]->kind != KIN_EXPR_COLUMN)
			rc = resolve_value(resolver, &e->items[i], e);
	return rc;
}

/* ---- relationships as values: owner = ?, owner is null, owner in (?) ---- */

/* The columns that say which object a relationship leads to: the foreign key on this side; else the other side's key. */
static size_t reference_count(const end *found)
{
	return found->relation->holds_key ? found->relation->pair_count : found->relation->target->key_count;
}

static const kin_attribute *reference_column(const end *found, size_t i)
{
	return found->relation->holds_key ? found->relation->pairs[i].local : found->relation->target->keys[i];
}

static const kin_attribute *reference_member(const end *found, size_t i)
{
	return found->relation->holds_key ? found->relation->pairs[i].remote : found->relation->target->keys[i];
}

static bool ends_with_relation(kin_resolver *resolver, const kin_expr *expr, end *found, int *rc)
{
	*rc = KIN_OK;
	if (expr->kind != KIN_EXPR_PATH || (resolver->no_paths && expr->count > 1))
		return false;
	*rc = walk(resolver, expr, found);
	return *rc == KIN_OK && found->relation && !found->collection;
}

/* A slot for another member of the same object. NULL when memory is out. */
static kin_slot *more_slot(kin_resolver *resolver, const kin_slot *like)
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

/* The i-th member of the object that an argument is. */
static kin_expr *object_param(kin_resolver *resolver, const end *found, kin_expr *argument, size_t i, const kin_slot *pattern)
{
	kin_slot *slot = slot_of(resolver, argument);

	if (!slot)
		return kin_expr_param(resolver->arena, 0);
	if (i > 0 && !(slot = more_slot(resolver, slot)))
		return NULL;
	slot->relation = found->relation;
	slot->member = reference_member(found, i);
	slot->attribute = reference_column(found, i);
	slot->null_text = pattern->null_text;
	slot->many = pattern->many;
	slot->assigned = pattern->assigned;
	if (i == 0 && kin_resolve_kind(resolver, slot, argument->at) < 0)
		return NULL;
	return kin_expr_param(resolver->arena, (uint32_t)(slot - resolver->slots));
}

static kin_expr *reference(kin_resolver *resolver, const end *found, size_t i)
{
	return kin_expr_column(resolver->arena, found->node->alias, reference_column(found, i)->column);
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

static int relation_is_null(kin_resolver *resolver, kin_expr **expr, const end *found)
{
	kin_expr *all = NULL;
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < reference_count(found); i++)
		rc = add_part(resolver, &all,
		              kin_expr_is_null(resolver->arena, reference(resolver, found, i), (*expr)->negated), !(*expr)->negated);
	*expr = all;
	return rc;
}

static int relation_equals(kin_resolver *resolver, kin_expr **expr, const end *found, kin_expr *argument)
{
	const kin_slot pattern = { .null_text = true };
	kin_expr *all = NULL;
	int rc = KIN_OK;

	for (size_t i = 0; rc == KIN_OK && i < reference_count(found); i++)
		rc = add_part(resolver, &all,
		              kin_expr_binary(resolver->arena, (kin_op)(*expr)->op, reference(resolver, found, i),
		                              object_param(resolver, found, argument, i, &pattern)),
		              (*expr)->op == KIN_OP_NE);
	*expr = all;
	return rc;
}

static int relation_in(kin_resolver *resolver, kin_expr **expr, const end *found)
{
	const kin_slot pattern = { .many = true };
	kin_expr *param = object_param(resolver, found, (*expr)->items[1], 0, &pattern);
	kin_expr *in = kin_expr_in(resolver->arena, reference(resolver, found, 0), &param, 1);

	if (!param || !in)
		return KIN_ENOMEM;
	in->negated = (*expr)->negated;
	*expr = in;
	return KIN_OK;
}

/* Whether it was a comparison of a relationship, which is replaced then: 1, 0, or KIN_ENOMEM. */
static int resolve_relation(kin_resolver *resolver, kin_expr **expr)
{
	kin_expr *e = *expr;
	end found;
	int rc;

	if (e->kind == KIN_EXPR_IS_NULL && ends_with_relation(resolver, e->items[0], &found, &rc))
		return relation_is_null(resolver, expr, &found) < 0 ? KIN_ENOMEM : 1;
	if (is_equality(e) && ends_with_relation(resolver, e->items[0], &found, &rc) && e->items[1]->kind == KIN_EXPR_PARAM)
		return relation_equals(resolver, expr, &found, e->items[1]) < 0 ? KIN_ENOMEM : 1;
	if (is_equality(e) && ends_with_relation(resolver, e->items[1], &found, &rc) && e->items[0]->kind == KIN_EXPR_PARAM)
		return relation_equals(resolver, expr, &found, e->items[0]) < 0 ? KIN_ENOMEM : 1;
	if (e->kind == KIN_EXPR_IN && e->count == 2 && e->items[1]->kind == KIN_EXPR_PARAM &&
	    ends_with_relation(resolver, e->items[0], &found, &rc) && reference_count(&found) == 1)
		return relation_in(resolver, expr, &found) < 0 ? KIN_ENOMEM : 1;
	return 0;
}

/* ---- conditions ---- */

typedef struct search {
	kin_resolver *resolver;
	end           found;
} search;

static int find_collection(void *context, kin_expr **expr)
{
	search *s = context;
	int rc;

	if ((*expr)->kind != KIN_EXPR_PATH)
		return 0;
	rc = walk(s->resolver, *expr, &s->found);
	return rc < 0 ? rc : s->found.collection != NULL;
}

/* SELECT 1 FROM pets AS pets_1 WHERE owners.id = pets_1.owner_id; the node is open until it is taken off its parent. */
static kin_node *open_exists(kin_resolver *resolver, const end *found)
{
	kin_arena *arena = resolver->arena;
	kin_sql_select *select = kin_sql_select_new(arena);
	kin_node *n = select ? add_node(resolver, found->parent, found->collection, select) : NULL;

	if (!n || !kin_sql_add_output(arena, select, kin_expr_integer(arena, 1), NULL) ||
	    !kin_sql_add_source(arena, select, KIN_JOIN_FROM, n->mapping->table, n->alias, NULL) ||
	    !(select->where = kin_resolve_join(arena, n->relation, n->parent->alias, n->alias)))
		return NULL;
	return n;
}

static int resolve_comparison(kin_resolver *resolver, kin_expr **expr);

static int resolve_exists(kin_resolver *resolver, kin_expr **expr, const end *found)
{
	/* `pets is null`: there are none */
	bool only_whether = (*expr)->kind == KIN_EXPR_IS_NULL && found->relation;
	bool negated = only_whether && !(*expr)->negated;
	kin_node *n = open_exists(resolver, found);

	if (!n)
		return KIN_ENOMEM;
	if (!only_whether) {
		int rc = resolve_comparison(resolver, expr);
		if (rc < 0)
			return rc;
		if (!(n->select->where = kin_expr_and(resolver->arena, n->select->where, *expr)))
			return KIN_ENOMEM;
	}
	*expr = kin_expr_exists(resolver->arena, n->select, negated);
	remove_node(n);
	return *expr ? KIN_OK : KIN_ENOMEM;
}

static int resolve_comparison(kin_resolver *resolver, kin_expr **expr)
{
	search s = { .resolver = resolver };
	int rc = kin_expr_walk(expr, find_collection, &s);

	if (rc < 0)
		return rc;
	if (rc > 0)
		return resolve_exists(resolver, expr, &s.found);
	rc = resolve_relation(resolver, expr);
	if (rc != 0)
		return rc < 0 ? rc : KIN_OK;
	return resolve_value(resolver, expr, NULL);
}

static bool is_logic(const kin_expr *expr)
{
	return (expr->kind == KIN_EXPR_BINARY && (expr->op == KIN_OP_AND || expr->op == KIN_OP_OR)) ||
	       (expr->kind == KIN_EXPR_UNARY && expr->op == KIN_OP_NOT);
}

int kin_resolve_condition(kin_resolver *resolver, kin_expr **condition)
{
	kin_expr *e = *condition;
	int rc = KIN_OK;

	if (!is_logic(e))
		return resolve_comparison(resolver, condition);
	for (size_t i = 0; rc == KIN_OK && i < e->count; i++)
		rc = kin_resolve_condition(resolver, &e->items[i]);
	return rc;
}

int kin_resolve_order(kin_resolver *resolver, kin_sql_order *order)
{
	search s = { .resolver = resolver };
	int rc = kin_expr_walk(&order->expr, find_collection, &s);

	if (rc > 0)
		return kin_resolve_problem(resolver, order->expr->at, "%s.%s is a collection: objects cannot be sorted by it",
		                           s.found.parent->mapping->name, s.found.collection->name);
	return rc < 0 ? rc : resolve_value(resolver, &order->expr, NULL);
}

int kin_resolve_rows(kin_resolver *resolver, kin_expr **expr, const char *word)
{
	kin_slot *slot;

	if ((*expr)->kind == KIN_EXPR_INTEGER)
		return KIN_OK;
	if ((*expr)->kind != KIN_EXPR_PARAM)
		return kin_resolve_problem(resolver, (*expr)->at, "%s takes a number or a ?", word);
	slot = slot_of(resolver, *expr);
	if (slot)
		slot->counts_rows = true;
	return resolve_param(resolver, expr, NULL, NULL);
}

/* ---- assignments ---- */

static int assign_attribute(kin_resolver *resolver, const kin_attribute *attribute, kin_expr *value, kin_sql_assignment *ret)
{
	kin_slot *slot = value->kind == KIN_EXPR_PARAM ? slot_of(resolver, value) : NULL;
	int rc;

	if (attribute->not_null && value->kind == KIN_EXPR_NULL)
		return kin_resolve_problem(resolver, value->at, "%s.%s cannot be NULL", attribute->mapping->name, attribute->name);
	if (slot)
		slot->assigned = true;
	rc = value->kind == KIN_EXPR_PARAM ? resolve_param(resolver, &value, attribute, NULL) : resolve_value(resolver, &value, NULL);
	*ret = (kin_sql_assignment){ .column = attribute->column, .value = value };
	return rc;
}

static int assign_relation(kin_resolver *resolver, const kin_relation *relation, kin_expr *value, kin_sql_assignment *ret)
{
	const end found = { .node = resolver->root, .relation = relation };
	const kin_slot pattern = { .assigned = true };

	for (size_t i = 0; i < relation->pair_count; i++) {
		kin_expr *one = value->kind == KIN_EXPR_PARAM ? object_param(resolver, &found, value, i, &pattern) : value;
		if (!one)
			return KIN_ENOMEM;
		ret[i] = (kin_sql_assignment){ .column = relation->pairs[i].local->column, .value = one };
	}
	return KIN_OK;
}

int kin_resolve_assignment(kin_resolver *resolver, const kin_sql_assignment *assignment, uint32_t at,
                           kin_sql_assignment *ret_items, size_t *ret_count)
{
	const kin_mapping *mapping = resolver->root->mapping;
	const kin_attribute *attribute = kin_mapping_attribute(mapping, assignment->column);
	const kin_relation *relation = kin_mapping_relation(mapping, assignment->column);
	int kind = assignment->value->kind;

	*ret_count = 0;
	if (attribute) {
		*ret_count = 1;
		return assign_attribute(resolver, attribute, assignment->value, ret_items);
	}
	if (!relation)
		return kin_resolve_unknown(resolver, mapping, assignment->column, at, false);
	if (!relation->holds_key)
		return kin_resolve_problem(resolver, at, "%s.%s cannot be assigned here: the key is in %s", mapping->name,
		                           relation->name, relation->target->name);
	if (kind != KIN_EXPR_PARAM && kind != KIN_EXPR_NULL)
		return kin_resolve_problem(resolver, at, "%s.%s takes an object, as ?, or NULL", mapping->name, relation->name);
	*ret_count = relation->pair_count;
	return assign_relation(resolver, relation, assignment->value, ret_items);
}
