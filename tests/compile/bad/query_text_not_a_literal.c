/* error: expected '}' */
#include "models.h"

Pet_list pets_where(kin_session *session, const char *condition);
Pet_list pets_where(kin_session *session, const char *condition)
{
	return kin_all(session, Pet, condition);
}
