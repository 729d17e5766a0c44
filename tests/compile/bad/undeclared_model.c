/* error: 'Cat_model' undeclared | undeclared identifier 'Cat_model' */
#include "models.h"

int64_t count(kin_session *session);
int64_t count(kin_session *session)
{
	return kin_count(session, Cat);
}
