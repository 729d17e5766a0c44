/* person.c - fake names of people. */
#include "fake/fake.h"

const char *kin_fake_first_name(kin_fake *fake)
{
	return fake ? kin_compose_pick(fake, &kin_first_names) : NULL;
}

const char *kin_fake_last_name(kin_fake *fake)
{
	return fake ? kin_compose_pick(fake, &kin_last_names) : NULL;
}

const char *kin_fake_name(kin_fake *fake)
{
	const char *first = kin_fake_first_name(fake);
	const char *last = kin_fake_last_name(fake);

	return fake ? kin_compose(fake, "%s %s", first, last) : NULL;
}
