/* fake.h - a source of fake data: a random generator, and the memory its strings are put in.
 *
 * The source asks for memory by a function, so that nothing here but fake.c knows what a session is. */
#ifndef KIN_FAKE_FAKE_H
#define KIN_FAKE_FAKE_H

#include <kin/fake.h>

#include "fake/rng.h"
#include "fake/words.h"

/* `size` bytes aligned for any object, or NULL. */
typedef void *kin_fake_alloc_fn(void *memory, size_t size);

struct kin_fake {
	kin_rng            rng;
	kin_fake_alloc_fn *alloc;
	void              *memory; /* alloc's first argument. Borrowed */
};

/* One of the words. */
const char *kin_compose_pick(kin_fake *fake, const kin_words *words);
const kin_us_state *kin_compose_state(kin_fake *fake);
/* A string put together in the source's memory; NULL when memory is out. */
char *kin_compose(kin_fake *fake, const char *format, ...) KIN_PRINTF(2, 3);

#endif
