/* rng.c - xoshiro256** and numbers in a range from it. */
#include "fake/rng.h"

#include <assert.h>

static uint64_t rotate_left(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static uint64_t splitmix64(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

void kin_rng_seed(kin_rng *rng, uint64_t seed)
{
	for (int n = 0; n < 4; n++)
		rng->state[n] = splitmix64(&seed);
}

uint64_t kin_rng_next(kin_rng *rng)
{
	uint64_t *s = rng->state;
	uint64_t result = rotate_left(s[1] * 5, 7) * 9;
	uint64_t shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = rotate_left(s[3], 45);
	return result;
}

/* The upper half of the 128-bit product; the lower one is a * b. */
static uint64_t multiply_high(uint64_t a, uint64_t b)
{
	uint64_t a_low = (uint32_t)a, a_high = a >> 32;
	uint64_t b_low = (uint32_t)b, b_high = b >> 32;
	uint64_t middle = a_high * b_low + (a_low * b_low >> 32);
	uint64_t carry = a_low * b_high + (uint32_t)middle;

	return a_high * b_high + (middle >> 32) + (carry >> 32);
}

/* Daniel Lemire, "Fast Random Integer Generation in an Interval", ACM TOMACS 29 (2019): the product
 * of count and a random number has the result in its upper half. The products whose lower half is
 * below 2^64 mod count would be one too many for some results, so those are drawn again. */
uint64_t kin_rng_below(kin_rng *rng, uint64_t count)
{
	assert(count > 0);
	uint64_t random = kin_rng_next(rng);

	if (random * count < count) {
		uint64_t surplus = (0 - count) % count;
		while (random * count < surplus)
			random = kin_rng_next(rng);
	}
	return multiply_high(random, count);
}

int64_t kin_rng_between(kin_rng *rng, int64_t low, int64_t high)
{
	assert(low <= high);
	uint64_t distance = (uint64_t)high - (uint64_t)low;

	if (distance == UINT64_MAX)
		return (int64_t)kin_rng_next(rng);
	return (int64_t)((uint64_t)low + kin_rng_below(rng, distance + 1));
}

double kin_rng_double(kin_rng *rng)
{
	return (double)(kin_rng_next(rng) >> 11) * 0x1p-53;
}

bool kin_rng_bool(kin_rng *rng)
{
	return kin_rng_next(rng) >> 63;
}
