/* error: is a pointer; did you mean to use '->' */
#include "models.h"

int give(Pet *pet, Owner *owner);
int give(Pet *pet, Owner *owner)
{
	return kin_append(pet, owner, owner);
}
