/* error: the member 'pets' is not a const Pet * */
#include "models.h"

KIN_MODEL(Owner, "owners") {
	kin_belongs_to(pets, Pet);
}
