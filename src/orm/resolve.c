/* resolve.c - the names in a query's text become columns of tables and their aliases.
 *
 * A condition is taken apart at AND, OR and NOT; what remains is a comparison. A comparison with a path through a collection is put
 * into an EXISTS for that step, inside which the step is an ordinary place to look names up in; then it is looked at again. */
#include "orm/inherit.h"
#include "orm/resolve_literal.h"
#include "orm/resolve_path.h"

#include "orm/resolve_result.h"
#include "value/kind.h"

int kin_resolve_arguments(kin_resolver *resolver, const uint8_t *kinds, size_t count)
{
	size_t total = resolver->argument_count + count, slot_count = resolver->slot_count + count;
	uint8_t *all = kin_arena_alloc(resolver->arena, total + 1);
	kin_slot *slots = kin_arena_zalloc(resolver->arena, (slot_count + 1) * sizeof(*slots));

	if (!all || !slots)
		return KIN_ENOMEM;
	if (resolver->argument_count > 0) {
		memcpy(all, resolver->kinds, resolver->argument_count);
		memcpy(slots, resolver->slots, resolver->slot_count * sizeof(*slots));
	}
	if (count > 0)
		memcpy(all + resolver->argument_count, kinds, count);
	for (size_t i = 0; i < count; i++)
		slots[resolver->slot_count + i].argument = (uint32_t)(resolver->argument_count + i);
	resolver->first_slot = (uint32_t)resolver->slot_count;
	resolver->text_slots = (uint32_t)count;
	resolver->kinds = all;
	resolver->slots = slots;
	resolver->argument_count = total;
	resolver->slot_count = slot_count;
	resolver->slot_capacity = slot_count + 1;
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
	resolver->select = select;
	resolver->registry = mapping->registry;
	return kin_resolve_arguments(resolver, kinds, count);
}

int kin_resolve_begin_rows(kin_resolver *resolver, kin_arena *arena, const struct kin_registry *registry, const uint8_t *kinds, size_t count)
{
	*resolver = (kin_resolver){ .arena = arena, .registry = registry };
	resolver->last_problem = &resolver->problems;
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
	char *alias = kin_arena_printf(resolver->arena, "%s_%u", table, ++c->count);
	for (char *p = alias; p && *p; p++)
		if (*p == '.') /* between a schema and its table; an alias has none */
			*p = '_';
	return alias;
}

kin_expr *kin_resolve_join(kin_arena *arena, const kin_relation *relation, const char *near, const char *far)
{
	kin_expr *all = NULL;

	for (size_t i = 0; i < relation->pair_count; i++) {
		kin_expr *one = kin_expr_binary(arena, KIN_OP_EQ,
		                                kin_resolve_column(arena, near, relation->pairs[i].local),
		                                kin_resolve_column(arena, far, relation->pairs[i].remote));
		if (!one || !(all = kin_expr_and(arena, all, one)))
			return NULL;
	}
	/* Of a many-to-many relationship the join that reaches the targets is that of its far side. */
	return relation->link ? kin_resolve_where(arena, relation->far, near, all) : kin_resolve_where(arena, relation, far, all);
}

