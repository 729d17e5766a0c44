/* error: 'array_expected' */
#include "models.h"

const char *choose(kin_fake *fake, const char *const *species);
const char *choose(kin_fake *fake, const char *const *species)
{
	return kin_fake_choice(fake, species);
}
