/* fake.c - a source of fake data that lives in a session. */
#include "fake/fake.h"

#include <kin/session.h>

#include "base/clock.h"

static void *alloc_from_session(void *session, size_t size)
{
	return kin_alloc(session, size);
}

kin_fake *kin_fake_new(kin_session *session)
{
	kin_fake *fake = session ? kin_alloc(session, sizeof(*fake)) : NULL;

	if (!fake)
		return NULL;
	*fake = (kin_fake){ .alloc = alloc_from_session, .memory = session };
	kin_rng_seed(&fake->rng, kin_clock_random());
	return fake;
}
