/* error: not compatible with any */
#include "models.h"

KIN_MODEL(Pet, "pets") {
	kin_column(owner);
}
