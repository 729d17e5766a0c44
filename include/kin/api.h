/* api.h - what every public header starts with: visibility and compiler attributes. */
#ifndef KIN_API_H
#define KIN_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define KIN_BEGIN_DECLS extern "C" {
#define KIN_END_DECLS   }
#else
#define KIN_BEGIN_DECLS
#define KIN_END_DECLS
#endif

/* Everything else in the library has hidden visibility. */
#define KIN_API __attribute__((visibility("default")))

#define KIN_PRINTF(string, first) __attribute__((__format__(__printf__, string, first)))

/* Options structs give "the usual" first and let the caller override it: `.nullable = false`
 * after a default is meant, so the compilers' remark on it is turned off around such a literal. */
#ifdef __clang__
#define KIN_OVERRIDE_BEGIN \
	_Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Winitializer-overrides\"")
#define KIN_OVERRIDE_END _Pragma("clang diagnostic pop")
#else
#define KIN_OVERRIDE_BEGIN \
	_Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Woverride-init\"")
#define KIN_OVERRIDE_END _Pragma("GCC diagnostic pop")
#endif

#endif
