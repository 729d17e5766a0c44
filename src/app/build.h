/* build.h - compiles an app's sources into a shared object that this process can load. */
#ifndef KIN_APP_BUILD_H
#define KIN_APP_BUILD_H

#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"

/* Build DIR/.kin/app-<hash>.so from the .c files in DIR, unless it is there: it is named after what it is made from. Only sources
 * that have changed, or whose headers have, are compiled. The compiler's messages go to stderr. KIN_EBUILD; KIN_EIO;
 * KIN_ENOMEM. */
int kin_build_app(kin_arena *arena, const char *directory, const char *include, bool quiet,
                  const char **ret_object, kin_error *error);

/* Only the objects, up to date: their paths, which end with NULL. */
int kin_build_objects(kin_arena *arena, const char *directory, const char *include,
                      const char *const **ret_objects, kin_error *error);

/* Where <kin.h> is: beside this program as installed, or in the tree it was built from. In the arena; NULL: nowhere. */
const char *kin_build_include(kin_arena *arena);

/* The compiler: CC, else cc. It may hold flags of its own: "ccache gcc -m64". */
const char *kin_build_compiler(void);
/* A command line in the making, and the compiler's words in front of it. false: memory is out. */
typedef kin_vec(const char *) kin_build_words;
bool kin_build_push_compiler(kin_arena *arena, kin_build_words *words);

#endif
