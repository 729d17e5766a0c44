/* error: incompatible type for argument | parameter of incompatible type */
#include "models.h"

const Pet *find(kin_session *session, Owner owner);
const Pet *find(kin_session *session, Owner owner)
{
	return kin_first(session, Pet, "owner = ?", owner);
}
