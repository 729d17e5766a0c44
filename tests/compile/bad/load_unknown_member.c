/* error: no member named 'onwer' */
#include "models.h"

const Owner *owner_of(const Pet *pet);
const Owner *owner_of(const Pet *pet)
{
	return kin_load(pet, onwer);
}
