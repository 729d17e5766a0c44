/* error: invalid operands */
#include "models.h"

bool has_first_owner(const Pet *pet);
bool has_first_owner(const Pet *pet)
{
	return pet->owner_id == 1; /* .value, when .present */
}
