/* error: has no member named 'nmae' | no member named 'nmae' */
#include "models.h"

int check(kin_session *session, const Pet *pet);

KIN_MODEL(Pet, "pets") {
	kin_validate(nmae, check);
}
