/* error: incompatible pointer type */
#include "models.h"

Pet *make(kin_session *session, Pet *other);
Pet *make(kin_session *session, Pet *other)
{
	return kin_new(session, Pet, .owner = other);
}
