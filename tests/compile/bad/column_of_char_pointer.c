/* error: which kin does not write to */
#include "models.h"

struct Note {
	int64_t id;
	char   *text; /* const char * is a column; this is not */
};
typedef struct Note Note;

KIN_MODEL(Note, "notes") {
	kin_column(text);
}
