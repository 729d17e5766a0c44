/* build.h - compiles an app's sources into a shared object that this process can load. */
#ifndef KIN_APP_BUILD_H
#define KIN_APP_BUILD_H

#include "base/arena.h"
#include "base/error.h"

/* Build DIR/.kin/app-<hash>.so from DIR/…c unless it is there and nothing it was made from has changed. The hash is over the sources'
 * names and contents, the compiler and its flags, and kin's own version; headers are watched through the compiler's
 * dependency file. The compiler's messages go to stderr as they are. KIN_EBUILD; KIN_EIO; KIN_ENOMEM. */
int kin_build_app(kin_arena *arena, const char *directory, const char *include, bool quiet,
                  const char **ret_object, kin_error *error);

/* Where <kin.h> is: beside this program as installed, or in the tree it was built from. In the arena; NULL: nowhere. */
const char *kin_build_include(kin_arena *arena);

/* The compiler: CC, else cc. And the flags every piece of an app is compiled with, ends with NULL. */
const char *kin_build_compiler(void);
extern const char *const kin_build_flags[];

/* Run a program and wait. Returns its exit status, 128 + the signal that killed it, or -1 if it could not be started. */
int kin_build_run(const char *const *argv);

#endif
