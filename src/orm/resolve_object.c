/* resolve_object.c - values of a query of rows that are objects: the columns of their keys stand for them.
 *
 * The key is all that such a query can group and compare by; what belongs to it is loaded by another. */
#include "orm/inherit.h"
#include "orm/resolve_path.h"

/* `select p … from Pet p` */
static const kin_node *find_source(const kin_resolver *resolver, const kin_expr *path)
{
	const kin_node *n = path->count == 1 ? resolver->root : NULL;

	while (n && (n->rows || !n->name || strcmp(n->name, path->names[0]) != 0))
		n = n->beside;
	return n;
}

static int key_columns(kin_resolver *resolver, const char *alias, const kin_mapping *mapping, kin_expr **columns)
{
	for (size_t i = 0; i < mapping->key_count; i++)
		if (!(columns[i] = kin_resolve_column(resolver->arena, alias, mapping->keys[i])))
			return KIN_ENOMEM;
	return KIN_OK;
}

/* The foreign key says it, where it points at the key and nothing else is asked of the object. */
static int end_columns(kin_resolver *resolver, const kin_path_end *found, kin_expr **columns)
{
	const kin_relation *relation = found->relation;
	const kin_node *node = found->node;

	if (relation->by_key && !relation->where && node->relation != relation) {
		for (size_t i = 0; i < relation->pair_count; i++)
			if (!(columns[i] = kin_resolve_column(resolver->arena, node->alias, relation->pairs[i].local)))
				return KIN_ENOMEM;
		return KIN_OK;
	}
	if (relation->holds_key && !(node = kin_resolve_join_node(resolver, found->node, relation)))
		return KIN_ENOMEM;
	return key_columns(resolver, node->alias, relation->target, columns);
}

int kin_resolve_key_of(kin_resolver *resolver, const kin_expr *path, const kin_mapping **ret_mapping, kin_expr ***ret_columns)
{
	const kin_node *source = NULL;
	const kin_mapping *mapping;
	kin_path_end found;
	int rc;

	*ret_mapping = NULL;
	if (path->kind != KIN_EXPR_PATH)
		return KIN_OK;
	if ((rc = kin_resolve_walk(resolver, path, &found)) < 0)
		return rc;
	if (found.rival || found.collection || (!found.relation && !(found.unknown && (source = find_source(resolver, path)))))
		return KIN_OK;
	mapping = source ? source->mapping : found.relation->target;
	if (!(*ret_columns = kin_arena_alloc(resolver->arena, mapping->key_count * sizeof(**ret_columns))))
		return KIN_ENOMEM;
	*ret_mapping = mapping;
	return source ? key_columns(resolver, source->alias, mapping, *ret_columns) : end_columns(resolver, &found, *ret_columns);
}
