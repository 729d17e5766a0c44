/* workload.c - what is measured, and what kin is held to. */
#include "driver.h"

const bench_case bench_cases[] = {
	{ "W1", "insert", "insert pets and owners, one commit", 1.10, 0, FROM_NOTHING, false, false },
	{ "W2", "load", "load pets, touch every member", 1.40, 0, FROM_PETS, false, false },
	{ "W3j", "joined", "owners with pets, joined", 1.10, 0, FROM_PETS, false, false },
	{ "W3s", "subquery", "owners with pets, subquery", 1.30, 0, FROM_PETS, false, false },
	{ "W3i", "selectin", "owners with pets, selectin", 1.30, 0, FROM_PETS, false, false },
	{ "W4", "lazy", "2,000 owners, pets lazily", 0.40, 0, FROM_PETS, false, false },
	{ "W5c", "get-cold", "gets by key, 1,000 a session", 1.05, 0, FROM_PETS, false, false },
	{ "W5h", "get-hot", "gets of 1,000 objects", 1.10, 0, FROM_PETS, false, false },
	{ "W6", "update", "change half of the pets, one commit", 1.20, 0, FROM_COPY, false, false },
	{ "W7", "delete", "delete half of the pets, one commit", 1.05, 0, FROM_COPY, false, false },
	{ "W8", "query", "filter, order by, limit 20", 1.05, 0, FROM_PETS, false, false },
	{ "W9m", "load", "load many pets", 1.40, 1.5, FROM_PETS, true, false },
	{ "W9s", "stream", "stream many pets", 1.15, 1.5, FROM_PETS, true, false },
	{ "W10", "start", "process to the first object", 1.15, 0, FROM_PETS, false, true },
};
const size_t bench_case_count = sizeof(bench_cases) / sizeof(bench_cases[0]);
