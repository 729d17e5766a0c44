/* error: is not the first of the struct */
#include "models.h"

typedef struct Keeper {
	int32_t since;
	Owner   owner;
} Keeper;

void map(kin_mapper *kin_mapper_, Keeper *kin_self_);
void map(kin_mapper *kin_mapper_, Keeper *kin_self_)
{
	kin_inherits(owner, Owner);
}
