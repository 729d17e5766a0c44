/* error: no member named 'nme' */
#include "models.h"

KIN_MODEL(Owner, "owners") {
	kin_column(nme);
}
