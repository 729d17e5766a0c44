/* error: the member 'owner' is not a const Pet * */
#include "models.h"

KIN_MODEL(Pet, "pets") {
	kin_belongs_to(owner, Pet);
}
