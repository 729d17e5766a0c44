/* error: no member named 'colour' | field designator 'colour' */
#include "models.h"

Pet *make(kin_session *session);
Pet *make(kin_session *session)
{
	return kin_new(session, Pet, .colour = "brown");
}
