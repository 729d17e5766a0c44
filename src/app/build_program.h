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
	const char *drivers;   /* of servers, to be linked in: "postgresql,dqlite"; NULL: none. Others are found as modules where it runs */
	bool        is_static; /* of other libraries the archives, where there are some */
} kin_build_program_options;

/* The driver for a URL's scheme that can be linked in; NULL: none is needed, or there is none. */
const char *kin_build_program_driver(const char *scheme);

/* The compiler's messages go to stderr. KIN_EBUILD; KIN_ENOTFOUND: an archive is not where it was installed; KIN_EUSAGE: there is no such
 * driver, or it cannot be linked statically; KIN_EIO; KIN_ENOMEM. */
int kin_build_program(kin_arena *arena, const kin_build_program_options *options, kin_error *error);

#endif
