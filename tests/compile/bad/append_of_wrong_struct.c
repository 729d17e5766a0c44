/* error: incompatible pointer type */
#include "models.h"

int give(Owner *owner, Owner *other);
int give(Owner *owner, Owner *other)
{
	return kin_append(owner, pets, other);
}
