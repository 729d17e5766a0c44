/* error: is no kin_nullable() enum */
#include "models.h"

struct Note {
	int64_t id;
	struct { const char *value; int present; } kind; /* .present is no bool */
};
typedef struct Note Note;

KIN_MODEL(Note, "notes") {
	kin_nullable_enum(kind, "dog", "cat");
}
