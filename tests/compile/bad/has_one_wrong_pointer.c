/* error: the member 'owner' is not a const Pet * */
#include "models.h"

KIN_MODEL(Pet, "pets") {
	kin_has_one(owner, Pet);
}
