/* error: is not an int check(kin_session *, const MODEL *) of this model */
#include "models.h"

int check(kin_session *session, Pet *pet);

KIN_MODEL(Pet, "pets") {
	kin_validate(name, check);
}
