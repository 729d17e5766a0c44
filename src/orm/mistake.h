/* mistake.h - what is wrong with the models: collected while they are fitted together, reported all at once. */
#ifndef KIN_ORM_MISTAKE_H
#define KIN_ORM_MISTAKE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"

typedef struct kin_mistake {
	const char *file;
	int         line;
	const char *text;
} kin_mistake;

typedef struct kin_mistakes {
	kin_arena            arena;  /* texts */
	kin_vec(kin_mistake) items;
	bool                 failed; /* memory was out */
} kin_mistakes;

void kin_mistakes_done(kin_mistakes *mistakes);
/* `format` says "Pet.owner: …"; the place is put in front. Never fails: being out of memory is remembered. */
void kin_mistake_add(kin_mistakes *mistakes, const char *file, int line, const char *format, ...) KIN_PRINTF(4, 5);
/* "; did you mean 'x'?" with the name nearest to `name`, or "". Lives as long as the mistakes. */
const char *kin_mistake_hint(kin_mistakes *mistakes, const char *name, const char *const *names, size_t count);
/* KIN_OK; KIN_EMAPPING with a line for each, in the order of the program's lines; KIN_ENOMEM. */
int kin_mistakes_report(kin_mistakes *mistakes, kin_error *error);

#endif
