/* error: member reference base type | request for member */
#include "models.h"

struct Note {
	int64_t id;
	enum { DOG, CAT } kind;
};
typedef struct Note Note;

KIN_MODEL(Note, "notes") {
	kin_nullable_enum(kind, "dog", "cat");
}
