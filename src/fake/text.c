/* text.c - fake words and sentences. */
#include <string.h>

#include "fake/fake.h"

enum { MIN_WORDS = 4, MAX_WORDS = 10 };

const char *kin_fake_word(kin_fake *fake)
{
	return fake ? kin_compose_pick(fake, &kin_common_words) : NULL;
}

const char *kin_fake_sentence(kin_fake *fake)
{
	if (!fake)
		return NULL;
	const char *words[MAX_WORDS];
	size_t count = (size_t)kin_rng_between(&fake->rng, MIN_WORDS, MAX_WORDS);
	size_t size = 1;

	for (size_t n = 0; n < count; n++) {
		words[n] = kin_compose_pick(fake, &kin_common_words);
		size += strlen(words[n]) + 1; /* and a space, or the full stop */
	}
	char *sentence = fake->alloc(fake->memory, size);
	if (!sentence)
		return NULL;
	char *end = sentence;
	for (size_t n = 0; n < count; n++) {
		end = stpcpy(end, words[n]);
		*end++ = n + 1 < count ? ' ' : '.';
	}
	*end = '\0';
	sentence[0] = (char)(sentence[0] - 'a' + 'A'); /* ASCII: the locale has no say */
	return sentence;
}
