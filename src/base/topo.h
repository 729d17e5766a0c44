/* topo.h - dependency sort: every node comes after those it depends on.
 *
 * Nodes are numbers. The order is stable: among free nodes the smallest number comes first. What cannot be
 * sorted is reported as a cycle, with its edges. */
#ifndef KIN_BASE_TOPO_H
#define KIN_BASE_TOPO_H

#include <stddef.h>

#include "base/vec.h"

typedef struct kin_topo_edge {
	size_t before;
	size_t after;
} kin_topo_edge;

typedef struct kin_topo {
	size_t                 nodes;
	kin_vec(kin_topo_edge) edges;
	kin_vec(size_t)        order;  /* after a sort: the nodes, in order */
	kin_vec(kin_topo_edge) cycle;  /* after KIN_ECYCLE: one cycle's edges, each `after` the next one's `before` */
} kin_topo;

void kin_topo_init(kin_topo *topo, size_t nodes);
void kin_topo_done(kin_topo *topo);
/* KIN_OK or KIN_ENOMEM. An edge from a node to itself is a cycle; doubled edges are fine. */
int kin_topo_add(kin_topo *topo, size_t before, size_t after);
/* KIN_OK with .order; KIN_ECYCLE with .cycle (and in .order what could be sorted); KIN_ENOMEM. */
int kin_topo_sort(kin_topo *topo);

#endif
