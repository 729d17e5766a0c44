/* error: unknown type name 'Cat_list' */
#include "models.h"

KIN_MODEL(Owner, "owners") {
	kin_has_many(pets, Cat);
}
