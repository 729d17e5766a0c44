/* resolve_path.c - follows the paths of a query from node to node. */
#include "orm/resolve_path.h"

#include "orm/inherit.h"

kin_node *kin_resolve_find_node(const kin_node *parent, const kin_relation *relation)
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
kin_node *kin_resolve_join_node(kin_resolver *resolver, kin_node *parent, const kin_relation *relation)
{
	kin_node *n = kin_resolve_find_node(parent, relation);

	if (n)
		return n;
	n = kin_resolve_add_node(resolver, parent, relation, parent->select);
	if (!n || !kin_resolve_source(resolver, n->select, KIN_JOIN_LEFT, relation->target, n->alias,
	                              kin_resolve_join(resolver->arena, relation, parent->alias, n->alias), relation))
		return NULL;
	if (n->select == resolver->select)
		resolver->joined = true;
	return n;
}

static bool has(const kin_node *node, const char *name)
{
	if (node->rows)
		return kin_rows_column_find(node->rows, name);
	return kin_mapping_attribute(node->mapping, name) || kin_mapping_relation(node->mapping, name);
}

/* A query of objects has one node, which only queries inside it call by its model's name. */
static bool is_called(const kin_node *node, const char *name, bool outside)
{
	if (node->name)
		return strcmp(node->name, name) == 0;
	return outside && strcmp(node->mapping->name, name) == 0;
}

/* Among the nodes side by side: the one that is called by the path's first name, or that has it. NULL: none. */
static kin_node *find_beginning(kin_node *first, const kin_expr *path, bool outside, size_t *ret_first, const kin_node **ret_rival)
{
	kin_node *found = NULL;

	for (kin_node *n = first; path->count > 1 && n; n = n->beside) {
		if (is_called(n, path->names[0], outside)) {
			*ret_first = 1;
			return n;
		}
	}
	for (kin_node *n = first; n; n = n->beside) {
		if (!has(n, path->names[0]))
			continue;
		if (found)
			*ret_rival = n;
		else
			found = n;
	}
	return found;
}

/* Where a path begins, and with which of its names: `p.name` at the node that is called p, `name` at the one that has it, from the
 * innermost query outwards. What nobody has is looked for, and missed, at the first. */
static kin_node *begin_path(kin_node *root, const kin_expr *path, size_t *ret_first, const kin_node **ret_rival)
{
	*ret_first = 0;
	if (!root->name)
		return root;
	for (kin_node *first = root; first; first = first->outer) {
		kin_node *found = find_beginning(first, path, first != root, ret_first, ret_rival);
		if (found)
			return found;
	}
	return root;
}

int kin_resolve_walk(kin_resolver *resolver, const kin_expr *path, kin_path_end *ret)
{
	size_t first;

	*ret = (kin_path_end){ 0 };
	kin_node *n = begin_path(resolver->root, path, &first, &ret->rival);
	ret->node = n;
	for (size_t i = first; i < path->count; i++) {
		bool last = i + 1 == path->count;
		ret->node = n;
		ret->failed_at = i;
		if (n->rows) {
			ret->column = last ? kin_rows_column_find(n->rows, path->names[i]) : NULL;
			ret->unknown = !ret->column;
			return KIN_OK;
		}
		const kin_relation *relation = kin_mapping_relation(n->mapping, path->names[i]);
		if (!relation) {
			ret->attribute = last ? kin_mapping_attribute(n->mapping, path->names[i]) : NULL;
			ret->unknown = !ret->attribute;
			return KIN_OK;
		}
		if (relation->to_many && !kin_resolve_find_node(n, relation)) {
			ret->parent = n;
			ret->collection = relation;
			ret->relation = last ? relation : NULL;
			return KIN_OK;
		}
		if (last && relation->holds_key) {
			ret->relation = relation;
			return KIN_OK;
		}
		n = relation->to_many ? kin_resolve_find_node(n, relation) : kin_resolve_join_node(resolver, n, relation);
		if (!n)
			return KIN_ENOMEM;
		if (last) {
			ret->relation = relation;
			ret->node = n;
		}
	}
	return KIN_OK;
}

int kin_resolve_reach(kin_resolver *resolver, const kin_expr *path, kin_node **ret_node, const kin_relation **ret_relation,
                      size_t *ret_failed_at)
{
	const kin_node *rival = NULL;
	size_t i;
	kin_node *n = begin_path(resolver->root, path, &i, &rival);

	for (;; i++) {
		const kin_relation *relation = n->rows ? NULL : kin_mapping_relation(n->mapping, path->names[i]);
		bool last = i + 1 == path->count;
		*ret_node = n;
		*ret_failed_at = i;
		*ret_relation = relation && (last || !relation->to_many) ? relation : NULL;
		if (last || !*ret_relation)
			return KIN_OK;
		if (!(n = kin_resolve_join_node(resolver, n, relation)))
			return KIN_ENOMEM;
	}
}
