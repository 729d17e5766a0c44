/* error: not compatible with any */
#include "models.h"

struct Note {
	int64_t id;
	int32_t numbers[4]; /* of arrays, only char[N] is a column */
};
typedef struct Note Note;

KIN_MODEL(Note, "notes") {
	kin_column(numbers);
}