kin_expr *kin_resolve_on(kin_resolver *resolver, kin_arena *arena, kin_sql_select *select, kin_join join, const kin_relation *relation,
                         const char *near, const char *far)
{
	const char *between;

	if (!relation->link)
		return kin_resolve_join(arena, relation, near, far);
	between = kin_resolve_alias(resolver, relation->link->table);
	if (!between || !kin_sql_add_source(arena, select, join, relation->link->table, between,
	                                    kin_resolve_join(arena, relation, near, between)))
		return NULL;
	return kin_resolve_join(arena, relation->far, far, between);
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

/* NULL: none has it. */
static const kin_mapping *heir_with(const kin_mapping *mapping, const char *name)
{
	const kin_lineage *lineage = mapping->lineage;

	for (size_t i = 1; lineage && i < lineage->heir_count; i++)
		if (kin_mapping_attribute(lineage->heirs[i], name) || kin_mapping_relation(lineage->heirs[i], name))
			return lineage->heirs[i];
	return NULL;
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
		names[count++] = mapping->relations[i]->name;
	if (relations_only && kin_mapping_attribute(mapping, name))
		return kin_resolve_problem(resolver, at, "%s.%s is a column, not a relationship", mapping->name, name);
	const kin_mapping *heir = heir_with(mapping, name);
	if (heir)
		return kin_resolve_problem(resolver, at, "%s has no %s '%s', but %s, which inherits from it, has: ask for %s", mapping->name, what,
		                           name, heir->name, heir->name);
	const kin_attribute *stored = relations_only ? NULL : kin_map_find(&mapping->by_column, name);
	if (stored)
		return kin_resolve_problem(resolver, at, "%s has no attribute '%s'; the column of that name is its attribute '%s'", mapping->name,
		                           name, stored->name);
	const char *near = kin_text_nearest(name, names, count);
	if (near)
		return kin_resolve_problem(resolver, at, "%s has no %s '%s'; did you mean '%s'?", mapping->name, what, name, near);
	return kin_resolve_problem(resolver, at, "%s has no %s '%s'", mapping->name, what, name);
}

/* ---- conditions ---- */

typedef struct search {
	kin_resolver *resolver;
	kin_path_end  found;
} search;

static int find_collection(void *context, kin_expr **expr)
{
	search *s = context;
	int rc;

	if ((*expr)->kind != KIN_EXPR_PATH)
		return 0;
	rc = kin_resolve_walk(s->resolver, *expr, &s->found);
	return rc < 0 ? rc : s->found.collection != NULL;
}

/* FROM pet_tags AS pet_tags_1 JOIN tags AS tags_1 ON …: *ret_alias is the first one's. */
static int exists_sources(kin_resolver *resolver, const kin_node *n, const char **ret_alias)
{
	const kin_mapping *link = n->relation->link;
	const char *alias = link ? kin_resolve_alias(resolver, link->table) : n->alias;

	if (!alias || !kin_resolve_source(resolver, n->select, KIN_JOIN_FROM, link ? link : n->mapping, alias, NULL, n->relation))
		return KIN_ENOMEM;
	*ret_alias = alias;
	if (!link)
		return KIN_OK;
	return kin_resolve_source(resolver, n->select, KIN_JOIN_INNER, n->mapping, n->alias,
	                          kin_resolve_join(resolver->arena, n->relation->far, n->alias, alias), NULL) ? KIN_OK : KIN_ENOMEM;
}

/* SELECT 1 FROM pets AS pets_1 WHERE owners.id = pets_1.owner_id; the node is open until it is taken off its parent. */
static kin_node *open_exists(kin_resolver *resolver, const kin_path_end *found)
{
	kin_arena *arena = resolver->arena;
	kin_sql_select *select = kin_sql_select_new(arena);
	kin_node *n = select ? kin_resolve_add_node(resolver, found->parent, found->collection, select) : NULL;
	const char *alias;
	kin_expr *on;

	if (!n || !kin_sql_add_output(arena, select, kin_expr_integer(arena, 1), NULL) || exists_sources(resolver, n, &alias) < 0 ||
	    !(on = kin_resolve_join(arena, n->relation, n->parent->alias, alias)) ||
	    !(select->where = kin_expr_and(arena, on, select->where)))
		return NULL;
	return n;
}

static int resolve_comparison(kin_resolver *resolver, kin_expr **expr);

static int resolve_exists(kin_resolver *resolver, kin_expr **expr, const kin_path_end *found)
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
	kin_resolve_remove_node(n);
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
	rc = kin_resolve_relation(resolver, expr);
	if (rc != 0)
		return rc < 0 ? rc : KIN_OK;
	return kin_resolve_value(resolver, expr, NULL);
}

static bool is_logic(const kin_expr *expr)
{
	return (expr->kind == KIN_EXPR_BINARY && (expr->op == KIN_OP_AND || expr->op == KIN_OP_OR)) ||
	       (expr->kind == KIN_EXPR_UNARY && expr->op == KIN_OP_NOT);
}

/* Some databases take a number, or a text, for a condition, and each means something else. */
static int check_condition(kin_resolver *resolver, const kin_expr *condition, uint32_t at)
{
	int kind = kin_resolve_result(resolver, condition);

	if (kind == KIN_KIND_NULL || kind == KIN_KIND_BOOL)
		return KIN_OK;
	return kin_resolve_problem(resolver, at, "a condition is true or false, but this is %s%s", kin_kind_article(kind), kin_kind_get(kind)->name);
}

