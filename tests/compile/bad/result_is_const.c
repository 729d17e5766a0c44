/* error: discards | discarding */
#include "models.h"

Pet *find(kin_session *session);
Pet *find(kin_session *session)
{
	Pet *pet = kin_get(session, Pet, 1);
	return pet;
}
