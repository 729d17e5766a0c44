/* error: read-only | const-qualified */
#include "models.h"

void name_it(const Pet *pet);
void name_it(const Pet *pet)
{
	kin_load(pet, owner)->name = "Ann";
}