int kin_resolve_condition(kin_resolver *resolver, kin_expr **condition)
{
	kin_expr *e = *condition;
	uint32_t at = e->at;
	int rc = KIN_OK;

	if (!is_logic(e)) {
		rc = resolve_comparison(resolver, condition);
		return rc < 0 ? rc : check_condition(resolver, *condition, at);
	}
	for (size_t i = 0; rc == KIN_OK && i < e->count; i++)
		rc = kin_resolve_condition(resolver, &e->items[i]);
	return rc;
}

static int resolve_single(kin_resolver *resolver, kin_expr **value, const char *why_not)
{
	search s = { .resolver = resolver };
	int rc = kin_expr_walk(value, find_collection, &s);

	if (rc > 0)
		return kin_resolve_problem(resolver, (*value)->at, "%s.%s is a collection: %s", s.found.parent->mapping->name, s.found.collection->name,
		                           why_not);
	return rc < 0 ? rc : kin_resolve_value(resolver, value, NULL);
}

int kin_resolve_order(kin_resolver *resolver, kin_sql_order *order)
{
	return resolve_single(resolver, &order->expr, "objects cannot be sorted by it");
}

int kin_resolve_output(kin_resolver *resolver, kin_expr **value)
{
	return resolve_single(resolver, value, "a row has no one value of it");
}

int kin_resolve_rows(kin_resolver *resolver, kin_expr **expr, const char *word)
{
	kin_slot *slot;

	if ((*expr)->kind == KIN_EXPR_INTEGER)
		return KIN_OK;
	if ((*expr)->kind != KIN_EXPR_PARAM)
		return kin_resolve_problem(resolver, (*expr)->at, "%s takes a number or a ?", word);
	slot = kin_resolve_slot(resolver, *expr);
	if (slot)
		slot->counts_rows = true;
	return kin_resolve_param(resolver, expr, NULL, NULL);
}

/* ---- assignments ---- */

/* `name = ? and species = ?` sets one attribute, to whether both hold. */
static bool is_taken_for_two(const kin_attribute *attribute, const kin_expr *value)
{
	return is_logic(value) && (attribute->kind & ~KIN_KIND_NULLABLE) != KIN_KIND_BOOL;
}

static int assign_attribute(kin_resolver *resolver, const kin_attribute *attribute, kin_expr *value, kin_sql_assignment *ret)
{
	kin_slot *slot = value->kind == KIN_EXPR_PARAM ? kin_resolve_slot(resolver, value) : NULL;
	int rc;

	if (attribute->not_null && value->kind == KIN_EXPR_NULL)
		return kin_resolve_problem(resolver, value->at, "%s.%s cannot be NULL", attribute->mapping->name, attribute->name);
	if (is_taken_for_two(attribute, value))
		return kin_resolve_problem(resolver, value->at, "%s.%s would be set to a condition; what is set is parted by commas, and the "
		                           "condition comes after 'where'", attribute->mapping->name, attribute->name);
	if (attribute->mapping->lineage && attribute == attribute->mapping->lineage->discriminator)
		return kin_resolve_problem(resolver, value->at, "%s.%s says of which model a row is, and that does not change",
		                           attribute->mapping->name, attribute->name);
	if (attribute->computed)
		return kin_resolve_problem(resolver, value->at, "%s.%s is computed by the database", attribute->mapping->name, attribute->name);
	if (slot)
		slot->assigned = true;
	if ((rc = kin_resolve_literal(resolver, attribute, value)) < 0)
		return rc;
	rc = value->kind == KIN_EXPR_PARAM ? kin_resolve_param(resolver, &value, attribute, NULL) : kin_resolve_value(resolver, &value, NULL);
	*ret = (kin_sql_assignment){ .column = attribute->column, .value = value };
	return rc;
}

static int assign_relation(kin_resolver *resolver, const kin_relation *relation, kin_expr *value, kin_sql_assignment *ret,
                           size_t *ret_count)
{
	const kin_path_end found = { .node = resolver->root, .relation = relation };
	const kin_slot pattern = { .assigned = true };
	bool object = value->kind == KIN_EXPR_PARAM;

	for (size_t i = 0; i < relation->pair_count; i++) {
		if (!object && !relation->pairs[i].cleared)
			continue;
		kin_expr *one = object ? kin_resolve_object(resolver, &found, value, i, &pattern) : value;
		if (!one)
			return KIN_ENOMEM;
		ret[(*ret_count)++] = (kin_sql_assignment){ .column = relation->pairs[i].local->column, .value = one };
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
	return assign_relation(resolver, relation, assignment->value, ret_items, ret_count);
}
