/* error: incompatible pointer type */
#include "models.h"

Owner *edit(kin_session *session, const Pet *pet);
Owner *edit(kin_session *session, const Pet *pet)
{
	return kin_edit(session, Owner, pet);
}
