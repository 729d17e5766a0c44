/* error: KIN_EVENT_before_inserts */
#include "models.h"

int watch(kin_session *session, Pet *pet);

KIN_MODEL(Pet, "pets") {
	kin_on(before_inserts, watch);
}
