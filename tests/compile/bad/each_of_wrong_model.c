/* error: invalid initializer | incompatible type */
#include "models.h"

void walk(Pet_list pets);
void walk(Pet_list pets)
{
	kin_each(Owner, owner, pets)
		kin_print(stdout, owner);
}
