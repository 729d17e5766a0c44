/* build_program.h - an app, kin and its revisions as one executable. */
#ifndef KIN_APP_BUILD_PROGRAM_H
#define KIN_APP_BUILD_PROGRAM_H

#include <kin/app.h>

#include "base/arena.h"
#include "base/error.h"

typedef struct kin_build_program_options {
	const char *directory; /* the app's sources */
	const char *include;   /* where <kin.h> is */
	const char *output;
	const char *migrations; /* the directory of revisions; one that is not there is none */
	bool        is_static; /* of other libraries the archives, where there are some */
} kin_build_program_options;

/* The compiler's messages go to stderr. KIN_EBUILD; KIN_ENOTFOUND: libkin.a is not where it was installed; KIN_EIO; KIN_ENOMEM. */
int kin_build_program(kin_arena *arena, const kin_build_program_options *options, kin_error *error);

#endif
