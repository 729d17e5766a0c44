/* source.h - a source of fake data for a test, in an arena. */
#ifndef KIN_TESTS_FAKE_SOURCE_H
#define KIN_TESTS_FAKE_SOURCE_H

#include "base/arena.h"
#include "fake/fake.h"
#include "harness/harness.h"

static inline void *source_alloc(void *arena, size_t size)
{
	return kin_arena_alloc(arena, size);
}

static inline kin_fake source(kin_arena *arena, uint64_t seed)
{
	kin_fake fake = { .alloc = source_alloc, .memory = arena };

	kin_fake_seed(&fake, seed);
	return fake;
}

#endif
