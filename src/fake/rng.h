/* rng.h - random numbers that a seed fixes, the same on every machine.
 *
 * The generator is xoshiro256** 1.0 by David Blackman and Sebastiano Vigna, "Scrambled Linear
 * Pseudorandom Number Generators", ACM TOMS 47 (2021). Its state is filled from the seed by splitmix64
 * (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014), as its authors
 * advise. It is for plausible data, not for secrets. */
#ifndef KIN_FAKE_RNG_H
#define KIN_FAKE_RNG_H

#include <stdbool.h>
#include <stdint.h>

typedef struct kin_rng {
	uint64_t state[4]; /* not all zero */
} kin_rng;

void kin_rng_seed(kin_rng *rng, uint64_t seed);
/* Any of the 2^64 numbers. */
uint64_t kin_rng_next(kin_rng *rng);
/* 0 … count - 1, each equally likely; count must not be 0. */
uint64_t kin_rng_below(kin_rng *rng, uint64_t count);
/* low … high, both included, each equally likely; low must not be above high. */
int64_t kin_rng_between(kin_rng *rng, int64_t low, int64_t high);
/* At least 0 and below 1, in steps of 2^-53. */
double kin_rng_double(kin_rng *rng);
bool   kin_rng_bool(kin_rng *rng);

#endif
