/* error: invalid initializer | incompatible type */
#include "models.h"

size_t count(kin_session *session);
size_t count(kin_session *session)
{
	Owner_list owners = kin_all(session, Pet);
	return owners.count;
}
