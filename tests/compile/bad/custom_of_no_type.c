/* error: incompatible */
#include "models.h"

struct Note {
	int64_t id;
	struct { int x; } place;
};
typedef struct Note Note;

static const int no_type = 1;

KIN_MODEL(Note, "notes") {
	kin_custom(place, &no_type);
}
