/* error: expected ')' */
#include "models.h"

void narrow(kin_query *query, const char *text);
void narrow(kin_query *query, const char *text)
{
	kin_where(query, text);
}
