/* error: did you mean 'length' */
#include "models.h"

KIN_MODEL(Owner, "owners") {
	kin_column(name, .lenght = 80);
}
