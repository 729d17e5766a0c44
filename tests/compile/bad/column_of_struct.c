/* error: not compatible with any */
#include "models.h"

KIN_MODEL(Owner, "owners") {
	kin_column(pets);
}
