/* data.h - the rows of the bench, the same in every run: what row i holds follows from i alone. */
#ifndef BENCH_DATA_H
#define BENCH_DATA_H

#include <stdbool.h>
#include <stdint.h>

/* The sizes that follow from the number of pets. */
int64_t bench_owner_count(int64_t pets);

typedef struct bench_owner {
	char name[24];
} bench_owner;

typedef struct bench_pet {
	char        name[24];
	const char *species; /* static */
	int64_t     owner;   /* which owner, from 0; -1: none */
} bench_pet;

bench_owner bench_owner_at(int64_t i);
bench_pet bench_pet_at(int64_t i, int64_t owners);

/* The first so many, in memory that is never freed: made before the clock starts. */
bench_owner *bench_owners(int64_t count);
bench_pet *bench_pets(int64_t count, int64_t owners);

/* A number below `below` that follows from i. */
int64_t bench_pick(uint64_t i, int64_t below);
/* One of the five species. */
const char *bench_species(uint64_t i);

#endif
