/* error: incompatible pointer type */
#include "models.h"

const Owner *find(kin_session *session);
const Owner *find(kin_session *session)
{
	const Owner *owner = kin_first(session, Pet, "name = ?", "Ben");
	return owner;
}
