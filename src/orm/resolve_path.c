/* resolve_path.c - follows the paths of a query from node to node. */
#include "orm/resolve_path.h"

static kin_node *find_node(const kin_node *parent, const kin_relation *relation)
{
	kin_node *n = parent->first;

	while (n && n->relation != relation)
		n = n->next;
	return n;
}

kin_node *kin_resolve_add_node(kin_resolver *resolver, kin_node *parent, const kin_relation *relation, kin_sql_select *select)
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

void kin_resolve_remove_node(const kin_node *node)
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
	n = kin_resolve_add_node(resolver, parent, relation, parent->select);
	if (!n || !kin_sql_add_source(resolver->arena, n->select, KIN_JOIN_LEFT, relation->target->table, n->alias,
	                              kin_resolve_join(resolver->arena, relation, parent->alias, n->alias)))
		return NULL;
	if (n->select == resolver->root->select)
		resolver->joined = true;
	return n;
}

int kin_resolve_walk(kin_resolver *resolver, const kin_expr *path, kin_path_end *ret)
{
	kin_node *n = resolver->root;

	*ret = (kin_path_end){ .node = n };
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
