/* error: expected '}' */
#include "models.h"

int64_t rename_all(kin_session *session, const char *text);
int64_t rename_all(kin_session *session, const char *text)
{
	return kin_update(session, Pet, text, "Ben");
}
