#include "base/topo.h"

#include <inttypes.h>
#include <stdlib.h>

#include <kin/error.h>

#include "harness/harness.h"

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13, *state ^= *state >> 7, *state ^= *state << 17;
	return *state;
}

/* "2 0 1" */
static const char *order_text(const kin_topo *topo)
{
	static char text[200];
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < topo->order.count; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%zu", i > 0 ? " " : "", topo->order.items[i]);
	return text;
}

static const char *cycle_text(const kin_topo *topo)
{
	static char text[200];
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < topo->cycle.count; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%zu>%zu", i > 0 ? " " : "",
		                           topo->cycle.items[i].before, topo->cycle.items[i].after);
	return text;
}

TEST(without_edges_the_order_is_that_of_the_numbers)
{
	kin_topo topo;

	kin_topo_init(&topo, 4);
	CHECK_INT(kin_topo_sort(&topo), KIN_OK);
	CHECK_TEXT(order_text(&topo), "0 1 2 3");
	kin_topo_done(&topo);
}

TEST(nothing_is_sorted_too)
{
	kin_topo topo;

	kin_topo_init(&topo, 0);
	CHECK_INT(kin_topo_sort(&topo), KIN_OK);
	CHECK_INT(topo.order.count, 0);
	kin_topo_done(&topo);
}

TEST(what_comes_before_comes_first_and_else_the_smallest)
{
	kin_topo topo;

	kin_topo_init(&topo, 5);
	CHECK_INT(kin_topo_add(&topo, 3, 0), KIN_OK);
	CHECK_INT(kin_topo_add(&topo, 4, 1), KIN_OK);
	CHECK_INT(kin_topo_add(&topo, 4, 1), KIN_OK);
	CHECK_INT(kin_topo_sort(&topo), KIN_OK);
	CHECK_TEXT(order_text(&topo), "2 3 0 4 1");
	CHECK_INT(kin_topo_sort(&topo), KIN_OK);
	CHECK_TEXT(order_text(&topo), "2 3 0 4 1");
	kin_topo_done(&topo);
}

TEST(a_cycle_is_reported_with_its_edges_only)
{
	kin_topo topo;

	kin_topo_init(&topo, 6);
	kin_topo_add(&topo, 0, 4);
	kin_topo_add(&topo, 4, 3);
	kin_topo_add(&topo, 3, 2);
	kin_topo_add(&topo, 2, 4);
	kin_topo_add(&topo, 3, 5);
	CHECK_INT(kin_topo_sort(&topo), KIN_ECYCLE);
	CHECK_TEXT(cycle_text(&topo), "2>4 4>3 3>2");
	CHECK_TEXT(order_text(&topo), "0 1");
	kin_topo_done(&topo);
}

TEST(a_node_before_itself_is_a_cycle)
{
	kin_topo topo;

	kin_topo_init(&topo, 2);
	kin_topo_add(&topo, 1, 1);
	CHECK_INT(kin_topo_sort(&topo), KIN_ECYCLE);
	CHECK_TEXT(cycle_text(&topo), "1>1");
	kin_topo_done(&topo);
}

static bool has_edge(const kin_topo *topo, kin_topo_edge edge)
{
	for (size_t i = 0; i < topo->edges.count; i++)
		if (topo->edges.items[i].before == edge.before && topo->edges.items[i].after == edge.after)
			return true;
	return false;
}

static void check_order(const kin_topo *topo)
{
	size_t place[64];

	CHECK_INT(topo->order.count, topo->nodes);
	for (size_t i = 0; i < topo->nodes; i++)
		place[topo->order.items[i]] = i;
	for (size_t i = 0; i < topo->edges.count; i++)
		CHECK(place[topo->edges.items[i].before] < place[topo->edges.items[i].after]);
}

