/* tidy.h - tells clang-tidy what it cannot see from one file: that these return a failure. Without it, it follows paths
 * on which an error was set and nothing failed. */
#include "base/error.h"

#define kin_error_nomem(e)        (kin_error_nomem(e), KIN_ENOMEM)
#define kin_error_set(e, code, ...) (kin_error_set((e), (code), __VA_ARGS__), (code))
#define kin_error_about(e, code, ...) (kin_error_about((e), (code), __VA_ARGS__), (code))
