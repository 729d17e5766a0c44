/* compile.h - the user's own compiler, called for each line: source in, shared object out.
 *
 * What every line starts with is precompiled once per build of the app, and kept beside it. */
#ifndef KIN_SHELL_COMPILE_H
#define KIN_SHELL_COMPILE_H

#include "app/app.h"
#include "base/text.h"

typedef struct kin_compiler {
	kin_arena   arena;
	const char *kept;     /* directory of the precompiled header and the prelude's object */
	const char *lines;    /* directory of the lines' sources and objects; removed at the end */
	const char *include;  /* of kin.h */
	const char *prelude;  /* the prelude's object */
	const char *own;      /* the app's directory, for its headers */
	int         sequence; /* the line's number: in file names, symbols and variables */
	char       *messages; /* what the compiler said last, owned; its language is C's */
} kin_compiler;

int  kin_compiler_start(kin_compiler *compiler, kin_app *app, const char *const *models, size_t model_count,
                        kin_error *error);
void kin_compiler_done(kin_compiler *compiler);

/* Compile into a shared object; its path goes to *ret_object, in the arena. KIN_OK; KIN_EBUILD with .messages; KIN_EIO, KIN_ENOMEM. */
int kin_compiler_line(kin_compiler *compiler, const char *source, const char **ret_object, kin_error *error);

/* The type of an expression, as the compiler names it, in the arena; NULL: it has none, or none with a name. `declarations` stand before it. */
const char *kin_compiler_type(kin_compiler *compiler, const char *declarations, const char *expression);

/* Mend the user's text (what stands after `#line 1 "input"`) where the last messages offer "->" or "." for each other, or subscript a
 * list. Returns how many places were mended. */
size_t kin_compiler_mend(const kin_compiler *compiler, kin_text *text);

#endif