static void check_cycle(const kin_topo *topo)
{
	size_t count = topo->cycle.count;

	CHECK(count > 0);
	for (size_t i = 0; i < count; i++) {
		CHECK(has_edge(topo, topo->cycle.items[i]));
		CHECK_INT(topo->cycle.items[i].after, topo->cycle.items[(i + 1) % count].before);
		for (size_t j = 0; j < i; j++)
			CHECK(topo->cycle.items[i].before != topo->cycle.items[j].before);
	}
}

/* Dense graphs have cycles, sparse ones have none: whatever comes out must be true. */
TEST(random_graphs_are_sorted_or_have_a_cycle)
{
	uint64_t seed = kin_test_seed("graphs") | 1, state = seed;
	int sorted = 0, cyclic = 0;

	printf("seed %" PRIu64 "\n", seed);
	for (int round = 0; round < 2000; round++) {
		kin_topo topo;
		size_t nodes = 1 + next_random(&state) % 60, edges = next_random(&state) % (2 * nodes);
		kin_topo_init(&topo, nodes);
		for (size_t i = 0; i < edges; i++)
			kin_topo_add(&topo, next_random(&state) % nodes, next_random(&state) % nodes);
		int rc = kin_topo_sort(&topo);
		if (rc == KIN_OK) {
			check_order(&topo);
			sorted++;
		} else {
			CHECK_INT(rc, KIN_ECYCLE);
			check_cycle(&topo);
			cyclic++;
		}
		kin_topo_done(&topo);
	}
	CHECK(sorted > 0 && cyclic > 0);
}

/* Edges only lead from smaller to larger places in a shuffle, so there is no cycle. */
TEST(random_graphs_without_a_cycle_are_sorted)
{
	uint64_t seed = kin_test_seed("graphs with cycles") | 1, state = seed;

	printf("seed %" PRIu64 "\n", seed);
	for (int round = 0; round < 1000; round++) {
		kin_topo topo;
		size_t nodes = 2 + next_random(&state) % 60, shuffled[64];
		for (size_t i = 0; i < nodes; i++) {
			size_t j = next_random(&state) % (i + 1);
			shuffled[i] = shuffled[j];
			shuffled[j] = i;
		}
		kin_topo_init(&topo, nodes);
		for (size_t i = 0; i < 3 * nodes; i++) {
			size_t a = next_random(&state) % nodes, b = next_random(&state) % nodes;
			if (a != b)
				kin_topo_add(&topo, shuffled[a < b ? a : b], shuffled[a < b ? b : a]);
		}
		CHECK_INT(kin_topo_sort(&topo), KIN_OK);
		check_order(&topo);
		kin_topo_done(&topo);
	}
}

TEST(a_long_chain_is_sorted)
{
	enum { NODES = 200000 };
	kin_topo topo;

	kin_topo_init(&topo, NODES);
	for (size_t i = 1; i < NODES; i++)
		CHECK_INT(kin_topo_add(&topo, i, i - 1), KIN_OK);
	CHECK_INT(kin_topo_sort(&topo), KIN_OK);
	CHECK_INT(topo.order.items[0], NODES - 1);
	CHECK_INT(topo.order.items[NODES - 1], 0);
	kin_topo_done(&topo);
}

FUSED(a_sort_survives_failing_allocations)
{
	kin_topo topo;
	int rc = KIN_OK;

	kin_topo_init(&topo, 50);
	for (size_t i = 1; i < 50 && rc == KIN_OK; i++)
		rc = kin_topo_add(&topo, i, i - 1);
	if (rc == KIN_OK)
		rc = kin_topo_sort(&topo);
	kin_topo_done(&topo);
	return rc;
}

FUSED(finding_a_cycle_survives_failing_allocations)
{
	kin_topo topo;
	int rc = KIN_OK;

	kin_topo_init(&topo, 50);
	for (size_t i = 0; i < 50 && rc == KIN_OK; i++)
		rc = kin_topo_add(&topo, i, (i + 1) % 50);
	if (rc == KIN_OK)
		rc = kin_topo_sort(&topo);
	kin_topo_done(&topo);
	return rc == KIN_ECYCLE ? KIN_OK : rc;
}
