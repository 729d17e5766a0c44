/* compose.c - picks words at random and puts strings together from them. */
#include <stdarg.h>
#include <stdio.h>

#include "fake/fake.h"

const char *kin_compose_pick(kin_fake *fake, const kin_words *words)
{
	return words->items[kin_rng_below(&fake->rng, words->count)];
}

const kin_us_state *kin_compose_state(kin_fake *fake)
{
	return &kin_us_states[kin_rng_below(&fake->rng, kin_us_states_count)];
}

char *kin_compose(kin_fake *fake, const char *format, ...)
{
	va_list arguments, again;
	char *string = NULL;

	va_start(arguments, format);
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	if (length >= 0)
		string = fake->alloc(fake->memory, (size_t)length + 1);
	if (string)
		vsnprintf(string, (size_t)length + 1, format, again);
	va_end(again);
	va_end(arguments);
	return string;
}
