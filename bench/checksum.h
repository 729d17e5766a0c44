/* checksum.h - what an object's members add up to, so that contenders can be seen to have loaded the same.
 *
 * The objects' sums are added, in any order. Every byte counts, but eight at a time: the sum must not cost more than
 * what it checks. */
#ifndef BENCH_CHECKSUM_H
#define BENCH_CHECKSUM_H

#include <stdbool.h>
#include <stdint.h>

/* Texts may be NULL. */
uint64_t bench_owner_sum(int64_t id, const char *name);
uint64_t bench_pet_sum(int64_t id, const char *name, const char *species, bool has_owner, int64_t owner_id);

#endif
