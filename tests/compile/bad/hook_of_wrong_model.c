/* error: is not an int watch(kin_session *, MODEL *) of this model */
#include "models.h"

int watch(kin_session *session, Owner *owner);

KIN_MODEL(Pet, "pets") {
	kin_on(before_insert, watch);
}
