/* error: expected '}' */
#include "models.h"

static const char table[] = "owners";

KIN_MODEL(Owner, table) {
	kin_column(id, .primary_key = true);
}
