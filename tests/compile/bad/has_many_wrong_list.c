/* error: the member 'pets' is not a Owner_list */
#include "models.h"

KIN_MODEL(Owner, "owners") {
	kin_has_many(pets, Owner);
}
