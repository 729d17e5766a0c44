/* number.c - fake numbers, days and choices, and the seed they follow from. */
#include "fake/fake.h"

void kin_fake_seed(kin_fake *fake, uint64_t seed)
{
	if (fake)
		kin_rng_seed(&fake->rng, seed);
}

int64_t kin_fake_integer(kin_fake *fake, int64_t low, int64_t high)
{
	if (!fake)
		return 0;
	return low <= high ? kin_rng_between(&fake->rng, low, high) : kin_rng_between(&fake->rng, high, low);
}

kin_date kin_fake_date(kin_fake *fake, kin_date first, kin_date last)
{
	return (kin_date){ .days = (int32_t)kin_fake_integer(fake, first.days, last.days) };
}

bool kin_fake_bool(kin_fake *fake)
{
	return fake && kin_rng_bool(&fake->rng);
}

double kin_fake_double(kin_fake *fake)
{
	return fake ? kin_rng_double(&fake->rng) : 0;
}

size_t kin_fake_index(kin_fake *fake, size_t count)
{
	return fake && count > 0 ? (size_t)kin_rng_below(&fake->rng, count) : 0;
}
