/* error: expected ')' */
#include "models.h"

static const char condition[] = "name is not null";

KIN_MODEL(Owner, "owners") {
	kin_column(id, .primary_key = true);
	kin_filter(named, condition);
}
