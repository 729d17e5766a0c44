/* error: read-only | const-qualified */
#include "models.h"

void name_it(kin_session *session);
void name_it(kin_session *session)
{
	const Pet *pet = kin_get(session, Pet, 1);
	pet->name = "Benny";
}
