#include "base/map.h"

#include <kin/error.h>

#include "base/mem.h"
#include "harness/harness.h"

TEST(an_empty_map_finds_nothing)
{
	kin_map map = { 0 };

	CHECK(!kin_map_find(&map, "a"));
	CHECK(!kin_map_remove(&map, "a"));
	kin_map_done(&map);
}

TEST(a_map_finds_what_was_set)
{
	kin_map map = { 0 };
	int one, two;

	CHECK(kin_map_set(&map, "one", &one));
	CHECK(kin_map_set(&map, "two", &two));
	CHECK(kin_map_find(&map, "one") == &one);
	CHECK(kin_map_find(&map, "two") == &two);
	CHECK(!kin_map_find(&map, "One"));
	CHECK(kin_map_set(&map, "one", &two));
	CHECK(kin_map_find(&map, "one") == &two);
	CHECK_INT(map.count, 2);
	kin_map_done(&map);
}

TEST(a_folding_map_ignores_letter_case)
{
	kin_map map = { .fold = true };
	int name;

	CHECK(kin_map_set(&map, "Name", &name));
	CHECK(kin_map_find(&map, "nAME") == &name);
	CHECK(kin_map_remove(&map, "NAME") == &name);
	CHECK_INT(map.count, 0);
	kin_map_done(&map);
}

/* The same random steps on a map and on an array, which must agree. */
TEST(a_map_agrees_with_an_array)
{
	enum { KEYS = 300, STEPS = 30000 };
	static char keys[KEYS][16];
	void *expected[KEYS] = { 0 };
	kin_map map = { 0 };
	uint64_t random = 88172645463325252u;

	for (int i = 0; i < KEYS; i++)
		snprintf(keys[i], sizeof(keys[i]), "k%d", i);
	for (int step = 0; step < STEPS; step++) {
		random ^= random << 13, random ^= random >> 7, random ^= random << 17;
		size_t k = random % KEYS;
		if (random >> 32 & 1) {
			expected[k] = &keys[random >> 40 & 0xff];
			CHECK(kin_map_set(&map, keys[k], expected[k]));
		} else {
			CHECK(kin_map_remove(&map, keys[k]) == expected[k]);
			expected[k] = NULL;
		}
	}
	for (int i = 0; i < KEYS; i++)
		CHECK(kin_map_find(&map, keys[i]) == expected[i]);
	kin_map_done(&map);
}

TEST(the_hash_is_fnv_1a)
{
	CHECK(kin_hash("", 0) == 0xcbf29ce484222325u);
	CHECK(kin_hash("a", 1) == 0xaf63dc4c8601ec8cu);
	CHECK(kin_hash("foobar", 6) == 0x85944171f73967e8u);
}

FUSED(a_map_survives_failing_allocations)
{
	static char keys[100][16];
	kin_map map = { 0 };
	int rc = KIN_OK;

	for (int i = 0; i < 100 && rc == KIN_OK; i++) {
		snprintf(keys[i], sizeof(keys[i]), "%d", i);
		if (!kin_map_set(&map, keys[i], keys[i]))
			rc = KIN_ENOMEM;
		CHECK_INT(map.count, rc == KIN_OK ? i + 1 : i);
	}
	kin_map_done(&map);
	return rc;
}
