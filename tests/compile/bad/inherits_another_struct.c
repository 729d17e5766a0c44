/* error: is not a Pet */
#include "models.h"

typedef struct Keeper {
	Owner owner;
} Keeper;

void map(kin_mapper *kin_mapper_, Keeper *kin_self_);
void map(kin_mapper *kin_mapper_, Keeper *kin_self_)
{
	kin_inherits(owner, Pet);
}
