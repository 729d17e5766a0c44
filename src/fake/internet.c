/* internet.c - fake ways to reach a person, none of which reaches anyone. */
#include "fake/fake.h"

/* Kept for examples by RFC 2606: no mail sent there arrives. */
static const char *const domains[] = { "example.com", "example.net", "example.org" };
static const kin_words domain_words = KIN_WORDS(domains);

/* "O'Brien" is "obrien" in an address. Names are ASCII; the locale has no say. */
static void clean_address(char *address)
{
	char *to = address;

	for (const char *from = address; *from; from++) {
		if (*from == '\'' || *from == ' ')
			continue;
		*to++ = *from >= 'A' && *from <= 'Z' ? (char)(*from - 'A' + 'a') : *from;
	}
	*to = '\0';
}

const char *kin_fake_email(kin_fake *fake)
{
	if (!fake)
		return NULL;
	const char *first = kin_compose_pick(fake, &kin_first_names);
	const char *last = kin_compose_pick(fake, &kin_last_names);
	int number = (int)kin_rng_between(&fake->rng, 1, 999);
	const char *domain = kin_compose_pick(fake, &domain_words);
	char *address = kin_compose(fake, "%s.%s%d@%s", first, last, number, domain);

	if (address)
		clean_address(address);
	return address;
}

/* In every area code, 555-0100 to 555-0199 are kept for fiction. Area codes start with 2 to 9, have no 9
 * in the middle, and do not end in 11. */
const char *kin_fake_phone(kin_fake *fake)
{
	if (!fake)
		return NULL;
	int first = (int)kin_rng_between(&fake->rng, 2, 9);
	int rest = (int)kin_rng_between(&fake->rng, 0, 88);
	int line = (int)kin_rng_between(&fake->rng, 100, 199);

	return kin_compose(fake, "%d%02d-555-0%d", first, rest < 11 ? rest : rest + 1, line);
}
