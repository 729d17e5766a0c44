/* order.c - the order that tables can be created in.
 *
 * Tables are numbered by name. A walk from each table to the tables it points at, by number, finds the foreign keys
 * that close a circle: those that lead back to a table whose own walk has not ended. Without them the rest can be sorted. */
#include <stdlib.h>

#include "base/map.h"
#include "base/topo.h"
#include "schema/schema.h"

enum { UNSEEN, OPEN, DONE };

typedef struct node {
	const kin_table_schema *table;
	size_t                  number; /* in schema->tables */
	unsigned char           state;
} node;

typedef struct walk {
	kin_map                 ranks; /* table name -> its node */
	node                   *nodes;
	kin_topo                topo;
	kin_vec(kin_foreign_at) late;
} walk;

static int by_name(const void *a, const void *b)
{
	return strcmp(((const node *)a)->table->name, ((const node *)b)->table->name);
}

/* Number the tables. false when memory is out. */
static bool rank(walk *w, kin_arena *arena, const kin_schema *schema)
{
	size_t count = schema->table_count;

	if (!(w->nodes = kin_arena_alloc(arena, (count + 1) * sizeof(*w->nodes))))
		return false;
	for (size_t i = 0; i < count; i++)
		w->nodes[i] = (node){ .table = schema->tables[i], .number = i };
	qsort(w->nodes, count, sizeof(*w->nodes), by_name);
	for (size_t i = 0; i < count; i++)
		if (!kin_map_set(&w->ranks, w->nodes[i].table->name, &w->nodes[i]))
			return false;
	return true;
}

static int visit(walk *w, node *from)
{
	from->state = OPEN;
	for (size_t i = 0; i < from->table->foreign_count; i++) {
		node *target = kin_map_find(&w->ranks, from->table->foreigns[i].target);
		int rc = KIN_OK;
		if (!target || target == from)
			continue;
		if (target->state == OPEN) {
			if (!kin_vec_push(&w->late, ((kin_foreign_at){ .table = from->number, .foreign = i })))
				return KIN_ENOMEM;
			continue;
		}
		if (target->state == UNSEEN)
			rc = visit(w, target);
		if (rc == KIN_OK)
			rc = kin_topo_add(&w->topo, (size_t)(target - w->nodes), (size_t)(from - w->nodes));
		if (rc < 0)
			return rc;
	}
	from->state = DONE;
	return KIN_OK;
}

static int finish(walk *w, kin_arena *arena, kin_schema_order *ret_order)
{
	kin_schema_order order = { .late_count = w->late.count };
	int rc = kin_topo_sort(&w->topo);

	if (rc < 0)
		return rc;
	order.tables = kin_arena_alloc(arena, (w->topo.order.count + 1) * sizeof(*order.tables));
	order.late = w->late.count > 0 ? kin_arena_copy(arena, w->late.items, w->late.count * sizeof(*order.late)) : NULL;
	if (!order.tables || (order.late_count > 0 && !order.late))
		return KIN_ENOMEM;
	for (size_t i = 0; i < w->topo.order.count; i++)
		order.tables[i] = w->nodes[w->topo.order.items[i]].number;
	*ret_order = order;
	return KIN_OK;
}

int kin_schema_sorted(const kin_schema *schema, kin_arena *arena, kin_schema_order *ret_order, kin_error *error)
{
	walk w = { 0 };
	int rc = KIN_ENOMEM;

	kin_topo_init(&w.topo, schema->table_count);
	if (!rank(&w, arena, schema))
		goto out;
	for (size_t i = 0; i < schema->table_count; i++)
		if (w.nodes[i].state == UNSEEN && (rc = visit(&w, &w.nodes[i])) < 0)
			goto out;
	rc = finish(&w, arena, ret_order);
out:
	kin_vec_done(&w.late);
	kin_topo_done(&w.topo);
	kin_map_done(&w.ranks);
	return rc == KIN_ENOMEM ? kin_error_nomem(error) : rc;
}
