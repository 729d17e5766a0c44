/* address.c - fake places to live. A city, its state and the zip code of an address belong together. */
#include "fake/fake.h"

static int pick_zip(kin_fake *fake, const kin_us_state *state)
{
	int first = state->zip_first * 100, last = state->zip_last * 100 + 99;

	return (int)kin_rng_between(&fake->rng, first, last);
}

const char *kin_fake_street(kin_fake *fake)
{
	if (!fake)
		return NULL;
	int number = (int)kin_rng_between(&fake->rng, 1, kin_rng_bool(&fake->rng) ? 999 : 9999);
	const char *name = kin_compose_pick(fake, &kin_street_names);
	const char *kind = kin_compose_pick(fake, &kin_street_kinds);

	return kin_compose(fake, "%d %s %s", number, name, kind);
}

const char *kin_fake_city(kin_fake *fake)
{
	return fake ? kin_compose_pick(fake, &kin_compose_state(fake)->cities) : NULL;
}

const char *kin_fake_state(kin_fake *fake)
{
	return fake ? kin_compose_state(fake)->name : NULL;
}

const char *kin_fake_zipcode(kin_fake *fake)
{
	return fake ? kin_compose(fake, "%05d", pick_zip(fake, kin_compose_state(fake))) : NULL;
}

const char *kin_fake_country(kin_fake *fake)
{
	return fake ? kin_compose_pick(fake, &kin_countries) : NULL;
}

const char *kin_fake_address(kin_fake *fake)
{
	if (!fake)
		return NULL;
	const char *street = kin_fake_street(fake);
	const kin_us_state *state = kin_compose_state(fake);
	const char *city = kin_compose_pick(fake, &state->cities);
	int zip = pick_zip(fake, state);

	return street ? kin_compose(fake, "%s, %s, %s %05d", street, city, state->abbreviation, zip) : NULL;
}
