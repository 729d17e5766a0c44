/* error: negative */
#include "models.h"
#include <kin/select.h>

typedef struct Line {
	const Pet *pet;
} Line;
KIN_ROW(Line, (pet, Owner));
